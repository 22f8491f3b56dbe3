"""Core-local interruptor: software and timer interrupts of machine mode."""

from __future__ import annotations

from dataclasses import dataclass, field

from rvemu.devices.base import FOREVER, Clock, Device, EventPort, IrqLine, Register
from rvemu.devices.state import words
from rvemu.fdtnode import Cell, FdtNode, Ref

_LOW = 0xFFFF_FFFF
_NEVER = (1 << 64) - 1
_M_SOFTWARE, _M_TIMER = 3, 7
"""Interrupt numbers at a hart's own controller: the bits of mip."""


@dataclass
class ClintState:
    """Guest-visible state of the CLINT, one element for each hart."""

    msip: list[int] = field(default_factory=list, metadata=words(1))
    mtimecmp: list[int] = field(default_factory=list, metadata=words(64))


class Clint(Device):
    """CLINT: msip and mtimecmp of each hart, and mtime.

    mtime is a function of CYCLE, the same that the `time` CSR reads: it cannot be set, stores to it are
    ignored. mtimecmp starts as all ones, so no timer interrupt is pending before the guest asks for one.

    Source: SiFive FU540-C000 manual, "Core-Local Interruptor (CLINT)"; RISC-V ACLINT specification.
    """

    compatible, size, state_type = ["sifive,clint0", "riscv,clint0"], 0x1_0000, ClintState
    registers = (
        Register(0x0000, "MSIP", "RW", "bit 0 is the hart's mip.MSIP", array=(("harts", 4),)),
        Register(0x4000, "MTIMECMP", "RW", "mip.MTIP is set while mtime >= mtimecmp", 8,
                 array=(("harts", 8),)),
        Register(0x4000, "MTIMECMP_LOW", "RW", "bits 31:0 of mtimecmp", array=(("harts", 8),)),
        Register(0x4004, "MTIMECMP_HIGH", "RW", "bits 63:32 of mtimecmp", array=(("harts", 8),)),
        Register(0xBFF8, "MTIME", "RW", "ticks of 10 MHz; stores are ignored", 8),
        Register(0xBFF8, "MTIME_LOW", "RW", "bits 31:0 of mtime"),
        Register(0xBFFC, "MTIME_HIGH", "RW", "bits 63:32 of mtime"),
    )
    state: ClintState

    def __init__(self, harts: int, msip: list[IrqLine], mtip: list[IrqLine], clock: Clock,
                 events: EventPort) -> None:
        super().__init__(ClintState([0] * harts, [_NEVER] * harts))
        self.harts = harts
        self._msip, self._mtip, self._clock, self._events = msip, mtip, clock, events

    def write_msip(self, hart: int, value: int) -> None:
        """Set or clear the software interrupt of one hart."""
        self.state.msip[hart] = value & 1
        self._msip[hart].set_level(bool(value & 1))

    def read_mtimecmp_low(self, hart: int) -> int:
        """Return bits 31:0 of mtimecmp."""
        return self.state.mtimecmp[hart] & _LOW

    def read_mtimecmp_high(self, hart: int) -> int:
        """Return bits 63:32 of mtimecmp."""
        return self.state.mtimecmp[hart] >> 32

    def write_mtimecmp(self, hart: int, value: int) -> None:
        """Set the time of one hart's timer interrupt."""
        self.state.mtimecmp[hart] = value
        self._compare(hart)
        self._arm(hart)

    def write_mtimecmp_low(self, hart: int, value: int) -> None:
        """Set bits 31:0 of mtimecmp."""
        self.write_mtimecmp(hart, self.state.mtimecmp[hart] & ~_LOW | value)

    def write_mtimecmp_high(self, hart: int, value: int) -> None:
        """Set bits 63:32 of mtimecmp."""
        self.write_mtimecmp(hart, self.state.mtimecmp[hart] & _LOW | value << 32)

    def read_mtime(self) -> int:
        """Return mtime."""
        return self._clock.ticks

    def read_mtime_low(self) -> int:
        """Return bits 31:0 of mtime."""
        return self._clock.ticks & _LOW

    def read_mtime_high(self) -> int:
        """Return bits 63:32 of mtime."""
        return self._clock.ticks >> 32

    def write_mtime(self, value: int) -> None:
        """Ignore a store: mtime follows CYCLE."""

    write_mtime_low = write_mtime_high = write_mtime

    def on_event(self, tag: int) -> None:
        """Raise the timer interrupt of hart `tag`, whose time has come."""
        self._compare(tag)

    def refresh(self) -> None:
        """Drive every line from the state."""
        for hart in range(self.harts):
            self._msip[hart].set_level(bool(self.state.msip[hart]))
            self._compare(hart)

    def _compare(self, hart: int) -> None:
        self._mtip[hart].set_level(self._clock.ticks >= self.state.mtimecmp[hart])

    def _arm(self, hart: int) -> None:
        due = self._clock.cycle_of_tick(self.state.mtimecmp[hart])
        if self._mtip[hart].level or due >= FOREVER:
            self._events.cancel(hart)
        else:
            self._events.schedule(due, hart)

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the CLINT; each hart's lines go to its own interrupt controller."""
        node = self._node("clint", base)
        lines: list[Cell] = []
        for hart in range(self.harts):
            lines += [Ref(f"cpu{hart}_intc"), _M_SOFTWARE, Ref(f"cpu{hart}_intc"), _M_TIMER]
        node.props["interrupts-extended"] = lines
        return node
