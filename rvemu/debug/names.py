"""Names for addresses of code: the symbols of the loaded guest, or whatever answers alike."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from rvemu.machine import Machine

FAR = 1 << 20
"""Further behind a symbol than this, an address is not said to be in it."""


class NamedPlace(Protocol):
    """Where an address is: in this symbol, so many bytes behind its beginning."""

    @property
    def name(self) -> str:
        """The symbol."""

    @property
    def offset(self) -> int:
        """Bytes behind its beginning."""


class Names(Protocol):
    """Tells the symbol that an address is in."""

    def at(self, va: int, hart: int = 0, /) -> NamedPlace | None:
        """Return where an address is, None where no symbol is near."""


class Place(NamedTuple):
    """A symbol, and bytes behind its beginning."""

    name: str
    offset: int


class GuestNames:
    """The symbols of the loaded guest and firmware."""

    def __init__(self, machine: Machine) -> None:
        self._by_name = machine.symbols()
        best: dict[int, str] = {}
        for name, address in sorted(self._by_name.items(), key=lambda item: (item[0].startswith("_"), item[0])):
            best.setdefault(address, name)
        self._addresses = sorted(best)
        self._names = [best[address] for address in self._addresses]

    def at(self, va: int, hart: int = 0) -> Place | None:
        """Return the symbol that an address is in, or behind."""
        place = bisect_right(self._addresses, va) - 1
        if place < 0 or va - self._addresses[place] > FAR:
            return None
        return Place(self._names[place], va - self._addresses[place])

    def extent(self, name: str) -> tuple[int, int] | None:
        """Return the address of a symbol, and that of the next one."""
        start = self._by_name.get(name)
        if start is None:
            return None
        place = bisect_right(self._addresses, start)
        return start, self._addresses[place] if place < len(self._addresses) else start + FAR


def describe(names: Names, va: int, hart: int = 0) -> str:
    """Return an address as `symbol+0x10`, or in hexadecimal."""
    found = names.at(va, hart)
    if found is None:
        return f"{va:#x}"
    return f"{found.name}+{found.offset:#x}" if found.offset else found.name
