"""Sv39, Sv48 and Sv57 against the model of paging.py, as if there were no TLB: no test here executes sfence.vma."""

from __future__ import annotations

from typing import Any

import pytest
from harness import (
    CODE,
    DATA,
    HANDLER,
    MSTATUS_FS_DIRTY,
    MSTATUS_MXR,
    MSTATUS_SUM,
    TABLES,
    TestHart,
    Trap,
    make_hart,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from isa.asm import encode
from priv.paging import (
    ACCESS_FAULT,
    FETCH,
    LEVELS,
    LOAD,
    PTE_U,
    SHADOW_STORE,
    STORE,
    A,
    Control,
    D,
    G,
    N,
    R,
    Translation,
    TranslationError,
    V,
    W,
    X,
    translate,
)

from rvemu.isa.causes import Cause

U, S, M = 0, 1, 3
ADUE, PBMTE, SSE = 1 << 61, 1 << 62, 1 << 3
SAFE = 0x8060_0000
"""From here on lies RAM that holds neither code nor page tables."""

RAM_END = 0x8100_0000
HOLE = 0x4000_0000
RWX, RW, RX, RO = V | R | W | X | A | D, V | R | W | A | D, V | R | X | A, V | R | A
SS = V | W | A | D
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LOADS = ("ld x3, 0(x1)", "lr.d x3, (x1)")
STORES = ("sd x4, 0(x1)", "amoswap.d x3, x4, (x1)", "sc.d x3, x4, (x1)", "cbo.zero (x1)")
SWAP = "ssamoswap.d x3, x4, (x1)"
KIND = dict.fromkeys(LOADS, LOAD) | dict.fromkeys(STORES, STORE) | {SWAP: SHADOW_STORE, FETCH: FETCH}
WORDS = {code: encode(code) for code in (*LOADS, *STORES, SWAP)}


def pte_of(pa: int, flags: int) -> int:
    """Return a page-table entry."""
    return pa >> 12 << 10 | flags


def translation(hart: TestHart, va: int, access: str, control: Control) -> Translation | Trap:
    """Return what the model says of the address, on the memory and satp of this moment."""
    try:
        return translate(lambda pa: hart.read_word(pa) if 0x8000_0000 <= pa <= RAM_END - 8 else None,
                         hart.csr["satp"], va, access, control)  # fmt: skip
    except TranslationError as error:
        return Trap(error.cause, va)


def set_control(hart: TestHart, control: Control) -> None:
    hart.csr["menvcfg"] = control.adue * ADUE | control.pbmte * PBMTE | control.sse * SSE | 0xF0
    hart.csr["senvcfg"] = 0xF0
    hart.access_as(control.priv, control.sum * MSTATUS_SUM | control.mxr * MSTATUS_MXR)


def attempt(hart: TestHart, code: str, va: int, control: Control, value: int = 0) -> Trap | None:
    """Make the access in the mode of `control`: fetches in that mode, loads and stores by MPRV."""
    set_control(hart, control)
    if code == FETCH:
        return hart.step_at(va, control.priv)
    hart.priv = M
    hart.run(WORDS[code], x1=va, x3=0x3333, x4=value)
    return hart.trapped() if hart.pc == HANDLER else None


@pytest.fixture(scope="module")
def machine() -> TestHart:
    hart = make_hart()
    hart.open_pmp()
    return hart


# One walk through random entries

TABLE_AT = [TABLES + 0x1000 * depth for depth in range(6)]
"""The table that the walk uses at each depth; the root first."""

flag_bits = st.one_of(
    st.sampled_from([V, V, V, RWX, RWX, RWX | PTE_U, RW, RW | PTE_U, RO, RX, RX | PTE_U, V | X | A, V | R | W,
                     V | R | W | A, SS, SS, V | W | A, V | W, SS | PTE_U, V | R | W | X | PTE_U,
                     V | R | W | X | PTE_U | A]),
    st.integers(0, 0xFF),
)  # fmt: skip
high_bits = st.sampled_from([0] * 16 + [N, N, N, 1 << 61, 1 << 61, 2 << 61, 3 << 61, 1 << 54, 1 << 60, N | 1 << 61])
soft_bits = st.sampled_from([0, 0, 0, G, 1 << 8, 1 << 9, 3 << 8])
leaves = {
    0: [SAFE, SAFE + 0x1000, SAFE + 0x8000, SAFE + 0x18000, SAFE + 0x8000, HOLE, 1 << 55],
    1: [SAFE, SAFE + 0x20_0000, SAFE + 0x1000, SAFE + 0x10_0000, HOLE],
    2: [0x8000_0000, 0x8000_0000, 0x8020_0000, 0x4000_0000],
    3: [0, 0, 1 << 12, 1 << 38, 1 << 39],
    4: [0, 0, 1 << 30, 1 << 48],
}
"""Where a leaf points, by its level; some are no multiples of the size of its page."""

plain_flags = [RWX, RW, RX, RO, SS, V | W, V | R | W | X | A, V | R | W | X, V | X]
ptes = st.tuples(st.integers(0, 100), flag_bits, high_bits, soft_bits)
indices = st.tuples(st.integers(0, 511), st.sampled_from([3, 4]), st.sampled_from([2, 2, 0]),
                    st.sampled_from([0, 1, 511]), st.sampled_from([0, 255, 256, 511]))
controls = st.builds(Control, st.sampled_from([S, U]), *[st.booleans()] * 5)


def address(mode: int, drawn: tuple[int, ...], offset: int, flips: int) -> int:
    """Return a virtual address with these table indices, canonical unless bits are flipped."""
    bits = 12 + 9 * LEVELS[mode]
    va = sum(index << 12 + 9 * level for level, index in enumerate(drawn[: LEVELS[mode]])) | offset
    if va >> bits - 1:
        va |= (1 << 64) - (1 << bits)
    return va ^ flips


def identify(hart: TestHart, pa: int, number: int) -> None:
    """Put `lui x3, number` at `pa`: what is fetched or loaded tells where it came from."""
    hart.write_word(pa, (number << 12 | 3 << 7 | 0x37) * 0x1_0000_0001)


@settings(RELAXED, max_examples=1200)
@given(mode=st.sampled_from([*LEVELS]), drawn=indices, offset=st.integers(0, 511).map(lambda n: 8 * n),
       entries=st.lists(ptes, min_size=5, max_size=5), leaf_depth=st.integers(0, 4),
       spoilt=st.sampled_from([None] * 6 + [0, 1, 2]), code=st.sampled_from([*KIND]), control=controls,
       flips=st.sampled_from([0] * 20 + [1 << 63, 1 << 57, 1 << 48, 1 << 39, 1 << 38]), plain=st.booleans())
def test_walk(machine: TestHart, mode: int, drawn: tuple[int, ...], offset: int,
              entries: list[tuple[int, int, int, int]], leaf_depth: int, spoilt: int | None, code: str,
              control: Control, flips: int, plain: bool) -> None:
    """Pointers down to the leaf; a spoilt one is as random as a leaf, and a plain leaf belongs to the mode."""
    va = address(mode, drawn, offset, flips)
    levels = LEVELS[mode]
    satp = mode << 60 | TABLES >> 12
    written = []
    for depth, (choice, flags, high, soft) in enumerate(entries[:levels]):
        level = levels - 1 - depth
        entry = TABLE_AT[depth] + (va >> 12 + 9 * level & 511) * 8
        value = pte_of(leaves[level][choice % len(leaves[level])], flags | soft) | high
        if plain:
            rights = plain_flags[flags % len(plain_flags)] | PTE_U * (control.priv == U)
            napot = high & N and level == 0
            value = pte_of(leaves[level][choice % 4 if napot else 0], rights | soft) | (N if napot else 0)
        if depth < leaf_depth % levels:
            value = pte_of(TABLE_AT[depth + 1], flags | soft if depth == spoilt else V | soft)
            value |= high if depth == spoilt else 0
        machine.write_word(entry, value)
        written.append(entry)
    before = [machine.read_word(entry) for entry in written]
    machine.csr["satp"] = satp
    expected = translation(machine, va, KIND[code], control)
    if isinstance(expected, Trap):
        assert attempt(machine, code, va, control) == expected
        assert [machine.read_word(entry) for entry in written] == before
        return
    after = [expected.pte if entry == expected.entry else old for entry, old in zip(written, before, strict=True)]
    if not 0x8000_0000 <= expected.pa < RAM_END:
        if not 0x1000 <= expected.pa < 0x1_0000:                    # the ROM may be read
            assert attempt(machine, code, va, control) == Trap(ACCESS_FAULT[KIND[code]], va)
        return
    assert expected.pa >= SAFE, "the test's own strategy is wrong"
    identify(machine, expected.pa, 0x12345)
    assert attempt(machine, code, va, control, value=0x5555) is None
    assert [machine.read_word(entry) for entry in written] == after
    check_effect(machine, code, va, expected.pa)


def check_effect(hart: TestHart, code: str, va: int, pa: int) -> None:
    """The access by `code` went to `pa`, where `identify` had put 0x12345."""
    if code == FETCH:
        assert (hart.x[3], hart.pc) == (0x1234_5000, va + 4 & (1 << 64) - 1)
    elif KIND[code] == LOAD:
        assert hart.x[3] == 0x1234_51B7_1234_51B7
    elif code.startswith("sc"):
        assert hart.x[3] == 1                           # nothing was reserved
    else:
        assert hart.read_word(pa) == (0 if code.startswith("cbo") else 0x5555)


# As if there were no TLB: random histories over few tables, with every access compared

ROOT, TABLE_1, TABLE_0A, TABLE_0B = (TABLES + 0x1000 * k for k in range(4))
PAGES = [SAFE + 0x1000 * k for k in range(3)]
leaf_values = st.builds(
    pte_of, st.sampled_from([*PAGES, *PAGES, TABLE_0A, TABLE_0B]),
    st.sampled_from([RWX] * 6 + [SS, SS, RW, RX, RO, 0, V | R | W | X, V | R | W | X | A, RWX | PTE_U, RWX | G]),
)  # fmt: skip
changed = st.one_of(
    *[st.tuples(st.sampled_from([TABLE_0A, TABLE_0B]), st.integers(0, 3), leaf_values)] * 4,
    st.tuples(st.just(TABLE_1), st.integers(3, 4), st.sampled_from(
        [pte_of(TABLE_0A, V), pte_of(TABLE_0B, V), pte_of(TABLE_0A, V), pte_of(TABLE_0B, V), pte_of(SAFE, RWX), 0])),
    st.tuples(st.just(ROOT), st.integers(0, 1), st.sampled_from(
        [pte_of(TABLE_1, V), pte_of(TABLE_1, V), pte_of(TABLE_0A, V), pte_of(0x8000_0000, RWX), 0])),
)  # fmt: skip
ways = st.sampled_from(["store", "store half", "dma", "hart 1", "alias", "amo"])
changes = st.tuples(st.just("change"), ways, changed)
small_va = st.builds(lambda a, b, c: a << 30 | b << 21 | c << 12, st.sampled_from([0, 0, 0, 1]), st.integers(3, 4),
                     st.integers(0, 2))  # fmt: skip
tries = st.tuples(
    st.just("try"), st.sampled_from(["ld x3, 0(x1)", "ld x3, 0(x1)", "sd x4, 0(x1)", SWAP, FETCH]), small_va,
    st.sampled_from([Control(S)] * 6 + [Control(S, sum=True), Control(U), Control(S, mxr=True),
                                        Control(S, adue=False)] + [Control(S, sse=True)] * 4),
    leaf_values,
)  # fmt: skip
FETCHED_AT = 0x800
"""Where fetches go in a page, away from the entries that stores change; stores go to entry 0 of tables."""


def change(harts: list[TestHart], way: str, pa: int, value: int) -> None:
    """Change a page-table entry in one of the ways in which memory can change."""
    hart, other = harts
    hart.csr["mstatus"] = MSTATUS_FS_DIRTY
    hart.priv = M
    if way == "dma":
        hart.write_word(pa, value)
    elif way == "hart 1":
        other.priv = M
        other.run("sd x4, 0(x1)", x1=pa, x4=value)
    elif way == "store half":
        hart.run("sw x4, 0(x1)", "sw x5, 4(x1)", x1=pa, x4=value & 0xFFFF_FFFF, x5=value >> 32)
    elif way == "amo":
        hart.run("amoswap.d x3, x4, (x1)", x1=pa, x4=value)
    elif way == "alias":
        hart.access_as(S)
        hart.run("sd x4, 0(x1)", x1=(1 << 64) - (1 << 30) + (pa - TABLES), x4=value)
        assert hart.pc == CODE + 4
    else:
        hart.run("sd x4, 0(x1)", x1=pa, x4=value)
    assert hart.read_word(pa) == value


def prepare(harts: list[TestHart]) -> None:
    """Build the tables: the first two gigapages by one table, and a window on all tables in the last one.

    The megapages in use are the fourth and fifth, so that a gigapage from the start of RAM maps what is SAFE.
    """
    hart = harts[0]
    for table in range(6):
        hart.write(TABLES + 0x1000 * table, bytes(4096))
    hart.write_word(ROOT, pte_of(TABLE_1, V))
    hart.write_word(ROOT + 511 * 8, pte_of(TABLES + 0x4000, V))
    hart.write_word(TABLES + 0x4000, pte_of(TABLES + 0x5000, V))
    for k in range(4):
        hart.write_word(TABLES + 0x5000 + 8 * k, pte_of(TABLES + 0x1000 * k, RW))
    hart.write_word(TABLE_1 + 3 * 8, pte_of(TABLE_0A, V))
    hart.write_word(TABLE_1 + 4 * 8, pte_of(TABLE_0B, V))
    hart.write_word(ROOT + 8, pte_of(TABLE_1, V))
    for k, page in enumerate(PAGES):
        identify(hart, page, k)
        identify(hart, page + FETCHED_AT, k)
        hart.write_word(TABLE_0A + 8 * k, pte_of(page, RWX))
        hart.write_word(TABLE_0B + 8 * k, pte_of(PAGES[2 - k], RWX))
    for each in harts:
        each.csr["satp"] = 8 << 60 | TABLES >> 12
        each.open_pmp()


def check_try(hart: TestHart, code: str, va: int, control: Control, value: int) -> None:
    """Make one access and compare it with the model on the memory of this moment."""
    va += FETCHED_AT if code == FETCH else 0
    expected = translation(hart, va, KIND[code], control)
    if isinstance(expected, Trap):
        assert attempt(hart, code, va, control) == expected
        return
    loaded = hart.read_word(expected.pa)
    if expected.pa < SAFE and code != "ld x3, 0(x1)" and expected.pa & 0xFFF not in (0, FETCHED_AT):
        return
    if code == FETCH and loaded & 0x7F != 0x37:
        return
    trap = attempt(hart, code, va, control, value)
    assert trap is None, (hex(hart.csr["mcause"]), hex(va))
    if code == FETCH:
        assert hart.x[3] == loaded & 0xFFFF_F000
    elif KIND[code] == LOAD:
        assert hart.x[3] == (expected.pte if expected.pa == expected.entry else loaded)
    else:
        assert hart.read_word(expected.pa) == value
    if expected.pa != expected.entry:
        assert hart.read_word(expected.entry) == expected.pte


@pytest.fixture(scope="module", params=[8, 16384], ids="tlb of {}".format)
def two_harts(request: Any) -> list[TestHart]:
    first = make_hart(harts=2, tlb_entries=request.param)
    return [first, TestHart(first.machine, 1)]


@settings(RELAXED, max_examples=150)
@given(history=st.lists(st.one_of(tries, tries, changes), min_size=10, max_size=40))
def test_histories_of_changes_and_accesses(two_harts: list[TestHart], history: list[Any]) -> None:
    prepare(two_harts)
    hart = two_harts[0]
    for step in history:
        if step[0] == "change":
            _, way, (table, index, value) = step
            if way == "hart 1" and hart.read_word(table + 8 * index) == value:
                continue
            change(two_harts, way, table + 8 * index, value)
        else:
            check_try(hart, *step[1:])


# Single rules, by hand

VA = 0x4000_0000


@pytest.fixture
def mapped(hart: TestHart) -> TestHart:
    """A hart with the page at VA mapped to DATA, for S-mode, all rights; the entry is `mapped.entry`."""
    hart.entry = hart.map_page(VA, DATA, RWX)                       # type: ignore[attr-defined]
    hart.write_word(DATA, 0x1111)
    hart.write_word(DATA + 0x1000, 0x2222)
    return hart


WAYS_TO_WRITE = {
    "sd": lambda hart, pa, value: hart.run("sd x4, 0(x2)", x2=pa, x4=value),
    "sb": lambda hart, pa, value: hart.run(*[f"sb x{10 + k}, {k}(x2)" for k in range(8)], x2=pa,
                                           **{f"x{10 + k}": value >> 8 * k & 0xFF for k in range(8)}),
    "misaligned": lambda hart, pa, value: hart.run("sd x4, -1(x2)", "sb x5, 7(x2)", x2=pa,
                                                   x4=value << 8 & (1 << 64) - 1, x5=value >> 56),
    "amo": lambda hart, pa, value: hart.run("amoswap.d x3, x4, (x2)", x2=pa, x4=value),
    "lr/sc": lambda hart, pa, value: hart.run("lr.d x3, (x2)", "sc.d x5, x4, (x2)", x2=pa, x4=value),
    "fsd": lambda hart, pa, value: hart.run("fsd f4, 0(x2)", x2=pa, f4=value),
    "dma": lambda hart, pa, value: hart.write_word(pa, value),
}


def rewrite(hart: TestHart, way: str, pa: int, value: int) -> None:
    """Write a word in M-mode without translation."""
    hart.csr["mstatus"] = MSTATUS_FS_DIRTY
    WAYS_TO_WRITE[way](hart, pa, value)
    assert hart.read_word(pa) == value
    hart.access_as(S)


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_a_remapped_page_is_seen_by_the_next_access(mapped: Any, way: str) -> None:
    for _ in range(2):
        for page, value in ((DATA, 0x1111), (DATA + 0x1000, 0x2222)):
            rewrite(mapped, way, mapped.entry, pte_of(page, RWX))
            assert mapped.run1("ld x3, 0(x1)", x1=VA).x[3] == value
            mapped.run1("sd x4, 8(x1)", x1=VA, x4=value)
            assert mapped.read_word(page + 8) == value


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
@pytest.mark.parametrize(("flags", "loads", "stores"), [
    (0, False, False), (RO, True, False), (V | X | A, False, False), (RWX | PTE_U, False, False),
    (RWX | 1 << 54, False, False),
])  # fmt: skip
def test_rights_taken_away_are_missed_at_once(mapped: Any, way: str, flags: int, loads: bool, stores: bool) -> None:
    mapped.run("ld x3, 0(x1)", "sd x3, 0(x1)", x1=VA)
    rewrite(mapped, way, mapped.entry, pte_of(DATA, flags))
    mapped.run1("ld x3, 0(x1)", x1=VA)
    assert (mapped.pc != HANDLER) == loads
    mapped.access_as(S).run1("sd x3, 0(x1)", x1=VA)
    assert (mapped.pc != HANDLER) == stores


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_bits_cleared_are_set_again_by_the_next_access(mapped: Any, way: str) -> None:
    for _ in range(3):
        mapped.run("ld x3, 0(x1)", "sd x3, 0(x1)", x1=VA)
        rewrite(mapped, way, mapped.entry, pte_of(DATA, V | R | W))
        mapped.run1("ld x3, 0(x1)", x1=VA)
        assert mapped.read_word(mapped.entry) & 0xFF == V | R | W | A
        mapped.run1("sd x3, 0(x1)", x1=VA)
        assert mapped.read_word(mapped.entry) & 0xFF == V | R | W | A | D


def test_the_page_table_can_be_changed_through_itself(mapped: Any) -> None:
    """A store through VA, which maps the table that maps VA, moves VA away."""
    table = mapped.entry & ~0xFFF
    rewrite(mapped, "sd", mapped.entry, pte_of(table, RWX))
    mapped.run("ld x5, 0(x1)", "sd x4, 0(x2)", "ld x3, 0(x1)", x1=VA, x2=VA + (mapped.entry & 0xFFF),
               x4=pte_of(DATA, RWX))  # fmt: skip
    assert mapped.x[3] == 0x1111


def test_a_misaligned_store_may_write_the_entry_of_its_second_page(mapped: Any) -> None:
    """Both pages are translated before anything is written."""
    table = mapped.entry & ~0xFFF
    mapped.map_page(VA, table - 0x1000, RWX)
    second = mapped.map_page(VA + 0x1000, table, RWX)
    assert second == table + 8
    mapped.map_page(VA, table, RWX)
    mapped.map_page(VA + 0x1000, DATA, RWX)
    mapped.write(table + 0xFFC, bytes(4))
    mapped.run1("sd x4, 0(x1)", x1=VA + 0xFFC, x4=0x8877_6655_4433_2211)
    assert mapped.read(table + 0xFFC, 4) == bytes.fromhex("11 22 33 44")
    assert mapped.read(DATA, 4) == bytes.fromhex("55 66 77 88")


def test_levels_change_under_an_address(hart: TestHart) -> None:
    """A 4 KiB page becomes a megapage, a gigapage and a 4 KiB page again, by changes of upper entries alone."""
    hart.write_word(SAFE + 0x5000, 0x6666)
    hart.write_word(DATA, 0x1111)
    va = VA + 0x60_5000
    hart.map_page(va, DATA, RWX)
    upper, lower = hart.read_word(TABLES + 8), hart.read_word((hart.read_word(TABLES + 8) >> 10 << 12) + 3 * 8)
    middle = (upper >> 10 << 12) + 3 * 8
    for _ in range(2):
        assert hart.run1("ld x3, 0(x1)", x1=va).x[3] == 0x1111
        rewrite(hart, "sd", middle, pte_of(SAFE, RWX))
        assert hart.run1("ld x3, 0(x1)", x1=va).x[3] == 0x6666
        rewrite(hart, "sd", middle, lower)
        assert hart.run1("ld x3, 0(x1)", x1=va).x[3] == 0x1111
        rewrite(hart, "sd", TABLES + 8, pte_of(0x8000_0000, RWX))
        assert hart.run1("ld x3, 0(x1)", x1=va).x[3] == 0x6666
        rewrite(hart, "sd", TABLES + 8, 0)
        assert hart.trap1("ld x3, 0(x1)", x1=va) == Trap(Cause.LOAD_PAGE_FAULT, va)
        rewrite(hart, "sd", TABLES + 8, upper)


def test_one_table_page_at_two_places(mapped: Any) -> None:
    table = mapped.entry & ~0xFFF
    middle = (mapped.read_word(TABLES + 8) >> 10 << 12) + 8
    rewrite(mapped, "sd", middle, pte_of(table, V))                  # VA + 2 MiB by the same table
    twin = VA + 0x20_0000
    for value, page in ((0x1111, DATA), (0x2222, DATA + 0x1000)) * 2:
        rewrite(mapped, "sd", mapped.entry, pte_of(page, RWX))
        for va in (VA, twin):
            assert mapped.run1("ld x3, 0(x1)", x1=va).x[3] == value


def test_a_table_page_becomes_data_and_a_table_again(mapped: Any) -> None:
    table = mapped.entry & ~0xFFF
    middle = mapped.read_word(TABLES + 8) >> 10 << 12
    pointer = mapped.read_word(middle)
    for _ in range(3):
        rewrite(mapped, "sd", mapped.entry, pte_of(DATA, RWX))
        assert mapped.run1("ld x3, 0(x1)", x1=VA).x[3] == 0x1111
        rewrite(mapped, "sd", middle, 0)
        mapped.csr["mstatus"] = MSTATUS_FS_DIRTY
        for k in range(0, 4096, 512):
            mapped.run("sd x2, 0(x1)", "ld x3, 0(x1)", x1=table + k, x2=k + 1)
            assert mapped.x[3] == k + 1
        rewrite(mapped, "sd", middle, pointer)
        rewrite(mapped, "sd", mapped.entry, 0)
        assert mapped.trap1("ld x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_PAGE_FAULT, VA)


@pytest.mark.parametrize(("aliases", "used"), [(count, k) for count in range(1, 5) for k in range(count)])
def test_aliases_that_were_stored_through_before_the_page_became_a_table(mapped: Any, aliases: int, used: int) -> None:
    table, places = SAFE, [VA + 0x8040_1000 * k + 0x20_0000 for k in range(aliases)]
    for va in places:
        mapped.map_page(va, table, RW)
    for va in (*places, *places):
        mapped.run("sd x4, 0(x1)", "ld x3, 0(x1)", x1=va + 8, x4=0)
    mapped.write_word(table, pte_of(DATA, RWX))
    va = VA + (16 << 21)
    mapped.write_word((mapped.read_word(TABLES + 8) >> 10 << 12) + 16 * 8, pte_of(table, V))
    assert mapped.run1("ld x3, 0(x1)", x1=va).x[3] == 0x1111
    mapped.run1("sd x4, 0(x1)", x1=places[used], x4=pte_of(DATA + 0x1000, RWX))
    assert mapped.run1("ld x3, 0(x1)", x1=va).x[3] == 0x2222


def test_a_change_of_satp_is_seen_by_the_next_access(mapped: Any) -> None:
    """Two address spaces with the same ASID, which the manual would want fenced."""
    other = TABLES + 0x10_0000
    mapped.write_word(other + 8, pte_of(0x4000_0000, RWX))
    first, second = mapped.csr["satp"], 8 << 60 | other >> 12
    mapped.write_word(other + 8, pte_of(0x8000_0000, RWX))
    mapped.write_word(0x8010_2000, 0x3333)
    for _ in range(3):
        mapped.run("csrrw x0, satp, x5", "ld x3, 0(x1)", x5=first, x1=VA)
        assert mapped.x[3] == 0x1111
        mapped.run("csrrw x0, satp, x5", "ld x3, 0(x1)", x5=second, x1=VA + 0x10_2000)
        assert mapped.x[3] == 0x3333


def test_switches_of_sum_mxr_and_mode_are_seen_by_the_next_access(hart: TestHart) -> None:
    hart.map_page(VA, DATA, V | X | A | PTE_U)
    hart.write_word(DATA, 0x1111)
    for _ in range(2):
        for priv, extra, works in (
            (U, MSTATUS_MXR, True), (U, 0, False), (S, MSTATUS_MXR, False), (S, MSTATUS_SUM, False),
            (S, MSTATUS_SUM | MSTATUS_MXR, True), (U, MSTATUS_MXR, True), (S, 0, False),
        ):  # fmt: skip
            hart.access_as(priv, extra)
            hart.run1("ld x3, 0(x1)", x1=VA)
            assert (hart.pc == CODE + 4) == works, (priv, hex(extra))


def test_a_switch_of_adue_or_pbmte_is_seen_by_the_next_access(hart: TestHart) -> None:
    entry = hart.map_page(VA, DATA, V | R | W | A)
    hart.csr["menvcfg"] = 0
    assert hart.run1("ld x3, 0(x1)", x1=VA).pc == CODE + 4
    assert hart.trap1("sd x3, 0(x1)", x1=VA) == Trap(Cause.STORE_AMO_PAGE_FAULT, VA)
    assert hart.read_word(entry) & D == 0
    hart.csr["menvcfg"] = ADUE
    assert hart.access_as(S).run1("sd x3, 0(x1)", x1=VA).pc == CODE + 4
    assert hart.read_word(entry) & D == D
    hart.csr["menvcfg"] = PBMTE
    hart.write_word(entry, pte_of(DATA, RW) | 1 << 61)
    assert hart.run1("ld x3, 0(x1)", x1=VA).pc == CODE + 4
    hart.csr["menvcfg"] = 0
    assert hart.trap1("ld x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_PAGE_FAULT, VA)


def test_another_harts_change_is_seen_at_the_next_turn(two_harts: list[TestHart]) -> None:
    """Hart 0 loads VA for ever; hart 1 in its turn moves VA to another page."""
    prepare(two_harts)
    hart, other = two_harts
    hart.put("ld x3, 0(x1)", "jal x0, .-4")
    other.put("sd x4, 0(x1)", "jal x0, .+0", at=CODE + 0x100)
    hart.access_as(S).set(x1=3 << 21 | 0x1000, x3=0)
    hart.write_word(TABLE_0A + 8, pte_of(PAGES[1], RW))
    old, new = (hart.read_word(page) for page in PAGES[1:])
    hart.pc, hart.priv, other.pc, other.priv = CODE, M, CODE + 0x100, M
    other.csr["mstatus"] = MSTATUS_FS_DIRTY
    other.set(x1=TABLE_0A + 8, x4=pte_of(PAGES[2], RW))
    hart.step(5000)
    assert hart.x[3] == old
    hart.machine.run(20_000)
    assert hart.x[3] == new


def test_fetches_follow_a_remapping_inside_running_code(hart: TestHart) -> None:
    """S-mode code at VA overwrites the entry that maps it; the instruction behind the store is the other page's."""
    entry = hart.map_page(VA, DATA, RWX)
    hart.map_page(VA + 0x1000, entry & ~0xFFF, RW)
    hart.put("sd x4, 0(x2)", "addi x3, x0, 1", at=DATA)
    hart.put("addi x3, x0, 9", "addi x3, x0, 2", at=DATA + 0x1000)
    for _ in range(2):
        hart.write_word(entry, pte_of(DATA, RWX))
        hart.set(x2=VA + 0x1000 + (entry & 0xFFF), x4=pte_of(DATA + 0x1000, RWX), x3=0)
        hart.pc, hart.priv = VA, S
        hart.step(2)
        assert (hart.pc, hart.x[3]) == (VA + 8, 2)


def test_running_code_that_loses_its_right_to_execute_stops_there(hart: TestHart) -> None:
    entry = hart.map_page(VA, DATA, RWX)
    hart.map_page(VA + 0x1000, entry & ~0xFFF, RW)
    hart.put("addi x3, x3, 1", "sb x4, 0(x2)", "addi x3, x3, 1", at=DATA)
    hart.set(x2=VA + 0x1000 + (entry & 0xFFF), x4=RW, x3=0)
    hart.pc, hart.priv = VA, S
    hart.step(3)
    assert hart.trapped() == Trap(Cause.INSTRUCTION_PAGE_FAULT, VA + 8)
    assert hart.x[3] == 1


# Svnapot


def test_a_napot_page_maps_64_kib_from_any_of_its_entries(hart: TestHart) -> None:
    flags = RWX | N
    for k in range(16):
        hart.map_page(VA + 0x1000 * k, SAFE + 0x8000, flags)
        hart.write_word(SAFE + 0x1000 * k, 100 + k)
    for k in range(16):
        assert hart.run1("ld x3, 0(x1)", x1=VA + 0x1000 * k).x[3] == 100 + k


@pytest.mark.parametrize("low", [n for n in range(16) if n != 8])
def test_other_napot_sizes_are_reserved(hart: TestHart, low: int) -> None:
    hart.map_page(VA, SAFE + 0x1000 * low, RWX | N)
    assert hart.trap1("ld x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_PAGE_FAULT, VA)


def test_without_svnapot_the_bit_is_reserved() -> None:
    hart = make_hart(isa="rv64ima_zicsr")
    hart.map_page(VA, SAFE + 0x8000, RWX | N)
    assert hart.trap1("ld x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_PAGE_FAULT, VA)


# Misaligned accesses across two pages

WIDTHS = {"h": 2, "w": 4, "d": 8}


@pytest.mark.parametrize(("width", "tail"), [(width, tail) for width in WIDTHS for tail in range(1, WIDTHS[width])])
def test_across_two_pages(hart: TestHart, width: str, tail: int) -> None:
    size = WIDTHS[width]
    hart.map_page(VA, DATA + 0x8000, RW)
    hart.map_page(VA + 0x1000, DATA, RW)
    va, value = VA + 0x1000 - tail, 0x8877_6655_4433_2211
    hart.run(f"s{width} x4, 0(x1)", f"l{width} x3, 0(x1)", x1=va, x4=value)
    data = value.to_bytes(8, "little")[:size]
    assert hart.read(DATA + 0x9000 - tail, tail) + hart.read(DATA, size - tail) == data
    assert hart.x[3] & (1 << 8 * size) - 1 == int.from_bytes(data, "little")


@pytest.mark.parametrize("tail", range(1, 8))
@pytest.mark.parametrize(("first", "second", "part"), [(RW, 0, 1), (RW, RO, 1), (0, RW, 0), (RO, 0, 0), (0, 0, 0)])
def test_a_store_across_pages_that_faults_changes_nothing(hart: TestHart, tail: int, first: int, second: int,
                                                         part: int) -> None:
    hart.map_page(VA, DATA + 0x8000, first)
    hart.map_page(VA + 0x1000, DATA, second)
    before = hart.read(DATA, 0x9000)
    va = VA + 0x1000 - tail
    trap = hart.trap1("sd x4, 0(x1)", x1=va, x4=-1)
    assert trap == Trap(Cause.STORE_AMO_PAGE_FAULT, VA + 0x1000 if part else va)
    assert hart.read(DATA, 0x9000) == before


@pytest.mark.parametrize("tail", range(1, 8))
def test_a_load_across_pages_that_faults_changes_nothing(hart: TestHart, tail: int) -> None:
    hart.map_page(VA, DATA, RW)
    hart.x[3] = 0x3333
    va = VA + 0x1000 - tail
    assert hart.trap1("ld x3, 0(x1)", x1=va) == Trap(Cause.LOAD_PAGE_FAULT, VA + 0x1000)
    hart.access_as(S).map_page(VA + 0x1000, HOLE, RW)
    assert hart.trap1("ld x3, 0(x1)", x1=va) == Trap(Cause.LOAD_ACCESS_FAULT, VA + 0x1000)
    assert hart.trap1("ld x3, 0(x1)", x1=VA - 4) is not None
    assert hart.x[3] == 0x3333


def test_the_end_of_the_address_space_is_not_followed_by_its_start(hart: TestHart) -> None:
    """Bare, an access that runs past the last byte of RAM faults there."""
    assert hart.trap1("ld x3, 0(x1)", x1=RAM_END - 4) == Trap(Cause.LOAD_ACCESS_FAULT, RAM_END)
    assert hart.trap1("sd x3, 0(x1)", x1=RAM_END - 1) == Trap(Cause.STORE_AMO_ACCESS_FAULT, RAM_END)
    assert hart.run1("ld x3, 0(x1)", x1=RAM_END - 8).pc == CODE + 4


def test_misaligned_amos_fault_without_touching_anything(mapped: Any) -> None:
    before = mapped.read(DATA, 64)
    for code in ("amoadd.d x3, x4, (x1)", "sc.w x3, x4, (x1)", "amoor.w x3, x4, (x1)", "amocas.q x6, x4, (x1)"):
        assert mapped.access_as(S).trap1(code, x1=VA + 14, x4=-1) == Trap(Cause.STORE_AMO_ADDRESS_MISALIGNED, VA + 14)
    assert mapped.access_as(S).trap1("lr.d x3, (x1)", x1=VA + 4) == Trap(Cause.LOAD_ADDRESS_MISALIGNED, VA + 4)
    assert mapped.read(DATA, 64) == before


@pytest.mark.parametrize(("code", "cause"), [
    ("lr.d x3, (x1)", Cause.LOAD_PAGE_FAULT), ("sc.d x3, x4, (x1)", Cause.STORE_AMO_PAGE_FAULT),
    ("amoadd.w x3, x4, (x1)", Cause.STORE_AMO_PAGE_FAULT), ("amocas.q x6, x8, (x1)", Cause.STORE_AMO_PAGE_FAULT),
    ("amocas.d x3, x4, (x1)", Cause.STORE_AMO_PAGE_FAULT), ("amomin.b x3, x4, (x1)", Cause.STORE_AMO_PAGE_FAULT),
    ("cbo.zero (x1)", Cause.STORE_AMO_PAGE_FAULT),
])  # fmt: skip
def test_faults_of_atomics_are_those_of_what_they_do(hart: TestHart, code: str, cause: int) -> None:
    hart.csr["menvcfg"] = 0xF0
    hart.map_page(VA, DATA, 0)
    assert hart.trap1(code, x1=VA) == Trap(cause, VA)
    hart.map_page(VA, DATA, RO)
    hart.run1(code, x1=VA)
    assert (hart.pc == HANDLER) == (cause != Cause.LOAD_PAGE_FAULT)          # LR needs R alone, the others W


# LR and SC


def test_sc_fails_after_the_end_of_the_turn() -> None:
    hart = make_hart(harts=2, quantum=100)
    other = TestHart(hart.machine, 1)
    hart.put("lr.d x3, (x1)", *["addi x0, x0, 0"] * 150, "sc.d x4, x2, (x1)", "jal x0, .+0")
    other.put("jal x0, .+0", at=CODE + 0x1000)
    other.pc = CODE + 0x1000
    hart.set(x1=DATA, x2=5, x4=9)
    hart.pc = CODE
    hart.machine.run(1000)
    assert (hart.x[4], hart.read_word(DATA)) == (1, 0)


def test_sc_succeeds_within_the_turn_however_the_run_is_cut(hart: TestHart) -> None:
    hart.put("lr.d x3, (x1)", *["addi x0, x0, 0"] * 16, "sc.d x4, x2, (x1)")
    hart.set(x1=DATA, x2=5, x4=9)
    hart.pc = CODE
    for _ in range(18):
        hart.step()
    assert (hart.x[4], hart.read_word(DATA)) == (0, 5)


@pytest.mark.parametrize(("between", "x4"), [
    ([], 0),
    (["sc.d x5, x2, (x1)"], 1),                          # the first SC used the reservation up
    (["lr.d x5, (x6)"], 1),                              # the reservation moved away
    (["pause"], 1),                                      # the turn ended
])  # fmt: skip
def test_sc_after(hart: TestHart, between: list[str], x4: int) -> None:
    hart.run("lr.d x3, (x1)", *between, "sc.d x4, x2, (x1)", x1=DATA, x2=5, x6=DATA + 64, x4=9)
    assert hart.x[4] == x4


def test_dma_ends_the_reservation(hart: TestHart) -> None:
    hart.run("lr.d x3, (x1)", x1=DATA)
    hart.write_word(DATA, 7)
    hart.put("sc.d x4, x2, (x1)", at=CODE + 0x100)
    hart.pc = CODE + 0x100
    hart.step()
    assert (hart.x[4], hart.read_word(DATA)) == (1, 7)


def test_a_failing_sc_faults_where_a_store_would(hart: TestHart) -> None:
    hart.map_page(VA, DATA, RO)
    assert hart.trap1("sc.d x3, x4, (x1)", x1=VA) == Trap(Cause.STORE_AMO_PAGE_FAULT, VA)


# Cache-block operations

CBIE, CBCFE, CBZE = 1 << 4, 1 << 6, 1 << 7
CBO = {"cbo.inval (x1)": CBIE, "cbo.clean (x1)": CBCFE, "cbo.flush (x1)": CBCFE, "cbo.zero (x1)": CBZE}


@pytest.mark.parametrize("code", CBO)
@pytest.mark.parametrize("priv", [U, S, M])
@pytest.mark.parametrize("menvcfg", [0, 1])
@pytest.mark.parametrize("senvcfg", [0, 1])
def test_envcfg_lets_lower_modes_use_cache_blocks(hart: TestHart, code: str, priv: int, menvcfg: int,
                                                  senvcfg: int) -> None:
    bit = CBO[code]
    hart.open_pmp()
    hart.set(menvcfg=bit if menvcfg else 0xF0 & ~(bit * 3 if bit == CBIE else bit),
             senvcfg=bit if senvcfg else 0xF0 & ~(bit * 3 if bit == CBIE else bit))
    hart.priv = priv
    hart.run(code, x1=DATA)
    legal = priv == M or (menvcfg and (priv == S or senvcfg))
    assert hart.pc == (CODE + 4 if legal else HANDLER)
    if not legal:
        assert hart.trapped() == Trap(Cause.ILLEGAL_INSTRUCTION, encode(code))


@pytest.mark.parametrize("code", [code for code in CBO if "zero" not in code])
@pytest.mark.parametrize(("flags", "allowed"), [
    (RO, True), (RW, True), (V | R | W | X, True), (0, False), (V | X | A, False), (RWX | PTE_U, False),
])  # fmt: skip
def test_cache_block_management_needs_a_right_to_load_or_store(hart: TestHart, code: str, flags: int,
                                                              allowed: bool) -> None:
    entry = hart.map_page(VA, DATA, flags)
    hart.csr["menvcfg"] = 0xF0 | ADUE
    before = bytes(range(64))
    hart.write(DATA, before)
    hart.run1(code, x1=VA + 5)
    assert (hart.pc == CODE + 4) == allowed
    if not allowed:
        assert hart.trapped() == Trap(Cause.STORE_AMO_PAGE_FAULT, VA + 5)
    assert hart.read(DATA, 64) == before
    assert hart.read_word(entry) & D == flags & D


@pytest.mark.parametrize("offset", [0, 1, 63])
def test_cbo_zero_clears_its_block_and_no_more(hart: TestHart, offset: int) -> None:
    hart.csr["menvcfg"] = 0xF0 | ADUE
    entry = hart.map_page(VA, DATA, V | R | W)
    hart.write(DATA, b"\xff" * 192)
    hart.run1("cbo.zero (x1)", x1=VA + 64 + offset)
    assert hart.read(DATA, 192) == b"\xff" * 64 + bytes(64) + b"\xff" * 64
    assert hart.read_word(entry) & (A | D) == A | D


def test_cbo_zero_of_a_page_table_unmaps(mapped: Any) -> None:
    mapped.csr["menvcfg"] = 0xF0 | ADUE
    assert mapped.run1("ld x3, 0(x1)", x1=VA).x[3] == 0x1111
    mapped.csr["mstatus"] = 0
    mapped.run1("cbo.zero (x1)", x1=mapped.entry)
    assert mapped.access_as(S).trap1("ld x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_PAGE_FAULT, VA)


@pytest.mark.parametrize("code", ["prefetch.i 32(x1)", "prefetch.r 64(x1)", "prefetch.w -32(x1)"])
@pytest.mark.parametrize("base", [VA, HOLE + 0x5000, 1 << 62, DATA])
def test_a_prefetch_never_faults_and_marks_nothing(hart: TestHart, code: str, base: int) -> None:
    entry = hart.map_page(VA, DATA, V | R | W)
    hart.map_page(VA + 0x1000, DATA, 0)
    for priv in (U, S):
        hart.access_as(priv)
        assert hart.run1(code, x1=base).pc == CODE + 4
    assert hart.read_word(entry) & (A | D) == 0
