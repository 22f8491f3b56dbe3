// The console: output by lines, so that those of different harts do not mix; input by interrupt.
#include "kernel.h"
#include "uart.h"

#define KEYS 256

static struct lock lock;
static char keys[KEYS];
static u32 keys_in, keys_out;

void console_init(void)
{
	uart_init(machine.uart);
	uart_enable_receive_interrupt(machine.uart);
	plic_enable(machine.uart_irq);
}

void console_flush(void)
{
	struct hart *hart = self();

	acquire(&lock);
	for (u32 i = 0; i < hart->line_used; i++) {
		if (hart->line[i] == '\n')
			uart_putc(machine.uart, '\r');
		uart_putc(machine.uart, hart->line[i]);
	}
	release(&lock);
	hart->line_used = 0;
}

void console_putc(char c)
{
	struct hart *hart = self();

	hart->line[hart->line_used++] = c;
	if (c == '\n' || hart->line_used == LINE_MAX)
		console_flush();
}

// Keys that nobody has read are dropped when the ring is full.
void console_interrupt(void)
{
	int c;

	while ((c = uart_getc(machine.uart)) != UART_NO_INPUT)
		if (keys_in - keys_out < KEYS)
			keys[keys_in++ % KEYS] = c;
}

int console_getc(u64 deadline)
{
	console_flush();
	while (keys_in == keys_out) {
		if (time() >= deadline)
			return NO_KEY;
		if (!task_step())
			idle(deadline);
	}
	return (u8)keys[keys_out++ % KEYS];
}
