"""Traces: instructions, calls, traps and changes of mode, filtered, into a ring in memory or a file.

    tracer = Tracer(machine, Filter(kinds=frozenset({"mem", "trap"}), harts=frozenset({0})), Ring())
    machine.run(1_000_000)
    tracer.stop()
    for item in tracer.sink.last(20):
        print(line(item, names))

Instructions come from `Machine.record`, the rest from catchpoints; a trace without instructions and calls slows nothing
down. A trap or an interrupt stands before the first instruction of its handler, and both have the same cycle.
"""

from __future__ import annotations

import atexit
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rvemu.debug.names import Names, describe
from rvemu.errors import ConfigError
from rvemu.isa.causes import INTERRUPT_BIT, Cause, cause_words
from rvemu.isa.csrs import CSRS
from rvemu.isa.disasm import disassemble
from rvemu.isa.modes import MODE_NAMES
from rvemu.isa.regs import F_NAMES, X_NAMES
from rvemu.points import Catchpoint, TrapTaken

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.machine import Machine

RETIRED = np.dtype([
    ("cycle", "<u8"), ("pc", "<u8"), ("value", "<u8"), ("address", "<u8"), ("data", "<u8"), ("csr_value", "<u8", 3),
    ("csr", "<u2", 3), ("hart", "<u2"), ("word", "<u4"), ("priv", "u1"), ("effects", "u1"), ("rd", "u1"),
    ("width", "u1"),
])  # fmt: skip
"""The core's struct Retired."""

EFFECT_X, EFFECT_F, EFFECT_LOAD, EFFECT_STORE, EFFECT_ZERO = 1, 2, 4, 8, 32
KINDS = ("insn", "mem", "csr", "call", "trap", "irq", "sbi", "priv")
RING_RECORDS = 100_000
_CSR_NAMES = {csr.number: csr.name for csr in CSRS}
_A0, _A6, _A7 = 10, 16, 17
_RECORDED = frozenset({"insn", "mem", "csr", "call"})
_ALL = frozenset(KINDS)
_SBI_BASE = 0x10

Records = Any
"""A numpy array of RETIRED."""


@dataclass(frozen=True)
class Filter:
    """What is traced; where a set is empty, everything is.

    Attributes:
        kinds: of KINDS. "insn" is every instruction, "mem" those that load or store, "csr" those that write a CSR,
            "sbi" the traps by ECALL from S-mode, "priv" every change of privilege mode.
        modes: that instructions run in, and traps come from: 0 U, 1 S, 3 M.
        ranges: (first, behind the last) of pc.
    """

    kinds: frozenset[str] = _ALL
    harts: frozenset[int] = frozenset()
    modes: frozenset[int] = frozenset()
    ranges: tuple[tuple[int, int], ...] = ()

    def select(self, records: Records) -> Records:
        """Return those of the records that are instructions to be traced."""
        keep = np.ones(len(records), dtype=bool)
        if "insn" not in self.kinds:
            keep &= self._accesses(records) | self._csr_writes(records)
        if self.harts:
            keep &= np.isin(records["hart"], list(self.harts))
        if self.modes:
            keep &= np.isin(records["priv"], list(self.modes))
        if self.ranges:
            pc = records["pc"]
            keep &= np.logical_or.reduce([(pc >= first) & (pc < end) for first, end in self.ranges])
        return records[keep]

    def _accesses(self, records: Records) -> Any:
        return "mem" in self.kinds and records["effects"] & (EFFECT_LOAD | EFFECT_STORE | EFFECT_ZERO) != 0

    def _csr_writes(self, records: Records) -> Any:
        return "csr" in self.kinds and records["csr"][:, 0] != 0

    def admits(self, event: Event) -> bool:
        """Tell whether an event is to be traced."""
        return (
            not self.kinds.isdisjoint(event.kinds)
            and (not self.harts or event.hart in self.harts)
            and (not self.modes or event.mode in self.modes)
            and (not self.ranges or any(first <= event.pc < end for first, end in self.ranges))
        )


@dataclass(frozen=True)
class Event:
    """Something besides an instruction.

    Attributes:
        kinds: what it counts as, the closest first.
        mode: the privilege mode before it; `to` is the one after.
        pc: the instruction that trapped, was interrupted, returned or called.
        target: where execution goes on.
        back: where a call or a trap comes back to.
        text: what happened.
        returns: whether it ends a call or a trap.
    """

    cycle: int
    kinds: tuple[str, ...]
    hart: int
    mode: int
    to: int
    pc: int
    target: int
    back: int
    text: str
    returns: bool = False


