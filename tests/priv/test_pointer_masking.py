"""Pointer masking: an access is the one that the transformed address would make without it ("Pointer Masking")."""

from __future__ import annotations

import pytest
from harness import DATA, MSTATUS_MXR, MSTATUS_SUM, PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, TestHart, Trap, make_hart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from isa.asm import encode

U, S, M = 0, 1, 3
CONTROL = {U: "senvcfg", S: "menvcfg", M: "mseccfg"}
PMM = {0: 0, 7: 2 << 32, 16: 3 << 32}
"""The PMM field for each number of masked bits."""

RW = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
BITS = {"sv39": 39, "sv48": 48, "sv57": 57}
ACCESSES = ("ld x3, 0(x1)", "lhu x3, 0(x1)", "flw f3, 0(x1)", "sd x4, 0(x1)", "sb x4, 0(x1)", "lr.d x3, (x1)",
            "sc.d x3, x4, (x1)", "amoadd.w x3, x4, (x1)", "cbo.zero (x1)", "cbo.clean (x1)",
            "lwu x3, 0(x1)")  # fmt: skip
WORDS = {text: encode(text) for text in ACCESSES}
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def transformed(va: int, masked: int, physical: bool) -> int:
    """The manual's "ignore" transformation of an effective address, by the number of masked bits."""
    low = va % (1 << 64 - masked)
    sign = 0 if physical else low >> 63 - masked
    return low + sign * ((1 << 64) - (1 << 64 - masked))


@pytest.fixture(scope="module")
def machine() -> TestHart:
    hart = make_hart()
    hart.open_pmp()
    return hart


def prepare(hart: TestHart, priv: int, masked: int, mxr: bool, mode: str | None, va: int) -> None:
    """Let M-mode access memory as `priv` does, translated by `mode`; two pages at `va` have data in them."""
    for name in CONTROL.values():
        hart.csr[name] = 0xF0 if name != "mseccfg" else 0
    hart.csr[CONTROL[priv]] = hart.csr[CONTROL[priv]] | PMM[masked]
    hart.csr["menvcfg"] = hart.csr["menvcfg"] | 0xF0
    hart.csr["satp"] = 0
    hart._free_table = 0x8008_1000
    hart.write(0x8008_0000, bytes(0x1_0000))
    hart.write(DATA, bytes(range(256)) * 48)
    if mode is not None:
        user = PTE_U if priv == U else 0
        for k in range(2):
            hart.map_page(va + 0x1000 * k & (1 << 64) - 1, DATA + 0x1000 * k, RW | user, mode=mode)
    hart.access_as(priv, MSTATUS_SUM | mxr * MSTATUS_MXR)


def outcome(hart: TestHart, access: str, va: int) -> tuple[Trap | None, int, int, bytes]:
    """Make the access; return its trap, what it loaded, and what is in memory."""
    hart.run(WORDS[access], x1=va, x3=0x3333, f3=0, x4=0x4444_5555_6666_7777)
    trap = hart.trapped() if hart.pc == 0x8000_F000 else None
    return trap, hart.x[3], hart.f[3], hart.read(DATA, 0x3000)


@settings(RELAXED, max_examples=400)
@given(priv=st.sampled_from([U, S, M]), masked=st.sampled_from([0, 7, 16]), mxr=st.booleans(),
       mode=st.sampled_from([None, "sv39", "sv48", "sv57"]), high=st.booleans(),
       offset=st.sampled_from([0, 8, 0x7F0, 0xFFC, 0xFFF, 0x1000, 0x1FF8, 0x2000]) | st.integers(0, 0x2100),
       tag=st.sampled_from([0, 0, 1, 0x8000, 0xFFFF, 0x0100, 0x00FF, 0xFE00]), access=st.sampled_from(ACCESSES),
       twice=st.booleans())  # fmt: skip
def test_an_access_is_that_of_the_transformed_address(
    machine: TestHart, priv: int, masked: int, mxr: bool, mode: str | None, high: bool, offset: int, tag: int,
    access: str, twice: bool,
) -> None:
    """The same access to the transformed address without masking is the oracle; other tests look at that one."""
    mode = None if priv == M else mode
    base = DATA if mode is None else (1 << 64) - (1 << BITS[mode] - 1) if high else 0x1000_0000
    va = base + offset ^ tag << 48
    plain = transformed(va, 0 if mxr and priv != M else masked, mode is None)
    prepare(machine, priv, 0, mxr, mode, base)
    expected = outcome(machine, access, plain)
    prepare(machine, priv, masked, mxr, mode, base)
    if twice:                                       # the translation of the same page may be known by another tag
        outcome(machine, "ld x3, 0(x1)", base)
        machine.access_as(priv, MSTATUS_SUM | mxr * MSTATUS_MXR)
    assert outcome(machine, access, va) == expected


def test_a_change_of_the_page_table_is_seen_under_every_tag(machine: TestHart) -> None:
    prepare(machine, S, 16, False, "sv39", 0x1000_0000)
    entry = machine.map_page(0x1000_0000, DATA, RW)
    machine.access_as(S)
    for tag in (0, 1, 0xFFFF):
        assert outcome(machine, "lhu x3, 0(x1)", 0x1000_0000 | tag << 48)[:2] == (None, 0x0100)
    machine.write(DATA + 0x3000, b"\xaa\xbb")
    machine.set(x1=entry, x4=(DATA + 0x3000) >> 12 << 10 | RW)
    machine.csr["mstatus"] = 3 << 13                # the store to the page table is that of M-mode
    machine.run("sd x4, 0(x1)")
    machine.access_as(S)
    for tag in (0, 1, 0xFFFF):
        assert outcome(machine, "lhu x3, 0(x1)", 0x1000_0000 | tag << 48)[:2] == (None, 0xBBAA)


def test_fetches_are_not_masked(machine: TestHart) -> None:
    prepare(machine, M, 16, False, None, 0)
    machine.csr["mstatus"] = 3 << 13
    machine.put("addi x3, x0, 1", at=DATA)
    assert machine.step_at(DATA | 1 << 60) == Trap(1, DATA | 1 << 60)


@pytest.mark.parametrize("name", ["menvcfg", "senvcfg", "mseccfg"])
def test_the_reserved_value_of_pmm_is_not_taken(machine: TestHart, name: str) -> None:
    for field, read in ((2, 2), (1, 2), (3, 3), (1, 3), (0, 0), (1, 0)):
        machine.csr[name] = field << 32
        assert machine.csr[name] >> 32 & 3 == read


@pytest.mark.parametrize(("isa", "fields"), [
    ("rv64imac", {"menvcfg": 0, "senvcfg": 0}),
    ("rv64imac_ssnpm", {"menvcfg": 0, "senvcfg": 3}),
    ("rv64imac_smnpm", {"menvcfg": 3, "senvcfg": 0}),
    ("rv64imac_smmpm", {"menvcfg": 0, "senvcfg": 0, "mseccfg": 3}),
])  # fmt: skip
def test_each_field_comes_with_its_extension(isa: str, fields: dict[str, int]) -> None:
    hart = make_hart(isa=isa)
    for name in CONTROL.values():
        if name in hart.csr:
            hart.csr[name] = 3 << 32
    assert {name: hart.csr[name] >> 32 & 3 for name in CONTROL.values() if name in hart.csr} == fields
