// Traps taken in the kernel. It runs with interrupts off and takes them in windows: idle(), and user mode.
#include "kernel.h"

static const char *const exception_names[] = {
	[CAUSE_INSTRUCTION_ADDRESS_MISALIGNED] = "misaligned fetch",
	[CAUSE_INSTRUCTION_ACCESS_FAULT] = "fetch access fault",
	[CAUSE_ILLEGAL_INSTRUCTION] = "illegal instruction",
	[CAUSE_BREAKPOINT] = "breakpoint",
	[CAUSE_LOAD_ADDRESS_MISALIGNED] = "misaligned load",
	[CAUSE_LOAD_ACCESS_FAULT] = "load access fault",
	[CAUSE_STORE_AMO_ADDRESS_MISALIGNED] = "misaligned store",
	[CAUSE_STORE_AMO_ACCESS_FAULT] = "store access fault",
	[CAUSE_ENVIRONMENT_CALL_FROM_U_MODE] = "environment call",
	[CAUSE_INSTRUCTION_PAGE_FAULT] = "fetch page fault",
	[CAUSE_LOAD_PAGE_FAULT] = "load page fault",
	[CAUSE_STORE_AMO_PAGE_FAULT] = "store page fault",
};
#define EXCEPTION_NAMES (sizeof(exception_names) / sizeof(exception_names[0]))

const char *cause_name(u64 cause)
{
	if (cause < EXCEPTION_NAMES && exception_names[cause])
		return exception_names[cause];
	return cause & INTERRUPT_BIT ? "interrupt" : "unknown exception";
}

bool handle_interrupt(u64 cause)
{
	switch (cause) {
	case INTERRUPT_BIT | INTERRUPT_SUPERVISOR_SOFTWARE:
		csr_clear(sip, IP_SSIP);
		__atomic_fetch_add(&self()->ipis, 1, __ATOMIC_RELEASE);
		return true;
	case INTERRUPT_BIT | INTERRUPT_SUPERVISOR_TIMER:
		timer_arm(NEVER);
		self()->ticks++;
		return true;
	case INTERRUPT_BIT | INTERRUPT_SUPERVISOR_EXTERNAL:
		plic_handle();
		return true;
	}
	return false;
}

void interrupts_window(void)
{
	csr_set(sstatus, MSTATUS_SIE);
	csr_clear(sstatus, MSTATUS_SIE);
}

void idle(u64 deadline)
{
	timer_arm(deadline);
	wfi();
	interrupts_window();
}

extern u8 probe_end[];

const struct fault *probe(u64 (*access)(u64 va, u64 value), u64 va, u64 value)
{
	struct hart *hart = self();

	hart->fault_seen = false;
	hart->fault_expected = true;
	asm volatile("" : : : "memory");
	access(va, value);
	asm volatile("" : : : "memory");
	hart->fault_expected = false;
	return hart->fault_seen ? &hart->fault : 0;
}

static void panic(const struct fault *fault)
{
	printf("\ndemo: panic: hart %lu: %s (scause 0x%lx) at pc 0x%lx, stval 0x%lx\n", hart_id(),
	       cause_name(fault->cause), fault->cause, fault->pc, fault->value);
	fail_machine();
}

void kernel_trap(void)
{
	struct fault fault = { csr_read(scause), csr_read(sepc), csr_read(stval) };
	struct hart *hart = self();

	if (handle_interrupt(fault.cause))
		return;
	if (!hart->fault_expected)
		panic(&fault);
	hart->fault = fault;
	hart->fault_seen = true;
	csr_write(sepc, probe_end);
}
