"""M. Expected values by hand from the manual, and from big-integer models."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import INT_MIN, MAX, WORD_INT_MIN, WORD_MAX, WORDS, Model, agrees, signed, word


def quotient(a: int, b: int) -> int:
    """Return a / b rounded towards zero; all ones for b = 0."""
    if b == 0:
        return -1
    return abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)


def remainder(a: int, b: int) -> int:
    """Return the remainder with the sign of the dividend; the dividend for b = 0."""
    return a - b * quotient(a, b) if b else a


MODELS: dict[str, Model] = {
    "mul": lambda a, b: a * b,
    "mulh": lambda a, b: signed(a) * signed(b) >> 64,
    "mulhsu": lambda a, b: signed(a) * b >> 64,
    "mulhu": lambda a, b: a * b >> 64,
    "div": lambda a, b: quotient(signed(a), signed(b)),
    "divu": quotient,
    "rem": lambda a, b: remainder(signed(a), signed(b)),
    "remu": remainder,
    "mulw": lambda a, b: word(a * b),
    "divw": lambda a, b: word(quotient(signed(a, 32), signed(b, 32))),
    "divuw": lambda a, b: word(quotient(a & WORD_MAX, b & WORD_MAX)),
    "remw": lambda a, b: word(remainder(signed(a, 32), signed(b, 32))),
    "remuw": lambda a, b: word(remainder(a & WORD_MAX, b & WORD_MAX)),
}


@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, x2", MODELS[name], WORDS)


@pytest.mark.parametrize(("name", "rs1", "rs2", "rd"), [
    ("mulh", INT_MIN, INT_MIN, 1 << 62),
    ("mulh", MAX, MAX, 0),
    ("mulhu", 0, MAX, 0),
    ("mulhu", MAX, MAX, MAX - 1),
    ("mulhsu", MAX, MAX, MAX),                          # -1 * (2**64 - 1), high half
    ("mulhsu", 1, MAX, 0),
    ("mulw", 0x1_0000, 0x8000, MAX - 0x7FFF_FFFF),      # the low 32 bits, sign-extended
    ("div", 7, 0, MAX),                                 # division by zero gives all ones
    ("divu", 7, 0, MAX),
    ("divw", 7, 0, MAX),
    ("divuw", 7, 0, MAX),
    ("divuw", 7, 1 << 32, MAX),                         # only the low word of the divisor counts
    ("rem", 7, 0, 7),                                   # and the dividend as the remainder
    ("remu", MAX, 0, MAX),
    ("remw", WORD_INT_MIN, 0, MAX - 0x7FFF_FFFF),
    ("remuw", WORD_INT_MIN, 0, MAX - 0x7FFF_FFFF),      # sign-extended, though unsigned
    ("div", INT_MIN, MAX, INT_MIN),                     # signed overflow
    ("rem", INT_MIN, MAX, 0),
    ("divw", WORD_INT_MIN, WORD_MAX, MAX - 0x7FFF_FFFF),
    ("remw", WORD_INT_MIN, WORD_MAX, 0),
    ("div", MAX - 6, 2, MAX - 2),                       # -7 / 2 = -3: rounds towards zero
    ("rem", MAX - 6, 2, MAX),                           # -7 % 2 = -1: the sign of the dividend
    ("rem", 7, MAX - 1, 1),                             # 7 % -2 = 1
    ("divuw", WORD_MAX, 1, MAX),                        # sign-extended, though unsigned
])  # fmt: skip
def test_edges(hart: Any, name: str, rs1: int, rs2: int, rd: int) -> None:
    assert hart.run1(f"{name} x3, x1, x2", x1=rs1, x2=rs2).x[3] == rd


@pytest.mark.parametrize("name", MODELS)
def test_destination_may_be_either_source(hart: Any, name: str) -> None:
    expected = MODELS[name](MAX - 41, 5) & MAX
    assert hart.run1(f"{name} x1, x1, x2", x1=MAX - 41, x2=5).x[1] == expected
    assert hart.run1(f"{name} x2, x1, x2", x1=MAX - 41, x2=5).x[2] == expected
