"""Line number programs: what the rows of a line table are made from, unit by unit.

Source: DWARF 5, "Line Number Information"; versions 2 to 5, of 32 and 64 bits.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LineRow = tuple[int, int, int, bool]
"""Address, number of the file, line (0 where a sequence ends), whether a statement begins."""

_ALL = (1 << 64) - 1
_LONGEST_LEB128 = 70
_DWARF64 = 0xFFFF_FFFF
_PATH, _FOLDER = 1, 2
_DATA_BYTES = {0x0B: 1, 0x05: 2, 0x06: 4, 0x07: 8, 0x1E: 16}
_STRING, _UDATA, _BLOCK, _STRP, _LINE_STRP = 0x08, 0x0F, 0x09, 0x0E, 0x1F


@dataclass(frozen=True)
class Unit:
    """The header of a line number program.

    Attributes:
        files: path of each file by its number.
        operands: how many LEB128 operands each standard opcode has, from opcode 1 on.
        first, end: where its instructions are.
    """

    files: list[str]
    is_statement: bool
    instruction_bytes: int
    line_base: int
    line_range: int
    operands: bytes
    first: int
    end: int


class _Reader:
    """Takes numbers and strings from bytes, one after another."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise ValueError(f"the line table ends inside a unit, at {len(self.data)}")
        return int.from_bytes(self.data[self.at - size : self.at], "little")

    def leb128(self) -> int:
        value, self.at = _leb128(self.data, self.at)
        return value

    def string(self) -> str:
        start, self.at = self.at, self.data.index(b"\0", self.at) + 1
        return self.data[start : self.at - 1].decode(errors="replace")


