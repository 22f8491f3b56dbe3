"""A session of the monitor: the machine, what the user has chosen, and the way from a line to an answer."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from rvemu.debug.expressions import evaluate
from rvemu.debug.spaces import Symbols
from rvemu.debug.unwind import Frame, backtrace
from rvemu.isa.csrfields import FIELDS
from rvemu.isa.csrs import CSRS
from rvemu.isa.regs import F_NAMES, F_NUMBERS, X_NAMES, X_NUMBERS
from rvemu.monitor import registry
from rvemu.monitor.answers import Answer, Fragments
from rvemu.monitor.registry import Command, CommandError
from rvemu.monitor.stops import Stops

if TYPE_CHECKING:
    from rvemu.console import Host
    from rvemu.harts import HartView
    from rvemu.machine import Machine, StopReason
    from rvemu.points import Point

_CSRS = {csr.name for csr in CSRS}
_SPECIAL = ("pc", "priv", "cycle", "hart")
END_KINDS = frozenset({"poweroff", "fail", "htif"})
"""Kinds of stops after which only a reset goes on."""


class Leave(Exception):  # noqa: N818  (nothing is wrong)
    """The user wants to leave the monitor, and the program with it."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.code = code


class Console(Protocol):
    """The terminal, where the guest's console is while the machine runs."""

    signal: int | None
    monitor_requested: bool
    interrupts: bool
    at_line_start: bool

    def __enter__(self) -> Host: ...

    def __exit__(self, *error: Any) -> None: ...


class Server(Protocol):
    """Somebody else who runs the machine: the GDB server."""

    @property
    def holds(self) -> bool:
        """Whether the machine stands still for a client."""

    def run(self, max_cycles: int | None, *, own: Callable[[Point], bool]) -> StopReason:
        """Run as the client has it, up to what the client does not hear of, such as points that are ours."""


class Displayed(Protocol):
    """What each stop shows."""

    @property
    def label(self) -> str:
        """What it is, as it was asked for."""

    def shown(self, session: Session, number: int) -> tuple[Fragments, Any]:
        """Return it as text under its number, and as plain values."""


@dataclass(frozen=True)
class HartScope:
    """The names of expressions, as one hart has them."""

    session: Session
    number: int

    def name(self, name: str) -> int | None:
        """Return the value of a register, CSR, variable or symbol."""
        session = self.session
        hart = session.machine.harts[self.number]
        if name in X_NUMBERS:
            return hart.x[X_NUMBERS[name]]
        if name in F_NUMBERS:
            return hart.f[F_NUMBERS[name]]
        if name in _SPECIAL:
            return {"pc": hart.pc, "priv": hart.priv, "cycle": session.machine.cycle, "hart": hart.id}[name]
        if name in _CSRS and name in hart.csr:
            return hart.csr[name]
        if name in session.variables:
            return session.variables[name]
        return session.symbols.find(name, self.number)

    def field(self, csr: str, field: str) -> int | None:
        """Return the value of a field of a CSR."""
        hart = self.session.machine.harts[self.number]
        if csr not in hart.csr:
            return None
        found = [each for each in FIELDS.get(csr, ()) if each.name.lower() == field.lower()]
        return found[0].of(hart.csr[csr]) if found else None

    def read(self, va: int, size: int) -> bytes | None:
        """Return memory as the hart sees it; None where it is mapped to neither RAM nor ROM."""
        return self.session.machine.read_virtual(self.number, va, size)


@dataclass
class Settings:
    """What `set` changes.

    Attributes:
        confirm: ask before what cannot be undone, on a terminal.
        width: columns; 0: those of the terminal.
        colours: whether to use any.
        theme: "dark" or "light".
        json: answers are JSON.
        history: lines are kept.
    """

    confirm: bool = True
    width: int = 0
    colours: bool = True
    theme: str = "dark"
    json: bool = False


