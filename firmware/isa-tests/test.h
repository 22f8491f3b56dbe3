// The frame of a test and the lines that it is made of. Numbers and what is reported follow riscv-tests: gp holds the
// number of the case that runs; tohost becomes 1, or (number << 1) | 1 when a case fails.
//
// Registers: t6 is scratch of the macros; tp is where a trap that is expected goes on, 0 when none is. After such a
// trap s7 = the privilege mode that took it, s8 = cause, s9 = epc, s10 = tval.
#ifndef TEST_H
#define TEST_H

#include "rv.h"
#include "virt.h"
#include "newer.h"

.set case_number, 1

.macro TEST_BEGIN
	.text
	.option norvc
	.option norelax
	.globl test
	.balign 4
test:
.endm

// The last line of the code: what follows is the data of the test.
.macro TEST_END
	j pass
	.data
	.balign 8
.endm

// Begins a case: the next number, and the label test_NUMBER.
.macro CASE
	.set case_number, case_number + 1
	.altmacro
	CASE_LABEL %case_number
	.noaltmacro
	li gp, case_number
.endm
.macro CASE_LABEL number
test_\number:
.endm

// The instruction that is tested: its address goes into the list from which a test of the project tells which rows of
// the instruction table, and which CSRs, the suite covers.
.macro T insn:vararg
	.pushsection .tested
	.dword .Lt\@
	.popsection
.Lt\@:
	\insn
.endm
// The same for a compressed one.
.macro TC insn:vararg
	.option push
	.option rvc
	T \insn
	.option pop
.endm

.macro EXPECT reg, value
	li t6, \value
	bne \reg, t6, fail
.endm

// What came before left the value in reg.
.macro CHECK reg, value
	CASE
	EXPECT \reg, \value
.endm

// ---- Instructions that compute

// OP result, a, b: rd apart from the sources, the same as each of them, and x0.
.macro RR op, result, a, b
	CASE
	li a1, \a
	li a2, \b
	T \op a0, a1, a2
	EXPECT a0, \result
	mv a3, a1
	\op a3, a3, a2
	bne a3, t6, fail
	\op a2, a1, a2
	bne a2, t6, fail
	\op x0, a1, a2
	bnez x0, fail
.endm
// With two registers and a number.
.macro RRI op, result, a, b, n
	CASE
	li a1, \a
	li a2, \b
	T \op a0, a1, a2, \n
	EXPECT a0, \result
	\op a2, a1, a2, \n
	bne a2, t6, fail
.endm
.macro RI op, result, a, imm
	CASE
	li a1, \a
	T \op a0, a1, \imm
	EXPECT a0, \result
	\op x0, a1, \imm
	bnez x0, fail
	\op a1, a1, \imm
	bne a1, t6, fail
.endm
.macro R1 op, result, a
	CASE
	li a1, \a
	T \op a0, a1
	EXPECT a0, \result
	\op x0, a1
	bnez x0, fail
	\op a1, a1
	bne a1, t6, fail
.endm

// Compressed: rd is the first source.
.macro CRR op, result, a, b
	CASE
	li a0, \a
	li a1, \b
	TC \op a0, a1
	EXPECT a0, \result
.endm
.macro CRI op, result, a, imm
	CASE
	li a0, \a
	TC \op a0, \imm
	EXPECT a0, \result
.endm
.macro CR1 op, result, a
	CASE
	li a0, \a
	TC \op a0
	EXPECT a0, \result
.endm

// ---- Memory

// Loads from the label `bytes` + offset.
.macro LOAD op, result, offset
	CASE
	la a1, bytes + 256
	T \op a0, \offset - 256(a1)
	EXPECT a0, \result
	\op a1, \offset - 256(a1)
	bne a1, t6, fail
.endm
// The 16 bytes around bytes + 8 that a store of `value` leaves, of all that were 0.
.macro STORE op, low, high, value, offset
	CASE
	la a1, scratch + 256
	sd zero, -256(a1)
	sd zero, -248(a1)
	li a2, \value
	T \op a2, \offset - 256(a1)
	ld a3, -256(a1)
	EXPECT a3, \low
	ld a3, -248(a1)
	EXPECT a3, \high
