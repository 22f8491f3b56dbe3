"""What is said about outcomes: lines of text, a count by suite, and the JUnit and JSON files."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from rvemu.compliance.outcome import ERROR, FAILED, PASSED, SKIPPED, STATUSES, Outcome
from rvemu.compliance.suites import name_of
from rvemu.errors import ConfigError

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass
class Suite:
    """How a suite fares.

    Attributes:
        total: tests by environment ("p", "v", "").
        counts: tests by (environment, status), of those that are done.
        reasons: why tests were skipped.
    """

    total: Counter[str] = field(default_factory=Counter)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: dict[str, None] = field(default_factory=dict)

    def cell(self, environment: str) -> str:
        """Return "passed/total" of an environment, or "" where it has no tests."""
        total = self.total[environment]
        return f"{self.counts[environment, PASSED]}/{total}" if total else ""

    def count(self, *statuses: str) -> int:
        """Return how many tests ended with one of `statuses`."""
        return sum(n for (_, status), n in self.counts.items() if status in statuses)

    @property
    def row(self) -> tuple[str, str, str, str, str, str]:
        """The cells of its row in the table of `HEADINGS`, but its name."""
        failed, skipped = self.count(FAILED, ERROR), self.count(SKIPPED)
        return (
            self.cell("p"), self.cell("v"), self.cell(""), str(failed or ""), str(skipped or ""),
            "; ".join(self.reasons),
        )  # fmt: skip


HEADINGS = ("suite", "p", "v", "other", "failed", "skipped", "why skipped")


class Tally:
    """Counts by suite, in the order in which the suites were named."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.suites: dict[str, Suite] = {}
        for path in paths:
            name = name_of(path)
            self.suites.setdefault(name.suite, Suite()).total[name.environment] += 1

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        name = name_of(outcome.path)
        suite = self.suites[name.suite]
        suite.counts[name.environment, outcome.status] += 1
        if outcome.status == SKIPPED:
            suite.reasons[outcome.reason] = None

    def count(self, *statuses: str) -> int:
        """Return how many tests ended with one of `statuses`."""
        return sum(suite.count(*statuses) for suite in self.suites.values())

    @property
    def last_line(self) -> str:
        """The verdict on all."""
        return f"{self.count(PASSED)} passed, {self.count(FAILED, ERROR)} failed"

    @property
    def exit_status(self) -> int:
        """0 only if something ran and nothing failed."""
        return 0 if self.count(PASSED) and not self.count(FAILED, ERROR) else 1

    def text(self) -> Iterator[str]:
        """Yield the table by suite as lines."""
        rows = [HEADINGS, *((name, *suite.row) for name, suite in self.suites.items())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [
                cell.rjust(width) if 0 < place < len(row) - 1 else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            yield "  ".join(cells).rstrip()


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield what is shown of a test: its verdict, what it printed, and for a failure where and why."""
    title = f"{outcome.status:7}  {Path(outcome.path).name}"
    if outcome.status in (SKIPPED, FAILED, ERROR):
        title += f": {outcome.reason}"
    if outcome.status == PASSED:
        title += f": cycle {outcome.cycle}, instret {outcome.instret}"
    yield title
    yield from (f"    | {_shown(line)}" for line in outcome.console.splitlines())
    if outcome.status in (FAILED, ERROR) and outcome.pc is not None:
        yield from (f"    {line}" for line in _where(outcome))


def message_of(outcome: Outcome) -> str:
    """Return why and where a test failed, in one line."""
    if outcome.pc is None:
        return outcome.reason
    words = [outcome.reason]
    if outcome.tohost is not None:
        words.append(f"tohost {outcome.tohost:#x}")
        words.append(f"test {outcome.code}")
    return ", ".join(dict.fromkeys([*words, _pc(outcome), f"cycle {outcome.cycle}"]))


def _pc(outcome: Outcome) -> str:
    return f"pc {outcome.pc:#x}" + (f" <{outcome.symbol}>" if outcome.symbol else "")


def _where(outcome: Outcome) -> Iterator[str]:
    code = [f"tohost {outcome.tohost:#x}", f"test {outcome.code}"] if outcome.code is not None else []
    yield ", ".join([*code, _pc(outcome), f"cycle {outcome.cycle}"])
    if outcome.place:
        yield f"test case at {outcome.place}"
    if outcome.tail:
        yield "last instructions (cycle, pc):"
        yield from (f"  {line}" for line in outcome.tail)


def _shown(text: str) -> str:
    """Return a guest's text without what would command a terminal."""
    return _NOT_SHOWN.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def check_writable(path: str) -> None:
    """Make sure of a report's file before hours are spent on what it shall contain.

    Raises:
        ConfigError: the file cannot be written.
    """
    _write(path, b"")


def write_json(path: str, outcomes: Sequence[Outcome]) -> None:
    """Write a report: the counts, and every field of every outcome.

    Raises:
        ConfigError: the file cannot be written.
    """
    counts = Counter(outcome.status for outcome in outcomes)
    tests = [
        asdict(name_of(outcome.path)) | asdict(outcome) | {"tohost": outcome.tohost} for outcome in outcomes
    ]
    report = {"counts": {status: counts[status] for status in STATUSES}, "tests": tests}
    _write(path, (json.dumps(report, indent=1) + "\n").encode())


def write_junit(path: str, outcomes: Sequence[Outcome]) -> None:
    """Write a report in JUnit's XML, a suite for each pair of suite and environment.

    Raises:
        ConfigError: the file cannot be written.
    """
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        name = name_of(outcome.path)
        groups.setdefault(f"{name.suite}-{name.environment}".rstrip("-"), []).append(outcome)
    root = ElementTree.Element("testsuites", _attributes("rvemu test", outcomes))
    for group, members in groups.items():
        suite = ElementTree.SubElement(root, "testsuite", _attributes(group, members))
        for outcome in members:
            _add_case(suite, group, outcome)
    ElementTree.indent(root)
    _write(path, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _attributes(name: str, outcomes: Sequence[Outcome]) -> dict[str, str]:
    counts = Counter(outcome.status for outcome in outcomes)
    return {
        "name": _xml(name),
        "tests": str(len(outcomes)),
        "failures": str(counts[FAILED]),
        "errors": str(counts[ERROR]),
        "skipped": str(counts[SKIPPED]),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _add_case(suite: ElementTree.Element, group: str, outcome: Outcome) -> None:
    case = ElementTree.SubElement(suite, "testcase", {
        "classname": _xml(group),
        "name": _xml(Path(outcome.path).name),
        "time": f"{outcome.seconds:.3f}",
    })  # fmt: skip
    if outcome.status == SKIPPED:
        ElementTree.SubElement(case, "skipped", {"message": _xml(outcome.reason)})
    elif outcome.status in (FAILED, ERROR):
        tag = "failure" if outcome.status == FAILED else "error"
        child = ElementTree.SubElement(case, tag, {"message": _xml(message_of(outcome)), "type": outcome.status})
        child.text = _xml("\n".join(_where(outcome))) if outcome.pc is not None else ""
    if outcome.console:
        ElementTree.SubElement(case, "system-out").text = _xml(outcome.console)


def _xml(text: str) -> str:
    """Return text with the characters that XML cannot hold replaced."""
    return _NOT_XML.sub("\ufffd", text)


def _write(path: str, data: bytes) -> None:
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or '').lower()} (a file that can be written)") from error
