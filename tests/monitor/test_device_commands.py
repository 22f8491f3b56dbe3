"""The commands about devices, as they show at 80 columns."""

from __future__ import annotations

import pytest
from harness import TestHart
from monitor.asking import told

from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session


@pytest.fixture
def session(hart: TestHart) -> Session:
    return Session(hart.machine)


def test_devices_and_map(session: Session) -> None:
    assert "uart     0x10000000   10  console" in told(session, "devices")
    assert "80000000-80ffffff" in told(session, "map")


@pytest.mark.parametrize("name", ["test", "rtc", "clint", "plic", "uart", "virtio0", "virtio1"])
def test_dev_shows_registers(session: Session, name: str) -> None:
    assert told(session, f"dev {name}").startswith(f"{name} at 0x")


def test_dev_names_those_that_there_are(session: Session) -> None:
    with pytest.raises(CommandError, match=r"nix: no such device \(test, rtc, clint"):
        session.execute("dev nix")
    with pytest.raises(CommandError, match="it has no virtqueues"):
        session.execute("virtq uart")


def test_irq_tells_why(session: Session, hart: TestHart) -> None:
    hart.csr["mie"] = 1 << 3
    session.machine.bus.write(0x200_0000, 4, 1)
    session.machine.bus.write(0x1000_0001, 1, 2)
    text = told(session, "irq")
    assert "hart 0: M-mode, mstatus.MIE 0, mstatus.SIE 0" in text
    row = next(line for line in text.splitlines() if line.startswith("MSI"))
    assert row.split()[:4] == ["MSI", "yes", "yes", "M"]
    assert "mstatus.MIE is 0" in " ".join(text.split())
    assert "its priority is 0, which means never" in " ".join(text.split())


def test_mtime_tells_when_timers_ring(session: Session) -> None:
    assert "mtimecmp never set" in told(session, "mtime")
    session.machine.bus.write(0x200_4000, 8, 10_000_000)
    assert "hart 0: mtimecmp 1.000000 s, in 1.000000 s" in told(session, "mtime")


def test_virtq_without_a_disk(session: Session) -> None:
    assert "virtio rng" in told(session, "virtq")
