// Load-reserved and store-conditional on one hart.
#include "test.h"

TEST_BEGIN
	la s0, first
	li s1, 42

	// A store-conditional without a reservation fails and stores nothing.
	T lr.d t0, (s0)
	T sc.d t0, zero, (s0)
	sd zero, 0(s0)
	T sc.d t0, s1, (s0)
	snez t0, t0
	CHECK t0, 1
	ld t1, 0(s0)
	CHECK t1, 0

	// A pair succeeds.
	T lr.d t0, (s0)
	CHECK t0, 0
	T sc.d t0, s1, (s0)
	CHECK t0, 0
	ld t1, 0(s0)
	CHECK t1, 42

	// The store-conditional used the reservation up.
	T sc.d t0, zero, (s0)
	snez t0, t0
	CHECK t0, 1

	// A reservation is for its own address; the failed attempt ends it too.
	addi s2, s0, 1024
	T lr.d t0, (s0)
	T sc.d t0, s1, (s2)
	snez t0, t0
	CHECK t0, 1
	T sc.d t0, s1, (s0)
	snez t0, t0
	CHECK t0, 1

	// lr.w sign-extends.
	li t0, 0x80000000
	sd t0, 0(s0)
	T lr.w t1, (s0)
	CHECK t1, -0x80000000
	T sc.w t0, zero, (s0)
	CHECK t0, 0

	// A loop of 1000 increments.
	sd zero, 0(s0)
	li s3, 1000
again:
	T lr.d t0, (s0)
	addi t0, t0, 1
	T sc.d t1, t0, (s0)
	bnez t1, again
	addi s3, s3, -1
	bnez s3, again
	ld t0, 0(s0)
	CHECK t0, 1000

	// Misaligned ones always trap: as misaligned, or where the address is otherwise good, as an access fault.
	addi s4, s0, 4
	FAULTS_EITHER CAUSE_LOAD_ADDRESS_MISALIGNED, CAUSE_LOAD_ACCESS_FAULT, lr.d t0, (s4)
	TVAL_IS s4
	FAULTS_EITHER CAUSE_STORE_AMO_ADDRESS_MISALIGNED, CAUSE_STORE_AMO_ACCESS_FAULT, sc.d t0, t0, (s4)
	TVAL_IS s4
	addi s4, s0, 2
	FAULTS_EITHER CAUSE_LOAD_ADDRESS_MISALIGNED, CAUSE_LOAD_ACCESS_FAULT, lr.w t0, (s4)
	TVAL_IS s4
	FAULTS_EITHER CAUSE_STORE_AMO_ADDRESS_MISALIGNED, CAUSE_STORE_AMO_ACCESS_FAULT, sc.w t0, t0, (s4)
	TVAL_IS s4
TEST_END
	.balign 64
first:	.dword 0
	.zero 2048
