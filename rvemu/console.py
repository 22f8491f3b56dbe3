"""The host's side of the console: raw terminal, escapes, signals, and waiting for any of them.

Bytes pass undecoded both ways, and neither way waits for the other: while the host does not take
output, input is still read, so that a paste and its echo cannot block each other.
"""

from __future__ import annotations

import atexit
import errno
import os
import select
import signal
import stat
import termios
import time
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from rvemu.errors import RvemuError

_CHUNK = 65536
_MAX_OUTPUT = 1 << 20
"""Output kept for a host that does not take it; with more, the machine has to wait."""
_MAX_INPUT = 1 << 20
"""Input kept for a machine that does not take it; with more, the host has to wait."""
_CLOSE_SECONDS = 2.0
"""How long the last output may take after a signal has ended the machine."""

_LONGEST_WAIT_SECONDS = 3600.0
"""A guest may ask for a timer in 292 years; select() refuses such."""

_CTRL_A = 0x01
_CTRL_C = 0x03
_HELP = "Ctrl-A X  quit\r\nCtrl-A H  this help\r\nCtrl-A Ctrl-A  send Ctrl-A\r\n"
_MONITOR_HELP = "Ctrl-A C  the monitor\r\n"
_INTERRUPT_HELP = "Ctrl-C  the monitor\r\nCtrl-A Ctrl-C  send Ctrl-C\r\n"
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Host(Protocol):
    """What `Machine.run` asks of the owner of the console, between slices and while the guest is idle."""

    @property
    def quit_requested(self) -> bool:
        """The machine is to stop at the next slice end."""

    @property
    def at_end(self) -> bool:
        """No more input will ever come, and `poll` has returned all there was."""

    def poll(self, limit: int) -> bytes:
        """Return the input that has come, `limit` bytes at most, and pass output on; never blocks for input."""

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """Sleep until a wish to stop, or input if `listen`, comes, `seconds` at most (None: for ever); tell if so."""

    def write(self, data: bytes) -> None:
        """Take output of the guest; it is passed on by the next `poll` or `wait`."""


