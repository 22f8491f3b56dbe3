// Compressed loads and stores of doubles.
#include "test.h"

TEST_BEGIN
	mv s0, sp
	la a1, words
	CASE
	TC c.fld fa0, 0(a1)
	fmv.x.d a0, fa0
	EXPECT a0, 0x0123456789abcdef
	TC c.fld fa0, 248(a1)
	fmv.x.d a0, fa0
	EXPECT a0, 0x1111111111111111
	CASE
	mv sp, a1
	TC c.fldsp ft0, 504(sp)
	fmv.x.d a0, ft0
	EXPECT a0, 0x7edcba9876543210
	CASE
	la a1, scratch
	TC c.fsd fa0, 248(a1)
	ld a0, 248(a1)
	EXPECT a0, 0x1111111111111111
	mv sp, a1
	TC c.fsdsp ft0, 504(sp)
	ld a0, 504(a1)
	EXPECT a0, 0x7edcba9876543210
	mv sp, s0
TEST_END
words:	.dword 0x0123456789abcdef
	.zero 240
	.dword 0x1111111111111111
	.zero 248
	.dword 0x7edcba9876543210
scratch: .zero 1024
