// Adds the firmware's memory to /reserved-memory of the device tree, in place, as OpenSBI does: the next
// stage must neither use nor map it. Source: Devicetree Specification 0.4, "/reserved-memory Node".
#include "fdt.h"
#include "firmware.h"
#include "string.h"

#define NODE_MAX 160

// The property names used here, appended to the strings block; an offset of each.
static const char names[] = "#address-cells\0#size-cells\0ranges\0reg\0no-map";
enum { ADDRESS_CELLS = 0, SIZE_CELLS = 15, RANGES = 27, REG = 34, NO_MAP = 38 };

struct writer {
	u8 *to;
	u32 names; // offset of `names` in the strings block
};

static void put_be32(u8 *p, u32 n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = n >> shift;
}

static void put_cell(struct writer *out, u32 n)
{
	put_be32(out->to, n);
	out->to += FDT_CELL;
}

static void put_number(struct writer *out, u64 n, u32 cells)
{
	while (cells--)
		put_cell(out, cells < 2 ? n >> (32 * cells) : 0); // a third cell is above 64 bits
}

static void put_begin_node(struct writer *out, const char *name)
{
	u64 size = (strlen(name) + FDT_CELL) & ~(u64)(FDT_CELL - 1);

	put_cell(out, FDT_BEGIN_NODE);
	memset(out->to, 0, size);
	memcpy(out->to, name, strlen(name));
	out->to += size;
}

static void put_property(struct writer *out, u32 name, u32 size)
{
	put_cell(out, FDT_PROP);
	put_cell(out, size);
	put_cell(out, out->names + name);
}

static void put_own_memory(struct writer *out, u32 address_cells, u32 size_cells)
{
	put_begin_node(out, SBI_NODE_NAME);
	put_property(out, REG, (address_cells + size_cells) * FDT_CELL);
	put_number(out, SBI_BASE, address_cells);
	put_number(out, SBI_SIZE, size_cells);
	put_property(out, NO_MAP, 0);
	put_cell(out, FDT_END_NODE);
}

static void put_reserved_memory(struct writer *out, u32 address_cells, u32 size_cells)
{
	put_begin_node(out, "reserved-memory");
	put_property(out, ADDRESS_CELLS, FDT_CELL);
	put_cell(out, address_cells);
	put_property(out, SIZE_CELLS, FDT_CELL);
	put_cell(out, size_cells);
	put_property(out, RANGES, 0);
	put_own_memory(out, address_cells, size_cells);
	put_cell(out, FDT_END_NODE);
}

// Where the blob would meet something else when it grows: RAM's end, the initrd, or the next stage.
static u64 end_of_room(const struct fdt *fdt, u64 dtb, u64 next_address)
{
	u64 end = platform.memory_base + platform.memory_size, initrd;

	if (next_address > dtb && next_address < end)
		end = next_address;
	for (struct fdt_walk node = fdt_start(fdt); fdt_next(&node);) {
		if (node.depth != 2 || !streq(node.name, "chosen"))
			continue;
		initrd = fdt_number(&node, "linux,initrd-start", 0);
		if (initrd > dtb && initrd < end)
			end = initrd;
	}
	return end;
}

// Writes the node that is missing; its place goes to *offset.
static void write_node(const struct fdt *fdt, struct writer *out, u32 *offset)
{
	struct fdt_walk node = fdt_start(fdt);
	u32 address_cells, size_cells;

	fdt_next(&node);
	*offset = fdt_end_of_properties(&node);
	address_cells = node.address_cells[1];
	size_cells = node.size_cells[1];
	while (fdt_next(&node)) {
		if (node.depth == 2 && streq(node.name, "reserved-memory")) {
			*offset = fdt_end_of_properties(&node);
			put_own_memory(out, node.address_cells[2] & 3, node.size_cells[2] & 3);
			return;
		}
	}
	put_reserved_memory(out, address_cells & 3, size_cells & 3);
}

static void add_to_word(u8 *word, u32 n)
{
	put_be32(word, fdt_be32(word) + n);
}

bool reserve_own_memory(void *dtb, u64 next_address)
{
	u8 node[NODE_MAX], *header = dtb, *at, *end;
	u32 offset, size;
	struct fdt fdt;
	struct writer out;

	if (!fdt_open(&fdt, dtb))
		return false;
	end = (u8 *)fdt.strings + fdt.strings_size;
	if (fdt.nodes + fdt.nodes_size > (const u8 *)fdt.strings
	    || fdt_be32(header + FDT_HEADER_OFF_MEM_RSVMAP) > fdt_be32(header + FDT_HEADER_OFF_DT_STRUCT))
		return false;
	out = (struct writer){ .to = node, .names = fdt.strings_size };
	write_node(&fdt, &out, &offset);
	size = out.to - node;
	if ((u64)end + size + sizeof(names) > end_of_room(&fdt, (u64)dtb, next_address))
		return false;

	at = (u8 *)fdt.nodes + offset;
	memmove(at + size, at, end - at);
	memcpy(at, node, size);
	memcpy(end + size, names, sizeof(names));
	add_to_word(header + FDT_HEADER_SIZE_DT_STRUCT, size);
	add_to_word(header + FDT_HEADER_OFF_DT_STRINGS, size);
	add_to_word(header + FDT_HEADER_SIZE_DT_STRINGS, sizeof(names));
	if (end + size + sizeof(names) > header + fdt_be32(header + FDT_HEADER_TOTALSIZE))
		put_be32(header + FDT_HEADER_TOTALSIZE, end + size + sizeof(names) - header);
	return true;
}
