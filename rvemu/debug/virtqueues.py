"""Virtqueues as they lie in memory: indices, chains outstanding, and each descriptor of a chain."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rvemu.devices.base import Device
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.devices.virtio.queue import (
    MAX_SIZE,
    VIRTQ_AVAIL_F_NO_INTERRUPT,
    VIRTQ_DESC_F_INDIRECT,
    VIRTQ_DESC_F_NEXT,
    VIRTQ_DESC_F_WRITE,
    QueueState,
)
from rvemu.errors import BusError
from rvemu.machine import Machine

_DESC = struct.Struct("<QIHH")
_FLAGS = ((VIRTQ_DESC_F_NEXT, "next"), (VIRTQ_DESC_F_WRITE, "write"), (VIRTQ_DESC_F_INDIRECT, "indirect"))
MAX_DESCRIPTORS = 64
"""Descriptors of a chain that are shown, at most."""


@dataclass(frozen=True)
class Descriptor:
    """A descriptor of a chain.

    Attributes:
        wrong: what the specification has against it, or "".
    """

    index: int
    address: int
    size: int
    flags: str
    following: int | None
    wrong: str


@dataclass(frozen=True)
class ChainSeen:
    """A chain that the driver has made available.

    Attributes:
        cycle: when it completes, None where the device has not been told of it.
    """

    head: int
    cycle: int | None
    descriptors: list[Descriptor]


@dataclass(frozen=True)
class QueueSeen:
    """A virtqueue.

    Attributes:
        offered: the driver's index in the available ring; `taken` is the device's.
        used: the device's index in the used ring.
        silent: the driver wants no interrupts.
        chains: those in flight, then those that the device has not been told of.
        wrong: why the rings cannot be read, or "".
    """

    number: int
    state: QueueState
    offered: int | None
    taken: int
    used: int
    silent: bool
    chains: list[ChainSeen]
    wrong: str = ""


def is_virtio(device: Device) -> bool:
    """Tell whether a device has virtqueues."""
    return isinstance(device, VirtioMmio)


def queues(machine: Machine, device: VirtioMmio) -> Iterator[QueueSeen]:
    """Yield the queues of a device that are set up."""
    for number, state in enumerate(device.state.queues):
        flights = [ChainSeen(each.head, each.cycle, list(_chain(machine, state, each.head)))
                   for each in device.state.in_flight if each.queue == number]  # fmt: skip
        offered, silent, wrong, waiting = None, False, "", []
        if state.ready:
            try:
                offered, silent = _half(machine, state.avail + 2), _silent(machine, state)
                waiting = _waiting(machine, state, offered)
            except BusError as error:
                wrong = str(error)
        yield QueueSeen(number, state, offered, state.avail_index, state.used_index, silent, flights + waiting, wrong)


def _silent(machine: Machine, state: QueueState) -> bool:
    return bool(_half(machine, state.avail) & VIRTQ_AVAIL_F_NO_INTERRUPT)


def _half(machine: Machine, pa: int) -> int:
    return int.from_bytes(machine.ram.read(pa, 2), "little")


def _waiting(machine: Machine, state: QueueState, offered: int) -> list[ChainSeen]:
    """Return the chains that the driver has made available without telling the device."""
    count = offered - state.avail_index & 0xFFFF
    if not 0 < state.num <= MAX_SIZE or count > state.num:
        raise BusError(f"virtqueue: {count} new chains in a ring of {state.num}")
    heads = [_half(machine, state.avail + 4 + 2 * ((state.avail_index + k) % state.num)) for k in range(count)]
    return [ChainSeen(head, None, list(_chain(machine, state, head))) for head in heads]


def _chain(machine: Machine, state: QueueState, head: int) -> Iterator[Descriptor]:
    """Yield the descriptors of a chain, up to the first one that breaks the rules."""
    table, num, index = state.desc, state.num, head
    for _ in range(min(num + MAX_SIZE, MAX_DESCRIPTORS)):
        if index >= num:
            yield Descriptor(index, 0, 0, "", None, f"there is no descriptor {index} of {num}")
            return
        if not machine.ram.contains(table + 16 * index, 16):
            yield Descriptor(index, 0, 0, "", None, f"its table at {table:#x} is outside RAM")
            return
        address, size, flags, following = _DESC.unpack(machine.ram.read(table + 16 * index, 16))
        more = bool(flags & VIRTQ_DESC_F_NEXT)
        wrong = "" if machine.ram.contains(address, size) else "outside RAM"
        indirect = bool(flags & VIRTQ_DESC_F_INDIRECT)
        if indirect and (size % 16 or not 0 < size // 16 <= MAX_SIZE):
            wrong = f"an indirect table of {size} bytes"
        words = ", ".join(name for bit, name in _FLAGS if flags & bit)
        yield Descriptor(index, address, size, words, following if more else None, wrong)
        if wrong or not (more or indirect):
            return
        table, num, index = (address, size // 16, 0) if indirect else (table, num, following)
