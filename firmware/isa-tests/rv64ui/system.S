// Fences, environment calls, breakpoints, and what is no instruction.
#include "test.h"

TEST_BEGIN
	CASE
	T fence iorw, iorw
	fence r, w
	fence w, r
	fence.tso

	CASE
	li s7, 0
	lla tp, 2f
1:	T ecall
	j fail
	.balign 4
2:	lui t6, %hi(env_ecall_cause)
	addi t6, t6, %lo(env_ecall_cause)
	bne s8, t6, fail
	lla t6, 1b
	bne s9, t6, fail
	bnez s10, fail

	FAULTS CAUSE_BREAKPOINT, ebreak
	// xtval is the address or 0.
	beqz s10, 1f
	bne s10, s9, fail
1:

// An illegal instruction: xtval holds it, or 0.
.macro ILLEGAL word
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .word \word
	beqz s10, 1f
	li a0, \word
	bne s10, a0, fail
1:
.endm
	ILLEGAL 0xffffffff
	ILLEGAL 0x0000005b      // custom-2 with nothing in it
	ILLEGAL 0x02001033 | 1 << 31
	ILLEGAL 0x00003063      // a branch with funct3 = 3
	ILLEGAL 0x00007003      // a load with funct3 = 7
	ILLEGAL 0x00004023      // a store with funct3 = 4
	ILLEGAL 0x80005013      // srai with a wrong funct6
	ILLEGAL 0xfff01073      // a CSR that is not there

	// An instruction is legal whatever the bits that are ignored: fences with reserved fields.
	CASE
	.word 0x0ff0000f | 1 << 7 | 1 << 15
	.word 0x0000100f | 1 << 7 | 1 << 15 | 1 << 20

	// HINTs with rd = x0 do nothing.
	CASE
	lui x0, 0xfffff
	auipc x0, 1
	addi x0, x0, 1
	sll x0, x0, x0
	bnez x0, fail
TEST_END
