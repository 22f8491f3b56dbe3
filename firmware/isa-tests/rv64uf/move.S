// Loads, stores and moves of single-precision numbers, and the CSRs.
#include "test.h"

TEST_BEGIN
.macro FMV bits, result
	CASE
	li a1, \bits
	T fmv.w.x fa0, a1
	T fmv.x.w a0, fa0
	EXPECT a0, \result
.endm
	FMV 0, 0
	FMV 0x3f800000, 0x3f800000
	FMV 0xffffffff80000000, -0x80000000
	FMV 0x123456787f800001, 0x7f800001
	FMV 0x12345678ff800001, -0x7fffff

	CASE
	la a1, numbers
	T flw fa0, 4(a1)
	fmv.x.w a0, fa0
	EXPECT a0, 0x7fa00001
	flw fa0, 0(a1)
	T fsw fa0, 8(a1)
	lw a0, 8(a1)
	EXPECT a0, -0x3f800000
	lw a0, 12(a1)
	bnez a0, fail

	// fflags and frm are parts of fcsr; the rest of it is 0.
	CASE
	li a1, -1
	T csrw fcsr, a1
	csrr a0, fcsr
	EXPECT a0, 0xff
	T csrw fflags, x0
	csrr a0, fcsr
	EXPECT a0, 0xe0
	T csrw frm, a1
	csrr a0, frm
	EXPECT a0, 7
	csrwi frm, 2
	csrsi fflags, 5
	csrr a0, fcsr
	EXPECT a0, 0x45
	csrr a0, fflags
	EXPECT a0, 5
	csrw fflags, a1
	csrr a0, fflags
	EXPECT a0, 0x1f
	csrr a0, frm
	EXPECT a0, 2

	// Flags stay until they are cleared: 1 / 0, then 1 / 3 between two operations that raise none.
	CASE
	csrwi fcsr, 0
	li a1, 1
	li a2, 3
	fcvt.s.w fa1, a1
	fcvt.s.w fa2, a2
	fcvt.s.w fa3, x0
	fdiv.s fa0, fa1, fa3
	fadd.s fa0, fa1, fa2
	FLAGS_ARE DZ
	fdiv.s fa0, fa1, fa2
	fadd.s fa0, fa1, fa2
	FLAGS_ARE DZ | NX

	// A reserved rounding mode, static or in frm, is illegal, though not for what does not round.
.irp mode, 5, 6, 7
	csrwi frm, \mode
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, fadd.s fa0, fa0, fa0, dyn
	CASE
	fadd.s fa0, fa0, fa0, rne
	fsgnj.s fa0, fa0, fa0
.endr
	csrwi frm, 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .word 0x00a57553 & ~(7 << 12) | 5 << 12
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, .word 0x00a57553 & ~(7 << 12) | 6 << 12
TEST_END
numbers: .word 0xc0800000, 0x7fa00001, 0, 0
