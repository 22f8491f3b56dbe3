"""Breakpoints, watchpoints and catches as the monitor lists them: one entry, one or more points of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rvemu.debug.expressions import Scope, compile_expression
from rvemu.errors import RvemuError
from rvemu.points import Point, Watchpoint

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.machine import Machine


class Owner(Protocol):
    """What entries need of the session."""

    machine: Machine
    hart_number: int
    notes: list[str]

    def scope(self, hart: int | None = None) -> Scope:
        """Return where a hart's expressions get their values."""


Condition = Callable[["HartView"], bool]


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Return what holds where both do; the second is asked only where the first holds. None holds always."""
    if first is None or second is None:
        return second if first is None else first
    return lambda hart: first(hart) and second(hart)


@dataclass(eq=False)
class Stop:
    """An entry of the list.

    The points come with conditions of their own, such as the address space; that of the user is asked after these.

    Attributes:
        kind: "breakpoint", "watchpoint" or "catch".
        what: the place or the events, in words.
        condition: the expression that must be true, or "".
        hidden: the monitor's own, for `finish` and the like.
        before: the bytes watched, when the machine was last resumed.
    """

    kind: str
    what: str
    points: list[Point]
    condition: str = ""
    hidden: bool = False
    number: int = 0
    before: bytes | None = None

    def __post_init__(self) -> None:
        self._own = [point.condition for point in self.points]

    def ask(self, condition: Condition | None) -> None:
        """Let the points count only where a condition holds, besides their own."""
        for point, own in zip(self.points, self._own, strict=True):
            point.condition = both(own, condition)

    @property
    def enabled(self) -> bool:
        """Whether it counts."""
        return any(point.enabled for point in self.points)

    @property
    def hits(self) -> int:
        """How often it was met."""
        return sum(point.hits for point in self.points)

    @property
    def once(self) -> bool:
        """Whether it goes after its first stop."""
        return self.points[0].once

    @property
    def hart(self) -> int | None:
        """The hart that it is for."""
        return self.points[0].hart


@dataclass
class Stops:
    """The entries of a session."""

    session: Owner
    _entries: list[Stop] = field(default_factory=list)
    _last: int = 0

    def __iter__(self) -> Iterator[Stop]:
        return iter([entry for entry in self._entries if not entry.hidden])

    def add(self, entry: Stop) -> Stop:
        """Take an entry; it has its number then.

        Raises:
            ConfigError: the machine cannot watch that.
            ExpressionError: the condition is malformed.
        """
        entry.ask(self._compiled(entry.condition))
        added: list[Point] = []
        try:
            for point in entry.points:
                added.append(self.session.machine.points.add(point))
        except RvemuError:
            for point in added:
                self.session.machine.points.remove(point)
            raise
        if not entry.hidden:
            self._last += 1
            entry.number = self._last
        entry.before = self.contents(entry)
        self._entries.append(entry)
        return entry

    def remove(self, entry: Stop) -> None:
        """Take an entry away."""
        for point in entry.points:
            self.session.machine.points.remove(point)
        if entry in self._entries:
            self._entries.remove(entry)

    def enable(self, entry: Stop, enabled: bool) -> None:
        """Let an entry count, or not."""
        for point in entry.points:
            point.enabled = enabled
        self.session.machine.points.refresh()

    def holds(self, point: Point) -> bool:
        """Tell whether a point of the machine is of an entry."""
        return any(point in entry.points for entry in self._entries)

    def of(self, point: Point | None) -> Stop | None:
        """Return the entry that a point of the machine belongs to; a spent one is forgotten."""
        found = next((entry for entry in self._entries if point in entry.points), None)
        if found is not None and found.once:
            self.remove(found)
        return found

    def remember(self) -> None:
        """Note what the watched memory holds before a run."""
        for entry in self._entries:
            entry.before = self.contents(entry)

    def contents(self, entry: Stop) -> bytes | None:
        """Return the memory that an entry watches."""
        point = entry.points[0]
        if not isinstance(point, Watchpoint):
            return None
        if point.virtual:
            return self.session.machine.read_virtual(self.session.hart_number, point.address, point.size)
        return self.session.machine.ram.read(point.address, point.size)

    def change(self, entry: Stop, condition: str) -> None:
        """Give an entry another condition, or none.

        Raises:
            ExpressionError: it is malformed.
        """
        entry.ask(self._compiled(condition))
        entry.condition = condition

    def _compiled(self, text: str) -> Condition | None:
        """Return an expression as a point's condition: true where it has no value, which a note then tells.

        Raises:
            ExpressionError: it is malformed.
        """
        if not text:
            return None
        value = compile_expression(text)
        scopes = [self.session.scope(hart.id) for hart in self.session.machine.harts]

        def holds(hart: HartView) -> bool:
            try:
                return bool(value(scopes[hart.id]))
            except RvemuError as error:
                self.session.notes.append(f"condition {error}")
                return True

        return holds
