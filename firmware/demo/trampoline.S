// The way into a user's page table and back, on a page that lies at TRAMPOLINE in both.
#include "layout.h"
#include "rv.h"

#define KERNEL_SAVED(op, base) \
	op ra, TF_KERNEL+0(base); op sp, TF_KERNEL+8(base); \
	op gp, TF_KERNEL+16(base); op tp, TF_KERNEL+24(base); \
	op s0, TF_KERNEL+32(base); op s1, TF_KERNEL+40(base); op s2, TF_KERNEL+48(base); \
	op s3, TF_KERNEL+56(base); op s4, TF_KERNEL+64(base); op s5, TF_KERNEL+72(base); \
	op s6, TF_KERNEL+80(base); op s7, TF_KERNEL+88(base); op s8, TF_KERNEL+96(base); \
	op s9, TF_KERNEL+104(base); op s10, TF_KERNEL+112(base); op s11, TF_KERNEL+120(base)

.macro all_but_a0 op
	.irp n, 1,2,3,4,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op x\n, TF_USER+8*(\n-1)(a0)
	.endr
.endm
#define TF_USER_A0 (TF_USER + 8 * (10 - 1))

// enter_user(trapframe, user_satp): runs the user until it traps, then returns as a function does.
.section .trampoline, "ax"
.globl enter_user
enter_user:
	KERNEL_SAVED(sd, a0)
	csrr t0, satp
	sd t0, TF_KERNEL_SATP(a0)
	csrr t0, stvec
	sd t0, TF_KERNEL_STVEC(a0)
	ld t0, TF_PC(a0)
	csrw sepc, t0
	lla t0, user_trap
	csrw stvec, t0
	csrw satp, a1
	sfence.vma
	li a0, TRAPFRAME
	csrw sscratch, a0
	all_but_a0 ld
	ld a0, TF_USER_A0(a0)
	sret

.balign 4
user_trap:
	csrrw a0, sscratch, a0
	all_but_a0 sd
	csrr t0, sscratch
	sd t0, TF_USER_A0(a0)
	csrr t0, sepc
	sd t0, TF_PC(a0)
	KERNEL_SAVED(ld, a0)
	ld t0, TF_KERNEL_SATP(a0)
	ld t1, TF_KERNEL_STVEC(a0)
	csrw stvec, t1
	csrw satp, t0
	sfence.vma
	ret
