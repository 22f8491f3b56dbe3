// The parts of QEMU's virt memory map that bare-metal payloads use without a device tree.
#ifndef VIRT_H
#define VIRT_H

#define VIRT_SYSCON 0x100000
#define VIRT_CLINT 0x2000000
#define VIRT_UART 0x10000000
#define VIRT_RAM 0x80000000

#endif
