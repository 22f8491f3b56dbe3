"""Why an address translates as it does, and what PMP says of it: the manual's steps, with words for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rvemu.board import ROM_BASE, ROM_SIZE
from rvemu.debug.pagetable import (
    PTE_A,
    PTE_BYTES,
    PTE_D,
    PTE_LEAF,
    PTE_N,
    PTE_PBMT,
    PTE_R,
    PTE_RESERVED,
    PTE_U,
    PTE_V,
    PTE_W,
    PTE_X,
    Scheme,
    entries,
    leaf_address,
    page_bytes,
    scheme_of,
)
from rvemu.harts import HartView
from rvemu.isa.csrfields import FIELDS
from rvemu.isa.modes import MODE_NAMES, M, S, U
from rvemu.machine import Machine

FETCH, LOAD, STORE = "fetch", "load", "store"
ACCESSES = (FETCH, LOAD, STORE)
PAGE_FAULT = {FETCH: "instruction page fault", LOAD: "load page fault", STORE: "store/AMO page fault"}
ACCESS_FAULT = {FETCH: "instruction access fault", LOAD: "load access fault", STORE: "store/AMO access fault"}
_NOT_IN_POINTERS = PTE_A | PTE_D | PTE_U | PTE_N | PTE_PBMT
_PMP_NEED = {FETCH: "x", LOAD: "r", STORE: "w"}
PMP_ENTRIES = 16
ALL = (1 << 64) - 1


def size_text(size: int) -> str:
    """Return a number of bytes in the largest unit that divides it, as 2 MiB."""
    unit = 0
    while size and size % 1024 == 0 and unit < 5:
        size, unit = size // 1024, unit + 1
    return f"{size} {('bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')[unit]}"


def csr_field(hart: HartView, csr: str, name: str) -> int:
    """Return a field of a CSR, 0 where the hart has no such CSR."""
    if csr not in hart.csr:
        return 0
    return next(field for field in FIELDS[csr] if field.name == name).of(hart.csr[csr])


@dataclass(frozen=True)
class PmpEntry:
    """An entry of PMP that matches something.

    Attributes:
        first, last: physical addresses.
        mode: "TOR", "NA4" or "NAPOT".
        rights: such as "rw-".
    """

    number: int
    first: int
    last: int
    mode: str
    rights: str
    locked: bool


def pmp_entries(hart: HartView) -> list[PmpEntry]:
    """Return the entries of a hart that match any address, in order of priority."""
    found, below = [], 0
    for number in range(PMP_ENTRIES):
        address = hart.csr[f"pmpaddr{number}"]
        cfg = hart.csr[f"pmpcfg{number // 8 * 2}"] >> 8 * (number % 8) & 0xFF
        match cfg >> 3 & 3:
            case 1:
                name, first, last = "TOR", below << 2, (address << 2) - 1
            case 2:
                name, first, last = "NA4", address << 2, (address << 2) + 3
            case 3:
                size = (address ^ (address + 1)) + 1 << 2
                name, first = "NAPOT", (address << 2) & ~(size - 1)
                last = first + size - 1
            case _:
                name, first, last = "OFF", 1, 0
        below = address
        if first <= last:
            rights = "".join(letter if cfg >> bit & 1 else "-" for bit, letter in enumerate("rwx"))
            found.append(PmpEntry(number, first, last, name, rights, bool(cfg & 0x80)))
    return found


@dataclass(frozen=True)
class PmpVerdict:
    """What PMP says of an access: whether it may be made, and why, in words."""

    allowed: bool
    words: str
    entry: PmpEntry | None = None


def pmp_verdict(hart: HartView, pa: int, size: int, access: str, priv: int) -> PmpVerdict:
    """Return the verdict on an access to physical memory in a mode.

    Source: privileged manual, "Physical Memory Protection" and "Smepmp".
    """
    security = hart.csr.get("mseccfg", 0)
    for entry in pmp_entries(hart):
        if entry.last < pa or entry.first > pa + size - 1:
            continue
        name = f"pmp{entry.number} ({entry.mode} {entry.first:#x}-{entry.last:#x} {entry.rights}" \
               f"{' locked' if entry.locked else ''})"  # fmt: skip
        if pa < entry.first or pa + size - 1 > entry.last:
            return PmpVerdict(False, f"{name} matches only part of the access", entry)
        rights, why = entry_rights(entry, priv, security)
        allowed = _PMP_NEED[access] in rights
        said = "allows" if allowed else "denies"
        return PmpVerdict(allowed, f"{name} {said} a {access} in {MODE_NAMES[priv]}-mode{why}", entry)
    if priv == M and not security & 2 and not (security & 1 and access == FETCH):
        return PmpVerdict(True, "no PMP entry matches, and M-mode needs none")
    mode = f"{MODE_NAMES[priv]}-mode"
    if priv == M:
        return PmpVerdict(False, f"{mode} {access} denied: no PMP entry matches, and mseccfg asks for one")
    count = len(pmp_entries(hart))
    return PmpVerdict(False, f"{mode} {access} denied: no PMP entry matches ({count or 'none'} of them set)")


_SHARED = {0b0010: ("rw", "r"), 0b0011: ("rw", "rw"), 0b1010: ("x", "x"), 0b1011: ("rx", "x")}
"""Smepmp's shared regions: L, X, W, R in that order, to the rights of M-mode and of S and U."""


