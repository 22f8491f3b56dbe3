"""`Terminal` on pipes, files and pseudo-terminals; a loop that echoes stands for the machine."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from terminals import Child, eventually, read_for

from rvemu.console import Terminal

ECHO = """
import sys
from rvemu.console import Terminal

with Terminal() as terminal:
    terminal.write(b"ready\\n")
    while not (terminal.quit_requested or terminal.at_end):
        data = terminal.poll()
        terminal.write(data)
        if not data:
            terminal.wait({seconds})
sys.exit(128 + terminal.signal if terminal.signal else 0)
"""
"""A guest that returns what is typed, run as a process of its own."""

PASTE = bytes(range(0x20, 0x7F)) * 110  # 10 kB of printable text


@contextmanager
def pipe_terminal(**options: bool) -> Iterator[tuple[Terminal, int, int]]:
    """Yield a terminal on two pipes, and the far ends of its input and output."""
    input_read, input_write = os.pipe()
    output_read, output_write = os.pipe()
    try:
        yield Terminal(input_read, output_write, **options), input_write, output_read
    finally:
        for fd in (input_read, input_write, output_read, output_write):
            with suppress(OSError):  # a test may have closed it
                os.close(fd)


def terminal_on(path: Path | str) -> Terminal:
    """Return a terminal whose input is the file `path`; the descriptor lives as long as the test process."""
    return Terminal(os.open(path, os.O_RDONLY), os.open(os.devnull, os.O_WRONLY))


@pytest.fixture
def child() -> Iterator[Child]:
    """An echoing guest that is ready."""
    child = Child(ECHO.format(seconds=None))
    try:
        assert b"ready" in read_for(child.master, 10, b"ready\r\n")
        yield child
    finally:
        child.close()


def test_bytes_pass_undecoded_on_a_pipe():
    with pipe_terminal() as (terminal, keys, screen), terminal:
        data = bytes(range(256)) * 2
        os.write(keys, data)
        assert terminal.poll() == data
        terminal.write(data)
        assert terminal.poll() == b""
        assert read_for(screen, 5, data) == data


def test_ctrl_a_c_asks_for_the_monitor_and_the_next_entry_forgets_it():
    with pipe_terminal(escapes=True) as (terminal, keys, _):
        terminal.has_monitor = True
        with terminal:
            os.write(keys, b"a\x01cb\x03")
            assert terminal.poll() == b"ab\x03"
            assert terminal.monitor_requested
            assert terminal.quit_requested
        with terminal:
            assert not terminal.quit_requested
            os.write(keys, b"again")
            assert terminal.poll() == b"again"
        assert not terminal.at_end


def test_ctrl_c_asks_for_the_monitor_where_it_interrupts():
    with pipe_terminal(escapes=True) as (terminal, keys, _), terminal:
        terminal.has_monitor = terminal.interrupts = True
        os.write(keys, b"a\x01\x03b")
        assert terminal.poll() == b"a\x03b"
        assert not terminal.monitor_requested
        os.write(keys, b"\x03")
        assert terminal.poll() == b""
        assert terminal.monitor_requested
        assert terminal.signal is None


def test_the_output_is_at_the_start_of_a_line_or_not():
    with pipe_terminal() as (terminal, _, _), terminal:
        assert terminal.at_line_start
        terminal.write(b"prompt> ")
        assert not terminal.at_line_start
        terminal.write(b"\n")
        assert terminal.at_line_start


def test_poll_never_waits_for_input():
    with pipe_terminal() as (terminal, _, _), terminal:
        assert terminal.poll() == b""
        assert not terminal.at_end


def test_end_of_input_only_means_that_no_more_keys_come():
    with pipe_terminal() as (terminal, keys, _), terminal:
        os.write(keys, b"last")
        os.close(keys)
        assert terminal.poll() == b"last"
        assert terminal.poll() == b""
        assert terminal.at_end
        assert not terminal.quit_requested


def test_input_that_is_not_fetched_yet_is_no_end():
    with pipe_terminal() as (terminal, keys, _), terminal:
        os.write(keys, b"last")
        os.close(keys)
        assert terminal.wait(5)
        assert not terminal.at_end


def test_wait_ends_with_its_time():
    with pipe_terminal() as (terminal, _, _), terminal:
        started = time.monotonic()
        assert not terminal.wait(0.05)
        assert time.monotonic() - started >= 0.05


def test_wait_for_ever_ends_where_no_input_can_come():
    with terminal_on(os.devnull) as terminal:
        assert not terminal.wait(None)


def test_wait_passes_output_on_before_it_sleeps():
    with pipe_terminal() as (terminal, _, screen), terminal:
        terminal.write(b"prompt> ")
        terminal.wait(0)
        terminal.wait(0.01)
        assert read_for(screen, 5, b"> ") == b"prompt> "


def test_a_file_gives_as_much_as_is_asked_for(tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "keys").write_bytes(data)
    with terminal_on(tmp_path / "keys") as terminal:
        taken = [terminal.poll(limit) for limit in (1000, 0, 1 << 20, 1 << 20, 1 << 20)]
        assert [len(part) for part in taken] == [1000, 0, 1 << 20, 1 << 20, 3_000_000 - 1000 - (2 << 20)]
        assert b"".join(taken) == data
        assert terminal.at_end


def test_who_does_not_listen_sleeps_on_though_input_waits():
    with pipe_terminal() as (terminal, keys, _), terminal:
        os.write(keys, b"key")
        started = time.monotonic()
        assert not terminal.wait(0.05, listen=False)
        assert time.monotonic() - started >= 0.05
        assert terminal.wait(5)


def test_a_wait_may_be_longer_than_the_host_can_count():
    with pipe_terminal() as (terminal, keys, _), terminal:
        os.write(keys, b"key")
        assert terminal.wait(1e300)


def test_output_that_the_host_does_not_take_never_stops_input():
    with pipe_terminal() as (terminal, keys, screen), terminal:
        terminal.write(b"x" * 900_000)
        os.write(keys, b"key")
        assert terminal.poll() == b"key"
        os.close(screen)


def test_all_output_arrives_though_the_host_is_slow(tmp_path):
    with pipe_terminal() as (terminal, _, screen):
        data = os.urandom(300_000)
        command = ["sh", "-c", f"sleep 0.2; exec head -c {len(data)}"]
        with (tmp_path / "screen").open("wb") as taken:
            process = subprocess.Popen(command, stdin=screen, stdout=taken)
        with terminal:
            terminal.write(data)
        assert process.wait(timeout=10) == 0
        assert (tmp_path / "screen").read_bytes() == data


def test_output_that_nobody_reads_any_more_ends_the_run():
    with pipe_terminal() as (terminal, _, screen), terminal:
        os.close(screen)
        terminal.write(b"lost")
        terminal.poll()
        assert terminal.signal == signal.SIGPIPE
        assert terminal.quit_requested


@pytest.mark.parametrize(
    ("keys", "seen", "quits"),
    [
        (b"ab\x01xcd", b"abcd", True),
        (b"\x01X", b"", True),
        (b"a\x01\x01b", b"a\x01b", False),
        (b"\x01h", b"", False),
        (b"\x01c", b"", False),
        (b"\x01zq", b"q", False),
        (b"x", b"x", False),
    ],
)
def test_escapes_are_obeyed_and_not_passed_on(keys, seen, quits):
    with pipe_terminal(escapes=True) as (terminal, far_end, _), terminal:
        os.write(far_end, keys)
        assert (terminal.poll(), terminal.quit_requested) == (seen, quits)


def test_an_escape_may_come_in_two_pieces():
    with pipe_terminal(escapes=True) as (terminal, keys, _), terminal:
        os.write(keys, b"\x01")
        assert terminal.poll() == b""
        os.write(keys, b"x")
        assert terminal.poll() == b""
        assert terminal.quit_requested


def test_escapes_are_plain_bytes_off_a_terminal():
    with pipe_terminal() as (terminal, keys, _), terminal:
        os.write(keys, b"\x01x")
        assert terminal.poll() == b"\x01x"


def test_help_is_shown_on_request():
    with pipe_terminal(escapes=True) as (terminal, keys, screen), terminal:
        os.write(keys, b"\x01h")
        terminal.poll()
        assert b"Ctrl-A X  quit" in read_for(screen, 5, b"quit")


def test_the_clock_is_virtual_where_all_input_is_there(tmp_path):
    (tmp_path / "keys").write_bytes(b"ls\n")
    assert terminal_on(os.devnull).default_clock() == "virtual"
    assert terminal_on(tmp_path / "keys").default_clock() == "virtual"
    with pipe_terminal() as (terminal, keys, _):
        os.close(keys)
        assert terminal.default_clock() == "virtual"


def test_the_clock_is_paced_on_an_open_pipe():
    with pipe_terminal() as (terminal, _, _):
        assert terminal.default_clock() == "paced"


def test_the_clock_is_paced_on_a_terminal():
    master, slave = pty.openpty()
    try:
        assert Terminal(slave, slave).default_clock() == "paced"
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_wait_and_asks_for_the_end(number):
    with pipe_terminal() as (terminal, _, _), terminal:
        os.kill(os.getpid(), number)
        assert terminal.wait(5)
        assert terminal.signal == number


def test_signal_handlers_are_put_back():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    with pipe_terminal() as (terminal, _, _), terminal:
        pass
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)] == before


def test_an_ignored_hangup_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with pipe_terminal() as (terminal, _, _), terminal:
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminal_is_raw_inside_the_context(child):
    assert not child.local_flags() & (termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)


def test_control_keys_reach_the_guest(child):
    os.write(child.master, b"\x03\x04\x1a\x1c\x11\x13\r")
    assert read_for(child.master, 5, b"\r") == b"\x03\x04\x1a\x1c\x11\x13\r"


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda pid, master: os.write(master, b"\x01x"), 0),
        (lambda pid, master: os.kill(pid, signal.SIGTERM), 143),
        (lambda pid, master: os.kill(pid, signal.SIGHUP), 129),
        (lambda pid, master: os.kill(pid, signal.SIGINT), 130),
    ],
    ids=["Ctrl-A X", "SIGTERM", "SIGHUP", "SIGINT"],
)
def test_the_terminal_is_restored_after_the_end(end, status):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [sys.executable, "-c", ECHO.format(seconds=None)], stdin=slave, stdout=slave, start_new_session=True
    )
    try:
        assert b"ready" in read_for(master, 10, b"ready\r\n")
        assert termios.tcgetattr(slave) != before
        end(process.pid, master)
        assert process.wait(timeout=10) == status
        assert termios.tcgetattr(slave) == before
    finally:
        process.kill()
        os.close(master)
        os.close(slave)


def test_the_terminal_is_restored_around_a_stop(child):
    raw = child.local_flags()
    os.kill(child.pid, signal.SIGTSTP)
    assert eventually(lambda: child.state() == "T")
    assert child.local_flags() & (termios.ICANON | termios.ECHO) == termios.ICANON | termios.ECHO
    os.kill(child.pid, signal.SIGCONT)
    assert eventually(lambda: child.local_flags() == raw)
    os.write(child.master, b"on")
    assert read_for(child.master, 5, b"on").endswith(b"on")


def test_a_continued_process_makes_the_terminal_raw_again(child):
    raw = child.local_flags()
    os.kill(child.pid, signal.SIGSTOP)
    assert eventually(lambda: child.state() == "T")
    mode = termios.tcgetattr(child.master)
    mode[3] |= termios.ICANON | termios.ECHO  # as the shell does
    termios.tcsetattr(child.master, termios.TCSANOW, mode)
    os.kill(child.pid, signal.SIGCONT)
    assert eventually(lambda: child.local_flags() == raw)


def test_a_second_stop_works_like_the_first(child):
    for _ in range(2):
        os.kill(child.pid, signal.SIGTSTP)
        assert eventually(lambda: child.state() == "T")
        os.kill(child.pid, signal.SIGCONT)
        assert eventually(lambda: child.state() != "T")
    os.write(child.master, b"\x01x")
    assert child.wait() == 0


def test_a_paste_of_10_kb_arrives_whole(child):
    sender = subprocess.Popen(
        [sys.executable, "-c", f"import os; os.write({child.master}, {PASTE!r})"], pass_fds=[child.master]
    )
    echoed = read_for(child.master, 10, PASTE)
    assert sender.wait(timeout=10) == 0
    assert echoed == PASTE


def test_a_paste_arrives_whole_though_its_echo_is_not_read_meanwhile(child):
    for start in range(0, len(PASTE), 512):
        os.write(
            child.master, PASTE[start : start + 512]
        )  # blocks for good if the guest waits for its output
    assert read_for(child.master, 10, PASTE) == PASTE


def test_the_end_of_the_terminal_ends_the_run():
    child = Child(ECHO.format(seconds=None))
    read_for(child.master, 10, b"ready\r\n")
    os.close(child.master)
    child.master = os.open(os.devnull, os.O_RDONLY)
    try:
        assert child.wait() == 128 + signal.SIGHUP
    finally:
        child.close()


def test_an_idle_wait_costs_no_cpu_time(child):
    def cpu_ticks() -> int:
        fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    before = cpu_ticks()
    time.sleep(1)
    assert (cpu_ticks() - before) / os.sysconf("SC_CLK_TCK") < 0.05