class LinePrograms:
    """The line number programs of a file.

    Attributes:
        offsets: where each begins in .debug_line.
    """

    def __init__(self, data: bytes, line_strings: bytes, strings: bytes, folder: Callable[[int], str]) -> None:
        """Take .debug_line, .debug_line_str and .debug_str.

        Args:
            folder: the compiler's working folder for the unit at an offset, which versions before 5 do not have.
        """
        self._data, self._strings, self._folder = data, {_STRP: strings, _LINE_STRP: line_strings}, folder
        self.offsets = list(self._offsets())

    def _offsets(self) -> Iterator[int]:
        reader = _Reader(self._data, 0)
        while reader.at < len(self._data):
            yield reader.at
            size = reader.number(4)
            reader.at += reader.number(8) if size == _DWARF64 else size

    def unit(self, offset: int) -> Unit:
        """Return the unit at an offset.

        Raises:
            ValueError, IndexError: damaged.
        """
        reader = _Reader(self._data, offset)
        wide = (size := reader.number(4)) == _DWARF64
        size, word = (reader.number(8), 8) if wide else (size, 4)
        end = reader.at + size
        version = reader.number(2)
        if version >= 5:
            reader.number(2)
        first = reader.number(word) + reader.at
        instruction_bytes = reader.number(1)
        if version >= 4:
            reader.number(1)
        is_statement, line_base, line_range = bool(reader.number(1)), reader.number(1), reader.number(1)
        operands = bytes(reader.number(1) for _ in range(reader.number(1) - 1))
        if not line_range or end > len(self._data):
            raise ValueError(f"damaged unit of the line table at {offset:#x}")
        files = self._files(reader, word) if version >= 5 else self._old_files(reader, self._folder(offset))
        return Unit(files, is_statement, instruction_bytes, line_base - (line_base >> 7 << 8), line_range, operands,
                    first, end)  # fmt: skip

    def _old_files(self, reader: _Reader, base: str) -> list[str]:
        folders, files = [base], ["?"]
        while name := reader.string():
            folders.append(name)
        while name := reader.string():
            folder = reader.leb128()
            reader.leb128(), reader.leb128()
            files.append(_path(base, folders[folder] if folder < len(folders) else "", name))
        return files

    def _files(self, reader: _Reader, word: int) -> list[str]:
        folders = [name for name, _ in self._entries(reader, word)]
        base = folders[0] if folders else ""
        return [
            _path(base, folders[folder] if folder < len(folders) else "", name)
            for name, folder in list(self._entries(reader, word))
        ]

    def _entries(self, reader: _Reader, word: int) -> Iterator[tuple[str, int]]:
        """Yield path and folder's number of each entry of a table."""
        forms = [(reader.leb128(), reader.leb128()) for _ in range(reader.number(1))]
        count = reader.leb128()
        if count > len(self._data):
            raise ValueError(f"{count} files in a unit of the line table")
        for _ in range(count):
            found = {kind: self._value(reader, form, word) for kind, form in forms}
            path, folder = found.get(_PATH, "?"), found.get(_FOLDER, 0)
            yield str(path), folder if isinstance(folder, int) else 0

    def _value(self, reader: _Reader, form: int, word: int) -> int | str:
        if form in self._strings:
            strings, start = self._strings[form], reader.number(word)
            return strings[start : strings.index(b"\0", start)].decode(errors="replace")
        if form == _STRING:
            return reader.string()
        if form == _UDATA:
            return reader.leb128()
        if form == _BLOCK:
            return reader.number(reader.leb128())
        if form in _DATA_BYTES:
            return reader.number(_DATA_BYTES[form])
        raise ValueError(f"form {form:#x} in a unit of the line table")

    def sequences(self, unit: Unit) -> Iterator[list[LineRow]]:
        """Yield the rows that a unit's program appends, a sequence of instructions at a time.

        Raises:
            ValueError, IndexError: damaged.
        """
        data, at, end = self._data, unit.first, unit.end
        line_base, line_range, special = unit.line_base, unit.line_range, len(unit.operands) + 1
        address, file, line, statement = 0, 1, 1, unit.is_statement
        rows: list[LineRow] = []
        while at < end:
            opcode = data[at]
            at += 1
            if opcode >= special:
                advance, line_advance = divmod(opcode - special, line_range)
                address = address + advance * unit.instruction_bytes & _ALL
                line = line + line_base + line_advance & 0xFFFF_FFFF
                rows.append((address, file, line, statement))
            elif opcode == 9:  # DW_LNS_fixed_advance_pc
                address = address + (data[at] | data[at + 1] << 8) & _ALL
                at += 2
            elif opcode == 1:  # DW_LNS_copy
                rows.append((address, file, line, statement))
            elif opcode == 3:  # DW_LNS_advance_line
                start, (advance, at) = at, _leb128(data, at)
                negative = data[at - 1] & 0x40
                line = line + advance - (1 << 7 * (at - start) if negative else 0) & 0xFFFF_FFFF
            elif opcode == 6:  # DW_LNS_negate_stmt
                statement = not statement
            elif opcode == 2:  # DW_LNS_advance_pc
                advance, at = _leb128(data, at)
                address = address + advance * unit.instruction_bytes & _ALL
            elif opcode == 4:  # DW_LNS_set_file
                file, at = _leb128(data, at)
            elif opcode == 8:  # DW_LNS_const_add_pc
                address = address + (255 - special) // line_range * unit.instruction_bytes & _ALL
            elif opcode:
                for _ in range(unit.operands[opcode - 1]):
                    at = _leb128(data, at)[1]
            else:
                size, at = _leb128(data, at)
                kind = data[at] if size else 0
                if kind == 1:  # DW_LNE_end_sequence
                    yield [*rows, (address, file, 0, statement)]
                    address, file, line, statement, rows = 0, 1, 1, unit.is_statement, []
                elif kind == 2:  # DW_LNE_set_address
                    address = int.from_bytes(data[at + 1 : at + size], "little") & _ALL
                at += size


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return an unsigned LEB128 number and where the next thing is."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > _LONGEST_LEB128:
            raise ValueError(f"a number of the line table is too long, at {at:#x}")


def _path(base: str, folder: str, name: str) -> str:
    return os.path.normpath(os.path.join(base, folder, name))
