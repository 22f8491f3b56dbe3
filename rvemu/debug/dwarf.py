"""DWARF of guests: which source line an instruction is of, how frames are unwound, where members of structures are.

Source: DWARF 5, "Line Number Information", "Call Frame Information"; pyelftools reads it, when first asked.
"""

from __future__ import annotations

import io
import os.path
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from rvemu.boot.elf import blaming
from rvemu.debug import cache
from rvemu.debug.inlines import Body, Inlines
from rvemu.debug.lineprograms import LinePrograms, LineRow
from rvemu.debug.objects import Part, member_offset, part_at, variables
from rvemu.errors import LoadError

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

_Read = TypeVar("_Read")

_SHF_ALLOC, _SHF_EXECINSTR = 2, 4
_WORTH_KEEPING = 20_000
_LINE_SECTIONS = (".debug_line", ".debug_line_str", ".debug_str", ".debug_abbrev")
_READ_WHOLE = 2 << 20
"""Bytes of .debug_line that are read as one."""

_FRAME_LIMIT = _INFO_LIMIT = 16 << 20
"""Larger .eh_frame and .debug_info sections are left alone: pyelftools would take minutes."""

_CIE = _DWARF64 = 0xFFFF_FFFF


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

    def _statement(self, address: int) -> int:
        """Return the row that an address is of, -1 for none: of several, the last with which a statement begins.

        GDB chooses so where it steps; addr2line, and `at`, take the last one.
        """
        last = row = bisect_right(self.addresses, address) - 1 if address >= 0 else -1
        while row >= 0 and self.addresses[row] == self.addresses[last] and self.lines[row]:
            if self.starts[row]:
                return row
            row -= 1
        return last

    def at(self, address: int) -> tuple[str, int] | None:
        """Return file and line of the instruction at an address."""
        place = bisect_right(self.addresses, address) - 1 if address >= 0 else -1
        if place < 0 or not self.lines[place]:
            return None
        return self.names[self.files[place]], self.lines[place]

    def span(self, address: int) -> LineSpan | None:
        """Return the instructions around an address that are of one line."""
        place = self._statement(address)
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
        return set(_named(self.names, file))

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


