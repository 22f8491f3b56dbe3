"""Devices decoded: what is shown, and that looking changes nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from harness import DATA, TestHart, make_hart

from rvemu.debug.devicestate import find_device, registers, told
from rvemu.debug.virtqueues import queues
from rvemu.devices.base import Device
from rvemu.devices.uart import Uart16550
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.machine import Machine

UART, PLIC, RTC = 0x1000_0000, 0xC00_0000, 0x10_1000
NAMES = ("test", "rtc", "clint", "plic", "uart", "virtio0", "virtio7")


def device(machine: Machine, name: str) -> Device:
    found = find_device(machine, name)
    assert found is not None
    return found


def held(machine: Machine, name: str) -> dict[str, int | None]:
    return {each.name: each.value for each in registers(device(machine, name))}


def busy(machine: Machine) -> None:
    """Bring devices into states where a read of a register would change something."""
    bus = machine.bus
    bus.write(UART + 1, 1, 0x0F)
    bus.write(UART + 2, 1, 0x01)
    bus.write(UART + 4, 1, 0x0B)
    machine.console.send(b"hello")
    bus.write(PLIC + 4 * 10, 4, 3)
    bus.write(PLIC + 0x2000, 4, 1 << 10)
    bus.write(RTC + 8, 4, 5)


@pytest.mark.parametrize("name", NAMES)
def test_looking_changes_nothing(hart: TestHart, name: str) -> None:
    busy(hart.machine)
    before = hart.machine.state()
    first = held(hart.machine, name)
    said = list(told(hart.machine, device(hart.machine, name)))
    assert hart.machine.state() == before
    assert held(hart.machine, name) == first
    assert list(told(hart.machine, device(hart.machine, name))) == said
    assert not any("\n" in line for line in said)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_is_what_a_load_finds(hart: TestHart, name: str) -> None:
    busy(hart.machine)
    found = device(hart.machine, name)
    for each in list(registers(found)):
        if "R" in each.access and each.name != "TIME_HIGH" and not each.name.startswith(("DL", "CLAIM")):
            busy(hart.machine)
            seen = {row.offset: row.value for row in registers(found) if row.name == each.name}
            assert found.read(each.offset, each.width) == seen[each.offset], each.name


def test_a_claim_is_shown_before_it_is_made(hart: TestHart) -> None:
    busy(hart.machine)
    assert held(hart.machine, "plic")["CLAIM[0]"] == 10
    assert hart.machine.bus.read(PLIC + 0x20_0004, 4) == 10
    assert held(hart.machine, "plic")["CLAIM[0]"] == 0
    assert "claimed and not completed: 10" in list(told(hart.machine, device(hart.machine, "plic")))


def test_the_uart_shows_its_fifo(hart: TestHart) -> None:
    busy(hart.machine)
    uart = device(hart.machine, "uart")
    assert isinstance(uart, Uart16550)
    assert "receive FIFO: 5 bytes b'hello'" in list(told(hart.machine, uart))
    assert held(hart.machine, "uart")["RBR"] == ord("h")


def test_parts_of_wider_registers_are_left_out(hart: TestHart) -> None:
    names = [each.name for each in registers(device(hart.machine, "clint"))]
    assert names == ["MSIP[0]", "MTIMECMP[0]", "MTIME"]


@pytest.fixture
def disk(tmp_path: Path) -> tuple[Machine, VirtioMmio]:
    image = tmp_path / "disk"
    image.write_bytes(bytes(8192))
    machine = make_hart(drives=[str(image)]).machine
    blk = device(machine, "virtio0")
    assert isinstance(blk, VirtioMmio)
    for status in (1, 3):
        blk.write(0x70, 4, status)
    blk.write(0x24, 4, 1)
    blk.write(0x20, 4, 1)
    blk.write(0x70, 4, 11)
    blk.write(0x38, 4, 8)
    for offset, address in ((0x80, DATA), (0x90, DATA + 0x1000), (0xA0, DATA + 0x2000)):
        blk.write(offset, 4, address)
    blk.write(0x44, 4, 1)
    blk.write(0x70, 4, 15)
    return machine, blk


def offer(machine: Machine, *descriptors: tuple[int, int, int, int], index: int = 1, head: int = 0) -> None:
    for number, descriptor in enumerate(descriptors):
        machine.write(DATA + 16 * number, struct.pack("<QIHH", *descriptor))
    machine.write(DATA + 0x1000, struct.pack("<HHH", 1, index, head))


def test_a_chain_waits_then_is_in_flight_then_used(disk: tuple[Machine, VirtioMmio]) -> None:
    machine, blk = disk
    offer(machine, (DATA + 0x3000, 16, 1, 1), (DATA + 0x4000, 512, 3, 2), (DATA + 0x3100, 1, 2, 0))
    (queue,) = queues(machine, blk)
    assert (queue.offered, queue.taken, queue.used, queue.silent) == (1, 0, 0, True)
    (chain,) = queue.chains
    assert chain.cycle is None
    assert [(each.index, each.size, each.flags, each.following) for each in chain.descriptors] == [
        (0, 16, "next", 1), (1, 512, "next, write", 2), (2, 1, "write", None)]  # fmt: skip
    blk.write(0x50, 4, 0)
    (queue,) = queues(machine, blk)
    assert [(each.head, each.cycle) for each in queue.chains] == [(0, machine.cycle + 10_000)]
    machine.run(20_000)
    (queue,) = queues(machine, blk)
    assert (queue.taken, queue.used, queue.chains) == (1, 1, [])


@pytest.mark.parametrize(("descriptors", "wrong"), [
    ([(0x1000, 16, 0, 0)], "outside RAM"),
    ([(DATA, 16, 1, 9)], "no descriptor 9 of 8"),
    ([(DATA, 24, 4, 0)], "an indirect table of 24 bytes"),
])  # fmt: skip
def test_what_is_wrong_with_a_chain_is_named(
    disk: tuple[Machine, VirtioMmio], descriptors: list[tuple[int, int, int, int]], wrong: str
) -> None:
    machine, blk = disk
    offer(machine, *descriptors)
    (queue,) = queues(machine, blk)
    assert wrong in queue.chains[0].descriptors[-1].wrong


def test_loops_and_broken_rings_end(disk: tuple[Machine, VirtioMmio]) -> None:
    machine, blk = disk
    offer(machine, (DATA, 16, 1, 1), (DATA, 16, 1, 0))
    assert len(next(iter(queues(machine, blk))).chains[0].descriptors) == 64
    offer(machine, index=9000)
    assert next(iter(queues(machine, blk))).wrong == "virtqueue: 9000 new chains in a ring of 8"


def test_equal_elements_that_follow_each_other_are_one(hart: TestHart) -> None:
    for source in (1, 2, 3, 5):
        hart.machine.bus.write(PLIC + 4 * source, 4, 1)
    hart.machine.bus.write(PLIC + 4 * 6, 4, 2)
    names = [each.name for each in registers(device(hart.machine, "plic")) if each.name.startswith("PRIO")]
    assert names == ["PRIORITY[1-3]", "PRIORITY[5]", "PRIORITY[6]"]
