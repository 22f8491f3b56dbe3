"""DWARF of guests: which source line an instruction is of, how frames are unwound, where members of structures are.

Source: DWARF 5, "Line Number Information", "Call Frame Information"; pyelftools reads it, when first asked.
"""

from __future__ import annotations

import os.path
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rvemu.boot.elf import blaming
from rvemu.debug import cache
from rvemu.errors import LoadError

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

_SHF_ALLOC, _SHF_EXECINSTR = 2, 4
_WORTH_KEEPING = 20_000
_LINE_SECTIONS = (".debug_line", ".debug_line_str", ".debug_str", ".debug_abbrev")
_FRAME_LIMIT = 16 << 20
"""Larger .debug_frame sections are left alone: pyelftools would take minutes."""


@dataclass(frozen=True)
class LineSpan:
    """Instructions one after another that are of one line.

    Attributes:
        first, end: addresses of the first one, and behind the last one.
        statement: whether a statement begins with the first one.
    """

    file: str
    line: int
    first: int
    end: int
    statement: bool

    @property
    def place(self) -> tuple[str, int]:
        """File and line."""
        return self.file, self.line

    def moved(self, distance: int) -> LineSpan:
        """Return the same so much further on."""
        return replace(self, first=self.first + distance, end=self.end + distance) if distance else self


@dataclass
class Lines:
    """A line table: rows by address.

    Attributes:
        lines: 0 where a sequence of instructions ends.
        starts: 1 where a statement begins.
    """

    addresses: array[int] = field(default_factory=lambda: array("Q"))
    files: array[int] = field(default_factory=lambda: array("L"))
    lines: array[int] = field(default_factory=lambda: array("L"))
    starts: bytearray = field(default_factory=bytearray)
    names: list[str] = field(default_factory=list)

    def at(self, address: int) -> tuple[str, int] | None:
        """Return file and line of the instruction at an address."""
        place = bisect_right(self.addresses, address) - 1 if address >= 0 else -1
        if place < 0 or not self.lines[place]:
            return None
        return self.names[self.files[place]], self.lines[place]

    def span(self, address: int) -> LineSpan | None:
        """Return the instructions around an address that are of one line."""
        place = bisect_right(self.addresses, address) - 1 if address >= 0 else -1
        if place < 0 or not self.lines[place]:
            return None
        line = self.files[place], self.lines[place]
        first, behind = place, place + 1
        while first and (self.files[first - 1], self.lines[first - 1]) == line:
            first -= 1
        while behind < len(self.lines) and (self.files[behind], self.lines[behind]) == line:
            behind += 1
        end = self.addresses[behind] if behind < len(self.lines) else address + 1
        begin = self.addresses[first]
        starts = any(self.starts[row] for row in range(first, behind) if self.addresses[row] == begin)
        return LineSpan(self.names[line[0]], line[1], begin, end, starts)

    def matching(self, file: str) -> set[int]:
        """Return the numbers of the files of this name, which may be the end of a path."""
        wanted = os.path.normpath(file)
        return {
            number for number, name in enumerate(self.names) if name == wanted or name.endswith("/" + wanted)
        }

    def find(self, file: str, line: int) -> list[int]:
        """Return the addresses at which statements of a line begin; where it has none, those of the next line."""
        wanted = self.matching(file)
        rows = [
            (self.lines[place], self.addresses[place])
            for place, number in enumerate(self.files)
            if number in wanted and self.starts[place] and self.lines[place] >= line
        ]
        first = min((found for found, _ in rows), default=0)
        return sorted({address for found, address in rows if found == first})

    def packed(self) -> bytes:
        """Return it as bytes for the cache."""
        arrays = b"".join(each.tobytes() for each in (self.addresses, self.files, self.lines))
        return struct.pack("<Q", len(self.lines)) + arrays + bytes(self.starts) + "\0".join(self.names).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Lines:
        """Return what `packed` made; the cache has checked that it is whole."""
        (count,) = struct.unpack_from("<Q", data)
        at, arrays = 8, []
        for kind in ("Q", "L", "L"):
            size = count * array(kind).itemsize
            arrays.append(array(kind, data[at : at + size]))
            at += size
        addresses, files, lines = arrays
        return cls(addresses, files, lines, bytearray(data[at : at + count]), data[at + count :].decode().split("\0"))


