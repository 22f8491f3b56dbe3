"""Backtraces against the calls that were made: at each instruction of a program, and across traps."""

from __future__ import annotations

from pathlib import Path

import pytest
from debug.programs import CODE, ENTRY, build

from rvemu.debug.spaces import Symbols
from rvemu.debug.unwind import backtrace
from rvemu.isa.decode import decode, length
from rvemu.isa.disasm import expand
from rvemu.isa.regs import X_NAMES
from rvemu.machine import Machine

FLAGS = {
    "CFI": ("-g",),
    "CFI at -O2": ("-g", "-O2"),
    "eh_frame": ("-fasynchronous-unwind-tables", "-Os"),
    "prologues": ("-fno-asynchronous-unwind-tables",),
    "prologues at -O2": ("-fno-asynchronous-unwind-tables", "-O2"),
    "prologues at -O0": ("-fno-asynchronous-unwind-tables", "-O0"),
    "frame pointers": ("-fno-asynchronous-unwind-tables", "-fno-omit-frame-pointer"),
}

LARGE = """
#include "twice.h"
volatile int sink;
__attribute__((noinline)) int leaf(int x) { sink = x; return x + sink; }
__attribute__((noinline)) int large(int x)
{
\tvolatile char room[5000];
\troom[x] = leaf(x);
\treturn room[x] + leaf(x + 1);
}
__attribute__((noinline)) int varying(int n)
{
\tvolatile char room[n];
\troom[n / 2] = large(n);
\treturn room[n / 2] + leaf(n);
}
__attribute__((noinline)) int early(int n)
{
\tif (n < 3)
\t\treturn n;
\treturn varying(n) + leaf(n);
}
__attribute__((noreturn)) void start(void)
{
\tsink = early(1);
\tsink = early(40);
\tsink = early(60);
\tfor (;;)
\t\t;
}
"""


def machine_of(path: Path) -> Machine:
    return Machine("16M", bios="none", kernel=str(path))


def call_or_return(machine: Machine) -> int | None:
    """The address that a call will return to, 0 for a return, None for any other next instruction."""
    pc = machine.harts[0].pc
    word = int.from_bytes(machine.ram.read(pc, 4), "little")
    decoded = decode(word if length(word & 0xFFFF) == 4 else word & 0xFFFF)
    assert decoded is not None
    base = expand(decoded)
    if base.insn.name not in ("jal", "jalr"):
        return None
    if base.operands["rd"] == 1:
        return pc + length(word & 0xFFFF)
    is_return = base.insn.name == "jalr" and base.operands["rs1"] == 1 and base.operands["rd"] == 0
    return 0 if is_return else None


@pytest.mark.parametrize("code", [CODE, LARGE], ids=["small frames", "large frames"])
@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
def test_the_calls_of_every_instruction(tmp_path: Path, flags: tuple[str, ...], code: str) -> None:
    machine = machine_of(build(tmp_path, *flags, code=code))
    symbols = Symbols(machine)
    main = symbols.find("start")
    assert main is not None
    machine.breakpoints.add(main, once=True)
    machine.run(1000)
    back, deepest = [machine.harts[0].x[1]], 0
    for _ in range(250):
        frames = backtrace(machine, symbols, 0)
        assert [frame.pc for frame in frames] == [machine.harts[0].pc, *reversed(back)]
        deepest = max(deepest, len(frames))
        change = call_or_return(machine)
        if change:
            back.append(change)
        elif change == 0:
            back.pop()
        machine.step()
    assert deepest >= 4
    machine.close()


def test_frames_have_names_and_the_lines_of_their_calls(tmp_path: Path) -> None:
    machine = machine_of(build(tmp_path, "-g"))
    symbols = Symbols(machine)
    machine.breakpoints.add("leaf")
    machine.run(1000)
    frames = backtrace(machine, symbols, 0)
    names = [frame.location.name if frame.location else "" for frame in frames]
    assert names == ["leaf", "helper", "middle", "start", "_entry"]
    assert [frame.how for frame in frames][:4] == ["pc", "cfi", "cfi", "cfi"]
    source = (tmp_path / "program.c").read_text().splitlines()
    for frame, text in zip(frames[1:4], ("return leaf", "array[i] =", "middle(4)"), strict=True):
        assert frame.line is not None
        assert text in source[frame.line[1] - 1]
    assert len(backtrace(machine, symbols, 0, limit=2)) == 2
    machine.close()


