"""Symbol tables: of ELF files, and of the texts that Linux and nm print (System.map, /proc/kallsyms).

Sources: System V ABI, "Symbol Table"; RISC-V ELF psABI, "Mapping Symbol"; Linux, kernel/kallsyms.c.
"""

from __future__ import annotations

import re
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rvemu.boot.elf import ELF_MAGIC, Elf, blaming, contents, open_elf
from rvemu.boot.image import read_file, shown
from rvemu.debug import cache
from rvemu.debug.dwarf import Dwarf, Lines, LineSpan
from rvemu.debug.inlines import Body
from rvemu.errors import LoadError

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

_SYMBOL = struct.Struct("<IBBHQQ")
_STT_OBJECT, _STT_FUNC, _STT_SECTION, _STT_FILE, _STT_TLS = 1, 2, 3, 4, 6
_STB_LOCAL, _STB_GLOBAL = 0, 1
_SHN_UNDEF, _SHN_ABS = 0, 0xFFF1
_SHF_ALLOC = 2
_LAST_TEXT_SYMBOL = 1 << 16
"""Bytes of the last symbol of a text, which tells no sizes."""

_WORTH_KEEPING = 20_000
"""A table of fewer symbols is read as fast from its file as from the cache."""

_ENCLOSING = 16
"""How many symbols back one may begin that still covers an address."""

_MARKER = re.compile(r"__\w+_(?:start|end|begin)")
"""A linker script's name for where something begins or ends; in a text it looks like a function."""

_TEXT_LINE = re.compile(rb"\s*[0-9a-fA-F]{8,16}\s+[A-Za-z?]\s+\S|\s+[UwWvV]\s+\S")


class Symbol(NamedTuple):
    """A symbol.

    Attributes:
        size: bytes; of one without a size, those up to the next symbol.
        kind: "f" function, "o" object, "n" neither, "a" an absolute value, no address.
    """

    address: int
    name: str
    size: int
    kind: str


