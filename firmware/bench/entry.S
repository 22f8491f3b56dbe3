// Bare metal: hart 0 runs main() in M-mode and prints what it returns, the others sleep.
#include "rv.h"

.section .text.entry, "ax"
.globl _start
_start:
	csrr t0, mhartid
	bnez t0, park
	la t0, unexpected_trap
	csrw mtvec, t0
	li t0, MSTATUS_FS_INITIAL
	csrs mstatus, t0
	la sp, stack_top
	la t0, bss_start
	la t1, bss_end
clear_bss:
	bgeu t0, t1, run
	sd zero, 0(t0)
	sd zero, 8(t0)
	addi t0, t0, 16
	j clear_bss
run:
	call main
	call report
park:
	wfi
	j park

.balign 4
unexpected_trap:
	call trap_seen
	j park
