"""Grade an xv6 lab: type commands at its shell, compare what they print, within budgets of cycles.

    python examples/xv6_autograder.py kernel/kernel fs.img

Each exercise has its own machine, so that one that panics or hangs cannot spoil the next. Budgets are in cycles: the
same submission passes or fails on every host, loaded or not.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from rvemu import Machine
from rvemu.machine import ExpectError

BOOT_CYCLES = 3_000_000_000


@dataclass(frozen=True)
class Exercise:
    """A command typed at the shell, and the pattern that its output must hold within a budget."""

    name: str
    command: str
    expected: str
    points: int
    cycles: int = 2_000_000_000


EXERCISES = (
    Exercise("echo prints its arguments", "echo hello lab", r"\nhello lab\r?\n", 1),
    Exercise("a pipe joins two programs", "echo one two | wc", r"\n1 2 8 ?\r?\n", 2),
    Exercise("files are kept", "echo kept > a; cat a", r"\nkept\r?\n", 2),
    Exercise("fork fails politely", "forktest", r"fork test OK", 5, cycles=20_000_000_000),
)


def grade(kernel: str, image: str, exercise: Exercise) -> str | None:
    """Run one exercise; return None where it passes, else what is wrong."""
    with Machine(drives=[f"{image},snapshot=on"], kernel=kernel) as machine:
        panics: list[int] = []
        machine.on_pc("panic", lambda hart: (panics.append(hart.x[10]), machine.stop()))
        try:
            machine.expect(b"$ ", max_cycles=BOOT_CYCLES)
            machine.console.send(exercise.command.encode() + b"\n")
            machine.expect(re.compile(exercise.expected.encode()), max_cycles=exercise.cycles)
        except ExpectError as error:
            if panics:
                return f"the kernel panics: {text_at(machine, panics[0])}"
            return f"expected {exercise.expected!r} ({error.stop.kind} at cycle {error.stop.cycle:,})"
    return None


def text_at(machine: Machine, va: int) -> str:
    """Return the C string at an address of the kernel."""
    data = machine.read_virtual(0, va, 80) or b"?"
    return data.split(b"\0")[0].decode("ascii", "replace")


def main(kernel: str, image: str) -> int:
    """Grade everything, print a line for each, and return 0 where all points are earned."""
    earned = 0
    for exercise in EXERCISES:
        wrong = grade(kernel, image, exercise)
        earned += 0 if wrong else exercise.points
        print(f"{'FAIL' if wrong else 'pass'}  {exercise.name}{f': {wrong}' if wrong else ''}")
    total = sum(exercise.points for exercise in EXERCISES)
    print(f"{earned} of {total} points")
    return 0 if earned == total else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
