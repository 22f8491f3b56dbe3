// Tests of pointer masking: loads and stores in a mode whose PMM field is in `csr`, without address translation.
#ifndef POINTER_MASKING_H
#define POINTER_MASKING_H

#include "csr_test.h"

#define PMM_7 (2 << ENVCFG_PMM_SHIFT)
#define PMM_16 (3 << ENVCFG_PMM_SHIFT)

.macro SET_PMM csr, bits
	li t0, ENVCFG_PMM
	csrc \csr, t0
	li t0, \bits
	csrs \csr, t0
.endm

.macro POINTER_MASKING mode, csr
	la s0, word
	li t0, 0x7f << 57
	or s1, s0, t0                   // what 7 masked bits leave out
	li t0, 1 << 48
	or s2, s0, t0                   // what only 16 do
	SET_PMM \csr, 0
	RUNS \mode, ld a0, 0(s0)
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s1)
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s2)
	SET_PMM \csr, PMM_7
	RUNS \mode, ld a0, 0(s1)
	EXPECT a0, 0x0123456789abcdef
	RUNS \mode, sd a0, 0(s1)
	RUNS \mode, lr.d a0, (s1)
	RUNS \mode, amoor.d a0, x0, (s1)
	TRAPS \mode, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s2)
	SET_PMM \csr, PMM_16
	RUNS \mode, ld a0, 0(s1)
	RUNS \mode, lw a0, 0(s2)
	EXPECT a0, -0x76543211
	RUNS \mode, sw a0, 0(s2)
	// Instruction fetches are not masked.
	TRAP_BEGIN
	.if \mode != PRIV_M
	LOWER \mode
	.endif
	jr s2
	TRAP_END CAUSE_INSTRUCTION_ACCESS_FAULT
	// The value 1 is reserved.
	CASE
	SET_PMM \csr, 1 << ENVCFG_PMM_SHIFT
	csrr a0, \csr
	li t0, ENVCFG_PMM
	and a0, a0, t0
	li t0, 1 << ENVCFG_PMM_SHIFT
	beq a0, t0, fail
	SET_PMM \csr, 0
.endm

#endif
