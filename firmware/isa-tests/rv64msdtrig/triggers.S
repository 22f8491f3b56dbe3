// Sdtrig: triggers on the address of an instruction, a load, a store, that raise a breakpoint exception.
#include "test.h"
#include "csr_test.h"

#define MCONTROL6 (6 << 60)
#define TYPE_SHIFT 60
#define TINFO_MCONTROL6 (1 << 6)
#define LOAD_BIT 1
#define STORE_BIT 2
#define EXECUTE 4
#define IN_U 8
#define IN_S 0x10
#define IN_M 0x40
#define NAPOT (1 << 7)
#define GE (2 << 7)
#define LT (3 << 7)
#define CHAIN (1 << 11)

.macro TRIGGER n, control
	csrwi CSR_TSELECT, \n
	csrwi CSR_TDATA1, 0
	csrw CSR_TDATA2, s1
	li t0, MCONTROL6 | \control
	csrw CSR_TDATA1, t0
.endm
.macro OFF n
	csrwi CSR_TSELECT, \n
	csrwi CSR_TDATA1, 0
.endm
// The instruction traps as a breakpoint at the address in reg.
.macro FIRES mode, reg, insn:vararg
	TRAPS \mode, CAUSE_BREAKPOINT, \insn
	beqz s10, 1f
	bne s10, \reg, fail
1:
.endm

TEST_BEGIN
	LOWEST CSR_TSELECT
	LOWEST CSR_TDATA1
	LOWEST CSR_TDATA2
	LOWEST CSR_TINFO
	CASE
	csrwi CSR_TSELECT, 0
	csrr a0, CSR_TSELECT
	bnez a0, fail
	csrr a0, CSR_TINFO
	andi a0, a0, TINFO_MCONTROL6
	beqz a0, fail
	// tselect never holds a trigger that is not there.
	CASE
	li t0, -1
	csrw CSR_TSELECT, t0
	csrr a0, CSR_TSELECT
	beq a0, t0, fail
	la s0, words
	mv s1, s0
	TRIGGER 0, LOAD_BIT | IN_S | IN_U
	CASE
	csrr a0, CSR_TDATA1
	srli a0, a0, TYPE_SHIFT
	EXPECT a0, MCONTROL6 >> TYPE_SHIFT & 15
	csrr a0, CSR_TDATA2
	bne a0, s1, fail

	// Loads, in the modes that are named, at the address.
	FIRES PRIV_U, s0, ld a0, 0(s0)
	FIRES PRIV_S, s0, ld a0, 0(s0)
	FIRES PRIV_S, s0, lw a0, 0(s0)
	FIRES PRIV_S, s0, lr.d a0, (s0)
	RUNS PRIV_M, ld a0, 0(s0)
	RUNS PRIV_S, ld a0, 8(s0)
	RUNS PRIV_S, sd x0, 0(s0)
	TRIGGER 0, LOAD_BIT | IN_U
	RUNS PRIV_S, ld a0, 0(s0)
	FIRES PRIV_U, s0, ld a0, 0(s0)

	// Stores: nothing is stored.
	li a1, 1
	sd x0, 0(s0)
	TRIGGER 0, STORE_BIT | IN_S
	FIRES PRIV_S, s0, sd a1, 0(s0)
	ld a0, 0(s0)
	bnez a0, fail
	RUNS PRIV_S, ld a0, 0(s0)
	RUNS PRIV_U, sd x0, 0(s0)
	TRIGGER 0, LOAD_BIT | STORE_BIT | IN_S
	FIRES PRIV_S, s0, amoadd.d a0, a1, (s0)
	ld a0, 0(s0)
	bnez a0, fail

	// Instructions.
	CASE
	lla s1, 2f
	TRIGGER 0, EXECUTE | IN_S
	li s7, 0
	lla tp, 1f
	li a0, 0
	LOWER PRIV_S
	addi a0, a0, 1
	.balign 4
2:	addi a0, a0, 2
	ebreak
	.balign 4
1:	EXPECT s8, CAUSE_BREAKPOINT
	bne s9, s1, fail
	EXPECT a0, 1
	OFF 0

	// A range by NAPOT, and by two triggers that are chained; at or above, below.
	addi s1, s0, 16 + 3             // 8 bytes from words + 16 on
	TRIGGER 0, LOAD_BIT | IN_S | NAPOT
	RUNS PRIV_S, lb a0, 15(s0)
	addi s2, s0, 16
	FIRES PRIV_S, s2, lb a0, 16(s0)
	addi s2, s0, 23
	FIRES PRIV_S, s2, lb a0, 23(s0)
	RUNS PRIV_S, lb a0, 24(s0)
	addi s1, s0, 16
	TRIGGER 0, LOAD_BIT | IN_S | GE
	RUNS PRIV_S, lb a0, 15(s0)
	FIRES PRIV_S, s1, lb a0, 16(s0)
	TRIGGER 0, LOAD_BIT | IN_S | LT
	RUNS PRIV_S, lb a0, 16(s0)
	addi s2, s0, 15
	FIRES PRIV_S, s2, lb a0, 15(s0)
	csrwi CSR_TSELECT, 1
	csrr a0, CSR_TSELECT
	addi a0, a0, -1
	bnez a0, 1f                     // there may be one trigger only
	addi s1, s0, 32
	TRIGGER 1, LOAD_BIT | IN_S | LT
	addi s1, s0, 16
	TRIGGER 0, LOAD_BIT | IN_S | GE | CHAIN
	RUNS PRIV_S, lb a0, 15(s0)
	FIRES PRIV_S, s1, lb a0, 16(s0)
	RUNS PRIV_S, lb a0, 32(s0)
	OFF 1
1:	OFF 0
	RUNS PRIV_S, lb a0, 16(s0)
TEST_END
	.balign 64
words:	.zero 64
