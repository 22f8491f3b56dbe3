// Interrupts between harts, through the CLINT's msip registers.
#include "clint.h"
#include "firmware.h"

static u64 pending[MAX_HARTS]; // IPI_* bits not yet seen by each hart

void ipi_send(u64 hart, u64 what)
{
	__atomic_fetch_or(&pending[hart], what, __ATOMIC_RELEASE);
	fence_io();
	write32(CLINT_MSIP(platform.clint, hart), 1);
}

void ipi_receive(void)
{
	u64 self = hart_id(), what;

	write32(CLINT_MSIP(platform.clint, self), 0);
	fence_io();
	what = __atomic_exchange_n(&pending[self], 0, __ATOMIC_ACQ_REL);
	if (what & IPI_SOFT)
		csr_set(mip, IP_SSIP);
	if (what & IPI_FENCE)
		rfence_serve();
}

bool hart_mask(u64 mask, u64 base, u64 *harts)
{
	*harts = platform.harts;
	if (base == SBI_ALL_HARTS)
		return true;
	if (base >= MAX_HARTS)
		return false;
	*harts = mask << base;
	return *harts >> base == mask && !(*harts & ~platform.harts);
}

void ipi_send_soft(u64 harts)
{
	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		if (harts >> hart & 1 && hsm_is_interruptible(hart))
			ipi_send(hart, IPI_SOFT);
}

struct sbi_ret ipi_call(u64 function, const u64 *args)
{
	u64 harts;

	if (function != SBI_IPI_SEND_IPI)
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	if (!hart_mask(args[0], args[1], &harts))
		return (struct sbi_ret){ SBI_ERR_INVALID_PARAM, 0 };
	ipi_send_soft(harts);
	return (struct sbi_ret){ SBI_SUCCESS, 0 };
}
