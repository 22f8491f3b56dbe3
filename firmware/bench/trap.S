// Round trips of ecall and mret within M-mode; the checksum is how many there were.
#include "rv.h"

#define TRIPS_PER_REP 500000

.text
.globl main
main:
	csrr t2, mtvec
	la t0, count_trap
	csrw mtvec, t0
	li a0, 0
	li t1, TRIPS_PER_REP * REP
again:
	ecall
	addi t1, t1, -1
	bnez t1, again
	csrw mtvec, t2
	ret

.balign 4
count_trap:
	addi a0, a0, 1
	csrr t0, mepc
	addi t0, t0, 4
	csrw mepc, t0
	mret
