"""virtio-mmio transport and split virtqueues, against the specification, with a driver of the tests' own."""

import struct
from dataclasses import dataclass

import pytest
from devices.driver import (
    BASE,
    DRIVER_OK,
    F_EVENT_IDX,
    F_INDIRECT_DESC,
    F_VERSION_1,
    FEATURES_OK,
    INDIRECT,
    NEEDS_RESET,
    NEXT,
    WRITE,
    Driver,
)
from devices.fakes import FakeMachine, Rig, quiet_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rvemu.devices.state import word
from rvemu.devices.virtio.backend import Backend
from rvemu.devices.virtio.mmio import LATENCY_CYCLES, VirtioMmio
from rvemu.errors import BusError, SnapshotError
from rvemu.memory import Ram

RAM_SIZE = 8 << 20
STATUS, INTERRUPT_STATUS, INTERRUPT_ACK = 0x70, 0x60, 0x64


@dataclass
class EchoState:
    """How many requests there were."""

    count: int = word(32)


class Echo(Backend):
    """Gives every request its readable part back, upper case."""

    device_id, kind, queue_sizes, features = 42, "echo", (64, 8), 1 << 3

    def __init__(self):
        super().__init__(EchoState())

    def config(self):
        return bytes(range(1, 9))

    def handle(self, queue, chain, features):
        self.state.count += 1
        data = chain.read(0, chain.readable_bytes).upper()[: chain.writable_bytes]
        chain.write(0, data)
        return len(data)


def make_slot(rig, backend=Echo, legacy=False):
    ram, (irq,) = Ram(BASE, RAM_SIZE), quiet_lines(1)
    slot = rig(lambda machine: VirtioMmio(backend(), irq, ram, machine, machine, legacy=legacy))
    slot.ram, slot.irq = ram, irq
    return slot


@pytest.fixture
def slot(rig):
    return make_slot(rig)


@pytest.fixture
def driver(slot):
    return Driver(slot, slot.ram).start()


# Registers

def test_identity(slot):
    assert [slot.read(offset) for offset in (0, 4, 8, 12)] == [0x74726976, 2, 42, 0x554D4551]


def test_an_empty_slot_has_device_id_0(rig):
    slot = make_slot(rig, lambda: None)
    assert [slot.read(offset) for offset in (0, 4, 8)] == [0x74726976, 2, 0]
    slot.write(0x50, 0)
    assert slot.read(0x34) == 0


def test_features_are_offered_in_two_halves(slot):
    driver = Driver(slot, slot.ram)
    assert driver.offered() == 1 << 3 | F_INDIRECT_DESC | F_EVENT_IDX | F_VERSION_1
    slot.write(0x14, 2)
    assert slot.read(0x10) == 0


def test_features_ok_is_refused_for_a_feature_that_was_not_offered(slot):
    driver = Driver(slot, slot.ram)
    assert not driver.accept(F_VERSION_1 | 1 << 5)
    assert driver.accept(F_VERSION_1)


def test_features_are_settled_by_features_ok(slot):
    driver = Driver(slot, slot.ram).start(F_VERSION_1 | F_INDIRECT_DESC)
    slot.write(0x24, 0)
    slot.write(0x20, 0)
    assert driver.request(b"x", 1, indirect=True) == (1, b"X")
    assert slot.read(STATUS) == 0xF


def test_a_driver_that_accepts_only_low_bits_is_served(slot):
    """xv6 never writes DriverFeaturesSel, so it does not accept VIRTIO_F_VERSION_1."""
    driver = Driver(slot, slot.ram).start(0)
    assert driver.request(b"xv6", 3) == (3, b"XV6")


def test_queue_sizes_are_the_devices(slot):
    sizes = []
    for queue in (0, 1, 2, 0xFFFF_FFFF):
        slot.write(0x30, queue)
        sizes.append(slot.read(0x34))
    assert sizes == [64, 8, 0, 0]


def test_a_queue_in_use_cannot_be_moved(driver, slot):
    for offset in (0x38, 0x80, 0x84, 0x90, 0x94, 0xA0, 0xA4):
        slot.write(offset, 1)
    assert driver.request(b"a", 1) == (1, b"A")


