"""Goldfish RTC, against the Goldfish virtual hardware guide and Linux's rtc-goldfish driver."""

import pytest
from devices.fakes import quiet_lines

from rvemu.devices.rtc import GoldfishRtc

TIME_LOW, TIME_HIGH, ALARM_LOW, ALARM_HIGH = 0x00, 0x04, 0x08, 0x0C
IRQ_ENABLED, CLEAR_ALARM, ALARM_STATUS, CLEAR_INTERRUPT = 0x10, 0x14, 0x18, 0x1C
EPOCH = 1_700_000_000_123_456_789


@pytest.fixture
def rtc(rig):
    (irq,) = quiet_lines(1)
    rtc = rig(lambda machine: GoldfishRtc(irq, machine, machine, EPOCH))
    rtc.irq = irq
    return rtc


def now(rtc):
    low = rtc.read(TIME_LOW)
    return rtc.read(TIME_HIGH) << 32 | low


def set_alarm(rtc, time_ns):
    rtc.write(ALARM_HIGH, time_ns >> 32)
    rtc.write(ALARM_LOW, time_ns & 0xFFFF_FFFF)
    rtc.write(IRQ_ENABLED, 1)


def test_time_is_the_epoch_plus_machine_time(rtc):
    assert now(rtc) == EPOCH
    rtc.machine.advance(12_345)
    assert now(rtc) == EPOCH + 12_345


def test_time_low_latches_time_high(rtc):
    rtc.read(TIME_LOW)
    rtc.machine.advance(1 << 34)
    assert rtc.read(TIME_HIGH) == EPOCH >> 32
    rtc.read(TIME_LOW)
    assert rtc.read(TIME_HIGH) == EPOCH + (1 << 34) >> 32


def test_the_time_can_be_set(rtc):
    rtc.write(TIME_HIGH, 0x1234)
    rtc.write(TIME_LOW, 0x5678)
    assert now(rtc) == 0x1234_0000_5678
    rtc.machine.advance(2)
    assert now(rtc) == 0x1234_0000_567A


def test_the_alarm_rings_at_its_time(rtc):
    set_alarm(rtc, EPOCH + 1_000_000)
    assert rtc.read(ALARM_STATUS) == 1
    rtc.machine.advance(999_900)
    assert not rtc.irq.level
    rtc.machine.advance(100)
    assert rtc.irq.level
    assert rtc.read(ALARM_STATUS) == 0
    rtc.write(CLEAR_INTERRUPT, 1)
    assert not rtc.irq.level


def test_an_alarm_never_rings_early(rtc):
    set_alarm(rtc, EPOCH + 150)
    rtc.machine.advance(149)
    assert not rtc.irq.level
    rtc.machine.advance(100)
    assert rtc.irq.level


def test_an_alarm_in_the_past_rings_at_once(rtc):
    set_alarm(rtc, EPOCH - 1)
    assert rtc.irq.level
    assert rtc.read(ALARM_STATUS) == 0


def test_a_cleared_alarm_does_not_ring(rtc):
    set_alarm(rtc, EPOCH + 1000)
    rtc.write(CLEAR_ALARM, 1)
    assert rtc.read(ALARM_STATUS) == 0
    rtc.machine.advance(2000)
    assert not rtc.irq.level


def test_a_disabled_interrupt_waits_until_it_is_enabled(rtc):
    set_alarm(rtc, EPOCH - 1)
    rtc.write(IRQ_ENABLED, 0)
    assert not rtc.irq.level
    rtc.write(IRQ_ENABLED, 1)
    assert rtc.irq.level
    assert rtc.read(IRQ_ENABLED) == 1


def test_setting_the_time_moves_the_alarm(rtc):
    set_alarm(rtc, EPOCH + (1 << 40))
    rtc.write(TIME_HIGH, (EPOCH >> 32) + (1 << 10))
    assert rtc.irq.level


def test_an_alarm_in_the_far_future_schedules_nothing(rtc):
    set_alarm(rtc, 2**64 - 1)
    assert rtc.machine.events == []
    assert rtc.read(ALARM_STATUS) == 1
    assert (rtc.read(ALARM_LOW), rtc.read(ALARM_HIGH)) == (0xFFFF_FFFF, 0xFFFF_FFFF)