@dataclass(eq=False)
class Session:
    """What commands work on.

    Attributes:
        machine: the machine.
        hart_number: the hart that registers and virtual addresses mean.
        aliases: the user's own: a word and what it stands for.
        variables: values that commands leave, such as `_` for the last address examined.
        last_stop: why the machine stopped last.
        console: the terminal, which the guest has while it runs; None: it hears nothing.
        previous: registers and CSRs of each hart before the last run, by name: to mark what has changed.
        displayed: what each stop shows, by number.
        limit: CYCLE at which a run stops, or None.
        leave_with_guest: the end of the guest is that of the session.
        speed: million instructions a second in the last run.
        notes: what is to be told with the next stop.
        python: the names that `py` has given.
        emit: shows an answer before the command is through; None: nobody looks.
        ask: asks a question whose answer is yes or no; None: nobody is there.
        server: runs the machine in place of us, as a client has it; None: there is none.
        gone_into: hart, CYCLE, and how many functions a step has gone into there, of those that are inlined.
    """

    machine: Machine
    hart_number: int = 0
    aliases: dict[str, str] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)
    last_stop: StopReason | None = None
    console: Console | None = None
    previous: dict[int, dict[str, int]] = field(default_factory=dict)
    displayed: dict[int, Displayed] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    limit: int | None = None
    leave_with_guest: bool = False
    no_reboot: bool = False
    interactive: bool = False
    speed: float = 0.0
    notes: list[str] = field(default_factory=list)
    python: dict[str, Any] = field(default_factory=dict)
    emit: Callable[[Answer], None] | None = None
    ask: Callable[[str], bool] | None = None
    server: Server | None = None
    gone_into: tuple[int, int, int] = (0, -1, 0)

    def __post_init__(self) -> None:
        registry.load()
        self.stops = Stops(self)
        self.interrupted = False

    @property
    def hart(self) -> HartView:
        """The current hart."""
        return self.machine.harts[self.hart_number]

    @cached_property
    def symbols(self) -> Symbols:
        """The symbols known."""
        return Symbols(self.machine)

    def describe(self, va: int) -> str:
        """Return an address as the current hart's symbol and offset; "" where no symbol is near."""
        return self.symbols.describe(va, self.hart_number)

    def caller(self) -> Frame | None:
        """Return where the current hart's function was called, or the code that its trap interrupted."""
        frames = backtrace(self.machine, self.symbols, self.hart_number, 2)
        return frames[1] if len(frames) > 1 else None

    # The scope of expressions

    def scope(self, hart: int | None = None) -> HartScope:
        """Return where a hart's expressions get their values."""
        return HartScope(self, self.hart_number if hart is None else hart)

    def evaluate(self, text: str) -> int:
        """Return the value of an expression for the current hart."""
        return evaluate(text, self.scope())

    def name(self, name: str) -> int | None:
        """Return the value of a name for the current hart."""
        return self.scope().name(name)

    def field(self, csr: str, field: str) -> int | None:
        """Return the value of a field of a CSR of the current hart."""
        return self.scope().field(csr, field)

    def read(self, va: int, size: int) -> bytes | None:
        """Return memory as the current hart sees it."""
        return self.scope().read(va, size)

    def names(self, typed: str) -> Sequence[str]:
        """Return registers, CSRs, their fields, and symbols that begin so, for completion."""
        sigil = "$" if typed.startswith("$") else ""
        begun = typed.removeprefix("$")
        csr, dot, _ = begun.partition(".")
        if dot and csr in FIELDS:
            known = [f"{csr}.{each.name}" for each in FIELDS[csr]]
        else:
            known = [*X_NAMES, *_SPECIAL, *sorted(_CSRS), *self.variables, *self.symbols.begins(begun)]
        return [sigil + name for name in known if name.startswith(begun)]

    # Running

    def resume(self, max_cycles: int | None = None) -> StopReason:
        """Run the machine with the guest's console on the terminal, across resets, until it stops."""
        self.remember()
        return self.run_on(max_cycles)

    def run_on(self, max_cycles: int | None = None) -> StopReason:
        """Do as `resume`, in the middle of what is one run for the user."""
        console = self.console if self.console is not None else nullcontext()
        if self.limit is not None:
            left = max(self.limit - self.machine.cycle, 0)
            max_cycles = left if max_cycles is None else min(left, max_cycles)
        began, instructions = time.process_time(), self.machine.instret
        with console as host:
            stop = self._run(max_cycles, host)
            while stop.kind == "reset" and not self.no_reboot:
                self.machine.reset()
                stop = self._run(max_cycles, host)
        self._measure(began, instructions)
        return self.stopped(stop)

    def _run(self, max_cycles: int | None, host: Host | None) -> StopReason:
        if self.server is None:
            return self.machine.run(max_cycles, host=host)
        return self.server.run(max_cycles, own=self.stops.holds)

    def _measure(self, began: float, instructions: int) -> None:
        seconds = time.process_time() - began
        self.speed = (self.machine.instret - instructions) / seconds / 1e6 if seconds > 0 else 0.0

    def stopped(self, stop: StopReason) -> StopReason:
        """Note why the machine has stopped, and look at that hart."""
        self.last_stop = stop
        if stop.kind in ("breakpoint", "fail"):
            self.hart_number = stop.hart
        if self.console is not None and self.console.signal is not None:
            raise Leave(128 + self.console.signal)
        if self.console is not None and stop.kind == "interrupted" and not self.console.monitor_requested:
            raise Leave
        if self.leave_with_guest and (stop.kind in END_KINDS or stop.kind == "reset"):
            raise Leave
        return stop

    def remember(self) -> None:
        """Keep the registers of every hart as they are, for comparison with what comes."""
        self.previous = {hart.id: self.registers(hart) for hart in self.machine.harts}
        self.stops.remember()
        self.interrupted = False

    def registers(self, hart: HartView) -> dict[str, int]:
        """Return all registers and CSRs of a hart by name."""
        values = dict(zip(X_NAMES, hart.x, strict=True))
        values.update(zip(F_NAMES, hart.f, strict=True))
        names, numbers = self._present_csrs
        values.update(zip(names, hart.csr.several(numbers), strict=True))
        values.update(pc=hart.pc, priv=hart.priv)
        return values

    @cached_property
    def _present_csrs(self) -> tuple[list[str], list[int]]:
        present = [csr for csr in CSRS if csr.name in self.machine.harts[0].csr]
        return [csr.name for csr in present], [csr.number for csr in present]

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let Ctrl-C set `interrupted` and stop a run that does not have the terminal."""

        def stop(number: int, frame: object) -> None:
            self.interrupted = True
            self.machine.stop()

        try:
            before = signal.signal(signal.SIGINT, stop)
        except ValueError:  # another thread than the main one, which gets no signals
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    # From a line to an answer

    def expanded(self, line: str) -> str:
        """Return a line with the user's alias, or gdb's `thread apply all`, at its beginning written out."""
        line = re.sub(r"^(thread|hart)\s+apply\s+all\s+", "each ", line)
        seen: set[str] = set()
        while line and (word := split_command(line)[0]) in self.aliases and word not in seen:
            seen.add(word)
            line = f"{self.aliases[word]} {split_command(line)[2]}".strip()
        return line

    def execute(self, line: str) -> Answer | None:
        """Carry out one line; `| grep` and the like are the caller's.

        Raises:
            RvemuError: in one line.
        """
        line = line.strip()
        if not line or line.startswith("#"):
            return None
        word, form, rest = split_command(self.expanded(line))
        entry = registry.find(word)
        if form and not entry.slash:
            raise CommandError(f"{entry.name}: it takes no /{form} (usage: {entry.usage})")
        if entry.moves and self.server is not None and self.server.holds:
            raise CommandError(f"{entry.name}: GDB has stopped the machine (continue waits until GDB lets it go on)")
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
