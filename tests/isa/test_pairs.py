"""Superinstructions: each pair of tools/pairs.txt leaves exactly what its two ops leave one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from harness import CODE, DATA, HANDLER, TestHart, Trap, make_hart

from rvemu.isa.causes import Cause
from tools.ops import collect_ops

LISTING = Path(__file__).parents[2] / "tools" / "pairs.txt"
LINES = [line.split() for line in LISTING.read_text().splitlines() if line and not line.startswith("#")]
PAIRS = [(first, second) for first, second in LINES]
KINDS = {op.name: op.kind for op in collect_ops()}
WIDTHS = {op.name: op.width for op in collect_ops()}
FORMS = {
    "li": ["addi {rd}, x0, {imm}", "lui {rd}, 0x80100", "auipc {rd}, 0x100"],
    "mv": ["addi {rd}, {rs1}, 0", "add {rd}, x0, {rs1}"],
    "j": ["jal x0, .+{offset}"],
    "jr": ["jalr x0, {imm}({rs1})"],
    "jal": ["jal {rd}, .+{offset}"],
    "jalr": ["jalr {rd}, {imm}({rs1})"],
}
"""The ops that are no rows by themselves, and those whose operands are not those of their kind."""
BY_KIND = {"load": "{rd}, {imm}({rs1})", "store": "{rs2}, {imm}({rs1})", "branch": "{rs1}, {rs2}, .+{offset}"}
SHIFTS = ("slli", "srli", "srai", "slliw", "srliw", "sraiw")
HOLE = 0x4000_0000
"""An address where nothing answers."""
SPIN = "jal x0, .+0"
CYCLES = 4
ROUNDS = 4


@dataclass(frozen=True)
class Numbers:
    """Register numbers of one op."""

    rd: int
    rs1: int
    rs2: int


WAYS = {
    "independent": (Numbers(5, 6, 7), Numbers(8, 9, 10)),
    "rd feeds rs1": (Numbers(5, 6, 7), Numbers(8, 5, 10)),
    "rd feeds rs2": (Numbers(5, 6, 7), Numbers(8, 9, 5)),
    "rd feeds both": (Numbers(5, 6, 7), Numbers(8, 5, 5)),
    "rd is x0": (Numbers(0, 6, 7), Numbers(8, 9, 10)),
    "x0 is rd and is read": (Numbers(0, 6, 7), Numbers(8, 0, 0)),
    "both write x0": (Numbers(0, 6, 7), Numbers(0, 9, 10)),
    "the same rd": (Numbers(5, 6, 7), Numbers(5, 9, 10)),
    "the same rd, which is read": (Numbers(5, 6, 7), Numbers(5, 5, 10)),
    "one register": (Numbers(5, 5, 5), Numbers(5, 5, 5)),
    "the sources are overwritten": (Numbers(6, 6, 7), Numbers(6, 7, 6)),
    "the same sources": (Numbers(5, 6, 7), Numbers(6, 6, 7)),
}


def is_float(name: str) -> bool:
    """Tell whether the data register of a load or store is a floating-point one."""
    return name.startswith("f")


def text_of(name: str, numbers: Numbers, random: Random) -> str:
    """Return a line of assembly text that decodes to the op `name`, with these registers."""
    data = "f" if is_float(name) else "x"
    fields = {
        "rd": f"{data}{numbers.rd}", "rs1": f"x{numbers.rs1}", "rs2": f"{data}{numbers.rs2}",
        "imm": random.choice((0, 8, -8, 16, random.randrange(-64, 64), random.randrange(-2048, 2048))),
        "offset": random.choice((8, 12)),
    }  # fmt: skip
    if name in FORMS:
        return random.choice(FORMS[name]).format(**fields)
    if name in SHIFTS:
        return f"{name} {fields['rd']}, {fields['rs1']}, {random.randrange(32 if name.endswith('w') else 64)}"
    if name == "addi" and numbers.rs1 and not fields["imm"]:
        fields["imm"] = 1                                   # with 0 it would be the op mv
    last = "{imm}" if name.endswith(("i", "iw", "iu")) else "{rs2}"
    return f"{name} {BY_KIND.get(KINDS[name], '{rd}, {rs1}, ' + last).format(**fields)}"


def value_at_random(random: Random) -> int:
    """Return a register value: mostly an address of data, sometimes of the code itself, or any number."""
    data = DATA + random.randrange(64, 4096 - 64)
    return random.choice((
        data & ~7, data & ~7, data & ~7, data, DATA + 0xFFC, CODE + 4 * random.randrange(5), HOLE,
        random.choice((0, 1, 2, (1 << 64) - 1, 1 << 63, (1 << 31) - 1)), random.getrandbits(64),
    ))  # fmt: skip


def memory_at_random(random: Random) -> bytes:
    """Return two pages of words as in registers."""
    return b"".join(value_at_random(random).to_bytes(8, "little") for _ in range(1024))


@dataclass
class Start:
    """What a pair begins with."""

    code: tuple[str, str]
    x: list[int]
    f: list[int]
    memory: bytes

    def put(self, hart: TestHart) -> None:
        """Put registers, memory and code into the hart, which is about to run the pair."""
        for number in range(1, 32):
            hart.x[number], hart.f[number] = self.x[number], self.f[number]
        hart.set(mcause=0, mepc=0, mtval=0, mstatus=3 << 13)
        hart.write(DATA, self.memory)
        hart.put(*self.code, SPIN, SPIN, SPIN, SPIN)
        hart.put(SPIN, at=HANDLER)
        hart.priv, hart.pc = 3, CODE


def state_after(hart: TestHart, start: Start, steps: list[int]) -> dict[str, Any]:
    """Return the state of hart and memory after runs of so many cycles each."""
    start.put(hart)
    retired, cycle = hart.csr["minstret"], hart.machine.cycle
    for cycles in steps:
        assert hart.step(cycles).kind == "limit"
    state = hart.machine._core.hart_state(0)
    minstret, offset = state.pop("minstret") - retired, state.pop("cycle_offset")
    spent = hart.machine.cycle - cycle
    memory = hart.read(DATA, len(start.memory)) + hart.read(CODE, 64)
    return {**state, "retired": minstret, "offset": offset, "cycles": spent, "memory": memory}


def starts(first: str, second: str, way: str) -> Iterator[Start]:
    """Yield what to begin with for one pair and one choice of registers."""
    random = Random(f"{first} {second} {way}")
    memory = memory_at_random(random)
    for _ in range(ROUNDS):
        code = (text_of(first, WAYS[way][0], random), text_of(second, WAYS[way][1], random))
        x = [0, *(value_at_random(random) for _ in range(31))]
        yield Start(code, x, [random.getrandbits(64) for _ in range(32)], memory)


@pytest.mark.parametrize("way", WAYS)
def test_a_pair_leaves_what_its_ops_leave_one_by_one(hart: TestHart, way: str) -> None:
    for first, second in PAIRS:
        for start in starts(first, second, way):
            stepped = state_after(hart, start, [1] * CYCLES)
            at_once = state_after(hart, start, [CYCLES])
            assert at_once == stepped, (start.code, start.x[5:11])


@pytest.mark.parametrize("way", ["independent", "rd feeds both", "x0 is rd and is read"])
def test_a_stop_inside_a_pair_changes_nothing(hart: TestHart, way: str) -> None:
    """The pair is first run whole, so that the stop cuts a block that is there already."""
    for first, second in PAIRS:
        start = next(starts(first, second, way))
        at_once = state_after(hart, start, [CYCLES])
        assert state_after(hart, start, [1, CYCLES - 1]) == at_once, start.code
        assert state_after(hart, start, [2, CYCLES - 2]) == at_once, start.code


FAULTS = {"load": Cause.LOAD_ACCESS_FAULT, "store": Cause.STORE_AMO_ACCESS_FAULT}
GOOD = DATA + 512


def faulting(position: int) -> list[tuple[str, str]]:
    """Return the pairs of which one op, the first or the second, is a load or a store."""
    return [pair for pair in PAIRS if KINDS[pair[position]] in FAULTS]


def start_with(pair: tuple[str, str], bases: tuple[int, int]) -> Start:
    """Return a start at which all registers hold something else, and each op has its own base register."""
    texts = [
        text_of(name, numbers, Random(name)) if KINDS[name] not in FAULTS
        else f"{name} {BY_KIND[KINDS[name]]}".format(
            rd=f"{'f' if is_float(name) else 'x'}{numbers.rd}",
            rs2=f"{'f' if is_float(name) else 'x'}{numbers.rs2}", rs1=f"x{numbers.rs1}", imm=8,
        )
        for name, numbers in zip(pair, WAYS["independent"], strict=True)
    ]  # fmt: skip
    x = [0, *(GOOD + 64 * number for number in range(1, 32))]
    x[6], x[9] = bases
    return Start((texts[0], texts[1]), x, [0x1111 * number for number in range(32)], bytes(8192))


@pytest.mark.parametrize("pair", faulting(0), ids=" ".join)
def test_a_fault_of_the_first_op_leaves_no_trace_of_either(hart: TestHart, pair: tuple[str, str]) -> None:
    start = start_with(pair, (HOLE, GOOD))
    state = state_after(hart, start, [CYCLES])
    assert hart.trapped() == Trap(FAULTS[KINDS[pair[0]]], HOLE + 8)
    assert hart.csr["mepc"] == CODE
    assert state["x"] == start.x
    assert state["f"] == start.f
    assert state["memory"][:8192] == start.memory
    assert state["retired"] == CYCLES - 1           # those of the handler


@pytest.mark.parametrize("pair", faulting(1), ids=" ".join)
def test_a_fault_of_the_second_op_comes_after_the_first(hart: TestHart, pair: tuple[str, str]) -> None:
    start = start_with(pair, (GOOD, HOLE))
    alone = state_after(hart, start, [1])
    state = state_after(hart, start, [CYCLES])
    assert hart.trapped() == Trap(FAULTS[KINDS[pair[1]]], HOLE + 8)
    assert hart.csr["mepc"] == CODE + 4
    assert all(state[name] == alone[name] for name in ("x", "f", "memory"))
    assert state["retired"] == CYCLES - 1


@pytest.mark.parametrize("pair", [pair for pair in faulting(1) if WIDTHS[pair[1]] > 1], ids=" ".join)
def test_a_page_that_ends_between_the_bytes_of_the_second_op_faults_at_the_next_page(pair: tuple[str, str]) -> None:
    """A misaligned access of M-mode as S-mode, of which only the first page is mapped."""
    hart = make_hart()
    start = start_with(pair, (0x4000 + 512, 0x5000 - 8 - WIDTHS[pair[1]] // 2))
    hart.map_page(0x4000)
    status = hart.csr["mstatus"]
    start.put(hart)
    hart.csr["mstatus"] = status
    hart.step(CYCLES)
    cause = Cause.LOAD_PAGE_FAULT if KINDS[pair[1]] == "load" else Cause.STORE_AMO_PAGE_FAULT
    assert hart.trapped() == Trap(cause, 0x5000)
    assert hart.csr["mepc"] == CODE + 4
    assert not any(hart.read(DATA + 0xFF8, 8))
