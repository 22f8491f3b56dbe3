"""Instruction word to assembly text, as GNU objdump 2.40 prints it with ABI names."""

from __future__ import annotations

from rvemu.isa.aliases import ALIASES, Condition
from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import Decoded, decode, length
from rvemu.isa.fli import FLI_CONSTANTS
from rvemu.isa.regs import F_NAMES, X_NAMES
from rvemu.isa.syntax import WORD, expansion, operand_name, syntax

CSR_NAMES = {csr.number: csr.name for csr in CSRS}
"""Name of each CSR by number."""

ROUNDING_MODES = {0: "rne", 1: "rtz", 2: "rdn", 3: "rup", 4: "rmm"}
"""Name of each static rounding mode; 7 is the dynamic one, which is not written."""

_DYNAMIC = 7
_EXACT = ("fcvt.d.s", "fcvt.d.w", "fcvt.d.wu", "fcvt.s.h", "fcvt.d.h", "fcvt.s.bf16")
_HEXADECIMAL = ("shamt", "rnum", "bs")
_ACCESSES = {"i": 8, "o": 4, "r": 2, "w": 1}
_ORDERINGS = {(0, 0): "", (1, 0): ".aq", (0, 1): ".rl", (1, 1): ".aqrl"}


def disassemble(word: int, pc: int = 0, *, aliases: bool = True) -> str:
    """Return the assembly text of an instruction: mnemonic, then after a tab the operands, if any.

    A target is a bare hexadecimal address, after which objdump would write the symbol.

    Args:
        word: 32 bits from the instruction on; only the low 16 count for a compressed one.
        pc: its address, which the targets of jumps and branches are relative to.
        aliases: whether to write `ret` for `jalr zero,0(ra)`, and `add` for `c.addi`, as objdump does; False
            gives each instruction the name of its row.
    """
    decoded = decode(word)
    if decoded is None:
        return _illegal(word, aliases)
    if aliases:
        decoded, mnemonic, text = _alias(decoded)
    else:
        mnemonic, text = decoded.insn.name, syntax(decoded.insn)
    operands = WORD.sub(lambda name: _operand(decoded, name[0], pc), text).replace(", ", ",")
    operands += _rounding(decoded)
    mnemonic += _ordering(decoded)
    return f"{mnemonic}\t{operands}" if operands else mnemonic


def expand(decoded: Decoded) -> Decoded:
    """Return the base instruction that a compressed one stands for; any other instruction as it is."""
    stands_for = expansion(decoded.insn)
    if stands_for is None:
        return decoded
    values = {
        name: source if isinstance(source, int) else decoded.operands[source]
        for name, source in stands_for.operands.items()
    }
    return Decoded(stands_for.base, values)


def _alias(decoded: Decoded) -> tuple[Decoded, str, str]:
    """Return the instruction to show, its mnemonic and its operand text."""
    for shown in (decoded, expand(decoded)):
        for mnemonic, condition, text in ALIASES.get(shown.insn.name, ()):
            if _holds(condition, shown.operands):
                return shown, mnemonic, syntax(shown.insn) if text is None else text
    return shown, shown.insn.name, syntax(shown.insn)


def _holds(condition: Condition, operands: dict[str, int]) -> bool:
    return all(
        operands[name] == (operands[value] if isinstance(value, str) else value)
        for name, value in condition.items()
    )


def _operand(decoded: Decoded, word: str, pc: int) -> str:
    """Return how the operand that a syntax calls `word` is written."""
    if word == "x2":
        return X_NAMES[2]
    if word == "rtz":
        return word
    value = decoded.operands[operand_name(word, decoded.insn)]
    if word == "constant":
        return FLI_CONSTANTS[value]
    if word in _HEXADECIMAL:
        return hex(value)
    if word.startswith("f"):
        return F_NAMES[value]
    if word.startswith("r"):
        return X_NAMES[value]
    if word == "target":
        return f"{(pc + value) & 0xFFFF_FFFF_FFFF_FFFF:x}"
    if word == "upper":
        return hex(value >> 12 & 0xF_FFFF)
    if word == "csr":
        return CSR_NAMES.get(value, hex(value))
    if word in ("pred", "succ"):
        return _accesses(value)
    return str(value)


def _accesses(value: int) -> str:
    """Return the letters of the predecessor or successor set of a fence (objdump: unknown if empty)."""
    return "".join(letter for letter, bit in _ACCESSES.items() if value & bit) or "unknown"


def _rounding(decoded: Decoded) -> str:
    mode = decoded.operands.get("rm", _DYNAMIC)
    if mode == _DYNAMIC or decoded.insn.name in _EXACT:
        return ""
    return "," + ROUNDING_MODES.get(mode, "unknown")


def _ordering(decoded: Decoded) -> str:
    return _ORDERINGS[decoded.operands.get("aq", 0), decoded.operands.get("rl", 0)]


def _illegal(word: int, aliases: bool) -> str:
    size = length(word)
    word &= (1 << 8 * size) - 1
    if word == 0:
        return "unimp" if aliases else "c.unimp"
    return f".{size}byte\t{word:#x}"
