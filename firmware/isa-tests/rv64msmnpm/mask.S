// Smnpm: pointer masking for S-mode, by menvcfg.PMM.
#include "test.h"
#include "pointer_masking.h"

TEST_BEGIN
	POINTER_MASKING PRIV_S, CSR_MENVCFG
TEST_END
word:	.dword 0x0123456789abcdef
