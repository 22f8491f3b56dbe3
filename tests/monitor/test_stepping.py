"""Steps by source line, against gdb and against programs whose lines are known."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from debug.gdb import Served
from debug.programs import build, tool
from harness import CODE, DATA, make_hart
from monitor.asking import data, shown

from rvemu.machine import Machine
from rvemu.monitor import stepping
from rvemu.monitor.session import Session

GDB = shutil.which("gdb-multiarch")
STEPS = 40

TRAPS = """
__asm__(".pushsection .text.plain, \\"ax\\"\\n.globl plain\\nplain: addi a0, a0, 1\\nret\\n.popsection");
int plain(int x);
volatile int ticks, calls, sink;
__attribute__((interrupt, aligned(4))) void handler(void)
{
\tlong cause, epc;
\t__asm__ volatile("csrr %0, mcause" : "=r"(cause));
\tif (cause < 0) {
\t\tticks++;
\t\t*(volatile unsigned long *)0x2004000 = -1ul;
\t} else {
\t\tcalls++;
\t\t__asm__ volatile("csrr %0, mepc" : "=r"(epc));
\t\t__asm__ volatile("csrw mepc, %0" : : "r"(epc + 4));
\t}
}
__attribute__((noreturn)) void start(void)
{
\t__asm__ volatile("csrw mtvec, %0" : : "r"(handler));
\t*(volatile unsigned long *)0x2004000 = *(volatile unsigned long *)0x200bff8;
\t__asm__ volatile("csrs mie, %0; csrs mstatus, 8" : : "r"(128));
\tsink = plain(3);
\t__asm__ volatile("ecall");
\tsink = 5;
\tfor (;;)
\t\t;
}
"""

INLINES = """
#include "twice.h"
#define INLINE static inline __attribute__((always_inline))
static int shared;
volatile int sink;
__attribute__((noinline)) int leaf(int x) { return x * 3; }
INLINE int inner(int x)
{
\tsink = x;
\tx += sink;
\treturn x * 5;
}
INLINE int outer(int x)
{
\tx = inner(x) + 1;
\tsink = x;
\tx += leaf(x);
\treturn inner(x);
}
__attribute__((noinline)) int middle(int x)
{
\tint sum = 0;
\tfor (int i = 0; i < 3; i++)
\t\tsum += outer(x + i);
\tsink = sum;
\tshared += twice(sum);
\tsink = shared;
\treturn sum;
}
__attribute__((noreturn)) void start(void)
{
\tsink = 3;
\tsink = middle(4);
\tsink = outer(7);
\tsink = inner(sink); sink = inner(sink);
\tfor (;;) {
\t\tsink = inner(2);
\t\tsink++;
\t}
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("lines"), "-g", "-O0")


@pytest.fixture(scope="module")
def trapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("traps"), "-g", "-O0", name="traps", code=TRAPS)


def session_at_start(program: Path) -> Session:
    session = Session(Machine("16M", bios="none", kernel=str(program)))
    session.execute("tbreak start")
    session.execute("continue")
    return session


@pytest.fixture
def session(program: Path) -> Iterator[Session]:
    session = session_at_start(program)
    yield session
    session.machine.close()


@pytest.fixture
def trapped(trapping: Path) -> Iterator[Session]:
    session = session_at_start(trapping)
    yield session
    session.machine.close()


def place(session: Session, line: str) -> tuple[str, int]:
    found = data(session, line)
    return Path(found["file"]).name, found["line"]


def text_at(session: Session, program: Path, line: str) -> str:
    return program.with_suffix(".c").read_text().splitlines()[place(session, line)[1] - 1].strip()


def places_of_gdb(program: Path, word: str, function: str = "start") -> list[tuple[str, int]]:
    """Return where GDB's steps end, from the first instruction of a function on."""
    assert GDB is not None
    with Served(Machine("16M", bios="none", kernel=str(program))) as served:
        script = f"for _ in range({STEPS}): gdb.execute('{word}', to_string=True); " \
                 "sal = gdb.newest_frame().find_sal(); " \
                 "print('AT', sal.symtab.filename.rpartition('/')[2], sal.line)"  # fmt: skip
        words = [GDB, "-nx", "-batch", "-ex", f"file {program}", "-ex", f"target remote :{served.port}",
                 "-ex", f"tbreak *{function}", "-ex", "continue", "-ex", f"python exec({script!r})"]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    return [(file, int(line)) for file, line in re.findall(r"^AT (\S+) (\d+)$", done.stdout, re.M)]


@pytest.mark.skipif(GDB is None, reason="gdb-multiarch is not installed (package gdb-multiarch)")
def test_steps_by_line_end_where_those_of_gdb_do(session: Session, program: Path) -> None:
    theirs = places_of_gdb(program, "step")
    assert len(theirs) == STEPS
    braces = {("program.c", 7), ("program.c", 12), ("twice.h", 3)}
    ours = [place(session, "step") for _ in range(2 * STEPS)]
    assert braces < set(ours)
    assert [each for each in ours if each not in braces][:STEPS] == theirs  # GDB goes on to behind the prologue


