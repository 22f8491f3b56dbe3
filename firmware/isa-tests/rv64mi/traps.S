// Every exception of a hart with compressed instructions but page faults, taken in M-mode: from each privilege mode,
// with epc, tval and the stack of mstatus.
#include "test.h"

#define MPIE (1 << 7)
#define NOWHERE 0x4000000000            // neither memory nor device

// mstatus.MPP tells where the trap came from, and MIE is off.
.macro TRAPPED_FROM mode
	CASE
	csrr a0, mscratch
	li t0, MSTATUS_MPP | MSTATUS_MIE
	and a0, a0, t0
	EXPECT a0, \mode << MSTATUS_MPP_SHIFT
.endm
// A trap handler of this test: keeps mstatus in mscratch and goes on as usual.
.macro KEEP_MSTATUS
	lla t0, keep_mstatus
	csrw mtvec, t0
.endm

TEST_BEGIN
	KEEP_MSTATUS
	li s0, NOWHERE
.irp mode, PRIV_U, PRIV_S, PRIV_M
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, .word 0xffffffff
	TAKEN_IN PRIV_M
	beqz s10, 1f
	li t0, 0xffffffff
	bne s10, t0, fail
1:	TRAPPED_FROM \mode
	TRAPS \mode, CAUSE_BREAKPOINT, ebreak
	beqz s10, 1f
	bne s10, s9, fail
1:	TRAPPED_FROM \mode
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s0)
	TVAL_IS s0
	TRAPS \mode, CAUSE_STORE_AMO_ACCESS_FAULT, sb a0, 0(s0)
	TVAL_IS s0
	TRAPS \mode, CAUSE_STORE_AMO_ACCESS_FAULT, amoadd.w a0, a0, (s0)
	TVAL_IS s0
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, lr.w a0, (s0)
	TVAL_IS s0
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, fld fa0, 0(s0)
	TVAL_IS s0
	TRAPPED_FROM \mode
	// A jump to nowhere: the jump is done, and the fetch traps.
	TRAP_BEGIN
	.if \mode != PRIV_M
	LOWER \mode
	.endif
	jr s0
	TRAP_END CAUSE_INSTRUCTION_ACCESS_FAULT
	TVAL_IS s0
	bne s9, s0, fail
	TRAPPED_FROM \mode
.endr
	TRAPS PRIV_U, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE, ecall
	bnez s10, fail
	TRAPPED_FROM PRIV_U
	TRAPS PRIV_S, CAUSE_ENVIRONMENT_CALL_FROM_S_MODE, ecall
	bnez s10, fail
	TRAPPED_FROM PRIV_S
	TRAPS PRIV_M, CAUSE_ENVIRONMENT_CALL_FROM_M_MODE, ecall
	bnez s10, fail
	TRAPPED_FROM PRIV_M

	// MPIE is MIE as it was.
	csrsi mstatus, MSTATUS_MIE
	TRAPS PRIV_M, CAUSE_ENVIRONMENT_CALL_FROM_M_MODE, ecall
	csrci mstatus, MSTATUS_MIE
	TRAPPED_FROM PRIV_M
	csrr a0, mscratch
	andi a0, a0, MPIE
	beqz a0, fail

	// An instruction that traps changes nothing: not its base register, and no memory.
	CASE
	mv a0, s0
	li s7, 0
	lla tp, 1f
	ld a0, 0(a0)
	j fail
	.balign 4
1:	bne a0, s0, fail

	// With a vectored mtvec exceptions go to the base.
	CASE
	lla t0, vectors + 1
	csrw mtvec, t0
	TRAPS PRIV_M, CAUSE_BREAKPOINT, ebreak
	TRAPS PRIV_U, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE, ecall
	KEEP_MSTATUS
	j pass

	.balign 4
keep_mstatus:
	csrr t6, mstatus
	csrw mscratch, t6
	j m_trap

	.balign 256
vectors:
	j m_trap
	.rept 15
	j fail
	.endr
TEST_END
