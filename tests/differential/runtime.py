"""The guest side: runs every round of every case, logs and survives its traps, and keeps what each round leaves.

A case runs in any mode. All traps end in the handler below, in M-mode; those that are delegated reach it through the
S-mode handler, which is one `ecall`. The handler skips the instruction that trapped, ends the round after a fetch
that faulted, after MAX_TRAPS traps and at the program's last instruction, and disables an interrupt that it gets.
Its fence is for QEMU 7.2, where an mret that changes MPP leaves what MPRV has put into the TLB.
"""

from __future__ import annotations

from differential import layout as at
from system.randomcode import assemble

_FINISHER, _MTIMECMP = 0x10_0000, 0x200_4000
_SAVED_REGISTERS = (5, 6, 7, 28)
_POOLED = [n for n in range(1, 30) if n not in (4, *at.FIXED_REGISTERS)]
_OPEN_CFG = 0x1F
"""A PMP entry that lets S and U do everything."""


def _lines(pattern: str, numbers: range | list[int] | tuple[int, ...], start: int = 0, step: int = 8) -> str:
    return "\n".join(pattern.format(n=n, at=start + step * index) for index, n in enumerate(numbers))


_CSRS = "\n".join(
    f"csrrs x5, {name}, x0\nsd x5, {at.RESULT_CSR + 8 * index}(x6)"
    for index, name in enumerate(at.RESULT_CSRS) if name != "fcsr"
)  # fmt: skip

_CLEAR_PMP = "\n".join(
    ["csrrw x0, pmpcfg0, x0", "csrrw x0, pmpcfg2, x0"]
    + [f"csrrw x0, pmpaddr{n}, x0" for n in range(15)]
    + ["addi x5, x0, -1", "srli x5, x5, 10", "csrrw x0, pmpaddr15, x5"]
    + [f"addi x5, x0, {_OPEN_CFG}", "slli x5, x5, 56", "csrrw x0, pmpcfg2, x5"]
)  # fmt: skip

