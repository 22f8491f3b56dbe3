"""A guest under `--gdb` for tests, and a client that speaks raw packets."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from rvemu.config import bundled

DEMO = bundled("demo.elf")
TIMEOUT = 60.0


class Guest:
    """`rvemu run --gdb 0` (or other words) in a process of its own; its standard input stays open.

    Attributes:
        port: where it listens.
    """

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rvemu", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr is not None
        found = re.search(rb"listening on 127.0.0.1:(\d+)", self.process.stderr.readline())
        assert found is not None
        self.port = int(found[1])
        self._output = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def type(self, data: bytes) -> None:
        """Type to the guest."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def output_until(self, text: bytes) -> bytes:
        """Return all output so far when it has `text`."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + TIMEOUT
        while text not in self._output and (left := deadline - time.monotonic()) > 0:
            if select.select([self.process.stdout], [], [], left)[0]:
                data = os.read(self.process.stdout.fileno(), 65536)
                if not data:
                    break
                self._output += data
        assert text in self._output
        return self._output

    def wait(self) -> int:
        """Return the exit status."""
        self.process.stdin.close()
        return self.process.wait(TIMEOUT)


class Client:
    """Raw packets, acknowledged or not."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send a packet."""
        self.socket.sendall(b"$" + data + b"#%02x" % (sum(data) & 0xFF))

    def receive(self) -> bytes:
        """Return what the next packet holds; "" between `$` and `#` is b""."""
        while (found := re.search(rb"\$([^#]*)#([0-9a-f]{2})", self._buffer, re.DOTALL)) is None:
            data = self.socket.recv(65536)
            assert data, "the server has closed the connection"
            self._buffer += data
        assert int(found[2], 16) == sum(found[1]) & 0xFF
        self._buffer = self._buffer[found.end() :]
        return re.sub(rb"\}(.)", lambda escape: bytes((escape[1][0] ^ 0x20,)), found[1], flags=re.DOTALL)

    def ask(self, data: bytes) -> bytes:
        """Send a packet and return the reply."""
        self.send(data)
        return self.receive()

    def word(self, number: int) -> int:
        """Return a register by GDB's number."""
        return int.from_bytes(bytes.fromhex(self.ask(b"p%x" % number).decode()), "little")
