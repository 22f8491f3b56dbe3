// Supervisor CSRs: there, from S-mode on, and what a write leaves in them.
#include "test.h"
#include "csr_test.h"

#define VIRTUAL_ADDRESS ((1 << 39) - 1)
#define LOWER_OF_EPC 1
#define SSTATUS_MUST (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SD)
#define SSTATUS_MAY (1 << 6 | 3 << 9 | 3 << 15 | 3 << 23 | MSTATUS_UXL)         // UBE, VS, XS, SPELP, SDT, UXL
#define IP_S (IP_SSIP | IP_STIP | IP_SEIP)
#define IP_UNKNOWN (~0xfff | 0x444)
#define SENVCFG_MUST (ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE)
#define SENVCFG_MAY (ENVCFG_FIOM | 1 << 2 | 1 << 3 | 3 << 32)                                 // LPE, SSE, PMM

TEST_BEGIN
	li t0, IP_S
	csrw mideleg, t0

	WARL CSR_SSTATUS, -1, SSTATUS_MUST, SSTATUS_MAY
	WARL CSR_SIE, -1, IP_S, IP_UNKNOWN
	WARL CSR_SIP, -1, IP_SSIP, IP_STIP | IP_SEIP | IP_UNKNOWN
	WARL CSR_STVEC, -1, 0, ~2
	WARL CSR_SCOUNTEREN, -1, 7, 0xfffffff8
	WARL CSR_SENVCFG, -1, SENVCFG_MUST, SENVCFG_MAY
	WARL CSR_SSCRATCH, -1, -1
	WARL CSR_SEPC, -1, VIRTUAL_ADDRESS & ~LOWER_OF_EPC, ~VIRTUAL_ADDRESS
	WARL CSR_STVAL, -1, VIRTUAL_ADDRESS, ~VIRTUAL_ADDRESS
	WARL CSR_STIMECMP, -1, -1
	HOLDS CSR_STVEC, 0x80000000
	HOLDS CSR_STVEC, 0x80000001
	HOLDS CSR_SEPC, 0x80000002
	LOWEST CSR_SCAUSE
.irp cause, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15
	HOLDS CSR_SCAUSE, \cause
.endr
.irp cause, 1, 5, 9
	HOLDS CSR_SCAUSE, INTERRUPT_BIT | \cause
.endr
	// satp: Bare, Sv39; a mode that is reserved leaves all as it was.
	LOWEST CSR_SATP
	HOLDS CSR_SATP, 0
	HOLDS CSR_SATP, SATP_MODE_SV39 << SATP_MODE_SHIFT | 0x80000
	CASE
	li t0, SATP_MODE_SV39 << SATP_MODE_SHIFT | 0x80000
	csrw satp, t0
	li t1, 2 << SATP_MODE_SHIFT | 0x12345
	csrw satp, t1
	csrr t1, satp
	csrw satp, x0
	bne t0, t1, fail

	// sstatus, sie and sip are windows on mstatus, mie and mip.
	CASE
	li t0, MSTATUS_SUM | MSTATUS_SPIE
	csrc mstatus, t0
	csrr a0, sstatus
	and a0, a0, t0
	bnez a0, fail
	csrs sstatus, t0
	csrr a0, mstatus
	and a0, a0, t0
	bne a0, t0, fail
	csrc mstatus, t0
	csrr a0, sstatus
	li t0, MSTATUS_MPP | MSTATUS_MPIE | MSTATUS_TVM
	csrs mstatus, t0
	csrr a1, sstatus
	li t0, MSTATUS_TVM
	csrc mstatus, t0
	bne a0, a1, fail
	CASE
	csrwi mie, 0
	li t0, IP_S
	csrs sie, t0
	csrr a0, mie
	bne a0, t0, fail
	csrwi sie, 0
	csrr a0, mie
	bnez a0, fail
	CASE
	csrwi mip, 0
	csrsi sip, IP_SSIP
	csrr a0, mip
	andi a0, a0, IP_SSIP
	beqz a0, fail
	csrci sip, IP_SSIP
	csrr a0, mip
	andi a0, a0, IP_SSIP
	bnez a0, fail
	// What is not delegated shows as 0, and is not written.
	CASE
	csrwi mideleg, 0
	li t0, IP_S
	csrw mie, t0
	csrr a0, sie
	bnez a0, fail
	csrw sie, x0
	csrr a0, mie
	bne a0, t0, fail
	csrwi mie, 0
	csrsi sip, IP_SSIP
	csrr a0, mip
	andi a0, a0, IP_SSIP
	bnez a0, fail
	csrsi mip, IP_SSIP
	csrr a0, sip
	bnez a0, fail
	csrci mip, IP_SSIP

	// mstatus.TVM: satp belongs to M-mode.
	li t0, MSTATUS_TVM
	csrs mstatus, t0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, satp
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrw satp, x0
	RUNS PRIV_M, csrr a0, satp
	li t0, MSTATUS_TVM
	csrc mstatus, t0
	RUNS PRIV_S, csrr a0, satp

	// stimecmp: from S-mode only while menvcfg.STCE and mcounteren.TM let it.
	li t0, MENVCFG_STCE
	csrc CSR_MENVCFG, t0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, CSR_STIMECMP
	RUNS PRIV_M, csrr a0, CSR_STIMECMP
	li t0, MENVCFG_STCE
	csrs CSR_MENVCFG, t0
	csrci mcounteren, COUNTEREN_TM
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, CSR_STIMECMP
	RUNS PRIV_M, csrr a0, CSR_STIMECMP
	csrsi mcounteren, COUNTEREN_TM
	RUNS PRIV_S, csrr a0, CSR_STIMECMP
TEST_END
