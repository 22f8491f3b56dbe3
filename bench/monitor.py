"""CPU time of the monitor: single steps, a conditional breakpoint that is met often, and a GDB that only watches."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from measure import ENVIRONMENT, FIRMWARE, Spread, interleaved, usage

from rvemu.machine import Machine
from rvemu.monitor.script import respond
from rvemu.monitor.session import Session

STEPS = 10_000
HITS = 100_000
ROUNDS = 15
_NEVER = 0x8FF0_0000
"""The address of a breakpoint that is never met."""

PORTIONS = 100
"""Of the integer mix."""
_RUN = (sys.executable, "-m", "rvemu", "run", str(FIRMWARE / "bench" / "intmix.elf"), "--append")
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
    figures = interleaved(ROUNDS, {"alone": alone, "with a GDB": with_a_gdb})
    for name, seconds in figures.items():
        spread = Spread.of(seconds)
        print(f"{'integer mix ' + name:32} {spread.median:6.2f} s, {spread.low:.2f} to {spread.high:.2f}")
    ratio = Spread.of(figures["with a GDB"]).median / Spread.of(figures["alone"]).median
    print(f"{'with a GDB to alone':32} {ratio:6.3f}")
    return 0


def alone() -> float:
    """Return the CPU seconds of so many portions of the integer mix, start-up subtracted."""
    work, idle = (usage([*_RUN, f"reps={count}"], b"checksum").cpu_seconds for count in (PORTIONS, 0))
    return work - idle


def with_a_gdb() -> float:
    """Return the same while GDB is connected, and has set a breakpoint that is never met."""
    return _watched(PORTIONS) - _watched(0)


def _watched(portions: int) -> float:
    process = subprocess.Popen(
        [*_RUN, f"reps={portions}", "--gdb", "0", "--halted"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    listening = re.search(rb":(\d+)", process.stderr.readline())
    assert listening is not None
    with socket.create_connection(("127.0.0.1", int(listening[1]))) as connection:
        for packet in ("?", f"Z0,{_NEVER:x},2", "c"):
            connection.sendall(f"+${packet}#{sum(packet.encode()) % 256:02x}".encode())
            answer = b""
            while b"#" not in answer:
                answer += connection.recv(4096)
        assert b"$W00" in answer, answer
    assert b"checksum" in process.stdout.read()
    _, process.returncode, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


def conditional() -> float:
    """Return the CPU seconds until a breakpoint's condition is true."""
    monitor = session()
    respond(monitor, f"break 0x80000004 if t0 == {HITS}", 80)
    seconds = cpu_seconds(lambda: respond(monitor, "continue", 80))
    assert monitor.hart.x[5] == HITS
    return seconds


if __name__ == "__main__":
    sys.exit(main())
