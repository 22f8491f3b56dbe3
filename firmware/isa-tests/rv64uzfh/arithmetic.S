// Half-precision arithmetic: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR2 h, h, fadd.h, RNE, 0x7e00, 16, 0xd84, 0xfffffffffffffca1
	FR2 h, h, fadd.h, RTZ, 0xd8f, 1, 0xc80, 0x43f
	FR2 h, h, fadd.h, RDN, 0x820, 0, 0xa00, 0xffffffffffff83c0
	FR2 h, h, fadd.h, RUP, 0x7e00, 0, 0xffffffffffff8002, 0x7f00
	FR2 h, h, fadd.h, RMM, 0x7e00, 0, 0x20d, 0xffffffffffffffff
	FR2 h, h, fadd.h, RTZ, 0xffffffffffffb7e0, 0, 0x477f, 0xffffffffffffc7fd
	FR2 h, h, fadd.h, RDN, 0x7e00, 0, 0xfffffffffffffffd, 0xffffffffffff8bee
	FR2 h, h, fadd.h, RUP, 0xfffffffffffff3ff, 1, 0xfffffffffffff3ff, 0xffffffffffff9b7f
	FR2 h, h, fadd.h, RNE, 0xffffffffffff8cff, 0, 0x400, 0xffffffffffff8dff
	FR2 h, h, fadd.h, RTZ, 0x7e00, 0, 0x7e00, 0xffffffffffff81ff
	FR2 h, h, fadd.h, RDN, 0x7e00, 16, 0x7c03, 0x73c0
	FR2 h, h, fadd.h, RUP, 0x7010, 1, 0x7010, 0xffffffffffff8bff
	FR2 h, h, fadd.h, RMM, 0xfffffffffffff3ef, 1, 0xfffffffffffff3ef, 0x1ff
	FR2 h, h, fadd.h, RNE, 0xffffffffffffb3bf, 0, 0xffffffffffffb3ff, 0x2000
	FR2 h, h, fadd.h, RTZ, 0xffffffffffffbb9d, 1, 0xffffffffffffbb9e, 0xf00
	FR2 h, h, fadd.h, RUP, 0xffffffffffffcc00, 1, 0xffffffffffff83ff, 0xffffffffffffcc00
	FR2 h, h, fadd.h, RNE, 0x7400, 1, 0x7400, 0x3ff
	FR2 h, h, fadd.h, RUP, 0xffffffffffffc008, 0, 0xffffffffffffbc07, 0xffffffffffffbc09
	FR2 h, h, fadd.h, RMM, 0x4c00, 0, 0x77f0, 0xfffffffffffff7ef
	FR2 h, h, fadd.h, RTZ, 0x106f, 1, 0xfff, 0x37f

	FR2 h, h, fsub.h, RNE, 0x7e00, 16, 0x7d00, 0xffffffffffffe800
	FR2 h, h, fsub.h, RTZ, 0x7e00, 16, 0x7cfa, 0x2c7f
	FR2 h, h, fsub.h, RDN, 0x49ff, 1, 0x49ff, 0xffffffffffff81ff
	FR2 h, h, fsub.h, RUP, 0xffffffffffff8051, 0, 0xffffffffffff8028, 0x29
	FR2 h, h, fsub.h, RNE, 0x4800, 0, 0x6fef, 0x6fed
	FR2 h, h, fsub.h, RTZ, 0x7e00, 0, 0xfffffffffffffe1a, 0xc07
	FR2 h, h, fsub.h, RDN, 0x32fe, 1, 0xffffffffffff8200, 0xffffffffffffb2ff
	FR2 h, h, fsub.h, RUP, 0x7e00, 0, 0x7fff, 0xffffffffffffc400
	FR2 h, h, fsub.h, RMM, 0x7e00, 0, 0xffffffffffffffff, 0xffffffffffff9dbe
	FR2 h, h, fsub.h, RNE, 0x7e00, 0, 0x7ef4, 0xfffffffffffff7ff
	FR2 h, h, fsub.h, RDN, 0x7e00, 0, 0x7f66, 0xffffffffffff8003
	FR2 h, h, fsub.h, RUP, 0x6ffe, 0, 0x6bff, 0xffffffffffffebfd
	FR2 h, h, fsub.h, RNE, 0x11, 0, 0x400, 0x3ef
	FR2 h, h, fsub.h, RTZ, 0x7c00, 0, 0x7c00, 0x4003
	FR2 h, h, fsub.h, RDN, 0xfffffffffffff4ff, 1, 0x387f, 0x74ff
	FR2 h, h, fsub.h, RMM, 0x7e00, 16, 0x7d00, 0xfffffffffffffd02
	FR2 h, h, fsub.h, RTZ, 0xfffffffffffff402, 1, 0xffffffffffffd277, 0x73ff
	FR2 h, h, fsub.h, RUP, 0x76ab, 1, 0x7256, 0xfffffffffffff2ff
	FR2 h, h, fsub.h, RNE, 0xffffffffffffb0fe, 1, 0xffffffffffffb0ff, 0xffffffffffff8400
	FR2 h, h, fsub.h, RTZ, 0xffffffffffff8c3e, 0, 0xffffffffffff80fc, 0xbfe

	FR2 h, h, fmul.h, RNE, 0x4bfe, 1, 0xffffffffffff8fff, 0xfffffffffffff7ff
	FR2 h, h, fmul.h, RTZ, 0x7e00, 0, 0x5ff, 0x7f19
	FR2 h, h, fmul.h, RDN, 0xffffffffffff85f4, 1, 0x32d3, 0xffffffffffff8efa
	FR2 h, h, fmul.h, RUP, 0x3e00, 0, 0x7a00, 0x200
	FR2 h, h, fmul.h, RMM, 0x7e00, 0, 0xfffffffffffffff8, 0xfffffffffffff808
	FR2 h, h, fmul.h, RNE, 0x7e00, 0, 0x381f, 0x7f80
	FR2 h, h, fmul.h, RTZ, 0xffffffffffff9f08, 0, 0xffffffffffffa380, 0x3780
	FR2 h, h, fmul.h, RDN, 0xffffffffffff88ae, 1, 0xffffffffffffb8c1, 0xbdf
	FR2 h, h, fmul.h, RUP, 0x7e00, 16, 0xfffffffffffffbff, 0x7c5d
	FR2 h, h, fmul.h, RMM, 0xffffffffffff800f, 3, 0x3c10, 0xffffffffffff800f
	FR2 h, h, fmul.h, RNE, 0x0, 0, 0xffffffffffff8000, 0xffffffffffff8000
	FR2 h, h, fmul.h, RDN, 0x7c00, 0, 0x6407, 0x7c00
	FR2 h, h, fmul.h, RUP, 0xffffffffffffd3f4, 1, 0x1403, 0xfffffffffffffbef
	FR2 h, h, fmul.h, RNE, 0xffffffffffff8001, 3, 0xffffffffffff87c0, 0xfef
	FR2 h, h, fmul.h, RTZ, 0xffffffffffff9ac0, 0, 0xfffffffffffff480, 0x3
	FR2 h, h, fmul.h, RDN, 0x77fe, 1, 0x77ff, 0x3bff
	FR2 h, h, fmul.h, RUP, 0xfffffffffffffbff, 5, 0x7001, 0xfffffffffffff002
	FR2 h, h, fmul.h, RMM, 0x7e00, 16, 0xfffffffffffffc00, 0xfffffffffffffc02
	FR2 h, h, fmul.h, RNE, 0xffffffffffff87fd, 1, 0xffffffffffffbfff, 0x3ff
	FR2 h, h, fmul.h, RTZ, 0xffffffffffff8000, 3, 0xffffffffffff87c0, 0x7bf

	FR2 h, h, fdiv.h, RNE, 0x7e00, 0, 0xffffffffffff8000, 0x7ffe
	FR2 h, h, fdiv.h, RTZ, 0xfffffffffffffbff, 5, 0x73ff, 0xffffffffffff8c01
	FR2 h, h, fdiv.h, RDN, 0x3c00, 1, 0x380f, 0x380e
	FR2 h, h, fdiv.h, RUP, 0xffffffffffff8000, 3, 0xffe, 0xfffffffffffffbff
	FR2 h, h, fdiv.h, RMM, 0x7c00, 5, 0x6056, 0x3e0
	FR2 h, h, fdiv.h, RNE, 0x7c00, 5, 0xffffffffffffc5a6, 0xffffffffffff8408
	FR2 h, h, fdiv.h, RTZ, 0x3bfe, 1, 0x6600, 0x6601
	FR2 h, h, fdiv.h, RDN, 0x7e00, 16, 0x7c01, 0xfffffffffffffda7
	FR2 h, h, fdiv.h, RUP, 0x7e00, 16, 0x7d13, 0xfffffffffffffc10
	FR2 h, h, fdiv.h, RMM, 0x7e00, 0, 0x7f00, 0xe00
	FR2 h, h, fdiv.h, RNE, 0xffffffffffffc011, 1, 0xffffffffffff8810, 0x3ff
	FR2 h, h, fdiv.h, RTZ, 0x28f3, 1, 0x68f3, 0x7bff
	FR2 h, h, fdiv.h, RDN, 0x7bff, 5, 0xffffffffffffdc00, 0xffffffffffff8057
	FR2 h, h, fdiv.h, RUP, 0x1, 3, 0xffffffffffff82ff, 0xfffffffffffff400
	FR2 h, h, fdiv.h, RMM, 0xfffffffffffffc00, 5, 0xfffffffffffff401, 0x3bf
	FR2 h, h, fdiv.h, RNE, 0xffffffffffff80f1, 3, 0xffffffffffffb36e, 0x73e8
	FR2 h, h, fdiv.h, RTZ, 0x7bff, 5, 0xfffffffffffff400, 0xffffffffffff8407
	FR2 h, h, fdiv.h, RDN, 0xffffffffffffbc00, 0, 0xffffffffffff83ff, 0x3ff
	FR2 h, h, fdiv.h, RUP, 0xfffffffffffffbff, 5, 0x49ff, 0xffffffffffff823b
	FR2 h, h, fdiv.h, RMM, 0x7c00, 8, 0x800, 0x0

	FR1 h, h, fsqrt.h, RNE, 0x5bff, 1, 0x7bff
	FR1 h, h, fsqrt.h, RTZ, 0x7e00, 16, 0xfffffffffffffc00
	FR1 h, h, fsqrt.h, RDN, 0x57ff, 1, 0x73ff
	FR1 h, h, fsqrt.h, RUP, 0x55ae, 1, 0x7007
	FR1 h, h, fsqrt.h, RNE, 0x7e00, 0, 0xffffffffffffffc0
	FR1 h, h, fsqrt.h, RDN, 0x7e00, 16, 0xffffffffffff83ff
	FR1 h, h, fsqrt.h, RUP, 0x7e00, 16, 0xffffffffffffb802
	FR1 h, h, fsqrt.h, RMM, 0x7e00, 16, 0xffffffffffffb601
	FR1 h, h, fsqrt.h, RNE, 0x203e, 1, 0x480
	FR1 h, h, fsqrt.h, RMM, 0xc00, 0, 0x1
	FR1 h, h, fsqrt.h, RDN, 0x55a8, 1, 0x7000
	FR1 h, h, fsqrt.h, RMM, 0x3c96, 1, 0x3d42
	FR1 h, h, fsqrt.h, RNE, 0x2001, 1, 0x402
	FR1 h, h, fsqrt.h, RTZ, 0x7e00, 0, 0xffffffffffffffff
	FR1 h, h, fsqrt.h, RNE, 0x7e00, 16, 0xfffffffffffff3ff
	FR1 h, h, fsqrt.h, RTZ, 0x3bff, 1, 0x3bff
	FR1 h, h, fsqrt.h, RDN, 0x1fef, 1, 0x3f0
	FR1 h, h, fsqrt.h, RTZ, 0x21a8, 1, 0x800
	FR1 h, h, fsqrt.h, RMM, 0x19a2, 1, 0x7f
	FR1 h, h, fsqrt.h, RNE, 0x57ff, 1, 0x73ff
TEST_END
