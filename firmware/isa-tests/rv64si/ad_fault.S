// Svade, or menvcfg.ADUE = 0: an access that would have to set A or D is a page fault, and sets neither.
#include "test.h"
#include "paging.h"

TEST_BEGIN
	li t0, MENVCFG_ADUE
	csrc CSR_MENVCFG, t0
	PAGING_ON
	li t0, VIRT_RAM >> PAGE_SHIFT << PTE_PPN_SHIFT | FLAGS_ALL
	sd t0, root + 8 * 2, t1
	li s0, VA

	MAP 0, frame, PTE_V | PTE_R | PTE_W | PTE_X
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	WRITE_TRAPS CAUSE_STORE_AMO_PAGE_FAULT, s0
	FETCH_TRAPS CAUSE_INSTRUCTION_PAGE_FAULT, s0
	CASE
	ld a0, level0
	andi a0, a0, PTE_A | PTE_D
	bnez a0, fail

	MAP 0, frame, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A
	WRITE_TRAPS CAUSE_STORE_AMO_PAGE_FAULT, s0
	CASE
	READ_IN PRIV_S, a0, s0
	EXPECT a0, 0x0123456789abcdef
	MAP 0, frame, PTE_V | PTE_R | PTE_W | PTE_X | PTE_D
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	WRITE_TRAPS CAUSE_STORE_AMO_PAGE_FAULT, s0
	MAP 0, frame, FLAGS_ALL
	CASE
	READ_IN PRIV_S, a0, s0
	EXPECT a0, 0x0123456789abcdef
TEST_END
	PAGE_TABLES
frame:	.dword 0x0123456789abcdef
	.balign 4096
