// A hart's own set-up: delegation, what lower modes may use, PMP.
#include "firmware.h"

#define DELEGATED_EXCEPTIONS \
	(1 << CAUSE_INSTRUCTION_ADDRESS_MISALIGNED | 1 << CAUSE_INSTRUCTION_ACCESS_FAULT \
	 | 1 << CAUSE_ILLEGAL_INSTRUCTION | 1 << CAUSE_BREAKPOINT | 1 << CAUSE_LOAD_ADDRESS_MISALIGNED \
	 | 1 << CAUSE_LOAD_ACCESS_FAULT | 1 << CAUSE_STORE_AMO_ADDRESS_MISALIGNED \
	 | 1 << CAUSE_STORE_AMO_ACCESS_FAULT | 1 << CAUSE_ENVIRONMENT_CALL_FROM_U_MODE \
	 | 1 << CAUSE_INSTRUCTION_PAGE_FAULT | 1 << CAUSE_LOAD_PAGE_FAULT | 1 << CAUSE_STORE_AMO_PAGE_FAULT \
	 | 1 << CAUSE_SOFTWARE_CHECK)
#define DELEGATED_HYPERVISOR_EXCEPTIONS \
	(1 << CAUSE_ENVIRONMENT_CALL_FROM_VS_MODE | 1 << CAUSE_INSTRUCTION_GUEST_PAGE_FAULT \
	 | 1 << CAUSE_LOAD_GUEST_PAGE_FAULT | 1 << CAUSE_VIRTUAL_INSTRUCTION \
	 | 1 << CAUSE_STORE_AMO_GUEST_PAGE_FAULT)
#define DELEGATED_INTERRUPTS (IP_SSIP | IP_STIP | IP_SEIP | IP_LCOFIP)
#define ENVCFG_WANTED \
	(ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE | MENVCFG_ADUE | MENVCFG_PBMTE | MENVCFG_STCE)
#define PMP_RWX (PMP_R | PMP_W | PMP_X)
#define EVERYTHING (~0UL)

// Writes a CSR that may be absent: a trap goes on behind the write.
#define csr_write_if_present(csr, value) \
	asm volatile("la t0, 1f\n csrrw t0, mtvec, t0\n csrw " STRINGIFY(csr) ", %0\n" \
		     ".p2align 2\n 1: csrw mtvec, t0" : : "r"((u64)(value)) : "t0", "memory")

// Whether a CSR can be read.
#define csr_is_present(csr) \
	({ u64 present_ = 0; \
	   asm volatile("la t0, 1f\n csrrw t0, mtvec, t0\n csrr t1, " STRINGIFY(csr) "\n li %0, 1\n" \
			".p2align 2\n 1: csrw mtvec, t0" : "+r"(present_) : : "t0", "t1", "memory"); \
	   present_; })

bool hart_has_hypervisor(void)
{
	return csr_read(misa) & MISA_H;
}

// The same on every hart.
static bool has_sstc;

bool hart_has_sstc(void)
{
	return has_sstc;
}

static void delegate_traps(void)
{
	csr_write(medeleg, DELEGATED_EXCEPTIONS);
	if (hart_has_hypervisor())
		csr_set(medeleg, DELEGATED_HYPERVISOR_EXCEPTIONS);
	csr_write(mideleg, DELEGATED_INTERRUPTS);
}

static void open_features(void)
{
	csr_write(mcounteren, EVERYTHING);
	csr_write(scounteren, COUNTEREN_CY | COUNTEREN_TM | COUNTEREN_IR);
	csr_write_if_present(CSR_MENVCFG, ENVCFG_WANTED);
	csr_write_if_present(CSR_MSTATEEN0, EVERYTHING);
	// menvcfg.STCE sticks in QEMU 7.2 without Sstc too: stimecmp itself is asked.
	has_sstc = csr_is_present(CSR_MENVCFG) && csr_read(CSR_MENVCFG) & MENVCFG_STCE
		&& csr_is_present(CSR_STIMECMP);
}

// Entry 0 keeps lower modes out of the firmware, entry 1 lets them have the rest.
static void protect_firmware(void)
{
	csr_write_if_present(pmpaddr0, PMP_NAPOT_ADDR((u64)SBI_BASE, (u64)SBI_SIZE));
	csr_write_if_present(pmpaddr1, EVERYTHING);
	csr_write_if_present(pmpcfg0, (PMP_NAPOT | PMP_RWX) << 8 | PMP_NAPOT);
	sfence_vma();
}

void hart_init(void)
{
	delegate_traps();
	open_features();
	protect_firmware();
	timer_init();
}

void hart_enter(u64 address, u64 opaque, u64 mode)
{
	csr_write(satp, 0);
	csr_write(stvec, address);
	csr_write(sscratch, 0);
	csr_write(mie, IP_MSIP);
	csr_clear(mip, IP_SSIP);
	csr_clear(mstatus, MSTATUS_MPP | MSTATUS_SIE | MSTATUS_MPRV | MSTATUS_SUM | MSTATUS_MXR);
	csr_set(mstatus, mode << MSTATUS_MPP_SHIFT);
	csr_write(mepc, address);
	sfence_vma();
	fence_i();
	enter_next(hart_id(), opaque);
}
