"""Platform-level interrupt controller: brings the devices' interrupts to the harts."""

from __future__ import annotations

from dataclasses import dataclass, field

from rvemu.devices.base import Device, IrqLine, Register
from rvemu.devices.state import word, words
from rvemu.errors import SnapshotError
from rvemu.fdtnode import Cell, FdtNode, Ref

MAX_SOURCES = 1023
_MAX_PRIORITY = 7
_WORD = 0xFFFF_FFFF
_M_EXTERNAL, _S_EXTERNAL = 11, 9
"""Interrupt numbers at a hart's own controller: the bits of mip."""


@dataclass
class PlicState:
    """Guest-visible state of the PLIC; in a set of sources, bit n is source n."""

    level: int = word(MAX_SOURCES + 1)
    pending: int = word(MAX_SOURCES + 1)
    claimed: int = word(MAX_SOURCES + 1)
    priority: list[int] = field(default_factory=list, metadata=words(3))
    enable: list[int] = field(default_factory=list, metadata=words(MAX_SOURCES + 1))
    threshold: list[int] = field(default_factory=list, metadata=words(3))


class Plic(Device):
    """PLIC with two contexts for each hart: M-mode and S-mode.

    Every source has a level-triggered gateway: a high line becomes one pending request, which stays even if
    the line falls; the next request is forwarded only after the present one was claimed and completed.

    Source: RISC-V Platform-Level Interrupt Controller Specification.
    """

    compatible, size, state_type = ["sifive,plic-1.0.0", "riscv,plic0"], 0x60_0000, PlicState
    registers = (
        Register(0x0000, "PRIORITY", "RW", "0 (never) to 7 for each source", array=(("sources_and_0", 4),)),
        Register(0x1000, "PENDING", "R", "bit n of word w: source 32w + n is pending", array=(("words", 4),)),
        Register(0x2000, "ENABLE", "RW", "bit n of word w: the context takes source 32w + n",
                 array=(("contexts", 0x80), ("words", 4))),
        Register(0x20_0000, "THRESHOLD", "RW", "the context takes priorities above it only",
                 array=(("contexts", 0x1000),)),
        Register(0x20_0004, "CLAIM", "RW", "read: claim the best pending source; write: complete it",
                 array=(("contexts", 0x1000),)),
    )
    state: PlicState

    def __init__(self, harts: int, sources: int, lines: list[IrqLine]) -> None:
        self.harts, self.contexts, self.sources = harts, 2 * harts, sources
        self.sources_and_0, self.words = sources + 1, sources // 32 + 1
        self._valid = (1 << sources + 1) - 2
        self._lines = lines
        super().__init__(PlicState(priority=[0] * (sources + 1), enable=[0] * self.contexts,
                                   threshold=[0] * self.contexts))

    def set_level(self, source: int, level: bool) -> None:
        """Let the interrupt line of a source be high or low."""
        bit = 1 << source
        if level:
            self.state.level |= bit
            self._forward(bit)
        else:
            self.state.level &= ~bit

    def _forward(self, bit: int) -> None:
        """Gateway: turn a high level into a request, unless one is under way."""
        if bit & self.state.level & ~self.state.claimed & ~self.state.pending:
            self.state.pending |= bit
            self._notify_takers(bit)

    def _best(self, context: int, above: int) -> int:
        """Return the pending, enabled source of highest priority above `above`, of equals the lowest."""
        candidates = self.state.pending & self.state.enable[context]
        best, priority = 0, self.state.priority
        while candidates:
            bit = candidates & -candidates
            source = bit.bit_length() - 1
            if priority[source] > above:
                best, above = source, priority[source]
            candidates ^= bit
        return best

    def _notify_takers(self, bit: int) -> None:
        """Recompute the line of every context that takes a source."""
        for context, enable in enumerate(self.state.enable):
            if enable & bit:
                self._notify(context)

    def _notify(self, context: int) -> None:
        self._lines[context].set_level(self._best(context, self.state.threshold[context]) != 0)

    def refresh(self) -> None:
        """Recompute the line of every context."""
        for context in range(self.contexts):
            self._notify(context)

    def write_priority(self, source: int, value: int) -> None:
        """Set the priority of a source; source 0 does not exist."""
        if source:
            self.state.priority[source] = value & _MAX_PRIORITY
            self._notify_takers(1 << source)

    def read_pending(self, word_index: int) -> int:
        """Return one word of the pending bits."""
        return self.state.pending >> 32 * word_index & _WORD

    def read_enable(self, context: int, word_index: int) -> int:
        """Return one word of a context's enable bits."""
        return self.state.enable[context] >> 32 * word_index & _WORD

    def write_enable(self, context: int, word_index: int, value: int) -> None:
        """Set one word of a context's enable bits; those of sources that do not exist stay 0."""
        shift = 32 * word_index
        others = self.state.enable[context] & ~(_WORD << shift)
        self.state.enable[context] = (others | value << shift) & self._valid
        self._notify(context)

    def write_threshold(self, context: int, value: int) -> None:
        """Set the threshold of a context."""
        self.state.threshold[context] = value & _MAX_PRIORITY
        self._notify(context)

    def peek_claim(self, context: int) -> int:
        """Return the source that a claim would get, 0 if there is none."""
        return self._best(context, 0)

    def read_claim(self, context: int) -> int:
        """Claim the best pending source, whatever the threshold, and return its ID, 0 if there is none."""
        source = self.peek_claim(context)
        if source:
            self.state.pending &= ~(1 << source)
            self.state.claimed |= 1 << source
            self._notify_takers(1 << source)
        return source

    def write_claim(self, context: int, value: int) -> None:
        """Complete a source; ignored if it is not enabled for the context or was not claimed."""
        bit = 1 << value if value <= self.sources else 0
        if bit & self.state.claimed & self.state.enable[context]:
            self.state.claimed &= ~bit
            self._forward(bit)

    def check(self, state: PlicState) -> None:
        """Refuse sources that do not exist."""
        if (state.level | state.pending | state.claimed) & ~self._valid or state.priority[0]:
            raise SnapshotError(f"{self.name}: saved state has other sources (1 to {self.sources})")
        if any(enable & ~self._valid for enable in state.enable):
            raise SnapshotError(f"{self.name}: saved state enables other sources (1 to {self.sources})")

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the node of the PLIC, labelled "plic"; each context's line goes to its hart's controller."""
        node = self._node("plic", base)
        lines: list[Cell] = []
        for hart in range(self.harts):
            lines += [Ref(f"cpu{hart}_intc"), _M_EXTERNAL, Ref(f"cpu{hart}_intc"), _S_EXTERNAL]
        node.props.update({
            "interrupts-extended": lines, "interrupt-controller": None, "riscv,ndev": self.sources,
            "#interrupt-cells": 1, "#address-cells": 0,
        })
        node.label = "plic"
        return node
