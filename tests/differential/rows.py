"""The rows of the instruction table that both machines have, sorted by what a program must mind when it uses them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from differential import layout as at
from differential.program import Ins

from rvemu.isa.config import DEFAULT, parse_isa
from rvemu.isa.fields import Format, Operand, parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import expansion

QEMU_EXTENSIONS = (
    "I", "M", "A", "F", "D", "C", "Zicsr", "Zifencei", "Zicntr", "Zihintpause", "Zba", "Zbb", "Zbc", "Zbs", "Zbkb",
    "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh", "Zksed", "Zksh", "Zfh", "Zfhmin", "Sstc", "Svadu", "Svinval", "Svnapot",
    "Svpbmt",
)  # fmt: skip
"""What QEMU 7.2 has, in the names of isa.config."""
COMMON = [name for name in QEMU_EXTENSIONS if name in DEFAULT.names]
ISA = "rv64" + "".join(name for name in COMMON if len(name) == 1) + "".join(
    f"_{name}" for name in COMMON if len(name) > 1)  # fmt: skip
ISA = ISA.lower()
EXTENSIONS = parse_isa(ISA).names
"""What both machines have, with all that it brings."""
ROWS = [insn for insn in INSNS if insn.present(EXTENSIONS)]

TARGETS = tuple(n for n in range(1, 31) if n not in at.FIXED_REGISTERS)
SHORT_TARGETS = (12, 13, 14, 15)
BASES = (2, 8, 9)
WILD = 10
_ROUNDINGS = (0, 1, 2, 3, 4, 7, 7, 7, 7, 7)
_BAD_ROUNDINGS = (5, 6)


def _semantics(insn: Insn) -> str:
    stands_for = expansion(insn)
    return stands_for.base.semantics if stands_for else insn.semantics


def _kind(insn: Insn) -> str:
    text = _semantics(insn)
    if "jump(" in text:
        return "jump"
    if "load_" in text or "store_" in text:
        return "access"
    if "amo_" in text or insn.name.startswith(("lr.", "sc.")):
        return "atomic"
    if text.startswith("do ") or insn.name == "c.addi16sp":
        return "special"
    return "float" if any(word in text for word in ("fd", "fs1")) else "compute"


KINDS: dict[str, list[Insn]] = {}
for _insn in ROWS:
    KINDS.setdefault(_kind(_insn), []).append(_insn)
"""Rows by kind: compute, float, access, atomic, jump, special."""


@dataclass(frozen=True, slots=True)
class _Field:
    """An operand, made ready for speed: what it is, its bits, where a register number goes, what is added to it."""

    name: str
    mask: int
    shift: int
    operand: Operand


@dataclass(frozen=True, slots=True)
class _Row:
    form: Format
    fields: tuple[_Field, ...]
    integer_target: bool


def _row(insn: Insn) -> _Row:
    """Take a row apart, with the destination last, since rd/rs1 are one field."""
    form = parse(insn)
    ordered = sorted(form.operands, key=lambda operand: operand.name.startswith("rd"))
    fields = tuple(_Field(one.name, one.mask, one.pieces[-1].src, one) for one in ordered)
    return _Row(form, fields, "fd" not in _semantics(insn))


_ROWS = {insn.name: _row(insn) for insn in ROWS}


def random_word(random: Random, insn: Insn, base: int | None = None, scale: int = 1, always: bool = False) -> int:
    """Return an encoding of a row; rs1 is `base` if one is given, and an offset then mostly (or `always`) a multiple
    of `scale`."""
    row = _ROWS[insn.name]
    while True:
        word = row.form.match
        for one in row.fields:
            word = word & ~one.mask | _bits(random, row, one, base, scale, always)
        if row.form.matches(word):
            return word


def _bits(random: Random, row: _Row, one: _Field, base: int | None, scale: int, always: bool) -> int:
    """Return random bits of a word for one of its operands."""
    name, chance = one.name, random.random()
    if base is not None and name in ("rs1", "rs1'"):
        return base - one.operand.base << one.shift
    if name == "rd" and row.integer_target:
        return random.choice(TARGETS) << one.shift if chance < 0.98 else 0
    if name == "rd'" and row.integer_target:
        return random.choice(SHORT_TARGETS) - 8 << one.shift
    if name == "rm":
        return random.choice(_ROUNDINGS if chance < 0.98 else _BAD_ROUNDINGS) << one.shift
    if base is not None and name == "imm" and (always or chance < 0.8):
        return one.operand.insert(random.randrange(-2048 // scale, 2048 // scale) * scale)
    return int(chance * 0x1_0000_0000) & one.mask


def random_ins(random: Random, insn: Insn, base: int | None = None, scale: int = 1, always: bool = False) -> Ins:
    """Return an instruction of a row as `random_word` makes it."""
    return Ins(random_word(random, insn, base, scale, always), _ROWS[insn.name].form.size)


_BY_LOW_BITS: dict[int, list[Format]] = {}
for _row_of_table in _ROWS.values():
    _form = _row_of_table.form
    _low = 0x7F if _form.size == 4 else 3
    _BY_LOW_BITS.setdefault(_form.match & _low, []).append(_form)


def legal(word: int) -> bool:
    """Tell whether a word is an encoding of one of ROWS."""
    return any(form.matches(word) for form in _BY_LOW_BITS.get(word & (0x7F if word & 3 == 3 else 3), ()))
