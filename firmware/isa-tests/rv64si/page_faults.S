// Page faults of every kind of access, in U-mode and S-mode themselves, delegated and not.
#include "test.h"
#include "paging.h"

#define CODE VA                         // pages of U-mode: code, data, execute-only code; then one of S-mode, and none
#define DATA (VA + PAGE_SIZE)
#define EXECUTE_ONLY (VA + 2 * PAGE_SIZE)
#define SUPERVISOR (VA + 3 * PAGE_SIZE)
#define NONE (VA + 4 * PAGE_SIZE)
#define LOADS 0                         // offsets in the code
#define STORES 16
#define JUMPS 32
#define PAGE_FAULTS (1 << CAUSE_INSTRUCTION_PAGE_FAULT | 1 << CAUSE_LOAD_PAGE_FAULT | 1 << CAUSE_STORE_AMO_PAGE_FAULT)

// Runs the code at CODE + offset in this mode with the address in a1. It ends by this cause; where that is a page fault,
// in the given mode, with tval.
.macro GOES mode, offset, address, cause
	TRAP_BEGIN
	li t6, MSTATUS_MPP
	csrc mstatus, t6
	li t6, (\mode) << MSTATUS_MPP_SHIFT
	csrs mstatus, t6
	li a1, \address
	li t6, CODE + \offset
	csrw mepc, t6
	mret
	TRAP_END \cause
	.if \cause >= CAUSE_INSTRUCTION_PAGE_FAULT
	bne s7, s5, fail
	.endif
.endm
.macro FAULTS_AT mode, offset, address, cause
	GOES \mode, \offset, \address, \cause
	TVAL_IS a1
	.if \cause == CAUSE_INSTRUCTION_PAGE_FAULT
	bne s9, a1, fail
	.else
	li t0, CODE + \offset
	bne s9, t0, fail
	.endif
.endm
// An access by MPRV to the page that is not there.
.macro MISSES cause, insn:vararg
	TRAP_BEGIN
	MPRV_ON PRIV_S
	T \insn
	TRAP_END \cause
	TVAL_IS s0
.endm

TEST_BEGIN
	PAGING_ON
	li t0, VIRT_RAM >> PAGE_SHIFT << PTE_PPN_SHIFT | FLAGS_ALL
	sd t0, root + 8 * 2, t1
	MAP 0, code, PTE_V | PTE_R | PTE_X | PTE_U | PTE_A
	MAP 1, data, PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D
	MAP 2, code, PTE_V | PTE_X | PTE_U | PTE_A
	MAP 3, data, FLAGS_ALL

// Taken in M-mode, then in S-mode.
.irp taken, PRIV_M, PRIV_S
	li s5, \taken
	GOES PRIV_U, LOADS, DATA, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE
	CHECK a0, 0x0123456789abcdef
	GOES PRIV_U, STORES, DATA, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE
	FAULTS_AT PRIV_U, LOADS, SUPERVISOR, CAUSE_LOAD_PAGE_FAULT
	FAULTS_AT PRIV_U, STORES, SUPERVISOR, CAUSE_STORE_AMO_PAGE_FAULT
	FAULTS_AT PRIV_U, JUMPS, SUPERVISOR, CAUSE_INSTRUCTION_PAGE_FAULT
	FAULTS_AT PRIV_U, LOADS, NONE, CAUSE_LOAD_PAGE_FAULT
	FAULTS_AT PRIV_U, STORES, NONE, CAUSE_STORE_AMO_PAGE_FAULT
	FAULTS_AT PRIV_U, JUMPS, NONE, CAUSE_INSTRUCTION_PAGE_FAULT
	FAULTS_AT PRIV_U, JUMPS, DATA, CAUSE_INSTRUCTION_PAGE_FAULT
	FAULTS_AT PRIV_U, STORES, CODE, CAUSE_STORE_AMO_PAGE_FAULT
	FAULTS_AT PRIV_U, LOADS, EXECUTE_ONLY, CAUSE_LOAD_PAGE_FAULT
	li t0, MSTATUS_MXR
	csrs mstatus, t0
	GOES PRIV_U, LOADS, EXECUTE_ONLY, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE
	li t0, MSTATUS_MXR
	csrc mstatus, t0
	// S-mode never executes pages of U-mode, whatever SUM says.
	GOES PRIV_S, LOADS, CODE, CAUSE_INSTRUCTION_PAGE_FAULT
	li t0, MSTATUS_SUM
	csrs mstatus, t0
	GOES PRIV_S, LOADS, CODE, CAUSE_INSTRUCTION_PAGE_FAULT
	li t0, MSTATUS_SUM
	csrc mstatus, t0
	li t0, PAGE_FAULTS
	csrs medeleg, t0
.endr
	csrw medeleg, x0

	li s0, NONE
	MISSES CAUSE_LOAD_PAGE_FAULT, lb a0, 0(s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, lhu a0, 0(s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, lwu a0, 0(s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, flw fa0, 0(s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, fld fa0, 0(s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, lr.w a0, (s0)
	MISSES CAUSE_LOAD_PAGE_FAULT, lr.d a0, (s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, sb a0, 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, sh a0, 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, sw a0, 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, fsw fa0, 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, fsd fa0, 0(s0)
.irp op, amoswap, amoadd, amoxor, amoand, amoor, amomin, amomax, amominu, amomaxu
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, \op\().w a0, a1, (s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, \op\().d a0, a1, (s0)
.endr
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, cbo.zero 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, cbo.clean 0(s0)
	MISSES CAUSE_STORE_AMO_PAGE_FAULT, cbo.flush 0(s0)
	// Prefetches do not fault.
	CASE
	MPRV_ON PRIV_S
	prefetch.r 0(s0)
	prefetch.w 0(s0)
	prefetch.i 0(s0)
	MPRV_OFF
TEST_END
	PAGE_TABLES
code:	ld a0, 0(a1)
	ecall
	.balign 16
	sd a0, 0(a1)
	ecall
	.balign 16
	jr a1
	.balign 4096
data:	.dword 0x0123456789abcdef
	.balign 4096
