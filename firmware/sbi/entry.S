// Reset entry, trap entry and the way down to the next stage.
#include "layout.h"
#include "rv.h"

// a0 = hart id, a1 = device tree, a2 = fw_dynamic info: kept for boot().
.section .text.entry, "ax"
.globl _start
_start:
	csrw mie, zero
	li t0, MAX_HARTS
	bgeu a0, t0, park
	csrw mscratch, zero
	la t0, trap_entry
	csrw mtvec, t0
	la sp, stacks
	addi t0, a0, 1
	slli t0, t0, STACK_SHIFT
	add sp, sp, t0
	call boot
park:
	wfi
	j park

// mscratch: the top of this hart's stack while a lower mode runs, 0 while M-mode runs.
.text
.balign 4
trap_entry:
	csrrw sp, mscratch, sp
	beqz sp, trap_in_m
	addi sp, sp, -FRAME_SIZE
	sd x1, 8(sp)
	.irp n, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd x\n, 8*\n(sp)
	.endr
	csrrw t0, mscratch, zero
	sd t0, 8*2(sp)
	mv a0, sp
	call trap
	addi t0, sp, FRAME_SIZE
	csrw mscratch, t0
	ld x1, 8(sp)
	.irp n, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld x\n, 8*\n(sp)
	.endr
	ld sp, 8*2(sp)
	mret

trap_in_m:
	csrrw sp, mscratch, sp
	call panic

// enter_next(hart_id, opaque): mepc and mstatus.MPP say where and in which mode.
.globl enter_next
enter_next:
	la t0, stacks
	addi t1, a0, 1
	slli t1, t1, STACK_SHIFT
	add t0, t0, t1
	csrw mscratch, t0
	mret
