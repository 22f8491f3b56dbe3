"""The serial console of a machine from the host's side: bytes in, bytes out, never decoded."""

from __future__ import annotations

import re
from collections.abc import Callable

_KEPT_BYTES = 1 << 20
"""Output that nobody reads is kept up to this; then the oldest is dropped."""
_TAIL_BYTES = 1024
"""A match of a regular expression that is no longer than this is seen with its last byte."""


class GuestConsole:
    """What the guest prints, and what is typed to it.

    Attributes:
        on_output: called with each piece of output, or None.
    """

    def __init__(self) -> None:
        self.on_output: Callable[[bytes], None] | None = None
        self.receive: Callable[[bytes], None] = lambda data: None
        self._output = bytearray()

    def put(self, data: bytes) -> None:
        """Take output from the guest: for the machine."""
        self._output += data
        if len(self._output) > _KEPT_BYTES:
            del self._output[: -_KEPT_BYTES // 2]
        if self.on_output is not None:
            self.on_output(data)

    def send(self, data: bytes) -> None:
        """Type `data` at the present cycle; the guest takes it at its own pace."""
        self.receive(data)

    def read(self) -> bytes:
        """Return the output since the last `read`."""
        data = bytes(self._output)
        self._output.clear()
        return data

    def take_until(self, end: int) -> bytes:
        """Return the first `end` bytes of the output, and keep the rest."""
        data = bytes(self._output[:end])
        del self._output[:end]
        return data

    @property
    def output(self) -> bytes:
        """The output that has not been read."""
        return bytes(self._output)


class Search:
    """Looks for a pattern in the output while it grows, in time that grows with the output and not with its square.

    Bytes are looked for only where they can have come to their end. A regular expression can match from anywhere, so
    all output is searched again, but not before it has grown by a sixteenth; until then the end of it is. A very
    long match may thus be seen somewhat later than it is there, at the same cycle in every run.
    """

    def __init__(self, console: GuestConsole, pattern: bytes | re.Pattern[bytes]) -> None:
        self._console, self._pattern, self._searched = console, pattern, 0

    def end(self) -> int | None:
        """Search all output, and return where the first match ends."""
        output, pattern = self._console._output, self._pattern
        self._searched = len(output)
        if isinstance(pattern, bytes):
            start = output.find(pattern)
            return start + len(pattern) if start >= 0 else None
        found = pattern.search(output)
        return found.end() if found else None

    def arrived(self, size: int) -> bool:
        """Tell whether a match has come with the last `size` bytes."""
        output, pattern = self._console._output, self._pattern
        if isinstance(pattern, bytes):
            return output.find(pattern, max(len(output) - size - len(pattern) + 1, 0)) >= 0
        if not self._searched <= len(output) < self._searched + max(self._searched // 16, size + 1):
            return self.end() is not None
        return pattern.search(output, max(len(output) - size - _TAIL_BYTES, 0)) is not None
