"""A tiny assembler for one line of a test: the base mnemonics of INSNS, none of the assembler's aliases.

`encode("lw x3, 8(x1)")`, `encode("amoadd.w.aq a0, a1, (a2)")`, `encode("beq x1, x2, .+8")`. A rounding mode
that is not written is dynamic. test_asm.py compares it with GNU as.
"""

from __future__ import annotations

import re

from rvemu.isa.csrs import CSRS
from rvemu.isa.fields import parse
from rvemu.isa.fli import FLI_CONSTANTS
from rvemu.isa.insns import Insn
from rvemu.isa.regs import F_NUMBERS, X_NUMBERS
from rvemu.isa.syntax import ROWS, WORD, operand_name, syntax

CSR_NUMBERS = {csr.name: csr.number for csr in CSRS}
ROUNDING_MODES = {"rne": 0, "rtz": 1, "rdn": 2, "rup": 3, "rmm": 4, "dyn": 7}
ORDERINGS = {"aq": {"aq": 1}, "rl": {"rl": 1}, "aqrl": {"aq": 1, "rl": 1}}
PLAIN_NUMBERS = ("rnum", "bs")
FIXED = {"x2": ("sp", "x2"), "rtz": ("rtz",)}
"""Operands that an instruction has only one of, and how they may be written."""
NEVER_ROUND = ("fcvt.d.s", "fcvt.d.w", "fcvt.d.wu", "fcvt.s.h", "fcvt.d.h", "fcvt.s.bf16")


def encode(text: str) -> int:
    """Return the instruction word of a line of assembly text; ValueError if it is none."""
    mnemonic, _, rest = text.strip().partition(" ")
    insn, values = _mnemonic(mnemonic)
    given = [part for part in re.split(r"[,()\s]+", rest) if part]
    form = parse(insn)
    if "rm" in insn.encoding.split():
        mode = given.pop() if given and given[-1] in ROUNDING_MODES else None
        values["rm"] = ROUNDING_MODES[mode or ("rne" if insn.name in NEVER_ROUND else "dyn")]
    words = WORD.findall(syntax(insn))
    if len(given) != len(words) and insn.name != "c.nop":
        raise ValueError(f"{text}: {insn.name} takes {syntax(insn)!r}")
    for word, part in zip(words, given, strict=False):
        if word not in FIXED:
            values[operand_name(word, insn)] = _value(word, part)
        elif part not in FIXED[word]:
            raise ValueError(f"{text}: {insn.name} takes {FIXED[word][0]}")
    bits = form.match
    for name, value in values.items():
        bits |= form.operand(name).insert(value)
    if not form.matches(bits):
        raise ValueError(f"{text}: reserved encoding")
    return bits


def _mnemonic(text: str) -> tuple[Insn, dict[str, int]]:
    if text in ROWS:
        return ROWS[text], {}
    name, _, ordering = text.rpartition(".")
    if name not in ROWS or ordering not in ORDERINGS:
        raise ValueError(f"{text}: no such instruction")
    return ROWS[name], dict(ORDERINGS[ordering])


def _value(word: str, text: str) -> int:
    """Return the operand that the syntax calls `word`, as it stands in the encoding."""
    if word in PLAIN_NUMBERS:
        return int(text, 0)
    if word == "constant":
        return FLI_CONSTANTS.index(text)
    if word.startswith("f"):
        return F_NUMBERS[text]
    if word.startswith("r"):
        return X_NUMBERS[text]
    if word == "target":
        return int(text.removeprefix("."), 0)
    if word == "upper":
        return (int(text, 0) << 12 ^ 1 << 31) - (1 << 31)
    if word == "csr" and text in CSR_NUMBERS:
        return CSR_NUMBERS[text]
    if word in ("pred", "succ"):
        return sum({"i": 8, "o": 4, "r": 2, "w": 1}[letter] for letter in text)
    return int(text, 0)
