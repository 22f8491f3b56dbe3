// Smmpm: pointer masking for M-mode, by mseccfg.PMM.
#include "test.h"
#include "pointer_masking.h"

TEST_BEGIN
	LOWEST CSR_MSECCFG
	POINTER_MASKING PRIV_M, CSR_MSECCFG
TEST_END
word:	.dword 0x0123456789abcdef
