// Compressed instructions.
#include "test.h"

TEST_BEGIN
	// result, operand, immediate
	CRI c.addi, 32, 1, 31
	CRI c.addi, -33, -1, -32
	CRI c.addiw, -0x80000000, 0x7fffffff, 1
	CRI c.addiw, 0, 0x100000000, 0
	CRI c.li, 31, 5, 31
	CRI c.li, -32, 5, -32
	CRI c.lui, 0x1f000, 5, 31
	CRI c.lui, -0x20000, 5, 0xfffe0
	CRI c.andi, 0x10, 0xff, 0x10
	CRI c.andi, 0xe0, 0xff, -32
	CRI c.slli, 0x8000000000000000, 1, 63
	CRI c.slli, 0x200000000, 2, 32
	CRI c.srli, 1, 0x8000000000000000, 63
	CRI c.srli, 0x7fffffffffffffff, -1, 1
	CRI c.srai, -1, 0x8000000000000000, 63
	CRI c.srai, -2, -4, 1

	// result, operands
	CRR c.mv, 9, 5, 9
	CRR c.add, 14, 5, 9
	CRR c.sub, -4, 5, 9
	CRR c.xor, 12, 5, 9
	CRR c.or, 13, 5, 9
	CRR c.and, 1, 5, 9
	CRR c.addw, -0x80000000, 0x7fffffff, 1
	CRR c.subw, 0x7fffffff, -0x80000000, 1

	CASE
	TC c.nop

	// Constants and addresses from the stack pointer.
	CASE
	mv s0, sp
	li sp, 0x1000
	TC c.addi4spn a0, sp, 4
	EXPECT a0, 0x1004
	TC c.addi4spn a0, sp, 1020
	EXPECT a0, 0x13fc
	TC c.addi16sp sp, -512
	EXPECT sp, 0xe00
	TC c.addi16sp sp, 496
	EXPECT sp, 0xff0

	// Loads and stores, at both ends of their offsets.
	CASE
	la a1, words
	TC c.lw a0, 0(a1)
	EXPECT a0, -1
	TC c.lw a0, 124(a1)
	EXPECT a0, -31
	TC c.ld a0, 248(a1)
	EXPECT a0, 0x0123456789abcdef
	CASE
	la sp, words
	TC c.lwsp a0, 252(sp)
	EXPECT a0, 0x01234567
	TC c.ldsp a0, 504(sp)
	EXPECT a0, 0x7edcba9876543210
	CASE
	la a1, scratch
	li a2, 0x8796a5b4c3d2e1f0
	TC c.sw a2, 124(a1)
	lwu a0, 124(a1)
	EXPECT a0, 0xc3d2e1f0
	lwu a0, 128(a1)
	bnez a0, fail
	TC c.sd a2, 248(a1)
	ld a0, 248(a1)
	bne a0, a2, fail
	mv sp, a1
	TC c.swsp a2, 252(sp)
	lwu a0, 252(a1)
	EXPECT a0, 0xc3d2e1f0
	TC c.sdsp a2, 504(sp)
	ld a0, 504(a1)
	bne a0, a2, fail
	mv sp, s0

	// Jumps and branches.
	CASE
	TC c.j 1f
	j fail
1:	CASE
	lla a1, 1f
	TC c.jr a1
	j fail
1:	CASE
	lla a1, 1f
	TC c.jalr a1
2:	j fail
1:	lla a2, 2b
	bne ra, a2, fail
.macro ZERO_BRANCH op, taken, a
	CASE
	li a0, \a
	li a3, 1
	TC \op a0, 1f
	li a3, 0
1:	EXPECT a3, \taken
.endm
	ZERO_BRANCH c.beqz, 1, 0
	ZERO_BRANCH c.beqz, 0, 0x100000000
	ZERO_BRANCH c.bnez, 0, 0
	ZERO_BRANCH c.bnez, 1, -1

	.option push
	.option rvc
	FAULTS CAUSE_BREAKPOINT, c.ebreak
	// All zeros and other reserved encodings.
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0x8002      // c.jr x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0x2001      // c.addiw x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0x4002      // c.lwsp x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0x6002      // c.ldsp x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .half 0x0004      // c.addi4spn with 0
	.option pop
TEST_END
words:	.word -1
	.zero 120
	.word -31
	.zero 120
	.word 0x89abcdef
	.word 0x01234567
	.zero 248
	.dword 0x7edcba9876543210
scratch: .zero 1024
