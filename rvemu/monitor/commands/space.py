"""Commands about the address space: how addresses translate, what PMP allows, and why nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

from rvemu.debug.explain import (
    ACCESSES,
    LOAD,
    PmpEntry,
    Walk,
    entry_rights,
    pmp_entries,
    pmp_verdict,
    regions,
    size_text,
    walk,
)
from rvemu.debug.linuxareas import AREAS, LINUX_SYMBOL, area
from rvemu.debug.pagetable import asid, root_table
from rvemu.debug.space import Range, Space, address_space
from rvemu.debug.unwind import backtrace
from rvemu.debug.why import WATCHED_CYCLES, explain_trap, recent_traps, why
from rvemu.errors import RvemuError
from rvemu.harts import HartView
from rvemu.isa.modes import MODE_NAMES, MODE_NUMBERS, M, S
from rvemu.monitor.answers import Answer, Table
from rvemu.monitor.commands.trace import end_profile
from rvemu.monitor.harts import checked_hart
from rvemu.monitor.registry import Address, CommandError, Count, Word, choice, command
from rvemu.monitor.session import Session
from rvemu.monitor.structures import teller
from rvemu.monitor.words import Lines, Together, WordTable, describer

_RIGHTS = "rwxug"
_SHOWN_OUTPUT = 200
_SMEPMP = (
    ("RLB", "locked entries may be changed"),
    ("MMWP", "M-mode needs an entry that matches, too"),
    ("MML", "an entry is M-mode's, or S and U's, or shared; M-mode executes locked entries only"),
)

Access = Annotated[str, choice(*ACCESSES)]
Mode = Annotated[str, choice(*MODE_NUMBERS)]


@command("walk", group="address space", aliases=("translate", "gva2gpa"),
         examples=("walk sp", "walk 0x80000000 fetch S", "walk stvec fetch"))
def walk_(session: Session, address: Address, access: Access = LOAD, mode: Mode | None = None) -> Answer:
    """Show how an address translates: every page-table entry, the PMP's verdict, and the outcome in words.

    Without a mode it is that of the hart now, as MPRV has it. Nothing changes: no A or D bit is set.
    """
    found = walk(session.machine, session.hart_number, address, access, None if mode is None else MODE_NUMBERS[mode])
    satp = session.hart.csr.get("satp", 0)
    root = f", root table at {root_table(satp):#x}, ASID {asid(satp)}" if found.steps else ""
    asked = f"{access} at {describer(session)(address, session.hart_number)} in {MODE_NAMES[found.priv]}-mode"
    head = ("class:heading", f"{asked}: {found.scheme}{root}")
    outcome = ("class:error" if found.fault else "class:good", found.words)
    data = _walk_data(found)
    if not found.steps:
        return Lines([head, outcome], data)
    rows = [(step.level, f"{step.entry:#x}", f"{step.pte:#018x}", step.flags, step.words) for step in found.steps]
    table = WordTable(("level", "entry", "PTE", "flags", "what"), rows,
                      styles={"entry": "class:address", "PTE": "class:number"})
    return Together([Lines([head]), table, Lines([outcome])], data)


def _walk_data(found: Walk) -> dict[str, Any]:
    steps = [
        {"level": step.level, "entry": step.entry, "pte": step.pte, "flags": step.flags, "words": step.words}
        for step in found.steps
    ]
    return {
        "va": found.va, "access": found.access, "mode": MODE_NAMES[found.priv], "scheme": found.scheme, "steps": steps,
        "pa": found.pa, "fault": found.fault, "pmp": None if found.pmp is None else found.pmp.words,
        "words": found.words,
    }  # fmt: skip


@command("vmmap", group="address space", aliases=("mappings",),
         examples=("vmmap", "vmmap U", "vmmap sp", "vmmap rwx", "vmmap uart", "vmmap exact S"))
def vmmap(session: Session, *words: Word) -> Answer:
    """Show what is mapped: neighbouring pages with equal rights in one line, named by symbol or device.

    `vmmap U` shows user pages, `vmmap S` the others. A word further is an address whose range is wanted, or rights
    such as `wx` that a range must have, or a part of its name. `vmmap exact` begins a new line wherever the physical
    pages do not follow each other.
    """
    asked = list(words)
    exact = "exact" in asked
    who = next((word for word in asked if word in ("U", "S")), None)
    rest = [word for word in asked if word not in ("exact", who)]
    if len(rest) > 1:
        raise CommandError(f"vmmap: {' '.join(rest)}: one filter at a time (U, S, exact and a filter)")
    space = address_space(session.machine, session.hart_number, exact=exact)
    named = [(each, _name(session, space.scheme, each)) for each in space.ranges if who in (None, _owner(each))]
    if rest:
        named = _filtered(session, named, rest[0])
    rows = [_row(group) for group in ([[each] for each in named] if exact else _alike(named))]
    note = f"{_scheme_words(space)}; {len(named)} of {len(space.ranges)} ranges"
    if not space.complete:
        note += "; too many page tables: the rest is left out"
    return WordTable(("addresses", "size", "rights", "physical", "what"), rows, frozenset({"size"}),
                     {"addresses": "class:address"}, note, "nothing is mapped", least=16)


_Named = tuple[Range, str]
_UNNAMED = ("RAM", "user", *(name for _, name in AREAS["Sv39"]))
_FEW = 4
"""So many equal ranges at equal distances become one line."""


def _alike(named: list[_Named]) -> Iterator[list[_Named]]:
    """Yield the ranges, those of equal size, rights and distance, such as kernel stacks, together."""
    at = 0
    while at < len(named):
        end = at + 1
        while end < len(named) and _continues(named[at:end], named[end]):
            end += 1
        if end - at < _FEW:
            end = at + 1
        yield named[at:end]
        at = end


def _continues(group: list[_Named], following: _Named) -> bool:
    (first, name), (last, _), (each, other) = group[0], group[-1], following
    if (first.size, first.rights, name) != (each.size, each.rights, other) or name not in _UNNAMED:
        return False
    return len(group) == 1 or each.first - last.first == group[1][0].first - first.first


def _owner(each: Range) -> str:
    return "U" if "u" in each.rights else "S"


def _scheme_words(space: Space) -> str:
    if space.scheme == "Bare":
        return "Bare: addresses are physical"
    return f"{space.scheme}, root table at {space.root:#x}, ASID {space.asid}"


def _row(group: list[_Named]) -> tuple[str, ...]:
    (first, name), (last, _) = group[0], group[-1]
    times = f"{len(group)} x " if len(group) > 1 else ""
    physical = f"{first.pa:x}" if first.contiguous and not times else "scattered"
    if times:
        name += f", every {_short(group[1][0].first - first.first)}"
    return (f"{first.first:x}-{last.last:x}", times + _short(first.size), first.rights, physical, name)


def _short(size: int) -> str:
    """Return a size as 4K, 2M, 1G, or where it is odd about so."""
    number, unit = size_text(size).split()
    if len(number) > 5:
        power = min((size.bit_length() - 1) // 10, 5)
        return f"{size / 1024**power:.1f}{'BKMGTP'[power]}"
    return number + ("" if unit == "bytes" else unit[0])


def _filtered(session: Session, named: list[tuple[Range, str]], text: str) -> list[tuple[Range, str]]:
    if set(text) <= set(_RIGHTS):
        return [(each, name) for each, name in named if set(text) <= set(each.rights)]
    parts = [(each, name) for each, name in named if text in name]
    if parts:
        return parts
    try:
        address = session.evaluate(text)
    except RvemuError:
        return []
    return [(each, name) for each, name in named if each.first <= address <= each.last]


def _name(session: Session, scheme: str, each: Range) -> str:
    """Return what a range is: a device, the symbol that it begins with, or an area of Linux, and who is in it."""
    words = [each.region]
    if each.region == "RAM":
        words = [_symbol(session, each) or _area(session, scheme, each) or "RAM"]
    words += _harts_in(session, each)
    return ", ".join(words)


def _symbol(session: Session, each: Range) -> str:
    """Return what the symbols call a range, "" where they know nothing of it."""
    symbols, hart = session.symbols, session.hart_number
    found = symbols.at(each.first, hart) or symbols.at(each.last, hart)
    if found is None:
        return ""
    kind = "text" if "x" in each.rights else "data" if "w" in each.rights else "rodata"
    again = "" if each.first <= found.va <= each.last else ", mapped again"
    return f"{kind} {found.name}{again}"


def _area(session: Session, scheme: str, each: Range) -> str:
    """Return what Linux uses an address for, "" where the symbols are not those of Linux."""
    if session.symbols.find(LINUX_SYMBOL, session.hart_number) is None:
        return ""
    return "user" if "u" in each.rights else area(scheme, each.first)


def _harts_in(session: Session, each: Range) -> Iterator[str]:
    """Yield which harts with the same page tables have their pc or stack here."""
    satp = session.hart.csr.get("satp", 0)
    harts = [hart for hart in session.machine.harts if hart.csr.get("satp", 0) == satp]
    harts = [hart for hart in harts if each.rights == "" or hart.priv != M]
    for word, places in (("pc", [hart.pc for hart in harts]), ("sp", [hart.x[2] for hart in harts])):
        there = [str(hart.id) for hart, at in zip(harts, places, strict=True) if each.first <= at <= each.last]
        if there:
            yield word if len(session.machine.harts) == 1 else f"{word} {' '.join(there)}"


@command("pmp", group="address space", examples=("pmp",))
def pmp(session: Session) -> Answer:
    """Show the entries of PMP in order of priority, what they mean for each mode, and memory that none covers."""
    hart = session.hart
    entries = pmp_entries(hart)
    security = hart.csr.get("mseccfg", 0)
    rows = [_pmp_row(entry, security) for entry in entries]
    table = Table(("entry", "first", "last", "size", "mode", "rights", "locked", "S/U may", "M may"), rows,
                  frozenset({"size"}), {"first": "class:address", "last": "class:address"}, empty="no entry is set")
    lines = [("class:note", f"mseccfg.{name}: {words}") for bit, (name, words) in enumerate(reversed(_SMEPMP))
             if security >> bit & 1]  # fmt: skip
    lines += [("class:note", words) for words in _uncovered(session, hart, entries)]
    data = {"entries": table.json(), "notes": [text for _, text in lines]}
    return Together([table, Lines(lines)], data)


def _pmp_row(entry: PmpEntry, security: int) -> tuple[Any, ...]:
    others, machine = (entry_rights(entry, priv, security)[0] for priv in (S, M))
    size = entry.last - entry.first + 1
    return (entry.number, f"{entry.first:x}", f"{entry.last:x}", _short(size), entry.mode, entry.rights,
            "yes" if entry.locked else "no", others or "nothing", machine or "nothing")  # fmt: skip


def _uncovered(session: Session, hart: HartView, entries: list[PmpEntry]) -> Iterator[str]:
    """Say for each region what no entry covers."""
    for name, base, size in regions(session.machine):
        for first, last in _left(base, base + size - 1, entries):
            verdicts = {mode: pmp_verdict(hart, first, 1, LOAD, MODE_NUMBERS[mode]).allowed for mode in "SM"}
            words = "S and U may not access it, M may" if verdicts["M"] else "no mode may access it"
            yield f"no entry matches {name} {first:#x}-{last:#x}: {words}"


def _left(first: int, last: int, entries: list[PmpEntry]) -> list[tuple[int, int]]:
    """Return the parts of a range outside all entries."""
    parts = [(first, last)]
    for entry in entries:
        cut = []
        for low, high in parts:
            if entry.last < low or entry.first > high:
                cut.append((low, high))
                continue
            if low < entry.first:
                cut.append((low, entry.first - 1))
            if high > entry.last:
                cut.append((entry.last + 1, high))
        parts = cut
    return parts


@command("tlb", group="address space", examples=("tlb",))
def tlb(session: Session) -> Answer:
    """Say what the TLB holds as far as the guest can tell, which is nothing, with the engine's counters."""
    counters = session.machine.counters
    lines = [
        ("", "Translation is as if there were no TLB: page tables in use are watched, so a store to an entry counts "
             "from the next access on, with or without sfence.vma."),
        ("", "A guest that forgets an sfence.vma works here and may fail on hardware."),
        ("class:note", f"the engine's own TLBs were flushed {counters['tlb_flushes']} times, which no guest can tell"),
    ]  # fmt: skip
    return Lines(lines, {"tlb": None, "tlb_flushes": counters["tlb_flushes"]})


