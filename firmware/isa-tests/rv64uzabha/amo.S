// Zabha: AMOs of bytes and halfwords; rd is what memory held, sign-extended, and no other byte changes.
#include "test.h"

#define AROUND 0xa5a5a5a5a5a5a5a5

// Memory before, operand, memory after, as numbers of that width; at each place of the doubleword, with each ordering.
.macro AMO name, width, before, operand, after
	CASE
	.ifc \width, b
	.set amo_bytes, 1
	.else
	.set amo_bytes, 2
	.endif
	.irp place, 0, 2, 6, 7
	.if (\place + 1) % amo_bytes == 0 || \place % amo_bytes == 0
	AMO_AT \name\().\width, \width, \before, \operand, \after, (\place / amo_bytes * amo_bytes), (\place & 3)
	.endif
	.endr
.endm
.macro AMO_AT op, width, before, operand, after, place, order
	li t0, AROUND
	sd t0, 0(s0)
	li t0, \before
	s\width t0, \place(s0)
	ld t1, 0(s0)                    // all of it before
	addi s1, s0, \place
	li a1, \operand
	T \op a0, a1, s1, \order
	EXPECT a0, \before
	l\width a0, \place(s0)
	EXPECT a0, \after
	li t0, \before
	s\width t0, \place(s0)
	ld t0, 0(s0)
	bne t0, t1, fail
.endm

TEST_BEGIN
	la s0, word
	AMO amoswap, b, -2, 0x1234, 0x34
	AMO amoadd, b, 0x7f, 1, -0x80
	AMO amoadd, b, -1, 0x101, 0
	AMO amoxor, b, 0x0f, -1, -0x10
	AMO amoand, b, -1, 0x10f, 0x0f
	AMO amoor, b, 0x0f, 0xfffffffffffffff0, -1
	AMO amomin, b, 5, 0xfd, -3
	AMO amomin, b, -3, 0x105, -3
	AMO amomax, b, 5, 0xfd, 5
	AMO amomax, b, -3, 0x105, 5
	AMO amominu, b, 5, 0xfd, 5
	AMO amominu, b, -3, 0xff05, 5
	AMO amomaxu, b, 5, 0xfd, -3
	AMO amomaxu, b, -3, 0xff05, -3
	AMO amoswap, h, -2, 0x12345678, 0x5678
	AMO amoadd, h, 0x7fff, 1, -0x8000
	AMO amoadd, h, -1, 0x10001, 0
	AMO amoxor, h, 0x00ff, -1, -0x100
	AMO amoand, h, -1, 0x100ff, 0xff
	AMO amoor, h, 0xff, 0xffffffffffffff00, -1
	AMO amomin, h, 5, 0xfffd, -3
	AMO amomin, h, -3, 0x10005, -3
	AMO amomax, h, 5, 0xfffd, 5
	AMO amomax, h, -3, 0x10005, 5
	AMO amominu, h, 5, 0xfffd, 5
	AMO amominu, h, -3, 0xf0005, 5
	AMO amomaxu, h, 5, 0xfffd, -3
	AMO amomaxu, h, -3, 0xf0005, -3

	// Compare and swap: rd holds the number that memory must hold, in its low bits.
.macro CAS op, width, before, compared, operand, after
	CASE
	li t0, \before
	s\width t0, 2(s0)
	addi s1, s0, 2
	li a0, \compared
	li a1, \operand
	T \op a0, a1, s1
	EXPECT a0, \before
	l\width a0, 2(s0)
	EXPECT a0, \after
.endm
	CAS amocas.b, b, -2, 0x1fe, 0x1234, 0x34
	CAS amocas.b, b, -2, 0xff, 0x1234, -2
	CAS amocas.h, h, -2, 0x1fffe, 0x12345678, 0x5678
	CAS amocas.h, h, -2, 0xfe, 0x12345678, -2
TEST_END
word:	.dword 0, 0
