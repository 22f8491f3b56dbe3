// Sscofpmf: overflow bits, their summary for S-mode, and the local interrupt. What is counted is up to the machine.
#include "test.h"
#include "csr_test.h"
#include "standard.h"

#define OVERFLOWED (1 << 63)
#define FILTER (7 << 60)                // MINH, SINH, UINH
#define LCOFI 13
#define WAIT_LOOPS 1000

// U-mode is interrupted, and the trap is taken in this mode.
.macro INTERRUPTED mode
	CASE
	li s7, 0
	lla tp, .Lresume\@
	li s11, WAIT_LOOPS
	LOWER PRIV_U
.Lwait\@:
	addi s11, s11, -1
	bnez s11, .Lwait\@
	ebreak
	.balign 4
.Lresume\@:
	EXPECT s8, INTERRUPT_BIT | LCOFI
	TAKEN_IN \mode
.endm

TEST_BEGIN
	li s0, OVERFLOWED
	li s1, -1
	csrw mcounteren, s1
.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	CASE
	li t0, OVERFLOWED | FILTER
	csrw CSR_MCOUNTINHIBIT+\n, t0
	csrr a0, CSR_MCOUNTINHIBIT+\n
	bne a0, t0, 1f                  // the counter may be hardwired to 0
	T csrr a0, SCOUNTOVF
	EXPECT a0, 1 << \n
	// mcounteren hides it from lower modes.
	RUNS PRIV_S, csrr a0, SCOUNTOVF
	EXPECT a0, 1 << \n
	li t0, 1 << \n
	csrc mcounteren, t0
	RUNS PRIV_S, csrr a0, SCOUNTOVF
	bnez a0, fail
	csrw mcounteren, s1
	csrw CSR_MCOUNTINHIBIT+\n, x0
	csrr a0, SCOUNTOVF
	bnez a0, fail
1:
.endr
	READ_ONLY SCOUNTOVF

	// The interrupt: pending by a write of mip, delegated or not.
	li s2, 1 << LCOFI
	csrw mie, s2
	csrwi mideleg, 0
	csrs mip, s2
	INTERRUPTED PRIV_M
	csrw mideleg, s2
	INTERRUPTED PRIV_S
	CASE
	csrr a0, sip
	and a0, a0, s2
	beqz a0, fail
	csrc sip, s2                    // S-mode clears it
	csrr a0, mip
	and a0, a0, s2
	bnez a0, fail
TEST_END
