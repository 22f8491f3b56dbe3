"""What both `rvemu run` and `rvemu qemu` make of their arguments."""

from __future__ import annotations

from dataclasses import dataclass

from rvemu.config import MachineConfig


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """A machine to run, and how.

    Attributes:
        config: the machine; its clock is replaced by `clock` or the terminal's choice.
        clock: "virtual", "paced", or None: what standard input suggests.
        escapes: Ctrl-A commands are obeyed; None: on a terminal only.
        max_cycles: CYCLE to stop at, or None.
        timeout: host seconds after which to stop, or None.
        no_reboot: a reset ends the run.
        stats: "text" or "json" to show figures at the end, or None.
        state_hash: show the state hash at the end.
        dump_dtb: write the device tree to this file in place of running, or None.
        log_commits: write Spike's commit log to this file, or None.
        profile: write a flame graph of the run to this SVG file, or None.
        coverage: write the kernel's line coverage, for lcov, to this file, or None.
        signature: write the guest's signature to this file when it ends by HTIF, or None.
        signature_granularity: bytes in a line of it.
        monitor: begin in the monitor, before the first instruction.
        scripts: files of monitor commands to carry out first.
        batch: carry out the scripts, or standard input, without a terminal, and leave.
        debug: errors of ours show a traceback.
        gdb: host and port where the GDB server listens, or None.
        halted: wait for GDB before the first instruction.
    """

    config: MachineConfig
    clock: str | None = None
    escapes: bool | None = None
    max_cycles: int | None = None
    timeout: float | None = None
    no_reboot: bool = False
    stats: str | None = None
    state_hash: bool = False
    dump_dtb: str | None = None
    log_commits: str | None = None
    profile: str | None = None
    coverage: str | None = None
    signature: str | None = None
    signature_granularity: int = 16
    monitor: bool = False
    scripts: tuple[str, ...] = ()
    batch: bool = False
    debug: bool = False
    gdb: tuple[str, int] | None = None
    halted: bool = False
