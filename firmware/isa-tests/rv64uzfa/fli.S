// fli: the 32 constants of the manual's table: format, instruction, bits, number.
#include "test.h"

.macro FLI format, op, result, n
	CASE
	csrwi fcsr, 0
	T \op fa0, \n
	fmv.x.\format a0, fa0
	EXPECT a0, \result
	FLAGS_ARE 0
.endm

TEST_BEGIN
	FLI w, fli.s, 0xffffffffbf800000, 0
	FLI w, fli.s, 0x800000, 1
	FLI w, fli.s, 0x37800000, 2
	FLI w, fli.s, 0x38000000, 3
	FLI w, fli.s, 0x3b800000, 4
	FLI w, fli.s, 0x3c000000, 5
	FLI w, fli.s, 0x3d800000, 6
	FLI w, fli.s, 0x3e000000, 7
	FLI w, fli.s, 0x3e800000, 8
	FLI w, fli.s, 0x3ea00000, 9
	FLI w, fli.s, 0x3ec00000, 10
	FLI w, fli.s, 0x3ee00000, 11
	FLI w, fli.s, 0x3f000000, 12
	FLI w, fli.s, 0x3f200000, 13
	FLI w, fli.s, 0x3f400000, 14
	FLI w, fli.s, 0x3f600000, 15
	FLI w, fli.s, 0x3f800000, 16
	FLI w, fli.s, 0x3fa00000, 17
	FLI w, fli.s, 0x3fc00000, 18
	FLI w, fli.s, 0x3fe00000, 19
	FLI w, fli.s, 0x40000000, 20
	FLI w, fli.s, 0x40200000, 21
	FLI w, fli.s, 0x40400000, 22
	FLI w, fli.s, 0x40800000, 23
	FLI w, fli.s, 0x41000000, 24
	FLI w, fli.s, 0x41800000, 25
	FLI w, fli.s, 0x43000000, 26
	FLI w, fli.s, 0x43800000, 27
	FLI w, fli.s, 0x47000000, 28
	FLI w, fli.s, 0x47800000, 29
	FLI w, fli.s, 0x7f800000, 30
	FLI w, fli.s, 0x7fc00000, 31
	FLI d, fli.d, 0xbff0000000000000, 0
	FLI d, fli.d, 0x10000000000000, 1
	FLI d, fli.d, 0x3ef0000000000000, 2
	FLI d, fli.d, 0x3f00000000000000, 3
	FLI d, fli.d, 0x3f70000000000000, 4
	FLI d, fli.d, 0x3f80000000000000, 5
	FLI d, fli.d, 0x3fb0000000000000, 6
	FLI d, fli.d, 0x3fc0000000000000, 7
	FLI d, fli.d, 0x3fd0000000000000, 8
	FLI d, fli.d, 0x3fd4000000000000, 9
	FLI d, fli.d, 0x3fd8000000000000, 10
	FLI d, fli.d, 0x3fdc000000000000, 11
	FLI d, fli.d, 0x3fe0000000000000, 12
	FLI d, fli.d, 0x3fe4000000000000, 13
	FLI d, fli.d, 0x3fe8000000000000, 14
	FLI d, fli.d, 0x3fec000000000000, 15
	FLI d, fli.d, 0x3ff0000000000000, 16
	FLI d, fli.d, 0x3ff4000000000000, 17
	FLI d, fli.d, 0x3ff8000000000000, 18
	FLI d, fli.d, 0x3ffc000000000000, 19
	FLI d, fli.d, 0x4000000000000000, 20
	FLI d, fli.d, 0x4004000000000000, 21
	FLI d, fli.d, 0x4008000000000000, 22
	FLI d, fli.d, 0x4010000000000000, 23
	FLI d, fli.d, 0x4020000000000000, 24
	FLI d, fli.d, 0x4030000000000000, 25
	FLI d, fli.d, 0x4060000000000000, 26
	FLI d, fli.d, 0x4070000000000000, 27
	FLI d, fli.d, 0x40e0000000000000, 28
	FLI d, fli.d, 0x40f0000000000000, 29
	FLI d, fli.d, 0x7ff0000000000000, 30
	FLI d, fli.d, 0x7ff8000000000000, 31
	FLI h, fli.h, 0xffffffffffffbc00, 0
	FLI h, fli.h, 0x400, 1
	FLI h, fli.h, 0x100, 2
	FLI h, fli.h, 0x200, 3
	FLI h, fli.h, 0x1c00, 4
	FLI h, fli.h, 0x2000, 5
	FLI h, fli.h, 0x2c00, 6
	FLI h, fli.h, 0x3000, 7
	FLI h, fli.h, 0x3400, 8
	FLI h, fli.h, 0x3500, 9
	FLI h, fli.h, 0x3600, 10
	FLI h, fli.h, 0x3700, 11
	FLI h, fli.h, 0x3800, 12
	FLI h, fli.h, 0x3900, 13
	FLI h, fli.h, 0x3a00, 14
	FLI h, fli.h, 0x3b00, 15
	FLI h, fli.h, 0x3c00, 16
	FLI h, fli.h, 0x3d00, 17
	FLI h, fli.h, 0x3e00, 18
	FLI h, fli.h, 0x3f00, 19
	FLI h, fli.h, 0x4000, 20
	FLI h, fli.h, 0x4100, 21
	FLI h, fli.h, 0x4200, 22
	FLI h, fli.h, 0x4400, 23
	FLI h, fli.h, 0x4800, 24
	FLI h, fli.h, 0x4c00, 25
	FLI h, fli.h, 0x5800, 26
	FLI h, fli.h, 0x5c00, 27
	FLI h, fli.h, 0x7800, 28
	FLI h, fli.h, 0x7c00, 29
	FLI h, fli.h, 0x7c00, 30
	FLI h, fli.h, 0x7e00, 31
TEST_END
