"""Guest RAM: one sparse anonymous mapping, seen by Python as a numpy array and by the core as a pointer."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from rvemu.errors import BusError, ConfigError

if TYPE_CHECKING:
    import numpy as np

PAGE_SIZE = 4096
ADDRESSES = 1 << 64
"""So many addresses there are; the one behind the last is 0."""

_MAP_NORESERVE = 0x4000
"""Linux's flag; the mmap module names it only from Python 3.13 on."""


def sparse_map(size: int) -> mmap.mmap:
    """Return `size` bytes of zeroed private memory that cost nothing until they are touched.

    Raises:
        ConfigError: the host's address space has no room for it.
    """
    try:
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE)
    except (OSError, OverflowError, ValueError) as error:
        raise ConfigError(f"memory: the host cannot map {size} bytes (a smaller size)") from error


def page_parts(address: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield address and bytes of the part of a range in each page that it touches."""
    while size:
        part = min(size, PAGE_SIZE - address % PAGE_SIZE)
        yield address, part
        address, size = (address + part) % ADDRESSES, size - part


class Ram:
    """Physical memory of the guest.

    Attributes:
        base: physical address of the first byte.
        size: bytes, a multiple of the page size.
    """

    def __init__(self, base: int, size: int, *, hugepages: bool = True) -> None:
        if size < PAGE_SIZE or size % PAGE_SIZE:
            raise ConfigError(f"memory: {size} bytes is no size for RAM (a multiple of 4096)")
        self.base, self.size = base, size
        self._map = sparse_map(size)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE if hugepages else mmap.MADV_NOHUGEPAGE)
        self._bytes = memoryview(self._map)
        self._written: Callable[[int, int], None] | None = None

    def release(self) -> None:
        """Give the memory back to the host: every byte reads 0 from now on."""
        self._map.madvise(mmap.MADV_DONTNEED)

    @cached_property
    def view(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        """All of it: uint8, shape (size,), read-only; byte i is at physical address base + i."""
        import numpy as np  # takes as long as the rest of start-up

        return np.frombuffer(self._bytes.toreadonly(), dtype=np.uint8)

    @property
    def buffer(self) -> mmap.mmap:
        """The mapping itself, for the core only: everyone else writes through `write`."""
        return self._map

    def on_write(self, written: Callable[[int, int], None]) -> None:
        """Let `written(pa, size)` be called before each write from outside a hart."""
        self._written = written

    def contains(self, pa: int, size: int) -> bool:
        """Tell whether all `size` bytes at `pa` are RAM."""
        return self.base <= pa and 0 <= size <= self.size and pa - self.base <= self.size - size

    def _offset(self, pa: int, size: int) -> int:
        if not self.contains(pa, size):
            raise BusError(f"ram: {size} bytes at {pa:#x} are outside RAM")
        return pa - self.base

    def memory(self, pa: int, size: int) -> memoryview:
        """Return a read-only view of `size` bytes at `pa`, without a copy.

        Raises:
            BusError: not all of them are RAM.
        """
        offset = self._offset(pa, size)
        return self._bytes[offset : offset + size].toreadonly()

    def read(self, pa: int, size: int) -> bytes:
        """Return a copy of `size` bytes at `pa`.

        Raises:
            BusError: not all of them are RAM.
        """
        return bytes(self.memory(pa, size))

    def write(self, pa: int, data: bytes | bytearray | memoryview) -> None:
        """Write `data` at `pa`: the one door for every write that no hart makes.

        Code and translations derived from these bytes are dropped, reservations end, pages become dirty.

        Raises:
            BusError: not all of them are RAM; nothing is written.
        """
        self.to_fill(pa, len(data))[:] = data

    def to_fill(self, pa: int, size: int) -> memoryview:
        """Return a view of `size` bytes at `pa` that are about to be written, as by `write`, by whoever asks for it.

        Raises:
            BusError: not all of them are RAM.
        """
        offset = self._offset(pa, size)
        if self._written is not None:
            self._written(pa, size)
        return self._bytes[offset : offset + size]
