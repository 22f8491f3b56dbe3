"""Pointers followed to what they point to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rvemu.isa.regs import X_NAMES
from rvemu.memory import ADDRESSES, PAGE_SIZE
from rvemu.monitor.answers import Fragments
from rvemu.monitor.formats import string_text
from rvemu.monitor.lines import clipped
from rvemu.monitor.peeking import executable, physical_address, read
from rvemu.monitor.registry import CommandError
from rvemu.monitor.render import instruction
from rvemu.monitor.session import Session

WORD = 8
LINKS = 4
_STRING_BYTES = 40
_SHORTEST_STRING = 4


@dataclass
class Telescope:
    """Words of memory, with what they may mean.

    Attributes:
        lines: of each word: address, registers that point to it, and the links, the first of which is the word.
    """

    lines: list[tuple[int, str, list[Fragments]]]
    words: list[int]
    error: str = ""

    def fragments(self, width: int) -> Fragments:
        """Return a line a word, cut off where the width ends."""
        pieces: Fragments = []
        pointers = max((len(names) for _, names, _ in self.lines), default=0)
        for address, names, links in self.lines:
            line: Fragments = [("class:address", f"{address:#x} "), ("class:register", f"{names:{pointers}} ")]
            for number, link in enumerate(links):
                line += [*([("class:note", " -> ")] if number else []), *link]
            pieces += [*clipped(line, width), ("", "\n")]
        return [*pieces, ("class:error", self.error + "\n")] if self.error else pieces

    def json(self) -> Any:
        """Return address, value and meaning of each word."""
        return [
            {"address": address, "value": word, "registers": names.split(),
             "links": ["".join(text for _, text in link) for link in links]}
            for (address, names, links), word in zip(self.lines, self.words, strict=True)
        ]  # fmt: skip


def telescope(session: Session, address: int, count: int) -> Telescope:
    """Return so many words from an address on, up to what is not mapped.

    Raises:
        CommandError: not even the first can be read.
    """
    pointing: dict[int, list[str]] = {}
    for name, value in zip(X_NAMES, session.hart.x, strict=True):
        pointing.setdefault(value, []).append(name)
    answer = Telescope([], [])
    for number in range(count):
        at = (address + number * WORD) % ADDRESSES
        try:
            word = int.from_bytes(read(session, at, WORD), "little")
        except CommandError as error:
            if not number:
                raise
            answer.error = str(error)
            break
        answer.lines.append((at, " ".join(pointing.get(at, ())), list(_links(session, word))))
        answer.words.append(word)
    return answer


def _links(session: Session, word: int) -> Iterator[Fragments]:
    """Yield a word, and what it points to as long as that is a pointer into RAM."""
    seen: set[int] = set()
    for _ in range(LINKS):
        pointer = word not in seen and in_ram(session, word)
        seen.add(word)
        symbol = session.describe(word) if pointer else ""
        style = "class:address" if pointer else "class:number" if word else "class:zero"
        yield [(style, f"{word:#x}"), *([("class:symbol", f" <{symbol}>")] if symbol else [])]
        if not pointer:
            return
        if (text := _text_at(session, word)) is not None:
            yield [("class:string", string_text(text))]
            return
        if word % 2 == 0 and executable(session, word):
            yield next_instruction(session, word)
            return
        if word % WORD:
            return
        word = int.from_bytes(read(session, word, WORD), "little")


def next_instruction(session: Session, va: int) -> Fragments:
    """Return the instruction at an address, without the spaces of columns."""
    code = read(session, va, min(4, PAGE_SIZE - va % PAGE_SIZE))
    return [(style, " ".join(text.split()) + " " * text.endswith(" ")) for style, text in
            instruction(int.from_bytes(code, "little"), va, session.describe)]  # fmt: skip


def in_ram(session: Session, va: int) -> bool:
    """Whether a word of RAM is at a virtual address."""
    try:
        return session.machine.ram.contains(physical_address(session, va), WORD - va % WORD)
    except CommandError:
        return False


def _text_at(session: Session, va: int) -> bytes | None:
    """Return what looks like a string, or None."""
    room = min(_STRING_BYTES, PAGE_SIZE - va % PAGE_SIZE)
    data = read(session, va, room)
    text, zero, _ = data.partition(b"\0")
    printable = all(0x20 <= byte < 0x7F or byte in b"\t\n\r" for byte in text)
    return text if printable and len(text) >= _SHORTEST_STRING and (zero or room == _STRING_BYTES) else None
