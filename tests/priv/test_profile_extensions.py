"""What the RISC-V Profiles give a name: properties of memory, of traps and of supervisor mode."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from harness import CODE, DATA, PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, PTE_X, SATP_MODE, TestHart, make_hart
from isa.models import SENTINEL

from rvemu.isa.causes import Cause
from rvemu.isa.config import EXTENSIONS, PROPERTIES
from rvemu.isa.decode import decode
from rvemu.isa.insns import INSNS

U, S = 0, 1
RAM_BASE, RAM_END = 0x8000_0000, 0x8100_0000
S_HANDLER = 0x8000_E000
VA = 0x40_0000
ALL = (1 << 64) - 1
LEAF = PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D
SYSTEM = 0x73


@pytest.fixture
def supervisor(hart: TestHart) -> TestHart:
    """A hart whose S- and U-mode may access all memory, and all of whose exceptions go to S-mode."""
    hart.open_pmp()
    hart.set(stvec=S_HANDLER, medeleg=ALL)
    return hart


@pytest.fixture
def two_harts() -> Iterator[tuple[TestHart, TestHart]]:
    """Two harts whose turns are as short as they can be."""
    hart = make_hart(harts=2, quantum=100)
    yield hart, TestHart(hart.machine, 1)
    hart.machine.close()


def test_the_reasons_are_of_extensions() -> None:
    assert set(PROPERTIES) <= set(EXTENSIONS)
    assert all(PROPERTIES.values())


def test_zic64b_cache_blocks_are_64_bytes(hart: TestHart) -> None:
    for offset in (0, 1, 63):
        hart.write(DATA, b"\xaa" * 256)
        hart.run1("cbo.zero (x1)", x1=DATA + 64 + offset)
        assert hart.read(DATA, 256) == b"\xaa" * 64 + bytes(64) + b"\xaa" * 128


@pytest.mark.parametrize("name", [insn.name for insn in INSNS if insn.name.startswith("amo")])
def test_ziccamoa_ziccamoc_all_ram_takes_every_amo(hart: TestHart, name: str) -> None:
    for address in (CODE + 0x1000, RAM_END - 16):
        assert hart.run1(f"{name} x6, x4, (x1)", x1=address).pc == CODE + 4


def test_ziccid_a_store_is_fetched_by_either_hart_without_a_fence(two_harts: tuple[TestHart, TestHart]) -> None:
    """Hart 1 goes round in code that hart 0 changes; nobody executes fence.i."""
    writer, reader = two_harts
    reader.put("addi x3, x0, 1", "jal x0, .-4", at=DATA)
    reader.pc = DATA
    writer.put("sw x4, 0(x5)", "jal x0, .+0")
    writer.set(x4=0x0020_0193, x5=DATA)                         # addi x3, x0, 2
    writer.pc = CODE
    writer.machine.run(1000)
    assert reader.x[3] == 2


def test_ziccif_an_aligned_instruction_is_fetched_whole(two_harts: tuple[TestHart, TestHart]) -> None:
    writer, reader = two_harts
    one, two = 0x1111_11B7, 0xEEEE_E1B7                         # lui x3, 0x11111 and lui x3, 0xeeeee
    reader.put(one, "beq x3, x6, .+16", "beq x3, x7, .+20", "addi x9, x9, 1", "jal x0, .-16",
               "addi x10, x10, 1", "jal x0, .-24", "addi x11, x11, 1", "jal x0, .-32", at=DATA)
    reader.set(x6=0x1111_1000, x7=0xFFFF_FFFF_EEEE_E000)
    reader.pc = DATA
    writer.put("sw x4, 0(x6)", "sw x5, 0(x6)", "jal x0, .-8")
    writer.set(x4=one, x5=two, x6=DATA)
    writer.pc = CODE
    writer.machine.run(100_003)
    assert reader.x[9] == 0
    assert reader.x[10] > 100
    assert reader.x[11] > 100


def test_ziccrse_a_loop_of_lr_and_sc_ends(two_harts: tuple[TestHart, TestHart]) -> None:
    count = 500
    for hart in two_harts:
        hart.put("lr.d x3, (x1)", "addi x3, x3, 1", "sc.d x4, x3, (x1)", "bne x4, x0, .-12", "addi x2, x2, -1",
                 "bne x2, x0, .-20", "jal x0, .+0")
        hart.set(x1=DATA, x2=count)
        hart.pc = CODE
    two_harts[0].machine.run(count * 100)
    assert two_harts[0].read_word(DATA) == 2 * count


@pytest.mark.parametrize("pa", [DATA + 0x1000, DATA + 64])
def test_zicclsm_misaligned_loads_and_stores_work_in_all_ram(hart: TestHart, pa: int) -> None:
    for offset in range(-9, 9):
        for letter, size in (("h", 2), ("w", 4), ("d", 8)):
            hart.write(pa - 16, b"\xaa" * 32)
            hart.run(f"s{letter} x2, 0(x1)", f"l{letter} x3, 0(x1)", x1=pa + offset, x2=0x1122_3344)
            stored = (0x1122_3344).to_bytes(8, "little")[:size]
            assert hart.read(pa - 16, 32) == b"\xaa" * (16 + offset) + stored + b"\xaa" * (16 - offset - size)
            assert hart.x[3] == int.from_bytes(stored, "little")


@pytest.mark.parametrize("offset", range(-128, 129, 8))
def test_za64rs_a_reservation_is_for_no_other_address(hart: TestHart, offset: int) -> None:
    hart.run("lr.d x3, (x1)", "sc.d x4, x2, (x5)", x1=DATA + 192, x2=5, x5=DATA + 192 + offset)
    assert hart.x[4] == (offset != 0)


def test_ssccptr_page_tables_may_be_anywhere_in_ram(supervisor: TestHart) -> None:
    for table in (DATA, RAM_END - 4096):
        supervisor.write_word(table, RAM_BASE >> 12 << 10 | LEAF)           # a gigapage at 0
        supervisor.csr["satp"] = SATP_MODE["sv39"][0] << 60 | table >> 12
        supervisor.access_as(S)
        supervisor.write_word(DATA + 64, SENTINEL)
        assert supervisor.run1("ld x3, 0(x1)", x1=DATA + 64 - RAM_BASE, x3=0).x[3] == SENTINEL


def test_sscounterenw_each_counter_that_counts_has_a_writable_bit(hart: TestHart) -> None:
    hart.csr["scounteren"] = ALL
    bits = hart.csr["scounteren"]
    for number in range(32):
        name = {0: "mcycle", 1: None, 2: "minstret"}.get(number, f"mhpmcounter{number}")
        if name is not None:
            hart.csr[name] = 1 << 20
        if name is None or hart.csr[name]:
            assert bits >> number & 1, number


def test_ssstrict_what_is_not_there_is_illegal_in_supervisor_mode(supervisor: TestHart) -> None:
    """SYSTEM, where privileged instructions are, is in the tests of CSRs; custom opcodes are nobody's here."""
    random = Random(2)
    words = [random.getrandbits(32) | 3 for _ in range(2000)]
    absent = [word for word in words if word & 0x7F != SYSTEM and decode(word) is None]
    assert len(absent) > 500
    for word in absent:
        supervisor.set(scause=0, stval=0)
        supervisor.priv = S
        supervisor.run(word)
        assert (supervisor.pc, supervisor.priv) == (S_HANDLER, S), hex(word)
        assert (supervisor.csr["scause"], supervisor.csr["stval"]) == (Cause.ILLEGAL_INSTRUCTION, word)


