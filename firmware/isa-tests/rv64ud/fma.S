// Double-precision fused multiply-add: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR3 d, d, fmadd.d, RNE, 0xc278e6078a6766e5, 1, 0x42a0000000000400, 0x3d6228699353ab, 0xc278e6078a6766e5
	FR3 d, d, fmadd.d, RTZ, 0x920c51b420ffb447, 1, 0x902dffffffffffff, 0x41be3504677726b4, 0x91fc51b420ffb448
	FR3 d, d, fmadd.d, RDN, 0x0, 3, 0xfffffffffffef, 0x3bf0100000000000, 0x8000000000000000
	FR3 d, d, fmadd.d, RUP, 0x402ff802ffffffd0, 0, 0x3ee8000000000000, 0x3ffffffffe000000, 0x402ff80000000000
	FR3 d, d, fmadd.d, RMM, 0xfff0000000000000, 0, 0x40200000ffffffff, 0xfff0000000000000, 0x20000000000000
	FR3 d, d, fmadd.d, RNE, 0xe86ffffeffffffff, 0, 0xbfffffffffffffff, 0xebaffffeffffffff, 0xebbffffeffffffff
	FR3 d, d, fmadd.d, RTZ, 0x28fffffffffffde, 1, 0xffffffffffff, 0x429fffffffffffff, 0x27fffffffffffde
	FR3 d, d, fmadd.d, RDN, 0x7ff8000000000000, 0, 0x213caef64e71c6, 0xffc0000000000000, 0x7fffffffffffffff
	FR3 d, d, fmadd.d, RUP, 0xffefffffffffff80, 1, 0xbff0000000000000, 0x7fefffffffffff80, 0xbf60000000000000
	FR3 d, d, fmadd.d, RMM, 0x7ff0000000000000, 5, 0x5edfffffffffffff, 0x771fffefffffffff, 0x7fc0000000000000
	FR3 d, d, fmadd.d, RNE, 0x7ff8000000000000, 0, 0x400ffffffffc0000, 0x4020000000000000, 0x7fffffffffffffff
	FR3 d, d, fmadd.d, RTZ, 0x2, 3, 0x2000, 0xbfebffffffffffff, 0x1c02
	FR3 d, d, fmadd.d, RDN, 0x3e2000000ffffffe, 1, 0x5b60fbc86653dc20, 0x800c3e347271964c, 0x3e2000000fffffff
	FR3 d, d, fmadd.d, RUP, 0x3fffffdffffffffe, 1, 0xffcfffdfffffffff, 0x800fffffffffffff, 0x3fefffdffffffffd
	FR3 d, d, fmadd.d, RNE, 0x3feffffffff80000, 1, 0xec72a9df5f853, 0x800fffffffffffe0, 0x3feffffffff80000
	FR3 d, d, fmadd.d, RTZ, 0x7ff8000000000000, 0, 0xc0100000000001ff, 0xfffffffffffffffe, 0x7fffffffffffe000
	FR3 d, d, fmadd.d, RDN, 0x7ff8000000000000, 16, 0x4020001fffffffff, 0x7fe8000000000000, 0x7ff0000000000002
	FR3 d, d, fmadd.d, RUP, 0x80c7ff8000000000, 0, 0x43bfffffffffffff, 0x8030010000000000, 0x40000fffffffffe
	FR3 d, d, fmadd.d, RMM, 0x7ff8000000000000, 0, 0x7fffffffffff8000, 0xc010000000000000, 0x2bffffffffffff
	FR3 d, d, fmadd.d, RNE, 0x82808000041ffffe, 1, 0x4b0000004000000, 0xbdb07fffffffffff, 0x82708000041ffffd

	FR3 d, d, fmsub.d, RNE, 0x7ff8000000000000, 16, 0xc19ffffffdffffff, 0x4000000000001fff, 0x7ff00000000fffff
	FR3 d, d, fmsub.d, RTZ, 0x3ecfc1ffeff3ffff, 1, 0x7fc00003ffffffff, 0x1fffffefffffff, 0x3fefffffff800000
	FR3 d, d, fmsub.d, RDN, 0xbfffe90dac2ec124, 1, 0x7fdfdfffffffffff, 0x800fffffffffffff, 0x3f621b585d824c17
	FR3 d, d, fmsub.d, RUP, 0x3ffdffc3ffffffff, 1, 0x801dffffffffffff, 0xffcfffbfffffffff, 0x10000
	FR3 d, d, fmsub.d, RMM, 0x7ff0000000000000, 0, 0x800fffffffffffff, 0xfff0000000000000, 0xc00ffffffbffffff
	FR3 d, d, fmsub.d, RTZ, 0x7ff8000000000000, 16, 0x65ffffffe0000000, 0x7ffa2f4f096b0433, 0x7ff0000000040000
	FR3 d, d, fmsub.d, RDN, 0x784679c49b2f0274, 0, 0xbbc0000000000001, 0xffd59e7126cbc09d, 0x7ba59e7126cbc09e
	FR3 d, d, fmsub.d, RUP, 0x3fe0000000000000, 1, 0x3c1fffffffffffe0, 0x4000000000000000, 0xbfdfffffffffffff
	FR3 d, d, fmsub.d, RMM, 0xc01fffdfffffffff, 1, 0xc3e0000000000000, 0x800fffefffffffff, 0x401fffdfffffffff
	FR3 d, d, fmsub.d, RNE, 0x7ff8000000000000, 0, 0x200000007fffff, 0x7ffffffffffe0000, 0xc020002000000000
	FR3 d, d, fmsub.d, RTZ, 0x3070000000000000, 0, 0x3fcffffffffffe00, 0x369dffffffffffff, 0x367dfffffffffe1f
	FR3 d, d, fmsub.d, RDN, 0xc4797e4e3e512c57, 1, 0xc45ffffffffffffc, 0x40097e4e3e512c5a, 0x80200000003fffff
	FR3 d, d, fmsub.d, RUP, 0xc27ffffffffffffe, 1, 0x1f3ffffffffffffb, 0x52fffffffffffff, 0x427fffffffffffff
	FR3 d, d, fmsub.d, RMM, 0xffd3ca4701a39836, 1, 0x3fefffffffffffff, 0x11dcb2ec95905937, 0x7fd3ca4701a39836
	FR3 d, d, fmsub.d, RNE, 0xc0049d49bed22638, 1, 0xbdffffffffffe000, 0x802ffff7ffffffff, 0x40049d49bed22638
	FR3 d, d, fmsub.d, RTZ, 0x7ff8000000000000, 0, 0x10000008000000, 0x7ffffffffffc0000, 0x7fffe00000000000
	FR3 d, d, fmsub.d, RDN, 0x7ff8000000000000, 0, 0x8010000000000000, 0x7ffd78b545576171, 0x5a6000007fffffff
	FR3 d, d, fmsub.d, RMM, 0x2edec9d816041395, 1, 0x1fffffffffffff, 0x6eaec9d816041396, 0x40000
	FR3 d, d, fmsub.d, RNE, 0x402fffeffffffff0, 1, 0xffdffff000000000, 0x803ffffffffffff0, 0x8000000040000000
	FR3 d, d, fmsub.d, RTZ, 0xb03f3c656016d181, 1, 0xefef3c6563fe5e2f, 0x3ffffffbffffff, 0x802fffffffffff00

	FR3 d, d, fnmsub.d, RNE, 0x7ff8000000000000, 16, 0xbea0000000000000, 0xfff689f96cc90118, 0xfff7fffffffffffe
	FR3 d, d, fnmsub.d, RTZ, 0x3960000001ffffff, 1, 0x8000000000000, 0xf940000001ffffff, 0x3950000002000000
	FR3 d, d, fnmsub.d, RDN, 0x7ff8000000000000, 16, 0x3fa0000000000000, 0xbd900000000fffff, 0xfff15c748c44d134
	FR3 d, d, fnmsub.d, RUP, 0xbff0000007fffffd, 1, 0x3ff0000007ffffff, 0x3feffffffffffffd, 0x802fffffffffbfff
	FR3 d, d, fnmsub.d, RMM, 0xc1e77cdb56087e74, 1, 0x1ffffffffffffe, 0x800fffffffffffff, 0xc1e77cdb56087e74
	FR3 d, d, fnmsub.d, RNE, 0x3d40000000000000, 0, 0x4050000000000000, 0xc01c37df08f98aaf, 0xc07c37df08f98aad
	FR3 d, d, fnmsub.d, RTZ, 0x40, 3, 0x402fffffffffe000, 0x802fffffffffffff, 0x806fffffffffdffd
	FR3 d, d, fnmsub.d, RDN, 0x3f500000000000ff, 1, 0xe4fe3e0a05c9f, 0x800fffffffffffff, 0x3f500000000000ff
	FR3 d, d, fnmsub.d, RUP, 0x90110fa93abbd410, 1, 0x8020000000000000, 0x22aff80000000000, 0x90110fa93abbd411
	FR3 d, d, fnmsub.d, RMM, 0x3be0020000000000, 1, 0x161000000000ffff, 0xb740003fffffffff, 0x3be0020000000000
	FR3 d, d, fnmsub.d, RNE, 0x18a4f63bb4806d, 1, 0xbeff02277d32e226, 0xfffffffff7fff, 0x18a4d7398d033b
	FR3 d, d, fnmsub.d, RTZ, 0x6150004100040001, 0, 0x3ff0004000000000, 0xe140000100000000, 0x6140004100040002
	FR3 d, d, fnmsub.d, RDN, 0x7ff8000000000000, 0, 0x800c44594b78ee08, 0x8014873c610716f8, 0xffffffffffffffff
	FR3 d, d, fnmsub.d, RUP, 0x7ff8000000000000, 16, 0x7ff0000100000000, 0x10000100000000, 0x7ff8000000000002
	FR3 d, d, fnmsub.d, RMM, 0x7ff8000000000000, 0, 0x7ffc75b0415337c2, 0x800fffffff000000, 0x40ed1c4a852d93a9
	FR3 d, d, fnmsub.d, RNE, 0x90fffffc00000000, 1, 0xbfaffff800000000, 0x801ffffffc000000, 0x90fffffc00000000
	FR3 d, d, fnmsub.d, RTZ, 0xbcbfffffffffffbe, 1, 0xc000000000000000, 0xbcafffffffffffbf, 0x2ffffffffff800
	FR3 d, d, fnmsub.d, RDN, 0xc00fe00000000000, 1, 0x10000000000000, 0x40a63dadc82f60ee, 0xc00fdfffffffffff
	FR3 d, d, fnmsub.d, RUP, 0xffd3af14198a976b, 1, 0x56fea7dc998ac839, 0xfffffffffffff, 0xffd3af14198a976b
	FR3 d, d, fnmsub.d, RNE, 0x33ffffffffefbf, 1, 0x1fffffffffffff, 0xbfffffffffffdfff, 0xffffffffffeff

	FR3 d, d, fnmadd.d, RNE, 0xffedc8582e8b6bfe, 1, 0xc010000000000000, 0xffcdc8582e8b6bfe, 0x802000000000000f
	FR3 d, d, fnmadd.d, RTZ, 0x7ff8000000000000, 0, 0xffffffffffffffff, 0x3fd000000000ffff, 0x803fffffffffffff
	FR3 d, d, fnmadd.d, RDN, 0x8000ff4f6bbf32f1, 3, 0x8001e7676c3dcb3a, 0x40000000000007ff, 0x4ce1e443acb4c
	FR3 d, d, fnmadd.d, RUP, 0xffefffffffffffff, 5, 0xffe0000000000000, 0xd710000000000000, 0x3d1e2182bf31fc9f
	FR3 d, d, fnmadd.d, RMM, 0x7ff0000000000000, 5, 0x7fefffefffffffff, 0xffc1a649d61cbb4c, 0x800fffffffffffff
	FR3 d, d, fnmadd.d, RNE, 0x7ff8000000000000, 0, 0x40afffffffffffff, 0x7ffffffffff80000, 0x4278f120f6ef8765
	FR3 d, d, fnmadd.d, RTZ, 0x7ff8000000000000, 16, 0x64c857fb9427c8c9, 0xfff0000000000fff, 0x7ff7fffffffffffe
	FR3 d, d, fnmadd.d, RDN, 0x402e45b89157a755, 1, 0x40fffffdffffffff, 0x1aea7d0bc80c0ec9, 0xc02e45b89157a756
	FR3 d, d, fnmadd.d, RUP, 0x7ff8000000000000, 0, 0x4010000000000000, 0x7fffffffffffffff, 0xfffffffff0000000
	FR3 d, d, fnmadd.d, RMM, 0xf15ffffffffffbff, 1, 0x80200001ffffffff, 0xc2dffffffffffffb, 0x715ffffffffffbff
	FR3 d, d, fnmadd.d, RTZ, 0x8000000000000002, 3, 0x8020000000000000, 0x8000000fffffffff, 0x2
	FR3 d, d, fnmadd.d, RDN, 0x7ff8000000000000, 0, 0xffe00000000fffff, 0xc040000000000000, 0xffffffffff800000
	FR3 d, d, fnmadd.d, RUP, 0x7fc0000000000020, 1, 0xffdfffffffffffff, 0x20000000000004, 0xffc000000000001f
	FR3 d, d, fnmadd.d, RNE, 0xd585d5b6052fedca, 1, 0xd15fefffffffffff, 0xc415e0a6585c1bd9, 0xbfe0000000000000
	FR3 d, d, fnmadd.d, RTZ, 0x1e60000000000007, 1, 0x10000003ffffff, 0x7ffffffff, 0x9e60000000000008
	FR3 d, d, fnmadd.d, RUP, 0x1db0003fffff7fff, 1, 0x8000001fffffffff, 0x5e70003fffffffff, 0x9da0003fffff7fff
	FR3 d, d, fnmadd.d, RMM, 0x46effffdfffff000, 1, 0xc0fffffe00000000, 0x45dffffffffff000, 0xc320000001ffffff
	FR3 d, d, fnmadd.d, RNE, 0x7ff8000000000000, 16, 0x8000000000000008, 0x30000000000000, 0x7ff4f3225aaa4920
	FR3 d, d, fnmadd.d, RDN, 0xfc8fffffc0000000, 0, 0x3feffffffffffff0, 0x7fc0000008000000, 0xffc0000007fffff6
	FR3 d, d, fnmadd.d, RUP, 0x3, 3, 0x800ffffffdffffff, 0xfffffffffffff, 0x8000000000000002
TEST_END
