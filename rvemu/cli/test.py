"""`rvemu test`: run test programs, show how they fare, and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from rvemu.compliance.discover import discover
from rvemu.compliance.outcome import Job, Outcome
from rvemu.compliance.report import Tally, check_writable, lines_of, write_json, write_junit
from rvemu.errors import ConfigError
from rvemu.isa.config import parse_isa


def run_tests(
    paths: tuple[str, ...], jobs: int | None, junit: str | None, json_path: str | None, **options: Any
) -> int:
    """Run the tests that `paths` name and return the exit status.

    Args:
        jobs: worker processes; None: one for each CPU.
        junit, json_path: files to write reports to, or None.
        options: `isa`, `engine`, `tier_up`, `max_cycles` and `timeout` of each test.
    Raises:
        RvemuError: an option or a path is of no use.
    """
    from rvemu.compliance.workers import run_jobs

    workers = len(os.sched_getaffinity(0)) if jobs is None else jobs
    if workers < 1:
        raise ConfigError(f"--jobs: {workers} worker processes run nothing (at least 1)")
    if options["isa"]:
        parse_isa(options["isa"])
    tests = discover(paths)
    tally = Tally(tests)
    for report in (junit, json_path):
        if report is not None:
            check_writable(report)
    with closing(run_jobs([Job(path, **options) for path in tests], workers)) as coming:
        outcomes = _shown(coming, tally)
    order = {path: place for place, path in enumerate(tests)}
    outcomes.sort(key=lambda outcome: order[outcome.path])
    if junit is not None:
        write_junit(junit, outcomes)
    if json_path is not None:
        write_json(json_path, outcomes)
    print(tally.last_line)
    return tally.exit_status


def _shown(coming: Iterable[Outcome], tally: Tally) -> list[Outcome]:
    """Show outcomes as they come; return them all."""
    if sys.stdout.isatty():
        return _shown_live(coming, tally)
    outcomes = []
    for outcome in coming:
        tally.add(outcome)
        outcomes.append(outcome)
        print("\n".join(lines_of(outcome)), flush=True)
    print("", *tally.text(), sep="\n")
    return outcomes


def _shown_live(coming: Iterable[Outcome], tally: Tally) -> list[Outcome]:
    from rvemu.compliance.table import LiveTable

    outcomes = []
    with LiveTable(tally) as table:
        for outcome in coming:
            tally.add(outcome)
            outcomes.append(outcome)
            table.show(outcome)
    return outcomes
