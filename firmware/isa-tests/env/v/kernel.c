// The v environment: a small supervisor under which the test runs in U-mode with Sv39.
//
// All is linked at physical addresses, and position independent: the user sees each page of its image USER_OFFSET
// lower. Pages come on demand into a few frames, and leave in the order in which they came, so that a test of some
// size pages all the time. The test runs twice: first A and D bits come by page fault, then by hardware, if it can.
#include "rv.h"
#include "virt.h"

#define USER_OFFSET VIRT_RAM
#define FRAMES 8
#define UNEXPECTED_TRAP 1337
#define WORDS (PAGE_SIZE / sizeof(u64))
#define REGISTERS 32
#define PTES 512
#define PTE_FLAGS 0x3ff

enum { PC = 0, GP = 3, TP = 4, A0 = 10, S7 = 23, S8 = 24, S9 = 25, S10 = 26 };

struct frame {
	u64 x[REGISTERS]; // x[PC] is the pc
};

struct page {
	u64 words[WORDS];
} __attribute__((aligned(PAGE_SIZE)));

extern const struct page user_begin[], user_data[], user_end[];
extern void user_start(void);
void enter_user(struct frame *) __attribute__((noreturn));
void report(u64 tohost) __attribute__((noreturn));
void set_adue(int on);

static u64 root[PTES] __attribute__((aligned(PAGE_SIZE)));
static u64 level1[PTES] __attribute__((aligned(PAGE_SIZE)));
static u64 level0[PTES] __attribute__((aligned(PAGE_SIZE)));
static struct page frames[FRAMES];
static int holds[FRAMES]; // the number of the user's page, 0 for none
static int next_frame;
static struct page swap[PTES];
static u8 swapped[PTES];
static struct frame user;
static int passes;

static u64 pte(const void *pa, u64 flags)
{
	return (u64)pa >> PAGE_SHIFT << PTE_PPN_SHIFT | flags;
}

static void end(u64 tohost)
{
	csr_write(satp, 0);
	sfence_vma();
	report(tohost);
}

static void unexpected(void)
{
	end(user.x[GP] << 1 | UNEXPECTED_TRAP);
}

static const struct page *image(int number)
{
	return (const struct page *)(((u64)number << PAGE_SHIFT) + USER_OFFSET);
}

// Copies the page, and tells whether anything changed.
static int copy(struct page *to, const struct page *from)
{
	int changed = 0;
	for (u64 i = 0; i < WORDS; i++) {
		changed |= to->words[i] != from->words[i];
		to->words[i] = from->words[i];
	}
	return changed;
}

// Takes a frame from its page. What changed must be dirty, and what is dirty accessed.
static void evict(int frame)
{
	int number = holds[frame];
	if (number == 0)
		return;
	u64 flags = level0[number] & PTE_FLAGS;
	level0[number] = 0;
	sfence_vma();
	holds[frame] = 0;
	if (!swapped[number])
		copy(&swap[number], image(number));
	swapped[number] = 1;
	if (copy(&swap[number], &frames[frame]) && !(flags & PTE_D))
		unexpected();
	if ((flags & PTE_D) && !(flags & PTE_A))
		unexpected();
}

static void bring(int number)
{
	int frame = next_frame;
	next_frame = (next_frame + 1) % FRAMES;
	evict(frame);
	copy(&frames[frame], swapped[number] ? &swap[number] : image(number));
	holds[frame] = number;
	u64 rights = image(number) < user_data ? PTE_R | PTE_X : PTE_R | PTE_W;
	level0[number] = pte(&frames[frame], PTE_V | PTE_U | rights);
}

static u64 right_for(u64 cause)
{
	if (cause == CAUSE_INSTRUCTION_PAGE_FAULT)
		return PTE_X;
	return cause == CAUSE_LOAD_PAGE_FAULT ? PTE_R : PTE_W;
}

// Mends a page fault; tells whether there was anything to mend.
static int page_fault(u64 cause, u64 va)
{
	if (va + USER_OFFSET < (u64)user_begin || va + USER_OFFSET >= (u64)user_end)
		return 0;
	int number = va >> PAGE_SHIFT;
	u64 entry = level0[number], right = right_for(cause);
	u64 missing = (right == PTE_W ? PTE_A | PTE_D : PTE_A) & ~entry;
	if (!(entry & PTE_V))
		bring(number);
	else if ((entry & right) && missing)
		level0[number] = entry | missing;
	else
		return 0;
	sfence_vma();
	fence_i();
	return 1;
}

static void start(int adue)
{
	set_adue(adue);
	for (int frame = 0; frame < FRAMES; frame++)
		evict(frame);
	for (int number = 0; number < PTES; number++)
		swapped[number] = 0;
	for (int n = 0; n < REGISTERS; n++)
		user.x[n] = 0;
	user.x[PC] = (u64)user_start - USER_OFFSET;
	enter_user(&user);
}

// The test says that it is at its end; a0 is what goes into tohost.
static void finish(u64 tohost)
{
	if (tohost != 1)
		end(tohost);
	for (int frame = 0; frame < FRAMES; frame++)
		evict(frame);
	if (passes++)
		end(tohost);
	start(1);
}

void trap_from_user(struct frame *frame, u64 cause, u64 tval)
{
	int is_page_fault = cause == CAUSE_INSTRUCTION_PAGE_FAULT || cause == CAUSE_LOAD_PAGE_FAULT ||
		cause == CAUSE_STORE_AMO_PAGE_FAULT;
	if (is_page_fault && page_fault(cause, tval))
		enter_user(frame);
	if (frame->x[TP] == 0 && cause == CAUSE_ENVIRONMENT_CALL_FROM_U_MODE)
		finish(frame->x[A0]);
	if (frame->x[TP] == 0)
		unexpected();
	frame->x[S7] = PRIV_S;
	frame->x[S8] = cause;
	frame->x[S9] = frame->x[PC];
	frame->x[S10] = tval;
	frame->x[PC] = frame->x[TP];
	frame->x[TP] = 0;
	enter_user(frame);
}

void kernel(void)
{
	root[0] = pte(level1, PTE_V);
	level1[0] = pte(level0, PTE_V);
	root[VIRT_RAM >> (PAGE_SHIFT + 2 * VPN_BITS)] =
		pte((void *)VIRT_RAM, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D);
	csr_write(satp, SATP_MODE_SV39 << SATP_MODE_SHIFT | (u64)root >> PAGE_SHIFT);
	sfence_vma();
	csr_clear(sstatus, MSTATUS_SPP);
	start(0);
}
