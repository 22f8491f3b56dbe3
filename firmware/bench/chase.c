// Follows pointers through 64 MiB in random order: one cycle over all cache lines.
#include "bench.h"

#define LINE_WORDS 8
#define LINES (1 << 20)
#define HOPS_PER_REP 2000000

// next[0] of a line is the index of the line that follows.
static SCRATCH struct line {
	u64 next[LINE_WORDS];
} lines[LINES];

// Sattolo's algorithm: a random permutation that is a single cycle.
static void shuffle(void)
{
	for (u64 i = 0; i < LINES; i++)
		lines[i].next[0] = i;
	for (u64 i = LINES - 1; i > 0; i--) {
		u64 j = random64() % i, swap = lines[i].next[0];

		lines[i].next[0] = lines[j].next[0];
		lines[j].next[0] = swap;
	}
}

u64 main(void)
{
	u64 checksum = 0, at = 0;

	shuffle();
	for (u64 hop = 0; hop < reps * HOPS_PER_REP; hop++) {
		at = lines[at].next[0];
		checksum += at;
	}
	return checksum;
}
