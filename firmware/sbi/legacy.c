// The legacy extensions of SBI 0.1: the result is in a0 alone, and hart masks are pointers of the caller.
#include "firmware.h"

// Reads 8 bytes as the caller would, through its page table; false when it faults.
static bool load_as_caller(u64 va, u64 *value)
{
	u64 epc = csr_read(mepc), status = csr_read(mstatus), ok = 0, loaded = 0;

	asm volatile("la t0, 1f\n"
		     "csrrw t0, mtvec, t0\n"
		     "csrs mstatus, %[mprv]\n"
		     "ld %[loaded], (%[va])\n"
		     "li %[ok], 1\n"
		     ".p2align 2\n"
		     "1: csrc mstatus, %[mprv]\n"
		     "csrw mtvec, t0"
		     : [loaded] "+r"(loaded), [ok] "+r"(ok)
		     : [va] "r"(va), [mprv] "r"((u64)MSTATUS_MPRV)
		     : "t0", "memory");
	csr_write(mepc, epc);
	csr_write(mstatus, status);
	*value = loaded;
	return ok;
}

// A null pointer names every hart.
static bool legacy_harts(u64 pointer, u64 *harts)
{
	u64 mask;

	if (!pointer)
		return hart_mask(0, SBI_ALL_HARTS, harts);
	return load_as_caller(pointer, &mask) && hart_mask(mask, 0, harts);
}

static i64 legacy_to_harts(u64 extension, const u64 *args)
{
	u64 harts;

	if (!legacy_harts(args[0], &harts))
		return SBI_ERR_INVALID_ADDRESS;
	switch (extension) {
	case SBI_LEGACY_SEND_IPI:
		ipi_send_soft(harts);
		break;
	case SBI_LEGACY_REMOTE_FENCE_I:
		rfence_legacy(SBI_RFENCE_FENCE_I, harts, 0, 0, 0);
		break;
	case SBI_LEGACY_REMOTE_SFENCE_VMA:
		rfence_legacy(SBI_RFENCE_SFENCE_VMA, harts, args[1], args[2], 0);
		break;
	default:
		rfence_legacy(SBI_RFENCE_SFENCE_VMA_ASID, harts, args[1], args[2], args[3]);
	}
	return SBI_SUCCESS;
}

i64 legacy_call(u64 extension, const u64 *args)
{
	switch (extension) {
	case SBI_LEGACY_SET_TIMER:
		timer_set(args[0]);
		return SBI_SUCCESS;
	case SBI_LEGACY_CONSOLE_PUTCHAR:
		console_call(SBI_DBCN_CONSOLE_WRITE_BYTE, args);
		return SBI_SUCCESS;
	case SBI_LEGACY_CONSOLE_GETCHAR:
		return console_getc();
	case SBI_LEGACY_CLEAR_IPI:
		csr_clear(mip, IP_SSIP);
		return SBI_SUCCESS;
	case SBI_LEGACY_SHUTDOWN:
		system_shutdown(SBI_SRST_NO_REASON);
	default:
		return legacy_to_harts(extension, args);
	}
}
