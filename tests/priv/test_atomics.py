"""Zama16b, and what atomic memory operations need of memory besides that: rights, A and D bits, watches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from harness import CODE, DATA, HANDLER, PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, TestHart, Trap, make_hart
from isa.models import SENTINEL

from rvemu.isa.causes import Cause
from rvemu.isa.config import DEFAULT
from rvemu.machine import Access

VA, GRANULE = 0x40_0000, 16
SIZES = {"b": 1, "h": 2, "w": 4, "d": 8}
ISA = "rv64imac_zabha_zacas"
PATTERN = bytes(range(0x10, 0x50))


@pytest.fixture(scope="module")
def harts() -> Iterator[dict[bool, TestHart]]:
    """A hart with Zama16b, and one without."""
    made = {True: make_hart(isa=ISA + "_zama16b"), False: make_hart(isa=ISA)}
    yield made
    for hart in made.values():
        hart.machine.close()


def amo(width: str, kind: str = "amoadd") -> str:
    return f"{kind}.{width} x6, x4, (x1)"


@pytest.mark.parametrize("offset", range(2 * GRANULE))
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("zama16b", [True, False])
@pytest.mark.parametrize("cached", [True, False])
def test_a_misaligned_amo_succeeds_inside_a_granule(harts: Any, zama16b: bool, width: str, offset: int,
                                                    cached: bool) -> None:
    hart, size, address = harts[zama16b], SIZES[width], DATA + 4096 - GRANULE * 2 + offset
    hart.reset()
    if cached:
        hart.run1("sb x0, 0(x1)", x1=DATA)
    hart.write(DATA + 4096 - 2 * GRANULE, PATTERN)
    old = PATTERN[offset : offset + size]
    hart.run1(amo(width), x1=address, x4=1, x6=9)
    if offset % size == 0 or (zama16b and offset % GRANULE + size <= GRANULE):
        new = ((int.from_bytes(old, "little") + 1) % (1 << 8 * size)).to_bytes(size, "little")
        assert hart.read(DATA + 4096 - 2 * GRANULE, 64) == PATTERN[:offset] + new + PATTERN[offset + size :]
        assert hart.x[6] == int.from_bytes(old, "little")
        assert hart.pc == CODE + 4
    else:
        assert hart.trapped() == Trap(Cause.STORE_AMO_ADDRESS_MISALIGNED, address)
        assert hart.read(DATA + 4096 - 2 * GRANULE, 64) == PATTERN
        assert hart.x[6] == 9


@pytest.mark.parametrize("expected", [SENTINEL, 0])
def test_a_misaligned_compare_and_swap(harts: Any, expected: int) -> None:
    hart = harts[True]
    hart.reset()
    hart.write_word(DATA + 3, SENTINEL)
    hart.run1("amocas.d x6, x4, (x1)", x1=DATA + 3, x4=7, x6=expected)
    assert hart.x[6] == SENTINEL
    assert hart.read_word(DATA + 3) == (7 if expected == SENTINEL else SENTINEL)


@pytest.mark.parametrize("text", ["lr.w x3, (x1)", "lr.d x3, (x1)", "sc.w x3, x4, (x1)", "sc.d x3, x4, (x1)"])
def test_reservations_are_never_misaligned(harts: Any, text: str) -> None:
    hart = harts[True]
    hart.reset()
    cause = Cause.LOAD_ADDRESS_MISALIGNED if text[:2] == "lr" else Cause.STORE_AMO_ADDRESS_MISALIGNED
    assert hart.trap1(text, x1=DATA + 2) == Trap(cause, DATA + 2)


@pytest.mark.parametrize(("text", "offset"), [
    ("amocas.b x6, x4, (x1)", 1), ("amocas.h x6, x4, (x1)", 2), ("amocas.w x6, x4, (x1)", 4),
    ("amocas.d x6, x4, (x1)", 8), ("amocas.q x6, x4, (x1)", 16), ("amoadd.w x6, x4, (x1)", 1),
    ("amominu.h x6, x4, (x1)", 7),
])  # fmt: skip
def test_a_comparison_that_fails_needs_the_right_to_write_too(hart: TestHart, text: str, offset: int) -> None:
    hart.write(DATA, PATTERN)
    hart.map_page(VA, DATA, PTE_V | PTE_R | PTE_A)
    assert hart.trap1(text, x1=VA + offset, x6=0, x7=0) == Trap(Cause.STORE_AMO_PAGE_FAULT, VA + offset)
    assert hart.read(DATA, 64) == PATTERN


@pytest.mark.parametrize("text", ["amocas.w x6, x4, (x1)", "amocas.q x6, x4, (x1)", "amoxor.b x6, x4, (x1)"])
@pytest.mark.parametrize("svadu", [True, False])
def test_a_and_d_are_those_of_a_store(hart: TestHart, text: str, svadu: bool) -> None:
    hart.write(DATA, PATTERN)
    entry = hart.map_page(VA, DATA, PTE_V | PTE_R | PTE_W)
    hart.csr["menvcfg"] = hart.csr["menvcfg"] & ~(1 << 61) | svadu << 61
    hart.run1(text, x1=VA, x4=0, x6=0, x7=0)
    assert (hart.pc == HANDLER) != svadu
    assert bool(hart.read_word(entry) & PTE_A and hart.read_word(entry) & PTE_D) == svadu
    assert hart.read(DATA, 64) == PATTERN


@pytest.mark.parametrize(("text", "address", "width"), [
    ("amocas.q x6, x4, (x1)", DATA, 16), ("amocas.d x6, x4, (x1)", DATA + 8, 8), ("amoadd.w x6, x4, (x1)", DATA + 5, 4),
    ("amoor.b x6, x4, (x1)", DATA + 8, 1),
])  # fmt: skip
def test_a_watch_sees_a_read_and_a_write_once(hart: TestHart, text: str, address: int, width: int) -> None:
    for kinds in ("r", "w", "rw"):
        seen: list[Access] = []
        hart.machine.on_access(DATA + 8, 1, seen.append, kinds)
        hart.run1(text, x1=address, x4=0)
        assert {(access.pa, access.width) for access in seen} == {(address, width)}, kinds
        assert hart.pc == CODE + 4


def test_zama16b_is_on_by_default() -> None:
    assert DEFAULT.has("Zama16b")
