"""A plain model of address translation, read off the manual's "Virtual Address Translation Process"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

U, S, M = 0, 1, 3
V, R, W, X, PTE_U, G, A, D = (1 << bit for bit in range(8))
N, PBMT_SHIFT, RESERVED = 1 << 63, 61, 0x7F << 54
LEVELS = {8: 3, 9: 4, 10: 5}
"""Page-table levels by satp.MODE: Sv39, Sv48, Sv57."""

PBMT_IO = 2
FETCH, LOAD, STORE, SHADOW_LOAD, SHADOW_STORE = "fetch", "load", "store", "shadow load", "shadow store"
SHADOW = (SHADOW_LOAD, SHADOW_STORE)
PAGE_FAULT = {FETCH: 12, LOAD: 13, STORE: 15, SHADOW_LOAD: 15, SHADOW_STORE: 15}
ACCESS_FAULT = {FETCH: 1, LOAD: 5, STORE: 7, SHADOW_LOAD: 7, SHADOW_STORE: 7}


@dataclass(frozen=True)
class Control:
    """What governs a translation besides satp."""

    priv: int
    sum: bool = False
    mxr: bool = False
    adue: bool = True
    pbmte: bool = False
    sse: bool = False


@dataclass
class TranslationError(Exception):
    """The translation ends in this exception."""

    cause: int


@dataclass(frozen=True)
class Translation:
    """Where an access goes, and what the walk writes: address of the leaf entry and its new value."""

    pa: int
    entry: int
    pte: int


def translate(read: Callable[[int], int | None], satp: int, va: int, access: str, control: Control) -> Translation:
    """Return the translation of `va`; `read` returns a 64-bit word of memory, or None where there is none.

    Raises:
        TranslationError: page fault or access fault.
    """
    levels = LEVELS[satp >> 60]
    bits = 12 + 9 * levels
    if va >> (bits - 1) not in (0, (1 << 65 - bits) - 1):
        raise TranslationError(PAGE_FAULT[access])
    a = (satp & (1 << 44) - 1) << 12
    for i in reversed(range(levels)):
        entry = a + (va >> (12 + 9 * i) & 0x1FF) * 8
        pte = read(entry)
        if pte is None:
            raise TranslationError(ACCESS_FAULT[access])
        reserved = pte & W and not pte & R and (pte & X or not control.sse)
        if not pte & V or reserved or pte & RESERVED:
            raise TranslationError(PAGE_FAULT[access])
        if pte & (R | W | X):
            break
        if pte & (D | A | PTE_U) or pte >> PBMT_SHIFT:
            raise TranslationError(PAGE_FAULT[access])
        a = (pte >> 10 & (1 << 44) - 1) << 12
    else:
        raise TranslationError(PAGE_FAULT[access])
    ppn = pte >> 10 & (1 << 44) - 1
    _check_leaf(pte, ppn, i, access, control)
    _check_permission(pte, access, control)
    needed = A | D if access in (STORE, SHADOW_STORE) else A
    if pte & needed != needed and not control.adue:
        raise TranslationError(PAGE_FAULT[access])
    if access in SHADOW and pte >> PBMT_SHIFT & 3 == PBMT_IO:       # shadow stacks lie in idempotent memory
        raise TranslationError(ACCESS_FAULT[access])
    size = 1 << 12 + 9 * i
    if pte & N:
        size, ppn = 1 << 16, ppn & ~0xF
    return Translation(ppn << 12 | va & size - 1, entry, pte | needed)


def _check_leaf(pte: int, ppn: int, i: int, access: str, control: Control) -> None:
    pbmt = pte >> PBMT_SHIFT & 3
    if pbmt and (not control.pbmte or pbmt == 3):
        raise TranslationError(PAGE_FAULT[access])
    if pte & N and (i != 0 or ppn & 0xF != 0b1000):
        raise TranslationError(PAGE_FAULT[access])
    if ppn & (1 << 9 * i) - 1:
        raise TranslationError(PAGE_FAULT[access])


def _check_permission(pte: int, access: str, control: Control) -> None:
    if control.priv == U and not pte & PTE_U:
        raise TranslationError(PAGE_FAULT[access])
    if control.priv == S and pte & PTE_U and (access == FETCH or not control.sum):
        raise TranslationError(PAGE_FAULT[access])
    rights = pte & (R | W | X)
    if rights == W and access in (FETCH, STORE):
        raise TranslationError(ACCESS_FAULT[access])
    if access in SHADOW and rights not in (R, W):
        raise TranslationError(ACCESS_FAULT[access])
    allowed = {
        FETCH: pte & X,
        LOAD: pte & R or (control.mxr and pte & X) or rights == W,
        STORE: pte & W,
        SHADOW_LOAD: pte & W,
        SHADOW_STORE: pte & W,
    }[access]
    if not allowed:
        raise TranslationError(PAGE_FAULT[access])
