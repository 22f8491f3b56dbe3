"""Linux under load for as long as one likes, with little memory for machine code: `python -m system.soak --minutes 30`.

Each round writes random bytes, packs them, unpacks them, and compares their MD5 sums; the host watches its memory.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from system.guests import linux

from rvemu.machine import Machine

LOAD = (
    "n=0; while true; do n=$((n+1)); dd if=/dev/urandom of=/a bs=64k count=16 2>/dev/null; "
    "dd if=/dev/zero bs=64k count=16 2>/dev/null >>/a; x=$(md5sum </a); gzip -c /a >/b; y=$(gunzip -c /b | md5sum); "
    "[ \"$x\" = \"$y\" ] && echo round $n good || echo round $n BAD; done\r"
)
SLICE = 2_000_000_000
SETTLED = 0.2
"""Part of the time after which memory should have stopped growing."""


def resident_mib() -> float:
    """Return the memory that this process has in RAM, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / (1 << 20)


def main() -> int:
    """Run, print a line a minute, and return 1 where a sum was wrong or memory grew."""
    parser = argparse.ArgumentParser(prog="system.soak", description="Keep Linux busy and check its sums.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--harts", type=int, default=2)
    parser.add_argument("--engine", default="jit")
    parser.add_argument("--code-cache", type=int, default=1 << 20, help="bytes")
    asked = parser.parse_args()
    guest = linux()
    machine = Machine("256M", harts=asked.harts, kernel=str(guest.kernel), initrd=str(guest.shell),
                      append="console=ttyS0", engine=asked.engine, code_cache=asked.code_cache)
    machine.expect(b"# ", timeout=300)
    machine.console.send(LOAD.encode())
    start = shown = time.monotonic()
    good, settled = 0, 0.0
    while (spent := time.monotonic() - start) < 60 * asked.minutes:
        stop = machine.run(SLICE, timeout=10)
        text = machine.console.read().decode(errors="replace")
        good += len(re.findall(r"^round \d+ good", text, re.MULTILINE))
        if stop.kind not in ("limit", "timeout") or re.search(r"^round \d+ BAD", text, re.MULTILINE):
            print(f"{text}\n{stop}")
            return 1
        if spent > SETTLED * 60 * asked.minutes and not settled:
            settled = resident_mib()
        if time.monotonic() - shown >= 60:
            shown = time.monotonic()
            print(f"{spent / 60:.0f} min: {good} rounds good, {machine.cycle:,} cycles, {resident_mib():.0f} MiB, "
                  f"{machine._core.counters}", flush=True)  # fmt: skip
    grown = resident_mib() - settled
    print(f"{good} rounds good, {machine.cycle:,} cycles, memory grew by {grown:.1f} MiB")
    return 1 if good == 0 or grown > 16 else 0


if __name__ == "__main__":
    sys.exit(main())
