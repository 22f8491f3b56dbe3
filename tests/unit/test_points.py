"""Breakpoints, watchpoints, catchpoints and steps: what they report, and that the guest cannot tell."""

from __future__ import annotations

import pytest
from harness import CODE, DATA, HANDLER, TestHart, make_hart

from rvemu.config import bundled
from rvemu.errors import ConfigError
from rvemu.machine import Machine
from rvemu.points import Access, Breakpoint, Catchpoint, TrapTaken, Watchpoint

LOOP = ("addi x5, x5, 1", "sd x5, 0(x6)", "addi x7, x7, 2", "jal x0, -12")
"""Counts in x5, stores it, and takes four cycles for that."""


@pytest.fixture
def hart() -> TestHart:
    hart = make_hart()
    hart.put(*LOOP)
    hart.set(x5=0, x6=DATA, x7=0)
    hart.pc = CODE
    return hart


def test_a_breakpoint_stops_before_its_instruction_each_time(hart: TestHart) -> None:
    point = hart.machine.breakpoints.add(CODE + 4)
    for turn in range(1, 4):
        stop = hart.machine.run(1000)
        assert (stop.kind, stop.pc, stop.point) == ("breakpoint", CODE + 4, point)
        assert (hart.x[5], hart.x[7], stop.cycle) == (turn, 2 * turn - 2, 4 * turn - 3)
    assert point.hits == 3
    hart.machine.breakpoints.remove(point)
    assert hart.machine.run(1000).kind == "limit"


def test_one_set_while_the_loop_is_translated_is_met(hart: TestHart) -> None:
    hart.machine.run(1000)
    hart.machine.breakpoints.add(CODE + 8)
    assert hart.machine.run(1000).pc == CODE + 8


def test_conditions_ignore_counts_and_callbacks(hart: TestHart) -> None:
    seen: list[int] = []
    hart.machine.breakpoints.add(CODE, lambda view: seen.append(view.x[5]), condition=lambda view: view.x[5] % 2 == 1)
    hart.machine.points.add(Breakpoint(pc=CODE + 8, ignore=5, once=True))
    stop = hart.machine.run(1000)
    assert (stop.kind, hart.x[5]) == ("breakpoint", 6)
    assert seen == [1, 3, 5]
    assert hart.machine.run(1000).kind == "limit"


def test_a_callback_may_stop_the_machine(hart: TestHart) -> None:
    hart.machine.on_pc(CODE + 12, lambda view: hart.machine.stop())
    stop = hart.machine.run(1000)
    assert (stop.kind, stop.pc) == ("stopped", CODE + 12)


@pytest.mark.parametrize("virtual", [False, True])
def test_a_watchpoint_stops_before_the_access(hart: TestHart, virtual: bool) -> None:
    hart.machine.points.add(Watchpoint(address=DATA + 4, size=2, virtual=virtual))
    for turn in range(1, 4):
        stop = hart.machine.run(1000)
        assert (stop.kind, stop.pc) == ("breakpoint", CODE + 4)
        assert hart.read_word(DATA) == turn - 1
    hart.machine.points.add(Watchpoint(address=DATA + 8, size=8, kinds="rw", virtual=virtual))
    hart.machine.points.remove(next(iter(hart.machine.points)))
    assert hart.machine.run(1000).kind == "limit"


@pytest.mark.parametrize("virtual", [False, True])
def test_a_watch_for_changes_stops_behind_the_store_that_makes_one(hart: TestHart, virtual: bool) -> None:
    hart.put("andi x8, x5, 12", "sd x8, 0(x6)", "addi x5, x5, 1", "jal x0, -12")
    hart.machine.points.add(Watchpoint(address=DATA, size=8, kinds="c", virtual=virtual))
    for value in (4, 8, 12):
        stop = hart.machine.run(1000)
        assert (stop.kind, stop.pc, hart.read_word(DATA)) == ("breakpoint", CODE + 8, value)


def test_virtual_watches_follow_the_address_not_the_page() -> None:
    hart = make_hart()
    hart.map_page(0x4000, DATA)
    hart.map_page(0x5000, DATA)
    seen: list[Access] = []
    hart.machine.points.add(Watchpoint(address=0x5008, kinds="rw", virtual=True, call=seen.append))
    for va in (0x4008, 0x5008, 0x5000, 0x5010, 0x500C):
        hart.run("lw x3, 0(x1)", x1=va)
        hart.run("amoadd.w x3, x0, (x1)", x1=va)
    assert [(access.va, access.kinds) for access in seen] == [(va, k) for va in (0x5008, 0x500C) for k in ("r", "rw")]