class Terminal:
    """The console on this process's standard input and output: a `Host`, and a context manager.

    Inside the context a terminal is raw and signals are handled; both are put back when it is left, at exit,
    and around a stop by SIGTSTP. Only the main thread can enter it, as often as it likes.

    Attributes:
        interactive: standard input is a terminal.
        callers: further file descriptors: `wait` returns when one of them can be read.
        signal: the signal that asked for the end, SIGPIPE where nobody reads the output any more, or None.
        has_monitor: Ctrl-A C stops the machine for a monitor.
        interrupts: Ctrl-C and SIGINT do so too; Ctrl-A Ctrl-C types Ctrl-C then.
        monitor_requested: one of them came since the context was entered.
        at_line_start: the output ends in a newline, or there was none.
    """

    def __init__(self, stdin: int = 0, stdout: int = 1, *, escapes: bool | None = None) -> None:
        """Look at the two file descriptors, changing nothing.

        Args:
            stdin: file descriptor of the keys.
            stdout: file descriptor of the output.
            escapes: Ctrl-A commands are obeyed; None: on a terminal only.
        """
        self._stdin, self._stdout = stdin, stdout
        self._output = stdout
        self.interactive = os.isatty(stdin)
        self._kind = _kind_of(stdin)
        self._ended = self._kind == "none"
        self.callers: set[int] = set()
        self._called = False
        self.signal: int | None = None
        self.has_monitor = self.interrupts = self.monitor_requested = False
        self.at_line_start = True
        self._escapes = self.interactive if escapes is None else escapes
        self._escaped = False
        self._quit = False
        self._inbox = bytearray()
        self._outbox = bytearray()
        self._cooked: list[Any] | None = None
        self._handlers: dict[int, signal._HANDLER] = {}
        self._wake_read = self._wake_write = self._old_wakeup = -1

    @property
    def quit_requested(self) -> bool:
        """The user or a signal wants the machine to stop."""
        return self._quit or self.monitor_requested or self.signal is not None

    @property
    def at_end(self) -> bool:
        """No more input will ever come, and `poll` has returned all there was."""
        return self._ended and not self._inbox

    def default_clock(self) -> str:
        """Return "virtual" where all input is there (a file, /dev/null, a closed pipe), else "paced"."""
        if self._kind == "live" and not _hung_up(self._stdin):
            return "paced"
        return "virtual"

    def __enter__(self) -> Self:
        self.monitor_requested = False
        self._output = _unblocking(self._stdout)
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._old_wakeup = signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in _ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handle(number, self._end)
        if self.interactive:
            self._cooked = termios.tcgetattr(self._stdin)
            atexit.register(self._restore)
            self._handle(signal.SIGTSTP, self._suspend)
            self._handle(signal.SIGCONT, self._resume)
            self._make_raw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._drain()
        finally:
            self._restore()
            atexit.unregister(self._restore)
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            self._handlers.clear()
            signal.set_wakeup_fd(self._old_wakeup)
            os.close(self._wake_read)
            os.close(self._wake_write)
            if self._output != self._stdout:
                os.close(self._output)
            self._output, self._wake_read = self._stdout, -1

    def _handle(self, number: int, handler: signal._HANDLER) -> None:
        self._handlers[number] = signal.signal(number, handler) or signal.SIG_DFL

    def _make_raw(self) -> None:
        """Let every key through as it is; output processing stays, since kernels end lines by \\n alone."""
        assert self._cooked is not None
        iflag, oflag, cflag, lflag, ispeed, ospeed, control = self._cooked
        iflag &= ~(
            termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP
            | termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON
        )  # fmt: skip
        cflag = cflag & ~(termios.CSIZE | termios.PARENB) | termios.CS8
        lflag &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
        control = control.copy()
        control[termios.VMIN], control[termios.VTIME] = 1, 0
        self._set_mode([iflag, oflag, cflag, lflag, ispeed, ospeed, control])

    def _set_mode(self, mode: list[Any]) -> None:
        try:
            termios.tcsetattr(self._stdin, termios.TCSANOW, mode)
        except termios.error as error:
            if error.args[0] != errno.EIO:  # the terminal is gone: nothing is left to put right
                raise

    def _restore(self) -> None:
        if self._cooked is not None and _in_foreground(self._stdin):
            self._set_mode(self._cooked)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self.interrupts:
            self.monitor_requested = True
            return
        self.signal = self.signal or number

    def _suspend(self, number: int, frame: FrameType | None) -> None:
        """Stop as the signal asks, with the terminal as it was; the rest runs when the process continues."""
        self._restore()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._suspend)
        self._make_raw()

    def _resume(self, number: int, frame: FrameType | None) -> None:
        self._make_raw()

    def poll(self, limit: int = _MAX_INPUT) -> bytes:
        """Return the input that has come, `limit` bytes at most, and pass output on; never blocks for input.

        A file always gives as much as is asked for, so that what the guest sees does not hang on when it asks.
        """
        while self._pump(0.0):
            pass
        while len(self._outbox) > _MAX_OUTPUT and not self.quit_requested:
            self._pump(None)
        data = bytes(self._inbox[:limit])
        del self._inbox[:limit]
        return data

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """Sleep until a wish to stop, or input if `listen`, comes, `seconds` at most (None: for ever); tell if so."""
        deadline = None if seconds is None else time.monotonic() + seconds
        self._called = False
        while not ((self._inbox and listen) or self.quit_requested or self._called):
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            if left is None and self._ended and not (self._outbox or self.callers):
                return False
            self._pump(left if left is None else min(left, _LONGEST_WAIT_SECONDS))
        return True

    def write(self, data: bytes) -> None:
        """Take output of the guest; the next `poll` or `wait` passes it on, or this call if it is much."""
        self._outbox += data
        if data:
            self.at_line_start = data.endswith(b"\n")
        if len(self._outbox) > _CHUNK:
            self._pump(0.0)

    def _pump(self, seconds: float | None) -> bool:
        """Move what is ready, waiting up to `seconds` for the first of it; tell whether anything moved."""
        readers = [self._wake_read] if self._wake_read >= 0 else []
        if not self._ended and len(self._inbox) < _MAX_INPUT:
            readers.append(self._stdin)
        writers = [self._output] if self._outbox else []
        readable, writable, _ = select.select([*readers, *self.callers], writers, [], seconds)
        self._called = self._called or not self.callers.isdisjoint(readable)
        if self._wake_read in readable:
            os.read(self._wake_read, _CHUNK)
        if self._stdin in readable:
            self._receive()
        if writable:
            self._send()
        return bool(self._stdin in readable or writable)

    def _receive(self) -> None:
        try:
            data = os.read(self._stdin, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno not in (errno.EIO, errno.EISDIR, errno.ECONNRESET):
                raise RvemuError(f"stdin: {_reason(error)} (a readable stream)") from error
            data = b""
        self._ended = not data
        if self._ended and self.interactive and signal.SIGHUP in self._handlers:
            self._end(signal.SIGHUP, None)  # a raw terminal ends in no other way
        self._inbox += self._obey_escapes(data) if self._escapes else data

    def _send(self) -> None:
        try:
            sent = os.write(self._output, self._outbox[:_CHUNK])
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.EIO, errno.ECONNRESET):
                raise RvemuError(f"stdout: {_reason(error)} (a writable stream)") from error
            self.signal = self.signal or (signal.SIGPIPE if error.errno != errno.EIO else signal.SIGHUP)
            sent = len(self._outbox)
        del self._outbox[:sent]

    def _drain(self) -> None:
        """Pass the rest of the output on; after a signal, give up on a host that does not take it."""
        started = time.monotonic()
        ended, self._ended = self._ended, True
        while self._outbox and (self.signal is None or time.monotonic() - started < _CLOSE_SECONDS):
            self._pump(0.1)
        self._ended = ended

    def _obey_escapes(self, data: bytes) -> bytes:
        """Return `data` without the Ctrl-A commands in it, having obeyed them."""
        if not self._escaped and _CTRL_A not in data and not (self.interrupts and _CTRL_C in data):
            return data
        passed = bytearray()
        for byte in data:
            if self._escaped:
                self._escaped = False
                passed += self._obey(byte)
            elif byte == _CTRL_A:
                self._escaped = True
            elif byte == _CTRL_C and self.interrupts:
                self.monitor_requested = True
            else:
                passed.append(byte)
        return bytes(passed)

    def _obey(self, byte: int) -> bytes:
        match byte:
            case 0x58 | 0x78:  # X
                self._quit = True
            case 0x43 | 0x63 if self.has_monitor:  # C
                self.monitor_requested = True
            case 0x43 | 0x63:
                self.write(b"\r\nrvemu: no monitor without a terminal\r\n")
            case 0x48 | 0x68 | 0x3F:  # H, ?
                self.write(b"\r\n" + self._help().encode())
            case 0x01:
                return b"\x01"
            case 0x03:
                return b"\x03"
        return b""

    def _help(self) -> str:
        return _HELP + _MONITOR_HELP * self.has_monitor + _INTERRUPT_HELP * self.interrupts


