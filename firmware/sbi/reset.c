// System Reset through the syscon.
#include "firmware.h"
#include "syscon.h"

#define FAILURE_CODE 1

static void sleep_forever(void) __attribute__((noreturn));
static void sleep_forever(void)
{
	csr_write(mie, 0);
	for (;;)
		wfi();
}

void system_shutdown(u64 reason)
{
	if (platform.syscon && reason == SBI_SRST_SYSTEM_FAILURE)
		syscon_fail(platform.syscon, FAILURE_CODE);
	else if (platform.syscon)
		syscon_poweroff(platform.syscon);
	sleep_forever();
}

struct sbi_ret reset_call(u64 function, const u64 *args)
{
	u32 type = args[0], reason = args[1];

	if (function != SBI_SRST_SYSTEM_RESET || !platform.syscon)
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	if (type > SBI_SRST_WARM_REBOOT || reason > SBI_SRST_SYSTEM_FAILURE)
		return (struct sbi_ret){ SBI_ERR_INVALID_PARAM, 0 };
	if (type == SBI_SRST_SHUTDOWN)
		system_shutdown(reason);
	syscon_reset(platform.syscon);
	sleep_forever();
}
