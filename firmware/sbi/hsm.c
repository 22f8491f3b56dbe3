// Hart State Management. A stopped hart sleeps in M-mode until an IPI says that its state changed.
#include "firmware.h"

static struct {
	u64 state;
	u64 start_address;
	u64 opaque;
} harts[MAX_HARTS] = {
	[0 ... MAX_HARTS - 1] = { .state = SBI_HSM_STOPPED },
};

static u64 state_of(u64 hart)
{
	return __atomic_load_n(&harts[hart].state, __ATOMIC_ACQUIRE);
}

static void set_state(u64 hart, u64 state)
{
	__atomic_store_n(&harts[hart].state, state, __ATOMIC_RELEASE);
}

static bool change_state(u64 hart, u64 from, u64 to)
{
	return __atomic_compare_exchange_n(&harts[hart].state, &from, to, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

static bool hart_exists(u64 hart)
{
	return hart < MAX_HARTS && platform.harts >> hart & 1;
}

void hsm_boot(u64 hart)
{
	set_state(hart, SBI_HSM_STARTED);
}

// Whether an IPI or a fence has a meaning for it: a stopped hart fences when it starts.
bool hsm_is_interruptible(u64 hart)
{
	u64 state = state_of(hart);

	return state == SBI_HSM_STARTED || state == SBI_HSM_SUSPENDED;
}

void hsm_wait_for_start(void)
{
	u64 self = hart_id();

	csr_write(mie, IP_MSIP);
	while (state_of(self) != SBI_HSM_START_PENDING) {
		wfi();
		ipi_receive();
	}
	set_state(self, SBI_HSM_STARTED);
	hart_enter(harts[self].start_address, harts[self].opaque, PRIV_S);
}

static i64 hart_start(u64 hart, u64 address, u64 opaque)
{
	if (!hart_exists(hart))
		return SBI_ERR_INVALID_PARAM;
	if (!memory_is_open(address, sizeof(u32)))
		return SBI_ERR_INVALID_ADDRESS;
	// STOP_PENDING keeps others out while the arguments are written.
	if (!change_state(hart, SBI_HSM_STOPPED, SBI_HSM_STOP_PENDING))
		return SBI_ERR_ALREADY_AVAILABLE;
	harts[hart].start_address = address;
	harts[hart].opaque = opaque;
	set_state(hart, SBI_HSM_START_PENDING);
	ipi_send(hart, IPI_WAKE);
	return SBI_SUCCESS;
}

static i64 hart_stop(void)
{
	timer_init();
	set_state(hart_id(), SBI_HSM_STOPPED);
	hsm_wait_for_start();
}

static struct sbi_ret hart_status(u64 hart)
{
	if (!hart_exists(hart))
		return (struct sbi_ret){ SBI_ERR_INVALID_PARAM, 0 };
	return (struct sbi_ret){ SBI_SUCCESS, state_of(hart) };
}

static i64 hart_suspend(u64 type, u64 resume_address, u64 opaque)
{
	u64 self = hart_id();

	if (type != SBI_HSM_SUSPEND_RETENTIVE && type != SBI_HSM_SUSPEND_NON_RETENTIVE)
		return SBI_ERR_INVALID_PARAM;
	if (type == SBI_HSM_SUSPEND_NON_RETENTIVE && !memory_is_open(resume_address, sizeof(u32)))
		return SBI_ERR_INVALID_ADDRESS;
	set_state(self, SBI_HSM_SUSPENDED);
	wfi();
	set_state(self, SBI_HSM_STARTED);
	if (type == SBI_HSM_SUSPEND_NON_RETENTIVE)
		hart_enter(resume_address, opaque, PRIV_S);
	return SBI_SUCCESS;
}

struct sbi_ret hsm_call(u64 function, const u64 *args)
{
	switch (function) {
	case SBI_HSM_HART_START:
		return (struct sbi_ret){ hart_start(args[0], args[1], args[2]), 0 };
	case SBI_HSM_HART_STOP:
		return (struct sbi_ret){ hart_stop(), 0 };
	case SBI_HSM_HART_GET_STATUS:
		return hart_status(args[0]);
	case SBI_HSM_HART_SUSPEND:
		return (struct sbi_ret){ hart_suspend((u32)args[0], args[1], args[2]), 0 };
	}
	return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
}
