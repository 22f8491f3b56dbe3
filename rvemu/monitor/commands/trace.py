"""Commands that look at what was executed: traces, profiles, coverage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from rvemu.debug.names import GuestNames, Names
from rvemu.isa.modes import MODE_NUMBERS
from rvemu.monitor.answers import Answer, Several, Table, Text
from rvemu.monitor.harts import hart_number
from rvemu.monitor.registry import CommandError, Kind, choice, command
from rvemu.monitor.session import Session, split_words

if TYPE_CHECKING:
    from rvemu.debug.trace import Event, Filter, Tracer
    from rvemu.machine import Machine

_KINDS = ("insn", "mem", "csr", "call", "trap", "irq", "sbi", "priv")
_FORMATS = ("text", "spike", "chrome")
_RANGE = re.compile(r"(.+)\.\.(.+)")
_SHOWN = 20
_TREE_DEPTH = 60
_TREE_SHARE = 0.005

_tracers: WeakKeyDictionary[Machine, Tracer] = WeakKeyDictionary()
_profiled: WeakKeyDictionary[Machine, bool] = WeakKeyDictionary()


def _names(session: Session) -> Names:
    """Return the session's symbols, or those of the loaded guest."""
    found: Names | None = getattr(session, "symbols", None)
    return found if found is not None else GuestNames(session.machine)


def _trace_words(session: Session, typed: str) -> Sequence[str]:
    known = ("hart", "mode", "in", "ring", *_KINDS, *_FORMATS)
    return [*(word for word in known if word.startswith(typed)), *session.names(typed)]


TraceWords = Annotated[str, Kind("[N] [hart N] [mode M] [in WHERE] [KIND...] [FORMAT [FILE]]",
                                 lambda session, text: text, _trace_words, rest=True)]  # fmt: skip


# ---- trace


@dataclass
class _Request:
    """What stands behind `trace on` and `trace show`."""

    count: int
    kinds: frozenset[str] = frozenset()
    harts: frozenset[int] = frozenset()
    modes: frozenset[int] = frozenset()
    ranges: tuple[tuple[int, int], ...] = ()
    format: str = ""
    path: str = ""

    def filter(self, kinds: frozenset[str]) -> Filter:
        """Return the filter asked for, with these kinds where none is named."""
        from rvemu.debug.trace import Filter

        return Filter(self.kinds or kinds, self.harts, self.modes, self.ranges)


def _parse(session: Session, text: str, count: int, *, files: bool) -> _Request:
    request, words = _Request(count), split_words(text)

    def value(word: str, example: str) -> str:
        if not words:
            raise CommandError(f"trace: something is missing behind {word} ({word} {example})")
        return words.pop(0)

    while words:
        word = words.pop(0)
        if word in _KINDS:
            request.kinds |= {word}
        elif word == "hart":
            request.harts |= {hart_number(session, part) for part in value(word, "0").split(",")}
        elif word == "mode":
            request.modes |= {_mode(part) for part in value(word, "S,U").split(",")}
        elif word == "in":
            request.ranges += (_range(session, value(word, "main")),)
        elif word == "ring" and files:
            request.count = session.evaluate(value(word, "100000"))
        elif word in _FORMATS:
            request.format = word
            if files:
                request.path = value(word, "FILE")
        elif not files and word[:1].isdigit():
            request.count = session.evaluate(word)
        else:
            raise CommandError(f"trace: {word} is not known here (hart, mode, in, {', '.join((*_KINDS, *_FORMATS))})")
    if request.count < 1:
        raise CommandError(f"trace: {request.count} records (1 or more)")
    return request


def _mode(text: str) -> int:
    if text.upper() not in MODE_NUMBERS:
        raise CommandError(f"mode {text}: there is none (U, S or M)")
    return MODE_NUMBERS[text.upper()]


def _range(session: Session, text: str) -> tuple[int, int]:
    """Return the addresses of `FIRST..LAST`, or of a function."""
    if bounds := _RANGE.fullmatch(text):
        return session.evaluate(bounds[1]), session.evaluate(bounds[2]) + 1
    extent = GuestNames(session.machine).extent(text)
    if extent is None:
        raise CommandError(f"{text}: no such function (a symbol, or FIRST..LAST)")
    return extent


@command(
    "trace", group="trace",
    examples=("trace on", "trace on hart 0 mode U mem trap", "trace on in main insn text out.txt",
              "trace on chrome out.json", "trace show 50 trap irq", "trace off"),
)  # fmt: skip
def trace(
    session: Session, what: Annotated[str, choice("on", "off", "show")] = "show", more: TraceWords = ""
) -> Answer:
    """Trace what runs: on begins, show gives the last N records (20), off ends it and closes its file.

    Kinds: insn every instruction, mem loads and stores, csr CSR writes, call calls and returns, trap exceptions, irq
    interrupts, sbi SBI calls, priv changes of mode. `hart 0,1`, `mode S,U` and `in SYMBOL` or `in FIRST..LAST` (of pc)
    narrow it; show takes the same words, for what is in the ring.
    It goes into a ring of 100000 records (`ring N`) in memory, or into a file: `text FILE`, `spike FILE` (a commit log
    as Spike's), `chrome FILE` (for chrome://tracing and ui.perfetto.dev, a cycle as a nanosecond).
    Instructions and calls slow the machine down some 20 times, the rest next to nothing, and no trace nothing at all.
    """
    if what == "on":
        return _trace_on(session, _parse(session, more, 100_000, files=True))
    if what == "off":
        return _trace_off(session)
    return _trace_show(session, _parse(session, more, _SHOWN, files=False))


