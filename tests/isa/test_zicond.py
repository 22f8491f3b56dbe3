"""Zicond: zero if a condition holds."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import MAX, SENTINEL


@pytest.mark.parametrize(("name", "condition", "x3"), [
    ("czero.eqz", 0, 0),
    ("czero.eqz", 1, SENTINEL),
    ("czero.eqz", 1 << 63, SENTINEL),                # all 64 bits of rs2 count
    ("czero.eqz", MAX, SENTINEL),
    ("czero.nez", 0, SENTINEL),
    ("czero.nez", 1, 0),
    ("czero.nez", 1 << 63, 0),
])  # fmt: skip
def test_value_or_zero_by_the_condition(hart: Any, name: str, condition: int, x3: int) -> None:
    assert hart.run1(f"{name} x3, x1, x2", x1=SENTINEL, x2=condition).x[3] == x3
