"""mstatus.FS: every row that has a floating-point register needs it, and leaves it Dirty where it writes one."""

from __future__ import annotations

import re

import pytest
from harness import CODE, DATA, HANDLER, TestHart, Trap
from isa.words import sample

from rvemu.isa.causes import Cause
from rvemu.isa.decode import decode
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import expansion

OFF, INITIAL, CLEAN, DIRTY = (state << 13 for state in range(4))
RESERVED_ROUNDING_MODES = (5, 6)
READ_ONLY = re.compile(r"store_|f\d\d_(to_bits|classify)\(")


def semantics(insn: Insn) -> str:
    """Return the statement of the row, or of the base row that it stands for."""
    stands_for = expansion(insn)
    return stands_for.base.semantics if stands_for else insn.semantics


FLOATING = [insn for insn in INSNS if re.search(r"\bf(d|s[123])\b", semantics(insn))]
ROWS = pytest.mark.parametrize("insn", FLOATING, ids=lambda insn: insn.name)


def word_of(insn: Insn) -> int:
    """Return a word of the row that can run while all x registers hold addresses."""
    for word in sample(insn):
        decoded = decode(word)
        assert decoded is not None
        operands = decoded.operands
        if operands.get("rm") not in RESERVED_ROUNDING_MODES and operands.get("rs1") != 0:
            return word
    raise AssertionError(insn.name)


def run(hart: TestHart, word: int, fs: int) -> int:
    """Run the word under a state of FS; return the state afterwards."""
    hart.set(mcause=0, mtval=0, **{f"x{number}": DATA + 4096 for number in range(1, 32)})
    hart.set(fcsr=0, **{f"f{number}": 0x3FF0_0000_0000_0001 for number in range(32)})
    hart.csr["mstatus"] = fs
    hart.run1(word)
    return hart.csr["mstatus"] & DIRTY


@ROWS
def test_a_floating_point_row_is_illegal_while_fs_is_off(hart: TestHart, insn: Insn) -> None:
    word = word_of(insn)
    assert run(hart, word, OFF) == OFF
    assert hart.pc == HANDLER
    assert Trap(hart.csr["mcause"], hart.csr["mtval"]) == Trap(Cause.ILLEGAL_INSTRUCTION, word)
    assert hart.f[word >> 7 & 31] == 0x3FF0_0000_0000_0001


@ROWS
@pytest.mark.parametrize("fs", [INITIAL, CLEAN])
def test_a_row_that_writes_a_floating_point_register_makes_fs_dirty(hart: TestHart, insn: Insn, fs: int) -> None:
    after = run(hart, word_of(insn), fs)
    assert hart.pc != HANDLER
    if semantics(insn).startswith("fd ="):
        assert after == DIRTY
    elif READ_ONLY.search(semantics(insn)):
        assert after == fs


@pytest.mark.parametrize("text", [
    "feq.h x5, f1, f2", "fcvt.w.h x5, f1", "fltq.s x5, f1, f2", "fcvtmod.w.d x5, f1, rtz",
])  # fmt: skip
def test_a_row_that_raises_a_flag_makes_fs_dirty(hart: TestHart, text: str) -> None:
    hart.set(f1=0xFFFF_FFFF_FFFF_7C01 if ".h" in text else 0xFFFF_FFFF_7F80_0001, mstatus=CLEAN)
    hart.run1(text)
    assert hart.pc == CODE + 4
    assert hart.csr["fflags"] == 0x10
    assert hart.csr["mstatus"] & DIRTY == DIRTY