def entry_rights(entry: PmpEntry, priv: int, security: int) -> tuple[str, str]:
    """Return the rights that an entry gives a mode, and words for where they are not those written in it."""
    plain = entry.rights.replace("-", "")
    if not security & 1:
        return ("rwx", ", whose rules bind S and U only") if priv == M and not entry.locked else (plain, "")
    bits = entry.locked << 3 | ("x" in plain) << 2 | ("w" in plain) << 1 | ("r" in plain)
    coded = entry.locked << 3 | ("w" in plain) << 1 | ("x" in plain)
    if "w" in plain and "r" not in plain:
        machine, others = _SHARED[coded]
        return (machine if priv == M else others), " (a region that mseccfg.MML shares)"
    if bits == 0b1111:
        return "r", " (read-only for all by mseccfg.MML)"
    return (plain if entry.locked == (priv == M) else ""), " (mseccfg.MML keeps M-mode's regions apart)"


@dataclass(frozen=True)
class Step:
    """One page-table entry of a walk."""

    level: int
    entry: int
    pte: int
    words: str

    @property
    def flags(self) -> str:
        """Its bits as letters, highest first, such as `da--xwrv`."""
        return "".join(name if self.pte >> 7 - at & 1 else "-" for at, name in enumerate("daguxwrv"))


@dataclass
class Walk:
    """How an address is translated.

    Attributes:
        priv: mode that the access is made in, after MPRV.
        scheme: "Sv39" and so on, or "Bare".
        pa: the physical address, None where it faults before there is one.
        fault: the exception, or "".
        words: the outcome in one line.
    """

    va: int
    access: str
    priv: int
    scheme: str
    steps: list[Step] = field(default_factory=list)
    pa: int | None = None
    pmp: PmpVerdict | None = None
    fault: str = ""
    words: str = ""


class _FaultError(Exception):
    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.words = kind, words


def effective_mode(hart: HartView, access: str) -> int:
    """Return the mode that the access is made in: MPRV lets loads and stores of M-mode be those of MPP."""
    if access != FETCH and hart.priv == M and csr_field(hart, "mstatus", "MPRV"):
        return csr_field(hart, "mstatus", "MPP")
    return hart.priv


def walk(machine: Machine, number: int, va: int, access: str = LOAD, priv: int | None = None) -> Walk:
    """Follow the translation of an address step by step, changing nothing.

    Args:
        number: the hart.
        access: "fetch", "load" or "store".
        priv: the mode; None: the present one, with MPRV.
    Source: privileged manual, "Virtual Address Translation Process".
    """
    hart = machine.harts[number]
    mode = effective_mode(hart, access) if priv is None else priv
    satp = hart.csr.get("satp", 0)
    scheme = None if mode == M else scheme_of(satp)
    result = Walk(va, access, mode, "Bare" if scheme is None else scheme.name)
    try:
        result.pa = va if scheme is None else _translate(machine, hart, result, satp, scheme)
        _check_pa(machine, hart, result)
    except _FaultError as fault:
        result.fault, result.words = fault.kind, f"{fault.kind}: {fault.words}"
    return result


def reach(machine: Machine, number: int, va: int) -> Walk:
    """Return how a debugger's access comes to an address: as a load, or else in whatever way the page tables have it.

    So a page that may only be executed, or that is another mode's, is reached too. Where nothing reaches it, the walk
    of the load says why.
    """
    modes = (None,) if machine.harts[number].priv == M else (None, S, U)
    tries = [(access, mode) for mode in modes for access in (LOAD, FETCH)]
    load = walk(machine, number, va, *tries[0])
    others = (walk(machine, number, va, *each) for each in tries[1:])
    return load if load.pa is not None else next((each for each in others if each.pa is not None), load)


def _translate(machine: Machine, hart: HartView, result: Walk, satp: int, scheme: Scheme) -> int:
    va, bits = result.va, scheme.bits
    if not scheme.canonical(va):
        raise _FaultError(PAGE_FAULT[result.access], f"bits 63 to {bits} are not all equal to bit {bits - 1}")
    for level, entry, pte in entries(scheme, satp, va, lambda entry: _read_entry(machine, hart, result, entry)):
        step = Step(level, entry, pte, "")
        leaf = bool(pte & PTE_LEAF)
        words = _wrong_with(hart, result, pte, level, leaf)
        kind = f"leaf, page of {size_text(page_bytes(level))}" if leaf else "pointer to the next table"
        result.steps.append(Step(level, entry, pte, words or kind))
        if words:
            raise _FaultError(PAGE_FAULT[result.access], f"level {level}: {words}")
        if leaf:
            _check_update(hart, result, step)
            return leaf_address(pte, level, va)
    raise _FaultError(PAGE_FAULT[result.access], "the last table has a pointer in place of a leaf")


