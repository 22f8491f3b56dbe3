// Copies 32 MiB to 32 MiB with eight doublewords a turn; the checksum is of part of the last copy.
#include "bench.h"

#define BLOCK_WORDS (1 << 22)
#define SAMPLE_WORDS (1 << 16)
#define SAMPLE_STRIDE (BLOCK_WORDS / SAMPLE_WORDS + 1)
#define UNROLL 8

static SCRATCH u64 source[BLOCK_WORDS], target[BLOCK_WORDS];

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
		source[i] = random64(), target[i] = 0;
	for (u64 i = 0; i < reps; i++) {
		source[i % BLOCK_WORDS] += i;
		copy(target, source);
	}
	for (u64 i = 0; i < BLOCK_WORDS; i += SAMPLE_STRIDE)
		checksum = checksum * 31 + target[i];
	return checksum;
}
