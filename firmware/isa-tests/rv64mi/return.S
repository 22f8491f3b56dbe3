// mret and sret: the mode, the pc and the stack of mstatus; who may use them; wfi and TVM, TW, TSR.
#include "test.h"

#define MPIE (1 << 7)
#define STACK (MSTATUS_MPP | MPIE | MSTATUS_MIE | MSTATUS_MPRV)
#define SSTACK (MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE | MSTATUS_MPRV)

.macro SET_MSTATUS mask, bits
	li t0, \mask
	csrc mstatus, t0
	li t0, \bits
	csrs mstatus, t0
.endm

TEST_BEGIN
	lla t0, keep_mstatus
	csrw mtvec, t0
	// mret: MIE = MPIE, MPIE = 1, MPP = U; MPRV is cleared by a return to a lower mode.
.macro MRETURN before, after
	CASE
	SET_MSTATUS STACK, \before
	lla t0, 1f
	csrw mepc, t0
	T mret
	j fail
	.balign 4
1:	csrr a0, mstatus
	li t0, STACK
	csrc mstatus, t0
	and a0, a0, t0
	EXPECT a0, \after
.endm
	MRETURN MSTATUS_MPP, MPIE
	MRETURN MSTATUS_MPP | MPIE, MPIE | MSTATUS_MIE
	MRETURN MSTATUS_MPP | MSTATUS_MPRV, MPIE | MSTATUS_MPRV
.irp mode, PRIV_U, PRIV_S
	CASE
	SET_MSTATUS STACK, MSTATUS_MPRV | (\mode) << MSTATUS_MPP_SHIFT
	li s7, 0
	lla tp, 2f
	lla t0, 1f
	csrw mepc, t0
	mret
	.balign 4
1:	ecall
	.balign 4
2:	EXPECT s8, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE + \mode
	lla t0, 1b
	bne s9, t0, fail
	csrr a0, mscratch
	li t0, MSTATUS_MPRV
	and a0, a0, t0
	bnez a0, fail
.endr

	// sret, from M-mode: SIE = SPIE, SPIE = 1, SPP = U, MPRV = 0.
.irp mode, PRIV_U, PRIV_S
.irp spie, 0, 1
	CASE
	SET_MSTATUS SSTACK, (\mode) << 8 | (\spie) << 5 | MSTATUS_MPRV
	SET_MSTATUS MSTATUS_MPP, MSTATUS_MPP
	li s7, 0
	lla tp, 2f
	lla t0, 1f
	csrw sepc, t0
	T sret
	.balign 4
1:	ecall
	.balign 4
2:	EXPECT s8, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE + \mode
	csrr a0, mscratch
	li t0, SSTACK
	and a0, a0, t0
	EXPECT a0, MSTATUS_SPIE | (\spie) << 1
	csrc mstatus, t0
.endr
.endr
	// From S-mode to U-mode.
	CASE
	li s7, 0
	lla tp, 2f
	lla t0, 1f
	csrw sepc, t0
	LOWER PRIV_S
	sret
	.balign 4
1:	ecall
	.balign 4
2:	EXPECT s8, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE

	// Who may not.
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, mret
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, mret
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, sret
	SET_MSTATUS 0, MSTATUS_TSR
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, sret
	SET_MSTATUS MSTATUS_TSR, 0

	// sfence.vma: not in U-mode, and in S-mode unless TVM is set.
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, sfence.vma
	RUNS PRIV_S, sfence.vma
	RUNS PRIV_S, sfence.vma a0, a1
	SET_MSTATUS 0, MSTATUS_TVM
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, sfence.vma
	RUNS PRIV_M, sfence.vma
	SET_MSTATUS MSTATUS_TVM, 0

	// wfi: goes on where an interrupt is pending and enabled in mie; with TW it is illegal below M-mode if it would
	// wait for long.
	csrwi mideleg, 0
	csrsi mip, IP_SSIP
	csrsi mie, IP_SSIP
	RUNS PRIV_M, wfi
	csrci mip, IP_SSIP
	csrci mie, IP_SSIP
	SET_MSTATUS 0, MSTATUS_TW
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, wfi
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, wfi
	SET_MSTATUS MSTATUS_TW, 0
	j pass

	.balign 4
keep_mstatus:
	csrr t6, mstatus
	csrw mscratch, t6
	j m_trap
TEST_END
