// The power switch of QEMU's virt machine, "sifive,test1".
#ifndef SYSCON_H
#define SYSCON_H

#include "rv.h"

#define SYSCON_POWEROFF 0x5555
#define SYSCON_RESET 0x7777
#define SYSCON_FAIL 0x3333
#define SYSCON_CODE_SHIFT 16

static inline void syscon_poweroff(u64 base)
{
	write32(base, SYSCON_POWEROFF);
}

static inline void syscon_reset(u64 base)
{
	write32(base, SYSCON_RESET);
}

static inline void syscon_fail(u64 base, u16 code)
{
	write32(base, (u32)code << SYSCON_CODE_SHIFT | SYSCON_FAIL);
}

#endif
