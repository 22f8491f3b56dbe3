// Platform-Level Interrupt Controller; every source goes to the boot hart.
// Source: RISC-V Platform-Level Interrupt Controller Specification, "Memory Map".
#include "kernel.h"

#define PLIC_PRIORITY(irq) (machine.plic + 4 * (irq))
#define PLIC_ENABLE(context, irq) (machine.plic + 0x2000 + 0x80 * (context) + 4 * ((irq) / 32))
#define PLIC_THRESHOLD(context) (machine.plic + 0x200000 + 0x1000 * (context))
#define PLIC_CLAIM(context) (machine.plic + 0x200004 + 0x1000 * (context))

static u32 context;

void plic_init(void)
{
	context = machine.plic_context[hart_id()];
	write32(PLIC_THRESHOLD(context), 0);
}

void plic_enable(u32 irq)
{
	write32(PLIC_PRIORITY(irq), 1);
	write32(PLIC_ENABLE(context, irq), read32(PLIC_ENABLE(context, irq)) | 1U << irq % 32);
}

void plic_handle(void)
{
	u32 irq;

	while ((irq = read32(PLIC_CLAIM(context)))) {
		if (irq == machine.uart_irq)
			console_interrupt();
		else
			disk_interrupt(irq);
		write32(PLIC_CLAIM(context), irq);
	}
}
