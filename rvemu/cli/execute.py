"""Run a machine on the terminal, to its end and exit status."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rvemu.cli.gdb import gdb_server
from rvemu.cli.request import RunRequest
from rvemu.commitlog import CommitLog
from rvemu.compliance.signature import signature_range, write_signature
from rvemu.config import FIXED_EPOCH_NS, MachineConfig, bundled
from rvemu.console import Terminal
from rvemu.errors import ConfigError

if TYPE_CHECKING:
    from rvemu.debug.gdb.server import GdbServer
    from rvemu.machine import Machine, StopReason

EXIT_STUCK = 3
EXIT_LIMIT = 124
_CONFIG_OPTIONS = (
    "bios", "initrd", "append", "dtb", "load_addr", "memory", "harts", "isa", "drives",
    "engine", "tier_up", "code_cache", "seed", "quantum", "rng_seed", "hugepages",
)  # fmt: skip
_REQUEST_OPTIONS = ("clock", "max_cycles", "timeout", "no_reboot", "stats", "state_hash", "dump_dtb", "log_commits",
                    "profile", "coverage", "signature", "signature_granularity", "batch", "debug", "gdb",
                    "halted")  # fmt: skip


def request_of(options: Mapping[str, Any]) -> RunRequest:
    """Return what the options of `rvemu run` ask for.

    Raises:
        ConfigError: they contradict each other, or one is out of range.
    """
    kernel = options["kernel"]
    if options["kernel_option"] is not None:
        if kernel is not None:
            raise ConfigError(f"{kernel}: unexpected argument (KERNEL or --kernel, not both)")
        kernel = options["kernel_option"]
    if not options["signature_granularity"]:
        raise ConfigError("--signature-granularity: 0 bytes in a line (1 or more)")
    epoch_ns = time.time_ns() if options["rtc"] == "host" else FIXED_EPOCH_NS
    machine = {name: options[name] for name in _CONFIG_OPTIONS}
    return RunRequest(
        config=MachineConfig(kernel=kernel, rtc_epoch_ns=epoch_ns, **machine),
        scripts=tuple(options["scripts"]),
        monitor=options["monitor"] or options["batch"] or bool(options["scripts"]),
        **{name: options[name] for name in _REQUEST_OPTIONS},
    )


def execute(request: RunRequest) -> int:
    """Run the machine asked for until it stops, and return the exit status.

    Raises:
        RvemuError: the machine cannot be had; nothing has run.
    """
    from rvemu.machine import Machine

    terminal = Terminal(escapes=request.escapes)
    config = replace(request.config, clock=request.clock or terminal.default_clock())
    machine = Machine.from_config(with_guest(config, self_check=not terminal.interactive))
    if request.dump_dtb is not None:
        return _dump(request.dump_dtb, machine.dtb)
    if request.signature is not None:
        signature_range(machine.symbols())
    terminal.has_monitor = terminal.interactive and sys.stdout.isatty()
    server = gdb_server(machine, request, terminal)
    watch = Stopwatch.started()
    with _commits_logged(machine, request.log_commits), _counted(machine, request):
        if request.monitor:
            from rvemu.cli.monitor import begin

            status, stop = begin(machine, request, terminal, server)
        else:
            status, stop = _run_on_terminal(machine, request, terminal, server, watch)
            _show_end(stop)
    if server is not None:
        server.close(status)
    if request.signature is not None:
        _sign(request.signature, machine, stop, request.signature_granularity)
    if request.stats is not None:
        _show_stats(request.stats, machine, stop, watch)
    if request.state_hash:
        print(f"state-hash: {machine.state_hash()}")
    return status


def _run_on_terminal(
    machine: Machine, request: RunRequest, terminal: Terminal, server: GdbServer | None, watch: Stopwatch
) -> tuple[int, StopReason]:
    """Run to the end, in the monitor once the user asks for it; return the exit status, and what ended it."""
    with terminal:
        stop = _run(machine, request, server.run if server else partial(machine.run, host=terminal), watch)
    status = exit_status(stop, terminal.signal)
    if terminal.monitor_requested:
        from rvemu.cli.monitor import enter

        status, end = enter(machine, request, terminal, server)
        if end is not None:
            status, stop = exit_status(end, None), end
    return status, stop


def with_guest(config: MachineConfig, *, self_check: bool) -> MachineConfig:
    """Return `config` with the bundled demo kernel where no guest is named.

    Args:
        self_check: let the demo check itself and power off, for want of someone who types.
    Raises:
        ConfigError: no kernel is named, and `--bios none` leaves nothing to run.
    """
    if config.kernel is not None or config.bios not in (None, "default", "none"):
        return config
    if config.bios == "none":
        raise ConfigError("kernel: none is named (KERNEL, which --bios none enters)")
    words = [config.append] if config.append else []
    if self_check:
        words.append("selfcheck=auto")
    return replace(config, kernel=bundled("demo.elf"), append=" ".join(words))


def exit_status(stop: StopReason, signal: int | None) -> int:
    """Return the exit status that `stop` stands for.

    Args:
        signal: the signal that interrupted the run, or None where the user quit.
    """
    match stop.kind:
        case "poweroff" | "reset":
            return 0
        case "htif" if stop.code == 0:
            return 0
        case "htif" | "fail":
            return (stop.code or 0) & 0xFF or 1
        case "limit" | "timeout":
            return EXIT_LIMIT
        case "stuck":
            return EXIT_STUCK
        case "interrupted":
            return 128 + signal if signal is not None else 0
        case _:
            raise AssertionError(f"no exit status for {stop.kind!r}")


@dataclass(frozen=True)
class Stopwatch:
    """Host time since the start: of the wall clock, and of this process's CPUs."""

    wall: float
    cpu: float

    @classmethod
    def started(cls) -> Stopwatch:
        """Return a watch that starts now."""
        return cls(time.monotonic(), time.process_time())

    def wall_seconds(self) -> float:
        """Return the seconds that have passed."""
        return time.monotonic() - self.wall

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that this process has used."""
        return time.process_time() - self.cpu


def _run(
    machine: Machine, request: RunRequest, run: Callable[..., StopReason], watch: Stopwatch
) -> StopReason:
    """Run across resets, to the first stop that is none."""
    while True:
        stop = run(
            max_cycles=None if request.max_cycles is None else max(request.max_cycles - machine.cycle, 0),
            timeout=None if request.timeout is None else max(request.timeout - watch.wall_seconds(), 0.0),
        )
        if stop.kind != "reset" or request.no_reboot:
            return stop
        machine.reset()


@contextmanager
def _commits_logged(machine: Machine, path: str | None) -> Iterator[None]:
    """Write the commit log to `path`, if that is asked for, while the block runs."""
    if path is None:
        yield
        return
    with closing(CommitLog(path, machine.isa)) as log:
        machine.record(log.write)
        yield


@contextmanager
def _counted(machine: Machine, request: RunRequest) -> Iterator[None]:
    """Count while the block runs, and write the flame graph and the coverage that are asked for.

    Raises:
        LoadError: the kernel has no line numbers; nothing has run.
    """
    if request.profile is None and request.coverage is None:
        yield
        return
    from rvemu.debug.coverage import Coverage
    from rvemu.debug.flame import flame_graph
    from rvemu.debug.names import GuestNames
    from rvemu.debug.profile import Profile

    machine.profile(True)
    kernel = machine.config.kernel or ""
    if request.coverage is not None:
        Coverage.of(machine, kernel)
    yield
    if request.profile is not None:
        _write(request.profile, flame_graph(Profile.of(machine, GuestNames(machine)).root).encode())
    if request.coverage is not None:
        _write(request.coverage, Coverage.of(machine, kernel).lcov().encode())


def _dump(path: str, dtb: bytes) -> int:
    _write(path, dtb)
    return 0


def _write(path: str, data: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or '').lower()} (a file that can be written)") from error


def _sign(path: str, machine: Machine, stop: StopReason, granularity: int) -> None:
    if stop.kind == "htif":
        write_signature(path, machine, granularity)
    else:
        print(f"rvemu: {path}: no signature written (the guest did not end by HTIF)", file=sys.stderr)


def _show_end(stop: StopReason) -> None:
    """Say on standard error what the exit status alone would not tell."""
    match stop.kind:
        case "htif" if stop.code:
            print(f"*** FAILED *** (tohost = {stop.code})", file=sys.stderr)
        case "limit" | "timeout" | "stuck":
            what = {
                "limit": "the cycle limit is reached",
                "timeout": "the time is up",
                "stuck": "nothing can ever wake the guest",
            }[stop.kind]
            print(f"rvemu: hart {stop.hart}: {what} (cycle {stop.cycle}, pc {stop.pc:#x})", file=sys.stderr)


def _show_stats(form: str, machine: Machine, stop: StopReason, watch: Stopwatch) -> None:
    instret, cpu_seconds = machine.instret, watch.cpu_seconds()
    figures: dict[str, int | float | str | None] = {
        "cycles": machine.cycle,
        "instret": instret,
        "host_seconds": round(watch.wall_seconds(), 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "mips": round(instret / cpu_seconds / 1e6, 1) if cpu_seconds > 0 else 0.0,
        "exit_cause": stop.kind,
        "exit_code": stop.code,
    }
    if form == "json":
        print(json.dumps(figures), file=sys.stderr)
        return
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):13}{'-' if value is None else value}", file=sys.stderr)