def _named(names: list[str], file: str) -> list[int]:
    """Return the places of a file's name, which may be the end of a path."""
    wanted = os.path.normpath(file)
    end = "/" + wanted
    return [place for place, name in enumerate(names) if name.endswith(end) or name == wanted]


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
        self._by_unit: dict[int, Lines] = {}
        self._by_file: dict[str, Lines] = {}

    def _section(self, name: str) -> bytes:
        section = self._elf.get_section_by_name(name)
        return b"" if section is None else bytes(section.data())

    @cached_property
    def _info(self) -> Any:
        return self._elf.get_dwarf_info(relocate_dwarf_sections=False) if self._elf.has_dwarf_info() else None

    @property
    def has_lines(self) -> bool:
        """Whether it has line number programs."""
        section = self._elf.get_section_by_name(".debug_line")
        return section is not None and section["sh_size"] > 0

    @cached_property
    def lines(self) -> Lines:
        """Its line table, whole."""
        return self._read(self._read_lines, Lines())

    def lines_at(self, address: int) -> Lines:
        """Return the part of the line table that an address of the file is in; the whole, where that is small."""
        if not self._large:
            return self.lines
        return self._read(lambda: self._lines_of_unit(address), Lines())

    def lines_of(self, file: str) -> Lines:
        """Return the part of the line table in which a source file occurs; the whole, where that is small."""
        if not self._large:
            return self.lines
        if file not in self._by_file:
            self._by_file[file] = self._read(lambda: self._tables.of(self._tables.naming(file)), Lines())
        return self._by_file[file]

    def _read(self, read: Callable[[], _Read], missing: _Read) -> _Read:
        """Return what is read, or where that is damaged what stands for it."""
        try:
            with blaming(self.name):
                return read()
        except (LoadError, KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
            self.problem = str(error)
            return missing

    def _read_lines(self) -> Lines:
        sections = [self._section(name) for name in _LINE_SECTIONS]
        large = len(sections[0]) > _WORTH_KEEPING * 4
        key = cache.digest(*sections) if large else b""
        kept = cache.recall("lines", key) if large else None
        if kept is not None:
            return Lines.unpacked(kept)
        lines = self._tables.of(self._tables.programs.offsets)
        if large:
            cache.keep("lines", key, lines.packed())
        return lines

    @cached_property
    def _tables(self) -> _Tables:
        data, line_strings, strings, _ = map(self._section, _LINE_SECTIONS)
        programs = LinePrograms(data, line_strings, strings, lambda offset: self._folders.get(offset, ""))
        return _Tables(self._elf, programs)

    @cached_property
    def _folders(self) -> dict[int, str]:
        """The folder in which the compiler ran for each line number program."""
        found: dict[int, str] = {}
        for unit in self._info.iter_CUs() if self._info is not None else ():
            attributes = unit.get_top_DIE().attributes
            if {"DW_AT_stmt_list", "DW_AT_comp_dir"} <= attributes.keys():
                folder = attributes["DW_AT_comp_dir"].value.decode(errors="replace")
                found.setdefault(attributes["DW_AT_stmt_list"].value, folder)
        return found

    @cached_property
    def _large(self) -> bool:
        """Whether the line table is read in parts: it is large, and there is an index of addresses."""
        section = self._elf.get_section_by_name(".debug_line")
        return section is not None and section["sh_size"] > _READ_WHOLE and self._units is not None

    @cached_property
    def _units(self) -> Any:
        """The index of the units by their addresses, None where there is none."""
        found = self._read(lambda: None if self._info is None else self._info.get_aranges(), None)
        return found if found is not None and found.entries else None

    def _lines_of_unit(self, address: int) -> Lines:
        unit = self._unit_at(address)
        if unit is None:
            return Lines()
        if unit.cu_offset not in self._by_unit:
            program = unit.get_top_DIE().attributes["DW_AT_stmt_list"].value
            self._by_unit[unit.cu_offset] = self._tables.of([program])
        return self._by_unit[unit.cu_offset]

    def bodies_at(self, address: int) -> tuple[Body, ...]:
        """Return the function that an address of the file is in, and inwards each call inlined into it."""
        return self._read(lambda: () if self._info is None else self._inlines.at(address), ())

    @cached_property
    def _inlines(self) -> Inlines:
        return Inlines(self._info, self._unit_at, lambda program: self._tables.programs.unit(program).files)

    def _unit_at(self, address: int) -> Any:
        """Return the unit of .debug_info that an address may be in."""
        if self._units is not None:
            # Not asked is where the entry ends: of code that is aligned or patched, gcc and ld say too little.
            place = bisect_right(self._units.entries, address, key=lambda entry: entry.begin_addr) - 1
            return self._info.get_CU_at(self._units.entries[place].info_offset) if place >= 0 else None
        if not self._has_types:
            return None
        within = ((unit, self._inlines.ranges(unit.get_top_DIE())) for unit in self._info.iter_CUs())
        return next((unit for unit, ranges in within if any(begin <= address < end for begin, end in ranges)), None)

    @cached_property
    def _frames(self) -> list[tuple[int, int, int]]:
        """(first address, address behind the last, offset) of each FDE of .debug_frame, by address."""
        return self._read(lambda: sorted(_descriptions(self._debug_frame)), [])

    @cached_property
    def _debug_frame(self) -> bytes:
        return self._section(".debug_frame")

    @cached_property
    def _eh_frames(self) -> list[tuple[int, int, Any]]:
        """(first address, address behind the last, FDE) of .eh_frame, by address."""
        return self._read(lambda: sorted(self._read_eh_frames(), key=lambda each: each[:2]), [])

    def _read_eh_frames(self) -> Iterator[tuple[int, int, Any]]:
        from elftools.dwarf.callframe import FDE

        section = self._elf.get_section_by_name(".eh_frame")
        if section is None or not section["sh_size"] or section["sh_size"] > _FRAME_LIMIT:
            return
        for entry in self._elf.get_dwarf_info(relocate_dwarf_sections=False).EH_CFI_entries():
            if isinstance(entry, FDE):
                start = entry["initial_location"]
                yield start, start + entry["address_range"], entry

    def frame_row(self, address: int) -> Row | None:
        """Return how to unwind at an address of the file; None where nothing is said of it, or not simply."""
        return self._read(lambda: self._frame_row(address), None)

    def _frame_row(self, address: int) -> Row | None:
        if (offset := _covering(self._frames, address)) is not None:
            entry = _description(self._debug_frame, offset)
        else:
            entry = _covering(self._eh_frames, address)
        if entry is None:
            return None
        rows = [row for row in entry.get_decoded().table if row["pc"] <= address]
        return _row(rows[-1]) if rows else None

    @property
    def _has_types(self) -> bool:
        section = self._elf.get_section_by_name(".debug_info")
        return self._info is not None and section is not None and section["sh_size"] <= _INFO_LIMIT

    @cached_property
    def _variables(self) -> dict[str, Any]:
        return self._read(lambda: variables(self._info) if self._has_types else {}, {})

    def part_at(self, name: str, offset: int) -> Part | None:
        """Return the innermost structure at an offset of a variable; None where no structure is known there."""
        kind = self._variables.get(name)
        return None if kind is None else self._read(lambda: part_at(name, kind, offset), None)

    @cached_property
    def _members(self) -> dict[str, tuple[int, dict[str, int]]]:
        """Size and members' offsets of each structure that has a name."""
        found: dict[str, tuple[int, dict[str, int]]] = {}
        if not self._has_types:
            return found
        for unit in self._info.iter_CUs():
            for entry in unit.get_top_DIE().iter_children():
                if entry.tag != "DW_TAG_structure_type" or "DW_AT_byte_size" not in entry.attributes:
                    continue
                name = entry.attributes.get("DW_AT_name")
                if name is None or name.value.decode() in found:
                    continue
                members = {
                    member.attributes["DW_AT_name"].value.decode(): member_offset(
                        member.attributes["DW_AT_data_member_location"].value
                    )
                    for member in entry.iter_children()
                    if {"DW_AT_name", "DW_AT_data_member_location"} <= member.attributes.keys()
                }
                found[name.value.decode()] = entry.attributes["DW_AT_byte_size"].value, members
        return found

    def structure(self, name: str) -> tuple[int, dict[str, int]] | None:
        """Return the size of a C structure and the offsets of its members; None where there is none."""
        return self._read(lambda: self._members.get(name), None)


_Entry = TypeVar("_Entry")


def _covering(entries: list[tuple[int, int, _Entry]], address: int) -> _Entry | None:
    """Return what is said of the addresses around this one."""
    place = bisect_right(entries, address, key=lambda each: each[0]) - 1
    return entries[place][2] if place >= 0 and address < entries[place][1] else None


def _descriptions(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (first address, address behind the last, offset) of each FDE of .debug_frame, of 32-bit DWARF."""
    at = 0
    while at + 8 <= len(data):
        size, cie = struct.unpack_from("<II", data, at)
        if size == _DWARF64:
            raise ValueError("64-bit entries in .debug_frame")
        if cie != _CIE:
            first, length = struct.unpack_from("<QQ", data, at + 8)
            yield first, first + length, at
        at += 4 + size


def _description(data: bytes, offset: int) -> Any:
    """Return pyelftools' view of an FDE of .debug_frame, with its CIE put before it."""
    from elftools.dwarf.callframe import CallFrameInfo
    from elftools.dwarf.structs import DWARFStructs

    fde = data[offset : offset + 4 + int.from_bytes(data[offset : offset + 4], "little")]
    common = int.from_bytes(fde[4:8], "little")
    cie = data[common : common + 4 + int.from_bytes(data[common : common + 4], "little")]
    both = cie + fde[:4] + bytes(4) + fde[8:]
    structs = DWARFStructs(little_endian=True, dwarf_format=32, address_size=8)
    return CallFrameInfo(io.BytesIO(both), len(both), 0, structs).get_entries()[1]


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


class _Tables:
    """Makes line tables of line number programs, of the rows that are in the file's code."""

    def __init__(self, elf: ELFFile, programs: LinePrograms) -> None:
        code = _SHF_ALLOC | _SHF_EXECINSTR
        self._code = sorted(
            (section["sh_addr"], section["sh_addr"] + section["sh_size"])
            for section in elf.iter_sections()
            if section["sh_flags"] & code == code
        )
        self.programs = programs

    def naming(self, file: str) -> list[int]:
        """Return where the programs are that have a file of this name."""
        programs = self.programs
        return [offset for offset in programs.offsets if _named(programs.unit(offset).files, file)]

    def of(self, offsets: Iterable[int]) -> Lines:
        """Return one table of the programs at these offsets."""
        rows: list[LineRow] = []
        numbers = {"?": (unknown := 0)}
        for offset in offsets:
            unit = self.programs.unit(offset)
            files = [numbers.setdefault(name, len(numbers)) for name in unit.files]
            for sequence in self.programs.sequences(unit):
                if not self._in_code(sequence[0][0]):
                    continue
                rows += [(address, files[file], line, starts) if file < len(files) else (address, unknown, line, starts)
                         for address, file, line, starts in sequence]
        # A stable sort leaves rows of one address in their order, but for those that end a sequence.
        rows.sort(key=lambda row: (row[0], row[2] != 0))
        return Lines(
            array("Q", [row[0] for row in rows]), array("L", [row[1] for row in rows]),
            array("L", [row[2] for row in rows]), bytearray(row[3] and row[2] != 0 for row in rows), list(numbers),
        )  # fmt: skip

    def _in_code(self, address: int) -> bool:
        """Whether an address is in code: a linker leaves the rows of what it has dropped at address 0 or 1."""
        place = bisect_left(self._code, (address + 1,)) - 1
        return place >= 0 and address < self._code[place][1]
