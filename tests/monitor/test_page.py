"""docs/monitor.md shows what the monitor says, and names every command."""

from __future__ import annotations

import re

from style.sources import ROOT

from rvemu.monitor import registry
from tools.gen_monitor import PAGE, rewritten


def plain(page: str) -> list[str]:
    """Return a page's lines without what a longer boot would change: large counts, and the columns that they take."""
    return [re.sub(r"(?<![0-9a-fx])[0-9]{5,}(?![0-9a-f])", "N", " ".join(line.split())) for line in page.splitlines()]


def test_the_page_shows_what_the_monitor_says() -> None:
    page = PAGE.read_text()
    assert plain(page) == plain(rewritten(page)), "stale (tools/gen_monitor.py)"


def test_the_page_names_every_command_and_others_name_the_page() -> None:
    page = PAGE.read_text()
    registry.load()
    rows = [row.split("`")[1] for row in page.partition("<!-- commands -->")[2].splitlines() if row.startswith("| `")]
    assert rows == [entry.usage.replace("|", "\\|") for entry in registry.commands()]
    assert str(ROOT) not in page
    assert all("docs/monitor.md" in (ROOT / name).read_text() for name in ("README.md", "docs/howto/command.md"))
