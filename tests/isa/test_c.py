"""C: each compressed instruction does what the manual says it expands to."""

from __future__ import annotations

from typing import Any

import pytest
from isa.models import DATA, MAX, SENTINEL

from rvemu.isa.causes import Cause


@pytest.mark.parametrize(("text", "x8", "x9", "result"), [
    ("c.addi x8, -32", 5, 0, MAX - 26),
    ("c.addiw x8, 31", 0x7FFF_FFFF, 0, MAX - 0x7FFF_FFE1),
    ("c.addiw x8, 0", 0x1_8000_0000, 0, MAX - 0x7FFF_FFFF),         # sext.w
    ("c.li x8, -32", 5, 0, MAX - 31),
    ("c.li x8, 31", 5, 0, 31),
    ("c.lui x8, 1", 5, 0, 0x1000),
    ("c.lui x8, 0xfffe0", 5, 0, MAX - 0x1FFFF),                     # bit 17 is the sign
    ("c.slli x8, 63", 3, 0, 1 << 63),
    ("c.slli x8, 0", 3, 0, 3),                                      # HINT
    ("c.srli x8, 63", MAX, 0, 1),
    ("c.srai x8, 32", 1 << 63, 0, MAX - 0x7FFF_FFFF),
    ("c.andi x8, -2", MAX, 0, MAX - 1),
    ("c.mv x8, x9", 5, SENTINEL, SENTINEL),
    ("c.add x8, x9", 5, MAX, 4),
    ("c.sub x8, x9", 5, 7, MAX - 1),
    ("c.xor x8, x9", 0b1100, 0b1010, 0b0110),
    ("c.or x8, x9", 0b1100, 0b1010, 0b1110),
    ("c.and x8, x9", 0b1100, 0b1010, 0b1000),
    ("c.subw x8, x9", 0, 1, MAX),
    ("c.addw x8, x9", 0x7FFF_FFFF, 1, MAX - 0x7FFF_FFFF),
])  # fmt: skip
def test_computation(hart: Any, text: str, x8: int, x9: int, result: int) -> None:
    assert hart.run1(text, x8=x8, x9=x9).x[8] == result


@pytest.mark.parametrize(("text", "register", "result"), [
    ("c.addi4spn x8, sp, 4", 8, DATA + 4),
    ("c.addi4spn x15, sp, 1020", 15, DATA + 1020),
    ("c.addi16sp sp, 496", 2, DATA + 496),
    ("c.addi16sp sp, -512", 2, DATA - 512),
])  # fmt: skip
def test_stack_pointer_arithmetic(hart: Any, text: str, register: int, result: int) -> None:
    assert hart.run1(text, x2=DATA).x[register] == result


@pytest.mark.parametrize(("text", "offset", "result"), [
    ("c.lw x9, 124(x8)", 124, MAX - 0x7FFF_FFFE),
    ("c.ld x9, 248(x8)", 248, 0x8765_4321_8000_0001),
    ("c.lwsp x9, 252(sp)", 252, MAX - 0x7FFF_FFFE),
    ("c.ldsp x9, 504(sp)", 504, 0x8765_4321_8000_0001),
])  # fmt: skip
def test_loads_scale_their_offset_and_sign_extend(hart: Any, text: str, offset: int, result: int) -> None:
    hart.write(DATA + offset, bytes.fromhex("01 00 00 80 21 43 65 87"))
    assert hart.run1(text, x8=DATA, x2=DATA).x[9] == result


@pytest.mark.parametrize(("text", "offset", "size"), [
    ("c.sw x9, 64(x8)", 64, 4),
    ("c.sd x9, 64(x8)", 64, 8),
    ("c.swsp x9, 252(sp)", 252, 4),
    ("c.sdsp x9, 504(sp)", 504, 8),
])  # fmt: skip
def test_stores_scale_their_offset(hart: Any, text: str, offset: int, size: int) -> None:
    hart.run1(text, x8=DATA, x2=DATA, x9=SENTINEL)
    stored = SENTINEL.to_bytes(8, "little")[:size].ljust(8, b"\0")
    assert hart.read(DATA, offset + 8) == bytes(offset) + stored


@pytest.mark.parametrize(("text", "offset"), [
    ("c.j .+2046", 2046), ("c.j .-2048", -2048),
    ("c.beqz x8, .+254", 254), ("c.beqz x8, .-256", -256), ("c.beqz x9, .+254", 2),
    ("c.bnez x9, .+254", 254), ("c.bnez x9, .-256", -256), ("c.bnez x8, .+254", 2),
    ("c.nop", 2), ("c.addi x8, 1", 2),
])  # fmt: skip
def test_next_pc(hart: Any, text: str, offset: int) -> None:
    hart.run("auipc x4, 0", text, x8=0, x9=1)
    assert hart.pc == hart.x[4] + 4 + offset


def test_c_jr_jumps_and_links_nothing(hart: Any) -> None:
    hart.run1("c.jr x8", x8=DATA + 1, x1=SENTINEL)
    assert (hart.pc, hart.x[1]) == (DATA, SENTINEL)


def test_c_jalr_links_to_the_halfword_after_it(hart: Any) -> None:
    hart.run("auipc x4, 0", "c.jalr x8", x8=DATA)
    assert (hart.pc, hart.x[1]) == (DATA, hart.x[4] + 6)


def test_c_jalr_through_ra_reads_it_first(hart: Any) -> None:
    hart.run("auipc x4, 0", "c.jalr x1", x1=DATA)
    assert (hart.pc, hart.x[1]) == (DATA, hart.x[4] + 6)


@pytest.mark.parametrize("text", [
    "c.nop", "c.nop 5", "c.li x0, 5", "c.lui x0, 5", "c.mv x0, x8", "c.add x0, x8", "c.slli x0, 5",
])  # fmt: skip
def test_hints_change_no_register(hart: Any, text: str) -> None:
    before = {f"x{n}": SENTINEL + n for n in range(1, 32)}
    assert list(hart.run1(text, **before).x)[:32] == [0, *before.values()]


@pytest.mark.parametrize("text", ["c.fld f9, 248(x8)", "c.fldsp f9, 248(sp)"])
def test_floating_point_loads_write_f_registers(hart: Any, text: str) -> None:
    hart.write(DATA + 248, SENTINEL.to_bytes(8, "little"))
    assert hart.run1(text, x8=DATA, x2=DATA, x9=5).f[9] == SENTINEL
    assert hart.x[9] == 5


@pytest.mark.parametrize("text", ["c.fsd f9, 248(x8)", "c.fsdsp f9, 248(sp)"])
def test_floating_point_stores_read_f_registers(hart: Any, text: str) -> None:
    hart.run1(text, x8=DATA, x2=DATA, x9=5, f9=SENTINEL)
    assert hart.read(DATA + 248, 8) == SENTINEL.to_bytes(8, "little")


@pytest.mark.parametrize("word", [
    0x0000, 0x0004, 0x2001, 0x6401, 0x6881, 0x6101, 0x4002, 0x6002, 0x8002, 0x8C40, 0x9000, 0x9C79,
])  # fmt: skip
def test_reserved_halfwords_are_illegal_with_16_bits_in_tval(hart: Any, word: int) -> None:
    trap = hart.trap1(word)
    assert (trap.cause, trap.tval) == (Cause.ILLEGAL_INSTRUCTION, word)
