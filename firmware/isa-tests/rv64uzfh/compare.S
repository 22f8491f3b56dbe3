// Half-precision comparison, minimum, sign injection, classification: macro, formats, instruction, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FX2 h, feq.h, 0x0, 0, 0x7, 0xffffffffffffb400
	FX2 h, feq.h, 0x0, 16, 0x1, 0x7c04

	FX2 h, flt.h, 0x0, 16, 0x7fbf, 0x5408
	FX2 h, flt.h, 0x0, 0, 0x7e0, 0xfffffffffffff7bf

	FX2 h, fle.h, 0x1, 0, 0xffffffffffff8003, 0x801
	FX2 h, fle.h, 0x0, 16, 0x7c00, 0xfffffffffffffc01

	F2 h, h, fmin.h, 0xffffffffffff8000, 0, 0xffffffffffff8000, 0x13ff
	F2 h, h, fmin.h, 0x3c00, 0, 0x3c00, 0x7f00
	F2 h, h, fmin.h, 0x3d00, 0, 0x72d9, 0x3d00
	F2 h, h, fmin.h, 0xfffffffffffff000, 0, 0xfffffffffffff000, 0x7000
	F2 h, h, fmin.h, 0x7e00, 0, 0xffffffffffffffff, 0x7ffe
	F2 h, h, fmin.h, 0xffffffffffff83c1, 0, 0xffffffffffff83c0, 0xffffffffffff83c1
	F2 h, h, fmin.h, 0x800, 0, 0x33df, 0x800
	F2 h, h, fmin.h, 0xfffffffffffff802, 0, 0xc3f, 0xfffffffffffff802
	F2 h, h, fmin.h, 0x33fd, 0, 0x33ff, 0x33fd
	F2 h, h, fmin.h, 0xffffffffffff8fff, 0, 0xbff, 0xffffffffffff8fff
	F2 h, h, fmin.h, 0xffffffffffff8300, 0, 0xffffffffffffffff, 0xffffffffffff8300
	F2 h, h, fmin.h, 0xffffffffffff8201, 0, 0x200, 0xffffffffffff8201
	F2 h, h, fmin.h, 0xffffffffffffcbfb, 0, 0xffffffffffffcbfb, 0xffffffffffffbc40
	F2 h, h, fmin.h, 0x0, 0, 0x0, 0xffffffffffffffff
	F2 h, h, fmin.h, 0xffffffffffff840f, 0, 0xfffffffffffffff8, 0xffffffffffff840f
	F2 h, h, fmin.h, 0xffffffffffff83ff, 0, 0x1bff, 0xffffffffffff83ff
	F2 h, h, fmin.h, 0x7e00, 16, 0xfffffffffffffc10, 0xfffffffffffffc0f
	F2 h, h, fmin.h, 0xbef, 0, 0x47ff, 0xbef
	F2 h, h, fmin.h, 0xffffffffffff83ad, 0, 0xffffffffffff83ad, 0xffffffffffff83ab
	F2 h, h, fmin.h, 0xffffffffffff8020, 0, 0xbfb, 0xffffffffffff8020

	F2 h, h, fmax.h, 0x1d3, 0, 0xffffffffffff8800, 0x1d3
	F2 h, h, fmax.h, 0x801, 0, 0x801, 0xf
	F2 h, h, fmax.h, 0x3e0, 0, 0xffffffffffff8010, 0x3e0
	F2 h, h, fmax.h, 0x43f0, 0, 0x43f0, 0xff
	F2 h, h, fmax.h, 0xbff, 0, 0xbff, 0x7f00
	F2 h, h, fmax.h, 0x67ff, 0, 0x67ff, 0xffffffffffff83fe
	F2 h, h, fmax.h, 0x45fd, 0, 0x3c1f, 0x45fd
	F2 h, h, fmax.h, 0x7800, 0, 0x7800, 0xffffffffffff8780
	F2 h, h, fmax.h, 0x4bbf, 0, 0x4bbf, 0xffffffffffff8007
	F2 h, h, fmax.h, 0xffffffffffffb3e0, 0, 0xffffffffffffb3e0, 0x7ff7
	F2 h, h, fmax.h, 0x8f, 0, 0x8f, 0xffffffffffff83ff
	F2 h, h, fmax.h, 0x27f8, 0, 0x27f8, 0xfffffffffffff3fc
	F2 h, h, fmax.h, 0xa70, 0, 0x82f, 0xa70
	F2 h, h, fmax.h, 0xffffffffffff8804, 0, 0xfffffffffffffffe, 0xffffffffffff8804
	F2 h, h, fmax.h, 0x7c00, 0, 0xfffffffffffff401, 0x7c00
	F2 h, h, fmax.h, 0xffd, 0, 0x80, 0xffd
	F2 h, h, fmax.h, 0x7688, 16, 0x7688, 0x7d00
	F2 h, h, fmax.h, 0x1f, 0, 0xffffffffffffffff, 0x1f
	F2 h, h, fmax.h, 0x69f, 0, 0x69e, 0x69f
	F2 h, h, fmax.h, 0x2b7f, 0, 0xffffffffffffc3aa, 0x2b7f

	F2 h, h, fsgnj.h, 0xff, 0, 0xff, 0xffd
	F2 h, h, fsgnj.h, 0xffffffffffffbc01, 0, 0x3c01, 0xffffffffffff80c2
	F2 h, h, fsgnj.h, 0xffffffffffffe400, 0, 0x6400, 0xfffffffffffffaff
	F2 h, h, fsgnj.h, 0x7f, 0, 0xffffffffffff807f, 0x7f00
	F2 h, h, fsgnj.h, 0xfffffffffffff80f, 0, 0x780f, 0xfffffffffffffbff
	F2 h, h, fsgnj.h, 0x7000, 0, 0xfffffffffffff000, 0x77e0
	F2 h, h, fsgnj.h, 0x3ff, 0, 0xffffffffffff83ff, 0x3fe
	F2 h, h, fsgnj.h, 0x7ffe, 0, 0xfffffffffffffffe, 0x7eda
	F2 h, h, fsgnj.h, 0xffffffffffff81ff, 0, 0x1ff, 0xffffffffffffc800
	F2 h, h, fsgnj.h, 0xffffffffffffffff, 0, 0xffffffffffffffff, 0xfffffffffffffc00
	F2 h, h, fsgnj.h, 0x1004, 0, 0x1004, 0x19e
	F2 h, h, fsgnj.h, 0x3fff, 0, 0x3fff, 0x7004
	F2 h, h, fsgnj.h, 0xffffffffffff8020, 0, 0xffffffffffff8020, 0xffffffffffff8001
	F2 h, h, fsgnj.h, 0x7800, 0, 0xfffffffffffff800, 0x7fff
	F2 h, h, fsgnj.h, 0xfffffffffffffc10, 0, 0xfffffffffffffc10, 0xffffffffffff83f0
	F2 h, h, fsgnj.h, 0x7c03, 0, 0xfffffffffffffc03, 0x3e0
	F2 h, h, fsgnj.h, 0x79ff, 0, 0x79ff, 0x7e00
	F2 h, h, fsgnj.h, 0x41f, 0, 0xffffffffffff841f, 0x7c1f
	F2 h, h, fsgnj.h, 0x3c00, 0, 0x3c00, 0x8
	F2 h, h, fsgnj.h, 0x1ff, 0, 0xffffffffffff81ff, 0x5fff

	F2 h, h, fsgnjn.h, 0x8, 0, 0x8, 0xffffffffffffc800
	F2 h, h, fsgnjn.h, 0xffffffffffffa3fb, 0, 0xffffffffffffa3fb, 0x23fa
	F2 h, h, fsgnjn.h, 0xfffffffffffff7ff, 0, 0x77ff, 0x7000
	F2 h, h, fsgnjn.h, 0x381f, 0, 0xffffffffffffb81f, 0xfffffffffffff000
	F2 h, h, fsgnjn.h, 0xfffffffffffffc02, 0, 0xfffffffffffffc02, 0x7c02
	F2 h, h, fsgnjn.h, 0xffffffffffffffff, 0, 0x7fff, 0x2fff
	F2 h, h, fsgnjn.h, 0x7fe0, 0, 0xffffffffffffffe0, 0xfffffffffffff0ff
	F2 h, h, fsgnjn.h, 0x13fe, 0, 0x13fe, 0xffffffffffff93fd
	F2 h, h, fsgnjn.h, 0x77df, 0, 0xfffffffffffff7df, 0xfffffffffffffe00
	F2 h, h, fsgnjn.h, 0xc08, 0, 0xffffffffffff8c08, 0xffffffffffff8c09
	F2 h, h, fsgnjn.h, 0xffffffffffffb000, 0, 0x3000, 0xbfb
	F2 h, h, fsgnjn.h, 0xffffffffffff8000, 0, 0x0, 0x7c00
	F2 h, h, fsgnjn.h, 0x4ff, 0, 0x4ff, 0xffffffffffff84fd
	F2 h, h, fsgnjn.h, 0x3bff, 0, 0xffffffffffffbbff, 0xffffffffffffb77f
	F2 h, h, fsgnjn.h, 0xfffffffffffff440, 0, 0x7440, 0x7400
	F2 h, h, fsgnjn.h, 0xffffffffffff85ff, 0, 0xffffffffffff85ff, 0x7ff2
	F2 h, h, fsgnjn.h, 0xbef, 0, 0xffffffffffff8bef, 0xfffffffffffffc00
	F2 h, h, fsgnjn.h, 0x73fb, 0, 0xfffffffffffff3fb, 0xfffffffffffffbff
	F2 h, h, fsgnjn.h, 0x7cff, 0, 0x7cff, 0xffffffffffffc3fb
	F2 h, h, fsgnjn.h, 0x3ff7, 0, 0x3ff7, 0xfffffffffffffd8c

	F2 h, h, fsgnjx.h, 0xffffffffffff947f, 0, 0x147f, 0xffffffffffff9481
	F2 h, h, fsgnjx.h, 0x36c, 0, 0x36c, 0x4401
	F2 h, h, fsgnjx.h, 0xfffffffffffff5ff, 0, 0xfffffffffffff5ff, 0x7
	F2 h, h, fsgnjx.h, 0xffffffffffff8d95, 0, 0xffffffffffff8d95, 0x7802
	F2 h, h, fsgnjx.h, 0x6c00, 0, 0xffffffffffffec00, 0xffffffffffffbf80
	F2 h, h, fsgnjx.h, 0x7eff, 0, 0xfffffffffffffeff, 0xffffffffffff89ff
	F2 h, h, fsgnjx.h, 0xfffffffffffff300, 0, 0xfffffffffffff300, 0x72fe
	F2 h, h, fsgnjx.h, 0x42ff, 0, 0xffffffffffffc2ff, 0xffffffffffff83ff
	F2 h, h, fsgnjx.h, 0xffffffffffff8307, 0, 0x307, 0xffffffffffffc7ff
	F2 h, h, fsgnjx.h, 0xffffffffffffff80, 0, 0x7f80, 0xfffffffffffffc40
	F2 h, h, fsgnjx.h, 0xfffffffffffffbff, 0, 0x7bff, 0xfffffffffffffc01
	F2 h, h, fsgnjx.h, 0x10, 0, 0x10, 0xfdf
	F2 h, h, fsgnjx.h, 0xfffffffffffffc10, 0, 0xfffffffffffffc10, 0x7c0f
	F2 h, h, fsgnjx.h, 0x7fef, 0, 0xffffffffffffffef, 0xffffffffffff82ff
	F2 h, h, fsgnjx.h, 0xffffffffffffbc04, 0, 0xffffffffffffbc04, 0x3c02
	F2 h, h, fsgnjx.h, 0x44, 0, 0x44, 0x42
	F2 h, h, fsgnjx.h, 0xffffffffffffb83f, 0, 0xffffffffffffb83f, 0x200
	F2 h, h, fsgnjx.h, 0x7c00, 0, 0x7c00, 0x37f
	F2 h, h, fsgnjx.h, 0xffffffffffff87ff, 0, 0xffffffffffff87ff, 0x7ff
	F2 h, h, fsgnjx.h, 0xffffffffffff8c00, 0, 0xc00, 0xfffffffffffff7fe

	FX1 h, fclass.h, 0x2, 0, 0xffffffffffffc3ff
TEST_END
