"""Two engines side by side: the same state hash at random cycles of every guest, by `python -m system.lockstep`.

The tests do the same with fewer stops; this takes as many as one likes, and Linux on four harts among the guests.
"""

from __future__ import annotations

import argparse
import sys
from random import Random

from system.guests import linux
from system.test_exactness import GUESTS, Guest

from rvemu.machine import Machine

LINUX_CYCLES = 1_150_000_000
"""Where Linux on four harts is in its init."""


def pair(guest: Guest | None, engines: list[str]) -> list[Machine]:
    """Return a machine for each engine, about to start the guest; None is Linux."""
    if guest is not None:
        return [guest.machine(engine=engine) for engine in engines]
    debian = linux()
    return [Machine("256M", harts=4, kernel=str(debian.kernel), initrd=str(debian.userspace), append="console=ttyS0",
                    engine=engine) for engine in engines]  # fmt: skip


def differ(machines: list[Machine], stops: list[int]) -> int | None:
    """Run both to each stop, and return the first at which they differ, or None."""
    for stop in stops:
        for machine in machines:
            machine.run(stop - machine.cycle)
        if len({(machine.cycle, machine.state_hash()) for machine in machines}) > 1:
            return stop
    return None


def main() -> int:
    """Compare on every guest, print a line for each, and return 1 if some differ."""
    parser = argparse.ArgumentParser(prog="system.lockstep", description="Compare two engines cycle by cycle.")
    parser.add_argument("--stops", type=int, default=1000, help="random cycles of each guest (1000)")
    parser.add_argument("--engines", default="interp,jit")
    parser.add_argument("--linux", action="store_true", help="only Linux on four harts, else all others")
    asked = parser.parse_args()
    failed = False
    for guest in [None] if asked.linux else GUESTS:
        last = LINUX_CYCLES if guest is None else guest.cycles
        stops = sorted(Random(str(guest)).sample(range(1, last), asked.stops))
        machines = pair(guest, asked.engines.split(","))
        stop = differ(machines, stops)
        for machine in machines:
            machine.close()
        failed = failed or stop is not None
        said = f"{len(stops)} stops up to cycle {last:,}: equal" if stop is None else f"they differ at cycle {stop}"
        print(f"{guest or 'linux-4'}: {said}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
