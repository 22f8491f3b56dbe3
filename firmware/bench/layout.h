// Numbers shared by C, assembly and the linker script.
#ifndef LAYOUT_H
#define LAYOUT_H

#define BENCH_HARTS 8
#define BENCH_STACK_SHIFT 16
#define BENCH_STACK_SIZE (1 << BENCH_STACK_SHIFT)

#endif
