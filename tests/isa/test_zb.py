"""Zba, Zbb, Zbc, Zbkb, Zbkx, Zbs. Models written from the manual's pseudocode on Python integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from isa.models import (
    INT_MIN,
    MAX,
    SENTINEL,
    SHAMTS,
    SHAMTS_W,
    WORD_INT_MIN,
    WORD_MAX,
    WORDS,
    Model,
    agrees,
    signed,
    word,
)


def rotate_left(value: int, by: int, bits: int) -> int:
    """Return the low `bits` of the value rotated left."""
    value, by = value & ((1 << bits) - 1), by % bits
    return value << by & ((1 << bits) - 1) | value >> (bits - by)


def carry_less_product(a: int, b: int) -> int:
    """Return the product of two polynomials over GF(2), up to 127 bits."""
    product = 0
    for n in range(64):
        product ^= (a << n) * (b >> n & 1)
    return product


def permuted(table: int, index: int, bits: int) -> int:
    """Return the elements of the table that the elements of the index name, 0 for those that it has not."""
    places, mask = range(0, 64, bits), (1 << bits) - 1
    elements = [table >> place & mask for place in places]
    chosen = [index >> place & mask for place in places]
    return sum((elements[n] if n < len(elements) else 0) << place for n, place in zip(chosen, places, strict=True))


def trailing_zeros(value: int, bits: int) -> int:
    """Return the number of zero bits below the lowest one; `bits` if there is none."""
    return next((n for n in range(bits) if value >> n & 1), bits)


REGISTER_REGISTER: dict[str, Model] = {
    "add.uw": lambda a, b: (a & WORD_MAX) + b,
    "sh1add": lambda a, b: (a << 1) + b,
    "sh2add": lambda a, b: (a << 2) + b,
    "sh3add": lambda a, b: (a << 3) + b,
    "sh1add.uw": lambda a, b: ((a & WORD_MAX) << 1) + b,
    "sh2add.uw": lambda a, b: ((a & WORD_MAX) << 2) + b,
    "sh3add.uw": lambda a, b: ((a & WORD_MAX) << 3) + b,
    "andn": lambda a, b: a & (b ^ MAX),
    "orn": lambda a, b: a | b ^ MAX,
    "xnor": lambda a, b: a ^ b ^ MAX,
    "max": lambda a, b: max(signed(a), signed(b)),
    "maxu": max,
    "min": lambda a, b: min(signed(a), signed(b)),
    "minu": min,
    "rol": lambda a, b: rotate_left(a, b, 64),
    "ror": lambda a, b: rotate_left(a, -b, 64),
    "rolw": lambda a, b: word(rotate_left(a, b, 32)),
    "rorw": lambda a, b: word(rotate_left(a, -b, 32)),
    "clmul": carry_less_product,
    "clmulh": lambda a, b: carry_less_product(a, b) >> 64,
    "clmulr": lambda a, b: carry_less_product(a, b) >> 63,
    "pack": lambda a, b: (b & WORD_MAX) << 32 | a & WORD_MAX,
    "packh": lambda a, b: (b & 0xFF) << 8 | a & 0xFF,
    "packw": lambda a, b: word((b & 0xFFFF) << 16 | a & 0xFFFF),
    "xperm4": lambda a, b: permuted(a, b, 4),
    "xperm8": lambda a, b: permuted(a, b, 8),
    "bclr": lambda a, b: a & ~(1 << b % 64),
    "bext": lambda a, b: a >> b % 64 & 1,
    "binv": lambda a, b: a ^ 1 << b % 64,
    "bset": lambda a, b: a | 1 << b % 64,
}
SHIFT_IMMEDIATE: dict[str, Model] = {
    "slli.uw": lambda a, shamt: (a & WORD_MAX) << shamt,
    "rori": lambda a, shamt: rotate_left(a, -shamt, 64),
    "bclri": lambda a, shamt: a & ~(1 << shamt),
    "bexti": lambda a, shamt: a >> shamt & 1,
    "binvi": lambda a, shamt: a ^ 1 << shamt,
    "bseti": lambda a, shamt: a | 1 << shamt,
}
UNARY: dict[str, Callable[[int], int]] = {
    "clz": lambda a: 64 - a.bit_length(),
    "ctz": lambda a: trailing_zeros(a, 64),
    "cpop": int.bit_count,
    "clzw": lambda a: 32 - (a & WORD_MAX).bit_length(),
    "ctzw": lambda a: trailing_zeros(a, 32),
    "cpopw": lambda a: (a & WORD_MAX).bit_count(),
    "sext.b": lambda a: signed(a, 8),
    "sext.h": lambda a: signed(a, 16),
    "zext.h": lambda a: a & 0xFFFF,
    "orc.b": lambda a: int.from_bytes(bytes(255 * (byte != 0) for byte in a.to_bytes(8, "big")), "big"),
    "brev8": lambda a: int(f"{int.from_bytes(a.to_bytes(8, 'big'), 'little'):064b}"[::-1], 2),
    "rev8": lambda a: int.from_bytes(a.to_bytes(8, "big"), "little"),
}


@pytest.mark.parametrize("name", REGISTER_REGISTER)
def test_register_register_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, x2", REGISTER_REGISTER[name], WORDS)


@pytest.mark.parametrize("name", SHIFT_IMMEDIATE)
def test_register_immediate_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, {{}}", SHIFT_IMMEDIATE[name], SHAMTS)


def test_roriw_agrees_with_the_model(hart: Any) -> None:
    agrees(hart, "roriw x3, x1, {}", lambda a, shamt: word(rotate_left(a, -shamt, 32)), SHAMTS_W)


@pytest.mark.parametrize("name", UNARY)
def test_unary_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1", lambda a, _: UNARY[name](a), WORDS)


@pytest.mark.parametrize(("text", "x1", "x2", "x3"), [
    ("clz x3, x1", 0, 0, 64),
    ("ctz x3, x1", 0, 0, 64),
    ("clzw x3, x1", 1 << 32, 0, 32),                          # the high half does not count
    ("ctzw x3, x1", 1 << 32, 0, 32),
    ("cpopw x3, x1", MAX, 0, 32),
    ("clz x3, x1", MAX, 0, 0),
    ("ror x3, x1, x2", 1, 0, 1),                              # by 0
    ("ror x3, x1, x2", 1, 1, INT_MIN),
    ("rol x3, x1, x2", INT_MIN, 65, 1),                       # only the low 6 bits of rs2 count
    ("rolw x3, x1, x2", WORD_INT_MIN >> 1, 33, MAX - 0x7FFF_FFFF),
    ("rorw x3, x1, x2", WORD_INT_MIN, 0, MAX - 0x7FFF_FFFF),  # sign-extended when rotated by 0, too
    ("add.uw x3, x1, x2", MAX, 1, 1 << 32),
    ("slli.uw x3, x1, 63", MAX, 0, INT_MIN),
    ("min x3, x1, x2", MAX, 0, MAX),
    ("minu x3, x1, x2", MAX, 0, 0),
    ("orc.b x3, x1", 0x0100_8000_0010_0001, 0, 0xFF00_FF00_00FF_00FF),
    ("rev8 x3, x1", 0x0123_4567_89AB_CDEF, 0, 0xEFCD_AB89_6745_2301),
    ("clmul x3, x1, x2", MAX, MAX, 0x5555_5555_5555_5555),    # squaring spreads the bits
    ("clmulh x3, x1, x2", MAX, MAX, 0x5555_5555_5555_5555),
    ("clmulr x3, x1, x2", MAX, MAX, 0xAAAA_AAAA_AAAA_AAAA),
    ("clmulh x3, x1, x2", INT_MIN, INT_MIN, 1 << 62),
    ("clmulr x3, x1, x2", INT_MIN, INT_MIN, INT_MIN),
    ("pack x3, x1, x2", 0x1111_1111_2222_2222, 0x3333_3333_4444_4444, 0x4444_4444_2222_2222),
    ("packh x3, x1, x2", MAX, 0xFFFF_FFFF_FFFF_FF12, 0x12FF),
    ("packw x3, x1, x2", 0x1234, 0x8000, 0xFFFF_FFFF_8000_1234),  # sign-extended
    ("packw x3, x1, x0", MAX, 0, 0xFFFF),                     # zext.h
    ("brev8 x3, x1", 0x0123_4567_89AB_CDEF, 0, 0x80C4_A2E6_91D5_B3F7),
    ("xperm8 x3, x1, x2", 0x8877_6655_4433_2211, 0x0706_0504_0302_0100, 0x8877_6655_4433_2211),
    ("xperm8 x3, x1, x2", 0x8877_6655_4433_2211, 0x0008_10FF_8000_0701, 0x1100_0000_0011_8822),
    ("xperm4 x3, x1, x2", 0xFEDC_BA98_7654_3210, SENTINEL, SENTINEL),
    ("xperm4 x3, x1, x2", 0x0FED_CBA9_8765_4321, 0xFEDC_BA98_7654_3210, 0x0FED_CBA9_8765_4321),
    ("bset x3, x1, x2", 0, 127, INT_MIN),                     # bit number modulo 64
    ("bext x3, x1, x2", INT_MIN, 63, 1),
])  # fmt: skip
def test_edges(hart: Any, text: str, x1: int, x2: int, x3: int) -> None:
    assert hart.run1(text, x1=x1, x2=x2).x[3] == x3
