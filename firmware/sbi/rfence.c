// Remote fences. The sender describes the fence in its own slot, tells each target, and waits until all have
// done it; while it waits it serves the fences of others, so two senders never wait for each other.
#include "firmware.h"

#define FENCE_ALL_ABOVE (64 * PAGE_SIZE)

struct fence {
	u64 function;      // SBI_RFENCE_*
	u64 start;
	u64 size;
	u64 id;            // ASID or VMID
	u64 hgatp;         // of the sender, for the guest whose VS-stage is meant
	u64 outstanding;   // targets that have not done it yet
};

static struct fence slots[MAX_HARTS];
static u64 senders[MAX_HARTS]; // bit n: hart n waits for this hart's fence

#define hfence(funct7) asm volatile(".insn r 0x73, 0, " STRINGIFY(funct7) ", x0, x0, x0" : : : "memory")
#define HFENCE_VVMA 0x11
#define HFENCE_GVMA 0x31
#define CSR_HGATP 0x680

static void sfence_vma_pages(const struct fence *fence)
{
	if (fence->size > FENCE_ALL_ABOVE || (!fence->start && !fence->size)) {
		sfence_vma();
		return;
	}
	for (u64 done = 0; done < fence->size; done += PAGE_SIZE)
		asm volatile("sfence.vma %0, x0" : : "r"(fence->start + done) : "memory");
}

static void sfence_vma_asid(const struct fence *fence)
{
	if (fence->size > FENCE_ALL_ABOVE || (!fence->start && !fence->size)) {
		asm volatile("sfence.vma x0, %0" : : "r"(fence->id) : "memory");
		return;
	}
	for (u64 done = 0; done < fence->size; done += PAGE_SIZE)
		asm volatile("sfence.vma %0, %1" : : "r"(fence->start + done), "r"(fence->id) : "memory");
}

// hfence.vvma works on the guest named by hgatp.VMID.
static void hfence_vvma(u64 hgatp)
{
	u64 own = csr_read(CSR_HGATP);

	csr_write(CSR_HGATP, hgatp);
	hfence(HFENCE_VVMA);
	csr_write(CSR_HGATP, own);
}

static void fence_here(const struct fence *fence)
{
	switch (fence->function) {
	case SBI_RFENCE_FENCE_I:
		fence_i();
		break;
	case SBI_RFENCE_SFENCE_VMA:
		sfence_vma_pages(fence);
		break;
	case SBI_RFENCE_SFENCE_VMA_ASID:
		sfence_vma_asid(fence);
		break;
	case SBI_RFENCE_HFENCE_GVMA_VMID:
	case SBI_RFENCE_HFENCE_GVMA:
		hfence(HFENCE_GVMA);
		break;
	case SBI_RFENCE_HFENCE_VVMA_ASID:
	case SBI_RFENCE_HFENCE_VVMA:
		hfence_vvma(fence->hgatp);
		break;
	}
}

void rfence_serve(void)
{
	u64 waiting = __atomic_exchange_n(&senders[hart_id()], 0, __ATOMIC_ACQ_REL);

	for (u64 sender = 0; waiting; sender++, waiting >>= 1) {
		if (!(waiting & 1))
			continue;
		fence_here(&slots[sender]);
		__atomic_fetch_sub(&slots[sender].outstanding, 1, __ATOMIC_ACQ_REL);
	}
}

static void tell(u64 target)
{
	__atomic_fetch_add(&slots[hart_id()].outstanding, 1, __ATOMIC_ACQ_REL);
	__atomic_fetch_or(&senders[target], 1UL << hart_id(), __ATOMIC_ACQ_REL);
	ipi_send(target, IPI_FENCE);
}

static void fence_harts(u64 harts)
{
	u64 self = hart_id();

	for (u64 hart = 0; hart < MAX_HARTS; hart++)
		if (hart != self && harts >> hart & 1 && hsm_is_interruptible(hart))
			tell(hart);
	if (harts >> self & 1)
		fence_here(&slots[self]);
	while (__atomic_load_n(&slots[self].outstanding, __ATOMIC_ACQUIRE)) {
		rfence_serve();
		pause();
	}
}

static void describe(u64 function, u64 start, u64 size, u64 id)
{
	u64 hgatp = hart_has_hypervisor() ? csr_read(CSR_HGATP) : 0;

	slots[hart_id()] = (struct fence){
		.function = function, .start = start, .size = size, .id = id, .hgatp = hgatp,
	};
}

struct sbi_ret rfence_call(u64 function, const u64 *args)
{
	u64 harts;

	if (function > SBI_RFENCE_HFENCE_VVMA)
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	if (function > SBI_RFENCE_SFENCE_VMA_ASID && !hart_has_hypervisor())
		return (struct sbi_ret){ SBI_ERR_NOT_SUPPORTED, 0 };
	if (!hart_mask(args[0], args[1], &harts))
		return (struct sbi_ret){ SBI_ERR_INVALID_PARAM, 0 };
	describe(function, args[2], args[3], args[4]);
	fence_harts(harts);
	return (struct sbi_ret){ SBI_SUCCESS, 0 };
}

void rfence_legacy(u64 function, u64 harts, u64 start, u64 size, u64 asid)
{
	describe(function, start, size, asid);
	fence_harts(harts);
}
