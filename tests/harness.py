"""A hart for tests: one machine without firmware, on which a test runs single instructions and looks at the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from isa.asm import encode

from rvemu.isa.regs import F_NUMBERS, X_NUMBERS
from rvemu.machine import Machine, StopReason

CODE, HANDLER, TABLES, DATA = 0x8000_0000, 0x8000_F000, 0x8008_0000, 0x8010_0000
"""Where instructions are put, where traps go, where page tables are built, and memory for data."""

QUANTUM = 10_000
"""Cycles of a turn."""

MSTATUS_FS_DIRTY, MSTATUS_MPRV, MSTATUS_SUM, MSTATUS_MXR = 3 << 13, 1 << 17, 1 << 18, 1 << 19
PTE_V, PTE_R, PTE_W, PTE_X, PTE_U, PTE_G, PTE_A, PTE_D = (1 << bit for bit in range(8))
SATP_MODE = {"sv39": (8, 3), "sv48": (9, 4), "sv57": (10, 5)}


@dataclass(frozen=True)
class Trap:
    """What a trap left in mcause and mtval."""

    cause: int
    tval: int


class TestHart:
    """A hart of a machine: M-mode, floating point on, all traps to HANDLER in M-mode.

    Attributes:
        machine: the machine.
        number: which of its harts it is.
        x, f, csr: the registers of that hart.
    """

    __test__ = False

    def __init__(self, machine: Machine, number: int = 0) -> None:
        self.machine, self.number = machine, number
        self._hart = machine.harts[number]
        self.x, self.f, self.csr = self._hart.x, self._hart.f, self._hart.csr
        self._prepare()

    def _prepare(self) -> None:
        self.csr["mstatus"] = MSTATUS_FS_DIRTY
        self.csr["mtvec"] = HANDLER
        self._free_table = TABLES + 4096

    def reset(self) -> TestHart:
        """Reset the machine, which keeps what is in RAM, and prepare this hart as at first."""
        self.machine.reset()
        self._prepare()
        return self

    @property
    def pc(self) -> int:
        """Address of the next instruction."""
        return self._hart.pc

    @pc.setter
    def pc(self, value: int) -> None:
        self._hart.pc = value

    @property
    def priv(self) -> int:
        """Privilege mode: 0 U, 1 S, 3 M."""
        return self._hart.priv

    @priv.setter
    def priv(self, value: int) -> None:
        self._hart.priv = value

    def read(self, pa: int, size: int) -> bytes:
        """Return bytes of RAM."""
        return self.machine.ram.read(pa, size)

    def write(self, pa: int, data: bytes) -> None:
        """Write RAM."""
        self.machine.write(pa, data)

    def read_word(self, pa: int) -> int:
        """Return a 64-bit word of RAM."""
        return int.from_bytes(self.read(pa, 8), "little")

    def write_word(self, pa: int, value: int) -> None:
        """Write a 64-bit word of RAM, as a device would by DMA."""
        self.write(pa, value.to_bytes(8, "little"))

    def set(self, **registers: int) -> None:
        """Set registers: x1=..., f2=..., a0=..., or a CSR by name."""
        for name, value in registers.items():
            if name in X_NUMBERS or (name[1:].isdigit() and name[0] == "x"):
                self.x[X_NUMBERS[name]] = value
            elif name in F_NUMBERS or (name[1:].isdigit() and name[0] == "f"):
                self.f[F_NUMBERS[name]] = value
            else:
                self.csr[name] = value

    def put(self, *code: str | int, at: int = CODE) -> int:
        """Write instructions, as text or words, from `at` on; return the address behind them."""
        for item in code:
            word = encode(item) if isinstance(item, str) else item
            data = word.to_bytes(4 if word & 3 == 3 else 2, "little")
            self.write(at, data)
            at += len(data)
        return at

    def run(self, *code: str | int, **registers: int) -> TestHart:
        """Run the instructions from CODE on, one after another, with these registers set before."""
        self.set(**registers)
        self.put(*code)
        self.pc = CODE
        self.step(len(code))
        return self

    def run1(self, text: str | int, **registers: int) -> TestHart:
        """Run one instruction, with these registers set before."""
        return self.run(text, **registers)

    def step(self, cycles: int = 1) -> StopReason:
        """Run so many cycles from pc on; with several harts, it is this one's turn now if it was not."""
        core = self.machine._core
        number, left, _ = core.turn
        if number != self.number or left == 0:
            core.turn = (self.number, QUANTUM, 0)
        return self.machine.run(cycles)

    def trap1(self, text: str | int, **registers: int) -> Trap:
        """Run one instruction that must trap into M-mode, and return the trap."""
        self.run(text, **registers)
        return self.trapped()

    def trapped(self) -> Trap:
        """Return the trap into M-mode that the hart must just have taken."""
        assert self.pc == HANDLER, f"no trap: pc {self.pc:#x}"
        assert self.priv == 3
        return Trap(self.csr["mcause"], self.csr["mtval"])

    def step_at(self, pc: int, priv: int = 3) -> Trap | None:
        """Run the one instruction at `pc` in mode `priv`; return its trap into M-mode, or None."""
        self.pc, self.priv = pc, priv
        self.step()
        return self.trapped() if self.pc == HANDLER else None

    def map_page(self, va: int, pa: int = DATA, flags: int = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D,
                 level: int = 0, mode: str = "sv39") -> int:
        """Map the page (or superpage of `level`) at `va` to `pa`, and translate loads and stores of M-mode as S-mode.

        Instructions are still fetched without translation. Returns the physical address of the leaf entry.
        """
        number, levels = SATP_MODE[mode]
        table = TABLES
        for depth in range(levels - 1, level, -1):
            entry = table + (va >> (12 + 9 * depth) & 511) * 8
            pte = int.from_bytes(self.read(entry, 8), "little")
            if not pte & PTE_V:
                pte = self._free_table >> 12 << 10 | PTE_V
                self._free_table += 4096
                self.write(entry, pte.to_bytes(8, "little"))
            table = pte >> 10 << 12
        entry = table + (va >> (12 + 9 * level) & 511) * 8
        self.write(entry, (pa >> 12 << 10 | flags).to_bytes(8, "little"))
        self.open_pmp()
        self.csr["satp"] = number << 60 | TABLES >> 12
        self.access_as(1)
        return entry

    def access_as(self, priv: int, extra: int = 0) -> TestHart:
        """Go to M-mode, with loads and stores as those of mode `priv`, by MPRV; SUM or MXR may be added."""
        self.priv = 3
        self.csr["mstatus"] = MSTATUS_FS_DIRTY | MSTATUS_MPRV | priv << 11 | extra
        return self

    def open_pmp(self) -> None:
        """Let S and U access all memory."""
        self.csr["pmpaddr0"] = (1 << 54) - 1
        self.csr["pmpcfg0"] = 0x1F


def make_hart(**options: Any) -> TestHart:
    """Return a hart of a fresh machine; the options are Machine's."""
    return TestHart(Machine(memory=options.pop("memory", "16M"), bios="none", **options))
