// Svinval: fine-grained invalidation, its privileges, and that a translation is forgotten.
#include "test.h"

#define VA 0x40000000
#define FLAGS_ALL (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

TEST_BEGIN
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, sinval.vma x0, x0
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, sfence.w.inval
	TRAPS PRIV_U, CAUSE_ILLEGAL_INSTRUCTION, sfence.inval.ir
.irp mode, PRIV_S, PRIV_M
	RUNS \mode, sfence.w.inval
	RUNS \mode, sinval.vma x0, x0
	RUNS \mode, sinval.vma a0, a1
	RUNS \mode, sfence.inval.ir
.endr
	li t0, MSTATUS_TVM
	csrs mstatus, t0
	TRAPS PRIV_S, CAUSE_ILLEGAL_INSTRUCTION, sinval.vma x0, x0
	RUNS PRIV_S, sfence.w.inval
	RUNS PRIV_S, sfence.inval.ir
	RUNS PRIV_M, sinval.vma x0, x0
	li t0, MSTATUS_TVM
	csrc mstatus, t0

	SET_PTE root + 8, level1, PTE_V
	SET_PTE level1, level0, PTE_V
	SET_PTE level0, first, FLAGS_ALL
	SATP_SV39 root
	li s0, VA
	CASE
	MPRV_ON PRIV_S
	ld a0, 0(s0)
	MPRV_OFF
	EXPECT a0, 1
	CASE
	SET_PTE level0, second, FLAGS_ALL
	sfence.w.inval
	sinval.vma s0, x0
	sfence.inval.ir
	MPRV_ON PRIV_S
	ld a0, 0(s0)
	MPRV_OFF
	EXPECT a0, 2
TEST_END
	.balign 4096
root:	.zero 4096
level1:	.zero 4096
level0:	.zero 4096
first:	.dword 1
	.balign 4096
second:	.dword 2
	.balign 4096
