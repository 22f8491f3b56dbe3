/* What the architectural tests ask of rvemu: end by HTIF, a signature between two symbols, interrupts by CLINT. */
#ifndef RVEMU_MODEL_TEST_H
#define RVEMU_MODEL_TEST_H

#define RVEMU_CLINT 0x02000000

/* Pass: a 1 in tohost. */
#define RVMODEL_HALT                                    \
    fence;                                              \
    li   t0, 1;                                         \
    la   t1, tohost;                                    \
rvemu_halt:                                             \
    sd   t0, 0(t1);                                     \
    j    rvemu_halt

#define RVMODEL_BOOT

#define RVMODEL_DATA_BEGIN                              \
    .pushsection .tohost, "aw", @progbits;              \
    .balign 64; .globl tohost;   tohost:   .dword 0;    \
    .balign 64; .globl fromhost; fromhost: .dword 0;    \
    .popsection;                                        \
    .balign 16; .globl begin_signature; begin_signature:

#define RVMODEL_DATA_END                                \
    .balign 16; .globl end_signature; end_signature:

#define RVMODEL_IO_INIT
#define RVMODEL_IO_WRITE_STR(_reg, _text)
#define RVMODEL_IO_CHECK()
#define RVMODEL_IO_ASSERT_GPR_EQ(_scratch, _reg, _value)
#define RVMODEL_IO_ASSERT_SFPR_EQ(_freg, _reg, _value)
#define RVMODEL_IO_ASSERT_DFPR_EQ(_freg, _reg, _value)

#define RVMODEL_SET_MSW_INT                             \
    li   t1, 1;                                         \
    li   t2, RVEMU_CLINT;                               \
    sw   t1, 0(t2)

#define RVMODEL_CLEAR_MSW_INT                           \
    li   t2, RVEMU_CLINT;                               \
    sw   x0, 0(t2)

#define RVMODEL_CLEAR_MTIMER_INT                        \
    li   t1, -1;                                        \
    li   t2, RVEMU_CLINT + 0x4000;                      \
    sd   t1, 0(t2)

#define RVMODEL_CLEAR_MEXT_INT

#endif
