// Calls to the SBI firmware.
#include "kernel.h"
#include "sbi.h"
#include "syscon.h"

#define FAILURE_CODE 1

struct sbi_ret sbi_call(u64 extension, u64 function, u64 arg0, u64 arg1, u64 arg2, u64 arg3)
{
	register u64 a0 asm("a0") = arg0;
	register u64 a1 asm("a1") = arg1;
	register u64 a2 asm("a2") = arg2;
	register u64 a3 asm("a3") = arg3;
	register u64 a4 asm("a4") = 0;
	register u64 a6 asm("a6") = function;
	register u64 a7 asm("a7") = extension;

	asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
	return (struct sbi_ret){ a0, a1 };
}

void sbi_reset(u32 type)
{
	console_flush();
	sbi_call(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, type, SBI_SRST_NO_REASON, 0, 0);
	for (;;)
		wfi();
}

// SRST has no exit code, so this goes to the syscon itself.
void fail_machine(void)
{
	console_flush();
	if (machine.syscon)
		syscon_fail(machine.syscon, FAILURE_CODE);
	for (;;)
		wfi();
}
