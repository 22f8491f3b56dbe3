// Exceptions that medeleg names go to S-mode from U and S, and to M-mode from M; what they leave in sstatus.
#include "test.h"

#define DELEGATED (1 << CAUSE_ILLEGAL_INSTRUCTION | 1 << CAUSE_BREAKPOINT | 1 << CAUSE_LOAD_ACCESS_FAULT | \
	1 << CAUSE_STORE_AMO_ACCESS_FAULT | 1 << CAUSE_INSTRUCTION_ACCESS_FAULT)
#define NOWHERE 0x4000000000

// What is not among the delegated ones where the machine cannot do it: such a trap is taken in M-mode.
.macro DELEGATED_TRAPS mode, cause, insn:vararg
	TRAPS \mode, \cause, \insn
	csrr t0, medeleg
	srli t0, t0, \cause
	andi t0, t0, 1
	li t1, PRIV_S
	bnez t0, 1f
	li t1, PRIV_M
1:	bne s7, t1, fail
.endm
// sstatus.SPP and SPIE tell where the trap came from; SIE is off.
.macro TRAPPED_FROM mode, sie
	CASE
	csrr a0, sscratch
	andi a0, a0, MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE
	EXPECT a0, \mode << 8 | \sie << 5
.endm

TEST_BEGIN
	lla t0, keep_sstatus
	csrw stvec, t0
	li t0, DELEGATED
	csrw medeleg, t0
	li s0, NOWHERE
.irp mode, PRIV_U, PRIV_S
	DELEGATED_TRAPS \mode, CAUSE_BREAKPOINT, ebreak
	TRAPPED_FROM \mode, 0
	DELEGATED_TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, .word 0xffffffff
	DELEGATED_TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s0)
	TVAL_IS s0
	DELEGATED_TRAPS \mode, CAUSE_STORE_AMO_ACCESS_FAULT, sd a0, 0(s0)
	TVAL_IS s0
	TRAPS \mode, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE + \mode, ecall
	TAKEN_IN PRIV_M
.endr
	// M-mode's own exceptions stay there.
	TRAPS PRIV_M, CAUSE_BREAKPOINT, ebreak
	TAKEN_IN PRIV_M
	TRAPS PRIV_M, CAUSE_ILLEGAL_INSTRUCTION, .word 0xffffffff
	TAKEN_IN PRIV_M
	TRAPS PRIV_M, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s0)
	TAKEN_IN PRIV_M

	// Environment calls, each by itself.
	li t0, 1 << CAUSE_ENVIRONMENT_CALL_FROM_U_MODE
	csrw medeleg, t0
	TRAPS PRIV_U, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE, ecall
	TAKEN_IN PRIV_S
	bnez s10, fail
	TRAPS PRIV_S, CAUSE_ENVIRONMENT_CALL_FROM_S_MODE, ecall
	TAKEN_IN PRIV_M
	CASE
	li t0, 1 << CAUSE_ENVIRONMENT_CALL_FROM_S_MODE
	csrw medeleg, t0
	csrr t1, medeleg
	bne t0, t1, 1f          // the machine need not be able to
	TRAPS PRIV_S, CAUSE_ENVIRONMENT_CALL_FROM_S_MODE, ecall
	TAKEN_IN PRIV_S
1:
	// SPIE is SIE as it was.
	li t0, 1 << CAUSE_BREAKPOINT
	csrw medeleg, t0
	csrsi mstatus, MSTATUS_SIE
	TRAPS PRIV_S, CAUSE_BREAKPOINT, ebreak
	TRAPPED_FROM PRIV_S, 1
	csrwi medeleg, 0
	csrci mstatus, MSTATUS_SIE
	j pass

	.balign 4
keep_sstatus:
	csrr t6, sstatus
	csrw sscratch, t6
	j s_trap
TEST_END