def test_without_symbols_ra_is_the_caller(tmp_path: Path) -> None:
    machine = machine_of(build(tmp_path, "-s", "-fno-asynchronous-unwind-tables"))
    hart = machine.harts[0]
    machine.run(3)
    frames = backtrace(machine, Symbols(machine), 0)
    assert [(frame.pc, frame.how) for frame in frames][:1] == [(hart.pc, "pc")]
    hart.x[1] = 0x8000_0004
    frames = backtrace(machine, Symbols(machine), 0)
    assert [(frame.pc, frame.how) for frame in frames] == [(hart.pc, "pc"), (0x8000_0004, "return address")]
    machine.close()


def saves(op: str, sp: str = "sp") -> str:
    return "".join(f"\t{op} x{n}, {8 * n}({sp})\n" for n in range(1, 32) if n != 2)


HANDLER = f"""
.balign 4
.globl vector
vector:
\taddi sp, sp, -256
{saves("sd")}
\tcall handler
{saves("ld")}
\taddi sp, sp, 256
\tmret
"""
SWITCHING = f"""
.balign 4
.globl vector
vector:
\tcsrrw tp, mscratch, tp
\tsd sp, -8(tp)
\tmv sp, tp
\taddi sp, sp, -320
{saves("sd")}
\tld s0, 312(sp)
\tsd s0, 16(sp)
\tcsrr s1, mstatus
\tcsrr s2, mepc
\tsd s1, 256(sp)
\tsd s2, 264(sp)
\tcsrw mepc, zero
\tcall handler
"""
TRAPS = """
#include "twice.h"
volatile int sink;
void vector(void);
__attribute__((noinline)) int handled(int x) { sink = x; return x; }
void handler(void) { sink = handled(3) + 1; __asm__ volatile("csrr t0, mepc; addi t0, t0, 4; csrw mepc, t0" ::: "t0"); }
__attribute__((noinline)) int asks(int x)
{
\tregister int kept __asm__("s1") = twice(x);
\t__asm__ volatile("ecall" : "+r"(kept));
\treturn kept + 1;
}
__attribute__((noreturn)) void start(void)
{
\t__asm__ volatile("csrw mtvec, %0" :: "r"(vector));
\t__asm__ volatile("csrw mscratch, %0" :: "r"(0x80100000UL));
\tsink = asks(5) + 1;
\tfor (;;)
\t\t;
}
"""


@pytest.mark.parametrize("handler", [HANDLER, SWITCHING], ids=["on the same stack", "on another stack"])
@pytest.mark.parametrize("flags", [("-g",), ("-fno-asynchronous-unwind-tables",)], ids=["CFI", "prologues"])
def test_a_trap_between_the_frames(tmp_path: Path, handler: str, flags: tuple[str, ...]) -> None:
    entry = ENTRY.replace(".bss", handler + ".bss")
    machine = machine_of(build(tmp_path, *flags, code=TRAPS, entry=entry))
    symbols, hart = Symbols(machine), machine.harts[0]
    vector, handled = symbols.find("vector"), symbols.find("handled")
    assert vector is not None
    assert handled is not None
    machine.breakpoints.add(vector)
    machine.breakpoints.add(handled)
    assert machine.run(1000).pc == vector
    interrupted, sp = hart.csr["mepc"], hart.x[2]
    expected = ["asks", "start", "_entry"]
    seen = 0
    while hart.pc != handled:
        frames = backtrace(machine, symbols, 0)
        at = next(number for number, frame in enumerate(frames) if frame.how == "trap")
        assert frames[at].pc == interrupted or not hart.csr["mepc"]
        if seen != 2:  # between the two instructions that change stacks nothing is known of the old one
            names = [frame.location.name for frame in frames[at:] if frame.location is not None]
            assert names == expected or handler is SWITCHING
        seen += 1
        machine.step()
    frames = backtrace(machine, symbols, 0)
    names = [frame.location.name for frame in frames if frame.location is not None]
    assert names == ["handled", "handler", "vector", *expected]
    assert [frame.how == "trap" for frame in frames] == [False, False, False, True, False, False]
    assert (frames[3].pc, frames[3].sp) == (interrupted, sp)
    assert frames[3].view.priv == 3
    machine.close()


