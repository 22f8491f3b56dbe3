"""What variables contain, by their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rvemu.debug.objects import Member, Part
from rvemu.monitor.session import Session

_LONGEST_STRING = 32


def teller(session: Session) -> Callable[[int, int], str]:
    """Return what tells the structure at an address and its members: `disk.lock: locked 1, name "disk"`."""
    return lambda va, hart: _told(session, va, hart)


def _told(session: Session, va: int, hart: int) -> str:
    found = _part(session, va, hart)
    if found is None:
        return ""
    part, begin = found
    members = ", ".join(_members(session, part, begin, hart))
    return f"{part.path}: {members}" if members else part.path


def _part(session: Session, va: int, hart: int) -> tuple[Part, int] | None:
    """Return the innermost structure at an address, and its own address."""
    location = session.symbols.at(va, hart)
    dwarf = None if location is None else location.image.table.dwarf
    if location is None or dwarf is None:
        return None
    part = dwarf.part_at(location.name, location.offset)
    return None if part is None else (part, va - location.offset + part.offset)


def _members(session: Session, part: Part, begin: int, hart: int) -> Iterator[str]:
    for member in part.members:
        data = session.machine.read_virtual(hart, begin + member.offset, member.size)
        if data is not None:
            yield f"{member.name} {_value(session, member, int.from_bytes(data, 'little'), hart)}"


def _value(session: Session, member: Member, value: int, hart: int) -> str:
    if member.kind == "number" or not value:
        return f"{value}"
    if member.kind == "string":
        return _string(session, value, hart)
    found = _part(session, value, hart)
    if found is not None and found[1] == value:
        return found[0].path
    return session.symbols.describe(value, hart) or f"{value:#x}"


def _string(session: Session, va: int, hart: int) -> str:
    read = (session.machine.read_virtual(hart, va + at, 1) for at in range(_LONGEST_STRING))
    text = bytearray()
    for byte in read:
        if byte is None or byte == b"\0":
            break
        text += byte
    return '"' + text.decode("ascii", "backslashreplace") + '"'
