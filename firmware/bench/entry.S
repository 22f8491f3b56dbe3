// Bare metal: hart 0 goes on in begin(), in M-mode; the others sleep until it sends them an interrupt.
#include "layout.h"
#include "rv.h"

.section .text.entry, "ax"
.globl _start
_start:
	csrr a0, mhartid
	la t0, unexpected_trap
	csrw mtvec, t0
	li t0, MSTATUS_FS_INITIAL
	csrs mstatus, t0
	li t0, BENCH_HARTS
	bgeu a0, t0, sleep_forever
	addi t0, a0, 1
	slli t0, t0, BENCH_STACK_SHIFT
	la sp, stacks
	add sp, sp, t0
	bnez a0, wait
	la t0, bss_start
	la t1, bss_end
clear_bss:
	bgeu t0, t1, run
	sd zero, 0(t0)
	sd zero, 8(t0)
	addi t0, t0, 16
	j clear_bss
run:
	call begin

wait:
	csrwi mie, IP_MSIP
wait_for_msip:
	wfi
	csrr t0, mip
	andi t0, t0, IP_MSIP
	beqz t0, wait_for_msip
	csrwi mie, 0
	call other_hart
sleep_forever:
	csrwi mie, 0
	wfi
	j sleep_forever

.balign 4
unexpected_trap:
	call trap_seen
	j sleep_forever
