"""Memory as debuggers read and write it: by a hart's addresses or physical ones, changing nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rvemu.debug.explain import FETCH, LOAD, reach, region_name, regions, walk
from rvemu.debug.pagetable import PTE_V, page_bytes, scheme_of
from rvemu.errors import BusError
from rvemu.memory import ADDRESSES, PAGE_SIZE, page_parts
from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session


class Span(NamedTuple):
    """Bytes that are together in memory: where they are, and what they are part of."""

    va: int
    pa: int
    size: int


def physical_address(session: Session, va: int) -> int:
    """Return where a virtual address of the current hart is in physical memory.

    A page that the hart may only execute, or one of another mode, is found too.

    Raises:
        CommandError: it is not mapped; says why.
    """
    hart = session.hart
    pa = hart.translate(va)
    if pa is not None:
        return pa
    found = reach(session.machine, hart.id, va)
    if found.pa is None:
        raise CommandError(f"{va:#x}: {found.words or 'not mapped'}")
    if found.pmp is not None and not found.pmp.allowed:
        raise CommandError(f"{va:#x}: {found.words} (xp {found.pa:#x} reads it all the same)")
    return found.pa


def behind_unmapped(session: Session, va: int) -> int:
    """Return an address behind one that cannot be read, before which nothing else can be read."""
    found = walk(session.machine, session.hart.id, va, LOAD)
    if found.scheme == "Bare":
        ram = session.machine.ram
        if va < ram.base:
            return ram.base
        return va // PAGE_SIZE * PAGE_SIZE + PAGE_SIZE if ram.contains(va, 1) else ADDRESSES
    if not found.steps:
        scheme = scheme_of(session.hart.csr["satp"])
        assert scheme is not None
        half = 1 << scheme.bits - 1
        return ADDRESSES - half if va < ADDRESSES - half else va + PAGE_SIZE
    last = found.steps[-1]
    region = page_bytes(last.level)
    if last.pte & PTE_V:
        page, ram = va // PAGE_SIZE * PAGE_SIZE, session.machine.ram
        if found.pa is None or ram.contains(found.pa, 1):
            return page + PAGE_SIZE
        leaf_end = va // region * region + region
        return min(leaf_end, page + ram.base - found.pa // PAGE_SIZE * PAGE_SIZE) if found.pa < ram.base else leaf_end
    return (va // region + _invalid_entries(session, last.entry)) * region


def _invalid_entries(session: Session, entry: int) -> int:
    """Return how many entries of a page table are not valid, one after another from one on."""
    entries = session.machine.ram.read(entry, PAGE_SIZE - entry % PAGE_SIZE)[::8]
    return next((number for number, flags in enumerate(entries) if flags & PTE_V), len(entries))


def executable(session: Session, va: int) -> bool:
    """Whether a page table says that an address has code: the hart may fetch there, and nobody may write."""
    found = walk(session.machine, session.hart.id, va, FETCH)
    return not found.fault and bool(found.steps) and "w" not in found.steps[-1].flags


def spans(session: Session, address: int, size: int, physical: bool = False) -> Iterator[Span]:
    """Yield where a range is in physical memory, page by page, up to what is not mapped.

    Raises:
        CommandError: a page is not mapped; those before it have been yielded.
    """
    for at, part in page_parts(address, size):
        yield Span(at, at if physical else physical_address(session, at), part)


def read(session: Session, address: int, size: int, physical: bool = False, device: bool = False) -> bytes:
    """Return memory of RAM and ROM; of devices only where that is asked for, as a load of this size.

    Raises:
        CommandError: not all of it can be read; says why.
    """
    return b"".join(_read_at(session, span, device) for span in spans(session, address, size, physical))


def _read_at(session: Session, span: Span, device: bool) -> bytes:
    found = session.machine.read_physical(span.pa, span.size)
    if found is not None:
        return found
    where = region_name(session.machine, span.pa)
    at = f"{span.va:#x}" if span.va == span.pa else f"{span.va:#x} ({span.pa:#x})"
    if where is None or where in ("RAM", "ROM"):
        there = f"{span.size} bytes are more than {where} has" if where else "nothing answers there"
        raise CommandError(f"{at}: {there} (`map` lists what does)")
    if not device:
        raise CommandError(f"{at}: {where} is a device, where reading may do something (--device reads it)")
    try:
        return session.machine.bus.read(span.pa, span.size).to_bytes(span.size, "little")
    except BusError as error:
        raise CommandError(f"{at}: {error}") from error


def string(session: Session, address: int, limit: int, physical: bool = False) -> tuple[bytes, bool]:
    """Return the bytes up to a zero, and whether there was one within so many bytes and before unmapped memory.

    Raises:
        CommandError: not even the first byte can be read.
    """
    data = b""
    try:
        for span in spans(session, address, limit, physical):
            data += _read_at(session, span, False)
            if 0 in data:
                return data[: data.index(0)], True
    except CommandError:
        if not data:
            raise
    return data, False


def write(session: Session, address: int, data: bytes, physical: bool = False) -> None:
    """Write RAM, all of it or nothing.

    Raises:
        CommandError: an address is not mapped, or not to RAM.
    """
    found = list(spans(session, address, len(data), physical))
    for span in found:
        if not session.machine.ram.contains(span.pa, span.size):
            where = region_name(session.machine, span.pa) or "nothing"
            raise CommandError(f"{span.va:#x}: {where} is there, and only RAM can be written")
    at = 0
    for span in found:
        session.machine.write(span.pa, data[at : at + span.size])
        at += span.size


def region_place(session: Session, pa: int) -> str:
    """Return a physical address as region and offset, such as RAM+0x1000; "" where there is none."""
    for name, base, size in regions(session.machine):
        if base <= pa < base + size:
            return f"{name}+{pa - base:#x}"
    return ""
