// printf over the payload's own console_putc().
#ifndef PRINT_H
#define PRINT_H

#include "rv.h"

// Prints %c %s %d %u %x %p %%, each of d u x also with l, and with a width: %8lu and %016lx are padded on
// the left, %8s on the right.
void printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Provided by each payload.
void console_putc(char c);

#endif
