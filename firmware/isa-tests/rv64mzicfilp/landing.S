// Zicfilp: where it is on, indirect calls and jumps must land on an lpad with the right label.
#include "test.h"
#include "standard.h"

#define LPE (1 << 2)
#define MLPE (1 << 10)
#define LABEL 0x12345

// Jumps in this mode to the address in `reg`, by an instruction; what it lands on comes from the macro LANDING.
.macro LANDS mode, reg, label, jump:vararg
	TRAP_BEGIN
	lla \reg, 3f
	li t2, \label << 12
	.if \mode != PRIV_M
	LOWER \mode
	.endif
	\jump
	.balign 4
3:
.endm
.macro LANDED
	ebreak
	TRAP_END CAUSE_BREAKPOINT
.endm
.macro MISSED
	ebreak
	TRAP_END SOFTWARE_CHECK
	EXPECT s10, LANDING_PAD_FAULT
	lla t0, 3b
	bne s9, t0, fail
.endm

TEST_BEGIN
.irp mode, PRIV_U, PRIV_S, PRIV_M
	CLEAR_BITS(CSR_SENVCFG, LPE)
	CLEAR_BITS(CSR_MENVCFG, LPE)
	CLEAR_BITS(MSECCFG, MLPE)
	// Off: anything goes.
	LANDS \mode, a0, 0, jr a0
	LANDED
	LANDS \mode, a0, 0, jr a0
	T lpad LABEL
	LANDED

	.if \mode == PRIV_U
	SET_BITS(CSR_SENVCFG, LPE)
	.elseif \mode == PRIV_S
	SET_BITS(CSR_MENVCFG, LPE)
	.else
	SET_BITS(MSECCFG, MLPE)
	.endif
	LANDS \mode, a0, 0, jr a0
	MISSED
	LANDS \mode, a0, 0, jalr a0
	MISSED
	LANDS \mode, a0, 0, jalr x0, 0(a0)
	lpad 0
	LANDED
	LANDS \mode, a0, LABEL, jr a0
	lpad LABEL
	LANDED
	LANDS \mode, a0, LABEL, jr a0
	lpad 0                          // matches every label
	LANDED
	LANDS \mode, a0, 0, jr a0
	lpad LABEL
	MISSED
	LANDS \mode, a0, LABEL + 1, jr a0
	lpad LABEL
	MISSED
	// Returns, and jumps through x7, are not looked at; nor are direct ones.
	LANDS \mode, ra, 0, ret
	LANDED
	LANDS \mode, t0, 0, jr t0
	LANDED
	LANDS \mode, a0, 0, j 3f
	LANDED
	// An lpad that is not expected does nothing.
	LANDS \mode, a0, 0, j 3f
	lpad LABEL
	LANDED
.endr
	CLEAR_BITS(MSECCFG, MLPE)
TEST_END
