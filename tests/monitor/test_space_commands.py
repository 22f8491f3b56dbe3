"""The commands about address spaces, as they show at 80 columns."""

from __future__ import annotations

import pytest
from harness import CODE, DATA, HANDLER, PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, PTE_X, TABLES, TestHart
from monitor.asking import told

from rvemu.monitor.registry import CommandError
from rvemu.monitor.session import Session

RW, RX = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D, PTE_V | PTE_R | PTE_X | PTE_A


@pytest.fixture
def session(hart: TestHart) -> Session:
    hart.put("jal x0, 0", at=HANDLER)
    hart.pc = CODE
    return Session(hart.machine)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_walk_shows_each_entry_and_the_outcome(session: Session, hart: TestHart) -> None:
    entry = hart.map_page(0x40_1000, DATA, RW)
    text = told(session, "walk 0x401008 store S")
    assert f"store at 0x401008 in S-mode: Sv39, root table at {TABLES:#x}, ASID 0" in text
    assert f"0      {entry:#x}  {DATA >> 2 | RW:#018x}  da---wrv  leaf, page of 4 KiB" in text
    assert f"0x401008 is {DATA + 8:#x} (RAM)" in text
    assert "pmp0" in text
    assert "not executable (X is 0)" in told(session, "walk 0x401000 fetch S")
    assert "not valid (V is 0)" in told(session, "walk 0x403000 load S")


def test_walk_without_translation_gives_pmps_verdict(session: Session) -> None:
    assert "no PMP entry matches (none of them set)" in one_line(told(session, f"walk {DATA:#x} fetch S"))
    assert "M-mode needs none" in told(session, f"walk {DATA:#x}")
    with pytest.raises(CommandError, match="not known here"):
        session.execute("walk 0 jump")


def test_vmmap_filters(session: Session, hart: TestHart) -> None:
    assert "Bare: addresses are physical" in told(session, "vmmap")
    hart.map_page(0x40_0000, DATA, RW)
    hart.map_page(0x40_1000, DATA, RX | 1 << 4)
    hart.map_page(0x50_0000, 0x1000_0000, RW)
    for page in range(6):
        hart.map_page(0x100_0000 + 0x4000 * page, DATA + 0x1000 * page, RW)
    assert "400000-400fff" in told(session, "vmmap")
    assert "1000000-1014fff" in told(session, "vmmap")
    assert "6 x 4K" in told(session, "vmmap")
    assert "6 x" not in told(session, "vmmap exact")
    assert "400000-" not in told(session, "vmmap U")
    assert "401000-" not in told(session, "vmmap S")
    assert told(session, "vmmap uart").splitlines()[1].split()[-1] == "uart"
    assert told(session, "vmmap 0x401234").count("\n") == 3
    assert "401000-401fff" in told(session, "vmmap rx")
    assert "nothing is mapped" in told(session, "vmmap nonsense")


def test_pmp_shows_entries_and_what_none_covers(session: Session, hart: TestHart) -> None:
    assert "no entry is set" in told(session, "pmp")
    hart.csr["pmpaddr0"] = DATA >> 2 | (0x1000 >> 3) - 1
    hart.csr["pmpcfg0"] = 0x9D
    text = told(session, "pmp")
    assert f"0      {DATA:x}  {DATA + 0xFFF:x}    4K  NAPOT  r-x     yes     rx       rx" in text
    assert f"no entry matches RAM {DATA + 0x1000:#x}-0x80ffffff: S and U may not" in one_line(text)


def test_tlb_why_and_traps_speak(session: Session, hart: TestHart) -> None:
    assert "as if there were no TLB" in told(session, "tlb")
    hart.put("ecall")
    assert "waits for nothing" in told(session, "why 20000")
    assert "environment call from M-mode at 0x80000000" in told(session, "traps")
    with pytest.raises(CommandError, match="hart 7"):
        session.execute("traps 7")


def test_what_the_guest_writes_during_why_is_shown(session: Session, hart: TestHart) -> None:
    hart.put("sb x7, 0(x6)", "jal x0, 0")
    hart.set(x6=0x1000_0000, x7=ord("A"))
    assert "the guest wrote meanwhile: b'A'" in told(session, "why 20000")
    assert "wrote" not in told(session, "why 20000")
