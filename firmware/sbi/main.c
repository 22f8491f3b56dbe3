// Boot: one hart reads the machine and goes on to the next stage, the others wait in STOPPED.
#include "firmware.h"
#include "print.h"
#include "string.h"
#include "uart.h"

// Source: OpenSBI, "FW_DYNAMIC": the previous stage passes this in a2.
#define FW_DYNAMIC_MAGIC 0x4942534f
#define FW_DYNAMIC_VERSION_BOOT_HART 2
struct fw_dynamic {
	u64 magic;
	u64 version;
	u64 next_address;
	u64 next_mode;
	u64 options;
	u64 boot_hart;
};

// Not in .bss, which the boot hart clears while the others look at these.
static u64 lottery __attribute__((section(".data")));
static bool machine_is_read __attribute__((section(".data")));

extern u8 bss_start[], bss_end[];

static bool is_fw_dynamic(const struct fw_dynamic *info)
{
	return info && (u64)info % sizeof(u64) == 0 && info->magic == FW_DYNAMIC_MAGIC;
}

static bool is_boot_hart(u64 hart, const struct fw_dynamic *info)
{
	if (is_fw_dynamic(info) && info->version >= FW_DYNAMIC_VERSION_BOOT_HART
	    && info->boot_hart < MAX_HARTS)
		return info->boot_hart == hart;
	return __atomic_exchange_n(&lottery, 1, __ATOMIC_ACQ_REL) == 0;
}

static void wait_for_machine(void)
{
	while (!__atomic_load_n(&machine_is_read, __ATOMIC_ACQUIRE))
		pause();
}

static void boot_first(u64 hart, void *dtb, const struct fw_dynamic *info)
{
	u64 next = SBI_BASE + DEFAULT_NEXT_OFFSET, mode = PRIV_S;

	if (is_fw_dynamic(info)) {
		next = info->next_address;
		mode = info->next_mode & PRIV_M;
	}
	memset(bss_start, 0, bss_end - bss_start);
	if (!platform_read(dtb))
		panic();
	uart_init(platform.uart);
	printf("rvemu sbi 2.0: harts %u, next 0x%lx in %c-mode\n", hart_count(), next, "US?M"[mode]);
	if (!reserve_own_memory(dtb, next))
		printf("sbi: no room to reserve memory in the device tree\n");
	hsm_boot(hart);
	__atomic_store_n(&machine_is_read, true, __ATOMIC_RELEASE);
	hart_init();
	hart_enter(next, (u64)dtb, mode);
}

// Called on every hart, with nothing set up but a stack.
void boot(u64 hart, void *dtb, const struct fw_dynamic *info)
{
	if (is_boot_hart(hart, info))
		boot_first(hart, dtb, info);
	wait_for_machine();
	hart_init();
	hsm_wait_for_start();
}

// A trap that M-mode took for a lower mode: an interrupt, an SBI call, or what medeleg could not pass on.
static void redirect_to_s(void)
{
	u64 status = csr_read(mstatus);
	bool was_s = (status & MSTATUS_MPP) >> MSTATUS_MPP_SHIFT == PRIV_S;

	csr_write(scause, csr_read(mcause));
	csr_write(sepc, csr_read(mepc));
	csr_write(stval, csr_read(mtval));
	csr_write(mepc, csr_read(stvec) & ~3UL);
	status &= ~(u64)(MSTATUS_MPP | MSTATUS_SPP | MSTATUS_SPIE);
	status |= was_s ? MSTATUS_SPP : 0;
	status |= status & MSTATUS_SIE ? MSTATUS_SPIE : 0;
	csr_write(mstatus, (status & ~(u64)MSTATUS_SIE) | PRIV_S << MSTATUS_MPP_SHIFT);
}

void trap(struct frame *frame)
{
	switch (csr_read(mcause)) {
	case INTERRUPT_BIT | INTERRUPT_MACHINE_SOFTWARE:
		ipi_receive();
		break;
	case INTERRUPT_BIT | INTERRUPT_MACHINE_TIMER:
		timer_expired();
		break;
	case CAUSE_ENVIRONMENT_CALL_FROM_S_MODE:
		csr_write(mepc, csr_read(mepc) + 4);
		ecall(frame);
		break;
	default:
		redirect_to_s();
	}
}
