"""Start-up: from `rvemu run` to a guest that does next to nothing and powers off, against bare Python and QEMU."""

from __future__ import annotations

import json
import sys
from typing import Any

from measure import TCG, Emulator, Spread, Usage, interleaved, rivals, usage
from rows import bench_guest

FLOOR_MS, GOAL_MS = 250, 150
ROUNDS = 7


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the quartiles of CPU and wall milliseconds of each; the guest itself takes less than 1 ms of them.

    Bare Python and the imports come from compiled modules, after a first run of each that does not count.
    """
    guest = bench_guest("trap", "", 0)
    commands = {"python": [sys.executable, "-c", "pass"], "rvemu": Emulator("auto").command(guest)}
    if rivals():
        commands["qemu"] = TCG.command(guest)
    for words in commands.values():
        usage(words)
    tasks = {name: lambda words=words: usage(words) for name, words in commands.items()}
    return {name: _milliseconds(runs) for name, runs in interleaved(rounds, tasks).items()}


def _milliseconds(runs: list[Usage]) -> dict[str, list[float]]:
    return {
        "cpu_ms": Spread.of([used.cpu_seconds * 1e3 for used in runs]).digits(),
        "wall_ms": Spread.of([used.wall_seconds * 1e3 for used in runs]).digits(),
    }


def text(figures: dict[str, Any]) -> str:
    """Return the figures in words, with the verdict."""
    ours = figures["rvemu"]["cpu_ms"][1]
    said = "goal met" if ours <= GOAL_MS else "floor met" if ours <= FLOOR_MS else "floor NOT met"
    shown = "; ".join(
        f"{name} {spread['cpu_ms'][1]:.0f} ms of CPU, {spread['wall_ms'][1]:.0f} ms of wall time"
        for name, spread in figures.items()
    )
    return f"start-up: {shown} (at most {FLOOR_MS} ms of CPU, goal {GOAL_MS}: {said})"


if __name__ == "__main__":
    print(json.dumps({"bench": "startup"} | measure()))