@command("why", group="address space", examples=("why", "why 1000000"))
def why_(session: Session, cycles: Count = WATCHED_CYCLES) -> Answer:
    """Let the machine run on for some cycles, and say what keeps each hart from progress.

    It names WFI with nothing enabled, loops of traps with their cause, fetches that PMP denies, locks, polled devices,
    interrupts that nobody acknowledges, and timers that are never set. Breakpoints end the watch.
    """
    if cycles < 1:
        raise CommandError(f"why: {cycles} cycles are too few (1 or more)")
    end_profile(session, "why")
    session.remember()
    machine, wrote = session.machine, bytearray()
    began, console, session.last_stop = machine.cycle, machine.console, None
    previous, console.on_output = console.on_output, wrote.extend
    try:
        lines = why(machine, describer(session), cycles, teller(session))
    finally:
        console.on_output = previous
    lines += _panics(session)
    shown = [("", line) for line in lines]
    if wrote:
        shown.append(("class:note", f"the guest wrote meanwhile: {bytes(wrote[-_SHOWN_OUTPUT:])!r}"))
    here = f"hart {session.hart_number} is at {describer(session)(session.hart.pc, session.hart_number)}"
    shown.append(("class:note", f"watched for {machine.cycle - began} cycles; {here} now"))
    return Lines(shown, lines)


def _panics(session: Session) -> Iterator[str]:
    """Yield which harts are inside a kernel's panic, and who called it."""
    for hart in session.machine.harts:
        frames = [frame.location for frame in backtrace(session.machine, session.symbols, hart.id)]
        for inner, outer in pairwise(frames):
            if inner is not None and outer is not None and inner.name == "panic" != outer.name:
                yield f"hart {hart.id}: inside panic, called by {outer} (`bt`)"


@command("traps", group="address space", examples=("traps", "traps 0"))
def traps(session: Session, hart: Count | None = None) -> Answer:
    """Show the latest traps of a hart, the last one last, each in words."""
    number = session.hart_number if hart is None else checked_hart(session, hart)
    found = recent_traps(session.machine, number)
    rows = [(trap.cycle, trap.times, f"{MODE_NAMES[trap.from_priv]}->{MODE_NAMES[trap.to_priv]}",
             explain_trap(session.machine, number, trap, describer(session))) for trap in found]  # fmt: skip
    return WordTable(("cycle", "times", "mode", "trap"), rows, frozenset({"cycle", "times"}),
                     empty=f"hart {number} has taken no trap")
