"""A guest under `--gdb` for tests, and a client that speaks raw packets."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

from rvemu.config import bundled
from rvemu.debug.gdb.server import GdbServer
from rvemu.debug.gdb.stub import Monitor
from rvemu.machine import Machine

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
        return self.process.wait(TIMEOUT)


class Desk:
    """A terminal at which nobody types."""

    def __init__(self) -> None:
        self.callers: set[int] = set()
        self.quit_requested = False

    def poll(self, limit: int) -> bytes:
        """Nothing was typed."""
        return b""

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """Sleep until a caller comes, and look now and then whether the end is near."""
        return bool(select.select(list(self.callers), [], [], min(0.05, seconds or 0.05))[0])

    def write(self, data: bytes) -> None:
        """Nobody reads it."""


class Served:
    """A machine of this process under a server in a thread, as long as the context lasts.

    Attributes:
        ended: kinds of stops that the server returned from; after each the machine is reset and goes on.
    """

    def __init__(self, machine: Machine, *, halted: bool = True, monitor: Monitor | None = None) -> None:
        self.machine, self.ended = machine, list[str]()
        self._desk = Desk()
        self.server = GdbServer(machine, ("127.0.0.1", 0), self._desk, monitor=monitor, halted=halted)
        self.port = self.server.address[1]
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._desk.quit_requested:
            self.ended.append(self.server.run().kind)
            if self.ended[-1] != "interrupted":
                self.machine.reset()
        self.server.close(7)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._desk.quit_requested = True
        self.thread.join(TIMEOUT)
        assert not self.thread.is_alive()
        self.machine.close()


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
