"""Test finisher."""

import pytest
from devices.fakes import Rig

from rvemu.devices.syscon import Syscon
from rvemu.errors import BusError


@pytest.fixture
def exits():
    return []


@pytest.fixture
def syscon(rig, exits) -> Rig:
    return rig(lambda machine: Syscon(lambda kind, code: exits.append((kind, code))))


@pytest.mark.parametrize(("value", "exit"), [
    (0x5555, ("off", 0)), (0x7777, ("reset", 0)), (0x3333, ("fail", 0)), (7 << 16 | 0x3333, ("fail", 7)),
    (0xFFFF_3333, ("fail", 0xFFFF)), (0xABCD_5555, ("off", 0)),
])
def test_a_word_ends_the_run(syscon, exits, value, exit):
    syscon.write(0, value)
    assert exits == [exit]


@pytest.mark.parametrize(("value", "kind"), [(0x5555, "off"), (0x7777, "reset"), (0x3333, "fail")])
def test_so_does_a_half_word(syscon, exits, value, kind):
    syscon.write(0, value, 2)
    assert exits == [(kind, 0)]


@pytest.mark.parametrize(("offset", "value"), [(0, 0), (0, 0x5554), (0, 1), (4, 0x5555)])
def test_other_values_and_places_do_nothing(syscon, exits, offset, value):
    syscon.write(offset, value)
    assert exits == []


def test_it_reads_zero(syscon):
    assert syscon.read(0) == syscon.read(0, 2) == syscon.read(0xFFC) == 0


@pytest.mark.parametrize("width", [1, 8])
def test_other_widths_are_refused(syscon, width):
    with pytest.raises(BusError):
        syscon.write(0, 0x55, width)
