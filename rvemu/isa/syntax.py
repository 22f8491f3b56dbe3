"""Assembly syntax of the rows, and the base instruction that a compressed row stands for.

A syntax is the operand text with operand names in it, such as `rd, imm(rs1)`. Besides the names that
`isa.fields` knows it may hold `fd`, `fs1` ... for operands that are floating-point registers, `upper` for an
immediate written without its twelve low zeros, `target` for pc plus the immediate, an implied `x2`, and a
fixed rounding mode `rtz`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rvemu.isa.fields import IMMEDIATES, Operand, parse
from rvemu.isa.insns import INSNS
from rvemu.isa.insns.row import Insn

ROWS = {insn.name: insn for insn in INSNS}
"""Every row by its mnemonic."""

WORD = re.compile(r"[a-z0-9']+")
"""A name within a syntax."""

_SOURCE = re.compile(r"-?[a-z0-9']+")
_REGISTERS = ("rd", "rd'", "rs1", "rs1'", "rs2", "rs2'", "rs3")
_F_REGISTER = re.compile(r"\bf(d|s[123])\b")
_X_REGISTER = re.compile(r"x([0-9]+)")


@dataclass(frozen=True)
class Expansion:
    """What a compressed row stands for.

    Attributes:
        base: the row of the base instruction.
        operands: for each operand of `base`, the operand of the compressed row that it takes its value from,
            or the value itself.
    """

    base: Insn
    operands: dict[str, str | int]


@cache
def syntax(insn: Insn) -> str:
    """Return the operand text of the row, in the order in which it is written."""
    if insn.asm is not None:
        return insn.asm
    text, stands_for = _operand_text(insn), expansion(insn)
    for name in _F_REGISTER.findall(stands_for.base.semantics if stands_for else insn.semantics):
        text = re.sub(rf"\br{name}\b", f"f{name}", text)
    return text


def operand_name(word: str, insn: Insn) -> str:
    """Return the operand that the syntax of `insn` calls `word`: rd for `fd`, the immediate for `target`."""
    if word in ("upper", "target"):
        return next(operand.name for operand in parse(insn).operands if operand.name in IMMEDIATES)
    return _F_REGISTER.sub(r"r\1", word)


@cache
def expansion(insn: Insn) -> Expansion | None:
    """Return what the compressed row `insn` stands for; None for a row that is not compressed."""
    if not insn.semantics.startswith("="):
        return None
    name, _, text = insn.semantics.removeprefix("= ").partition(" ")
    base = ROWS[name]
    names = [operand_name(word, base) for word in WORD.findall(syntax(base))]
    sources = [_source(word) for word in _SOURCE.findall(text)]
    return Expansion(base, dict(zip(names, sources, strict=True)))


def _source(word: str) -> str | int:
    """Return the constant that `word` of an expansion is (x0 or -1), or else the operand that it names."""
    register = _X_REGISTER.fullmatch(word)
    if register:
        return int(register[1])
    return int(word) if word.removeprefix("-").isdecimal() else word


def _operand_text(insn: Insn) -> str:
    stands_for = expansion(insn)
    base = stands_for.base if stands_for else insn
    if stands_for and "uimm(" in insn.semantics:
        return insn.semantics.removeprefix(f"= {base.name} ")
    if not stands_for and ("load_" in insn.semantics or insn.name == "jalr"):
        return "rd, imm(rs1)"
    if insn.semantics.startswith("store_"):
        return "rs2, imm(rs1)"
    operands = {operand.name: operand for operand in _written_once(insn)}
    names = [name for name in _REGISTERS if name in operands]
    for name in IMMEDIATES:
        if name in operands:
            names.append(_immediate(operands[name], base))
    return ", ".join(names)


def _written_once(insn: Insn) -> list[Operand]:
    """Return the operands without rs1 where it shares its field with rd, in which case only rd is written."""
    by_field: dict[int, Operand] = {}
    for operand in parse(insn).operands:
        by_field.setdefault(operand.mask, operand)
    return list(by_field.values())


def _immediate(operand: Operand, base: Insn) -> str:
    if "jump(" in base.semantics:
        return "target"
    return "upper" if operand.scale == 1 << 12 else operand.name
