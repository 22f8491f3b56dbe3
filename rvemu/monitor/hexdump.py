"""Bytes in hexadecimal and as characters, sixteen in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rvemu.monitor.answers import Fragments

ROW = 16
_BYTES_ROOM = 16 * 3 + 16 + 4
"""Columns of a row besides its address, where each byte stands alone."""


@dataclass
class HexDump:
    """A stretch of memory.

    Attributes:
        error: why there is not as much as was asked for.
    """

    address: int
    data: bytes
    error: str = ""

    def fragments(self, width: int) -> Fragments:
        """Return it row by row; rows equal to the one before become one line with a star."""
        digits = max(8, len(f"{self.address + len(self.data):x}"))
        group = 1 if digits + _BYTES_ROOM <= width else 2
        pieces: Fragments = []
        for address, row in self._rows():
            if row is None:
                pieces.append(("class:note", "*\n"))
                continue
            pieces.append(("class:address", f"{address:0{digits}x}"))
            pieces += [*_hexadecimal(row, group), ("", "  "), *_characters(row), ("", "\n")]
        return [*pieces, ("class:error", self.error + "\n")] if self.error else pieces

    def _rows(self) -> Iterator[tuple[int, bytes | None]]:
        """Yield address and bytes of each row; None for rows that say the same again, but not for the last."""
        before, told = b"", False
        for at in range(0, len(self.data), ROW):
            row = self.data[at : at + ROW]
            if row == before and at + ROW < len(self.data):
                if not told:
                    yield self.address + at, None
                told = True
                continue
            yield self.address + at, row
            before, told = row, False

    def json(self) -> Any:
        """Return address and bytes."""
        return {"address": self.address, "bytes": self.data.hex(), "error": self.error or None}


def _hexadecimal(row: bytes, group: int) -> Fragments:
    pieces: Fragments = []
    for at in range(ROW):
        space = (" " if at % group == 0 else "") + (" " if at in (0, 8) else "")
        if at < len(row):
            pieces += [("", space), ("class:number" if row[at] else "class:zero", f"{row[at]:02x}")]
        else:
            pieces.append(("", space + "  "))
    return pieces


def _characters(row: bytes) -> Fragments:
    shown = (("class:string", chr(byte)) if 0x20 <= byte < 0x7F else ("class:zero", ".") for byte in row)
    return [(style, "".join(char for _, char in run)) for style, run in groupby(shown, key=lambda piece: piece[0])]
