"""Commands that show and change registers and CSRs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Annotated, Any

from rvemu.harts import HartView
from rvemu.isa.csrfields import FIELDS
from rvemu.isa.modes import MODE_NAMES
from rvemu.isa.regs import F_NAMES, F_NUMBERS, X_NAMES, X_NUMBERS
from rvemu.monitor.answers import Answer, Fragments, Several, Text
from rvemu.monitor.csrtext import CSR_TABLE, field_words, meaning, runs, value_fragments
from rvemu.monitor.formats import float_text
from rvemu.monitor.harts import hart_number, looking_at
from rvemu.monitor.lines import clipped, wrapped
from rvemu.monitor.registry import CommandError, Kind, Word, command
from rvemu.monitor.session import Session, split_words

_COLUMN = 21
"""Columns that a register takes: its name, a space, 16 digits."""
_MODE_WORDS = {"U": "user", "S": "supervisor", "M": "machine"}


def _register_words(session: Session, typed: str) -> Sequence[str]:
    known = ["hart", "csr", *X_NAMES, *F_NAMES, *sorted(CSR_TABLE)]
    return [word for word in known if word.startswith(typed)]


def _csr_words(session: Session, typed: str) -> Sequence[str]:
    return [name for name in sorted(CSR_TABLE) if name.startswith(typed)]


Which = Annotated[str, Kind("WHICH", lambda session, text: text, _register_words, rest=True)]
CsrAssignment = Annotated[str, Kind("NAME [= VALUE]", lambda session, text: text, _csr_words, rest=True)]


def previous_values(session: Session, hart: HartView) -> dict[str, int]:
    """Return the registers and CSRs of a hart as they were before the last run; none if there was none."""
    return session.previous.get(hart.id, {})


@dataclass
class Registers:
    """The integer registers of a hart, its pc and mode.

    Attributes:
        changed: names of those that have changed since the last stop.
    """

    hart: int
    mode: str
    pc: int
    symbol: str
    values: dict[str, int]
    changed: set[str]

    def fragments(self, width: int) -> Fragments:
        """Return them in two to four columns, column by column."""
        pieces: Fragments = [("class:heading", f"hart {self.hart}  "), (self._style("priv"), f"{self.mode}-mode")]
        pieces += [("class:heading", "  pc "), (self._style("pc", "class:address"), f"{self.pc:#x}")]
        pieces += [("class:symbol", f" <{self.symbol}>" if self.symbol else ""), ("", "\n")]
        names = list(self.values)
        count = max(1, min(4, (width + 2) // (_COLUMN + 2)))
        rows = -(-len(names) // count)
        for row in range(rows):
            for at in range(row, len(names), rows):
                pieces += [("", "  " if at != row else ""), *self._register(names[at])]
            pieces.append(("", "\n"))
        return pieces

    def _style(self, name: str, otherwise: str = "class:heading") -> str:
        return "class:changed" if name in self.changed else otherwise

    def _register(self, name: str) -> Fragments:
        digits = f"{self.values[name]:x}"
        style = self._style(name, "class:number")
        return [("class:register", f"{name:>4} "), ("class:zero", "0" * (16 - len(digits.lstrip('0')))),
                (style, digits.lstrip("0"))]  # fmt: skip

    def json(self) -> Any:
        """Return them by name."""
        return {"hart": self.hart, "mode": self.mode, "pc": self.pc, "symbol": self.symbol,
                "registers": self.values, "changed": sorted(self.changed)}  # fmt: skip


@dataclass
class CsrValues:
    """CSRs with their fields.

    Attributes:
        meanings: what values mean as a whole.
    """

    values: dict[str, int]
    changed: set[str]
    meanings: dict[str, str] = field(default_factory=dict)

    def fragments(self, width: int) -> Fragments:
        """Return a line for each, and lines for the fields that are not zero."""
        widest = max(len(name) for name in self.values)
        pieces: Fragments = []
        for names in runs(list(self.values), lambda name: not self.values[name] and name not in self.changed):
            if len(names) > 1:
                pieces += [("class:register", names[0]), ("", " to "), ("class:register", names[-1]),
                           ("class:zero", " are 0\n")]  # fmt: skip
            else:
                pieces += self._one(names[0], widest, width)
        return pieces

    def _one(self, name: str, widest: int, width: int) -> Fragments:
        value = self.values[name]
        pieces = value_fragments(name, value, name in self.changed, widest)
        if self.meanings[name]:
            pieces.append(("class:comment", f"  {self.meanings[name]}"))
        pieces.append(("", "\n"))
        return pieces if name.endswith("cause") else pieces + wrapped(field_words(name, value), width)

    def json(self) -> Any:
        """Return value and fields of each, by name."""
        return {
            name: {"value": value, "fields": {each.name: each.of(value) for each in FIELDS.get(name, ())}}
            for name, value in self.values.items()
        }


@dataclass
class FloatRegisters:
    """Floating-point registers, raw and as the number that they hold."""

    values: dict[str, int]
    changed: set[str]

    def fragments(self, width: int) -> Fragments:
        """Return a line for each: raw, precision by its NaN box, number."""
        pieces: Fragments = []
        for name, value in self.values.items():
            precision, text = unboxed(value)
            raw = "class:changed" if name in self.changed else "class:number" if value else "class:zero"
            pieces += [("class:register", f"{name:>4} "), (raw, f"{value:016x}"), ("class:note", f"  {precision:6} "),
                       ("" if value else "class:zero", text), ("", "\n")]  # fmt: skip
        return pieces

    def json(self) -> Any:
        """Return raw bits, precision and number of each."""
        return {name: {"raw": value, "precision": unboxed(value)[0], "value": unboxed(value)[1]}
                for name, value in self.values.items()}  # fmt: skip


def unboxed(value: int) -> tuple[str, str]:
    """Return the precision of what a register holds, told by its NaN box, and the number."""
    data = value.to_bytes(8, "little")
    if value >> 16 == (1 << 48) - 1:
        return "half", float_text(data[:2])
    if value >> 32 == (1 << 32) - 1:
        return "single", float_text(data[:4])
    return "double", float_text(data)


def _split_hart(session: Session, text: str) -> tuple[int | None, list[str]]:
    """Return the hart that words begin with, as `hart N` or, as for Spike, `N`, and the other words."""
    words = split_words(text)
    if words[:1] == ["hart"]:
        if len(words) == 1:
            raise CommandError("hart: its number is missing (regs hart 1)")
        words = words[1:]
    elif not words or not words[0].isdigit():
        return None, words
    return hart_number(session, words[0]), words[1:]


@command(
    "regs", group="registers", aliases=("registers", "reg"),
    examples=("regs", "regs hart 1", "regs csr m*", "regs a0 a1"),
)  # fmt: skip
def regs(session: Session, which: Which = "") -> Answer:
    """Show the integer registers, pc and mode; or those named, or CSRs by pattern with their fields.

    WHICH is [hart N] [csr PATTERN | NAME...]. What has changed since the last stop is marked.
    """
    number, words = _split_hart(session, which)
    with looking_at(session, number):
        if not words:
            return _integers(session, list(X_NAMES))
        if words[0] == "csr":
            return _csrs(session, words[1:] or ["*"])
        return _named(session, words)


def _changed(session: Session, now: dict[str, int]) -> set[str]:
    before = previous_values(session, session.hart)
    return {name for name, value in now.items() if before.get(name, value) != value}


def _integers(session: Session, names: Sequence[str]) -> Registers:
    hart = session.hart
    values = {name: hart.x[X_NUMBERS[name]] for name in names}
    changed = _changed(session, {**values, "pc": hart.pc, "priv": hart.priv})
    return Registers(hart.id, MODE_NAMES[hart.priv], hart.pc, session.describe(hart.pc), values, changed)


def _csrs(session: Session, patterns: Sequence[str]) -> CsrValues:
    hart = session.hart
    names = [
        name for name in CSR_TABLE
        if name in hart.csr and any(fnmatchcase(name, each) or fnmatchcase(name, f"{each}*") for each in patterns)
    ]  # fmt: skip
    if not names:
        raise CommandError(f"{' '.join(patterns)}: the hart has no such CSR (`regs csr` shows all)")
    exact = [name for name in names if name in patterns]
    values = {name: hart.csr[name] for name in (exact if len(exact) == len(patterns) else names)}
    return CsrValues(values, _changed(session, values), {name: meaning(session, name, values[name]) for name in values})


def _floats(session: Session, names: Sequence[str]) -> FloatRegisters:
    values = {name: session.hart.f[F_NUMBERS[name]] for name in names}
    return FloatRegisters(values, _changed(session, values))


def _named(session: Session, words: Sequence[str]) -> Answer:
    """Show registers of any kind by name."""
    names = [word.removeprefix("$") for word in words]
    integers = [X_NAMES[X_NUMBERS[name]] for name in names if name in X_NUMBERS]
    floats = [F_NAMES[F_NUMBERS[name]] for name in names if name in F_NUMBERS]
    others = [name for name in names if name not in X_NUMBERS and name not in F_NUMBERS and name not in ("pc", "priv")]
    parts: list[Answer] = []
    if integers or "pc" in names or "priv" in names:
        parts.append(_integers(session, integers))
    if floats:
        parts.append(_floats(session, floats))
    if others:
        parts.append(_csrs(session, others))
    return parts[0] if len(parts) == 1 else Several(parts)


@command("fregs", group="registers", aliases=("freg", "float"), examples=("fregs", "fregs fa0 fa1", "fregs hart 1"))
def fregs(session: Session, which: Which = "") -> Answer:
    """Show the floating-point registers, raw and as what they hold: a double, or by its NaN box a single or half."""
    number, words = _split_hart(session, which)
    unknown = next((word for word in words if word.removeprefix("$") not in F_NUMBERS), None)
    if unknown is not None:
        raise CommandError(f"{unknown}: no floating-point register (ft0 to ft11, fs0 to fs11, fa0 to fa7, f0 to f31)")
    names = [F_NAMES[F_NUMBERS[word.removeprefix("$")]] for word in words]
    with looking_at(session, number):
        shown = _floats(session, names or list(F_NAMES))
        return shown if names or "fcsr" not in session.hart.csr else Several([shown, _csrs(session, ["fcsr"])])


@command("csr", group="registers", examples=("csr mstatus", "csr satp", "csr mie = 0x80"))
def csr(session: Session, text: CsrAssignment = "") -> Answer:
    """Show a CSR with all its fields, bit by bit, or write it; a write keeps what the CSR's WARL rules let it.

    Without a name all CSRs are shown; a pattern such as pmp* shows those that match.
    """
    target, assigned, expression = (part.strip() for part in text.partition("="))
    name = target.removeprefix("$")
    if not assigned and name not in CSR_TABLE:
        return _csrs(session, [name or "*"])
    if name not in CSR_TABLE or name not in session.hart.csr:
        raise CommandError(f"{name}: the hart has no such CSR (`regs csr` shows all)")
    if not assigned:
        return _one_csr(session, name)
    if CSR_TABLE[name].read_only:
        raise CommandError(f"{name}: it is read-only")
    session.hart.csr[name] = session.evaluate(expression)
    return _csrs(session, [name])


@dataclass
class OneCsr:
    """A CSR, with a line for each of its fields."""

    name: str
    value: int
    changed: bool
    meaning: str

    def fragments(self, width: int) -> Fragments:
        """Return number, section of the manual, value and fields."""
        row = CSR_TABLE[self.name]
        pieces: Fragments = value_fragments(self.name, self.value, self.changed)
        pieces += [("class:comment", f"  {self.meaning}" if self.meaning else ""), ("", "\n")]
        access = "read-only" if row.read_only else "read and write"
        about = f"CSR {row.number:#05x}, {MODE_NAMES[row.privilege]}-mode, {access}"
        pieces += [*clipped([("class:note", f"{about}; {row.section}")], width), ("", "\n")]
        fields = FIELDS.get(self.name, ())
        widest = max((len(each.name) for each in fields), default=0)
        for each in fields:
            number = each.of(self.value)
            bits = f"{each.high}" if each.high == each.low else f"{each.high}:{each.low}"
            named = "" if each.values is None else each.values.get(number, "reserved")
            pieces += [("class:note", f"{bits:>7}  "), ("class:register", f"{each.name:{widest}} "),
                       ("class:number" if number else "class:zero", f"{number:#x}"),
                       ("class:comment", f"  {named}" if named else ""), ("", "\n")]  # fmt: skip
        return pieces

    def json(self) -> Any:
        """Return number, value and fields."""
        return {"name": self.name, "number": CSR_TABLE[self.name].number, "value": self.value,
                "meaning": self.meaning,
                "fields": {each.name: each.of(self.value) for each in FIELDS.get(self.name, ())}}  # fmt: skip


def _one_csr(session: Session, name: str) -> OneCsr:
    value = session.hart.csr[name]
    return OneCsr(name, value, name in _changed(session, {name: value}), meaning(session, name, value))


@command("priv", group="registers", examples=("priv", "priv 1"))
def priv(session: Session, hart: Word = "") -> Answer:
    """Show the privilege mode of a hart."""
    with looking_at(session, hart_number(session, hart) if hart else None):
        mode = MODE_NAMES[session.hart.priv]
    return Text.of(f"{mode} ({_MODE_WORDS[mode]})", data=mode)


@command("pc", group="registers", examples=("pc", "pc 1"))
def pc(session: Session, hart: Word = "") -> Answer:
    """Show where a hart is."""
    with looking_at(session, hart_number(session, hart) if hart else None):
        value = session.hart.pc
        symbol = session.describe(value)
    return Text([("class:address", f"{value:#x}"), ("class:symbol", f" <{symbol}>" if symbol else ""), ("", "\n")],
                value)  # fmt: skip
