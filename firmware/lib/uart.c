#include "uart.h"

void uart_init(u64 base)
{
	write8(base + UART_IER, 0);
	write8(base + UART_LCR, UART_LCR_8N1);
	write8(base + UART_FCR, UART_FCR_ENABLE);
}

void uart_enable_receive_interrupt(u64 base)
{
	write8(base + UART_IER, UART_IER_RECEIVED);
}

void uart_putc(u64 base, char c)
{
	while (!(read8(base + UART_LSR) & UART_LSR_THR_EMPTY))
		pause();
	write8(base + UART_THR, c);
}

int uart_getc(u64 base)
{
	if (!(read8(base + UART_LSR) & UART_LSR_DATA_READY))
		return UART_NO_INPUT;
	return read8(base + UART_RBR);
}
