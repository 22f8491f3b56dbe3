// User programs as tasks. A task has no kernel stack: it runs by a call of enter_user(), which returns at its
// next trap, on whatever hart took it from the list.
#include "kernel.h"
#include "string.h"
#include "syscall.h"

#define SLICE_MS 2
#define ECALL_SIZE 4
#define WRITE_MAX 256
#define READABLE (PTE_V | PTE_U | PTE_R)

struct trapframe {
	u64 kernel_satp, kernel_stvec, pc;
	u64 kernel[16];
	u64 x[31]; // x1 ... x31
};
#define FRAME_X(frame, n) ((frame)->x[(n) - 1])
#define REG_SP 2
#define REG_A0 10
#define REG_A1 11
#define REG_A7 17

struct task tasks[MAX_TASKS];

static struct lock lock;
static u64 last_id;

extern u8 trampoline_page[], user_start[], user_end[];
extern void enter_user(struct trapframe *frame, u64 satp);

static const struct program *find_program(const char *name)
{
	for (u32 i = 0; i < program_count; i++)
		if (streq(programs[i].name, name))
			return &programs[i];
	return 0;
}

void list_programs(void)
{
	for (u32 i = 0; i < program_count; i++)
		printf(" %s", programs[i].name);
	printf("\n");
}

static bool map_user(struct task *task)
{
	bool ok = page_map(task->table, USER_STACK - PAGE_SIZE, (u64)task->stack, PTE_U | PTE_R | PTE_W);

	for (u64 offset = 0; user_start + offset < user_end; offset += PAGE_SIZE)
		ok = ok && page_map(task->table, USER_TEXT + offset, (u64)user_start + offset,
				    PTE_U | PTE_R | PTE_X);
	ok = ok && page_map(task->table, TRAPFRAME, (u64)task->frame, PTE_R | PTE_W);
	return ok && page_map(task->table, TRAMPOLINE, (u64)trampoline_page, PTE_R | PTE_X);
}

static bool build_task(struct task *task)
{
	task->table = page_alloc();
	task->frame = page_alloc();
	task->stack = page_alloc();
	return task->table && task->frame && task->stack && map_user(task);
}

// Takes a free entry of the list for a new task.
static struct task *new_task(const char *name)
{
	struct task *task = 0;

	acquire(&lock);
	for (u32 i = 0; i < MAX_TASKS && !task; i++)
		if (tasks[i].state == TASK_FREE)
			task = &tasks[i];
	if (task) {
		*task = (struct task){ .state = TASK_NEW, .id = ++last_id };
		memcpy(task->name, name, TASK_NAME_MAX);
	}
	release(&lock);
	if (task && !build_task(task)) {
		task_reap(task);
		return 0;
	}
	return task;
}

static void enter_program(struct task *task, const struct program *program, u64 argument)
{
	task->frame->pc = USER_TEXT + ((u64)program->entry - (u64)user_start);
	FRAME_X(task->frame, REG_SP) = USER_STACK;
	FRAME_X(task->frame, REG_A0) = argument;
}

static void make_ready(struct task *task)
{
	__atomic_store_n(&task->state, TASK_READY, __ATOMIC_RELEASE);
	ipi_send(machine.harts & ~(1UL << hart_id()));
}

// NULL when there is no such program or no room.
struct task *task_spawn(const char *name, u64 argument)
{
	const struct program *program = find_program(name);
	struct task *task = program ? new_task(program->name) : 0;

	if (!task)
		return 0;
	enter_program(task, program, argument);
	make_ready(task);
	return task;
}

void task_reap(struct task *task)
{
	if (task->table)
		table_free(task->table);
	if (task->frame)
		page_free(task->frame);
	if (task->stack)
		page_free(task->stack);
	acquire(&lock);
	*task = (struct task){ .state = TASK_FREE };
	release(&lock);
}

static struct task *take_ready_task(void)
{
	static u32 last;
	struct task *taken = 0;

	acquire(&lock);
	for (u32 i = 1; i <= MAX_TASKS && !taken; i++) {
		struct task *task = &tasks[(last + i) % MAX_TASKS];

		if (task->state == TASK_READY) {
			taken = task;
			task->state = TASK_RUNNING;
			last = (last + i) % MAX_TASKS;
		}
	}
	release(&lock);
	return taken;
}

static void give_back(struct task *task, enum task_state state)
{
	__atomic_store_n(&task->state, state, __ATOMIC_RELEASE);
}

// Copies from the user's memory through its own page table; false where the user could not read.
static bool copy_from_user(struct task *task, char *to, u64 va, u64 size)
{
	for (; size; size--, va++) {
		u64 *entry = page_entry(task->table, va);

		if (va >= TRAMPOLINE || !entry || (*entry & READABLE) != READABLE)
			return false;
		*to++ = *(char *)((*entry >> PTE_PPN_SHIFT << PAGE_SHIFT) + va % PAGE_SIZE);
	}
	return true;
}

