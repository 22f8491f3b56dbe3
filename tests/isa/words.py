"""Instruction words of a row: every operand at its extremes, and at random."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import FORMATS
from rvemu.isa.fields import Format, Operand, parse
from rvemu.isa.insns import Insn

RANDOM_WORDS = 24

RESERVED_FIELDS = {"fence": ("fm", "rs1", "rd"), "fence.i": ("imm", "rs1", "rd")}
"""Fields that the base implementation ignores, and that assemblers leave 0."""

LATER_CSRS = ("ssp", "mcyclecfg", "minstretcfg")
"""CSRs that binutils 2.40 cannot name."""

CSR_NUMBERS = [csr.number for csr in CSRS if csr.name not in LATER_CSRS]


def sample(insn: Insn, seed: int = 0) -> Iterator[int]:
    """Yield words that decode to this row, with reserved fields 0 and CSR numbers that exist."""
    random, form = Random(f"{insn.name} {seed}"), parse(insn)
    free = [operand for operand in form.operands if operand.name not in RESERVED_FIELDS.get(insn.name, ())]
    choices = [{operand.name: operand.extract(operand.mask) for operand in free}]
    choices += [{operand.name: operand.extract(0) for operand in free}]
    for varied in free:
        for extreme in (0, varied.mask):
            choices.append({**_at_random(free, random), varied.name: varied.extract(extreme)})
    choices += [_at_random(free, random) for _ in range(RANDOM_WORDS)]
    for choice in choices:
        word = _word(form, choice)
        if form.matches(word) and not _refined(insn, word):
            yield word


def _at_random(operands: list[Operand], random: Random) -> dict[str, int]:
    values = {operand.name: operand.extract(random.getrandbits(32)) for operand in operands}
    if "csr" in values:
        values["csr"] = random.choice(CSR_NUMBERS)
    return values


def _word(form: Format, choice: dict[str, int]) -> int:
    word = form.match
    for name, value in choice.items():
        operand = form.operand(name)
        word = word & ~operand.mask | operand.insert(value)     # rd/rs1 are one field: the last one counts
    return word


def _refined(insn: Insn, word: int) -> bool:
    return any(other.refines == insn.name and form.matches(word) for other, form in FORMATS)
