"""Harts named by number in a command, for that command only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session


def hart_number(session: Session, text: str) -> int:
    """Return the number that an expression gives a hart.

    Raises:
        CommandError: the machine has none of this number.
    """
    return checked_hart(session, session.evaluate(text))


def checked_hart(session: Session, number: int) -> int:
    """Return the number of a hart as it is.

    Raises:
        CommandError: the machine has none of this number.
    """
    count = len(session.machine.harts)
    if number >= count:
        raise CommandError(f"hart {number}: there is none (0 to {count - 1})")
    return number


@contextmanager
def looking_at(session: Session, number: int | None) -> Iterator[None]:
    """Let a hart be the current one for a while; None: let it be as it is."""
    before = session.hart_number
    session.hart_number = before if number is None else number
    try:
        yield
    finally:
        session.hart_number = before
