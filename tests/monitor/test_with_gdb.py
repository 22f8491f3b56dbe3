"""The monitor beside a GDB server: who stops, who moves, and what the other one hears of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from debug.gdb import Client, Desk
from monitor.asking import data, error

from rvemu.debug.gdb.server import GdbServer
from rvemu.monitor.session import Session


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def served(session: Session, desk: Desk) -> Iterator[Session]:
    session.limit = None
    server = GdbServer(session.machine, ("127.0.0.1", 0), desk, halted=True)
    session.server = server
    yield session
    server.close(0)


def port(session: Session) -> int:
    assert isinstance(session.server, GdbServer)
    return session.server.address[1]


def test_a_point_of_the_monitor_stops_for_the_monitor_only(served: Session, desk: Desk) -> None:
    main, replies, leave = served.evaluate("main"), [], threading.Event()

    def client() -> None:
        with Client(port(served)) as gdb:
            replies.append(gdb.ask(b"Z0,%x,2" % main))
            gdb.send(b"c")
            replies.append(gdb.receive())
            desk.quit_requested = True
            leave.wait(20)

    assert "GDB has stopped the machine" in error(served, "stepi")
    served.execute("break boot")
    thread = threading.Thread(target=client)
    thread.start()
    found = data(served, "continue")
    assert (found["kind"], found["symbol"], replies) == ("breakpoint", "boot", [b"OK"])
    assert data(served, "stepi")["pc"] != found["pc"]
    assert data(served, "continue")["kind"] == "interrupted"
    assert replies[1].startswith(b"T05")
    assert "GDB has stopped the machine" in error(served, "next")
    assert served.hart.pc == main
    leave.set()
    thread.join(20)


def test_without_a_client_the_monitor_moves_the_machine(session: Session, desk: Desk) -> None:
    server = GdbServer(session.machine, ("127.0.0.1", 0), desk)
    session.server = server
    assert data(session, "stepi 3")["cycle"] == 3
    assert data(session, "break main", "continue")["symbol"] == "main"
    assert data(session, "runfor 1000")["kind"] == "limit"
    server.close(0)
