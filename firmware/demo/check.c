// The self-check: what a machine with several harts must get right, each check with one expected number.
#include "kernel.h"
#include "sbi.h"
#include "string.h"

#define AMO_ROUNDS 20000
#define LRSC_ROUNDS 10000
#define LOCK_ROUNDS 2000
#define IPI_ROUNDS 10
#define FENCE_ROUNDS 10
#define TIME_ROUNDS 1000
#define TIMER_MS 5
#define SPIN_MS 6
#define FORKS 10
#define SPIN_TRIES 10
#define SUSPEND_MS 1
#define NO_SUCH_HART 4000
#define NO_SUCH_EXTENSION 0x08ffffff
#define PRIMES_BELOW 5000
#define PRIMES_COUNT 669
#define TRANSFER_SECTORS 8
#define STOP_TIMEOUT_MS 1000

#define INSN_LI_A0 0x00000513 // addi a0, x0, imm
#define INSN_IMM_SHIFT 20
#define INSN_RET 0x00008067

static u64 shared, largest;
static u64 *frames[2];

static u64 add_shared(u64 n)
{
	return __atomic_fetch_add(&shared, n, __ATOMIC_RELAXED);
}

// The sum that `work` on every hart leaves in `shared`.
static u64 total_of(void (*work)(void))
{
	__atomic_store_n(&shared, 0, __ATOMIC_RELEASE);
	run_on_all(work);
	return __atomic_load_n(&shared, __ATOMIC_ACQUIRE);
}

static bool all_harts_started(void)
{
	u64 started = 0;

	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		started += machine.harts >> hart & 1 && hart_status(hart) == SBI_HSM_STARTED;
	return started == machine.hart_count;
}

static bool sbi_answers(u64 extension, u64 function, u64 a0, i64 error)
{
	return sbi_call(extension, function, a0, 0, 0, 0).error == error;
}

static bool sbi_refuses_what_is_not_there(void)
{
	return sbi_answers(NO_SUCH_EXTENSION, 0, 0, SBI_ERR_NOT_SUPPORTED)
		&& sbi_answers(SBI_EXT_HSM, ~0U, 0, SBI_ERR_NOT_SUPPORTED)
		&& sbi_answers(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, NO_SUCH_HART, SBI_ERR_INVALID_PARAM)
		&& sbi_answers(SBI_EXT_HSM, SBI_HSM_HART_START, NO_SUCH_HART, SBI_ERR_INVALID_PARAM)
		&& sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, hart_id(), KERNEL_BASE, 0, 0).error
			== SBI_ERR_ALREADY_AVAILABLE
		&& sbi_call(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, NO_SUCH_EXTENSION, 0, 0, 0).value == 0;
}

static bool has_extension(u64 extension)
{
	return sbi_call(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, extension, 0, 0, 0).value;
}

// Only where the firmware has it; it must not let itself be printed.
static bool debug_console_writes(void)
{
	static const char text[] = "        the debug console says this";
	struct sbi_ret written, own;

	if (!has_extension(SBI_EXT_DBCN))
		return true;
	console_flush();
	written = sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, sizeof(text) - 1, (u64)text, 0, 0);
	sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, '\r', 0, 0, 0);
	sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, '\n', 0, 0, 0);
	own = sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 1, machine.memory_base, 0, 0);
	return written.error == SBI_SUCCESS && written.value == sizeof(text) - 1 && own.error != SBI_SUCCESS;
}

// The legacy calls take a hart mask by pointer, in the caller's address space.
static bool legacy_calls_work(void)
{
	struct hart *hart = self();
	u64 mask = 1UL << hart_id(), before;

	if (!has_extension(SBI_LEGACY_SEND_IPI))
		return true;
	interrupts_window();
	before = hart->ipis;
	sbi_call(SBI_LEGACY_SEND_IPI, 0, (u64)&mask, 0, 0, 0);
	interrupts_window();
	sbi_call(SBI_LEGACY_REMOTE_FENCE_I, 0, (u64)&machine.harts, 0, 0, 0);
	sbi_call(SBI_LEGACY_REMOTE_SFENCE_VMA, 0, 0, 0, ~0UL, 0);
	return hart->ipis == before + 1;
}

