"""What more harts, more memory and other turns cost: CPU seconds of a fixed amount of work."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from measure import Emulator, Guest, Spread, engines, interleaved, rivals, usage
from rows import bench_guest
from table import aligned

ROUNDS, QUICK_ROUNDS = 5, 3
HARTS = {"harts": (1, 2, 3, 4, 5, 6, 7, 8), "quick": (1, 2, 4, 8)}
MEMORY_MIB = (64, 256, 1024, 4096)
QUANTA = (100, 1_000, 10_000, 100_000, 1_000_000)
QUANTUM_HARTS = 4
PORTIONS, QUICK_PORTIONS = 40, 16
MEMORY_PORTIONS = 6


def guests(*, quick: bool) -> dict[str, dict[int, Guest]]:
    """Return the guests of each kind of growth, by the number that grows."""
    shared = bench_guest("harts", "", QUICK_PORTIONS if quick else PORTIONS)
    single = bench_guest("intmix", "", MEMORY_PORTIONS)
    return {
        "harts": {n: replace(shared, harts=n) for n in HARTS["quick" if quick else "harts"]},
        "memory": {n: replace(single, memory_mib=n) for n in MEMORY_MIB},
        "quantum": {n: replace(shared, harts=QUANTUM_HARTS, quantum=n) for n in QUANTA},
    }


def measure(own: Sequence[Emulator], *, quick: bool = False) -> dict[str, Any]:
    """Return the quartiles of CPU seconds, start-up included, by kind, number and emulator."""
    result: dict[str, Any] = {}
    for kind, points in guests(quick=quick).items():
        emulators = [*own, *rivals()] if kind != "quantum" else list(own)
        tasks = {
            f"{number} {emulator.name}": functools.partial(usage, emulator.command(guest), guest.expect)
            for number, guest in points.items()
            for emulator in emulators
        }
        used = interleaved(QUICK_ROUNDS if quick else ROUNDS, tasks)
        result[kind] = {
            number: {
                emulator.name: Spread.of([run.cpu_seconds for run in used[f"{number} {emulator.name}"]]).digits()
                for emulator in emulators
            }
            for number in points
        }
    return result


TITLES = {
    "harts": "CPU seconds of the same work shared among so many harts",
    "memory": "CPU seconds of the integer mix with so many MiB of RAM, start-up included",
    "quantum": f"CPU seconds of the shared work on {QUANTUM_HARTS} harts with so many cycles in a turn",
}


def text(figures: dict[str, Any]) -> str:
    """Return a table for each kind."""
    return "\n\n".join(f"{TITLES[kind]}\n{_table(kind, points)}" for kind, points in figures.items())


def _table(kind: str, points: dict[int, dict[str, list[float]]]) -> str:
    names = list(next(iter(points.values())))
    lines = [(kind, "", *names)]
    lines += [(str(number), "", *(f"{of[name][1]:.2f}" for name in names)) for number, of in points.items()]
    return aligned([(*line, "") for line in lines])


if __name__ == "__main__":
    print(json.dumps({"bench": "growth"} | measure(engines())))
