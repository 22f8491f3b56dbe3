// Zkr: seed gives 16 bits of entropy now and then, to M-mode and to those that mseccfg lets.
#include "test.h"
#include "standard.h"

#define OPST_SHIFT 30
#define ES16 2
#define DEAD 3
#define RESERVED (0x3f << 24)
#define TRIES 100000
#define SSEED (1 << 9)
#define USEED (1 << 8)

TEST_BEGIN
	// Accesses must write: anything that only reads is illegal.
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrs a0, SEED, x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrc a0, SEED, x0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrsi a0, SEED, 0
	FAULTS CAUSE_ILLEGAL_INSTRUCTION, csrrci a0, SEED, 0

	// Reserved bits are 0, entropy comes along in some time, and is not always the same.
	CASE
	li s0, TRIES
	li s1, 0
	li s2, -1
1:	addi s0, s0, -1
	beqz s0, fail
	T csrrw a0, SEED, x0
	srli a1, a0, 32
	beqz a1, 2f
	li a2, 0xffffffff               // a register of 32 bits may be sign-extended
	bne a1, a2, fail
2:	li a1, RESERVED
	and a1, a0, a1
	bnez a1, fail
	srli a1, a0, OPST_SHIFT
	andi a1, a1, 3
	li a2, DEAD
	beq a1, a2, fail
	li a2, ES16
	bne a1, a2, 1b
	zext.h a0, a0
	mv a1, s2
	mv s2, a0
	bltz a1, 1b
	beq a0, a1, 1b

	// Privilege.
	CLEAR_BITS(MSECCFG, SSEED | USEED)
	RUNS PRIV_M, csrrw a0, SEED, x0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrrw a0, SEED, x0
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrrw a0, SEED, x0
	SET_BITS(MSECCFG, SSEED)
	RUNS PRIV_S, csrrw a0, SEED, x0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrrs a0, SEED, x0
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, csrrw a0, SEED, x0
	CLEAR_BITS(MSECCFG, SSEED)
	SET_BITS(MSECCFG, USEED)
	RUNS PRIV_U, csrrw a0, SEED, x0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, csrrw a0, SEED, x0
TEST_END
