"""The nodes that devices write: dtc reads them without a warning, and drivers find what they look for."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from devices.fakes import FakeMachine, quiet_lines

from rvemu.devices.clint import Clint
from rvemu.devices.plic import Plic
from rvemu.devices.rtc import GoldfishRtc
from rvemu.devices.syscon import Syscon
from rvemu.devices.uart import Uart16550
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.fdtnode import U64, FdtNode, Ref
from rvemu.memory import Ram

HARTS = 2


def cell(value):
    if isinstance(value, Ref):
        return f"&{value.label}"
    if isinstance(value, U64):
        return f"{value.value >> 32:#x} {value.value & 0xFFFF_FFFF:#x}"
    return f"{value:#x}"


def dts_value(value):
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list) and isinstance(value[0], str):
        return ", ".join(map(dts_value, value))
    return "<" + " ".join(map(cell, value if isinstance(value, list) else [value])) + ">"


def dts(node):
    """Return a node as device tree source."""
    label = f"{node.label}: " if node.label else ""
    lines = [f"{label}{node.name} {{"]
    for name, value in node.props.items():
        lines.append(f"{name};" if value is None else f"{name} = {dts_value(value)};")
    return "\n".join([*lines, *map(dts, node.children), "};"])


def machine_tree():
    machine, ram = FakeMachine(), Ram(0x8000_0000, 1 << 20)
    cells = {"#address-cells": 2, "#size-cells": 2}
    irq, epoch_ns = quiet_lines(1)[0], 0
    devices = [
        (Clint(HARTS, quiet_lines(HARTS), quiet_lines(HARTS), machine, machine), 0x200_0000, 0),
        (Plic(HARTS, 95, quiet_lines(2 * HARTS)), 0xC00_0000, 0),
        (Syscon(lambda kind, code: None), 0x10_0000, 0),
        (GoldfishRtc(irq, machine, machine, epoch_ns), 0x10_1000, 11),
        (Uart16550(irq, machine, machine, lambda data: None), 0x1000_0000, 10),
        *((VirtioMmio(None, irq, ram, machine, machine), 0x1000_1000 + 0x1000 * slot, 1 + slot)
          for slot in range(8)),
    ]
    intc = {"#interrupt-cells": 1, "interrupt-controller": None, "compatible": "riscv,cpu-intc",
            "#address-cells": 0}
    cpus = [
        FdtNode(f"cpu@{hart}", {"device_type": "cpu", "reg": hart, "compatible": "riscv"},
                [FdtNode("interrupt-controller", intc, label=f"cpu{hart}_intc")])
        for hart in range(HARTS)
    ]
    soc = FdtNode("soc", {**cells, "compatible": "simple-bus", "ranges": None},
                  [device.fdt_node(base, irq) for device, base, irq in devices])
    return FdtNode("/", {**cells, "compatible": "riscv-virtio", "model": "test"}, [
        FdtNode("cpus", {"#address-cells": 1, "#size-cells": 0, "timebase-frequency": 10_000_000}, cpus), soc,
        *(node for device, _, _ in devices for node in device.root_nodes()),
    ])


@pytest.mark.skipif(not shutil.which("dtc"), reason="dtc is missing")
def test_dtc_reads_the_nodes_without_a_warning():
    source = "/dts-v1/;\n" + dts(machine_tree())
    run = subprocess.run(["dtc", "-I", "dts", "-O", "dtb", "-o", "/dev/null"], input=source, text=True,
                         capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def soc_nodes():
    return {node.name: node for node in machine_tree().children[1].children}


@pytest.mark.parametrize(("name", "props"), [
    ("clint@2000000", {
        "compatible": ["sifive,clint0", "riscv,clint0"], "reg": [U64(0x200_0000), U64(0x1_0000)],
        "interrupts-extended": [
            Ref("cpu0_intc"), 3, Ref("cpu0_intc"), 7, Ref("cpu1_intc"), 3, Ref("cpu1_intc"), 7],
    }),
    ("plic@c000000", {
        "compatible": ["sifive,plic-1.0.0", "riscv,plic0"], "reg": [U64(0xC00_0000), U64(0x60_0000)],
        "interrupts-extended": [
            Ref("cpu0_intc"), 11, Ref("cpu0_intc"), 9, Ref("cpu1_intc"), 11, Ref("cpu1_intc"), 9],
        "interrupt-controller": None, "riscv,ndev": 95, "#interrupt-cells": 1, "#address-cells": 0,
    }),
    ("test@100000", {
        "compatible": ["sifive,test1", "sifive,test0", "syscon"], "reg": [U64(0x10_0000), U64(0x1000)],
    }),
    ("rtc@101000", {
        "compatible": "google,goldfish-rtc", "reg": [U64(0x10_1000), U64(0x1000)],
        "interrupt-parent": Ref("plic"), "interrupts": 11,
    }),
    ("serial@10000000", {
        "compatible": "ns16550a", "reg": [U64(0x1000_0000), U64(0x100)], "clock-frequency": 3686400,
        "interrupt-parent": Ref("plic"), "interrupts": 10,
    }),
    ("virtio_mmio@10008000", {
        "compatible": "virtio,mmio", "reg": [U64(0x1000_8000), U64(0x1000)],
        "interrupt-parent": Ref("plic"), "interrupts": 8,
    }),
], ids=lambda value: value if isinstance(value, str) else "")
def test_nodes_hold_what_qemu_virt_has(name, props):
    """Oracle: `qemu-system-riscv64 -machine virt,dumpdtb`; its riscv,ndev is 96 in 7.2 and 95 later."""
    assert soc_nodes()[name].props == props


def test_power_off_and_reboot_point_at_the_finisher():
    nodes = {node.name: node.props for node in Syscon(lambda kind, code: None).root_nodes()}
    assert nodes == {
        "poweroff": {"compatible": "syscon-poweroff", "regmap": Ref("test"), "offset": 0, "value": 0x5555},
        "reboot": {"compatible": "syscon-reboot", "regmap": Ref("test"), "offset": 0, "value": 0x7777},
    }