static i64 sys_write(struct task *task, u64 va, u64 size)
{
	char bytes[WRITE_MAX];

	if (size > WRITE_MAX || !copy_from_user(task, bytes, va, size))
		return -1;
	for (u64 i = 0; i < size; i++)
		console_putc(bytes[i]);
	console_flush();
	return size;
}

// The child's id; it returns 0 from the same call. Minus 1 where there is no room.
static i64 sys_fork(struct task *parent)
{
	struct task *child = new_task(parent->name);

	if (!child)
		return -1;
	child->parent = parent->id;
	memcpy(child->stack, parent->stack, PAGE_SIZE);
	*child->frame = *parent->frame;
	FRAME_X(child->frame, REG_A0) = 0;
	make_ready(child);
	return child->id;
}

// Replaces program, registers, stack and page table. Minus 1 where there is no such program or no room.
static i64 sys_exec(struct task *task, u64 va, u64 argument)
{
	char name[TASK_NAME_MAX];
	const struct program *program = copy_from_user(task, name, va, sizeof(name)) ? find_program(name) : 0;
	u64 *table = program ? page_alloc() : 0, *old = task->table;

	if (!table)
		return -1;
	task->table = table;
	if (!map_user(task)) {
		task->table = old;
		table_free(table);
		return -1;
	}
	table_free(old);
	memset(task->stack, 0, PAGE_SIZE);
	memset(task->frame, 0, sizeof(*task->frame));
	memcpy(task->name, program->name, TASK_NAME_MAX);
	enter_program(task, program, argument);
	return argument;
}

// The exit code of a child that has left. One that has not is asked for again in the parent's next slice.
static i64 sys_wait(struct task *parent, u64 id)
{
	for (u32 i = 0; i < MAX_TASKS; i++) {
		struct task *child = &tasks[i];
		i64 code;

		if (child->id != id || child->parent != parent->id)
			continue;
		if (__atomic_load_n(&child->state, __ATOMIC_ACQUIRE) != TASK_DONE) {
			parent->frame->pc -= ECALL_SIZE;
			return id;
		}
		code = child->exit_code;
		task_reap(child);
		return code;
	}
	return -1;
}

// Children nobody waits for any more are the shell's.
static enum task_state sys_exit(struct task *task, i64 code)
{
	for (u32 i = 0; i < MAX_TASKS; i++)
		if (tasks[i].parent == task->id)
			tasks[i].parent = 0;
	task->exit_code = code;
	return TASK_DONE;
}

// Does what the task asks; the state it is in then.
static enum task_state system_call(struct task *task)
{
	struct trapframe *frame = task->frame;
	u64 *a0 = &FRAME_X(frame, REG_A0);

	frame->pc += ECALL_SIZE;
	switch (FRAME_X(frame, REG_A7)) {
	case SYS_EXIT:
		return sys_exit(task, *a0);
	case SYS_WRITE:
		*a0 = sys_write(task, *a0, FRAME_X(frame, REG_A1));
		break;
	case SYS_TIME:
		*a0 = time();
		break;
	case SYS_TASK:
		*a0 = task->id;
		break;
	case SYS_HART:
		*a0 = hart_id();
		break;
	case SYS_YIELD:
		break;
	case SYS_FORK:
		*a0 = sys_fork(task);
		break;
	case SYS_EXEC:
		*a0 = sys_exec(task, *a0, FRAME_X(frame, REG_A1));
		break;
	case SYS_WAIT:
		*a0 = sys_wait(task, *a0);
		break;
	default:
		*a0 = -1;
	}
	return TASK_READY;
}

static enum task_state kill(struct task *task, u64 cause)
{
	printf("task %lu (%s): %s at pc 0x%lx, stval 0x%lx: killed\n", task->id, task->name,
	       cause_name(cause), task->frame->pc, csr_read(stval));
	task->fault_cause = cause;
	return TASK_DONE;
}

static enum task_state run_slice(struct task *task)
{
	u64 offset = (u64)enter_user - (u64)trampoline_page, cause;
	void (*enter)(struct trapframe *, u64) = (void *)(TRAMPOLINE + offset);

	task->slices++;
	csr_clear(sstatus, MSTATUS_SPP);
	csr_set(sstatus, MSTATUS_SPIE);
	enter(task->frame, table_satp(task->table));
	cause = csr_read(scause);
	if (cause == CAUSE_ENVIRONMENT_CALL_FROM_U_MODE)
		return system_call(task);
	if (!handle_interrupt(cause))
		return kill(task, cause);
	task->preemptions += cause == (INTERRUPT_BIT | INTERRUPT_SUPERVISOR_TIMER);
	return TASK_READY;
}

bool task_step(void)
{
	struct task *task = take_ready_task();

	if (!task)
		return false;
	timer_arm(time() + milliseconds(SLICE_MS));
	give_back(task, run_slice(task));
	return true;
}

void task_wait(struct task *task)
{
	while (__atomic_load_n(&task->state, __ATOMIC_ACQUIRE) != TASK_DONE)
		if (!task_step())
			idle(time() + milliseconds(SLICE_MS));
}