@pytest.mark.parametrize(("text", "offset", "fault", "access_fault"), [
    ("lw x3, 0(x1)", 0xFE0, Cause.LOAD_PAGE_FAULT, Cause.LOAD_ACCESS_FAULT),
    ("sb x3, 0(x1)", 0x123, Cause.STORE_AMO_PAGE_FAULT, Cause.STORE_AMO_ACCESS_FAULT),
    ("amocas.q x4, x6, (x1)", 0x120, Cause.STORE_AMO_PAGE_FAULT, Cause.STORE_AMO_ACCESS_FAULT),
    ("jalr x0, 0(x1)", 0x124, Cause.INSTRUCTION_PAGE_FAULT, Cause.INSTRUCTION_ACCESS_FAULT),
])  # fmt: skip
def test_sstvala_stval_is_the_address_of_a_fault(
    supervisor: TestHart, text: str, offset: int, fault: Cause, access_fault: Cause
) -> None:
    """The code runs in S-mode, from a gigapage that maps RAM to itself."""
    for pa, flags, cause in ((DATA, 0, fault), (0x4000_0000, LEAF, access_fault)):
        supervisor.map_page(VA, pa, flags)
        supervisor.map_page(RAM_BASE, RAM_BASE, LEAF, level=2)
        supervisor.set(stval=0, scause=0, mstatus=0)
        supervisor.priv = S
        supervisor.run(text, x1=VA + offset)
        supervisor.step(text.startswith("jalr"))
        assert (supervisor.pc, supervisor.csr["scause"], supervisor.csr["stval"]) == (S_HANDLER, cause, VA + offset)


@pytest.mark.parametrize("bit", range(2, 64))
def test_sstvecd_stvec_takes_every_aligned_address(hart: TestHart, bit: int) -> None:
    for value in (1 << bit, ALL ^ 3 ^ 1 << bit):
        hart.csr["stvec"] = value
        assert hart.csr["stvec"] == value


def test_ssu64xl_uxl_is_64_bits(hart: TestHart) -> None:
    for value in (0, ALL):
        hart.csr["sstatus"] = value
        assert hart.csr["sstatus"] >> 32 & 3 == 2


def test_svbare_satp_takes_mode_bare(supervisor: TestHart) -> None:
    supervisor.map_page(VA, DATA, 0)
    supervisor.csr["satp"] = 0
    assert supervisor.csr["satp"] == 0
    supervisor.write_word(DATA, SENTINEL)
    assert supervisor.run1("ld x3, 0(x1)", x1=DATA, x3=0).x[3] == SENTINEL


def test_svvptc_an_entry_made_valid_is_seen_without_a_fence(hart: TestHart) -> None:
    entry = hart.map_page(VA, DATA, 0)
    hart.write_word(DATA, SENTINEL)
    assert hart.trap1("ld x3, 0(x1)", x1=VA).cause == Cause.LOAD_PAGE_FAULT
    hart.csr["mstatus"] = 0
    hart.run1("sd x2, 0(x1)", x1=entry, x2=DATA >> 12 << 10 | LEAF)
    hart.access_as(S)
    assert hart.run1("ld x3, 0(x1)", x1=VA, x3=0).x[3] == SENTINEL


def test_properties_can_be_left_out(hart: TestHart) -> None:
    bare = make_hart(isa="rv64imac")
    names = {name.lower() for name in PROPERTIES}
    assert "_zic64b" in hart.machine.isa.isa_string
    assert names.isdisjoint(bare.machine.isa.extensions)
