// Svpbmt: NC and IO are good on leaves while menvcfg.PBMTE is set; 3, and any on pointers, are page faults.
#include "test.h"
#include "paging.h"

TEST_BEGIN
	li t0, MENVCFG_PBMTE
	csrs CSR_MENVCFG, t0
	PAGING_ON
	li s0, VA
.irp type, 0, 1, 2
	CASE
	MAP 0, frame, FLAGS_ALL | \type << PTE_PBMT_SHIFT
	READ_IN PRIV_S, a0, s0
	EXPECT a0, 0x0123456789abcdef
.endr
	MAP 0, frame, FLAGS_ALL | 3 << PTE_PBMT_SHIFT
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	WRITE_TRAPS CAUSE_STORE_AMO_PAGE_FAULT, s0
	MAP 0, frame, FLAGS_ALL
	SET_PTE level1, level0, PTE_V | 1 << PTE_PBMT_SHIFT
	sfence.vma
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	SET_PTE level1, level0, PTE_V
	sfence.vma

	// Without PBMTE the bits are reserved.
	li t0, MENVCFG_PBMTE
	csrc CSR_MENVCFG, t0
.irp type, 1, 2, 3
	MAP 0, frame, FLAGS_ALL | \type << PTE_PBMT_SHIFT
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
.endr
	// So are bits 60 to 54, always.
	li t0, MENVCFG_PBMTE
	csrs CSR_MENVCFG, t0
.irp bit, 0, 3, 6
	MAP 0, frame, FLAGS_ALL | 1 << (PTE_RESERVED_SHIFT + \bit)
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
.endr
TEST_END
	PAGE_TABLES
frame:	.dword 0x0123456789abcdef
	.balign 4096
