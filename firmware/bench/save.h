// The registers that a call may change, as a trap handler saves them: 16, at sp.
#ifndef SAVE_H
#define SAVE_H

#include "rv.h"

#define SAVE_BYTES 128

.macro caller_saved op
	.set .Lslot, 0
	.irp register, ra,t0,t1,t2,t3,t4,t5,t6,a0,a1,a2,a3,a4,a5,a6,a7
	\op \register, .Lslot(sp)
	.set .Lslot, .Lslot + 8
	.endr
.endm

// Let traps go to `handler`, and S-mode's sret to `user`: s0 counts `trips` times the repetitions, s1 is 0, s2 main's sp.
.macro prepare_user handler, trips
	la t0, \handler
	csrw stvec, t0
	la t0, kernel_stack
	csrw sscratch, t0
	la t0, user
	csrw sepc, t0
	li t0, MSTATUS_SPP
	csrc sstatus, t0
	la t0, reps
	ld t0, 0(t0)
	li s0, \trips
	mul s0, s0, t0
	li s1, 0
	mv s2, sp
.endm

#endif
