// Free pages and Sv39 page tables.
// Source: privileged manual, "Sv39: Page-Based 39-bit Virtual-Memory System".
#include "kernel.h"
#include "string.h"

#define ENTRIES (1 << VPN_BITS)
#define MEGAPAGE (PAGE_SIZE << VPN_BITS)
#define MAPPED_MAX (4UL << 30) // memory above this is left alone

u64 *kernel_table;

static struct lock lock;
static u64 next_unused = KERNEL_BASE + KERNEL_SIZE; // pages from here were never given out
static void *returned;                              // a list through the first word of each
static u64 used;

static u64 end_of_pages(void)
{
	u64 mapped_end = KERNEL_BASE + MAPPED_MAX;

	return machine.free_end < mapped_end ? machine.free_end : mapped_end;
}

void *page_alloc(void)
{
	void *page;

	acquire(&lock);
	page = returned;
	if (page) {
		returned = *(void **)page;
	} else if (next_unused < end_of_pages()) {
		page = (void *)next_unused;
		next_unused += PAGE_SIZE;
	}
	used += page != 0;
	release(&lock);
	return page ? memset(page, 0, PAGE_SIZE) : 0;
}

void page_free(void *page)
{
	acquire(&lock);
	*(void **)page = returned;
	returned = page;
	used--;
	release(&lock);
}

u64 pages_used(void)
{
	return used;
}

u64 pages_free(void)
{
	return (end_of_pages() - (KERNEL_BASE + KERNEL_SIZE)) / PAGE_SIZE - used;
}

static u64 vpn(u64 va, u32 level)
{
	return va >> (PAGE_SHIFT + VPN_BITS * level) & (ENTRIES - 1);
}

static u64 entry_of(u64 pa, u64 flags)
{
	return pa >> PAGE_SHIFT << PTE_PPN_SHIFT | flags;
}

static u64 *entry_target(u64 entry)
{
	return (u64 *)((entry >> PTE_PPN_SHIFT & PTE_PPN_MASK) << PAGE_SHIFT);
}

// The entry for va at `level`, with the tables above it made on the way; NULL when memory is out.
static u64 *walk(u64 *table, u64 va, u32 level, bool make)
{
	for (u32 l = SV39_LEVELS - 1; l > level; l--) {
		u64 *entry = &table[vpn(va, l)];

		if (!(*entry & PTE_V)) {
			u64 *below = make ? page_alloc() : 0;

			if (!below)
				return 0;
			*entry = entry_of((u64)below, PTE_V);
		}
		table = entry_target(*entry);
	}
	return &table[vpn(va, level)];
}

u64 *page_entry(u64 *table, u64 va)
{
	return walk(table, va, 0, false);
}

static bool map_leaf(u64 *table, u64 va, u64 pa, u64 flags, u32 level)
{
	u64 *entry = walk(table, va, level, true);

	if (entry)
		*entry = entry_of(pa, flags | PTE_V | PTE_A | (flags & PTE_W ? PTE_D : 0));
	return entry;
}

bool page_map(u64 *table, u64 va, u64 pa, u64 flags)
{
	return map_leaf(table, va, pa, flags, 0);
}

// The kernel's own mappings: virtual = physical.
static void map_identity(u64 start, u64 end, u64 flags)
{
	u64 step;

	for (u64 pa = start & ~(PAGE_SIZE - 1); pa < end; pa += step) {
		bool mega = pa % MEGAPAGE == 0 && end - pa >= MEGAPAGE;

		step = mega ? MEGAPAGE : PAGE_SIZE;
		map_leaf(kernel_table, pa, pa, flags, mega);
	}
}

// Frees the tables, not the pages they map.
static void free_level(u64 *table, u32 level)
{
	for (u32 i = 0; level && i < ENTRIES; i++)
		if (table[i] & PTE_V)
			free_level(entry_target(table[i]), level - 1);
	page_free(table);
}

void table_free(u64 *table)
{
	free_level(table, SV39_LEVELS - 1);
}

u64 table_satp(const u64 *table)
{
	return SATP_MODE_SV39 << SATP_MODE_SHIFT | (u64)table >> PAGE_SHIFT;
}

extern u8 trampoline_page[], rodata_start[], data_start[];

void paging_init(void)
{
	kernel_table = page_alloc();
	map_identity(KERNEL_BASE, (u64)rodata_start, PTE_R | PTE_X);
	map_identity((u64)rodata_start, (u64)data_start, PTE_R);
	map_identity((u64)data_start, KERNEL_BASE + KERNEL_SIZE, PTE_R | PTE_W);
	map_identity(KERNEL_BASE + KERNEL_SIZE, end_of_pages(), PTE_R | PTE_W);
	map_identity(machine.uart, machine.uart + PAGE_SIZE, PTE_R | PTE_W);
	map_identity(machine.plic, machine.plic + machine.plic_size, PTE_R | PTE_W);
	if (machine.syscon)
		map_identity(machine.syscon, machine.syscon + PAGE_SIZE, PTE_R | PTE_W);
	for (u32 i = 0; i < machine.virtio_count; i++)
		map_identity(machine.virtio[i].base, machine.virtio[i].base + PAGE_SIZE, PTE_R | PTE_W);
	page_map(kernel_table, TRAMPOLINE, (u64)trampoline_page, PTE_R | PTE_X);
	csr_write(satp, table_satp(kernel_table));
	sfence_vma();
}
