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

// Zacas and Zabha, with aq and rl as the last operand: 1 rl, 2 aq, 3 both. The address is a register without parentheses.
.macro AMO_WORD funct5, funct3, rd, rs2, rs1, order=0
	.insn r 0x2f, \funct3, (\funct5) << 2 | \order, \rd, \rs1, \rs2
.endm
.macro AMO_NAMES name, funct5
.macro \name\().b rd, rs2, rs1, order=0
	AMO_WORD \funct5, 0, \rd, \rs2, \rs1, \order
.endm
.macro \name\().h rd, rs2, rs1, order=0
	AMO_WORD \funct5, 1, \rd, \rs2, \rs1, \order
.endm
.endm
	AMO_NAMES amoadd, 0
	AMO_NAMES amoswap, 1
	AMO_NAMES amoxor, 4
	AMO_NAMES amocas, 5
	AMO_NAMES amoor, 8
	AMO_NAMES amoand, 12
	AMO_NAMES amomin, 16
	AMO_NAMES amomax, 20
	AMO_NAMES amominu, 24
	AMO_NAMES amomaxu, 28
.macro amocas.w rd, rs2, rs1, order=0
	AMO_WORD 5, 2, \rd, \rs2, \rs1, \order
.endm
.macro amocas.d rd, rs2, rs1, order=0
	AMO_WORD 5, 3, \rd, \rs2, \rs1, \order
.endm
.macro amocas.q rd, rs2, rs1, order=0
	AMO_WORD 5, 4, \rd, \rs2, \rs1, \order
.endm

// Rounding modes in the place of funct3
.set .Lmode_rne, 0
.set .Lmode_rtz, 1
.set .Lmode_rdn, 2
.set .Lmode_rup, 3
.set .Lmode_rmm, 4
.set .Lmode_dyn, 7

// Zfbfmin
.macro fcvt.bf16.s rd, rs1, rm=dyn
	.insn r 0x53, .Lmode_\rm, 0x22, \rd, \rs1, f8
.endm
.macro fcvt.s.bf16 rd, rs1, rm=rne
	.insn r 0x53, .Lmode_\rm, 0x20, \rd, \rs1, f6
.endm

// Zfa
.macro ZFA_NAMES suffix, format
.macro fli.\suffix rd, n
	.insn r 0x53, 0, 0x78 | \format, \rd, f\n, f1
.endm
.macro fminm.\suffix rd, rs1, rs2
	.insn r 0x53, 2, 0x14 | \format, \rd, \rs1, \rs2
.endm
.macro fmaxm.\suffix rd, rs1, rs2
	.insn r 0x53, 3, 0x14 | \format, \rd, \rs1, \rs2
.endm
.macro fround.\suffix rd, rs1, rm=dyn
	.insn r 0x53, .Lmode_\rm, 0x20 | \format, \rd, \rs1, f4
.endm
.macro froundnx.\suffix rd, rs1, rm=dyn
	.insn r 0x53, .Lmode_\rm, 0x20 | \format, \rd, \rs1, f5
.endm
.macro fleq.\suffix rd, rs1, rs2
	.insn r 0x53, 4, 0x50 | \format, \rd, \rs1, \rs2
.endm
.macro fltq.\suffix rd, rs1, rs2
	.insn r 0x53, 5, 0x50 | \format, \rd, \rs1, \rs2
.endm
.endm
	ZFA_NAMES s, 0
	ZFA_NAMES d, 1
	ZFA_NAMES h, 2
.macro fcvtmod.w.d rd, rs1
	.insn r 0x53, 1, 0x61, \rd, \rs1, f8
.endm

// Zicfilp
.macro lpad label
	auipc x0, \label
.endm

// Zicfiss
.macro sspush rs2
	mop.rr.7 x0, x0, \rs2
.endm
.macro sspopchk rs1
	mop.r.28 x0, \rs1
.endm
.macro ssrdp rd
	mop.r.28 \rd, x0
.endm
.macro ssamoswap.w rd, rs2, rs1, order=0
	AMO_WORD 9, 2, \rd, \rs2, \rs1, \order
.endm
.macro ssamoswap.d rd, rs2, rs1, order=0
	AMO_WORD 9, 3, \rd, \rs2, \rs1, \order
.endm

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
