"""virtio over MMIO: the transport that owns queues, status and the interrupt of one virtio device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rvemu.devices.base import Clock, Device, EventPort, IrqLine, Register
from rvemu.devices.state import load_state, records, save_state, word
from rvemu.devices.virtio.backend import Backend
from rvemu.devices.virtio.queue import MAX_SIZE, QueueState, Virtqueue
from rvemu.errors import BusError, SnapshotError
from rvemu.fdtnode import FdtNode
from rvemu.memory import Ram

LATENCY_CYCLES = 10_000
"""CYCLEs from a notification to the completion of the requests that it made available."""

MAGIC, VENDOR_ID = 0x7472_6976, 0x554D_4551
STATUS_FEATURES_OK, STATUS_DRIVER_OK, STATUS_NEEDS_RESET = 0x08, 0x04, 0x40
_DRIVER_STATUS = 0x8F
"""Status bits that a driver may set."""
INTERRUPT_USED, INTERRUPT_CONFIG = 1, 2
VIRTIO_F_ANY_LAYOUT = 1 << 27
VIRTIO_F_INDIRECT_DESC = 1 << 28
VIRTIO_F_EVENT_IDX = 1 << 29
VIRTIO_F_VERSION_1 = 1 << 32

_LOW = 0xFFFF_FFFF
_COMPLETE = 0
_CONFIG_OFFSET, _SIZE = 0x100, 0x1000
_CONFIG_BYTES = _SIZE - _CONFIG_OFFSET
_MAX_REQUESTS = 8 * MAX_SIZE


@dataclass
class RequestState:
    """A request in flight: the chain `head` of a queue, complete at `cycle`."""

    cycle: int = word(62)
    queue: int = word(16)
    head: int = word(16)


@dataclass
class VirtioState:
    """Guest-visible state of the transport; `in_flight` is in the order of completion."""

    status: int = word(8)
    device_features_sel: int = word(32)
    driver_features_sel: int = word(32)
    driver_features: int = word(64)
    queue_sel: int = word(32)
    interrupt_status: int = word(2)
    guest_page_size: int = word(32)
    queues: list[QueueState] = field(default_factory=list, metadata=records(QueueState))
    in_flight: list[RequestState] = field(default_factory=list, metadata=records(RequestState, _MAX_REQUESTS))


def _modern(offset: int, name: str, access: str, help: str) -> Register:
    return Register(offset, name, access, help, bank="modern")


def _legacy(offset: int, name: str, access: str, help: str) -> Register:
    return Register(offset, name, access, help, bank="legacy")


class VirtioMmio(Device):
    """One virtio-mmio slot, version 2, or 1 where `legacy` is set; without a backend its DeviceID is 0.

    A notification takes the chains that are available; they are served and given back `LATENCY_CYCLES`
    later, in order. A ring that breaks the rules sets DEVICE_NEEDS_RESET, and the device then does
    nothing until its reset.

    Source: Virtual I/O Device specification 1.2, "Virtio Over MMIO".
    """

    compatible, size, state_type = "virtio,mmio", _SIZE, VirtioState
    registers = (
        Register(0x000, "MAGIC_VALUE", "R", "0x74726976"),
        Register(0x004, "VERSION", "R", "2, or 1 for a legacy device"),
        Register(0x008, "DEVICE_ID", "R", "virtio device ID, 0 in an empty slot"),
        Register(0x00C, "VENDOR_ID", "R", "0x554d4551"),
        Register(0x010, "DEVICE_FEATURES", "R", "32 feature bits that the device offers"),
        Register(0x014, "DEVICE_FEATURES_SEL", "W", "which 32 bits DEVICE_FEATURES shows"),
        Register(0x020, "DRIVER_FEATURES", "W", "32 feature bits that the driver accepts"),
        Register(0x024, "DRIVER_FEATURES_SEL", "W", "which 32 bits DRIVER_FEATURES sets"),
        _legacy(0x028, "GUEST_PAGE_SIZE", "W", "bytes of the unit of QUEUE_PFN"),
        Register(0x030, "QUEUE_SEL", "W", "the queue that the QUEUE registers mean"),
        Register(0x034, "QUEUE_NUM_MAX", "R", "largest size of the queue, 0 if there is no such queue"),
        Register(0x038, "QUEUE_NUM", "W", "size of the queue, a power of 2"),
        _legacy(0x03C, "QUEUE_ALIGN", "W", "alignment of the used ring"),
        _legacy(0x040, "QUEUE_PFN", "RW", "guest page of the queue; 0 stops it"),
        _modern(0x044, "QUEUE_READY", "RW", "1: the device may use the queue"),
        Register(0x050, "QUEUE_NOTIFY", "W", "index of a queue with new chains"),
        Register(0x060, "INTERRUPT_STATUS", "R", "0 used buffers, 1 configuration change"),
        Register(0x064, "INTERRUPT_ACK", "W", "bits of INTERRUPT_STATUS to clear"),
        Register(0x070, "STATUS", "RW", "device status; writing 0 resets the device"),
        _modern(0x080, "QUEUE_DESC_LOW", "W", "address of the descriptor table, bits 31:0"),
        _modern(0x084, "QUEUE_DESC_HIGH", "W", "and bits 63:32"),
        _modern(0x090, "QUEUE_DRIVER_LOW", "W", "address of the available ring, bits 31:0"),
        _modern(0x094, "QUEUE_DRIVER_HIGH", "W", "and bits 63:32"),
        _modern(0x0A0, "QUEUE_DEVICE_LOW", "W", "address of the used ring, bits 31:0"),
        _modern(0x0A4, "QUEUE_DEVICE_HIGH", "W", "and bits 63:32"),
        Register(0x0B0, "SHM_LEN", "R", "length of a shared memory region: all ones, there is none",
                 array=((2, 4),)),
        Register(0x0FC, "CONFIG_GENERATION", "R", "0: the configuration never changes"),
        Register(0x100, "CONFIG_BYTE", "RW", "configuration space by bytes", 1, array=((_CONFIG_BYTES, 1),)),
        Register(0x100, "CONFIG_HALF", "RW", "configuration space by 16 bits", 2,
                 array=((_CONFIG_BYTES // 2, 2),)),
        Register(0x100, "CONFIG_WORD", "RW", "configuration space by 32 bits", 4,
                 array=((_CONFIG_BYTES // 4, 4),)),
    )
    state: VirtioState

    def __init__(self, backend: Backend | None, irq: IrqLine, ram: Ram, clock: Clock, events: EventPort,
                 legacy: bool = False) -> None:
        self.backend = Backend() if backend is None else backend
        self.legacy = legacy
        self._irq, self._ram, self._clock, self._events = irq, ram, clock, events
        super().__init__(self._blank())
        self.select_bank("legacy" if legacy else "modern")

    def _blank(self) -> VirtioState:
        return VirtioState(queues=[QueueState() for _ in self.backend.queue_sizes])

    # Identity and features

    def read_magic_value(self) -> int:
        """Return "virt"."""
        return MAGIC

    def read_version(self) -> int:
        """Return the version of the register layout."""
        return 1 if self.legacy else 2

    def read_device_id(self) -> int:
        """Return what kind of device this is."""
        return self.backend.device_id

    def read_vendor_id(self) -> int:
        """Return "QEMU": drivers such as xv6's insist on it."""
        return VENDOR_ID

    def _offered(self) -> int:
        ring = VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX
        return self.backend.features | ring | (VIRTIO_F_ANY_LAYOUT if self.legacy else VIRTIO_F_VERSION_1)

    def _accepted(self) -> int:
        """Return the features in use; a legacy driver has no FEATURES_OK to settle them with."""
        settled = self.legacy or self.state.status & STATUS_FEATURES_OK
        return self.state.driver_features & self._offered() if settled else 0

    def read_device_features(self) -> int:
        """Return the half of the offered features that was selected."""
        select = self.state.device_features_sel
        return self._offered() >> 32 * select & _LOW if select < 2 else 0

    def write_driver_features(self, value: int) -> None:
        """Accept features, until they are settled."""
        state = self.state
        if state.driver_features_sel < 2 and not state.status & (STATUS_FEATURES_OK | STATUS_DRIVER_OK):
            shift = 32 * state.driver_features_sel
            state.driver_features = state.driver_features & ~(_LOW << shift) | value << shift

    def write_status(self, value: int) -> None:
        """Set status bits, or reset by 0; FEATURES_OK stays clear if a feature was not offered."""
        state = self.state
        if value == 0:
            self._reset()
            return
        if state.driver_features & ~self._offered():
            value &= ~STATUS_FEATURES_OK
        state.status |= value & _DRIVER_STATUS

    def _reset(self) -> None:
        self._events.cancel(_COMPLETE)
        self.state = self._blank()
        self.refresh()

    # Queues

    def _queue(self) -> QueueState:
        """Return the selected queue, or one that nobody uses."""
        index = self.state.queue_sel
        return self.state.queues[index] if index < len(self.state.queues) else QueueState()

    def _idle_queue(self) -> QueueState:
        """Return the selected queue to set it up; one in use is left alone."""
        queue = self._queue()
        return QueueState() if queue.ready else queue

    def read_queue_num_max(self) -> int:
        """Return how large the selected queue may be."""
        index = self.state.queue_sel
        return self.backend.queue_sizes[index] if index < len(self.state.queues) else 0

    def write_queue_num(self, value: int) -> None:
        """Set the size of the selected queue; one that cannot be is 0 and breaks the queue."""
        self._idle_queue().num = value if value <= self.read_queue_num_max() else 0

    def read_queue_ready(self) -> int:
        """Return 1 if the device may use the selected queue."""
        return int(self._queue().ready)

    def write_queue_ready(self, value: int) -> None:
        """Start the selected queue from its beginning, or stop it and forget its requests."""
        queue = self._queue()
        if value & 1 and not queue.ready:
            queue.ready, queue.avail_index, queue.used_index = True, 0, 0
        elif not value & 1:
            self._stop(queue)

    def _stop(self, queue: QueueState) -> None:
        queue.ready = False
        index = self.state.queue_sel
        self.state.in_flight = [request for request in self.state.in_flight if request.queue != index]

    def write_queue_desc_low(self, value: int) -> None:
        """Set bits 31:0 of the descriptor table's address."""
        queue = self._idle_queue()
        queue.desc = queue.desc & ~_LOW | value

    def write_queue_desc_high(self, value: int) -> None:
        """Set bits 63:32 of the descriptor table's address."""
        queue = self._idle_queue()
        queue.desc = queue.desc & _LOW | value << 32

    def write_queue_driver_low(self, value: int) -> None:
        """Set bits 31:0 of the available ring's address."""
        queue = self._idle_queue()
        queue.avail = queue.avail & ~_LOW | value

    def write_queue_driver_high(self, value: int) -> None:
        """Set bits 63:32 of the available ring's address."""
        queue = self._idle_queue()
        queue.avail = queue.avail & _LOW | value << 32

    def write_queue_device_low(self, value: int) -> None:
        """Set bits 31:0 of the used ring's address."""
        queue = self._idle_queue()
        queue.used = queue.used & ~_LOW | value

    def write_queue_device_high(self, value: int) -> None:
        """Set bits 63:32 of the used ring's address."""
        queue = self._idle_queue()
        queue.used = queue.used & _LOW | value << 32

    def write_queue_align(self, value: int) -> None:
        """Set the alignment of the selected queue's used ring (legacy)."""
        self._idle_queue().align = value

    def read_queue_pfn(self) -> int:
        """Return the guest page of the selected queue (legacy)."""
        return self._queue().pfn

    def write_queue_pfn(self, value: int) -> None:
        """Place the selected queue at a guest page and start it; 0 stops it (legacy).

        Source: Virtual I/O Device specification 1.2, "Legacy Interfaces: A Note on Virtqueue Layout".
        """
        queue = self._queue()
        self._stop(queue)
        queue.pfn = value
        if not value:
            return
        align = max(queue.align, 1)
        queue.desc = value * self.state.guest_page_size
        queue.avail = queue.desc + 16 * queue.num
        queue.used = -(-(queue.avail + 6 + 2 * queue.num) // align) * align
        queue.ready, queue.avail_index, queue.used_index = True, 0, 0

    # Requests

    def _virtqueue(self, index: int) -> Virtqueue:
        accepted = self._accepted()
        return Virtqueue(self._ram, self.state.queues[index],
                         event_idx=bool(accepted & VIRTIO_F_EVENT_IDX),
                         indirect=bool(accepted & VIRTIO_F_INDIRECT_DESC))

    def _running(self) -> bool:
        # Legacy drivers are known to use the device before they set DRIVER_OK.
        status = self.state.status
        return not status & STATUS_NEEDS_RESET and (self.legacy or bool(status & STATUS_DRIVER_OK))

    def write_queue_notify(self, value: int) -> None:
        """Take the new chains of a queue; they complete later, by an event."""
        state = self.state
        if not self._running() or value >= len(state.queues) or not state.queues[value].ready:
            return
        busy = sum(request.queue == value for request in state.in_flight)
        try:
            heads = self._virtqueue(value).take_heads(state.queues[value].num - busy)
        except BusError:
            self._break()
            return
        due = self._clock.cycle + LATENCY_CYCLES
        idle = not state.in_flight
        state.in_flight += [RequestState(due, value, head) for head in heads]
        if idle and heads:
            self._events.schedule(due, _COMPLETE)

    def on_event(self, tag: int) -> None:
        """Serve the first request, if it is due, and give it back to the driver; the next has an event of its own.

        A request may be a gigabyte, and a queue full of them: only between events is the host looked at.
        """
        in_flight = self.state.in_flight
        if in_flight and in_flight[0].cycle <= self._clock.cycle:
            try:
                self._complete(in_flight.pop(0))
            except BusError:
                self._break()
        if self.state.in_flight:
            self._events.schedule(self.state.in_flight[0].cycle, _COMPLETE)

    def _complete(self, request: RequestState) -> None:
        queue = self._virtqueue(request.queue)
        before = self.state.queues[request.queue].used_index
        queue.push(request.head, self.backend.handle(request.queue, queue.chain(request.head), self._accepted()))
        if queue.wants_interrupt(before):
            self._interrupt(INTERRUPT_USED)

    def _break(self) -> None:
        """Stop until the driver resets the device: it has broken the rules."""
        self.state.in_flight = []
        self._events.cancel(_COMPLETE)
        self.state.status |= STATUS_NEEDS_RESET
        if self.state.status & STATUS_DRIVER_OK:
            self._interrupt(INTERRUPT_CONFIG)

    # Interrupt and configuration

    def _interrupt(self, bit: int) -> None:
        self.state.interrupt_status |= bit
        self.refresh()

    def write_interrupt_ack(self, value: int) -> None:
        """Clear bits of INTERRUPT_STATUS."""
        self.state.interrupt_status &= ~value
        self.refresh()

    def refresh(self) -> None:
        """Recompute the interrupt line."""
        self._irq.set_level(self.state.interrupt_status != 0)

    def read_shm_len(self, half: int) -> int:
        """Return all ones: there is no shared memory region."""
        return _LOW

    def read_config_generation(self) -> int:
        """Return 0."""
        return 0

    def _config(self, offset: int, width: int) -> int:
        return int.from_bytes(self.backend.config()[offset : offset + width], "little")

    def read_config_byte(self, index: int) -> int:
        """Return 8 bits of the configuration space."""
        return self._config(index, 1)

    def read_config_half(self, index: int) -> int:
        """Return 16 bits of the configuration space."""
        return self._config(2 * index, 2)

    def read_config_word(self, index: int) -> int:
        """Return 32 bits of the configuration space."""
        return self._config(4 * index, 4)

    def write_config_byte(self, index: int, value: int) -> None:
        """Ignore a store: no device here has a field that a driver may write."""

    write_config_half = write_config_word = write_config_byte

    def close(self) -> None:
        """Give back what the backend holds of the host."""
        self.backend.close()

    # State

    def save(self) -> dict[str, Any]:
        """Return the state of transport and backend as plain values."""
        return {**super().save(), "backend": save_state(self.backend.state)}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over the saved state of transport and backend.

        Raises:
            SnapshotError: the saved state cannot be this device's; the device is as before.
        """
        if not isinstance(saved, dict) or "backend" not in saved:
            raise SnapshotError(f"{self.name}: saved state has no backend ({self.backend.kind})")
        where = f"{self.name}.{self.backend.kind}"
        backend_state = load_state(self.backend.state, saved["backend"], where)
        super().restore({name: value for name, value in saved.items() if name != "backend"})
        self.backend.state = backend_state

    def check(self, state: VirtioState) -> None:
        """Refuse requests in flight that no notification can have made."""
        cycles = [request.cycle for request in state.in_flight]
        possible = all(
            request.queue < len(state.queues) and request.head < state.queues[request.queue].num <= MAX_SIZE
            for request in state.in_flight
        )
        if not possible or cycles != sorted(cycles):
            raise SnapshotError(f"{self.name}: saved requests in flight are impossible (heads of its queues)")

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the slot."""
        return self._node_with_irq("virtio_mmio", base, irq)