RUNTIME = f"""
start:
    csrrs x5, mhartid, x0
    beq x5, x0, {{first_hart}}
    wfi
    jal x0, .-4
first_hart:
    jal x5, {{init}}
handler:
    csrrw x4, mscratch, x4
{_lines("sd x{n}, {at}(x4)", _SAVED_REGISTERS, at.SAVED)}
    csrrs x5, minstret, x0
    ld x6, {at.RETIRED_FROM}(x4)
    sub x5, x5, x6
    ld x6, {at.RETIRED}(x4)
    add x5, x5, x6
    sd x5, {at.RETIRED}(x4)
    ld x7, {at.TRAPS}(x4)
    slli x5, x7, 5
    ld x6, {at.RESULT}(x4)
    add x5, x5, x6
    csrrs x28, mcause, x0
    sd x28, {at.TRAP_LOG}(x5)
    csrrs x6, mtval, x0
    sd x6, {at.TRAP_LOG + 16}(x5)
    csrrs x6, mstatus, x0
    sd x6, {at.TRAP_LOG + 24}(x5)
    csrrs x6, mepc, x0
    sd x6, {at.TRAP_LOG + 8}(x5)
    addi x7, x7, 1
    sd x7, {at.TRAPS}(x4)
    blt x28, x0, {{interrupt}}
    ld x5, {at.END}(x4)
    beq x5, x6, {{finish}}
    addi x5, x0, 9
    bne x28, x5, {{own_trap}}
    ld x5, {at.STVEC}(x4)
    sub x5, x6, x5
    sltiu x5, x5, 64
    bne x5, x0, {{trap_of_s_mode}}
own_trap:
    jal x5, {{length}}
    csrrw x0, mepc, x6
out:
    addi x5, x0, {at.MAX_TRAPS}
    ld x7, {at.TRAPS}(x4)
    bge x7, x5, {{finish}}
    sfence.vma x0, x0
    csrrs x5, minstret, x0
    sd x5, {at.RETIRED_FROM}(x4)
{_lines("ld x{n}, {at}(x4)", _SAVED_REGISTERS, at.SAVED)}
    csrrw x4, mscratch, x4
    mret
interrupt:
    addi x5, x0, 1
    sll x5, x5, x28
    csrrc x0, mie, x5
    jal x0, {{out}}
trap_of_s_mode:
    slli x5, x7, 5
    ld x6, {at.RESULT}(x4)
    add x5, x5, x6
    csrrs x28, scause, x0
    sd x28, {at.TRAP_LOG}(x5)
    csrrs x6, stval, x0
    sd x6, {at.TRAP_LOG + 16}(x5)
    sd x0, {at.TRAP_LOG + 24}(x5)
    csrrs x6, sepc, x0
    sd x6, {at.TRAP_LOG + 8}(x5)
    addi x7, x7, 1
    sd x7, {at.TRAPS}(x4)
    ld x5, {at.STVEC}(x4)
    addi x5, x5, {at.S_RETURN}
    csrrw x0, mepc, x5
    blt x28, x0, {{interrupt_of_s_mode}}
    ld x5, {at.END}(x4)
    beq x5, x6, {{finish}}
    jal x5, {{length}}
    csrrw x0, sepc, x6
    jal x0, {{out}}
interrupt_of_s_mode:
    addi x5, x0, 1
    sll x5, x5, x28
    csrrc x0, sie, x5
    jal x0, {{out}}
length:
    addi x7, x0, 1
    bgeu x7, x28, {{finish}}
    addi x7, x0, 12
    beq x7, x28, {{finish}}
    ld x7, {at.CODE_VA}(x4)
    sub x7, x6, x7
    lui x28, {at.CODE_SIZE >> 12}
    bgeu x7, x28, {{finish}}
    add x7, x7, x4
    lui x28, {at.CODE >> 12}
    add x7, x7, x28
    lhu x7, 0(x7)
    andi x7, x7, 3
    addi x7, x7, -3
    sltiu x7, x7, 1
    slli x7, x7, 1
    addi x6, x6, 2
    add x6, x6, x7
    jalr x0, 0(x5)
init:
    csrrw x0, mtvec, x5
    lui x3, {at.GLOBALS >> 12}
    slli x3, x3, 32
    srli x3, x3, 32
    lui x6, {_MTIMECMP >> 12}
    addi x5, x0, -1
    sd x5, 0(x6)
    jal x0, {{first_case}}
next_case:
    lui x5, {at.BLOCK_SIZE >> 12}
    add x4, x4, x5
    sd x4, 0(x3)
first_case:
    ld x4, 0(x3)
    ld x5, 8(x3)
    bltu x4, x5, {{run_case}}
    lui x5, {_FINISHER >> 12}
    lui x6, 5
    addi x6, x6, 0x555
    sw x6, 0(x5)
    jal x0, .+0
run_case:
{_CLEAR_PMP}
    lui x5, {at.RESULTS >> 12}
    add x5, x5, x4
    sd x5, {at.RESULT}(x4)
next_round:
    sd x0, {at.TRAPS}(x4)
    ld x5, {at.SEED}(x4)
    ld x6, 24(x3)
    mul x5, x5, x6
    addi x5, x5, 1443
    sd x5, {at.SEED}(x4)
    srli x5, x5, 55
    slli x5, x5, 3
    ld x6, 32(x3)
    add x7, x5, x6
    ld x6, 40(x3)
    add x6, x5, x6
    lui x5, 6
    csrrs x0, mstatus, x5
{_lines("fld f{n}, {at}(x6)", range(32))}
    addi x5, x4, {at.SETUP}
    jalr x1, 0(x5)
    csrrw x0, mscratch, x4
    csrrs x5, minstret, x0
    sd x5, {at.RETIRED_FROM}(x4)
    addi x30, x7, 0
{_lines("ld x{n}, {at}(x30)", _POOLED)}
{_lines("ld x{n}, {at}(x4)", at.FIXED_REGISTERS, at.FIXED)}
    ld x4, 240(x30)
    ld x30, 248(x30)
    mret
finish:
    ld x6, {at.RESULT}(x4)
{_lines("sd x{n}, {at}(x6)", [1, 2, 3])}
{_lines("sd x{n}, {at}(x6)", list(range(8, 28)), 56)}
{_lines("sd x{n}, {at}(x6)", [29, 30, 31], 224)}
    csrrs x5, mscratch, x0
    sd x5, 24(x6)
    ld x5, {at.SAVED}(x4)
    sd x5, 32(x6)
    ld x5, {at.SAVED + 8}(x4)
    sd x5, 40(x6)
    ld x5, {at.SAVED + 16}(x4)
    sd x5, 48(x6)
    ld x5, {at.SAVED + 24}(x4)
    sd x5, 216(x6)
{_CSRS}
    lui x5, 6
    csrrs x0, mstatus, x5
    csrrs x5, fcsr, x0
    sd x5, {at.RESULT_CSR + 8 * (len(at.RESULT_CSRS) - 1)}(x6)
{_lines("fsd f{n}, {at}(x6)", range(32), at.RESULT_F)}
    csrrw x0, mie, x0
    csrrw x0, satp, x0
    csrrw x0, mstatus, x0
    sfence.vma x0, x0
    fence.i
    lui x3, {at.GLOBALS >> 12}
    slli x3, x3, 32
    srli x3, x3, 32
    addi x6, x6, 1024
    addi x6, x6, 1024
    sd x6, {at.RESULT}(x4)
    ld x5, {at.ROUND}(x4)
    addi x5, x5, 1
    sd x5, {at.ROUND}(x4)
    ld x6, {at.ROUNDS}(x4)
    bltu x5, x6, {{next_round}}
    jal x0, {{next_case}}
"""

S_HANDLER = "\n".join(["ecall"] * (at.S_RETURN // 4) + ["sret"])


def code() -> dict[int, bytes]:
    """Return the runtime's code by address."""
    return {
        at.RAM_BASE: assemble(f"jal x0, .{at.RUNTIME - at.RAM_BASE:+d}"),
        at.RUNTIME: assemble(RUNTIME),
        at.S_HANDLER: assemble(S_HANDLER),
    }
