// Ssnpm: pointer masking for U-mode, by senvcfg.PMM.
#include "test.h"
#include "pointer_masking.h"

TEST_BEGIN
	POINTER_MASKING PRIV_U, CSR_SENVCFG
TEST_END
word:	.dword 0x0123456789abcdef
