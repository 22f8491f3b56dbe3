"""The disassembler prints what objdump prints, for every row of INSNS and for every compressed halfword."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from isa.binutils import LATER_EXTENSIONS, LATER_THAN_BINUTILS, disassembly
from isa.words import CSR_NUMBERS, sample

from rvemu.isa.aliases import ALIASES
from rvemu.isa.config import EXTENSIONS
from rvemu.isa.decode import decode
from rvemu.isa.disasm import disassemble
from rvemu.isa.fields import parse
from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import ROWS

EXACT = ("fcvt.d.s", "fcvt.d.w", "fcvt.d.wu", "fcvt.s.h", "fcvt.d.h")
UNNAMED_CSRS = (0x5A0, 0x7FF, 0xBC0, 0xFC0)
TAKEN_THOUGH_RESERVED = "6101"
"""c.addi16sp with a zero immediate: reserved in the manual, shown by objdump."""

STILL_ALIASES = ("c.slli64", "c.srli64", "c.srai64", "fence.tso", "unimp")
"""What objdump writes in place of the row's name even with -M no-aliases."""


def is_nop(word: int, size: int) -> bool:
    """Tell whether the word belongs to c.nop, which `objdump -M no-aliases` shows as c.addi with x0."""
    return size == 2 and parse(ROWS["c.nop"]).matches(word)


