"""The commands about address spaces, as they show at 80 columns."""

from __future__ import annotations

import re
from pathlib import Path

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


def test_why_says_that_it_let_the_machine_run(session: Session, hart: TestHart) -> None:
    hart.put("addi x5, x5, 1", "jal x0, 0")
    session.execute("step")
    text = told(session, "why 20000")
    assert re.search(r"^watched for 2000\d cycles; hart 0 is at 0x80000004 now$", text, re.MULTILINE)
    assert hart.pc == CODE + 4
    assert session.last_stop is None
    assert "watched" not in str(session.execute("why 1000").json())


def test_why_leaves_a_profile_alone(session: Session, hart: TestHart) -> None:
    hart.put("addi x5, x5, 1", "jal x0, 0")
    session.execute("profile on")
    session.execute("runfor 10")
    with pytest.raises(CommandError, match="profile off"):
        session.execute("why")
    assert "10" in told(session, "profile report")
    session.execute("profile off")
    session.execute("why")
    with pytest.raises(CommandError, match="nothing was counted"):
        session.execute("profile report")


def test_user_memory_that_a_handler_reached_is_not_said_to_be_denied_for_good(session: Session, hart: TestHart) -> None:
    hart.map_page(0x40_0000, DATA, RW | 1 << 4)
    hart.map_page(CODE, CODE, RX)
    hart.csr["medeleg"] = 1 << 13
    hart.csr["stvec"] = CODE
    hart.put("ld x5, 0(x6)")
    hart.set(x6=0x40_0000)
    hart.priv = 1
    hart.step()
    assert "a user page (U is 1), and SUM is 0 now" in one_line(told(session, "traps"))


def test_vmmap_names_the_areas_of_linux(session: Session, hart: TestHart, tmp_path: Path) -> None:
    for va in (0xFFFF_FFC4_FEA0_0000, 0xFFFF_FFC6_0000_0000, 0xFFFF_FFD6_0000_0000, 0xFFFF_FFFF_8000_0000):
        hart.map_page(va, DATA, RW)
    hart.map_page(0x40_0000, DATA, RW | 1 << 4)
    assert told(session, "vmmap").count("RAM") == 5
    system_map = tmp_path / "System.map"
    system_map.write_text("ffffffff80000000 D linux_banner\n")
    session.execute(f"add-symbols {system_map}")
    shown = [line.split(maxsplit=4)[-1] for line in told(session, "vmmap").splitlines()[1:-1]]
    assert shown == ["user", "fixmap", "vmalloc", "linear map", "data linux_banner"]


def test_vmmap_fits_eighty_columns(session: Session, hart: TestHart) -> None:
    for page in range(6):
        hart.map_page(0xFFFF_FFC6_0000_0000 + 0x4000 * page, DATA + 0x2000 * page, RW)
    lines = told(session, "vmmap").splitlines()
    assert "6 x 4K" in lines[1]
    assert max(map(len, lines)) <= 80
