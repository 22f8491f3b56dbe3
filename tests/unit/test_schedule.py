"""Machine time and the queue of events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvemu.errors import SnapshotError
from rvemu.schedule import EventQueue, MachineClock

NEVER = (1 << 64) - 1


class Counter:
    """A core that has only its CYCLE."""

    def __init__(self) -> None:
        self.cycle = 0
        self.event_cycle = NEVER


class Log:
    """A queue whose devices note what falls due."""

    def __init__(self, *names: str) -> None:
        self.counter = Counter()
        self.queue = EventQueue(self.counter, NEVER)
        self.seen: list[tuple[str, int, int]] = []
        self.ports = {name: self.queue.port(name) for name in names}
        for name in names:
            self.queue.connect(name, self._handler(name))

    def _handler(self, name: str) -> Callable[[int], None]:
        return lambda tag: self.seen.append((name, tag, self.counter.cycle))

    def at(self, cycle: int) -> list[tuple[str, int, int]]:
        """Let time come to `cycle`, and return what fell due there."""
        self.seen.clear()
        self.counter.cycle = cycle
        self.queue.run_due()
        return list(self.seen)


# MachineClock

@pytest.mark.parametrize(("harts", "cycle", "ticks", "ns"), [
    (1, 0, 0, 0), (1, 99, 0, 99), (1, 100, 1, 100), (4, 399, 0, 99), (4, 400, 1, 100), (3, 301, 1, 100),
    (64, 6400 * 10**7, 10**7, 10**9),
])  # fmt: skip
def test_clock_runs_at_10_mhz_where_every_hart_adds_1_ghz(harts: int, cycle: int, ticks: int, ns: int) -> None:
    counter = Counter()
    clock = MachineClock(counter, harts)
    counter.cycle = cycle
    assert (clock.cycle, clock.ticks, clock.ns) == (cycle, ticks, ns)


@given(st.integers(1, 64), st.integers(0, 1 << 50))
def test_cycle_of_tick_is_the_first_cycle_of_that_tick(harts: int, tick: int) -> None:
    counter = Counter()
    clock = MachineClock(counter, harts)
    counter.cycle = clock.cycle_of_tick(tick)
    assert clock.ticks == tick
    if tick:
        counter.cycle -= 1
        assert clock.ticks == tick - 1


# EventQueue

def test_the_core_stops_at_the_first_event() -> None:
    log = Log("uart")
    for cycle, tag, first in ((500, 1, 500), (300, 2, 300), (400, 3, 300)):
        log.ports["uart"].schedule(cycle, tag)
        assert log.counter.event_cycle == first
    log.ports["uart"].cancel(2)
    assert log.counter.event_cycle == 400
    log.queue.clear()
    assert log.counter.event_cycle == NEVER


def test_events_fall_due_at_their_cycle_and_once() -> None:
    log = Log("uart")
    log.ports["uart"].schedule(10, 1)
    assert log.at(9) == []
    assert log.at(10) == [("uart", 1, 10)]
    assert log.at(11) == []
    assert log.counter.event_cycle == NEVER


def test_events_of_one_cycle_come_in_the_order_in_which_they_were_scheduled() -> None:
    log = Log("b", "a")
    for name, tag in (("b", 2), ("a", 1), ("b", 1), ("a", 2)):
        log.ports[name].schedule(10, tag)
    log.ports["a"].schedule(9, 9)
    assert [(name, tag) for name, tag, _ in log.at(10)] == [("a", 9), ("b", 2), ("a", 1), ("b", 1), ("a", 2)]


def test_scheduling_a_tag_again_moves_it_behind_its_cycle_s_others() -> None:
    log = Log("a")
    for cycle, tag in ((10, 1), (10, 2), (10, 1), (5, 2), (20, 2)):
        log.ports["a"].schedule(cycle, tag)
    assert log.at(10) == [("a", 1, 10)]
    assert log.at(20) == [("a", 2, 20)]


def test_tags_of_two_devices_are_apart() -> None:
    log = Log("a", "b")
    log.ports["a"].schedule(10, 1)
    log.ports["b"].schedule(10, 1)
    log.ports["a"].cancel(1)
    log.ports["a"].cancel(7)
    assert log.at(10) == [("b", 1, 10)]


def test_an_event_in_the_past_is_due_now() -> None:
    log = Log("a")
    log.counter.cycle = 100
    log.ports["a"].schedule(5, 1)
    assert log.counter.event_cycle == 100
    assert log.queue.save() == [["a", 1, 100]]


def test_an_event_may_schedule_another_even_for_now() -> None:
    log = Log("a")
    seen: list[int] = []

    def handler(tag: int) -> None:
        seen.append(tag)
        if tag < 3:
            log.ports["a"].schedule(log.counter.cycle + 5 * (tag == 2), tag + 1)

    log.queue.connect("a", handler)
    log.ports["a"].schedule(10, 1)
    log.at(10)
    assert seen == [1]
    assert log.counter.event_cycle == 10
    log.at(10)
    assert seen == [1, 2]
    assert log.counter.event_cycle == 15


@pytest.mark.parametrize("delay", [0, 1])
def test_run_due_tells_whether_devices_have_asked_for_more_and_leaves_it_for_the_next_call(delay: int) -> None:
    log = Log("a", "b")
    log.queue.connect("a", lambda tag: log.ports["b"].schedule(log.counter.cycle + delay, 7))
    log.ports["a"].schedule(10, 1)
    log.ports["b"].schedule(10, 5)
    log.counter.cycle = 10
    assert log.queue.run_due() == (delay == 0)
    assert log.seen == [("b", 5, 10)]
    log.counter.cycle = 11
    assert not log.queue.run_due()
    assert log.seen == [("b", 5, 10), ("b", 7, 11)]


def test_an_event_beyond_all_cycles_never_comes() -> None:
    log = Log("a")
    log.ports["a"].schedule(1 << 70, 1)
    assert log.counter.event_cycle == NEVER


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(0, 3)), max_size=30))
def test_a_queue_saved_and_restored_goes_on_alike(schedule: list[tuple[str, int, int]]) -> None:
    first, second = Log(*"abc"), Log(*"abc")
    for name, cycle, tag in schedule:
        first.ports[name].schedule(cycle, tag)
    saved = first.queue.save()
    second.ports["a"].schedule(1, 9)
    second.queue.restore(saved)
    assert second.queue.save() == saved
    assert second.counter.event_cycle == first.counter.event_cycle
    for cycle in (0, 1, 17, 50):
        assert second.at(cycle) == first.at(cycle)


def test_an_event_of_no_device_is_refused() -> None:
    log = Log("uart")
    with pytest.raises(SnapshotError, match="'disk'"):
        log.queue.restore([["disk", 0, 10]])
