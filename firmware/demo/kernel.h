// What the parts of the demo kernel share.
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include "layout.h"
#include "print.h"
#include "rv.h"

// machine.c: what the device tree says.
#define MAX_VIRTIO 8
#define BOOTARGS_MAX 256
struct virtio_slot {
	u64 base;
	u32 irq;
};
struct machine {
	u64 harts;              // bit n: hart n exists
	u32 hart_count;
	u64 memory_base, memory_end;
	u64 free_end;           // device tree and initrd lie above
	u64 timebase;           // ticks of `time` in a second
	u64 uart, syscon;
	u32 uart_irq;
	u64 plic, plic_size;
	u32 plic_context[MAX_HARTS]; // the S-mode context of each hart
	struct virtio_slot virtio[MAX_VIRTIO];
	u32 virtio_count;
	char bootargs[BOOTARGS_MAX];
};
extern struct machine machine;
void machine_read(const void *dtb);
u64 parse_number(const char *digits);
bool bootarg(const char *word);
// What stands behind a name with its equals sign, as a number; `otherwise` where there is none.
u64 bootarg_number(const char *name, u64 otherwise);

// Per-hart state; the kernel keeps the hart's id in tp.
struct fault {
	u64 cause, pc, value; // scause, sepc, stval
};
#define LINE_MAX 128
struct hart {
	bool online, stop_wanted;
	bool fault_expected, fault_seen;
	u32 line_used;
	u64 epoch;              // of the last job done
	u64 ipis, ticks;
	struct fault fault;     // the one last seen by a probe
	char line[LINE_MAX];
};
extern struct hart harts[MAX_HARTS];

static inline u64 hart_id(void)
{
	u64 id;

	asm volatile("mv %0, tp" : "=r"(id));
	return id;
}

static inline struct hart *self(void)
{
	return &harts[hart_id()];
}

struct lock {
	u32 held;
};
void acquire(struct lock *lock);
void release(struct lock *lock);

// sbi.c
struct sbi_ret {
	i64 error;
	u64 value;
};
struct sbi_ret sbi_call(u64 extension, u64 function, u64 a0, u64 a1, u64 a2, u64 a3);
void sbi_reset(u32 type) __attribute__((noreturn));
void fail_machine(void) __attribute__((noreturn)); // ends the emulator with an exit code that is not 0

// console.c
void console_init(void);
void console_flush(void);
void console_interrupt(void);
int console_getc(u64 deadline); // a byte; or NO_KEY at the deadline
#define NO_KEY (-1)
#define NEVER (~0UL)

// page.c
extern u64 *kernel_table;
void *page_alloc(void);
void page_free(void *page);
u64 pages_free(void);
u64 pages_used(void);
bool page_map(u64 *table, u64 va, u64 pa, u64 flags);
u64 *page_entry(u64 *table, u64 va); // the leaf entry of a 4 KiB page, or NULL
void table_free(u64 *table);
u64 table_satp(const u64 *table);
void paging_init(void);

// trap.c
const char *cause_name(u64 cause);
void interrupts_window(void); // takes the interrupts that are pending
void idle(u64 deadline);      // sleeps until an interrupt or the deadline, and takes it
bool handle_interrupt(u64 cause);
// Do one access; the fault it meets, or NULL.
const struct fault *probe(u64 (*access)(u64 va, u64 value), u64 va, u64 value);
u64 probe_load(u64 va, u64 unused);
u64 probe_store(u64 va, u64 value);
u64 probe_fetch(u64 va, u64 unused);
u64 probe_illegal(u64 va, u64 unused);
u64 probe_stimecmp(u64 va, u64 unused);

// timer.c
void timer_init(void);
void timer_arm(u64 when);
bool timer_uses_sstc(void);
u64 milliseconds(u64 ms); // in ticks of `time`

// plic.c
void plic_init(void);
void plic_enable(u32 irq);
void plic_handle(void);

// smp.c
void harts_start(void);
bool hart_start(u64 hart);
void hart_main(void);
u64 hart_status(u64 hart);
void ipi_send(u64 harts);
void run_on_all(void (*work)(void));
void barrier(void);

// disk.c: a virtio block device
#define SECTOR_SIZE 512
bool disk_init(void);
u64 disk_sectors(void); // 0 where there is no disk
bool disk_writable(void);
bool disk_read(u64 sector, void *bytes, u32 size);
bool disk_write(u64 sector, const void *bytes, u32 size);
void disk_interrupt(u32 irq);

// task.c
enum task_state { TASK_FREE, TASK_NEW, TASK_READY, TASK_RUNNING, TASK_DONE };
#define MAX_TASKS 16
#define TASK_NAME_MAX 16
struct task {
	enum task_state state;
	u64 id;
	u64 parent;            // the task that waits for it; 0 for the shell
	char name[TASK_NAME_MAX];
	u64 *table;
	struct trapframe *frame;
	void *stack;
	i64 exit_code;
	u64 fault_cause;       // why it was killed; 0 when it left by itself
	u64 slices;            // how often it was given a hart
	u64 preemptions;       // how often the timer took it away
};
extern struct task tasks[MAX_TASKS];
struct task *task_spawn(const char *program, u64 argument);
bool task_step(void);      // runs one ready task for a slice; false when none is ready
void task_wait(struct task *task);
void task_reap(struct task *task);
void list_programs(void);

// user.c
struct program {
	char name[TASK_NAME_MAX];
	void (*entry)(u64 argument);
};
extern const struct program programs[];
extern const u32 program_count;

// shell.c, check.c
void shell(void) __attribute__((noreturn));
u32 self_check(void);      // the number of checks that failed

#endif
