"""Address spaces for cases: page tables with entries of all sorts, and PMP entries across a block."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from differential import layout as at

V, R, W, X, U, G, A, D = (1 << bit for bit in range(8))
_NAPOT, _NAPOT_64K = 1 << 63, 8 << 10
_ABOVE_DEVICES = 1 << 37
"""Set in virtual addresses: without translation they must be nothing, and QEMU's PCIe has a window at 16 GiB."""
_PAGE = 0x1000
_ENTRIES = 512


@dataclass
class Space:
    """Page tables within a block, being made.

    Attributes:
        base: the block.
        levels: 3, 4 or 5.
        region: virtual address of the 2 MiB in which everything is mapped.
        leaves: physical address of the table that maps it.
    """

    base: int
    levels: int
    region: int
    memory: bytearray = field(default_factory=lambda: bytearray(at.TABLES_SIZE))
    pages: int = 1

    def __post_init__(self) -> None:
        self.middle = self._way_to(1)
        self.leaves = self._way_to(0)

    @property
    def root(self) -> int:
        """Physical address of the first table."""
        return self.base + at.TABLES

    def satp(self, asid: int) -> int:
        """Return the satp that selects it."""
        return self.levels + 5 << 60 | asid << 44 | self.root >> 12

    def write(self, entry: int, pte: int) -> None:
        """Write the entry at a physical address."""
        place = entry - self.root
        self.memory[place : place + 8] = (pte & at.ALL).to_bytes(8, "little")

    def _way_to(self, level: int) -> int:
        table = self.root
        for depth in range(self.levels - 1, level, -1):
            entry = table + index(self.region, depth) * 8
            pte = int.from_bytes(self.memory[entry - self.root :][:8], "little")
            if not pte:
                pte = leaf(self.root + self.pages * _PAGE, V)
                self.pages += 1
                self.write(entry, pte)
            table = pte >> 10 << 12
        return table

    def handler(self, slot: int) -> int:
        """Map the S-mode handler by a superpage of the root table; return its virtual address."""
        depth = self.levels - 1
        size = 1 << 12 + 9 * depth
        self.write(self.root + slot * 8, leaf(at.S_HANDLER // size * size, V | X | A))
        return canonical((slot << 12 + 9 * depth) + at.S_HANDLER % size, self.levels)


def leaf(pa: int, flags: int) -> int:
    """Return an entry."""
    return pa >> 12 << 10 | flags


def index(va: int, depth: int) -> int:
    """Return which entry of a table serves an address."""
    return va >> 12 + 9 * depth & _ENTRIES - 1


def canonical(va: int, levels: int) -> int:
    """Return an address with the bits above those translated equal to the highest of these."""
    bits = 12 + 9 * levels
    va &= (1 << bits) - 1
    return (va ^ 1 << bits - 1) - (1 << bits - 1) & at.ALL


@dataclass(frozen=True)
class Mapped:
    """What a program needs to know of its address space."""

    satp: int
    tables: bytes
    stvec: int
    code: int
    data: int
    alias: int
    entries: int


_CODE, _DATA, _TABLE, _ALIAS = 0, 3, 8, 10
"""Pages from a random one of the 2 MiB on: the code, the data, the table that maps them, the data once more."""


def mapped(random: Random, base: int, user: bool, code_is_mapped: bool) -> Mapped:
    """Return random page tables for a program in U-mode, or in S-mode."""
    levels = random.choice((3, 3, 4, 5))
    region = canonical(random.getrandbits(57) >> 21 << 21 | _ABOVE_DEVICES, levels)
    space = Space(base, levels, region)
    first = random.randrange(_ENTRIES - 64)
    own = U if user else 0
    for page in range(2):
        pte = leaf(base + at.CODE + page * _PAGE, V | R | X | A | D | own | random.choice((0, 0, W)))
        if page == 1 and random.random() < 0.2:
            pte = _varied(random, pte)
        space.write(space.leaves + (first + _CODE + page) * 8, pte)
    for page in range(3):
        pte = leaf(base + at.DATA + page * _PAGE, V | R | W | A | D | own)
        space.write(space.leaves + (first + _DATA + page) * 8, pte if page == 1 else _varied(random, pte))
        space.write(space.leaves + (first + _ALIAS + page) * 8, _varied(random, pte))
    space.write(space.leaves + (first + _TABLE) * 8, leaf(space.leaves, V | R | W | A | D))
    slot = random.choice([slot for slot in range(_ENTRIES) if slot != index(region, levels - 1)])
    page_va = region + first * _PAGE
    return Mapped(
        satp=space.satp(random.choice((0, 0, 1, random.getrandbits(16)))),
        stvec=space.handler(slot) if code_is_mapped else at.S_HANDLER,
        code=page_va + _CODE * _PAGE if code_is_mapped else base + at.CODE,
        data=page_va + _DATA * _PAGE,
        alias=_other_ways(random, space, own, page_va),
        entries=page_va + _TABLE * _PAGE + (first + _DATA) * 8,
        tables=bytes(space.memory),
    )  # fmt: skip


def _varied(random: Random, pte: int) -> int:
    """Return an entry with something changed, or not."""
    change = random.randrange(16)
    if change < 5:
        return pte
    if change < 12:
        return pte ^ 1 << random.randrange(8)
    if change < 14:
        return pte ^ random.choice((A | D, W | D, R | W, U | W, R | W | X, R | W | A | D, 0x100, 0x200, 0x300))
    return pte | 1 << random.choice((61, 62))       # with Svnapot, QEMU 7.2 ignores the reserved bits 60:54


def _other_ways(random: Random, space: Space, own: int, page_va: int) -> int:
    """Map the data once more, by a larger page or not at all; return an address near it."""
    way = random.randrange(5)
    flags = V | R | W | A | D | own
    offset = random.randrange(0x800, 0x1000) & ~random.choice((0, 7, 7))
    if way < 2:
        return page_va + (_ALIAS + random.randrange(3)) * _PAGE + offset
    if way == 2:
        return _napot(random, space, flags, offset)
    if way == 3:
        return _superpage(random, space, flags, offset)
    return random.choice((space.region ^ 1 << 62, space.region ^ 1 << 38, page_va + 0x3F000, at.ALL & ~0x7FF))


def _napot(random: Random, space: Space, flags: int, offset: int) -> int:
    """Map the block by the 16 entries of a 64 KiB NAPOT page at the end of the table, one of them perhaps wrong."""
    pte = leaf(space.base, flags) | _NAPOT | _NAPOT_64K
    first = _ENTRIES - 16
    for page in range(16):
        space.write(space.leaves + (first + page) * 8, pte)
    if random.random() < 0.3:
        alone = leaf(space.base + at.DATA, flags)
        wrong = random.choice((pte ^ 1 << random.randrange(10, 14), _varied(random, pte), alone))
        space.write(space.leaves + (first + (at.DATA >> 12)) * 8, wrong)
    return space.region + first * _PAGE + at.DATA + offset


def _superpage(random: Random, space: Space, flags: int, offset: int) -> int:
    """Map the block by a page of 2 MiB, which perhaps is misaligned or otherwise wrong."""
    size = 1 << 21
    slot = index(space.region, 1) ^ 1
    pte = leaf(space.base // size * size, flags)
    if random.random() < 0.4:
        pte = random.choice((pte | 1 << random.randrange(10, 19), _varied(random, pte)))
    space.write(space.middle + slot * 8, pte)
    return (space.region ^ size) + space.base % size + at.DATA + offset


_OFF, _TOR, _NA4, _NAPOT_MODE = range(4)
RIGHTS = (0, 1, 3, 4, 5, 7)
"""Every right that is not reserved: W without R is."""


def pmp(random: Random, base: int) -> list[tuple[str, int]]:
    """Return CSR writes: the S-mode handler and random pieces of the block, then everything, or not."""
    config = [0] * 16
    address = [0] * 16
    config[0], address[0] = _NAPOT_MODE << 3 | 4, _napot_address(at.S_HANDLER, 12)
    for entry in range(1, random.randrange(2, 8)):
        config[entry], address[entry] = _entry(random, base, entry, config, address)
    if random.random() < 0.85:
        config[15], address[15] = _NAPOT_MODE << 3 | 7, (1 << 54) - 1
    writes = [(f"pmpaddr{n}", address[n]) for n in range(16)]
    for register in (0, 2):
        values = config[4 * register : 4 * register + 8]
        writes.append((f"pmpcfg{register}", int.from_bytes(bytes(values), "little")))
    return writes


def _entry(random: Random, base: int, entry: int, config: list[int], address: list[int]) -> tuple[int, int]:
    mode, rights = random.choice((_TOR, _TOR, _NA4, _NAPOT_MODE, _NAPOT_MODE, _OFF)), random.choice(RIGHTS)
    data, code = random.random() < 0.7, base + random.choice((at.CODE, at.CODE + 0x1000, at.TABLES))
    place = base + at.DATA + random.choice((random.randrange(at.DATA_SIZE), 0, 0x1000)) & ~3 if data else code
    if mode == _NAPOT_MODE:
        sizes = (3, 4, 5, 8, 12, 12, 13) if data else (12, 14, 16)
        return mode << 3 | rights, _napot_address(place, random.choice(sizes))
    if mode == _NA4 and not data:
        mode = _OFF
    return mode << 3 | rights, place >> 2


def _napot_address(place: int, bits: int) -> int:
    return place >> bits << bits - 2 | (1 << bits - 3) - 1
