// Code that is changed while it runs, with fence.i between.
#include "test.h"

#define INSN_ADDI_A0_A0_1 0x00150513
#define INSN_IMM_SHIFT 20
#define ROUNDS 100

TEST_BEGIN
	// A function that is called before and after.
	la s0, changed
	li a0, 0
	jalr s0
	CHECK a0, 1
	li t0, INSN_ADDI_A0_A0_1 + (4 << INSN_IMM_SHIFT)
	sw t0, 0(s0)
	T fence.i
	jalr s0
	CHECK a0, 6

	// Changed at each round: adds 1, 2, 3, ...
	li a0, 0
	li s1, 1
again:
	li t0, INSN_ADDI_A0_A0_1 - (1 << INSN_IMM_SHIFT)
	slli t1, s1, INSN_IMM_SHIFT
	add t0, t0, t1
	sw t0, 0(s0)
	T fence.i
	jalr s0
	addi s1, s1, 1
	li t0, ROUNDS
	ble s1, t0, again
	CHECK a0, (ROUNDS * (ROUNDS + 1) / 2)

	// The instruction right behind the fence.i, in the same straight line of code.
	li a0, 0
	lla t1, behind
	li t0, INSN_ADDI_A0_A0_1 + (6 << INSN_IMM_SHIFT)
	sw t0, 0(t1)
	T fence.i
	.balign 4
	.option push
	.option norvc
behind:
	addi a0, a0, 1
	.option pop
	CHECK a0, 7

	// Code copied elsewhere, and half an instruction changed by a 16-bit store.
	lla t0, template
	la t1, elsewhere
	ld t2, 0(t0)
	sd t2, 0(t1)
	T fence.i
	li a0, 0
	jalr t1
	CHECK a0, 1
	la t1, elsewhere
	li t0, 5 << (INSN_IMM_SHIFT - 16) | 5 // imm = 5; bits 4:1 of rs1 = a0
	sh t0, 2(t1)
	T fence.i
	li a0, 10
	jalr t1
	CHECK a0, 15
	j done

	.balign 8
	.option push
	.option norvc
changed:
	addi a0, a0, 1
	ret
	.balign 8
template:
	addi a0, a0, 1
	ret
	.option pop
done:
TEST_END
	.balign 8
elsewhere:
	.dword 0
