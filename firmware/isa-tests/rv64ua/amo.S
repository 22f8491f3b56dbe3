// Every AMO of both widths: what it returns, and what it leaves in memory.
#include "test.h"

// amo.width: memory holds `before`; rd must be `before` sign-extended and memory `after`. With each ordering.
.macro AMO name, width, before, operand, after
	CASE
	li a1, \operand
	AMO_ONCE \name\().\width, \width, \before, \after
	AMO_ONCE \name\().\width\().aq, \width, \before, \after
	AMO_ONCE \name\().\width\().rl, \width, \before, \after
	AMO_ONCE \name\().\width\().aqrl, \width, \before, \after
.endm
.macro AMO_ONCE op, width, before, after
	li t0, \before
	s\width t0, 0(s0)
	T \op a0, a1, (s0)
	EXPECT a0, \before
	l\width a0, 0(s0)
	EXPECT a0, \after
.endm

TEST_BEGIN
	la s0, word
	AMO amoswap, w, -2, 0x12345678, 0x12345678
	AMO amoswap, d, -2, 0x123456789abcdef0, 0x123456789abcdef0
	AMO amoadd, w, 0x7fffffff, 1, -0x80000000
	AMO amoadd, d, 0x7fffffffffffffff, 1, -0x8000000000000000
	AMO amoand, w, -1, 0x0ff0, 0x0ff0
	AMO amoand, d, -1, 0x0ff000000ff0, 0x0ff000000ff0
	AMO amoor, w, 0x0f, 0xf0, 0xff
	AMO amoor, d, 0x0f0000000000, 0xf0, 0x0f00000000f0
	AMO amoxor, w, -1, 0xff, -256
	AMO amoxor, d, -1, 0xff, -256
	AMO amomin, w, 5, -3, -3
	AMO amomin, w, -3, 5, -3
	AMO amomin, d, 5, -3, -3
	AMO amomin, d, -3, 5, -3
	AMO amomax, w, 5, -3, 5
	AMO amomax, w, -3, 5, 5
	AMO amomax, d, 5, -3, 5
	AMO amomax, d, -3, 5, 5
	AMO amominu, w, 5, -3, 5
	AMO amominu, w, -3, 5, 5
	AMO amominu, d, 5, -3, 5
	AMO amominu, d, -3, 5, 5
	AMO amomaxu, w, 5, -3, -3
	AMO amomaxu, w, -3, 5, -3
	AMO amomaxu, d, 5, -3, -3
	AMO amomaxu, d, -3, 5, -3
	// A word comparison looks at 32 bits only.
	AMO amomin, w, 1, 0x1ffffffff, -1
	AMO amomax, w, -1, 0x100000000, 0
	AMO amominu, w, 1, 0xffffffff00000000, 0
	AMO amomaxu, w, 1, 0xffffffff00000000, 1

	// A word AMO leaves the other word alone.
	li t0, -1
	sd t0, 0(s0)
	amoadd.w t2, t0, (s0)
	CHECK t2, -1
	ld t3, 0(s0)
	CHECK t3, -2
	addi s1, s0, 4
	amoadd.w t2, t0, (s1)
	ld t3, 0(s0)
	CHECK t3, -0x100000002

	// rd = x0 and rd = rs2.
	sd zero, 0(s0)
	li t1, 7
	amoadd.d x0, t1, (s0)
	amoadd.d t1, t1, (s0)
	CHECK t1, 7
	ld t3, 0(s0)
	CHECK t3, 14
TEST_END
word:	.dword 0
