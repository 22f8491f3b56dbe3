// SHA-2: instruction, result, operands.
#include "test.h"

TEST_BEGIN
	R1 sha256sig0, 0x0, 0x0
	R1 sha256sig0, 0x1fffffff, 0xffffffffffffffff
	R1 sha256sig0, 0x2004000, 0x1
	R1 sha256sig0, 0xffffffffb427d0e4, 0x7cb6588690982457
	R1 sha256sig0, 0x1fffffff, 0x7fffffffffffffff
	R1 sha256sig0, 0x17fe9de0, 0xb116780b794cd096
	R1 sha256sig0, 0x1fffffff, 0xffffffffffffffff

	R1 sha256sig1, 0x0, 0x0
	R1 sha256sig1, 0x3fffff, 0xffffffffffffffff
	R1 sha256sig1, 0x0, 0x0
	R1 sha256sig1, 0x75d155f1, 0x1b0f31ff24a7649
	R1 sha256sig1, 0x14000, 0x2
	R1 sha256sig1, 0xffffffffe613b96c, 0x33f988a2b5d4f064
	R1 sha256sig1, 0x280000, 0x40

	R1 sha256sum0, 0x0, 0x0
	R1 sha256sum0, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sha256sum0, 0xffffffffdffbfdff, 0x7fffffff
	R1 sha256sum0, 0x76c7e88, 0x3bbe12fde446ecb9
	R1 sha256sum0, 0x3d90f76c, 0x5ee51d3ac0ffee42
	R1 sha256sum0, 0x4dc6358, 0x4b8fd31b2c5a34e3
	R1 sha256sum0, 0xffffffffffffffff, 0x7fffffffffffffff

	R1 sha256sum1, 0x0, 0x0
	R1 sha256sum1, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sha256sum1, 0xfffffffffdefffbf, 0x7fffffff
	R1 sha256sum1, 0xfffffffff215184d, 0x7900066545c5d56f
	R1 sha256sum1, 0xfffffffffbdfff7f, 0xfffffffffffffffe
	R1 sha256sum1, 0xffffffffdf2c85c0, 0xe6b9286a8b67695
	R1 sha256sum1, 0x2100040, 0x80000000

	R1 sha512sig0, 0x0, 0x0
	R1 sha512sig0, 0x1ffffffffffffff, 0xffffffffffffffff
	R1 sha512sig0, 0x4000000000000020, 0x40
	R1 sha512sig0, 0xe26b23af2c3ef920, 0x36630d717f7ef479
	R1 sha512sig0, 0x6d91a1ba2f3ef713, 0x5ee51d3ac0ffee42
	R1 sha512sig0, 0xce3968ea89d3eebe, 0x6904cb6e7690befa
	R1 sha512sig0, 0x8000000000000041, 0x80

	R1 sha512sig1, 0x0, 0x0
	R1 sha512sig1, 0x3ffffffffffffff, 0xffffffffffffffff
	R1 sha512sig1, 0xfc001ffc01fff007, 0xffffffff80000000
	R1 sha512sig1, 0xfa3042eacb308764, 0x56ceaa534a6a68f1
	R1 sha512sig1, 0x3e000000000f8, 0x1f
	R1 sha512sig1, 0x5c649b8cf4aa2262, 0xf9668fd3ed5ca5ab
	R1 sha512sig1, 0x3e000000000f8, 0x1f

	R1 sha512sum0, 0x0, 0x0
	R1 sha512sum0, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sha512sum0, 0x8210000000000, 0x8000
	R1 sha512sum0, 0x4e40aa8a8482c64, 0x9057d76128c87844
	R1 sha512sum0, 0x4200000000000010, 0x100000000
	R1 sha512sum0, 0x2b8a40adba927245, 0x6888150408051e
	R1 sha512sum0, 0xffffffffffffffff, 0xffffffffffffffff

	R1 sha512sum1, 0x0, 0x0
	R1 sha512sum1, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sha512sum1, 0x0, 0x0
	R1 sha512sum1, 0x465d66e95ae6c537, 0xa4f8f1f20eb86942
	R1 sha512sum1, 0x2200000400000, 0x8000000000000000
	R1 sha512sum1, 0x4b35a9ce88dc9331, 0x1bc660d9c0004d27
	R1 sha512sum1, 0x7c3fffff83c000, 0xffffffff
TEST_END
