// RV64 privileged architecture: what csr.h does not generate, and the accessors of CSRs and memory.
#ifndef RV_H
#define RV_H

#include "csr.h"

// misa
#define MISA_H (1 << 7)

// mstatus.FS
#define MSTATUS_FS_INITIAL (1 << MSTATUS_FS_SHIFT)

// Privilege modes
#define PRIV_U 0
#define PRIV_S 1
#define PRIV_M 3

// mip, mie, sip, sie, mideleg
#define IP_SSIP (1 << INTERRUPT_SUPERVISOR_SOFTWARE)
#define IP_MSIP (1 << INTERRUPT_MACHINE_SOFTWARE)
#define IP_STIP (1 << INTERRUPT_SUPERVISOR_TIMER)
#define IP_MTIP (1 << INTERRUPT_MACHINE_TIMER)
#define IP_SEIP (1 << INTERRUPT_SUPERVISOR_EXTERNAL)
#define IP_LCOFIP (1 << INTERRUPT_LOCAL_COUNTER_OVERFLOW)

// mcause of the hypervisor extension
#define CAUSE_ENVIRONMENT_CALL_FROM_VS_MODE 10
#define CAUSE_INSTRUCTION_GUEST_PAGE_FAULT 20
#define CAUSE_LOAD_GUEST_PAGE_FAULT 21
#define CAUSE_VIRTUAL_INSTRUCTION 22
#define CAUSE_STORE_AMO_GUEST_PAGE_FAULT 23

// mcounteren, scounteren
#define COUNTEREN_CY (1 << 0)
#define COUNTEREN_TM (1 << 1)
#define COUNTEREN_IR (1 << 2)

// pmpcfg: one byte an entry
#define PMP_R 0x01
#define PMP_W 0x02
#define PMP_X 0x04
#define PMP_TOR 0x08
#define PMP_NA4 0x10
#define PMP_NAPOT 0x18
#define PMP_LOCK 0x80
#define PMP_ADDR_SHIFT 2
// pmpaddr of the naturally aligned power-of-two region of `size` bytes at `base`.
#define PMP_NAPOT_ADDR(base, size) (((base) >> PMP_ADDR_SHIFT) | (((size) >> (PMP_ADDR_SHIFT + 1)) - 1))

// satp
#define SATP_MODE_SHIFT 60
#define SATP_MODE_SV39 8UL
#define SATP_ASID_SHIFT 44

// Sv39 page-table entries
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PTE_V (1 << 0)
#define PTE_R (1 << 1)
#define PTE_W (1 << 2)
#define PTE_X (1 << 3)
#define PTE_U (1 << 4)
#define PTE_G (1 << 5)
#define PTE_A (1 << 6)
#define PTE_D (1 << 7)
#define PTE_PPN_SHIFT 10
#define PTE_PPN_MASK ((1UL << 44) - 1)
#define SV39_LEVELS 3
#define VPN_BITS 9

#ifndef __ASSEMBLER__

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

#define csr_read(csr) \
	({ u64 value_; asm volatile("csrr %0, " STRINGIFY(csr) : "=r"(value_) : : "memory"); value_; })
#define csr_write(csr, value) asm volatile("csrw " STRINGIFY(csr) ", %0" : : "rK"((u64)(value)) : "memory")
#define csr_set(csr, bits) asm volatile("csrs " STRINGIFY(csr) ", %0" : : "rK"((u64)(bits)) : "memory")
#define csr_clear(csr, bits) asm volatile("csrc " STRINGIFY(csr) ", %0" : : "rK"((u64)(bits)) : "memory")

static inline void wfi(void)
{
	asm volatile("wfi" : : : "memory");
}

// The PAUSE hint of Zihintpause: a fence that does nothing where it is not known.
static inline void pause(void)
{
	asm volatile(".insn i 0x0f, 0, x0, x0, 0x010" : : : "memory");
}

static inline void fence(void)
{
	asm volatile("fence rw, rw" : : : "memory");
}

// Orders accesses to memory against those to devices.
static inline void fence_io(void)
{
	asm volatile("fence iorw, iorw" : : : "memory");
}

static inline void fence_i(void)
{
	asm volatile("fence.i" : : : "memory");
}

static inline void sfence_vma(void)
{
	asm volatile("sfence.vma" : : : "memory");
}

static inline u64 time(void)
{
	return csr_read(time);
}

static inline u8 read8(u64 pa)
{
	return *(volatile u8 *)pa;
}

static inline void write8(u64 pa, u8 value)
{
	*(volatile u8 *)pa = value;
}

static inline u32 read32(u64 pa)
{
	return *(volatile u32 *)pa;
}

static inline void write32(u64 pa, u32 value)
{
	*(volatile u32 *)pa = value;
}

static inline u64 read64(u64 pa)
{
	return *(volatile u64 *)pa;
}

static inline void write64(u64 pa, u64 value)
{
	*(volatile u64 *)pa = value;
}

#endif
#endif