class Sink(Protocol):
    """Where a trace goes.

    Attributes:
        slices: whether it wants the end of each trap too.
    """

    slices: bool

    def take(self, records: Records, events: list[Event]) -> None:
        """Take what comes next, both in order."""

    def close(self) -> None:
        """Nothing more will come."""


def merged(records: Records, events: Iterable[Event]) -> Iterator[Any]:
    """Yield records and events by cycle; of one cycle the event first."""
    waiting = deque(events)
    for record in records:
        while waiting and waiting[0].cycle <= record["cycle"]:
            yield waiting.popleft()
        yield record
    yield from waiting


@dataclass
class Ring:
    """The latest part of a trace, in memory."""

    limit: int = RING_RECORDS
    slices: bool = False
    _chunks: deque[Records] = field(default_factory=deque)
    _count: int = 0
    _events: deque[Event] = field(default_factory=deque)

    def take(self, records: Records, events: list[Event]) -> None:
        """Keep these, and let older ones go."""
        if len(records):
            self._chunks.append(records[-self.limit :].copy())
            self._count += len(self._chunks[-1])
        while self._chunks and self._count - len(self._chunks[0]) >= self.limit:
            self._count -= len(self._chunks.popleft())
        self._events.extend(events)
        while len(self._events) > self.limit:
            self._events.popleft()

    def records(self) -> Records:
        """Return the instructions."""
        return np.concatenate(self._chunks)[-self.limit :] if self._chunks else np.empty(0, RETIRED)

    def last(self, count: int, what: Filter | None = None) -> list[Any]:
        """Return the last records and events, of those that a filter leaves."""
        what = what or Filter()
        records = what.select(self.records())[-self.limit :]
        events = [event for event in self._events if what.admits(event)]
        return list(merged(records[max(len(records) - count, 0) :], events[-count:]))[-count:] if count > 0 else []

    def close(self) -> None:
        """It stays."""


# ---- lines of text


@lru_cache(maxsize=1 << 16)
def _assembly(word: int, pc: int) -> str:
    return disassemble(word, pc).replace("\t", " ")


def effects(record: Any) -> str:
    """Return what an instruction wrote: `a0=0x1 [0x80001000]<-0x5 mstatus=0x8`."""
    done, width, parts = int(record["effects"]), int(record["width"]), []
    upper_value, upper_data, _ = (int(value) if width == 16 else 0 for value in record["csr_value"])
    if done & (EFFECT_X | EFFECT_F):
        names, rd = F_NAMES if done & EFFECT_F else X_NAMES, int(record["rd"])
        parts.append(f"{names[rd]}={int(record['value']):#x}")
        if width == 16:
            parts.append(f"{names[rd + 1]}={upper_value:#x}")
    if done & EFFECT_LOAD:
        parts.append(f"[{int(record['address']):#x}]")
    if done & EFFECT_STORE:
        stored = (upper_data << 64 | int(record["data"])) & (1 << 8 * width) - 1
        parts.append(f"[{int(record['address']):#x}]<-{stored:#x}")
    if done & EFFECT_ZERO:
        parts.append(f"[{int(record['address']):#x}]<-0 (64 bytes)")
    for number, value in zip(record["csr"], record["csr_value"], strict=True):
        if number:
            parts.append(f"{_CSR_NAMES.get(int(number), hex(number))}={int(value):#x}")
    return " ".join(parts)


def columns(item: Any, names: Names) -> tuple[int, int, str, int, str, str, str]:
    """Return cycle, hart, mode, pc, symbol, what, and what it wrote or meant."""
    if isinstance(item, Event):
        what = item.text if item.kinds[:1] == ("call",) else item.kinds[0] if item.kinds else "return"
        where = _symbol(names, item.pc, item.hart)
        return item.cycle, item.hart, MODE_NAMES[item.mode], item.pc, where, f"-- {what}", _told(item, names)
    pc, hart = int(item["pc"]), int(item["hart"])
    return (
        int(item["cycle"]), hart, MODE_NAMES[int(item["priv"])], pc, _symbol(names, pc, hart),
        _assembly(int(item["word"]), pc), effects(item),
    )  # fmt: skip


def _symbol(names: Names, pc: int, hart: int) -> str:
    return describe(names, pc, hart) if names.at(pc, hart) is not None else ""


