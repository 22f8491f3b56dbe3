// cbo.zero clears the naturally aligned block of 64 bytes around the address, and no other.
#include "test.h"

.macro ZEROES offset
	CASE
	la a1, block
	addi a2, a1, -64
	li a3, 24
	li a4, -1
1:	sd a4, 0(a2)
	addi a2, a2, 8
	addi a3, a3, -1
	bnez a3, 1b
	addi a2, a1, \offset
	T cbo.zero 0(a2)
	ld a0, -8(a1)
	bne a0, a4, fail
	ld a0, 64(a1)
	bne a0, a4, fail
	li a3, 8
2:	ld a0, 0(a1)
	bnez a0, fail
	addi a1, a1, 8
	addi a3, a3, -1
	bnez a3, 2b
.endm

TEST_BEGIN
	ZEROES 0
	ZEROES 1
	ZEROES 63
TEST_END
	.balign 64
	.zero 64
block:	.zero 128
