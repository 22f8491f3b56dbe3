"""A: load-reserved, store-conditional and the atomic memory operations, with those of Zabha."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from isa.models import (
    DATA,
    INT_MAX,
    INT_MIN,
    MAX,
    SENTINEL,
    WORD_INT_MAX,
    WORD_INT_MIN,
    WORD_MAX,
    Model,
    signed,
)

from rvemu.isa.causes import Cause

SIZES = {"w": 4, "d": 8}
AMO_SIZES = {"b": 1, "h": 2} | SIZES
AMO: dict[str, Model] = {
    "amoswap": lambda _, rs2: rs2,
    "amoadd": lambda old, rs2: old + rs2,
    "amoxor": lambda old, rs2: old ^ rs2,
    "amoand": lambda old, rs2: old & rs2,
    "amoor": lambda old, rs2: old | rs2,
    "amominu": min,
    "amomaxu": max,
}
AMO_SIGNED = {"amomin": min, "amomax": max}
VALUES = (0, 1, 0x7F, 0x80, 0x7FFF, 0x8000, WORD_INT_MAX, WORD_INT_MIN, WORD_MAX, 1 << 32, INT_MAX, INT_MIN, MAX,
          SENTINEL)  # fmt: skip


def result(name: str, old: int, rs2: int, bits: int) -> int:
    """Return what the AMO leaves in memory, by the manual; operands are `bits` wide."""
    mask = (1 << bits) - 1
    if name in AMO_SIGNED:
        return AMO_SIGNED[name](signed(old, bits), signed(rs2, bits)) & mask
    return AMO[name](old & mask, rs2 & mask) & mask


@pytest.mark.parametrize("width", AMO_SIZES)
@pytest.mark.parametrize("name", [*AMO, *AMO_SIGNED])
def test_amo_stores_the_result_and_returns_the_old_value(hart: Any, name: str, width: str) -> None:
    size = AMO_SIZES[width]
    for old, rs2 in product(VALUES, VALUES):
        hart.write(DATA, old.to_bytes(8, "little") + b"\xaa" * 8)
        hart.run1(f"{name}.{width} x3, x2, (x1)", x1=DATA, x2=rs2)
        memory = result(name, old, rs2, 8 * size).to_bytes(size, "little") + old.to_bytes(8, "little")[size:]
        assert hart.read(DATA, 16) == memory + b"\xaa" * 8, (hex(old), hex(rs2))
        assert hart.x[3] == signed(old, 8 * size) & MAX, (hex(old), hex(rs2))


@pytest.mark.parametrize("ordering", ["", ".aq", ".rl", ".aqrl"])
def test_orderings_change_nothing_on_one_hart(hart: Any, ordering: str) -> None:
    hart.write(DATA, (5).to_bytes(8, "little"))
    assert hart.run1(f"amoadd.d{ordering} x3, x2, (x1)", x1=DATA, x2=7).x[3] == 5
    assert hart.read(DATA, 8) == (12).to_bytes(8, "little")


def test_amo_without_a_destination_still_stores(hart: Any) -> None:
    assert hart.run1("amoswap.w x0, x2, (x1)", x1=DATA, x2=7).x[0] == 0
    assert hart.read(DATA, 4) == (7).to_bytes(4, "little")


def test_amo_takes_its_operand_before_it_writes_the_same_register(hart: Any) -> None:
    hart.write(DATA, (5).to_bytes(8, "little"))
    assert hart.run1("amoadd.d x2, x2, (x1)", x1=DATA, x2=7).x[2] == 5
    assert hart.read(DATA, 8) == (12).to_bytes(8, "little")


@pytest.mark.parametrize(("width", "x3"), [("w", MAX - 0x7FFF_FFFF), ("d", 0x8765_4321_8000_0000)])
def test_load_reserved_loads_as_lw_and_ld_do(hart: Any, width: str, x3: int) -> None:
    hart.write(DATA, bytes.fromhex("00 00 00 80 21 43 65 87"))
    assert hart.run1(f"lr.{width} x3, (x1)", x1=DATA).x[3] == x3


@pytest.mark.parametrize("width", SIZES)
def test_store_conditional_after_load_reserved_stores_and_gives_0(hart: Any, width: str) -> None:
    hart.run(f"lr.{width} x3, (x1)", f"sc.{width} x4, x2, (x1)", x1=DATA, x2=SENTINEL, x4=9)
    assert hart.x[4] == 0
    assert hart.read(DATA, 8) == SENTINEL.to_bytes(8, "little")[: SIZES[width]].ljust(8, b"\0")


@pytest.mark.parametrize("width", SIZES)
def test_store_conditional_without_a_reservation_fails_and_stores_nothing(hart: Any, width: str) -> None:
    hart.run1(f"sc.{width} x4, x2, (x1)", x1=DATA, x2=SENTINEL)
    assert hart.x[4] == 1
    assert hart.read(DATA, 8) == bytes(8)


def test_store_conditional_uses_up_the_reservation(hart: Any) -> None:
    hart.run("lr.d x3, (x1)", "sc.d x4, x2, (x1)", "sc.d x5, x1, (x1)", x1=DATA, x2=SENTINEL)
    assert (hart.x[4], hart.x[5]) == (0, 1)
    assert hart.read(DATA, 8) == SENTINEL.to_bytes(8, "little")


def test_a_failed_store_conditional_uses_up_the_reservation_too(hart: Any) -> None:
    hart.run("lr.d x3, (x1)", "sc.d x4, x2, (x6)", "sc.d x5, x2, (x1)", x1=DATA, x2=SENTINEL, x6=DATA + 4096)
    assert (hart.x[4], hart.x[5]) == (1, 1)
    assert hart.read(DATA, 8) == hart.read(DATA + 4096, 8) == bytes(8)


def test_a_later_load_reserved_replaces_the_reservation(hart: Any) -> None:
    hart.run("lr.d x3, (x1)", "lr.d x3, (x6)", "sc.d x4, x2, (x1)", x1=DATA, x2=SENTINEL, x6=DATA + 4096)
    assert hart.x[4] == 1
    assert hart.read(DATA, 8) == bytes(8)


def test_store_conditional_to_the_register_it_stores_stores_the_old_value(hart: Any) -> None:
    hart.run("lr.d x3, (x1)", "sc.d x2, x2, (x1)", x1=DATA, x2=SENTINEL)
    assert hart.x[2] == 0
    assert hart.read(DATA, 8) == SENTINEL.to_bytes(8, "little")


def test_store_conditional_without_a_destination_still_stores(hart: Any) -> None:
    hart.run("lr.w x0, (x1)", "sc.w x0, x2, (x1)", x1=DATA, x2=7)
    assert hart.read(DATA, 4) == (7).to_bytes(4, "little")


@pytest.mark.parametrize(("text", "cause"), [
    ("lr.w x3, (x1)", Cause.LOAD_ADDRESS_MISALIGNED),
    ("sc.w x3, x2, (x1)", Cause.STORE_AMO_ADDRESS_MISALIGNED),
    ("lr.d x3, (x1)", Cause.LOAD_ADDRESS_MISALIGNED),
    ("sc.d x3, x2, (x1)", Cause.STORE_AMO_ADDRESS_MISALIGNED),
])  # fmt: skip
def test_a_misaligned_reservation_traps_and_changes_nothing(hart: Any, text: str, cause: Cause) -> None:
    address = DATA + (2 if ".w" in text else 4)
    trap = hart.trap1(text, x1=address, x2=SENTINEL, x3=9)
    assert (trap.cause, trap.tval) == (cause, address)
    assert hart.x[3] == 9
    assert hart.read(DATA, 16) == bytes(16)
