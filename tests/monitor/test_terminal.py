"""`rvemu run` and `rvemu monitor` as processes: batch, exit statuses, and a real terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from debug.gdb import Client
from terminals import Child, eventually, read_for

COOKED = termios.ICANON | termios.ECHO | termios.ISIG


def batch(script: str, tmp_path: Path, *options: str, stdin: bool = False) -> subprocess.CompletedProcess[str]:
    """Carry a script out without a terminal, from a file or from standard input."""
    path = tmp_path / "script.rvemu"
    path.write_text(script)
    source = [] if stdin else ["-x", str(path)]
    command = [sys.executable, "-m", "rvemu", "monitor", "--batch", *source, *options]
    typed = script if stdin else ""
    return subprocess.run(command, capture_output=True, text=True, input=typed, timeout=60, check=False)


@pytest.mark.parametrize("stdin", [False, True])
def test_a_batch_shows_answers_and_ends_with_0(tmp_path: Path, stdin: bool) -> None:
    done = batch("break main\ncontinue\nprint 1 + 1\n", tmp_path, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Breakpoint 1, main" in done.stdout
    assert done.stdout.endswith("0x2  2\n")
    assert "\x1b" not in done.stdout


def test_a_batch_stops_at_its_first_error_with_1(tmp_path: Path) -> None:
    done = batch("step\nnonsense\nstep\n", tmp_path)
    assert done.returncode == 1
    assert done.stdout.count("hart 0") == 1
    assert done.stderr.startswith(f"rvemu: {tmp_path}/script.rvemu:2: nonsense: no such command")
    assert len(done.stderr.splitlines()) == 1


def test_quit_gives_the_status_and_output_keeps_its_order(tmp_path: Path) -> None:
    done = batch("echo first\ncontinue\necho last\nquit 7\n", tmp_path)
    assert done.returncode == 7
    assert done.stdout.startswith("first\nrvemu sbi")
    assert done.stdout.index("self-check: ") < done.stdout.index("The guest powered off") < done.stdout.index("last")


def test_a_limit_of_cycles_holds_in_the_monitor_too(tmp_path: Path) -> None:
    done = batch("continue\nprint cycle\n", tmp_path, "--max-cycles", "5000")
    assert done.stdout.endswith("0x1388  5000\n")


def test_a_run_that_begins_in_the_monitor_ends_with_the_figures_of_a_plain_one(tmp_path: Path) -> None:
    options = ["--clock", "virtual", "--state-hash", "--stats=json", "--append", "selfcheck=auto"]
    command = [sys.executable, "-m", "rvemu", "run", *options]
    alone = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=True)
    figures = json.loads(alone.stderr)
    done = batch("break main\nstep\ncontinue\ncontinue\n", tmp_path, *options)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, alone.stdout.splitlines()[-1])
    kept = ("cycles", "instret", "exit_cause", "exit_code")
    assert [json.loads(done.stderr)[name] for name in kept] == [figures[name] for name in kept]


def test_the_end_of_a_run_that_the_user_left_is_told_so(tmp_path: Path) -> None:
    done = batch("runfor 1000\nquit 3\n", tmp_path, "--stats=json")
    assert done.returncode == 3
    assert json.loads(done.stderr.splitlines()[-1]).items() >= {"cycles": 1000, "exit_cause": "interrupted"}.items()


@contextmanager
def job(*arguments: str, state: Path) -> Iterator[Child]:
    """Yield rvemu as the foreground job of a terminal."""
    child = Child(
        f"import os, sys; os.environ['XDG_STATE_HOME'] = {str(state)!r}; os.environ['TERM'] = 'xterm'\n"
        "os.environ['PROMPT_TOOLKIT_NO_CPR'] = '1'\n"  # nobody answers here when asked for the cursor's place
        f"from rvemu.cli import main; sys.exit(main({list(arguments)!r}))"
    )
    try:
        yield child
    finally:
        child.close()


def type_keys(child: Child, keys: bytes, until: bytes) -> bytes:
    """Type, and return the screen's bytes up to what is waited for."""
    os.write(child.master, keys)
    shown = read_for(child.master, 20, until)
    assert until in shown, shown
    return shown


def to_the_guest(child: Child, keys: bytes) -> None:
    """Type what gives the terminal to the guest; keys that come before it has it would be the next prompt's."""
    os.write(child.master, keys)
    read_for(child.master, 20, b"\x1b[?2004l")
    read_for(child.master, 0.3)


def test_ctrl_c_comes_back_to_the_prompt_and_the_terminal_is_put_right(tmp_path: Path) -> None:
    with job("monitor", state=tmp_path) as child:
        type_keys(child, b"", b"(rvemu)")
        type_keys(child, b"continue\r", b"demo> ")
        type_keys(child, b"\x03", b"Interrupted")
        read_for(child.master, 20, b"(rvemu)")
        to_the_guest(child, b"\x01c")
        type_keys(child, b"help\r", b"demo> ")
        type_keys(child, b"\x01c", b"Interrupted")
        read_for(child.master, 20, b"(rvemu)")
        os.write(child.master, b"quit 5\r")
        assert child.wait() == 5
        assert child.local_flags() & COOKED == COOKED


def test_ctrl_c_ends_a_long_step(tmp_path: Path) -> None:
    with job("monitor", state=tmp_path) as child:
        type_keys(child, b"", b"(rvemu)")
        os.write(child.master, b"step 1000000000\r")
        read_for(child.master, 1.0)
        type_keys(child, b"\x03", b"Stopped")
        os.write(child.master, b"quit\r")
        assert child.wait() == 0


def test_a_plain_run_enters_the_monitor_and_goes_on(tmp_path: Path) -> None:
    with job("run", state=tmp_path) as child:
        type_keys(child, b"", b"demo> ")
        type_keys(child, b"\x01c", b"(rvemu)")
        to_the_guest(child, b"continue\r")
        os.write(child.master, b"poweroff\r")
        assert child.wait() == 0
        assert child.local_flags() & COOKED == COOKED


def test_the_monitor_opens_while_gdb_is_attached_and_gives_the_machine_back(tmp_path: Path) -> None:
    with job("run", "--gdb", "0", state=tmp_path) as child:
        found = re.search(rb"listening on 127.0.0.1:(\d+)", type_keys(child, b"", b"demo> "))
        assert found is not None
        with Client(int(found[1])) as client:
            assert client.ask(b"?").startswith(b"T05")
            client.send(b"c")
            type_keys(child, b"\x01c", b"(rvemu)")
            type_keys(child, b"stepi\r", b"hart 0 ")
            read_for(child.master, 20, b"(rvemu)")
            to_the_guest(child, b"continue\r")
            client.socket.sendall(b"\x03")
            assert client.receive().startswith(b"T02")
            type_keys(child, b"\x01c", b"(rvemu)")
            type_keys(child, b"stepi\r", b"GDB has stopped the machine")
            read_for(child.master, 20, b"(rvemu)")
            type_keys(child, b"continue\r", b"it goes on when GDB lets it")
            client.send(b"c")
            type_keys(child, b"help\r", b"demo> ")
            os.write(child.master, b"poweroff\r")
            assert client.receive() == b"W00"
        assert child.wait() == 0
        assert child.local_flags() & COOKED == COOKED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_leaves_the_terminal_right(number: signal.Signals, tmp_path: Path) -> None:
    with job("monitor", state=tmp_path) as child:
        type_keys(child, b"", b"(rvemu)")
        os.kill(child.pid, number)
        assert child.wait() == 128 + number
        assert eventually(lambda: child.local_flags() & COOKED == COOKED)
