"""Split virtqueue: everything that the driver writes to its rings is checked here, once.

A ring that breaks the rules raises BusError, as an address outside RAM does; the transport turns either
into DEVICE_NEEDS_RESET. Work and memory are bounded whatever the ring holds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rvemu.devices.state import flag, word
from rvemu.errors import BusError
from rvemu.memory import Ram

MAX_SIZE = 1024
"""Descriptors of a queue or of an indirect table, at most."""
MAX_CHAIN_BYTES = 1 << 30
"""Bytes that the buffers of one chain hold, at most."""

VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE, VIRTQ_DESC_F_INDIRECT = 1, 2, 4
VIRTQ_AVAIL_F_NO_INTERRUPT = 1
_DESC = struct.Struct("<QIHH")
_USED_ELEM = struct.Struct("<II")
_U16 = struct.Struct("<H")


@dataclass
class QueueState:
    """Where a virtqueue lies, and how far the device has come in it.

    Attributes:
        num: descriptors, a power of 2.
        desc, avail, used: physical addresses of descriptor table, available ring and used ring.
        avail_index, used_index: the device's positions in the rings, modulo 2 ** 16.
        align, pfn: as a legacy driver wrote them.
    """

    num: int = word(16)
    ready: bool = flag()
    desc: int = word(64)
    avail: int = word(64)
    used: int = word(64)
    avail_index: int = word(16)
    used_index: int = word(16)
    align: int = word(32)
    pfn: int = word(32)


Segment = tuple[int, int]
"""Physical address and bytes of one buffer."""


class Chain:
    """The buffers of one request: what the driver wrote, then what the device may write, all of it RAM.

    Attributes:
        readable_bytes, writable_bytes: bytes of each part.
    """

    def __init__(self, ram: Ram, readable: list[Segment], writable: list[Segment]) -> None:
        self._ram, self._readable, self._writable = ram, readable, writable
        self.readable_bytes = sum(size for _, size in readable)
        self.writable_bytes = sum(size for _, size in writable)

    def read(self, offset: int, size: int) -> bytes:
        """Return a copy of `size` bytes of the readable part, fewer at its end."""
        return b"".join(self._ram.memory(pa, part) for pa, part in _parts(self._readable, offset, size))

    def write(self, offset: int, data: bytes) -> None:
        """Store `data` in the writable part; what does not fit is dropped."""
        view, position = memoryview(data), 0
        for pa, part in _parts(self._writable, offset, len(data)):
            self._ram.write(pa, view[position : position + part])
            position += part

    def to_fill(self, offset: int, size: int) -> list[memoryview]:
        """Return views of `size` bytes of the writable part that are about to be written."""
        return [self._ram.to_fill(pa, part) for pa, part in _parts(self._writable, offset, size)]


def _parts(segments: list[Segment], offset: int, size: int) -> Iterator[Segment]:
    """Yield the pieces of `segments` that hold `size` bytes from `offset` on."""
    for pa, length in segments:
        if size <= 0:
            return
        if offset < length:
            part = min(length - offset, size)
            yield pa + offset, part
            size -= part
        offset = max(offset - length, 0)


class Virtqueue:
    """One virtqueue in guest RAM, as its state places it.

    Source: Virtual I/O Device specification 1.2, "Split Virtqueues".
    """

    def __init__(self, ram: Ram, state: QueueState, *, event_idx: bool, indirect: bool) -> None:
        self._ram, self._state = ram, state
        self._event_idx, self._indirect = event_idx, indirect

    def check_layout(self) -> None:
        """Raise BusError unless size and alignment are what the specification asks for."""
        state = self._state
        if not 0 < state.num <= MAX_SIZE or state.num & (state.num - 1):
            raise BusError(f"virtqueue: size is {state.num} (a power of 2 up to {MAX_SIZE})")
        if state.desc % 16 or state.avail % 2 or state.used % 4:
            raise BusError("virtqueue: a ring is misaligned (16, 2 and 4 bytes)")

    def take_heads(self, room: int) -> list[int]:
        """Return the heads of the chains that the driver has made available since the last call.

        Args:
            room: how many there may be at most; more is a broken ring, as is more than the queue holds.
        """
        state = self._state
        self.check_layout()
        count = self._load16(state.avail + 2) - state.avail_index & 0xFFFF
        if count > min(room, state.num):
            raise BusError(f"virtqueue: {count} new chains (at most {min(room, state.num)})")
        heads = [self._take_head() for _ in range(count)]
        if self._event_idx:
            self._ram.write(state.used + 4 + 8 * state.num, _U16.pack(state.avail_index))
        return heads

    def _take_head(self) -> int:
        state = self._state
        head = self._load16(state.avail + 4 + 2 * (state.avail_index % state.num))
        if head >= state.num:
            raise BusError(f"virtqueue: head is descriptor {head} of {state.num}")
        state.avail_index = state.avail_index + 1 & 0xFFFF
        return head

    def _load16(self, pa: int) -> int:
        return int.from_bytes(self._ram.memory(pa, 2), "little")

    def chain(self, head: int) -> Chain:
        """Return the checked chain that starts at descriptor `head`."""
        state = self._state
        readable: list[Segment] = []
        writable: list[Segment] = []
        budget = min(self._ram.size, MAX_CHAIN_BYTES)
        for pa, size, flags in self._descriptors(state.desc, state.num, head, indirect=self._indirect):
            budget -= size
            if budget < 0 or not self._ram.contains(pa, size):
                raise BusError(f"virtqueue: {size} bytes at {pa:#x} are outside RAM or too many")
            if flags & VIRTQ_DESC_F_WRITE:
                writable.append((pa, size))
            elif writable:
                raise BusError("virtqueue: a readable buffer follows a writable one")
            else:
                readable.append((pa, size))
        return Chain(self._ram, readable, writable)

    def _descriptors(self, table: int, num: int, index: int, *,
                     indirect: bool) -> Iterator[tuple[int, int, int]]:
        """Yield address, size and flags of each buffer of a chain, at most `num` from each table."""
        view = self._ram.memory(table, 16 * num)
        for _ in range(num):
            if index >= num:
                raise BusError(f"virtqueue: next is descriptor {index} of {num}")
            pa, size, flags, index = _DESC.unpack_from(view, 16 * index)
            if flags & VIRTQ_DESC_F_INDIRECT:
                yield from self._indirect_descriptors(pa, size, flags, allowed=indirect)
                return
            yield pa, size, flags
            if not flags & VIRTQ_DESC_F_NEXT:
                return
        raise BusError(f"virtqueue: a chain is longer than its table of {num} (no loops)")

    def _indirect_descriptors(self, table: int, size: int, flags: int, *,
                              allowed: bool) -> Iterator[tuple[int, int, int]]:
        num, rest = divmod(size, 16)
        if not allowed or flags & VIRTQ_DESC_F_NEXT or rest or not 0 < num <= MAX_SIZE:
            raise BusError(f"virtqueue: bad indirect descriptor of {size} bytes, flags {flags:#x}")
        return self._descriptors(table, num, 0, indirect=False)

    def push(self, head: int, written: int) -> None:
        """Give a chain back to the driver; the device has filled the first `written` writable bytes."""
        state = self._state
        self._ram.write(state.used + 4 + 8 * (state.used_index % state.num), _USED_ELEM.pack(head, written))
        state.used_index = state.used_index + 1 & 0xFFFF
        self._ram.write(state.used + 2, _U16.pack(state.used_index))

    def wants_interrupt(self, before: int) -> bool:
        """Tell whether the driver wants to hear of the chains used since `used_index` was `before`."""
        state = self._state
        count = state.used_index - before & 0xFFFF
        if not self._event_idx:
            return count > 0 and not self._load16(state.avail) & VIRTQ_AVAIL_F_NO_INTERRUPT
        used_event = self._load16(state.avail + 4 + 2 * state.num)
        return (state.used_index - used_event - 1 & 0xFFFF) < count
