"""Commands about values."""

from __future__ import annotations

from rvemu.monitor.answers import Answer, Text
from rvemu.monitor.printing import printed
from rvemu.monitor.registry import Expression, command
from rvemu.monitor.session import Session


@command(
    "print", group="registers", aliases=("p", "output", "inspect"), slash=True,
    examples=("print sp + 16", "p mstatus.MPP", "p/t *(u32*)pc", "p/a ra"),
)
def print_value(session: Session, form: str, expression: Expression) -> Answer:
    """Show the value of an expression, in hexadecimal and decimal, or in one of gdb's formats.

    They are x hexadecimal, d signed, u unsigned, o octal, t binary, c a character, a an address with its symbol.
    """
    value = session.evaluate(expression)
    return Text([("class:number", printed(session, form, value) + "\n")], value)
