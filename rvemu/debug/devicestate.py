"""What a device holds, decoded and without any side effect: its registers, and what they mean in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from rvemu.board import IRQS
from rvemu.debug.interrupts import sources
from rvemu.devices.base import Device, Register
from rvemu.devices.clint import Clint
from rvemu.devices.plic import Plic
from rvemu.devices.rtc import GoldfishRtc
from rvemu.devices.syscon import Syscon
from rvemu.devices.uart import Uart16550
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.machine import Machine

TICKS_PER_SECOND = 10_000_000
NEVER = (1 << 64) - 1
_ALTERNATIVES = ("legacy", "modern")
"""Banks of which a device has one for good."""


@dataclass(frozen=True)
class Held:
    """What one register holds.

    Attributes:
        value: None where nothing lasts of what is written.
    """

    name: str
    offset: int
    width: int
    access: str
    value: int | None
    help: str


def registers(device: Device) -> Iterator[Held]:
    """Yield the registers of a device; of an array the elements that are not 0, or the first one, equal ones as one.

    A row that shows a part of a wider one is left out.
    """
    rows = [row for row in device.registers if row.bank not in _ALTERNATIVES or row.bank == device.bank]
    for row in rows:
        if any(_within(device, row, other) for other in rows):
            continue
        if not row.array:
            yield Held(row.name, row.offset, row.width, row.access, device.peek(row), row.help)
            continue
        indices = list(product(*(range(count) for count in row.shape(device))))
        held = [
            Held(row.name + "".join(f"[{k}]" for k in index), offset, row.width, row.access, device.peek(row, index),
                 row.help)
            for index, offset in zip(indices, row.offsets(device), strict=True)
        ]  # fmt: skip
        yield from _merged([each for each in held if each.value] or held[:1], row.array[-1][1])


def _merged(held: list[Held], stride: int) -> Iterator[Held]:
    """Yield elements of an array, those that follow each other with the same value as one."""
    at = 0
    while at < len(held):
        end = at + 1
        while end < len(held) and held[end].value == held[at].value \
                and held[end].offset == held[end - 1].offset + stride:  # fmt: skip
            end += 1
        last = held[end - 1].name.rpartition("[")[2]
        name = held[at].name if end == at + 1 else held[at].name.removesuffix("]") + f"-{last}"
        yield replace(held[at], name=name)
        at = end


def _within(device: Device, row: Register, other: Register) -> bool:
    """Tell whether a row shows a part of another, wider one."""
    if other.width <= row.width or not other.offset <= row.offset:
        return False
    return row.offset < max(other.offsets(device)) + other.width


def find_device(machine: Machine, name: str) -> Device | None:
    """Return the device of a name."""
    return next((device for known, _, device in machine.bus.devices() if known == name), None)


def summary(machine: Machine, device: Device) -> str:
    """Return what a device is, in a few words."""
    if isinstance(device, VirtioMmio):
        return f"virtio {device.backend.kind}" if device.backend.device_id else "virtio, empty"
    return next((words for kind, words in _KINDS.items() if isinstance(device, kind)), type(device).__name__)


_KINDS: dict[type[Device], str] = {
    Clint: "timer and software interrupts of M-mode", Plic: "interrupt controller", Uart16550: "console",
    GoldfishRtc: "time of day and alarm", Syscon: "power off, reset, fail",
}  # fmt: skip


def interrupt_of(name: str) -> int | None:
    """Return the PLIC source that a device drives."""
    return IRQS.get(name)


def told(machine: Machine, device: Device) -> Iterator[str]:
    """Yield what the state of a device means, a line each."""
    match device:
        case Clint():
            yield from _clint(machine, device)
        case Plic():
            yield from _plic(device)
        case Uart16550():
            yield from _uart(device)
        case GoldfishRtc():
            yield from _rtc(machine, device)
        case VirtioMmio():
            yield from _virtio(device)
    source = interrupt_of(device.name)
    if source is not None:
        state = next(each for each in sources(machine) if each.source == source)
        level = "high" if state.level else "low"
        yield f"interrupt line: {level}; PLIC source {source}, priority {state.priority}: {state.words}"


def seconds(ticks: int) -> str:
    """Return ticks of mtime as a time."""
    return f"{ticks / TICKS_PER_SECOND:.6f} s"


def due(machine: Machine, compare: int) -> str:
    """Return when a timer rings that compares with mtime."""
    now = machine.clock.ticks
    if compare == NEVER:
        return "never set"
    if compare <= now:
        return f"{seconds(compare)}, past for {seconds(now - compare)}"
    if compare - now > TICKS_PER_SECOND * 86400 * 365:
        return "in more than a year: off"
    return f"{seconds(compare)}, in {seconds(compare - now)}"


def _clint(machine: Machine, device: Clint) -> Iterator[str]:
    yield f"mtime: {machine.clock.ticks} ({seconds(machine.clock.ticks)})"
    for hart, compare in enumerate(device.state.mtimecmp):
        software = "set" if device.state.msip[hart] else "clear"
        yield f"hart {hart}: timer {due(machine, compare)}; software interrupt {software}"


def _plic(device: Plic) -> Iterator[str]:
    state = device.state
    for context in range(device.contexts):
        enabled = [source for source in range(device.sources + 1) if state.enable[context] >> source & 1]
        best = device.peek_claim(context)
        names = {source: name for name, source in IRQS.items()}
        shown = ", ".join(f"{source} {names.get(source, '')}".strip() for source in enabled) or "none"
        words = f"context {context} (hart {context // 2} {'MS'[context % 2]}): threshold {state.threshold[context]}, " \
                f"enabled: {shown}"  # fmt: skip
        yield words + (f"; a claim would get {best}" if best else "")
    for word, bits in (("pending", state.pending), ("claimed and not completed", state.claimed)):
        if bits:
            yield f"{word}: " + ", ".join(str(source) for source in range(device.sources + 1) if bits >> source & 1)


_UART_INTERRUPTS = {0x1: "none", 0x2: "THR empty", 0x4: "data ready", 0x6: "line status", 0xC: "bytes have waited long",
                    0x0: "modem status"}  # fmt: skip


def _uart(device: Uart16550) -> Iterator[str]:
    state = device.state
    names = ("data", "THR empty", "line status", "modem status")
    enabled = [name for bit, name in enumerate(names) if state.ier >> bit & 1]
    yield f"receive FIFO: {len(state.rx_fifo)} bytes {bytes(state.rx_fifo)!r}"
    yield f"waiting outside: {len(state.pending)} bytes {bytes(state.pending[:32])!r}"
    yield f"interrupts enabled: {', '.join(enabled) or 'none'}; pending: {_UART_INTERRUPTS[device.peek_iir() & 0xF]}"


def _rtc(machine: Machine, device: GoldfishRtc) -> Iterator[str]:
    now = device.state.epoch_ns + machine.clock.ns
    yield f"now: {_date(now)}"
    running = f"rings at {_date(device.state.alarm_ns)}" if device.state.alarm_running else "off"
    yield f"alarm: {running}; its interrupt is {'enabled' if device.state.irq_enabled else 'not enabled'}"


def _date(ns: int) -> str:
    try:
        when = datetime.datetime.fromtimestamp(ns / 1e9, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return f"{ns} ns after 1970"
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


_STATUS = (
    (0x01, "ACKNOWLEDGE"), (0x02, "DRIVER"), (0x08, "FEATURES_OK"), (0x04, "DRIVER_OK"), (0x40, "NEEDS_RESET"),
    (0x80, "FAILED"),
)  # fmt: skip


def _virtio(device: VirtioMmio) -> Iterator[str]:
    state = device.state
    if not device.backend.device_id:
        yield "an empty slot: drivers pass it over"
        return
    steps = [name for bit, name in _STATUS if state.status & bit]
    yield f"status: {', '.join(steps) or 'reset'}; features accepted: {state.driver_features:#x}"
    for number, queue in enumerate(state.queues):
        busy = sum(request.queue == number for request in state.in_flight)
        yield f"queue {number}: {'ready' if queue.ready else 'not ready'}, size {queue.num}, {busy} in flight (`virtq`)"

