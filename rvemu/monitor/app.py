"""The monitor on a terminal: prompt, toolbar, history."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from rvemu.errors import RvemuError
from rvemu.isa.csrfields import FIELDS
from rvemu.isa.modes import MODE_NAMES
from rvemu.monitor import registry
from rvemu.monitor.answers import Answer, Fragments
from rvemu.monitor.complete import SessionCompleter
from rvemu.monitor.keys import bindings
from rvemu.monitor.render import text_of
from rvemu.monitor.script import end_line, parse_line, read_script, respond, run_lines, write_through
from rvemu.monitor.session import Leave, Session, split_command
from rvemu.monitor.telling import tell_place
from rvemu.monitor.theme import depth, guessed_theme, style, wants_colours

_GREETING = "rvemu monitor: help lists the commands, tutorial shows the way, Ctrl-D quits\n"


class Monitor:
    """A session at a prompt."""

    def __init__(
        self, session: Session, *, debug: bool = False, input: Input | None = None, output: Output | None = None
    ) -> None:
        """Make a prompt; nothing is shown yet.

        Args:
            debug: errors of ours show where they happened.
            input: prompt_toolkit's keys, for tests.
            output: prompt_toolkit's screen, for tests.
        """
        self.session, self._debug, self._output = session, debug, output
        session.interactive = True
        session.settings.colours, session.settings.theme = wants_colours(), guessed_theme()
        session.emit, session.ask = self._emit, self._ask
        self._repeat = ""
        self._greeted = False
        self._prompt: PromptSession[str] = PromptSession(
            history=_history(), completer=SessionCompleter(session), complete_while_typing=False,
            auto_suggest=AutoSuggestFromHistory(), key_bindings=bindings(), bottom_toolbar=self._toolbar,
            input=input, output=output,
        )  # fmt: skip

    def interact(self, scripts: list[str] | None = None) -> int:
        """Read and carry out lines until the user leaves; return the exit status.

        Args:
            scripts: files whose lines come first.
        """
        self.session.machine.console.on_output = lambda data: write_through(self.session, data)
        with _terminal_kept():
            try:
                self._welcome(scripts or [])
                while True:
                    self._turn()
            except Leave as leave:
                return leave.code
            except EOFError:
                return 0

    def _welcome(self, scripts: list[str]) -> None:
        self._new_line()
        if not self._greeted:
            self._show([("class:note", _GREETING)])
            self._greeted = True
        self._show(tell_place(self.session).pieces)
        for path in scripts:
            try:
                run_lines(self.session, path, read_script(path), self._show, self._width)
            except RvemuError as error:
                self._show([("class:error", f"{error}\n")])

    def _turn(self) -> None:
        """Read a line and carry it out."""
        settings = self.session.settings
        try:
            line = self._prompt.prompt(
                FormattedText([("class:prompt", "(rvemu) ")]), style=style(settings.theme),
                color_depth=depth(settings.colours),
            )  # fmt: skip
        except KeyboardInterrupt:
            return
        line = line.strip() or self._repeat
        self._repeat = self._repeated(line)
        if line:
            self.perform(line)


    def _repeated(self, line: str) -> str:
        """Return what an empty line carries out next: the same, what goes on from it, or nothing."""
        with suppress(RvemuError):
            word, form, _ = split_command(self.session.expanded(line))
            entry = registry.find(word)
            if entry.goes_on:
                return f"{word}/{form}" if form else word
            return line if entry.repeats else ""
        return ""

    def perform(self, line: str) -> None:
        """Carry out one line and show the answer, or what is wrong."""
        try:
            shown = respond(self.session, line, self._width)
            self._new_line()
            if parse_line(line).paged and sys.stdout.isatty():
                _page(text_of(shown))
            else:
                self._show(shown)
        except RvemuError as error:
            self._new_line()
            self._show([("class:error", f"{error}\n")])
        except KeyboardInterrupt:
            self._show([("class:note", "interrupted\n")])
        except Leave:
            self._new_line()
            raise
        except Exception as error:
            if self._debug:
                raise
            text = " ".join(f"{type(error).__name__}: {error}".split())
            self._show([("class:error", f"our own fault: {text} (--debug shows where)\n")])

    def _new_line(self) -> None:
        """Leave the line that the guest has begun."""
        if end_line(self.session):
            self._show([("", "\n")])

    @property
    def _width(self) -> int:
        return self.session.settings.width or shutil.get_terminal_size().columns

    def _show(self, pieces: Fragments) -> None:
        if not pieces:
            return
        settings = self.session.settings
        print_formatted_text(
            FormattedText(pieces), end="", style=style(settings.theme), output=self._output,
            color_depth=depth(settings.colours), include_default_pygments_style=False,
        )  # fmt: skip

    def _emit(self, answer: Answer) -> None:
        self._show(answer.fragments(self._width))

    def _ask(self, question: str) -> bool:
        """Ask before what cannot be undone; an empty line means yes."""
        if not self.session.settings.confirm:
            return True
        try:
            asking = PromptSession[str](input=self._prompt.input, output=self._prompt.output)
            answer = asking.prompt(f"{question} [Y/n] ")
        except (KeyboardInterrupt, EOFError):
            return False
        return answer.strip().lower() in ("", "y", "yes")

    def _toolbar(self) -> FormattedText:
        session = self.session
        hart, stop = session.hart, session.last_stop
        symbol = session.describe(hart.pc)
        parts = [
            stop.kind if stop is not None else "stopped", f"hart {hart.id} {MODE_NAMES[hart.priv]}",
            f"{hart.pc:#x}" + f" <{symbol}>" * bool(symbol), _translation(hart.csr["satp"]),
            f"@{session.machine.cycle}",
        ]  # fmt: skip
        if session.speed:
            parts.append(f"{session.speed:.0f} MIPS" if session.speed >= 1 else f"{session.speed:.2g} MIPS")
        excess = len("  ".join(parts)) + 1 - self._width
        if excess > 0 and len(symbol) > excess:
            parts[2] = f"{hart.pc:#x} <{symbol[: -excess - 1]}~>"
        return FormattedText([("", " " + "  ".join(parts))])


def _translation(satp: int) -> str:
    mode = next(field for field in FIELDS["satp"] if field.name == "MODE")
    return (mode.values or {}).get(mode.of(satp), "?")


def _history() -> History:
    """Return the lines of earlier sessions, kept in the user's state folder if there can be one."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    path = Path(base).expanduser() / "rvemu" / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _page(text: str) -> None:
    """Show text through $PAGER."""
    pager = os.environ.get("PAGER") or "less"
    try:
        subprocess.run(pager, shell=True, input=text.encode(), check=False)
    except OSError:
        sys.stdout.write(text)


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Put the terminal's mode back at the end, whatever ends us; SIGTERM and SIGHUP end us in order."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    mode: list[Any] | None = None
    with suppress(termios.error, ValueError, OSError):
        mode = termios.tcgetattr(sys.stdin.fileno())
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if mode is not None:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, mode)
