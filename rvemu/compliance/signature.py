"""Signatures: the memory between begin_signature and end_signature, which architectural tests compare.

The form is that of Spike: a line for each granule, its most significant byte first, in lower-case hexadecimal digits.

Source: riscv-isa-sim, fesvr/htif.cc, htif_t::stop; RISCOF, "Signature".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rvemu.errors import ConfigError

if TYPE_CHECKING:
    from rvemu.machine import Machine

DEFAULT_GRANULARITY = 16
"""Bytes in a line, where nothing else is asked for: as in Spike."""

_BEGIN, _END = "begin_signature", "end_signature"


def signature_range(symbols: Mapping[str, int]) -> range:
    """Return the physical addresses of the signature of a guest that has these symbols.

    Raises:
        ConfigError: it has none.
    """
    for name in (_BEGIN, _END):
        if name not in symbols:
            raise ConfigError(f"+signature: the guest has no symbol {name} (an ELF with {_BEGIN} and {_END})")
    begin, end = symbols[_BEGIN], symbols[_END]
    if end < begin:
        raise ConfigError(f"+signature: {_END} at {end:#x} is below {_BEGIN} at {begin:#x} (above it)")
    return range(begin, end)


def signature_text(data: bytes, granularity: int) -> str:
    """Return the lines for the bytes of a signature; what the last line lacks is zero."""
    granules = (data[at : at + granularity].ljust(granularity, b"\0") for at in range(0, len(data), granularity))
    return "".join(f"{granule[::-1].hex()}\n" for granule in granules)


def _contents(machine: Machine) -> bytes:
    place = signature_range(machine.symbols())
    if not machine.ram.contains(place.start, len(place)):
        raise ConfigError(f"+signature: {place.start:#x} .. {place.stop:#x} is not in RAM (physical addresses of it)")
    return machine.ram.read(place.start, len(place))


def write_signature(path: str, machine: Machine, granularity: int) -> None:
    """Write the signature that the machine's guest has in memory.

    Raises:
        RvemuError: there is none, it is not in RAM, or the file cannot be written.
    """
    text = signature_text(_contents(machine), granularity)
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or '').lower()} (a file that can be written)") from error
