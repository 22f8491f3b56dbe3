// An instruction of 4 bytes across two virtual pages: fetched from frames that are not neighbours, and with
// its second page missing.
#include "test.h"

#define VA 0x40000000            // VPN[2] = 1
#define FLAGS_CODE (PTE_V | PTE_R | PTE_X | PTE_A)
#define CODE_OFFSET (4096 - 2)

// Enters s0 in S-mode.
.macro RUN_IN_S
	li t0, MSTATUS_MPP
	csrc mstatus, t0
	li t0, PRIV_S << MSTATUS_MPP_SHIFT
	csrs mstatus, t0
	csrw mepc, s0
	mret
.endm

TEST_BEGIN
	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V
	SET_PTE level0, first, FLAGS_CODE
	SET_PTE level0 + 8, second, FLAGS_CODE
	SATP_SV39 root

	// The instruction, cut in two: addi a0, a0, 11; behind it ecall.
	lla t0, code
	lhu t1, 0(t0)
	la t2, first + CODE_OFFSET
	sh t1, 0(t2)
	lhu t1, 2(t0)
	la t2, second
	sh t1, 0(t2)
	lwu t1, 4(t0)
	sh t1, 2(t2)
	srli t1, t1, 16
	sh t1, 4(t2)
	fence.i

	li s0, VA + CODE_OFFSET
	li a0, 31
	TRAP_BEGIN
	RUN_IN_S
	TRAP_END CAUSE_ENVIRONMENT_CALL_FROM_S_MODE
	CHECK a0, 42
	CHECK s9, (VA + 4096 + 2)

	// The second page moves to another frame with another instruction.
	SET_PTE level0 + 8, other, FLAGS_CODE
	sfence.vma
	lla t0, code
	lhu t1, 2(t0)
	addi t1, t1, 0x10        // imm + 1
	la t2, other
	sh t1, 0(t2)
	lwu t1, 4(t0)
	sh t1, 2(t2)
	srli t1, t1, 16
	sh t1, 4(t2)
	fence.i
	li a0, 31
	TRAP_BEGIN
	RUN_IN_S
	TRAP_END CAUSE_ENVIRONMENT_CALL_FROM_S_MODE
	CHECK a0, 43

	// The second page goes: the fault is at the second half, the instruction at the first.
	la t0, level0
	sd zero, 8(t0)
	sfence.vma
	li s1, VA + 4096
	TRAP_BEGIN
	RUN_IN_S
	TRAP_END CAUSE_INSTRUCTION_PAGE_FAULT
	TVAL_IS s1
	bne s9, s0, fail
	j done

	.balign 4
	.option push
	.option norvc
code:
	addi a0, a0, 11
	ecall
	.option pop
done:
TEST_END
	.balign 4096
root:	.zero 4096
level1:	.zero 4096
level0:	.zero 4096
first:	.zero 4096
	.zero 4096
second:	.zero 4096
other:	.zero 4096
