"""Commands that say where the machine is to stop: breakpoints, watchpoints, catches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from rvemu.debug.expressions import MEMORY_TYPES
from rvemu.debug.spaces import Space, View
from rvemu.monitor.answers import Answer, Table, Text
from rvemu.monitor.catching import KINDS, catch_points
from rvemu.monitor.harts import checked_hart
from rvemu.monitor.registry import CommandError, Count, Expression, Kind, command
from rvemu.monitor.session import Session, split_words
from rvemu.monitor.stops import Condition, Stop, both
from rvemu.points import Breakpoint, Watchpoint

if TYPE_CHECKING:
    from rvemu.harts import HartView

_OPTIONS = ("hart", "ignore", "space")
_FLAGS = (*_OPTIONS, "phys", "if")
_BEHIND_CONDITION = re.compile(rf"(?:.*\S)?\s(phys|(?:{'|'.join(_OPTIONS)})\s+\w\S*)", re.DOTALL)
"""A condition with an option at its end; no expression has a word or a number right behind a name."""

_WORD = 8
_FILE_LINE = re.compile(r"([^\s:]+):(\d+)")
_TYPED = re.compile(r"\*\s*\(\s*(\w+)\s*\*\s*\)\s*(.+)")


def _place_words(session: Session, typed: str) -> Sequence[str]:
    return [*session.names(typed), *(word for word in _FLAGS if word.startswith(typed))]


Where = Annotated[str, Kind("WHERE [hart N] [ignore N] [space S] [if EXPRESSION]", lambda session, text: text,
                            _place_words, rest=True)]  # fmt: skip
Range = Annotated[str, Kind("ADDRESS [SIZE] [phys] [hart N] [space S] [if EXPRESSION]", lambda session, text: text,
                            _place_words, rest=True)]  # fmt: skip


_EXAMPLES = {"hart": "1", "ignore": "5", "space": "kernel"}


@dataclass
class _Request:
    """What stands behind `break`, `watch` and `catch`.

    Attributes:
        words: what is left of it.
        space: the address space asked for, and `inside` what holds in it.
    """

    words: list[str]
    hart: int | None = None
    ignore: int = 0
    physical: bool = False
    space: Space | None = None
    inside: Condition | None = None
    condition: str = ""

    @property
    def where(self) -> str:
        """The address space, in words behind a place."""
        return "" if self.space is None else f" in space {self.space}"


def _parse(session: Session, text: str) -> _Request:
    """Take `hart N`, `ignore N`, `space S`, `phys` and `if EXPRESSION` out of a text; options may follow the last."""
    place, found, condition = f" {text} ".partition(" if ")
    options = ""
    while behind := _BEHIND_CONDITION.fullmatch(condition.rstrip()):
        options, condition = f"{behind[1]} {options}", condition[: behind.start(1)]
    request = _Request([], condition=condition.strip())
    if found and not request.condition:
        raise CommandError(f"{text}: a condition is missing (if a0 == 3)")
    words = split_words(f"{place.strip()} {options}".strip())
    while words:
        word = words.pop(0)
        if word == "phys":
            request.physical = True
        elif word in _OPTIONS:
            if not words:
                raise CommandError(f"{text}: what {word} is to be is missing ({word} {_EXAMPLES[word]})")
            value = words.pop(0)
            if word == "space":
                request.space = Space.parse(value)
                request.inside = _in_space(session, request.space)
            else:
                setattr(request, word, session.evaluate(value))
        else:
            request.words.append(word)
    if request.hart is not None:
        checked_hart(session, request.hart)
    return request


def _in_space(session: Session, space: Space) -> Condition:
    """Return what holds for a hart in an address space.

    Raises:
        CommandError: nothing tells the user program from others.
    """
    machine = session.machine
    images = [image for image in session.symbols.images if image.space == space] if space.name else []
    if space.name and not images:
        raise CommandError(f"space {space}: its symbols are unknown (add-symbols FILE user {space.name})")

    def inside(hart: HartView) -> bool:
        view = View.of(hart)
        return space.holds(view) and (not images or any(image.is_loaded(machine, view, hart.pc) for image in images))

    return inside


def _places(session: Session, text: str, space: Space | None) -> list[int]:
    """Return the addresses that a symbol, FILE:LINE or expression stands for, first of all in an address space."""
    line = _FILE_LINE.fullmatch(text)
    for image in session.symbols.images:
        if image.space != space:
            continue
        if line is not None and (found := image.table.addresses(line[1], int(line[2]))):
            return found
        if (symbol := image.table.find(text)) is not None:
            return [symbol]
    if line is not None:
        return session.symbols.addresses(line[1], int(line[2]), session.hart_number)
    return [session.evaluate(text.removeprefix("*"))]


def _break(session: Session, text: str, once: bool) -> Answer:
    request = _parse(session, text)
    place = " ".join(request.words) or "pc"
    pcs = _places(session, place, request.space)
    what = ", ".join(_named(session, pc) for pc in pcs) + request.where
    entry = session.stops.add(Stop("breakpoint", what, [
        Breakpoint(pc=pc, hart=request.hart, ignore=request.ignore, once=once, condition=request.inside) for pc in pcs
    ], request.condition))  # fmt: skip
    return _added(entry)


def _named(session: Session, va: int) -> str:
    symbol = session.describe(va)
    return f"{symbol} ({va:#x})" if symbol else f"{va:#x}"


def _added(entry: Stop) -> Answer:
    condition = f" if {entry.condition}" if entry.condition else ""
    data = {"number": entry.number, "kind": entry.kind, "what": entry.what, "condition": entry.condition}
    return Text.of(f"{entry.kind.capitalize()} {entry.number}: {entry.what}{condition}", data=data)


@command(
    "break", group="stops", aliases=("b", "br", "breakpoint", "hbreak"),
    examples=("break main", "b *0x80000000", "b main if a0 == 3 && priv == 1", "b main hart 1 ignore 5",
              "b usertrap if scause == 8 space kernel"),
)
def break_(session: Session, where: Where = "") -> Answer:
    """Stop before the instruction at a symbol, FILE:LINE or address; without one, at pc.

    `hart N` counts that hart only, `ignore N` passes over the first hits, `space S` counts in an address space only:
    kernel, machine, user, user:NAME or satp=VALUE. The condition is any expression of registers, CSR fields, symbols
    and memory, such as `if satp.ASID == 3`. These may stand in any order.
    """
    return _break(session, where, once=False)


@command("tbreak", group="stops", aliases=("tb", "thbreak"), examples=("tbreak main",))
def tbreak(session: Session, where: Where = "") -> Answer:
    """Like break, for one stop."""
    return _break(session, where, once=True)


def _size_of(session: Session, name: str) -> int:
    """Return the bytes of a variable that is no larger than a word; of anything else, those of a word."""
    va = session.symbols.find(name, session.hart_number)
    found = None if va is None else session.symbols.at(va, session.hart_number)
    return found.size if found is not None and found.name == name and found.size in (1, 2, 4) else _WORD


def _watch(session: Session, text: str, kinds: str, kind: str) -> Answer:
    request = _parse(session, text)
    size = None
    if len(request.words) > 1 and re.fullmatch(r"0x[0-9a-f]+|\d+", request.words[-1], re.IGNORECASE):
        size = int(request.words.pop(), 0)
    place = " ".join(request.words)
    typed = _TYPED.fullmatch(place)
    if typed is not None and typed[1] in MEMORY_TYPES:
        size, place = MEMORY_TYPES[typed[1]][0], typed[2]
    elif size is None:
        size = _size_of(session, place)
    address = session.evaluate(place)
    point = Watchpoint(
        address=address, size=size, kinds=kinds, virtual=not request.physical, hart=request.hart,
        ignore=request.ignore, condition=request.inside,
    )  # fmt: skip
    space = "physical " if request.physical else ""
    what = f"{space}{_named(session, address)}, {size} byte{'s' * (size != 1)}{request.where}"
    return _added(session.stops.add(Stop(kind, what, [point], request.condition)))


@command("watch", group="stops", examples=("watch *(u32*)sp", "watch 0x80400000 16 phys", "watch sp 8 if a0 != 0"))
def watch(session: Session, place: Range) -> Answer:
    """Stop behind a store that changes memory at an address or symbol; virtual unless phys.

    It watches so many bytes; without a number as many as a variable has, or 8.
    """
    return _watch(session, place, "c", "watchpoint")


@command("rwatch", group="stops", examples=("rwatch 0x80400000 4",))
def rwatch(session: Session, place: Range) -> Answer:
    """Stop before a load from memory."""
    return _watch(session, place, "r", "read watchpoint")


@command("awatch", group="stops", examples=("awatch 0x80400000 4",))
def awatch(session: Session, place: Range) -> Answer:
    """Stop before a load or store of memory."""
    return _watch(session, place, "rw", "access watchpoint")


def _catch_words(session: Session, typed: str) -> Sequence[str]:
    return [word for kind, known in KINDS.items() for word in (kind, *known) if word.startswith(typed)]


Events = Annotated[str, Kind(f"{'|'.join(KINDS)} [WORD...] [hart N] [space S] [if EXPRESSION]",
                             lambda session, text: text, _catch_words, rest=True)]  # fmt: skip


@command(
    "catch", group="stops", examples=("catch trap page_fault", "catch irq machine_timer", "catch csr satp",
    "catch priv U", "catch sbi hsm", "catch syscall 64"),
)  # fmt: skip
def catch(session: Session, events: Events) -> Answer:
    """Stop after an event: a trap, an interrupt, a CSR write, a change of mode, an SBI call, a system call.

    trap CAUSE... and irq NAME... take numbers, or any part of the manual's name; csr takes names; priv takes U, S or
    M for the new mode; sbi takes an extension by name or number, and a function; syscall takes numbers.
    """
    request = _parse(session, events)
    points = catch_points(session, request.words)
    for point in points:
        point.hart, point.ignore = request.hart, request.ignore
        point.condition = both(point.condition, request.inside)
    return _added(session.stops.add(Stop("catch", " ".join(request.words) + request.where, points, request.condition)))


@command("breakpoints", group="stops", aliases=("bl", "stops"), examples=("breakpoints",))
def breakpoints(session: Session) -> Answer:
    """List breakpoints, watchpoints and catches, with their hits."""
    return _table(session)


def _table(session: Session) -> Table:
    known = {point for entry in session.stops for point in entry.points}
    others = sum(1 for point in session.machine.points if point not in known)
    return Table(
        ("n", "kind", "on", "what", "hart", "if", "hits"),
        [_row(entry) for entry in session.stops], empty="no breakpoints",
        note=f"and {others} set by programs" if others else "",
    )  # fmt: skip


def _row(entry: Stop) -> list[object]:
    kind = entry.kind + (" once" if entry.once else "")
    on = "yes" if entry.enabled else "no"
    return [entry.number, kind, on, entry.what, entry.hart, entry.condition, entry.hits]


def _entry_words(session: Session, typed: str) -> Sequence[str]:
    return [str(entry.number) for entry in session.stops if str(entry.number).startswith(typed)]


def _entry(session: Session, text: str) -> Stop:
    found = next((entry for entry in session.stops if str(entry.number) == text), None)
    if found is None:
        raise CommandError(f"{text}: no such breakpoint (`breakpoints` lists them)")
    return found


Entry = Annotated[Stop, Kind("N", _entry, _entry_words)]


@command("delete", group="stops", aliases=("d", "del", "clear"), examples=("delete 2", "delete"))
def delete(session: Session, *entries: Entry) -> Answer | None:
    """Take breakpoints away, those with the numbers given or all."""
    chosen = entries or tuple(session.stops)
    if not entries and chosen and session.ask is not None and not session.ask("Delete all breakpoints?"):
        return None
    for entry in chosen:
        session.stops.remove(entry)
    return Text.of(f"{len(chosen)} deleted", "class:note", len(chosen))


def _enable(session: Session, entries: tuple[Stop, ...], enabled: bool) -> Answer:
    for entry in entries or tuple(session.stops):
        session.stops.enable(entry, enabled)
    return _table(session)


@command("enable", group="stops", aliases=("en",), examples=("enable 2",))
def enable(session: Session, *entries: Entry) -> Answer:
    """Let breakpoints count again, those with the numbers given or all."""
    return _enable(session, entries, True)


@command("disable", group="stops", examples=("disable 2",))
def disable(session: Session, *entries: Entry) -> Answer:
    """Let breakpoints not count for now, those with the numbers given or all."""
    return _enable(session, entries, False)


@command("ignore", group="stops", examples=("ignore 1 100",))
def ignore(session: Session, entry: Entry, count: Count) -> Answer:
    """Pass over the next hits of a breakpoint."""
    for point in entry.points:
        point.ignore = count
    return Text.of(f"{entry.kind} {entry.number} is passed over {count} times", data=count)


@command("condition", group="stops", aliases=("cond",), examples=("condition 1 a0 == 3",))
def condition(session: Session, entry: Entry, expression: Expression = "") -> Answer:
    """Let a breakpoint, watchpoint or catch count only where an expression is true; without one, always."""
    session.stops.change(entry, expression)
    return _table(session)
