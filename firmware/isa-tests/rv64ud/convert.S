// Double-precision conversions: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR1 d, w, fcvt.s.d, RNE, 0xffffffff80000000, 3, 0x800fffffffffbfff
	FR1 d, w, fcvt.s.d, RTZ, 0x7f7fffff, 5, 0x7fefffe000000000
	FR1 d, w, fcvt.s.d, RDN, 0xffffffffff800000, 5, 0xe91aea1f4e90cd4f
	FR1 d, w, fcvt.s.d, RUP, 0xffffffffbfffefff, 1, 0xbffffdffffffffff
	FR1 d, w, fcvt.s.d, RMM, 0xffffffff80000000, 3, 0x8a743d972a26ee67
	FR1 d, w, fcvt.s.d, RNE, 0xffffffffdb780000, 0, 0xc36f000000000000
	FR1 d, w, fcvt.s.d, RTZ, 0xffffffffff7fffff, 5, 0xf190000000000000
	FR1 d, w, fcvt.s.d, RUP, 0xffffffff80000000, 3, 0x8020007fffffffff
	FR1 d, w, fcvt.s.d, RNE, 0xffffffffc0ebfa59, 1, 0xc01d7f4b1b31522b
	FR1 d, w, fcvt.s.d, RDN, 0xffffffffc1000001, 1, 0xc02000000007ffff
	FR1 d, w, fcvt.s.d, RUP, 0x1, 3, 0x2effffffffffffff
	FR1 d, w, fcvt.s.d, RMM, 0x7fc00000, 0, 0xffffffffffffffff
	FR1 d, w, fcvt.s.d, RNE, 0x0, 3, 0xfff0000000000
	FR1 d, w, fcvt.s.d, RTZ, 0x7fc00000, 16, 0xfff27a6a86bf541a
	FR1 d, w, fcvt.s.d, RDN, 0x0, 3, 0x1ffffffffffff
	FR1 d, w, fcvt.s.d, RUP, 0x5ed25579, 1, 0x43da4aaf1a3d6e27
	FR1 d, w, fcvt.s.d, RTZ, 0xffffffff80000000, 3, 0x8007ffffffffffff
	FR1 d, w, fcvt.s.d, RUP, 0x7fc00000, 0, 0xffffffffffffffff
	FR1 d, w, fcvt.s.d, RMM, 0x7f800000, 5, 0x7fe49b8ca9d2a1a0
	FR1 d, w, fcvt.s.d, RNE, 0xffffffffff800000, 5, 0xffe0000000000000

	F1 w, d, fcvt.d.s, 0xc7d0040000000000, 0, 0xfffffffffe802000
	F1 w, d, fcvt.d.s, 0xb81ff00000000000, 0, 0xffffffff80ff8000
	F1 w, d, fcvt.d.s, 0x3830000000000000, 0, 0x1800000
	F1 w, d, fcvt.d.s, 0x47c0000040000000, 0, 0x7e000002
	F1 w, d, fcvt.d.s, 0xc00fffffe0000000, 0, 0xffffffffc07fffff
	F1 w, d, fcvt.d.s, 0x40100fffe0000000, 0, 0x40807fff
	F1 w, d, fcvt.d.s, 0x7ff8000000000000, 16, 0xffffffffff9a7387
	F1 w, d, fcvt.d.s, 0x3e9fffffe0000000, 0, 0x34ffffff
	F1 w, d, fcvt.d.s, 0x380f5f6e40000000, 0, 0x7d7db9
	F1 w, d, fcvt.d.s, 0xc0effff7e0000000, 0, 0xffffffffc77fffbf
	F1 w, d, fcvt.d.s, 0x3820000000000000, 0, 0x1000000
	F1 w, d, fcvt.d.s, 0x8000000000000000, 0, 0xffffffff80000000
	F1 w, d, fcvt.d.s, 0x442fffffe0000000, 0, 0x617fffff
	F1 w, d, fcvt.d.s, 0xb6b8000000000000, 0, 0xffffffff80000003
	F1 w, d, fcvt.d.s, 0xb75ffe0000000000, 0, 0xffffffff80000fff
	F1 w, d, fcvt.d.s, 0xb80ffff800000000, 0, 0xffffffff807fffe0
	F1 w, d, fcvt.d.s, 0x3fa5fa6d80000000, 0, 0x3d2fd36c
	F1 w, d, fcvt.d.s, 0xbe30080000000000, 0, 0xffffffffb1804000
	F1 w, d, fcvt.d.s, 0xbccff00000000000, 0, 0xffffffffa67f8000
	F1 w, d, fcvt.d.s, 0xbfcfffffe0000000, 0, 0xffffffffbe7fffff

	FXR d, fcvt.w.d, RNE, 0x7fffffff, 16, 0x556c322898dc8ba4
	FXR d, fcvt.w.d, RTZ, 0x0, 1, 0x8022a961d07402d6
	FXR d, fcvt.w.d, RDN, 0x2000, 0, 0x40c0000000000000
	FXR d, fcvt.w.d, RUP, 0x1, 1, 0xfffffffffffff
	FXR d, fcvt.w.d, RMM, 0x7fffffff, 16, 0x695ff80000000000
	FXR d, fcvt.w.d, RDN, 0xffffffffffffffff, 1, 0xbccfffffffffffff
	FXR d, fcvt.w.d, RTZ, 0xffffffff80000000, 16, 0xffd0000000000000
	FXR d, fcvt.w.d, RDN, 0x7fffffff, 16, 0x7ff48addf3cafc67
	FXR d, fcvt.w.d, RUP, 0xffffffff80000000, 16, 0xffe0000100000000
	FXR d, fcvt.w.d, RMM, 0x0, 1, 0x3f1fffffffffffff
	FXR d, fcvt.w.d, RTZ, 0x7fffffff, 16, 0x7ff00001ffffffff
	FXR d, fcvt.w.d, RDN, 0x0, 1, 0x80000000
	FXR d, fcvt.w.d, RNE, 0x400, 1, 0x408fffffffffff7f
	FXR d, fcvt.w.d, RNE, 0xfffffffffffffff2, 1, 0xc02c2dd848cd4e33
	FXR d, fcvt.w.d, RUP, 0x7fffffff, 16, 0xfff0000000040000
	FXR d, fcvt.w.d, RTZ, 0xffffffffffffffff, 1, 0xbffbaab5f2135717
	FXR d, fcvt.w.d, RMM, 0xffffffff80000000, 16, 0xffd0000000000000
	FXR d, fcvt.w.d, RMM, 0x0, 0, 0x0
	FXR d, fcvt.w.d, RNE, 0xffffffff80000000, 16, 0xffe1df324e16abac
	FXR d, fcvt.w.d, RDN, 0xffffffff80000000, 16, 0xffdffffeffffffff

	FXR d, fcvt.wu.d, RNE, 0x0, 1, 0x109ae68e0b2fb79c
	FXR d, fcvt.wu.d, RTZ, 0x0, 1, 0x6735fb88b2d00
	FXR d, fcvt.wu.d, RDN, 0x0, 0, 0x0
	FXR d, fcvt.wu.d, RUP, 0xffffffffffffffff, 16, 0x7ff0000002000000
	FXR d, fcvt.wu.d, RMM, 0x0, 16, 0xbff193b9d84ebcb2
	FXR d, fcvt.wu.d, RNE, 0xffffffffffffffff, 16, 0x7ff0000000000000
	FXR d, fcvt.wu.d, RDN, 0xffffffffffffffff, 16, 0x437fffff00000000
	FXR d, fcvt.wu.d, RUP, 0x8000, 1, 0x40dfffffffff8000
	FXR d, fcvt.wu.d, RTZ, 0x0, 16, 0xffcfffffffff8000
	FXR d, fcvt.wu.d, RDN, 0x0, 16, 0x8020000001000000
	FXR d, fcvt.wu.d, RMM, 0x0, 1, 0xfff
	FXR d, fcvt.wu.d, RTZ, 0xffffffffffffffff, 16, 0x7fefffffffffffc0
	FXR d, fcvt.wu.d, RDN, 0x7ffbffff, 1, 0x41dffeffffffffff
	FXR d, fcvt.wu.d, RMM, 0xffffffffffffffff, 16, 0xfff00000000003ff
	FXR d, fcvt.wu.d, RNE, 0x0, 16, 0xffd00003ffffffff
	FXR d, fcvt.wu.d, RUP, 0x0, 16, 0xffcfffffffffffff
	FXR d, fcvt.wu.d, RMM, 0x0, 0, 0x0
	FXR d, fcvt.wu.d, RTZ, 0x0, 0, 0x0
	FXR d, fcvt.wu.d, RNE, 0x0, 0, 0x0

	FXR d, fcvt.l.d, RNE, 0x0, 1, 0x3d0000000000003f
	FXR d, fcvt.l.d, RTZ, 0x0, 1, 0x800fffffffffffff
	FXR d, fcvt.l.d, RDN, 0x0, 1, 0x3c0000000007ffff
	FXR d, fcvt.l.d, RUP, 0xffff7ffffffffc01, 1, 0xc2e0000000007fff
	FXR d, fcvt.l.d, RMM, 0x7fffffffffffffff, 16, 0xfff0000000004000
	FXR d, fcvt.l.d, RNE, 0x7fffffffffffffff, 16, 0xfff00000000fffff
	FXR d, fcvt.l.d, RDN, 0xffffffffffffffff, 1, 0xbd60000000000000
	FXR d, fcvt.l.d, RUP, 0x0, 1, 0x800fffffffffffff
	FXR d, fcvt.l.d, RMM, 0x0, 1, 0x8000010000000000
	FXR d, fcvt.l.d, RNE, 0xffffff8000000000, 1, 0xc25fffffffffffff
	FXR d, fcvt.l.d, RTZ, 0x7fffffffffffffff, 16, 0xfff8000000000000
	FXR d, fcvt.l.d, RDN, 0x8000000000000000, 16, 0xffd0000000100000
	FXR d, fcvt.l.d, RNE, 0x8000000000000000, 16, 0xffd7d49e1c49e4c1
	FXR d, fcvt.l.d, RTZ, 0x8000000000000000, 16, 0xef50000010000000
	FXR d, fcvt.l.d, RUP, 0x7fffffffffffffff, 16, 0x7fcfffffffffffff
	FXR d, fcvt.l.d, RMM, 0xffffffc000000000, 0, 0xc250000000000000
	FXR d, fcvt.l.d, RNE, 0xe59148fa173f0f00, 0, 0xc3ba6eb705e8c0f1
	FXR d, fcvt.l.d, RUP, 0x8000000000000000, 16, 0xcb4475e869b67d36
	FXR d, fcvt.l.d, RNE, 0x0, 0, 0x8000000000000000
	FXR d, fcvt.l.d, RDN, 0x7fffffffffffffff, 16, 0x7ff0000000000000

	FXR d, fcvt.lu.d, RNE, 0x0, 16, 0xf40ffffffffff800
	FXR d, fcvt.lu.d, RTZ, 0x0, 1, 0xa892966dc7eb5ec3
	FXR d, fcvt.lu.d, RDN, 0x0, 16, 0x8030000000000000
	FXR d, fcvt.lu.d, RUP, 0x1, 1, 0x3fc7880ec77cf120
	FXR d, fcvt.lu.d, RMM, 0x0, 1, 0x91c81c87a6289aff
	FXR d, fcvt.lu.d, RNE, 0xffffffffffffffff, 16, 0x7fffff7fffffffff
	FXR d, fcvt.lu.d, RDN, 0x7fffffff, 1, 0x41dfffffffffff80
	FXR d, fcvt.lu.d, RUP, 0xffffffffffffffff, 16, 0x7ff0000000004000
	FXR d, fcvt.lu.d, RMM, 0xffffffffffffffff, 16, 0x6dbf000000000000
	FXR d, fcvt.lu.d, RNE, 0x0, 1, 0x3d7fffff00000000
	FXR d, fcvt.lu.d, RTZ, 0xffffffffffffffff, 16, 0x7fd0000000004000
	FXR d, fcvt.lu.d, RUP, 0x0, 16, 0xc160000000000000
	FXR d, fcvt.lu.d, RDN, 0xffffffffffffffff, 16, 0x7fe0000000200000
	FXR d, fcvt.lu.d, RMM, 0x0, 16, 0xc010000000000000
	FXR d, fcvt.lu.d, RTZ, 0x0, 16, 0xc320000000010000
	FXR d, fcvt.lu.d, RTZ, 0x0, 0, 0x0
	FXR d, fcvt.lu.d, RUP, 0x4, 0, 0x4010000000000000
	FXR d, fcvt.lu.d, RDN, 0x2, 0, 0x4000000000000000

	XF1 d, fcvt.d.w, 0x0, 0x0
	XF1 d, fcvt.d.w, 0x40efffa000000000, 0xfffd
	XF1 d, fcvt.d.w, 0xbff0000000000000, 0xffffffffffffffff
	XF1 d, fcvt.d.w, 0x41c0813186000000, 0xd2102630c
	XF1 d, fcvt.d.w, 0x418ffffff8000000, 0x3ffffff
	XF1 d, fcvt.d.w, 0x4110000400000000, 0x40001
	XF1 d, fcvt.d.w, 0x3ff0000000000000, 0x1
	XF1 d, fcvt.d.w, 0x41b0000000000000, 0x10000000
	XF1 d, fcvt.d.w, 0xc1dfffffff400000, 0x80000003
	XF1 d, fcvt.d.w, 0x403a000000000000, 0x1a
	XF1 d, fcvt.d.w, 0xc008000000000000, 0xfffffffffffffffd
	XF1 d, fcvt.d.w, 0xc1bcdc18fe000000, 0x1e323e702
	XF1 d, fcvt.d.w, 0x40d0038000000000, 0x400e
	XF1 d, fcvt.d.w, 0x4000000000000000, 0x10000000002
	XF1 d, fcvt.d.w, 0x40fa66d000000000, 0x1a66d
	XF1 d, fcvt.d.w, 0xc0dfff8000000000, 0xffffffffffff8002
	XF1 d, fcvt.d.w, 0x4153ddac40000000, 0x4f76b1
	XF1 d, fcvt.d.w, 0x40ade00000000000, 0xef0
	XF1 d, fcvt.d.w, 0xc1cdb14e44000000, 0x2f9fc1c49d6378
	XF1 d, fcvt.d.w, 0x413369f900000000, 0x1369f9

	XF1 d, fcvt.d.wu, 0x41ce91f7ba000000, 0x1687023d23ef74
	XF1 d, fcvt.d.wu, 0x41efffffffa00000, 0x3ffffffffffffffd
	XF1 d, fcvt.d.wu, 0x41de485a6e000000, 0x3ef792169b8
	XF1 d, fcvt.d.wu, 0x409f5c0000000000, 0x7d7
	XF1 d, fcvt.d.wu, 0x4024000000000000, 0xa
	XF1 d, fcvt.d.wu, 0x410fffe800000000, 0x3fffd
	XF1 d, fcvt.d.wu, 0x4008000000000000, 0xc000000000000003
	XF1 d, fcvt.d.wu, 0x0, 0x800000000000
	XF1 d, fcvt.d.wu, 0x4036000000000000, 0x16
	XF1 d, fcvt.d.wu, 0x40f82ef000000000, 0x182ef
	XF1 d, fcvt.d.wu, 0x419000000c000000, 0x4000003
	XF1 d, fcvt.d.wu, 0x4170000000000000, 0x1000000
	XF1 d, fcvt.d.wu, 0x3ff0000000000000, 0xffffffc000000001
	XF1 d, fcvt.d.wu, 0x40cd488000000000, 0x3a91
	XF1 d, fcvt.d.wu, 0x4014000000000000, 0x5
	XF1 d, fcvt.d.wu, 0x40dcad4000000000, 0x72b5
	XF1 d, fcvt.d.wu, 0x408ea00000000000, 0x3d4
	XF1 d, fcvt.d.wu, 0x414137e800000000, 0x226fd0
	XF1 d, fcvt.d.wu, 0x4130000100000000, 0x100001
	XF1 d, fcvt.d.wu, 0x40efffe000000000, 0xffff

	XFR d, fcvt.d.l, RNE, 0x3ff0000000000000, 0, 0x1
	XFR d, fcvt.d.l, RTZ, 0x4210000000000000, 0, 0x400000000
	XFR d, fcvt.d.l, RDN, 0x422d769482d40000, 0, 0xebb4a416a
	XFR d, fcvt.d.l, RUP, 0x4191305138000000, 0, 0x44c144e
	XFR d, fcvt.d.l, RMM, 0x0, 0, 0x0
	XFR d, fcvt.d.l, RNE, 0x42350eecdb7d0000, 0, 0x150eecdb7d
	XFR d, fcvt.d.l, RTZ, 0xc210000000000000, 0, 0xfffffffc00000000
	XFR d, fcvt.d.l, RDN, 0x4130000000000000, 0, 0x100000
	XFR d, fcvt.d.l, RUP, 0x4270000000000000, 0, 0x10000000000
	XFR d, fcvt.d.l, RMM, 0xbff0000000000000, 0, 0xffffffffffffffff
	XFR d, fcvt.d.l, RTZ, 0x429d06b2d08b7c00, 0, 0x741acb422df
	XFR d, fcvt.d.l, RDN, 0x40f0001000000000, 0, 0x10001
	XFR d, fcvt.d.l, RUP, 0xc29ffffffffff400, 0, 0xfffff80000000003
	XFR d, fcvt.d.l, RMM, 0x419e210100000000, 0, 0x7884040
	XFR d, fcvt.d.l, RNE, 0xc3c0000000000000, 1, 0xdfffffffffffffff
	XFR d, fcvt.d.l, RTZ, 0x413ffffe00000000, 0, 0x1ffffe
	XFR d, fcvt.d.l, RDN, 0x435076ad7b8e2458, 1, 0x41dab5ee389161
	XFR d, fcvt.d.l, RUP, 0x0, 0, 0x0
	XFR d, fcvt.d.l, RMM, 0x422847a5bf4a0000, 0, 0xc23d2dfa5
	XFR d, fcvt.d.l, RNE, 0x40cfff8000000000, 0, 0x3fff

	XFR d, fcvt.d.lu, RNE, 0x43f0000000000000, 1, 0xfffffffffffffff9
	XFR d, fcvt.d.lu, RTZ, 0x40f0000000000000, 0, 0x10000
	XFR d, fcvt.d.lu, RDN, 0x43eff80000000000, 1, 0xffc0000000000001
	XFR d, fcvt.d.lu, RUP, 0x4070100000000000, 0, 0x101
	XFR d, fcvt.d.lu, RMM, 0x423ffffffffe0000, 0, 0x1ffffffffe
	XFR d, fcvt.d.lu, RNE, 0x4170000000000000, 0, 0x1000000
	XFR d, fcvt.d.lu, RTZ, 0x43efffff80000000, 1, 0xfffffc0000000001
	XFR d, fcvt.d.lu, RDN, 0x408dd80000000000, 0, 0x3bb
	XFR d, fcvt.d.lu, RUP, 0x43ef899d4c88b06b, 1, 0xfc4cea644583575f
	XFR d, fcvt.d.lu, RMM, 0x43effff000000000, 1, 0xffff7ffffffffffd
	XFR d, fcvt.d.lu, RNE, 0x403e000000000000, 0, 0x1e
	XFR d, fcvt.d.lu, RUP, 0x0, 0, 0x0
	XFR d, fcvt.d.lu, RMM, 0x40a0060000000000, 0, 0x803
	XFR d, fcvt.d.lu, RNE, 0x4310000000000004, 0, 0x4000000000001
	XFR d, fcvt.d.lu, RTZ, 0x4330000000000002, 0, 0x10000000000002
	XFR d, fcvt.d.lu, RUP, 0x421e62ebd6000000, 0, 0x798baf580
	XFR d, fcvt.d.lu, RMM, 0x43c11c9c9521c61e, 1, 0x2239392a438c3c8f
	XFR d, fcvt.d.lu, RNE, 0x0, 0, 0x0
	XFR d, fcvt.d.lu, RDN, 0x40e0000000000000, 0, 0x8000
	XFR d, fcvt.d.lu, RUP, 0x4222e60da61c0000, 0, 0x97306d30e
TEST_END
