"""Page tables as the manual lays them out: what satp says, the fields of an entry, and the way from table to table.

Source: privileged manual, "Sv39: Page-Based 39-bit Virtual-Memory System" and its kin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rvemu.memory import PAGE_SIZE

PTE_V, PTE_R, PTE_W, PTE_X, PTE_U, PTE_G, PTE_A, PTE_D = (1 << bit for bit in range(8))
PTE_N, PTE_PBMT, PTE_RESERVED = 1 << 63, 3 << 61, 0x7F << 54
PTE_LEAF = PTE_R | PTE_X
"""An entry with any of these is a leaf."""

PTE_BYTES = 8
_PPN = (1 << 44) - 1
_NAPOT_SPAN = (1 << 16) - 1


@dataclass(frozen=True)
class Scheme:
    """A way to translate.

    Attributes:
        name: "Sv39" and so on.
        levels: of page tables.
    """

    name: str
    levels: int

    @property
    def bits(self) -> int:
        """Bits of an address that count."""
        return 12 + 9 * self.levels

    def canonical(self, va: int) -> bool:
        """Tell whether all the bits above those that count are equal to the highest of these."""
        return va >> self.bits - 1 in (0, (1 << 65 - self.bits) - 1)


_SCHEMES = {8: Scheme("Sv39", 3), 9: Scheme("Sv48", 4), 10: Scheme("Sv57", 5)}


def scheme_of(satp: int) -> Scheme | None:
    """Return how a value of satp lets addresses be translated; None for Bare."""
    return _SCHEMES.get(satp >> 60)


def root_table(satp: int) -> int:
    """Return the physical address of the root page table."""
    return (satp & _PPN) << 12


def asid(satp: int) -> int:
    """Return the address-space identifier."""
    return satp >> 44 & 0xFFFF


def page_bytes(level: int) -> int:
    """Return the bytes that an entry of a level maps."""
    return PAGE_SIZE << 9 * level


def target(pte: int) -> int:
    """Return the physical address that an entry holds: of the next table, or of a page."""
    return (pte >> 10 & _PPN) << 12


def leaf_address(pte: int, level: int, va: int) -> int:
    """Return the physical address of `va`, which a leaf of this level maps."""
    span = _NAPOT_SPAN if pte & PTE_N else page_bytes(level) - 1
    return target(pte) & ~span | va & span


def entries(scheme: Scheme, satp: int, va: int, read: Callable[[int], int]) -> Iterator[tuple[int, int, int]]:
    """Yield level, physical address and value of each entry of a walk, down to a leaf or the last table.

    Whether an entry is valid is for the caller to see.

    Args:
        read: returns the entry at a physical address.
    """
    table = root_table(satp)
    for level in reversed(range(scheme.levels)):
        entry = table + (va // page_bytes(level) & 511) * PTE_BYTES
        pte = read(entry)
        yield level, entry, pte
        if pte & PTE_LEAF:
            return
        table = target(pte)
