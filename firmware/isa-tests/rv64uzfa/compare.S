// Minimum and maximum with NaN, quiet comparison, modular conversion: macro, formats, instruction, result, flags, operands.
#include "test.h"

TEST_BEGIN
	F2 w, w, fminm.s, 0xffffffffc7efffff, 0, 0xffffffffc07fffff, 0xffffffffc7efffff
	F2 w, w, fminm.s, 0xffffffffbfffffdf, 0, 0xffffffff97ba5b1e, 0xffffffffbfffffdf
	F2 w, w, fminm.s, 0xffffffff80800000, 0, 0x7fffff, 0xffffffff80800000
	F2 w, w, fminm.s, 0xfffffffffefffbff, 0, 0xffffffff8080000f, 0xfffffffffefffbff
	F2 w, w, fminm.s, 0x7fc00000, 0, 0x7f, 0xfffffffffffffff8
	F2 w, w, fminm.s, 0xffffffff8183ffff, 0, 0xffffffff8183ffff, 0x0
	F2 w, w, fminm.s, 0xffffffff807fffff, 0, 0xffffffff807fffff, 0x1e000000
	F2 w, w, fminm.s, 0xffffffffb8000000, 0, 0xffffffffb8000000, 0x7effff
	F2 w, w, fminm.s, 0x7fc00000, 16, 0x47800000, 0xffffffffff83ffff
	F2 w, w, fminm.s, 0xffffffffff800000, 0, 0xffffffffff7fffff, 0xffffffffff800000
	F2 w, w, fminm.s, 0xffffffffff400000, 0, 0xffffffffff400000, 0x7f400000
	F2 w, w, fminm.s, 0xffffffffdabcf695, 0, 0xffffffffdabcf695, 0xffffffff807fffff
	F2 w, w, fminm.s, 0x3fffffff, 0, 0x40000000, 0x3fffffff
	F2 w, w, fminm.s, 0x7f000000, 0, 0x7f000000, 0x7f000000
	F2 w, w, fminm.s, 0xffffffffbeffff00, 0, 0xffffffffbeffff00, 0x7e100000
	F2 w, w, fminm.s, 0xffffffffbe0fffff, 0, 0x7f800000, 0xffffffffbe0fffff
	F2 w, w, fminm.s, 0x20000, 0, 0x7e0406a5, 0x20000
	F2 w, w, fminm.s, 0x17fffff, 0, 0x1800800, 0x17fffff
	F2 w, w, fminm.s, 0xfffffffffe8fffff, 0, 0xffffffffe1400000, 0xfffffffffe8fffff
	F2 w, w, fminm.s, 0x1803fff, 0, 0x7efffffd, 0x1803fff

	F2 w, w, fmaxm.s, 0x2f7fffc0, 0, 0xffffffff81000000, 0x2f7fffc0
	F2 w, w, fmaxm.s, 0x41400000, 0, 0x41400000, 0xffffffff9a3fffff
	F2 w, w, fmaxm.s, 0x7fc00000, 0, 0xffffffffbf000000, 0x7ffeffff
	F2 w, w, fmaxm.s, 0x407fffff, 0, 0x407fffff, 0x1b8003ff
	F2 w, w, fmaxm.s, 0xb000000, 0, 0xb000000, 0xfffffffffe7fffff
	F2 w, w, fmaxm.s, 0x3f000000, 0, 0x3f000000, 0x3e80000f
	F2 w, w, fmaxm.s, 0x3e800000, 0, 0xffffffffc4374290, 0x3e800000
	F2 w, w, fmaxm.s, 0xffffff, 0, 0xffffff, 0xffffffff81000003
	F2 w, w, fmaxm.s, 0x80000, 0, 0x80000, 0x80000
	F2 w, w, fmaxm.s, 0xffffffff81ffbfff, 0, 0xffffffff81ffc000, 0xffffffff81ffbfff
	F2 w, w, fmaxm.s, 0x7fc00000, 16, 0x7f800000, 0x7f800002
	F2 w, w, fmaxm.s, 0x7f7fffff, 0, 0xffffffffcb80001f, 0x7f7fffff
	F2 w, w, fmaxm.s, 0xffffffff81ee80fa, 0, 0xffffffffff7fffff, 0xffffffff81ee80fa
	F2 w, w, fmaxm.s, 0x58800000, 0, 0xffffffffa47f0000, 0x58800000
	F2 w, w, fmaxm.s, 0x417ffffb, 0, 0xffffffffba8c1038, 0x417ffffb
	F2 w, w, fmaxm.s, 0x27fc001, 0, 0x27fc000, 0x27fc001
	F2 w, w, fmaxm.s, 0x2ec00002, 0, 0x2ec00000, 0x2ec00002
	F2 w, w, fmaxm.s, 0xffffffffbfbf0b0d, 0, 0xffffffffbfbf0b0d, 0xffffffffc1000000
	F2 w, w, fmaxm.s, 0x180003f, 0, 0x180003f, 0xffffffff9d7fffff
	F2 w, w, fmaxm.s, 0xffffffff81800080, 0, 0xffffffff9e000000, 0xffffffff81800080

	FX2 w, fleq.s, 0x0, 0, 0xffffffffc0ffffff, 0xffffffffff000100
	FX2 w, fleq.s, 0x0, 16, 0x7f800010, 0x7fffffff

	FX2 w, fltq.s, 0x1, 0, 0xffffffffa02f57fa, 0x71f711
	FX2 w, fltq.s, 0x0, 16, 0xffffffffff800000, 0x7f800002

	F2 d, d, fminm.d, 0x255c258663e3b12c, 0, 0x400fffffffffffff, 0x255c258663e3b12c
	F2 d, d, fminm.d, 0xb44000003fffffff, 0, 0xb44000003fffffff, 0x2d6fffffdfffffff
	F2 d, d, fminm.d, 0x7ff8000000000000, 0, 0x7ffffffffffffff8, 0x7fefffffffffbfff
	F2 d, d, fminm.d, 0x3fdffffffdffffff, 0, 0x3fdffffffdffffff, 0x6aefffffffffffff
	F2 d, d, fminm.d, 0xc100000000000000, 0, 0xc100000000000000, 0x7feffffffffffe00
	F2 d, d, fminm.d, 0x12000000000000, 0, 0x7fc0000007ffffff, 0x12000000000000
	F2 d, d, fminm.d, 0xc9d9f158b8775264, 0, 0xfffffffffff80, 0xc9d9f158b8775264
	F2 d, d, fminm.d, 0xbfe00000000001fe, 0, 0x3fe0000000000200, 0xbfe00000000001fe
	F2 d, d, fminm.d, 0x801fffffc0000000, 0, 0x801fffffc0000000, 0x801fffffbfffffff
	F2 d, d, fminm.d, 0x800fffffffffffff, 0, 0x538fffe000000000, 0x800fffffffffffff
	F2 d, d, fminm.d, 0xc430000000000000, 0, 0xc430000000000000, 0x11ffe00000000000
	F2 d, d, fminm.d, 0x7ff8000000000000, 16, 0x3fd0000000007fff, 0x7ff42e121ed37849
	F2 d, d, fminm.d, 0xc393ff39fd2d0895, 0, 0x7, 0xc393ff39fd2d0895
	F2 d, d, fminm.d, 0xc00fffffffffffff, 0, 0xc00fffffffffffff, 0x3ff00000003fffff
	F2 d, d, fminm.d, 0xffd0800000000000, 0, 0x2fffbfffffffff, 0xffd0800000000000
	F2 d, d, fminm.d, 0x9660000000000000, 0, 0x16440ceb7eaf35, 0x9660000000000000
	F2 d, d, fminm.d, 0xc3500007ffffffff, 0, 0xc3500007ffffffff, 0x800ffe0000000000
	F2 d, d, fminm.d, 0xd43ce5510c2c4f37, 0, 0x3fd8e9cf5c1fefd5, 0xd43ce5510c2c4f37
	F2 d, d, fminm.d, 0x88b0000000000000, 0, 0x88b0000000000000, 0x800ffffffffffdff
	F2 d, d, fminm.d, 0xfc0fffffffffffff, 0, 0xfc0fffffffffffff, 0x30000800000000

	F2 d, d, fmaxm.d, 0x80118080091821e2, 0, 0x80118080091821e2, 0xbd36e0f4022804a7
	F2 d, d, fmaxm.d, 0xfffffffffffff, 0, 0x8030000000800000, 0xfffffffffffff
	F2 d, d, fmaxm.d, 0x4020000000000001, 0, 0xc020000000000000, 0x4020000000000001
	F2 d, d, fmaxm.d, 0x7ff8000000000000, 0, 0x7ffffe0000000000, 0x7ffffe0000000001
	F2 d, d, fmaxm.d, 0x10000004000000, 0, 0xc020000000000000, 0x10000004000000
	F2 d, d, fmaxm.d, 0x8000000800000000, 0, 0x8010080000000000, 0x8000000800000000
	F2 d, d, fmaxm.d, 0x7fcfffffffffffff, 0, 0x7fcfffffffffffff, 0x4a3fe00000000000
	F2 d, d, fmaxm.d, 0x41ffffffffffffff, 0, 0x41ffffffffffffff, 0x32a892ba9ecc8266
	F2 d, d, fmaxm.d, 0x25bfffffdfffffff, 0, 0x8000000000000000, 0x25bfffffdfffffff
	F2 d, d, fmaxm.d, 0x4a6fffff7fffffff, 0, 0x4a6fffff7fffffff, 0xca6fffff80000000
	F2 d, d, fmaxm.d, 0x3cffffdffffffffe, 0, 0xbcffffdfffffffff, 0x3cffffdffffffffe
	F2 d, d, fmaxm.d, 0x3e60000000000000, 0, 0x421886394bcb8e6, 0x3e60000000000000
	F2 d, d, fmaxm.d, 0x2842101ed1af41, 0, 0x2842101ed1af41, 0xfff0000000000000
	F2 d, d, fmaxm.d, 0x6d8fffffffffffff, 0, 0xed90000000000000, 0x6d8fffffffffffff
	F2 d, d, fmaxm.d, 0x7ff8000000000000, 16, 0xffffffffffffffff, 0x7ff0000020000000
	F2 d, d, fmaxm.d, 0xa2affffffbffffff, 0, 0xffefffffffffffff, 0xa2affffffbffffff
	F2 d, d, fmaxm.d, 0x7fe0000000003fff, 0, 0x7fcfffffffffffff, 0x7fe0000000003fff
	F2 d, d, fmaxm.d, 0x43a7ffffffffffff, 0, 0x26db7ab3c7ab78, 0x43a7ffffffffffff
	F2 d, d, fmaxm.d, 0x4040000000000000, 0, 0x4040000000000000, 0x0
	F2 d, d, fmaxm.d, 0x3ff0000000000002, 0, 0x19afffffffffc000, 0x3ff0000000000002

	FX2 d, fleq.d, 0x0, 0, 0x3ffffffffdffff, 0xd552c06cab1311b4
	FX2 d, fleq.d, 0x0, 16, 0xfff0000000000080, 0xefb0000000000004

	FX2 d, fltq.d, 0x1, 0, 0x400fffffffffffff, 0x7fefffffffffffff
	FX2 d, fltq.d, 0x0, 16, 0xbb6f7fffffffffff, 0x7ff00000000001ff

	F2 h, h, fminm.h, 0x7e00, 16, 0xfffffffffffffdff, 0x7dfd
	F2 h, h, fminm.h, 0xffffffffffff95ee, 0, 0x1fe0, 0xffffffffffff95ee
	F2 h, h, fminm.h, 0xffffffffffff8aff, 0, 0xffffffffffff8aff, 0xffffffffffff8197
	F2 h, h, fminm.h, 0xffffffffffffbfe0, 0, 0xffffffffffff83fe, 0xffffffffffffbfe0
	F2 h, h, fminm.h, 0xfffffffffffffc00, 0, 0xfffffffffffffc00, 0xffffffffffffb7ff
	F2 h, h, fminm.h, 0xffffffffffffbb31, 0, 0x4400, 0xffffffffffffbb31
	F2 h, h, fminm.h, 0xffffffffffff8ff7, 0, 0xffffffffffff8ff7, 0x7c00
	F2 h, h, fminm.h, 0xfffffffffffff6ff, 0, 0xfffffffffffff6ff, 0xffffffffffff8c00
	F2 h, h, fminm.h, 0xfffffffffffff83f, 0, 0xfffffffffffff83f, 0xfffffffffffff780
	F2 h, h, fminm.h, 0xffffffffffff8820, 0, 0x820, 0xffffffffffff8820
	F2 h, h, fminm.h, 0x7e00, 0, 0xffffffffffffffff, 0x7ffe
	F2 h, h, fminm.h, 0x6bff, 0, 0x6bff, 0x6c01
	F2 h, h, fminm.h, 0xffffffffffffc000, 0, 0xffffffffffffc000, 0x3ffe
	F2 h, h, fminm.h, 0xffffffffffffb1ff, 0, 0xffffffffffffb1ff, 0xffffffffffff8000
	F2 h, h, fminm.h, 0xffffffffffffa000, 0, 0xffffffffffffa000, 0xffffffffffff8fc0
	F2 h, h, fminm.h, 0x4440, 0, 0x4440, 0x7c00
	F2 h, h, fminm.h, 0xffffffffffff8380, 0, 0x3f, 0xffffffffffff8380
	F2 h, h, fminm.h, 0xffffffffffffca29, 0, 0xffffffffffffca29, 0x360
	F2 h, h, fminm.h, 0xffffffffffffec00, 0, 0xffffffffffffec00, 0xffffffffffff8356
	F2 h, h, fminm.h, 0xfffffffffffff7ff, 0, 0xfffffffffffff7ff, 0x10

	F2 h, h, fmaxm.h, 0x7100, 0, 0x7100, 0xffffffffffffb4ff
	F2 h, h, fmaxm.h, 0xc01, 0, 0xffffffffffffb407, 0xc01
	F2 h, h, fmaxm.h, 0x81f, 0, 0x800, 0x81f
	F2 h, h, fmaxm.h, 0x7c00, 0, 0x7c00, 0x7801
	F2 h, h, fmaxm.h, 0x7001, 0, 0x7001, 0xc01
	F2 h, h, fmaxm.h, 0x7e00, 0, 0x7ffb, 0x7403
	F2 h, h, fmaxm.h, 0x7804, 0, 0x7804, 0xffffffffffffc7ff
	F2 h, h, fmaxm.h, 0x7ff, 0, 0x7ff, 0xffffffffffff8801
	F2 h, h, fmaxm.h, 0xffb, 0, 0xffb, 0x77f
	F2 h, h, fmaxm.h, 0xffffffffffff8020, 0, 0xffffffffffff8020, 0xfffffffffffff007
	F2 h, h, fmaxm.h, 0xffffffffffffc807, 0, 0xffffffffffffc807, 0xffffffffffffcbef
	F2 h, h, fmaxm.h, 0x441f, 0, 0xffffffffffffc420, 0x441f
	F2 h, h, fmaxm.h, 0xffffffffffff8040, 0, 0xffffffffffff8400, 0xffffffffffff8040
	F2 h, h, fmaxm.h, 0x7e00, 16, 0x3fd, 0x7c7f
	F2 h, h, fmaxm.h, 0x77fc, 0, 0xfffffffffffff7fc, 0x77fc
	F2 h, h, fmaxm.h, 0x3000, 0, 0x3000, 0xffffffffffffb3ff
	F2 h, h, fmaxm.h, 0x805, 0, 0xffffffffffff8807, 0x805
	F2 h, h, fmaxm.h, 0x2010, 0, 0x2010, 0x3ff
	F2 h, h, fmaxm.h, 0xfffffffffffff900, 0, 0xfffffffffffff900, 0xfffffffffffffa11
	F2 h, h, fmaxm.h, 0x4bf7, 0, 0x3407, 0x4bf7

	FX2 h, fleq.h, 0x1, 0, 0xfffffffffffff780, 0xffffffffffffb300
	FX2 h, fleq.h, 0x0, 16, 0xfffffffffffffcff, 0x3ff

	FX2 h, fltq.h, 0x0, 0, 0x4bc0, 0xffffffffffffcbc0
	FX2 h, fltq.h, 0x0, 16, 0x600, 0x7db0

	FX1 d, fcvtmod.w.d, 0xfffffffffffffff1, 1, 0xc02fffffffefffff
	FX1 d, fcvtmod.w.d, 0x0, 1, 0xffffffbffffff
	FX1 d, fcvtmod.w.d, 0x200, 16, 0xc3cfffffffffffff
	FX1 d, fcvtmod.w.d, 0x0, 0, 0x8000000000000000
	FX1 d, fcvtmod.w.d, 0xfffffffffffffffe, 0, 0xc000000000000000
	FX1 d, fcvtmod.w.d, 0xffffffffffffc000, 16, 0x441fff7fffffffff
TEST_END