def test_next_goes_over_calls_and_shows_the_line(session: Session, program: Path) -> None:
    assert shown(session, "next").startswith("program.c:21          sink = middle(4);\nhart 0 M 0x")
    assert text_at(session, program, "next") == "for (;;)"


@pytest.mark.skipif(GDB is None, reason="gdb-multiarch is not installed (package gdb-multiarch)")
@pytest.mark.parametrize("function", ["start", "middle"])
@pytest.mark.parametrize("level", ["-O0", "-Og", "-O1", "-O2"])
def test_next_goes_over_inlined_calls_as_gdb_does(tmp_path: Path, level: str, function: str) -> None:
    program = build(tmp_path, "-g", level, name="inlines", code=INLINES)
    with session_at_start(program).machine as machine:
        session = Session(machine)
        if function != "start":
            session.execute(f"tbreak {function}")
            session.execute("continue")
        ours = [place(session, "next") for _ in range(STEPS)]
    assert ours == places_of_gdb(program, "next", function)


def test_step_goes_into_an_inlined_call_in_two_steps(tmp_path: Path) -> None:
    program = build(tmp_path, "-g", "-O2", name="inlines", code=INLINES)
    with session_at_start(program).machine as machine:
        session = Session(machine)
        assert text_at(session, program, "next 2") == "sink = outer(7);"
        pc = session.hart.pc
        assert shown(session, "list").count("=>") == 1
        assert [text_at(session, program, "step") for _ in range(2)] == ["x = inner(x) + 1;", "sink = x;"]
        assert session.hart.pc == pc
        assert text_at(session, program, "next") == "x += sink;"


def test_a_step_of_several_lines_ends_at_a_breakpoint(session: Session) -> None:
    session.execute("break leaf")
    assert data(session, "next 2")["symbol"] == "leaf"
    session.execute("delete")
    assert place(session, "step 3") == ("program.c", 15)


def test_a_loop_on_one_line_ends(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "MOST_INSTRUCTIONS", 1000)
    session.execute("next 2")
    cycle = session.machine.cycle
    assert shown(session, "next").startswith("still in program.c:22 after 1000 instructions")
    assert session.machine.cycle == cycle + 1000


def test_a_place_in_an_address_space_is_that_of_its_program(session: Session, tmp_path: Path) -> None:
    other = build(tmp_path, "-g", "-O0", base=0x40_0000, name="other")
    leaf = next(int(line.split()[0], 16) for line in tool("nm", str(other)).splitlines() if line.endswith(" leaf"))
    session.execute(f"add-symbols {other} user other")
    assert f"leaf ({leaf:#x}) in space user other" in shown(session, "break leaf space user:other")
    assert f"leaf ({leaf:#x}) in space" in shown(session, "break other.c:5 space user:other")
    assert f"({leaf:#x})" not in shown(session, "break leaf")


@pytest.mark.parametrize(("stack", "priv", "found"), [
    (DATA, 1, 1), (DATA + 16, 1, None), (DATA, 3, None),
])  # fmt: skip
def test_a_call_may_come_back_on_another_hart(stack: int, priv: int, found: int | None) -> None:
    hart = make_hart(harts=2, quantum=100)
    for at, line in ((0, "jal x1, .+64"), (4, "jal x0, .+0"), (64, "jal x0, .+0"), (132, "jal x0, .-128")):
        hart.put(line, at=CODE + at)
    for view, pc, sp in zip(hart.machine.harts, (CODE, CODE + 132), (DATA, stack), strict=True):
        view.csr["pmpaddr0"], view.csr["pmpcfg0"] = (1 << 54) - 1, 0x1F
        view.pc, view.x[2], view.priv = pc, sp, priv
    session = Session(hart.machine, limit=10_000)
    stop = data(session, "nexti")
    assert (stop["kind"], stop["hart"]) == (("step", 1) if found else ("limit", 0))
    assert not found or stop["pc"] == CODE + 4


def test_stepi_is_an_instruction_where_lines_are_known(session: Session) -> None:
    cycle, pc = session.machine.cycle, session.hart.pc
    assert "file" not in data(session, "stepi 2")
    assert (session.machine.cycle, session.hart.pc > pc) == (cycle + 2, True)


def test_a_step_runs_through_interrupts_and_functions_without_lines(trapped: Session, trapping: Path) -> None:
    lines = [text_at(trapped, trapping, "step") for _ in range(4)]
    assert lines[2:] == ["__asm__ volatile(\"csrs mie, %0; csrs mstatus, 8\" : : \"r\"(128));", "sink = plain(3);"]
    assert text_at(trapped, trapping, "step") == '__asm__ volatile("ecall");'
    assert (trapped.evaluate("*(u32*)ticks"), trapped.evaluate("*(u32*)sink")) == (1, 4)


def test_a_step_goes_into_an_ecall(trapped: Session, trapping: Path) -> None:
    trapped.execute("step 5")
    assert text_at(trapped, trapping, "step") == "{"
    assert data(trapped, "context")["symbol"] == "handler"


def test_next_goes_over_an_ecall(trapped: Session, trapping: Path) -> None:
    trapped.execute("step 5")
    assert text_at(trapped, trapping, "next") == "sink = 5;"
    assert trapped.evaluate("*(u32*)calls") == 1
