"""Commands about the monitor itself: settings, displayed expressions, aliases, scripts, Python."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Annotated, Any

from rvemu.monitor.answers import Answer, Fragments, Table, Text
from rvemu.monitor.assign import assign
from rvemu.monitor.displays import Display
from rvemu.monitor.registry import CommandError, Expression, Kind, Rest, choice, command
from rvemu.monitor.script import read_script, run_lines
from rvemu.monitor.session import Session, Settings, next_word

_SWITCH = {"on": True, "1": True, "yes": True, "off": False, "0": False, "no": False}
_SETTINGS = tuple(each.name for each in fields(Settings))


def _setting_words(session: Session, typed: str) -> Sequence[str]:
    return [*(name for name in _SETTINGS if name.startswith(typed)), *session.names(typed)]


Setting = Annotated[str, Kind("NAME VALUE", lambda session, text: text, _setting_words, rest=True)]


@command("set", group="monitor", examples=("set width 100", "set theme light", "set $a0 = 5", "set *(u32*)sp = 1"))
def set_(session: Session, text: Setting = "") -> Answer:
    """Change a setting, or a register, CSR or memory; without arguments show the settings.

    confirm on|off, width N (0: that of the terminal), colours on|off, theme dark|light, json on|off, interrupt
    monitor|guest: who gets Ctrl-C while the guest runs.
    """
    name, value = next_word(text)
    name = {"color": "colours", "colors": "colours", "style": "colours"}.get(name, name)
    if not name:
        return _settings(session)
    if name == "interrupt":
        return _set_interrupt(session, value)
    if name not in _SETTINGS:
        return assign(session, text.removeprefix("var "))
    setattr(session.settings, name, _setting_value(name, value))
    return Text.of(f"{name} {value}", "class:note", {name: getattr(session.settings, name)})


def _setting_value(name: str, value: str) -> object:
    if name == "theme":
        if value not in ("dark", "light"):
            raise CommandError(f"set theme: {value or 'nothing'} is none (dark or light)")
        return value
    if name == "width":
        if not value.isdigit():
            raise CommandError(f"set width: {value or 'nothing'} is no number of columns (0: the terminal's)")
        return int(value)
    if value not in _SWITCH:
        raise CommandError(f"set {name}: {value or 'nothing'} is no setting (on or off)")
    return _SWITCH[value]


def _set_interrupt(session: Session, value: str) -> Answer:
    if value not in ("monitor", "guest"):
        raise CommandError(f"set interrupt: {value or 'nothing'} is none (monitor or guest)")
    if session.console is not None:
        session.console.interrupts = value == "monitor"
    return Text.of(f"interrupt {value}", "class:note", {"interrupt": value})


def _settings(session: Session) -> Table:
    rows = [(name, _word(getattr(session.settings, name))) for name in _SETTINGS]
    if session.console is not None:
        rows.append(("interrupt", "monitor" if session.console.interrupts else "guest"))
    return Table(("setting", "value"), rows)


def _word(value: object) -> object:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


@command("json", group="monitor", examples=("json on", "json off"))
def json_(session: Session, switch: Annotated[str, choice("on", "off")] = "on") -> Answer:
    """Let every answer be JSON, or text again; `--json` at the end of a line does it for one answer."""
    session.settings.json = _SWITCH[switch]
    return Text.of(f"json {switch}", "class:note", {"json": session.settings.json})


@command("display", group="monitor", examples=("display a0", "display/i pc", "display/4xg sp", "display/d *(i32*)sp"),
         slash=True)  # fmt: skip
def display(session: Session, form: str, expression: Expression = "") -> Answer:
    """Show an expression at every stop; without one, list those shown.

    FMT is one of print, or one of x, such as i, s or 4xw: then the memory at the expression's value is shown.
    """
    if not expression:
        if form:
            raise CommandError(f"display/{form}: an expression is missing (display/i pc)")
        return _displays(session)
    new, number = Display(expression, form), max(session.displayed, default=0) + 1
    value = new.value(session)
    if isinstance(value, int):
        new.text(session, value)
    session.displayed[number] = new
    return Text(*new.shown(session, number))


def _displays(session: Session) -> Table:
    rows = [(number, each.label) for number, each in session.displayed.items()]
    return Table(("n", "what"), rows, empty="nothing is displayed")


def _displayed(session: Session, text: str) -> int:
    if not text.isdigit() or int(text) not in session.displayed:
        raise CommandError(f"undisplay: there is no {text} (`display` lists them)")
    return int(text)


def _displayed_words(session: Session, typed: str) -> Sequence[str]:
    return [str(number) for number in session.displayed if str(number).startswith(typed)]


Displayed = Annotated[int, Kind("N", _displayed, _displayed_words)]


@command("undisplay", group="monitor", examples=("undisplay 1",))
def undisplay(session: Session, *numbers: Displayed) -> Answer:
    """Show expressions no more at stops, those with the numbers given or all."""
    gone = set(numbers or session.displayed)
    for each in gone:
        del session.displayed[each]
    return Text.of(f"{len(gone)} gone", "class:note", len(gone))


@command("alias", group="monitor", examples=("alias sc = catch syscall", "alias"))
def alias(session: Session, text: Rest = "") -> Answer:
    """Give a line a short name, `alias NAME = LINE`; without arguments list the names given."""
    name, line = next_word(text)
    if name and not line.removeprefix("=").strip():
        raise CommandError(f"alias: what {name} stands for is missing (alias {name} = step 10)")
    if name:
        session.aliases[name] = line.removeprefix("=").strip()
    return Table(("alias", "line"), sorted(session.aliases.items()), empty="no aliases")


def _files(session: Session, typed: str) -> Sequence[str]:
    """Return the files and folders whose path begins so."""
    folder, begun = os.path.split(typed)
    with contextlib.suppress(OSError):
        found = [entry for entry in os.scandir(os.path.expanduser(folder) or ".") if entry.name.startswith(begun)]
        return sorted(os.path.join(folder, entry.name) + "/" * entry.is_dir() for entry in found)
    return ()


File = Annotated[str, Kind("FILE", lambda session, text: text, _files)]


@command("source", group="monitor", aliases=("include",), examples=("source boot.rvemu",))
def source(session: Session, path: File) -> Answer | None:
    """Carry out the lines of a file, to the first error."""
    shown: Fragments = []

    def show(pieces: Fragments) -> None:
        if session.emit is not None:
            session.emit(Text(pieces))
        else:
            shown.extend(pieces)

    run_lines(session, path, read_script(path), show)
    return Text(shown) if shown else None


@command("echo", group="monitor", examples=("echo here we are",))
def echo(session: Session, text: Rest = "") -> Answer:
    """Show a text, for scripts."""
    return Text.of(text)


@command("shell", group="monitor", aliases=("!",), examples=("shell ls", "!ls"))
def shell(session: Session, line: Rest) -> Answer:
    """Run a command of the host's shell, and show what it prints."""
    done = subprocess.run(line, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)  # fmt: skip
    return Text.of(done.stdout.decode(errors="replace"))


@command("py", group="monitor", aliases=("python",), examples=("py hex(hart.pc)", "py m.cycle // 1000"))
def py(session: Session, code: Rest) -> Answer | None:
    """Carry out Python: m is the machine, hart the current hart, session this session; names given stay."""
    names = session.python
    names.update(m=session.machine, hart=session.hart, session=session)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            value = _carried_out(code, names)
    except Exception as error:
        raise CommandError(f"py: {type(error).__name__}: {error}") from error
    text = printed.getvalue() + ("" if value is None else f"{value!r}\n")
    return Text.of(text, data=value) if text else None


def _carried_out(code: str, names: dict[str, Any]) -> object:
    run: Callable[..., object] = eval
    try:
        compiled = compile(code, "py", "eval")
    except SyntaxError:
        compiled, run = compile(code, "py", "exec"), exec
    return run(compiled, names)
