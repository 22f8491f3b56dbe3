"""A session of the monitor: the machine, what the user has chosen, and the way from a line to an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rvemu.debug.expressions import evaluate
from rvemu.isa.csrfields import FIELDS
from rvemu.isa.csrs import CSRS
from rvemu.isa.regs import F_NUMBERS, X_NAMES, X_NUMBERS
from rvemu.monitor import registry
from rvemu.monitor.answers import Answer
from rvemu.monitor.registry import Command, CommandError

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.machine import Machine, StopReason

_CSRS = {csr.name for csr in CSRS}
_SPECIAL = ("pc", "priv", "cycle", "hart")


@dataclass
class Session:
    """What commands work on.

    Attributes:
        machine: the machine.
        hart_number: the hart that registers and virtual addresses mean.
        aliases: the user's own: a word and what it stands for.
        variables: values that commands leave, such as `_` for the last address examined.
        last_stop: why the machine stopped last.
    """

    machine: Machine
    hart_number: int = 0
    aliases: dict[str, str] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)
    last_stop: StopReason | None = None

    def __post_init__(self) -> None:
        registry.load()

    @property
    def hart(self) -> HartView:
        """The current hart."""
        return self.machine.harts[self.hart_number]

    # The scope of expressions

    def evaluate(self, text: str) -> int:
        """Return the value of an expression for the current hart."""
        return evaluate(text, self)

    def name(self, name: str) -> int | None:
        """Return the value of a register, CSR, variable or symbol."""
        hart = self.hart
        if name in X_NUMBERS:
            return hart.x[X_NUMBERS[name]]
        if name in F_NUMBERS:
            return hart.f[F_NUMBERS[name]]
        if name in _SPECIAL:
            return {"pc": hart.pc, "priv": hart.priv, "cycle": self.machine.cycle, "hart": hart.id}[name]
        if name in _CSRS and name in hart.csr:
            return hart.csr[name]
        if name in self.variables:
            return self.variables[name]
        return self.machine.symbols().get(name)

    def field(self, csr: str, field: str) -> int | None:
        """Return the value of a field of a CSR."""
        if csr not in self.hart.csr:
            return None
        found = [each for each in FIELDS.get(csr, ()) if each.name.lower() == field.lower()]
        return found[0].of(self.hart.csr[csr]) if found else None

    def read(self, va: int, size: int) -> bytes | None:
        """Return memory as the current hart sees it; None where it is not mapped to RAM."""
        return self.machine.read_virtual(self.hart_number, va, size)

    def names(self, typed: str) -> Sequence[str]:
        """Return registers, CSRs and symbols that begin so, for completion."""
        sigil = "$" if typed.startswith("$") else ""
        begun = typed.removeprefix("$")
        known = [*X_NAMES, *_SPECIAL, *sorted(_CSRS), *sorted(self.machine.symbols())]
        return [sigil + name for name in known if name.startswith(begun)]

    # From a line to an answer

    def execute(self, line: str) -> Answer | None:
        """Carry out one line; `| grep` and the like are the caller's.

        Raises:
            RvemuError: in one line.
        """
        line = line.strip()
        if not line or line.startswith("#"):
            return None
        word, form, rest = split_command(line)
        if word in self.aliases:
            return self.execute(f"{self.aliases[word]} {rest}".strip())
        entry = registry.find(word)
        if form and not entry.slash:
            raise CommandError(f"{entry.name}: it takes no /{form} (usage: {entry.usage})")
        values = self.arguments(entry, rest)
        return entry.run(self, form, *values) if entry.slash else entry.run(self, *values)

    def arguments(self, entry: Command, text: str) -> list[Any]:
        """Return the values of a command's arguments."""
        values: list[Any] = []
        for argument in entry.arguments:
            if argument.kind.rest:
                piece, text = text, ""
                pieces = [piece] if piece else []
            elif argument.many:
                pieces, text = split_words(text), ""
            else:
                piece, text = next_word(text)
                pieces = [piece] if piece else []
            if not pieces and argument.required:
                raise CommandError(f"{entry.name}: {argument.kind.name} is missing (usage: {entry.usage})")
            if argument.many:
                values += [argument.kind.parse(self, piece) for piece in pieces]
            else:
                values.append(argument.kind.parse(self, pieces[0]) if pieces else argument.default)
        if text:
            raise CommandError(f"{entry.name}: {text!r} is left over (usage: {entry.usage})")
        return values


def split_command(line: str) -> tuple[str, str, str]:
    """Return a line's command, gdb's format behind a slash, and the rest."""
    found = re.match(r"(!|[^\s/!]+)(?:/(\S*))?\s*(.*)", line, re.DOTALL)
    if found is None:
        raise CommandError(f"{line}: no command")
    return found[1], found[2] or "", found[3].strip()


def next_word(text: str) -> tuple[str, str]:
    """Return the first word and what follows; spaces in quotes, parentheses and brackets do not end it."""
    depth, quote = 0, ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char.isspace() and depth <= 0:
            return _unquoted(text[:at]), text[at:].strip()
    return _unquoted(text), ""


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word


def split_words(text: str) -> list[str]:
    """Return all words of a text."""
    words = []
    while text:
        word, text = next_word(text)
        words.append(word)
    return words
