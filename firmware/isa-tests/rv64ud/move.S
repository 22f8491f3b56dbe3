// Loads, stores and moves of double-precision numbers; single-precision numbers in registers of 64 bits.
#include "test.h"

TEST_BEGIN
.macro FMV bits
	CASE
	li a1, \bits
	T fmv.d.x fa0, a1
	T fmv.x.d a0, fa0
	bne a0, a1, fail
.endm
	FMV 0
	FMV 0x3ff0000000000000
	FMV 0x8000000000000000
	FMV 0x7ff0000000000001
	FMV 0xfff8000000000000

	CASE
	la a1, numbers
	T fld fa0, 8(a1)
	fmv.x.d a0, fa0
	EXPECT a0, 0x7ff4000000000001
	T fsd fa0, 16(a1)
	ld a0, 16(a1)
	EXPECT a0, 0x7ff4000000000001

	// flw, fmv.w.x and results are NaN-boxed; fsw and fmv.x.w take the low half, whatever is above it.
	CASE
	flw fa1, 0(a1)
	fmv.x.d a0, fa1
	EXPECT a0, 0xffffffffc0800000
	li a2, 0x3f800000
	fmv.w.x fa1, a2
	fmv.x.d a0, fa1
	EXPECT a0, 0xffffffff3f800000
	fadd.s fa2, fa1, fa1
	fmv.x.d a0, fa2
	EXPECT a0, 0xffffffff40000000
	li a2, 0x123456783f800000
	fmv.d.x fa3, a2
	fmv.x.w a0, fa3
	EXPECT a0, 0x3f800000
	fsw fa3, 24(a1)
	lw a0, 24(a1)
	EXPECT a0, 0x3f800000

	// An operand that is not NaN-boxed counts as the canonical NaN.
	CASE
	csrwi fcsr, 0
	fadd.s fa2, fa1, fa3
	fmv.x.d a0, fa2
	EXPECT a0, 0xffffffff7fc00000
	feq.s a0, fa3, fa3
	bnez a0, fail
	fclass.s a0, fa3
	EXPECT a0, 0x200
	fsgnj.s fa2, fa3, fa1
	fmv.x.d a0, fa2
	EXPECT a0, 0xffffffff7fc00000
	fmin.s fa2, fa3, fa1
	fmv.x.d a0, fa2
	EXPECT a0, 0xffffffff3f800000
	fcvt.d.s fa2, fa3
	fmv.x.d a0, fa2
	EXPECT a0, 0x7ff8000000000000
	fcvt.w.s a0, fa3
	EXPECT a0, 0x7fffffff
	csrr a0, fflags
	EXPECT a0, NV
TEST_END
numbers: .dword 0x3ff00000c0800000, 0x7ff4000000000001, 0, 0
