"""The reference decoder: extensions, refinements, and the reserved encodings that the manual lists."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from isa.binutils import LATER_EXTENSIONS, disassembly
from isa.words import sample

from rvemu.isa.config import EXTENSIONS
from rvemu.isa.decode import decode, length
from rvemu.isa.fields import parse
from rvemu.isa.insns import INSNS, Insn

C_ADDI16SP_ZERO = 0x6101
"""Reserved in the manual, taken by objdump."""


@pytest.mark.parametrize("insn", INSNS, ids=lambda insn: insn.name)
def test_words_of_a_row_decode_to_it_while_its_extension_is_on(insn: Insn) -> None:
    lacking = [set(EXTENSIONS) - set(one_of_each) for one_of_each in product(*insn.ways)]
    for word in sample(insn):
        found = decode(word)
        assert found is not None
        assert found.insn is insn
        assert {operand.name: operand.extract(word) for operand in parse(insn).operands} == found.operands
        assert all(decode(word, way) == found for way in insn.ways)
        for without in (decode(word, exts) for exts in lacking):
            assert (without.insn.name if without else None) == insn.refines


def test_legal_halfwords_are_those_of_objdump(tmp_path: Path) -> None:
    halfwords = [word for word in range(1 << 16) if word & 3 != 3]
    texts = disassembly([(word, 2) for word in halfwords], tmp_path)
    illegal = (".2byte", "unimp")
    theirs = {word for word, text in zip(halfwords, texts, strict=True) if not text.startswith(illegal)}
    ours = {word for word in halfwords if decode(word, set(EXTENSIONS) - set(LATER_EXTENSIONS))}
    assert theirs ^ ours == {C_ADDI16SP_ZERO}


@pytest.mark.parametrize(("word", "rule"), [
    (0x0000, "defined illegal instruction"),
    (0x0004, "c.addi4spn with nzuimm = 0"),
    (0x2001, "c.addiw with rd = x0"),
    (0x6101, "c.addi16sp with nzimm = 0"),
    (0x6401, "c.lui with nzimm = 0, rd even"),
    (0x6001, "c.lui with nzimm = 0, though rd = x0"),
    (0x6881, "c.lui with nzimm = 0, rd above 15"),
    (0x8C40, "c.sh with bit 6 = 1"),
    (0x9000, "quadrant 0, funct6 100100"),
    (0x9C79, "quadrant 1, c.zext.b group, code 110"),
    (0x9C7D, "quadrant 1, c.zext.b group, code 111"),
    (0x4002, "c.lwsp with rd = x0"),
    (0x6002, "c.ldsp with rd = x0"),
    (0x8002, "c.jr with rs1 = x0"),
    (0x0000_001F, "longer than 32 bits"),
    (0xFFFF_FFFF, "all ones"),
    (0x0200_101B, "slliw with shamt[5] = 1"),
    (0x4000_1013, "slli with funct6 of srai"),
    (0x0000_4073, "SYSTEM with funct3 100, hypervisor loads"),
    (0x0000_0FF3, "SYSTEM with rd of ecall not x0"),
    (0x1010_202F, "lr.w with rs2 not x0"),
    (0x0005_F00F, "MISC-MEM with funct3 111"),
    (0x0030_200F, "cbo with an unknown operation"),
    (0x0000_208F, "cbo.inval with rd not x0"),
    (0x0000_2063, "BRANCH with funct3 010"),
    (0xC283_02D3, "fcvtmod.w.d with rm not RTZ"),
    (0xE213_02D3, "fmvh.x.d, of RV32"),
    (0xB273_02D3, "fmvp.d.x, of RV32"),
    (0xE413_02D3, "fmv.x.h with rs2 = 1"),
])  # fmt: skip
def test_reserved_words_are_illegal(word: int, rule: str) -> None:
    assert decode(word) is None, rule


@pytest.mark.parametrize(("word", "name", "rule"), [
    (0x0001, "c.nop", "c.nop"),
    (0x0005, "c.nop", "c.nop with imm != 0"),
    (0x0101, "c.addi", "c.addi with imm = 0"),
    (0x4005, "c.li", "c.li with rd = x0"),
    (0x6005, "c.lui", "c.lui with rd = x0"),
    (0x802A, "c.mv", "c.mv with rd = x0"),
    (0x900A, "c.add", "c.add with rd = x0: c.ntl.p1"),
    (0x0006, "c.slli", "c.slli with rd = x0"),
    (0x0082, "c.slli", "c.slli with shamt = 0"),
    (0x8001, "c.srli", "c.srli with shamt = 0"),
    (0x8401, "c.srai", "c.srai with shamt = 0"),
    (0x0020_0033, "add", "ntl.p1"),
    (0x8330_000F, "fence", "fence.tso"),
    (0x1000_000F, "fence", "fence with reserved fm"),
    (0x0FF5_050F, "fence", "fence with rs1 and rd not x0"),
    (0x1235_150F, "fence.i", "fence.i with imm, rs1 and rd not 0"),
    (0x4050_5013, "srai", "shift hint"),
])  # fmt: skip
def test_hints_and_ignored_fields_are_legal(word: int, name: str, rule: str) -> None:
    found = decode(word)
    assert found is not None, rule
    assert found.insn.name == name


def test_a_compressed_word_is_found_whatever_follows_it() -> None:
    assert decode(0xFFFF_0001) == decode(0x0001)


def test_length_is_in_the_low_two_bits() -> None:
    assert [length(word) for word in (0x0, 0x1, 0x2, 0x3)] == [2, 2, 2, 4]
