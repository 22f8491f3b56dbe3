// Double-precision comparison, minimum, sign injection, classification: macro, formats, instruction, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FX2 d, feq.d, 0x0, 0, 0xc00fffffffffffc0, 0x37fffffffffffff
	FX2 d, feq.d, 0x0, 16, 0x7ff3ffffffffffff, 0x0

	FX2 d, flt.d, 0x1, 0, 0xd00fcbcfd5ce8789, 0xbbe8000000000000
	FX2 d, flt.d, 0x0, 16, 0x7ffffffeffffffff, 0x7fffffffffbfffff

	FX2 d, fle.d, 0x0, 0, 0x79ea3473020e90d7, 0xffcfffffdfffffff
	FX2 d, fle.d, 0x0, 16, 0xfffffffffffbffff, 0xbfe000000000007f

	F2 d, d, fmin.d, 0xffc6175dc655f2d0, 0, 0x9560000000000000, 0xffc6175dc655f2d0
	F2 d, d, fmin.d, 0x7ff8000000000000, 0, 0xfffa890b2c3d8633, 0x7ffa890b2c3d8633
	F2 d, d, fmin.d, 0xbff000000007ffff, 0, 0xbff000000007ffff, 0xbd7f800000000000
	F2 d, d, fmin.d, 0xaf4fffff00000000, 0, 0x803ffffff8000000, 0xaf4fffff00000000
	F2 d, d, fmin.d, 0xd94a6f593528fc5f, 0, 0x594a6f593528fc5e, 0xd94a6f593528fc5f
	F2 d, d, fmin.d, 0x3fefffffffffffff, 0, 0x3fefffffffffffff, 0x41bffffffffffff8
	F2 d, d, fmin.d, 0xbfc000000000003f, 0, 0x1fffc000000000, 0xbfc000000000003f
	F2 d, d, fmin.d, 0xbfd3ffffffffffff, 0, 0xbfd3ffffffffffff, 0x1fefffffffffff
	F2 d, d, fmin.d, 0xffc0000000000, 0, 0xfffffffffffff, 0xffc0000000000
	F2 d, d, fmin.d, 0xad70000000000000, 0, 0xad70000000000000, 0x2d70000000000000
	F2 d, d, fmin.d, 0xb32000000001ffff, 0, 0xb32000000001ffff, 0x43ae9d6fbb012c6e
	F2 d, d, fmin.d, 0xffd67e332ba26b9a, 0, 0xd00000000000000, 0xffd67e332ba26b9a
	F2 d, d, fmin.d, 0x40d0000000000800, 0, 0x40d0000000000800, 0x40d0000000000801
	F2 d, d, fmin.d, 0x33171a3f4c0b8c0c, 0, 0x33171a3f4c0b8c0d, 0x33171a3f4c0b8c0c
	F2 d, d, fmin.d, 0x800fffefffffffff, 0, 0x400000000000, 0x800fffefffffffff
	F2 d, d, fmin.d, 0xaa8fffffffc00000, 0, 0xaa8fffffffc00000, 0x7fcffffff8000000
	F2 d, d, fmin.d, 0xfd6000000000003f, 0, 0x4010000008000000, 0xfd6000000000003f
	F2 d, d, fmin.d, 0xcc90000000000000, 0, 0xcc90000000000000, 0x8030000000000010
	F2 d, d, fmin.d, 0x803ffe0000000000, 0, 0x9b57a016b975b, 0x803ffe0000000000
	F2 d, d, fmin.d, 0x3fc1000000000000, 16, 0x3fc1000000000000, 0xfff0000000000002

	F2 d, d, fmax.d, 0xbefffffffffffffe, 0, 0xbf00000000000000, 0xbefffffffffffffe
	F2 d, d, fmax.d, 0x7ff0000000000000, 0, 0x7ff0000000000000, 0x7feffffffffffffe
	F2 d, d, fmax.d, 0x3fea50ee23aecd3c, 0, 0x3fea50ee23aecd3c, 0xc010000000000000
	F2 d, d, fmax.d, 0x2b02f9fd99d5861e, 16, 0x2b02f9fd99d5861e, 0x7ff00001ffffffff
	F2 d, d, fmax.d, 0x3fffffffffffff, 0, 0x3fffffffffffff, 0xef20000000000001
	F2 d, d, fmax.d, 0x9c50000000000000, 0, 0x7fffffffffffffff, 0x9c50000000000000
	F2 d, d, fmax.d, 0x3c1ffffffffffffd, 0, 0xbc1fffffffffffff, 0x3c1ffffffffffffd
	F2 d, d, fmax.d, 0x7fe0000000000007, 0, 0xffd7ffffffffffff, 0x7fe0000000000007
	F2 d, d, fmax.d, 0xbdf7157a57d336c6, 0, 0xffffffffefffffff, 0xbdf7157a57d336c6
	F2 d, d, fmax.d, 0x3fc07fffffffffff, 0, 0xffc0000000000000, 0x3fc07fffffffffff
	F2 d, d, fmax.d, 0xc33ffffffffff7ff, 0, 0xc33ffffffffff7ff, 0xffeffffffffc0000
	F2 d, d, fmax.d, 0x2ffffff0000002, 0, 0x802ffffff0000000, 0x2ffffff0000002
	F2 d, d, fmax.d, 0xffcffffffffffc00, 16, 0xffcffffffffffc00, 0xfff0000000010000
	F2 d, d, fmax.d, 0xbfc0000000000000, 0, 0xbfc0000000000000, 0xbfc0000000000002
	F2 d, d, fmax.d, 0x8000000000000040, 0, 0x8000000000000040, 0x8000000000000042
	F2 d, d, fmax.d, 0xbbc0000000000000, 0, 0xbbc0000000000000, 0xc110000000200000
	F2 d, d, fmax.d, 0xc2633ee143562, 16, 0xc2633ee143562, 0x7ff0007fffffffff
	F2 d, d, fmax.d, 0x801fffffffffffff, 0, 0xbff0000000000000, 0x801fffffffffffff
	F2 d, d, fmax.d, 0x400000000, 0, 0x80126b9e83b2d155, 0x400000000
	F2 d, d, fmax.d, 0xc3bfffffffffffff, 0, 0xc3bfffffffffffff, 0xffefc00000000000

	F2 d, d, fsgnj.d, 0x80ffffffffffffff, 0, 0xffffffffffffff, 0xffd0000080000000
	F2 d, d, fsgnj.d, 0x27ffffffffffff, 0, 0x27ffffffffffff, 0x28000000000001
	F2 d, d, fsgnj.d, 0xc01fff8000000000, 0, 0xc01fff8000000000, 0xc01fff8000000002
	F2 d, d, fsgnj.d, 0xc4000003ffffffff, 0, 0x44000003ffffffff, 0xffd001ffffffffff
	F2 d, d, fsgnj.d, 0x7fefffffe0000000, 0, 0x7fefffffe0000000, 0x3c316a8756ee78
	F2 d, d, fsgnj.d, 0x5c20000000000000, 0, 0x5c20000000000000, 0x1c000000000000
	F2 d, d, fsgnj.d, 0xbf2fe00000000000, 0, 0x3f2fe00000000000, 0xffdfffffe0000000
	F2 d, d, fsgnj.d, 0x800fffffffffffff, 0, 0xfffffffffffff, 0x8000000000000000
	F2 d, d, fsgnj.d, 0x3be0000000080000, 0, 0x3be0000000080000, 0x3be000000007ffff
	F2 d, d, fsgnj.d, 0x41bfffffdfffffff, 0, 0x41bfffffdfffffff, 0x3b900fffffffffff
	F2 d, d, fsgnj.d, 0xffd1c89c253c19a7, 0, 0xffd1c89c253c19a7, 0xa7200fffffffffff
	F2 d, d, fsgnj.d, 0x8, 0, 0x8, 0xfffffffffffff
	F2 d, d, fsgnj.d, 0xffefffffffffffff, 0, 0xffefffffffffffff, 0xffffffffffffffff
	F2 d, d, fsgnj.d, 0x8010000000000000, 0, 0x10000000000000, 0x8010010000000000
	F2 d, d, fsgnj.d, 0x3ff0000000000000, 0, 0x3ff0000000000000, 0x200000007fffff
	F2 d, d, fsgnj.d, 0xffc0000000000000, 0, 0xffc0000000000000, 0xffc0000000000002
	F2 d, d, fsgnj.d, 0xc070020000000000, 0, 0xc070020000000000, 0xbd6ffffffffff7ff
	F2 d, d, fsgnj.d, 0xc020000000000000, 0, 0x4020000000000000, 0xc020000000000000
	F2 d, d, fsgnj.d, 0xf79c2432e61a403c, 0, 0x779c2432e61a403c, 0xf79c2432e61a403e
	F2 d, d, fsgnj.d, 0xfb9dffffffffffff, 0, 0xfb9dffffffffffff, 0xfb9dffffffffffff

	F2 d, d, fsgnjn.d, 0xffefffffffc00000, 0, 0x7fefffffffc00000, 0xfffffffffff00
	F2 d, d, fsgnjn.d, 0xbff305e8b4a42924, 0, 0xbff305e8b4a42924, 0x43ad6714acc58e7
	F2 d, d, fsgnjn.d, 0xfffffffffffff, 0, 0xfffffffffffff, 0xa80d4bccba155842
	F2 d, d, fsgnjn.d, 0x7fffffffffffffff, 0, 0x7fffffffffffffff, 0xffd98da55da363bb
	F2 d, d, fsgnjn.d, 0x3c240795af87e2e4, 0, 0xbc240795af87e2e4, 0xfffffff800000000
	F2 d, d, fsgnjn.d, 0xfff4000000000000, 0, 0x7ff4000000000000, 0x7ff3ffffffffffff
	F2 d, d, fsgnjn.d, 0x7fc1000000000000, 0, 0x7fc1000000000000, 0xffc1000000000000
	F2 d, d, fsgnjn.d, 0xc01fffffdfffffff, 0, 0x401fffffdfffffff, 0x4c045d215097
	F2 d, d, fsgnjn.d, 0x402ffffffffc0000, 0, 0xc02ffffffffc0000, 0xc33ffffffffffff8
	F2 d, d, fsgnjn.d, 0x400fffffffffffff, 0, 0x400fffffffffffff, 0x8000000000400000
	F2 d, d, fsgnjn.d, 0x3da90d9ca0aeffad, 0, 0x3da90d9ca0aeffad, 0x8020000000000000
	F2 d, d, fsgnjn.d, 0x40c8000000000000, 0, 0x40c8000000000000, 0xfffffffc00000000
	F2 d, d, fsgnjn.d, 0x800ffffffff80000, 0, 0xffffffff80000, 0x2ff80000000000
	F2 d, d, fsgnjn.d, 0x3fffffffc00000, 0, 0x803fffffffc00000, 0xee59130a680779f8
	F2 d, d, fsgnjn.d, 0x1ffff000000000, 0, 0x1ffff000000000, 0x801fffeffffffffe
	F2 d, d, fsgnjn.d, 0x2fffffffffffff, 0, 0x2fffffffffffff, 0xc280000000000000
	F2 d, d, fsgnjn.d, 0x2e249b5d5e3351cb, 0, 0x2e249b5d5e3351cb, 0xae249b5d5e3351cd
	F2 d, d, fsgnjn.d, 0xbbcfffffffffffff, 0, 0x3bcfffffffffffff, 0x3bcfffffffffffff
	F2 d, d, fsgnjn.d, 0x3f00000000000003, 0, 0x3f00000000000003, 0xffffffffffffffff
	F2 d, d, fsgnjn.d, 0x8020000000000000, 0, 0x8020000000000000, 0xff

	F2 d, d, fsgnjx.d, 0xbec0000000000000, 0, 0xbec0000000000000, 0x3ec0000000000002
	F2 d, d, fsgnjx.d, 0x3ff15e7220d29a, 0, 0x803ff15e7220d29a, 0xc40fffffffffffff
	F2 d, d, fsgnjx.d, 0xfff00001ffffffff, 0, 0xfff00001ffffffff, 0x3f80000000000000
	F2 d, d, fsgnjx.d, 0x10000000040000, 0, 0x10000000040000, 0x1fffffefffffff
	F2 d, d, fsgnjx.d, 0xc640000000000000, 0, 0x4640000000000000, 0xbfc0000000000003
	F2 d, d, fsgnjx.d, 0x4110000000100000, 0, 0xc110000000100000, 0xc1100000000ffffe
	F2 d, d, fsgnjx.d, 0x52e0000000000000, 0, 0x52e0000000000000, 0x3fdb5ad242d8f5bc
	F2 d, d, fsgnjx.d, 0xbfcfffffffffffff, 0, 0xbfcfffffffffffff, 0x3fcfe00000000000
	F2 d, d, fsgnjx.d, 0xa241bf2d32f0c40e, 0, 0x2241bf2d32f0c40e, 0xfffffffffffff7ff
	F2 d, d, fsgnjx.d, 0xf800000000000, 0, 0x800f800000000000, 0xffe0000000000000
	F2 d, d, fsgnjx.d, 0x3fe000000fffffff, 0, 0xbfe000000fffffff, 0xbfdfff0000000000
	F2 d, d, fsgnjx.d, 0x7fdfffffffffffef, 0, 0xffdfffffffffffef, 0x803000007fffffff
	F2 d, d, fsgnjx.d, 0x800fffffffffffff, 0, 0x800fffffffffffff, 0x7ff0000000004000
	F2 d, d, fsgnjx.d, 0x803001ffffffffff, 0, 0x3001ffffffffff, 0xffcfffffffffffff
	F2 d, d, fsgnjx.d, 0x36bffffffc000000, 0, 0xb6bffffffc000000, 0x803000000000007f
	F2 d, d, fsgnjx.d, 0x1cb38ba9d8b9ffea, 0, 0x9cb38ba9d8b9ffea, 0xd68ffeffffffffff
	F2 d, d, fsgnjx.d, 0x801fffff00000000, 0, 0x801fffff00000000, 0x8000000000
	F2 d, d, fsgnjx.d, 0x3531696a1e949feb, 0, 0x3531696a1e949feb, 0x710000000000100
	F2 d, d, fsgnjx.d, 0xffc0000000008000, 0, 0xffc0000000008000, 0xffffffffff000
	F2 d, d, fsgnjx.d, 0xc0f0002000000000, 0, 0x40f0002000000000, 0xc0f0002000000001

	FX1 d, fclass.d, 0x20, 0, 0x80000000
TEST_END
