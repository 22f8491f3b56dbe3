"""The instruction table is sound: no overlap, no bit unaccounted for, no unknown name."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest

from rvemu.isa.config import EXTENSIONS
from rvemu.isa.decode import FORMATS
from rvemu.isa.fields import Format, parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import ROWS, expansion

BY_NAME = pytest.mark.parametrize("insn", INSNS, ids=lambda insn: insn.name)

STATEMENTS = (
    r"[rf]d = .+",
    r"[rf]d = load_(i8|i16|i32|i64|u8|u16|u32|f16|f32|f64)\(rs1 \+ imm\)",
    r"store_(8|16|32|64)\(rs1 \+ imm, f?s?r?s2\)",
    r"if .+: jump\(pc \+ imm\)",
    r"rd = link; jump\(.+\)",
    r"do [a-z0-9_]+",
    r"= [a-z.]+( .+)?",
    r"nop",
)
OPERAND = re.compile(r"\b([rf](?:d|s[123])|imm|shamt|zimm|rnum|bs|constant)\b")


def overlap(a: Format, b: Format) -> bool:
    """Tell whether a word can belong to both encodings, as far as fixed bits and single conditions say."""
    if a.size != b.size or (a.match ^ b.match) & a.mask & b.mask:
        return False
    match, mask = a.match | b.match, a.mask | b.mask
    return not any(
        condition.mask & ~mask == 0 and match & condition.mask == condition.excluded
        for condition in (*a.conditions, *b.conditions)
    )


def refines(special: Format, general: Format) -> bool:
    """Tell whether every word of `special` belongs to `general`, but not the other way round."""
    return special.mask & general.mask == general.mask != special.mask and overlap(special, general)


def test_names_are_unique() -> None:
    assert [name for name, count in Counter(insn.name for insn in INSNS).items() if count > 1] == []


def test_encodings_overlap_only_where_one_row_refines_another() -> None:
    found = {frozenset((a.name, b.name)) for (a, x), (b, y) in combinations(FORMATS, 2) if overlap(x, y)}
    assert found == {frozenset((insn.name, insn.refines)) for insn in INSNS if insn.refines}


@BY_NAME
def test_a_row_that_refines_another_is_a_strict_subset_of_it(insn: Insn) -> None:
    if insn.refines:
        assert refines(parse(insn), parse(ROWS[insn.refines]))


@BY_NAME
def test_every_bit_is_fixed_or_belongs_to_one_field(insn: Insn) -> None:
    form = parse(insn)
    fields = {operand.mask for operand in form.operands}           # rd/rs1 are one field
    assert form.mask + sum(fields) == (1 << 8 * form.size) - 1
    assert form.match & ~form.mask == 0
    assert {condition.mask for condition in form.conditions} <= fields


@BY_NAME
def test_extension_is_one_that_an_isa_string_can_name(insn: Insn) -> None:
    assert {name for way in insn.ways for name in way} <= set(EXTENSIONS)


@BY_NAME
def test_semantics_is_a_statement_over_the_operands_of_the_row(insn: Insn) -> None:
    assert any(re.fullmatch(statement, insn.semantics) for statement in STATEMENTS)
    if not insn.semantics.startswith("="):
        named = {re.sub(r"^f([ds])", r"r\1", name) for name in OPERAND.findall(insn.semantics)}
        assert named <= {operand.name for operand in parse(insn).operands}


@BY_NAME
def test_a_compressed_row_gives_its_base_row_every_operand_in_range(insn: Insn) -> None:
    stands_for = expansion(insn)
    assert (stands_for is not None) == (parse(insn).size == 2)
    if stands_for is None:
        return
    base = parse(stands_for.base)
    assert set(stands_for.operands) == {operand.name for operand in base.operands}
    for name, source in stands_for.operands.items():
        values = [source] if isinstance(source, int) else extremes(insn, source)
        for value in values:
            base.operand(name).insert(value)


def extremes(insn: Insn, name: str) -> list[int]:
    """Return the least and the greatest value of an operand, and that of its highest bit alone."""
    operand = parse(insn).operand(name)
    top = 1 << (operand.width - 1)
    values = [operand.extract(bits) for bits in (0, operand.mask)]
    return values + ([-top, top - operand.scale] if operand.signed else [])


@BY_NAME
def test_section_names_the_manual(insn: Insn) -> None:
    assert insn.section
    assert not insn.section[0].isdigit()
