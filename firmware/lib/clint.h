// Core Local Interruptor. Source: SiFive FU540-C000 Manual, "Core Local Interruptor (CLINT)".
#ifndef CLINT_H
#define CLINT_H

#define CLINT_MSIP(base, hart) ((base) + 4 * (hart))
#define CLINT_MTIMECMP(base, hart) ((base) + 0x4000 + 8 * (hart))
#define CLINT_MTIME(base) ((base) + 0xbff8)

#endif