def test_there_is_no_shared_memory(slot):
    slot.write(0xAC, 0)
    assert [slot.read(0xB0), slot.read(0xB4)] == [0xFFFF_FFFF] * 2


def test_configuration_space_reads_by_every_width_and_ends_in_zeros(slot):
    assert slot.read(0x100, 1) == 0x01
    assert slot.read(0x107, 1) == 0x08
    assert slot.read(0x102, 2) == 0x0403
    assert slot.read(0x104, 4) == 0x0807_0605
    assert slot.read(0x108, 4) == slot.read(0xFFF, 1) == 0
    slot.write(0x100, 0xFF, 1)
    assert slot.read(0x100, 1) == 0x01
    assert slot.read(0xFC) == 0


@pytest.mark.parametrize(("offset", "width"), [(0, 1), (0, 8), (0x70, 2), (0x100, 8), (0x101, 2), (0x102, 4)])
def test_other_widths_are_refused(slot, offset, width):
    with pytest.raises(BusError):
        slot.read(offset, width)


# Requests

def test_a_request_completes_a_fixed_time_after_its_notification(driver, slot):
    head = driver.add(b"hello", 8)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES - 1)
    assert driver.used_elements() == []
    assert not slot.irq.level
    slot.machine.advance(1)
    assert driver.used_elements() == [(head, 5)]
    assert driver.written(head) == b"HELLO\0\0\0"
    assert slot.irq.level
    assert slot.read(INTERRUPT_STATUS) == 1


def test_acknowledging_lowers_the_line(driver, slot):
    driver.add(b"x", 1)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    slot.write(INTERRUPT_ACK, 2)
    assert slot.irq.level
    slot.write(INTERRUPT_ACK, 1)
    assert not slot.irq.level
    assert slot.read(INTERRUPT_STATUS) == 0


def test_chains_scatter_and_gather(driver):
    assert driver.request(b"ab", b"", b"cde", b"f", 1, 3, 0, 4) == (6, b"ABCDEF\0\0")


def test_an_indirect_table_is_followed(driver):
    assert driver.request(b"ab", b"cd", 3, 1, indirect=True) == (4, b"ABCD")


def test_an_indirect_table_may_be_larger_than_the_queue(driver):
    assert driver.request(*[b"x"] * 40, 40, indirect=True) == (40, b"X" * 40)


def test_requests_keep_their_order_and_indices_wrap(driver, slot):
    """65536 chains and more in a ring of 8, four at a time."""
    for index in (driver.avail, driver.used):
        driver.put16(index + 2, 0xFFF0)
    saved = slot.device.save()
    saved["queues"][0].update(avail_index=0xFFF0, used_index=0xFFF0)
    slot.device.restore(saved)
    driver.avail_idx = driver.used_idx = 0xFFF0
    for turn in range(8):
        heads = [driver.add(bytes([turn * 4 + item]), 1) for item in range(4)]
        driver.notify()
        slot.machine.advance(LATENCY_CYCLES)
        assert driver.used_elements() == [(head, 1) for head in heads]
    assert driver.avail_idx == 0x10


def test_notifications_at_different_times_complete_at_different_times(driver, slot):
    first = driver.add(b"1", 1)
    driver.notify()
    slot.machine.advance(400)
    second = driver.add(b"2", 1)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES - 400)
    assert driver.used_elements() == [(first, 1)]
    slot.machine.advance(400)
    assert driver.used_elements() == [(second, 1)]


def test_queues_are_independent(slot):
    driver = Driver(slot, slot.ram).start()
    other = Driver(slot, slot.ram, rings=BASE + 0x2_0000, queue=1)
    other._heap = driver._heap + 0x1_0000
    other.place_queue()
    driver.add(b"zero", 4)
    other.add(b"one", 4)
    other.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert (driver.used_elements(), other.used_elements()) == ([], [(0, 3)])
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert driver.used_elements() == [(0, 4)]


def test_the_driver_can_suppress_interrupts(slot):
    driver = Driver(slot, slot.ram).start(F_VERSION_1)
    driver.put16(driver.avail, 1)
    driver.add(b"x", 1)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert driver.used_elements() == [(0, 1)]
    assert not slot.irq.level


