// Lines of tests of CSRs.
#ifndef CSR_TEST_H
#define CSR_TEST_H

#define EXCEPT_BIT(n) (~(1 << (n)))

// The CSR can be accessed from its lowest privilege mode on, and from no lower one.
.macro LOWEST csr
	.if ((\csr) >> 8 & 3) > PRIV_U
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, \csr
	.else
	RUNS PRIV_U, csrr a0, \csr
	.endif
	.if ((\csr) >> 8 & 3) > PRIV_S
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, \csr
	.else
	RUNS PRIV_S, csrr a0, \csr
	.endif
	RUNS PRIV_M, csrr a0, \csr
.endm

.macro READ_ONLY csr
	LOWEST \csr
	TRAPS PRIV_M, CAUSE_ILLEGAL_INSTRUCTION, csrw \csr, x0
	TRAPS PRIV_M, CAUSE_ILLEGAL_INSTRUCTION, csrrsi a0, \csr, 1
	TRAPS PRIV_M, CAUSE_ILLEGAL_INSTRUCTION, csrrc a0, \csr, gp
	CASE
	csrrs a0, \csr, x0
	csrrci a0, \csr, 0
.endm

.macro ABSENT csr
	TRAPS PRIV_M, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, \csr
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, \csr
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, \csr
.endm

// After a write of `written`, the bits of `must` are 1, those of `may` either, all others 0. A write of 0 clears all
// but those of `may`. The old value is put back.
.macro WARL csr, written, must, may=0
	LOWEST \csr
	CASE
	li t0, \written
	csrrw s0, \csr, t0
	csrr t1, \csr
	li t2, (\must) | (\may)
	or t3, t1, t2
	bne t3, t2, fail
	li t2, \must
	and t3, t1, t2
	bne t3, t2, fail
	CASE
	csrw \csr, x0
	csrr t1, \csr
	li t2, \may
	or t3, t1, t2
	bne t3, t2, fail
	csrw \csr, s0
.endm

// The CSR holds this value.
.macro HOLDS csr, value
	CASE
	csrr s0, \csr
	li t0, \value
	csrw \csr, t0
	csrr t1, \csr
	csrw \csr, s0
	bne t0, t1, fail
.endm

#endif