def _trace_on(session: Session, request: _Request) -> Answer:
    from rvemu.debug.chrome import ChromeFile
    from rvemu.debug.trace import Ring, Sink, SpikeFile, TextFile, Tracer

    _stop(session.machine)
    kinds = frozenset({"insn", "trap", "irq", "sbi"})
    sink: Sink
    if request.format == "spike":
        kinds, sink = frozenset({"insn"}), SpikeFile(request.path, session.machine)
    elif request.format == "text":
        sink = TextFile(request.path, _names(session))
    elif request.format == "chrome":
        kinds = frozenset({"call", "trap", "irq", "sbi"})
        sink = ChromeFile(request.path, _names(session), len(session.machine.harts))
    else:
        sink = Ring(request.count)
    chosen = request.filter(kinds)
    _tracers[session.machine] = Tracer(session.machine, chosen, sink)
    where = f"to {request.path}" if request.path else f"into a ring of {request.count} records"
    wanted = [kind for kind in _KINDS if kind in chosen.kinds]
    return Text.of(f"Tracing {', '.join(wanted)} {where}.",
                   data={"kinds": wanted, "file": request.path or None, "format": request.format or "ring"})


def _stop(machine: Machine) -> Tracer | None:
    tracer = _tracers.get(machine)
    if tracer is not None:
        tracer.stop()
    return tracer


def _trace_off(session: Session) -> Answer:
    return Text.of("No trace was on." if _stop(session.machine) is None else "The trace is off.")


def _trace_show(session: Session, request: _Request) -> Answer:
    from rvemu.debug.trace import Filter, Ring

    tracer = _tracers.get(session.machine)
    if tracer is None:
        raise CommandError("trace: none was taken (trace on)")
    if not isinstance(tracer.sink, Ring):
        raise CommandError("trace: this one goes to a file (trace on, without a file, keeps a ring to show)")
    if tracer.on:
        tracer.flush()
    items = tracer.sink.last(request.count, request.filter(Filter().kinds))
    if request.format == "spike":
        return Text.of(_spike(session.machine, items) or "nothing")
    if request.format == "chrome":
        raise CommandError("trace show: chrome is for files (trace on chrome FILE)")
    return _Lines(items, _names(session))


def _spike(machine: Machine, items: list[Any]) -> str:
    from rvemu.commitlog import commit_lines
    from rvemu.debug.trace import Event

    records = b"".join(item.tobytes() for item in items if not isinstance(item, Event))
    return commit_lines(machine.isa, memoryview(records)).decode()


@dataclass
class _Lines:
    """Records and events, a line each."""

    items: list[Event | Any]
    names: Names

    def fragments(self, width: int) -> list[tuple[str, str]]:
        """Return the lines, with columns as wide as they need to be."""
        from rvemu.debug.trace import columns

        if not self.items:
            return [("class:note", "nothing was traced that is asked for\n")]
        rows = [columns(item, self.names) for item in self.items]
        symbol, what = max(len(row[4]) for row in rows), max(len(row[5]) for row in rows)
        pieces: list[tuple[str, str]] = []
        for cycle, hart, mode, pc, where, text, told in rows:
            style = "class:note" if text.startswith("--") else "class:mnemonic"
            pieces += [
                ("class:number", f"{cycle:>9} "), ("", f"{hart} {mode} "), ("class:address", f"{pc:#x} "),
                ("class:symbol", where.ljust(symbol) + " "), (style, text.ljust(what if told else 0)),
                ("", f"  {told}\n" if told else "\n"),
            ]  # fmt: skip
        return pieces

    def json(self) -> Any:
        """Return one object a line."""
        from rvemu.debug.trace import columns

        keys = ("cycle", "hart", "mode", "pc", "symbol", "what", "wrote")
        return [dict(zip(keys, columns(item, self.names), strict=True)) for item in self.items]


# ---- profile and coverage


def _written(path: str, text: str) -> Answer:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {(error.strerror or '').lower()} (a file that can be written)") from error
    return Text.of(f"Wrote {path}.", data={"file": path})


def _counting(session: Session, on: bool, what: str) -> Answer:
    """Begin to count, or stop; what was counted stays to be looked at."""
    if on or _profiled.get(session.machine):
        session.machine.profile(on)
        _profiled[session.machine] = on
    return Text.of(f"The {what} {'begins from nothing' if on else 'is off'}.", data={"on": on})