def test_used_event_says_which_chain_interrupts(driver, slot):
    driver.put16(driver.avail + 4 + 2 * driver.num, 2)
    fired = []
    for _ in range(4):
        driver.add(b"x", 1)
        driver.notify()
        slot.machine.advance(LATENCY_CYCLES)
        driver.used_elements()
        fired.append(slot.irq.level)
        slot.write(INTERRUPT_ACK, 1)
    assert fired == [False, False, True, False]


def test_avail_event_follows_what_the_device_has_taken(driver):
    avail_event = driver.used + 4 + 8 * driver.num
    assert driver.u16(avail_event) == 0
    for _ in range(3):
        driver.add(b"x", 1)
    driver.notify()
    assert driver.u16(avail_event) == 3


# Reset and stop

def test_status_0_drops_what_is_in_flight(driver, slot):
    driver.add(b"x", 1)
    driver.notify()
    slot.write(STATUS, 0)
    slot.machine.advance(10 * LATENCY_CYCLES)
    assert driver.used_elements() == []
    assert not slot.irq.level
    assert slot.read(STATUS) == 0
    again = Driver(slot, slot.ram).start()
    assert again.request(b"again", 5) == (5, b"AGAIN")


def test_reset_lowers_the_line(driver, slot):
    driver.add(b"x", 1)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    slot.write(STATUS, 0)
    assert not slot.irq.level


def test_a_queue_that_is_stopped_forgets_its_requests(driver, slot):
    driver.add(b"x", 1)
    driver.notify()
    slot.write(0x30, 0)
    slot.write(0x44, 0)
    slot.machine.advance(10 * LATENCY_CYCLES)
    assert driver.used_elements() == []
    assert slot.read(STATUS) & NEEDS_RESET == 0


def test_a_queue_that_is_started_again_begins_anew(driver, slot):
    driver.request(b"x", 1)
    slot.write(0x44, 0)
    again = Driver(slot, slot.ram)
    again.place_queue()
    assert again.request(b"again", 5) == (5, b"AGAIN")


@pytest.mark.parametrize("index", [1, 2, 64, 0xFFFF_FFFF])
def test_notifying_a_queue_that_is_not_there_does_nothing(driver, slot, index):
    slot.write(0x50, index)
    slot.machine.advance(LATENCY_CYCLES)
    assert slot.read(STATUS) & NEEDS_RESET == 0


def test_nothing_is_taken_before_driver_ok(slot):
    driver = Driver(slot, slot.ram)
    driver.accept(driver.offered())
    driver.place_queue()
    driver.add(b"x", 1)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert driver.used_elements() == []
    slot.write(STATUS, 0xF)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert driver.used_elements() == [(0, 1)]


# Broken rings

def broken(driver, slot):
    """Notify, let time pass, and tell whether the device has given up as the specification says."""
    driver.notify()
    slot.machine.advance(2 * LATENCY_CYCLES)
    if not slot.read(STATUS) & NEEDS_RESET:
        return False
    assert slot.read(INTERRUPT_STATUS) & 2
    assert slot.irq.level
    assert driver.u16(driver.used + 2) == 0
    slot.write(INTERRUPT_ACK, 3)
    driver.notify()
    slot.machine.advance(2 * LATENCY_CYCLES)
    assert slot.read(INTERRUPT_STATUS) == 0
    return True


ABOVE = BASE + RAM_SIZE
GOOD_TABLE, NESTED_TABLE, LOOPED_TABLE = BASE + 0x8_0000, BASE + 0x8_8000, BASE + 0x9_0000


