// Double-precision arithmetic: macro, formats, instruction, rounding mode, result, flags, operands.
#include "test.h"

TEST_BEGIN
	FR2 d, d, fadd.d, RNE, 0x0, 0, 0x801fffffffdfffff, 0x1fffffffdfffff
	FR2 d, d, fadd.d, RTZ, 0x7fee12e029433487, 1, 0x7fee12e029433488, 0x803fffffffffbfff
	FR2 d, d, fadd.d, RDN, 0xffc71ba19941abea, 1, 0xffc71ba19941abea, 0x23dfffffffc00000
	FR2 d, d, fadd.d, RUP, 0x7fefffffffffffff, 1, 0x802ffffffffffffc, 0x7fefffffffffffff
	FR2 d, d, fadd.d, RMM, 0xc0600000bfffffff, 1, 0xbf17ffffffffffff, 0xc05fffffffffffff
	FR2 d, d, fadd.d, RNE, 0x7ff0000000000000, 0, 0x7fcffffff7ffffff, 0x7ff0000000000000
	FR2 d, d, fadd.d, RTZ, 0x8722c62ea083483, 1, 0x800fffffffffffff, 0x8722c62ea083484
	FR2 d, d, fadd.d, RDN, 0x42bfffffffffefff, 1, 0x42bfffffffffefff, 0x20000200000000
	FR2 d, d, fadd.d, RUP, 0x7ff8000000000000, 16, 0x7ff000000fffffff, 0x7fffffffff7fffff
	FR2 d, d, fadd.d, RMM, 0x80367309d020d86d, 1, 0x800fffffffffffff, 0x80327309d020d86d
	FR2 d, d, fadd.d, RTZ, 0xbcd00000000007fe, 0, 0xbcc00000000007ff, 0xbcc00000000007fd
	FR2 d, d, fadd.d, RDN, 0xbbffffffffffffff, 1, 0xbbffffffffffffff, 0x182b2ca7df87a659
	FR2 d, d, fadd.d, RMM, 0x4810000000000000, 0, 0x4800000000000000, 0x4800000000000000
	FR2 d, d, fadd.d, RNE, 0xffe55adcc585eeb6, 1, 0xbfe000000000000f, 0xffe55adcc585eeb6
	FR2 d, d, fadd.d, RTZ, 0x9a70000000001fff, 0, 0x9a60000000002000, 0x9a60000000001ffe
	FR2 d, d, fadd.d, RDN, 0x7ff8000000000000, 0, 0xffffffffffffffff, 0xe993ffffffffffff
	FR2 d, d, fadd.d, RUP, 0x5670000000000001, 1, 0x402fffff00000000, 0x5670000000000000
	FR2 d, d, fadd.d, RMM, 0x7fdfc00000000000, 1, 0x801fffffffffffff, 0x7fdfc00000000000
	FR2 d, d, fadd.d, RNE, 0x30000008000100, 1, 0x2000000fffffff, 0x20000000000200
	FR2 d, d, fadd.d, RTZ, 0x3cceffffffffffff, 1, 0x3cbeffffffffffff, 0x3cbf000000000000

	FR2 d, d, fsub.d, RNE, 0x40f0000010000001, 0, 0x40e0000010000000, 0xc0e0000010000002
	FR2 d, d, fsub.d, RTZ, 0x2, 0, 0x2fffffffffffff, 0x2ffffffffffffe
	FR2 d, d, fsub.d, RDN, 0x415ffffc00000000, 1, 0x415ffffc00000000, 0x8004f9655fb026b7
	FR2 d, d, fsub.d, RUP, 0xbc6ffffffbffffff, 1, 0xbc6ffffffc000000, 0x8e6647e4fedfb199
	FR2 d, d, fsub.d, RMM, 0xbe40000000000000, 1, 0x8010000000000000, 0x3e40000000000000
	FR2 d, d, fsub.d, RNE, 0x40078000000000, 1, 0x3ffeffffffffff, 0x8000400000000000
	FR2 d, d, fsub.d, RTZ, 0x3f9f7fffffffffff, 1, 0x8cbffffffffffff0, 0xbf9f800000000000
	FR2 d, d, fsub.d, RDN, 0x93fffffbfffffff, 1, 0x92fffffbfffffff, 0x892fffffc0000000
	FR2 d, d, fsub.d, RUP, 0x78d0000000000000, 0, 0xfc0d65430fcb0885, 0xfc0d65430fcb0887
	FR2 d, d, fsub.d, RMM, 0xbd600000000000ff, 0, 0xbd50000000000100, 0x3d500000000000fe
	FR2 d, d, fsub.d, RNE, 0x4, 0, 0x3fffffffffffff, 0x3ffffffffffffe
	FR2 d, d, fsub.d, RTZ, 0xb2d0000002000000, 0, 0xb2c0000002000000, 0x32c0000002000000
	FR2 d, d, fsub.d, RDN, 0x6fd313e5c1596327, 1, 0x30020000000000, 0xefd313e5c1596327
	FR2 d, d, fsub.d, RUP, 0xbce0000000000000, 0, 0x401ffffffffffff7, 0x401ffffffffffff9
	FR2 d, d, fsub.d, RMM, 0x4010000200000000, 1, 0x4010000200000000, 0x9426b5cd28d569f
	FR2 d, d, fsub.d, RNE, 0xdb48000000000000, 1, 0xdb48000000000000, 0x803fffffffffffff
	FR2 d, d, fsub.d, RTZ, 0x7ff8000000000000, 0, 0x10000040000000, 0x7ffff80000000000
	FR2 d, d, fsub.d, RDN, 0x7ff8000000000000, 0, 0x7ffffe0000000000, 0xfffffffff0000000
	FR2 d, d, fsub.d, RUP, 0x7ff8000000000000, 0, 0x80103fffffffffff, 0x7fffffffffffffff
	FR2 d, d, fsub.d, RMM, 0x7fe0000000000000, 1, 0x402fffffffffffff, 0xffe0000000000000

	FR2 d, d, fmul.d, RNE, 0x16fff800000ffbfd, 1, 0x98a000000007ffff, 0xbe4ff7ffffffffff
	FR2 d, d, fmul.d, RTZ, 0x3687aaf4112ec67f, 1, 0x5eabd044bb1a, 0x76bfffffffffffff
	FR2 d, d, fmul.d, RDN, 0x7ff8000000000000, 0, 0x8fb336332373ac9c, 0x7fffffffffffffff
	FR2 d, d, fmul.d, RUP, 0x8000000000000000, 0, 0x0, 0x8000000000000001
	FR2 d, d, fmul.d, RMM, 0x0, 3, 0x90cffffffffffc00, 0x90cffffffffffc02
	FR2 d, d, fmul.d, RNE, 0x3fdfd9af11d31e99, 1, 0x3fdfd9af11936b3b, 0x3ff0000000200000
	FR2 d, d, fmul.d, RTZ, 0xbf91eeb121ef73f7, 1, 0xbfc0f04c1ab248d2, 0x3fc0f04c1ab248d3
	FR2 d, d, fmul.d, RUP, 0xfd5ffffffffc1ffe, 1, 0x7fe0000000001000, 0xbd6ffffffffbffff
	FR2 d, d, fmul.d, RMM, 0xfff0000000000000, 5, 0x401fffffffffc000, 0xffcfffffffffffff
	FR2 d, d, fmul.d, RNE, 0x7ff8000000000000, 0, 0xbfdc97c8cd72915a, 0xffffbfffffffffff
	FR2 d, d, fmul.d, RTZ, 0x273f000f80000000, 0, 0x670f000000000000, 0x20000800000000
	FR2 d, d, fmul.d, RDN, 0x0, 0, 0x0, 0xfffffffffffff
	FR2 d, d, fmul.d, RUP, 0x498e1863c6bbb8ae, 1, 0xc010000000003fff, 0xc96e1863c6bb404e
	FR2 d, d, fmul.d, RMM, 0x8000000000000000, 3, 0x8000000000020000, 0x20001
	FR2 d, d, fmul.d, RTZ, 0x69e2ab347cf3d6c7, 1, 0x7fdffdffffffffff, 0x29f2ac5f42e80548
	FR2 d, d, fmul.d, RUP, 0xfd7ffffff0001ffc, 1, 0x3d8fffffefffffff, 0xffe0000000000fff
	FR2 d, d, fmul.d, RMM, 0x7ff8000000000000, 0, 0x7ffd4d72d555f14b, 0xede0000000000000
	FR2 d, d, fmul.d, RNE, 0x0, 0, 0x8000000000000000, 0xd7a0000000000000
	FR2 d, d, fmul.d, RTZ, 0x7feffffe000007fe, 1, 0xffdffffeffffffff, 0xbffffffeffffffff
	FR2 d, d, fmul.d, RDN, 0x7d5fffffffff00fd, 1, 0x3d7fffffffff0000, 0x7fd000000000007f

	FR2 d, d, fdiv.d, RNE, 0x3feffffffffffffe, 1, 0xffe0000008000000, 0xffe0000008000001
	FR2 d, d, fdiv.d, RTZ, 0xfddffffffffffff9, 1, 0x3dffffffffffffff, 0x8010000000000003
	FR2 d, d, fdiv.d, RDN, 0xffb8780a6d7eedd2, 1, 0xbfe8780a6d7f0648, 0x20000000000fff
	FR2 d, d, fdiv.d, RUP, 0x3ff0000000000000, 0, 0x800ffffffffeffff, 0x800ffffffffeffff
	FR2 d, d, fdiv.d, RMM, 0x0, 3, 0x10100000000000, 0x7fe0000100000000
	FR2 d, d, fdiv.d, RNE, 0x7ff0000000000000, 0, 0x7ff0000000000000, 0xffdffffffffff
	FR2 d, d, fdiv.d, RTZ, 0xffefffffffffffff, 5, 0xda7b1063ce93b5ff, 0x3ffffffffffbff
	FR2 d, d, fdiv.d, RDN, 0x7ff8000000000000, 0, 0xbfdfffffffefffff, 0x7ffffffffe000000
	FR2 d, d, fdiv.d, RUP, 0x7ff8000000000000, 16, 0x7ff0001000000000, 0xc00fffefffffffff
	FR2 d, d, fdiv.d, RMM, 0xbff0000000000000, 0, 0x7fd0000000000000, 0xffd0000000000000
	FR2 d, d, fdiv.d, RNE, 0x0, 0, 0xac50000000000000, 0xfff0000000000000
	FR2 d, d, fdiv.d, RTZ, 0x576ce0a227dc2db0, 1, 0x17ac6d1f9f3cbcfa, 0x2f800000000000
	FR2 d, d, fdiv.d, RDN, 0x8000000000000002, 3, 0xbcdfff8000000000, 0x7feffffffffff800
	FR2 d, d, fdiv.d, RUP, 0x3ff0000000000002, 1, 0x10ffffffffffff, 0x10fffffffffffd
	FR2 d, d, fdiv.d, RMM, 0x7ff0000000000000, 5, 0xd420000000004000, 0x800fffffffffffff
	FR2 d, d, fdiv.d, RNE, 0xc21000040000ffff, 1, 0x800fffffffffffff, 0x3ffff
	FR2 d, d, fdiv.d, RTZ, 0xfff0000000000000, 8, 0xbebfffffffffffff, 0x0
	FR2 d, d, fdiv.d, RDN, 0xc01f000000000000, 0, 0x402f000000000000, 0xc000000000000000
	FR2 d, d, fdiv.d, RUP, 0xeef1364e6c1c8e63, 1, 0xffc52a26cff08945, 0x50c3ac967ddc432f
	FR2 d, d, fdiv.d, RMM, 0x3f0ffffffbffffff, 0, 0xbffffffffbffffff, 0xc0e0000000000000

	FR1 d, d, fsqrt.d, RNE, 0x7ff8000000000000, 16, 0xffd00003ffffffff
	FR1 d, d, fsqrt.d, RTZ, 0x8000000000000000, 0, 0x8000000000000000
	FR1 d, d, fsqrt.d, RDN, 0x7ff8000000000000, 16, 0xfff7991f1018eb90
	FR1 d, d, fsqrt.d, RUP, 0x7ff8000000000000, 16, 0x800fffffffffffdf
	FR1 d, d, fsqrt.d, RMM, 0x7ff8000000000000, 16, 0xffc0000000000000
	FR1 d, d, fsqrt.d, RNE, 0x4006a09e667f3b9f, 1, 0x401fffffffffff7f
	FR1 d, d, fsqrt.d, RTZ, 0x7ff8000000000000, 16, 0x7ff4b215a6a29a06
	FR1 d, d, fsqrt.d, RUP, 0x2016a09e65ca36da, 1, 0x3ffffffe000000
	FR1 d, d, fsqrt.d, RMM, 0x7ff8000000000000, 0, 0xffffffffffffffff
	FR1 d, d, fsqrt.d, RNE, 0x28a6a20865160984, 1, 0x1160020000000000
	FR1 d, d, fsqrt.d, RTZ, 0x3fd6a09e667f3bd7, 1, 0x3fc0000000000010
	FR1 d, d, fsqrt.d, RUP, 0x4002b3683aa6203d, 1, 0x4015db8632bd08df
	FR1 d, d, fsqrt.d, RMM, 0x41b6a09e667dd1c3, 1, 0x437ffffffffc0000
	FR1 d, d, fsqrt.d, RTZ, 0x7ff8000000000000, 0, 0xffffffff7fffffff
	FR1 d, d, fsqrt.d, RUP, 0x38c7404d569b4cf5, 1, 0x31a0e4f062949589
	FR1 d, d, fsqrt.d, RMM, 0x5fdfffffffffffef, 1, 0x7fcfffffffffffdf
	FR1 d, d, fsqrt.d, RNE, 0x4120000000000000, 0, 0x4250000000000000
	FR1 d, d, fsqrt.d, RUP, 0x7ff0000000000000, 0, 0x7ff0000000000000
	FR1 d, d, fsqrt.d, RNE, 0x3ff6a087c5d584f2, 1, 0x3fffffbfffffffff
	FR1 d, d, fsqrt.d, RDN, 0x5fe6a09b926b41bb, 1, 0x7fdffff800000000
TEST_END
