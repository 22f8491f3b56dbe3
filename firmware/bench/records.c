// Records, strings and calls, in the proportions of the systems programs that Dhrystone stands for: every turn
// copies a record and a string, compares strings, follows a pointer, branches on a kind, and calls procedures.
#include "bench.h"
#include "string.h"

#define TURNS_PER_REP 200000
#define NAME_SIZE 32
#define ITEMS 64

enum kind { KIND_FIRST, KIND_SECOND, KIND_THIRD, KINDS };

struct record {
	struct record *next;
	enum kind kind;
	int number;
	char letter;
	char name[NAME_SIZE];
};

static struct record left, right;
static int vector[ITEMS], matrix[ITEMS][ITEMS];
static char last_letter;
static bool flag;

__attribute__((noinline)) static void copy_name(char *to, const char *from)
{
	while ((*to++ = *from++))
		;
}

__attribute__((noinline)) static int compare_names(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a - *b;
}

__attribute__((noinline)) static enum kind next_kind(enum kind kind, int number)
{
	switch (kind) {
	case KIND_FIRST:
		return number > 100 ? KIND_FIRST : KIND_THIRD;
	case KIND_SECOND:
		return KIND_FIRST;
	default:
		return flag ? KIND_SECOND : KIND_THIRD;
	}
}

__attribute__((noinline)) static int add_numbers(int a, int b)
{
	return a + 2 + b;
}

__attribute__((noinline)) static void fill_arrays(int *row, int at, int value)
{
	row[at] = value;
	row[at + 1] = row[at];
	row[at + 30] = at;
	matrix[at][at] = at;
	matrix[at][at + 1] = at;
	matrix[at][at - 1] += 1;
	matrix[at + 20][at] = row[at];
}

__attribute__((noinline)) static bool later_name(const char *a, const char *b)
{
	int at = 2;

	while (at <= 2 && a[at] == b[at + 1])
		at++;
	if (compare_names(a, b) <= 0)
		return false;
	last_letter = a[at];
	return true;
}

__attribute__((noinline)) static void pass_on(struct record *from)
{
	struct record *to = from->next;

	*to = left;
	from->number = 5;
	to->number = from->number;
	to->next = from->next;
	if (to->kind == KIND_FIRST) {
		to->number = 6;
		to->kind = next_kind(from->kind, to->number);
		to->number = add_numbers(to->number, 10);
	} else {
		*from = *to;
	}
}

__attribute__((noinline)) static void mark(char letter)
{
	flag |= letter == 'A';
	last_letter = 'B';
}

static u64 turn(u64 number)
{
	char first[NAME_SIZE], second[NAME_SIZE];
	int a = 2, b = 3, c = 0;

	mark('A' + number % 3);
	copy_name(first, "SYSTEMS PROGRAM, 1'ST STRING");
	copy_name(second, "SYSTEMS PROGRAM, 2'ND STRING");
	flag = !later_name(first, second);
	for (; a < b; a++)
		c = add_numbers(5 * a - b, number);
	fill_arrays(vector, 8 + number % 8, c);
	left.kind = number % KINDS;
	pass_on(&left);
	for (char letter = 'A'; letter <= last_letter; letter++)
		if (next_kind(right.kind, letter) == KIND_SECOND)
			copy_name(second, "SYSTEMS PROGRAM, 3'RD STRING");
	b = b * a;
	a = b / (c | 1);
	b = 7 * (b - c) - a;
	return b + right.number + second[17];
}

u64 main(void)
{
	u64 checksum = 0;

	left = (struct record){ &right, KIND_FIRST, 40, 'A', "SYSTEMS PROGRAM, SOME STRING" };
	for (u64 number = 0; number < reps * TURNS_PER_REP; number++)
		checksum = checksum * 31 + turn(number);
	return checksum;
}
