// Zcmop: compressed may-be-operations change nothing.
#include "test.h"

TEST_BEGIN
.irp n, 1, 3, 5, 7, 9, 11, 13, 15
	CASE
	mv s0, x\n
	.if \n == 3
	li s0, case_number
	.endif
	TC c.mop.\n
	bne x\n, s0, fail
.endr
TEST_END
