"""From a typed line to the text shown: filters, redirection, JSON; and scripts of such lines."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rvemu.errors import RvemuError
from rvemu.monitor import registry
from rvemu.monitor.answers import Fragments
from rvemu.monitor.registry import CommandError
from rvemu.monitor.render import as_json, lines, text_of
from rvemu.monitor.session import Leave, Session, next_word, split_command

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130

Filter = Callable[[list[Fragments], str], list[Fragments]]


def _grep(shown: list[Fragments], words: str) -> list[Fragments]:
    invert = words.startswith("-v ")
    try:
        pattern = re.compile(words.removeprefix("-v ").strip().strip("\"'"), re.IGNORECASE)
    except re.error as error:
        raise CommandError(f"grep: {error} (a regular expression)") from None
    return [line for line in shown if bool(pattern.search(text_of(line))) != invert]


def _count(words: str) -> int:
    if not words:
        return 10
    if not words.removeprefix("-").isdigit():
        raise CommandError(f"{words}: no number of lines")
    return int(words.removeprefix("-"))


def _save(shown: list[Fragments], words: str) -> list[Fragments]:
    path = Path(words.strip()).expanduser()
    try:
        path.write_text("".join(map(text_of, shown)))
    except OSError as error:
        raise CommandError(f"{words}: {(error.strerror or '').lower()} (a file that can be written)") from error
    return []


FILTERS: dict[str, Filter] = {
    "grep": _grep,
    "head": lambda shown, words: shown[: _count(words)],
    "tail": lambda shown, words: shown[-_count(words) :] if _count(words) else [],
    "wc": lambda shown, words: [[("", f"{len(shown)}\n")]],
    "save": _save,
    "less": lambda shown, words: shown,
}
"""What may stand behind a bar; `less` is the terminal's."""

_BAR = re.compile(rf"\s\|\s*(?=(?:{'|'.join(FILTERS)})(?:\s|$))")


@dataclass(frozen=True)
class Line:
    """A line of the user.

    Attributes:
        command: what is carried out.
        filters: names and words of the filters, in order.
        json: the answer is to be JSON.
    """

    command: str
    filters: tuple[tuple[str, str], ...] = ()
    json: bool = False

    @property
    def paged(self) -> bool:
        """Whether it ends in `| less`."""
        return bool(self.filters) and self.filters[-1][0] == "less"


def parse_line(text: str) -> Line:
    """Return the parts of a line; `|` and `>` count only where they cannot be operators of an expression."""
    command, *rest = _BAR.split(text.strip())
    filters = [next_word(part) for part in rest]
    command, path = _redirection(command)
    if path:
        filters.insert(0, ("save", path))
    json = bool(re.search(r"(^|\s)--json$", command))
    return Line(command.removesuffix("--json").rstrip() if json else command, tuple(filters), json)


def _redirection(command: str) -> tuple[str, str]:
    """Split `> FILE` off, unless the command takes an expression to the end of its line."""
    found = re.fullmatch(r"(.+\S)\s+>\s*([^\s=>]\S*)\s*", command, re.DOTALL)
    if found is None:
        return command, ""
    try:
        entry = registry.find(split_command(command)[0])
    except CommandError:
        return command, ""
    if any(argument.kind.rest or argument.many for argument in entry.arguments):
        return command, ""
    return found[1], found[2]


def respond(session: Session, text: str, width: int) -> Fragments:
    """Carry a line out, and return what it shows.

    Raises:
        RvemuError: in one line.
        Leave: the session is over.
    """
    line = parse_line(text)
    answer = session.execute(line.command)
    if answer is None:
        return []
    if line.json or session.settings.json:
        shown: Fragments = [("", as_json(answer))]
    else:
        shown = answer.fragments(width)
    if not line.filters:
        return shown
    filtered = list(lines(shown))
    for name, words in line.filters:
        filtered = FILTERS[name](filtered, words)
    return [piece for each in filtered for piece in each]


def read_script(path: str) -> list[str]:
    """Return the lines of a script.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        return Path(path).expanduser().read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "no text"
        raise CommandError(f"{path}: {reason} (a file of monitor commands)") from error


class ScriptError(RvemuError):
    """A line of a script could not be carried out."""


def run_lines(
    session: Session, name: str, script: Iterable[str], show: Callable[[Fragments], None], width: int = 80
) -> None:
    """Carry out the lines of a script, to the first error.

    Args:
        name: that of the file, for errors.
        show: takes what each line shows.
    Raises:
        ScriptError: with file and line.
        Leave: a line said so.
    """
    for number, line in enumerate(script, 1):
        try:
            show(respond(session, line, width))
        except RvemuError as error:
            raise ScriptError(f"{name}:{number}: {error}") from error


def run_batch(session: Session, scripts: Iterable[tuple[str, Iterable[str]]]) -> int:
    """Carry out scripts without a terminal; answers go to standard output. Return the exit status.

    Args:
        scripts: names and lines.
    """

    def show(pieces: Fragments) -> None:
        sys.stdout.write("\n" * end_line(session) + text_of(pieces))
        sys.stdout.flush()
        if session.last_stop is not None and session.last_stop.kind == "interrupted":
            raise Leave(EXIT_INTERRUPTED)

    session.machine.console.on_output = lambda data: write_through(session, data)
    try:
        for name, script in scripts:
            run_lines(session, name, script, show, session.settings.width or 80)
    except ScriptError as error:
        sys.stdout.flush()
        print(f"rvemu: {error}", file=sys.stderr)
        return EXIT_ERROR
    except Leave as leave:
        return leave.code
    return 0


def write_through(session: Session, data: bytes) -> None:
    """Write the guest's output while it does not have the terminal: in single steps."""
    sys.stdout.flush()
    os.write(1, data)
    if session.console is not None:
        session.console.at_line_start = data.endswith(b"\n")


def end_line(session: Session) -> bool:
    """Tell whether the guest has begun a line, which has to be ended first; then it counts as ended."""
    console = session.console
    begun = console is not None and not console.at_line_start
    if console is not None:
        console.at_line_start = True
    return begun
