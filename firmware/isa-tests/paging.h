// Tests of page tables: a table for VA and the pages behind it, accessed from M-mode by MPRV.
#ifndef PAGING_H
#define PAGING_H

#define VA 0x40000000                   // VPN[2] = 1
#define FLAGS_ALL (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)
#define PTE_N (1 << 63)
#define PTE_PBMT_SHIFT 61
#define PTE_RESERVED_SHIFT 54

.macro PAGING_ON
	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V
	SATP_SV39 root
.endm
// The page number n from VA on.
.macro MAP n, pa, flags
	SET_PTE level0 + 8 * \n, \pa, \flags
	sfence.vma
.endm
.macro READ_IN mode, reg, address
	MPRV_ON \mode
	ld \reg, 0(\address)
	MPRV_OFF
.endm
.macro READ_TRAPS cause, address
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld a0, 0(\address)
	TRAP_END \cause
	TVAL_IS \address
.endm
.macro WRITE_TRAPS cause, address
	TRAP_BEGIN
	MPRV_ON PRIV_S
	sd a0, 0(\address)
	TRAP_END \cause
	TVAL_IS \address
.endm
// Jumps to the address in S-mode.
.macro FETCH_TRAPS cause, address
	TRAP_BEGIN
	LOWER PRIV_S
	jr \address
	TRAP_END \cause
	TVAL_IS \address
	bne s9, \address, fail
.endm

.macro PAGE_TABLES
	.balign 4096
root:	.zero 4096
level1:	.zero 4096
level0:	.zero 4096
.endm

#endif
