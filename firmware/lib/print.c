#include <stdarg.h>
#include <stdbool.h>

#include "print.h"

#define MAX_DIGITS 20

struct spec {
	u32 width;
	char pad;
	bool is_long;
};

static void print_padding(u32 used, const struct spec *spec)
{
	for (; used < spec->width; used++)
		console_putc(spec->pad);
}

static void print_number(u64 n, u32 base, bool negative, const struct spec *spec)
{
	char digits[MAX_DIGITS + 1];
	u32 count = 0;

	do {
		digits[count++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	if (negative)
		digits[count++] = '-';
	print_padding(count, spec);
	while (count)
		console_putc(digits[--count]);
}

static void print_string(const char *s, const struct spec *spec)
{
	u32 used = 0;

	for (; s[used]; used++)
		console_putc(s[used]);
	print_padding(used, spec);
}

static const char *parse_spec(const char *format, struct spec *spec)
{
	*spec = (struct spec){ .pad = ' ' };
	if (*format == '0') {
		spec->pad = '0';
		format++;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		spec->width = spec->width * 10 + (*format - '0');
	if (*format == 'l') {
		spec->is_long = true;
		format++;
	}
	return format;
}

static void print_signed(i64 n, const struct spec *spec)
{
	print_number(n < 0 ? -(u64)n : (u64)n, 10, n < 0, spec);
}

void printf(const char *format, ...)
{
	struct spec spec;
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') {
			console_putc(*format);
			continue;
		}
		format = parse_spec(format + 1, &spec);
		switch (*format) {
		case 'c':
			console_putc(va_arg(args, int));
			break;
		case 's':
			print_string(va_arg(args, const char *), &spec);
			break;
		case 'd':
			print_signed(spec.is_long ? va_arg(args, i64) : va_arg(args, int), &spec);
			break;
		case 'u':
			print_number(spec.is_long ? va_arg(args, u64) : va_arg(args, u32), 10, false, &spec);
			break;
		case 'x':
			print_number(spec.is_long ? va_arg(args, u64) : va_arg(args, u32), 16, false, &spec);
			break;
		case 'p':
			print_number(va_arg(args, u64), 16, false, &spec);
			break;
		case '\0':
			va_end(args);
			return;
		default:
			console_putc(*format);
		}
	}
	va_end(args);
}
