// Cache blocks are cleaned, flushed and invalidated: what was stored and cleaned stays. The traps are in rv64mi.
#include "test.h"

TEST_BEGIN
	la a1, block + 5
	li a2, 0x8796a5b4c3d2e1f0
.macro KEEPS op
	CASE
	sd a2, -5(a1)
	cbo.clean 0(a1)
	T \op 0(a1)
	ld a0, -5(a1)
	bne a0, a2, fail
.endm
	KEEPS cbo.clean
	KEEPS cbo.flush
	KEEPS cbo.inval
TEST_END
	.balign 64
block:	.zero 64
