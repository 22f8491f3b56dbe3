"""`NAME = VALUE`: registers, CSRs, variables and memory."""

from __future__ import annotations

import re

from rvemu.debug.expressions import MEMORY_TYPES
from rvemu.isa.csrs import CSRS
from rvemu.isa.regs import F_NUMBERS, X_NUMBERS
from rvemu.monitor.answers import Text
from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session

_ASSIGNMENT = re.compile(r"\s*([^=]+?)\s*=\s*(.+)")
_MEMORY = re.compile(r"\*\s*(?:\(\s*(\w+)\s*\*\s*\))?\s*(.+)")
_CSRS = {csr.name for csr in CSRS}


def assign(session: Session, text: str) -> Text:
    """Carry out an assignment.

    Raises:
        CommandError: it is none, or its left side cannot be written.
    """
    found = _ASSIGNMENT.fullmatch(text)
    if found is None:
        raise CommandError(f"set: {text.split()[0]} is no setting (`set` lists them; set $a0 = 5 sets a register)")
    target, value = found[1].removeprefix("$"), session.evaluate(found[2])
    if target.startswith("*"):
        _write_memory(session, target, value)
    else:
        _write_name(session, target, value)
    return Text.of(f"{target} = {value:#x}", data=value)


def _write_name(session: Session, name: str, value: int) -> None:
    hart = session.hart
    if name in X_NUMBERS:
        hart.x[X_NUMBERS[name]] = value
    elif name in F_NUMBERS:
        hart.f[F_NUMBERS[name]] = value
    elif name == "pc":
        hart.pc = value
    elif name == "priv":
        if value not in (0, 1, 3):
            raise CommandError(f"priv: {value} is no mode (0 U, 1 S, 3 M)")
        hart.priv = value
    elif name in _CSRS and name in hart.csr:
        hart.csr[name] = value
    elif re.fullmatch(r"[A-Za-z_]\w*", name) and session.symbols.find(name, hart.id) is None:
        session.variables[name] = value
    else:
        raise CommandError(f"set: {name} cannot be set (a register, a CSR, a new name, or *(u32*)ADDRESS)")


def _write_memory(session: Session, target: str, value: int) -> None:
    found = _MEMORY.fullmatch(target)
    if found is None or (found[1] or "u64") not in MEMORY_TYPES:
        raise CommandError(f"set: {target} is no memory (*(u32*)ADDRESS)")
    size = MEMORY_TYPES[found[1] or "u64"][0]
    va = session.evaluate(found[2])
    for offset, byte in enumerate((value & (1 << 8 * size) - 1).to_bytes(size, "little")):
        pa = session.hart.translate(va + offset)
        if pa is None or not session.machine.ram.contains(pa, 1):
            raise CommandError(f"{va + offset:#x}: no RAM is mapped there")
        session.machine.write(pa, bytes([byte]))