static bool suspend_ends_with_the_timer(void)
{
	u64 ticks = self()->ticks;

	timer_arm(time() + milliseconds(SUSPEND_MS));
	if (!sbi_answers(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_RETENTIVE, SBI_SUCCESS))
		return false;
	while (self()->ticks == ticks)
		interrupts_window();
	return true;
}

static void amo_work(void)
{
	barrier();
	for (u32 i = 0; i < AMO_ROUNDS; i++)
		add_shared(1);
}

static bool amo_add_counts_all(void)
{
	return total_of(amo_work) == (u64)AMO_ROUNDS * machine.hart_count;
}

static void lrsc_work(void)
{
	u64 old, failed;

	barrier();
	for (u32 i = 0; i < LRSC_ROUNDS; i++)
		asm volatile("1: lr.d %0, (%2)\n addi %0, %0, 1\n sc.d %1, %0, (%2)\n bnez %1, 1b"
			     : "=&r"(old), "=&r"(failed) : "r"(&shared) : "memory");
}

static bool lr_sc_counts_all(void)
{
	return total_of(lrsc_work) == (u64)LRSC_ROUNDS * machine.hart_count;
}

static void lock_work(void)
{
	static struct lock lock;

	barrier();
	for (u32 i = 0; i < LOCK_ROUNDS; i++) {
		acquire(&lock);
		*(volatile u64 *)&shared += 1;
		release(&lock);
	}
}

static bool lock_keeps_others_out(void)
{
	return total_of(lock_work) == (u64)LOCK_ROUNDS * machine.hart_count;
}

// Every hart takes bit `hart` with amoor and returns it with amoxor; amomax keeps the largest id seen.
static void logic_work(void)
{
	u64 bit = 1UL << hart_id(), id = hart_id();
	bool all;

	asm volatile("amoor.d x0, %0, (%1)" : : "r"(bit), "r"(&shared) : "memory");
	barrier();
	all = __atomic_load_n(&shared, __ATOMIC_ACQUIRE) == machine.harts;
	barrier();
	asm volatile("amoxor.d x0, %0, (%1)" : : "r"(bit), "r"(&shared) : "memory");
	if (all)
		asm volatile("amomaxu.d x0, %0, (%1)" : : "r"(id), "r"(&largest) : "memory");
}

static bool amo_logic_sees_all(void)
{
	largest = 0;
	return total_of(logic_work) == 0 && machine.harts >> largest == 1;
}

static u64 next_hart(void)
{
	u64 hart = hart_id();

	do
		hart = (hart + 1) % MAX_HARTS;
	while (!(machine.harts >> hart & 1));
	return hart;
}

// In each round every hart interrupts the next, and waits for its own.
static void ipi_work(void)
{
	struct hart *hart = self();

	barrier();
	interrupts_window(); // the one that started this job
	hart->ipis = 0;
	for (u64 round = 1; round <= IPI_ROUNDS; round++) {
		barrier();
		ipi_send(1UL << next_hart());
		while (__atomic_load_n(&hart->ipis, __ATOMIC_ACQUIRE) != round) {
			pause();
			interrupts_window();
		}
	}
	add_shared(hart->ipis);
}

static bool ipis_all_arrive(void)
{
	return total_of(ipi_work) == (u64)IPI_ROUNDS * machine.hart_count;
}

static void remote_fence(u64 function, u64 va)
{
	sbi_call(SBI_EXT_RFENCE, function, 0, SBI_ALL_HARTS, va, PAGE_SIZE);
}

// The boot hart maps another frame at each round: all must read that frame's number after the fence.
static void sfence_work(void)
{
	bool leader = !(machine.harts & ((1UL << hart_id()) - 1));

	for (u64 round = 0; round < FENCE_ROUNDS; round++) {
		barrier();
		if (leader) {
			page_map(kernel_table, CHECK_VA, (u64)frames[round % 2], PTE_R);
			remote_fence(SBI_RFENCE_SFENCE_VMA, CHECK_VA);
		}
		barrier();
		add_shared(*(volatile u64 *)CHECK_VA);
	}
}

