#include "fdt.h"
#include "string.h"

u32 fdt_be32(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

static bool inside(u64 offset, u64 size, u64 total)
{
	return offset <= total && size <= total - offset;
}

bool fdt_open(struct fdt *fdt, const void *blob)
{
	const u8 *header = blob;
	u32 total, nodes, strings;

	if (!blob || (u64)blob % FDT_CELL || fdt_be32(header + FDT_HEADER_MAGIC) != FDT_MAGIC)
		return false;
	if (fdt_be32(header + FDT_HEADER_LAST_COMP_VERSION) > FDT_LAST_COMPATIBLE_VERSION)
		return false;
	total = fdt_be32(header + FDT_HEADER_TOTALSIZE);
	nodes = fdt_be32(header + FDT_HEADER_OFF_DT_STRUCT);
	strings = fdt_be32(header + FDT_HEADER_OFF_DT_STRINGS);
	fdt->nodes_size = fdt_be32(header + FDT_HEADER_SIZE_DT_STRUCT);
	fdt->strings_size = fdt_be32(header + FDT_HEADER_SIZE_DT_STRINGS);
	fdt->nodes = header + nodes;
	fdt->strings = (const char *)header + strings;
	return total <= FDT_MAX_SIZE && nodes % FDT_CELL == 0
		&& inside(nodes, fdt->nodes_size, total) && inside(strings, fdt->strings_size, total);
}

// The length of the text at p when it ends before `limit` bytes, else -1.
static i64 text_length(const char *p, u64 limit)
{
	for (u64 i = 0; i < limit; i++)
		if (!p[i])
			return i;
	return -1;
}

static u32 align_cell(u32 n)
{
	return (n + FDT_CELL - 1) & ~(u32)(FDT_CELL - 1);
}

// Reads the token at *offset and steps over it; FDT_END when the block is cut short.
static u32 take_token(const struct fdt *fdt, u32 *offset)
{
	u32 token;

	do {
		if (!inside(*offset, FDT_CELL, fdt->nodes_size))
			return FDT_END;
		token = fdt_be32(fdt->nodes + *offset);
		*offset += FDT_CELL;
	} while (token == FDT_NOP);
	return token;
}

// Steps over the property whose token was just read; false when it does not fit.
static bool take_property(const struct fdt *fdt, u32 *offset, const char **name, const u8 **value, u32 *size)
{
	u32 name_offset;

	if (!inside(*offset, 2 * FDT_CELL, fdt->nodes_size))
		return false;
	*size = fdt_be32(fdt->nodes + *offset);
	name_offset = fdt_be32(fdt->nodes + *offset + FDT_CELL);
	*offset += 2 * FDT_CELL;
	if (!inside(*offset, *size, fdt->nodes_size) || name_offset >= fdt->strings_size)
		return false;
	*name = fdt->strings + name_offset;
	*value = fdt->nodes + *offset;
	*offset += align_cell(*size);
	return text_length(*name, fdt->strings_size - name_offset) >= 0;
}

struct fdt_walk fdt_start(const struct fdt *fdt)
{
	return (struct fdt_walk){ .fdt = fdt };
}

static bool enter_node(struct fdt_walk *walk)
{
	const struct fdt *fdt = walk->fdt;
	i64 length = text_length((const char *)fdt->nodes + walk->offset, fdt->nodes_size - walk->offset);

	if (length < 0 || walk->depth == FDT_MAX_DEPTH)
		return false;
	walk->depth++;
	walk->name = (const char *)fdt->nodes + walk->offset;
	walk->offset = walk->properties = walk->offset + align_cell(length + 1);
	walk->address_cells[walk->depth] = fdt_number(walk, "#address-cells", 2);
	walk->size_cells[walk->depth] = fdt_number(walk, "#size-cells", 1);
	return true;
}

bool fdt_next(struct fdt_walk *walk)
{
	const char *name;
	const u8 *value;
	u32 size;

	for (;;) {
		switch (take_token(walk->fdt, &walk->offset)) {
		case FDT_BEGIN_NODE:
			return enter_node(walk);
		case FDT_END_NODE:
			if (walk->depth-- == 0)
				return false;
			break;
		case FDT_PROP:
			if (!take_property(walk->fdt, &walk->offset, &name, &value, &size))
				return false;
			break;
		default:
			return false;
		}
	}
}

const void *fdt_property(const struct fdt_walk *walk, const char *wanted, u32 *size)
{
	u32 offset = walk->properties;
	const char *name;
	const u8 *value;

	while (take_token(walk->fdt, &offset) == FDT_PROP) {
		if (!take_property(walk->fdt, &offset, &name, &value, size))
			return 0;
		if (streq(name, wanted))
			return value;
	}
	return 0;
}

u32 fdt_end_of_properties(const struct fdt_walk *walk)
{
	u32 end = walk->properties, offset = end, size;
	const char *name;
	const u8 *value;

	while (take_token(walk->fdt, &offset) == FDT_PROP
	       && take_property(walk->fdt, &offset, &name, &value, &size))
		end = offset;
	return end;
}

static u64 read_cells(const u8 *p, u32 cells)
{
	u64 n = 0;

	for (; cells; cells--, p += FDT_CELL)
		n = n << 32 | fdt_be32(p);
	return n;
}

u64 fdt_number(const struct fdt_walk *walk, const char *name, u64 otherwise)
{
	u32 size;
	const u8 *value = fdt_property(walk, name, &size);

	if (!value || (size != FDT_CELL && size != 2 * FDT_CELL))
		return otherwise;
	return read_cells(value, size / FDT_CELL);
}

const char *fdt_text(const struct fdt_walk *walk, const char *name)
{
	u32 size;
	const char *value = fdt_property(walk, name, &size);

	return value && text_length(value, size) >= 0 ? value : 0;
}

bool fdt_reg(const struct fdt_walk *walk, u32 index, u64 *address, u64 *size)
{
	u32 bytes, pair, a, s;
	const u8 *value = fdt_property(walk, "reg", &bytes);

	if (!value || walk->depth < 2)
		return false;
	a = walk->address_cells[walk->depth - 1];
	s = walk->size_cells[walk->depth - 1];
	if (a > 2 || s > 2)
		return false;
	pair = (a + s) * FDT_CELL;
	if (!pair || index >= bytes / pair)
		return false;
	*address = read_cells(value + index * pair, a);
	*size = read_cells(value + index * pair + a * FDT_CELL, s);
	return true;
}

bool fdt_compatible(const struct fdt_walk *walk, const char *model)
{
	u32 size;
	i64 length;
	const char *value = fdt_property(walk, "compatible", &size);

	for (; value && size; value += length + 1, size -= length + 1) {
		length = text_length(value, size);
		if (length < 0)
			return false;
		if (streq(value, model))
			return true;
	}
	return false;
}

bool fdt_device_type(const struct fdt_walk *walk, const char *type)
{
	const char *value = fdt_text(walk, "device_type");

	return value && streq(value, type);
}
