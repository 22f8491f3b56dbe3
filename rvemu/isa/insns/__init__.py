"""The instruction table: every `rv_*.py` of this folder holds the rows of one extension.

A new extension is a new file; there is no list to edit.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from rvemu.isa.insns.row import Insn

__all__ = ["INSNS", "Insn"]


def _collect() -> tuple[Insn, ...]:
    names = sorted(module.name for module in iter_modules(__path__) if module.name.startswith("rv_"))
    rows: list[Insn] = []
    for name in names:
        rows.extend(import_module(f"{__name__}.{name}").INSNS)
    return tuple(rows)


INSNS: tuple[Insn, ...] = _collect()
