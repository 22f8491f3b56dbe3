"""Expressions: precedence is C's, arithmetic is that of 64-bit unsigned numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvemu.debug.expressions import ExpressionError, evaluate

MASK = (1 << 64) - 1


class Names:
    """A scope with a few names, and memory whose bytes count from 0 at 0x1000."""

    def name(self, name: str) -> int | None:
        return {"a0": 5, "main": 0x8000_0000, "mstatus": 3 << 11, "f.part": 77}.get(name)

    def field(self, csr: str, field: str) -> int | None:
        return 3 if (csr, field.lower()) == ("mstatus", "mpp") else None

    def read(self, va: int, size: int) -> bytes | None:
        return bytes((va + k) & 0xFF for k in range(size)) if 0x1000 <= va < 0x2000 else None


@pytest.mark.parametrize(("text", "value"), [
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("1 << 4 + 1", 32), ("7 & 3 == 3", 1), ("6 | 1 ^ 3", 6),
    ("0x10", 16), ("0b101", 5), ("010", 10), ("1_000", 1000), ("-1", MASK), ("~0", MASK), ("!5", 0), ("!0", 1),
    ("-1 > 1", 1), ("-8 >> 60", 15), ("1 << 64", 0), ("2 < 3 && 3 < 2 || 1", 1), ("7 / 2", 3), ("7 % 4", 3),
    ("a0 + $a0", 10), ("main + 0x10", 0x8000_0010), ("mstatus.MPP", 3), ("mstatus.mpp == 3", 1), ("f.part", 77),
    ("'main'", 0x8000_0000), ("*(u8*)0x1001", 1), ("*(u16*)0x1001", 0x0201), ("*(u32*)(0x1000 + 4)", 0x0706_0504),
    ("*0x1000", 0x0706_0504_0302_0100), ("*(i8*)0x10ff", MASK), ("*(u8*)0x1000 + 1", 1),
])  # fmt: skip
def test_values(text: str, value: int) -> None:
    assert evaluate(text, Names()) == value


@pytest.mark.parametrize(("text", "words"), [
    ("", "ends where a value"), ("1 +", "ends where a value"), ("(1", "ends where ')'"), ("1 2", "'2' is left over"),
    ("nosuch", "nosuch: no such"), ("mstatus.NO", "mstatus.NO: no such"), ("1 / 0", "division by zero"),
    ("*0", "0x0: no RAM"), ("a0 ? 1", "'?' is not understood"), (") 1", "')' stands where a value"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as error:
        evaluate(text, Names())
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@given(st.recursive(
    st.integers(0, MASK).map(str),
    lambda inner: st.builds(lambda a, sign, b: f"({a} {sign} {b})", inner, st.sampled_from("+-*&|^"), inner),
))  # fmt: skip
def test_arithmetic_is_modulo_two_to_the_64(text: str) -> None:
    assert evaluate(text, Names()) == eval(text) & MASK


@given(st.text("0123456789abx +-*/%&|^~!<>=()$@.'_", max_size=30))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    said, value = "", 0
    try:
        value = evaluate(text, Names())
    except ExpressionError as error:
        said = str(error)
    assert "\n" not in said
    assert 0 <= value <= MASK
