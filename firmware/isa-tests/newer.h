// Instructions that Debian 12's assembler does not know, from the drawings of the manual.
#ifndef NEWER_H
#define NEWER_H

// Zicond
.macro czero.eqz rd, rs1, rs2
	.insn r 0x33, 5, 7, \rd, \rs1, \rs2
.endm
.macro czero.nez rd, rs1, rs2
	.insn r 0x33, 7, 7, \rd, \rs1, \rs2
.endm

// Zimop
.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
.macro mop.r.\n rd, rs1
	.insn i 0x73, 4, \rd, \rs1, (0x81c | (\n & 3) | (\n >> 2 & 3) << 6 | (\n >> 4) << 10) - 0x1000
.endm
.endr
.irp n, 0, 1, 2, 3, 4, 5, 6, 7
.macro mop.rr.\n rd, rs1, rs2
	.insn r 0x73, 4, 0x41 | (\n & 3) << 1 | (\n >> 2) << 5, \rd, \rs1, \rs2
.endm
.endr

// Zcmop
.irp n, 1, 3, 5, 7, 9, 11, 13, 15
.macro c.mop.\n
	.half 0x6081 | (\n >> 1) << 8
.endm
.endr

// The three-bit fields of compressed instructions
.set .Lfield_s0, 0
.set .Lfield_s1, 1
.set .Lfield_a0, 2
.set .Lfield_a1, 3
.set .Lfield_a2, 4
.set .Lfield_a3, 5
.set .Lfield_a4, 6
.set .Lfield_a5, 7

// Zcb
.macro c.lbu rd, offset, rs1
	.half 0x8000 | .Lfield_\rs1 << 7 | (\offset & 1) << 6 | (\offset >> 1) << 5 | .Lfield_\rd << 2
.endm
.macro c.lhu rd, offset, rs1
	.half 0x8400 | .Lfield_\rs1 << 7 | (\offset >> 1) << 5 | .Lfield_\rd << 2
.endm
.macro c.lh rd, offset, rs1
	.half 0x8440 | .Lfield_\rs1 << 7 | (\offset >> 1) << 5 | .Lfield_\rd << 2
.endm
.macro c.sb rs2, offset, rs1
	.half 0x8800 | .Lfield_\rs1 << 7 | (\offset & 1) << 6 | (\offset >> 1) << 5 | .Lfield_\rs2 << 2
.endm
.macro c.sh rs2, offset, rs1
	.half 0x8c00 | .Lfield_\rs1 << 7 | (\offset >> 1) << 5 | .Lfield_\rs2 << 2
.endm
.macro c.zext.b rd
	.half 0x9c61 | 0 << 2 | .Lfield_\rd << 7
.endm
.macro c.sext.b rd
	.half 0x9c61 | 1 << 2 | .Lfield_\rd << 7
.endm
.macro c.zext.h rd
	.half 0x9c61 | 2 << 2 | .Lfield_\rd << 7
.endm
.macro c.sext.h rd
	.half 0x9c61 | 3 << 2 | .Lfield_\rd << 7
.endm
.macro c.zext.w rd
	.half 0x9c61 | 4 << 2 | .Lfield_\rd << 7
.endm
.macro c.not rd
	.half 0x9c61 | 5 << 2 | .Lfield_\rd << 7
.endm
.macro c.mul rd, rs2
	.half 0x9c41 | .Lfield_\rd << 7 | .Lfield_\rs2 << 2
.endm

#endif
