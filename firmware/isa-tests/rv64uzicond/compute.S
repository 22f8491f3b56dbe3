// Conditional operations: instruction, result, operands.
#include "test.h"

TEST_BEGIN
	RR czero.eqz, 0x0, 0x0, 0x0
	RR czero.eqz, 0xffffffffffffffff, 0xffffffffffffffff, 0x1
	RR czero.eqz, 0xffffffff, 0xffffffff, 0xfffffffffffffffe
	RR czero.eqz, 0xa1b237d543d95d, 0xa1b237d543d95d, 0x7fffffffffffffff
	RR czero.eqz, 0x7fffffff, 0x7fffffff, 0xbfb32b0c90176b77
	RR czero.eqz, 0x75b1289b60eb25c6, 0x75b1289b60eb25c6, 0x4e3fc3e3e719598c
	RR czero.eqz, 0x1, 0x1, 0x100000000

	RR czero.nez, 0x0, 0x0, 0x0
	RR czero.nez, 0x0, 0xffffffffffffffff, 0xfffffffffffffffe
	RR czero.nez, 0x0, 0xfffffffffffffffe, 0x3f
	RR czero.nez, 0x0, 0xde57fe4158d20422, 0xffffffffffffffff
	RR czero.nez, 0x0, 0xfffffffffffffffe, 0x541016a317b12667
	RR czero.nez, 0x0, 0x24ffa1dd48f84cdd, 0xdcd81950fed1b787
	RR czero.nez, 0x0, 0x100000000, 0xffffffffffffffff
TEST_END
