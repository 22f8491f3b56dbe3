// Numbers of the manuals that rv.h need not have, since not every machine does.
#ifndef STANDARD_H
#define STANDARD_H

#define SEED 0x015
#define SSP 0x011
#define SSTATEEN0 0x10c
#define MSTATEEN0 0x30c
#define MCYCLECFG 0x321
#define MINSTRETCFG 0x322
#define MSECCFG 0x747
#define SCOUNTOVF 0xda0

#define SOFTWARE_CHECK 18
#define LANDING_PAD_FAULT 2             // xtval of a software check
#define SHADOW_STACK_FAULT 3

#define SET_BITS(csr, bits) li t0, bits; csrs csr, t0
#define CLEAR_BITS(csr, bits) li t0, bits; csrc csr, t0

#endif
