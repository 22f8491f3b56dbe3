// What every benchmark shares. The boot arguments say how much work is to be done and where:
//   reps=N      equal portions of work; with 0 the guest only sets up, which is what start-up costs
//   supervisor  in S-mode, with satp = 0; without, in M-mode
//   sv39        in S-mode, with everything mapped to itself in pages of 4 KiB
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include "rv.h"

extern u64 reps;

// The benchmark; hart 0 calls it, and prints the checksum of the work done that it returns.
u64 main(void);
// What every other hart does when hart 0 has called harts_start().
void other_hart(u64 hart);
void harts_start(void);
extern u64 hart_count;

u64 random64(void);

// Large arrays: nobody clears them.
#define SCRATCH __attribute__((section(".bss.scratch"), aligned(4096)))
// Code and data of U-mode.
#define USER __attribute__((section(".user")))

// paging.c: the entry of a page that nothing else is mapped on, for the benchmark to use.
#define SPARE_VA 0x40000000UL
u64 *spare_entries(void);
u64 page_entry(u64 pa, u64 flags);
u64 paging_satp(void);

#endif
