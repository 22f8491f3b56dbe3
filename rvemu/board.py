"""The board: which devices the machine has, at which addresses and interrupts, and the device tree that says so.

The memory map is that of QEMU's virt machine, so that images built for it run unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from rvemu.boot.tree import machine_tree
from rvemu.bus import Bus
from rvemu.devices.base import Device, IrqLine
from rvemu.devices.clint import Clint
from rvemu.devices.plic import Plic
from rvemu.devices.rtc import GoldfishRtc
from rvemu.devices.syscon import Syscon
from rvemu.devices.uart import Uart16550
from rvemu.devices.virtio.backend import Backend
from rvemu.devices.virtio.blk import VirtioBlk
from rvemu.devices.virtio.drive import Drive
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.devices.virtio.rng import VirtioRng

if TYPE_CHECKING:
    from rvemu._core import Core
    from rvemu.config import MachineConfig
    from rvemu.fdtnode import FdtNode
    from rvemu.guestconsole import GuestConsole
    from rvemu.isa.config import IsaConfig
    from rvemu.memory import Ram
    from rvemu.schedule import EventQueue, MachineClock

RAM_BASE = 0x8000_0000
ROM_BASE, ROM_SIZE = 0x1000, 0xF000
SYSCON_BASE, RTC_BASE, CLINT_BASE, PLIC_BASE, UART_BASE = 0x10_0000, 0x10_1000, 0x200_0000, 0xC00_0000, 0x1000_0000
VIRTIO_BASE, VIRTIO_STRIDE, VIRTIO_SLOTS = 0x1000_1000, 0x1000, 8
VIRTIO_FIRST_IRQ, UART_IRQ, RTC_IRQ = 1, 10, 11
PLIC_SOURCES = 95
IRQS = {"uart": UART_IRQ, "rtc": RTC_IRQ, **{f"virtio{k}": VIRTIO_FIRST_IRQ + k for k in range(VIRTIO_SLOTS)}}
"""The PLIC source that each device drives."""

MSIP, MTIP, SEIP, MEIP = 3, 7, 9, 11


class Board:
    """All devices of a machine, on its bus.

    Attributes:
        bus: the devices by address.
        uart: the one that is the console.
    """

    def __init__(
        self, config: MachineConfig, isa: IsaConfig, core: Core, ram: Ram, clock: MachineClock,
        events: EventQueue, console: GuestConsole, on_exit: Callable[[str, int], None],
    ) -> None:  # fmt: skip
        """Make the devices; `on_exit` takes what the test finisher says.

        Raises:
            DriveError: a disk image cannot be had.
        """
        self._config, self._isa, self._core, self._ram, self._events = config, isa, core, ram, events
        self.bus = Bus()
        self._add_devices(clock, console, on_exit)

    def _add_devices(self, clock: MachineClock, console: GuestConsole, on_exit: Callable[[str, int], None]) -> None:
        harts, core = self._config.harts, self._core
        lines = [IrqLine(_line(core, hart, bit)) for hart in range(harts) for bit in (MEIP, SEIP)]
        self._plic = Plic(harts=harts, sources=PLIC_SOURCES, lines=lines)
        msip = [IrqLine(_line(core, hart, MSIP)) for hart in range(harts)]
        mtip = [IrqLine(_line(core, hart, MTIP)) for hart in range(harts)]
        self._attach("clint", CLINT_BASE,
                     Clint(harts=harts, msip=msip, mtip=mtip, clock=clock, events=self._events.port("clint")))
        self._attach("plic", PLIC_BASE, self._plic)
        self._attach("test", SYSCON_BASE, Syscon(on_exit))
        self._attach("rtc", RTC_BASE, GoldfishRtc(self._irq(RTC_IRQ), clock, self._events.port("rtc"),
                                                  self._config.rtc_epoch_ns))
        self.uart = Uart16550(self._irq(UART_IRQ), clock, self._events.port("uart"), console.put)
        console.receive = self.uart.receive
        self._attach("uart", UART_BASE, self.uart)
        self._add_virtio(clock)

    def _add_virtio(self, clock: MachineClock) -> None:
        backends: dict[int, Backend] = {
            slot: VirtioBlk(Drive(spec.path, spec.readonly, spec.snapshot))
            for slot, spec in self._config.drive_slots()
        }
        if self._config.rng_slot is not None:
            backends[self._config.rng_slot] = VirtioRng(self._config.rng_seed)
        for slot in range(VIRTIO_SLOTS):
            name = f"virtio{slot}"
            transport = VirtioMmio(
                backends.get(slot), self._irq(VIRTIO_FIRST_IRQ + slot), self._ram, clock,
                self._events.port(name), legacy=self._config.virtio_legacy,
            )  # fmt: skip
            self._attach(name, VIRTIO_BASE + slot * VIRTIO_STRIDE, transport)

    def _attach(self, name: str, base: int, device: Device) -> None:
        self.bus.attach(base, device, name)
        self._events.connect(name, device.on_event)

    def _irq(self, source: int) -> IrqLine:
        return IrqLine(lambda level: self._plic.set_level(source, level))

    def tree(self, bootargs: str, initrd: tuple[int, int] | None) -> FdtNode:
        """Return the device tree of the machine, for a kernel with this command line and initrd (start, end)."""
        devices = list(self.bus.devices())
        return machine_tree(
            harts=self._config.harts, memory_base=RAM_BASE, memory_size=self._config.memory, isa=self._isa,
            device_nodes=[device.fdt_node(base, IRQS.get(name, 0)) for name, base, device in devices],
            root_nodes=[node for _, _, device in devices for node in device.root_nodes()],
            bootargs=bootargs, initrd=initrd, rng_seed=self.rng_seed(),
            stdout_path=f"/soc/serial@{UART_BASE:x}",
        )  # fmt: skip

    def rng_seed(self) -> bytes:
        """Return the device tree's rng-seed, fixed by the configuration so that a run can be repeated."""
        return hashlib.sha256(f"rng-seed {self._config.rng_seed}".encode()).digest()


def _line(core: Core, hart: int, bit: int) -> Callable[[bool], None]:
    return lambda level: core.set_line(hart, bit, level)
