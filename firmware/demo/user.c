// The user programs. This file's code and constants are mapped at USER_TEXT, read and execute only, so it
// keeps all its variables on the stack and uses nothing of the kernel.
#include "kernel.h"
#include "syscall.h"

static u64 system_call(u64 number, u64 arg0, u64 arg1)
{
	register u64 a0 asm("a0") = arg0;
	register u64 a1 asm("a1") = arg1;
	register u64 a7 asm("a7") = number;

	asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
	return a0;
}

static void leave(u64 code)
{
	for (;;)
		system_call(SYS_EXIT, code, 0);
}

struct text {
	char bytes[96];
	u32 used;
};

static void add_text(struct text *text, const char *s)
{
	while (*s)
		text->bytes[text->used++] = *s++;
}

static void add_number(struct text *text, u64 n)
{
	if (n >= 10)
		add_number(text, n / 10);
	text->bytes[text->used++] = '0' + n % 10;
}

static void say(const char *what, u64 n)
{
	struct text text;

	text.used = 0;
	add_text(&text, "task ");
	add_number(&text, system_call(SYS_TASK, 0, 0));
	add_text(&text, " on hart ");
	add_number(&text, system_call(SYS_HART, 0, 0));
	add_text(&text, what);
	add_number(&text, n);
	add_text(&text, "\n");
	system_call(SYS_WRITE, (u64)text.bytes, text.used);
}

static void hello(u64 argument)
{
	say(": hello, my argument is ", argument);
	leave(argument);
}

// Exits with the number of primes below the argument.
static void primes(u64 below)
{
	u64 count = 0;

	for (u64 n = 2; n < below; n++) {
		u64 divisor = 2;

		while (divisor * divisor <= n && n % divisor)
			divisor++;
		count += divisor * divisor > n;
	}
	leave(count);
}

static u64 exec(const char *program, u64 argument)
{
	return system_call(SYS_EXEC, (u64)program, argument);
}

// Exits with the argument and a little more, having used some of its stack.
static void leaf(u64 argument)
{
	struct text text;

	text.used = 0;
	add_number(&text, argument);
	leave(argument + text.used);
}

// Exits with the sum of what so many children exit with, each of which becomes another program.
static void forks(u64 times)
{
	u64 sum = 0;

	for (u64 i = 0; i < times; i++) {
		u64 child = system_call(SYS_FORK, 0, 0);

		if (!child)
			leave(exec("leaf", i));
		sum += system_call(SYS_WAIT, child, 0);
	}
	leave(sum);
}

static void yield(u64 times)
{
	for (u64 i = 1; i <= times; i++) {
		say(": yield ", i);
		system_call(SYS_YIELD, 0, 0);
	}
	leave(times);
}

// Keeps its hart busy for so many ticks of `time`, so that the timer has to take it away.
static void spin(u64 ticks)
{
	u64 end = system_call(SYS_TIME, 0, 0) + ticks;
	u64 turns = 0;

	while (time() < end)
		turns++;
	leave(turns != 0);
}

// The offset is the argument, so that the compiler does not see the null pointer.
static void load_null(u64 offset)
{
	leave(read64(offset));
}

static void store_kernel(u64 unused)
{
	(void)unused;
	*(volatile u64 *)KERNEL_BASE = 0;
	leave(0);
}

static void privileged(u64 unused)
{
	(void)unused;
	leave(csr_read(sstatus));
}

const struct program programs[] = {
	{ "hello", hello },
	{ "primes", primes },
	{ "leaf", leaf },
	{ "forks", forks },
	{ "yield", yield },
	{ "spin", spin },
	{ "load-null", load_null },
	{ "store-kernel", store_kernel },
	{ "privileged", privileged },
};
const u32 program_count = sizeof(programs) / sizeof(programs[0]);
