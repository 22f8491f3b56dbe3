"""CPU time of the monitor: single steps by script, and a conditional breakpoint that is met often."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rvemu.machine import Machine
from rvemu.monitor.script import respond
from rvemu.monitor.session import Session

STEPS = 10_000
HITS = 100_000
_LOOP = (0x00128293, 0xFFDFF06F)
"""addi t0,t0,1 and a jump back to it."""


def session() -> Session:
    """Return a session on a machine that counts in t0."""
    machine = Machine(memory="16M", bios="none", kernel=None)
    base = 0x8000_0000
    machine.write(base, b"".join(word.to_bytes(4, "little") for word in _LOOP))
    machine.harts[0].pc = base
    return Session(machine)


def cpu_seconds(task: Callable[[], object]) -> float:
    """Return the CPU seconds that a call takes."""
    began = time.process_time()
    task()
    return time.process_time() - began


def lines_of_step() -> float:
    """Return the CPU seconds of so many lines that each step once and show where the hart is."""
    monitor = session()

    def carry_out() -> None:
        for _ in range(STEPS):
            respond(monitor, "step", 80)

    return cpu_seconds(carry_out)


def one_long_step() -> float:
    """Return the CPU seconds of one line that steps so often."""
    monitor = session()
    return cpu_seconds(lambda: respond(monitor, f"step {STEPS}", 80))


def main() -> int:
    """Print the figures."""
    rows = {
        f"{STEPS} lines `step`": lines_of_step(),
        f"`step {STEPS}`": one_long_step(),
        f"a condition true at hit {HITS}": conditional(),
    }
    for name, seconds in rows.items():
        print(f"{name:32} {seconds:6.2f} s")
    return 0


def conditional() -> float:
    """Return the CPU seconds until a breakpoint's condition is true."""
    monitor = session()
    respond(monitor, f"break 0x80000004 if t0 == {HITS}", 80)
    seconds = cpu_seconds(lambda: respond(monitor, "continue", 80))
    assert monitor.hart.x[5] == HITS
    return seconds


if __name__ == "__main__":
    sys.exit(main())
