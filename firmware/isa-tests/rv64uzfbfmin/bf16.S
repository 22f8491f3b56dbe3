// Conversions of BF16: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR1 w, h, fcvt.bf16.s, RNE, 0x4089, 1, 0x40888001
	FR1 w, h, fcvt.bf16.s, RTZ, 0x3e00, 0, 0x3e000000
	FR1 w, h, fcvt.bf16.s, RDN, 0x7fc0, 16, 0x7f800800
	FR1 w, h, fcvt.bf16.s, RUP, 0x7ec0, 1, 0x7ebfffff
	FR1 w, h, fcvt.bf16.s, RMM, 0xffffffffffffa87e, 1, 0xffffffffa87e7fff
	FR1 w, h, fcvt.bf16.s, RNE, 0x297f, 1, 0x297e8001
	FR1 w, h, fcvt.bf16.s, RTZ, 0x3d7e, 1, 0x3d7e8001
	FR1 w, h, fcvt.bf16.s, RUP, 0x3ee0, 1, 0x3edf8000
	FR1 w, h, fcvt.bf16.s, RMM, 0x3840, 1, 0x38400001
	FR1 w, h, fcvt.bf16.s, RNE, 0xf, 3, 0xf0001
	FR1 w, h, fcvt.bf16.s, RTZ, 0xffffffffffff8020, 3, 0xffffffff80208001
	FR1 w, h, fcvt.bf16.s, RDN, 0x82, 1, 0x828001
	FR1 w, h, fcvt.bf16.s, RUP, 0xffffffffffff8081, 0, 0xffffffff80810000
	FR1 w, h, fcvt.bf16.s, RMM, 0xffffffffffff8001, 3, 0xffffffff80008001
	FR1 w, h, fcvt.bf16.s, RNE, 0x7fc0, 0, 0x7fc07fff
	FR1 w, h, fcvt.bf16.s, RTZ, 0xffffffffffffbe41, 1, 0xffffffffbe417fff
	FR1 w, h, fcvt.bf16.s, RDN, 0xffffffffffffd100, 0, 0xffffffffd1000000
	FR1 w, h, fcvt.bf16.s, RUP, 0x2300, 1, 0x22ff7fff
	FR1 w, h, fcvt.bf16.s, RMM, 0xffffffffffff9dc0, 1, 0xffffffff9dbf8000
	FR1 w, h, fcvt.bf16.s, RNE, 0x4060, 1, 0x405fffff

	F1 h, w, fcvt.s.bf16, 0x7fc00000, 16, 0xffffffffffffff81
	F1 h, w, fcvt.s.bf16, 0x3fc10000, 0, 0x3fc1
	F1 h, w, fcvt.s.bf16, 0x407f0000, 0, 0x407f
	F1 h, w, fcvt.s.bf16, 0x7f630000, 0, 0x7f63
	F1 h, w, fcvt.s.bf16, 0x3e7e0000, 0, 0x3e7e
	F1 h, w, fcvt.s.bf16, 0xffffffff80200000, 0, 0xffffffffffff8020
	F1 h, w, fcvt.s.bf16, 0xffffffff81bf0000, 0, 0xffffffffffff81bf
	F1 h, w, fcvt.s.bf16, 0x7fc00000, 0, 0x7ffc
	F1 h, w, fcvt.s.bf16, 0xffffffff9bbe0000, 0, 0xffffffffffff9bbe
	F1 h, w, fcvt.s.bf16, 0xffffffff807f0000, 0, 0xffffffffffff807f
	F1 h, w, fcvt.s.bf16, 0x7f710000, 0, 0x7f71
	F1 h, w, fcvt.s.bf16, 0x67f0000, 0, 0x67f
	F1 h, w, fcvt.s.bf16, 0xffffffff81870000, 0, 0xffffffffffff8187
	F1 h, w, fcvt.s.bf16, 0x3f880000, 0, 0x3f88
	F1 h, w, fcvt.s.bf16, 0x7e000000, 0, 0x7e00
	F1 h, w, fcvt.s.bf16, 0x537e0000, 0, 0x537e
	F1 h, w, fcvt.s.bf16, 0x41010000, 0, 0x4101
	F1 h, w, fcvt.s.bf16, 0xffffffff80fc0000, 0, 0xffffffffffff80fc
	F1 h, w, fcvt.s.bf16, 0xffffffff80080000, 0, 0xffffffffffff8008
	F1 h, w, fcvt.s.bf16, 0x2b030000, 0, 0x2b03

	// Loads, stores and moves; what is shorter than a register is NaN-boxed in it.
	CASE
	la a1, numbers
	T flh fa0, 2(a1)
	fmv.x.d a0, fa0
	EXPECT a0, 0xffffffffffffc400
	T fsh fa0, 4(a1)
	lw a0, 4(a1)
	EXPECT a0, 0xc400
	CASE
	li a1, 0x12345678
	T fmv.h.x fa0, a1
	fmv.x.d a0, fa0
	EXPECT a0, 0xffffffffffff5678
	T fmv.x.h a0, fa0
	EXPECT a0, 0x5678
	li a1, 0xffff8001
	fmv.d.x fa0, a1
	fmv.x.h a0, fa0
	EXPECT a0, -0x7fff
TEST_END
numbers: .half 0x3c00, 0xc400, 0, 0
