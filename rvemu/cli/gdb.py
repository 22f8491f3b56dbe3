"""`--gdb`: the GDB server beside the terminal, with the monitor behind GDB's `monitor` command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rvemu.cli.request import RunRequest
from rvemu.console import Terminal
from rvemu.errors import ConfigError

if TYPE_CHECKING:
    from rvemu.debug.gdb.server import GdbServer
    from rvemu.debug.gdb.stub import Monitor
    from rvemu.machine import Machine
    from rvemu.monitor.session import Session

def gdb_server(machine: Machine, request: RunRequest, terminal: Terminal) -> GdbServer | None:
    """Return the server that the request asks for, listening, or None.

    Raises:
        ConfigError: the address cannot be had, or the machine is to wait for nobody.
    """
    if request.gdb is None:
        if request.halted:
            raise ConfigError("--halted: nothing could let the machine go on (--gdb PORT as well)")
        return None
    from rvemu.debug.gdb.server import GdbServer

    server = GdbServer(machine, request.gdb, terminal, monitor=monitor_of(machine), halted=request.halted)
    host, port = server.address
    print(f"rvemu: gdb: listening on {host}:{port}", file=sys.stderr, flush=True)
    return server


def monitor_of(machine: Machine) -> Monitor:
    """Return what carries out GDB's `monitor`: a session that is made at the first line."""
    session: Session | None = None

    def carry_out(hart: int, line: str) -> str:
        from rvemu.monitor.answers import plain
        from rvemu.monitor.registry import CommandError, find
        from rvemu.monitor.session import Leave, Session, split_command

        nonlocal session
        if session is None:
            session = Session(machine)
        session.hart_number = hart
        word = split_command(line.strip() or "help")[0]
        if word not in session.aliases and (find(word).moves or find(word).name in ("continue", "quit")):
            raise CommandError(f"{word}: GDB itself runs the machine (its own {word})")
        try:
            answer = session.execute(line)
        except Leave:
            return ""
        return "" if answer is None else plain(answer)

    return carry_out
