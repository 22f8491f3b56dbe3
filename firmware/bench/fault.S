// Page faults: U-mode loads from 64 pages in turn; the handler, which saves 16 registers, maps the page at stval
// and unmaps the one before, so that every load faults once. The checksum is how many did. Needs `sv39`.
#include "save.h"
#include "rv.h"

#define TRIPS_PER_REP 200000
#define PAGES 64
#define SPARE 0x40000000

.text
.globl main
main:
	addi sp, sp, -16
	sd ra, 0(sp)
	call spare_entries
	mv s4, a0
	la a0, loaded
	li a1, PTE_R | PTE_U | PTE_A
	call page_entry
	mv s5, a0
	prepare_user map_page, TRIPS_PER_REP
	mv s6, s4
	li s7, SPARE
	sret

// s0: loads to go; s3: the page; s6 and s7: its predecessor's entry and address.
.section .user, "ax"
user:
	beqz s0, leave
	li s8, SPARE
	li s9, SPARE + PAGES * PAGE_SIZE
	li s10, PAGE_SIZE
	mv s3, s8
again:
	ld t0, 0(s3)
	add s3, s3, s10
	bltu s3, s9, next
	mv s3, s8
next:
	addi s0, s0, -1
	bnez s0, again
leave:
	ecall

.text
.balign 4
map_page:
	csrrw sp, sscratch, sp
	caller_saved sd
	csrr a0, scause
	csrr a1, stval
	li t0, CAUSE_LOAD_PAGE_FAULT
	bne a0, t0, done
	srli t0, a1, PAGE_SHIFT
	andi t0, t0, PAGES - 1
	slli t0, t0, 3
	add t0, t0, s4
	sd zero, 0(s6)
	sfence.vma s7, zero
	sd s5, 0(t0)
	mv s6, t0
	mv s7, a1
	addi s1, s1, 1
	caller_saved ld
	csrrw sp, sscratch, sp
	sret
done:
	mv a0, s1
	mv sp, s2
	ld ra, 0(sp)
	addi sp, sp, 16
	ret

.bss
.balign 4096
loaded:
	.zero 4096
kernel_stack:
	.zero SAVE_BYTES
