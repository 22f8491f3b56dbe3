// Byte and string helpers; gcc also calls the first three by itself.
#ifndef STRING_H
#define STRING_H

#include <stdbool.h>
#include "rv.h"

void *memset(void *to, int byte, u64 size);
void *memcpy(void *to, const void *from, u64 size);
void *memmove(void *to, const void *from, u64 size);
int memcmp(const void *a, const void *b, u64 size);
u64 strlen(const char *s);
bool streq(const char *a, const char *b);

#endif