.endm

// ---- Floating point. Operands are the bits of registers; flags are those that fflags holds afterwards.

#define NX 1
#define UF 2
#define OF 4
#define DZ 8
#define NV 16

#define RNE 0
#define RTZ 1
#define RDN 2
#define RUP 3
#define RMM 4

.macro FLAGS_ARE flags
	csrr a4, fflags
	EXPECT a4, \flags
.endm

// Rounding statically, with another mode in frm; then by frm.
.macro ROUNDED mode, op, operands:vararg
	.if \mode == RNE
	T \op \operands, rne
	.elseif \mode == RTZ
	T \op \operands, rtz
	.elseif \mode == RDN
	T \op \operands, rdn
	.elseif \mode == RUP
	T \op \operands, rup
	.else
	T \op \operands, rmm
	.endif
.endm
.macro FP_BEGIN mode
	CASE
	csrwi fflags, 0
	csrwi frm, (\mode + 1) % 5
.endm
.macro FP_AGAIN mode
	csrwi fflags, 0
	csrwi frm, \mode
.endm

// Formats of operands and of the result (w, d, h, as in fmv), instruction, rounding mode, result, flags, operands.
// Results of 16 and 32 bits are sign-extended.
.macro FR1 in, out, op, mode, result, flags, a
	FP_BEGIN \mode
	li a1, \a
	fmv.\in\().x fa1, a1
	ROUNDED \mode, \op, fa0, fa1
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
	FP_AGAIN \mode
	\op fa1, fa1, dyn
	fmv.x.\out a0, fa1
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
.macro FR2 in, out, op, mode, result, flags, a, b
	FP_BEGIN \mode
	li a1, \a
	fmv.\in\().x fa1, a1
	li a2, \b
	fmv.\in\().x fa2, a2
	ROUNDED \mode, \op, fa0, fa1, fa2
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
	FP_AGAIN \mode
	\op fa2, fa1, fa2, dyn
	fmv.x.\out a0, fa2
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
.macro FR3 in, out, op, mode, result, flags, a, b, c
	FP_BEGIN \mode
	li a1, \a
	fmv.\in\().x fa1, a1
	li a2, \b
	fmv.\in\().x fa2, a2
	li a3, \c
	fmv.\in\().x fa3, a3
	ROUNDED \mode, \op, fa0, fa1, fa2, fa3
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
	FP_AGAIN \mode
	\op fa3, fa1, fa2, fa3, dyn
	fmv.x.\out a0, fa3
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
// Without rounding.
.macro F1 in, out, op, result, flags, a
	CASE
	csrwi fcsr, 0
	li a1, \a
	fmv.\in\().x fa1, a1
	T \op fa0, fa1
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
.macro F2 in, out, op, result, flags, a, b
	CASE
	csrwi fcsr, 0
	li a1, \a
	fmv.\in\().x fa1, a1
	li a2, \b
	fmv.\in\().x fa2, a2
	T \op fa0, fa1, fa2
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
	\op fa2, fa1, fa2
	fmv.x.\out a0, fa2
	EXPECT a0, \result
.endm
// To an integer register, of one or two operands, and rounding.
.macro FX1 in, op, result, flags, a
	CASE
	csrwi fcsr, 0
	li a1, \a
	fmv.\in\().x fa1, a1
	T \op a0, fa1
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
.macro FX2 in, op, result, flags, a, b
	CASE
	csrwi fcsr, 0
	li a1, \a
	fmv.\in\().x fa1, a1
	li a2, \b
	fmv.\in\().x fa2, a2
	T \op a0, fa1, fa2
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
.macro FXR in, op, mode, result, flags, a
	FP_BEGIN \mode
	li a1, \a
	fmv.\in\().x fa1, a1
	ROUNDED \mode, \op, a0, fa1
	EXPECT a0, \result
	FLAGS_ARE \flags
	FP_AGAIN \mode
	\op a0, fa1, dyn
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm
// From an integer register.
.macro XF1 out, op, result, a
	CASE
	csrwi fcsr, 0
	li a1, \a
	T \op fa0, a1
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE 0
.endm
.macro XFR out, op, mode, result, flags, a
	FP_BEGIN \mode
	li a1, \a
	ROUNDED \mode, \op, fa0, a1
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
	FP_AGAIN \mode
	\op fa0, a1, dyn
	fmv.x.\out a0, fa0
	EXPECT a0, \result
	FLAGS_ARE \flags
