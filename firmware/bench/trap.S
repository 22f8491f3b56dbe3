// Round trips of ecall and mret within M-mode, 22 instructions each; the checksum is how many there were.
#include "rv.h"

#define TRIPS_PER_REP 500000
#define SAVED 32

.text
.globl main
main:
	csrr t2, mtvec
	la t0, count_trap
	csrw mtvec, t0
	la t0, save_area
	csrw mscratch, t0
	la t0, reps
	ld t0, 0(t0)
	li t1, TRIPS_PER_REP
	mul t1, t1, t0
	beqz t1, end
again:
	ecall
	addi t1, t1, -1
	bnez t1, again
end:
	csrw mtvec, t2
	la t0, save_area
	ld a0, SAVED(t0)
	ret

.balign 4
count_trap:
	csrrw sp, mscratch, sp
	sd t0, 0(sp)
	sd t1, 8(sp)
	sd a0, 16(sp)
	sd a1, 24(sp)
	csrr t1, mcause
	csrr t0, mepc
	bltz t1, end
	addi t0, t0, 4
	csrw mepc, t0
	ld a0, SAVED(sp)
	addi a0, a0, 1
	sd a0, SAVED(sp)
	ld a1, 24(sp)
	ld a0, 16(sp)
	ld t1, 8(sp)
	ld t0, 0(sp)
	csrrw sp, mscratch, sp
	mret

.bss
.balign 16
save_area:
	.zero SAVED + 8
