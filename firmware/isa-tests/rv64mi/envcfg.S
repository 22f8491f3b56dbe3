// What M-mode lets S-mode, and S-mode lets U-mode use: cache blocks, counters, floating point.
#include "test.h"

#define MSTATUS_FS_CLEAN (2 << MSTATUS_FS_SHIFT)

.macro SET csr, mask, bits
	li t0, \mask
	csrc \csr, t0
	li t0, \bits
	csrs \csr, t0
.endm

TEST_BEGIN
	la s0, block
// Bit of menvcfg and senvcfg, instruction.
.macro NEEDS mask, bits, insn:vararg
	SET CSR_MENVCFG, \mask, \bits
	SET CSR_SENVCFG, \mask, \bits
	RUNS PRIV_M, \insn
	RUNS PRIV_S, \insn
	RUNS PRIV_U, \insn
	SET CSR_SENVCFG, \mask, 0
	RUNS PRIV_S, \insn
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, \insn
	SET CSR_SENVCFG, \mask, \bits
	SET CSR_MENVCFG, \mask, 0
	RUNS PRIV_M, \insn
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, \insn
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, \insn
.endm
	NEEDS ENVCFG_CBZE, ENVCFG_CBZE, cbo.zero 0(s0)
	NEEDS ENVCFG_CBCFE, ENVCFG_CBCFE, cbo.clean 0(s0)
	NEEDS ENVCFG_CBCFE, ENVCFG_CBCFE, cbo.flush 0(s0)
	NEEDS ENVCFG_CBIE, 1 << ENVCFG_CBIE_SHIFT, cbo.inval 0(s0)
	NEEDS ENVCFG_CBIE, 3 << ENVCFG_CBIE_SHIFT, cbo.inval 0(s0)
	// With CBIE = 1 an invalidation is a flush: what was stored stays.
	CASE
	SET CSR_MENVCFG, ENVCFG_CBIE, 1 << ENVCFG_CBIE_SHIFT
	li a1, 0x0123456789abcdef
	sd a1, 0(s0)
	RUNS PRIV_S, cbo.inval 0(s0)
	ld a0, 0(s0)
	bne a0, a1, fail

	// Counters: mcounteren for S and U, scounteren for U besides.
.irp n, 0, 1, 2, 3, 31
	SET mcounteren, -1, 1 << \n
	SET scounteren, -1, 1 << \n
	csrr a0, mcounteren
	beqz a0, 1f                     // the bit may be hardwired to 0
	csrr a0, scounteren
	beqz a0, 1f
	RUNS PRIV_S, csrr a0, CSR_CYCLE+\n
	RUNS PRIV_U, csrr a0, CSR_CYCLE+\n
	csrw scounteren, x0
	RUNS PRIV_S, csrr a0, CSR_CYCLE+\n
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, CSR_CYCLE+\n
	SET scounteren, -1, 1 << \n
1:	csrw mcounteren, x0
	RUNS PRIV_M, csrr a0, CSR_CYCLE+\n
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, CSR_CYCLE+\n
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, CSR_CYCLE+\n
.endr

	// mstatus.FS = Off: no floating point at all.
	SET mstatus, MSTATUS_FS, 0
	csrr a0, mstatus
	li t0, MSTATUS_FS
	and a0, a0, t0
	CHECK a0, 0
.irp mode, PRIV_M, PRIV_S, PRIV_U
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, fadd.d fa0, fa0, fa0
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, fmv.x.d a0, fa0
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, flw fa0, 0(s0)
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, fsd fa0, 0(s0)
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, fcsr
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, frm
	TRAPS \mode, CAUSE_ILLEGAL_INSTRUCTION, csrw fflags, x0
.endr
	// What writes floating-point state makes it dirty; what reads it need not.
.macro DIRTIES insn:vararg
	CASE
	SET mstatus, MSTATUS_FS, MSTATUS_FS_CLEAN
	\insn
	csrr a0, mstatus
	bgez a0, fail
	li t0, MSTATUS_FS
	and a0, a0, t0
	bne a0, t0, fail
.endm
	DIRTIES fmv.d.x fa0, x0
	DIRTIES fld fa0, 0(s0)
	DIRTIES fadd.s fa0, fa0, fa0
	DIRTIES fsgnj.d fa0, fa0, fa0
	DIRTIES csrw fcsr, x0
	DIRTIES csrwi frm, 1
	csrwi frm, 0
	li a1, 1
	li a2, 3
	fcvt.s.w fa1, a1
	fcvt.s.w fa2, a2
	DIRTIES fdiv.s fa0, fa1, fa2    // by its flags as well
TEST_END
	.balign 64
block:	.zero 64
