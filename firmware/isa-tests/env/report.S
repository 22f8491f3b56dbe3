// How a test ends: `report` writes a0 to tohost. Machines without HTIF are ended through the syscon.
#include "rv.h"
#include "virt.h"

#define SYSCON_POWEROFF 0x5555
#define SYSCON_FAIL 0x3333
#define SYSCON_CODE_SHIFT 16
#define HOST_POLL_LOOPS 50000

	.section .kernel, "ax"
	.globl report, park
report:
	la t0, tohost
	sd a0, 0(t0)
	li t1, HOST_POLL_LOOPS
1:	addi t1, t1, -1
	bnez t1, 1b

	li t1, SYSCON_POWEROFF
	addi t0, a0, -1
	beqz t0, 2f
	srli t1, a0, 1
	slli t1, t1, SYSCON_CODE_SHIFT
	li t0, SYSCON_FAIL
	or t1, t1, t0
2:	li t0, VIRT_SYSCON
	sw t1, 0(t0)
	.balign 4
park:
	wfi
	j park

	.section .tohost, "aw"
	.balign 64
	.globl tohost, fromhost
tohost:	.dword 0
	.balign 64
fromhost: .dword 0
