"""Run every benchmark of this folder, and print a table of what they found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHES = ("intmix", "fp", "memcpy", "chase", "trap", "linux", "startup")
COLUMNS = (
    ("bench", ""),
    ("rvemu_cpu_seconds", "rvemu s"),
    ("qemu_cpu_seconds", "QEMU s"),
    ("qemu_icount_cpu_seconds", "icount s"),
    ("times_qemu", "x QEMU"),
    ("times_qemu_icount", "x icount"),
    ("rvemu_ns", "ns"),
    ("peak_mib", "peak MiB"),
)


def main() -> int:
    """Print the JSON line of each benchmark on standard error, and the table at the end."""
    rows, status = [], 0
    for bench in BENCHES:
        script = str(HERE / f"{bench}.py")
        done = subprocess.run([sys.executable, script], check=False, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"{bench}: failed", file=sys.stderr)
            status = 1
            continue
        sys.stderr.write(done.stdout)
        rows.append(json.loads(done.stdout))
    print("".join(f"{title:>11}" for _, title in COLUMNS))
    for row in rows:
        print("".join(f"{row.get(key, '-'):>11}" for key, _ in COLUMNS))
    return status


if __name__ == "__main__":
    sys.exit(main())
