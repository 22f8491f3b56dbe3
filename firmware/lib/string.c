#include "string.h"

void *memset(void *to, int byte, u64 size)
{
	u8 *p = to;

	while (size--)
		*p++ = byte;
	return to;
}

static void *copy_up(u8 *to, const u8 *from, u64 size)
{
	u8 *start = to;

	for (; ((u64)to | (u64)from | size) % 8 == 0 && size; size -= 8, to += 8, from += 8)
		*(u64 *)to = *(const u64 *)from;
	while (size--)
		*to++ = *from++;
	return start;
}

void *memcpy(void *to, const void *from, u64 size)
{
	return copy_up(to, from, size);
}

void *memmove(void *to, const void *from, u64 size)
{
	u8 *p = to;
	const u8 *q = from;

	if (p <= q)
		return copy_up(p, q, size);
	while (size--)
		p[size] = q[size];
	return to;
}

int memcmp(const void *a, const void *b, u64 size)
{
	const u8 *p = a, *q = b;

	for (; size; size--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

u64 strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

bool streq(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}
