"""The serial console of a machine from the host's side: bytes in, bytes out, never decoded."""

from __future__ import annotations

from collections.abc import Callable

_KEPT_BYTES = 1 << 20
"""Output that nobody reads is kept up to this; then the oldest is dropped."""


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
