"""`x/-N`: where the values begin that end right before an address."""

from __future__ import annotations

from rvemu.isa.decode import length
from rvemu.memory import ADDRESSES
from rvemu.monitor.formats import Format
from rvemu.monitor.peeking import read
from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session

STRING_LIMIT = 200
_LONGEST_FUNCTION = 1 << 16


def begin(session: Session, chosen: Format, address: int, physical: bool) -> int:
    """Return where to begin so that as many values as the format counts end at an address, or fewer if need be.

    Raises:
        CommandError: memory cannot be read, or no instruction ends there.
    """
    if chosen.letter == "i":
        return _instructions(session, chosen.count, address, physical)
    if chosen.letter == "s":
        return _strings(session, chosen.count, address, physical)
    return (address - chosen.count * chosen.size) % ADDRESSES


def _instructions(session: Session, count: int, address: int, physical: bool) -> int:
    """Instructions are counted from the beginning of the function, or else from where it comes out even."""
    starts: list[int] = []
    end = address
    while len(starts) < count and not physical:
        found = session.symbols.at(end - 2, session.hart_number)
        if found is None or found.offset > _LONGEST_FUNCTION:
            break
        before = _run(session, end - 2 - found.offset, end, physical)
        if not before:
            break
        starts, end = before + starts, before[0]
    if starts:
        return starts[-count:][0]
    for start in range(address - 4 * count, address - 2 * count + 2, 2):
        if len(_run(session, start % ADDRESSES, address, physical)) == count:
            return start % ADDRESSES
    raise CommandError(f"{address:#x}: no {count} instructions end there")


def _run(session: Session, start: int, end: int, physical: bool) -> list[int]:
    """Return the addresses of the instructions from one address to another, none if the last one ends elsewhere."""
    starts, at = [], start
    while at < end:
        starts.append(at)
        at += length(int.from_bytes(read(session, at, 2, physical), "little"))
    return starts if at == end else []


def _strings(session: Session, count: int, address: int, physical: bool) -> int:
    """A string begins behind the zero that ends the one before; one without such is cut."""
    data = b""
    while data.count(0) <= count and len(data) < STRING_LIMIT * count and address > len(data):
        try:
            data = read(session, address - len(data) - 1, 1, physical) + data
        except CommandError:
            if not data:
                raise
            break
    starts = [0] if data.count(0) <= count else []
    starts += [at + 1 for at, byte in enumerate(data[:-1]) if byte == 0]
    return address - len(data) + starts[-count:][0]
