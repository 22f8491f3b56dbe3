"""Address spaces as ranges: against tables that the test builds."""

from __future__ import annotations

import time

import pytest
from harness import DATA, PTE_A, PTE_D, PTE_G, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X, TABLES, TestHart, make_hart

from rvemu.debug.space import Range, address_space

RW, RX = PTE_V | PTE_R | PTE_W, PTE_V | PTE_R | PTE_X
UART = 0x1000_0000


def ranges(hart: TestHart, *, exact: bool = False) -> list[Range]:
    return address_space(hart.machine, 0, exact=exact).ranges


def shown(hart: TestHart, *, exact: bool = False) -> list[tuple[int, int, int, str, str]]:
    return [(each.first, each.size, each.pa if each.contiguous else 0, each.rights, each.region)
            for each in ranges(hart, exact=exact)]  # fmt: skip


def test_without_translation_it_is_the_physical_map(hart: TestHart) -> None:
    space = address_space(hart.machine, 0)
    assert space.scheme == "Bare"
    assert (UART, 0x100, "uart") in [(each.first, each.size, each.region) for each in space.ranges]


@pytest.mark.parametrize("mode", ["sv39", "sv48", "sv57"])
def test_neighbours_with_equal_rights_are_one_range(hart: TestHart, mode: str) -> None:
    top = (1 << 64) - 0x2000
    for page, extra in ((0, PTE_A), (1, PTE_A | PTE_D), (2, 0)):
        hart.map_page(0x40_0000 + page * 4096, DATA + page * 4096, RW | extra, mode=mode)
    hart.map_page(0x40_3000, DATA + 0x3000, RX | PTE_U | PTE_G, mode=mode)
    hart.map_page(top, UART, RW, mode=mode)
    assert shown(hart) == [
        (0x40_0000, 0x3000, DATA, "rw---", "RAM"),
        (0x40_3000, 0x1000, DATA + 0x3000, "r-xug", "RAM"),
        (top, 0x1000, UART, "rw---", "uart"),
    ]
    assert address_space(hart.machine, 0).scheme.lower() == mode


def test_scattered_pages_are_one_range_unless_it_is_to_be_exact(hart: TestHart) -> None:
    hart.map_page(0x1000, DATA, RW)
    hart.map_page(0x2000, DATA + 0x5000, RW)
    assert shown(hart) == [(0x1000, 0x2000, 0, "rw---", "RAM")]
    assert [each[:3] for each in shown(hart, exact=True)] == [(0x1000, 0x1000, DATA), (0x2000, 0x1000, DATA + 0x5000)]


def test_a_superpage_goes_on_in_pages(hart: TestHart) -> None:
    hart.map_page(0x20_0000, 0x8020_0000, RW, level=1)
    hart.map_page(0x40_0000, 0x8040_0000, RW)
    (found,) = ranges(hart)
    assert (found.first, found.size, found.pa, found.contiguous, found.page) == (
        0x20_0000, 0x20_1000, 0x8020_0000, True, 2 << 20)  # fmt: skip


def test_a_napot_page_is_contiguous(hart: TestHart) -> None:
    for page in range(16):
        hart.map_page(0x1_0000 + page * 4096, 0x8010_8000, RW | 1 << 63)
    assert shown(hart, exact=True) == [(0x1_0000, 0x1_0000, 0x8010_0000, "rw---", "RAM")]


def test_tables_that_point_at_themselves_end(hart: TestHart) -> None:
    for index in range(512):
        hart.write_word(TABLES + 8 * index, TABLES >> 12 << 10 | PTE_V)
    hart.csr["satp"] = 10 << 60 | TABLES >> 12
    began = time.process_time()
    space = address_space(hart.machine, 0)
    assert (space.ranges, space.complete) == ([], False)
    assert time.process_time() - began < 20


def test_a_table_outside_ram_maps_nothing(hart: TestHart) -> None:
    hart.write_word(TABLES, UART >> 12 << 10 | PTE_V)
    hart.csr["satp"] = 8 << 60 | TABLES >> 12
    assert ranges(hart) == []


def test_many_pages_take_no_second() -> None:
    hart = make_hart(memory="64M")
    pages, leaves = 1 << 18, 0x8080_0000
    hart.map_page(0, DATA, RW)
    for index in range(pages // 512):
        table = leaves + index * 4096
        entries = b"".join((0x8000_0000 + 4096 * (k * 7 % 512) >> 12 << 10 | RW).to_bytes(8, "little")
                           for k in range(512))  # fmt: skip
        hart.write(table, entries)
        hart.write_word(TABLES + 4096 + 8 * index, table >> 12 << 10 | PTE_V)
    began = time.process_time()
    assert sum(each.size for each in ranges(hart)) == pages * 4096
    assert time.process_time() - began < 1.5
