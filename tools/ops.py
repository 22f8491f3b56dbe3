"""The ops of the core: one for each base row of the instruction table, and a few that only decoding chooses.

An op is a handler with a number. Compressed rows have none of their own: they decode to the op of their base row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rvemu.isa.insns import INSNS, Insn
from rvemu.isa.syntax import syntax

LOAD_TYPES = {
    "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4, "u32": 4, "i64": 8, "u64": 8, "f16": 2, "f32": 4, "f64": 8,
}  # fmt: skip
DO_WIDTHS = {
    "lr_w": 4, "sc_w": 4, "lr_d": 8, "sc_d": 8, "amocas_q": 16,
    "sspush": 8, "sspopchk": 8, "ssamoswap_w": 4, "ssamoswap_d": 8,
}  # fmt: skip
"""Bytes of the memory access of those `do` helpers whose access is `op.width` wide."""

_FLOAT_REGISTER = re.compile(r"\bf(d|s[123])\b")
_PURE = re.compile(r"\bf\d\d_(to_bits|classify)\(")
"""Routines that change neither a floating-point register nor a flag."""


@dataclass(frozen=True)
class Op:
    """A handler: its name, what it does, and how a block treats it.

    Attributes:
        kind: alu, load, store, branch, jal, jalr, amo, fp, exact, do or nop.
        text: the semantics, without the part that `kind` already says.
        width: bytes of the memory access, or 0.
    """

    name: str
    kind: str
    text: str
    width: int = 0
    row: Insn | None = None

    @property
    def ident(self) -> str:
        """The name as a C identifier."""
        return self.name.replace(".", "_")

    @property
    def floating(self) -> bool:
        """Whether mstatus.FS must not be Off."""
        return self.row is not None and _is_floating(self.row)

    @property
    def dirties(self) -> bool:
        """Whether it may change a floating-point register or flag, so that mstatus.FS becomes Dirty."""
        return self.floating and self.kind != "store" and not _PURE.search(self.text)

    @property
    def rounds(self) -> bool:
        """Whether the encoding has an `rm` field."""
        return self.row is not None and "rm" in self.row.encoding.split()

    @property
    def loads_float(self) -> bool:
        """Whether it is a load into a floating-point register."""
        return self.kind == "load" and self.text.startswith("f")

    @property
    def effects(self) -> list[str]:
        """What it writes where it retires, as the core's EFFECT_ names."""
        if self.row is None:
            return ["EFFECT_X"]
        amo = self.kind == "amo" or self.text == "amocas_q"
        return [name for name, holds in (
            ("EFFECT_F", self.row.semantics.startswith("fd =")),
            ("EFFECT_X", "rd" in syntax(self.row).split(", ") and not self.row.semantics.startswith("fd =")),
            ("EFFECT_LOAD", self.kind == "load" or amo or self.text.startswith("lr_")),
            ("EFFECT_STORE", self.kind == "store" or amo or self.text.startswith("sc_")),
            ("EFFECT_CONDITIONAL", self.text.startswith("sc_") or self.row.name.startswith("amocas")),
            ("EFFECT_ZERO", self.text == "cbo_zero"),
            ("EFFECT_CSR", "csr" in self.row.encoding.split()),
            ("EFFECT_STATUS", self.text in ("mret", "sret")),
        ) if holds]  # fmt: skip


CHOSEN_BY_DECODER = (
    Op("li", "alu", "imm"),
    Op("mv", "alu", "rs1"),
    Op("j", "jal", ""),
    Op("jr", "jalr", ""),
    Op("illegal", "do", "illegal"),
    Op("misaligned", "do", "misaligned"),
    Op("jalr.aligned", "do", "jalr_aligned"),
    Op("jalr.landing", "do", "jalr_landing"),
    Op("lpad.expected", "do", "lpad_expected"),
    Op("no.lpad", "do", "no_lpad"),
    Op("trigger", "do", "trigger"),
    Op("break", "do", "break"),
    Op("call", "do", "call"),
    Op("call.register", "do", "call_register"),
)
"""Forms that decoding picks: constants known then, moves, jumps that keep no return address, what is no instruction,
jumps where no compressed instructions are, jumps to a landing pad and what they find there,
what stands for an instruction that a trigger or a breakpoint matches, and jumps whose calls and returns are counted."""

ENDS = frozenset({
    "ecall", "ebreak", "mret", "sret", "wfi", "pause", "wrs_nto", "wrs_sto", "fence_i", "illegal", "misaligned",
    "lpad_expected", "no_lpad", "trigger", "break",
})  # fmt: skip
"""The `do` helpers that always leave the handlers, so that a block ends with them."""


def _is_floating(row: Insn) -> bool:
    """Whether it reads or writes a floating-point register."""
    return _FLOAT_REGISTER.search(row.semantics) is not None


def _classify(row: Insn) -> Op:
    text = row.semantics
    if match := re.fullmatch(r"[rf]d = load_(\w+)\(rs1 \+ imm\)", text):
        return Op(row.name, "load", match[1], LOAD_TYPES[match[1]], row)
    if match := re.fullmatch(r"store_(\d+)\(rs1 \+ imm, ([rf]s2)\)", text):
        return Op(row.name, "store", match[2], int(match[1]) // 8, row)
    if match := re.fullmatch(r"if (.+): jump\(pc \+ imm\)", text):
        return Op(row.name, "branch", match[1], 0, row)
    if text == "rd = link; jump(pc + imm)":
        return Op(row.name, "jal", "link", 0, row)
    if text == "rd = link; jump((rs1 + imm) & ~1)":
        return Op(row.name, "jalr", "link", 0, row)
    if match := re.fullmatch(r"rd = amo_(\d+)\(rs1, (.+)\)", text):
        return Op(row.name, "amo", match[2], int(match[1]) // 8, row)
    if text == "nop":
        return Op(row.name, "nop", "", 0, row)
    if match := re.fullmatch(r"do (\w+)", text):
        return Op(row.name, "do", match[1], DO_WIDTHS.get(match[1], 0), row)
    if _is_floating(row):
        return Op(row.name, "fp" if row.host else "exact", text, 0, row)
    if match := re.fullmatch(r"rd = (.+)", text):
        return Op(row.name, "alu", match[1], 0, row)
    raise ValueError(f"{row.name}: no such semantics: {text}")


def collect_ops() -> list[Op]:
    """Return every op, in the order of its number."""
    ops = list(CHOSEN_BY_DECODER)
    for row in INSNS:
        if row.semantics.startswith("="):
            continue
        op = _classify(row)
        ops.append(op)
        if op.kind == "fp":
            ops.append(Op(op.name + ".exact", "exact", op.text, 0, row))
    return ops
