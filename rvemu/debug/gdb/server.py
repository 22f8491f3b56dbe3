"""The GDB server: a socket beside the console, and the loop that runs the machine as the client has it."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from rvemu.debug.gdb.packets import ACK, INTERRUPT, NAK, Framer, Packet, framed
from rvemu.debug.gdb.requests import answer
from rvemu.debug.gdb.stub import GO_ON, SIGINT, Monitor, Resume, Stub
from rvemu.errors import ConfigError
from rvemu.machine import Machine, StopReason
from rvemu.points import Point

_CHUNK = 65536
_MAX_REPLIES = 1 << 20
"""Bytes kept for a client that does not read; with more, nothing is taken from it."""
_RETRY_SECONDS = 0.05
_CLOSE_SECONDS = 1.0
_POINTS_AND_STEPS = ("breakpoint", "stopped", "step")


class Console(Protocol):
    """What the server asks of the terminal: a host of the machine that also wakes for its sockets.

    Attributes:
        callers: file descriptors that end a `wait`.
    """

    callers: set[int]

    @property
    def quit_requested(self) -> bool:
        """The user wants the end."""

    def poll(self, limit: int) -> bytes:
        """Return what was typed, `limit` bytes at most."""

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """Sleep until something comes, or, unless `listen`, something that was not typed."""

    def write(self, data: bytes) -> None:
        """Take output."""


class Client:
    """A connection: packets in, replies out; it never blocks and never raises."""

    def __init__(self, connection: socket.socket, stub: Stub) -> None:
        connection.setblocking(False)
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self.stub = connection, stub
        self._framer, self._outbox, self._last = Framer(), bytearray(), b""
        self.items: deque[Packet | bytes] = deque()
        self.gone = False

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._socket.fileno()

    @property
    def unsent(self) -> bool:
        """Whether the client has not taken all replies."""
        return bool(self._outbox)

    @property
    def clogged(self) -> bool:
        """Whether so much waits, in one direction or the other, that nothing more is taken."""
        return len(self._outbox) >= _MAX_REPLIES or len(self.items) >= _CHUNK

    def receive(self) -> None:
        """Take what has come."""
        self.flush()
        while not (self.gone or self.clogged):
            try:
                data = self._socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                data = b""
            self.gone = not data
            self.items += self._framer.feed(data)

    def reply(self, data: bytes) -> None:
        """Send a packet."""
        self._last = framed(data)
        self.repeat()

    def repeat(self) -> None:
        """Send the last packet, again where it was not understood."""
        self._outbox += self._last
        self.flush()

    def acknowledge(self, sign: bytes) -> None:
        """Say whether a packet was understood, in one piece with what is sent next."""
        self._outbox += sign

    def flush(self) -> None:
        """Pass on what the client takes."""
        while self._outbox and not self.gone:
            try:
                sent = self._socket.send(self._outbox[:_CHUNK])
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self.gone = True
                return
            del self._outbox[:sent]

    def close(self) -> None:
        """End the connection and take the client's points away."""
        self.stub.release()
        self._socket.close()


