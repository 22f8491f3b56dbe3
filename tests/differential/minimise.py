"""A case that differs, made as small as it stays different: fewer items, plain CSRs, one round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from differential import batch, generate
from differential.differences import Difference, differences
from differential.known import explained
from differential.program import Case

_BATCH = 256
_NEEDED = ("satp", "stvec", "menvcfg", "mstatus")
"""CSRs without which a trap might lead to a trap, for ever."""


@dataclass(frozen=True)
class Reduction:
    """A case with some of it left out.

    Attributes:
        seed: the case.
        items: numbers of the items that stay.
        csrs: how many of the CSRs that it sets apart from the usual ones stay.
        first, rounds: the rounds that run.
    """

    seed: str
    items: tuple[int, ...]
    csrs: tuple[int, ...]
    first: int
    rounds: int

    def case(self, base: int) -> Case:
        """Return the case for a block at `base`."""
        whole = generate.case(self.seed, base)
        kept = set(self.items)
        usual = len(generate.QUIET)
        csrs = (*whole.csrs[:usual], *(whole.csrs[usual + index] for index in self.csrs))
        seed = whole.seed
        for _ in range(self.first):
            seed = batch.next_seed(seed)
        return replace(
            whole, items=tuple(item for item in whole.items if item.number in kept), csrs=csrs, seed=seed,
            rounds=self.rounds,
        )  # fmt: skip


def whole(seed: str) -> Reduction:
    """Return the case with nothing left out."""
    case = generate.case(seed, batch.base_of(0))
    numbers = tuple(item.number for item in case.items)
    return Reduction(seed, numbers, tuple(range(len(case.csrs) - len(generate.QUIET))), 0, case.rounds)


def mismatches(outcome: batch.Outcome) -> list[Difference]:
    """Return the differences of a case that nothing explains."""
    return [difference for difference in differences(outcome) if not explained(difference)]


Sort = tuple[str, str, str]


def sorts_of(outcome: batch.Outcome) -> list[Sort]:
    """Return what the mismatches of a case are mismatches of, the first one first."""
    return list(dict.fromkeys(difference.sort for difference in mismatches(outcome)))


Fails = Callable[[Sequence[Reduction]], list[bool]]


def fails_on(pools: str, sort: Sort, **options: Any) -> Fails:
    """Return a function that tells which of some reduced cases still differ, in `sort` among others."""

    def fails(reductions: Sequence[Reduction]) -> list[bool]:
        found: list[bool] = []
        for first in range(0, len(reductions), _BATCH):
            cases = [
                reduction.case(batch.base_of(index)) for index, reduction in enumerate(reductions[first:][:_BATCH])
            ]
            found += [sort in sorts_of(outcome) for outcome in batch.run(cases, pools, **options).outcomes]
        return found

    return fails


def minimise(reduction: Reduction, fails: Fails) -> Reduction:
    """Return the smallest reduction that was found to differ still."""
    for step in (_one_round, _prefix, _suffix):
        reduction = _first_that_fails(step(reduction), fails) or reduction
    parts = 2
    while parts < 2 * len(reduction.items):
        smaller = _without_parts(reduction, parts, fails)
        parts = parts if smaller != reduction and parts > 4 else 2 * parts
        reduction = smaller
    return _first_that_fails(_fewer_csrs(reduction), fails) or reduction


def _first_that_fails(candidates: Iterator[Reduction], fails: Fails) -> Reduction | None:
    tried = list(candidates)
    return next((one for one, failed in zip(tried, fails(tried), strict=True) if failed), None)


def _one_round(reduction: Reduction) -> Iterator[Reduction]:
    """Yield one round alone, then two, and so on."""
    for length in (1, 2, 4):
        for first in range(reduction.rounds - length + 1):
            yield replace(reduction, first=reduction.first + first, rounds=length)


def _prefix(reduction: Reduction) -> Iterator[Reduction]:
    for length in range(len(reduction.items)):
        yield replace(reduction, items=reduction.items[:length])


def _suffix(reduction: Reduction) -> Iterator[Reduction]:
    for length in range(len(reduction.items)):
        yield replace(reduction, items=reduction.items[len(reduction.items) - length :])


def _without_parts(reduction: Reduction, parts: int, fails: Fails) -> Reduction:
    """Cut the items into parts; leave out all of those that can go each alone, or half of them, or one."""
    parts = min(parts, len(reduction.items))
    edges = [len(reduction.items) * part // parts for part in range(parts + 1)]
    pieces = [reduction.items[low:high] for low, high in pairwise(edges)]
    candidates = [_without(reduction, piece) for piece in pieces]
    removable = [piece for piece, failed in zip(pieces, fails(candidates), strict=True) if failed]
    together = [removable[:count] for count in _halvings(len(removable))]
    return _first_that_fails((_without(reduction, *some) for some in together), fails) or reduction


def _halvings(count: int) -> Iterator[int]:
    while count:
        yield count
        count //= 2


def _without(reduction: Reduction, *pieces: tuple[int, ...]) -> Reduction:
    gone = {number for piece in pieces for number in piece}
    return replace(reduction, items=tuple(number for number in reduction.items if number not in gone))


def _fewer_csrs(reduction: Reduction) -> Iterator[Reduction]:
    own = generate.case(reduction.seed, batch.base_of(0)).csrs[len(generate.QUIET) :]
    needed = tuple(index for index in reduction.csrs if own[index][0] in _NEEDED)
    yield replace(reduction, csrs=needed)
    for left_out in reduction.csrs:
        if left_out not in needed:
            yield replace(reduction, csrs=tuple(index for index in reduction.csrs if index != left_out))


__all__ = ["Reduction", "fails_on", "minimise", "mismatches", "sorts_of", "whole"]
