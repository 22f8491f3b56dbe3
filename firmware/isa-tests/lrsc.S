// Load-reserved and store-conditional on one hart.
#include "test.h"

TEST_BEGIN
	la s0, first
	li s1, 42

	// A store-conditional without a reservation fails and stores nothing.
	lr.d t0, (s0)
	sc.d t0, zero, (s0)
	sd zero, 0(s0)
	sc.d t0, s1, (s0)
	snez t0, t0
	CHECK 2, t0, 1
	ld t1, 0(s0)
	CHECK 3, t1, 0

	// A pair succeeds.
	lr.d t0, (s0)
	CHECK 4, t0, 0
	sc.d t0, s1, (s0)
	CHECK 5, t0, 0
	ld t1, 0(s0)
	CHECK 6, t1, 42

	// The store-conditional used the reservation up.
	sc.d t0, zero, (s0)
	snez t0, t0
	CHECK 7, t0, 1

	// A reservation is for its own address; the failed attempt ends it too.
	addi s2, s0, 1024
	lr.d t0, (s0)
	sc.d t0, s1, (s2)
	snez t0, t0
	CHECK 8, t0, 1
	sc.d t0, s1, (s0)
	snez t0, t0
	CHECK 9, t0, 1

	// lr.w sign-extends.
	li t0, 0x80000000
	sd t0, 0(s0)
	lr.w t1, (s0)
	CHECK 10, t1, -0x80000000
	sc.w t0, zero, (s0)
	CHECK 11, t0, 0

	// A loop of 1000 increments.
	sd zero, 0(s0)
	li s3, 1000
again:
	lr.d t0, (s0)
	addi t0, t0, 1
	sc.d t1, t0, (s0)
	bnez t1, again
	addi s3, s3, -1
	bnez s3, again
	ld t0, 0(s0)
	CHECK 12, t0, 1000

	// Misaligned ones always trap.
	addi s4, s0, 4
	TRAP_BEGIN 13
	lr.d t0, (s4)
	TRAP_END CAUSE_LOAD_ADDRESS_MISALIGNED
	CHECK_TVAL s4
TEST_END
	.balign 64
first:	.dword 0
	.zero 2048
