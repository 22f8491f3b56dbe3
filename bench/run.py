"""Measure rvemu's engines against QEMU: `python bench/run.py --help`; the rows are in rows.py."""

from __future__ import annotations

import argparse
import datetime
import functools
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import growth
import startup
from history import HISTORY, append, compare, entry_of, read
from measure import ICOUNT, PROJECT, QEMU, BenchError, Emulator, Guest, Usage, engines, interleaved, rivals, usage
from rows import ROWS, Row, row
from table import Measured, plot, table

QUICK_ROUNDS, WHOLE_ROUNDS = 3, 7
QUICK_SECONDS, WHOLE_SECONDS = 0.5, 1.5
OUT = PROJECT / "build" / "bench"


def measure(chosen: Row, emulators: Sequence[Emulator], rounds: int, seconds: float) -> Measured:
    """Measure one row: so many rounds, in each of which every emulator works for about so many CPU seconds.

    Raises:
        BenchError: an emulator failed, or computed something else than the others.
        GuestsError: the guest cannot be had.
    """
    portions = {emulator.name: 1 for emulator in emulators} if chosen.from_reset else _try(chosen, emulators, seconds)
    guests = {f"{emulator.name} work": chosen.guest(portions[emulator.name]) for emulator in emulators}
    if not chosen.from_reset:
        guests |= {f"{emulator.name} idle": chosen.guest(0) for emulator in emulators}
    tasks = {
        f"{emulator.name} {what}": functools.partial(_run, emulator, guests[f"{emulator.name} {what}"])
        for emulator in emulators
        for what in ("work", "idle")
        if f"{emulator.name} {what}" in guests
    }
    used = interleaved(rounds, tasks)
    work, idle = (
        {emulator.name: used[f"{emulator.name} {what}"] for emulator in emulators if f"{emulator.name} {what}" in used}
        for what in ("work", "idle")
    )
    return Measured(chosen, portions, work, idle)


LEAST_SECONDS, STEP, MOST_PORTIONS = 0.2, 6, 1 << 20
"""A trial shorter than this says too little, and is made so many times as long."""


def _try(chosen: Row, emulators: Sequence[Emulator], seconds: float) -> dict[str, int]:
    """Return how many portions take each emulator about so many CPU seconds.

    Raises:
        BenchError: one failed, or computed something else in the same number of portions than another.
    """
    portions: dict[str, int] = {}
    computed: dict[int, bytes | None] = {}
    for emulator in emulators:
        idle = _run(emulator, chosen.guest(0)).cpu_seconds
        count = chosen.trial
        while True:
            used = _run(emulator, chosen.guest(count))
            if computed.setdefault(count, used.checksum) != used.checksum:
                raise BenchError(f"{chosen.name}: {emulator.name} computes something else with {count} portions")
            if used.cpu_seconds - idle >= LEAST_SECONDS or count * STEP > MOST_PORTIONS:
                break
            count *= STEP
        portions[emulator.name] = max(1, round(count * seconds / max(used.cpu_seconds - idle, 1e-3)))
    return portions


def _run(emulator: Emulator, guest: Guest) -> Usage:
    return usage(emulator.command(guest), guest.expect)


def claim(*names: str, rounds: int = WHOLE_ROUNDS) -> None:
    """Measure some rows, and print a JSON line for each: what the script of one claim does."""
    own = engines()
    for name in names:
        measured = measure(row(name), [*own, *rivals()], rounds, WHOLE_SECONDS)
        print(json.dumps({"bench": name} | measured.json(own)), flush=True)


def measure_all(chosen: Sequence[Row], own: Sequence[Emulator], rounds: int, seconds: float) -> list[Measured]:
    """Measure rows in turn; one that cannot be measured is said so on standard error and left out."""
    results = []
    for number, each in enumerate(chosen, 1):
        print(f"[{number}/{len(chosen)}] {each.name}: {each.title}", file=sys.stderr, flush=True)
        try:
            results.append(measure(each, [*own, *rivals()], rounds, seconds))
        except Exception as error:
            if not isinstance(error, BenchError) and type(error).__name__ != "GuestsError":
                raise
            print(f"  left out: {error}", file=sys.stderr)
            continue
        print(table(results[-1:], own).partition("\n")[2], file=sys.stderr, flush=True)
    return results


