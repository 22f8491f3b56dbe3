"""Walks and PMP verdicts in words, against the models of the manual's rules and against what the harts do."""

from __future__ import annotations

import pytest
from harness import CODE, DATA, MSTATUS_MXR, MSTATUS_SUM, TABLES, TestHart, make_hart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from priv import paging
from priv.test_pmp import EDGE, Pmp, entries, near, priv_modes, program

from rvemu.debug.explain import FETCH, LOAD, PAGE_FAULT, STORE, pmp_verdict, walk

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ADUE = 1 << 61


@pytest.fixture(scope="module")
def machine() -> TestHart:
    return make_hart()


@settings(RELAXED, max_examples=300)
@given(drawn=st.lists(entries, min_size=15, max_size=15), offset=near, width=st.sampled_from([1, 2, 4, 8]),
       access=st.sampled_from([FETCH, LOAD, STORE]), priv=priv_modes)  # fmt: skip
def test_pmp_verdicts_are_those_of_the_model(machine: TestHart, drawn: list[tuple[int, int]], offset: int, width: int,
                                             access: str, priv: int) -> None:
    hart, pmp = machine.reset(), Pmp()
    for k, (cfg, address) in enumerate(drawn):
        pmp.write_addr(k, address)
        pmp.write_cfg(k, cfg & ~2 if cfg & 3 == 2 else cfg)
    program(hart, pmp)
    need = {LOAD: 1, STORE: 2, FETCH: 4}[access]
    verdict = pmp_verdict(hart.machine.harts[0], EDGE + offset, width, access, priv)
    assert verdict.allowed == pmp.allows(EDGE + offset, width, need, priv)
    assert "\n" not in verdict.words


flags = st.sampled_from([1, 0xCF, 0xDF, 0xC7, 0x47, 0x43, 0x4B, 0x1F, 0x0F, 0, 5, 7]) | st.integers(0, 255)
high = st.sampled_from([0, 0, 0, 0, 1 << 63, 1 << 61, 3 << 61, 1 << 54])


@settings(RELAXED, max_examples=500)
@given(mode=st.sampled_from([8, 9, 10]), drawn=st.lists(st.tuples(flags, high), min_size=5, max_size=5),
       leaf=st.integers(0, 5), access=st.sampled_from([FETCH, LOAD, STORE]), priv=st.sampled_from([0, 1]),
       sum_=st.booleans(), mxr=st.booleans(), adue=st.booleans(),
       va=st.sampled_from([0x1000, 0x40_0123, 0xFFFF_FFFF_FFFF_F000, 1 << 38, 1 << 47, 1 << 56, 0x3F_FFFF_FFFF]))
def test_walks_end_as_the_model_says(machine: TestHart, mode: int, drawn: list[tuple[int, int]], leaf: int,
                                     access: str, priv: int, sum_: bool, mxr: bool, adue: bool, va: int) -> None:
    hart = machine.reset()
    hart.open_pmp()
    levels = paging.LEVELS[mode]
    for depth, (bits, top) in enumerate(drawn[:levels]):
        level = levels - 1 - depth
        entry = TABLES + 0x1000 * depth + (va >> 12 + 9 * level & 511) * 8
        pte = (TABLES + 0x1000 * (depth + 1)) >> 12 << 10 | 1
        if depth >= leaf or depth == levels - 1:
            pte = (DATA if level == 0 else 0x8000_0000 if level < 3 else 0) >> 12 << 10 | bits | top
        hart.write_word(entry, pte)
    hart.csr["satp"] = mode << 60 | TABLES >> 12
    hart.csr["menvcfg"] = adue * ADUE
    hart.csr["mstatus"] = sum_ * MSTATUS_SUM | mxr * MSTATUS_MXR
    found = walk(hart.machine, 0, va, access, priv)
    control = paging.Control(priv, sum=sum_, mxr=mxr, adue=adue)
    expected, cause = None, None
    try:
        expected = paging.translate(lambda pa: hart.read_word(pa) if 0x8000_0000 <= pa <= 0x80FF_FFF8 else None,
                                    hart.csr["satp"], va, access, control)  # fmt: skip
    except paging.TranslationError as error:
        cause = error.cause
    if expected is None:
        assert found.fault
        assert cause is not None
        assert (found.fault == PAGE_FAULT[access]) == (cause >= 12)
    else:
        assert found.pa == expected.pa
        assert found.steps[-1].entry == expected.entry
    assert found.words
    assert "\n" not in found.words


@pytest.mark.parametrize(("priv", "sum_", "access", "words"), [
    (1, False, LOAD, "user page (U is 1), and SUM is 0"), (1, True, FETCH, "S-mode never fetches"),
    (0, False, STORE, "not writable"), (0, False, FETCH, "not executable"),
])  # fmt: skip
def test_the_reason_is_named(priv: int, sum_: bool, access: str, words: str) -> None:
    hart = make_hart()
    hart.map_page(0x4000, DATA, 0x53)
    hart.csr["mstatus"] = sum_ * MSTATUS_SUM
    assert words in walk(hart.machine, 0, 0x4000, access, priv).words


def test_a_fetch_that_no_pmp_entry_matches_is_told(machine: TestHart) -> None:
    hart = machine.reset()
    assert walk(hart.machine, 0, CODE, FETCH, 1).words == \
        "instruction access fault: S-mode fetch denied: no PMP entry matches (none of them set)"
