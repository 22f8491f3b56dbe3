"""Commands that show and change registers and CSRs."""

from __future__ import annotations

import re
import struct

import pytest
from monitor.asking import answer_to, data, shown

from rvemu.config import bundled
from rvemu.errors import RvemuError
from rvemu.isa.csrs import CSRS
from rvemu.isa.regs import F_NAMES, X_NAMES
from rvemu.machine import Machine
from rvemu.monitor.answers import Fragments
from rvemu.monitor.commands.registers import unboxed
from rvemu.monitor.session import Session


@pytest.fixture
def stopped() -> Session:
    """A session in the demo kernel's firmware, some thousand cycles on."""
    machine = Machine(kernel=bundled("demo.elf"), harts=2, append="selfcheck=auto")
    session = Session(machine)
    session.remember()
    machine.run(20_000)
    return session


def pieces(session: Session, line: str) -> Fragments:
    return answer_to(session, line).fragments(80)


@pytest.mark.parametrize(("width", "columns"), [(60, 2), (80, 3), (100, 4)])
def test_regs_shows_each_register_in_columns(stopped: Session, width: int, columns: int) -> None:
    head, *rows = shown(stopped, "regs", width=width).splitlines()
    assert head.startswith(f"hart 0  M-mode  pc {stopped.hart.pc:#x}")
    found = dict(re.findall(r"(\w+) ([0-9a-f]{16})", "\n".join(rows)))
    assert {name: int(value, 16) for name, value in found.items()} == dict(zip(X_NAMES, stopped.hart.x, strict=True))
    assert len(rows) == -(-32 // columns)
    assert max(len(row) for row in rows) <= width


def test_what_has_changed_is_marked(stopped: Session) -> None:
    before = stopped.previous[0]
    changed = {name for name, value in zip(X_NAMES, stopped.hart.x, strict=True) if value != before[name]}
    assert "sp" in changed
    assert set(data(stopped, "regs")["changed"]) == changed | {"pc"}
    assert ("class:changed", f"{stopped.hart.x[2]:x}") in pieces(stopped, "regs")
    stopped.remember()
    assert data(stopped, "regs")["changed"] == []
    assert not [style for style, _ in pieces(stopped, "regs csr") if style == "class:changed"]
    stopped.hart.csr["mscratch"] ^= 1
    assert [text for style, text in pieces(stopped, "regs csr") if style == "class:changed"] \
        == [f"{stopped.hart.csr['mscratch']:#018x}"]  # fmt: skip


@pytest.mark.parametrize("line", ["regs hart 1", "reg 1", "registers hart 1", "regs hart 1 a0"])
def test_another_hart_is_looked_at_without_choosing_it(stopped: Session, line: str) -> None:
    found = data(stopped, line)
    assert (found["hart"], found["registers"]["a0"]) == (1, stopped.machine.harts[1].x[10])
    assert stopped.hart_number == 0


def test_registers_of_any_kind_by_name(stopped: Session) -> None:
    stopped.hart.f[10] = 0x3FF8_0000_0000_0000
    text = shown(stopped, "regs $a0 x2 fa0 mscratch")
    assert re.findall(r"^ *(\w+) ", text, re.MULTILINE) == ["hart", "a0", "fa0", "mscratch"]
    assert "double 1.5" in text
    assert f"sp {stopped.hart.x[2]:016x}" in text


@pytest.mark.parametrize("line", ["regs nonsense", "regs hart 2", "regs hart", "fregs a0", "csr nonsense", "priv 2",
                                  "csr mhartid = 1", "regs csr nonsense", "csr nonsense = 1", "pc x"])  # fmt: skip
def test_mistakes_are_told_in_one_line(stopped: Session, line: str) -> None:
    with pytest.raises(RvemuError) as caught:
        stopped.execute(line)
    assert "\n" not in str(caught.value)
    assert stopped.hart_number == 0


def test_csrs_by_pattern_with_their_fields(stopped: Session) -> None:
    stopped.hart.csr["mstatus"] = 1 << 13 | 3 << 11 | 8
    text = shown(stopped, "regs csr mst*")
    assert text.splitlines()[:2] == ["mstatus   0x0000000a00003808", "    SXL=64 UXL=64 FS=Initial MPP=M SPP=U MIE=1"]
    assert "mstateen0 to mstateen3 are 0" in text
    assert set(data(stopped, "regs csr")) == {csr.name for csr in CSRS if csr.name in stopped.hart.csr}
    assert max(len(line) for line in shown(stopped, "regs csr").splitlines()) <= 80


def test_a_csr_bit_by_bit(stopped: Session) -> None:
    stopped.hart.csr["satp"] = 8 << 60 | 5 << 44 | 0x80123
    lines = shown(stopped, "csr satp").splitlines()
    assert lines[0] == "satp 0x8000500000080123  root page table at 0x80123000"
    assert [line.split() for line in lines[2:]] == \
        [["63:60", "MODE", "0x8", "Sv39"], ["59:44", "ASID", "0x5"], ["43:0", "PPN", "0x80123"]]  # fmt: skip
    assert data(stopped, "csr satp")["fields"] == {"MODE": 8, "ASID": 5, "PPN": 0x80123}
    for csr in CSRS:
        if csr.name in stopped.hart.csr:
            assert max(len(line) for line in shown(stopped, f"csr {csr.name}").splitlines()) <= 80


def test_writing_a_csr_keeps_what_it_can_hold(stopped: Session) -> None:
    assert data(stopped, "csr mepc = 0x80000003")["mepc"]["value"] in (0x80000002, 0x80000000)
    stopped.execute("csr $mscratch = mepc + 1")
    assert stopped.hart.csr["mscratch"] == stopped.hart.csr["mepc"] + 1
    assert "illegal instruction (exception 2)" in shown(stopped, "csr mcause = 2")


def box(value: bytes) -> int:
    """Return a value as a register of 64 bits holds it."""
    return int.from_bytes(value.ljust(8, b"\xff"), "little")


@pytest.mark.parametrize(("raw", "precision", "text"), [
    (box(struct.pack("<d", 0.1)), "double", "0.1"), (box(struct.pack("<f", 0.1)), "single", "0.1"),
    (box(struct.pack("<e", -1.5)), "half", "-1.5"), (0, "double", "0"), (1, "double", "5e-324"),
    (box(struct.pack("<f", 16777216)), "single", "16777216"), (box(struct.pack("<f", float("inf"))), "single", "inf"),
    (0x7FF8_0000_0000_0000, "double", "nan(0x8000000000000)"), (0xFFFF_FFFF_7FC0_0000, "single", "nan(0x400000)"),
    ((1 << 64) - 1, "half", "-nan(0x3ff)"),
])  # fmt: skip
def test_floating_point_registers_by_their_nan_box(stopped: Session, raw: int, precision: str, text: str) -> None:
    assert unboxed(raw) == (precision, text)
    stopped.hart.f[8] = raw
    assert shown(stopped, "fregs fs0").split() == ["fs0", f"{raw:016x}", precision, text]


def test_fregs_shows_all_and_fcsr(stopped: Session) -> None:
    lines = shown(stopped, "freg 1").splitlines()
    assert [line.split()[0] for line in lines[:32]] == list(F_NAMES)
    assert lines[32].startswith("fcsr")


def test_mode_and_pc_of_a_hart(stopped: Session) -> None:
    assert shown(stopped, "priv 1") == "M (machine)\n"
    stopped.hart.pc = stopped.machine.symbols()["main"] + 4
    assert shown(stopped, "pc") == f"{stopped.hart.pc:#x} <main+0x4>\n"


@pytest.mark.parametrize("line", ["regs", "regs csr", "fregs", "csr mstatus", "csr seed", "priv", "pc", "insn"])
def test_looking_changes_nothing(stopped: Session, line: str) -> None:
    before = stopped.machine.state_hash()
    stopped.execute(line)
    assert stopped.machine.state_hash() == before
