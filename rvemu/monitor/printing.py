"""How `print` and `display` write a value."""

from __future__ import annotations

from collections.abc import Callable

from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


_FORMS: dict[str, Callable[[Session, int], str]] = {
    "": lambda session, value: f"{value:#x}  {_signed(value)}",
    "x": lambda session, value: f"{value:#x}",
    "d": lambda session, value: str(_signed(value)),
    "u": lambda session, value: str(value),
    "o": lambda session, value: f"{value:#o}",
    "t": lambda session, value: f"{value:#b}",
    "c": lambda session, value: f"{value & 0xFF} {chr(value & 0xFF)!r}",
    "a": lambda session, value: f"{value:#x} <{session.describe(value)}>",
}


def printed(session: Session, form: str, value: int) -> str:
    """Return a value in one of gdb's formats, "" for hexadecimal and decimal.

    Raises:
        CommandError: there is no such format.
    """
    if form not in _FORMS:
        raise CommandError(f"print/{form}: no such format ({', '.join(filter(None, _FORMS))})")
    return _FORMS[form](session, value)
