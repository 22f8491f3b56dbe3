"""Styled text in the columns that there are."""

from __future__ import annotations

from collections.abc import Iterable

from rvemu.monitor.answers import Fragments

_INDENT = 4


def columns(pieces: Fragments) -> int:
    """Return how many columns a piece of a line takes."""
    return sum(len(text) for _, text in pieces)


def clipped(line: Fragments, width: int) -> Fragments:
    """Return a line in no more columns than these."""
    if columns(line) <= width:
        return line
    pieces: Fragments = []
    left = width - 3
    for style, text in line:
        pieces.append((style, text[:left]))
        left = max(left - len(text), 0)
    return [*pieces, ("class:note", "...")]


def wrapped(words: Iterable[tuple[str, str]], width: int) -> Fragments:
    """Return words with spaces between them, in indented lines."""
    pieces: Fragments = []
    column = 0
    for style, text in words:
        if not column or column + 1 + len(text) > width:
            pieces.append(("", "\n" * bool(column) + " " * _INDENT))
            column = _INDENT
        else:
            pieces.append(("", " "))
            column += 1
        pieces.append((style, text))
        column += len(text)
    return [*pieces, ("", "\n")] if pieces else []