def _told(event: Event, names: Names) -> str:
    if event.kinds[:1] == ("call",):
        return f"to {describe(names, event.target, event.hart)}"
    modes = f", {MODE_NAMES[event.mode]} -> {MODE_NAMES[event.to]}" if event.mode != event.to else ""
    return f"{event.text}{modes}, to {describe(names, event.target, event.hart)}"


def line(item: Any, names: Names) -> str:
    """Return a record or an event as a line of text."""
    cycle, hart, mode, pc, where, what, told = columns(item, names)
    return f"{cycle:>12} {hart} {mode} {pc:#018x} {where:<24} {what:<28} {told}".rstrip()


class TraceFile:
    """A file that a trace goes to."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._file = open(path, "w", encoding="utf-8")  # noqa: SIM115 (see close)
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> ConfigError:
        return ConfigError(f"{self._path}: {(error.strerror or '').lower()} (a file that can be written)")

    def write(self, text: str) -> None:
        """Write a text.

        Raises:
            ConfigError: the file takes no more.
        """
        try:
            self._file.write(text)
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            raise self._failure(error) from error


class TextFile(TraceFile):
    """A file with a line for each record and event."""

    slices = False

    def __init__(self, path: str, names: Names) -> None:
        super().__init__(path)
        self._names = names

    def take(self, records: Records, events: list[Event]) -> None:
        """Write their lines."""
        self.write("".join(line(item, self._names) + "\n" for item in merged(records, events)))


class SpikeFile:
    """A commit log as Spike writes it, of the instructions alone."""

    slices = False

    def __init__(self, path: str, machine: Machine) -> None:
        from rvemu.commitlog import CommitLog

        self._log = CommitLog(path, machine.isa)

    def take(self, records: Records, events: list[Event]) -> None:
        """Write the lines of the records."""
        if len(records):
            self._log.write(memoryview(records.tobytes()))

    def close(self) -> None:
        """Close the file."""
        self._log.close()


# ---- calls


def _links(numbers: Any) -> Any:
    return (numbers == 1) | (numbers == 5)


def _jumps(words: Any) -> tuple[Any, Any]:
    """Return which words are calls, and which are returns.

    Source: unprivileged manual, the hints on return-address stacks.
    """
    rd, rs1 = (words >> 7) & 31, (words >> 15) & 31
    jal, jalr = words & 0x7F == 0x6F, words & 0x707F == 0x67
    short = (words & 0xE07F == 0x8002) & (words < 1 << 16) & (rd != 0)    # C.JR and C.JALR, with rs1 in place of rd
    links = short & (words & 0x1000 != 0)
    calls = ((jal | jalr) & _links(rd)) | links
    returns = (jalr & _links(rs1) & (rs1 != rd)) | (short & ~links & _links(rd)) | (links & (rd == 5))
    return calls, returns


class _Calls:
    """Makes events of calls and returns; where one goes, the next instruction of its hart or a trap there tells."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Any, bool, bool]] = {}

    def take(self, records: Records, events: list[Event]) -> list[Event]:
        """Return the calls of all instructions, and the events, in order."""
        if not len(records):
            return events
        calls, returns = _jumps(records["word"])
        jumps = calls | returns
        harts = records["hart"]
        interesting = jumps.copy()
        for hart in np.unique(harts):
            places = np.flatnonzero(harts == hart)
            interesting[places[1:]] |= jumps[places[:-1]]
            interesting[places[0]] = True
        found: list[Event] = []
        chosen = np.flatnonzero(interesting)
        flags = {int(records[place]["cycle"]): (bool(calls[place]), bool(returns[place])) for place in chosen}
        for item in merged(records[chosen], events):
            if isinstance(item, Event):
                if not item.returns:
                    found += self._arrived(item.hart, item.pc)
                found.append(item)
                continue
            hart = int(item["hart"])
            found += self._arrived(hart, int(item["pc"]))
            call, back = flags[int(item["cycle"])]
            if call or back:
                self._waiting[hart] = (item.copy(), call, back)
        return found

    def _arrived(self, hart: int, target: int) -> Iterator[Event]:
        if hart not in self._waiting:
            return
        record, call, back = self._waiting.pop(hart)
        cycle, pc, mode = int(record["cycle"]) + 1, int(record["pc"]), int(record["priv"])
        behind = pc + (4 if int(record["word"]) & 3 == 3 else 2)
        if back:
            yield Event(cycle, ("call",), hart, mode, mode, pc, target, 0, "return", returns=True)
        if call:
            yield Event(cycle, ("call",), hart, mode, mode, pc, target, behind, "call")


