"""CSRs in words: their fields, and what values mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rvemu.debug.pagetable import root_table
from rvemu.isa.csrfields import FIELDS, Field
from rvemu.isa.csrs import CSRS
from rvemu.monitor.answers import Fragments
from rvemu.monitor.session import Session
from rvemu.monitor.telling import numbered_cause

CSR_TABLE = {csr.name: csr for csr in CSRS}
_MANY = 3
"""So many CSRs that are zero become one line."""


def value_fragments(name: str, value: int, changed: bool, name_width: int = 0) -> Fragments:
    """Return a CSR and its value in hexadecimal, marked if it has changed."""
    style = "class:changed" if changed else "class:number" if value else "class:zero"
    return [("class:register", f"{name:{name_width}} "), (style, f"{value:#018x}")]


def meaning(session: Session, name: str, value: int) -> str:
    """Return what a CSR's value means as a whole: a cause, an address with a symbol; else ""."""
    match name:
        case "mcause" | "scause":
            return numbered_cause(value)
        case "misa":
            return "".join(chr(ord("A") + bit) for bit in range(26) if value >> bit & 1)
        case "mepc" | "sepc":
            return session.describe(value) if value else ""
        case "mtvec" | "stvec":
            return f"handler {value & ~3:#x} {session.describe(value & ~3)}".rstrip() if value else ""
        case "mtval" | "stval" | "ssp":
            return session.describe(value) if value else ""
        case "satp" if value >> 60:
            return f"root page table at {root_table(value):#x}"
        case _:
            return ""


def field_text(field: Field, value: int) -> str:
    """Return a field and its value, by name where that has one."""
    number = field.of(value)
    named = None if field.values is None else field.values.get(number)
    return f"{field.name}={named if named is not None else number if number < 10 else hex(number)}"


def field_words(name: str, value: int) -> Iterator[tuple[str, str]]:
    """Yield style and text of each field that is not zero, or whose zero has a name."""
    for field in FIELDS.get(name, ()):
        number = field.of(value)
        if number or (field.values is not None and 0 in field.values and not name.startswith("pmpcfg")):
            yield "class:number" if number else "class:zero", field_text(field, value)


def runs(names: Sequence[str], plain: Callable[[str], bool]) -> Iterator[list[str]]:
    """Yield names one by one, but those that are plain and differ by their number only together, if they are many."""
    for _, group in groupby(names, key=lambda name: (name.rstrip("0123456789"), plain(name))):
        members = list(group)
        if len(members) >= _MANY and plain(members[0]):
            yield members
        else:
            yield from ([name] for name in members)
