"""Machine time and the queue of events: both are functions of CYCLE, so that a run can be repeated exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from rvemu.errors import SnapshotError

TICK_NS = 100
"""mtime counts at 10 MHz."""


class Counter(Protocol):
    """What keeps CYCLE and stops at the next event: the core."""

    cycle: int
    event_cycle: int


class MachineClock:
    """Time as a function of CYCLE: every hart adds 1 GHz to what CYCLE runs at, mtime ticks at 10 MHz."""

    def __init__(self, counter: Counter, harts: int) -> None:
        self._counter, self._harts = counter, harts
        self._cycles_per_tick = TICK_NS * harts

    @property
    def cycle(self) -> int:
        """CYCLE now."""
        return self._counter.cycle

    @property
    def ticks(self) -> int:
        """Return mtime."""
        return self._counter.cycle // self._cycles_per_tick

    @property
    def ns(self) -> int:
        """Nanoseconds since CYCLE 0."""
        return self._counter.cycle // self._harts

    def cycle_of_tick(self, tick: int) -> int:
        """Return the first CYCLE at which mtime has reached `tick`."""
        return tick * self._cycles_per_tick


class EventQueue:
    """Events of all devices, in the order of (cycle, sequence)."""

    def __init__(self, counter: Counter, never: int) -> None:
        self._counter, self._never = counter, never
        self._due: dict[tuple[str, int], tuple[int, int]] = {}
        self._handlers: dict[str, Callable[[int], None]] = {}
        self._sequence = 0

    def port(self, name: str) -> EventPort:
        """Return the door through which the device called `name` uses the queue."""
        return EventPort(self, name)

    def connect(self, name: str, handler: Callable[[int], None]) -> None:
        """Let `handler(tag)` take the events of the device called `name`."""
        self._handlers[name] = handler

    def schedule(self, name: str, cycle: int, tag: int) -> None:
        """Let the event `tag` of a device fall due at `cycle`, in place of the earlier one of that tag."""
        self._sequence += 1
        self._due[name, tag] = (max(cycle, self._counter.cycle), self._sequence)
        self._announce()

    def cancel(self, name: str, tag: int) -> None:
        """Forget the event `tag` of a device, if there is one."""
        if self._due.pop((name, tag), None) is not None:
            self._announce()

    def clear(self) -> None:
        """Forget every event."""
        self._due.clear()
        self._announce()

    def run_due(self) -> bool:
        """Hand every event that is due to its device; return whether the devices have asked for more at this cycle.

        What they have asked for is left for the next call, so that the caller can look at the host before it.
        """
        last = self._sequence
        while self._due:
            key = min(self._due, key=self._due.__getitem__)
            cycle, sequence = self._due[key]
            if cycle > self._counter.cycle or sequence > last:
                break
            del self._due[key]
            self._handlers[key[0]](key[1])
        self._announce()
        return self._counter.event_cycle <= self._counter.cycle

    def _announce(self) -> None:
        cycles = [cycle for cycle, _ in self._due.values()]
        self._counter.event_cycle = min(min(cycles, default=self._never), self._never)

    def save(self) -> list[list[Any]]:
        """Return the events to come, first one first, as [device, tag, cycle]."""
        return [[name, tag, due[0]] for (name, tag), due in sorted(self._due.items(), key=lambda item: item[1])]

    def restore(self, saved: list[list[Any]]) -> None:
        """Take back what `save` returned.

        Raises:
            SnapshotError: an event belongs to no device of this machine.
        """
        self._due.clear()
        for name, tag, cycle in saved:
            if name not in self._handlers:
                raise SnapshotError(f"event: no device {name!r} (one of {', '.join(self._handlers)})")
            self.schedule(name, cycle, tag)
        self._announce()


class EventPort:
    """One device's door to the event queue; what falls due comes to its `on_event`."""

    def __init__(self, queue: EventQueue, name: str) -> None:
        self._queue, self._name = queue, name

    def schedule(self, cycle: int, tag: int) -> None:
        """Let event `tag` fall due at CYCLE `cycle`; an earlier one of that tag is moved."""
        self._queue.schedule(self._name, cycle, tag)

    def cancel(self, tag: int) -> None:
        """Forget event `tag`, if there is one."""
        self._queue.cancel(self._name, tag)
