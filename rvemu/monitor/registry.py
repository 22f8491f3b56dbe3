"""The table of commands: each is a function; its arguments, completion and help follow from signature and docstring."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, Union, get_args, get_origin, get_type_hints

from rvemu.errors import RvemuError
from rvemu.monitor.answers import Answer


class CommandError(RvemuError):
    """A command cannot be carried out: one line that says what, where, why, and what would be right."""


class Context(Protocol):
    """What arguments need of the session."""

    def evaluate(self, text: str) -> int:
        """Return the value of an expression."""

    def names(self, typed: str) -> Sequence[str]:
        """Return the names that begin so."""


def _nothing(session: Context, typed: str) -> Sequence[str]:
    """Complete nothing."""
    return ()


@dataclass(frozen=True)
class Kind:
    """A type of argument.

    Attributes:
        name: how usage lines call it.
        parse: makes the value of the text; raises RvemuError.
        complete: returns what may be typed, given what has been typed of it.
        rest: whether it takes all that is left of the line.
    """

    name: str
    parse: Callable[[Any, str], Any]
    complete: Callable[[Any, str], Sequence[str]] = _nothing
    rest: bool = False


def _address_words(session: Context, typed: str) -> Sequence[str]:
    return session.names(typed)


Address = Annotated[int, Kind("ADDRESS", lambda session, text: session.evaluate(text), _address_words)]
Value = Annotated[int, Kind("VALUE", lambda session, text: session.evaluate(text), _address_words)]
Count = Annotated[int, Kind("COUNT", lambda session, text: session.evaluate(text))]
Word = Annotated[str, Kind("WORD", lambda session, text: text)]
Rest = Annotated[str, Kind("TEXT", lambda session, text: text, rest=True)]
Expression = Annotated[str, Kind("EXPRESSION", lambda session, text: text, _address_words, rest=True)]


def choice(*words: str) -> Kind:
    """Return the kind of an argument that is one of `words`."""

    def parse(session: Context, text: str) -> str:
        if text not in words:
            raise CommandError(f"{text}: not known here ({', '.join(words)})")
        return text

    return Kind("|".join(words), parse, lambda session, typed: [word for word in words if word.startswith(typed)])


@dataclass(frozen=True)
class Argument:
    """An argument of a command."""

    name: str
    kind: Kind
    required: bool
    default: Any
    many: bool


@dataclass(frozen=True)
class Command:
    """A command of the monitor.

    Attributes:
        help: the first line of its docstring; `details` is all of it.
        slash: whether gdb's `/FORMAT` behind the name is passed on, as its first argument.
        repeats: whether an empty line repeats it.
        goes_on: whether it then has no arguments but the format, and goes on where it ended.
        moves: whether it runs or resets the machine, other than by letting it run.
        fixed: arguments given by the alias that found it.
    """

    name: str
    group: str
    aliases: tuple[str, ...]
    examples: tuple[str, ...]
    run: Callable[..., Answer | None]
    arguments: tuple[Argument, ...]
    help: str
    details: str
    slash: bool = False
    repeats: bool = False
    goes_on: bool = False
    moves: bool = False

    @property
    def usage(self) -> str:
        """The command with its arguments, as `x/FMT ADDRESS [COUNT]`."""
        words = [self.name + ("/FMT" if self.slash else "")]
        for argument in self.arguments:
            text = argument.kind.name + ("..." if argument.many else "")
            words.append(text if argument.required else f"[{text}]")
        return " ".join(words)


_COMMANDS: dict[str, Command] = {}
_NAMES: dict[str, Command] = {}

GROUPS = ("run", "stops", "registers", "memory", "code", "address space", "devices", "trace", "guest", "monitor")
"""The groups of commands, as `help` orders them."""


def command(
    name: str, *, group: str, aliases: Sequence[str] = (), examples: Sequence[str] = (), slash: bool = False,
    repeats: bool = False, goes_on: bool = False, moves: bool = False,
) -> Callable[[Callable[..., Answer | None]], Callable[..., Answer | None]]:  # fmt: skip
    """Enter a function in the table: `f(session, arguments...)`, or `f(session, format, arguments...)` with slash."""
    assert group in GROUPS, group

    def enter(run: Callable[..., Answer | None]) -> Callable[..., Answer | None]:
        details = inspect.getdoc(run) or ""
        entry = Command(
            name, group, tuple(aliases), tuple(examples), run, _arguments(run, slash), details.partition("\n")[0],
            details, slash, repeats or goes_on, goes_on, moves,
        )  # fmt: skip
        for word in (name, *aliases):
            assert word not in _NAMES, f"{word} is both {_NAMES[word].name} and {name}"
            _NAMES[word] = entry
        _COMMANDS[name] = entry
        return run

    return enter


def _arguments(run: Callable[..., Any], slash: bool) -> tuple[Argument, ...]:
    hints = get_type_hints(run, include_extras=True)
    parameters = list(inspect.signature(run).parameters.values())[2 if slash else 1 :]
    return tuple(
        Argument(
            p.name, _kind(hints[p.name]), p.default is p.empty and p.kind is not p.VAR_POSITIONAL,
            None if p.default is p.empty else p.default, p.kind is p.VAR_POSITIONAL,
        )
        for p in parameters
    )  # fmt: skip


def _kind(hint: Any) -> Kind:
    if get_origin(hint) in (Union, types.UnionType):
        return next(_kind(part) for part in get_args(hint) if part is not type(None))
    return next(part for part in get_args(hint) if isinstance(part, Kind))


_FRAMES = "`bt` shows all frames; `list FUNCTION`, `dis FUNCTION` and `x` look at any of them"
_SCREEN = "`context` shows registers, code and stack; `display` shows an expression at every stop"
_TYPES = "types of C are for GDB, by --gdb; `print`, `x` and `telescope` show numbers and memory"
_ELSEWHERE = {
    "frame": _FRAMES, "up": _FRAMES, "down": _FRAMES, "layout": _SCREEN, "tui": _SCREEN, "ptype": _TYPES,
    "whatis": _TYPES, "jump": "`set pc = ADDRESS`, then `continue`", "start": "`tbreak main`, then `continue`",
    "starti": "`reset`, then `stepi`", "kill": "`reset` starts the guest anew, `quit` leaves",
    "detach": "`continue` lets the guest run, `quit` leaves", "printf": "`print` and `echo`",
    "commands": "`display` at every stop, or `py m.on_pc(ADDRESS, FUNCTION)`", "return": "`finish`",
    "call": "`print` shows expressions; functions of the guest are not called",
}
"""What stands here for words of GDB that are no commands."""


def load() -> None:
    """Import all of commands/; each file enters its own."""
    package = importlib.import_module("rvemu.monitor.commands")
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{found.name}")


def commands() -> Iterator[Command]:
    """Yield all commands by group, then by name."""
    yield from sorted(_COMMANDS.values(), key=lambda entry: (GROUPS.index(entry.group), entry.name))


def words() -> Sequence[str]:
    """Return every name and alias."""
    return sorted(_NAMES)


def find(word: str) -> Command:
    """Return the command of this name or alias, or the one that the word begins, if there is but one.

    Raises:
        CommandError: there is none, or there are several.
    """
    if word in _NAMES:
        return _NAMES[word]
    begun = {entry.name: entry for name, entry in _NAMES.items() if name.startswith(word)}
    if len(begun) == 1:
        return next(iter(begun.values()))
    if begun:
        raise CommandError(f"{word}: several commands begin so ({', '.join(sorted(begun))})")
    raise CommandError(f"{word}: no such command ({_ELSEWHERE.get(word) or _near(word)})")


def _near(word: str) -> str:
    """Return what the user may have meant."""
    near = difflib.get_close_matches(word, _NAMES, 3, 0.6)
    return f"did you mean {' or '.join(near)}?" if near else "`help` lists them"
