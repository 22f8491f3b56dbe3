"""Measuring rvemu and QEMU in the same run: CPU time of whole processes, in interleaved rounds, as medians."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / "rvemu" / "firmware" / "bench"
QEMU = "qemu-system-riscv64"
ICOUNT = ("-icount", "shift=0,sleep=off")


@dataclass(frozen=True)
class Usage:
    """What one process used: CPU seconds (user and system), and its peak memory in MiB."""

    cpu_seconds: float
    peak_mib: float


def usage(command: Sequence[str], expect: bytes = b"") -> Usage:
    """Run a command to its end and return what it used.

    Raises:
        RuntimeError: it failed, or did not print `expect`.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or expect not in output:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}: {output[-300:]!r}")
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def rvemu(*arguments: str) -> list[str]:
    """Return the command that runs rvemu with these arguments."""
    return [sys.executable, "-m", "rvemu", "run", *arguments]


def qemu(*arguments: str) -> list[str]:
    """Return the command that runs QEMU's virt machine with these arguments."""
    return [QEMU, "-M", "virt", "-nographic", *arguments]


def have_qemu() -> bool:
    """Whether there is a QEMU to compare with."""
    return shutil.which(QEMU) is not None


def interleaved(rounds: int, tasks: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run every task once a round, and return the figures of each."""
    figures: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            figures[name].append(task())
    return figures


def median(figures: Sequence[float]) -> float:
    """Return the median, rounded to four digits."""
    return float(f"{statistics.median(figures):.4g}")


def bare_metal(name: str) -> dict[str, Callable[[], float]]:
    """Return tasks that give the CPU seconds of nine units of a bench guest, start-up subtracted, by emulator."""

    def between(command: Callable[[str], list[str]]) -> Callable[[], float]:
        return lambda: _seconds(command(f"{name}-10")) - _seconds(command(f"{name}-1"))

    def guest(name: str) -> str:
        return str(BENCH / f"{name}.elf")

    tasks = {"rvemu": between(lambda name: rvemu(guest(name)))}
    if have_qemu():
        tasks["qemu"] = between(lambda name: qemu("-bios", "none", "-kernel", guest(name)))
        tasks["qemu_icount"] = between(lambda name: qemu("-bios", "none", "-kernel", guest(name), *ICOUNT))
    return tasks


def _seconds(command: Sequence[str]) -> float:
    return usage(command, b"checksum").cpu_seconds


def report(name: str, figures: dict[str, list[float]], **more: float | str) -> None:
    """Print one JSON line: medians in CPU seconds, and how many times as fast as each QEMU rvemu is."""
    line: dict[str, float | str | list[float]] = {"bench": name}
    for which, values in figures.items():
        line[f"{which}_cpu_seconds"] = median(values)
        line[f"{which}_spread"] = [median([min(values)]), median([max(values)])]
    for rival in ("qemu", "qemu_icount"):
        if rival in figures:
            line[f"times_{rival}"] = median([median(figures[rival]) / median(figures["rvemu"])])
    print(json.dumps(line | more), flush=True)
