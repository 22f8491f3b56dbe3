"""What is asked of a worker, and what it answers: plain values, which go through a pipe."""

from __future__ import annotations

from dataclasses import dataclass

from rvemu.config import TIER_UP

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
STATUSES = (PASSED, FAILED, ERROR, SKIPPED)


@dataclass(frozen=True)
class Job:
    """A test to run.

    Attributes:
        path: the ELF file.
        isa: ISA string; "" is everything implemented.
        engine, tier_up: as in `MachineConfig`.
        max_cycles: CYCLE at which it is given up.
        timeout: host seconds after which it is given up.
    """

    path: str
    isa: str = ""
    engine: str = "auto"
    tier_up: int = TIER_UP
    max_cycles: int = 500_000_000
    timeout: float = 300.0


@dataclass(frozen=True)
class Outcome:
    """What became of a test.

    Attributes:
        path: its ELF file.
        status: "passed", "failed" (the guest says so), "error" (it gave no verdict) or "skipped".
        reason: why it is not "passed"; one line.
        code: exit code the guest gave, for riscv-tests the number of the test case; or None.
        place: address and name of that test case, where the ELF has its label; or "".
        pc, symbol: next instruction when it stopped, and the symbol at or before it.
        cycle, instret: CYCLE and retired instructions when it stopped.
        seconds: host seconds taken.
        console: what it printed.
        tail: its last instructions.
    """

    path: str
    status: str
    reason: str = ""
    code: int | None = None
    place: str = ""
    pc: int | None = None
    symbol: str = ""
    cycle: int = 0
    instret: int = 0
    seconds: float = 0.0
    console: str = ""
    tail: tuple[str, ...] = ()

    @property
    def tohost(self) -> int | None:
        """The word that the guest wrote to tohost, or an equal one."""
        return None if self.code is None else self.code << 1 | 1

    @property
    def is_good(self) -> bool:
        """Whether the run as a whole may still succeed."""
        return self.status in (PASSED, SKIPPED)