def alias_words(insn: Insn) -> Iterator[int]:
    """Yield words with small operands in every combination, which all the aliases need."""
    form = parse(insn)
    values = {"csr": (*CSR_NUMBERS[:8], *UNNAMED_CSRS), "imm": (0, 1, -1, 255), "rd": (0, 1, 5), "rm": (0,)}
    operands = [operand for operand in form.operands if operand.name not in ("fm",) or insn.name != "fence"]
    for choice in product(*(values.get(operand.name, (0, 1, 5)) for operand in operands)):
        bits = [operand.insert(value // operand.scale * operand.scale)
                for operand, value in zip(operands, choice, strict=True)]  # fmt: skip
        yield form.match | sum(bits)


def all_words() -> list[tuple[int, int]]:
    """Return (word, size) for every row that binutils knows."""
    words = []
    for insn in INSNS:
        if insn.name in LATER_THAN_BINUTILS:
            continue
        size = parse(insn).size
        words += [(word & ~0x7000 if insn.name in EXACT else word, size) for word in sample(insn)]
        if insn.name in ALIASES and size == 4 and insn.name != "fence":
            words += [(word, size) for word in alias_words(insn)]
    fence = parse(ROWS["fence"])
    words += [(fence.match | sets << 20, 4) for sets in range(256) if sets != 0x10]       # 0x10 is pause
    return [*words, (0x8330_000F, 4)]                                                     # fence.tso


def differences(words: list[tuple[int, int]], folder: Path, aliases: bool) -> list[tuple[str, str, str]]:
    """Return (word, our text, objdump's text) where they differ."""
    theirs = disassembly(words, folder, *(() if aliases else ("-M", "no-aliases")))
    pc, found = 0, []
    for (word, size), their in zip(words, theirs, strict=True):
        our = disassemble(word, pc, aliases=aliases)
        if our != their and (aliases or their.split()[0] not in STILL_ALIASES):
            found.append((f"{word:0{2 * size}x}", our, their))
        pc += size
    return found


@pytest.mark.parametrize("aliases", [True, False])
def test_every_row_reads_as_in_objdump(tmp_path: Path, aliases: bool) -> None:
    words = [(word, size) for word, size in all_words() if aliases or not is_nop(word, size)]
    assert not differences(words, tmp_path, aliases)


@pytest.mark.parametrize("aliases", [True, False])
def test_every_halfword_reads_as_in_objdump(tmp_path: Path, aliases: bool) -> None:
    known = set(EXTENSIONS) - set(LATER_EXTENSIONS)
    halfwords = [(word, 2) for word in range(1 << 16) if word & 3 != 3 and (decode(word, known) or not decode(word))]
    halfwords = [(word, size) for word, size in halfwords if aliases or not is_nop(word, size)]
    assert [word for word, _, _ in differences(halfwords, tmp_path, aliases)] == [TAKEN_THOUGH_RESERVED]


FORMAT_BITS = {"s": 0, "d": 1 << 25, "h": 2 << 25}
"""The fmt field of OP-FP."""


def mop_bits(high: int, low: int) -> int:
    """Return the number of a may-be-operation in its places: bit 30, bits 27:26, and bits 21:20."""
    return (high & 4) << 28 | (high & 3) << 26 | low << 20


AMOS = {"swap": 1, "add": 0, "xor": 4, "and": 12, "or": 8, "min": 16, "max": 20, "minu": 24, "maxu": 28, "cas": 5}
"""funct5 of the atomic memory operations."""

TRANSCRIBED = [
    # funct5 0 0 00111 00110 funct3 00101 0101111, with funct3 0 for bytes and 1 for halfwords
    *((0x0073_02AF | funct5 << 27 | funct3 << 12, f"amo{name}.{width}\tt0,t2,(t1)")
      for name, funct5 in AMOS.items() for funct3, width in enumerate("bh")),
    (0x2873_22AF, "amocas.w\tt0,t2,(t1)"),      # 00101 0 0 00111 00110 010 00101 0101111
    (0x2873_32AF, "amocas.d\tt0,t2,(t1)"),      # 00101 0 0 00111 00110 011 00101 0101111
    (0x2883_432F, "amocas.q\tt1,s0,(t1)"),      # 00101 0 0 01000 00110 100 00110 0101111
    (0x1234_5017, "lpad\t0x12345"),             # LPL 00000 0010111
    (0xCE10_4073, "sspush\tra"),                # 1100111 00001 00000 100 00000 1110011
    (0xCE50_4073, "sspush\tt0"),
    (0xCDC0_C073, "sspopchk\tra"),              # 110011011100 00001 100 00000 1110011
    (0xCDC2_C073, "sspopchk\tt0"),
    (0xCDC0_4573, "ssrdp\ta0"),                 # 110011011100 00000 100 01010 1110011
    (0x48B6_252F, "ssamoswap.w\ta0,a1,(a2)"),   # 01001 0 0 01011 01100 010 01010 0101111
    (0x4EB6_352F, "ssamoswap.d.aqrl\ta0,a1,(a2)"),
    (0x0E73_52B3, "czero.eqz\tt0,t1,t2"),       # 0000111 00111 00110 101 00101 0110011
    (0x0E73_72B3, "czero.nez\tt0,t1,t2"),       # 0000111 00111 00110 111 00101 0110011
    *((0x81C3_42F3 | mop_bits(n >> 2, n & 3), f"mop.r.{n}\tt0,t1") for n in range(32)),
    *((0x8273_42F3 | mop_bits(n, 0), f"mop.rr.{n}\tt0,t1,t2") for n in range(8)),
    (0x8064, "c.lbu\ts1,3(s0)"),                # 100 000 000 11 001 00
    (0x8044, "c.lbu\ts1,1(s0)"),                # 100 000 000 10 001 00: uimm[0|1]
    (0x8424, "c.lhu\ts1,2(s0)"),                # 100 001 000 0 1 001 00
    (0x8464, "c.lh\ts1,2(s0)"),                 # 100 001 000 1 1 001 00
    (0x8824, "c.sb\ts1,2(s0)"),                 # 100 010 000 01 001 00
    (0x8C24, "c.sh\ts1,2(s0)"),                 # 100 011 000 0 1 001 00
    (0x9FE1, "c.zext.b\ta5"),                   # 100 111 111 11 000 01
    (0x9FE5, "c.sext.b\ta5"),                   # 100 111 111 11 001 01
    (0x9FE9, "c.zext.h\ta5"),                   # 100 111 111 11 010 01
    (0x9FED, "c.sext.h\ta5"),                   # 100 111 111 11 011 01
    (0x9FF1, "c.zext.w\ta5"),                   # 100 111 111 11 100 01
    (0x9FF5, "c.not\ta5"),                      # 100 111 111 11 101 01
    (0x9FC5, "c.mul\ta5,s1"),                   # 100 111 111 10 001 01
    *((0x6081 | n // 2 << 8, f"c.mop.{n}") for n in range(1, 16, 2)),     # 011 0 0 n[3:1] 1 00000 01
    (0x4485_F553, "fcvt.bf16.s\tfa0,fa1"),      # 01000 10 01000 01011 111 01010 1010011
    (0x4065_8553, "fcvt.s.bf16\tfa0,fa1"),      # 01000 00 00110 01011 000 01010 1010011
    (0xC283_12D3, "fcvtmod.w.d\tt0,ft6,rtz"),   # 11000 01 01000 00110 001 00101 1010011
    *((word | bits, text.format(fmt)) for fmt, bits in FORMAT_BITS.items() for word, text in (
        (0xF018_02D3, "fli.{}\tft5,0x1p+0"),        # 11110 fmt 00001 10000 000 00101 1010011
        (0x2873_22D3, "fminm.{}\tft5,ft6,ft7"),     # 00101 fmt 00111 00110 010 00101 1010011
        (0x2873_32D3, "fmaxm.{}\tft5,ft6,ft7"),     # 00101 fmt 00111 00110 011 00101 1010011
        (0x4043_12D3, "fround.{}\tft5,ft6,rtz"),    # 01000 fmt 00100 00110 001 00101 1010011
        (0x4053_72D3, "froundnx.{}\tft5,ft6"),      # 01000 fmt 00101 00110 111 00101 1010011
        (0xA073_42D3, "fleq.{}\tt0,ft6,ft7"),       # 10100 fmt 00111 00110 100 00101 1010011
        (0xA073_52D3, "fltq.{}\tt0,ft6,ft7"),       # 10100 fmt 00111 00110 101 00101 1010011
    )),
]
"""A word of each row that binutils does not know, from the drawings of the manual."""


@pytest.mark.parametrize(("word", "text"), TRANSCRIBED)
def test_words_transcribed_from_the_manual(word: int, text: str) -> None:
    assert disassemble(word, aliases=False) == text


@pytest.mark.parametrize(("word", "text"), [
    (0x0000_0017, "lpad\t0x0"),
    (0xCDF3_42F3, "mop.r.31\tt0,t1"),           # 1 1 00 11 0111 11 00110 100 00101 1110011
    (0xCE73_42F3, "mop.rr.7\tt0,t1,t2"),        # 1 1 00 11 1 00111 00110 100 00101 1110011
    (0x8064, "lbu\ts1,3(s0)"),                  # compressed rows read as their base instruction
    (0x8C24, "sh\ts1,2(s0)"),
    (0x9FE1, "zext.b\ta5,a5"),
    (0x9FF1, "zext.w\ta5,a5"),
    (0x9FF5, "not\ta5,a5"),
    (0x9FC5, "mul\ta5,a5,s1"),
    (0x6081, "sspush\tra"),                     # 011 0 0 000 1 00000 01, where c.lui ra, 0 would be
    (0x6281, "sspopchk\tt0"),                   # 011 0 0 010 1 00000 01
    (0xCE20_4073, "mop.rr.7\tzero,zero,sp"),    # no link register
    (0xCDC1_4073, "mop.r.28\tzero,sp"),
    (0xCDC0_4073, "mop.r.28\tzero,zero"),       # ssrdp with rd = x0
    (0xCDC0_C0F3, "mop.r.28\tra,ra"),
    (0x6781, "c.mop.15"),                       # 011 0 0 111 1 00000 01
    (0xFFFF_FFFF, ".4byte\t0xffffffff"),
    (0x1234_0000, "unimp"),                     # only the low half counts
])  # fmt: skip
def test_words_that_objdump_cannot_vouch_for(word: int, text: str) -> None:
    assert disassemble(word) == text


@pytest.mark.parametrize(("number", "value"), list(enumerate([
    -1.0, "min", 2**-16, 2**-15, 2**-8, 2**-7, 0.0625, 0.125, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875,
    1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 8.0, 16.0, 128.0, 256.0, 2.0**15, 2.0**16, "inf", "nan",
])))  # fmt: skip
def test_the_constants_of_fli_are_those_of_the_manual(number: int, value: float | str) -> None:
    _, _, text = disassemble(0xF010_02D3 | number << 15).partition("\tft5,")
    assert (text if isinstance(value, str) else float.fromhex(text)) == value


def test_rows_unknown_to_objdump_are_all_transcribed() -> None:
    names = {text.partition("\t")[0].removesuffix(".aqrl") for _, text in TRANSCRIBED}
    assert names == set(LATER_THAN_BINUTILS)


def test_targets_wrap_at_64_bits() -> None:
    assert disassemble(0xFFDF_F06F, 0) == "j\tfffffffffffffffc"