def host() -> str:
    """Return the model of the host's CPU and how many there are."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor() or platform.machine()} x {os.cpu_count()}"


def commit() -> str:
    """Return the commit that is measured, with a + where the work tree differs from it."""
    words = ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"]
    try:
        return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def qemu_version() -> str | None:
    """Return what QEMU says it is."""
    if not rivals():
        return None
    return subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


PAGE = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: bench/run.py --page -->\n", "<!-- end of figures -->\n"


def write_page(figures: str, picture: str, page: Path = PAGE) -> None:
    """Put the figures between their marks in the page, and the plot beside it."""
    before, _, rest = page.read_text().partition(BEGIN)
    page.write_text(f"{before}{BEGIN}```\n{figures}\n```\n{END}{rest.partition(END)[2]}")
    page.with_suffix(".svg").write_text(picture)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure rvemu's engines against QEMU.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds of less work: some minutes")
    parser.add_argument("--rows", metavar="NAME,...", help="only these rows")
    parser.add_argument("--rounds", type=int, help=f"rounds ({WHOLE_ROUNDS}; {QUICK_ROUNDS} with --quick)")
    parser.add_argument("--engines", metavar="NAME,...", help="only these engines of rvemu")
    parser.add_argument("--no-growth", action="store_true", help="leave out harts, memory and quantum")
    parser.add_argument("--no-history", action="store_true", help="add no line to the history")
    parser.add_argument("--out", type=Path, default=OUT, help="where the JSON and SVG files go (build/bench)")
    parser.add_argument("--page", action="store_true", help="put the figures and the plot into docs/performance.md")
    parser.add_argument("--compare", action="store_true",
                        help="measure nothing; hold the last run against those before it, and end with 1 if slower")
    return parser.parse_args(words)


def _chosen(options: argparse.Namespace) -> list[Row]:
    if options.rows:
        return [row(name) for name in options.rows.split(",")]
    return [each for each in ROWS if not (options.quick and each.only_whole)]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table and write the files; the exit status says nothing of the figures."""
    options = _arguments(words)
    if options.compare:
        text, slower = compare(read())
        print(text)
        return int(slower)
    measured_commit = commit()  # the work tree may change while this runs
    own = [each for each in engines() if not options.engines or each.name in options.engines.split(",")]
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else WHOLE_ROUNDS)
    results = measure_all(_chosen(options), own, rounds, QUICK_SECONDS if options.quick else WHOLE_SECONDS)
    result: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": measured_commit, "host": host(),
        "mode": "quick" if options.quick else "whole", "rounds": rounds, "python": platform.python_version(),
        "qemu": qemu_version(), "icount": " ".join(ICOUNT),
        "rows": {measured.row.name: measured.json(own) for measured in results},
    }  # fmt: skip
    said = [f"{result['commit']} on {result['host']}, {result['qemu']}, {result['mode']}, {rounds} rounds"]
    said += [table(results, own)] if results else []
    if not options.rows:
        result["startup"] = startup.measure(rounds)
        said.append(startup.text(result["startup"]))
        if not options.no_growth:
            result["growth"] = growth.measure(own, quick=options.quick)
            said.append(growth.text(result["growth"]))
    print("\n\n".join(said))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "results.svg").write_text(plot(results, own))
    print(f"\nwritten: {options.out}/results.json, results.svg")
    if options.page:
        write_page("\n\n".join(said), plot(results, own))
    if not options.no_history and not options.rows:
        append(entry_of(result))
        print(f"added to {HISTORY.name}: {compare(read())[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
