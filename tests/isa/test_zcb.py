"""Zcb: 16-bit forms of byte and halfword accesses, extensions of width, not and mul."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import DATA, MAX, SENTINEL, WORD_MAX


@pytest.mark.parametrize(("text", "x8", "x9", "result"), [
    ("c.zext.b x8", MAX, 0, 0xFF),
    ("c.sext.b x8", 0x1234_5680, 0, MAX - 0x7F),
    ("c.zext.h x8", MAX, 0, 0xFFFF),
    ("c.sext.h x8", 0x1234_8000, 0, MAX - 0x7FFF),
    ("c.zext.w x8", MAX, 0, WORD_MAX),
    ("c.not x8", SENTINEL, 0, MAX ^ SENTINEL),
    ("c.mul x8, x9", MAX, 7, MAX - 6),
    ("c.mul x8, x8", 1 << 31, 0, 1 << 62),
])  # fmt: skip
def test_computation(hart: Any, text: str, x8: int, x9: int, result: int) -> None:
    assert hart.run1(text, x8=x8, x9=x9).x[8] == result


@pytest.mark.parametrize(("text", "offset", "result"), [
    ("c.lbu x9, 0(x8)", 0, 0x80),
    ("c.lbu x9, 1(x8)", 1, 0x80),
    ("c.lbu x9, 3(x8)", 3, 0x80),
    ("c.lhu x9, 2(x8)", 2, 0xFE80),
    ("c.lh x9, 0(x8)", 0, MAX - 0x017F),
    ("c.lh x9, 2(x8)", 2, MAX - 0x017F),
])  # fmt: skip
def test_loads_extend_what_stands_at_their_offset(hart: Any, text: str, offset: int, result: int) -> None:
    hart.write(DATA + offset, bytes.fromhex("80 fe"))
    assert hart.run1(text, x8=DATA, x9=SENTINEL).x[9] == result


@pytest.mark.parametrize(("text", "offset", "size"), [
    ("c.sb x9, 3(x8)", 3, 1), ("c.sb x9, 2(x8)", 2, 1), ("c.sh x9, 0(x8)", 0, 2), ("c.sh x9, 2(x8)", 2, 2),
])  # fmt: skip
def test_stores_write_what_their_name_says(hart: Any, text: str, offset: int, size: int) -> None:
    hart.run1(text, x8=DATA, x9=SENTINEL)
    assert hart.read(DATA, 8) == (bytes(offset) + SENTINEL.to_bytes(8, "little")[:size]).ljust(8, b"\0")
