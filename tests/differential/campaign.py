"""Batch after batch from one seed, and what they found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from differential import batch, generate
from differential.machines import MachineFailedError
from differential.minimise import Sort, fails_on, minimise, sorts_of, whole
from differential.show import show


class Campaign:
    """A run over batches.

    Attributes:
        executed: instructions that the programs have executed on our machine so far.
        failed: seeds of the cases that differ, and what differs first.
        not_run: seeds of the cases, or of the whole batches, that a machine did not end, and which machine it was.
    """

    def __init__(self, seed: str, *, cases: int = 500, **options: Any) -> None:
        """Make a run; the options are Machine's."""
        self.seed, self._cases, self._options = seed, cases, options
        self.executed = 0
        self.failed: dict[str, Sort] = {}
        self.not_run: dict[str, str] = {}

    def __str__(self) -> str:
        return f"{self.executed:,} instructions, {len(self.failed)} mismatches, {len(self.not_run)} not run"

    def batches(self, instructions: int, first: int = 0) -> Iterator[int]:
        """Run batches until so many instructions have executed; yield the number of each that is done."""
        for number in count(first):
            if self.executed >= instructions:
                return
            self._run(f"{self.seed}/{number}")
            yield number

    def _run(self, pools: str) -> None:
        seeds = [f"{pools}/{index}" for index in range(self._cases)]
        cases = [generate.case(seed, batch.base_of(index)) for index, seed in enumerate(seeds)]
        try:
            report = batch.run(cases, pools, **self._options)
        except MachineFailedError as error:
            self.not_run[pools] = str(error)
            return
        self.executed += report.executed
        self.not_run |= {seeds[index]: why for index, why in report.not_run.items()}
        for seed, outcome in zip(seeds, report.outcomes, strict=True):
            sorts = sorts_of(outcome)
            if sorts:
                self.failed[seed] = sorts[0]

    def one_of_each(self) -> list[str]:
        """Return seeds of failed cases, one for each sort of mismatch first."""
        first = {sort: seed for seed, sort in reversed(self.failed.items())}
        return list(first.values())[::-1]

    def explain(self, seed: str) -> str:
        """Return a case that differs, minimised, as text."""
        pools = seed.rpartition("/")[0]
        reduction = minimise(whole(seed), fails_on(pools, self.failed[seed], **self._options))
        outcome = batch.run([reduction.case(batch.base_of(0))], pools, **self._options).outcomes[0]
        return show(reduction, pools, outcome)