class GdbServer:
    """Serves one client at a time; the machine runs while there is none. It is the machine's host as well.

    Attributes:
        address: where it listens: host and port.
    """

    def __init__(
        self, machine: Machine, address: tuple[str, int], console: Console, *, monitor: Monitor | None = None,
        halted: bool = False,
    ) -> None:  # fmt: skip
        """Listen.

        Args:
            monitor: carries out GDB's `monitor` for a hart and a line, and returns the text.
            halted: the machine waits for a client before its first instruction.
        Raises:
            ConfigError: the address cannot be had.
        """
        self._machine, self._console, self._monitor = machine, console, monitor
        self._waiting = halted
        self._client: Client | None = None
        try:
            self._listener = socket.create_server(address, family=_family(address[0]), backlog=1)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigError(f"gdb: {address[0]}:{address[1]}: {reason} (another port or host)") from error
        self._listener.setblocking(False)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    # What Machine.run asks of its host

    @property
    def quit_requested(self) -> bool:
        """The user at the terminal wants the end, or the client wants the machine to stand still."""
        return self._console.quit_requested or self._resume is None or self._called

    @property
    def at_end(self) -> bool:
        """There may always be a client that changes something."""
        return False

    def poll(self, limit: int) -> bytes:
        """Look at the sockets, and return what was typed."""
        self._receive()
        return self._console.poll(limit)

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """Sleep until something comes from the terminal or a socket."""
        return self.quit_requested or self._wait(seconds, listen)

    def write(self, data: bytes) -> None:
        """Take output of the guest."""
        self._console.write(data)

    def _wait(self, seconds: float | None, listen: bool) -> bool:
        self._listen()
        if self._client is not None and self._client.unsent:
            seconds = _RETRY_SECONDS if seconds is None else min(seconds, _RETRY_SECONDS)
        return self._called or self._console.wait(seconds, listen=listen)

    # The client

    @property
    def _resume(self) -> Resume | None:
        """How the machine is to run, None while it stands still."""
        if self._client is None:
            return None if self._waiting else GO_ON
        return self._client.stub.resume

    @property
    def _called(self) -> bool:
        """Whether the client has something to say that is not to wait for the machine's next stop."""
        if self._client is None:
            return False
        if self._client.gone:
            return True
        resume = self._client.stub.resume
        if resume is None or resume.stepping is None:
            return bool(self._client.items)
        return INTERRUPT in self._client.items

    def _receive(self) -> None:
        if self._client is None:
            with suppress(OSError):
                connection, _ = self._listener.accept()
                self._client = Client(connection, Stub(self._machine, self._monitor))
        if self._client is not None:
            self._client.receive()

    def _listen(self) -> None:
        """Let the terminal wake for whom we hear: the client, or who wants to be it."""
        self._console.callers.clear()
        if self._client is None or not self._client.clogged:
            self._console.callers.add((self._client or self._listener).fileno())

    def _serve(self) -> None:
        """Do what the client has asked for, up to where the machine must run first."""
        self._receive()
        client = self._client
        while client is not None and client.items and not client.stub.killed:
            if client.stub.resume is not None and client.stub.resume.stepping is not None:
                if INTERRUPT not in client.items:
                    break
                self._interrupt(client)
            else:
                self._handle(client, client.items.popleft())
        if client is not None and client.gone:
            self._drop()

    def _interrupt(self, client: Client) -> None:
        client.items.remove(INTERRUPT)
        client.reply(client.stub.stopped(SIGINT, self._machine.stop_reason("stopped").hart))

    def _handle(self, client: Client, item: Packet | bytes) -> None:
        stub = client.stub
        if item == NAK:
            client.repeat()
        elif item == INTERRUPT:
            if stub.resume is not None:
                client.reply(stub.stopped(SIGINT, self._machine.stop_reason("stopped").hart))
        elif isinstance(item, Packet):
            if not item.good and not (stub.no_ack and item.data):
                client.acknowledge(b"" if stub.no_ack else NAK)
                client.flush()
                return
            if not stub.no_ack:
                client.acknowledge(ACK)
            reply = answer(stub, item.data)
            for text in stub.output:
                client.reply(text)
            stub.output.clear()
            if reply is not None:
                client.reply(reply)
            client.flush()
            if stub.resume is not None:
                self._waiting = False

    def _drop(self) -> None:
        """The client has gone: the machine runs on, unless it has never begun."""
        if self._client is not None:
            self._client.close()
            self._client = None
            self._listen()

    # Running

    @property
    def holds(self) -> bool:
        """Whether a client has stopped the machine, or is waited for."""
        return self._resume is None

    def run(
        self, max_cycles: int | None = None, timeout: float | None = None, *,
        own: Callable[[Point], bool] = lambda point: False,
    ) -> StopReason:  # fmt: skip
        """Run as `Machine.run` does, but as the client has it, and return what it does not hear of.

        A kill by the client is "interrupted".

        Args:
            own: tells which points are the caller's; the client does not hear of these.
        """
        last_cycle = None if max_cycles is None else self._machine.cycle + max_cycles
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self._serve()
            if self._console.quit_requested or (self._client is not None and self._client.stub.killed):
                return self._machine.stop_reason("interrupted")
            if deadline is not None and time.monotonic() >= deadline:
                return self._machine.stop_reason("timeout")
            left = None if deadline is None else deadline - time.monotonic()
            if (resume := self._resume) is None:
                self._wait(left, listen=False)
                self._console.poll(0)
                continue
            stop = self._go(resume, None if last_cycle is None else max(last_cycle - self._machine.cycle, 0), left)
            if stop.point is not None and own(stop.point):
                return stop
            if stop.kind in _POINTS_AND_STEPS:
                self._tell(stop)
            elif stop.kind != "interrupted":
                return stop

    def _go(self, resume: Resume, max_cycles: int | None, seconds: float | None) -> StopReason:
        if resume.stepping is None:
            return self._machine.run(max_cycles, timeout=seconds, host=self)
        while True:
            stop = self._machine.step(resume.stepping, max_cycles, host=self)
            if stop.kind != "step" or self._machine.harts[resume.stepping].pc not in resume.within:
                return stop

    def _tell(self, stop: StopReason) -> None:
        """Tell the client of a stop; without one, the machine runs on."""
        client = self._client
        if client is not None and not client.stub.detached:
            if stop.kind == "step" and client.stub.resume is not None:
                stop = StopReason(stop.kind, client.stub.resume.stepping or 0, stop.pc, stop.cycle)
            client.reply(client.stub.told(stop))

    def close(self, status: int) -> None:
        """Tell the client the exit status, and give the sockets back."""
        client, started = self._client, time.monotonic()
        if client is not None:
            client.reply(b"W%02x" % (status & 0xFF))
            while client.unsent and not client.gone and time.monotonic() - started < _CLOSE_SECONDS:
                time.sleep(_RETRY_SECONDS)
                client.flush()
        self._drop()
        self._console.callers.clear()
        self._listener.close()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
