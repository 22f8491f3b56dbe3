"""Encodings are taken apart as the manual draws them, and what cannot be one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvemu.isa.decode import FORMATS
from rvemu.isa.fields import Operand, Piece, parse
from rvemu.isa.insns import Insn
from rvemu.isa.syntax import ROWS


def row(encoding: str) -> Insn:
    return Insn("frob", encoding, "I", "nop", "Frobnication")


@pytest.mark.parametrize(("name", "match", "mask"), [
    ("add", 0x0000_0033, 0xFE00_707F),
    ("lw", 0x0000_2003, 0x0000_707F),
    ("srai", 0x4000_5013, 0xFC00_707F),
    ("lr.w", 0x1000_202F, 0xF9F0_707F),
    ("ecall", 0x0000_0073, 0xFFFF_FFFF),
    ("c.lw", 0x4000, 0xE003),
    ("c.ebreak", 0x9002, 0xFFFF),
])  # fmt: skip
def test_match_and_mask_are_those_of_riscv_opcodes(name: str, match: int, mask: int) -> None:
    assert (parse(ROWS[name]).match, parse(ROWS[name]).mask) == (match, mask)


def test_pieces_of_an_immediate_are_gathered_in_one_operand() -> None:
    imm = parse(ROWS["jal"]).operand("imm")
    assert imm.pieces == (Piece(20, 20, 31), Piece(10, 1, 21), Piece(11, 11, 20), Piece(19, 12, 12))
    assert (imm.width, imm.scale, imm.signed) == (21, 2, True)


@pytest.mark.parametrize(("name", "operand", "word", "value"), [
    ("jal", "imm", 0x8000_006F, -(1 << 20)),
    ("jal", "imm", 0x0010_006F, 1 << 11),
    ("beq", "imm", 0xFE00_0EE3, -4),
    ("sd", "imm", 0xFE01_3FA3, -1),
    ("lui", "imm", 0xFFFF_F037, -4096),
    ("c.lw", "rd'", 0x401C, 15),
    ("c.lui", "nzimm", 0x707D, -4096),
    ("c.addi4spn", "nzuimm", 0x1FE0, 1020),
])  # fmt: skip
def test_operands_have_sign_scale_and_base(name: str, operand: str, word: int, value: int) -> None:
    assert parse(ROWS[name]).operand(operand).extract(word) == value


@pytest.mark.parametrize(("name", "word"), [
    ("c.addi4spn", 0x0000), ("c.lui", 0x6001), ("c.lui", 0x6105), ("c.lwsp", 0x4002), ("c.jr", 0x8002),
    ("c.mv", 0x8082),
])  # fmt: skip
def test_conditions_exclude_reserved_words(name: str, word: int) -> None:
    form = parse(ROWS[name])
    assert word & form.mask == form.match
    assert not form.matches(word)


OPERANDS = [operand for _, form in FORMATS for operand in form.operands]


@given(st.sampled_from(OPERANDS), st.integers(0, 2**32 - 1))
def test_insert_is_the_inverse_of_extract(operand: Operand, word: int) -> None:
    assert operand.insert(operand.extract(word)) == word & operand.mask


@pytest.mark.parametrize(("name", "operand", "value"), [
    ("addi", "imm", 2048), ("addi", "imm", -2049), ("beq", "imm", 3), ("add", "rd", 32), ("c.lw", "rd'", 7),
    ("slli", "shamt", -1),
])  # fmt: skip
def test_values_without_an_encoding_are_refused(name: str, operand: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{operand}: {value} has no encoding"):
        parse(ROWS[name]).operand(operand).insert(value)


@pytest.mark.parametrize(("encoding", "message"), [
    ("0000000 rs2 rs1 000 rd 011001", "frob: encoding has 31 bits"),
    ("0000000 rs2 rs1 000 rd 0110000", "frob: the lowest bits disagree with the width"),
    ("000 imm[5] rd imm[4:0] 11", "frob: the lowest bits disagree with the width"),
    ("0000000 rs2 rs1 00x rd 0110011", "frob: field '00x' is unknown|frob: '00x' is no field"),
    ("0000000 rs2 rsl 000 rd 0110011", "frob: field 'rsl' is unknown"),
    ("imm rs1 000 rd 0010011", "frob: field 'imm' is unknown"),
    ("imm[11:0] rs1[4:0] 000 rd 0010011", r"frob: field 'rs1\[4:0\]' is unknown"),
    ("imm[0:11] rs1 000 rd 0010011", "frob: bits 0:11 run upwards"),
    ("imm[11:5] rs2 rs1 000 imm[5:1] 0100011", r"frob: imm has the bits \[1, 2, 3, 4, 5, 5, 6, .*each once"),
    ("imm[12:6] rs2 rs1 000 imm[4:0] 0100011", "frob: imm has the bits .* with no gap"),
])  # fmt: skip
def test_mistakes_in_an_encoding_are_named(encoding: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(row(encoding))
