"""Where a hart is among functions that the compiler has inlined, as GDB has it.

At the first instruction of an inlined function the hart stands before its call, until a step has gone into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rvemu.debug.inlines import Body
    from rvemu.monitor.session import Session


@dataclass(frozen=True)
class Inside:
    """The bodies that a hart is in, outermost first.

    Attributes:
        entered: those that it has gone into.
        before: those whose first instruction is the next one.
    """

    entered: tuple[Body, ...]
    before: tuple[Body, ...]

    @property
    def call(self) -> tuple[str, int] | None:
        """File and line of the inlined call that is about to be made; None where there is none."""
        return self.before[0].call if self.before else None


def inside(session: Session) -> Inside:
    """Return where the current hart is."""
    bodies = session.symbols.bodies(session.hart.pc, session.hart_number)
    depth = len(bodies)
    while depth and bodies[depth - 1].call is not None and bodies[depth - 1].enters:
        depth -= 1
    hart, cycle, gone_into = session.gone_into
    if (hart, cycle) == (session.hart_number, session.machine.cycle):
        depth = max(depth, gone_into)
    return Inside(bodies[:depth], bodies[depth:])


def go_into(session: Session, here: Inside) -> None:
    """Enter the inlined function before which the current hart stands, which executes nothing."""
    session.gone_into = session.hart_number, session.machine.cycle, len(here.entered) + 1


def line(session: Session) -> tuple[str, int] | None:
    """Return file and line of what the current hart does next."""
    span = session.symbols.span(session.hart.pc, session.hart_number)
    return inside(session).call or (None if span is None else span.place)