static bool remote_sfence_reaches_all(void)
{
	u64 total;

	frames[0][0] = 1;
	frames[1][0] = 1000;
	total = total_of(sfence_work);
	return total == (u64)FENCE_ROUNDS / 2 * 1001 * machine.hart_count;
}

// One hart rewrites a function at each round: all must run the new one after the fence.
static void fence_i_work(void)
{
	bool leader = !(machine.harts & ((1UL << hart_id()) - 1));
	u64 (*function)(void) = (void *)CHECK_VA;
	volatile u32 *code = (u32 *)frames[0];

	for (u32 round = 1; round <= FENCE_ROUNDS; round++) {
		barrier();
		if (leader) {
			code[0] = round << INSN_IMM_SHIFT | INSN_LI_A0;
			code[1] = INSN_RET;
			remote_fence(SBI_RFENCE_FENCE_I, 0);
		}
		barrier();
		add_shared(function());
	}
}

static bool remote_fence_i_reaches_all(void)
{
	page_map(kernel_table, CHECK_VA, (u64)frames[0], PTE_R | PTE_X);
	remote_fence(SBI_RFENCE_SFENCE_VMA, CHECK_VA);
	return total_of(fence_i_work) == (u64)FENCE_ROUNDS * (FENCE_ROUNDS + 1) / 2 * machine.hart_count;
}

// A time read after another hart published its own is not smaller.
static void time_work(void)
{
	u64 before, now;

	barrier();
	for (u32 i = 0; i < TIME_ROUNDS; i++) {
		before = __atomic_load_n(&largest, __ATOMIC_ACQUIRE);
		fence_io();
		now = time();
		fence_io();
		add_shared(now >= before);
		asm volatile("amomaxu.d.aqrl x0, %0, (%1)" : : "r"(now), "r"(&largest) : "memory");
	}
}

static bool time_never_goes_back(void)
{
	largest = 0;
	return total_of(time_work) == (u64)TIME_ROUNDS * machine.hart_count;
}

static bool timer_fires_on_time(void)
{
	u64 ticks = self()->ticks, deadline = time() + milliseconds(TIMER_MS);

	timer_arm(deadline);
	interrupts_window();
	if (self()->ticks != ticks && time() < deadline)
		return false;
	while (self()->ticks == ticks) {
		wfi();
		interrupts_window();
	}
	return time() >= deadline && self()->ticks == ticks + 1;
}

static bool faults_as(u64 (*access)(u64, u64), u64 va, u64 cause)
{
	const struct fault *fault = probe(access, va, 0);

	return fault && fault->cause == cause && fault->value == va;
}

static bool page_faults_are_precise(void)
{
	u64 unmapped = CHECK_VA + PAGE_SIZE, user_page = CHECK_VA + 2 * PAGE_SIZE;

	page_map(kernel_table, user_page, (u64)frames[1], PTE_U | PTE_R | PTE_W);
	page_map(kernel_table, CHECK_VA, (u64)frames[0], PTE_R);
	sfence_vma();
	return faults_as(probe_load, unmapped, CAUSE_LOAD_PAGE_FAULT)
		&& faults_as(probe_store, unmapped + 8, CAUSE_STORE_AMO_PAGE_FAULT)
		&& faults_as(probe_fetch, unmapped, CAUSE_INSTRUCTION_PAGE_FAULT)
		&& faults_as(probe_store, CHECK_VA, CAUSE_STORE_AMO_PAGE_FAULT)
		&& faults_as(probe_fetch, CHECK_VA, CAUSE_INSTRUCTION_PAGE_FAULT)
		&& faults_as(probe_load, user_page, CAUSE_LOAD_PAGE_FAULT)
		&& faults_as(probe_load, 1UL << 39, CAUSE_LOAD_PAGE_FAULT)
		&& !probe(probe_load, CHECK_VA, 0);
}

static bool illegal_instruction_traps(void)
{
	const struct fault *fault = probe(probe_illegal, 0, 0);

	return fault && fault->cause == CAUSE_ILLEGAL_INSTRUCTION;
}

// Does the access, setting the bits by hand where the hart faults for them (Svade).
static bool access_sets(u64 (*access)(u64, u64), u64 *entry, u64 bits)
{
	if (probe(access, CHECK_VA, 0)) {
		*entry |= bits;
		sfence_vma();
		return !probe(access, CHECK_VA, 0);
	}
	return (*(volatile u64 *)entry & bits) == bits;
}

static bool accessed_and_dirty_bits_work(void)
{
	u64 *entry;

	page_map(kernel_table, CHECK_VA, (u64)frames[0], PTE_R | PTE_W);
	entry = page_entry(kernel_table, CHECK_VA);
	*entry &= ~(u64)(PTE_A | PTE_D);
	sfence_vma();
	return access_sets(probe_load, entry, PTE_A) && access_sets(probe_store, entry, PTE_A | PTE_D);
}

// The largest hart other than this stops itself, and is started again.
static bool hart_stops_and_starts(void)
{
	u64 hart = MAX_HARTS - 1, deadline = time() + milliseconds(STOP_TIMEOUT_MS);

	while (!(machine.harts >> hart & 1) || hart == hart_id())
		if (hart-- == 0)
			return true; // the only one
	__atomic_store_n(&harts[hart].stop_wanted, true, __ATOMIC_RELEASE);
	ipi_send(1UL << hart);
	while (hart_status(hart) != SBI_HSM_STOPPED)
		if (time() > deadline)
			return false;
	return hart_start(hart) && hart_status(hart) == SBI_HSM_STARTED;
}

// Waits for a task; its exit code, or minus the cause that killed it.
static i64 result_of(struct task *task)
{
	i64 result;

	if (!task)
		return 0;
	task_wait(task);
	result = task->fault_cause ? -(i64)task->fault_cause : task->exit_code;
	task_reap(task);
	return result;
}

static bool tasks_compute(void)
{
	struct task *started[MAX_TASKS / 2];
	u64 right = 0;

	for (u32 i = 0; i < MAX_TASKS / 2; i++)
		started[i] = task_spawn("primes", PRIMES_BELOW);
	for (u32 i = 0; i < MAX_TASKS / 2; i++)
		right += result_of(started[i]) == PRIMES_COUNT;
	return right == MAX_TASKS / 2;
}

static u64 preemptions_of_spin(void)
{
	struct task *task = task_spawn("spin", milliseconds(SPIN_MS));
	u64 preemptions = 0;

	if (task) {
		task_wait(task);
		preemptions = task->preemptions;
		task_reap(task);
	}
	return preemptions;
}

// An emulator that does not get the host's time may sleep through a whole spin, so there are some tries.
static bool timer_preempts_tasks(void)
{
	for (u32 i = 0; i < SPIN_TRIES; i++)
		if (preemptions_of_spin())
			return true;
	return false;
}

static bool users_are_confined(void)
{
	return result_of(task_spawn("load-null", 0)) == -CAUSE_LOAD_PAGE_FAULT
		&& result_of(task_spawn("store-kernel", 0)) == -CAUSE_STORE_AMO_PAGE_FAULT
		&& result_of(task_spawn("privileged", 0)) == -CAUSE_ILLEGAL_INSTRUCTION;
}

// Child i exits with i and the number of its digits.
static bool tasks_fork(void)
{
	u64 before = pages_used();
	bool ok = result_of(task_spawn("forks", FORKS)) == FORKS * (FORKS - 1) / 2 + FORKS;

	return ok && pages_used() == before;
}

