// SM4: instruction, result, operands, byte.
#include "test.h"

TEST_BEGIN
	RRI sm4ed, 0x5b5bd58e, 0x0, 0x0, 0
	RRI sm4ed, 0xffffffffdeb697de, 0xffffffffffffffff, 0xffffffff, 1
	RRI sm4ed, 0xffffffffd58e5b5b, 0x0, 0x0, 2
	RRI sm4ed, 0xffffffff8e3a4016, 0x13d2be4e00611bc3, 0x20, 3
	RRI sm4ed, 0x707c2c5, 0x8000000000000000, 0xac7c20d28f1a67d1, 0
	RRI sm4ed, 0xffffffffcd6b24b3, 0x2e231d6157cf1a29, 0x7c7cad6b9fd63f7f, 1
	RRI sm4ed, 0x2a71a4a4, 0xffffffffffffffff, 0x1, 2

	RRI sm4ks, 0xffffffffc01a6bd6, 0x0, 0x0, 0
	RRI sm4ks, 0xfffffffff6dbb7ff, 0xffffffffffffffff, 0xfffffffffffffffe, 1
	RRI sm4ks, 0xffffffffa4480009, 0xffffffff80000000, 0xffffffff, 2
	RRI sm4ks, 0xfffffffff59df14a, 0xa63318fb6b5de205, 0x7fffffff, 3
	RRI sm4ks, 0x400fbd7a, 0x8000, 0x866689000029f827, 0
	RRI sm4ks, 0x659df40, 0x36088cb0951742e0, 0x3b455c4386bd5ebc, 1
	RRI sm4ks, 0x6bd6c025, 0x3f, 0x80, 2
TEST_END