.endm

// ---- Traps

// What stands between these traps.
.macro TRAP_BEGIN
	CASE
	li s7, 0
	lla tp, 9f
.endm
.macro TRAP_END cause
	j fail
	.balign 4
	9:
	EXPECT s8, \cause
.endm
// The last trap had the value in reg.
.macro TVAL_IS reg
	bne s10, \reg, fail
.endm
.macro TAKEN_IN mode
	EXPECT s7, \mode
.endm

// The instruction traps, in the mode that the test is in.
.macro FAULTS cause, insn:vararg
	FAULTS_EITHER \cause, \cause, \insn
.endm
// With either of two causes, where the manual leaves that open.
.macro FAULTS_EITHER cause, other, insn:vararg
	CASE
	li s7, 0
	lla tp, .Lresume\@
.Linsn\@:
	T \insn
	j fail
	.balign 4
.Lresume\@:
	li t6, \other
	beq s8, t6, .Lright\@
	EXPECT s8, \cause
.Lright\@:
	lla t6, .Linsn\@
	bne s9, t6, fail
.endm

// For tests of the p environment: from M-mode to a lower one, on to the next instruction.
.macro LOWER mode
	li t6, MSTATUS_MPP
	csrc mstatus, t6
	.if \mode
	li t6, (\mode) << MSTATUS_MPP_SHIFT
	csrs mstatus, t6
	.endif
	lla t6, .Llower\@
	csrw mepc, t6
	mret
	.balign 4
.Llower\@:
.endm

// In this mode the instruction traps; the test goes on in M-mode.
.macro TRAPS mode, cause, insn:vararg
	CASE
	li s7, 0
	lla tp, .Lresume\@
	.if \mode != PRIV_M
	LOWER \mode
	.endif
.Linsn\@:
	T \insn
	j fail
	.balign 4
.Lresume\@:
	EXPECT s8, \cause
	lla t6, .Linsn\@
	bne s9, t6, fail
.endm
// In this mode the instruction does not trap.
.macro RUNS mode, insn:vararg
	CASE
	.if \mode == PRIV_M
	T \insn
	.else
	li s7, 0
	lla tp, .Lresume\@
	LOWER \mode
	T \insn
.Lecall\@:
	ecall
	.balign 4
.Lresume\@:
	EXPECT s8, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE + \mode
	lla t6, .Lecall\@
	bne s9, t6, fail
	.endif
.endm

// Loads and stores act in this mode until MPRV_OFF or a trap.
.macro MPRV_ON mode
	li t6, MSTATUS_MPP
	csrc mstatus, t6
	li t6, MSTATUS_MPRV | \mode << MSTATUS_MPP_SHIFT
	csrs mstatus, t6
.endm
.macro MPRV_OFF
	li t6, MSTATUS_MPRV
	csrc mstatus, t6
.endm

// *entry = PTE of the page at address pa with flags; clobbers t5, t6.
.macro SET_PTE entry, pa, flags
	lla t6, \pa
	srli t6, t6, PAGE_SHIFT
	slli t6, t6, PTE_PPN_SHIFT
	li t5, \flags
	or t6, t6, t5
	lla t5, \entry
	sd t6, 0(t5)
.endm
.macro SATP_SV39 table
	lla t6, \table
	srli t6, t6, PAGE_SHIFT
	li t5, SATP_MODE_SV39 << SATP_MODE_SHIFT
	or t6, t6, t5
	csrw satp, t6
	sfence.vma
.endm

#endif
