"""The prompt, through prompt_toolkit's pipe input and a screen that records."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from rvemu.monitor.app import Monitor
from rvemu.monitor.session import Session


class Screen(DummyOutput):
    """What is written, without where."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, data: str) -> None:
        """Keep it."""
        self.text += data

    def write_raw(self, data: str) -> None:
        """Keep it."""
        self.text += data

    def get_size(self) -> Size:
        """Return the usual one."""
        return Size(rows=24, columns=80)


@contextmanager
def typed(session: Session, keys: str, debug: bool = False) -> Iterator[Monitor]:
    """Yield a monitor that has these keys to read."""
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        yield Monitor(session, debug=debug, input=pipe, output=Screen())


def interact(session: Session, keys: str) -> tuple[int, str]:
    """Let the keys be typed; return the exit status and what was shown."""
    with typed(session, keys) as monitor:
        status = monitor.interact()
        screen = monitor._output
    assert isinstance(screen, Screen)
    return status, screen.text.replace("\r", "")


def test_steps_and_enter_repeats_them(session: Session) -> None:
    status, text = interact(session, "step\n\n\nquit 3\n")
    assert status == 3
    assert session.machine.cycle == 3
    assert "hart 0 M 0x1000  auipc" in text
    assert "hart 0 M 0x100c  ld" in text


def test_enter_repeats_nothing_that_should_not_be(session: Session) -> None:
    interact(session, "step\nbreak main\n\n\nq\n")
    assert session.machine.cycle == 1
    assert len(list(session.stops)) == 1


def test_enter_goes_on_in_memory(session: Session) -> None:
    _, text = interact(session, "x/2xh 0x1000\n\nhexdump 0x1000 16\n\nq\n")
    assert [line[:10] for line in text.splitlines() if line.startswith(("0x100", "000010"))] == \
        ["0x1000: 0x", "0x1004: 0x", "00001000  ", "00001010  "]  # fmt: skip


def test_ctrl_d_leaves_and_ctrl_c_drops_the_line(session: Session) -> None:
    status, _ = interact(session, "step 99\x03step\n\x04")
    assert status == 0
    assert session.machine.cycle == 1


def test_a_mistake_is_told_and_the_prompt_comes_back(session: Session) -> None:
    _, text = interact(session, "stpe\nstep\nq\n")
    assert "stpe: no such command (did you mean" in text
    assert session.machine.cycle == 1


def test_our_own_faults_show_no_traceback_unless_asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(hart: int = 0) -> None:
        raise ValueError("so\nlong")

    monkeypatch.setattr(session.machine, "step", fail)
    _, text = interact(session, "step\nq\n")
    assert "our own fault: ValueError: so long (--debug shows where)" in text
    assert "Traceback" not in text
    with typed(session, "step\nq\n", debug=True) as monitor, pytest.raises(ValueError, match="so"):
        monitor.interact()


def test_tab_completes(session: Session) -> None:
    with create_pipe_input() as pipe:
        monitor = Monitor(session, input=pipe, output=Screen())
        pipe.send_text("tbreak page_al\t")
        later = threading.Timer(0.3, pipe.send_text, ["\nq\n"])
        later.start()
        monitor.interact()
        later.join()
    assert next(iter(session.stops)).what.startswith("page_alloc")


def test_ctrl_a_c_goes_to_the_guest(session: Session) -> None:
    interact(session, "break main\n\x01cq\n")
    assert session.describe(session.hart.pc) == "main"


def test_history_is_kept_and_searched(session: Session, tmp_path: Path) -> None:
    interact(session, "step 2\nq\n")
    assert "+step 2" in (tmp_path / "state" / "rvemu" / "history").read_text()
    interact(session, "\x12ste\n\nq\n")
    assert session.machine.cycle == 4


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").exists(), reason="needs a folder nobody can make")
def test_without_a_state_folder_it_works_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/self/none")
    assert interact(session, "step\nq\n")[0] == 0


def test_deleting_all_asks_first(session: Session) -> None:
    interact(session, "break main\ndelete\nn\nq\n")
    assert len(list(session.stops)) == 1
    interact(session, "delete\ny\nq\n")
    assert list(session.stops) == []


def test_the_toolbar_tells_state_hart_place_and_speed(session: Session) -> None:
    session.execute("break main")
    session.execute("continue")
    with typed(session, "") as monitor:
        text = "".join(piece[1] for piece in monitor._toolbar())
    for word in ("breakpoint", "hart 0 S", "<main>", "Bare", f"@{session.machine.cycle}", "MIPS"):
        assert word in text


def test_no_color_and_the_terminals_background_are_heeded(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLORFGBG", "0;15")
    with typed(session, ""):
        assert not session.settings.colours
        assert session.settings.theme == "light"
