// The supervisor timer: stimecmp where Sstc exists, else the CLINT's mtimecmp and a hand-set STIP.
#include "clint.h"
#include "firmware.h"

#define NEVER (~0UL)

void timer_init(void)
{
	write64(CLINT_MTIMECMP(platform.clint, hart_id()), NEVER);
	if (hart_has_sstc())
		csr_write(CSR_STIMECMP, NEVER);
	else
		csr_clear(mip, IP_STIP);
}

void timer_set(u64 when)
{
	if (hart_has_sstc()) {
		csr_write(CSR_STIMECMP, when);
		return;
	}
	csr_clear(mip, IP_STIP);
	write64(CLINT_MTIMECMP(platform.clint, hart_id()), when);
	csr_set(mie, IP_MTIP);
}

void timer_expired(void)
{
	csr_clear(mie, IP_MTIP);
	csr_set(mip, IP_STIP);
}

struct sbi_ret timer_call(u64 function, const u64 *args)
{
	if (function != SBI_TIME_SET_TIMER)
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	timer_set(args[0]);
	return (struct sbi_ret){ SBI_SUCCESS, 0 };
}
