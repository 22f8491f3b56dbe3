// Half-precision fused multiply-add: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR3 h, h, fmadd.h, RNE, 0xffffffffffffd37c, 1, 0xfffffffffffff37d, 0x1bff, 0xffffffffffff83c0
	FR3 h, h, fmadd.h, RDN, 0x7e00, 16, 0x7bf0, 0xfffffffffffffc0f, 0xfffffffffffff7df
	FR3 h, h, fmadd.h, RUP, 0x7e00, 16, 0x4, 0xfffffffffffffe81, 0x7dfe
	FR3 h, h, fmadd.h, RMM, 0x7e00, 0, 0x7ffe, 0xffffffffffffbdff, 0xfffffffffffff7ff
	FR3 h, h, fmadd.h, RNE, 0x7e00, 0, 0xffffffffffff8fff, 0x7ffe, 0xffffffffffff8007
	FR3 h, h, fmadd.h, RTZ, 0x7e00, 0, 0xffffffffffff8fff, 0xfffffffffffffff0, 0xfffffffffffffe01
	FR3 h, h, fmadd.h, RDN, 0x4803, 1, 0xffffffffffffcc03, 0xffffffffffffb800, 0x100
	FR3 h, h, fmadd.h, RUP, 0xffffffffffff98a6, 1, 0xffffffffffff8500, 0x4ff0, 0x8f4
	FR3 h, h, fmadd.h, RMM, 0x7c00, 5, 0xfffffffffffff3f0, 0xfffffffffffffbff, 0xfffffffffffff3ff
	FR3 h, h, fmadd.h, RDN, 0x457d, 1, 0xe8d, 0x728d, 0x300f
	FR3 h, h, fmadd.h, RMM, 0x151b, 1, 0xffffffffffff80a4, 0xffffffffffffd3f7, 0x111b
	FR3 h, h, fmadd.h, RTZ, 0x7e00, 16, 0xffffffffffffe6ac, 0x7c0e, 0x7e01
	FR3 h, h, fmadd.h, RDN, 0x1, 0, 0x0, 0x45e2, 0x1
	FR3 h, h, fmadd.h, RUP, 0x7e00, 0, 0x7fe0, 0xfff, 0x70ca
	FR3 h, h, fmadd.h, RMM, 0x7e00, 16, 0xffffffffffff8008, 0xffffffffffffbc0f, 0xfffffffffffffc1f
	FR3 h, h, fmadd.h, RTZ, 0x7bff, 5, 0xfffffffffffff040, 0xffffffffffffe3bf, 0xfffffffffffffbff
	FR3 h, h, fmadd.h, RDN, 0xffffffffffffa3ff, 1, 0xffffffffffff8010, 0xffffffffffffafff, 0xffffffffffffa3ff
	FR3 h, h, fmadd.h, RMM, 0xffffffffffffab5d, 1, 0x3f, 0xfffffffffffff37f, 0x866
	FR3 h, h, fmadd.h, RNE, 0x1ffc, 1, 0xffffffffffff843f, 0x33fe, 0x2000
	FR3 h, h, fmadd.h, RDN, 0x7e00, 0, 0xfffffffffffffe6c, 0x3efb, 0xfffffffffffffbff

	FR3 h, h, fmsub.h, RNE, 0xffffffffffff9402, 1, 0xffffffffffffc402, 0xcff, 0xffffffffffff8bff
	FR3 h, h, fmsub.h, RTZ, 0xbfb, 0, 0xffffffffffff8000, 0xffffffffffff8bff, 0xffffffffffff8bfb
	FR3 h, h, fmsub.h, RDN, 0x7e00, 16, 0x7dff, 0x7400, 0xfffffffffffff007
	FR3 h, h, fmsub.h, RUP, 0x7e00, 16, 0x7ffc, 0xffffffffffff8001, 0xfffffffffffffdff
	FR3 h, h, fmsub.h, RMM, 0x7e00, 16, 0x7fbf, 0xffffffffffffb66a, 0x7dfe
	FR3 h, h, fmsub.h, RNE, 0x7e00, 16, 0x7c01, 0x7f7, 0xffffffffffff81ec
	FR3 h, h, fmsub.h, RTZ, 0x7e00, 0, 0x7bef, 0xfffffffffffffffb, 0xffffffffffff83ff
	FR3 h, h, fmsub.h, RDN, 0x7e00, 0, 0xfffffffffffffef6, 0x3f80, 0x400
	FR3 h, h, fmsub.h, RUP, 0x4410, 1, 0xffffffffffff8810, 0xfffffffffffff3fd, 0xffffffffffffc010
	FR3 h, h, fmsub.h, RMM, 0x7e00, 0, 0x440f, 0x7bc0, 0xffffffffffffffc0
	FR3 h, h, fmsub.h, RNE, 0xffffffffffff807f, 3, 0x3000, 0x3ff, 0xff
	FR3 h, h, fmsub.h, RDN, 0xfffffffffffff004, 1, 0xffffffffffff8100, 0xffffffffffffe001, 0x7004
	FR3 h, h, fmsub.h, RUP, 0x7e00, 0, 0x13ef, 0x0, 0x7fff
	FR3 h, h, fmsub.h, RNE, 0x3e66, 1, 0x3000, 0x4666, 0xffffffffffffba65
	FR3 h, h, fmsub.h, RTZ, 0x7e00, 16, 0xffffffffffffbc00, 0xfffffffffffffc01, 0xfffffffffffff3f8
	FR3 h, h, fmsub.h, RUP, 0xffffffffffffcf2e, 1, 0x443f, 0xffffffffffffc1ff, 0x4bff
	FR3 h, h, fmsub.h, RMM, 0xffffffffffffbc00, 1, 0xffffffffffffbfff, 0xffe, 0x3bff
	FR3 h, h, fmsub.h, RNE, 0x45d7, 1, 0x75da, 0x7fd, 0xffffffffffffc1d7
	FR3 h, h, fmsub.h, RTZ, 0x40da, 1, 0xfffffffffffff8ee, 0xffffffffffff83f0, 0xffffffffffff83ff
	FR3 h, h, fmsub.h, RDN, 0xffffffffffffebfe, 1, 0x3ff, 0xeff, 0x6bfe

	FR3 h, h, fnmsub.h, RNE, 0x7e00, 0, 0xffffffffffff8060, 0x7e94, 0x3c01
	FR3 h, h, fnmsub.h, RTZ, 0x7e00, 0, 0x7c00, 0xfffffffffffffea5, 0x45e8
	FR3 h, h, fnmsub.h, RDN, 0x7e00, 0, 0xffffffffffff83fe, 0xd, 0xfffffffffffffffe
	FR3 h, h, fnmsub.h, RUP, 0x7e00, 0, 0xffffffffffffb800, 0xffffffffffffffff, 0x1
	FR3 h, h, fnmsub.h, RMM, 0x7e00, 16, 0x7c00, 0xffffffffffffb3bf, 0xfffffffffffffd00
	FR3 h, h, fnmsub.h, RNE, 0x1bff, 1, 0xffffffffffff803f, 0xffffffffffff83fe, 0x1bff
	FR3 h, h, fnmsub.h, RTZ, 0x7bff, 5, 0x77fc, 0xffffffffffffc7f7, 0x7803
	FR3 h, h, fnmsub.h, RDN, 0xffffffffffff8009, 3, 0x10, 0xd47, 0xffffffffffff8008
	FR3 h, h, fnmsub.h, RUP, 0x7380, 1, 0x1fff, 0x794, 0x7380
	FR3 h, h, fnmsub.h, RNE, 0x7e00, 16, 0xfffffffffffffc3f, 0x7c40, 0xfffffffffffffe00
	FR3 h, h, fnmsub.h, RTZ, 0xfffffffffffffbff, 5, 0xfffffffffffff400, 0xfffffffffffff440, 0x7088
	FR3 h, h, fnmsub.h, RMM, 0xc02, 1, 0xffffffffffff8bfe, 0xffffffffffff8401, 0xc02
	FR3 h, h, fnmsub.h, RNE, 0xfffffffffffff999, 0, 0x73ff, 0x0, 0xfffffffffffff999
	FR3 h, h, fnmsub.h, RMM, 0xffffffffffffb178, 1, 0x80, 0x80, 0xffffffffffffb178
	FR3 h, h, fnmsub.h, RTZ, 0x74fd, 1, 0xffffffffffff94de, 0xfffffffffffff408, 0x74ff
	FR3 h, h, fnmsub.h, RUP, 0x787a, 1, 0x63bf, 0x3274, 0x7880
	FR3 h, h, fnmsub.h, RNE, 0xffffffffffffb7df, 1, 0xffffffffffff83ef, 0xfffffffffffff000, 0xffffffffffff8c04
	FR3 h, h, fnmsub.h, RUP, 0xffffffffffff8005, 3, 0xffffffffffffc001, 0xffffffffffff8960, 0xd60
	FR3 h, h, fnmsub.h, RTZ, 0x7e00, 16, 0x7c18, 0x3fe, 0xffffffffffff8000
	FR3 h, h, fnmsub.h, RDN, 0x979, 1, 0xffffffffffffbd36, 0xffffffffffff83df, 0xbff

	FR3 h, h, fnmadd.h, RNE, 0xffffffffffff8006, 3, 0x3fe0, 0x1, 0x4
	FR3 h, h, fnmadd.h, RTZ, 0x7e00, 16, 0xfffffffffffffffc, 0xfffffffffffffc40, 0xfffffffffffffdff
	FR3 h, h, fnmadd.h, RDN, 0x7e00, 0, 0xffffffffffffc7ff, 0xffffffffffff8be0, 0xffffffffffffffff
	FR3 h, h, fnmadd.h, RUP, 0x73fc, 1, 0x3c8, 0xfffffffffffff700, 0xfffffffffffff3fb
	FR3 h, h, fnmadd.h, RMM, 0x7e00, 16, 0x1c80, 0xfffffffffffffc3f, 0x7dff
	FR3 h, h, fnmadd.h, RNE, 0xfffffffffffffc00, 5, 0xffffffffffffcbc0, 0xfffffffffffffb00, 0x7bff
	FR3 h, h, fnmadd.h, RTZ, 0x17e0, 0, 0xffffffffffff8002, 0x73e0, 0x0
	FR3 h, h, fnmadd.h, RDN, 0xffffffffffffb408, 0, 0xffffffffffffcc40, 0xffffffffffffb400, 0xffffffffffffc3ff
	FR3 h, h, fnmadd.h, RUP, 0xfffffffffffffbff, 5, 0x5fff, 0x7bff, 0xffffffffffffa3f8
	FR3 h, h, fnmadd.h, RMM, 0x7e00, 0, 0xffffffffffffffdf, 0x3, 0x7a00
	FR3 h, h, fnmadd.h, RNE, 0x7e00, 16, 0x7700, 0x7c0f, 0x7e02
	FR3 h, h, fnmadd.h, RTZ, 0x2400, 0, 0x4b80, 0x43f8, 0xffffffffffffd379
	FR3 h, h, fnmadd.h, RDN, 0xffffffffffffbc04, 1, 0x47ff, 0xffffffffffff847f, 0x3c04
	FR3 h, h, fnmadd.h, RUP, 0x7e00, 0, 0x4600, 0xfffffffffffffe3f, 0xffffffffffffbc07
	FR3 h, h, fnmadd.h, RTZ, 0x7e00, 0, 0x7fff, 0x7bdf, 0xfffffffffffffe00
	FR3 h, h, fnmadd.h, RUP, 0xffffffffffff87ff, 0, 0x3ff, 0x0, 0x7ff
	FR3 h, h, fnmadd.h, RMM, 0x7801, 1, 0xfffffffffffff3ff, 0xbc0, 0xfffffffffffff801
	FR3 h, h, fnmadd.h, RNE, 0xffffffffffffdc20, 1, 0xffffffffffff8c00, 0x3f0, 0x5c20
	FR3 h, h, fnmadd.h, RDN, 0x5c6, 1, 0x80f, 0xffffffffffffb400, 0xffffffffffff83bf
	FR3 h, h, fnmadd.h, RUP, 0x7e00, 16, 0xffffffffffffcc08, 0x7ddc, 0x3f8
TEST_END
