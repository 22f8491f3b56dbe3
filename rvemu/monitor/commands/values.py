"""Commands about values."""

from __future__ import annotations

from collections.abc import Callable

from rvemu.monitor.answers import Answer, Text
from rvemu.monitor.registry import CommandError, Expression, command
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


@command(
    "print", group="registers", aliases=("p", "output", "inspect"), slash=True,
    examples=("print sp + 16", "p mstatus.MPP", "p/t *(u32*)pc", "p/a ra"),
)
def print_value(session: Session, form: str, expression: Expression) -> Answer:
    """Show the value of an expression, in hexadecimal and decimal, or in one of gdb's formats.

    They are x hexadecimal, d signed, u unsigned, o octal, t binary, c a character, a an address with its symbol.
    """
    if form not in _FORMS:
        raise CommandError(f"print/{form}: no such format ({', '.join(filter(None, _FORMS))})")
    value = session.evaluate(expression)
    return Text([("class:number", _FORMS[form](session, value) + "\n")], value)
