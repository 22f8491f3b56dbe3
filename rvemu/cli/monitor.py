"""The monitor as `rvemu run` begins it, or enters it at Ctrl-A C."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rvemu.cli.request import RunRequest
from rvemu.console import Terminal
from rvemu.monitor.session import END_KINDS, Session

if TYPE_CHECKING:
    from rvemu.debug.gdb.server import GdbServer
    from rvemu.machine import Machine, StopReason


def begin(
    machine: Machine, request: RunRequest, terminal: Terminal, server: GdbServer | None
) -> tuple[int, StopReason]:
    """Let the monitor have a machine that has not run yet; return the exit status, and what ended the run."""
    session = _session(machine, request, terminal, server)
    if request.batch or not (terminal.interactive and sys.stdout.isatty()):
        code = _batch(session, request)
    else:
        from rvemu.monitor.app import Monitor

        terminal.has_monitor = terminal.interrupts = True
        code = Monitor(session, debug=request.debug).interact(list(request.scripts))
    return code, _end(session) or machine.stop_reason("interrupted")


def enter(
    machine: Machine, request: RunRequest, terminal: Terminal, server: GdbServer | None
) -> tuple[int, StopReason | None]:
    """Let the monitor have a machine that runs; return its exit status, and the stop if that ended the guest."""
    from rvemu.monitor.app import Monitor

    session = _session(machine, request, terminal, server)
    session.leave_with_guest = True
    session.last_stop = machine.stop_reason("interrupted")
    code = Monitor(session, debug=request.debug).interact()
    return code, _end(session)


def _end(session: Session) -> StopReason | None:
    """Return the last stop if the guest ended by it."""
    stop = session.last_stop
    return stop if stop is not None and stop.kind in END_KINDS | {"reset"} else None


def _session(machine: Machine, request: RunRequest, terminal: Terminal, server: GdbServer | None) -> Session:
    return Session(machine, console=terminal, no_reboot=request.no_reboot, limit=request.max_cycles, server=server)


def _batch(session: Session, request: RunRequest) -> int:
    """Carry out the scripts, or what comes on standard input, which the guest does not get then."""
    from rvemu.monitor.script import read_script, run_batch

    if request.scripts:
        return run_batch(session, [(path, read_script(path)) for path in request.scripts])
    with open(os.devnull, "rb") as nothing:
        session.console = Terminal(nothing.fileno())
        return run_batch(session, [("stdin", sys.stdin)])
