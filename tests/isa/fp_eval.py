"""Runs one floating-point instruction on a hart: the door through which test_fp reaches the emulator."""

from __future__ import annotations

import re
from typing import Any

from rvemu.isa.fli import FLI_CONSTANTS
from rvemu.isa.insns import INSNS

ROUNDING_MODES = ("rne", "rtz", "rdn", "rup", "rmm")
FP_ROWS = {
    row.name: row for row in INSNS
    if re.search(r"\bf(d|s[123])\b", row.semantics) and not row.semantics.startswith(("fd = load", "store"))
}
"""What computes with or moves floating-point registers."""


def rounds(name: str) -> bool:
    """True if the instruction has a rounding mode."""
    return "rm" in FP_ROWS[name].encoding.split()


def operand_files(name: str) -> tuple[str, list[str]]:
    """Return the register file, x or f, of the destination and of each source, read off the row.

    The source of fli is a field, `constant`.
    """
    match = re.fullmatch(r"([fr])d = \w+\((.*)\)", FP_ROWS[name].semantics)
    assert match, name
    destination, sources = match.groups()
    files = {"fs": "f", "rs": "x"}
    return "xf"[destination == "f"], [files.get(source[:2], source) for source in sources.split(", ")]


class Evaluator:
    """Evaluates instructions on a hart.

    Args:
        hart: the `hart` fixture: `run1(text, **registers)` runs one instruction and returns the hart.
        mode: how the rounding mode is given: "static" in the instruction, while frm holds another one;
            "agreeing", in the instruction and frm; "dynamic", in frm alone.
    """

    def __init__(self, hart: Any, mode: str = "static") -> None:
        self._hart, self._mode = hart, mode

    def __call__(self, name: str, operands: list[int], rm: int = 0, fflags: int = 0) -> tuple[int, int]:
        """Return the destination register and fflags afterwards, for source registers x1/f1, x2/f2, x3/f3."""
        destination, files = operand_files(name)
        if files == ["constant"]:
            sources, registers = [FLI_CONSTANTS[operands[0]]], {}
        else:
            sources = [f"{file}{number}" for number, file in enumerate(files, 1)]
            registers = dict(zip(sources, operands, strict=True))
        text = f"{name} {destination}4, {', '.join(sources)}"
        if name == "fcvtmod.w.d":
            text += ", rtz"
        if rounds(name):
            text += f", {'dyn' if self._mode == 'dynamic' else ROUNDING_MODES[rm]}"
        frm = (rm + 1) % 5 if self._mode == "static" else rm
        after = self._hart.run1(text, fcsr=frm << 5 | fflags, **registers)
        return getattr(after, destination)[4], after.csr["fflags"]