@dataclass(frozen=True)
class Row:
    """How to find the caller's registers at an instruction.

    Attributes:
        cfa: (register, offset) of the canonical frame address.
        saved: offset from it of each register that is saved; None where its value is lost.
    """

    cfa: tuple[int, int]
    saved: dict[int, int | None]


class Dwarf:
    """The debug information of an ELF file; damaged parts of it count as missing.

    Attributes:
        name: what errors call the file.
        problem: what was wrong with it, "" for nothing so far.
    """

    def __init__(self, elf: ELFFile, name: str) -> None:
        self._elf, self.name, self.problem = elf, name, ""

    def _section(self, name: str) -> bytes:
        section = self._elf.get_section_by_name(name)
        return b"" if section is None else bytes(section.data())

    @cached_property
    def _info(self) -> Any:
        return self._elf.get_dwarf_info(relocate_dwarf_sections=False) if self._elf.has_dwarf_info() else None

    @cached_property
    def lines(self) -> Lines:
        """Its line table."""
        try:
            with blaming(self.name):
                return self._read_lines()
        except (LoadError, KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
            self.problem = str(error)
            return Lines()

    def _read_lines(self) -> Lines:
        sections = [self._section(name) for name in _LINE_SECTIONS]
        large = len(sections[0]) > _WORTH_KEEPING * 4
        key = cache.digest(*sections) if large else b""
        kept = cache.recall("lines", key) if large else None
        if kept is not None:
            return Lines.unpacked(kept)
        lines = _Reader(self._elf).read(self._info) if sections[0] and self._info is not None else Lines()
        if large:
            cache.keep("lines", key, lines.packed())
        return lines

    @cached_property
    def _frames(self) -> list[tuple[int, int, Any]]:
        """(first address, address behind the last, FDE) by address."""
        try:
            with blaming(self.name):
                return sorted(self._read_frames(), key=lambda each: each[:2])
        except (LoadError, KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
            self.problem = str(error)
            return []

    def _read_frames(self) -> Iterator[tuple[int, int, Any]]:
        from elftools.dwarf.callframe import FDE

        sized = [self._elf.get_section_by_name(name) for name in (".debug_frame", ".eh_frame")]
        if not any(sized) or sum(section["sh_size"] for section in sized if section) > _FRAME_LIMIT:
            return
        info = self._elf.get_dwarf_info(relocate_dwarf_sections=False)
        entries = (info.CFI_entries() if info.has_CFI() else []) + (info.EH_CFI_entries() if info.has_EH_CFI() else [])
        for entry in entries:
            if isinstance(entry, FDE):
                start = entry["initial_location"]
                yield start, start + entry["address_range"], entry

    def frame_row(self, address: int) -> Row | None:
        """Return how to unwind at an address of the file; None where nothing is said of it, or not simply."""
        place = bisect_right(self._frames, address, key=lambda each: each[0]) - 1
        if place < 0 or address >= self._frames[place][1]:
            return None
        try:
            with blaming(self.name):
                rows = [row for row in self._frames[place][2].get_decoded().table if row["pc"] <= address]
        except (LoadError, KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
            self.problem = str(error)
            return None
        return _row(rows[-1]) if rows else None

    @cached_property
    def _members(self) -> dict[str, tuple[int, dict[str, int]]]:
        """Size and members' offsets of each structure that has a name."""
        found: dict[str, tuple[int, dict[str, int]]] = {}
        if self._info is None:
            return found
        for unit in self._info.iter_CUs():
            for entry in unit.get_top_DIE().iter_children():
                if entry.tag != "DW_TAG_structure_type" or "DW_AT_byte_size" not in entry.attributes:
                    continue
                name = entry.attributes.get("DW_AT_name")
                if name is None or name.value.decode() in found:
                    continue
                members = {
                    member.attributes["DW_AT_name"].value.decode(): _offset(
                        member.attributes["DW_AT_data_member_location"].value
                    )
                    for member in entry.iter_children()
                    if {"DW_AT_name", "DW_AT_data_member_location"} <= member.attributes.keys()
                }
                found[name.value.decode()] = entry.attributes["DW_AT_byte_size"].value, members
        return found

    def structure(self, name: str) -> tuple[int, dict[str, int]] | None:
        """Return the size of a C structure and the offsets of its members; None where there is none."""
        try:
            with blaming(self.name):
                return self._members.get(name)
        except (LoadError, KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
            self.problem = str(error)
            return None


def _offset(location: int | list[int]) -> int:
    """Return the offset of a member: a number, or DW_OP_plus_uconst with one in LEB128."""
    if isinstance(location, int):
        return location
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(location[1:]))


def _row(decoded: dict[Any, Any]) -> Row | None:
    """Return a decoded row where it uses nothing but offsets from registers."""
    cfa = decoded["cfa"]
    if cfa.expr is not None:
        return None
    saved: dict[int, int | None] = {}
    for register, rule in decoded.items():
        if not isinstance(register, int) or register >= 32:
            continue
        if rule.type == "OFFSET":
            saved[register] = rule.arg
        elif rule.type == "UNDEFINED":
            saved[register] = None
        elif rule.type != "SAME_VALUE":
            return None
    return Row((cfa.reg, cfa.offset), saved)


class _Reader:
    """Makes one table of all line programs."""

    def __init__(self, elf: ELFFile) -> None:
        code = _SHF_ALLOC | _SHF_EXECINSTR
        self._code = sorted(
            (section["sh_addr"], section["sh_addr"] + section["sh_size"])
            for section in elf.iter_sections()
            if section["sh_flags"] & code == code
        )
        self._numbers: dict[str, int] = {}

    def read(self, info: Any) -> Lines:
        sequences: list[list[tuple[int, int, int, bool]]] = []
        seen: set[int] = set()
        for unit in info.iter_CUs():
            top = unit.get_top_DIE()
            offset = top.attributes.get("DW_AT_stmt_list")
            if offset is None or offset.value in seen:
                continue
            seen.add(offset.value)
            program = info.line_program_for_CU(unit)
            folder = top.attributes.get("DW_AT_comp_dir")
            base = folder.value.decode(errors="replace") if folder else ""
            sequences += self._sequences(program, self._files(program, base))
        lines = Lines(names=list(self._numbers))
        # A stable sort leaves rows of one address in their order, but for those that end a sequence.
        for address, number, line, starts in sorted(
            (row for sequence in sequences for row in sequence), key=lambda row: (row[0], row[2] != 0)
        ):
            lines.addresses.append(address)
            lines.files.append(number)
            lines.lines.append(line)
            lines.starts.append(starts and line != 0)
        return lines

    def _files(self, program: Any, base: str) -> list[int]:
        """Return our number of each file of a line program, by its number there."""
        new = program["version"] >= 5
        folders = [_text(folder) for folder in program["include_directory"]]
        if not new:
            folders.insert(0, base)
        numbers = [] if new else [self._number("?")]
        for entry in program["file_entry"]:
            index = entry.dir_index
            folder = folders[index] if index < len(folders) else ""
            numbers.append(self._number(os.path.normpath(os.path.join(base, folder, _text(entry.name)))))
        return numbers

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def _sequences(self, program: Any, files: list[int]) -> Iterator[list[tuple[int, int, int, bool]]]:
        """Yield rows of (address, file, line, statement), one list a sequence, of those in the file's code.

        A linker leaves the sequences of what it has dropped at address 0 or 1.
        """
        rows: list[tuple[int, int, int, bool]] = []
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            number = files[state.file] if state.file < len(files) else self._number("?")
            rows.append((state.address, number, 0 if state.end_sequence else state.line, bool(state.is_stmt)))
            if state.end_sequence:
                if self._in_code(rows[0][0]):
                    yield rows
                rows = []

    def _in_code(self, address: int) -> bool:
        place = bisect_left(self._code, (address + 1,)) - 1
        return place >= 0 and address < self._code[place][1]


def _text(name: bytes | str) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name
