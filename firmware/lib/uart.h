// 16550A UART, polled and by interrupt. Source: PC16550D data sheet, "Registers".
#ifndef UART_H
#define UART_H

#include "rv.h"

enum {
	UART_RBR = 0, // receive buffer, when read
	UART_THR = 0, // transmit holding, when written
	UART_IER = 1,
	UART_FCR = 2,
	UART_LCR = 3,
	UART_LSR = 5,
};
#define UART_IER_RECEIVED (1 << 0)
#define UART_FCR_ENABLE (1 << 0)
#define UART_FCR_CLEAR (3 << 1)
#define UART_LCR_8N1 3
#define UART_LSR_DATA_READY (1 << 0)
#define UART_LSR_THR_EMPTY (1 << 5)

#define UART_NO_INPUT (-1)

void uart_init(u64 base);
void uart_enable_receive_interrupt(u64 base);
void uart_putc(u64 base, char c);
int uart_getc(u64 base); // a byte, or UART_NO_INPUT

#endif
