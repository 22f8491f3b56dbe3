// Prefetches change nothing, and never trap.
#include "test.h"

TEST_BEGIN
	la a1, word
	li a2, -1
.irp op, prefetch.i, prefetch.r, prefetch.w
	CASE
	T \op 0(a1)
	T \op 0-2048(a1)
	T \op 2016(a1)
	\op 0(x0)
	\op 0(a2)
	ld a0, 0(a1)
	EXPECT a0, 0x0123456789abcdef
.endr
TEST_END
word:	.dword 0x0123456789abcdef
