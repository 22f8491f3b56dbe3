// Where harts enter, the kernel's own trap entry, and the probes that may fault.
#include "layout.h"
#include "rv.h"

// The SBI firmware enters with a0 = hart id and a1 = device tree, paging off.
.section .text.entry, "ax"
.globl _start
_start:
	li t0, MAX_HARTS
	bgeu a0, t0, park
	la t0, bss_start
	la t1, bss_end
clear_bss:
	bgeu t0, t1, boot
	sd zero, 0(t0)
	addi t0, t0, 8
	j clear_bss
boot:
	call set_stack
	call main
park:
	wfi
	j park

// HSM enters the other harts here: a1 = satp of the kernel.
.globl hart_entry
hart_entry:
	call set_stack
	csrw satp, a1
	sfence.vma
	call hart_main
	j park

// tp names the hart for as long as the kernel runs on it.
set_stack:
	mv tp, a0
	la sp, stacks
	addi t0, a0, 1
	slli t0, t0, STACK_SHIFT
	add sp, sp, t0
	la t0, kernel_trap_entry
	csrw stvec, t0
	ret

// C saves the rest.
#define CALLER_SAVED 1,5,6,7,10,11,12,13,14,15,16,17,28,29,30,31
.text
.balign 4
.globl kernel_trap_entry
kernel_trap_entry:
	addi sp, sp, -256
	.irp n, CALLER_SAVED
	sd x\n, 8*\n(sp)
	.endr
	call kernel_trap
	.irp n, CALLER_SAVED
	ld x\n, 8*\n(sp)
	.endr
	addi sp, sp, 256
	sret

// Each does one access at a0; a fault goes on at probe_end.
.globl probe_load
probe_load:
	mv t6, ra
	ld a0, 0(a0)
	j probe_end
.globl probe_store
probe_store:
	mv t6, ra
	sd a1, 0(a0)
	j probe_end
.globl probe_fetch
probe_fetch:
	mv t6, ra
	jalr a0
	j probe_end
.globl probe_illegal
probe_illegal:
	mv t6, ra
	unimp
.globl probe_stimecmp
probe_stimecmp:
	mv t6, ra
	csrr a0, CSR_STIMECMP
.globl probe_end
probe_end:
	mv ra, t6
	ret
