// The v environment's way into its kernel and out of it.
#include "setup.h"

#define FRAME_REGISTER(n) (8 * (n))
#define FRAME_PC 0                      // in the place of x0

	.section .text.entry, "ax"
	.globl _start
_start:
	SETUP m_trap
	li t0, MEDELEG_ALL_BUT_ECALL_S
	csrw medeleg, t0
	lla t0, s_trap
	csrw stvec, t0
	li t0, MSTATUS_MPP
	csrc mstatus, t0
	li t0, PRIV_S << MSTATUS_MPP_SHIFT
	csrs mstatus, t0
	la sp, kernel_stack_end
	la t0, kernel
	csrw mepc, t0
	mret

	.section .kernel, "ax"
	.globl enter_user, set_adue
// void enter_user(struct frame *): leaves for U-mode. The next trap enters s_trap.
enter_user:
	csrw sscratch, a0
	ld t0, FRAME_PC(a0)
	csrw sepc, t0
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ld x\n, FRAME_REGISTER(\n)(a0)
	.endr
	ld a0, FRAME_REGISTER(10)(a0)
	sret

	.balign 4
s_trap:
	csrrw a0, sscratch, a0
	beqz a0, trap_in_kernel
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	sd x\n, FRAME_REGISTER(\n)(a0)
	.endr
	csrrw t0, sscratch, zero
	sd t0, FRAME_REGISTER(10)(a0)
	csrr t0, sepc
	sd t0, FRAME_PC(a0)
	la sp, kernel_stack_end
	csrr a1, scause
	csrr a2, stval
	j trap_from_user

trap_in_kernel:
	csrw satp, zero
	li a0, UNEXPECTED_TRAP
	j report

// void set_adue(int on): asks M-mode for A and D bits by hardware, or by page fault.
set_adue:
	ecall
	ret

// M-mode serves that call, and a write of a CSR that is not there.
	.balign 4
m_trap:
	bnez tp, 1f
	csrr t0, mcause
	li t1, CAUSE_ENVIRONMENT_CALL_FROM_S_MODE
	bne t0, t1, trap_in_machine
	csrr t0, mepc
	addi t0, t0, 4
	csrw mepc, t0
	li t0, MENVCFG_ADUE
	csrc CSR_MENVCFG, t0
	beqz a0, 2f
	csrs CSR_MENVCFG, t0
2:	mret
1:	csrw mepc, tp
	mret

trap_in_machine:
	li a0, UNEXPECTED_TRAP
	j report

	.bss
	.balign 16
	.zero 4096
kernel_stack_end:
