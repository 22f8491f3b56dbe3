// The other harts: started by HSM, woken by IPI, given tasks and jobs.
#include "kernel.h"
#include "sbi.h"

struct hart harts[MAX_HARTS];

static struct {
	void (*work)(void);
	u64 epoch; // number of the job
	u64 done;
} job;

void acquire(struct lock *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		pause();
}

void release(struct lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

u64 hart_status(u64 hart)
{
	return sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, hart, 0, 0, 0).value;
}

extern u8 hart_entry[];

static bool is_online(u64 hart)
{
	return __atomic_load_n(&harts[hart].online, __ATOMIC_ACQUIRE);
}

bool hart_start(u64 hart)
{
	u64 satp = table_satp(kernel_table);

	harts[hart].epoch = job.epoch;
	if (sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, hart, (u64)hart_entry, satp, 0).error != SBI_SUCCESS)
		return false;
	while (!is_online(hart))
		pause();
	return true;
}

void harts_start(void)
{
	self()->online = true;
	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		if (machine.harts >> hart & 1 && hart != hart_id() && !hart_start(hart))
			printf("hart %lu does not start\n", hart);
}

void ipi_send(u64 mask)
{
	sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, mask, 0, 0, 0);
}

static void stop_if_wanted(void)
{
	struct hart *hart = self();

	if (!__atomic_load_n(&hart->stop_wanted, __ATOMIC_ACQUIRE))
		return;
	hart->stop_wanted = false;
	__atomic_store_n(&hart->online, false, __ATOMIC_RELEASE);
	sbi_call(SBI_EXT_HSM, SBI_HSM_HART_STOP, 0, 0, 0, 0);
}

static bool do_job(void)
{
	u64 epoch = __atomic_load_n(&job.epoch, __ATOMIC_ACQUIRE);

	if (epoch == self()->epoch)
		return false;
	self()->epoch = epoch;
	job.work();
	__atomic_fetch_add(&job.done, 1, __ATOMIC_ACQ_REL);
	return true;
}

void hart_main(void)
{
	csr_write(sie, IP_SSIP | IP_STIP);
	csr_write(scounteren, COUNTEREN_TM);
	timer_arm(NEVER);
	__atomic_store_n(&self()->online, true, __ATOMIC_RELEASE);
	for (;;) {
		stop_if_wanted();
		if (!do_job() && !task_step())
			idle(NEVER);
	}
}

static u64 other_harts(void)
{
	return machine.harts & ~(1UL << hart_id());
}

// Runs `work` once on every hart, this one too, and waits for all.
void run_on_all(void (*work)(void))
{
	job.work = work;
	__atomic_store_n(&job.done, 0, __ATOMIC_RELAXED);
	self()->epoch = __atomic_add_fetch(&job.epoch, 1, __ATOMIC_ACQ_REL);
	ipi_send(other_harts());
	work();
	while (__atomic_load_n(&job.done, __ATOMIC_ACQUIRE) != machine.hart_count - 1)
		pause();
}

// All harts meet here. The count only grows; each round ends at a multiple of the number of harts.
void barrier(void)
{
	static u64 arrived;
	u64 number = __atomic_fetch_add(&arrived, 1, __ATOMIC_ACQ_REL);
	u64 all_here = (number / machine.hart_count + 1) * machine.hart_count;

	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < all_here)
		pause();
}
