// Interrupts: sources, enables, delegation, priorities, vectors. The external ones come from mip alone.
#include "test.h"

#define CLINT_MTIMECMP 0x4000
#define CLINT_MTIME 0xbff8
#define WAIT_LOOPS 20000
#define IP_S (IP_SSIP | IP_STIP | IP_SEIP)

// Waits in this mode until the interrupt is taken.
.macro TAKES mode, cause
	CASE
	li s7, 0
	lla tp, .Lresume\@
	li s11, WAIT_LOOPS
	.if \mode == PRIV_M
	csrsi mstatus, MSTATUS_MIE
	.else
	LOWER \mode
	.endif
.Lwait\@:
	addi s11, s11, -1
	bnez s11, .Lwait\@
	ebreak
	.balign 4
.Lresume\@:
	csrci mstatus, MSTATUS_MIE
	EXPECT s8, INTERRUPT_BIT | \cause
.endm
// In this mode nothing is taken, for a while.
.macro TAKES_NONE mode
	CASE
	li s7, 0
	lla tp, .Lresume\@
	li s11, 200
	.if \mode != PRIV_M
	LOWER \mode
	.endif
.Lwait\@:
	addi s11, s11, -1
	bnez s11, .Lwait\@
	ebreak
	.balign 4
.Lresume\@:
	EXPECT s8, CAUSE_BREAKPOINT
.endm
.macro PENDING bit, is
	csrr a0, mip
	li a1, 1 << (\bit)
	and a0, a0, a1
	.if \is
	beqz a0, fail
	.else
	bnez a0, fail
	.endif
.endm

TEST_BEGIN
	li s0, VIRT_CLINT
	li s1, VIRT_CLINT + CLINT_MTIMECMP
	li s2, VIRT_CLINT + CLINT_MTIME
	li s3, -1
	sd s3, 0(s1)
	sw x0, 0(s0)
	csrwi mie, 0
	csrwi mideleg, 0
	csrwi mip, 0
	csrw CSR_STIMECMP, s3

	// Machine software interrupt, by the CLINT's msip.
	CASE
	PENDING INTERRUPT_MACHINE_SOFTWARE, 0
	li t0, 1
	sw t0, 0(s0)
	fence
1:	csrr a0, mip
	andi a0, a0, IP_MSIP
	beqz a0, 1b
	TAKES_NONE PRIV_M               // mie says no
	csrsi mie, IP_MSIP
	TAKES_NONE PRIV_M               // mstatus.MIE says no
	TAKES PRIV_M, INTERRUPT_MACHINE_SOFTWARE
	// Lower modes are interrupted whatever MIE says.
	TAKES PRIV_S, INTERRUPT_MACHINE_SOFTWARE
	TAKEN_IN PRIV_M
	TAKES PRIV_U, INTERRUPT_MACHINE_SOFTWARE
	TAKEN_IN PRIV_M
	CASE
	csrw mip, x0                    // not writable here
	PENDING INTERRUPT_MACHINE_SOFTWARE, 1
	sw x0, 0(s0)
	fence
1:	csrr a0, mip
	andi a0, a0, IP_MSIP
	bnez a0, 1b

	// Machine timer interrupt: pending while mtime >= mtimecmp.
	CASE
	PENDING INTERRUPT_MACHINE_TIMER, 0
	ld t0, 0(s2)
	addi t0, t0, 100
	sd t0, 0(s1)
	csrwi mie, 0
	li t1, IP_MTIP
	csrs mie, t1
	wfi
	TAKES PRIV_M, INTERRUPT_MACHINE_TIMER
	ld t1, 0(s2)
	ld t0, 0(s1)
	bltu t1, t0, fail
	TAKES PRIV_U, INTERRUPT_MACHINE_TIMER
	CASE
	sd s3, 0(s1)
	fence
1:	csrr a0, mip
	andi a0, a0, IP_MTIP
	bnez a0, 1b
	csrwi mie, 0

	// Supervisor interrupts by mip: in M-mode where they are not delegated, in S-mode where they are; from M-mode not at
	// all then.
.irp cause, INTERRUPT_SUPERVISOR_SOFTWARE, INTERRUPT_SUPERVISOR_EXTERNAL
	li s4, 1 << \cause
	csrw mie, s4
	csrs mip, s4
	csrwi mideleg, 0
	TAKES PRIV_M, \cause
	TAKEN_IN PRIV_M
	TAKES PRIV_S, \cause
	TAKEN_IN PRIV_M
	TAKES PRIV_U, \cause
	TAKEN_IN PRIV_M
	csrw mideleg, s4
	csrsi mstatus, MSTATUS_MIE
	TAKES_NONE PRIV_M
	csrci mstatus, MSTATUS_MIE
	csrci mstatus, MSTATUS_SIE
	TAKES_NONE PRIV_S               // sstatus.SIE says no
	TAKES PRIV_U, \cause            // which does not count in U-mode
	TAKEN_IN PRIV_S
	csrsi mstatus, MSTATUS_SIE
	TAKES PRIV_S, \cause
	TAKEN_IN PRIV_S
	csrci mstatus, MSTATUS_SIE
	csrc mip, s4
	csrwi mie, 0
