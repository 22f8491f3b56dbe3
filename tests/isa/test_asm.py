"""The tests' own assembler agrees with GNU as on every row, and refuses what has no encoding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from isa.asm import encode
from isa.binutils import LATER_THAN_BINUTILS, assembled
from isa.words import sample

from rvemu.isa.disasm import disassemble
from rvemu.isa.fields import parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import syntax

UNWRITABLE = re.compile(r"unknown|c\.nop 0$|c\.s(ll|rl|ra)i .*,0x0$")
"""What as does not take: reserved rounding modes, empty sets of accesses, two HINTs."""


def line_of(insn: Insn, word: int) -> str:
    """Return the line of assembly for `word` by way of the disassembler, which objdump vouches for."""
    mnemonic, _, operands = disassemble(word, aliases=False).partition("\t")
    if syntax(insn).endswith("target"):
        *registers, target = operands.split(",")
        offset = (int(target, 16) ^ 1 << 63) - (1 << 63)
        operands = ",".join([*registers, f".{offset:+d}"])
    return f"{mnemonic} {operands}".strip()


def test_every_row_assembles_as_with_gnu_as(tmp_path: Path) -> None:
    lines, ours = [], b""
    for insn in INSNS:
        if insn.name in LATER_THAN_BINUTILS:
            continue
        size = parse(insn).size
        lines.append(".option rvc" if size == 2 else ".option norvc")
        for line in sorted({line_of(insn, word) for word in sample(insn)}):
            if not UNWRITABLE.search(line):
                lines.append(line)
                ours += encode(line).to_bytes(size, "little")
    assert assembled(lines, tmp_path) == ours


@pytest.mark.parametrize("line", [
    "frobnicate x1, x2",
    "add x1, x2",
    "add x1, x2, 3",
    "addi x1, x2, 2048",
    "slliw x1, x2, 32",
    "beq x1, x2, .+3",
    "add.aq x1, x2, x3",
    "c.addi4spn x7, sp, 8",
    "c.addi16sp x3, 32",
    "c.lui x2, 1",
    "c.lwsp x0, 0(sp)",
])  # fmt: skip
def test_what_has_no_encoding_is_refused(line: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        encode(line)
