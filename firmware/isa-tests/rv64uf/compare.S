// Single-precision comparison, minimum, sign injection, classification: macro, formats, instruction, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FX2 w, feq.s, 0x0, 0, 0x40ffffff, 0x7fffe0
	FX2 w, feq.s, 0x0, 16, 0xffffffffffbfffff, 0xffffffffd2fff000

	FX2 w, flt.s, 0x0, 0, 0x6b7fffff, 0x8f8ad9
	FX2 w, flt.s, 0x0, 16, 0xffffffffc4800000, 0xffffffffffff7fff

	FX2 w, fle.s, 0x1, 0, 0xffffffffd27b1e3f, 0x527b1e3d
	FX2 w, fle.s, 0x0, 16, 0xffffffffffae0f35, 0xffffffffffae0f35

	F2 w, w, fmin.s, 0x1010000, 0, 0x1010000, 0x1010001
	F2 w, w, fmin.s, 0xffffffff80000000, 0, 0xef21ab, 0xffffffff80000000
	F2 w, w, fmin.s, 0xffffffffa680007f, 0, 0xffffffff81802000, 0xffffffffa680007f
	F2 w, w, fmin.s, 0xffffffff86fdffff, 0, 0xffffffff86fdffff, 0x808000
	F2 w, w, fmin.s, 0xffffffffbf7fffff, 0, 0xffffffffbf7fffff, 0xa800fff
	F2 w, w, fmin.s, 0x53800000, 0, 0x53800000, 0x53800002
	F2 w, w, fmin.s, 0x1e7fffff, 0, 0x7fffffff, 0x1e7fffff
	F2 w, w, fmin.s, 0xffffffffe86e9a6e, 0, 0xffffffffe86e9a6e, 0xffffffffe86e9a6e
	F2 w, w, fmin.s, 0xffffffffff73dbe6, 0, 0xffffffffff73dbe6, 0x1b306e1
	F2 w, w, fmin.s, 0xffffffff814a67d0, 0, 0xffffffff814a67cf, 0xffffffff814a67d0
	F2 w, w, fmin.s, 0xffffffff816ca4da, 0, 0xffffffff816ca4da, 0xffffffffffff8000
	F2 w, w, fmin.s, 0x7f7ffffe, 0, 0x7f800000, 0x7f7ffffe
	F2 w, w, fmin.s, 0xffffffffda000001, 0, 0x317fffff, 0xffffffffda000001
	F2 w, w, fmin.s, 0xffffffff817ffffd, 0, 0x17fffff, 0xffffffff817ffffd
	F2 w, w, fmin.s, 0x7fc00000, 16, 0x7f804000, 0xffffffffff803fff
	F2 w, w, fmin.s, 0xffffffffd8000000, 0, 0xffffffffd8000000, 0xfffff7
	F2 w, w, fmin.s, 0xffffffffd5ffffff, 0, 0xffffffffd5ffffff, 0x55fffffd
	F2 w, w, fmin.s, 0xffffffff81ffffdf, 0, 0x0, 0xffffffff81ffffdf
	F2 w, w, fmin.s, 0x40ff0000, 16, 0x40ff0000, 0x7fa05e23
	F2 w, w, fmin.s, 0xffffffff817fffff, 16, 0xffffffff817fffff, 0x7fa00000

	F2 w, w, fmax.s, 0x10891c5, 16, 0xffffffffff8007ff, 0x10891c5
	F2 w, w, fmax.s, 0x39000002, 0, 0xffffffffb9000000, 0x39000002
	F2 w, w, fmax.s, 0xffffffff8fffff00, 0, 0xffffffff8fffff00, 0xffffffffd97fffff
	F2 w, w, fmax.s, 0x7f00003f, 0, 0x7f00003f, 0xffffffff9fffffff
	F2 w, w, fmax.s, 0x7fc00000, 0, 0x7fddec81, 0xffffffffffddec83
	F2 w, w, fmax.s, 0x417bffff, 0, 0x417bffff, 0xffffffffc17bfffe
	F2 w, w, fmax.s, 0x41007fff, 0, 0xffffffff81000040, 0x41007fff
	F2 w, w, fmax.s, 0x27000010, 0, 0x27000010, 0xffffffffa7000012
	F2 w, w, fmax.s, 0x61780000, 0, 0xffffffffbe800400, 0x61780000
	F2 w, w, fmax.s, 0x7f7ffff0, 0, 0x7f7ffff0, 0xffffffff81ffffff
	F2 w, w, fmax.s, 0x1800007, 0, 0x1800007, 0xde4283
	F2 w, w, fmax.s, 0xffffffffbe3fffff, 0, 0xffffffffbe3fffff, 0xffffffffda008000
	F2 w, w, fmax.s, 0xffffffff800fffff, 0, 0xffffffff800fffff, 0xffffffff80100000
	F2 w, w, fmax.s, 0xffffffff80100000, 0, 0xffffffffbe000000, 0xffffffff80100000
	F2 w, w, fmax.s, 0x7fc00000, 16, 0x7f801000, 0x7f800ffe
	F2 w, w, fmax.s, 0xffffffff807fffdf, 0, 0xffffffff807fffdf, 0xffffffff810cd93b
	F2 w, w, fmax.s, 0x7eb50db7, 0, 0x7eb50db7, 0x7eb50db5
	F2 w, w, fmax.s, 0x7f800000, 0, 0x7f800000, 0x7f7fffff
	F2 w, w, fmax.s, 0x70cee2ab, 0, 0x70cee2ab, 0x3e801fff
	F2 w, w, fmax.s, 0x12801000, 0, 0xffffffff92801000, 0x12801000

	F2 w, w, fsgnj.s, 0xffffffff88b8afd0, 0, 0x8b8afd0, 0xffffffffff8007ff
	F2 w, w, fsgnj.s, 0xfffffffff6ffff00, 0, 0x76ffff00, 0xfffffffff6ffff02
	F2 w, w, fsgnj.s, 0x3f1b951a, 0, 0x3f1b951a, 0x3f1b9518
	F2 w, w, fsgnj.s, 0xffffffffffffffff, 0, 0x7fffffff, 0xffffffff80000000
	F2 w, w, fsgnj.s, 0xffffffff807ff7ff, 0, 0xffffffff807ff7ff, 0xffffffffe11911b5
	F2 w, w, fsgnj.s, 0x7e800000, 0, 0x7e800000, 0x7e001000
	F2 w, w, fsgnj.s, 0xffffffffc6800000, 0, 0x46800000, 0xffffffffc6800001
	F2 w, w, fsgnj.s, 0x1719bb16, 0, 0x1719bb16, 0x1700007f
	F2 w, w, fsgnj.s, 0xffffffffff000000, 0, 0xffffffffff000000, 0xffffffff80000000
	F2 w, w, fsgnj.s, 0x7fffbf, 0, 0x7fffbf, 0x7fffbf
	F2 w, w, fsgnj.s, 0xffffffffc0801fff, 0, 0x40801fff, 0xffffffffc16fffff
	F2 w, w, fsgnj.s, 0x147fffff, 0, 0xffffffff947fffff, 0x14800000
	F2 w, w, fsgnj.s, 0x1800008, 0, 0xffffffff81800008, 0xff
	F2 w, w, fsgnj.s, 0xffffffffff7fffff, 0, 0x7f7fffff, 0xffffffffff800001
	F2 w, w, fsgnj.s, 0xffffffffc0fe0000, 0, 0x40fe0000, 0xffffffffe0ffffff
	F2 w, w, fsgnj.s, 0x50800000, 0, 0xffffffffd0800000, 0x507fffff
	F2 w, w, fsgnj.s, 0xffffffffb4ffffff, 0, 0x34ffffff, 0xffffffff807ffff7
	F2 w, w, fsgnj.s, 0x7f7fffff, 0, 0x7f7fffff, 0x7f800000
	F2 w, w, fsgnj.s, 0x7f800000, 0, 0xffffffffff800000, 0x7e800200
	F2 w, w, fsgnj.s, 0x7f000008, 0, 0x7f000008, 0x7fffff

	F2 w, w, fsgnjn.s, 0xffffffffffffffff, 0, 0x7fffffff, 0x7e3fffff
	F2 w, w, fsgnjn.s, 0x1840000, 0, 0xffffffff81840000, 0xffffffff810003ff
	F2 w, w, fsgnjn.s, 0xfffffc, 0, 0xffffffff80fffffc, 0xffffffffbe6935b5
	F2 w, w, fsgnjn.s, 0x0, 0, 0xffffffff80000000, 0xffffffffff800000
	F2 w, w, fsgnjn.s, 0x7f80007f, 0, 0xffffffffff80007f, 0xffffffff9df00000
	F2 w, w, fsgnjn.s, 0xffffffffc0fffbff, 0, 0x40fffbff, 0x5a000000
	F2 w, w, fsgnjn.s, 0x3f7bffff, 0, 0xffffffffbf7bffff, 0xffffffffbf7c0000
	F2 w, w, fsgnjn.s, 0xffffffff807fffff, 0, 0x7fffff, 0x53bfffff
	F2 w, w, fsgnjn.s, 0x7e780000, 0, 0xfffffffffe780000, 0xffffffffff80000f
	F2 w, w, fsgnjn.s, 0xffffffffaeffe000, 0, 0xffffffffaeffe000, 0x2effe001
	F2 w, w, fsgnjn.s, 0x7ffebf4e, 0, 0xfffffffffffebf4e, 0xffffffffc0ff0000
	F2 w, w, fsgnjn.s, 0xffffffffff5fffff, 0, 0xffffffffff5fffff, 0x7f600001
	F2 w, w, fsgnjn.s, 0x477fc000, 0, 0x477fc000, 0xfffffffffe00ffff
	F2 w, w, fsgnjn.s, 0xffffffffc8ffefff, 0, 0xffffffffc8ffefff, 0x1d7fffc0
	F2 w, w, fsgnjn.s, 0x800000, 0, 0x800000, 0xffffffffc0000200
	F2 w, w, fsgnjn.s, 0xffffffff800003ff, 0, 0x3ff, 0x3fd
	F2 w, w, fsgnjn.s, 0xffffffffb8fffff0, 0, 0x38fffff0, 0x3fffeff
	F2 w, w, fsgnjn.s, 0xffffffffb7c00000, 0, 0x37c00000, 0x100007f
	F2 w, w, fsgnjn.s, 0x7fffff, 0, 0xffffffff807fffff, 0xffffffff80800000
	F2 w, w, fsgnjn.s, 0xffffffffecbfffff, 0, 0xffffffffecbfffff, 0x7ffff8

	F2 w, w, fsgnjx.s, 0x7effffff, 0, 0xfffffffffeffffff, 0xfffffffffe7fffff
	F2 w, w, fsgnjx.s, 0xffffffffff808ba7, 0, 0x7f808ba7, 0xffffffffff808ba9
	F2 w, w, fsgnjx.s, 0xffffffffb4de676c, 0, 0x34de676c, 0xffffffffddbfffff
	F2 w, w, fsgnjx.s, 0x0, 0, 0x0, 0x7f800000
	F2 w, w, fsgnjx.s, 0x1fffffff, 0, 0x1fffffff, 0x7f
	F2 w, w, fsgnjx.s, 0xfffffffffefbffff, 0, 0xfffffffffefbffff, 0x7efbfffe
	F2 w, w, fsgnjx.s, 0xffffffffbfffffff, 0, 0x3fffffff, 0xffffffffa5ffdfff
	F2 w, w, fsgnjx.s, 0xffffffff81002000, 0, 0x1002000, 0xffffffff807ffdff
	F2 w, w, fsgnjx.s, 0xffffffffa30fffff, 0, 0xffffffffa30fffff, 0x70804000
	F2 w, w, fsgnjx.s, 0xffffffffc30003ff, 0, 0xffffffffc30003ff, 0x430003fe
	F2 w, w, fsgnjx.s, 0xffffffffff000000, 0, 0x7f000000, 0xffffffffc07fff80
	F2 w, w, fsgnjx.s, 0xffffffffdab30dd3, 0, 0x5ab30dd3, 0xffffffffc0800002
	F2 w, w, fsgnjx.s, 0x269fffff, 0, 0x269fffff, 0x2d7f8000
	F2 w, w, fsgnjx.s, 0xfffffffffffff800, 0, 0xfffffffffffff800, 0x7f7ff7ff
	F2 w, w, fsgnjx.s, 0xffffffff80000000, 0, 0x0, 0xffffffffde000000
	F2 w, w, fsgnjx.s, 0x7f800000, 0, 0xffffffffff800000, 0xffffffffb87ffffe
	F2 w, w, fsgnjx.s, 0xffffffff807fc000, 0, 0xffffffff807fc000, 0x1c6ec99b
	F2 w, w, fsgnjx.s, 0xffffffff81800010, 0, 0xffffffff81800010, 0x3a020000
	F2 w, w, fsgnjx.s, 0x3e800000, 0, 0x3e800000, 0x3e7fffff
	F2 w, w, fsgnjx.s, 0x2d802000, 0, 0x2d802000, 0x2d802000

	FX1 w, fclass.s, 0x40, 0, 0x13800000
TEST_END
