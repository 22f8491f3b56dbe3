// Every AMO of both widths: what it returns, and what it leaves in memory.
#include "test.h"

TEST_BEGIN
	la s0, word

// amo.width: memory holds `before`; rd must be `before` sign-extended and memory `after`.
.macro AMO number, name, width, before, operand, after
	li t0, \before
	s\width t0, 0(s0)
	li t1, \operand
	\name\().\width t2, t1, (s0)
	CHECK \number, t2, \before
	l\width t3, 0(s0)
	CHECK \number, t3, \after
.endm
	AMO 2, amoswap, w, -2, 0x12345678, 0x12345678
	AMO 3, amoswap, d, -2, 0x123456789abcdef0, 0x123456789abcdef0
	AMO 4, amoadd, w, 0x7fffffff, 1, -0x80000000
	AMO 5, amoadd, d, 0x7fffffffffffffff, 1, -0x8000000000000000
	AMO 6, amoand, w, -1, 0x0ff0, 0x0ff0
	AMO 7, amoand, d, -1, 0x0ff000000ff0, 0x0ff000000ff0
	AMO 8, amoor, w, 0x0f, 0xf0, 0xff
	AMO 9, amoor, d, 0x0f0000000000, 0xf0, 0x0f00000000f0
	AMO 10, amoxor, w, -1, 0xff, -256
	AMO 11, amoxor, d, -1, 0xff, -256
	AMO 12, amomin, w, 5, -3, -3
	AMO 13, amomin, w, -3, 5, -3
	AMO 14, amomin, d, 5, -3, -3
	AMO 15, amomax, w, 5, -3, 5
	AMO 16, amomax, d, -3, 5, 5
	AMO 17, amominu, w, 5, -3, 5
	AMO 18, amominu, d, -3, 5, 5
	AMO 19, amomaxu, w, 5, -3, -3
	AMO 20, amomaxu, d, -3, 5, -3
	// A word comparison looks at 32 bits only.
	AMO 21, amomax, w, -1, 0x100000000, 0
	AMO 22, amominu, w, 1, 0xffffffff00000000, 0

	// A word AMO leaves the other word alone.
	li t0, -1
	sd t0, 0(s0)
	amoadd.w t2, t0, (s0)
	CHECK 23, t2, -1
	ld t3, 0(s0)
	CHECK 24, t3, -2

	// rd = x0 and rd = rs2.
	sd zero, 0(s0)
	li t1, 7
	amoadd.d x0, t1, (s0)
	amoadd.d t1, t1, (s0)
	CHECK 25, t1, 7
	ld t3, 0(s0)
	CHECK 26, t3, 14
TEST_END
	.balign 8
word:	.dword 0
