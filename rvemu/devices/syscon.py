"""SiFive test finisher: the register by which a guest powers off, resets, or fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rvemu.devices.base import Device, Register
from rvemu.fdtnode import FdtNode, Ref

FINISHER_FAIL, FINISHER_PASS, FINISHER_RESET = 0x3333, 0x5555, 0x7777


@dataclass
class SysconState:
    """The finisher keeps nothing."""


class Syscon(Device):
    """The "sifive,test1" finisher: what is stored there ends the machine's run.

    Source: Linux, Documentation/devicetree/bindings, "syscon-poweroff"; SiFive freedom, "TestFinisher".
    """

    compatible, size, state_type = ["sifive,test1", "sifive,test0", "syscon"], 0x1000, SysconState
    registers = (
        Register(0, "FINISHER", "RW", "0x5555 off, 0x7777 reset, 0x3333 | code << 16 fail", 4, (2, 4)),
    )

    def __init__(self, on_exit: Callable[[str, int], None]) -> None:
        super().__init__(SysconState())
        self._on_exit = on_exit

    def read_finisher(self) -> int:
        """Return 0."""
        return 0

    def write_finisher(self, value: int) -> None:
        """Call `on_exit` with "off", "reset" or "fail" and the guest's code; other values do nothing."""
        command, code = value & 0xFFFF, value >> 16
        if command == FINISHER_PASS:
            self._on_exit("off", 0)
        elif command == FINISHER_RESET:
            self._on_exit("reset", 0)
        elif command == FINISHER_FAIL:
            self._on_exit("fail", code)

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the finisher, labelled "test"."""
        node = self._node("test", base)
        node.label = "test"
        return node

    def root_nodes(self) -> list[FdtNode]:
        """Return the nodes that tell a kernel how to power off and to reboot by this device."""
        return [
            FdtNode(verb, {"compatible": f"syscon-{verb}", "regmap": Ref("test"), "offset": 0,
                           "value": value})
            for verb, value in (("poweroff", FINISHER_PASS), ("reboot", FINISHER_RESET))
        ]
