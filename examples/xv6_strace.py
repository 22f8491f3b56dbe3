"""Trace the system calls of xv6's processes, from outside: no line of the guest is changed.

    python examples/xv6_strace.py kernel/kernel fs.img 'ls'
"""

from __future__ import annotations

import sys

from rvemu import Machine
from rvemu.harts import HartView
from rvemu.points import Catchpoint, TrapTaken

NAMES = (
    "", "fork", "exit", "wait", "pipe", "read", "kill", "exec", "fstat", "chdir", "dup", "getpid", "sbrk", "sleep",
    "uptime", "open", "write", "mknod", "unlink", "link", "mkdir", "close",
)  # fmt: skip
"""By number, as kernel/syscall.h has them."""

FROM_USER = 8
A0, A7 = 10, 17


class Tracer:
    """Pairs each call with its return: a call is an ECALL from U-mode, a return an SRET to behind it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._calls: dict[tuple[int, int], str] = {}
        machine.on_trap(self.called, [FROM_USER])
        machine.points.add(Catchpoint(kind="return", call=self.returned))

    def called(self, trap: TrapTaken) -> None:
        """Remember a call by its address space and the pc behind it."""
        hart = self._machine.harts[trap.hart]
        number = hart.x[A7]
        name = NAMES[number] if 0 < number < len(NAMES) else f"call {number}"
        arguments = ", ".join(f"{hart.x[A0 + k]:#x}" for k in range(3))
        self._calls[hart.csr["satp"], trap.epc + 4] = f"{name}({arguments})"
        if name == "exit":
            self.show(f"{name}({hart.x[A0]})")

    def returned(self, hart: HartView) -> None:
        """An SRET: to user code behind a call, it is the call's return."""
        call = self._calls.pop((hart.csr["satp"], hart.pc), None)
        if call is not None and hart.priv == 0:
            value = hart.x[A0] - (1 << 64) if hart.x[A0] >> 63 else hart.x[A0]
            self.show(f"{call} = {value}")

    def show(self, line: str) -> None:
        """Print a line with the cycle."""
        print(f"{self._machine.cycle:>14,}  {line}")


def main(kernel: str, image: str, command: str = "ls") -> None:
    """Boot, trace one command, and stop at the next prompt."""
    with Machine(drives=[f"{image},snapshot=on"], kernel=kernel) as machine:
        machine.expect(b"$ ", max_cycles=3_000_000_000)
        Tracer(machine)
        machine.console.send(command.encode() + b"\n")
        output = machine.expect(b"\n$ ", max_cycles=20_000_000_000)
        sys.stdout.write(output.decode("ascii", "replace") + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
