// Jumps and branches.
#include "test.h"

// Whether the branch is taken, and operands: forwards, then backwards.
.macro BRANCH op, taken, a, b
	CASE
	li a1, \a
	li a2, \b
	li a3, 1
	T \op a1, a2, 1f
	li a3, 0
1:	EXPECT a3, \taken
	j 3f
2:	li a3, 1
	j 4f
3:	li a3, 0
	\op a1, a2, 2b
4:	EXPECT a3, \taken
.endm
// Each comparison: equal, less, greater, less only as signed numbers, less only as unsigned ones.
.macro COMPARISON op, equal, less, greater, signed_less, unsigned_less
	BRANCH \op, \equal, 0, 0
	BRANCH \op, \equal, -1, -1
	BRANCH \op, \less, 1, 2
	BRANCH \op, \greater, 2, 1
	BRANCH \op, \signed_less, -1, 1
	BRANCH \op, \unsigned_less, 1, -1
	BRANCH \op, \signed_less, -0x8000000000000000, 0x7fffffffffffffff
	BRANCH \op, \unsigned_less, 0x7fffffffffffffff, -0x8000000000000000
	BRANCH \op, \less, 0x100000000, 0x100000001
	BRANCH \op, \greater, 0x200000000, 1
.endm

TEST_BEGIN
	COMPARISON beq, 1, 0, 0, 0, 0
	COMPARISON bne, 0, 1, 1, 1, 1
	COMPARISON blt, 0, 1, 0, 1, 0
	COMPARISON bge, 1, 0, 1, 0, 1
	COMPARISON bltu, 0, 1, 0, 0, 1
	COMPARISON bgeu, 1, 0, 1, 1, 0

	// The ends of a branch's range: 4094 bytes forwards, 4096 backwards.
	CASE
	j 2f
	.balign 4
1:	j 3f
	.zero 4096 - 4
2:	beq x0, x0, 1b
	j fail
3:	beq x0, x0, 4f
	.zero 4094 - 4 - 2
	.balign 4
4:

	// jal: the link is the next instruction's address.
	CASE
	T jal a0, 1f
2:	j fail
1:	lla a1, 2b
	bne a0, a1, fail
	CASE
	T jal x0, 1f
	j fail
1:	bnez x0, fail

	// jalr: offset, link, low bit of the sum ignored.
.macro REGISTER_JUMP target, offset
	CASE
	lla a1, 1f + \target
	T jalr a0, \offset(a1)
2:	j fail
	.balign 4
1:	lla a2, 2b
	bne a0, a2, fail
.endm
	REGISTER_JUMP 0, 0
	REGISTER_JUMP 1, 0
	REGISTER_JUMP 0, 1
	REGISTER_JUMP -2047, 2047
	REGISTER_JUMP 2048, -2048
	// The same register as base and link.
	CASE
	lla a1, 1f
	jalr a1, 0(a1)
2:	j fail
	.balign 4
1:	lla a2, 2b
	bne a1, a2, fail
	CASE
	lla a1, 1f
	jalr x0, 0(a1)
	j fail
	.balign 4
1:	bnez x0, fail
TEST_END
