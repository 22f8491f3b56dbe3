// The hart's timer: stimecmp where Sstc is on, else SBI.
#include "kernel.h"
#include "sbi.h"

#define MS_PER_SECOND 1000

static bool sstc;

void timer_init(void)
{
	sstc = !probe(probe_stimecmp, 0, 0);
}

bool timer_uses_sstc(void)
{
	return sstc;
}

void timer_arm(u64 when)
{
	if (sstc)
		csr_write(CSR_STIMECMP, when);
	else
		sbi_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, when, 0, 0, 0);
}

u64 milliseconds(u64 ms)
{
	return machine.timebase * ms / MS_PER_SECOND;
}
