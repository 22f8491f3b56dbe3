// Loads and stores.
#include "test.h"

TEST_BEGIN
	LOAD lb, -0x10, 0
	LOAD lb, -0x79, 7
	LOAD lb, 0x7f, 8
	LOAD lbu, 0xf0, 0
	LOAD lbu, 0x87, 7
	LOAD lh, -0x1e10, 0
	LOAD lh, -0x786a, 6
	LOAD lh, 0x017f, 8
	LOAD lhu, 0xe1f0, 0
	LOAD lhu, 0x8796, 6
	LOAD lw, -0x3c2d1e10, 0
	LOAD lw, -0x78695a4c, 4
	LOAD lw, 0x4523017f, 8
	LOAD lwu, 0xc3d2e1f0, 0
	LOAD lwu, 0x8796a5b4, 4
	LOAD ld, 0x8796a5b4c3d2e1f0, 0
	LOAD ld, 0xcdab89674523017f, 8

	// low, high: the 16 bytes afterwards; value, offset
	STORE sb, 0xf0, 0, 0x8796a5b4c3d2e1f0, 0
	STORE sb, 0xf000000000000000, 0, 0x8796a5b4c3d2e1f0, 7
	STORE sb, 0, 0xf0, 0x8796a5b4c3d2e1f0, 8
	STORE sh, 0xe1f0, 0, 0x8796a5b4c3d2e1f0, 0
	STORE sh, 0xe1f0000000000000, 0, 0x8796a5b4c3d2e1f0, 6
	STORE sw, 0xc3d2e1f0, 0, 0x8796a5b4c3d2e1f0, 0
	STORE sw, 0xc3d2e1f000000000, 0, 0x8796a5b4c3d2e1f0, 4
	STORE sd, 0x8796a5b4c3d2e1f0, 0, 0x8796a5b4c3d2e1f0, 0
	STORE sd, 0, 0x8796a5b4c3d2e1f0, 0x8796a5b4c3d2e1f0, 8

	// The ends of the offset's range.
	CASE
	la a1, scratch + 2048
	li a2, 0x1234
	sd a2, -2048(a1)
	addi a1, a1, -2048
	ld a0, 0(a1)
	EXPECT a0, 0x1234
	addi a1, a1, -2040
	ld a0, 2040(a1)
	EXPECT a0, 0x1234
	// A load into x0 is done, and x0 stays 0.
	CASE
	lw x0, 0(a1)
	bnez x0, fail
TEST_END
	.zero 2048
bytes:	.byte 0xf0, 0xe1, 0xd2, 0xc3, 0xb4, 0xa5, 0x96, 0x87
	.byte 0x7f, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd
	.zero 2048
scratch: .zero 4096
