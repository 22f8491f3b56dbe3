"""Debian's Linux from reset to userspace and power-off on one hart: CPU seconds and memory, rvemu against QEMU."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from measure import have_qemu, interleaved, qemu, report, rvemu, usage
from system.guests import linux

REACHED = b"userspace reached"
MEMORY_MIB = 256


def main() -> None:
    """Boot, in turns, and report."""
    guest = linux()
    common = ("-append", "console=ttyS0")
    command = rvemu("-m", f"{MEMORY_MIB}M", "--hugepages", "off", "--append", "console=ttyS0",
                    "--initrd", str(guest.userspace), str(guest.kernel))
    peaks = []

    def ours() -> float:
        used = usage(command, REACHED)
        peaks.append(used.peak_mib)
        return used.cpu_seconds

    tasks = {"rvemu": ours}
    if have_qemu():
        theirs = qemu("-m", f"{MEMORY_MIB}M", "-kernel", str(guest.kernel), "-initrd", str(guest.userspace), *common)
        tasks["qemu"] = lambda: usage(theirs, REACHED).cpu_seconds
    report("linux", interleaved(3, tasks), peak_mib=max(peaks))


main()
