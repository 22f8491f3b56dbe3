// Prints the checksum on the UART and powers the machine off; a trap ends it with a failure code.
#include "bench.h"
#include "print.h"
#include "syscon.h"
#include "uart.h"
#include "virt.h"

#define FAILURE_CODE 1

// Source: Marsaglia, "Xorshift RNGs".
u64 random64(void)
{
	static u64 state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

void console_putc(char c)
{
	uart_putc(VIRT_UART, c);
}

void report(u64 checksum)
{
	printf("%s-%u: checksum %016lx\n", BENCH_NAME, REP, checksum);
	syscon_poweroff(VIRT_SYSCON);
}

void trap_seen(void)
{
	printf("%s-%u: trap: mcause 0x%lx mepc 0x%lx\n", BENCH_NAME, REP, csr_read(mcause), csr_read(mepc));
	syscon_fail(VIRT_SYSCON, FAILURE_CODE);
}
