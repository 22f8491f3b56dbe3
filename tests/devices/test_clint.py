"""CLINT, against the SiFive manual."""

import pytest
from devices.fakes import CYCLES_PER_TICK, quiet_lines

from rvemu.devices.clint import Clint
from rvemu.errors import BusError

MSIP, MTIMECMP, MTIME = 0x0, 0x4000, 0xBFF8
NEVER = 2**64 - 1


@pytest.fixture
def clint(rig):
    msip, mtip = quiet_lines(4), quiet_lines(4)
    clint = rig(lambda machine: Clint(4, msip, mtip, machine, machine))
    clint.msip, clint.mtip = msip, mtip
    return clint


def levels(lines):
    return [line.level for line in lines]


def test_msip_bit_0_drives_the_software_interrupt_of_its_hart_alone(clint):
    clint.write(MSIP + 4 * 2, 0xFFFF_FFFF)
    assert levels(clint.msip) == [False, False, True, False]
    assert clint.read(MSIP + 4 * 2) == 1
    clint.write(MSIP + 4 * 2, 0xFFFF_FFFE)
    assert levels(clint.msip) == [False] * 4
    assert clint.read(MSIP + 4 * 2) == 0


def test_no_interrupt_is_pending_at_reset_and_none_will_be(clint):
    assert levels(clint.msip) == levels(clint.mtip) == [False] * 4
    assert clint.read(MTIMECMP, 8) == NEVER
    clint.machine.advance(10**12)
    assert levels(clint.mtip) == [False] * 4


def test_mtip_rises_exactly_when_mtime_reaches_mtimecmp(clint):
    clint.write(MTIMECMP + 8, 50, 8)
    clint.machine.advance(50 * CYCLES_PER_TICK - 1)
    assert levels(clint.mtip) == [False] * 4
    clint.machine.advance(1)
    assert levels(clint.mtip) == [False, True, False, False]
    assert clint.read(MTIME, 8) == 50


def test_a_later_mtimecmp_ends_the_interrupt_and_sets_the_next(clint):
    clint.machine.advance_ticks(100)
    clint.write(MTIMECMP, 100, 8)
    assert clint.mtip[0].level
    clint.write(MTIMECMP, 101, 8)
    assert not clint.mtip[0].level
    clint.machine.advance_ticks(1)
    assert clint.mtip[0].level


def test_an_event_that_was_overtaken_does_not_fire(clint):
    clint.write(MTIMECMP, 10, 8)
    clint.write(MTIMECMP, NEVER, 8)
    assert clint.machine.events == []
    clint.machine.advance_ticks(20)
    assert not clint.mtip[0].level


def test_mtimecmp_in_the_far_future_schedules_nothing(clint):
    clint.write(MTIMECMP, 2**62, 8)
    assert clint.machine.events == []


def test_mtimecmp_is_also_two_words(clint):
    clint.write(MTIMECMP + 24, 0x89AB_CDEF)
    clint.write(MTIMECMP + 28, 0x0123_4567)
    assert clint.read(MTIMECMP + 24, 8) == 0x0123_4567_89AB_CDEF
    assert (clint.read(MTIMECMP + 24), clint.read(MTIMECMP + 28)) == (0x89AB_CDEF, 0x0123_4567)
    clint.write(MTIMECMP + 24, 0)
    assert clint.read(MTIMECMP + 24, 8) == 0x0123_4567_0000_0000


def test_the_two_word_sequence_of_the_manual_raises_no_spurious_interrupt(clint):
    clint.machine.advance_ticks(1000)
    for offset, value in ((0, 0xFFFF_FFFF), (4, 0), (0, 2000)):
        clint.write(MTIMECMP + offset, value)
        assert not clint.mtip[0].level
    clint.machine.advance_ticks(1000)
    assert clint.mtip[0].level


def test_mtime_reads_by_both_widths_and_ignores_stores(clint):
    clint.machine.cycle = (5 << 32 | 77) * CYCLES_PER_TICK
    clint.write(MTIME, 0, 8)
    clint.write(MTIME, 0)
    clint.write(MTIME + 4, 0)
    assert clint.read(MTIME, 8) == 5 << 32 | 77
    assert (clint.read(MTIME), clint.read(MTIME + 4)) == (77, 5)


def test_harts_that_do_not_exist_read_zero(clint):
    clint.write(MSIP + 4 * 4, 1)
    clint.write(MTIMECMP + 8 * 4, 7, 8)
    assert clint.read(MSIP + 4 * 4) == clint.read(MTIMECMP + 8 * 4, 8) == 0
    assert levels(clint.msip) == levels(clint.mtip) == [False] * 4


@pytest.mark.parametrize(("offset", "width"), [
    (MSIP, 1), (MSIP, 8), (MTIMECMP, 2), (MTIMECMP + 4, 8), (MTIME, 1),
])
def test_other_widths_are_refused(clint, offset, width):
    with pytest.raises(BusError, match=f"no {width}-byte read at offset {offset:#x}"):
        clint.read(offset, width)
    with pytest.raises(BusError, match=f"no {width}-byte write at offset {offset:#x}"):
        clint.write(offset, 0, width)
