// Misaligned loads and stores within a page and across two, done by the hart as in Zicclsm.
#include "test.h"

TEST_BEGIN
	la s0, page_end - 8

	// The 16 bytes around the page's end hold their own offset + 1: every width at every offset.
	li t0, 0x0807060504030201
	sd t0, 0(s0)
	li t0, 0x100f0e0d0c0b0a09
	sd t0, 8(s0)

.macro LOADS offset
	ld t0, \offset(s0)
	CHECK t0, (0x0807060504030201 + \offset * 0x0101010101010101)
	lw t0, \offset(s0)
	CHECK t0, (0x04030201 + \offset * 0x01010101)
	lhu t0, \offset(s0)
	CHECK t0, (0x0201 + \offset * 0x0101)
.endm
	LOADS 1
	LOADS 2
	LOADS 3
	LOADS 4
	LOADS 5
	LOADS 6
	LOADS 7

	// A store across the pages changes its own bytes only.
	li t0, -1
	sd t0, 3(s0)
	ld t1, 0(s0)
	CHECK t1, 0xffffffffff030201
	ld t1, 8(s0)
	CHECK t1, 0x100f0e0d0cffffff
	li t0, 0x12345678
	sw t0, 6(s0)
	lwu t1, 6(s0)
	CHECK t1, 0x12345678
	lbu t1, 5(s0)
	CHECK t1, 0xff
	lbu t1, 10(s0)
	CHECK t1, 0xff

	// Sign extension.
	li t0, 0x8000
	sh t0, 7(s0)
	lh t1, 7(s0)
	CHECK t1, -0x8000
TEST_END
	.balign 4096
	.zero 4096
page_end:
	.zero 4096
