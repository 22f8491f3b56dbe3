"""Instructions that no register or memory shows: hints, prefetches, fences, cache-block management."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import DATA, SENTINEL

NOTHING_TO_SEE = (
    "pause", "fence.i", "wrs.nto", "wrs.sto", "prefetch.i 0(x1)", "prefetch.r 32(x1)", "prefetch.w -32(x1)",
    "cbo.clean (x1)", "cbo.flush (x1)", "cbo.inval (x1)", "sfence.vma x0, x0", "sfence.vma x1, x2",
    "sinval.vma x1, x2", "sfence.w.inval", "sfence.inval.ir",
    "add x0, x0, x2", "add x0, x0, x5", "c.add x0, x2", "c.add x0, x5",           # ntl.p1 ... c.ntl.all
)  # fmt: skip


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_registers_and_memory_are_left_alone(hart: Any, text: str) -> None:
    before = {f"x{n}": SENTINEL + n for n in range(1, 32)} | {"x1": DATA}
    hart.write(DATA, b"\xaa" * 128)
    hart.run("auipc x4, 0", text, **before)
    size = 2 if text.startswith("c.") else 4
    assert hart.pc == hart.x[4] + 4 + size
    expected = [0, *before.values()]
    expected[4] = hart.x[4]
    assert list(hart.x)[:32] == expected
    assert hart.read(DATA, 128) == b"\xaa" * 128


def test_a_prefetch_of_an_unmapped_address_does_not_trap(hart: Any) -> None:
    hart.run("auipc x4, 0", "prefetch.w 0(x1)", x1=0xDEAD_0000_0000)
    assert hart.pc == hart.x[4] + 8


@pytest.mark.parametrize("offset", [0, 1, 63])
def test_cbo_zero_clears_the_block_of_64_bytes_around_its_address(hart: Any, offset: int) -> None:
    hart.write(DATA, b"\xaa" * 192)
    hart.run1("cbo.zero (x1)", x1=DATA + 64 + offset)
    assert hart.read(DATA, 192) == b"\xaa" * 64 + bytes(64) + b"\xaa" * 64
