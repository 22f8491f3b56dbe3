"""Answers in words: lines and tables that keep to the width."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rvemu.monitor.answers import Answer, Fragments, Several, Table
from rvemu.monitor.session import Session


def describer(session: Session) -> Callable[[int, int], str]:
    """Return what names an address for a hart, as `main+0x10`, or as a number where no symbol is near."""
    return lambda va, hart: session.symbols.describe(va, hart) or f"{va:#x}"


@dataclass
class Lines:
    """Lines of text, wrapped where they are too long.

    Attributes:
        lines: (style class, text).
        data: what JSON shows; None: the texts.
    """

    lines: list[tuple[str, str]]
    data: Any = None

    def fragments(self, width: int) -> Fragments:
        """Return the lines, with what does not fit below, indented."""
        return [(style, piece + "\n") for style, text in self.lines
                for piece in textwrap.wrap(text, max(width, 20), subsequent_indent="  ") or [""]]  # fmt: skip

    def json(self) -> Any:
        """Return the data."""
        return [text for _, text in self.lines] if self.data is None else self.data


class Together(Several):
    """Answers one after another, whose JSON is made for all."""

    def __init__(self, parts: list[Answer], data: Any) -> None:
        super().__init__(parts)
        self._data = data

    def json(self) -> Any:
        """Return the data."""
        return self._data


@dataclass
class WordTable(Table):
    """A table whose last column is words, wrapped inside that column."""

    least: int = field(default=24)

    def fragments(self, width: int) -> Fragments:
        """Return the table, with continued cells below each other."""
        rows = [["" if cell is None else str(cell) for cell in row] for row in self.rows]
        before = sum(
            2 + max(len(row[k]) for row in [list(self.columns), *rows]) for k in range(len(self.columns) - 1)
        )
        wrapped = []
        for row in rows:
            pieces = textwrap.wrap(row[-1], max(width - before, self.least)) or [""]
            wrapped.append([*row[:-1], pieces[0]])
            wrapped += [[""] * (len(row) - 1) + [piece] for piece in pieces[1:]]
        note = textwrap.fill(self.note, max(width, 20)) if self.note else ""
        return Table(self.columns, wrapped, self.right, self.styles, note, self.empty).fragments(width)
