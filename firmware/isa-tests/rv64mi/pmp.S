// Physical memory protection: matching, priority, and the lock. Loads and stores run in S-mode by MPRV.
#include "test.h"


TEST_BEGIN
	la s0, region
	// Entry 0: the region; entry 7: everything else.
	li s2, (PMP_NAPOT | PMP_R | PMP_W | PMP_X) << 56
	srli t0, s0, PMP_ADDR_SHIFT
	ori t0, t0, (4096 >> (PMP_ADDR_SHIFT + 1)) - 1
	csrw pmpaddr0, t0

	// NAPOT without rights: lower modes fault, M-mode does not.
	li t0, PMP_NAPOT
	or t0, t0, s2
	csrw pmpcfg0, t0
	sfence.vma
	sd zero, 0(s0)
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld t0, 0(s0)
	TRAP_END CAUSE_LOAD_ACCESS_FAULT
	TVAL_IS s0
	addi s1, s0, 1000
	TRAP_BEGIN
	MPRV_ON PRIV_U
	sd t0, 0(s1)
	TRAP_END CAUSE_STORE_AMO_ACCESS_FAULT
	TVAL_IS s1

	// Its neighbours are not in it.
	addi s1, s0, -8
	li t1, 4096
	add s3, s0, t1
	MPRV_ON PRIV_S
	ld t0, 0(s1)
	ld t0, 0(s3)
	MPRV_OFF

	// Read only: loads pass, stores and AMOs fault as stores.
	li t0, PMP_NAPOT | PMP_R
	or t0, t0, s2
	csrw pmpcfg0, t0
	sfence.vma
	MPRV_ON PRIV_S
	ld t0, 0(s0)
	MPRV_OFF
	CHECK t0, 0
	TRAP_BEGIN
	MPRV_ON PRIV_S
	sd t0, 0(s0)
	TRAP_END CAUSE_STORE_AMO_ACCESS_FAULT
	TRAP_BEGIN
	MPRV_ON PRIV_S
	amoadd.d t0, t0, (s0)
	TRAP_END CAUSE_STORE_AMO_ACCESS_FAULT

	// A fetch in S-mode from where X is missing.
	TRAP_BEGIN
	li t0, MSTATUS_MPP
	csrc mstatus, t0
	li t0, PRIV_S << MSTATUS_MPP_SHIFT
	csrs mstatus, t0
	csrw mepc, s0
	mret
	TRAP_END CAUSE_INSTRUCTION_ACCESS_FAULT
	TVAL_IS s0
	bne s9, s0, fail

	// TOR: entry 1 spans from pmpaddr0 to pmpaddr1; the lower numbered entry wins.
	srli t0, s0, PMP_ADDR_SHIFT
	csrw pmpaddr0, t0
	addi t1, s0, 16
	srli t1, t1, PMP_ADDR_SHIFT
	csrw pmpaddr1, t1
	li t0, PMP_TOR << 8
	or t0, t0, s2
	csrw pmpcfg0, t0
	sfence.vma
	TRAP_BEGIN
	MPRV_ON PRIV_S
	lw t0, 12(s0)
	TRAP_END CAUSE_LOAD_ACCESS_FAULT
	MPRV_ON PRIV_S
	lw t0, 16(s0)
	MPRV_OFF

	// NA4: four bytes.
	csrw pmpaddr0, zero
	srli t0, s0, PMP_ADDR_SHIFT
	csrw pmpaddr1, t0
	li t0, PMP_NA4 << 8
	or t0, t0, s2
	csrw pmpcfg0, t0
	sfence.vma
	MPRV_ON PRIV_S
	lw t0, 4(s0)
	MPRV_OFF
	TRAP_BEGIN
	MPRV_ON PRIV_S
	lw t0, 0(s0)
	TRAP_END CAUSE_LOAD_ACCESS_FAULT

	// An access that only partly matches the entry fails.
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld t0, 0(s0)
	TRAP_END CAUSE_LOAD_ACCESS_FAULT

	// Locked: M-mode obeys too, and neither register can be written.
	li t0, (PMP_NA4 | PMP_LOCK | PMP_R) << 8
	or t0, t0, s2
	csrw pmpcfg0, t0
	sfence.vma
	lw t0, 0(s0)
	TRAP_BEGIN
	sw t0, 0(s0)
	TRAP_END CAUSE_STORE_AMO_ACCESS_FAULT
	csrr s1, pmpaddr1
	csrw pmpaddr1, zero
	csrr t0, pmpaddr1
	CASE
	bne t0, s1, fail
	csrw pmpcfg0, zero
	csrr t0, pmpcfg0
	CHECK t0, ((PMP_NA4 | PMP_LOCK | PMP_R) << 8)

	// Nothing matches: S-mode may do nothing.
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld t0, 8(s0)
	TRAP_END CAUSE_LOAD_ACCESS_FAULT
TEST_END
	.balign 4096
	.zero 4096
region:	.zero 8192
