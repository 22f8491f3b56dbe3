// Sv39, Sv48 and Sv57: as many levels, superpages at each, addresses that are not sign-extended.
#include "test.h"
#include "paging.h"

#define SV48 9
#define SV57 10

// The page, and superpages of each size, all from the tables of this mode: levels, root, VA of the page.
.macro WALKS mode, table, levels
	lla t6, \table
	srli t6, t6, PAGE_SHIFT
	li t5, \mode << SATP_MODE_SHIFT
	or t6, t6, t5
	csrw satp, t6
	csrr t5, satp
	bne t5, t6, .Lskip\@            // the machine need not have it
	sfence.vma
	CASE
	li s0, VA
	READ_IN PRIV_S, a0, s0
	EXPECT a0, 0x0123456789abcdef
	// The page and its table in halves of the address space that are the sign extension of their highest bit.
	li s1, 1 << (11 + 9 * \levels)
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s1
	li s1, 1 << (12 + 9 * \levels)
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s1
	li s1, -1 << (12 + 9 * \levels)
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s1
	li s1, VA | 1 << 63
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s1
.Lskip\@:
.endm
// A leaf at this level: aligned, then not.
.macro SUPERPAGE entry, level
	CASE
	li t0, VIRT_RAM >> PAGE_SHIFT << PTE_PPN_SHIFT | FLAGS_ALL
	sd t0, \entry, t1
	sfence.vma
	li s1, VA
	la t0, frame
	li t1, (1 << (12 + 9 * \level)) - 1
	and t0, t0, t1
	or s1, s1, t0
	READ_IN PRIV_S, a0, s1
	EXPECT a0, 0x0123456789abcdef
	ld t0, \entry
	li t1, 1 << PTE_PPN_SHIFT
	or t0, t0, t1
	sd t0, \entry, t1
	sfence.vma
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s1
.endm

TEST_BEGIN
	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V
	SET_PTE level0, frame, FLAGS_ALL
	SET_PTE root48, root, PTE_V
	SET_PTE root57, root48, PTE_V
	WALKS SATP_MODE_SV39, root, 3
	WALKS SV48, root48, 4
	WALKS SV57, root57, 5

	SATP_SV39 root
	SUPERPAGE level1, 1
	SUPERPAGE root + 8, 2

	// Pointers with A, D or U are reserved.
.irp flag, PTE_A, PTE_D, PTE_U
	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V | \flag
	sfence.vma
	li s0, VA
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
.endr
	// A table outside memory is an access fault.
	CASE
	li t0, 0x4000000000 >> PAGE_SHIFT << PTE_PPN_SHIFT | PTE_V
	sd t0, level1, t1
	sfence.vma
	READ_TRAPS CAUSE_LOAD_ACCESS_FAULT, s0
	WRITE_TRAPS CAUSE_STORE_AMO_ACCESS_FAULT, s0

	// sfence.vma by address and ASID: the new entry is used.
	SET_PTE level1, level0, PTE_V
	sfence.vma
	CASE
	READ_IN PRIV_S, a0, s0
	SET_PTE level0, other, FLAGS_ALL
	T sfence.vma s0, x0
	READ_IN PRIV_S, a0, s0
	EXPECT a0, 2
TEST_END
	PAGE_TABLES
root48:	.zero 4096
root57:	.zero 4096
frame:	.dword 0x0123456789abcdef
	.balign 4096
other:	.dword 2
	.balign 4096
