// Round trips of ecall and sret between U-mode and S-mode, the handler saving 16 registers, 45 instructions
// each; the checksum is how many there were. Needs `supervisor` or `sv39`.
#include "save.h"
#include "rv.h"

#define TRIPS_PER_REP 500000

.text
.globl main
main:
	prepare_user count_call, TRIPS_PER_REP
	mv s3, ra
	sret

// s0 counts down in U-mode, s1 up in the handler.
.section .user, "ax"
user:
	beqz s0, leave
again:
	ecall
	addi s0, s0, -1
	bnez s0, again
leave:
	ecall

.text
.balign 4
count_call:
	csrrw sp, sscratch, sp
	caller_saved sd
	beqz s0, done
	csrr a0, scause
	csrr t0, sepc
	bltz a0, done
	addi t0, t0, 4
	csrw sepc, t0
	addi s1, s1, 1
	caller_saved ld
	csrrw sp, sscratch, sp
	sret
done:
	mv a0, s1
	mv sp, s2
	mv ra, s3
	ret

.bss
.balign 16
kernel_stack:
	.zero SAVE_BYTES
