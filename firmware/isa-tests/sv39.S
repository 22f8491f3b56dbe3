// Sv39 with hardware updates of A and D (Svadu, menvcfg.ADUE = 1). Loads and stores run in S-mode by MPRV.
#include "test.h"

#define VA 0x40000000            // VPN[2] = 1
#define FLAGS_ALL (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)
#define GIGAPAGE_VA 0xc0000000   // VPN[2] = 3; not where the code runs: QEMU 7.2 would mix the two up
#define PPN_BIT_9 (1 << 19)      // the PPN of a 1 GiB leaf must be a multiple of 2^18

TEST_BEGIN
	PMP_ALLOW_ALL 0
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
.macro CHECK_FLAGS number, flags
	ld t0, 0(s1)
	andi t0, t0, 0xff
	CHECK \number, t0, (\flags)
.endm
.macro MAP flags
	SET_PTE level0, frame, \flags
	sfence.vma
.endm
.macro LOAD
	MPRV_ON PRIV_S
	ld t0, 0(s0)
	MPRV_OFF
.endm
.macro STORE
	MPRV_ON PRIV_S
	sd s0, 0(s0)
	MPRV_OFF
.endm
	// A load sets A; a store sets A and D.
	MAP PTE_V | PTE_R | PTE_W
	LOAD
	CHECK_FLAGS 2, PTE_V | PTE_R | PTE_W | PTE_A
	STORE
	CHECK_FLAGS 3, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
	la t1, frame
	ld t0, 0(t1)
	CHECK 4, t0, VA
	MAP PTE_V | PTE_R | PTE_W
	STORE
	CHECK_FLAGS 5, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D

	// A page that was only loaded from is made dirty by its first store, without a fence.
	MAP PTE_V | PTE_R | PTE_W
	LOAD
	LOAD
	STORE
	CHECK_FLAGS 6, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D

	// A lr.d sets A only.
	MAP PTE_V | PTE_R | PTE_W
	MPRV_ON PRIV_S
	lr.d t0, (s0)
	MPRV_OFF
	CHECK_FLAGS 7, PTE_V | PTE_R | PTE_W | PTE_A

	// A refused access changes nothing.
	MAP PTE_V | PTE_R
	TRAP_BEGIN 8
	STORE
	TRAP_END CAUSE_STORE_AMO_PAGE_FAULT
	CHECK_TVAL s0
	CHECK_FLAGS 9, PTE_V | PTE_R
	MAP PTE_V | PTE_X
	TRAP_BEGIN 10
	LOAD
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	CHECK_FLAGS 11, PTE_V | PTE_X
	MAP PTE_V | PTE_R | PTE_W | PTE_U
	TRAP_BEGIN 12
	LOAD
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	CHECK_FLAGS 13, PTE_V | PTE_R | PTE_W | PTE_U

	// MXR reads executable pages, SUM reads user pages.
	MAP PTE_V | PTE_X
	li t0, MSTATUS_MXR
	csrs mstatus, t0
	LOAD
	li t0, MSTATUS_MXR
	csrc mstatus, t0
	CHECK_FLAGS 14, PTE_V | PTE_X | PTE_A
	MAP PTE_V | PTE_R | PTE_W | PTE_U
	li t0, MSTATUS_SUM
	csrs mstatus, t0
	STORE
	li t0, MSTATUS_SUM
	csrc mstatus, t0
	CHECK_FLAGS 15, PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D

	// Writable but not readable is reserved.
	MAP PTE_V | PTE_W
	TRAP_BEGIN 16
	LOAD
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// A pointer at the last level is no leaf.
	MAP PTE_V
	TRAP_BEGIN 17
	LOAD
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// An address that is not the sign extension of bit 38.
	li s2, 1 << 39
	TRAP_BEGIN 18
	MPRV_ON PRIV_S
	ld t0, 0(s2)
	TRAP_END CAUSE_LOAD_PAGE_FAULT
	CHECK_TVAL s2

	// A superpage must be aligned.
	li t0, PPN_BIT_9 | FLAGS_ALL
	la t1, root
	sd t0, 24(t1)
	sfence.vma
	li s2, GIGAPAGE_VA
	TRAP_BEGIN 19
	MPRV_ON PRIV_S
	ld t0, 0(s2)
	TRAP_END CAUSE_LOAD_PAGE_FAULT

	// A store across two pages, the second of which is missing, stores nothing and names the second.
	MAP FLAGS_ALL
	la t1, frame
	li t0, 4096 - 4
	add t1, t1, t0
	sw zero, 0(t1)
	add s2, s0, t0
	addi s3, s2, 4
	TRAP_BEGIN 20
	MPRV_ON PRIV_S
	sd s0, 0(s2)
	TRAP_END CAUSE_STORE_AMO_PAGE_FAULT
	CHECK_TVAL s3
	la t1, frame
	li t0, 4096 - 4
	add t1, t1, t0
	lw t0, 0(t1)
	CHECK 21, t0, 0
TEST_END
	.balign 4096
root:	.zero 4096
level1:	.zero 4096
level0:	.zero 4096
frame:	.zero 4096
