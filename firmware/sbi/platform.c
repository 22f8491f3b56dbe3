// The machine as the device tree describes it.
#include "fdt.h"
#include "firmware.h"
#include "string.h"

struct platform platform;

static void read_cpu(const struct fdt_walk *node)
{
	u64 hart, size;

	if (fdt_reg(node, 0, &hart, &size) && hart < MAX_HARTS)
		platform.harts |= 1UL << hart;
}

static void read_memory(const struct fdt_walk *node)
{
	u64 base, size;

	for (u32 i = 0; fdt_reg(node, i, &base, &size); i++) {
		if (base <= SBI_BASE && SBI_BASE - base < size) {
			platform.memory_base = base;
			platform.memory_size = size;
		}
	}
}

static void read_device(const struct fdt_walk *node)
{
	u64 base, size;

	if (!fdt_reg(node, 0, &base, &size))
		return;
	if (fdt_compatible(node, "ns16550a") && !platform.uart)
		platform.uart = base;
	if (fdt_compatible(node, "sifive,clint0") || fdt_compatible(node, "riscv,clint0"))
		platform.clint = base;
	if (fdt_compatible(node, "sifive,test0") || fdt_compatible(node, "sifive,test1"))
		platform.syscon = base;
}

bool platform_read(const void *dtb)
{
	struct fdt fdt;

	if (!fdt_open(&fdt, dtb))
		return false;
	for (struct fdt_walk node = fdt_start(&fdt); fdt_next(&node);) {
		if (fdt_device_type(&node, "cpu"))
			read_cpu(&node);
		else if (fdt_device_type(&node, "memory"))
			read_memory(&node);
		else
			read_device(&node);
	}
	return platform.uart && platform.clint && platform.memory_size && platform.harts;
}

bool memory_is_open(u64 address, u64 size)
{
	u64 offset = address - platform.memory_base;

	if (offset > platform.memory_size || size > platform.memory_size - offset)
		return false;
	return address >= SBI_BASE + SBI_SIZE || address + size <= SBI_BASE;
}

u32 hart_count(void)
{
	u32 count = 0;

	for (u64 left = platform.harts; left; left &= left - 1)
		count++;
	return count;
}