REGISTERS = X_NAMES[1:]
SAVE_ALL = "".join(f"\tsd {name}, {40 + 8 * number}(a0)\n" for number, name in enumerate(REGISTERS) if name != "a0")
XV6_TRAP = f"""
.balign 4
.globl uservec
uservec:
\tcsrw sscratch, a0
\tlla a0, frame
{SAVE_ALL}
\tcsrr t0, sscratch
\tsd t0, 112(a0)
\tld sp, 8(a0)
\tld tp, 32(a0)
\tld t0, 16(a0)
\tld t1, 0(a0)
\tcsrw satp, t1
\tsfence.vma
\tJUMP t0
after: j after
"""
XV6 = f"""
#include "twice.h"
typedef unsigned long u64;
struct proc {{ int pid; u64 *pagetable; struct trapframe *trapframe; }};
struct cpu {{ struct proc *proc; u64 other; }};
struct trapframe {{ u64 kernel_satp, kernel_sp, kernel_trap, epc, kernel_hartid, {", ".join(REGISTERS)}; }};
struct trapframe frame;
struct proc process;
struct cpu cpus[2];
__attribute__((aligned(4096))) u64 root[512], kernel_root[512];
char kernel_stack[4096] __attribute__((aligned(16))), user_stack[4096] __attribute__((aligned(16)));
void uservec(void);
volatile int sink;
__attribute__((noinline)) int syscall(int x) {{ sink = x; return x + sink; }}
void usertrap(void)
{{
\t__asm__ volatile("csrr %0, sepc" : "=r"(process.trapframe->epc));
\t__asm__ volatile("csrw sepc, %0" :: "r"(0x80000000UL));
\tsink = syscall(twice(4));
\tfor (;;)
\t\t;
}}
__attribute__((noinline)) int user_asks(int x)
{{
\tsink = x;
\t__asm__ volatile("ecall");
\treturn sink;
}}
__attribute__((noinline)) void user_main(void) {{ sink = user_asks(3) + 1; for (;;) ; }}
__attribute__((naked)) void user_start(void) {{ __asm__("lla sp, user_stack + 4096; call user_main"); }}
__attribute__((noreturn)) void start(void)
{{
\tprocess.pagetable = root;
\tprocess.trapframe = &frame;
\tcpus[1].proc = &process;
\tkernel_root[2] = root[2] = 0x80000000UL >> 12 << 10 | 0xCF;
\troot[3] = 0x80000000UL >> 12 << 10 | 0xDF;
\tframe.kernel_satp = 8UL << 60 | (u64)kernel_root >> 12;
\t__asm__ volatile("csrw satp, %0" :: "r"(8UL << 60 | (u64)root >> 12));
\tframe.kernel_sp = (u64)kernel_stack + sizeof kernel_stack;
\tframe.kernel_trap = (u64)usertrap;
\tframe.kernel_hartid = 1;
\t__asm__ volatile("csrw pmpaddr0, %0; csrw pmpcfg0, %1" :: "r"(~0UL >> 10), "r"(0x1F));
\t__asm__ volatile("csrw medeleg, %0; csrw stvec, %1" :: "r"(1 << 8), "r"(uservec));
\t__asm__ volatile("csrw mepc, %0; mret" :: "r"((u64)user_start + 0x40000000));
\t__builtin_unreachable();
}}
"""


@pytest.mark.parametrize("jump", ["jalr", "jr"])
def test_the_user_frames_of_xv6(tmp_path: Path, jump: str) -> None:
    """Its trap frame is not on the kernel's stack; `jr` is how it once called usertrap, with the user's ra.

    The user runs at addresses that the kernel's page table does not have.
    """
    entry = ENTRY.replace(".bss", XV6_TRAP.replace("JUMP", jump) + ".bss")
    machine = machine_of(build(tmp_path, "-g", code=XV6, entry=entry))
    symbols, hart = Symbols(machine), machine.harts[0]
    user = ["user_asks", "user_main", "user_start"]
    interrupted = sp = 0
    uservec = ["uservec"] if jump == "jalr" else []
    for place, kernel in (("uservec", ["uservec"]), ("usertrap", ["usertrap", *uservec]),
                          ("syscall", ["syscall", "usertrap", *uservec])):  # fmt: skip
        machine.breakpoints.add(symbols.resolve(place))
        assert machine.run(10_000).kind == "breakpoint"
        if place == "uservec":
            interrupted, sp = hart.csr["sepc"], hart.x[2]
        frames = backtrace(machine, symbols, 0)
        names = [frame.location.name for frame in frames if frame.location is not None]
        assert names == [*kernel, *user]
        trap = frames[len(kernel)]
        assert trap.pc > 0xC000_0000
        assert (trap.how, trap.pc, trap.sp, trap.view.priv) == ("trap", interrupted, sp, 0)
    machine.close()