def _kind_of(fd: int) -> str:
    """Return "file" (all input is there), "live" (more may come), or "none" (there will be no input)."""
    try:
        status, null = os.fstat(fd), os.stat(os.devnull)
    except OSError:
        return "none"
    if stat.S_ISREG(status.st_mode):
        return "file"
    if stat.S_ISDIR(status.st_mode) or (stat.S_ISCHR(status.st_mode) and status.st_rdev == null.st_rdev):
        return "none"
    return "live"


def _unblocking(fd: int) -> int:
    """Return a descriptor that writes where `fd` does and never blocks: a new one for a terminal or pipe.

    The flag on `fd` itself would reach every process that shares it, the user's shell among them.
    """
    if not (os.isatty(fd) or stat.S_ISFIFO(os.fstat(fd).st_mode)):
        return fd
    try:
        return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # no /proc, or a terminal of another mount namespace
        return fd


def _in_foreground(fd: int) -> bool:
    """Tell whether the terminal is ours to change; a shell that took it back has set it as it likes."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:  # not our controlling terminal: no job control
        return True


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _hung_up(fd: int) -> bool:
    """Tell whether a pipe or socket is at its end: nothing in it, and no writer."""
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    events = dict(poller.poll(0)).get(fd, 0)
    return bool(events & (select.POLLHUP | select.POLLERR)) and not events & select.POLLIN
