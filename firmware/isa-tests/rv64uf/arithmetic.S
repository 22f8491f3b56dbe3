// Single-precision arithmetic: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR2 w, w, fadd.s, RNE, 0x7fc00000, 0, 0x148001ff, 0xffffffffffffffef
	FR2 w, w, fadd.s, RTZ, 0x7fc00000, 0, 0xffffffffffffff7f, 0x17fffc0
	FR2 w, w, fadd.s, RDN, 0x7effffde, 1, 0x7effffdf, 0xffffffffb4fff000
	FR2 w, w, fadd.s, RUP, 0xffffffff808003ff, 0, 0xffffffff80800000, 0xffffffff800003ff
	FR2 w, w, fadd.s, RMM, 0xffffffff80ff0000, 0, 0xffffffff807f8000, 0xffffffff807f8000
	FR2 w, w, fadd.s, RNE, 0xffffffffd5800200, 1, 0xffffffffd5800200, 0x3fc2a131
	FR2 w, w, fadd.s, RTZ, 0x7e7fff7c, 1, 0xfffffffff6000001, 0x7e7ffffd
	FR2 w, w, fadd.s, RDN, 0x7fc00000, 0, 0xffffffffccffdfff, 0x7fc00000
	FR2 w, w, fadd.s, RUP, 0x7f7fffff, 0, 0x7f000000, 0x7efffffe
	FR2 w, w, fadd.s, RMM, 0x32600000, 1, 0x7fffff, 0x32600000
	FR2 w, w, fadd.s, RNE, 0x7fc00000, 16, 0xffffffffff9db229, 0xffffffffffffff80
	FR2 w, w, fadd.s, RTZ, 0x7efffffe, 1, 0x7effffff, 0xffffffffaa0a30b7
	FR2 w, w, fadd.s, RDN, 0xffffffffd9000000, 1, 0xffffffffd9000000, 0x1000080
	FR2 w, w, fadd.s, RUP, 0x7f800000, 5, 0x1e00000, 0x7f7fffff
	FR2 w, w, fadd.s, RMM, 0xffffffffed7fffff, 1, 0x16000000, 0xffffffffed7fffff
	FR2 w, w, fadd.s, RNE, 0xfffffffffe7fffff, 1, 0xffffffff80200000, 0xfffffffffe7fffff
	FR2 w, w, fadd.s, RTZ, 0xffffffffff800000, 0, 0xffffffffff800000, 0xffffffff80000004
	FR2 w, w, fadd.s, RUP, 0x3d7fe000, 1, 0xffffffff81bfffff, 0x3d7fe000
	FR2 w, w, fadd.s, RMM, 0xffffffff81a00000, 1, 0xffffffff81800000, 0xffffffff807fffff
	FR2 w, w, fadd.s, RNE, 0xffffffffff800000, 0, 0xffffffffbd96a10c, 0xffffffffff800000

	FR2 w, w, fsub.s, RNE, 0xffffffffd8000000, 1, 0x3efffff8, 0x58000000
	FR2 w, w, fsub.s, RTZ, 0x44ffffff, 1, 0xffffffffa6fffdff, 0xffffffffc5000000
	FR2 w, w, fsub.s, RDN, 0xffffffffcd7ffffe, 1, 0xffffffff807fffff, 0x4d7ffffd
	FR2 w, w, fsub.s, RUP, 0xffffffffff7fffff, 1, 0xfffffffffeffffff, 0x7f000000
	FR2 w, w, fsub.s, RMM, 0x7e700000, 1, 0xffffffffd8800000, 0xfffffffffe700000
	FR2 w, w, fsub.s, RTZ, 0xffffffff80fffffe, 0, 0xffffffff807fffff, 0x7fffff
	FR2 w, w, fsub.s, RDN, 0x7fc00000, 16, 0xffffffffff8001ff, 0xfffff8
	FR2 w, w, fsub.s, RUP, 0x23800000, 0, 0x2f800000, 0x2f7fffff
	FR2 w, w, fsub.s, RMM, 0x34000000, 1, 0x7fffff, 0xffffffffb4000000
	FR2 w, w, fsub.s, RNE, 0xffffffffd6fbffff, 1, 0xffffffffd6fbffff, 0xffffffff807f8000
	FR2 w, w, fsub.s, RTZ, 0xffffffffff100000, 1, 0xfffffffffe900000, 0x7e900001
	FR2 w, w, fsub.s, RDN, 0x7f000001, 1, 0x7f000002, 0x1d000000
	FR2 w, w, fsub.s, RUP, 0x7fc00000, 0, 0x7fffffff, 0x317ffff0
	FR2 w, w, fsub.s, RNE, 0x590007ff, 1, 0xffffffff80001000, 0xffffffffd90007ff
	FR2 w, w, fsub.s, RTZ, 0x40, 0, 0x1800000, 0x17fffe0
	FR2 w, w, fsub.s, RDN, 0x2881fffe, 1, 0x2881ffff, 0x800000
	FR2 w, w, fsub.s, RUP, 0x7fc00000, 16, 0x7f803fff, 0x3c820000
	FR2 w, w, fsub.s, RMM, 0x7f800000, 0, 0x7f800000, 0xffffffffff800000
	FR2 w, w, fsub.s, RNE, 0xffffffffcc900000, 1, 0xffffffffcc900000, 0xffffffffb70d5c2c
	FR2 w, w, fsub.s, RTZ, 0xfffffffff6979d2b, 1, 0xfffffffff6979d2b, 0x13f91f

	FR2 w, w, fmul.s, RNE, 0x7fc00000, 0, 0xfffffffffffffbff, 0x7fcf37e5
	FR2 w, w, fmul.s, RTZ, 0x7a87ffff, 0, 0x7e87ffff, 0x3b800000
	FR2 w, w, fmul.s, RDN, 0xffffffff80000001, 3, 0x17fffff, 0xffffffff800007ff
	FR2 w, w, fmul.s, RUP, 0xffffffffb12df4d4, 1, 0x6ffffff0, 0xffffffff80adf4df
	FR2 w, w, fmul.s, RMM, 0x7fc00000, 0, 0xffffffffffc43795, 0x7fc43793
	FR2 w, w, fmul.s, RTZ, 0x7fc00000, 0, 0x7ff, 0xfffffffffff00000
	FR2 w, w, fmul.s, RDN, 0xffffffff9107ffff, 1, 0xffffffff8087ffff, 0x4fffffff
	FR2 w, w, fmul.s, RUP, 0x7fc00000, 16, 0xffffffffbeffffff, 0xffffffffff8bc0bc
	FR2 w, w, fmul.s, RMM, 0x7fc00000, 16, 0x7f900000, 0x1800007
	FR2 w, w, fmul.s, RNE, 0xffffffff815fffff, 1, 0xffffffff817fffff, 0x3f600000
	FR2 w, w, fmul.s, RTZ, 0x3680001f, 1, 0xffffffffbb00000f, 0xffffffffbb000010
	FR2 w, w, fmul.s, RDN, 0x7fc00000, 0, 0xffffffff807fffff, 0xfffffffffffff7ff
	FR2 w, w, fmul.s, RUP, 0xffffffffc343ffff, 1, 0xffffffffc15fffff, 0x41600001
	FR2 w, w, fmul.s, RMM, 0x0, 0, 0x0, 0x4b200000
	FR2 w, w, fmul.s, RTZ, 0x3f7ffffc, 1, 0x3f7fffff, 0x3f7ffffd
	FR2 w, w, fmul.s, RDN, 0xffffffffb1f807bf, 1, 0xffffffffbb800400, 0x35f7ffff
	FR2 w, w, fmul.s, RUP, 0xffffffffe21bf475, 1, 0xffffffffa49bf476, 0x7cffffff
	FR2 w, w, fmul.s, RNE, 0x7fc00000, 16, 0xffffffffff9d8d7f, 0xffffffffe87fffef
	FR2 w, w, fmul.s, RDN, 0xffffffffdddfff8f, 1, 0xffffffffbedfffff, 0x5e7fff7f
	FR2 w, w, fmul.s, RMM, 0xffffffffc004743f, 1, 0xfffffffffe309aff, 0x13fffff

	FR2 w, w, fdiv.s, RNE, 0x42804003, 1, 0xffffffff82803fff, 0xffffffff801fffff
	FR2 w, w, fdiv.s, RTZ, 0x7fc00000, 16, 0x7f8007ff, 0xffffffff9d3fffff
	FR2 w, w, fdiv.s, RDN, 0xffffffffbe063f84, 1, 0xffffffff80600000, 0x1b71065
	FR2 w, w, fdiv.s, RUP, 0xfffffffff597ee94, 1, 0x3697ee8f, 0xffffffff807ffffb
	FR2 w, w, fdiv.s, RMM, 0xffffffffbf800000, 0, 0x1d800000, 0xffffffff9d800000
	FR2 w, w, fdiv.s, RNE, 0xffffffffbf800002, 1, 0xffffffff81800008, 0x1800006
	FR2 w, w, fdiv.s, RDN, 0xffffffffbf7fffff, 0, 0x1ffffff, 0xffffffff82000000
	FR2 w, w, fdiv.s, RUP, 0x3f800000, 0, 0xfffffd, 0xfffffd
	FR2 w, w, fdiv.s, RMM, 0x7fc00000, 0, 0xffffffffffffff00, 0xffffffffff800000
	FR2 w, w, fdiv.s, RNE, 0x7df7ffc3, 1, 0xffffffffbef7ffff, 0xffffffff8080001f
	FR2 w, w, fdiv.s, RTZ, 0xffffffffbf7ffffe, 1, 0xffffffff817ffffc, 0x17ffffd
	FR2 w, w, fdiv.s, RDN, 0x7fc00000, 0, 0x7ffff000, 0x1fffbff
	FR2 w, w, fdiv.s, RUP, 0xffffffffbf800001, 1, 0x17fffff, 0xffffffff817ffffd
	FR2 w, w, fdiv.s, RMM, 0xffffffffff800000, 5, 0x437fffff, 0xffffffff807fe000
	FR2 w, w, fdiv.s, RNE, 0x7fc00000, 0, 0xffffffffff800000, 0x7fffffff
	FR2 w, w, fdiv.s, RTZ, 0x7b000201, 1, 0x3c8001ff, 0xfffffc
	FR2 w, w, fdiv.s, RDN, 0xffffffffb7800000, 0, 0x40, 0xffffffff80400000
	FR2 w, w, fdiv.s, RUP, 0x7fc00000, 16, 0xffffffffffa99b4b, 0xffffffffffffffff
	FR2 w, w, fdiv.s, RMM, 0xfffffffffd800004, 1, 0xffffffffbe7fffff, 0x7ffffc
	FR2 w, w, fdiv.s, RNE, 0x7f800000, 5, 0x46800003, 0x3114ed

	FR1 w, w, fsqrt.s, RNE, 0x1ffffc00, 1, 0x7ffc00
	FR1 w, w, fsqrt.s, RTZ, 0x208003ff, 1, 0x1800800
	FR1 w, w, fsqrt.s, RDN, 0x7fc00000, 16, 0xffffffff807fffff
	FR1 w, w, fsqrt.s, RUP, 0x7fc00000, 16, 0xffffffff817fffff
	FR1 w, w, fsqrt.s, RMM, 0x32fbf7df, 1, 0x26780000
	FR1 w, w, fsqrt.s, RNE, 0x25ffffff, 1, 0xc7fffff
	FR1 w, w, fsqrt.s, RTZ, 0x5efffffb, 1, 0x7e7ffff7
	FR1 w, w, fsqrt.s, RUP, 0x1fffffff, 1, 0x7fffff
	FR1 w, w, fsqrt.s, RMM, 0x1fffffff, 1, 0x7fffff
	FR1 w, w, fsqrt.s, RNE, 0x40400000, 0, 0x41100000
	FR1 w, w, fsqrt.s, RTZ, 0x7fc00000, 16, 0xffffffffd6200000
	FR1 w, w, fsqrt.s, RMM, 0x20001ffc, 1, 0x803fff
	FR1 w, w, fsqrt.s, RTZ, 0x3f000000, 0, 0x3e800000
	FR1 w, w, fsqrt.s, RUP, 0x1fce9048, 1, 0x535642
	FR1 w, w, fsqrt.s, RNE, 0x7fc00000, 16, 0xffffffffb0800010
	FR1 w, w, fsqrt.s, RTZ, 0x463504f2, 1, 0x4cffffff
	FR1 w, w, fsqrt.s, RUP, 0x0, 0, 0x0
	FR1 w, w, fsqrt.s, RMM, 0x3f000000, 0, 0x3e800000
	FR1 w, w, fsqrt.s, RNE, 0x47fffffb, 1, 0x507ffff7
	FR1 w, w, fsqrt.s, RUP, 0x1aef7751, 1, 0x7
TEST_END