@pytest.mark.parametrize("descs", [
    [(BASE - 1, 1, 0, 0)],                                              # below RAM
    [(ABOVE - 1, 2, 0, 0)],                                             # across its end
    [(2**64 - 1, 2, 0, 0)],                                             # wraps
    [(BASE, 0xFFFF_FFFF, WRITE, 0)],
    [(BASE, 1, NEXT, 8)],                                               # no such descriptor
    [(BASE, 1, NEXT, 0xFFFF)],
    [(BASE, 1, NEXT, 0)],                                               # loop of one
    [(BASE, 1, NEXT, 1), (BASE, 1, NEXT, 0)],                           # loop of two
    [(BASE, 1, NEXT | WRITE, 1), (BASE, 1, 0, 0)],                      # readable after writable
    [(BASE, RAM_SIZE, NEXT, 1), (BASE, 1, 0, 0)],                       # more than there is RAM
    [(GOOD_TABLE, 16, INDIRECT | NEXT, 1), (BASE, 1, 0, 0)],
    [(GOOD_TABLE, 0, INDIRECT, 0)],
    [(GOOD_TABLE, 15, INDIRECT, 0)],
    [(GOOD_TABLE, 17, INDIRECT, 0)],
    [(GOOD_TABLE, 16 * 1025, INDIRECT, 0)],
    [(ABOVE - 8, 16, INDIRECT, 0)],
    [(NESTED_TABLE, 16, INDIRECT, 0)],
    [(LOOPED_TABLE, 16, INDIRECT, 0)],
], ids=str)
def test_a_broken_chain_needs_a_reset(driver, slot, descs):
    driver.put_desc(GOOD_TABLE, 0, BASE, 16, 0)
    driver.put_desc(NESTED_TABLE, 0, GOOD_TABLE, 16, INDIRECT)
    driver.put_desc(LOOPED_TABLE, 0, BASE, 16, NEXT, 0)
    for index, desc in enumerate(descs):
        driver.put_desc(driver.desc, index, *desc)
    driver.offer(0)
    assert broken(driver, slot)


def test_an_indirect_table_of_1024_is_not_broken(driver, slot):
    driver.put_desc(GOOD_TABLE, 0, BASE, 16, 0)
    driver.put_desc(driver.desc, 0, GOOD_TABLE, 16 * 1024, INDIRECT)
    driver.offer(0)
    driver.notify()
    slot.machine.advance(LATENCY_CYCLES)
    assert driver.u16(driver.used + 2) == 1


def test_an_indirect_table_that_was_not_accepted_needs_a_reset(slot):
    driver = Driver(slot, slot.ram).start(F_VERSION_1)
    driver.add(b"x", 1, indirect=True)
    assert broken(driver, slot)


@pytest.mark.parametrize("head", [8, 0xFFFF])
def test_a_head_that_is_no_descriptor_needs_a_reset(driver, slot, head):
    driver.offer(head)
    assert broken(driver, slot)


@pytest.mark.parametrize("jump", [9, 0x8000, 0xFFFF])
def test_an_available_index_that_jumps_needs_a_reset(driver, slot, jump):
    driver.put16(driver.avail + 2, jump)
    assert broken(driver, slot)


def test_more_chains_in_flight_than_the_queue_holds_need_a_reset(driver, slot):
    driver.put_desc(driver.desc, 0, BASE, 1, 0)
    for _ in range(8):
        driver.offer(0)
    driver.notify()
    driver.offer(0)
    assert broken(driver, slot)


@pytest.mark.parametrize("num", [0, 3, 65, 0x1_0000])
def test_a_queue_of_impossible_size_needs_a_reset(slot, num):
    driver = Driver(slot, slot.ram)
    driver.accept(driver.offered())
    driver.place_queue()
    slot.write(0x44, 0)
    slot.write(0x38, num)
    slot.write(0x44, 1)
    slot.write(STATUS, 0xF)
    assert broken(driver, slot)


@pytest.mark.parametrize(("offset", "pa"), [
    (0x80, BASE + 8), (0x90, BASE + 1), (0xA0, BASE + 2), (0x80, 0), (0x90, 0), (0xA0, 0), (0x80, ABOVE - 16),
    (0x90, ABOVE - 2), (0xA0, ABOVE - 4),
])
def test_rings_that_are_misaligned_or_outside_ram_need_a_reset(slot, offset, pa):
    driver = Driver(slot, slot.ram)
    driver.accept(driver.offered())
    driver.place_queue()
    slot.write(0x44, 0)
    slot.write(offset, pa & 0xFFFF_FFFF)
    slot.write(0x44, 1)
    slot.write(STATUS, 0xF)
    driver.add(b"x", 1)
    assert broken(driver, slot)