# ---- the tracer


def _sbi_text(hart: HartView) -> str:
    """Name the extension by the letters that its number is made of, and show function and arguments."""
    number = hart.x[_A7]
    letters = number.to_bytes(8, "big").lstrip(b"\0")
    name = letters.decode("ascii") if letters.isalpha() and letters.isascii() else f"{number:#x}"
    name = "BASE" if number == _SBI_BASE else name
    arguments = ", ".join(f"{hart.x[_A0 + k]:#x}" for k in range(3))
    return f"{name} function {hart.x[_A6]} ({arguments})"


class Tracer:
    """A trace being taken, from now until `stop`.

    Attributes:
        what: what is traced.
        sink: where it goes.
    """

    def __init__(self, machine: Machine, what: Filter, sink: Sink) -> None:
        """Begin.

        Raises:
            ConfigError: instructions are asked for, and somebody records them already.
        """
        self.what, self.sink = what, sink
        self._machine: Machine = weakref.proxy(machine)
        self._calls = _Calls() if "call" in what.kinds else None
        self._pending: list[Event] = []
        self._modes = {hart.id: hart.priv for hart in machine.harts}
        self._records = not what.kinds.isdisjoint(_RECORDED)
        self._points: list[Catchpoint] = []
        if self._records:
            if machine.recorder is not None:
                raise ConfigError("trace: the instructions are recorded already (one trace or commit log at a time)")
            machine.record(self._retired)
        if what.kinds - {"insn", "mem", "csr"}:
            self._points = [Catchpoint(kind="trap", call=self._trapped), Catchpoint(kind="return", call=self._returned)]
            for point in self._points:
                machine.points.add(point)
        self._on = True
        atexit.register(self._finish)

    def stop(self) -> None:
        """End the trace, and close the file that it goes to."""
        if not self._on:
            return
        self._on = False
        atexit.unregister(self._finish)
        if self._records:
            self._machine.record(None)
        for point in self._points:
            self._machine.points.remove(point)
        self._finish()

    def _finish(self) -> None:
        self.flush()
        self.sink.close()

    @property
    def on(self) -> bool:
        """Whether it goes on."""
        return self._on

    def flush(self) -> None:
        """Hand over the events that no instruction has followed yet."""
        self._hand_over(np.empty(0, RETIRED))

    def _retired(self, records: memoryview) -> None:
        self._hand_over(np.frombuffer(records, RETIRED))

    def _hand_over(self, records: Records) -> None:
        events, self._pending = self._pending, []
        if self._calls is not None:
            events = self._calls.take(records, events)
        wanted = [event for event in events if self.what.admits(event) or (event.returns and self.sink.slices)]
        instructions = self.what.kinds & {"insn", "mem", "csr"}
        self.sink.take(self.what.select(records) if instructions else records[:0], wanted)

    def _event(self, event: Event) -> None:
        self._modes[event.hart] = event.to
        self._pending.append(event)
        if not self._records and len(self._pending) >= 1000:
            self.flush()

    def _trapped(self, trap: TrapTaken) -> None:
        hart = self._machine.harts[trap.hart]
        text = cause_words(trap.cause | INTERRUPT_BIT * trap.interrupt).replace("environment call", "ecall")
        kinds: tuple[str, ...] = ("irq" if trap.interrupt else "trap",)
        if not trap.interrupt and trap.cause == Cause.ENVIRONMENT_CALL_FROM_S_MODE:
            text, kinds = _sbi_text(hart), ("sbi", "trap")
        elif trap.tval:
            text += f" at {trap.tval:#x}" if "fault" in text or "misaligned" in text else f" ({trap.tval:#x})"
        mode = self._modes[trap.hart]
        if mode != trap.to:
            kinds = (*kinds, "priv")
        self._event(
            Event(self._machine.cycle, kinds, trap.hart, mode, trap.to, trap.epc, hart.pc, trap.epc, text)
        )

    def _returned(self, hart: HartView) -> None:
        mode = self._modes[hart.id]
        text = "mret" if mode == 3 else "sret"
        kinds = ("priv",) if hart.priv != mode else ()
        self._event(
            Event(self._machine.cycle, kinds, hart.id, mode, hart.priv, hart.pc, hart.pc, 0, text, returns=True)
        )
