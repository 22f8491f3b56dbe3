// All harts share a fixed amount of work: each takes the next piece from a counter and hashes it, and adds the
// result under a lock. What it costs with 1 hart and with 8 is the cost of turns, locks and idling.
#include "bench.h"

#define PIECES_PER_REP 4000
#define STEPS_PER_PIECE 2000

static u64 next_piece, done, sum;
static u32 lock;

static u64 hash_piece(u64 piece)
{
	u64 hash = piece;

	for (u32 i = 0; i < STEPS_PER_PIECE; i++) {
		hash ^= hash >> 33;
		hash = hash * 0xff51afd7ed558ccd + i;
	}
	return hash;
}

static void add(u64 hash)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		pause();
	sum += hash;
	done++;
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

void other_hart(u64 hart)
{
	u64 piece;

	(void)hart;
	while ((piece = __atomic_fetch_add(&next_piece, 1, __ATOMIC_RELAXED)) < reps * PIECES_PER_REP)
		add(hash_piece(piece));
}

u64 main(void)
{
	harts_start();
	other_hart(0);
	while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < reps * PIECES_PER_REP)
		pause();
	return sum;
}
