/* What ACT4's tests ask of rvemu: they check themselves, and end by HTIF with 1 (pass) or 3 (fail) in tohost. */
#ifndef RVEMU_RVMODEL_MACROS_H
#define RVEMU_RVMODEL_MACROS_H

#define RVMODEL_DATA_SECTION                            \
    .pushsection .tohost, "aw", @progbits;              \
    .balign 64; .globl tohost;   tohost:   .dword 0;    \
    .balign 64; .globl fromhost; fromhost: .dword 0;    \
    .popsection

#define STANDARD_SM_SUPPORTED
#define RVMODEL_BOOT

#define RVEMU_HALT(_word)                               \
    li   t0, _word;                                     \
    la   t1, tohost;                                    \
7:  sd   t0, 0(t1);                                     \
    j    7b
#define RVMODEL_HALT_PASS RVEMU_HALT(1)
#define RVMODEL_HALT_FAIL RVEMU_HALT(3)

/* The UART's transmit register: it is always ready. */
#define RVMODEL_IO_INIT(_r1, _r2, _r3)
#define RVMODEL_IO_WRITE_STR(_r1, _r2, _r3, _text)      \
    li   _r2, 0x10000000;                               \
8:  lbu  _r1, 0(_text);                                 \
    beqz _r1, 9f;                                       \
    sb   _r1, 0(_r2);                                   \
    addi _text, _text, 1;                               \
    j    8b;                                            \
9:

#define RVMODEL_ACCESS_FAULT_ADDRESS 0x00000000
#define RVMODEL_MTIME_ADDRESS 0x0200BFF8
#define RVMODEL_MTIMECMP_ADDRESS 0x02004000
#define RVMODEL_TIMER_INT_SOON_DELAY 100
#define RVMODEL_INTERRUPT_LATENCY 10

#define RVEMU_MSIP(_r1, _r2, _value)                    \
    li   _r1, _value;                                   \
    li   _r2, 0x02000000;                               \
    sw   _r1, 0(_r2)
#define RVMODEL_SET_MSW_INT(_r1, _r2) RVEMU_MSIP(_r1, _r2, 1)
#define RVMODEL_CLR_MSW_INT(_r1, _r2) RVEMU_MSIP(_r1, _r2, 0)
#define RVMODEL_SET_SSW_INT(_r1, _r2) csrsi mip, 2
#define RVMODEL_CLR_SSW_INT(_r1, _r2) csrci mip, 2

/* No device raises an external interrupt on demand. */
#define RVMODEL_SET_MEXT_INT(_r1, _r2)
#define RVMODEL_CLR_MEXT_INT(_r1, _r2)
#define RVMODEL_SET_SEXT_INT(_r1, _r2)
#define RVMODEL_CLR_SEXT_INT(_r1, _r2)

#endif
