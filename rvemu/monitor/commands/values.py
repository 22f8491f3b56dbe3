"""Commands about values."""

from __future__ import annotations

from rvemu.monitor.answers import Answer, Text
from rvemu.monitor.registry import Expression, command
from rvemu.monitor.session import Session


@command("print", group="registers", aliases=("p",), examples=("print sp + 16", "p mstatus.MPP", "p *(u32*)a0"))
def print_value(session: Session, expression: Expression) -> Answer:
    """Show the value of an expression, in hexadecimal and decimal."""
    value = session.evaluate(expression)
    signed = value - (1 << 64) if value >> 63 else value
    return Text.of(f"{value:#x}  {signed}", data=value)
