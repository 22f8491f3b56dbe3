"""What the first instructions of a function did: where it has put its caller's registers.

Source: RISC-V ABIs specification, "Integer Register Convention", "Frame Pointer Convention".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import Decoded, decode, length
from rvemu.isa.disasm import expand

RA, SP, S0 = 1, 2, 8
CALLER_SAVED = frozenset({5, 6, 7, *range(10, 18), 28, 29, 30, 31})
"""Temporaries and arguments: a function does not save these, a trap handler does."""

_TRAP_SAVES = 8
"""One that saves so many of them is a trap handler."""

_MAX_BYTES = 2048
_CSR_NAMES = {csr.number: csr.name for csr in CSRS}


@dataclass
class Prologue:
    """The state of a function's stack frame at one of its instructions.

    Attributes:
        depth: bytes that sp is below the canonical frame address, its value on entry.
        moved: whether sp was loaded with something else; the frame address is that, then.
        broken: whether sp was moved by an amount that is not known.
        saved: offset from the frame address of each register that still had the caller's value.
        csrs: the same for CSRs that were read into a register first.
        frame_pointer: offset of s0 from the frame address, where s0 was set so.
        stored: registers stored anywhere while they had the caller's value.
    """

    depth: int = 0
    moved: bool = False
    broken: bool = False
    saved: dict[int, int] = field(default_factory=dict)
    csrs: dict[str, int] = field(default_factory=dict)
    frame_pointer: int | None = None
    stored: set[int] = field(default_factory=set)
    _slots: set[int] = field(default_factory=set)
    _changed: set[int] = field(default_factory=set)
    _from_csr: dict[int, str] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)
    _body_depth: int = 0

    @property
    def is_trap_handler(self) -> bool:
        """Whether it saves what only a trap handler has to."""
        return len(self.stored & CALLER_SAVED) >= _TRAP_SAVES

    @property
    def interrupted_sp(self) -> int | None:
        """Offset of the slot of sp: between those of ra and gp; None where there is none."""
        if RA in self.saved and 3 in self.saved:
            slot = self.saved[RA] + 8
            if self.saved[3] == slot + 8 and slot in self._slots:
                return slot
        return None

    def execute(self, decoded: Decoded) -> None:
        """Follow one instruction."""
        name, values = decoded.insn.name, decoded.operands
        if name == "sd":
            self._store(values["rs1"], values["rs2"], values["imm"])
        elif name in ("jal", "jalr") and not values["rd"]:
            self.depth = max(self.depth, self._body_depth)
        elif values.get("rd") and name[0] != "f":
            self._write(values["rd"], name, values)

    def _store(self, base: int, register: int, offset: int) -> None:
        original = register not in self._changed
        if original:
            self.stored.add(register)
        if base != SP or self.broken:
            return
        slot = offset - self.depth
        self._slots.add(slot)
        if register in self._from_csr:
            self.csrs.setdefault(self._from_csr[register], slot)
        elif original:
            self.saved.setdefault(register, slot)

    def _write(self, register: int, name: str, values: dict[str, int]) -> None:
        number = self._number(name, values)
        self._from_csr.pop(register, None)
        self._numbers.pop(register, None)
        if register == SP:
            self._set_sp(name, values)
            return
        self._changed.add(register)
        if number is not None:
            self._numbers[register] = number
        if name.startswith("csrr"):
            self._from_csr[register] = _CSR_NAMES.get(values["csr"], "")
        if register == S0:
            points = name == "addi" and values["rs1"] == SP and not self.broken
            self.frame_pointer = values["imm"] - self.depth if points else None

    def _number(self, name: str, values: dict[str, int]) -> int | None:
        """Return the constant that an instruction makes, as the size of a large frame is made."""
        if name == "lui":
            return values["imm"]
        if name in ("addi", "addiw"):
            before = self._numbers.get(values["rs1"]) if values["rs1"] else 0
            return None if before is None else before + values["imm"]
        return None

    def _set_sp(self, name: str, values: dict[str, int]) -> None:
        first, second = values.get("rs1"), values.get("rs2")
        if name == "addi" and first == SP:
            self._move_sp(-values["imm"])
        elif name == "add" and first == SP and second in self._numbers:
            self._move_sp(-self._numbers[second])
        elif name == "addi" and first == S0 and self.frame_pointer is not None:
            self.depth, self.broken = -self.frame_pointer - values["imm"], False
        elif SP in (first, second) or self.frame_pointer is not None:
            self.broken = True
        else:
            self._lose_sp()

    def _move_sp(self, down: int) -> None:
        self.depth += down
        if down > 0:
            self._body_depth = max(self._body_depth, self.depth)

    def _lose_sp(self) -> None:
        self.depth = self._body_depth = 0
        self.saved.clear()
        self.csrs.clear()
        self._slots.clear()
        self.moved, self.broken = True, False


def scan(read: Callable[[int, int], bytes | None], start: int, pc: int) -> Prologue:
    """Return the state at `pc` of a function that begins at `start`, its code read in order, jumps not followed."""
    state, va = Prologue(), start
    end = min(pc, start + _MAX_BYTES)
    while va < end:
        first = read(va, 2)
        if first is None:
            break
        size = 4 if length(int.from_bytes(first, "little")) == 4 else 2
        data = first if size == 2 else read(va, 4)
        decoded = None if data is None else decode(int.from_bytes(data, "little"))
        if decoded is not None:
            state.execute(expand(decoded))
        va += size
    return state
