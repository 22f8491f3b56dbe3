"""Goldfish real-time clock."""

from __future__ import annotations

from dataclasses import dataclass

from rvemu.devices.base import FOREVER, Clock, Device, EventPort, IrqLine, Register
from rvemu.devices.state import flag, word
from rvemu.fdtnode import FdtNode

_LOW = 0xFFFF_FFFF
_MASK64 = (1 << 64) - 1
_NS_PER_TICK = 100
_ALARM = 0


@dataclass
class RtcState:
    """Guest-visible state of the clock; `epoch_ns` is the time of day at machine time 0."""

    epoch_ns: int = word(64)
    time_high: int = word(32)
    alarm_ns: int = word(64)
    alarm_running: bool = flag()
    irq_pending: bool = flag()
    irq_enabled: bool = flag()


class GoldfishRtc(Device):
    """Real-time clock: ns since 1970 as two 32-bit words, with one alarm.

    Source: Goldfish virtual hardware guide, "Goldfish real-time clock".
    """

    compatible, size, state_type = "google,goldfish-rtc", 0x1000, RtcState
    registers = (
        Register(0x00, "TIME_LOW", "RW", "bits 31:0 of the time in ns; reading latches TIME_HIGH"),
        Register(0x04, "TIME_HIGH", "RW", "bits 63:32 of the time latched by TIME_LOW"),
        Register(0x08, "ALARM_LOW", "RW", "bits 31:0 of the alarm time; writing arms the alarm"),
        Register(0x0C, "ALARM_HIGH", "RW", "bits 63:32 of the alarm time, written first"),
        Register(0x10, "IRQ_ENABLED", "RW", "bit 0 lets the alarm assert the interrupt"),
        Register(0x14, "CLEAR_ALARM", "W", "any value disarms the alarm"),
        Register(0x18, "ALARM_STATUS", "R", "1 while the alarm is armed"),
        Register(0x1C, "CLEAR_INTERRUPT", "W", "any value ends the interrupt"),
    )
    state: RtcState

    def __init__(self, irq: IrqLine, clock: Clock, events: EventPort, epoch_ns: int) -> None:
        super().__init__(RtcState(epoch_ns=epoch_ns & _MASK64))
        self._irq, self._clock, self._events = irq, clock, events

    def _now_ns(self) -> int:
        return self.state.epoch_ns + self._clock.ns & _MASK64

    def peek_time_low(self) -> int:
        """Return bits 31:0 of the time, and latch nothing."""
        return self._now_ns() & _LOW

    def read_time_low(self) -> int:
        """Return bits 31:0 of the time, and latch the rest."""
        now = self._now_ns()
        self.state.time_high = now >> 32
        return now & _LOW

    def _set_time(self, now: int) -> None:
        self.state.epoch_ns = now - self._clock.ns & _MASK64
        if self.state.alarm_running:
            self._arm()

    def write_time_low(self, value: int) -> None:
        """Set bits 31:0 of the time."""
        self._set_time(self._now_ns() & ~_LOW | value)

    def write_time_high(self, value: int) -> None:
        """Set bits 63:32 of the time."""
        self._set_time(self._now_ns() & _LOW | value << 32)

    def read_alarm_low(self) -> int:
        """Return bits 31:0 of the alarm time."""
        return self.state.alarm_ns & _LOW

    def read_alarm_high(self) -> int:
        """Return bits 63:32 of the alarm time."""
        return self.state.alarm_ns >> 32

    def write_alarm_low(self, value: int) -> None:
        """Set bits 31:0 of the alarm time and arm the alarm."""
        self.state.alarm_ns = self.state.alarm_ns & ~_LOW | value
        self._arm()

    def write_alarm_high(self, value: int) -> None:
        """Set bits 63:32 of the alarm time."""
        self.state.alarm_ns = self.state.alarm_ns & _LOW | value << 32

    def _arm(self) -> None:
        """Let the alarm ring at its time: now, if that is past."""
        state = self.state
        state.alarm_running = True
        wait_ns = state.alarm_ns - self._now_ns()
        ticks = -(-(self._clock.ns + wait_ns) // _NS_PER_TICK)
        if wait_ns <= 0:
            self._ring()
        elif (due := self._clock.cycle_of_tick(ticks)) < FOREVER:
            self._events.schedule(due, _ALARM)
        else:
            self._events.cancel(_ALARM)

    def _ring(self) -> None:
        self._events.cancel(_ALARM)
        self.state.alarm_running = False
        self.state.irq_pending = True
        self.refresh()

    def on_event(self, tag: int) -> None:
        """Ring: the alarm's time has come."""
        if self.state.alarm_running:
            self._ring()

    def write_irq_enabled(self, value: int) -> None:
        """Let the alarm assert the interrupt, or not."""
        self.state.irq_enabled = bool(value & 1)
        self.refresh()

    def read_irq_enabled(self) -> int:
        """Return 1 if the alarm may assert the interrupt."""
        return int(self.state.irq_enabled)

    def write_clear_alarm(self, value: int) -> None:
        """Disarm the alarm."""
        self.state.alarm_running = False
        self._events.cancel(_ALARM)

    def read_alarm_status(self) -> int:
        """Return 1 while the alarm is armed."""
        return int(self.state.alarm_running)

    def write_clear_interrupt(self, value: int) -> None:
        """End the interrupt."""
        self.state.irq_pending = False
        self.refresh()

    def refresh(self) -> None:
        """Recompute the interrupt line."""
        self._irq.set_level(self.state.irq_pending and self.state.irq_enabled)

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the clock."""
        return self._node_with_irq("rtc", base, irq)
