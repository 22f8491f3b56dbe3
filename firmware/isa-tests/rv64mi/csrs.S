// Machine-level CSRs: there, from M-mode only, and what a write leaves in them.
#include "test.h"
#include "csr_test.h"

#define VIRTUAL_ADDRESS ((1 << 39) - 1)         // what registers of addresses must hold with Sv39
#define LOWER_OF_EPC 1
#define MSTATUS_MUST (MSTATUS_SIE | MSTATUS_MIE | MSTATUS_SPIE | MSTATUS_MPIE | MSTATUS_SPP | MSTATUS_MPP | MSTATUS_FS | \
	MSTATUS_MPRV | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SD)
// UBE, VS, XS, SPELP, SDT, UXL, SXL, SBE, MBE, GVA, MPV, MPELP, MDT
#define MSTATUS_MAY (1 << 6 | 3 << 9 | 3 << 15 | 3 << 23 | 0xf << 32 | 0xf << 36 | 1 << 41 | 1 << 42)
#define MISA_MXL_64 (2 << 62)
#define MISA_LETTER(l) (1 << ((l) - 'A'))
#define MEDELEG_MUST (1 << CAUSE_BREAKPOINT | 1 << CAUSE_ENVIRONMENT_CALL_FROM_U_MODE | \
	1 << CAUSE_INSTRUCTION_PAGE_FAULT | 1 << CAUSE_LOAD_PAGE_FAULT | 1 << CAUSE_STORE_AMO_PAGE_FAULT)
#define IP_S (IP_SSIP | IP_STIP | IP_SEIP)
#define IP_M (IP_MSIP | IP_MTIP | 1 << INTERRUPT_MACHINE_EXTERNAL)
#define IP_UNKNOWN (~0xfff | 0x444)             // of the hypervisor, counter overflow, and for custom use
#define MENVCFG_MUST (ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE | MENVCFG_ADUE | MENVCFG_PBMTE | MENVCFG_STCE)
#define MENVCFG_MAY (ENVCFG_FIOM | 1 << 2 | 1 << 3 | 3 << 32 | 3 << 59)       // LPE, SSE, PMM, DTE, CDE
#define PMP_ALL_BUT_LOCK 0x7f7f7f7f7f7f7f7f
#define PMP_FIELDS 0x1f1f1f1f1f1f1f1f

TEST_BEGIN
	READ_ONLY CSR_MVENDORID
	READ_ONLY CSR_MARCHID
	READ_ONLY CSR_MIMPID
	READ_ONLY CSR_MHARTID
	READ_ONLY CSR_MCONFIGPTR
	CASE
	csrr a0, mhartid
	bnez a0, fail

	// csr, written, bits that are 1 then, bits that may be anything
	WARL CSR_MSCRATCH, -1, -1
	WARL CSR_MEPC, -1, VIRTUAL_ADDRESS & ~LOWER_OF_EPC, ~VIRTUAL_ADDRESS
	WARL CSR_MTVAL, -1, VIRTUAL_ADDRESS, ~VIRTUAL_ADDRESS
	WARL CSR_MTVEC, -1, 0, ~2
	WARL CSR_MSTATUS, -1, MSTATUS_MUST, MSTATUS_MAY
	WARL CSR_MEDELEG, -1, MEDELEG_MUST, ~MEDELEG_MUST & ~(1 << CAUSE_ENVIRONMENT_CALL_FROM_M_MODE)
	WARL CSR_MIDELEG, -1, IP_S, IP_UNKNOWN | IP_M
	WARL CSR_MIE, -1, IP_S | IP_M, IP_UNKNOWN
	WARL CSR_MIP, -1, IP_SSIP | IP_SEIP, IP_STIP | IP_M | IP_UNKNOWN
	WARL CSR_MCOUNTEREN, -1, 7, 0xfffffff8
	WARL CSR_MENVCFG, -1, MENVCFG_MUST, MENVCFG_MAY
	WARL CSR_MCOUNTINHIBIT, -1, 0, 0xfffffffd
	WARL CSR_PMPCFG0, PMP_ALL_BUT_LOCK, PMP_FIELDS
	WARL CSR_PMPCFG2, PMP_ALL_BUT_LOCK, PMP_FIELDS