// A firmware that protects itself answers with an access fault; its memory is the first of RAM.
static bool firmware_is_protected(void)
{
	u64 va = CHECK_VA + 3 * PAGE_SIZE;

	page_map(kernel_table, va, machine.memory_base, PTE_R | PTE_W);
	sfence_vma();
	return faults_as(probe_load, va, CAUSE_LOAD_ACCESS_FAULT)
		&& faults_as(probe_store, va, CAUSE_STORE_AMO_ACCESS_FAULT);
}

static bool pages_come_back(void)
{
	u64 before = pages_used();
	void *page = page_alloc();
	bool ok = page && pages_used() == before + 1;

	if (page)
		page_free(page);
	return ok && pages_used() == before;
}

static bool disk_keeps_what_is_written(void)
{
	static u8 original[TRANSFER_SECTORS * SECTOR_SIZE], written[sizeof(original)], read[sizeof(original)];
	u64 sector = disk_sectors() - TRANSFER_SECTORS;
	bool ok = disk_read(sector, original, sizeof(original));

	for (u32 i = 0; i < sizeof(written); i++)
		written[i] = original[i] ^ (i * 7 + i / SECTOR_SIZE + 1);
	ok = ok && disk_write(sector, written, sizeof(written)) && disk_read(sector, read, sizeof(read))
		&& !memcmp(read, written, sizeof(read));
	return ok && disk_write(sector, original, sizeof(original)) && disk_read(sector, read, sizeof(read))
		&& !memcmp(read, original, sizeof(read));
}

static bool disk_reads(void)
{
	static u8 bytes[SECTOR_SIZE];

	return disk_read(0, bytes, sizeof(bytes)) && !disk_read(disk_sectors(), bytes, sizeof(bytes));
}

static const struct {
	const char *name;
	bool (*check)(void);
} checks[] = {
	{ "HSM says that all harts are started", all_harts_started },
	{ "SBI refuses what is not there", sbi_refuses_what_is_not_there },
	{ "the debug console writes", debug_console_writes },
	{ "legacy SBI calls work", legacy_calls_work },
	{ "a suspended hart wakes with its timer", suspend_ends_with_the_timer },
	{ "amoadd of all harts adds up", amo_add_counts_all },
	{ "lr/sc of all harts adds up", lr_sc_counts_all },
	{ "amoor, amoxor, amomaxu of all harts", amo_logic_sees_all },
	{ "a lock keeps the others out", lock_keeps_others_out },
	{ "each IPI arrives once", ipis_all_arrive },
	{ "remote sfence.vma reaches all harts", remote_sfence_reaches_all },
	{ "remote fence.i reaches all harts", remote_fence_i_reaches_all },
	{ "time never goes back", time_never_goes_back },
	{ "the timer fires once and on time", timer_fires_on_time },
	{ "page faults name cause and address", page_faults_are_precise },
	{ "an illegal instruction traps", illegal_instruction_traps },
	{ "A and D bits are set", accessed_and_dirty_bits_work },
	{ "PMP protects the firmware", firmware_is_protected },
	{ "a hart stops and starts again", hart_stops_and_starts },
	{ "user tasks compute", tasks_compute },
	{ "the timer preempts a task", timer_preempts_tasks },
	{ "a task forks, and its children exec", tasks_fork },
	{ "user tasks are confined", users_are_confined },
	{ "freed pages come back", pages_come_back },
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

static u32 passed, failed;

static void run_check(const char *name, bool (*check)(void))
{
	bool ok = check();

	passed += ok;
	failed += !ok;
	printf("%s  %s\n", ok ? "ok    " : "FAILED", name);
}

u32 self_check(void)
{
	passed = failed = 0;
	frames[0] = page_alloc();
	frames[1] = page_alloc();
	for (u32 i = 0; i < CHECKS; i++)
		run_check(checks[i].name, checks[i].check);
	if (disk_sectors())
		run_check("the disk reads, and not past its end", disk_reads);
	if (disk_writable() && disk_sectors() >= TRANSFER_SECTORS)
		run_check("the disk keeps what is written", disk_keeps_what_is_written);
	page_free(frames[0]);
	page_free(frames[1]);
	printf("self-check: %u passed, %u failed\n", passed, failed);
	return failed;
}
