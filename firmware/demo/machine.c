// The machine as the device tree describes it.
#include "fdt.h"
#include "kernel.h"
#include "string.h"

struct machine machine;

u64 parse_number(const char *s)
{
	u64 n = 0;

	while (*s >= '0' && *s <= '9')
		n = n * 10 + (*s++ - '0');
	return n;
}

static u32 hart_phandle[MAX_HARTS]; // of each hart's interrupt controller

static void read_cpus(const struct fdt *fdt)
{
	u64 hart = MAX_HARTS, size;

	for (struct fdt_walk node = fdt_start(fdt); fdt_next(&node);) {
		if (streq(node.name, "cpus"))
			machine.timebase = fdt_number(&node, "timebase-frequency", 0);
		if (fdt_device_type(&node, "cpu") && fdt_reg(&node, 0, &hart, &size) && hart < MAX_HARTS) {
			machine.harts |= 1UL << hart;
			machine.hart_count++;
		}
		if (fdt_compatible(&node, "riscv,cpu-intc") && hart < MAX_HARTS)
			hart_phandle[hart] = fdt_number(&node, "phandle", 0);
	}
}

static void read_memory(const struct fdt_walk *node)
{
	u64 base, size;

	for (u32 i = 0; fdt_reg(node, i, &base, &size); i++) {
		if (base <= KERNEL_BASE && KERNEL_BASE - base < size) {
			machine.memory_base = base;
			machine.memory_end = base + size;
		}
	}
}

// What lies above the kernel ends the memory that is free.
static void keep_clear(u64 address)
{
	if (address > KERNEL_BASE && address < machine.free_end)
		machine.free_end = address & ~(PAGE_SIZE - 1);
}

static void read_chosen(const struct fdt_walk *node)
{
	const char *text = fdt_text(node, "bootargs");

	for (u32 i = 0; text && text[i] && i < BOOTARGS_MAX - 1; i++)
		machine.bootargs[i] = text[i];
	keep_clear(fdt_number(node, "linux,initrd-start", 0));
}

static u64 hart_of_phandle(u32 phandle)
{
	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		if (machine.harts >> hart & 1 && hart_phandle[hart] == phandle)
			return hart;
	return MAX_HARTS;
}

// Each pair of interrupts-extended is one context: whose, and which of the hart's interrupts.
static void read_plic(const struct fdt_walk *node)
{
	u32 bytes;
	const u8 *pair = fdt_property(node, "interrupts-extended", &bytes);

	if (!pair || !fdt_reg(node, 0, &machine.plic, &machine.plic_size))
		return;
	for (u32 context = 0; context < bytes / (2 * FDT_CELL); context++, pair += 2 * FDT_CELL) {
		u64 hart = hart_of_phandle(fdt_be32(pair));

		if (hart < MAX_HARTS && fdt_be32(pair + FDT_CELL) == INTERRUPT_SUPERVISOR_EXTERNAL)
			machine.plic_context[hart] = context;
	}
}

static void read_device(const struct fdt_walk *node)
{
	u64 base, size;
	u32 irq = fdt_number(node, "interrupts", 0);

	if (!fdt_reg(node, 0, &base, &size))
		return;
	if (fdt_compatible(node, "ns16550a")) {
		machine.uart = base;
		machine.uart_irq = irq;
	}
	if (fdt_compatible(node, "sifive,test0") || fdt_compatible(node, "sifive,test1"))
		machine.syscon = base;
	if (fdt_compatible(node, "riscv,plic0") || fdt_compatible(node, "sifive,plic-1.0.0"))
		read_plic(node);
	if (fdt_compatible(node, "virtio,mmio") && machine.virtio_count < MAX_VIRTIO)
		machine.virtio[machine.virtio_count++] = (struct virtio_slot){ base, irq };
}

void machine_read(const void *dtb)
{
	struct fdt fdt;

	if (!fdt_open(&fdt, dtb))
		return;
	read_cpus(&fdt);
	for (struct fdt_walk node = fdt_start(&fdt); fdt_next(&node);)
		if (fdt_device_type(&node, "memory"))
			read_memory(&node);
	machine.free_end = machine.memory_end;
	keep_clear((u64)dtb);
	for (struct fdt_walk node = fdt_start(&fdt); fdt_next(&node);) {
		if (node.depth == 2 && streq(node.name, "chosen"))
			read_chosen(&node);
		read_device(&node);
	}
}

// What follows the first of the arguments that begins with `start` and, if `whole`, ends there.
static const char *find_bootarg(const char *start, bool whole)
{
	u64 length = strlen(start);

	for (const char *p = machine.bootargs; *p;) {
		if (!memcmp(p, start, length) && (!whole || p[length] == ' ' || p[length] == '\0'))
			return p + length;
		while (*p && *p != ' ')
			p++;
		while (*p == ' ')
			p++;
	}
	return 0;
}

bool bootarg(const char *word)
{
	return find_bootarg(word, true);
}

u64 bootarg_number(const char *name, u64 otherwise)
{
	const char *digits = find_bootarg(name, false);

	return digits ? parse_number(digits) : otherwise;
}
