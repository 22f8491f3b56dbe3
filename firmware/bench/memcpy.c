// Copies 1 MiB blocks with eight doublewords a turn; the checksum is of the last copy.
#include "bench.h"

#define BLOCK_WORDS (1 << 17)
#define COPIES_PER_REP 512
#define UNROLL 8

static u64 source[BLOCK_WORDS], target[BLOCK_WORDS];

__attribute__((noinline)) static void copy(u64 *to, const u64 *from)
{
	for (u64 i = 0; i < BLOCK_WORDS; i += UNROLL) {
		u64 a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
		u64 e = from[i + 4], f = from[i + 5], g = from[i + 6], h = from[i + 7];

		to[i] = a, to[i + 1] = b, to[i + 2] = c, to[i + 3] = d;
		to[i + 4] = e, to[i + 5] = f, to[i + 6] = g, to[i + 7] = h;
	}
}

u64 main(void)
{
	u64 checksum = 0;

	for (u64 i = 0; i < BLOCK_WORDS; i++)
		source[i] = random64();
	for (u64 i = 0; i < REP * COPIES_PER_REP; i++) {
		source[i] += i;
		copy(target, source);
	}
	for (u64 i = 0; i < BLOCK_WORDS; i++)
		checksum = checksum * 31 + target[i];
	return checksum;
}
