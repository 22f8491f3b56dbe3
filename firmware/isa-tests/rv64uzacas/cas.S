// Zacas: memory is compared with rd, and where they are equal rs2 is stored; rd is what memory held.
#include "test.h"

.macro CAS op, width, before, compared, operand, after
.irp order, 0, 1, 2, 3
	CASE
	li t0, \before
	s\width t0, 0(s0)
	li a0, \compared
	li a1, \operand
	T \op a0, a1, s0, \order
	EXPECT a0, \before
	l\width a0, 0(s0)
	EXPECT a0, \after
.endr
.endm
// Pairs of registers: the even one is the low half.
.macro CAS_PAIR compared_low, compared_high, low, high
	CASE
	li t0, 0x0123456789abcdef
	sd t0, 0(s0)
	li t1, 0xfedcba9876543210
	sd t1, 8(s0)
	li a0, \compared_low
	li a1, \compared_high
	li a2, 0x1111111111111111
	li a3, 0x2222222222222222
	T amocas.q a0, a2, s0
	bne a0, t0, fail
	bne a1, t1, fail
	ld a0, 0(s0)
	EXPECT a0, \low
	ld a0, 8(s0)
	EXPECT a0, \high
.endm

TEST_BEGIN
	la s0, words
	CAS amocas.w, w, -2, -2, 0x12345678, 0x12345678
	CAS amocas.w, w, -2, 0xfffffffe, 0x112345678, 0x12345678
	CAS amocas.w, w, -2, 2, 0x12345678, -2
	CAS amocas.w, w, 0x7fffffff, 0xffffffff7fffffff, -1, -1
	CAS amocas.d, d, -2, -2, 0x123456789abcdef0, 0x123456789abcdef0
	CAS amocas.d, d, -2, 0xfffffffe, 0x123456789abcdef0, -2
	CAS amocas.d, d, 0, 1 << 63, -1, 0
	// A word leaves the other word alone.
	CASE
	li t0, -1
	sd t0, 0(s0)
	li a0, -1
	amocas.w a0, x0, s0
	ld a0, 0(s0)
	EXPECT a0, -0x100000000

	CAS_PAIR 0x0123456789abcdef, 0xfedcba9876543210, 0x1111111111111111, 0x2222222222222222
	CAS_PAIR 0x0123456789abcdef, 0xfedcba9876543211, 0x0123456789abcdef, 0xfedcba9876543210
	CAS_PAIR 0x0123456789abcdee, 0xfedcba9876543210, 0x0123456789abcdef, 0xfedcba9876543210
	// x0 as a pair is 128 bits of 0, and is not written.
	CASE
	li t0, 5
	sd x0, 0(s0)
	sd x0, 8(s0)
	amocas.q x0, a2, s0
	bnez x0, fail
	ld a0, 0(s0)
	bne a0, a2, fail
	ld a0, 8(s0)
	bne a0, a3, fail
	CASE
	amocas.q a2, x0, s0
	ld a0, 0(s0)
	ld a1, 8(s0)
	or a0, a0, a1
	bnez a0, fail
	// Odd registers are reserved.
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, amocas.q a1, a2, s0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, amocas.q a0, a3, s0
TEST_END
	.balign 16
words:	.dword 0, 0
