"""The reference decoder: slow, obvious, read straight off the instruction table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rvemu.isa.fields import Format, parse
from rvemu.isa.insns import INSNS
from rvemu.isa.insns.row import Insn

FORMATS: tuple[tuple[Insn, Format], ...] = tuple((insn, parse(insn)) for insn in INSNS)
"""Every row with its encoding taken apart."""

_BY_SIZE = {size: [row for row in FORMATS if row[1].size == size] for size in (2, 4)}


@dataclass(frozen=True)
class Decoded:
    """An instruction word, taken apart.

    Attributes:
        insn: its row of the table.
        operands: by name as in `isa.fields`: register number, or value of the immediate.
    """

    insn: Insn
    operands: dict[str, int]


def length(word: int) -> int:
    """Return the size in bytes, 2 or 4, of the instruction that begins with the halfword `word`."""
    return 4 if word & 3 == 3 else 2


def decode(word: int, exts: Collection[str] | None = None) -> Decoded | None:
    """Return the instruction that `word` encodes, or None if it is illegal.

    A reserved rounding mode or an absent CSR is found only when the instruction executes.

    Args:
        word: 32 bits from the instruction on; only the low 16 count for a compressed one.
        exts: names of the extensions that are present; all by default.
    """
    size = length(word)
    word &= (1 << 8 * size) - 1
    present = [row for row in _BY_SIZE[size] if exts is None or row[0].present(exts)]
    fits = [(insn, form) for insn, form in present if form.matches(word)]
    refined = {insn.refines for insn, _ in fits}
    for insn, form in fits:
        if insn.name not in refined:
            return Decoded(insn, {operand.name: operand.extract(word) for operand in form.operands})
    return None
