// What the parts of the firmware share.
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdbool.h>
#include "layout.h"
#include "rv.h"
#include "sbi.h"

// Numbers of the registers of a frame.
#define REG_A0 10
#define REG_A6 16
#define REG_A7 17

struct frame {
	u64 x[FRAME_SIZE / sizeof(u64)];
};

struct sbi_ret {
	i64 error;
	u64 value;
};

// The machine, read from the device tree once by the boot hart.
struct platform {
	u64 harts;         // bit n: hart n exists
	u64 memory_base;   // the bank that holds the firmware
	u64 memory_size;
	u64 uart;          // base addresses, 0 where there is none
	u64 clint;
	u64 syscon;
};
extern struct platform platform;

static inline u64 hart_id(void)
{
	return csr_read(mhartid);
}

// platform.c
bool platform_read(const void *dtb);
bool memory_is_open(u64 address, u64 size); // in RAM and not the firmware's own
u32 hart_count(void);

// reserve.c: adds the firmware's own memory to /reserved-memory.
bool reserve_own_memory(void *dtb, u64 next_address);

// hart.c
void hart_init(void);
bool hart_has_sstc(void);
bool hart_has_hypervisor(void);
void hart_enter(u64 address, u64 opaque, u64 mode) __attribute__((noreturn));
void enter_next(u64 hart, u64 opaque) __attribute__((noreturn));

// hsm.c
void hsm_boot(u64 hart);
void hsm_wait_for_start(void) __attribute__((noreturn));
bool hsm_is_interruptible(u64 hart);
struct sbi_ret hsm_call(u64 function, const u64 *args);

// ipi.c
enum { IPI_WAKE = 1 << 0, IPI_SOFT = 1 << 1, IPI_FENCE = 1 << 2 };
void ipi_send(u64 hart, u64 what);
void ipi_receive(void);
// The harts that (mask, base) name; false when one of them does not exist.
bool hart_mask(u64 mask, u64 base, u64 *harts);
void ipi_send_soft(u64 harts);
struct sbi_ret ipi_call(u64 function, const u64 *args);

// rfence.c
void rfence_serve(void);
struct sbi_ret rfence_call(u64 function, const u64 *args);
void rfence_legacy(u64 function, u64 harts, u64 start, u64 size, u64 asid);

// timer.c
void timer_init(void);
void timer_set(u64 when);
void timer_expired(void);
struct sbi_ret timer_call(u64 function, const u64 *args);

// console.c
struct sbi_ret console_call(u64 function, const u64 *args);
int console_getc(void);
void panic(void) __attribute__((noreturn));

// reset.c
void system_shutdown(u64 reason) __attribute__((noreturn));
struct sbi_ret reset_call(u64 function, const u64 *args);

// legacy.c
i64 legacy_call(u64 extension, const u64 *args);

// ecall.c
void ecall(struct frame *frame);

#endif
