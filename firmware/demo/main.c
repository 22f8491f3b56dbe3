// Boot of the demo kernel.
#include "kernel.h"
#include "sbi.h"

#define FIRST_KEY_MS 2000
#define FREE_NEEDED 0x100000 // for page tables, stacks and programs

static u64 memory_mib(void)
{
	return (machine.memory_end - machine.memory_base) >> 20;
}

static void banner(void)
{
	u64 version = sbi_call(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION, 0, 0, 0, 0).value;

	printf("rvemu demo: hart %lu of %u, %lu MiB, SBI %lu.%lu, timer %s\n", hart_id(), machine.hart_count,
	       memory_mib(), version >> 24, version & 0xffffff, timer_uses_sstc() ? "Sstc" : "SBI");
}

static void require_memory(void)
{
	if (machine.free_end >= KERNEL_BASE + KERNEL_SIZE + FREE_NEEDED)
		return;
	printf("demo: %lu MiB of memory are too few (8M or more)\n", memory_mib());
	fail_machine();
}

static void report_and_end(void) __attribute__((noreturn));
static void report_and_end(void)
{
	if (self_check())
		fail_machine();
	sbi_reset(SBI_SRST_SHUTDOWN);
}

// With forks=N, a load to measure: a task that forks so often, each child running another program.
static void run_forks(void)
{
	struct task *task = task_spawn("forks", bootarg_number("forks=", 0));

	if (!task)
		fail_machine();
	task_wait(task);
	printf("forks: checksum %016lx\n", (u64)task->exit_code);
	sbi_reset(SBI_SRST_SHUTDOWN);
}

// With selfcheck=auto, a machine at which nobody types checks itself and ends.
static void wait_for_first_key(void)
{
	if (!bootarg("selfcheck=auto"))
		return;
	printf("press a key for the shell\n");
	if (console_getc(time() + milliseconds(FIRST_KEY_MS)) == NO_KEY)
		report_and_end();
}

void main(u64 hart, const void *dtb)
{
	(void)hart;
	machine_read(dtb);
	if (!machine.uart || !machine.plic || !machine.timebase || !machine.memory_end)
		return;
	require_memory();
	paging_init();
	timer_init();
	plic_init();
	console_init();
	csr_write(sie, IP_SSIP | IP_STIP | IP_SEIP);
	csr_write(scounteren, COUNTEREN_TM);
	banner();
	if (disk_init())
		printf("disk: %lu sectors%s\n", disk_sectors(), disk_writable() ? "" : ", read only");
	harts_start();
	if (bootarg("selfcheck"))
		report_and_end();
	if (bootarg_number("forks=", NEVER) != NEVER)
		run_forks();
	wait_for_first_key();
	shell();
}
