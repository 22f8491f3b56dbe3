// Smepmp: the table of mseccfg.MML for M-mode and for lower modes, RLB, MMWP.
#include "test.h"
#include "csr_test.h"
#include "standard.h"

#define MML 1
#define MMWP 2
#define RLB 4
#define ENTRY(n, cfg) ((cfg) << (8 * (n)))

// Entries: 0 the page under test, 1 tohost, 2 and 3 the code, 4 and 5 the data.
#define CODE_BEFORE (PMP_TOR | PMP_LOCK | PMP_R | PMP_X)
#define CODE (PMP_TOR | PMP_LOCK | PMP_W | PMP_X)       // M reads and executes, lower modes execute
#define DATA (PMP_TOR | PMP_LOCK | PMP_R | PMP_W)
#define TOHOST (PMP_NAPOT | PMP_LOCK | PMP_R | PMP_W)
#define REST(code) (ENTRY(1, TOHOST) | ENTRY(3, code) | ENTRY(4, DATA))

// cfg without A; then for M and for S whether they may read, write, execute
.macro RIGHTS cfg, mr, mw, mx, sr, sw, sx
	li t0, REST(CODE) | ENTRY(0, PMP_NAPOT | \cfg)
	csrw pmpcfg0, t0
	sfence.vma
	CASE
	csrr t1, pmpcfg0
	bne t0, t1, fail
	RIGHT PRIV_M, \mr, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s0)
	RIGHT PRIV_M, \mw, CAUSE_STORE_AMO_ACCESS_FAULT, sd x0, 8(s0)
	FETCH PRIV_M, \mx
	RIGHT PRIV_S, \sr, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s0)
	RIGHT PRIV_S, \sw, CAUSE_STORE_AMO_ACCESS_FAULT, sd x0, 8(s0)
	FETCH PRIV_S, \sx
.endm
.macro RIGHT mode, has, cause, insn:vararg
	.if \has
	RUNS \mode, \insn
	.else
	TRAPS \mode, \cause, \insn
	.endif
.endm
// The page holds ebreak.
.macro FETCH mode, has
	TRAP_BEGIN
	.if \mode != PRIV_M
	LOWER \mode
	.endif
	jr s0
	.if \has
	TRAP_END CAUSE_BREAKPOINT
	.else
	TRAP_END CAUSE_INSTRUCTION_ACCESS_FAULT
	.endif
	bne s9, s0, fail
.endm

TEST_BEGIN
	LOWEST MSECCFG
	la s0, page
	srli t0, s0, PMP_ADDR_SHIFT
	ori t0, t0, (PAGE_SIZE >> (PMP_ADDR_SHIFT + 1)) - 1
	csrw pmpaddr0, t0
	la t0, tohost
	srli t0, t0, PMP_ADDR_SHIFT
	ori t0, t0, (PAGE_SIZE >> (PMP_ADDR_SHIFT + 1)) - 1
	csrw pmpaddr1, t0
	li t0, VIRT_RAM >> PMP_ADDR_SHIFT
	csrw pmpaddr2, t0
	la t0, user_data
	srli t0, t0, PMP_ADDR_SHIFT
	csrw pmpaddr3, t0
	la t0, user_end
	srli t0, t0, PMP_ADDR_SHIFT
	csrw pmpaddr4, t0

	// RLB: what is locked can be changed, and RLB itself be set as long as nothing is locked.
	CASE
	csrwi MSECCFG, RLB
	csrr a0, MSECCFG
	andi a0, a0, MML | MMWP | RLB
	EXPECT a0, RLB
	li t0, REST(CODE_BEFORE)
	csrw pmpcfg0, t0
	csrr t1, pmpcfg0
	bne t0, t1, fail
	li t1, REST(CODE_BEFORE) | ENTRY(0, PMP_NAPOT)
	csrw pmpcfg0, t1
	csrr t0, pmpcfg0
	bne t0, t1, fail

	// MML cannot be taken back.
	CASE
	csrsi MSECCFG, MML
	csrci MSECCFG, MML
	csrr a0, MSECCFG
	andi a0, a0, MML | MMWP | RLB
	EXPECT a0, MML | RLB

	//     cfg                                  M: r w x, S: r w x
	RIGHTS 0,                                   0, 0, 0, 0, 0, 0
	RIGHTS PMP_X,                               0, 0, 0, 0, 0, 1
	RIGHTS PMP_W,                               1, 1, 0, 1, 0, 0
	RIGHTS PMP_W | PMP_X,                       1, 1, 0, 1, 1, 0
	RIGHTS PMP_R,                               0, 0, 0, 1, 0, 0
	RIGHTS PMP_R | PMP_X,                       0, 0, 0, 1, 0, 1
	RIGHTS PMP_R | PMP_W,                       0, 0, 0, 1, 1, 0
	RIGHTS PMP_R | PMP_W | PMP_X,               0, 0, 0, 1, 1, 1
	RIGHTS PMP_LOCK,                            0, 0, 0, 0, 0, 0
	RIGHTS PMP_LOCK | PMP_X,                    0, 0, 1, 0, 0, 0
	RIGHTS PMP_LOCK | PMP_W,                    0, 0, 1, 0, 0, 1
	RIGHTS PMP_LOCK | PMP_W | PMP_X,            1, 0, 1, 0, 0, 1
	RIGHTS PMP_LOCK | PMP_R,                    1, 0, 0, 0, 0, 0
	RIGHTS PMP_LOCK | PMP_R | PMP_X,            1, 0, 1, 0, 0, 0
	RIGHTS PMP_LOCK | PMP_R | PMP_W,            1, 1, 0, 0, 0, 0
	RIGHTS PMP_LOCK | PMP_R | PMP_W | PMP_X,    1, 0, 0, 1, 0, 0

	// Without RLB, no rule that lets M-mode execute can be added, and RLB stays off while something is locked.
	CASE
	li t0, REST(CODE)
	csrw pmpcfg0, t0
	csrci MSECCFG, RLB
	csrsi MSECCFG, RLB
	csrr a0, MSECCFG
	andi a0, a0, RLB
	bnez a0, fail
	li t1, ENTRY(0, PMP_NAPOT | PMP_LOCK | PMP_X)
	csrs pmpcfg0, t1
	csrr t1, pmpcfg0
	bne t0, t1, fail
	li t1, ENTRY(0, PMP_NAPOT | PMP_R)
	csrs pmpcfg0, t1
	csrr t1, pmpcfg0
	andi t1, t1, 0xff
	EXPECT t1, PMP_NAPOT | PMP_R

	// MMWP: where no entry matches, M-mode may do nothing. It cannot be taken back either.
	CASE
	csrw pmpcfg0, x0                // what is locked stays
	la s1, outside
	RUNS PRIV_M, ld a0, 0(s1)
	csrsi MSECCFG, MMWP
	TRAPS PRIV_M, CAUSE_LOAD_ACCESS_FAULT, ld a0, 0(s1)
	TRAPS PRIV_M, CAUSE_STORE_AMO_ACCESS_FAULT, sd x0, 0(s1)
	csrci MSECCFG, MMWP
	csrr a0, MSECCFG
	andi a0, a0, MMWP
	beqz a0, fail
TEST_END
	.balign 4096
page:	.word 0x00100073                // ebreak
	.balign 4096
	.bss
outside: .dword 0
