// The p environment: the test runs in M-mode, from RAM base on, without address translation.
#include "setup.h"

#define MPELP (1 << 41)           // whether a landing pad is expected

	.section .text.entry, "ax"
	.globl _start
_start:
	SETUP m_trap
	lla t0, s_trap
	csrw stvec, t0
	li gp, 1
	j test

	// Absolute: what an environment call of the test raises.
	.globl env_ecall_cause
	.set env_ecall_cause, CAUSE_ENVIRONMENT_CALL_FROM_M_MODE

	.section .kernel, "ax"
	.globl pass, fail, m_trap, s_trap
fail:
	slli a0, gp, 1
	ori a0, a0, 1
	j end
pass:
	li a0, 1
end:
	li t6, MSTATUS_MPRV
	csrc mstatus, t6
	lla t6, park
	csrw mtvec, t6
	j report

// A trap that the test expects goes on at tp, in M-mode with interrupts off: s7 = the mode that took it, s8 = cause,
// s9 = epc, s10 = tval.
	.balign 4
m_trap:
	beqz tp, unexpected
	bnez s7, 1f
	li s7, PRIV_M
	csrr s8, mcause
	csrr s9, mepc
	csrr s10, mtval
1:	csrw mepc, tp
	li tp, 0
	li t6, MSTATUS_MPRV | MSTATUS_MPIE | MPELP
	csrc mstatus, t6
	li t6, MSTATUS_MPP
	csrs mstatus, t6
	mret

// The same for what is delegated. It leaves by a trap that is not.
	.balign 4
s_trap:
	csrr s8, scause
	csrr s9, sepc
	csrr s10, stval
	li s7, PRIV_S
	li t6, CAUSE_ENVIRONMENT_CALL_FROM_S_MODE
	beq s8, t6, 1f
	ecall
1:	ebreak

unexpected:
	slli a0, gp, 1
	ori a0, a0, UNEXPECTED_TRAP
	j end
