"""What a device test puts in place of the machine: a clock that is set by hand, its events, and lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from rvemu.devices.base import Device, IrqLine

CYCLES_PER_TICK = 100
AnyDevice = TypeVar("AnyDevice", bound=Device)


class FakeMachine:
    """A clock of 1 GHz and an event queue; time passes only by `advance`."""

    def __init__(self) -> None:
        self.cycle = 0
        self.events: list[tuple[int, int, int]] = []
        self._sequence = 0
        self.deliver: Callable[[int], None] = lambda tag: None

    @property
    def ticks(self) -> int:
        return self.cycle // CYCLES_PER_TICK

    @property
    def ns(self) -> int:
        return self.cycle

    def cycle_of_tick(self, tick: int) -> int:
        return tick * CYCLES_PER_TICK

    def schedule(self, cycle: int, tag: int) -> None:
        assert cycle >= self.cycle, "an event in the past"
        self.cancel(tag)
        self._sequence += 1
        self.events.append((cycle, self._sequence, tag))

    def cancel(self, tag: int) -> None:
        self.events = [event for event in self.events if event[2] != tag]

    def advance(self, cycles: int) -> None:
        """Let time pass, with every event at its cycle."""
        end = self.cycle + cycles
        while self.events and min(self.events)[0] <= end:
            event = min(self.events)
            self.events.remove(event)
            self.cycle = event[0]
            self.deliver(event[2])
        self.cycle = end

    def advance_ticks(self, ticks: int) -> None:
        self.advance(ticks * CYCLES_PER_TICK)


class Rig(Generic[AnyDevice]):
    """One device on a fake machine; with `renew`, every access meets one just restored from the last one.

    `make(machine)` must give a device in its initial state each time, on the same interrupt lines.
    """

    def __init__(self, make: Callable[[FakeMachine], AnyDevice], renew: bool) -> None:
        self.machine = FakeMachine()
        self.machine.deliver = self._deliver
        self._make, self._renew = make, renew
        self._device = make(self.machine)

    def _deliver(self, tag: int) -> None:
        self.device.on_event(tag)

    @property
    def device(self) -> AnyDevice:
        if self._renew:
            saved = self._device.save()
            self._device = self._make(self.machine)
            self._device.restore(saved)
            assert self._device.save() == saved
        return self._device

    def read(self, offset: int, width: int = 4) -> int:
        return self.device.read(offset, width)

    def write(self, offset: int, value: int, width: int = 4) -> None:
        self.device.write(offset, width, value)


def quiet_lines(count: int) -> list[IrqLine]:
    """Return lines whose level the test looks at."""
    return [IrqLine(lambda level: None) for _ in range(count)]


def is_plain(value: Any) -> bool:
    """Tell whether saved state is made of plain values only."""
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return type(value) in (int, str, bool, bytes)