def _read_entry(machine: Machine, hart: HartView, result: Walk, entry: int) -> int:
    if not machine.ram.contains(entry, PTE_BYTES):
        raise _FaultError(ACCESS_FAULT[result.access], f"the page-table entry at {entry:#x} is not in RAM")
    verdict = pmp_verdict(hart, entry, PTE_BYTES, LOAD, S)
    if not verdict.allowed:
        raise _FaultError(ACCESS_FAULT[result.access], f"the page-table entry at {entry:#x}: {verdict.words}")
    return int.from_bytes(machine.ram.read(entry, PTE_BYTES), "little")


def _wrong_with(hart: HartView, result: Walk, pte: int, level: int, leaf: bool) -> str:
    """Return what makes the entry fault, or ""."""
    if not pte & PTE_V:
        return "not valid (V is 0)"
    if pte & PTE_W and not pte & PTE_R:
        return "reserved: writable, not readable"
    if pte & PTE_RESERVED:
        return "reserved bits 60 to 54 are set"
    if not leaf:
        return "a pointer with A, D, U, N or PBMT set is reserved" if pte & _NOT_IN_POINTERS else ""
    if pte & PTE_PBMT and (not csr_field(hart, "menvcfg", "PBMTE") or pte & PTE_PBMT == PTE_PBMT):
        return "PBMT is reserved or not enabled in menvcfg"
    if pte & PTE_N and (level or pte >> 10 & 15 != 8):
        return "N with this PPN or level is reserved"
    if pte >> 10 & (1 << 9 * level) - 1:
        return "a superpage that is not aligned to its size"
    return _not_permitted(hart, result, pte)


def _not_permitted(hart: HartView, result: Walk, pte: int) -> str:
    if pte & PTE_U and result.priv == S:
        if result.access == FETCH:
            return "a user page (U is 1), from which S-mode never fetches"
        if not csr_field(hart, "mstatus", "SUM"):
            return "a user page (U is 1), and SUM is 0"
    if not pte & PTE_U and result.priv == U:
        return "no user page (U is 0)"
    if result.access == FETCH and not pte & PTE_X:
        return "not executable (X is 0)"
    if result.access == STORE and not pte & PTE_W:
        return "not writable (W is 0)"
    if result.access == LOAD and not pte & PTE_R and not (csr_field(hart, "mstatus", "MXR") and pte & PTE_X):
        return "not readable (R is 0)"
    return ""


def _check_update(hart: HartView, result: Walk, step: Step) -> None:
    """A and D must be set, by hardware where menvcfg.ADUE lets it."""
    need = PTE_A | PTE_D if result.access == STORE else PTE_A
    missing = [name for name, bit in (("A", PTE_A), ("D", PTE_D)) if need & bit and not step.pte & bit]
    if not missing:
        return
    if not csr_field(hart, "menvcfg", "ADUE"):
        words = f"{' and '.join(missing)} is 0, and menvcfg.ADUE leaves it to software"
        raise _FaultError(PAGE_FAULT[result.access], words)
    verdict = pmp_verdict(hart, step.entry, PTE_BYTES, STORE, S)
    if not verdict.allowed:
        raise _FaultError(ACCESS_FAULT[result.access], f"to set {' and '.join(missing)}: {verdict.words}")


def _check_pa(machine: Machine, hart: HartView, result: Walk) -> None:
    assert result.pa is not None
    result.pmp = pmp_verdict(hart, result.pa, 1, result.access, result.priv)
    if not result.pmp.allowed:
        raise _FaultError(ACCESS_FAULT[result.access], result.pmp.words)
    where = region_name(machine, result.pa)
    if where is None or (result.access == FETCH and where not in ("RAM", "ROM")):
        raise _FaultError(ACCESS_FAULT[result.access], f"nothing answers at {result.pa:#x}" if where is None
                     else f"{where} at {result.pa:#x} cannot be executed")  # fmt: skip
    result.words = f"{result.va:#x} is {result.pa:#x} ({where}); {result.pmp.words}"


def regions(machine: Machine) -> Iterator[tuple[str, int, int]]:
    """Yield (name, base, size) of everything that answers at physical addresses, by address."""
    found = [("ROM", ROM_BASE, ROM_SIZE), ("RAM", machine.ram.base, machine.config.memory)]
    found += [(name, base, device.size) for name, base, device in machine.bus.devices()]
    yield from sorted(found, key=lambda region: region[1])


def region_name(machine: Machine, pa: int) -> str | None:
    """Return what answers at a physical address."""
    return next((name for name, base, size in regions(machine) if base <= pa < base + size), None)
