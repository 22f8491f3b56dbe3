"""Harts named by number in a command, for that command only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session


def hart_number(session: Session, text: str) -> int:
    """Return the number of a hart.

    Raises:
        CommandError: the machine has none of this number.
    """
    count = len(session.machine.harts)
    if not text.isdigit() or int(text) >= count:
        raise CommandError(f"{text}: no hart ({', '.join(str(hart.id) for hart in session.machine.harts)})")
    return int(text)


@contextmanager
def looking_at(session: Session, number: int | None) -> Iterator[None]:
    """Let a hart be the current one for a while; None: let it be as it is."""
    before = session.hart_number
    session.hart_number = before if number is None else number
    try:
        yield
    finally:
        session.hart_number = before