.endr

	// Supervisor timer by stimecmp.
	CASE
	li s4, IP_STIP
	csrw mideleg, s4
	csrw mie, s4
	PENDING INTERRUPT_SUPERVISOR_TIMER, 0
	csrr t0, time
	addi t0, t0, 100
	csrw CSR_STIMECMP, t0
	wfi
	csrsi mstatus, MSTATUS_SIE
	TAKES PRIV_S, INTERRUPT_SUPERVISOR_TIMER
	TAKEN_IN PRIV_S
	csrci mstatus, MSTATUS_SIE
	CASE
	PENDING INTERRUPT_SUPERVISOR_TIMER, 1
	csrc mip, s4                    // read-only while STCE is set
	PENDING INTERRUPT_SUPERVISOR_TIMER, 1
	csrw CSR_STIMECMP, s3
	PENDING INTERRUPT_SUPERVISOR_TIMER, 0
	csrs mip, s4
	PENDING INTERRUPT_SUPERVISOR_TIMER, 0
	// Without STCE, mip.STIP is what M-mode writes.
	CASE
	li t0, MENVCFG_STCE
	csrc CSR_MENVCFG, t0
	csrs mip, s4
	PENDING INTERRUPT_SUPERVISOR_TIMER, 1
	csrwi mideleg, 0
	TAKES PRIV_M, INTERRUPT_SUPERVISOR_TIMER
	csrc mip, s4
	PENDING INTERRUPT_SUPERVISOR_TIMER, 0
	csrwi mie, 0

	// Priorities: MSI, MTI, SEI, SSI, STI, all at once in M-mode.
	csrwi mideleg, 0
	li t0, IP_S
	csrs mip, t0
	li t0, 1
	sw t0, 0(s0)
	sd x0, 0(s1)
	fence
1:	csrr a0, mip
	li a1, IP_MSIP | IP_MTIP
	and a0, a0, a1
	bne a0, a1, 1b
	li t0, IP_S | IP_MSIP | IP_MTIP
	csrw mie, t0
.irp cause, INTERRUPT_MACHINE_SOFTWARE, INTERRUPT_MACHINE_TIMER, INTERRUPT_SUPERVISOR_EXTERNAL, INTERRUPT_SUPERVISOR_SOFTWARE, INTERRUPT_SUPERVISOR_TIMER
	TAKES PRIV_M, \cause
	li t0, 1 << (\cause)
	csrc mie, t0
.endr
	TAKES_NONE PRIV_U
	// M-mode's come before those that are delegated.
	li t0, IP_S
	csrw mideleg, t0
	li t0, IP_S | IP_MTIP
	csrw mie, t0
	TAKES PRIV_U, INTERRUPT_MACHINE_TIMER
	li t0, IP_MTIP
	csrc mie, t0
.irp cause, INTERRUPT_SUPERVISOR_EXTERNAL, INTERRUPT_SUPERVISOR_SOFTWARE, INTERRUPT_SUPERVISOR_TIMER
	TAKES PRIV_U, \cause
	TAKEN_IN PRIV_S
	li t0, 1 << (\cause)
	csrc mie, t0
.endr

	// A vectored mtvec: interrupts go to base + 4 * cause.
	CASE
	csrwi mideleg, 0
	lla t0, vectors + 1
	csrw mtvec, t0
	li a5, 0
	csrwi mie, IP_MSIP
	TAKES PRIV_M, INTERRUPT_MACHINE_SOFTWARE
	EXPECT a5, INTERRUPT_MACHINE_SOFTWARE
	li t0, IP_SEIP
	csrw mie, t0
	TAKES PRIV_U, INTERRUPT_SUPERVISOR_EXTERNAL
	EXPECT a5, INTERRUPT_SUPERVISOR_EXTERNAL
	lla t0, m_trap
	csrw mtvec, t0

	// wfi ends by an interrupt that is enabled in mie, without being taken while MIE is off.
	CASE
	csrwi mie, IP_MSIP
	T wfi
	csrwi mie, 0
	sw x0, 0(s0)
	sd s3, 0(s1)
	j pass

	.balign 256
vectors:
.irp cause, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	j vector\cause
.endr
.irp cause, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
vector\cause:
	li a5, \cause
	j m_trap
.endr
TEST_END