def test_a_trap_is_caught_at_its_handler(hart: TestHart) -> None:
    seen: list[TrapTaken] = []
    hart.machine.on_trap(seen.append)
    hart.machine.points.add(Catchpoint(kind="trap", causes=frozenset({2})))
    hart.put("ecall", at=HANDLER)
    hart.put("lw x3, 1(x0)", "ecall")
    assert hart.machine.run(1000).kind == "limit"
    assert seen[0] == TrapTaken(0, 5, False, CODE, 1, 3)
    assert seen[1] == TrapTaken(0, 11, False, HANDLER, 0, 3)
    hart.put(0, at=HANDLER)
    stop = hart.machine.run(1000)
    assert (stop.kind, stop.pc, hart.csr["mcause"]) == ("breakpoint", HANDLER, 2)


def test_an_interrupt_is_caught(hart: TestHart) -> None:
    seen: list[TrapTaken] = []
    hart.machine.on_trap(seen.append, [1 << 63 | 3])
    hart.csr["mie"], hart.csr["mstatus"] = 8, 8
    hart.machine.bus.write(0x200_0000, 4, 1)
    hart.step()
    assert seen == [TrapTaken(0, 3, True, CODE, 0, 3)]


def test_returns_and_csr_writes_are_caught(hart: TestHart) -> None:
    hart.put("csrrw x0, mscratch, x5", "csrrs x3, mscratch, x0", "csrrs x0, mepc, x6", "mret", at=CODE)
    hart.csr["mepc"] = 0
    written: list[int] = []
    hart.machine.points.add(Catchpoint(kind="csr", csrs=frozenset({0x340}), call=lambda view, csr: written.append(csr)))
    hart.machine.points.add(Catchpoint(kind="return"))
    stop = hart.machine.run(10)
    assert (stop.kind, stop.pc, stop.cycle) == ("breakpoint", DATA, 4)
    assert written == [0x340]


def test_a_step_of_one_hart_runs_the_others_in_their_order() -> None:
    first = make_hart(harts=2)
    second = TestHart(first.machine, 1)
    first.put(*LOOP)
    for hart in (first, second):
        hart.set(x5=0, x6=DATA, x7=0)
        hart.pc = CODE
    assert first.machine.step(0).cycle == 1
    assert first.machine.step(0).cycle == 2
    stop = first.machine.step(1)
    assert (stop.kind, stop.cycle, second.pc, first.x[5]) == ("step", 10_001, CODE + 4, 2500)
    assert first.machine.step(0, max_cycles=5).kind == "limit"


def test_a_step_stands_at_a_breakpoint_before_it_goes_on(hart: TestHart) -> None:
    hart.machine.breakpoints.add(CODE)
    assert hart.machine.step().kind == "breakpoint"
    assert (hart.machine.step().kind, hart.pc) == ("step", CODE + 4)


def test_what_cannot_be_watched_is_refused_and_leaves_nothing(hart: TestHart) -> None:
    with pytest.raises(ConfigError, match="not in RAM"):
        hart.machine.points.add(Watchpoint(address=0x1000))
    with pytest.raises(ConfigError, match="no such symbol"):
        hart.machine.breakpoints.add("nowhere")
    assert len(hart.machine.points) == 0


@pytest.mark.parametrize("harts", [1, 3])
def test_the_guest_cannot_tell(harts: int) -> None:
    """A boot of the demo kernel under points of all kinds goes through the states of one under none."""
    def run(busy: bool) -> tuple[str, int]:
        calls = 0

        def count(*told: object) -> None:
            nonlocal calls
            calls += 1

        with Machine(kernel=bundled("demo.elf"), append="selfcheck=auto", harts=harts, memory="64M") as m:
            if busy:
                m.breakpoints.add("_start", count)
                for pc in range(0x8020_0000, 0x8020_2000, 98):
                    m.points.add(Breakpoint(pc=pc, call=count))
                m.points.add(Watchpoint(address=0x8020_8000, size=0x4000, kinds="rw", virtual=True, call=count))
                m.points.add(Watchpoint(address=0x8000_8000, size=64, kinds="rw", call=count))
                m.points.add(Catchpoint(kind="trap", call=count))
                m.points.add(Catchpoint(kind="return", call=count))
                m.points.add(Catchpoint(kind="csr", csrs=frozenset({0x100, 0x140, 0x300, 0x344}), call=count))
            m.run(3_000_000)
            return m.state_hash(), calls

    (plain, _), (watched, calls) = run(False), run(True)
    assert calls > 1000
    assert watched == plain


def test_a_closed_machine_takes_no_points(hart: TestHart) -> None:
    hart.machine.close()
    for act in (lambda: hart.machine.breakpoints.add(CODE), lambda: hart.machine.profile(True),
                lambda: hart.machine.record(print), lambda: hart.machine.points.add(Watchpoint(address=DATA))):
        with pytest.raises(ConfigError):
            act()
