"""Measure rvemu's engines against QEMU: `python bench/run.py --help`; the rows are in rows.py."""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import growth
import startup
from history import HISTORY, append, compare, entry_of, read
from measure import ICOUNT, PROJECT, QEMU, BenchError, Emulator, Guest, engines, interleaved, rivals, usage
from rows import ROWS, Row, row
from table import Measured, plot, table

QUICK_ROUNDS, WHOLE_ROUNDS = 3, 7
OUT = PROJECT / "build" / "bench"


def measure(chosen: Row, emulators: Sequence[Emulator], rounds: int, *, quick: bool) -> Measured:
    """Measure one row.

    Raises:
        BenchError: an emulator failed, or computed something else than the others.
        GuestsError: the guest cannot be had.
    """
    portions = chosen.portions(quick=quick)
    guests = {"work": chosen.guest(portions)}
    if not chosen.from_reset:
        guests["idle"] = chosen.guest(0)
    tasks = {
        f"{emulator.name} {what}": lambda emulator=emulator, guest=guest: _run(emulator, guest)
        for emulator in emulators
        for what, guest in guests.items()
    }
    used = interleaved(rounds, tasks)
    work, idle = (
        {emulator.name: used[f"{emulator.name} {what}"] for emulator in emulators} if what in guests else {}
        for what in ("work", "idle")
    )
    measured = Measured(chosen, portions, work, idle)
    measured.check()
    return measured


def _run(emulator: Emulator, guest: Guest) -> Any:
    return usage(emulator.command(guest), guest.expect)


def claim(*names: str, rounds: int = WHOLE_ROUNDS) -> None:
    """Measure some rows, and print a JSON line for each: what the script of one claim does."""
    own = engines()
    for name in names:
        measured = measure(row(name), [*own, *rivals()], rounds, quick=False)
        print(json.dumps({"bench": name} | measured.json(own)), flush=True)


def measure_all(chosen: Sequence[Row], own: Sequence[Emulator], rounds: int, *, quick: bool) -> list[Measured]:
    """Measure rows in turn; one that cannot be measured is said so on standard error and left out."""
    results = []
    for number, each in enumerate(chosen, 1):
        print(f"[{number}/{len(chosen)}] {each.name}: {each.title}", file=sys.stderr, flush=True)
        try:
            results.append(measure(each, [*own, *rivals()], rounds, quick=quick))
        except Exception as error:
            if not isinstance(error, BenchError) and type(error).__name__ != "GuestsError":
                raise
            print(f"  left out: {error}", file=sys.stderr)
            continue
        print(table(results[-1:], own).partition("\n")[2], file=sys.stderr, flush=True)
    return results


def host() -> str:
    """Return the model of the host's CPU and how many there are."""
    import os

    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor() or platform.machine()} x {os.cpu_count()}"


def commit() -> str:
    """Return the commit that is measured, with a + where the work tree differs from it."""
    words = ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def qemu_version() -> str | None:
    """Return what QEMU says it is."""
    if not rivals():
        return None
    return subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure rvemu's engines against QEMU.")
    parser.add_argument("--quick", action="store_true", help="a third of the work, three rounds: some minutes")
    parser.add_argument("--rows", metavar="NAME,...", help="only these rows")
    parser.add_argument("--rounds", type=int, help=f"rounds ({WHOLE_ROUNDS}; {QUICK_ROUNDS} with --quick)")
    parser.add_argument("--engines", metavar="NAME,...", help="only these engines of rvemu")
    parser.add_argument("--no-growth", action="store_true", help="leave out harts, memory and quantum")
    parser.add_argument("--no-history", action="store_true", help="add no line to the history")
    parser.add_argument("--out", type=Path, default=OUT, help="where the JSON and SVG files go (build/bench)")
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
    own = [each for each in engines() if not options.engines or each.name in options.engines.split(",")]
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else WHOLE_ROUNDS)
    results = measure_all(_chosen(options), own, rounds, quick=options.quick)
    result: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%MZ"), "commit": commit(), "host": host(),
        "mode": "quick" if options.quick else "whole", "rounds": rounds, "python": platform.python_version(),
        "qemu": qemu_version(), "icount": " ".join(ICOUNT),
        "rows": {measured.row.name: measured.json(own) for measured in results},
    }  # fmt: skip
    print(f"{result['commit']} on {result['host']}, {result['qemu']}, {result['mode']}, {rounds} rounds")
    if results:
        print(table(results, own))
    if not options.rows:
        result["startup"] = startup.measure(rounds)
        print(f"\n{startup.text(result['startup'])}")
        if not options.no_growth:
            result["growth"] = growth.measure(own, quick=options.quick)
            print(f"\n{growth.text(result['growth'])}")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "results.svg").write_text(plot(results, own))
    print(f"\nwritten: {options.out}/results.json, results.svg")
    if not options.no_history and not options.rows:
        append(entry_of(result))
        print(f"added to {HISTORY.name}: {compare(read())[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
