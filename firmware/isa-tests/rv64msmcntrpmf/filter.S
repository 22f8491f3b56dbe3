// Smcntrpmf: mcycle and minstret stand still in the modes that their configuration inhibits.
#include "test.h"
#include "csr_test.h"
#include "standard.h"

#define MINH (1 << 62)
#define FILTER (7 << 60)                // MINH, SINH, UINH

.macro FILTERS config, counter
	WARL \config, -1, FILTER, 3 << 58
	csrw \config, x0
	CASE
	csrr a0, \counter
	csrr a1, \counter
	beq a0, a1, fail
	SET_BITS(\config, MINH)
	csrr a0, \counter
	nop
	csrr a1, \counter
	bne a0, a1, fail
	csrw \config, x0
.endm

TEST_BEGIN
	FILTERS MCYCLECFG, mcycle
	FILTERS MINSTRETCFG, minstret
TEST_END
