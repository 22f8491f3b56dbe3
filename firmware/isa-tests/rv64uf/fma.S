// Single-precision fused multiply-add: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR3 w, w, fmadd.s, RNE, 0x4c800007, 1, 0xffffffffc17fffff, 0xffffffffc0800000, 0x4c7fffff
	FR3 w, w, fmadd.s, RTZ, 0x7fc00000, 16, 0xffffffffff400000, 0x7f7fffff, 0xffffffffff800001
	FR3 w, w, fmadd.s, RDN, 0x1000006, 1, 0x8007ff, 0xffffffffb08fffff, 0x1000007
	FR3 w, w, fmadd.s, RUP, 0x7fc00000, 16, 0xffffffffc1000000, 0x7f8003ff, 0x7fc00000
	FR3 w, w, fmadd.s, RMM, 0x1803e01, 0, 0xffffffff800000ff, 0x41000000, 0x1803fff
	FR3 w, w, fmadd.s, RNE, 0xffffffffff800000, 0, 0xffffffffbe000080, 0xffffffffbe7ffdff, 0xffffffffff800000
	FR3 w, w, fmadd.s, RDN, 0x7fc00000, 16, 0x7f800008, 0xffffffffa2ff7fff, 0xffffffffffbfffff
	FR3 w, w, fmadd.s, RUP, 0x7f7fe801, 1, 0x7f7ff000, 0x3f7ff800, 0x427fffff
	FR3 w, w, fmadd.s, RMM, 0x7fc00000, 16, 0x17fffff, 0x7fa2c9d8, 0x7fc00002
	FR3 w, w, fmadd.s, RNE, 0xffffffffc0800002, 1, 0xffffffffc07fffff, 0x3f800003, 0xffffffff80ffffff
	FR3 w, w, fmadd.s, RTZ, 0xfffffffff4000000, 0, 0xfffffffffefc0000, 0x3fc00000, 0x7f3cfffe
	FR3 w, w, fmadd.s, RDN, 0x0, 3, 0xffffffff9681b35e, 0xffffffff800a9f8e, 0xffffffff80000000
	FR3 w, w, fmadd.s, RUP, 0x19ffc000, 0, 0xffffffffd07fbfff, 0xffffffff88800000, 0x197fc001
	FR3 w, w, fmadd.s, RMM, 0x7fc00000, 0, 0xffffffff9f900000, 0x0, 0xffffffffffffff00
	FR3 w, w, fmadd.s, RNE, 0x411ffd7f, 1, 0x1a00000, 0x7efffbff, 0xffffffff807fffff
	FR3 w, w, fmadd.s, RTZ, 0x2c800000, 1, 0xffffffffc0ffffff, 0xffffffff817fffff, 0x2c800000
	FR3 w, w, fmadd.s, RDN, 0xffffffffbefe0021, 1, 0x1fff, 0x7f7ff7ff, 0xffffffffbf000000
	FR3 w, w, fmadd.s, RUP, 0x28ffffc0, 1, 0x27ffffff, 0x3fffffc0, 0x287fffc0
	FR3 w, w, fmadd.s, RNE, 0x7fc00000, 16, 0x51000000, 0x1800020, 0x7fb1bef0
	FR3 w, w, fmadd.s, RTZ, 0xfffffffffefe240e, 1, 0x3efe2019, 0xffffffffff0001ff, 0xfffffffffe7e240e

	FR3 w, w, fmsub.s, RNE, 0x7fc00000, 0, 0x3e800000, 0xffffffffffffffff, 0xffffffffffc00002
	FR3 w, w, fmsub.s, RTZ, 0xffffffffff800000, 0, 0x17fffff, 0xffffffffff800000, 0xffffffff8081ffff
	FR3 w, w, fmsub.s, RDN, 0x7fc00000, 0, 0xffffffff80000000, 0x398007ff, 0xfffffffffffffffe
	FR3 w, w, fmsub.s, RUP, 0x3, 3, 0x3fff, 0x1f, 0xffffffff80000002
	FR3 w, w, fmsub.s, RMM, 0x7fc00000, 16, 0x4e100000, 0xffffffffff80003f, 0x7fbffffe
	FR3 w, w, fmsub.s, RNE, 0x32fffffb, 1, 0xdd1c32, 0xffffffff81fdffff, 0xffffffffb2fffffb
	FR3 w, w, fmsub.s, RDN, 0x7e7fffff, 1, 0x3f000000, 0x7effffff, 0xffffffff84800000
	FR3 w, w, fmsub.s, RUP, 0xffffffffc11fffff, 1, 0x17fffff, 0xffffffffff200000, 0x1000
	FR3 w, w, fmsub.s, RMM, 0xffffffff80000001, 3, 0xffffffff803bc7b5, 0xffffffffbf8001ff, 0x3bc8a5
	FR3 w, w, fmsub.s, RTZ, 0x1a055fcc, 1, 0x1f61d6, 0x5a07ffff, 0xffffffff807fffff
	FR3 w, w, fmsub.s, RUP, 0xffffffffdc7ffffe, 1, 0xffffffff80700000, 0xfffffffffe807fff, 0x5c7fffff
	FR3 w, w, fmsub.s, RMM, 0x2d800000, 1, 0xffffffffc0800000, 0xffffffffac800000, 0x3
	FR3 w, w, fmsub.s, RNE, 0x7fc00000, 16, 0x2ebfffff, 0x7fa9fd71, 0xffffffffc17ffffb
	FR3 w, w, fmsub.s, RTZ, 0xffffffffbeffefff, 1, 0xffffffffbf7ff000, 0x3e800000, 0x3e7fefff
	FR3 w, w, fmsub.s, RDN, 0x3e820000, 1, 0xffffffffff020000, 0xffffffff80100000, 0xffffffff81000000
	FR3 w, w, fmsub.s, RUP, 0x7f7ffffb, 1, 0x4100000f, 0xffffffff81fffbff, 0xffffffffff7ffffb
	FR3 w, w, fmsub.s, RMM, 0x7fc00000, 0, 0xffffffffffe00000, 0xffffe0, 0x15fffffb
	FR3 w, w, fmsub.s, RNE, 0xffffffff99e00000, 1, 0xffffffffa9800000, 0x2f600000, 0x19600001
	FR3 w, w, fmsub.s, RTZ, 0x7fc00000, 16, 0x7ffffb, 0x7fcd1ea6, 0x7fbfffff
	FR3 w, w, fmsub.s, RUP, 0xffffffff807fffbf, 3, 0xffffffffb0801fff, 0xfffeff, 0x7fffbf

	FR3 w, w, fnmsub.s, RTZ, 0xffffffffdfffffdf, 0, 0x657fffc0, 0xffffffff80000000, 0xffffffffdfffffdf
	FR3 w, w, fnmsub.s, RDN, 0xffffffffa38003ff, 1, 0x248003ff, 0x3e7ffffe, 0xffffffff93ffffff
	FR3 w, w, fnmsub.s, RUP, 0x5180feff, 1, 0xffffffffc6810000, 0x4a7ffe00, 0x3c800000
	FR3 w, w, fnmsub.s, RMM, 0x7fc00000, 16, 0x7f800000, 0x1800000, 0xffffffffff800001
	FR3 w, w, fnmsub.s, RNE, 0xffffffffb8a0135a, 1, 0xffffffffb398ac43, 0x242eb654, 0xffffffffb8a0135a
	FR3 w, w, fnmsub.s, RTZ, 0xffffffff8100fffe, 1, 0xf00003f, 0xffffffff80802000, 0xffffffff8100ffff
	FR3 w, w, fnmsub.s, RDN, 0xffffffffb12f275f, 1, 0x3f7fffff, 0x312f275f, 0xffffffff80780000
	FR3 w, w, fnmsub.s, RUP, 0x7ef00000, 1, 0x3e800000, 0xffffffffd07fe000, 0x7eefffff
	FR3 w, w, fnmsub.s, RNE, 0x7fc00000, 16, 0x7effffff, 0xfffffffffff00000, 0x7fbffffe
	FR3 w, w, fnmsub.s, RDN, 0x7e80ffff, 1, 0xfffffffffe8000ff, 0xffffffff800003ff, 0x7e810000
	FR3 w, w, fnmsub.s, RUP, 0xfffffffff77fff7e, 1, 0xffffffffd8000000, 0xffffffffdeffff7f, 0x1014d8d
	FR3 w, w, fnmsub.s, RMM, 0xffffffffff600000, 1, 0x1003fff, 0xffffffffba0fffff, 0xffffffffff600000
	FR3 w, w, fnmsub.s, RNE, 0x576ffffe, 1, 0xffffffff97ffffff, 0x7e6fffff, 0x56effffd
	FR3 w, w, fnmsub.s, RTZ, 0x1dffffff, 1, 0x25780000, 0xffffffff81ffffff, 0x1dffffff
	FR3 w, w, fnmsub.s, RDN, 0x7fc00000, 16, 0x111d705e, 0xffffffffff8003ff, 0xffffffffffbffffe
	FR3 w, w, fnmsub.s, RUP, 0xffffffff80003a8e, 3, 0xffffffffc51fffff, 0xffffffff81b5c68d, 0x763382d
	FR3 w, w, fnmsub.s, RNE, 0x7f800000, 5, 0xffffffffff400000, 0x40b11013, 0xffffffff806ad2fb
	FR3 w, w, fnmsub.s, RTZ, 0x7fc00000, 16, 0x14fffff8, 0xffffffffffc00000, 0x7fbfffff
	FR3 w, w, fnmsub.s, RDN, 0x7e800400, 0, 0xffffffffc07f0000, 0xffffffff80000000, 0x7e800400
	FR3 w, w, fnmsub.s, RUP, 0x7f800000, 5, 0xffffffffcf000001, 0x7f7ffdff, 0xffffffffbe000000

	FR3 w, w, fnmadd.s, RNE, 0x401fffff, 1, 0xffffff, 0xfffffffffea00000, 0xffffffff817c0000
	FR3 w, w, fnmadd.s, RTZ, 0x7fc00000, 0, 0x38929f, 0x1840000, 0xfffffffffffc0000
	FR3 w, w, fnmadd.s, RDN, 0x7e800013, 1, 0x5e1fffff, 0xffffffffd6800000, 0xfffffffffe800000
	FR3 w, w, fnmadd.s, RUP, 0x7fc00000, 0, 0xffffffffffffdfff, 0xfffffffffe7fffff, 0x7e801fff
	FR3 w, w, fnmadd.s, RMM, 0x7fc00000, 0, 0x7fff0000, 0x7f800000, 0x49ffffff
	FR3 w, w, fnmadd.s, RNE, 0x7fc00000, 0, 0xffffffffe1565e94, 0x7fff7fff, 0x607ffffe
	FR3 w, w, fnmadd.s, RTZ, 0x407c0000, 1, 0xffffffffb47ffff0, 0x3e801fff, 0xffffffffc07c0000
	FR3 w, w, fnmadd.s, RDN, 0x7fc00000, 0, 0x411d5cd9, 0xfffffffffffbffff, 0xffffffffffc00001
	FR3 w, w, fnmadd.s, RUP, 0x5d040020, 1, 0x4083ffff, 0xffffffffdc000020, 0xffffffffbf800007
	FR3 w, w, fnmadd.s, RMM, 0x7f00007f, 1, 0x1800001, 0xffffffffe37fffff, 0xffffffffff00007f
	FR3 w, w, fnmadd.s, RNE, 0xffffffff89fffef0, 1, 0x9800000, 0x3ffffff0, 0xffffffff81ffffff
	FR3 w, w, fnmadd.s, RTZ, 0x50000000, 1, 0xffffffff807ffe00, 0x256fffff, 0xffffffffd0000000
	FR3 w, w, fnmadd.s, RDN, 0x7fc00000, 16, 0x7d000400, 0x7f020000, 0x7f800001
	FR3 w, w, fnmadd.s, RUP, 0x7fc00000, 16, 0x17fff7f, 0x7fa36295, 0x7fbffffe
	FR3 w, w, fnmadd.s, RMM, 0x7e7fe000, 1, 0xffffffff807ffffe, 0x54c00000, 0xfffffffffe7fe000
	FR3 w, w, fnmadd.s, RUP, 0xffffffff82003eff, 1, 0x3f7fffff, 0x17ffc00, 0x1807fff
	FR3 w, w, fnmadd.s, RMM, 0x3f7fffff, 1, 0x17fffff, 0xffffffffc0800400, 0xffffffffbf7fffff
	FR3 w, w, fnmadd.s, RNE, 0x0, 3, 0xffffffff805fffff, 0x1, 0x0
	FR3 w, w, fnmadd.s, RTZ, 0xffffffff80007ffe, 3, 0xfffffe, 0xffffffff817ffbff, 0x7fff
	FR3 w, w, fnmadd.s, RDN, 0x607dffff, 1, 0xffffffff8007ffff, 0x7e7fff80, 0xffffffffe07dffff
TEST_END
