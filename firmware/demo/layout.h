// Addresses shared by C, assembly and the linker script.
#ifndef LAYOUT_H
#define LAYOUT_H

#define KERNEL_BASE 0x80200000
#define KERNEL_SIZE 0x200000 // image, tables and stacks: mapped page by page, what follows in 2 MiB pages
#define MAX_HARTS 64
#define STACK_SHIFT 13
#define STACK_SIZE (1 << STACK_SHIFT)

// The trampoline is the last page of Sv39's lower half in every page table, kernel's and users'.
#define TRAMPOLINE 0x3ffffff000
#define TRAPFRAME 0x3fffffe000 // in a user's table only
#define USER_TEXT 0x3f00000000
#define USER_STACK 0x3f40000000 // grows down from here

// Virtual pages that the self-check maps and unmaps.
#define CHECK_VA 0x3e00000000

// struct trapframe
#define TF_KERNEL_SATP 0
#define TF_KERNEL_STVEC 8
#define TF_PC 16
#define TF_KERNEL 24 // ra sp gp tp s0-s11
#define TF_USER 152  // x1 ... x31

#endif
