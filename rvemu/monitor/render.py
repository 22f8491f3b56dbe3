"""How answers become what the user sees: places and instructions in colour, filters, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rvemu.isa.decode import length
from rvemu.isa.disasm import disassemble
from rvemu.isa.modes import MODE_NAMES
from rvemu.isa.regs import F_NUMBERS, X_NUMBERS
from rvemu.monitor.answers import Answer, Fragments

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.monitor.session import Session

_WORD = re.compile(r"[a-z_.][\w.]*|-?(?:0x)?[0-9a-f]+|.", re.IGNORECASE)
_TARGET = re.compile(r"(?:^|,)([0-9a-f]{3,16})$")
_TARGETED = re.compile(r"j|jal|b(?:eq|ne|lt|ge|le|gt)\w*")


def instruction(word: int, pc: int, describe: Callable[[int], str]) -> Fragments:
    """Return an instruction as styled assembly, with the symbol that it jumps to."""
    mnemonic, operands, target = _assembly(word, pc)
    pieces = [*mnemonic, *operands]
    if target is not None and (symbol := describe(target)):
        pieces.append(("class:symbol", f" <{symbol}>"))
    return pieces


@lru_cache(8192)
def _assembly(word: int, pc: int) -> tuple[Fragments, Fragments, int | None]:
    """Return mnemonic and operands of an instruction, and the address that it may jump to."""
    if length(word) == 2:
        word &= 0xFFFF
    mnemonic, _, operands = disassemble(word, pc).partition("\t")
    pieces: Fragments = []
    for found in _WORD.finditer(operands):
        pieces.append((_style(found[0]), found[0]))
    target = _TARGET.search(operands) if _TARGETED.fullmatch(mnemonic) else None
    if not operands:
        return [("class:mnemonic", mnemonic)], [], None
    return [("class:mnemonic", f"{mnemonic:<7} ")], pieces, int(target[1], 16) if target else None


def _style(word: str) -> str:
    if word in X_NUMBERS or word in F_NUMBERS:
        return "class:register"
    if word.removeprefix("-")[:1].isdigit():
        return "class:number"
    return ""


def place(session: Session, hart: HartView) -> Fragments:
    """Return where a hart is, in one line: number, mode, pc, symbol, instruction."""
    pc = hart.pc
    pieces: Fragments = [
        ("class:heading", f"hart {hart.id} {MODE_NAMES[hart.priv]} "), ("class:address", f"{pc:#x}"),
    ]  # fmt: skip
    if symbol := session.symbols.describe(pc, hart.id):
        pieces.append(("class:symbol", f" <{symbol}>"))
    pieces.append(("", "  "))
    word = fetch(session, hart)
    if word is None:
        pieces.append(("class:error", "no memory is mapped there"))
    else:
        pieces += instruction(word, pc, lambda va: session.symbols.describe(va, hart.id))
    if hart.waiting:
        pieces.append(("class:note", "  (waits)"))
    return [*pieces, ("", "\n")]


def fetch(session: Session, hart: HartView) -> int | None:
    """Return the instruction at a hart's pc, 32 bits where so many can be read, or None."""
    read, pc = session.machine.read_virtual, hart.pc
    data = read(hart.id, pc, 4) or read(hart.id, pc, 2)
    return None if data is None else int.from_bytes(data, "little")


def lines(pieces: Fragments) -> Iterator[Fragments]:
    """Yield styled text line by line; each line ends in a newline."""
    line: Fragments = []
    for style, text in pieces:
        for part in text.splitlines(keepends=True):
            line.append((style, part))
            if part.endswith("\n"):
                yield line
                line = []
    if line:
        yield [*line, ("", "\n")]


def text_of(pieces: Fragments) -> str:
    """Return styled text without its styles."""
    return "".join(text for _, text in pieces)


def as_json(answer: Answer) -> str:
    """Return an answer as one line of JSON; bytes are hexadecimal."""
    return json.dumps(answer.json(), default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
