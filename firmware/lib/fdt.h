// A walk over a flattened device tree. The blob is not trusted: every access stays inside it.
// Source: Devicetree Specification 0.4, "Flattened Devicetree (DTB) Format".
#ifndef FDT_H
#define FDT_H

#include <stdbool.h>
#include "rv.h"

#define FDT_MAGIC 0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_NOP 4
#define FDT_END 9
#define FDT_CELL 4
#define FDT_LAST_COMPATIBLE_VERSION 16
#define FDT_MAX_SIZE (1 << 20)
#define FDT_MAX_DEPTH 16

// Offsets of the header's big-endian words.
enum {
	FDT_HEADER_MAGIC = 0x00,
	FDT_HEADER_TOTALSIZE = 0x04,
	FDT_HEADER_OFF_DT_STRUCT = 0x08,
	FDT_HEADER_OFF_DT_STRINGS = 0x0c,
	FDT_HEADER_OFF_MEM_RSVMAP = 0x10,
	FDT_HEADER_LAST_COMP_VERSION = 0x18,
	FDT_HEADER_SIZE_DT_STRINGS = 0x20,
	FDT_HEADER_SIZE_DT_STRUCT = 0x24,
	FDT_HEADER_SIZE = 0x28,
};

struct fdt {
	const u8 *nodes;   // the structure block
	u32 nodes_size;
	const char *strings;
	u32 strings_size;
};

// The walk: where it stands, and what it knows of the node it stands on.
struct fdt_walk {
	const struct fdt *fdt;
	u32 offset;        // next token, in the structure block
	u32 properties;    // first token after the node's name
	u32 depth;         // 1 = the root
	const char *name;
	u32 address_cells[FDT_MAX_DEPTH + 1];
	u32 size_cells[FDT_MAX_DEPTH + 1];
};

u32 fdt_be32(const void *p);
bool fdt_open(struct fdt *fdt, const void *blob);

// Starts before the root; fdt_next() steps to the next node, parents first, and is false at the end.
struct fdt_walk fdt_start(const struct fdt *fdt);
bool fdt_next(struct fdt_walk *walk);

// The value of a property of the current node, its size in bytes in *size; NULL where there is none.
const void *fdt_property(const struct fdt_walk *walk, const char *name, u32 *size);
// A one-cell or two-cell number, or `otherwise`.
u64 fdt_number(const struct fdt_walk *walk, const char *name, u64 otherwise);
// A property that is a text, or NULL.
const char *fdt_text(const struct fdt_walk *walk, const char *name);
// The index-th (address, size) pair of `reg`.
bool fdt_reg(const struct fdt_walk *walk, u32 index, u64 *address, u64 *size);
// Offset, in the structure block, just behind the last property of the current node.
u32 fdt_end_of_properties(const struct fdt_walk *walk);
bool fdt_compatible(const struct fdt_walk *walk, const char *model);
bool fdt_device_type(const struct fdt_walk *walk, const char *type);

#endif
