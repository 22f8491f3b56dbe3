"""What commands return: data that is shown as text, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Fragments = list[tuple[str, str]]
"""Text in pieces: (style class of the theme, text)."""


class Answer(Protocol):
    """Data with two renderings."""

    def fragments(self, width: int) -> Fragments:
        """Return it as styled text for `width` columns; lines end in a newline."""

    def json(self) -> Any:
        """Return it as plain values."""


def plain(answer: Answer, width: int = 80) -> str:
    """Return an answer as text without styles."""
    return "".join(text for _, text in answer.fragments(width))


@dataclass
class Text:
    """Styled text with the data that it shows."""

    pieces: Fragments
    data: Any = None

    @classmethod
    def of(cls, text: str, style: str = "", data: Any = None) -> Text:
        """Return one piece of text; a missing newline at its end is added."""
        return cls([(style, text if text.endswith("\n") else text + "\n")], text if data is None else data)

    def fragments(self, width: int) -> Fragments:
        """Return the pieces as they are."""
        return self.pieces

    def json(self) -> Any:
        """Return the data."""
        return self.data


@dataclass
class Table:
    """Rows under headings; cells are text or numbers.

    Attributes:
        columns: headings; in JSON each row is an object with these keys.
        right: columns that are aligned to the right.
        styles: style class of a column, by its heading.
        note: a line shown below.
    """

    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    right: frozenset[str] = frozenset()
    styles: dict[str, str] = field(default_factory=dict)
    note: str = ""
    empty: str = "nothing"

    def __post_init__(self) -> None:
        self.rows = [list(row) for row in self.rows]

    def fragments(self, width: int) -> Fragments:
        """Return the table with columns as wide as they need to be."""
        rows = [["" if cell is None else str(cell) for cell in row] for row in self.rows]
        if not rows:
            return [("class:note", self.empty + "\n")]
        widths = [max(len(row[k]) for row in [list(self.columns), *rows]) for k in range(len(self.columns))]
        pieces: Fragments = []
        for number, row in enumerate([list(self.columns), *rows]):
            for k, cell in enumerate(row):
                last = k == len(row) - 1
                padded = cell.rjust(widths[k]) if self.columns[k] in self.right else cell if last \
                    else cell.ljust(widths[k])  # fmt: skip
                style = "class:heading" if number == 0 else self.styles.get(self.columns[k], "")
                pieces += [(style, padded), ("", "\n" if last else "  ")]
        if self.note:
            pieces.append(("class:note", self.note + "\n"))
        return pieces

    def json(self) -> Any:
        """Return one object a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass
class Several:
    """Answers one after another."""

    parts: list[Answer]

    def fragments(self, width: int) -> Fragments:
        """Return them all."""
        return [piece for part in self.parts for piece in part.fragments(width)]

    def json(self) -> Any:
        """Return a list of them."""
        return [part.json() for part in self.parts]
