// From reset to main(), in the mode that the boot arguments name, and to the end of the machine.
#include "bench.h"
#include "clint.h"
#include "fdt.h"
#include "layout.h"
#include "print.h"
#include "string.h"
#include "syscon.h"
#include "uart.h"
#include "virt.h"

#define FAILURE_CODE 1
#define PMP_ALL (~0UL >> 10)
#define DELEGATED \
	(1 << CAUSE_ENVIRONMENT_CALL_FROM_U_MODE | 1 << CAUSE_LOAD_PAGE_FAULT | 1 << CAUSE_STORE_AMO_PAGE_FAULT)

u64 reps = 1;
u64 hart_count;
static bool supervisor, sv39;

// Source: Marsaglia, "Xorshift RNGs".
u64 random64(void)
{
	static u64 state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

void console_putc(char c)
{
	uart_putc(VIRT_UART, c);
}

// Behind `name` where the text begins with it.
static const char *behind(const char *text, const char *name)
{
	while (*name && *text == *name)
		text++, name++;
	return *name ? 0 : text;
}

static void read_word(const char *word)
{
	const char *digits = behind(word, "reps=");

	if (digits)
		for (reps = 0; *digits >= '0' && *digits <= '9'; digits++)
			reps = reps * 10 + (*digits - '0');
	sv39 |= behind(word, "sv39") != 0;
	supervisor |= sv39 || behind(word, "supervisor");
}

static void read_words(const char *text)
{
	while (text && *text) {
		if (*text == ' ') {
			text++;
			continue;
		}
		read_word(text);
		while (*text && *text != ' ')
			text++;
	}
}

static void read_tree(const void *dtb)
{
	struct fdt fdt;

	if (!fdt_open(&fdt, dtb))
		return;
	for (struct fdt_walk node = fdt_start(&fdt); fdt_next(&node);) {
		hart_count += fdt_device_type(&node, "cpu");
		if (node.depth == 2 && streq(node.name, "chosen"))
			read_words(fdt_text(&node, "bootargs"));
	}
}

__attribute__((weak)) void other_hart(u64 hart)
{
	(void)hart;
}

void harts_start(void)
{
	for (u64 hart = 1; hart < hart_count; hart++)
		write32(CLINT_MSIP(VIRT_CLINT, hart), 1);
}

static void run(void)
{
	u64 checksum = main();

	printf("%s: reps %lu checksum %016lx\n", BENCH_NAME, reps, checksum);
	syscon_poweroff(VIRT_SYSCON);
	for (;;)
		wfi();
}

static void run_in_supervisor_mode(void)
{
	csr_write(pmpaddr0, PMP_ALL);
	csr_write(pmpcfg0, PMP_NAPOT | PMP_R | PMP_W | PMP_X);
	csr_write(medeleg, DELEGATED);
	csr_write(satp, sv39 ? paging_satp() : 0);
	sfence_vma();
	csr_clear(mstatus, MSTATUS_MPP);
	csr_set(mstatus, PRIV_S << MSTATUS_MPP_SHIFT);
	csr_write(mepc, run);
	asm volatile("mret");
}

void begin(u64 hart, const void *dtb)
{
	(void)hart;
	read_tree(dtb);
	if (supervisor)
		run_in_supervisor_mode();
	run();
}

void trap_seen(void)
{
	printf("%s: trap: mcause 0x%lx mepc 0x%lx mtval 0x%lx\n", BENCH_NAME, csr_read(mcause), csr_read(mepc),
	       csr_read(mtval));
	syscon_fail(VIRT_SYSCON, FAILURE_CODE);
}
