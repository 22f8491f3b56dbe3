"""The harts of a machine as Python sees them: registers by number, name and ABI name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from rvemu.isa.csrs import CSRS

if TYPE_CHECKING:
    from rvemu._core import Core

_NUMBERS = {csr.name: csr.number for csr in CSRS}


class Registers:
    """Thirty-two registers of 64 bits, read and written by number."""

    def __init__(self, read: Callable[[int], int], write: Callable[[int, int], None]) -> None:
        self._read, self._write = read, write

    def __len__(self) -> int:
        return 32

    def __getitem__(self, number: int) -> int:
        return self._read(number)

    def __setitem__(self, number: int, value: int) -> None:
        self._write(number, value & (1 << 64) - 1)

    def __iter__(self) -> Iterator[int]:
        return map(self._read, range(32))


class Csrs:
    """The CSRs of a hart, by name or number, as M-mode sees them."""

    def __init__(self, core: Core, hart: int) -> None:
        self._core, self._hart = core, hart

    def __getitem__(self, csr: str | int) -> int:
        return self._core.get_csr(self._hart, _number(csr))

    def several(self, numbers: Iterable[int]) -> list[int]:
        """Return the CSRs with these numbers; all are present."""
        read, hart = self._core.get_csr, self._hart
        return [read(hart, number) for number in numbers]

    def __setitem__(self, csr: str | int, value: int) -> None:
        self._core.set_csr(self._hart, _number(csr), value & (1 << 64) - 1)

    def get(self, csr: str | int, default: int) -> int:
        """Return the value of a CSR, or `default` where the hart has none of that name."""
        try:
            return self[csr]
        except KeyError:
            return default

    def __contains__(self, csr: str | int) -> bool:
        try:
            self[csr]
        except KeyError:
            return False
        return True


def _number(csr: str | int) -> int:
    return csr if isinstance(csr, int) else _NUMBERS[csr]


class HartView:
    """One hart.

    Attributes:
        x: integer registers, by number.
        f: floating-point registers, by number, as 64 raw bits.
        csr: control and status registers, by name or number.
    """

    def __init__(self, core: Core, hart: int) -> None:
        self._core, self.id = core, hart
        self.x = Registers(
            lambda number: core.get_x(hart, number), lambda number, value: core.set_x(hart, number, value)
        )
        self.f = Registers(
            lambda number: core.get_f(hart, number), lambda number, value: core.set_f(hart, number, value)
        )
        self.csr = Csrs(core, hart)

    @property
    def pc(self) -> int:
        """Address of the next instruction."""
        return self._core.get_pc(self.id)

    @pc.setter
    def pc(self, value: int) -> None:
        self._core.set_pc(self.id, value)

    @property
    def priv(self) -> int:
        """Privilege mode: 0 U, 1 S, 3 M."""
        return self._core.get_priv(self.id)

    @priv.setter
    def priv(self, value: int) -> None:
        self._core.set_priv(self.id, value)

    @property
    def waiting(self) -> bool:
        """Whether the hart is in WFI."""
        return self._core.get_waiting(self.id)

    def translate(self, va: int) -> int | None:
        """Return the physical address that a load of `va` would access, or None where it would fault."""
        return self._core.translate(self.id, va)
