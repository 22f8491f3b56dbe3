"""Bytes looked for in memory, and patterns as users write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rvemu.memory import ADDRESSES, PAGE_SIZE
from rvemu.monitor.formats import SIZES
from rvemu.monitor.peeking import behind_unmapped, read
from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session, next_word

_CHUNK = 1 << 20
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"e": b"\x1b"}


def size_of(form: str, default: int | None) -> int | None:
    """Return the size that gdb's letter behind the slash stands for.

    Raises:
        CommandError: it is none.
    """
    if form and form not in SIZES:
        raise CommandError(f"/{form}: no size (b 1, h 2, w 4, g 8 bytes)")
    return SIZES[form] if form else default


def next_bytes(session: Session, text: str, size: int | None) -> tuple[bytes, str]:
    """Return the bytes that the first word of a text stands for, and the rest of the text.

    Args:
        text: "a string", hex:00ff, or an expression.
        size: bytes of an expression's value; None: four, or eight where it needs them.
    Raises:
        CommandError: it is none of these, or the value needs more bytes.
    """
    quoted = text[:1] in ('"', "'")
    word, rest = next_word(text)
    if quoted:
        return _string(word.strip(text[0]) if text[0] == "'" else word), rest
    if word.startswith("hex:"):
        try:
            return bytes.fromhex(word[4:]), rest
        except ValueError as error:
            raise CommandError(f"{word}: no bytes (two digits each: hex:7f454c46)") from error
    value = session.evaluate(word)
    if size is None:
        size = 4 if value < 1 << 32 else 8
    if value >> 8 * size and value < ADDRESSES - (1 << 8 * size - 1):
        raise CommandError(f"{word}: {value:#x} does not fit into {size} bytes (/h, /w and /g give it 2, 4 and 8)")
    return (value & (1 << 8 * size) - 1).to_bytes(size, "little"), rest


def _string(text: str) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        code = found[1]
        if code[:1] == b"x" and len(code) == 3:
            return bytes([int(code[1:], 16)])
        return bytes([int(code, 8) & 0xFF]) if code[:1].isdigit() else _ESCAPED.get(code, code)

    return _ESCAPE.sub(plain, text.encode())


def search(session: Session, pattern: bytes, start: int, end: int, physical: bool) -> Iterator[int]:
    """Yield the addresses from start to before end where the pattern is; what is not mapped is passed over."""
    tail, step = b"", _CHUNK if physical else PAGE_SIZE
    at = start
    while at < end:
        part = min(step - at % step, end - at)
        if not physical and session.hart.translate(at) is None and (behind := behind_unmapped(session, at)) > at + part:
            tail, at = b"", behind
            continue
        try:
            data = tail + read(session, at, part, physical)
        except CommandError:
            tail, at = b"", at + part if physical else max(at + part, behind_unmapped(session, at))
            continue
        first = at - len(tail)
        found = data.find(pattern)
        while found >= 0:
            yield first + found
            found = data.find(pattern, found + 1)
        tail = data[max(0, len(data) - len(pattern) + 1) :]
        at += part
