// Conversions between formats: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	F1 h, w, fcvt.s.h, 0x7fc00000, 16, 0x7c08
	F1 h, w, fcvt.s.h, 0x7fc00000, 0, 0xffffffffffffffff
	F1 h, w, fcvt.s.h, 0xffffffffb87e0000, 0, 0xffffffffffff83f8
	F1 h, w, fcvt.s.h, 0x467f6000, 0, 0x73fb
	F1 h, w, fcvt.s.h, 0x0, 0, 0x0
	F1 h, w, fcvt.s.h, 0xffffffffc1600000, 0, 0xffffffffffffcb00
	F1 h, w, fcvt.s.h, 0x387fc000, 0, 0x3ff
	F1 h, w, fcvt.s.h, 0xffffffffb97be000, 0, 0xffffffffffff8bdf
	F1 h, w, fcvt.s.h, 0x383fc000, 0, 0x2ff
	F1 h, w, fcvt.s.h, 0xffffffffc087e000, 0, 0xffffffffffffc43f
	F1 h, w, fcvt.s.h, 0x3f7c0000, 0, 0x3be0
	F1 h, w, fcvt.s.h, 0xffffffffc6eb8000, 0, 0xfffffffffffff75c
	F1 h, w, fcvt.s.h, 0xffffffffc603e000, 0, 0xfffffffffffff01f
	F1 h, w, fcvt.s.h, 0xffffffff80000000, 0, 0xffffffffffff8000
	F1 h, w, fcvt.s.h, 0xffffffffb86fc000, 0, 0xffffffffffff83bf
	F1 h, w, fcvt.s.h, 0x38c50000, 0, 0x628
	F1 h, w, fcvt.s.h, 0xffffffffb8fbe000, 0, 0xffffffffffff87df
	F1 h, w, fcvt.s.h, 0x46800000, 0, 0x7400
	F1 h, w, fcvt.s.h, 0x46982000, 0, 0x74c1
	F1 h, w, fcvt.s.h, 0x38a00000, 0, 0x500

	FR1 w, h, fcvt.h.s, RNE, 0x7e00, 0, 0x7fdf0230
	FR1 w, h, fcvt.h.s, RTZ, 0x0, 3, 0x30800000
	FR1 w, h, fcvt.h.s, RDN, 0xffffffffffffcc00, 1, 0xffffffffc17fffff
	FR1 w, h, fcvt.h.s, RUP, 0xfffffffffffffbff, 5, 0xffffffffff0cb928
	FR1 w, h, fcvt.h.s, RMM, 0x4bfe, 1, 0x417fb000
	FR1 w, h, fcvt.h.s, RNE, 0xffffffffffffcbae, 1, 0xffffffffc175c001
	FR1 w, h, fcvt.h.s, RTZ, 0xffffffffffff8000, 3, 0xffffffff80810000
	FR1 w, h, fcvt.h.s, RDN, 0xffffffffffffc7fc, 1, 0xffffffffc0ff7fff
	FR1 w, h, fcvt.h.s, RUP, 0x7e00, 0, 0x7fc01000
	FR1 w, h, fcvt.h.s, RMM, 0x81, 3, 0x37011000
	FR1 w, h, fcvt.h.s, RNE, 0xffffffffffff8e00, 1, 0xffffffffb9bfffff
	FR1 w, h, fcvt.h.s, RTZ, 0x0, 0, 0x0
	FR1 w, h, fcvt.h.s, RDN, 0xffffffffffffbbff, 1, 0xffffffffbf7fdfff
	FR1 w, h, fcvt.h.s, RUP, 0x5fc0, 1, 0x43f7f001
	FR1 w, h, fcvt.h.s, RMM, 0x7e00, 0, 0x7fc00000
	FR1 w, h, fcvt.h.s, RNE, 0x7e00, 16, 0x7f800003
	FR1 w, h, fcvt.h.s, RTZ, 0xffffffffffff83df, 3, 0xffffffffb877ffff
	FR1 w, h, fcvt.h.s, RDN, 0xffffffffffff8001, 3, 0xffffffffa6008000
	FR1 w, h, fcvt.h.s, RMM, 0xffffffffffffc9ff, 1, 0xffffffffc13fe001
	FR1 w, h, fcvt.h.s, RNE, 0x7c00, 5, 0x7f0007ff

	F1 h, d, fcvt.d.h, 0x7ff8000000000000, 0, 0xfffffffffffffff7
	F1 h, d, fcvt.d.h, 0xbf3d200000000000, 0, 0xffffffffffff8f48
	F1 h, d, fcvt.d.h, 0xc01dfc0000000000, 0, 0xffffffffffffc77f
	F1 h, d, fcvt.d.h, 0x3ecf800000000000, 0, 0x3f
	F1 h, d, fcvt.d.h, 0xbf0fb80000000000, 0, 0xffffffffffff83f7
	F1 h, d, fcvt.d.h, 0x3fd0800000000000, 0, 0x3420
	F1 h, d, fcvt.d.h, 0xc0c1fc0000000000, 0, 0xfffffffffffff07f
	F1 h, d, fcvt.d.h, 0x3f20000000000000, 0, 0x800
	F1 h, d, fcvt.d.h, 0xbfd0000000000000, 0, 0xffffffffffffb400
	F1 h, d, fcvt.d.h, 0x3f0ff80000000000, 0, 0x3ff
	F1 h, d, fcvt.d.h, 0x40d0000000000000, 0, 0x7400
	F1 h, d, fcvt.d.h, 0x3f3fe00000000000, 0, 0xff8
	F1 h, d, fcvt.d.h, 0x3f10840000000000, 0, 0x421
	F1 h, d, fcvt.d.h, 0x3f8abc0000000000, 0, 0x22af
	F1 h, d, fcvt.d.h, 0x40ef900000000000, 0, 0x7be4
	F1 h, d, fcvt.d.h, 0x4017fc0000000000, 0, 0x45ff
	F1 h, d, fcvt.d.h, 0x40c3fc0000000000, 0, 0x70ff
	F1 h, d, fcvt.d.h, 0xbf20040000000000, 0, 0xffffffffffff8801
	F1 h, d, fcvt.d.h, 0xfff0000000000000, 0, 0xfffffffffffffc00
	F1 h, d, fcvt.d.h, 0xc04ff80000000000, 0, 0xffffffffffffd3fe

	FR1 d, h, fcvt.h.d, RNE, 0x0, 3, 0x80000
	FR1 d, h, fcvt.h.d, RTZ, 0xffffffffffffcbfd, 1, 0xc02ff60000000000
	FR1 d, h, fcvt.h.d, RDN, 0xffffffffffffbe01, 1, 0xbff8020000000000
	FR1 d, h, fcvt.h.d, RUP, 0xffffffffffffbc00, 1, 0xbff0001000000000
	FR1 d, h, fcvt.h.d, RMM, 0xfffffffffffffc00, 5, 0xffefffffffffffff
	FR1 d, h, fcvt.h.d, RNE, 0xffffffffffff807f, 3, 0xbedfbfffffffffff
	FR1 d, h, fcvt.h.d, RTZ, 0x0, 3, 0x3ffffff
	FR1 d, h, fcvt.h.d, RDN, 0xfffffffffffffc00, 5, 0xda5a0ef3bcf07452
	FR1 d, h, fcvt.h.d, RUP, 0x201, 3, 0x3f0000000003ffff
	FR1 d, h, fcvt.h.d, RMM, 0xffffffffffff8802, 1, 0xbf20060000000001
	FR1 d, h, fcvt.h.d, RNE, 0xffffffffffffc400, 1, 0xc00ffffbffffffff
	FR1 d, h, fcvt.h.d, RTZ, 0xffffffffffff93e0, 1, 0xbf4f820000000001
	FR1 d, h, fcvt.h.d, RDN, 0xffffffffffffc001, 1, 0xc0000000000001ff
	FR1 d, h, fcvt.h.d, RUP, 0xffffffffffffb3ff, 1, 0xbfcfffffffffffff
	FR1 d, h, fcvt.h.d, RMM, 0xffffffffffff97c0, 1, 0xbf5efe0000000001
	FR1 d, h, fcvt.h.d, RNE, 0x47c, 1, 0x3f11efffffffffff
	FR1 d, h, fcvt.h.d, RTZ, 0xffffffffffff83ee, 3, 0xbf0f77ffffffffff
	FR1 d, h, fcvt.h.d, RDN, 0xffffffffffffb802, 0, 0xbfe0080000000000
	FR1 d, h, fcvt.h.d, RUP, 0x7e00, 16, 0xfff0020000000000
	FR1 d, h, fcvt.h.d, RMM, 0xffffffffffff8401, 1, 0xbf1005ffffffffff

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
	// An operand that is not NaN-boxed counts as the canonical NaN.
	CASE
	csrwi fcsr, 0
	li a1, 0xffffffff00003c00
	fmv.d.x fa1, a1
	fcvt.s.h fa0, fa1
	fmv.x.w a0, fa0
	EXPECT a0, 0x7fc00000
	FLAGS_ARE 0
TEST_END
numbers: .half 0x3c00, 0xc400, 0, 0