def test_after_a_reset_a_broken_device_works_again(driver, slot):
    driver.offer(99)
    assert broken(driver, slot)
    slot.write(STATUS, 0xF)
    assert slot.read(STATUS) & NEEDS_RESET
    again = Driver(slot, slot.ram).start()
    assert again.request(b"ok", 2) == (2, b"OK")


# Version 1

@pytest.fixture
def old_slot(rig):
    return make_slot(rig, legacy=True)


def test_version_1_serves_a_legacy_driver(old_slot):
    assert old_slot.read(4) == 1
    driver = Driver(old_slot, old_slot.ram).start_legacy()
    assert old_slot.read(0x40) == BASE // 4096
    assert driver.request(b"legacy", 6) == (6, b"LEGACY")


@pytest.mark.parametrize("align", [4, 64, 4096, 65536])
def test_version_1_places_the_used_ring_by_its_alignment(old_slot, align):
    driver = Driver(old_slot, old_slot.ram).start_legacy(F_EVENT_IDX | F_INDIRECT_DESC, align)
    assert driver.request(b"legacy", 6, indirect=True) == (6, b"LEGACY")


def test_version_1_has_no_version_1_feature(old_slot):
    assert Driver(old_slot, old_slot.ram).offered() == 1 << 3 | 1 << 27 | F_INDIRECT_DESC | F_EVENT_IDX


def test_version_1_stops_a_queue_at_page_0(old_slot):
    driver = Driver(old_slot, old_slot.ram).start_legacy()
    driver.add(b"x", 1)
    driver.notify()
    old_slot.write(0x40, 0)
    old_slot.machine.advance(LATENCY_CYCLES)
    assert driver.used_elements() == []
    assert old_slot.read(0x40) == 0


@pytest.mark.parametrize(("pfn", "page", "align"), [
    (0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF), (1, 0, 0), (1, 1, 0),
])
def test_version_1_survives_any_placement(old_slot, pfn, page, align):
    placement = ((0x28, page), (0x30, 0), (0x38, 8), (0x3C, align), (0x40, pfn))
    for offset, value in (*placement, (STATUS, 7), (0x50, 0)):
        old_slot.write(offset, value)
    old_slot.machine.advance(LATENCY_CYCLES)
    assert old_slot.read(STATUS) & NEEDS_RESET


# Saved state

@pytest.mark.parametrize("change", [
    {"queues": []}, {"queues": [{}, {}]}, {"status": 256}, {"backend": {}}, {"backend": {"count": "1"}},
    {"in_flight": [{"cycle": 1, "queue": 2, "head": 0}]},
    {"in_flight": [{"cycle": 1, "queue": 0, "head": 8}]},
    {"in_flight": [{"cycle": 5, "queue": 0, "head": 0}, {"cycle": 4, "queue": 0, "head": 0}]},
    {"in_flight": [{"cycle": 1 << 62, "queue": 0, "head": 0}]}, {"in_flight": None}, {"extra": 1},
], ids=str)
def test_impossible_saved_state_is_refused(driver, slot, change):
    saved = slot.device.save()
    with pytest.raises(SnapshotError):
        slot.device.restore({**saved, **change})
    assert slot.device.save() == saved


# Garbage

GARBAGE_RAM = 1 << 16
MAX_DESCRIPTORS = 1024
"""Of a table that fits into so little RAM, and that a device looks at."""


class MeteredRam(Ram):
    """RAM that counts what a device does to it."""

    accesses = bytes = 0

    def memory(self, pa, size):
        self.accesses, self.bytes = self.accesses + 1, self.bytes + size
        return super().memory(pa, size)

    def write(self, pa, data):
        self.accesses, self.bytes = self.accesses + 1, self.bytes + len(data)
        super().write(pa, data)


def mostly(usual, *unusual):
    """Draw what gets past the first checks in most cases, so that the later ones are met as well."""
    return st.sampled_from([usual] * 24 + list(unusual)).flatmap(lambda strategy: strategy)


U16, U64 = st.integers(0, 2**16 - 1), st.integers(0, 2**64 - 1)
PA = mostly(st.sampled_from([BASE + 0x1000, BASE + 0x2000]), st.integers(BASE, BASE + GARBAGE_RAM - 65),
            st.integers(BASE - 9, BASE + GARBAGE_RAM + 9), U64)
