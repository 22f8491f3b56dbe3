"""Pseudo-terminals for tests: a job on one of its own, and reading with a time limit."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn


def read_for(fd: int, seconds: float, until: bytes = b"") -> bytes:
    """Return what comes from `fd` until it ends, `until` has come, or the time is up."""
    data, deadline = b"", time.monotonic() + seconds
    while not (until and until in data) and (left := deadline - time.monotonic()) > 0:
        if not select.select([fd], [], [], left)[0]:
            break
        try:
            chunk = os.read(fd, 65536)
        except OSError:  # how Linux tells the master that the last slave has gone
            break
        if not chunk:
            break
        data += chunk
    return data


class Child:
    """A foreground job on a new pseudo-terminal, under a leader that does what a shell does.

    Attributes:
        pid: the job's process, alone in its process group.
        master: the far end of the terminal.
    """

    def __init__(self, script: str) -> None:
        reader, writer = os.pipe()
        self._leader, self.master = pty.fork()
        if self._leader == 0:
            _lead(script, writer)
        os.close(writer)
        self.pid = int(os.read(reader, 32))
        os.close(reader)

    def wait(self, seconds: float = 10.0) -> int:
        """Return the job's exit status, or fail if it does not end in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self._leader, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            read_for(self.master, 0.02)
        raise AssertionError("the job is still running")

    def state(self) -> str:
        """Return the state letter of the process, as `ps` shows it."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def local_flags(self) -> int:
        """Return the terminal's c_lflag."""
        return int(termios.tcgetattr(self.master)[3])

    def close(self) -> None:
        """End the job and its leader and free the terminal."""
        for pid in (self.pid, self._leader):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._leader, 0)
        os.close(self.master)


def _lead(script: str, report: int) -> NoReturn:
    """Run `script` as the foreground job, and end with its status."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(sys.executable, [sys.executable, "-c", script])
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.write(report, str(pid).encode())
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Tell whether `condition` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
