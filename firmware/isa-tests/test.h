// The frame of a test, in the convention of riscv-tests: it begins at RAM base in M-mode, and writes 1, or
// (number of the failed check << 1 | 1), to tohost. Machines without HTIF are ended through the syscon.
#ifndef TEST_H
#define TEST_H

#include "rv.h"
#include "virt.h"

#define SYSCON_POWEROFF 0x5555
#define SYSCON_FAIL 0x3333
#define SYSCON_CODE_SHIFT 16

// Registers with a meaning throughout: gp = number of the check that runs; tp = where a trap that is expected
// goes on, 0 when none is; s8 = mcause, s9 = mepc, s10 = mtval of the last trap.

.macro TEST_BEGIN
	.section .text.entry, "ax"
	.globl _start
_start:
	csrr t0, mhartid
	bnez t0, park
	li gp, 1
	li tp, 0
	la t0, trap
	csrw mtvec, t0
.endm

// The last line of the code: what follows is the data of the test.
.macro TEST_END
	li a0, 1
	li a1, SYSCON_POWEROFF
	j end
fail:
	li t6, MSTATUS_MPRV
	csrc mstatus, t6
	slli a0, gp, 1
	ori a0, a0, 1
	slli a1, gp, SYSCON_CODE_SHIFT
	li t0, SYSCON_FAIL
	or a1, a1, t0
end:
	la t0, tohost
	sd a0, 0(t0)
	li t0, VIRT_SYSCON
	sw a1, 0(t0)
park:
	wfi
	j park

	.balign 4
trap:
	beqz tp, fail
	csrr s8, mcause
	csrr s9, mepc
	csrr s10, mtval
	csrw mepc, tp
	li tp, 0
	li t6, MSTATUS_MPRV
	csrc mstatus, t6
	li t6, MSTATUS_MPP
	csrs mstatus, t6
	mret

	.section .tohost, "aw"
	.balign 64
	.globl tohost
tohost:	.dword 0
	.balign 64
	.globl fromhost
fromhost: .dword 0
	.data
.endm

// reg must hold value.
.macro CHECK number, reg, value
	li gp, \number
	li t6, \value
	bne \reg, t6, fail
.endm

// The next instructions must trap before NO_TRAP; the trap goes on behind it.
.macro TRAP_BEGIN number
	li gp, \number
	lla tp, 9f
.endm
.macro TRAP_END cause
	j fail
	9:
	li t6, \cause
	bne s8, t6, fail
.endm
// The last trap had the address in reg.
.macro CHECK_TVAL reg
	bne s10, \reg, fail
.endm

// Loads and stores act in this mode until MPRV_OFF or a trap.
.macro MPRV_ON mode
	li t6, MSTATUS_MPP
	csrc mstatus, t6
	li t6, MSTATUS_MPRV | \mode << MSTATUS_MPP_SHIFT
	csrs mstatus, t6
.endm
.macro MPRV_OFF
	li t6, MSTATUS_MPRV
	csrc mstatus, t6
.endm

// Lets lower modes use all of memory, from PMP entry \entry (0 ... 7) on.
.macro PMP_ALLOW_ALL entry
	li t6, -1
	csrw pmpaddr\entry, t6
	li t6, (PMP_NAPOT | PMP_R | PMP_W | PMP_X) << (8 * \entry)
	csrs pmpcfg0, t6
.endm

// *entry = PTE of the page at address pa with flags; clobbers t5, t6.
.macro SET_PTE entry, pa, flags
	lla t6, \pa
	srli t6, t6, PAGE_SHIFT
	slli t6, t6, PTE_PPN_SHIFT
	ori t6, t6, \flags
	lla t5, \entry
	sd t6, 0(t5)
.endm

.macro SATP_SV39 table
	lla t6, \table
	srli t6, t6, PAGE_SHIFT
	li t5, SATP_MODE_SV39 << SATP_MODE_SHIFT
	or t6, t6, t5
	csrw satp, t6
	sfence.vma
.endm

#endif
