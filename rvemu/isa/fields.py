"""Operand fields of instruction encodings: from the manual's drawing of a row to match, mask and operands.

An encoding is a list of tokens from the highest bit down. Binary digits are fixed bits, any other token is a
field:

- a register (`rd`, `rs1`, ...), of which `rd'` is the three-bit form of the compressed formats (x8 to x15),
  `rd[4:1]` with a 0 behind it an even one, and `rd/rs1` serves as both operands; `00 rs1[2] 01` is a link register,
  x1 or x5;
- an immediate with the bits that stand there, `imm[11:5]` or `imm[4:1|11]`; its pieces make one operand.
  `imm` is sign-extended, `uimm` and `shamt` zero-extended; `nzimm` and `nzuimm` must not be zero;
- one of the other fields of `FIELD_WIDTHS`, such as `rm` or `csr`.

`rd!=0,2` excludes the values listed: that word is reserved, or belongs to another row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rvemu.isa.insns.row import Insn

FIELD_WIDTHS = {
    **dict.fromkeys(("rd", "rs1", "rs2", "rs3", "zimm", "constant"), 5),
    **dict.fromkeys(("rd'", "rs1'", "rs2'", "rm"), 3),
    **dict.fromkeys(("fm", "pred", "succ", "rnum"), 4),
    **dict.fromkeys(("aq", "rl"), 1),
    "bs": 2,
    "csr": 12,
}
"""Width in bits of each field that is drawn without a list of its bits."""

IMMEDIATES = ("imm", "nzimm", "uimm", "nzuimm", "shamt")
"""Names of the fields that are drawn with the bits that stand there."""

PAIRS = ("rd", "rs2", "rs3")
"""Registers that may be the first of an even-odd pair."""

LINKS = ("rs1", "rs2")
"""Names of the fields of which bit 2 alone may be drawn: the other bits are fixed to those of x1."""

_SIGNED = ("imm", "nzimm")
_NONZERO = ("nzimm", "nzuimm")
_FIELD = re.compile(r"(?P<names>[a-z][a-z0-9/']*)(?:\[(?P<bits>[0-9:|]+)\])?(?:!=(?P<excluded>[0-9,]+))?")


@dataclass(frozen=True)
class Piece:
    """Bits `hi` to `lo` of an operand, found in the word from bit `src` upwards."""

    hi: int
    lo: int
    src: int

    @property
    def width(self) -> int:
        """Number of bits."""
        return self.hi - self.lo + 1

    @property
    def mask(self) -> int:
        """The bits of the word that hold the piece."""
        return ((1 << self.width) - 1) << self.src


@dataclass(frozen=True)
class Operand:
    """One operand of an instruction, gathered from its pieces in the word.

    Attributes:
        name: as drawn, with the prime of a three-bit register field: `rs1`, `rd'`, `imm`, `csr`.
        pieces: from the highest bit of the word down.
        signed: whether the highest bit of the operand is its sign.
        base: what is added to the field: 8 for the three-bit register fields, 1 for link registers, otherwise 0.
    """

    name: str
    pieces: tuple[Piece, ...]
    signed: bool = False
    base: int = 0

    @property
    def width(self) -> int:
        """Bits of the operand up to its highest one, those below its lowest piece (always 0) included."""
        return max(piece.hi for piece in self.pieces) + 1

    @property
    def scale(self) -> int:
        """The number that every value is a multiple of: 2 for a branch offset, 4096 for lui."""
        return int(1 << min(piece.lo for piece in self.pieces))

    @property
    def mask(self) -> int:
        """The bits of the word that hold the operand."""
        return sum(piece.mask for piece in self.pieces)

    def extract(self, word: int) -> int:
        """Return the operand of the instruction `word`: register number, or value of the immediate."""
        value = sum((word & piece.mask) >> piece.src << piece.lo for piece in self.pieces)
        if self.signed and value >> (self.width - 1):
            value -= 1 << self.width
        return value + self.base

    def insert(self, value: int) -> int:
        """Return the bits of the word that stand for `value`, the inverse of `extract`.

        Raises:
            ValueError: the field cannot hold the value.
        """
        bits = sum(((value - self.base) >> piece.lo << piece.src) & piece.mask for piece in self.pieces)
        if self.extract(bits) != value:
            fits = f"{self.width} bits, multiples of {self.scale}"
            raise ValueError(f"{self.name}: {value} has no encoding ({fits})")
        return bits


@dataclass(frozen=True)
class Condition:
    """Excludes the words in which the bits under `mask` are `excluded`."""

    mask: int
    excluded: int


@dataclass(frozen=True)
class Format:
    """An encoding, taken apart.

    Attributes:
        match, mask: a word belongs to the row if `word & mask == match` and no condition excludes it.
        size: in bytes, 2 or 4.
        operands: in the order of their highest bit in the word.
    """

    match: int
    mask: int
    size: int
    operands: tuple[Operand, ...]
    conditions: tuple[Condition, ...]

    def matches(self, word: int) -> bool:
        """Tell whether `word` is an encoding of this instruction."""
        return word & self.mask == self.match and not any(
            word & condition.mask == condition.excluded for condition in self.conditions
        )

    def operand(self, name: str) -> Operand:
        """Return the operand called `name`; KeyError if there is none."""
        for operand in self.operands:
            if operand.name == name:
                return operand
        raise KeyError(name)


@dataclass(frozen=True)
class _Field:
    """A token other than binary digits: the operands that it belongs to, and their bits in this place."""

    names: tuple[str, ...]
    runs: tuple[tuple[int, int], ...]
    excluded: tuple[int, ...]

    @property
    def width(self) -> int:
        return sum(hi - lo + 1 for hi, lo in self.runs)

    def pieces(self, top: int) -> Iterator[Piece]:
        """Yield the pieces of a field whose highest bit is just below bit `top` of the word."""
        for hi, lo in self.runs:
            top -= hi - lo + 1
            yield Piece(hi, lo, top)


@cache
def parse(insn: Insn) -> Format:
    """Return what the encoding of `insn` says, bit by bit.

    Raises:
        ValueError: a token is unknown, the width is neither 16 nor 32 or disagrees with its two lowest bits,
            or an immediate has a bit twice or lacks one.
    """
    tokens = [_token(insn, text) for text in insn.encoding.split()]
    position = sum(len(token) if isinstance(token, str) else token.width for token in tokens)
    if position not in (16, 32):
        raise ValueError(f"{insn.name}: encoding has {position} bits (16 or 32)")
    size = position // 8
    match = mask = 0
    pieces: dict[str, list[Piece]] = {}
    excluded: dict[str, tuple[int, ...]] = {}
    for token in tokens:
        if isinstance(token, str):
            position -= len(token)
            match |= int(token, 2) << position
            mask |= ((1 << len(token)) - 1) << position
            continue
        for name in token.names:
            pieces.setdefault(name, []).extend(token.pieces(position))
            excluded[name] = token.excluded
        position -= token.width
    if mask & 3 != 3 or (match & 3 == 3) != (size == 4):
        raise ValueError(f"{insn.name}: the lowest bits disagree with the width (11 for 32 bits, else 16)")
    operands = tuple(_operand(insn, name, tuple(found)) for name, found in pieces.items())
    return Format(match, mask, size, operands, tuple(_conditions(operands, excluded)))


def _token(insn: Insn, text: str) -> str | _Field:
    if set(text) <= {"0", "1"}:
        return text
    drawn = _FIELD.fullmatch(text)
    if drawn is None:
        raise ValueError(f"{insn.name}: {text!r} is no field (binary digits or a field of isa.fields)")
    names = tuple(drawn["names"].split("/"))
    known = (*IMMEDIATES, *PAIRS) if drawn["bits"] else tuple(FIELD_WIDTHS)
    if drawn["bits"] == "2":
        known += LINKS
    if not all(name in known for name in names):
        raise ValueError(f"{insn.name}: field {text!r} is unknown (one of {' '.join(known)})")
    runs = _runs(insn, drawn["bits"]) if drawn["bits"] else ((FIELD_WIDTHS[names[0]] - 1, 0),)
    return _Field(names, runs, tuple(int(value) for value in (drawn["excluded"] or "").split(",") if value))


def _runs(insn: Insn, bits: str) -> tuple[tuple[int, int], ...]:
    """Return the (hi, lo) pairs of a list of bits such as `20|10:1|11|19:12`."""
    runs = []
    for run in bits.split("|"):
        hi, _, lo = run.partition(":")
        runs.append((int(hi), int(lo or hi)))
        if runs[-1][0] < runs[-1][1]:
            raise ValueError(f"{insn.name}: bits {run} run upwards (highest first)")
    return tuple(runs)


def _operand(insn: Insn, name: str, pieces: tuple[Piece, ...]) -> Operand:
    bits = sorted(bit for piece in pieces for bit in range(piece.lo, piece.hi + 1))
    if bits != list(range(bits[0], bits[-1] + 1)):
        raise ValueError(f"{insn.name}: {name} has the bits {bits} (each once, with no gap)")
    base = 8 if name.endswith("'") else 1 if name in LINKS and bits == [2] else 0
    return Operand(name, pieces, signed=name in _SIGNED, base=base)


def _conditions(operands: tuple[Operand, ...], excluded: dict[str, tuple[int, ...]]) -> Iterator[Condition]:
    seen = set()
    for operand in operands:
        for value in (0,) if operand.name in _NONZERO else excluded[operand.name]:
            condition = Condition(operand.mask, operand.insert(value))
            if condition not in seen:
                seen.add(condition)
                yield condition
