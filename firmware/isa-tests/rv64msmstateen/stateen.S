// Smstateen and Ssstateen: which state M-mode lets lower modes use.
#include "test.h"
#include "csr_test.h"
#include "standard.h"

#define SE (1 << 63)
#define ENVCFG (1 << 62)

TEST_BEGIN
.irp n, 0, 1, 2, 3
	// Every bit but SE may be hardwired, by what there is to control.
	WARL MSTATEEN0+\n, -1, SE, ~SE
	csrw MSTATEEN0+\n, x0
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, SSTATEEN0+\n
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, SSTATEEN0+\n
	RUNS PRIV_M, csrr a0, SSTATEEN0+\n
	SET_BITS(MSTATEEN0+\n, SE)
	LOWEST SSTATEEN0+\n
	RUNS PRIV_S, csrw SSTATEEN0+\n, x0
.endr
	// senvcfg belongs to S-mode while the bit is set.
	CLEAR_BITS(MSTATEEN0, ENVCFG)
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, senvcfg
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrw senvcfg, x0
	RUNS PRIV_M, csrr a0, senvcfg
	SET_BITS(MSTATEEN0, ENVCFG)
	RUNS PRIV_S, csrr a0, senvcfg
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrr a0, senvcfg
TEST_END
