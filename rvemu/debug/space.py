"""What a hart's page tables map: ranges of neighbouring pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rvemu.debug.explain import regions
from rvemu.debug.pagetable import (
    PTE_A,
    PTE_D,
    PTE_LEAF,
    PTE_RESERVED,
    PTE_V,
    asid,
    page_bytes,
    root_table,
    scheme_of,
    target,
)
from rvemu.machine import Machine
from rvemu.memory import PAGE_SIZE

_PTE_RSW = 3 << 8
_KEPT = (1 << 64) - 1 & ~(PTE_RESERVED | PTE_A | PTE_D | _PTE_RSW)
"""Bits of an entry that tell one range from another: all but A, D, RSW and what is reserved."""

MAX_TABLES = 1 << 16
"""Tables that are looked at, at most: those of a broken guest may point at each other."""


@dataclass
class Range:
    """Neighbouring pages with the same rights.

    Attributes:
        first: virtual address of the first page.
        pa: physical address of the first page.
        contiguous: whether the physical pages follow each other too.
        rights: such as "r-x--" for r, w, x, u, g; "" without translation.
        page: bytes of a page, the largest where several sizes meet.
        region: what answers there, of all that do: "RAM", devices, or "nothing".
    """

    first: int
    size: int
    pa: int
    contiguous: bool
    rights: str
    page: int
    region: str

    @property
    def last(self) -> int:
        """Virtual address of the last byte."""
        return self.first + self.size - 1


@dataclass
class Space:
    """The address space of a hart.

    Attributes:
        scheme: "Sv39" and so on, or "Bare".
        complete: False where there were too many tables, and the rest is left out.
    """

    scheme: str
    root: int
    asid: int
    ranges: list[Range]
    complete: bool = True


class _TooManyTablesError(Exception):
    pass


_Run = tuple[int, int, int, int, int]
"""Virtual address, bytes, physical address, flags, bytes of a page."""


def address_space(machine: Machine, number: int, *, exact: bool = False) -> Space:
    """Return what satp maps now, whatever the mode that the hart is in.

    Args:
        number: the hart.
        exact: ranges end where physical pages do not follow each other.
    """
    hart = machine.harts[number]
    satp = hart.csr.get("satp", 0)
    scheme = scheme_of(satp)
    if scheme is None:
        ranges = [Range(base, size, base, True, "", PAGE_SIZE, name) for name, base, size in regions(machine)]
        return Space("Bare", 0, 0, ranges)
    space = Space(scheme.name, root_table(satp), asid(satp), [])
    places = list(regions(machine))
    try:
        for run in _Tables(machine).runs(space.root, scheme.levels - 1, 0, scheme.bits):
            _append(space.ranges, run, places, exact)
    except _TooManyTablesError:
        space.complete = False
    return space


def _append(ranges: list[Range], run: _Run, places: list[tuple[str, int, int]], exact: bool) -> None:
    """Add a run to the last range, where it goes on with that, or begin a range."""
    va, size, pa, flags, page = run
    before = ranges[-1] if ranges else None
    rights = _rights(flags)
    if before is not None and before.first + before.size == va and before.rights == rights:
        follows = before.contiguous and before.pa + before.size == pa
        if follows or (not exact and before.region == _region(places, pa, size)):
            before.contiguous = follows
            before.size += size
            if follows:
                before.region = _region(places, before.pa, before.size)
            before.page = max(before.page, page)
            return
    ranges.append(Range(va, size, pa, True, rights, page, _region(places, pa, size)))


def _region(places: list[tuple[str, int, int]], pa: int, size: int) -> str:
    there = [name for name, base, length in places if base < pa + size and pa < base + length]
    return ", ".join(there) or "nothing"


def _rights(flags: int) -> str:
    return "".join(letter if flags >> bit & 1 else "-" for bit, letter in enumerate("rwxug", 1))


class _Tables:
    """Reads page tables, as many as are sensible."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._left = machine, MAX_TABLES

    def runs(self, table: int, level: int, va: int, bits: int) -> Iterator[_Run]:
        """Yield what a table maps, by virtual address."""
        if not self._machine.ram.contains(table, PAGE_SIZE):
            return
        if not self._left:
            raise _TooManyTablesError
        self._left -= 1
        offset = table - self._machine.ram.base
        entries = self._machine.memory[offset : offset + PAGE_SIZE].view("<u8")
        if level:
            yield from self._inner(entries, level, va, bits)
        else:
            yield from _pages(entries, va)

    def _inner(self, entries: Any, level: int, va: int, bits: int) -> Iterator[_Run]:
        size = page_bytes(level)
        for index in (entries & PTE_V).nonzero()[0].tolist():
            pte, here = int(entries[index]), va | index * size
            if here >> bits - 1:
                here |= (1 << 64) - (1 << bits)
            pa = target(pte)
            if pte & PTE_LEAF:
                yield here, size, pa, pte, size
            else:
                yield from self.runs(pa, level - 1, here, bits)


def _pages(entries: Any, va: int) -> Iterator[_Run]:
    """Yield the runs of a last table; those of contiguous pages come whole."""
    index = ((entries & PTE_V != 0) & (entries & PTE_LEAF != 0)).nonzero()[0]
    if not len(index):
        return
    kept = entries[index] & _KEPT
    kept += (kept >> 63) * ((index.astype("<u8") & 15) - 8) * 1024
    follows = (kept[1:] - kept[:-1] == 1024) & (index[1:] - index[:-1] == 1)
    cuts = (~follows).nonzero()[0] + 1
    starts = [0, *cuts.tolist()]
    for at, end in zip(starts, [*starts[1:], len(index)], strict=True):
        pte = int(kept[at])
        yield va | int(index[at]) << 12, (end - at) * PAGE_SIZE, target(pte), pte, PAGE_SIZE
