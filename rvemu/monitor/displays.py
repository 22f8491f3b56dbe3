"""What each stop shows: values of expressions, and memory that they point to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rvemu.errors import RvemuError
from rvemu.monitor.answers import Fragments
from rvemu.monitor.examining import Examined, look
from rvemu.monitor.formats import SIZES, Format, parse
from rvemu.monitor.printing import printed

if TYPE_CHECKING:
    from rvemu.monitor.session import Session

_WIDTH = 80


@dataclass(frozen=True)
class Display:
    """An expression shown at every stop.

    Attributes:
        form: gdb's format: with i, s, a size or a count it is of memory at the expression's value.
    """

    expression: str
    form: str = ""

    @property
    def label(self) -> str:
        """What it is, as it was asked for."""
        return f"{'x' * self.is_memory}/{self.form} {self.expression}" if self.form else self.expression

    @property
    def is_memory(self) -> bool:
        """Whether it shows memory."""
        return any(sign in "is" or sign in SIZES or sign.isdigit() for sign in self.form)

    def value(self, session: Session) -> int | Examined:
        """Return what it is now.

        Raises:
            RvemuError: it has no value, or no such format.
        """
        address = session.evaluate(self.expression)
        return look(session, parse(self.form, Format()), address) if self.is_memory else address

    def text(self, session: Session, value: int) -> str:
        """Return a value in the format."""
        return printed(session, self.form or "x", value)

    def shown(self, session: Session, number: int) -> tuple[Fragments, Any]:
        """Return what a stop shows of it, and that as plain values; an error is shown in place of a value."""
        pieces: Fragments = [("class:note", f"{number}: "), ("", self.label)]
        try:
            value = self.value(session)
        except RvemuError as error:
            return [*pieces, ("", " = "), ("class:number", f"{error}\n")], None
        if isinstance(value, int):
            return [*pieces, ("", " = "), ("class:number", self.text(session, value) + "\n")], value
        width = session.settings.width or _WIDTH
        return [*pieces, ("", "\n"), *value.fragments(width)], value.json()
