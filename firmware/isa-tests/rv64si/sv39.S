// Sv39 with hardware updates of A and D (Svadu, menvcfg.ADUE = 1). Loads and stores run in S-mode by MPRV.
#include "test.h"

#define VA 0x40000000            // VPN[2] = 1
#define FLAGS_ALL (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)
#define GIGAPAGE_VA 0xc0000000   // VPN[2] = 3; not where the code runs: QEMU 7.2 would mix the two up
#define PPN_BIT_9 (1 << 19)      // the PPN of a 1 GiB leaf must be a multiple of 2^18

TEST_BEGIN
	lla tp, no_menvcfg       // QEMU before 8.0 has no ADUE, and updates
	li t0, MENVCFG_ADUE
	csrw CSR_MENVCFG, t0
no_menvcfg:
	li tp, 0
	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V
	SATP_SV39 root
	li s0, VA
	la s1, level0

// The flags of the page's PTE, with A and D as they are now.
.macro CHECK_FLAGS flags
	ld t0, 0(s1)
	andi t0, t0, 0xff
	CHECK t0, (\flags)
.endm
.macro MAP flags
	SET_PTE level0, frame, \flags
	sfence.vma
.endm
.macro LOAD_PAGE
	MPRV_ON PRIV_S
	ld t0, 0(s0)
	MPRV_OFF
.endm
.macro STORE_PAGE
	MPRV_ON PRIV_S
	sd s0, 0(s0)
	MPRV_OFF
.endm
	// A load sets A; a store sets A and D.
	MAP PTE_V | PTE_R | PTE_W
	LOAD_PAGE
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_A
	STORE_PAGE
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
	la t1, frame
	ld t0, 0(t1)
	CHECK t0, VA
	MAP PTE_V | PTE_R | PTE_W
	STORE_PAGE
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_A | PTE_D

	// A page that was only loaded from is made dirty by its first store, without a fence.
	MAP PTE_V | PTE_R | PTE_W
	LOAD_PAGE
	LOAD_PAGE
	STORE_PAGE
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_A | PTE_D

	// A lr.d sets A only.
	MAP PTE_V | PTE_R | PTE_W
	MPRV_ON PRIV_S
	lr.d t0, (s0)
	MPRV_OFF
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_A

	// A refused access changes nothing.
	MAP PTE_V | PTE_R
	TRAP_BEGIN
	STORE_PAGE
	TRAP_END CAUSE_STORE_AMO_PAGE_FAULT
	TVAL_IS s0
	CHECK_FLAGS PTE_V | PTE_R
	MAP PTE_V | PTE_X
	TRAP_BEGIN
	LOAD_PAGE
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	CHECK_FLAGS PTE_V | PTE_X
	MAP PTE_V | PTE_R | PTE_W | PTE_U
	TRAP_BEGIN
	LOAD_PAGE
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_U

	// MXR reads executable pages, SUM reads user pages.
	MAP PTE_V | PTE_X
	li t0, MSTATUS_MXR
	csrs mstatus, t0
	LOAD_PAGE
	li t0, MSTATUS_MXR
	csrc mstatus, t0
	CHECK_FLAGS PTE_V | PTE_X | PTE_A
	MAP PTE_V | PTE_R | PTE_W | PTE_U
	li t0, MSTATUS_SUM
	csrs mstatus, t0
	STORE_PAGE
	li t0, MSTATUS_SUM
	csrc mstatus, t0
	CHECK_FLAGS PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D

	// Writable but not readable is reserved.
	MAP PTE_V | PTE_W
	TRAP_BEGIN
	LOAD_PAGE
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// A pointer at the last level is no leaf.
	MAP PTE_V
	TRAP_BEGIN
	LOAD_PAGE
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// An address that is not the sign extension of bit 38.
	li s2, 1 << 39
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld t0, 0(s2)
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	TVAL_IS s2

	// A superpage must be aligned.
	li t0, PPN_BIT_9 | FLAGS_ALL
	la t1, root
	sd t0, 24(t1)
	sfence.vma
	li s2, GIGAPAGE_VA
	TRAP_BEGIN
	MPRV_ON PRIV_S
	ld t0, 0(s2)
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// A store across two pages, the second of which is missing, names the second.
	MAP FLAGS_ALL
	la t1, frame
	li t0, 4096 - 4
	add t1, t1, t0
	sw zero, 0(t1)
	add s2, s0, t0
	addi s3, s2, 4
	TRAP_BEGIN
	MPRV_ON PRIV_S
	sd s0, 0(s2)
	TRAP_END CAUSE_STORE_AMO_PAGE_FAULT
	TVAL_IS s3
TEST_END
	.balign 4096
root:	.zero 4096
level1:	.zero 4096
level0:	.zero 4096
frame:	.zero 4096
