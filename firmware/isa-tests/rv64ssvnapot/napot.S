// Svnapot: a PTE with N maps a naturally aligned range of 64 KiB; other sizes are reserved.
#include "test.h"
#include "paging.h"

#define NAPOT_64K (8 << PTE_PPN_SHIFT)

TEST_BEGIN
	PAGING_ON
	li s0, VA
	// All 16 PTEs of the range hold the same.
.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	SET_PTE level0 + 8 * \n, range, PTE_N | NAPOT_64K | FLAGS_ALL
.endr
	sfence.vma
.irp n, 0, 1, 7, 8, 15
	CASE
	li t0, \n * PAGE_SIZE
	add s1, s0, t0
	READ_IN PRIV_S, a0, s1
	EXPECT a0, \n + 1
.endr
	// The low bits of ppn[0] say the size: anything but 1000 is a page fault.
.irp ppn, 0, 4, 12, 9, 15
	MAP 0, range, PTE_N | FLAGS_ALL | \ppn << PTE_PPN_SHIFT
	.if \ppn & 7
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	.elseif \ppn == 0
	READ_TRAPS CAUSE_LOAD_PAGE_FAULT, s0
	.endif
.endr
TEST_END
	PAGE_TABLES
	.balign 65536
range:
.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	.dword \n
	.balign 4096
.endr
