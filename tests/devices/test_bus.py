"""The bus: who answers where."""

from dataclasses import dataclass

import pytest

from rvemu.bus import Bus
from rvemu.devices.base import Device, Register
from rvemu.devices.state import word
from rvemu.errors import BusError, ConfigError


@dataclass
class ScratchState:
    """One word."""

    scratch: int = word(32)


class Scratch(Device):
    """A register that keeps what it is given."""

    size, state_type = 0x100, ScratchState
    registers = (Register(0, "SCRATCH", "RW", "keeps a word"),)

    def __init__(self):
        super().__init__(ScratchState())


@pytest.fixture
def bus():
    bus = Bus()
    bus.attach(0x2000, Scratch(), "high")
    bus.attach(0x1000, Scratch(), "low")
    return bus


def test_each_device_answers_at_its_own_address(bus):
    bus.write(0x1000, 4, 1)
    bus.write(0x2000, 4, 2)
    assert (bus.read(0x1000, 4), bus.read(0x2000, 4)) == (1, 2)


def test_devices_are_listed_by_address_and_know_their_names(bus):
    assert [(name, base, device.name) for name, base, device in bus.devices()] == [
        ("low", 0x1000, "low"), ("high", 0x2000, "high")]


@pytest.mark.parametrize("pa", [0, 0xFFF, 0x1100, 0x1FFF, 0x2100, 2**64 - 1])
def test_nothing_answers_elsewhere(bus, pa):
    with pytest.raises(BusError, match=f"{pa:#x}"):
        bus.read(pa, 1)
    with pytest.raises(BusError, match=f"{pa:#x}"):
        bus.write(pa, 1, 0)


@pytest.mark.parametrize("base", [0x0F01, 0x1000, 0x10FF, 0x1F01, 0x20FF])
def test_ranges_may_not_overlap(bus, base):
    with pytest.raises(ConfigError, match=r"spare: .* is taken by (low|high) at"):
        bus.attach(base, Scratch(), "spare")


@pytest.mark.parametrize("base", [0x0F00, 0x1100, 0x1F00, 0x2100])
def test_ranges_may_touch(bus, base):
    bus.attach(base, Scratch(), "spare")
    bus.write(base, 4, 7)
    assert bus.read(base, 4) == 7


def test_an_access_beyond_the_end_of_a_device_is_refused(bus):
    with pytest.raises(BusError):
        bus.read(0x10FE, 4)


def test_values_are_cut_to_the_width_of_the_access(bus):
    bus.write(0x1000, 4, 0x1_2345_6789)
    assert bus.read(0x1000, 4) == 0x2345_6789
