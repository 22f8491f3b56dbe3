"""The history of measurements: a line of JSON for each run, and what has become slower since."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from table import aligned

HISTORY = Path(__file__).resolve().parent / "history.jsonl"
COMPARED = 5
"""The last run is held against the median of so many before it."""
TOLERANCE = 0.10
"""The machines that this runs on are not quieter."""

Entry = dict[str, Any]


def entry_of(result: dict[str, Any]) -> Entry:
    """Return the line of the history that stands for a result: where and when, and the ratios to QEMU."""
    ratios = {
        f"{row}/{engine}": figures["times_qemu"][1]
        for row, measured in result["rows"].items()
        for engine, figures in measured["emulators"].items()
        if "times_qemu" in figures
    }
    return {name: result[name] for name in ("date", "commit", "host", "mode")} | {"times_qemu": ratios}


def append(entry: Entry, path: Path = HISTORY) -> None:
    """Add a line."""
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def read(path: Path = HISTORY) -> list[Entry]:
    """Return all lines, the oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def compare(entries: Sequence[Entry]) -> tuple[str, bool]:
    """Hold the last run against those before it on the same host and in the same mode.

    Returns:
        A table, and whether a row has become slower than the tolerance.
    """
    if not entries:
        return "the history is empty (make bench)", False
    last = entries[-1]
    before = [x for x in entries[:-1] if (x["host"], x["mode"]) == (last["host"], last["mode"])][-COMPARED:]
    if not before:
        return f"no earlier {last['mode']} run on {last['host']}", False
    lines, slower = [("row", "engine", "before", "now", "change", "")], False
    for name, now in last["times_qemu"].items():
        earlier = [x["times_qemu"][name] for x in before if name in x["times_qemu"]]
        if not earlier:
            continue
        usual = statistics.median(earlier)
        change = now / usual - 1
        mark = "SLOWER" if change < -TOLERANCE else "faster" if change > TOLERANCE else ""
        slower |= mark == "SLOWER"
        lines.append((*name.split("/"), f"{usual:.2f}", f"{now:.2f}", f"{change:+.0%}", mark))
    heading = f"{last['commit']} of {last['date']} against the median of {len(before)} earlier runs, in times QEMU"
    return f"{heading}\n{aligned(lines)}", slower
