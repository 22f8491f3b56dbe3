"""Sdtrig against a plain model of mcontrol and mcontrol6 ("Sdtrig" of the debug specification)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from harness import CODE, DATA, HANDLER, TestHart, Trap, make_hart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from isa.asm import encode

U, S, M = 0, 1, 3
BREAKPOINT = 3
LOAD, STORE, EXECUTE = 1, 2, 4
CHAIN, HIT, HIT0 = 1 << 11, 1 << 20, 1 << 22
MODE_BIT = {U: 1 << 3, S: 1 << 4, M: 1 << 6}
MIE, SIE, MPIE, SPIE = 1 << 3, 1 << 1, 1 << 7, 1 << 5
DISABLED = 15 << 60
ONES = (1 << 64) - 1
COUNT = 4
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

ACCESSES = {
    "lb x3, 0(x1)": (LOAD, 1), "lhu x3, 0(x1)": (LOAD, 2), "lw x3, 0(x1)": (LOAD, 4), "ld x3, 0(x1)": (LOAD, 8),
    "fld f3, 0(x1)": (LOAD, 8), "sb x4, 0(x1)": (STORE, 1), "sh x4, 0(x1)": (STORE, 2), "fsw f4, 0(x1)": (STORE, 4),
    "sd x4, 0(x1)": (STORE, 8), "lr.w x3, (x1)": (LOAD, 4), "sc.d x3, x4, (x1)": (STORE, 8),
    "amoadd.w x3, x4, (x1)": (LOAD | STORE, 4), "amomax.d x3, x4, (x1)": (LOAD | STORE, 8),
    "cbo.zero (x1)": (STORE, 64), "cbo.flush (x1)": (STORE, 64),
}  # fmt: skip
WORDS = {text: encode(text) for text in ACCESSES}


@dataclass
class Trigger:
    """tdata1 and tdata2 of one trigger."""

    tdata1: int = DISABLED
    tdata2: int = 0

    def compares(self, value: int) -> bool:
        """Tell whether one compare value matches, by tdata1.match without its negation."""
        data, low, high = self.tdata2, self.tdata2 % (1 << 32), self.tdata2 >> 32
        match self.tdata1 >> 7 & 7:
            case 0:
                return value == data
            case 1:
                index = next(k for k in range(65) if not data >> k & 1)
                return value >> index + 1 == data >> index + 1
            case 2:
                return value >= data
            case 3:
                return value < data
            case 4:
                return value % (1 << 32) & high == low
            case _:
                return value >> 32 & high == low

    def matches(self, kinds: int, mode: int, addresses: range) -> bool:
        """Tell whether an access of these bytes matches."""
        if self.tdata1 >> 60 not in (2, 6) or not self.tdata1 & kinds or not self.tdata1 & MODE_BIT[mode]:
            return False
        size = self.tdata1 >> 16 & 7
        if self.tdata1 >> 60 == 6 and size and {1: 1, 2: 2, 3: 4, 5: 8}[size] != len(addresses):
            return False
        return any(self.compares(address) for address in addresses) != bool(self.tdata1 >> 10 & 1)


def fire(triggers: list[Trigger], kinds: int, mode: int, addresses: range) -> bool:
    """Set the hit bits of the first chain of which all match; tell whether there is one."""
    chain: list[Trigger] = []
    for trigger in triggers:
        chain.append(trigger)
        if trigger.tdata1 & CHAIN:
            continue
        if all(part.matches(kinds, mode, addresses) for part in chain):
            for part in chain:
                part.tdata1 |= HIT if part.tdata1 >> 60 == 2 else HIT0
            return True
        chain = []
    return False


def legal(index: int, tdata1: int) -> int:
    """What tdata1 reads after `tdata1` was written: fields of ours, others zero."""
    kind = tdata1 >> 60
    if kind not in (2, 6):
        return DISABLED
    match = tdata1 >> 7 & 15
    if match not in (0, 1, 2, 3, 4, 5, 8, 9, 12, 13) or (kind == 2 and match & 7 == 1):
        match = 0
    size = tdata1 >> 16 & 7 if kind == 6 and tdata1 >> 16 & 7 in (1, 2, 3, 5) else 0
    kept = tdata1 & (0x7 | 0x58 | (HIT if kind == 2 else HIT0) | (CHAIN if index < COUNT - 1 else 0))
    return kind << 60 | kept | match << 7 | size << 16


@pytest.fixture(scope="module")
def machine() -> TestHart:
    hart = make_hart()
    hart.open_pmp()
    hart.csr["menvcfg"] = hart.csr["senvcfg"] = 0xF0
    return hart


def program(hart: TestHart, values: list[tuple[int, int]]) -> list[Trigger]:
    """Write (tdata1, tdata2) to the triggers, and return them as they read."""
    for index, (tdata1, tdata2) in enumerate(values):
        hart.csr["tselect"] = index
        hart.csr["tdata1"] = 0
        hart.csr["tdata2"] = tdata2
        hart.csr["tdata1"] = tdata1
    return read_back(hart)


def read_back(hart: TestHart) -> list[Trigger]:
    found = []
    for index in range(COUNT):
        hart.csr["tselect"] = index
        found.append(Trigger(hart.csr["tdata1"], hart.csr["tdata2"]))
    return found


near = st.integers(-9, 9) | st.sampled_from([-64, -63, 63, 64, 0x1000, -0x1000])
spots = st.builds(lambda base, apart: base + apart, st.sampled_from([DATA, CODE, DATA + 0x2000]), near)
masks = st.builds(lambda spot, bits: spot & ~((1 << bits) - 1) | (1 << bits) - 1 >> 1, spots, st.integers(0, 63))
halves = st.builds(lambda spot, mask: (spot & mask) % (1 << 32) | mask << 32, spots, st.sampled_from([0, 0xFF, 0xFFF8]))
tdata2s = spots | masks | halves | st.just(ONES) | st.just(0)
tdata1s = st.builds(
    lambda kind, size, chain, match, modes, kinds, other: (
        kind << 60 | size << 16 | chain * CHAIN | match << 7 | modes | kinds | other
    ),
    st.sampled_from([2, 6, 6, 6, 15]), st.integers(0, 7) | st.just(0), st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 8, 9, 12, 13]), st.sampled_from([0x58, 0x58, 8, 0x10, 0x40, 0]),
    st.sampled_from([1, 2, 3, 4, 7]), st.sampled_from([0, 0, HIT, HIT0]),
)  # fmt: skip
programs = st.lists(st.tuples(tdata1s, tdata2s), min_size=1, max_size=COUNT)


def live(mode: int, enabled: bool, delegated: bool) -> bool:
    """Whether triggers may fire in the mode at all ("Native Triggers", the first solution)."""
    return enabled or not (mode == M or (mode == S and delegated))


@settings(RELAXED, max_examples=600)
@given(values=programs, access=st.sampled_from([*ACCESSES]), apart=near, mode=st.sampled_from([U, S, M]),
       enabled=st.booleans(), delegated=st.booleans(), warm=st.booleans())  # fmt: skip
def test_one_instruction(machine: TestHart, values: list[tuple[int, int]], access: str, apart: int, mode: int,
                         enabled: bool, delegated: bool, warm: bool) -> None:
    """Its fetch is compared first, then its access; it traps before anything is done, or does what it does."""
    kinds, width = ACCESSES[access]
    va = DATA + 0x40 + (apart & -width if width in (4, 8) else apart)
    hart = machine.reset()
    hart.open_pmp()
    hart.csr["menvcfg"] = hart.csr["menvcfg"] | 0xF0
    hart.csr["senvcfg"] = 0xF0
    hart.csr["mstatus"] = 3 << 13 | enabled * (MIE | SIE)
    hart.csr["medeleg"] = delegated << BREAKPOINT
    hart.csr["stvec"] = HANDLER
    hart.put(WORDS[access])
    hart.set(x1=va, x4=0x1234)
    if warm:                                        # translated and cached before there is a trigger
        hart.step_at(CODE, mode)
    triggers = program(hart, [*values, *[(0, 0)] * (COUNT - len(values))])
    expected, at = False, CODE
    if live(mode, enabled, delegated):
        expected = fire(triggers, EXECUTE, mode, range(CODE, CODE + 4))
        if not expected:
            at = va & ~63 if width == 64 else va
            expected = fire(triggers, kinds, mode, range(at, at + width))
    hart.pc, hart.priv = CODE, mode
    hart.step()
    level = "s" if delegated and mode != M else "m"
    if expected:
        assert hart.pc == HANDLER
        assert Trap(hart.csr[level + "cause"], hart.csr[level + "tval"]) == Trap(BREAKPOINT, at)
        assert hart.csr[level + "epc"] == CODE
    else:
        assert hart.pc == CODE + 4
    assert read_back(hart) == triggers


@settings(RELAXED, max_examples=300)
@given(st.integers(0, COUNT - 1), tdata1s | st.integers(0, ONES), st.integers(0, ONES) | tdata2s)
def test_what_tdata1_and_tdata2_read_after_a_write(machine: TestHart, index: int, tdata1: int, tdata2: int) -> None:
    machine.csr["tselect"] = index
    machine.csr["tdata1"] = 0
    machine.csr["tdata2"] = tdata2
    assert machine.csr["tdata2"] == tdata2
    machine.csr["tdata1"] = tdata1
    read = machine.csr["tdata1"]
    assert read == legal(index, tdata1)
    if read >> 7 & 7 == 1 and read >> 60 == 6 and tdata2 | 1 << 63 == ONES:
        tdata2 &= ~(1 << 62)                        # a NAPOT range of 2^63 bytes at most
    assert machine.csr["tdata2"] == tdata2
    machine.csr["tdata1"] = 0


def test_enumeration_finds_four_triggers_of_two_types(machine: TestHart) -> None:
    machine.reset()
    for index in range(COUNT):
        machine.csr["tselect"] = index
        assert machine.csr["tselect"] == index
        assert machine.csr["tinfo"] == 1 << 24 | 1 << 15 | 1 << 6 | 1 << 2
        assert machine.csr["tdata1"] == DISABLED
    machine.csr["tselect"] = COUNT
    assert machine.csr["tselect"] == COUNT - 1


def test_an_instruction_that_cannot_be_fetched_still_fires(machine: TestHart) -> None:
    machine.reset()
    machine.csr["mstatus"] = MIE
    program(machine, [(6 << 60 | MODE_BIT[M] | EXECUTE, 0x4000_0000)])
    assert machine.step_at(0x4000_0000) == Trap(BREAKPOINT, 0x4000_0000)


def test_a_trigger_in_a_loop_fires_each_time_and_only_for_its_hart() -> None:
    """The block that the harts share is translated apart for the hart with the trigger."""
    first = make_hart(harts=2)
    second = TestHart(first.machine, 1)
    first.put("addi x5, x5, 1", "addi x6, x6, 1", "jal x0, -8")
    program(first, [(6 << 60 | MODE_BIT[M] | EXECUTE, CODE + 4)])
    for hart in (first, second):
        hart.csr["mstatus"] = MIE
    second.pc = CODE
    second.step(300)
    first.pc = CODE
    first.step(2)
    assert (second.x[5], second.x[6]) == (100, 100)
    assert (first.x[5], first.x[6]) == (1, 0)
    assert first.trapped() == Trap(BREAKPOINT, CODE + 4)


def test_without_sdtrig_the_csrs_are_absent() -> None:
    hart = make_hart(isa="rv64gc")
    assert [name for name in ("tselect", "tdata1", "tdata2", "tinfo") if name in hart.csr] == []
