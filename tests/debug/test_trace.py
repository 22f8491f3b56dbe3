"""Traces: what is recorded is what single steps see, filters leave what they say, and the files hold it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import CODE, DATA, HANDLER, TestHart, make_hart

from rvemu.config import bundled
from rvemu.debug.chrome import ChromeFile
from rvemu.debug.names import GuestNames, Place
from rvemu.debug.trace import KINDS, RETIRED, Event, Filter, Ring, SpikeFile, TextFile, Tracer, line
from rvemu.errors import ConfigError
from rvemu.machine import Machine

C_JR_RA, C_JALR_X10 = 0x8082, 0x9502
SUB, LEAF = CODE + 0x100, CODE + 0x200
NAMES = {SUB: "sub", LEAF: "leaf", HANDLER: "handler"}


class Labels:
    """Names the parts of the program below."""

    def at(self, va: int, hart: int = 0) -> Place | None:
        base = max((address for address in NAMES if address <= va), default=None)
        return None if base is None else Place(NAMES[base], va - base)


@pytest.fixture
def hart() -> TestHart:
    """A program that calls, stores, traps and writes a CSR: 15 instructions and an ECALL in a round."""
    hart = make_hart()
    hart.put("jal x1, 0x100", "jal x0, -4")
    hart.put("addi x18, x1, 0", C_JALR_X10, "sd x18, 8(x6)", "jalr x0, 0(x18)", at=SUB)
    hart.put("lw x7, 8(x6)", "csrrw x0, mscratch, x7", "ecall", C_JR_RA, at=LEAF)
    hart.put("csrrs x28, mepc, x0", "addi x28, x28, 4", "csrrw x0, mepc, x28", "mret", at=HANDLER)
    hart.set(x6=DATA, x10=LEAF)
    hart.pc = CODE
    return hart


ROUND = [CODE, SUB, SUB + 4, LEAF, LEAF + 4, LEAF + 8, *(HANDLER + 4 * k for k in range(4)), LEAF + 12, SUB + 6,
         SUB + 10, CODE + 4]  # fmt: skip
"""The pcs of a round, one a cycle; LEAF + 8 traps."""
RETIRED_PCS = [pc for pc in ROUND if pc != LEAF + 8]


def traced(hart: TestHart, cycles: int, **filters: Any) -> list[Any]:
    tracer = Tracer(hart.machine, Filter(**filters), Ring())
    hart.step(cycles)
    tracer.stop()
    assert isinstance(tracer.sink, Ring)
    return tracer.sink.last(1 << 30)


def test_the_core_and_numpy_agree_on_the_size_of_a_record() -> None:
    sizes: list[int] = []
    hart = make_hart()
    hart.put("addi x0, x0, 0")
    hart.pc = CODE
    hart.machine.record(lambda records: sizes.append(len(records)))
    hart.step(1)
    assert sizes == [RETIRED.itemsize]


@pytest.mark.parametrize(("harts", "start"), [(1, 0), (2, 940_000)])
def test_instructions_are_those_of_single_steps(harts: int, start: int) -> None:
    cycles = 15_000
    with Machine(kernel=bundled("demo.elf"), memory="64M", harts=harts, quantum=100) as machine:
        machine.run(start)
        tracer = Tracer(machine, Filter(frozenset({"insn"})), Ring())
        machine.run(cycles)
        tracer.stop()
        assert isinstance(tracer.sink, Ring)
        found = [(int(r["cycle"]), int(r["hart"]), int(r["priv"]), int(r["pc"])) for r in tracer.sink.records()]
    expected = []
    with Machine(kernel=bundled("demo.elf"), memory="64M", harts=harts, quantum=100) as machine:
        machine.run(start)
        while (cycle := machine.cycle) < start + cycles:
            before = [(hart.priv, hart.pc, hart.csr["minstret"]) for hart in machine.harts]
            machine.run(1)
            for hart, (priv, pc, retired) in zip(machine.harts, before, strict=True):
                if hart.csr["minstret"] != retired:
                    expected.append((cycle, hart.id, priv, pc))
    assert found == expected


def test_events_stand_between_the_instructions(hart: TestHart) -> None:
    items = traced(hart, len(ROUND))
    pcs = [item.pc if isinstance(item, Event) else int(item["pc"]) for item in items]
    trap = next(item for item in items if isinstance(item, Event) and item.kinds == ("trap",))
    place = items.index(trap)
    assert (trap.cycle, trap.pc, trap.target, trap.text) == (6, LEAF + 8, HANDLER, "ecall from M-mode")
    assert [int(item["pc"]) for item in items if not isinstance(item, Event)] == RETIRED_PCS
    assert (pcs[place - 1], pcs[place + 1]) == (LEAF + 4, HANDLER)


FILTERS: list[tuple[dict[str, Any], Callable[[int], bool]]] = [
    ({}, lambda pc: True),
    ({"kinds": frozenset({"mem"})}, lambda pc: pc in (SUB + 6, LEAF)),
    ({"kinds": frozenset({"csr"})}, lambda pc: pc in (LEAF + 4, HANDLER + 8, HANDLER + 12)),
    ({"kinds": frozenset({"mem", "csr"})},
     lambda pc: pc in (SUB + 6, LEAF, LEAF + 4, HANDLER + 8, HANDLER + 12)),
    ({"kinds": frozenset({"insn"}), "ranges": ((SUB, SUB + 4), (LEAF, LEAF + 100))},
     lambda pc: pc == SUB or LEAF <= pc < LEAF + 100),
    ({"kinds": frozenset({"insn"}), "modes": frozenset({0, 1})}, lambda pc: False),
    ({"kinds": frozenset({"insn"}), "harts": frozenset({0})}, lambda pc: True),
    ({"kinds": frozenset({"insn"}), "harts": frozenset({1})}, lambda pc: False),
    ({"kinds": frozenset({"trap", "call"})}, lambda pc: False),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "wanted"), FILTERS)
def test_filters_leave_what_they_say(hart: TestHart, filters: dict[str, Any],
                                     wanted: Callable[[int], bool]) -> None:
    rounds = 3
    found = [int(item["pc"]) for item in traced(hart, rounds * len(ROUND), **filters) if not isinstance(item, Event)]
    assert found == [pc for pc in RETIRED_PCS * rounds if wanted(pc)]


def test_calls_and_returns_know_where_they_go(hart: TestHart) -> None:
    events = traced(hart, len(ROUND) + 1, kinds=frozenset({"call"}))
    assert [(each.pc, each.text, each.target) for each in events] == [
        (CODE, "call", SUB), (SUB + 4, "call", LEAF), (LEAF + 12, "return", SUB + 6),
    ]  # fmt: skip
    assert [each.back for each in events] == [CODE + 4, SUB + 6, 0]


def test_a_call_that_faults_where_it_goes_is_a_call_to_there(hart: TestHart) -> None:
    hart.put("jalr x1, 0(x11)")
    hart.set(x11=0x4000_0000)
    events = traced(hart, 3, kinds=frozenset({"call", "trap"}))
    assert [(each.kinds, each.target) for each in events[:2]] == [(("call",), 0x4000_0000), (("trap",), HANDLER)]


def test_changes_of_mode_and_sbi_calls() -> None:
    with Machine(kernel=bundled("demo.elf"), memory="64M", harts=2, append="selfcheck=auto") as machine:
        asked: list[int] = []
        machine.on_trap(lambda trap: asked.append(machine.harts[trap.hart].x[17]), [9])
        tracer = Tracer(machine, Filter(frozenset({"sbi", "priv", "irq"})), Ring())
        machine.run(3_000_000)
        tracer.stop()
        assert isinstance(tracer.sink, Ring)
        events = tracer.sink.last(1 << 30)
    calls = [event for event in events if event.kinds[0] == "sbi"]
    assert [event.text.split()[0] for event in calls][:2] == ["BASE", "HSM"]
    assert len(calls) == len(asked)
    assert calls[0].text.startswith("BASE function ")
    assert all((event.mode, event.to) == (1, 3) for event in calls)
    modes = {(event.mode, event.to) for event in events if "priv" in event.kinds}
    assert modes == {(3, 1), (1, 3)}


def test_the_guest_cannot_tell() -> None:
    hashes = set()
    for on in (False, True):
        with Machine(kernel=bundled("demo.elf"), memory="64M", harts=2, append="selfcheck=auto") as machine:
            machine.run(900_000)
            tracer = Tracer(machine, Filter(), Ring(1000)) if on else None
            machine.run(300_000)
            if tracer is not None:
                tracer.stop()
            assert machine.recorder is None
            assert len(machine.points) == 0
            machine.run(100_000)
            hashes.add(machine.state_hash())
    assert len(hashes) == 1


def test_a_ring_keeps_the_latest(hart: TestHart) -> None:
    ring = Ring(100)
    for part in range(30):
        records = np.zeros(37, RETIRED)
        records["cycle"] = np.arange(37) + 37 * part
        ring.take(records, [Event(37 * part + 37, ("irq",), 0, 0, 1, 0, 0, 0, "x")])
    assert [int(each["cycle"]) for each in ring.records()] == list(range(30 * 37 - 100, 30 * 37))
    assert [getattr(each, "cycle", None) or int(each["cycle"]) for each in ring.last(3)] == [1108, 1109, 1110]
    assert ring.last(0) == []
    assert len(ring.last(50, Filter(frozenset({"irq"})))) == 30


def test_one_who_records_is_not_disturbed(hart: TestHart) -> None:
    hart.machine.record(lambda records: None)
    with pytest.raises(ConfigError, match="recorded already"):
        Tracer(hart.machine, Filter(), Ring())
    Tracer(hart.machine, Filter(frozenset({"trap"})), Ring()).stop()
    assert hart.machine.recorder is not None


def test_lines_of_text(hart: TestHart, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    tracer = Tracer(hart.machine, Filter(frozenset(KINDS) - {"call"}), TextFile(str(path), Labels()))
    hart.step(len(ROUND))
    tracer.stop()
    lines = [each.split() for each in path.read_text().splitlines()]
    assert lines[0] == ["0", "0", "M", f"{CODE:#018x}", "jal", "80000100", f"ra={CODE + 4:#x}"]
    assert lines[3] == ["3", "0", "M", f"{LEAF:#018x}", "leaf", "lw", "t2,8(t1)", "t2=0x0", f"[{DATA + 8:#x}]"]
    assert lines[4][-1] == "mscratch=0x0"
    assert lines[5] == ["6", "0", "M", f"{LEAF + 8:#018x}", "leaf+0x8", "--", "trap", "ecall", "from", "M-mode,", "to",
                        "handler"]  # fmt: skip
    stored = next(each for each in lines if "sd" in each)
    assert stored[-1] == f"[{DATA + 8:#x}]<-{CODE + 4:#x}"


def test_a_line_shows_both_registers_of_a_pair() -> None:
    hart = make_hart(isa="rv64ia_zacas")
    hart.put("amocas.q x10, x12, (x6)", "amocas.q x0, x0, (x6)")
    hart.set(x6=DATA, x10=0, x11=0, x12=5, x13=6)
    hart.pc = CODE
    swap, refused = (line(item, Labels()) for item in traced(hart, 2))
    assert swap.endswith(f"a0=0x0 a1=0x0 [{DATA:#x}] [{DATA:#x}]<-0x60000000000000005")
    assert refused.endswith(f"(t1)      [{DATA:#x}]")


def test_spikes_format_is_that_of_the_commit_log(hart: TestHart, tmp_path: Path) -> None:
    tracer = Tracer(hart.machine, Filter(frozenset({"mem"})), SpikeFile(str(tmp_path / "log"), hart.machine))
    hart.step(len(ROUND))
    tracer.stop()
    assert (tmp_path / "log").read_text().splitlines() == [
        f"core   0: 3 {LEAF:#018x} (0x00832383) x7  0x{0:016x} mem {DATA + 8:#018x}",
        f"core   0: 3 {SUB + 6:#018x} (0x01233423) mem {DATA + 8:#018x} {CODE + 4:#018x}",
    ]


def test_a_chrome_file_has_calls_and_traps_as_nested_slices(hart: TestHart, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    tracer = Tracer(hart.machine, Filter(frozenset({"call", "trap"})), ChromeFile(str(path), Labels(), 1))
    hart.step(len(ROUND) + 2)
    tracer.stop()
    events = json.loads(path.read_text())
    slices = [(each["ph"], each.get("name"), round(each["ts"] * 1000)) for each in events if each["ph"] in "BE"]
    assert slices[:6] == [
        ("B", "sub", 1), ("B", "leaf", 3), ("B", "ecall from M-mode", 6), ("E", None, 10), ("E", None, 11),
        ("B", "sub", 15),
    ]  # fmt: skip
    assert [each["args"]["name"] for each in events if each["ph"] == "M"] == ["rvemu", "hart 0"]


def test_slices_are_nested_and_in_order_whatever_the_guest_does(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    with Machine(kernel=bundled("demo.elf"), memory="64M", harts=2, append="selfcheck=auto") as machine:
        machine.run(940_000)
        sink = ChromeFile(str(path), GuestNames(machine), 2)
        tracer = Tracer(machine, Filter(frozenset({"call", "trap", "irq", "sbi"})), sink)
        machine.run(200_000)
        tracer.stop()
    depth, last = {0: 0, 1: 0}, {0: 0.0, 1: 0.0}
    for each in json.loads(path.read_text()):
        if each["ph"] in "BE":
            assert each["ts"] >= last[each["tid"]]
            last[each["tid"]] = each["ts"]
            depth[each["tid"]] += 1 if each["ph"] == "B" else -1
            assert depth[each["tid"]] >= 0
    assert depth == {0: 0, 1: 0}
    assert min(last.values()) > 0


def test_a_file_that_cannot_be_written_is_an_error(hart: TestHart, tmp_path: Path) -> None:
    for make in (lambda path: TextFile(path, Labels()), lambda path: ChromeFile(path, Labels(), 1),
                 lambda path: SpikeFile(path, hart.machine)):  # fmt: skip
        with pytest.raises(ConfigError, match="a file that can be written"):
            make(str(tmp_path / "none" / "out"))


def test_an_event_is_a_line() -> None:
    event = Event(7, ("irq", "priv"), 1, 0, 1, LEAF, HANDLER, LEAF, "supervisor timer interrupt")
    assert line(event, Labels()).split(maxsplit=4)[4].split(None, 1) == [
        "leaf", f"{'-- irq':<28} supervisor timer interrupt, U -> S, to handler",
    ]  # fmt: skip