def end_profile(session: Session, what: str) -> None:
    """Drop what was counted, for a command that counts for itself; refuse it while a profile is on."""
    if _profiled.get(session.machine):
        raise CommandError(f"{what}: it would end the profile that is on (profile off)")
    _profiled.pop(session.machine, None)


def _counted(session: Session, what: str) -> None:
    if session.machine not in _profiled:
        raise CommandError(f"{what}: nothing was counted ({what} on)")


@command(
    "profile", group="trace",
    examples=("profile on", "profile report 10", "profile flame out.svg", "profile save out.folded", "profile off"),
)  # fmt: skip
def profile(
    session: Session, what: Annotated[str, choice("on", "off", "report", "flame", "save")] = "report",
    argument: Annotated[str, Kind("[N|FILE]", lambda session, text: text)] = "",
) -> Answer:  # fmt: skip
    """Count instructions exactly: report by function and by call path, flame as an SVG file, save as folded stacks.

    Self counts the instructions of a function's own code, total those from its entry to its return. The machine runs
    some 1.5 times slower while it is on. Coverage is counted with it: on of either begins both anew.
    """
    from rvemu.debug.flame import flame_graph
    from rvemu.debug.profile import Profile

    if what in ("on", "off"):
        return _counting(session, what == "on", "profile")
    _counted(session, "profile")
    if what == "report":
        return _report(Profile.of(session.machine, _names(session)), session.evaluate(argument) if argument else _SHOWN)
    if not argument:
        raise CommandError(f"profile {what}: a file is missing (profile {what} FILE)")
    found = Profile.of(session.machine, _names(session))
    return _written(argument, flame_graph(found.root) if what == "flame" else found.folded())


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.1f}" if whole else "0.0"


def _report(found: Any, count: int) -> Answer:
    whole = found.instructions
    flat = Table(
        ("self", "%", "total", "% ", "function"),
        [(each.own, _share(each.own, whole), each.inclusive, _share(each.inclusive, found.root.total), each.name)
         for each in found.functions()[:count]],
        right=frozenset({"self", "%", "total", "% "}), styles={"function": "class:symbol"}, empty="nothing ran",
    )  # fmt: skip
    paths = Table(
        ("total", "%", "self", "call path"), _path_rows(found.root, count),
        right=frozenset({"total", "%", "self"}), styles={"call path": "class:symbol"},
        empty="nothing ran", note=f"{whole} instructions",
    )  # fmt: skip
    return Several([flat, Text([("", "\n")], ""), paths])


def _path_rows(root: Any, count: int) -> list[tuple[int, str, int, str]]:
    """Return the tree of call paths as far as it matters: `count` rows, no path of less than half a per cent."""
    rows: list[tuple[int, str, int, str]] = []
    stack = [(root, 0)]
    while stack and len(rows) < count:
        node, depth = stack.pop()
        rows.append((node.total, _share(node.total, root.total), node.own, "  " * min(depth, _TREE_DEPTH) + node.name))
        stack += [(child, depth + 1) for child in reversed(node.ordered()) if child.total >= root.total * _TREE_SHARE]
    return rows


@command(
    "coverage", group="trace",
    examples=("coverage on", "coverage report", "coverage report kernel.elf", "coverage save out.info", "coverage off"),
)  # fmt: skip
def coverage(
    session: Session, what: Annotated[str, choice("on", "off", "report", "save")] = "report",
    *words: Annotated[str, Kind("FILE", lambda session, text: text)],
) -> Answer:  # fmt: skip
    """Count the source lines of a guest program that are executed: report shows them, save writes lcov's format.

    `coverage report [ELF]`, `coverage save FILE.info [ELF]`; without an ELF file, the kernel is meant. It needs
    debug information (-g) and no instrumentation; genhtml makes pages of FILE.info. A profile is counted with it.
    """
    if what in ("on", "off"):
        return _counting(session, what == "on", "coverage")
    _counted(session, "coverage")
    if what == "save" and not words:
        raise CommandError("coverage save: a file is missing (coverage save out.info)")
    found = _coverage(session.machine, words[1 if what == "save" else 0 :])
    if what == "save":
        return _written(words[0], found.lcov())
    rows = [
        (file.lines_hit, len(file.lines), _share(file.lines_hit, len(file.lines)), file.functions_hit,
         len(file.functions), path)
        for path, file in sorted(found.files.items())
    ]  # fmt: skip
    return Table(("lines", "of", "%", "functions", "of ", "file"), rows,
                 right=frozenset({"lines", "of", "%", "functions", "of "}), empty="no lines")


def _coverage(machine: Machine, images: Sequence[str]) -> Any:
    from rvemu.debug.coverage import Coverage

    path = images[0] if images else machine.config.kernel or machine.config.bios
    if path is None or path in ("none", "default"):
        raise CommandError("coverage: no ELF file is loaded (coverage report ELF)")
    return Coverage.of(machine, path)
