"""Random programs leave rvemu and QEMU in the same state.

RVEMU_DIFFERENTIAL_INSTRUCTIONS and RVEMU_DIFFERENTIAL_SEED ask for more programs, and for others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from differential import batch, generate, machines
from differential import layout as at
from differential.campaign import Campaign
from differential.machines import have_qemu
from differential.minimise import Reduction, minimise, sorts_of, whole
from differential.program import Case, Ins, Item
from differential.rows import ISA, ROWS
from differential.spaces import mapped
from engines import with_jit
from isa.asm import encode

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
@pytest.mark.parametrize("engine", ["interp", with_jit("jit")])
@pytest.mark.parametrize("part", range(PARTS))
def test_random_programs_leave_the_state_that_qemu_leaves(engine: str, part: int) -> None:
    campaign = Campaign(f"{SEED}/{part}", engine=engine, tier_up=1)
    for _ in campaign.batches(INSTRUCTIONS // PARTS):
        assert not campaign.failed, campaign.explain(campaign.one_of_each()[0])
        assert not campaign.not_run
    print(f"seed {campaign.seed}: {campaign.executed:,} instructions")


@needs_qemu
def test_what_differs_is_found_and_minimised() -> None:
    campaign = Campaign("minimised", cases=40, isa=ISA.replace("_zbs", ""))
    next(campaign.batches(1))
    text = campaign.explain(next(seed for seed, (part, *_) in campaign.failed.items() if part == "trap"))
    assert ", 1 items, 1 round(s)" in text
    assert any(f"  b{name}" in text for name in ("clr", "ext", "inv", "set"))
    assert "cause: rvemu 0x2, QEMU" in text


ECALL, LOOP = (Item(0, (Ins(encode(line)),)) for line in ("ecall", "jal x0, .+0"))
PLAIN = Case((ECALL,), (*generate.QUIET, ("mstatus", 0)), (0,) * 6, b"")
ENDLESS_ON_OURS = replace(PLAIN, items=(LOOP,))
ENDLESS_ON_QEMU = replace(PLAIN, csrs=(
    *PLAIN.csrs, ("stvec", 1 << 50), ("stvec", at.S_HANDLER | 2), ("medeleg", 1 << 8 | 1 << 1),
))  # fmt: skip
"""QEMU does not write an stvec with a reserved mode: the fetch at the one before traps, to the same place again."""


@needs_qemu
@pytest.mark.parametrize(
    ("endless", "why"), [(ENDLESS_ON_OURS, "rvemu does not end"), (ENDLESS_ON_QEMU, "QEMU does not end")]
)
def test_a_case_that_does_not_end_is_left_out(endless: Case, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SECONDS", 5)
    report = batch.run([PLAIN, endless, PLAIN], "endless")
    assert {index: text.partition(":")[0] for index, text in report.not_run.items()} == {1: why}
    logged = [outcome.ours[(at.RESULTS + at.TRAP_LOG) // 8] for outcome in report.outcomes]
    assert logged == [8, 11, 8]
    assert not any(sorts_of(outcome) for outcome in report.outcomes)


def test_a_campaign_goes_on_behind_a_batch_that_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = np.zeros(at.CASES - at.RAM_BASE, dtype="<u8")

    def fail(*_: object, **__: object) -> None:
        raise machines.MachineFailedError("QEMU: killed", memory)

    monkeypatch.setattr(batch, "_memories", fail)
    campaign = Campaign("broken", cases=1)
    assert next(campaign.batches(1)) == 0
    assert campaign.not_run == {"broken/0": "QEMU: killed"}
    assert str(campaign) == "0 instructions, 0 mismatches, 1 not run"


def test_no_page_that_a_program_can_use_is_that_of_the_header() -> None:
    base = batch.base_of(2)
    for number in range(1000):
        tables = mapped(Random(number), base, user=False, code_is_mapped=True).tables
        for place in range(0, len(tables), 8):
            pte = int.from_bytes(tables[place : place + 8], "little")
            assert pte >> 10 << 12 != base or not pte & 1, hex(pte)


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
