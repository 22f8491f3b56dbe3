"""RV64I. Expected values by hand from the manual, and from big-integer models."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import (
    DATA,
    IMMEDIATES,
    INT_MAX,
    INT_MIN,
    MAX,
    SENTINEL,
    SHAMTS,
    SHAMTS_W,
    WORD_INT_MAX,
    WORD_INT_MIN,
    WORD_MAX,
    WORDS,
    Model,
    agrees,
    signed,
    word,
)

REGISTER_REGISTER: dict[str, Model] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "sll": lambda a, b: a << b % 64,
    "slt": lambda a, b: signed(a) < signed(b),
    "sltu": lambda a, b: a < b,
    "xor": lambda a, b: a ^ b,
    "srl": lambda a, b: a >> b % 64,
    "sra": lambda a, b: signed(a) >> b % 64,
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "addw": lambda a, b: word(a + b),
    "subw": lambda a, b: word(a - b),
    "sllw": lambda a, b: word(a << b % 32),
    "srlw": lambda a, b: word((a & WORD_MAX) >> b % 32),
    "sraw": lambda a, b: signed(a, 32) >> b % 32,
}
REGISTER_IMMEDIATE: dict[str, Model] = {
    "addi": lambda a, imm: a + imm,
    "slti": lambda a, imm: signed(a) < imm,
    "sltiu": lambda a, imm: a < imm & MAX,
    "xori": lambda a, imm: a ^ imm & MAX,
    "ori": lambda a, imm: a | imm & MAX,
    "andi": lambda a, imm: a & imm,
    "addiw": lambda a, imm: word(a + imm),
}
SHIFT_IMMEDIATE: dict[str, Model] = {
    "slli": lambda a, shamt: a << shamt,
    "srli": lambda a, shamt: a >> shamt,
    "srai": lambda a, shamt: signed(a) >> shamt,
}
SHIFT_IMMEDIATE_WORD: dict[str, Model] = {
    "slliw": lambda a, shamt: word(a << shamt),
    "srliw": lambda a, shamt: word((a & WORD_MAX) >> shamt),
    "sraiw": lambda a, shamt: signed(a, 32) >> shamt,
}
BRANCHES: dict[str, Model] = {
    "beq": lambda a, b: a == b,
    "bne": lambda a, b: a != b,
    "blt": lambda a, b: signed(a) < signed(b),
    "bge": lambda a, b: signed(a) >= signed(b),
    "bltu": lambda a, b: a < b,
    "bgeu": lambda a, b: a >= b,
}
BYTES = bytes.fromhex("f0 e1 d2 c3 b4 a5 96 87")
"""At DATA in the load tests: every byte and every half has its sign bit set."""


@pytest.mark.parametrize("name", REGISTER_REGISTER)
def test_register_register_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, x2", REGISTER_REGISTER[name], WORDS)


@pytest.mark.parametrize("name", REGISTER_IMMEDIATE)
def test_register_immediate_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, {{}}", REGISTER_IMMEDIATE[name], IMMEDIATES)


@pytest.mark.parametrize("name", SHIFT_IMMEDIATE)
def test_shift_by_an_immediate_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, {{}}", SHIFT_IMMEDIATE[name], SHAMTS)


@pytest.mark.parametrize("name", SHIFT_IMMEDIATE_WORD)
def test_word_shift_by_an_immediate_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, {{}}", SHIFT_IMMEDIATE_WORD[name], SHAMTS_W)


@pytest.mark.parametrize(("text", "x1", "x2", "x3"), [
    ("add x3, x1, x2", MAX, 1, 0),                                    # overflow is ignored
    ("sub x3, x1, x2", 0, 1, MAX),
    ("addw x3, x1, x2", WORD_INT_MAX, 1, MAX - WORD_INT_MAX),         # the 32-bit result is sign-extended
    ("addw x3, x1, x2", WORD_MAX << 32, 1, 1),                        # and the operands' high halves ignored
    ("subw x3, x1, x2", 0, WORD_INT_MIN, MAX - WORD_INT_MAX),
    ("sll x3, x1, x2", 1, 63, INT_MIN),
    ("sll x3, x1, x2", 1, 64, 1),                                     # only the low 6 bits of rs2 count
    ("sllw x3, x1, x2", 1, 31, MAX - WORD_INT_MAX),
    ("sllw x3, x1, x2", 1, 32, 1),                                    # the low 5 of a word shift
    ("srl x3, x1, x2", INT_MIN, 63, 1),
    ("sra x3, x1, x2", INT_MIN, 63, MAX),
    ("srlw x3, x1, x2", MAX, 0, MAX),                                 # sign-extended even when shifted by 0
    ("srlw x3, x1, x2", MAX, 1, WORD_INT_MAX),
    ("sraw x3, x1, x2", WORD_INT_MIN, 31, MAX),
    ("slt x3, x1, x2", INT_MIN, INT_MAX, 1),
    ("sltu x3, x1, x2", INT_MIN, INT_MAX, 0),
    ("sltiu x3, x1, -1", INT_MAX, 0, 1),                              # sign-extended, then taken as unsigned
    ("sltiu x3, x1, 1", 0, 0, 1),                                     # seqz
    ("addiw x3, x1, 0", WORD_INT_MIN, 0, MAX - WORD_INT_MAX),         # sext.w
    ("xori x3, x1, -1", 0, 0, MAX),                                   # not
    ("lui x3, 0x7ffff", 0, 0, 0x7FFF_F000),
    ("lui x3, 0x80000", 0, 0, MAX - WORD_INT_MAX),                    # bit 31 is the sign
])  # fmt: skip
def test_edges(hart: Any, text: str, x1: int, x2: int, x3: int) -> None:
    assert hart.run1(text, x1=x1, x2=x2).x[3] == x3


@pytest.mark.parametrize(("text", "x3"), [
    ("lb x3, 0(x1)", MAX - 0x0F),
    ("lbu x3, 0(x1)", 0xF0),
    ("lh x3, 0(x1)", MAX - 0x1E0F),
    ("lhu x3, 0(x1)", 0xE1F0),
    ("lw x3, 0(x1)", MAX - 0x3C2D_1E0F),
    ("lwu x3, 0(x1)", 0xC3D2_E1F0),
    ("ld x3, 0(x1)", 0x8796_A5B4_C3D2_E1F0),
    ("lb x3, 7(x1)", MAX - 0x78),
])  # fmt: skip
def test_loads_are_little_endian_and_extend(hart: Any, text: str, x3: int) -> None:
    hart.write(DATA, BYTES)
    assert hart.run1(text, x1=DATA).x[3] == x3


@pytest.mark.parametrize(("name", "size"), [("sb", 1), ("sh", 2), ("sw", 4), ("sd", 8)])
def test_stores_write_the_low_bytes_and_no_others(hart: Any, name: str, size: int) -> None:
    hart.write(DATA, b"\xaa" * 24)
    hart.run1(f"{name} x2, 8(x1)", x1=DATA, x2=SENTINEL)
    assert hart.read(DATA, 24) == b"\xaa" * 8 + SENTINEL.to_bytes(8, "little")[:size] + b"\xaa" * (16 - size)


@pytest.mark.parametrize("offset", [-2048, -1, 0, 2047])
def test_offset_of_a_load_or_store_is_signed(hart: Any, offset: int) -> None:
    hart.run1(f"sb x2, {offset}(x1)", x1=DATA + 2048, x2=0x5A)
    assert hart.read(DATA + 2048 + offset, 1) == b"\x5a"
    assert hart.run1(f"lbu x3, {offset}(x1)", x1=DATA + 2048).x[3] == 0x5A


@pytest.mark.parametrize("name", BRANCHES)
@pytest.mark.parametrize(("x1", "x2"), [
    (0, 0), (0, 1), (1, 0), (MAX, 0), (0, MAX), (INT_MIN, INT_MAX), (INT_MAX, INT_MIN), (1 << 32, 0),
    (MAX, MAX),
])  # fmt: skip
def test_branch_is_taken_if_its_condition_holds(hart: Any, name: str, x1: int, x2: int) -> None:
    hart.run("auipc x4, 0", f"{name} x1, x2, .+16", x1=x1, x2=x2)
    assert hart.pc == hart.x[4] + 4 + (16 if BRANCHES[name](x1, x2) else 4)


@pytest.mark.parametrize("offset", [-4096, -4, 4, 8, 2, 4094])
def test_branch_offset_is_signed_and_a_multiple_of_2(hart: Any, offset: int) -> None:
    hart.run("auipc x4, 0", f"beq x0, x0, .{offset:+d}")
    assert hart.pc == hart.x[4] + 4 + offset


@pytest.mark.parametrize("offset", [-8, 4, 2, 2048, 4096, (1 << 20) - 2, -(1 << 20)])
def test_jal_links_and_jumps(hart: Any, offset: int) -> None:
    hart.run("auipc x4, 0", f"jal x5, .{offset:+d}")
    assert (hart.x[5], hart.pc) == (hart.x[4] + 8, hart.x[4] + 4 + offset)


@pytest.mark.parametrize(("base", "offset", "pc"), [
    (DATA, 0, DATA), (DATA, -2048, DATA - 2048), (DATA + 1, 0, DATA), (DATA, 3, DATA + 2),
])  # fmt: skip
def test_jalr_clears_the_lowest_bit_of_its_target(hart: Any, base: int, offset: int, pc: int) -> None:
    hart.run("auipc x4, 0", f"jalr x5, {offset}(x1)", x1=base)
    assert (hart.x[5], hart.pc) == (hart.x[4] + 8, pc)


def test_jalr_reads_rs1_before_it_writes_rd(hart: Any) -> None:
    hart.run("auipc x4, 0", "jalr x1, 0(x1)", x1=DATA)
    assert (hart.x[1], hart.pc) == (hart.x[4] + 8, DATA)


@pytest.mark.parametrize("upper", [0, 1, 0x7FFFF, 0x80000, 0xFFFFF])
def test_auipc_adds_to_its_own_pc(hart: Any, upper: int) -> None:
    hart.run("auipc x4, 0", f"auipc x3, {upper:#x}")
    assert hart.x[3] == (hart.x[4] + 4 + signed(upper << 12, 32)) & MAX


@pytest.mark.parametrize("text", [
    "addi x0, x1, 1", "add x0, x1, x1", "lui x0, 0x12345", "auipc x0, 1", "ld x0, 0(x1)", "jal x0, .+8",
])  # fmt: skip
def test_x0_stays_zero(hart: Any, text: str) -> None:
    assert hart.run("auipc x4, 0", text, x1=DATA).x[0] == 0


@pytest.mark.parametrize("text", [
    "fence rw, rw", "fence iorw, iorw", "fence r, w", "addi x0, x0, 0", "add x0, x0, x2", "slti x0, x1, 1",
    "ori x0, x1, 0", "sltu x0, x1, x2", "lui x0, 1", "srai x0, x1, 1",
])  # fmt: skip
def test_fences_and_hints_change_no_register(hart: Any, text: str) -> None:
    before = {f"x{n}": SENTINEL + n for n in range(1, 32)}
    assert list(hart.run1(text, **before).x)[:32] == [0, *before.values()]
