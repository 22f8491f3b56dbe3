"""`x` and `xp`: memory in gdb's formats, from one address to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from rvemu.isa.decode import length
from rvemu.memory import ADDRESSES
from rvemu.monitor.answers import Fragments
from rvemu.monitor.backwards import STRING_LIMIT, begin
from rvemu.monitor.formats import PER_LINE, Format, parse, remembered, string_text, value_text
from rvemu.monitor.lines import columns
from rvemu.monitor.peeking import read, string
from rvemu.monitor.registry import CommandError
from rvemu.monitor.render import instruction
from rvemu.monitor.session import Session

_STYLES = {"c": "class:string", "s": "class:string", "a": "class:address"}


@dataclass
class Place:
    """Where a session looked last, and how.

    Attributes:
        next: the address behind what x or xp has shown.
        dump: address behind what hexdump has shown, its size, and "--phys" or "".
    """

    format: Format = field(default_factory=Format)
    next: dict[str, int] = field(default_factory=dict)
    dump: tuple[int, int, str] | None = None


_PLACES: WeakKeyDictionary[Session, Place] = WeakKeyDictionary()


def place_of(session: Session) -> Place:
    """Return where a session looked last."""
    return _PLACES.setdefault(session, Place())


@dataclass
class Value:
    """A value in memory.

    Attributes:
        size: bytes that it takes.
        plain: for JSON.
    """

    address: int
    size: int
    pieces: Fragments
    plain: Any

    @property
    def width(self) -> int:
        """Columns that it takes."""
        return columns(self.pieces)


@dataclass
class Examined:
    """Values in memory, each line with its address and symbol.

    Attributes:
        error: why there are not as many as were asked for.
    """

    format: Format
    values: list[Value]
    describe: Callable[[int], str]
    pc: int | None = None
    error: str = ""

    def fragments(self, width: int) -> Fragments:
        """Return as many values in a line as gdb has, or as the width has room for."""
        pieces: Fragments = []
        head_width = max((columns(self._head(value.address)) for value in self.values), default=0)
        column = max((value.width for value in self.values), default=1)
        count = max(1, min(self._most(), (width - head_width - 1) // (column + 1)))
        for at in range(0, len(self.values), count):
            line = self.values[at : at + count]
            head = self._head(line[0].address)
            pieces += [*head, ("", " " * (head_width + 1 - columns(head)))]
            for number, value in enumerate(line):
                last = number == len(line) - 1
                pieces += [*value.pieces, ("", "\n" if last else " " * (column - value.width + 1))]
        return [*pieces, ("class:error", self.error + "\n")] if self.error else pieces

    def _most(self) -> int:
        return 1 if self.format.letter in "si" else PER_LINE[self.format.size]

    def _head(self, address: int) -> Fragments:
        marked = self.format.letter == "i"
        mark = "=> " if marked and address == self.pc else "   " if marked else ""
        pieces: Fragments = [("class:heading", mark)] if mark else []
        pieces.append(("class:address", f"{address:#x}"))
        if symbol := self.describe(address):
            pieces.append(("class:symbol", f" <{symbol}>"))
        return [*pieces, ("", ":")]

    def json(self) -> Any:
        """Return address, format and values."""
        return {
            "format": self.format.letter, "size": self.format.size, "error": self.error or None,
            "values": [{"address": value.address, "value": value.plain} for value in self.values],
        }  # fmt: skip


def examine(session: Session, command: str, form: str, text: str) -> Examined:
    """Return what `x` (or `xp`) shows; without an address it goes on behind what it showed last.

    Raises:
        CommandError: the format is none, or nothing can be read.
    """
    place = place_of(session)
    chosen = parse(form, place.format)
    device = text.endswith("--device")
    text = text.removesuffix("--device").strip()
    address = session.evaluate(text) if text else place.next.get(command, session.hart.pc)
    answer = look(session, chosen, address, command == "xp", device)
    if answer.values:
        last = answer.values[-1]
        place.format = remembered(chosen, place.format)
        place.next[command] = answer.values[0].address if chosen.back else (last.address + last.size) % ADDRESSES
        session.variables["_"] = last.address
        if isinstance(last.plain, int):
            session.variables["__"] = last.plain % ADDRESSES
    return answer


def look(
    session: Session, chosen: Format, address: int, physical: bool = False, device: bool = False
) -> Examined:
    """Return values of memory from an address on, without going on behind them later.

    Raises:
        CommandError: nothing can be read.
    """
    answer = Examined(chosen, [], no_symbol if physical else session.describe, session.hart.pc)
    end = address if chosen.back else None
    if chosen.back:
        address = begin(session, chosen, address, physical)
    try:
        for value in _values(session, chosen, address, physical, device):
            if value.address == end:
                break
            answer.values.append(value)
    except CommandError as error:
        if not answer.values:
            raise
        answer.error = str(error)
    return answer


def next_instruction(session: Session) -> Examined:
    """Return the instruction at the current hart's pc, without going on there later."""
    pc = session.hart.pc
    return Examined(Format(1, "i", 1), [_instruction(session, pc, False)], session.describe, pc)


def no_symbol(address: int) -> str:
    """Physical addresses have none."""
    return ""


def _values(session: Session, chosen: Format, address: int, physical: bool, device: bool) -> Iterator[Value]:
    make = {"s": _string, "i": _instruction}.get(chosen.letter)
    for _ in range(chosen.count):
        if make is None:
            value = _number(session, chosen, address, read(session, address, chosen.size, physical, device))
        else:
            value = make(session, address, physical)
        yield value
        address = (address + value.size) % ADDRESSES


def _number(session: Session, chosen: Format, address: int, data: bytes) -> Value:
    number = int.from_bytes(data, "little", signed=chosen.letter == "d")
    if chosen.letter == "a":
        pieces: Fragments = [("class:address", f"{number:#x}")]
        if symbol := session.describe(number):
            pieces.append(("class:symbol", f" <{symbol}>"))
        return Value(address, chosen.size, pieces, number)
    text = value_text(data, chosen.letter)
    style = _STYLES.get(chosen.letter, "class:number" if number else "class:zero")
    return Value(address, chosen.size, [(style, text)], text if chosen.letter in "cf" else number)


def _string(session: Session, address: int, physical: bool) -> Value:
    data, ended = string(session, address, STRING_LIMIT, physical)
    text = string_text(data)
    pieces: Fragments = [("class:string", text), *([] if ended else [("class:note", "...")])]
    return Value(address, len(data) + ended, pieces, data.decode("utf-8", "backslashreplace"))


def _instruction(session: Session, address: int, physical: bool) -> Value:
    data = read(session, address, 2, physical)
    if length(int.from_bytes(data, "little")) > 2:
        data += read(session, (address + 2) % ADDRESSES, 2, physical)
    word = int.from_bytes(data, "little")
    pieces = instruction(word, address, session.describe)
    return Value(address, len(data), pieces, "".join(text for _, text in pieces))
