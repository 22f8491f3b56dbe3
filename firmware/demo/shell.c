// A small shell: a table of commands, and a line editor that knows backspace.
#include "kernel.h"
#include "sbi.h"
#include "string.h"

#define LINE_SIZE 80
#define MAX_WORDS 4
#define BACKSPACE '\b'
#define DELETE 0x7f
#define DISK_READ_SECTORS 8

struct command {
	const char *name;
	const char *help;
	void (*run)(char **words, u32 count);
};
static const struct command commands[];
static const u32 command_count;

static const char *const state_names[] = {
	[TASK_NEW] = "new",
	[TASK_READY] = "ready",
	[TASK_RUNNING] = "running",
	[TASK_DONE] = "done",
};
static const char *const hart_states[] = {
	[SBI_HSM_STARTED] = "started",
	[SBI_HSM_STOPPED] = "stopped",
	[SBI_HSM_START_PENDING] = "starting",
	[SBI_HSM_STOP_PENDING] = "stopping",
	[SBI_HSM_SUSPENDED] = "suspended",
};

static void command_help(char **words, u32 count)
{
	(void)words, (void)count;
	for (u32 i = 0; i < command_count; i++)
		printf("%8s  %s\n", commands[i].name, commands[i].help);
	printf("programs:");
	list_programs();
}

static void command_ps(char **words, u32 count)
{
	(void)words, (void)count;
	printf("  id  state    slices  preempted  program\n");
	for (u32 i = 0; i < MAX_TASKS; i++)
		if (tasks[i].state != TASK_FREE)
			printf("%4lu  %7s  %8lu  %9lu  %s\n", tasks[i].id, state_names[tasks[i].state],
			       tasks[i].slices, tasks[i].preemptions, tasks[i].name);
}

static void command_mem(char **words, u32 count)
{
	(void)words, (void)count;
	printf("memory 0x%lx to 0x%lx, pages: %lu used, %lu free\n", machine.memory_base, machine.memory_end,
	       pages_used(), pages_free());
}

static void command_harts(char **words, u32 count)
{
	(void)words, (void)count;
	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		if (machine.harts >> hart & 1)
			printf("hart %lu: %s, %lu IPIs, %lu timer interrupts\n", hart,
			       hart_states[hart_status(hart) % 5], harts[hart].ipis, harts[hart].ticks);
}

static void command_time(char **words, u32 count)
{
	u64 now = time();

	(void)words, (void)count;
	printf("%lu ticks, %lu.%03lu s\n", now, now / machine.timebase, now / milliseconds(1) % 1000);
}

static void command_disk(char **words, u32 count)
{
	static u8 bytes[DISK_READ_SECTORS * SECTOR_SIZE];
	u64 sum = 0, start = time();

	(void)words, (void)count;
	if (!disk_sectors()) {
		printf("there is no disk\n");
		return;
	}
	if (!disk_read(0, bytes, sizeof(bytes))) {
		printf("disk: read failed\n");
		return;
	}
	for (u32 i = 0; i < sizeof(bytes); i++)
		sum = sum * 31 + bytes[i];
	printf("%lu sectors; first %u: hash %016lx, read in %lu us\n", disk_sectors(), DISK_READ_SECTORS, sum,
	       (time() - start) * 1000 / milliseconds(1));
}

static const struct {
	const char *name;
	u64 (*access)(u64 va, u64 value);
	u64 va;
} faults[] = {
	{ "load", probe_load, CHECK_VA },
	{ "store", probe_store, CHECK_VA },
	{ "text", probe_store, KERNEL_BASE },
	{ "fetch", probe_fetch, (u64)tasks },
	{ "illegal", probe_illegal, 0 },
};
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

static void command_fault(char **words, u32 count)
{
	for (u32 i = 0; i < FAULTS; i++) {
		const struct fault *fault;

		if (count > 1 && !streq(words[1], faults[i].name))
			continue;
		fault = probe(faults[i].access, faults[i].va, 0);
		printf("%8s %s, pc 0x%lx, stval 0x%lx\n", faults[i].name,
		       fault ? cause_name(fault->cause) : "no fault", fault ? fault->pc : 0,
		       fault ? fault->value : 0);
	}
}

static void reap_done(void)
{
	for (u32 i = 0; i < MAX_TASKS; i++)
		if (__atomic_load_n(&tasks[i].state, __ATOMIC_ACQUIRE) == TASK_DONE && !tasks[i].parent)
			task_reap(&tasks[i]);
}

// run PROGRAM [ARGUMENT] [&]
static void command_run(char **words, u32 count)
{
	bool background = count > 1 && streq(words[count - 1], "&");
	struct task *task;

	reap_done();
	task = count > 1 ? task_spawn(words[1], count > 2 ? parse_number(words[2]) : 0) : 0;
	if (!task) {
		printf("usage: run PROGRAM [ARGUMENT] [&]; programs:");
		list_programs();
		return;
	}
	if (background)
		return;
	task_wait(task);
	if (!task->fault_cause)
		printf("exit code %ld\n", task->exit_code);
	task_reap(task);
}

static void command_selftest(char **words, u32 count)
{
	(void)words, (void)count;
	self_check();
}

static void command_poweroff(char **words, u32 count)
{
	(void)words, (void)count;
	sbi_reset(SBI_SRST_SHUTDOWN);
}

static void command_reboot(char **words, u32 count)
{
	(void)words, (void)count;
	sbi_reset(SBI_SRST_COLD_REBOOT);
}

static const struct command commands[] = {
	{ "help", "this list", command_help },
	{ "ps", "the tasks", command_ps },
	{ "run", "run PROGRAM [ARGUMENT] [&]: a user program as a task", command_run },
	{ "mem", "memory, and pages in use", command_mem },
	{ "harts", "the harts and their interrupts", command_harts },
	{ "time", "machine time", command_time },
	{ "disk", "read the first sectors of the disk", command_disk },
	{ "fault", "fault [load|store|text|fetch|illegal]: a trap in the kernel, caught", command_fault },
	{ "selftest", "check the machine", command_selftest },
	{ "poweroff", "end", command_poweroff },
	{ "reboot", "begin again", command_reboot },
};
static const u32 command_count = sizeof(commands) / sizeof(commands[0]);

static void erase_last(u32 *used)
{
	if (!*used)
		return;
	--*used;
	printf("\b \b");
}

static void read_line(char *line)
{
	u32 used = 0;
	int c;

	while ((c = console_getc(NEVER)) != '\r' && c != '\n') {
		if (c == BACKSPACE || c == DELETE) {
			erase_last(&used);
		} else if (c >= ' ' && used < LINE_SIZE - 1) {
			line[used++] = c;
			console_putc(c);
		}
	}
	line[used] = '\0';
	console_putc('\n');
}

static u32 split_words(char *line, char **words)
{
	u32 count = 0;

	while (count < MAX_WORDS) {
		while (*line == ' ')
			*line++ = '\0';
		if (!*line)
			break;
		words[count++] = line;
		while (*line && *line != ' ')
			line++;
	}
	return count;
}

static void run_command(char **words, u32 count)
{
	for (u32 i = 0; i < command_count; i++) {
		if (streq(commands[i].name, words[0])) {
			commands[i].run(words, count);
			return;
		}
	}
	printf("%s: unknown command (try help)\n", words[0]);
}

void shell(void)
{
	char line[LINE_SIZE], *words[MAX_WORDS];
	u32 count;

	printf("help lists the commands\n");
	for (;;) {
		printf("demo> ");
		read_line(line);
		count = split_words(line, words);
		if (count)
			run_command(words, count);
	}
}
