// Waits on a reservation set end at once where there is none, and at the latest some time later where there is.
#include "test.h"

TEST_BEGIN
	la a1, word
	CASE
	T wrs.nto
	T wrs.sto
	CASE
	lr.w a0, (a1)
	wrs.sto
	CASE
	lr.d a0, (a1)
	sd zero, 0(a1)
	wrs.sto
TEST_END
word:	.dword 0
