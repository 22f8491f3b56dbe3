// The part of the v environment that runs in U-mode: begins the test, and tells the kernel how it ended.
#include "rv.h"

	.text
	.globl user_start, pass, fail
user_start:
	li gp, 1
	li tp, 0
	j test
fail:
	slli a0, gp, 1
	ori a0, a0, 1
	ecall
pass:
	li a0, 1
	ecall

	.globl env_ecall_cause
	.set env_ecall_cause, CAUSE_ENVIRONMENT_CALL_FROM_U_MODE
