"""The bundled demo kernel on real terminals: pseudo-terminals, and tmux with a shell in it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminals import Child, eventually, read_for

RVEMU = "import sys; from rvemu.cli import main; sys.exit(main({arguments!r}))"
PROMPT = b"demo> "
LINES = [f"l{number:04}" for number in range(1700)]
PASTE = "".join(f"{line}\r" for line in LINES).encode()  # 10.2 kB
START_SECONDS = 30.0


def answer(line: str) -> str:
    """Return what the demo says to a line that is no command."""
    return f"{line}: unknown command"


@pytest.fixture
def demo() -> Iterator[Child]:
    """The demo's shell, at its prompt."""
    child = Child(RVEMU.format(arguments=["run"]))
    try:
        assert PROMPT in read_for(child.master, START_SECONDS, PROMPT)
        yield child
    finally:
        child.close()


def type_at(child: Child, data: bytes) -> threading.Thread:
    """Type `data` from another thread, which waits where the terminal does not take it yet."""

    def type_all() -> None:
        rest = data
        while rest:
            rest = rest[os.write(child.master, rest[:4096]) :]

    thread = threading.Thread(target=type_all)
    thread.start()
    return thread


def test_a_command_is_typed_and_answered(demo):
    os.write(demo.master, b"mem\r")
    assert b"memory 0x80" in read_for(demo.master, 10, b"free")


def test_the_guest_powers_off(demo):
    os.write(demo.master, b"poweroff\r")
    assert demo.wait() == 0


def test_ctrl_a_x_quits(demo):
    os.write(demo.master, b"\x01x")
    assert demo.wait() == 0


def test_ctrl_c_goes_to_the_guest(demo):
    os.write(demo.master, b"\x03time\r")
    assert b"ticks" in read_for(demo.master, 10, b"ticks")


def test_sigterm_ends_it_cleanly(demo):
    os.kill(demo.pid, signal.SIGTERM)
    assert demo.wait() == 143


def test_a_paste_of_10_kb_arrives_whole(demo):
    typing = type_at(demo, PASTE)
    seen = read_for(demo.master, 60, answer(LINES[-1]).encode()).decode()
    typing.join(10)
    assert [line for line in LINES if answer(line) not in seen] == []


def test_an_idle_guest_costs_under_a_twentieth_of_a_core(demo):
    def cpu_ticks() -> int:
        fields = Path(f"/proc/{demo.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    read_for(demo.master, 0.5)
    before = cpu_ticks()
    time.sleep(2)
    assert (cpu_ticks() - before) / os.sysconf("SC_CLK_TCK") < 2 * 0.05


class Tmux:
    """A tmux server of its own, with one pane in which a shell runs."""

    def __init__(self, folder: Path) -> None:
        self._command = ["tmux", "-S", str(folder / "socket"), "-f", "/dev/null"]
        environment = os.environ | {"PS1": "host$ ", "ENV": "", "TERM": "xterm"}
        server = ["start-server", ";", "set-option", "-g", "history-limit", "20000", ";"]
        session = ["new-session", "-d", "-x", "100", "-y", "50", "sh"]
        subprocess.run([*self._command, *server, *session], check=True, env=environment)

    def call(self, *arguments: str, data: bytes | None = None) -> str:
        """Run a tmux command and return its output."""
        command = [*self._command, *arguments]
        return subprocess.run(command, check=True, input=data, stdout=subprocess.PIPE).stdout.decode()

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        self.call("send-keys", "-l", line)
        self.call("send-keys", "Enter")

    def screen(self) -> str:
        """Return what the pane shows, with what has scrolled off."""
        return self.call("capture-pane", "-p", "-J", "-S", "-")

    def shows(self, text: str, seconds: float = START_SECONDS) -> bool:
        """Tell whether `text` comes to be on the screen."""
        return eventually(lambda: text in self.screen(), seconds)

    def close(self) -> None:
        """End the server and all that runs in it."""
        subprocess.run([*self._command, "kill-server"], check=False, stderr=subprocess.DEVNULL)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """A shell in tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = Tmux(tmp_path)
    try:
        yield terminal
    finally:
        terminal.close()


def modes(tmux: Tmux, path: Path) -> str:
    """Return the terminal's modes as the shell finds them."""
    tmux.type(f"stty -a > {path} && echo mode''s")
    assert tmux.shows("modes", 10)
    tmux.type("clear")
    tmux.call("clear-history")
    return path.read_text()


def start_demo(tmux: Tmux) -> None:
    """Start the demo as a job of the shell, up to its prompt."""
    tmux.type(f"{sys.executable} -c {shlex.quote(RVEMU.format(arguments=['run']))}; echo status $?")
    assert tmux.shows("demo> ")


def test_the_shell_finds_its_terminal_as_it_was(tmux, tmp_path):
    before = modes(tmux, tmp_path / "before")
    start_demo(tmux)
    tmux.call("send-keys", "C-a", "x")
    assert tmux.shows("status 0")
    assert modes(tmux, tmp_path / "after") == before


def test_a_job_can_be_stopped_and_brought_back(tmux, tmp_path):
    tmux.type("set -m")
    before = modes(tmux, tmp_path / "before")
    tmux.type(f"{sys.executable} -c {shlex.quote(RVEMU.format(arguments=['run']))} & echo pi''d $!; fg")
    assert tmux.shows("demo> ")
    pid = int(tmux.screen().partition("pid ")[2].split()[0])
    os.kill(pid, signal.SIGTSTP)
    assert tmux.shows("Stopped")
    assert modes(tmux, tmp_path / "stopped") == before
    tmux.type("fg")
    assert eventually(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T")
    tmux.type("mem")
    assert tmux.shows("pages:")
    tmux.type("poweroff")
    assert eventually(lambda: not Path(f"/proc/{pid}").exists())
    assert modes(tmux, tmp_path / "after") == before


def test_tmux_pastes_10_kb_whole(tmux):
    start_demo(tmux)
    tmux.call("load-buffer", "-", data=PASTE)
    tmux.call("paste-buffer")
    assert tmux.shows(answer(LINES[-1]), 60)
    screen = tmux.screen()
    assert [line for line in LINES if answer(line) not in screen] == []


def test_the_monitor_on_a_terminal(tmux, tmp_path):
    """Typed into a real terminal: completion, a breakpoint, the console by Ctrl-A C, and the terminal put back."""
    before = modes(tmux, tmp_path / "before")
    tmux.type(f"{sys.executable} -c {shlex.quote(RVEMU.format(arguments=['monitor']))}; echo status $?")
    assert tmux.shows("(rvemu)")
    tmux.call("send-keys", "-l", "break mai")
    assert tmux.shows("break mai")
    tmux.call("send-keys", "Tab")
    assert tmux.shows("break main")
    tmux.call("send-keys", "Enter")
    assert tmux.shows("Breakpoint 1")
    tmux.type("continue")
    assert tmux.shows("Breakpoint 1, main")
    tmux.type("delete 1")
    tmux.type("continue")
    assert tmux.shows("demo>")
    tmux.call("send-keys", "C-a", "c")
    tmux.type("p 40 + 2")
    assert tmux.shows("0x2a  42")
    tmux.type("quit")
    assert tmux.shows("status 0")
    assert modes(tmux, tmp_path / "after") == before
