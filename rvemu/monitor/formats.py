"""gdb's formats of memory: count, letter and size, and how a value is written in each."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from rvemu.monitor.registry import CommandError

LETTERS = "xzduotcsiaf"
SIZES = {"b": 1, "h": 2, "w": 4, "g": 8}
PER_LINE = {1: 8, 2: 8, 4: 4, 8: 2}
"""Values in a line, by their size in bytes."""
MOST = 1 << 16

_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 92: "\\\\"}
_HALF, _SINGLE, _DOUBLE = "<e", "<f", "<d"
_FLOATS = {2: _HALF, 4: _SINGLE, 8: _DOUBLE}


@dataclass(frozen=True)
class Format:
    """How to show memory.

    Attributes:
        letter: x hexadecimal, d decimal, u unsigned, o octal, t binary, c character, s string, i instruction,
            a address with symbol, f floating point.
        size: bytes of a value; of no meaning for s and i.
        back: the values before the address are meant.
    """

    count: int = 1
    letter: str = "x"
    size: int = 4
    back: bool = False


def parse(text: str, last: Format) -> Format:
    """Return what a text such as `4xw` says; what it leaves out is as before, but for the count.

    Raises:
        CommandError: it says something else.
    """
    found = re.fullmatch(r"(-?)(\d*)([a-z]*)", text)
    letters = [each for each in found[3] if each in LETTERS] if found else []
    sizes = [each for each in found[3] if each in SIZES] if found else []
    if found is None or len(letters) > 1 or len(sizes) > 1 or len(letters) + len(sizes) != len(found[3]):
        raise CommandError(f"/{text}: no format (a count, one of {LETTERS.replace('z', '')}, one of bhwg: x/4xw)")
    count = int(found[2] or 1)
    if count > MOST:
        raise CommandError(f"/{text}: too many (up to {MOST})")
    letter = (letters[0] if letters else last.letter).replace("z", "x")
    return Format(count, letter, SIZES[sizes[0]] if sizes else _size(letter, bool(letters), last),
                  bool(found[1]))


def _size(letter: str, given: bool, last: Format) -> int:
    """Return the size that a format has where none is written."""
    if letter == "a" or (letter == "f" and given and last.size not in (4, 8)):
        return 8
    return 1 if letter == "c" and given else last.size


def remembered(chosen: Format, last: Format) -> Format:
    """Return what is left out next time: the size of strings and the like is none to keep."""
    return Format(1, chosen.letter, last.size if chosen.letter in "sia" else chosen.size)


def value_text(data: bytes, letter: str) -> str:
    """Return a value in a format other than s, i and a, as gdb's `x` writes it."""
    number, bits = int.from_bytes(data, "little"), 8 * len(data)
    signed = int.from_bytes(data, "little", signed=True)
    if letter == "f" and len(data) in _FLOATS:
        return float_text(data)
    return {
        "x": f"0x{number:0{bits // 4}x}", "u": str(number), "o": f"0{number:o}" if number else "0",
        "t": f"{number:0{bits}b}", "c": f"{signed_byte(number)} {character(number & 0xFF)}",
    }.get(letter, str(signed))  # fmt: skip


def signed_byte(number: int) -> int:
    """Return the low byte of a number, as a signed one."""
    return (number & 0xFF ^ 0x80) - 0x80


def float_text(data: bytes) -> str:
    """Return a half, single or double with as few digits as tell it from its neighbours."""
    (value,) = struct.unpack(_FLOATS[len(data)], data)
    if value != value:
        return nan_text(data)
    if len(data) == 8:
        return repr(value).removesuffix(".0")
    digits = (f"{value:.{count}g}" for count in range(3, 10))
    return next(text for text in digits if struct.pack(_FLOATS[len(data)], float(text)) == data)


def nan_text(data: bytes) -> str:
    """Return a NaN with its sign and the bits of its fraction."""
    number = int.from_bytes(data, "little")
    fraction = number & (1 << {2: 10, 4: 23, 8: 52}[len(data)]) - 1
    return f"{'-' if number >> 8 * len(data) - 1 else ''}nan({fraction:#x})"


def character(byte: int) -> str:
    """Return a byte as C writes a character."""
    return "'\\''" if byte == ord("'") else f"'{_escaped(byte)}'"


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def string_text(data: bytes) -> str:
    """Return bytes as a string of C; what is UTF-8 and can be shown is."""
    text = ""
    for char in data.decode("utf-8", "surrogateescape"):
        code = ord(char)
        if char == '"':
            text += '\\"'
        elif code < 0x80 or 0xDC80 <= code <= 0xDCFF:
            text += _escaped(code & 0xFF)
        else:
            text += char if char.isprintable() else "".join(_escaped(byte) for byte in char.encode())
    return f'"{text}"'
