"""Random programs leave rvemu and QEMU in the same state.

RVEMU_DIFFERENTIAL_INSTRUCTIONS and RVEMU_DIFFERENTIAL_SEED ask for more programs, and for others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from differential import batch, generate
from differential.campaign import Campaign
from differential.machines import have_qemu
from differential.minimise import Reduction, minimise, whole
from differential.rows import ISA, ROWS

from rvemu.config import ENGINES
from rvemu.isa.decode import decode

INSTRUCTIONS = int(float(os.environ.get("RVEMU_DIFFERENTIAL_INSTRUCTIONS", "1e7")))
SEED = os.environ.get("RVEMU_DIFFERENTIAL_SEED", "rvemu")
PARTS = 4
"""Each engine's share is cut, for tests that run side by side."""
NOT_GENERATED = {
    "wfi": "waits for ever, or does not: both are right",
}
"""Rows that no program has, and why."""

needs_qemu = pytest.mark.skipif(not have_qemu(), reason="qemu-system-riscv64 is not there")


@needs_qemu
@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "auto"])
@pytest.mark.parametrize("part", range(PARTS))
def test_random_programs_leave_the_state_that_qemu_leaves(engine: str, part: int) -> None:
    campaign = Campaign(f"{SEED}/{part}", engine=engine, tier_up=1)
    for _ in campaign.batches(INSTRUCTIONS // PARTS):
        assert not campaign.failed, campaign.explain(campaign.one_of_each()[0])
    print(f"seed {campaign.seed}: {campaign.executed:,} instructions")


@needs_qemu
def test_what_differs_is_found_and_minimised() -> None:
    campaign = Campaign("minimised", cases=40, isa=ISA.replace("_zbs", ""))
    next(campaign.batches(1))
    text = campaign.explain(next(seed for seed, (part, *_) in campaign.failed.items() if part == "trap"))
    assert ", 1 items, 1 round(s)" in text
    assert any(f"  b{name}" in text for name in ("clr", "ext", "inv", "set"))
    assert "cause: rvemu 0x2, QEMU" in text


def test_a_case_is_minimised_to_the_items_that_it_takes() -> None:
    reduction = whole("a case")
    needed = set(reduction.items[3::20])

    def fails(candidates: Sequence[Reduction]) -> list[bool]:
        return [needed <= set(candidate.items) and candidate.rounds >= 2 for candidate in candidates]

    smallest = minimise(reduction, fails)
    assert set(smallest.items) == needed
    assert smallest.rounds == 2


def test_every_row_that_both_have_is_generated() -> None:
    missing = {insn.name for insn in ROWS} - set(NOT_GENERATED)
    for number in range(400):
        for item in generate.case(f"rows {number}", batch.base_of(0)).items:
            words = [ins.word for ins in item.code]
            missing -= {decoded.insn.name for decoded in map(decode, words) if decoded is not None}
        if not missing:
            break
    assert not missing
