// Zicfiss: the shadow stack of S-mode and U-mode, in pages of its own.
#include "test.h"
#include "standard.h"
#include "paging.h"

#define SSE (1 << 3)
#define SHADOW (PTE_V | PTE_W | PTE_A | PTE_D)
#define TOP (VA + 0x800)
#define PLAIN (VA + PAGE_SIZE + 8)

TEST_BEGIN
	// U-mode has one where both menvcfg and senvcfg say so.
	SET_BITS(CSR_MENVCFG, SSE)
	CLEAR_BITS(CSR_SENVCFG, SSE)
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, SSP
	SET_BITS(CSR_SENVCFG, SSE)
	RUNS PRIV_U, csrr a0, SSP
	CLEAR_BITS(CSR_MENVCFG, SSE)
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, SSP

	PAGING_ON
	li t0, VIRT_RAM >> PAGE_SHIFT << PTE_PPN_SHIFT | FLAGS_ALL
	sd t0, root + 8 * 2, t1
	MAP 0, frame, SHADOW
	MAP 1, plain, FLAGS_ALL
	li s0, TOP

	// Off: ssp is not there below M-mode, and the instructions are may-be-operations.
	CLEAR_BITS(CSR_MENVCFG, SSE)
	csrw SSP, s0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, SSP
	RUNS PRIV_M, csrr a0, SSP
	RUNS PRIV_S, sspush x1
	RUNS PRIV_S, sspopchk x5
	li a0, 5
	RUNS PRIV_S, ssrdp a0
	bnez a0, fail
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, ssamoswap.d a0, x0, s0
	CASE
	csrr a0, SSP
	bne a0, s0, fail
	// M-mode never has one.
	SET_BITS(CSR_MENVCFG, SSE)
	RUNS PRIV_M, sspush x1
	csrr a0, SSP
	bne a0, s0, fail

	// The stack grows down, and what is pushed must be what is popped.
	RUNS PRIV_S, csrr a0, SSP
	bne a0, s0, fail
	li ra, 0x0123456789abcdef
	RUNS PRIV_S, sspush x1
	csrr a0, SSP
	addi a0, a0, 8
	bne a0, s0, fail
	ld a0, frame + 0x800 - 8
	bne a0, ra, fail
	RUNS PRIV_S, ssrdp a0
	addi a0, a0, 8
	bne a0, s0, fail
	mv t0, ra
	CASE
	RUNS PRIV_S, sspopchk x5
	csrr a0, SSP
	bne a0, s0, fail
	RUNS PRIV_S, sspush x5
	li ra, 1
	TRAPS PRIV_S, SOFTWARE_CHECK, sspopchk x1
	EXPECT s10, SHADOW_STACK_FAULT
	csrr a0, SSP
	addi a0, a0, 8
	bne a0, s0, fail
	csrw SSP, s0
	// The compressed forms.
	RUNS PRIV_S, c.mop.1
	csrr a0, SSP
	addi a0, a0, 8
	bne a0, s0, fail
	mv t0, ra
	RUNS PRIV_S, c.mop.5
	csrr a0, SSP
	bne a0, s0, fail

	// Swaps.
	li a1, -2
	RUNS PRIV_S, ssamoswap.d a0, a1, s0
	bnez a0, fail
	li a1, 0x12345678
	RUNS PRIV_S, ssamoswap.w a0, a1, s0
	EXPECT a0, -2
	ld a0, frame + 0x800
	EXPECT a0, 0xffffffff12345678
	// A shadow stack page can be read, but not be written or executed otherwise.
	RUNS PRIV_S, ld a0, 0(s0)
	TRAPS PRIV_S, CAUSE_STORE_AMO_ACCESS_FAULT, sd x0, 0(s0)
	TVAL_IS s0
	TRAPS PRIV_S, CAUSE_STORE_AMO_ACCESS_FAULT, amoadd.d a0, x0, (s0)
	FETCH_TRAPS CAUSE_INSTRUCTION_ACCESS_FAULT, s0
	// And no other page can be a shadow stack.
	li s1, PLAIN
	csrw SSP, s1
	TRAPS PRIV_S, CAUSE_STORE_AMO_ACCESS_FAULT, sspush x1
	TRAPS PRIV_S, CAUSE_STORE_AMO_ACCESS_FAULT, sspopchk x1
	TRAPS PRIV_S, CAUSE_STORE_AMO_ACCESS_FAULT, ssamoswap.d a0, x0, s1
	CLEAR_BITS(CSR_MENVCFG, SSE)
TEST_END
	PAGE_TABLES
frame:	.zero 4096
plain:	.zero 4096
