"""Zimop, Zcmop: may-be-operations write 0, or nothing where they are compressed."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import SENTINEL, Model

ONE_SOURCE = {f"mop.r.{n}": lambda a: 0 for n in range(32)}
TWO_SOURCES: dict[str, Model] = {f"mop.rr.{n}": lambda a, b: 0 for n in range(8)}


@pytest.mark.parametrize("text", [
    *(f"{name} x3, x1" for name in ONE_SOURCE), *(f"{name} x3, x1, x2" for name in TWO_SOURCES),
])  # fmt: skip
def test_a_may_be_operation_writes_zero(hart: Any, text: str) -> None:
    assert hart.run1(text, x1=SENTINEL, x2=SENTINEL, x3=SENTINEL).x[3] == 0


@pytest.mark.parametrize("n", range(1, 16, 2))
def test_a_compressed_may_be_operation_writes_no_register(hart: Any, n: int) -> None:
    before = {f"x{n}": SENTINEL + n for n in range(1, 32)}
    assert list(hart.run1(f"c.mop.{n}", **before).x)[:32] == [0, *before.values()]
