"""Functions that the compiler has put in the place of their calls: which of them an instruction belongs to.

Source: DWARF 5, "Subroutine and Entry Point Entries", "Inlinable and Inlined Subroutines", "Code Addresses, Ranges
and Base Addresses".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

_Ranges = tuple[tuple[int, int], ...]
"""(first address, address behind the last) of each piece of code."""


@dataclass(frozen=True)
class Body:
    """The code of a function at an address: its own, or what a call of it was replaced by.

    Attributes:
        function: which function, or which call of it: the offset of its entry in .debug_info.
        call: file and line of the call that it replaces; None for a function of its own.
        enters: whether it begins with the address.
    """

    function: int
    call: tuple[str, int] | None = field(compare=False)
    enters: bool = field(compare=False)


@dataclass(frozen=True)
class _Piece:
    function: int
    call: tuple[str, int] | None
    ranges: _Ranges
    inner: tuple[_Piece, ...]


class Inlines:
    """The functions of an ELF file, read unit by unit when an address of one is asked for."""

    def __init__(self, info: Any, unit_at: Callable[[int], Any], files: Callable[[int], list[str]]) -> None:
        """Take the file's debug information.

        Args:
            info: as pyelftools has it.
            unit_at: returns the unit that an address may be in, None for none.
            files: returns the names of the files of the line number program at an offset.
        """
        self._info, self._unit_at, self._files = info, unit_at, files
        self._functions: dict[int, list[tuple[_Ranges, Any]]] = {}
        self._pieces: dict[int, _Piece] = {}

    def at(self, address: int) -> tuple[Body, ...]:
        """Return whose code an address is in: the function, and inwards each call inlined into it."""
        unit = self._unit_at(address)
        if unit is None:
            return ()
        if unit.cu_offset not in self._functions:
            self._functions[unit.cu_offset] = list(self._functions_of(unit))
        entry = next((entry for ranges, entry in self._functions[unit.cu_offset] if _has(ranges, address)), None)
        if entry is None:
            return ()
        if entry.offset not in self._pieces:
            self._pieces[entry.offset] = self._piece(entry)
        return tuple(_inwards(self._pieces[entry.offset], address))

    def _functions_of(self, unit: Any) -> Iterator[tuple[_Ranges, Any]]:
        for entry in unit.get_top_DIE().iter_children():
            if entry.tag == "DW_TAG_subprogram" and (ranges := self.ranges(entry)):
                yield ranges, entry

    def _piece(self, entry: Any) -> _Piece:
        return _Piece(entry.offset, self._call(entry), self.ranges(entry), tuple(self._inner(entry)))

    def _inner(self, entry: Any) -> Iterator[_Piece]:
        for child in entry.iter_children():
            if child.tag == "DW_TAG_inlined_subroutine":
                yield self._piece(child)
            elif child.tag == "DW_TAG_lexical_block":
                yield from self._inner(child)

    def _call(self, entry: Any) -> tuple[str, int] | None:
        attributes, unit = entry.attributes, entry.cu.get_top_DIE().attributes
        if not {"DW_AT_call_file", "DW_AT_call_line"} <= attributes.keys() or "DW_AT_stmt_list" not in unit:
            return None
        files, number = self._files(unit["DW_AT_stmt_list"].value), attributes["DW_AT_call_file"].value
        return files[number] if number < len(files) else "?", attributes["DW_AT_call_line"].value

    def ranges(self, entry: Any) -> _Ranges:
        """Return the code of an entry of .debug_info."""
        attributes = entry.attributes
        if "DW_AT_ranges" in attributes:
            return tuple(self._listed(entry.cu, attributes["DW_AT_ranges"].value))
        if not {"DW_AT_low_pc", "DW_AT_high_pc"} <= attributes.keys():
            return ()
        first, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
        end = high.value if high.form == "DW_FORM_addr" else first + high.value
        return ((first, end),) if first < end else ()

    def _listed(self, unit: Any, offset: int) -> Iterator[tuple[int, int]]:
        low = unit.get_top_DIE().attributes.get("DW_AT_low_pc")
        base = 0 if low is None else low.value
        for each in self._info.range_lists().get_range_list_at_offset(offset, cu=unit):
            if hasattr(each, "base_address"):
                base = each.base_address
            elif each.begin_offset < each.end_offset:
                begin = 0 if each.is_absolute else base
                yield begin + each.begin_offset, begin + each.end_offset


def _inwards(piece: _Piece, address: int) -> Iterator[Body]:
    yield Body(piece.function, piece.call, not _has(piece.ranges, address - 1))
    for inner in piece.inner:
        if _has(inner.ranges, address):
            yield from _inwards(inner, address)
            return


def _has(ranges: Iterable[tuple[int, int]], address: int) -> bool:
    return any(first <= address < end for first, end in ranges)
