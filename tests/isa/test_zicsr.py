"""Zicsr: what each instruction reads and writes, shown on mscratch, which holds any value."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import MAX, SENTINEL

from rvemu.isa.causes import Cause

READ_ONLY = "mhartid"


@pytest.mark.parametrize(("text", "x1", "mscratch"), [
    ("csrrw x3, mscratch, x1", 0b0110, 0b0110),
    ("csrrs x3, mscratch, x1", 0b0110, 0b1110),
    ("csrrc x3, mscratch, x1", 0b0110, 0b1000),
    ("csrrw x3, mscratch, x0", 0, 0),
    ("csrrs x3, mscratch, x0", 0, 0b1100),
    ("csrrc x3, mscratch, x0", 0, 0b1100),
    ("csrrc x3, mscratch, x1", MAX, 0),
    ("csrrwi x3, mscratch, 6", 0, 0b0110),
    ("csrrsi x3, mscratch, 6", 0, 0b1110),
    ("csrrci x3, mscratch, 6", 0, 0b1000),
    ("csrrwi x3, mscratch, 31", 0, 31),                 # the immediate is zero-extended
])  # fmt: skip
def test_old_value_is_returned_and_the_new_one_written(hart: Any, text: str, x1: int, mscratch: int) -> None:
    hart.csr["mscratch"] = 0b1100
    assert hart.run1(text, x1=x1).x[3] == 0b1100
    assert hart.csr["mscratch"] == mscratch


def test_source_is_read_before_the_same_register_is_written(hart: Any) -> None:
    hart.csr["mscratch"] = 5
    assert hart.run1("csrrw x1, mscratch, x1", x1=SENTINEL).x[1] == 5
    assert hart.csr["mscratch"] == SENTINEL


def test_csrrw_without_a_destination_still_writes(hart: Any) -> None:
    assert hart.run1("csrrw x0, mscratch, x1", x1=SENTINEL).x[0] == 0
    assert hart.csr["mscratch"] == SENTINEL


@pytest.mark.parametrize("text", [
    f"csrrs x3, {READ_ONLY}, x0", f"csrrc x3, {READ_ONLY}, x0", f"csrrsi x3, {READ_ONLY}, 0",
    f"csrrci x3, {READ_ONLY}, 0",
])  # fmt: skip
def test_a_read_only_csr_may_be_read(hart: Any, text: str) -> None:
    assert hart.run1(text, x3=SENTINEL).x[3] == 0


@pytest.mark.parametrize("text", [
    f"csrrw x3, {READ_ONLY}, x0", f"csrrw x0, {READ_ONLY}, x1", f"csrrs x3, {READ_ONLY}, x1",
    f"csrrc x3, {READ_ONLY}, x1", f"csrrwi x3, {READ_ONLY}, 0", f"csrrsi x3, {READ_ONLY}, 1",
    f"csrrci x3, {READ_ONLY}, 1",
    "csrrs x3, 0x5ff, x0",                              # no such CSR
])  # fmt: skip
def test_a_write_of_a_read_only_csr_or_an_absent_csr_is_illegal(hart: Any, text: str) -> None:
    """csrrs and csrrc write if rs1 is not x0, even where that register holds 0."""
    assert hart.trap1(text, x1=0, x3=SENTINEL).cause == Cause.ILLEGAL_INSTRUCTION
    assert hart.x[3] == SENTINEL
