// hpmcounter3 to hpmcounter31: they are there, and cannot be written.
#include "test.h"

TEST_BEGIN
.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	CASE
	T csrr a0, hpmcounter\n
	csrr a1, hpmcounter\n
	bltu a1, a0, fail
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrw hpmcounter\n, x0
.endr
TEST_END
