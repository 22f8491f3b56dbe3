"""What holds for every register of every device: tables, widths, reset values, save and restore."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any

import pytest
from devices.fakes import FakeMachine, is_plain, quiet_lines

import rvemu.devices
from rvemu.devices.base import Device, Register
from rvemu.devices.clint import Clint
from rvemu.devices.plic import Plic
from rvemu.devices.rtc import GoldfishRtc
from rvemu.devices.state import word
from rvemu.devices.syscon import Syscon
from rvemu.devices.uart import Uart16550
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.devices.virtio.rng import VirtioRng
from rvemu.errors import BusError, SnapshotError
from rvemu.memory import Ram

for module in pkgutil.walk_packages(rvemu.devices.__path__, "rvemu.devices."):
    importlib.import_module(module.name)

EPOCH = 0x1111_2222_3333_4444
ONES = 0xFFFF_FFFF


def make_virtio(machine: FakeMachine, legacy: bool = False) -> Device:
    ram = Ram(0x8000_0000, 1 << 16)
    return VirtioMmio(VirtioRng(0), quiet_lines(1)[0], ram, machine, machine, legacy=legacy)


MAKE: dict[str, Callable[[FakeMachine], Device]] = {
    "Clint": lambda machine: Clint(3, quiet_lines(3), quiet_lines(3), machine, machine),
    "Plic": lambda machine: Plic(3, 95, quiet_lines(6)),
    "Uart16550": lambda machine: Uart16550(quiet_lines(1)[0], machine, machine, lambda data: None),
    "Syscon": lambda machine: Syscon(lambda kind, code: None),
    "GoldfishRtc": lambda machine: GoldfishRtc(quiet_lines(1)[0], machine, machine, EPOCH),
    "VirtioMmio": make_virtio,
}

RESET: dict[str, dict[str, int]] = {
    "Clint": {
        "MSIP": 0, "MTIMECMP": 2**64 - 1, "MTIMECMP_LOW": ONES, "MTIMECMP_HIGH": ONES,
        "MTIME": 0, "MTIME_LOW": 0, "MTIME_HIGH": 0,
    },
    "Plic": {"PRIORITY": 0, "PENDING": 0, "ENABLE": 0, "THRESHOLD": 0, "CLAIM": 0},
    "Uart16550": {
        "RBR": 0, "DLL": 12, "IER": 0, "DLM": 0, "IIR": 0x01, "LCR": 0, "MCR": 0x08, "LSR": 0x60, "MSR": 0xB0,
        "SCR": 0,
    },
    "Syscon": {"FINISHER": 0},
    "GoldfishRtc": {
        "TIME_LOW": EPOCH & ONES, "TIME_HIGH": EPOCH >> 32, "ALARM_LOW": 0, "ALARM_HIGH": 0, "IRQ_ENABLED": 0,
        "ALARM_STATUS": 0,
    },
    "VirtioMmio": {
        "MAGIC_VALUE": 0x74726976, "VERSION": 2, "DEVICE_ID": 4, "VENDOR_ID": 0x554D4551,
        "DEVICE_FEATURES": 3 << 28, "QUEUE_NUM_MAX": 256, "QUEUE_PFN": 0, "QUEUE_READY": 0,
        "INTERRUPT_STATUS": 0, "STATUS": 0, "SHM_LEN": ONES, "CONFIG_GENERATION": 0, "CONFIG_BYTE": 0,
        "CONFIG_HALF": 0, "CONFIG_WORD": 0,
    },
}
"""Values after reset, from the data sheets: every readable row has to be here."""


def subclasses(cls: type[Device]) -> list[type[Device]]:
    return [found for child in cls.__subclasses__() for found in (child, *subclasses(child))]


DEVICES = [cls for cls in subclasses(Device) if cls.__module__.startswith("rvemu.")]
ROWS = [(cls, register) for cls in DEVICES for register in cls.registers]
all_rows = pytest.mark.parametrize(
    ("cls", "register"), ROWS, ids=[f"{cls.__name__}-{register.name}" for cls, register in ROWS])
all_devices = pytest.mark.parametrize("cls", DEVICES, ids=lambda cls: cls.__name__)


def make(cls: type[Device], bank: str = "") -> Device:
    device = MAKE[cls.__name__](FakeMachine())
    if bank:
        device.select_bank(bank)
    return device


def widths_at(register: Register, offset: int) -> list[int]:
    return [width for width in register.widths or (register.width,) if offset % width == 0]


def places(register: Register, device: Device) -> list[int]:
    """Return the offsets of a row: all of them, or of a long array its ends."""
    offsets = list(register.offsets(device))
    return offsets[:64] + offsets[-8:]


@all_devices
def test_every_device_can_be_made_and_is_described(cls):
    device = make(cls)
    assert cls.__doc__
    assert "Source:" in cls.__doc__
    assert cls.compatible
    assert cls.size
    assert device.fdt_node(0x1000_0000, 1).props["compatible"] == cls.compatible


@all_devices
def test_rows_of_one_bank_and_width_do_not_overlap(cls):
    device = make(cls)
    taken: dict[tuple[str, str, int, int], str] = {}
    for register in cls.registers:
        for offset in register.offsets(device):
            assert 0 <= offset <= cls.size - register.width
            assert offset % register.width == 0
            for verb in register.access:
                for width in widths_at(register, offset):
                    key = (register.bank, verb, width, offset)
                    assert key not in taken, f"{register.name} is where {taken.get(key)} is"
                    assert ("", *key[1:]) not in taken
                    taken[key] = register.name


@all_rows
def test_rows_are_named_as_in_the_data_sheet_and_explained(cls, register):
    assert register.name == register.name.upper()
    assert register.access in ("R", "W", "RW")
    assert register.help
    assert not register.help.endswith(".")


@all_rows
def test_reset_values_are_those_of_the_data_sheet(cls, register):
    if "R" not in register.access:
        assert register.name not in RESET[cls.__name__]
        return
    if cls is GoldfishRtc:
        read_first = make(cls, register.bank)
        read_first.read(0, 4)                                   # latches TIME_HIGH
        assert read_first.read(register.offset, 4) == RESET[cls.__name__][register.name]
        return
    for offset in places(register, make(cls)):
        device = make(cls, register.bank)
        assert device.read(offset, register.width) == RESET[cls.__name__][register.name]


@all_rows
def test_any_store_and_load_stays_within_the_register(cls, register):
    for value in (0, 1, ONES, 2**64 - 1, 0x5555_5555_5555_5555):
        device = make(cls, register.bank)
        for offset in places(register, device):
            for width in widths_at(register, offset):
                device.select_bank(register.bank)
                device.write(offset, width, value)
                device.select_bank(register.bank)
                assert 0 <= device.read(offset, width) < 1 << 8 * register.width
        saved = device.save()
        assert is_plain(saved)
        renewed = make(cls)
        renewed.restore(saved)
        assert renewed.save() == saved


@all_rows
def test_widths_that_no_row_has_here_are_refused(cls, register):
    device = make(cls, register.bank)
    rows = [row for row in cls.registers if row.bank in ("", register.bank)]
    for offset in places(register, device)[:8]:
        here = {width for row in rows if row.index(device, offset) is not None
                for width in widths_at(row, offset)}
        for width in {1, 2, 4, 8} - here:
            with pytest.raises(BusError, match=rf"no {width}-byte read at offset {offset:#x} \(widths: "):
                device.read(offset, width)
            with pytest.raises(BusError, match=rf"no {width}-byte write at offset {offset:#x} \(widths: "):
                device.write(offset, width, 0)


@all_devices
def test_every_offset_and_width_answers_or_is_refused(cls):
    device = make(cls)
    offsets = [*range(0x200), cls.size - 8, cls.size - 4, cls.size - 1, cls.size, cls.size + 4, -1, -4]
    for offset in offsets:
        for width in (0, 1, 2, 3, 4, 8, 16):
            for verb in ("read", "write"):
                try:
                    device.read(offset, width) if verb == "read" else device.write(offset, width, ONES)
                except BusError:
                    continue
                assert 0 <= offset <= cls.size - width
                assert width in (1, 2, 4, 8)


def hostile(value: Any) -> list[Any]:
    """Return what can never stand where `value` stands."""
    if type(value) is bool:
        return [0, 1, None, "True"]
    if type(value) is int:
        return [-1, 1 << 2000, True, None, 1.0, "1", [value]]
    if type(value) is bytes:
        return ["", None, [1], bytearray(value)]
    if isinstance(value, list):
        return [None, {}, "", tuple(value) or 0, [None], *([value[:-1], value + value[:1]] if value else [])]
    return [None, [], 0, {**value, "other": 0}, dict(list(value.items())[1:]) if value else {"other": 0}]


@all_devices
def test_hostile_saved_state_is_refused_and_changes_nothing(cls):
    device = make(cls)
    saved = device.save()
    changed = [{**saved, name: wrong} for name, value in saved.items() for wrong in hostile(value)]
    for wrong in [*changed, *hostile(saved), "state"]:
        with pytest.raises(SnapshotError) as caught:
            device.restore(wrong)
        assert len(str(caught.value)) < 250
        assert "\n" not in str(caught.value)
        assert device.save() == saved


@all_devices
def test_saved_state_shares_nothing_with_the_device(cls):
    device = make(cls)
    saved = device.save()
    before = repr(saved)
    chance = random.Random(1)
    for _ in range(400):
        register = chance.choice(cls.registers)
        offset = chance.choice(places(register, device))
        device.write(offset, (register.widths or (register.width,))[0], chance.getrandbits(32))
    assert repr(saved) == before
    device.restore(saved)
    assert repr(device.save()) == before


def test_a_row_that_nothing_serves_is_refused_when_the_class_is_defined():
    state_type = make_dataclass("state_type", [("present", int, word(8))])
    rows = (Register(0, "PRESENT", "RW", "served by the state"), Register(4, "ABSENT", "W", "by nothing"))
    with pytest.raises(TypeError, match="nothing serves a write of ABSENT"):
        type("Broken", (Device,), {"state_type": state_type, "registers": rows})
