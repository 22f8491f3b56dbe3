// SM3: instruction, result, operands.
#include "test.h"

TEST_BEGIN
	R1 sm3p0, 0x0, 0x0
	R1 sm3p0, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sm3p0, 0xffffffff80010100, 0xffffffff80000000
	R1 sm3p0, 0x423d9ecf, 0x5097eb2e0624868a
	R1 sm3p0, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sm3p0, 0xffffffffaaf36c43, 0xe418f2ce3ddc1780
	R1 sm3p0, 0xffffffff80010100, 0xffffffff80000000

	R1 sm3p1, 0x0, 0x0
	R1 sm3p1, 0xffffffffffffffff, 0xffffffffffffffff
	R1 sm3p1, 0x0, 0x8000000000000000
	R1 sm3p1, 0x207648f, 0x77ea8a1933be2241
	R1 sm3p1, 0xffffffffffffffff, 0xffffffff
	R1 sm3p1, 0x710f04e2, 0xa3c8e499cc2ef58f
	R1 sm3p1, 0xffffffffffffffff, 0x7fffffffffffffff
TEST_END
