"""The bus: which device answers at a physical address."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from rvemu.devices.base import Device
from rvemu.errors import BusError, ConfigError


class Bus:
    """Physical address space outside RAM."""

    def __init__(self) -> None:
        self._bases: list[int] = []
        self._devices: list[Device] = []

    def attach(self, base: int, device: Device, name: str) -> None:
        """Let `device` answer from `base` on, under this name.

        Raises:
            ConfigError: another device is there already.
        """
        index = bisect_right(self._bases, base)
        if index and base < self._bases[index - 1] + self._devices[index - 1].size:
            self._overlap(base, name, index - 1)
        if index < len(self._bases) and base + device.size > self._bases[index]:
            self._overlap(base, name, index)
        self._bases.insert(index, base)
        self._devices.insert(index, device)
        device.name = name

    def _overlap(self, base: int, name: str, index: int) -> None:
        there = f"{self._devices[index].name} at {self._bases[index]:#x}"
        raise ConfigError(f"{name}: {base:#x} is taken by {there} (a free range)")

    def devices(self) -> Iterator[tuple[str, int, Device]]:
        """Yield the name, the base address and the device, by address."""
        for base, device in zip(self._bases, self._devices, strict=True):
            yield device.name, base, device

    def read(self, pa: int, width: int) -> int:
        """Return what a load of `width` bytes at `pa` finds.

        Raises:
            BusError: nothing answers there, or the device refuses.
        """
        index = bisect_right(self._bases, pa) - 1
        if index >= 0:
            device = self._devices[index]
            offset = pa - self._bases[index]
            if offset < device.size:
                return device.read(offset, width)
        raise BusError(f"bus: nothing answers a {width}-byte read at {pa:#x}")

    def write(self, pa: int, width: int, value: int) -> None:
        """Store the low `width` bytes of `value` at `pa`.

        Raises:
            BusError: as `read`.
        """
        index = bisect_right(self._bases, pa) - 1
        if index >= 0:
            device = self._devices[index]
            offset = pa - self._bases[index]
            if offset < device.size:
                return device.write(offset, width, value)
        raise BusError(f"bus: nothing answers a {width}-byte write at {pa:#x}")
