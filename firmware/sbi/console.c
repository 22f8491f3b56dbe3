// The UART: the debug console extension, the banner, and the last words of a panic.
#include "firmware.h"
#include "print.h"
#include "uart.h"

static u32 lock;

static void acquire(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		pause();
}

static void release(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

void console_putc(char c)
{
	uart_putc(platform.uart, c);
}

int console_getc(void)
{
	return uart_getc(platform.uart);
}

static u64 write_bytes(const char *from, u64 size)
{
	acquire();
	for (u64 i = 0; i < size; i++)
		console_putc(from[i]);
	release();
	return size;
}

static u64 read_bytes(char *to, u64 size)
{
	u64 count = 0;
	int c;

	acquire();
	while (count < size && (c = console_getc()) != UART_NO_INPUT)
		to[count++] = c;
	release();
	return count;
}

struct sbi_ret console_call(u64 function, const u64 *args)
{
	u64 size = args[0];
	char *bytes = (char *)args[1];

	if (function == SBI_DBCN_CONSOLE_WRITE_BYTE) {
		write_bytes((const char *)args, 1);
		return (struct sbi_ret){ SBI_SUCCESS, 0 };
	}
	if (function > SBI_DBCN_CONSOLE_WRITE_BYTE)
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	// args[2] is the address above XLEN bits: no memory there.
	if (args[2] || !memory_is_open(args[1], size))
		return (struct sbi_ret){ SBI_ERR_INVALID_PARAM, 0 };
	if (function == SBI_DBCN_CONSOLE_WRITE)
		return (struct sbi_ret){ SBI_SUCCESS, write_bytes(bytes, size) };
	return (struct sbi_ret){ SBI_SUCCESS, read_bytes(bytes, size) };
}

void panic(void)
{
	if (platform.uart)
		printf("sbi: panic: mcause 0x%lx mepc 0x%lx mtval 0x%lx\n", csr_read(mcause), csr_read(mepc),
		       csr_read(mtval));
	system_shutdown(SBI_SRST_SYSTEM_FAILURE);
}
