// The six CSR instructions: what each reads and writes.
#include "test.h"

// instruction, old value, operand, new value
.macro CSR_REGISTER op, old, operand, new
	CASE
	li a1, \old
	csrw mscratch, a1
	li a2, \operand
	T \op a0, mscratch, a2
	bne a0, a1, fail
	csrr a0, mscratch
	EXPECT a0, \new
	// rd = rs1, and rd = x0
	csrw mscratch, a1
	\op a2, mscratch, a2
	bne a2, a1, fail
	csrr a0, mscratch
	bne a0, t6, fail
	csrw mscratch, a1
	li a2, \operand
	\op x0, mscratch, a2
	csrr a0, mscratch
	bne a0, t6, fail
.endm
.macro CSR_IMMEDIATE op, old, operand, new
	CASE
	li a1, \old
	csrw mscratch, a1
	T \op a0, mscratch, \operand
	bne a0, a1, fail
	csrr a0, mscratch
	EXPECT a0, \new
.endm

TEST_BEGIN
	CSR_REGISTER csrrw, 0x0123456789abcdef, -1, -1
	CSR_REGISTER csrrw, -1, 0x0123456789abcdef, 0x0123456789abcdef
	CSR_REGISTER csrrs, 0x0ff0, 0xff00, 0xfff0
	CSR_REGISTER csrrs, 0, 0x8000000000000001, 0x8000000000000001
	CSR_REGISTER csrrc, 0x0ff0, 0xff00, 0x00f0
	CSR_REGISTER csrrc, -1, 0x8000000000000001, 0x7ffffffffffffffe
	CSR_IMMEDIATE csrrwi, -1, 31, 31
	CSR_IMMEDIATE csrrwi, -1, 0, 0
	CSR_IMMEDIATE csrrsi, 0x60, 0x11, 0x71
	CSR_IMMEDIATE csrrsi, 0x60, 0, 0x60
	CSR_IMMEDIATE csrrci, -1, 0x11, -0x12
	CSR_IMMEDIATE csrrci, -1, 0, -1

	// With x0 as operand, csrrs and csrrc do not write: a read-only CSR can be read by them.
	CASE
	csrrs a0, mhartid, x0
	csrrc a1, mhartid, x0
	bne a0, a1, fail
	csrrsi a1, mhartid, 0
	csrrci a1, mhartid, 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrw a0, mhartid, x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrwi a0, mhartid, 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrs a0, mhartid, a1
	// With a register that only holds 0 they do.
	li a1, 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrs a0, mhartid, a1
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrc a0, mhartid, a1
TEST_END
