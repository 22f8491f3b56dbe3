"""Addresses of a test as its symbols."""

from __future__ import annotations

from bisect import bisect_right

from rvemu.boot.elf import Elf

_V_USER_OFFSET = 0x8000_0000
"""The v environment of riscv-tests links all at physical addresses, and maps copies of user pages this much lower.

Source: riscv-test-env, v/vm.c.
"""


class Labels:
    """The symbols of an ELF file.

    Attributes:
        values: address by name.
        is_virtual: the code is of the v environment, and runs at other addresses than it is linked at.
    """

    def __init__(self, elf: Elf, environment: str) -> None:
        """Take the symbols of `elf`.

        Args:
            environment: "p", "v" or "".
        """
        self.values = elf.symbols()
        self._elf, self.is_virtual = elf, environment == "v"
        self._sorted = sorted((value, name) for name, value in self.values.items())

    def at(self, pc: int, pa: int | None) -> str:
        """Return the symbol at `pc`, or the nearest one before it with the distance; "" outside the program.

        Args:
            pa: physical address of `pc`, or None.
        """
        user = pc + _V_USER_OFFSET if self.is_virtual else pc
        for address in (pc, user, pa):
            if address is not None and (name := self._nearest(address)):
                return name
        return ""

    def _nearest(self, address: int) -> str:
        if not any(x.va <= address < x.va + x.mem_size for x in self._elf.segments):
            return ""
        place = bisect_right(self._sorted, address, key=lambda symbol: symbol[0])
        if not place:
            return ""
        value, name = self._sorted[place - 1]
        return name if value == address else f"{name}+{address - value:#x}"
