// Zcb: compressed accesses of bytes and halfwords, extensions, not, mul.
#include "test.h"

// Operand syntax of these macros: register, offset, base.
.macro COMPRESSED_LOAD op, result, offset
	CASE
	la a1, bytes
	TC \op a0, \offset, a1
	EXPECT a0, \result
.endm
.macro COMPRESSED_STORE op, result, offset
	CASE
	la a1, scratch
	sd zero, 0(a1)
	li a2, 0x8796a5b4c3d2e1f0
	TC \op a2, \offset, a1
	ld a0, 0(a1)
	EXPECT a0, \result
.endm

TEST_BEGIN
	COMPRESSED_LOAD c.lbu, 0xf0, 0
	COMPRESSED_LOAD c.lbu, 0xe1, 1
	COMPRESSED_LOAD c.lbu, 0xd2, 2
	COMPRESSED_LOAD c.lbu, 0xc3, 3
	COMPRESSED_LOAD c.lhu, 0xe1f0, 0
	COMPRESSED_LOAD c.lhu, 0xc3d2, 2
	COMPRESSED_LOAD c.lh, -0x1e10, 0
	COMPRESSED_LOAD c.lh, -0x3c2e, 2
	COMPRESSED_STORE c.sb, 0xf0, 0
	COMPRESSED_STORE c.sb, 0xf000, 1
	COMPRESSED_STORE c.sb, 0xf00000, 2
	COMPRESSED_STORE c.sb, 0xf0000000, 3
	COMPRESSED_STORE c.sh, 0xe1f0, 0
	COMPRESSED_STORE c.sh, 0xe1f00000, 2

	CR1 c.zext.b, 0xf0, 0x8796a5b4c3d2e1f0
	CR1 c.sext.b, -0x10, 0x8796a5b4c3d2e1f0
	CR1 c.sext.b, 0x7f, 0x8796a5b4c3d2e17f
	CR1 c.zext.h, 0xe1f0, 0x8796a5b4c3d2e1f0
	CR1 c.sext.h, -0x1e10, 0x8796a5b4c3d2e1f0
	CR1 c.sext.h, 0x7fff, 0x8796a5b4c3d27fff
	CR1 c.zext.w, 0xc3d2e1f0, 0x8796a5b4c3d2e1f0
	CR1 c.not, 0x78695a4b3c2d1e0f, 0x8796a5b4c3d2e1f0
	CRR c.mul, -15, 3, -5
	CRR c.mul, 0x8000000000000000, 0x8000000000000000, 3
TEST_END
bytes:	.byte 0xf0, 0xe1, 0xd2, 0xc3
	.balign 8
scratch: .dword 0
