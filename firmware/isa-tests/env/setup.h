// What both environments do first, in M-mode.
#ifndef SETUP_H
#define SETUP_H

#include "rv.h"

#define UNEXPECTED_TRAP 1337            // these bits of tohost tell `rvemu test` that a trap ended the test
#define MEDELEG_ALL_BUT_ECALL_S 0xb1ff
#define COUNTEREN_ALL 0xffffffff
#define CSR_SSTATEEN0 0x10c

// Writes a CSR that the machine may lack; the trap handler goes on where tp points to.
.macro TRY_WRITE csr, value
	lla tp, .Ltry\@
	li t0, \value
	csrw \csr, t0
	.balign 4
.Ltry\@:
	li tp, 0
.endm

// One hart goes on, and traps go to `handler`. Lower modes may use all of memory and every extension; A and D bits
// are set by hardware where it can.
.macro SETUP handler
	csrr t0, mhartid
	beqz t0, 1f
	j park
1:	la t0, \handler
	csrw mtvec, t0
	TRY_WRITE CSR_PMPADDR7, -1
	TRY_WRITE CSR_PMPCFG0, (PMP_NAPOT | PMP_R | PMP_W | PMP_X) << 56
	TRY_WRITE CSR_MENVCFG, MENVCFG_ADUE | MENVCFG_STCE | ENVCFG_CBZE | ENVCFG_CBCFE | (1 << ENVCFG_CBIE_SHIFT)
	TRY_WRITE CSR_SENVCFG, ENVCFG_CBZE | ENVCFG_CBCFE | (1 << ENVCFG_CBIE_SHIFT)
	TRY_WRITE CSR_MCOUNTEREN, COUNTEREN_ALL
	TRY_WRITE CSR_SCOUNTEREN, COUNTEREN_ALL
	TRY_WRITE CSR_MSTATEEN0, -1
	TRY_WRITE CSR_SSTATEEN0, -1
	TRY_WRITE CSR_SATP, 0
	li t0, MSTATUS_FS
	csrc mstatus, t0
	li t0, MSTATUS_FS_INITIAL
	csrs mstatus, t0
.endm

#endif
