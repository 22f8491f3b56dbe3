"""virtio entropy device."""

import pytest
from devices.driver import BASE, Driver
from devices.fakes import FakeMachine, Rig, quiet_lines

from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.devices.virtio.rng import VirtioRng
from rvemu.memory import Ram


def make_rng(rig, seed):
    ram, (irq,) = Ram(BASE, 4 << 20), quiet_lines(1)
    slot = rig(lambda machine: VirtioMmio(VirtioRng(seed), irq, ram, machine, machine))
    return slot, Driver(slot, ram).start()


@pytest.fixture
def driver(rig):
    return make_rng(rig, 1)[1]


def stream(driver, sizes):
    return [driver.request(size)[1] for size in sizes]


def test_it_is_device_4(rig):
    assert make_rng(rig, 0)[0].read(8) == 4


@pytest.mark.parametrize("size", [1, 31, 32, 33, 4096])
def test_it_fills_the_whole_buffer(driver, size):
    length, data = driver.request(size, 7)
    assert length == size + 7
    assert len(set(data)) > min(size, 64) // 2


def test_requests_differ(driver):
    assert len(set(stream(driver, [16] * 50))) == 50


def test_bits_are_balanced(driver):
    data = b"".join(stream(driver, [8192]))
    ones = sum(byte.bit_count() for byte in data)
    assert abs(ones - 32768) < 6 * 128                   # 6 sigma of 65536 coin tosses


def test_the_seed_fixes_the_stream_across_save_and_restore():
    def plain(make):
        return Rig(make, renew=False)

    def renewed(make):
        return Rig(make, renew=True)

    sizes = [5, 64, 100]
    first = stream(make_rng(plain, 7)[1], sizes)
    assert stream(make_rng(renewed, 7)[1], sizes) == first
    assert stream(make_rng(plain, 8)[1], sizes) != first


def test_a_restored_device_goes_on_where_it_was_whatever_its_own_seed():
    ram, machine = Ram(BASE, 1 << 20), FakeMachine()
    line = quiet_lines(1)[0]
    first, second = (VirtioMmio(VirtioRng(seed), line, ram, machine, machine) for seed in (1, 2))
    second.restore(first.save())
    assert second.save() == first.save()


def test_a_huge_request_gets_less():
    driver = make_rng(lambda make: Rig(make, renew=False), 1)[1]
    length, _ = driver.request(1 << 20)
    assert length == 1 << 16


def test_a_request_that_nothing_can_be_written_to_gets_nothing(driver):
    assert driver.request(b"readable")[0] == 0
