// Integer work of several kinds: recursion, sorting, hashing, a bytecode interpreter, text.
#include "bench.h"

#define ROUNDS_PER_REP 28
#define FIB_N 20
#define SORT_ITEMS 4096
#define SLOT_BITS 13
#define SLOTS (1 << SLOT_BITS)
#define KEYS 4000
#define VM_STEPS 40000
#define TEXT_SIZE 65536

static int items[SORT_ITEMS];
static u64 slots[SLOTS];
static u8 text[TEXT_SIZE];

__attribute__((noinline)) static u64 fib(u64 n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

// Quicksort with the middle item as pivot.
static void sort(int *first, int *last)
{
	int *low = first, *high = last, pivot = first[(last - first) / 2], swap;

	if (first >= last)
		return;
	while (low <= high) {
		while (*low < pivot)
			low++;
		while (*high > pivot)
			high--;
		if (low <= high) {
			swap = *low;
			*low++ = *high;
			*high-- = swap;
		}
	}
	sort(first, high);
	sort(low, last);
}

static u64 sort_random(void)
{
	u64 sum = 0;

	for (int i = 0; i < SORT_ITEMS; i++)
		items[i] = random64();
	sort(items, items + SORT_ITEMS - 1);
	for (int i = 0; i < SORT_ITEMS; i++)
		sum = sum * 31 + items[i];
	return sum;
}

// Open addressing, with Fibonacci hashing (Knuth, volume 3, 6.4).
static u64 hash_random(void)
{
	u64 sum = 0;

	for (int i = 0; i < SLOTS; i++)
		slots[i] = 0;
	for (int i = 0; i < KEYS; i++) {
		u64 key = random64() | 1;
		u64 slot = key * 0x9e3779b97f4a7c15 >> (64 - SLOT_BITS);

		while (slots[slot] && slots[slot] != key)
			slot = (slot + 1) % SLOTS;
		slots[slot] = key;
		sum += slot;
	}
	return sum;
}

enum { OP_ADD, OP_XOR, OP_SHIFT, OP_NEGATE, OP_INCREMENT, OP_MULTIPLY, OP_LOAD, OP_STORE, OP_SWAP, OP_LOOP };

static u64 interpret(u64 steps)
{
	static const u8 program[] = {
		OP_ADD, OP_STORE, OP_XOR, OP_INCREMENT, OP_SHIFT, OP_LOAD, OP_ADD, OP_SWAP,
		OP_NEGATE, OP_MULTIPLY, OP_XOR, OP_LOAD, OP_ADD, OP_STORE, OP_SWAP, OP_LOOP,
	};
	u64 a = 1, b = 3, pc = 0, cells[16] = { 0 };

	while (steps--) {
		switch (program[pc++]) {
		case OP_ADD:
			a += b;
			break;
		case OP_XOR:
			a ^= b << 2;
			break;
		case OP_SHIFT:
			b += a >> 3;
			break;
		case OP_NEGATE:
			a = -a;
			break;
		case OP_INCREMENT:
			a++;
			break;
		case OP_MULTIPLY:
			b = b * 5 + 1;
			break;
		case OP_LOAD:
			b ^= cells[a % 16];
			break;
		case OP_STORE:
			cells[b % 16] = a;
			break;
		case OP_SWAP:
			a ^= b, b ^= a, a ^= b;
			break;
		case OP_LOOP:
			pc = 0;
			break;
		}
	}
	return a + b;
}

static u64 count_words(void)
{
	u64 words = 0, hash = 0;
	u8 before = ' ';

	for (int i = 0; i < TEXT_SIZE; i++)
		text[i] = " etaoinshrdlu"[random64() % 13];
	for (int i = 0; i < TEXT_SIZE; i++) {
		words += before == ' ' && text[i] != ' ';
		hash = hash * 31 + text[i];
		before = text[i];
	}
	return hash + words;
}

u64 main(void)
{
	u64 checksum = 0;

	for (u64 round = 0; round < reps * ROUNDS_PER_REP; round++) {
		checksum = checksum * 3 + fib(FIB_N);
		checksum = checksum * 3 + sort_random();
		checksum = checksum * 3 + hash_random();
		checksum = checksum * 3 + interpret(VM_STEPS);
		checksum = checksum * 3 + count_words();
	}
	return checksum;
}
