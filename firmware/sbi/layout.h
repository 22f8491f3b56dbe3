// Where the firmware lies in memory; shared by C, assembly and the linker script.
#ifndef LAYOUT_H
#define LAYOUT_H

#define SBI_BASE 0x80000000
#define SBI_SIZE 0x40000 // a power of two: one NAPOT entry protects it
#define SBI_NODE_NAME "mmode_resv0@80000000"
#define DEFAULT_NEXT_OFFSET 0x200000

#define MAX_HARTS 64
#define STACK_SHIFT 11
#define STACK_SIZE (1 << STACK_SHIFT)

// Registers of an interrupted mode, as trap_entry saves them: x1 ... x31 at 8 * number.
#define FRAME_SIZE 256

#endif
