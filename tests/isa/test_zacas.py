"""Zacas, and with Zabha its bytes and halfwords: atomic compare-and-swap."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from isa.models import DATA, INT_MIN, MAX, SENTINEL, WORD_INT_MIN, WORD_MAX, signed

from rvemu.isa.causes import Cause

SIZES = {"b": 1, "h": 2, "w": 4, "d": 8}
VALUES = (0, 1, 0x80, 0x8000, WORD_INT_MIN, WORD_MAX, 1 << 32, INT_MIN, MAX, SENTINEL)
LOW, HIGH = SENTINEL, 0x0123_4567_89AB_CDEF


def compare_and_swap(old: int, expected: int, new: int, bits: int) -> int:
    """Return what AMOCAS leaves in memory: of register values only the low `bits` count."""
    mask = (1 << bits) - 1
    return (new if old & mask == expected & mask else old) & mask


@pytest.mark.parametrize("width", SIZES)
def test_what_is_there_is_replaced_if_it_is_what_was_expected(hart: Any, width: str) -> None:
    size = SIZES[width]
    for old, expected in product(VALUES, VALUES):
        hart.write(DATA, old.to_bytes(8, "little") + b"\xaa" * 8)
        hart.run1(f"amocas.{width} x3, x2, (x1)", x1=DATA, x2=~SENTINEL & MAX, x3=expected)
        memory = compare_and_swap(old, expected, ~SENTINEL, 8 * size).to_bytes(size, "little")
        assert hart.read(DATA, 16) == memory + old.to_bytes(8, "little")[size:] + b"\xaa" * 8, hex(expected)
        assert hart.x[3] == signed(old, 8 * size) & MAX


@pytest.mark.parametrize("width", [*SIZES, "q"])
def test_x0_expects_zero_and_takes_nothing(hart: Any, width: str) -> None:
    """What the writes to x0 before it have left anywhere must not be compared."""
    for old in (0, 1):
        hart.write(DATA, old.to_bytes(16, "little"))
        hart.run("addi x0, x0, 1", f"amocas.{width} x0, x2, (x1)",
                 x1=DATA, x2=0x77, x3=0)
        assert hart.read(DATA, 1) == (b"\x77" if old == 0 else b"\x01")
        assert list(hart.x)[:4] == [0, DATA, 0x77, 0]


@pytest.mark.parametrize("width", SIZES)
def test_the_register_compared_may_be_the_one_stored(hart: Any, width: str) -> None:
    hart.write(DATA, b"\x05" + bytes(7))
    assert hart.run1(f"amocas.{width} x2, x2, (x1)", x1=DATA, x2=5).x[2] == 5
    assert hart.read(DATA, 8) == b"\x05" + bytes(7)


@pytest.mark.parametrize(("low", "high"), [(LOW, HIGH), (LOW ^ 1, HIGH), (LOW, HIGH ^ 1), (HIGH, LOW)])
def test_a_quadword_is_compared_in_both_halves(hart: Any, low: int, high: int) -> None:
    hart.write(DATA, LOW.to_bytes(8, "little") + HIGH.to_bytes(8, "little"))
    hart.run1("amocas.q x4, x2, (x1)", x1=DATA, x2=2, x3=3, x4=low, x5=high)
    swapped = (2, 3) if (low, high) == (LOW, HIGH) else (LOW, HIGH)
    assert (hart.read_word(DATA), hart.read_word(DATA + 8)) == swapped
    assert (hart.x[4], hart.x[5]) == (LOW, HIGH)


def test_the_pair_of_x0_stores_zeros(hart: Any) -> None:
    hart.write(DATA, b"\x01" * 16)
    hart.run1("amocas.q x4, x0, (x1)", x1=DATA, x4=0x0101_0101_0101_0101, x5=0x0101_0101_0101_0101)
    assert hart.read(DATA, 16) == bytes(16)


def test_a_quadword_uses_x30_and_x31_as_any_pair(hart: Any) -> None:
    hart.run1("amocas.q x30, x30, (x1)", x1=DATA, x30=0, x31=0)
    assert (hart.x[30], hart.x[31]) == (0, 0)
    hart.write(DATA, b"\x01" * 16)
    hart.run1("amocas.q x30, x2, (x1)", x1=DATA)
    assert (hart.x[30], hart.x[31]) == (0x0101_0101_0101_0101, 0x0101_0101_0101_0101)


@pytest.mark.parametrize("field", [7, 20])
def test_an_odd_register_of_a_pair_is_reserved(hart: Any, field: int) -> None:
    word = 0x2820_C22F & ~0x7000 | 4 << 12 | 1 << field          # amocas.q x4, x2, (x1), with x5 or x3
    trap = hart.trap1(word, x1=DATA)
    assert (trap.cause, trap.tval) == (Cause.ILLEGAL_INSTRUCTION, word)


@pytest.mark.parametrize("offset", range(1, 16))
def test_a_misaligned_quadword_traps(hart: Any, offset: int) -> None:
    trap = hart.trap1("amocas.q x4, x2, (x1)", x1=DATA + offset, x4=9)
    assert (trap.cause, trap.tval) == (Cause.STORE_AMO_ADDRESS_MISALIGNED, DATA + offset)
    assert hart.x[4] == 9
