// AES decryption: instruction, result, operands.
#include "test.h"

TEST_BEGIN
	RR aes64ds, 0x5252525252525252, 0x0, 0x0
	RR aes64ds, 0x52527d7d7d52527d, 0xffffffffffffffff, 0x40
	RR aes64ds, 0x52527d7d7d52520c, 0xfffffffffffffffe, 0x80
	RR aes64ds, 0x52528a916452525b, 0x43f0cb81a5567e39, 0x3f
	RR aes64ds, 0x96d37d7d7d2bde7d, 0xffffffffffffffff, 0x7f661ded90f1db6f
	RR aes64ds, 0x57b546eb4462cd41, 0x1bf813e926d25a83, 0xd4d5bd405baaee44
	RR aes64ds, 0x1f2a5252527dde6a, 0x2, 0x5ee51d3ac0ffee42

	RR aes64dsm, 0x5252525252525252, 0x0, 0x0
	RR aes64dsm, 0xb0ee9fc1c1b0ee9f, 0xffffffffffffffff, 0x80
	RR aes64dsm, 0x1806fea7a4cb6d45, 0x8000000000000000, 0xffffffff80000000
	RR aes64dsm, 0x8edc8df50bb66058, 0x34d46f15f30e6b95, 0x8000
	RR aes64dsm, 0x50df0f66b1f37040, 0x8000000000000000, 0xa6ebc05e576b67ef
	RR aes64dsm, 0xd73678253bf4b0b1, 0x2d42512616856aff, 0xd4ed42c722084ce0
	RR aes64dsm, 0x5252525252525252, 0x0, 0x100000000

	R1 aes64im, 0x0, 0x0
	R1 aes64im, 0xffffffffffffffff, 0xffffffffffffffff
	R1 aes64im, 0xb0d090e00000000, 0x100000000
	R1 aes64im, 0x41445a3584ab8bbf, 0xc3240c81e9eed0cc
	R1 aes64im, 0xb0d090e00000000, 0x100000000
	R1 aes64im, 0xa5590b8dd3c8d24f, 0x8fc0d5e0767860e8
	R1 aes64im, 0xf66d76ad, 0x40
TEST_END