.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	WARL CSR_PMPADDR0+\n, -1, 0xffffffff, 0x3fffff00000000
.endr
	HOLDS CSR_MTVEC, 0x80000000
	HOLDS CSR_MTVEC, 0x80000001
	HOLDS CSR_MEPC, 0x80000002
	HOLDS CSR_MEPC, -0x4000000000
	HOLDS CSR_MTVAL, -0x4000000000

	// mcause holds every cause.
	LOWEST CSR_MCAUSE
.irp cause, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15
	HOLDS CSR_MCAUSE, \cause
.endr
.irp cause, 1, 3, 5, 7, 9, 11
	HOLDS CSR_MCAUSE, INTERRUPT_BIT | \cause
.endr

	// mstatus.MPP never holds the mode that is not there; every one that is, it holds.
	CASE
	li t0, MSTATUS_MPP
	csrc mstatus, t0
	li t0, 2 << MSTATUS_MPP_SHIFT
	csrs mstatus, t0
	csrr t1, mstatus
	li t2, MSTATUS_MPP
	and t1, t1, t2
	beq t1, t0, fail
.irp mode, PRIV_S, PRIV_M, PRIV_U
	CASE
	li t0, MSTATUS_MPP
	csrc mstatus, t0
	li t0, (\mode) << MSTATUS_MPP_SHIFT
	csrs mstatus, t0
	csrr t1, mstatus
	and t1, t1, t2
	bne t1, t0, fail
.endr
	// SD is a summary of FS.
	CASE
	li t0, MSTATUS_FS
	csrc mstatus, t0
	csrr t1, mstatus
	bltz t1, fail
	csrs mstatus, t0
	csrr t1, mstatus
	bgez t1, fail
	// CBIE = 2 is reserved.
	CASE
	csrr s0, CSR_MENVCFG
	li t0, ENVCFG_CBIE
	csrc CSR_MENVCFG, t0
	li t0, 2 << ENVCFG_CBIE_SHIFT
	csrs CSR_MENVCFG, t0
	csrr t1, CSR_MENVCFG
	andi t1, t1, ENVCFG_CBIE
	beq t1, t0, fail
	csrw CSR_MENVCFG, s0

	// misa tells what there is.
	LOWEST CSR_MISA
	CASE
	csrr a0, misa
	li t0, MISA_MXL_64 | MISA_LETTER('I') | MISA_LETTER('S') | MISA_LETTER('U')
	and t1, a0, t0
	bne t1, t0, fail
	csrw misa, a0
	csrr a1, misa
	bne a0, a1, fail

	// Counters take a value, and go on from there.
.irp csr, CSR_MCYCLE, CSR_MINSTRET
	LOWEST \csr
	CASE
	li t0, 0x123456789abc0000
	csrw \csr, t0
	csrr t1, \csr
	sub t1, t1, t0
	li t2, 0x10000
	bgeu t1, t2, fail
.endr
	// Where they can be stopped, they stand.
.irp bit, 1, 4
	CASE
	csrrwi s0, CSR_MCOUNTINHIBIT, \bit
	csrr t0, CSR_MCOUNTINHIBIT
	beqz t0, 1f
	csrr t0, CSR_MCYCLE + \bit / 2
	nop
	csrr t1, CSR_MCYCLE + \bit / 2
	bne t0, t1, fail
1:	csrw CSR_MCOUNTINHIBIT, s0
.endr

	// What RV64 does not have.
	ABSENT 0x310            // mstatush
	ABSENT 0x31a            // menvcfgh
	ABSENT 0x3a1            // pmpcfg1
	ABSENT 0x3a3            // pmpcfg3
	ABSENT 0xc80            // cycleh
	ABSENT 0xb80            // mcycleh
	ABSENT 0x15d            // stimecmph
TEST_END
