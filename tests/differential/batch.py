"""A batch: many cases in one image, run on both machines, and where the two memories differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from differential import layout as at
from differential import machines
from differential.pools import f_pool, x_pool
from differential.program import Case, block, words
from differential.runtime import code

MULTIPLIER, _INCREMENT = 0x5851_F42D_4C95_7F2D, 1443
_CYCLES_A_ROUND = 200_000
_TREE_SIZE = 2 << 20
"""QEMU writes its device tree to the last aligned piece of RAM of this size."""


@dataclass(frozen=True)
class Outcome:
    """What a case left on both machines, as arrays of the doublewords of its block.

    Attributes:
        base: address of its block.
        differing: offsets of the words that differ.
    """

    base: int
    ours: Any
    theirs: Any
    differing: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """What a batch gave.

    Attributes:
        outcomes: one for each case; nothing differs in that of a case that was not run.
        executed: how many instructions the programs executed.
        not_run: why a case was not run, by its index.
    """

    outcomes: tuple[Outcome, ...]
    executed: int
    not_run: dict[int, str]


def base_of(index: int) -> int:
    """Return the address of the block of a case of a batch."""
    return at.CASES + index * at.BLOCK_SIZE


def next_seed(seed: int) -> int:
    """Return where the next round begins, as the runtime computes it."""
    return seed * MULTIPLIER + _INCREMENT & at.ALL


def window(seed: int) -> int:
    """Return the index in the pools of the first value of the round that begins at `seed`."""
    return next_seed(seed) >> 55


def image(cases: Sequence[Case], pools: str) -> bytes:
    """Return the memory that a batch starts with."""
    end = base_of(len(cases))
    memory = bytearray(((end - at.RAM_BASE - 1) // _TREE_SIZE + 2) * _TREE_SIZE)
    parts = {
        **code(),
        at.GLOBALS: words(at.CASES, end, 0, MULTIPLIER, at.X_POOL, at.F_POOL),
        at.X_POOL: words(*x_pool(pools)),
        at.F_POOL: words(*f_pool(pools)),
        **{base_of(index): block(case, base_of(index)) for index, case in enumerate(cases)},
    }
    for address, content in parts.items():
        memory[address - at.RAM_BASE : address - at.RAM_BASE + len(content)] = content
    return bytes(memory)


def run(cases: Sequence[Case], pools: str, **options: Any) -> Report:
    """Run cases on both machines, those left out on which one of them stays for ever; the options are Machine's."""
    tried, not_run = list(cases), dict[int, str]()
    while True:
        try:
            ours, theirs = _memories(tried, pools, **options)
        except machines.MachineFailedError as error:
            if error.reached in not_run or not 0 <= error.reached < len(tried):
                raise
            not_run[error.reached] = str(error)
            tried[error.reached] = _NOTHING
        else:
            return _report(ours, theirs, len(cases), not_run)


_NOTHING = Case((), (("satp", 0), ("mstatus", 3 << 11)), (0,) * len(at.FIXED_REGISTERS), b"", rounds=1)


def _memories(cases: Sequence[Case], pools: str, **options: Any) -> tuple[Any, Any]:
    start = image(cases, pools)
    with machines.qemu(start) as theirs_at_end:
        ours = machines.rvemu(start, len(cases) * at.MAX_ROUNDS * _CYCLES_A_ROUND, **options)
        return ours, theirs_at_end()


def _report(ours: Any, theirs: Any, count: int, not_run: dict[int, str]) -> Report:
    outcomes, executed = [], 0
    size = at.BLOCK_SIZE // 8
    for index in range(count):
        first = (base_of(index) - at.RAM_BASE) // 8
        mine, other = ours[first : first + size], theirs[first : first + size]
        executed += int(mine[at.RETIRED // 8])
        found = np.nonzero(mine != other)[0] * 8
        differing = tuple(int(offset) for offset in found if offset not in at.NOT_COMPARED)
        outcomes.append(Outcome(base_of(index), mine, other, differing))
    return Report(tuple(outcomes), executed, not_run)
