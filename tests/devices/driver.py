"""A virtio-mmio driver for tests, written from the Virtual I/O Device specification 1.2 and nothing else.

It keeps the rings in guest RAM itself and touches the device only by its registers.
"""

from __future__ import annotations

import struct
from typing import Any

from devices.fakes import Rig

from rvemu.memory import Ram

ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, NEEDS_RESET, FAILED = 1, 2, 4, 8, 64, 128
NEXT, WRITE, INDIRECT = 1, 2, 4
F_INDIRECT_DESC, F_EVENT_IDX, F_VERSION_1 = 1 << 28, 1 << 29, 1 << 32

BASE = 0x8000_0000
HEAP = BASE + 0x10_0000
"""Buffers are allocated from here on; rings lie below."""


class Driver:
    """Drives one queue of one device. Buffers are bytes (device-readable) or a size (device-writable)."""

    def __init__(self, rig: Rig[Any], ram: Ram, *, num: int = 8, rings: int = BASE, queue: int = 0) -> None:
        self.rig, self.ram, self.num, self.queue = rig, ram, num, queue
        self.desc, self.avail, self.used = rings, rings + 0x8000, rings + 0xC000
        self.features = 0
        self.free = list(range(num))
        self.buffers: dict[int, list[tuple[int, int]]] = {}
        self.tables: dict[int, list[int]] = {}
        self.avail_idx = self.used_idx = 0
        self._heap = HEAP

    # Initialisation: "Device Initialization", "MMIO-specific Initialization And Device Operation"

    def reg(self, offset: int) -> int:
        return int(self.rig.read(offset))

    def set(self, offset: int, value: int) -> None:
        self.rig.write(offset, value)

    def offered(self) -> int:
        words = []
        for select in (0, 1):
            self.set(0x14, select)
            words.append(self.reg(0x10))
        return words[1] << 32 | words[0]

    def accept(self, features: int) -> bool:
        self.set(0x70, 0)
        self.set(0x70, ACKNOWLEDGE)
        self.set(0x70, ACKNOWLEDGE | DRIVER)
        for select in (0, 1):
            self.set(0x24, select)
            self.set(0x20, features >> 32 * select & 0xFFFF_FFFF)
        self.features = features
        self.set(0x70, ACKNOWLEDGE | DRIVER | FEATURES_OK)
        return bool(self.reg(0x70) & FEATURES_OK)

    def place_queue(self) -> None:
        self.set(0x30, self.queue)
        assert self.reg(0x44) == 0
        assert self.num <= self.reg(0x34)
        rings = ((self.desc, 16 * self.num), (self.avail, 6 + 2 * self.num), (self.used, 6 + 8 * self.num))
        for pa, size in rings:
            self.ram.write(pa, bytes(size))
        self.set(0x38, self.num)
        for offset, pa in ((0x80, self.desc), (0x90, self.avail), (0xA0, self.used)):
            self.set(offset, pa & 0xFFFF_FFFF)
            self.set(offset + 4, pa >> 32)
        self.set(0x44, 1)
        assert self.reg(0x44) == 1

    def start(self, features: int | None = None) -> Driver:
        """Bring the device up with these features, all that it offers by default."""
        assert self.accept(self.offered() if features is None else features)
        self.place_queue()
        self.set(0x70, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK)
        return self

    def start_legacy(self, features: int = 0, align: int = 4096) -> Driver:
        """Bring a version 1 device up: "Legacy interface", one contiguous ring at a guest page."""
        self.set(0x70, 0)
        self.set(0x70, ACKNOWLEDGE | DRIVER)
        self.set(0x24, 0)
        self.set(0x20, features)
        self.features = features
        self.set(0x28, 4096)
        self.set(0x30, self.queue)
        assert self.reg(0x40) == 0
        self.avail = self.desc + 16 * self.num
        self.used = (self.avail + 2 * (3 + self.num) + align - 1) // align * align
        self.ram.write(self.desc, bytes(self.used + 6 + 8 * self.num - self.desc))
        self.set(0x38, self.num)
        self.set(0x3C, align)
        self.set(0x40, self.desc // 4096)
        self.set(0x70, ACKNOWLEDGE | DRIVER | DRIVER_OK)
        return self

    # Requests: "Supplying Buffers to The Device", "Receiving Used Buffers From The Device"

    def u16(self, pa: int) -> int:
        return int.from_bytes(self.ram.read(pa, 2), "little")

    def put16(self, pa: int, value: int) -> None:
        self.ram.write(pa, struct.pack("<H", value & 0xFFFF))

    def put_desc(self, table: int, index: int, pa: int, size: int, flags: int, following: int = 0) -> None:
        self.ram.write(table + 16 * index, struct.pack("<QIHH", pa & 2**64 - 1, size, flags, following))

    def allocate(self, size: int) -> int:
        pa = self._heap
        self._heap += -(-size // 16) * 16 + 16
        return pa

    def _fill_table(self, table: int, slots: list[int], buffers: list[bytes | int]) -> list[tuple[int, int]]:
        """Write one chain and return where its writable buffers are."""
        writable = []
        for position, (slot, buffer) in enumerate(zip(slots, buffers, strict=True)):
            size = buffer if isinstance(buffer, int) else len(buffer)
            pa = self.allocate(size)
            flags = 0
            if isinstance(buffer, int):
                flags = WRITE
                writable.append((pa, size))
            else:
                self.ram.write(pa, buffer)
            last = position == len(buffers) - 1
            following = 0 if last else slots[position + 1]
            self.put_desc(table, slot, pa, size, flags | (0 if last else NEXT), following)
        return writable

    def add(self, *buffers: bytes | int, indirect: bool = False) -> int:
        """Make a chain available without notifying; return its head."""
        if indirect:
            table, head = self.allocate(16 * len(buffers)), self.free.pop(0)
            writable = self._fill_table(table, list(range(len(buffers))), list(buffers))
            self.put_desc(self.desc, head, table, 16 * len(buffers), INDIRECT)
            slots = [head]
        else:
            slots, self.free = self.free[: len(buffers)], self.free[len(buffers) :]
            writable = self._fill_table(self.desc, slots, list(buffers))
            head = slots[0]
        self.buffers[head], self.tables[head] = writable, slots
        self.offer(head)
        return head

    def offer(self, head: int) -> None:
        self.put16(self.avail + 4 + 2 * (self.avail_idx % self.num), head)
        self.avail_idx = self.avail_idx + 1 & 0xFFFF
        self.put16(self.avail + 2, self.avail_idx)

    def notify(self) -> None:
        self.set(0x50, self.queue)

    def used_elements(self) -> list[tuple[int, int]]:
        """Take the new (head, length) elements of the used ring, and their descriptors back."""
        taken = []
        while self.used_idx != self.u16(self.used + 2):
            slot = self.used + 4 + 8 * (self.used_idx % self.num)
            head, length = struct.unpack("<II", self.ram.read(slot, 8))
            self.used_idx = self.used_idx + 1 & 0xFFFF
            self.free += self.tables[head]
            taken.append((head, length))
        return taken

    def written(self, head: int) -> bytes:
        """Return what is in the writable buffers of a chain."""
        return b"".join(self.ram.read(pa, size) for pa, size in self.buffers[head])

    def request(self, *buffers: bytes | int, indirect: bool = False) -> tuple[int, bytes]:
        """Make one request, wait for it, and return the used length and the writable buffers' content."""
        head = self.add(*buffers, indirect=indirect)
        self.notify()
        self.rig.machine.advance(1_000_000)
        ((used_head, length),) = self.used_elements()
        assert used_head == head
        self.set(0x64, self.reg(0x60))
        return length, self.written(head)
