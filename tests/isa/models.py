"""What the tests of integer instructions share: numbers at the edges, checks against big-integer models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

MAX = (1 << 64) - 1
INT_MIN, INT_MAX = 1 << 63, (1 << 63) - 1
WORD_MAX = (1 << 32) - 1
WORD_INT_MIN, WORD_INT_MAX = 1 << 31, (1 << 31) - 1
SENTINEL = 0x5EE5_1D3A_C0FF_EE42
DATA = 0x8010_0000
"""Address of memory that is free for test data, zero at the start of each test."""

CORNERS = (0, 1, 2, 31, 32, 63, 64, 0x80, 0x8000, WORD_INT_MAX, WORD_INT_MIN, WORD_MAX, 1 << 32, SENTINEL,
           INT_MAX, INT_MIN, MAX - 1, MAX, MAX << 31 & MAX)  # fmt: skip

WORDS = st.sampled_from(CORNERS) | st.integers(0, MAX)
IMMEDIATES = st.sampled_from((0, 1, -1, 255, 2047, -2048)) | st.integers(-2048, 2047)
SHAMTS, SHAMTS_W = st.integers(0, 63), st.integers(0, 31)

EXAMPLES = 100
Model = Callable[[int, int], int]


def signed(value: int, bits: int = 64) -> int:
    """Return the low `bits` of the value as a two's-complement number."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def word(value: int) -> int:
    """Return the low 32 bits sign-extended to a register value, as the W instructions do."""
    return signed(value, 32) & MAX


def agrees(hart: Any, text: str, model: Model, second: st.SearchStrategy[int]) -> None:
    """Run `text`, which writes x3, on many operands, and compare with the model.

    The first operand is x1; the second is put in x2 and in the place of `{}` in the text.
    """

    @settings(deadline=None, derandomize=True, max_examples=EXAMPLES)
    @given(WORDS, second)
    def check(a: int, b: int) -> None:
        got = hart.run1(text.format(b), x1=a, x2=b & MAX).x[3]
        assert got == model(a, b) & MAX, f"{text.format(b)} with {a:#x}, {b:#x}"

    check()
