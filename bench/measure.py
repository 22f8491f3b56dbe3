"""Measuring emulators: guests, the commands that run them, CPU time of whole processes, rounds and statistics.

Host time on a shared machine is noisy and performance counters are often missing, so everything here counts the
CPU seconds (user and system) of whole child processes, takes turns between the emulators within each round, and
gives medians with their quartiles.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PROJECT = Path(__file__).resolve().parent.parent
FIRMWARE = PROJECT / "rvemu" / "firmware"
QEMU = "qemu-system-riscv64"
ICOUNT = ("-icount", "shift=0,sleep=off")
TIMEOUT_S = 900
PYCACHE = PROJECT / "build" / "bench" / "pycache"
ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(PYCACHE)
}
"""That of every process measured: Python keeps compiled modules, as it does for its users, but here."""
_CHECKSUM = re.compile(rb"checksum ([0-9a-f]{16})")


class BenchError(Exception):
    """A run failed, or computed something else than the others; the text is one line."""


@dataclass(frozen=True)
class Guest:
    """What is to be run: a kernel with all that its machine needs.

    Attributes:
        kernel: ELF file or Linux Image.
        expect: what it must print.
        bare: it is entered in M-mode, without firmware.
        firmware: M-mode firmware for QEMU, which has one of its own; "" for that.
        quantum: rvemu's only; 0 for its default.
    """

    kernel: Path
    append: str = ""
    memory_mib: int = 256
    harts: int = 1
    initrd: Path | None = None
    drive: Path | None = None
    expect: bytes = b"checksum"
    bare: bool = True
    firmware: str = ""
    quantum: int = 0


@dataclass(frozen=True)
class Emulator:
    """Something that runs guests: an engine of rvemu, or a mode of QEMU."""

    name: str
    is_qemu: bool = False
    options: tuple[str, ...] = ()

    def command(self, guest: Guest) -> list[str]:
        """Return the command line that runs `guest`."""
        return self._qemu(guest) if self.is_qemu else self._rvemu(guest)

    def _rvemu(self, guest: Guest) -> list[str]:
        words = [sys.executable, "-m", "rvemu", "run", "--engine", self.name, "--stats=json"]
        words += ["-m", f"{guest.memory_mib}M", "--harts", str(guest.harts), "--append", guest.append]
        words += ["--quantum", str(guest.quantum)] if guest.quantum else []
        words += ["--initrd", str(guest.initrd)] if guest.initrd else []
        words += ["--drive", f"{guest.drive},readonly=on"] if guest.drive else []
        return [*words, *self.options, str(guest.kernel)]

    def _qemu(self, guest: Guest) -> list[str]:
        words = [QEMU, "-M", "virt", "-nographic", "-m", f"{guest.memory_mib}M", "-smp", str(guest.harts)]
        words += ["-bios", "none"] if guest.bare else ["-bios", guest.firmware] if guest.firmware else []
        words += ["-kernel", str(guest.kernel), "-append", guest.append]
        words += ["-initrd", str(guest.initrd)] if guest.initrd else []
        if guest.drive:
            words += ["-global", "virtio-mmio.force-legacy=false", "-device", "virtio-blk-device,drive=d0"]
            words += ["-drive", f"file={guest.drive},if=none,id=d0,format=raw,readonly=on"]
        return [*words, *self.options]


TCG = Emulator("qemu", is_qemu=True)
TCG_ICOUNT = Emulator("icount", is_qemu=True, options=ICOUNT)


def engines() -> list[Emulator]:
    """Return the engines of rvemu that this host lets run, the slowest first."""
    from rvemu.config import ENGINES

    return [Emulator(name) for name in ENGINES if name != "auto" and _runs(name)]


def _runs(engine: str) -> bool:
    from rvemu.errors import ConfigError
    from rvemu.machine import Machine

    try:
        Machine("4M", bios="none", engine=engine).close()
    except ConfigError:
        return False
    return True


def rivals() -> list[Emulator]:
    """Return QEMU's modes, where QEMU is there."""
    return [TCG, TCG_ICOUNT] if shutil.which(QEMU) else []


@dataclass(frozen=True)
class Usage:
    """What one process used and said.

    Attributes:
        cpu_seconds: user and system, of all its threads.
        wall_seconds: from its start to its end.
        peak_mib: the most memory it had.
        output: what it printed.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float
    output: bytes = field(repr=False)

    @property
    def checksum(self) -> bytes | None:
        """What the guest says it computed."""
        match = _CHECKSUM.search(self.output)
        return match[1] if match else None

    @property
    def instructions(self) -> int | None:
        """How many instructions retired, where rvemu says so."""
        line = self.output.rstrip().rpartition(b"\n")[2]
        return int(json.loads(line)["instret"]) if line.startswith(b'{"cycles"') else None


def usage(command: Sequence[str], expect: bytes = b"") -> Usage:
    """Run a command to its end and return what it used.

    Raises:
        BenchError: it failed, did not end, or did not print `expect`.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=PROJECT, env=ENVIRONMENT
        )
        timer = threading.Timer(TIMEOUT_S, process.kill)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if process.returncode or expect not in said:
        raise BenchError(f"{' '.join(command)}: exit {process.returncode}: {said[-300:]!r}")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, said)


def interleaved(rounds: int, tasks: dict[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Run every task once a round, in turns that change direction, and return what each gave."""
    used: dict[str, list[T]] = {name: [] for name in tasks}
    for number in range(rounds):
        for name in list(tasks)[:: 1 if number % 2 == 0 else -1]:
            used[name].append(tasks[name]())
    return used


@dataclass(frozen=True)
class Spread:
    """The quartiles of some figures."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """Return the quartiles; of a single figure it is all three."""
        if len(figures) == 1:
            return cls(figures[0], figures[0], figures[0])
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(low, median, high)

    def digits(self) -> list[float]:
        """Return the three with four digits, for JSON."""
        return [float(f"{figure:.4g}") for figure in (self.low, self.median, self.high)]
