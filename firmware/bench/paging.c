// Sv39: the image and the devices it uses mapped to themselves, in pages of 4 KiB.
// Source: privileged manual, "Sv39: Page-Based 39-bit Virtual-Memory System".
#include "bench.h"
#include "string.h"
#include "virt.h"

#define ENTRIES (1 << VPN_BITS)
#define TABLES 128
#define EVERYTHING (PTE_R | PTE_W | PTE_X)

extern u8 user_start[], user_end[], image_end[];

static SCRATCH u64 tables[TABLES][ENTRIES];
static u32 tables_used;

static u64 *new_table(void)
{
	return memset(tables[tables_used++], 0, PAGE_SIZE);
}

u64 page_entry(u64 pa, u64 flags)
{
	return pa >> PAGE_SHIFT << PTE_PPN_SHIFT | flags | PTE_V;
}

static u64 *entry_of(u64 va)
{
	u64 *table = tables[0];

	for (u32 level = SV39_LEVELS - 1; level; level--) {
		u64 *entry = &table[va >> (PAGE_SHIFT + VPN_BITS * level) & (ENTRIES - 1)];

		if (!*entry)
			*entry = page_entry((u64)new_table(), 0);
		table = (u64 *)((*entry >> PTE_PPN_SHIFT & PTE_PPN_MASK) << PAGE_SHIFT);
	}
	return &table[va >> PAGE_SHIFT & (ENTRIES - 1)];
}

static void map(u64 start, u64 end, u64 flags)
{
	for (u64 pa = start; pa < end; pa += PAGE_SIZE)
		*entry_of(pa) = page_entry(pa, flags | PTE_A | PTE_D);
}

u64 *spare_entries(void)
{
	return entry_of(SPARE_VA);
}

u64 paging_satp(void)
{
	new_table();
	map(VIRT_RAM, (u64)image_end, EVERYTHING);
	map((u64)user_start, (u64)user_end, EVERYTHING | PTE_U);
	map(VIRT_UART, VIRT_UART + PAGE_SIZE, EVERYTHING);
	map(VIRT_SYSCON, VIRT_SYSCON + PAGE_SIZE, EVERYTHING);
	return SATP_MODE_SV39 << SATP_MODE_SHIFT | (u64)tables[0] >> PAGE_SHIFT;
}
