"""Packets of the remote serial protocol: framing, checksums, escapes.

Source: GDB documentation, "Remote Protocol", "Overview" and "Packet Acknowledgment".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PACKET_SIZE = 0x4000
"""Bytes that a packet may have between `$` and `#`."""
INTERRUPT: Final = b"\x03"
ACK, NAK = b"+", b"-"
_ESCAPE, _FLIP = 0x7D, 0x20
_BEGIN = re.compile(rb"[$\x03-]")
_TO_ESCAPE = re.compile(rb"[#$}*]")


@dataclass(frozen=True)
class Packet:
    """What stands between `$` and `#`, escapes undone; `good` tells whether the checksum fits."""

    data: bytes
    good: bool


class Framer:
    """Finds packets in what comes from a client, in whatever pieces and with whatever between them."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Packet | bytes]:
        """Return what is complete now: packets, and INTERRUPT and NAK as they came between packets."""
        self._buffer += data
        found: list[Packet | bytes] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def _next(self) -> Packet | bytes | None:
        begin = _BEGIN.search(self._buffer)
        if begin is None:
            self._buffer.clear()
            return None
        mark = begin[0]
        del self._buffer[: begin.start()]
        if mark != b"$":
            del self._buffer[:1]
            return mark
        end = self._buffer.find(b"#")
        self._drop_to_last_start(end)
        end = self._buffer.find(b"#")
        if end > PACKET_SIZE or (end < 0 and len(self._buffer) > PACKET_SIZE):
            del self._buffer[: end + 3 if end >= 0 else len(self._buffer)]
            return Packet(b"", False)
        if end < 0 or len(self._buffer) < end + 3:
            return None
        body, digits = bytes(self._buffer[1:end]), bytes(self._buffer[end + 1 : end + 3])
        del self._buffer[: end + 3]
        return Packet(unescaped(body), digits.lower() == checksum(body))

    def _drop_to_last_start(self, end: int) -> None:
        """A `$` inside a packet begins a new one: the old was cut off."""
        last = self._buffer.rfind(b"$", 0, end if end >= 0 else len(self._buffer))
        del self._buffer[: max(last, 0)]


def checksum(body: bytes) -> bytes:
    """Return the two hexadecimal digits behind `#`."""
    return b"%02x" % (sum(body) & 0xFF)


def framed(data: bytes) -> bytes:
    """Return a packet with `data`, ready to send."""
    body = escaped(data)
    return b"$" + body + b"#" + checksum(body)


def escaped(data: bytes) -> bytes:
    """Return data in which no byte can be taken for framing."""
    return _TO_ESCAPE.sub(lambda found: bytes((_ESCAPE, found[0][0] ^ _FLIP)), data)


def unescaped(body: bytes) -> bytes:
    """Return what `escaped` was given; a lone escape at the end is dropped."""
    first, *rest = body.split(b"}")
    return first + b"".join(bytes((piece[0] ^ _FLIP,)) + piece[1:] if piece else b"" for piece in rest)
