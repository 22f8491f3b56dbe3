"""Commands that show code: disassembly, source text, symbols."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from rvemu.debug.spaces import Image, Location, Space
from rvemu.debug.unwind import Frame, backtrace
from rvemu.isa.decode import decode, length
from rvemu.isa.disasm import disassemble, expand
from rvemu.isa.modes import MODE_NAMES
from rvemu.monitor import inlined
from rvemu.monitor.answers import Answer, Fragments, Table, Text
from rvemu.monitor.commands.settings import File
from rvemu.monitor.registry import CommandError, Count, Expression, Kind, Rest, command
from rvemu.monitor.session import Session
from rvemu.points import Breakpoint

DIS_COUNT, LIST_COUNT, SYMBOL_COUNT, FRAME_COUNT = 10, 10, 200, 50
_JUMPS = ("jal", "beq", "bne", "blt", "bge", "bltu", "bgeu")
_HALFWORD = 2
_FILE_LINE = re.compile(r"[^\s:]+:[0-9]+")


def place_words(session: Session, typed: str) -> Sequence[str]:
    """Return the names that a place may begin with."""
    return session.names(typed)


def _parse_place(session: Session, text: str) -> int:
    if _FILE_LINE.fullmatch(text):
        return session.symbols.resolve(text, session.hart_number)
    return session.evaluate(text.removeprefix("*"))


Place = Annotated[int, Kind("PLACE", _parse_place, place_words)]
"""An address: an expression, or FILE:LINE."""


# Disassembly


@dataclass(frozen=True)
class Instruction:
    """A line of a disassembly.

    Attributes:
        size: bytes.
        location: the symbol that it is in.
        target: where a jump or branch goes, and `target_symbol` the symbol there.
        current: whether pc is here.
        breakpoint: whether there is a breakpoint.
    """

    va: int
    word: int
    size: int
    text: str
    location: Location | None
    target: int | None
    target_symbol: str
    current: bool
    breakpoint: bool


def instructions(session: Session, va: int) -> Iterator[Instruction]:
    """Yield the instructions from an address on, as the current hart sees them, to the end of what is mapped."""
    hart, number = session.hart, session.hart_number
    stops = {point.pc for point in session.machine.points if isinstance(point, Breakpoint) and point.enabled}
    va &= ~1
    while (halfword := session.read(va, _HALFWORD)) is not None:
        size = length(int.from_bytes(halfword, "little"))
        size = size if size in (2, 4) else 2
        data = session.read(va, size)
        if data is None:
            return
        word = int.from_bytes(data, "little")
        target = _target(word, va)
        yield Instruction(
            va, word, size, disassemble(word, va), session.symbols.at(va, number), target,
            "" if target is None else session.symbols.describe(target, number), va == hart.pc, va in stops,
        )  # fmt: skip
        va = va + size & (1 << 64) - 1


def _target(word: int, va: int) -> int | None:
    decoded = decode(word)
    if decoded is None:
        return None
    base = expand(decoded)
    if base.insn.name not in _JUMPS:
        return None
    return va + base.operands["imm"] & (1 << 64) - 1


@dataclass
class Disassembly:
    """Lines of disassembly, under the names of the functions that they are of."""

    lines: list[Instruction]

    def fragments(self, width: int) -> Fragments:
        """Return a line an instruction: `=>` marks pc, `*` a breakpoint."""
        pieces: Fragments = []
        name = None
        for line in self.lines:
            location = line.location
            if location is not None and location.name != name:
                name = location.name
                pieces.append(("class:symbol", f"{name}:\n"))
            pieces += self._line(line)
        return pieces

    def _line(self, line: Instruction) -> Fragments:
        mnemonic, _, operands = line.text.partition("\t")
        marks = ("=>" if line.current else "  ") + ("*" if line.breakpoint else " ")
        beyond = f"+{line.location.offset:#x}" if line.location is not None else ""
        pieces: Fragments = [
            ("class:changed" if line.current else "class:error", marks + " "), ("class:address", f"{line.va:#010x} "),
            ("class:symbol", f"{beyond:<7}"), ("class:comment", f"{line.word:0{2 * line.size}x}".ljust(9)),
            ("class:mnemonic", f"{mnemonic:<7} " if operands else mnemonic),
        ]  # fmt: skip
        pieces += _operands(operands)
        if line.target_symbol:
            pieces.append(("class:symbol", f" <{_target_within(line)}>"))
        return [*pieces, ("", "\n")]

    def json(self) -> Any:
        """Return one object an instruction."""
        return [
            {
                "address": line.va, "word": line.word, "size": line.size, "text": line.text.replace("\t", " "),
                "symbol": "" if line.location is None else str(line.location), "target": line.target,
                "target_symbol": line.target_symbol, "pc": line.current, "breakpoint": line.breakpoint,
            }
            for line in self.lines
        ]  # fmt: skip


def _target_within(line: Instruction) -> str:
    """Return the symbol that a jump goes to; +0x10 where that is in the same function."""
    name, plus, beyond = line.target_symbol.partition("+")
    return plus + beyond if plus and line.location is not None and line.location.name == name else line.target_symbol


def _operands(text: str) -> Fragments:
    """Return operands with numbers and registers apart."""
    words = re.split(r"([^\w-]+)", text)
    return [(_operand_style(word), word) for word in words if word]


def _operand_style(word: str) -> str:
    if re.fullmatch(r"-?(0x)?[0-9a-f]*[0-9][0-9a-f]*", word) and not re.fullmatch(r"[afst][0-9]+", word):
        return "class:number"
    return "class:register" if word[0].isalnum() else ""


@command(
    "dis", group="code", aliases=("disassemble", "disas", "nearpc"),
    examples=("dis", "dis main 20", "dis trap.c:40", "dis pc+16"),
)
def dis(session: Session, place: Place | None = None, count: Count = DIS_COUNT) -> Answer:
    """Disassemble so many instructions from a place on; without one, from pc.

    `=>` marks pc, `*` a breakpoint; behind a jump stands the symbol that it goes to. The place is a symbol, an
    expression, or FILE:LINE.
    """
    va = session.hart.pc if place is None else place
    lines = list(islice(instructions(session, va), count))
    if not lines and count:
        raise CommandError(f"dis: no memory is mapped at {va:#x} for hart {session.hart_number} (`walk` tells why)")
    return Disassembly(lines)


# Source text


@dataclass
class Source:
    """Lines of a source file.

    Attributes:
        current: the line of pc, where it is in this file.
        lines: (number, text).
    """

    file: str
    lines: list[tuple[int, str]]
    current: int | None

    def fragments(self, width: int) -> Fragments:
        """Return the lines with their numbers; `=>` marks that of pc."""
        pieces: Fragments = [("class:note", self.file + "\n")]
        for number, text in self.lines:
            here = number == self.current
            pieces += [("class:changed", "=> " if here else "   "), ("class:number", f"{number:5} "),
                       ("class:heading" if here else "", text.expandtabs(8) + "\n")]  # fmt: skip
        return pieces

    def json(self) -> Any:
        """Return file, lines and the current one."""
        lines = [{"line": number, "text": text} for number, text in self.lines]
        return {"file": self.file, "current": self.current, "lines": lines}


@command("list", group="code", aliases=("l",), examples=("list", "list main", "list trap.c:40", "list 0x80000000"))
def list_source(session: Session, place: Rest = "") -> Answer:
    """Show the source text around a symbol, FILE:LINE or address; without one, around pc.

    Source files are read where the compiler found them; `directory` names other folders.
    """
    symbols, number = session.symbols, session.hart_number
    here = inlined.line(session)
    if _FILE_LINE.fullmatch(place):
        name, _, line = place.rpartition(":")
        file, wanted = _source_named(session, name), int(line)
    else:
        va = session.evaluate(place.removeprefix("*")) if place else session.hart.pc
        found = symbols.line(va, number) if place else here
        if found is None:
            where = symbols.describe(va, number) or f"{va:#x}"
            raise CommandError(f"list: no source line is known of {where} (an ELF file compiled with -g)")
        file, wanted = found
    return _around(session, file, wanted, here[1] if here is not None and here[0] == file else None)


def _source_named(session: Session, name: str) -> str:
    for image in session.symbols.images:
        lines = image.table.lines_of(name)
        for number in sorted(lines.matching(name)):
            return lines.names[number]
    raise CommandError(f"{name}: no such source file (one of a program compiled with -g)")


def _around(session: Session, file: str, wanted: int, current: int | None) -> Source:
    text = session.symbols.sources.lines(file)
    if not text:
        raise CommandError(f"{file}: the file is not there; line {wanted} is meant (`directory FOLDER` tells where)")
    if not 1 <= wanted <= len(text):
        raise CommandError(f"{file}: no line {wanted} (1 to {len(text)})")
    first = max(1, min(wanted - LIST_COUNT // 2, len(text) - LIST_COUNT + 1))
    chosen = [(number, text[number - 1]) for number in range(first, min(first + LIST_COUNT, len(text) + 1))]
    return Source(file, chosen, current)


@command("directory", group="code", aliases=("dir",), examples=("directory ../xv6", "directory"))
def directory(session: Session, folder: Rest = "") -> Answer:
    """Look for source files in a folder as well; without one, in none but where the compiler found them."""
    if folder:
        session.symbols.sources.add(folder)
    else:
        session.symbols.sources.clear()
    folders = session.symbols.sources.folders
    return Text.of("Source files: " + ", ".join([*folders, "where the compiler found them"]), data=folders)


# Symbols


@command(
    "add-symbols", group="code", aliases=("add-symbol-file", "symbol-file", "file"),
    examples=("add-symbols user/_sh user sh", "add-symbols System.map kernel", "add-symbols mod.elf any 0x1000"),
)
def add_symbols(session: Session, file: File, space: Rest = "") -> Answer:
    """Read the symbols of an ELF file, System.map or /proc/kallsyms, for an address space.

    The space is `kernel` (S-mode), `machine` (M-mode), `user NAME` (told from other programs by the code in memory),
    `satp VALUE`, or `any`, which is meant without one. An offset at the end moves all addresses.
    """
    offset, words = 0, space.split()
    if words and re.fullmatch(r"-?0x[0-9a-fA-F]+|-?[0-9]+", words[-1]) and words[:-1] != ["satp"]:
        offset = int(words.pop(), 0)
    image = session.symbols.add(file, Space.parse(" ".join(words) or "any"), offset)
    return Text.of(f"{image.name}: {len(image.table)} symbols, for {image.space}", data=_image_row(image))


def _image_row(image: Image) -> dict[str, Any]:
    return {
        "file": image.name, "space": str(image.space), "offset": image.table.offset, "symbols": len(image.table),
    }  # fmt: skip


@command("symbols", group="code", aliases=("images",), examples=("symbols", "symbols uart", "symbols '*_init'"))
def symbols(session: Session, pattern: Rest = "") -> Answer:
    """List the symbols that have a text in their name, or match a pattern with * and ?; without one, the files."""
    if not pattern:
        rows = [_image_row(image) for image in session.symbols.images]
        columns = ("file", "space", "offset", "symbols")
        shown = [[f"{row[name]:#x}" if name == "offset" else row[name] for name in columns] for row in rows]
        return Table(columns, shown, frozenset({"symbols", "offset"}), empty="no symbols (`add-symbols FILE`)")
    pattern = pattern.strip("'\"")
    wanted = pattern if re.search(r"[*?\[]", pattern) else f"*{pattern}*"
    matches = re.compile(fnmatch.translate(wanted))
    found = sorted({
        (symbol.address, symbol.name, symbol.size, image.space)
        for image in session.symbols.images for symbol in image.table if matches.match(symbol.name)
    }, key=lambda row: row[:3])  # fmt: skip
    note = f"{len(found) - SYMBOL_COUNT} more" if len(found) > SYMBOL_COUNT else ""
    rows_shown = [(f"{address:#x}", size, name, str(space)) for address, name, size, space in found[:SYMBOL_COUNT]]
    return Table(("address", "size", "name", "space"), rows_shown, frozenset({"size", "address"}),
                 {"address": "class:address", "name": "class:symbol"}, note, f"no symbol like {pattern}")  # fmt: skip


@command("info-symbol", group="code", aliases=("symbol", "sym"), examples=("info-symbol ra", "sym 0x80000010"))
def info_symbol(session: Session, expression: Expression) -> Answer:
    """Name the symbol that an address is in, and its file."""
    address = session.evaluate(expression)
    found = session.symbols.at(address, session.hart_number)
    if found is None:
        return Text.of(f"{address:#x}: in no symbol", "class:note", data=None)
    data = {
        "address": address, "name": found.name, "offset": found.offset, "size": found.size, "file": found.image.name,
        "space": str(found.image.space),
    }  # fmt: skip
    return Text([
        ("class:address", f"{address:#x}"), ("", " is "), ("class:symbol", str(found)),
        ("", f", {found.size} bytes, of {found.image.name} ({found.image.space})\n"),
    ], data)  # fmt: skip


@command("info-address", group="code", examples=("info-address main",))
def info_address(session: Session, name: Annotated[str, Kind("SYMBOL", lambda session, text: text, place_words)]
                 ) -> Answer:  # fmt: skip
    """Show the address of a symbol, in each file that has it; the one that is meant here first."""
    found = session.symbols.finds(name, session.hart_number)
    if not found:
        raise CommandError(f"{name}: no such symbol (`symbols {name[:4]}` lists the like)")
    rows = [(f"{value:#x}", name, image.name, str(image.space)) for value, image in found]
    styles = {"address": "class:address", "name": "class:symbol"}
    return Table(("address", "name", "file", "space"), rows, styles=styles)


@command("info-line", group="code", aliases=("line",), examples=("info-line", "line trap.c:40", "line ra"))
def info_line(session: Session, place: Rest = "") -> Answer:
    """Tell which line an address is of, or where the code of FILE:LINE or a symbol begins; without one, pc."""
    number = session.hart_number
    if _FILE_LINE.fullmatch(place):
        addresses: Iterable[int] = session.symbols.resolve_all(place, number)
    else:
        addresses = [session.evaluate(place.removeprefix("*")) if place else session.hart.pc]
    rows = []
    for va in addresses:
        line = session.symbols.line(va, number)
        shown = f"{line[0]}:{line[1]}" if line is not None else "unknown"
        rows.append((f"{va:#x}", session.symbols.describe(va, number), shown))
    return Table(("address", "symbol", "line"), rows, styles={"address": "class:address", "symbol": "class:symbol"})


# The stack


@dataclass
class Backtrace:
    """Frames, the innermost first."""

    frames: list[Frame]

    def fragments(self, width: int) -> Fragments:
        """Return a line a frame, and `<trap>` between a handler and what it interrupted."""
        pieces: Fragments = []
        for number, frame in enumerate(self.frames):
            if frame.how == "trap":
                pieces.append(("class:note", f"    <trap> from {MODE_NAMES[frame.view.priv]}-mode\n"))
            name = str(frame.location) if frame.location is not None else "??"
            pieces += [("class:number", f"#{number:<3}"), ("class:address", f"{frame.pc:#010x}"), ("", " in "),
                       ("class:symbol", name)]  # fmt: skip
            if frame.line is not None:
                pieces.append(("class:comment", f" at {_short(frame.line[0])}:{frame.line[1]}"))
            pieces.append(("", "\n"))
        return pieces

    def json(self) -> Any:
        """Return one object a frame."""
        return [
            {
                "pc": frame.pc, "sp": frame.sp, "mode": frame.view.priv, "how": frame.how,
                "symbol": "" if frame.location is None else str(frame.location),
                "file": None if frame.line is None else frame.line[0],
                "line": None if frame.line is None else frame.line[1],
            }
            for frame in self.frames
        ]  # fmt: skip


def _short(file: str) -> str:
    return "/".join(file.split("/")[-2:])


@command("bt", group="code", aliases=("backtrace", "where", "stack"), examples=("bt", "bt 5"))
def bt(session: Session, count: Count = FRAME_COUNT) -> Answer:
    """Show the functions that have been called and have not returned, the innermost first.

    Frames are told by DWARF, by the code of each function's beginning, or by frame pointers. `<trap>` stands where a
    trap came in between: from a kernel to the user program, or to the kernel code that an interrupt met.
    """
    return Backtrace(backtrace(session.machine, session.symbols, session.hart_number, count))
