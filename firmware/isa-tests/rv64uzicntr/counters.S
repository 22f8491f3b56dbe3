// cycle, time and instret: they count, and cannot be written.
#include "test.h"

#define LOOPS 10000

.macro COUNTS csr
	CASE
	T csrr a0, \csr
	li a1, LOOPS
1:	addi a1, a1, -1
	bnez a1, 1b
	csrr a2, \csr
	bgeu a0, a2, fail
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrw \csr, a0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrs \csr, a0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrci \csr, 1
	CASE
	csrrs a0, \csr, x0
	csrrsi a0, \csr, 0
	csrrc a0, \csr, x0
.endm

TEST_BEGIN
	COUNTS cycle
	COUNTS time
	COUNTS instret

	// Three instructions retire from one read to the next.
	CASE
	csrr a0, instret
	nop
	nop
	csrr a1, instret
	sub a0, a1, a0
	EXPECT a0, 3
TEST_END
