"""Rewrite what docs/monitor.md shows of the monitor: each session's answers, and the table of all commands.

The typed lines and the text are the page's own; it needs rvemu with its compiled core. tests/monitor/test_page.py
compares. In the page,

    <!-- session -->            begins a session on the demo kernel, on two harts
    <!-- unseen: LINE; LINE --> carries out lines that are not shown
    ```console                  begins an excerpt: lines behind the prompt, and what they answer
    <!-- commands -->           stands before the table
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rvemu.config import bundled  # noqa: E402  (the package need not be installed)
from rvemu.errors import RvemuError  # noqa: E402
from rvemu.machine import Machine  # noqa: E402
from rvemu.monitor import registry  # noqa: E402
from rvemu.monitor.registry import GROUPS, Command  # noqa: E402
from rvemu.monitor.render import text_of  # noqa: E402
from rvemu.monitor.script import respond  # noqa: E402
from rvemu.monitor.session import Session  # noqa: E402

PAGE = ROOT / "docs" / "monitor.md"
PROMPT = "(rvemu) "
WIDTH = 80
_SESSION, _UNSEEN, _COMMANDS = "<!-- session -->", "<!-- unseen: ", "<!-- commands -->"
_EXCERPT, _END = "```console", "```"
_HEAD = ("| command | also | what it does |", "| --- | --- | --- |")


def _session() -> Session:
    return Session(Machine(kernel=bundled("demo.elf"), harts=2, append="selfcheck=auto"))


def _answer(session: Session, line: str) -> Iterator[str]:
    """Yield what a line shows, line by line."""
    try:
        shown = text_of(respond(session, line, WIDTH))
    except RvemuError as error:
        shown = str(error)
    yield from (each.rstrip() for each in shown.splitlines())


def _row(entry: Command) -> str:
    usage = entry.usage.replace("|", "\\|")
    also = ", ".join(f"`{alias}`" for alias in entry.aliases)
    return f"| `{usage}` | {also} | {entry.help} |"


def _table() -> Iterator[str]:
    for group in GROUPS:
        rows = [_row(entry) for entry in registry.commands() if entry.group == group]
        if rows:
            yield from ("", f"### {group.capitalize()}", "", *_HEAD, *rows)


def rewritten(page: str) -> str:
    """Return the page as it should be."""
    registry.load()
    lines: list[str] = []
    session, excerpt = None, False
    for line in page.splitlines():
        if excerpt and line != _END and not line.startswith(PROMPT):
            continue
        lines.append(line)
        if line == _COMMANDS:
            lines += _table()
            break
        if line == _SESSION:
            session = _session()
        elif line.startswith(_UNSEEN):
            assert session is not None
            for hidden in line.removeprefix(_UNSEEN).removesuffix(" -->").split("; "):
                session.execute(hidden)
        elif excerpt and line.startswith(PROMPT):
            assert session is not None
            lines += _answer(session, line.removeprefix(PROMPT))
        excerpt = line == _EXCERPT or (excerpt and line != _END)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text()))
