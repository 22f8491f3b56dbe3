"""The live table on a terminal: the only part that uses rich."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from rvemu.compliance.outcome import ERROR, FAILED, PASSED, SKIPPED, Outcome
from rvemu.compliance.report import HEADINGS, Suite, Tally, lines_of

_STYLES = {PASSED: "green", FAILED: "bold red", ERROR: "bold red", SKIPPED: "yellow"}


class LiveTable:
    """The table by suite at the bottom of the terminal; what needs words scrolls above it."""

    def __init__(self, tally: Tally, console: Console | None = None) -> None:
        self._tally = tally
        self._console = console or Console(highlight=False)
        self._live = Live(table_of(tally), console=self._console, auto_refresh=False)

    def __enter__(self) -> LiveTable:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, outcome: Outcome) -> None:
        """Take in an outcome that the tally has counted."""
        if outcome.status in (FAILED, ERROR) or outcome.console:
            first, *rest = lines_of(outcome)
            self._console.print(Text(first, _STYLES[outcome.status]))
            for line in rest:
                self._console.print(Text(line), soft_wrap=True)
        self._live.update(table_of(self._tally), refresh=True)


def table_of(tally: Tally) -> Table:
    """Return the table by suite."""
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 0 < place < len(HEADINGS) - 1 else "left")
    for name, suite in tally.suites.items():
        p, v, other, failed, skipped, why = suite.row
        table.add_row(
            Text(name), _cell(suite, "p", p), _cell(suite, "v", v), _cell(suite, "", other),
            Text(failed, "bold red"), Text(skipped, "yellow"), Text(why, "yellow"),
        )  # fmt: skip
    return table


def _cell(suite: Suite, environment: str, text: str) -> Text:
    """Red as soon as one failed, green when all passed."""
    if suite.counts[environment, FAILED] or suite.counts[environment, ERROR]:
        return Text(text, "bold red")
    all_passed = suite.counts[environment, PASSED] == suite.total[environment]
    return Text(text, "green" if all_passed else "")