DESC = st.tuples(
    PA, mostly(st.sampled_from([0, 1, 16, 32, 64]), st.integers(0, 256), st.integers(0, 2**32 - 1)),
    mostly(st.sampled_from([0, NEXT, WRITE, NEXT | WRITE, INDIRECT]), U16), mostly(st.integers(0, 7), U16),
)
RING = mostly(st.none(), PA)


@settings(derandomize=True, deadline=None, max_examples=250, suppress_health_check=list(HealthCheck))
@given(descs=st.lists(DESC, min_size=8, max_size=24), tables=st.lists(DESC, max_size=8),
       heads=st.lists(mostly(st.integers(0, 7), U16), min_size=1, max_size=8),
       jump=mostly(st.none(), st.integers(0, 12), U16), rings=st.tuples(RING, RING, RING),
       num=mostly(st.just(8), st.sampled_from([1, 7, 64, 4096])),
       features=st.sampled_from([0, F_EVENT_IDX, F_INDIRECT_DESC, F_EVENT_IDX | F_INDIRECT_DESC]))
def test_no_garbage_in_the_rings_escapes_or_takes_long(descs, tables, heads, jump, rings, num, features):
    ram, (irq,) = MeteredRam(BASE, GARBAGE_RAM), quiet_lines(1)
    slot = Rig(lambda machine: VirtioMmio(Echo(), irq, ram, machine, machine), renew=False)
    driver = Driver(slot, ram, rings=BASE)
    driver.avail, driver.used = BASE + 0x400, BASE + 0x800
    driver.accept(features | F_VERSION_1)
    slot.write(0x38, num)
    usual = (driver.desc, driver.avail, driver.used)
    for offset, garbage, there in zip((0x80, 0x90, 0xA0), rings, usual, strict=True):
        pa = garbage or there
        slot.write(offset, pa & 0xFFFF_FFFF)
        slot.write(offset + 4, pa >> 32)
    slot.write(0x44, 1)
    slot.write(STATUS, 0xF)
    for index, desc in enumerate(descs):
        driver.put_desc(BASE, index, *desc)
    for index, desc in enumerate(tables):
        driver.put_desc(BASE + 0x1000, index, *desc)
    ram.write(BASE + 0x404, struct.pack(f"<{len(heads)}H", *heads))
    ram.write(BASE + 0x402, struct.pack("<H", len(heads) if jump is None else jump))
    ram.accesses = ram.bytes = 0
    for _ in range(2):
        driver.notify()
        slot.machine.advance(2 * LATENCY_CYCLES)
    assert ram.accesses <= 2 * 8 * (2 * MAX_DESCRIPTORS + 8)
    assert ram.bytes <= 2 * 8 * (2 * GARBAGE_RAM + 16 * MAX_DESCRIPTORS + 64)
    assert slot.device.state.in_flight == []
    renewed = VirtioMmio(Echo(), quiet_lines(1)[0], ram, slot.machine, slot.machine)
    renewed.restore(slot.device.save())


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.lists(st.tuples(
    st.booleans(), st.integers(0, 0x140), st.integers(0, 2**32 - 1) | st.integers(0, 16),
), max_size=40), st.booleans())
def test_no_sequence_of_register_accesses_escapes(accesses, legacy):
    machine, ram = FakeMachine(), Ram(BASE, GARBAGE_RAM)
    slot = VirtioMmio(Echo(), quiet_lines(1)[0], ram, machine, machine, legacy=legacy)
    machine.deliver = slot.on_event
    for is_store, offset, value in accesses:
        if is_store:
            slot.write(offset & ~3, 4, value)
        else:
            assert 0 <= slot.read(offset & ~3, 4) < 2**32
        machine.advance(3000)
    VirtioMmio(Echo(), quiet_lines(1)[0], ram, machine, machine, legacy=legacy).restore(slot.save())


def test_status_bits_accumulate(slot):
    for value, expected in ((1, 1), (3, 3), (3 | FEATURES_OK, 11), (DRIVER_OK, 15), (0x70, 15), (128, 143)):
        slot.write(STATUS, value)
        assert slot.read(STATUS) == expected