class Found(NamedTuple):
    """The symbol that an address is in."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True)
class Part:
    """A part of memory that a file fills: addresses in the file, and the bytes that it has for it."""

    va: int
    size: int
    pa: int
    data: bytes | memoryview


class SymbolTable:
    """The symbols of a file, and where it has DWARF its lines; all addresses are moved by `offset`.

    Attributes:
        name: the file, as messages call it.
        parts: what the file loads, at the addresses that the file says.
        dwarf: its debug information, None for a text.
        entry: the entry point of the file, moved; None for a text.
    """

    def __init__(self, name: str, symbols: _Columns, offset: int = 0, parts: tuple[Part, ...] = (),
                 dwarf: Dwarf | None = None, entry: int | None = None) -> None:
        self.name, self.offset, self.parts, self.dwarf = name, offset, parts, dwarf
        self.entry = None if entry is None else entry + offset
        self._symbols = symbols

    @classmethod
    def load(cls, path: str, offset: int = 0) -> SymbolTable:
        """Read an ELF file or a text of symbols.

        Raises:
            LoadError: unreadable, damaged, or neither.
        """
        data, name = read_file(path), shown(path)
        if data.startswith(ELF_MAGIC):
            return cls.of_elf(data, name, offset)
        return cls(name, _text_columns(data, name), offset)

    @classmethod
    def of_elf(cls, data: bytes, name: str, offset: int = 0) -> SymbolTable:
        """Return the symbols of an ELF file that is in memory.

        Raises:
            LoadError: damaged, or not for RV64.
        """
        with blaming(name):
            elf = open_elf(data, name)
            parts = tuple(
                Part(head["p_vaddr"], head["p_memsz"], head["p_paddr"],
                     memoryview(data)[head["p_offset"] : head["p_offset"] + head["p_filesz"]])
                for head in (segment.header for segment in elf.iter_segments("PT_LOAD"))
            )
            return cls(name, _elf_columns(elf, data), offset, parts, Dwarf(elf, name), elf["e_entry"])

    @classmethod
    def of_guest(cls, elf: Elf) -> SymbolTable:
        """Return the symbols of a program that the machine has loaded."""
        return cls.of_elf(elf.data, elf.name, elf.offset)

    def __len__(self) -> int:
        return len(self._symbols.names)

    def __iter__(self) -> Iterator[Symbol]:
        columns = self._symbols
        for place, name in enumerate(columns.names):
            yield Symbol(self._moved(place), name, columns.sizes[place], columns.kinds[place])

    def _moved(self, place: int) -> int:
        columns = self._symbols
        return columns.addresses[place] + (0 if columns.kinds[place] == "a" else self.offset) & (1 << 64) - 1

    def at(self, va: int) -> Found | None:
        """Return the symbol that an address is in; of several the best known, of nested ones the inner."""
        columns, linked = self._symbols, va - self.offset
        if linked < 0:
            return None
        place = bisect_right(columns.addresses, linked, 0, columns.places) - 1
        for back in range(place, max(place - _ENCLOSING, -1), -1):
            beyond = linked - columns.addresses[back]
            if beyond < columns.sizes[back]:
                return Found(columns.names[back], beyond, columns.sizes[back])
        return None

    def find(self, name: str) -> int | None:
        """Return the value of a symbol; of equal names that of the global one."""
        place = self._by_name.get(name)
        return None if place is None else self._moved(place)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        columns = self._symbols
        found = {name: place for place, name in enumerate(columns.names)}
        for place in columns.doubles:
            found[columns.names[place]] = place
        return found

    def begins(self, prefix: str) -> list[str]:
        """Return the names that begin so, sorted."""
        names = self._sorted_names
        end = bisect_left(names, prefix + "\U0010ffff")
        return names[bisect_left(names, prefix) : end]

    @cached_property
    def _sorted_names(self) -> list[str]:
        return sorted(set(self._symbols.names))

    # Source lines

    @property
    def lines(self) -> Lines:
        """The line table of its DWARF, empty where there is none; read when first asked for."""
        return Lines() if self.dwarf is None else self.dwarf.lines

    def line(self, va: int) -> tuple[str, int] | None:
        """Return the source file and line of the instruction at an address."""
        return None if self.dwarf is None else self.dwarf.lines_at(va - self.offset).at(va - self.offset)

    def lines_of(self, file: str) -> Lines:
        """Return the part of the line table in which a source file occurs, or all of it.

        Args:
            file: its name, or the end of its path.
        """
        return Lines() if self.dwarf is None else self.dwarf.lines_of(file)

    def span(self, va: int) -> LineSpan | None:
        """Return the instructions around an address that are of one source line."""
        found = None if self.dwarf is None else self.dwarf.lines_at(va - self.offset).span(va - self.offset)
        return None if found is None else found.moved(self.offset)

    def bodies(self, va: int) -> tuple[Body, ...]:
        """Return the function that an address is in, and inwards each call inlined into it."""
        return () if self.dwarf is None else self.dwarf.bodies_at(va - self.offset)

    def addresses(self, file: str, line: int) -> list[int]:
        """Return where the code of a source line begins, or of the next that has code; each function once.

        Args:
            file: its name, or the end of its path.
        """
        found: dict[str, int] = {}
        for linked in self.lines_of(file).find(file, line):
            function = self.at(linked + self.offset)
            found.setdefault(function.name if function else f"{linked:#x}", linked + self.offset)
        return sorted(found.values())


@dataclass
class _Columns:
    """Symbols by address; of several at one address, the best last; behind `places` are absolute values.

    Attributes:
        doubles: places of those that `find` prefers where a name occurs more than once.
    """

    addresses: array[int]
    sizes: array[int]
    kinds: str
    names: list[str]
    places: int
    doubles: array[int]

    def packed(self) -> bytes:
        """Return it as bytes for the cache."""
        arrays = b"".join(each.tobytes() for each in (self.addresses, self.sizes, self.doubles))
        names = "\0".join(self.names).encode(errors="surrogateescape")
        return struct.pack("<QQQ", len(self.names), self.places, len(self.doubles)) + arrays \
            + self.kinds.encode() + names  # fmt: skip

    @classmethod
    def unpacked(cls, data: bytes) -> _Columns:
        """Return what `packed` made; the cache has checked that it is whole."""
        count, places, doubles = struct.unpack_from("<QQQ", data)
        at, arrays = 24, []
        for length in (count, count, doubles):
            arrays.append(array("Q", data[at : at + 8 * length]))
            at += 8 * length
        kinds = data[at : at + count].decode()
        names = data[at + count :].decode(errors="surrogateescape").split("\0")
        return cls(arrays[0], arrays[1], kinds, names if count else [], places, arrays[2])


_Row = tuple[int, int, str, int, str]
"""Address, rank, name, size, kind."""


def _columns(rows: Iterable[_Row], absolute: Iterable[_Row], ends: list[tuple[int, int]]) -> _Columns:
    """Order symbols; one without a size gets what is left to the next one, or to the end of its section.

    Args:
        ends: (start, end) of the sections by address.
    """
    placed = sorted(rows)
    addresses = array("Q", [row[0] for row in placed])
    sizes = array("Q", [row[3] for row in placed])
    _fill_sizes(addresses, sizes, ends)
    others = list(absolute)
    everything = placed + others
    addresses.extend(row[0] for row in others)
    sizes.extend(row[3] for row in others)
    best: dict[str, int] = {}
    double: set[str] = set()
    for place, row in enumerate(everything):
        before = best.setdefault(row[2], place)
        if before != place:
            double.add(row[2])
            if row[1] & 3 > everything[before][1] & 3:
                best[row[2]] = place
    return _Columns(addresses, sizes, "".join(row[4] for row in everything), [row[2] for row in everything],
                    len(placed), array("Q", [best[name] for name in sorted(double)]))  # fmt: skip


def _fill_sizes(addresses: array[int], sizes: array[int], ends: list[tuple[int, int]]) -> None:
    starts = [start for start, _ in ends]
    address = after = 1 << 64
    for place in reversed(range(len(addresses))):
        if addresses[place] != address:
            address, after = addresses[place], address
        if not sizes[place]:
            section = bisect_right(starts, address) - 1
            end = ends[section][1] if section >= 0 else address
            sizes[place] = max(0, min(after, end) - address)


def _elf_columns(elf: ELFFile, data: bytes) -> _Columns:
    tables = list(elf.iter_sections("SHT_SYMTAB")) or list(elf.iter_sections("SHT_DYNSYM"))
    pieces = [
        (contents(table.header, data), contents(elf.get_section(table["sh_link"]).header, data)) for table in tables
    ]
    ends = sorted(
        (section["sh_addr"], section["sh_addr"] + section["sh_size"])
        for section in elf.iter_sections()
        if section["sh_flags"] & _SHF_ALLOC
    )
    large = sum(len(table) for table, _ in pieces) > _WORTH_KEEPING * _SYMBOL.size
    key = cache.digest(*(part for piece in pieces for part in piece), repr(ends).encode()) if large else b""
    kept = cache.recall("symbols", key) if large else None
    if kept is not None:
        return _Columns.unpacked(kept)
    rows = [row for table, strings in pieces for row in _elf_rows(table, strings)]
    columns = _columns((row for row in rows if row[4] != "a"), (row for row in rows if row[4] == "a"), ends)
    if large:
        cache.keep("symbols", key, columns.packed())
    return columns


def _elf_rows(table: bytes, strings: bytes) -> Iterator[_Row]:
    """Yield the symbols that are defined here; not sections, files, TLS, and mapping symbols such as $x."""
    for name_offset, info, _, shndx, value, size in _SYMBOL.iter_unpack(table):
        kind, binding = info & 0xF, info >> 4
        if kind in (_STT_SECTION, _STT_FILE, _STT_TLS) or shndx == _SHN_UNDEF or not name_offset:
            continue
        name = strings[name_offset : strings.find(b"\0", name_offset)].decode(errors="surrogateescape")
        if not name or name[0] == "$" or name.startswith(".L"):
            continue
        letter = "a" if shndx == _SHN_ABS else {_STT_FUNC: "f", _STT_OBJECT: "o"}.get(kind, "n")
        rank = (kind == _STT_FUNC) << 4 | bool(size) << 3 | _binding_rank(binding)
        yield value, rank, name, size, letter


def _binding_rank(binding: int) -> int:
    return {_STB_LOCAL: 0, _STB_GLOBAL: 2}.get(binding, 1)


def _text_columns(data: bytes, name: str) -> _Columns:
    if _TEXT_LINE.match(data) is None:
        raise LoadError(f"{name}: no symbols (an ELF file, System.map, or the text of /proc/kallsyms or nm)")
    large = data.count(b"\n") > _WORTH_KEEPING
    key = cache.digest(data) if large else b""
    kept = cache.recall("symbols", key) if large else None
    if kept is not None:
        return _Columns.unpacked(kept)
    rows = list(_text_rows(data.decode(errors="surrogateescape"), name))
    if rows and not any(row[0] for row in rows):
        raise LoadError(f"{name}: every address is 0 (one read as root, with kernel.kptr_restrict 0 or 1)")
    end = max((row[0] for row in rows), default=0) + _LAST_TEXT_SYMBOL
    columns = _columns((row for row in rows if row[4] != "a"), (row for row in rows if row[4] == "a"), [(0, end)])
    if large:
        cache.keep("symbols", key, columns.packed())
    return columns


def _text_rows(text: str, name: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if len(words) < 3 or words[1] in "Uv":
            continue
        try:
            address = int(words[0], 16)
        except ValueError:
            if words[0] in "UwWvV":
                continue
            raise LoadError(f"{name}: line {number}: {words[0]!r} is no address (ADDRESS TYPE NAME)") from None
        letter = words[1]
        if words[2][0] == "$" or words[2].startswith(".L") or address >> 64:
            continue
        kind = {"t": "f", "w": "f", "d": "o", "b": "o", "r": "o", "a": "a"}.get(letter.lower(), "n")
        function = kind == "f" and not _MARKER.fullmatch(words[2])
        rank = function << 4 | (2 if letter.isupper() else 0)
        yield address, rank, words[2], 0, kind
