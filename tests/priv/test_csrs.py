"""Every CSR in every mode: reset value, what all ones and zeros leave in it, and who may touch it.

The table is written from the manual's chapters on Machine-Level and Supervisor-Level ISA; WARL fields stand
as an implementation with 16 PMP entries, 29 hardware performance monitors, three bits of events and no hypervisor has
them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from harness import CODE, HANDLER, MSTATUS_FS_DIRTY, TestHart, make_hart

from rvemu.isa.csrs import CSRS
from rvemu.machine import Machine

U, S, M = 0, 1, 3
SEED = 0x015
MODES = {"U": U, "S": S, "M": M}
ILLEGAL = 2
ONES = (1 << 64) - 1

SSEED = 1 << 9
UXL_64, SXL_64, SD = 2 << 32, 2 << 34, 1 << 63
SSTATUS_ONES = 0x2 | 0x20 | 0x100 | 3 << 13 | 1 << 18 | 1 << 19 | 1 << 23   # SIE SPIE SPP FS SUM MXR SPELP
MSTATUS_ONES = (                                                    # MIE MPIE MPP MPRV TVM TW TSR MPELP
    SSTATUS_ONES | 0x8 | 0x80 | 3 << 11 | 1 << 17 | 7 << 20 | 1 << 41
)
MISA = 2 << 62 | sum(1 << ord(letter) - ord("A") for letter in "ABCDFIMSU")
MENVCFG_ADUE, MENVCFG_PBMTE, MENVCFG_STCE = 1 << 61, 1 << 62, 1 << 63
PMM = 3 << 32
MSTATEEN0_ENVCFG, MSTATEEN_SE = 1 << 62, 1 << 63
ENVCFG_ONES = 0xFD | PMM                                            # FIOM LPE SSE CBIE CBCFE CBZE PMM
OF, FILTER = 1 << 63, 7 << 60                                       # MINH SINH UINH
SSE = 1 << 3
MLPE = 1 << 10
PMPCFG_ONES = 0x9F9F_9F9F_9F9F_9F9F                                 # L, A and R, W, X of eight entries
EXCEPTIONS_BELOW_M = sum(1 << cause for cause in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 18))


class Row(NamedTuple):
    """A CSR: its number, its value after reset, and after writing all ones, then zeros; None: it counts."""

    number: int
    reset: int | None = 0
    ones: int | None = 0
    zeros: int | None = 0


TABLE: dict[str, Row] = {
    "fflags": Row(0x001, 0, 0x1F),
    "frm": Row(0x002, 0, 0x7),
    "fcsr": Row(0x003, 0, 0xFF),
    "ssp": Row(0x011, 0, ONES - 7),
    "seed": Row(0x015, None, None, None),
    "cycle": Row(0xC00, None, None, None),
    "time": Row(0xC01, None, None, None),
    "instret": Row(0xC02, None, None, None),
    **{f"hpmcounter{n}": Row(0xC00 + n) for n in range(3, 32)},
    "sstatus": Row(0x100, UXL_64, SSTATUS_ONES | UXL_64 | SD, UXL_64),
    "sie": Row(0x104),                                              # nothing is delegated
    "stvec": Row(0x105, 0, ONES - 2),
    "scounteren": Row(0x106, 0, 0xFFFF_FFFF),
    "senvcfg": Row(0x10A, 0, ENVCFG_ONES),
    **{f"sstateen{n}": Row(0x10C + n) for n in range(4)},
    "sscratch": Row(0x140, 0, ONES),
    "sepc": Row(0x141, 0, ONES - 1),
    "scause": Row(0x142, 0, ONES),
    "stval": Row(0x143, 0, ONES),
    "sip": Row(0x144),
    "stimecmp": Row(0x14D, ONES, ONES),
    "satp": Row(0x180),                                             # mode 15 is reserved: no effect
    "scountovf": Row(0xDA0),
    "mvendorid": Row(0xF11),
    "marchid": Row(0xF12),
    "mimpid": Row(0xF13),
    "mhartid": Row(0xF14),
    "mconfigptr": Row(0xF15),
    "mstatus": Row(0x300, UXL_64 | SXL_64, MSTATUS_ONES | UXL_64 | SXL_64 | SD, UXL_64 | SXL_64),
    "misa": Row(0x301, MISA, MISA, MISA),
    "medeleg": Row(0x302, 0, EXCEPTIONS_BELOW_M),
    "mideleg": Row(0x303, 0, 0x2222),
    "mie": Row(0x304, 0, 0x2AAA),
    "mtvec": Row(0x305, 0, ONES - 2),
    "mcounteren": Row(0x306, 0, 0xFFFF_FFFF),
    "menvcfg": Row(0x30A, MENVCFG_ADUE, ENVCFG_ONES | MENVCFG_ADUE | MENVCFG_PBMTE | MENVCFG_STCE),
    "mstateen0": Row(0x30C, 0, MSTATEEN_SE | MSTATEEN0_ENVCFG),
    **{f"mstateen{n}": Row(0x30C + n, 0, MSTATEEN_SE) for n in range(1, 4)},
    "mcountinhibit": Row(0x320, 0, 0xFFFF_FFFD),
    "mcyclecfg": Row(0x321, 0, FILTER),
    "minstretcfg": Row(0x322, 0, FILTER),
    **{f"mhpmevent{n}": Row(0x320 + n, 0, OF | FILTER) for n in range(3, 32)},    # no event has all bits set
    "mscratch": Row(0x340, 0, ONES),
    "mepc": Row(0x341, 0, ONES - 1),
    "mcause": Row(0x342, 0, ONES),
    "mtval": Row(0x343, 0, ONES),
    "mip": Row(0x344, 0, 0x2222),
    "pmpcfg0": Row(0x3A0, 0, PMPCFG_ONES, PMPCFG_ONES),             # all locked now
    "pmpcfg2": Row(0x3A2, 0, PMPCFG_ONES, PMPCFG_ONES),
    **{f"pmpaddr{n}": Row(0x3B0 + n, 0, (1 << 54) - 1) for n in range(16)},
    "mseccfg": Row(0x747, SSEED, PMM | MLPE | 3 << 8 | 0x3, 0x3),          # MML and MMWP stick; RLB: an entry is locked
    "tselect": Row(0x7A0),                                          # there are four triggers
    "tdata1": Row(0x7A1, 15 << 60, 15 << 60, 15 << 60),
    "tdata2": Row(0x7A2, 0, ONES),
    "tinfo": Row(0x7A4, *3 * [1 << 24 | 1 << 15 | 1 << 6 | 1 << 2]),
    "mcycle": Row(0xB00, None, None, None),
    "minstret": Row(0xB02, None, None, None),
    **{f"mhpmcounter{n}": Row(0xB00 + n, 0, ONES) for n in range(3, 32)},
}
BY_NUMBER = {row.number: name for name, row in TABLE.items()}
MUST_BE_OPEN = 0x1F
"""PMP entry 15 as NAPOT over everything, so that S and U can fetch; the test of pmpcfg2 does without it."""
MACHINE_EXECUTES = 0x9D
"""The same, for M-mode only under mseccfg.MML: L, NAPOT, R and X."""


def lowest_mode(number: int) -> int:
    """Return the lowest mode that may access the CSR, by "CSR Address Mapping Conventions"."""
    return number >> 8 & 3


def read_only(number: int) -> bool:
    """Tell whether it is read-only, by the same conventions."""
    return number >> 10 == 3


def csr_word(funct3: int, number: int, rs1: int) -> int:
    """Return `csrr[wsc] x3, number, x<rs1>` as bits."""
    return number << 20 | rs1 << 15 | funct3 << 12 | 3 << 7 | 0x73


CSRRW, CSRRS, CSRRC = 1, 2, 3


def access(hart: TestHart, mode: int, word: int, **registers: int) -> int | None:
    """Run the CSR instruction in the mode; return rd, or None where it is illegal."""
    hart.priv = mode
    hart.run(word, **registers)
    if hart.pc != HANDLER:
        assert (hart.pc, hart.priv) == (CODE + 4, mode)
        return hart.x[3]
    assert (hart.csr["mcause"], hart.csr["mtval"], hart.csr["mepc"]) == (ILLEGAL, word, CODE)
    return None


def read(hart: TestHart, name: str, mode: int = M) -> int | None:
    return access(hart, mode, csr_word(CSRRS, TABLE[name].number, 0))


def write(hart: TestHart, name: str, value: int, mode: int = M) -> int | None:
    return access(hart, mode, csr_word(CSRRW, TABLE[name].number, 1), x1=value)


def let_everything(hart: TestHart) -> None:
    """Let lower modes fetch and use counters, the supervisor timer, shadow stacks and all state of mstateen."""
    hart.csr["pmpaddr15"] = (1 << 54) - 1
    hart.csr["pmpcfg2"] = MUST_BE_OPEN << 56
    hart.csr["mcounteren"] = hart.csr["scounteren"] = 0xFFFF_FFFF
    hart.csr["menvcfg"] = hart.csr["menvcfg"] | MENVCFG_STCE | SSE
    hart.csr["senvcfg"] = SSE
    for n in range(4):
        hart.csr[f"mstateen{n}"] = ONES


def test_the_table_of_this_test_has_every_row() -> None:
    assert {csr.name: csr.number for csr in CSRS} == {name: row.number for name, row in TABLE.items()}


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.reset is not None])
def test_reset_value(name: str) -> None:
    assert Machine(memory="1M", bios="none").harts[0].csr[name] == TABLE[name].reset


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", sorted(set(TABLE) - {"seed"}))
def test_row_in_mode(hart: TestHart, name: str, mode: str) -> None:
    row, priv = TABLE[name], MODES[mode]
    if mode != "M":
        let_everything(hart)
    if name == "senvcfg":
        hart.csr["menvcfg"] = SSE
    if priv < lowest_mode(row.number):
        assert read(hart, name, priv) is None
        assert write(hart, name, ONES, priv) is None
        return
    if name == "mseccfg":
        hart.set(pmpaddr15=(1 << 54) - 1, pmpcfg2=MACHINE_EXECUTES << 56)
    assert read(hart, name, priv) is not None
    if read_only(row.number):
        assert write(hart, name, ONES, priv) is None
        assert row.reset is None or read(hart, name, priv) == row.reset
        return
    assert write(hart, name, ONES, priv) is not None
    ones = read(hart, name, priv)
    assert write(hart, name, 0, priv) == (ONES if row.ones is None else ones) or row.ones is None
    if row.ones is not None:
        assert ones == row.ones
        assert read(hart, name, priv) == row.zeros


@pytest.mark.parametrize("mode", MODES)
def test_absent_numbers_are_illegal_in_all_modes_and_privileged_ones_below_theirs(hart: TestHart, mode: str) -> None:
    let_everything(hart)
    priv = MODES[mode]
    for number in range(4096):
        legal = number in BY_NUMBER and priv >= lowest_mode(number) and number != SEED      # no reads alone
        value = access(hart, priv, csr_word(CSRRS, number, 0))
        assert (value is not None) == legal, hex(number)


@pytest.mark.parametrize("mode", MODES)
def test_writes_to_absent_and_read_only_numbers_are_illegal(hart: TestHart, mode: str) -> None:
    let_everything(hart)
    for number in range(4096):
        if number in BY_NUMBER and not read_only(number):
            continue
        for funct3 in (CSRRW, CSRRS, CSRRC):
            assert access(hart, MODES[mode], csr_word(funct3, number, 1), x1=0) is None, hex(number)
        for funct3 in (CSRRW, CSRRS, CSRRC):
            assert access(hart, MODES[mode], csr_word(funct3 | 4, number, 1)) is None, hex(number)


# The six instructions


@pytest.mark.parametrize(("text", "old", "new"), [
    ("csrrw x3, mscratch, x1", 0b1100, 0b1010),
    ("csrrs x3, mscratch, x1", 0b1100, 0b1110),
    ("csrrc x3, mscratch, x1", 0b1100, 0b0100),
    ("csrrwi x3, mscratch, 10", 0b1100, 0b1010),
    ("csrrsi x3, mscratch, 10", 0b1100, 0b1110),
    ("csrrci x3, mscratch, 10", 0b1100, 0b0100),
    ("csrrw x3, mscratch, x0", 0b1100, 0),
    ("csrrwi x3, mscratch, 0", 0b1100, 0),
    ("csrrs x3, mscratch, x0", 0b1100, 0b1100),
    ("csrrci x3, mscratch, 31", ONES, ONES - 31),
])  # fmt: skip
def test_csr_instructions(hart: TestHart, text: str, old: int, new: int) -> None:
    hart.csr["mscratch"] = old
    assert hart.run1(text, x1=0b1010).x[3] == old
    assert hart.csr["mscratch"] == new


def test_operand_and_destination_may_be_one_register(hart: TestHart) -> None:
    hart.csr["mscratch"] = 5
    assert hart.run1("csrrw x3, mscratch, x3", x3=7).x[3] == 5
    assert hart.csr["mscratch"] == 7


@pytest.mark.parametrize("text", ["csrrs x3, mhartid, x0", "csrrc x3, mhartid, x0", "csrrsi x3, mhartid, 0",
                                  "csrrci x3, mhartid, 0"])  # fmt: skip
def test_set_and_clear_of_nothing_do_not_write(hart: TestHart, text: str) -> None:
    hart.run1(text)
    assert hart.pc == CODE + 4


@pytest.mark.parametrize("text", ["csrrs x0, minstret, x0", "csrrci x0, minstret, 0"])
def test_a_read_of_a_counter_leaves_it_counting(hart: TestHart, text: str) -> None:
    hart.csr["minstret"] = 100
    hart.run(text, text, text)
    assert hart.csr["minstret"] == 103


# Fields with rules of their own


@pytest.mark.parametrize("mpp", [0, 1, 2, 3])
def test_mpp_holds_only_modes_that_exist(hart: TestHart, mpp: int) -> None:
    write(hart, "mstatus", 1 << 11)
    write(hart, "mstatus", mpp << 11)
    held = hart.csr["mstatus"] >> 11 & 3
    assert held == mpp if mpp != 2 else held in (0, 1, 3)


@pytest.mark.parametrize("fs", [0, 1, 2, 3])
def test_sd_summarises_fs(hart: TestHart, fs: int) -> None:
    write(hart, "mstatus", fs << 13)
    for name in ("mstatus", "sstatus"):
        status = hart.csr[name]
        assert (status >> 13 & 3, status >> 63) == (fs, fs == 3)


@pytest.mark.parametrize("mode", range(16))
def test_satp_takes_a_mode_that_exists_and_ignores_the_write_of_another(hart: TestHart, mode: int) -> None:
    before, after = 8 << 60 | 0x1234 << 44 | 0x80001, mode << 60 | 0xFFFF << 44 | (1 << 44) - 1
    write(hart, "satp", before)
    write(hart, "satp", after if mode else 0)
    assert hart.csr["satp"] == {0: 0, 8: after, 9: after, 10: after}.get(mode, before)


@pytest.mark.parametrize("mode", range(16))
@pytest.mark.parametrize(("isa", "modes"), [
    ("rv64i", (0, 8, 9, 10)), ("rv64i_sv57", (0, 8, 9, 10)), ("rv64i_sv48", (0, 8, 9)), ("rv64i_sv39", (0, 8)),
])  # fmt: skip
def test_satp_has_the_modes_of_the_isa(isa: str, modes: tuple[int, ...], mode: int) -> None:
    hart = make_hart(isa=isa)
    write(hart, "satp", 8 << 60 | 5)
    write(hart, "satp", mode << 60)
    assert hart.csr["satp"] == (mode << 60 if mode in modes else 8 << 60 | 5)


@pytest.mark.parametrize("name", ["menvcfg", "senvcfg"])
@pytest.mark.parametrize("cbie", range(4))
def test_cbie_never_holds_the_reserved_value(hart: TestHart, name: str, cbie: int) -> None:
    write(hart, name, 0x10)
    write(hart, name, cbie << 4)
    held = hart.csr[name] >> 4 & 3
    assert held == cbie if cbie != 2 else held in (0, 1, 3)


def test_supervisor_interrupt_csrs_show_the_delegated_bits(hart: TestHart) -> None:
    for delegated in (0, 0x2, 0x20, 0x200, 0x2000, 0x2222):
        hart.set(mideleg=delegated, mie=0x2AAA, mip=0x2222)
        assert (hart.csr["sie"], hart.csr["sip"]) == (delegated, delegated)
        write(hart, "sie", 0)
        assert hart.csr["mie"] == 0x2AAA & ~delegated
        write(hart, "sip", 0)
        assert hart.csr["mip"] == 0x2222 & ~(delegated & 0x2002)    # only SSIP and LCOFIP can be written there
        write(hart, "sip", ONES)
        assert hart.csr["mip"] & 0x2 == (0x2 if delegated & 0x2 or not delegated & 0x2 else 0)


def test_sip_sets_no_bit_that_is_not_delegated(hart: TestHart) -> None:
    write(hart, "sip", ONES)
    assert hart.csr["mip"] == 0
    hart.csr["mideleg"] = 0x2222
    write(hart, "sip", ONES)
    assert hart.csr["mip"] == 0x2002


@pytest.mark.parametrize("instruction", ["csrrs", "csrrc"])
def test_read_modify_write_of_mip_ignores_the_external_line(hart: TestHart, instruction: str) -> None:
    plic_line = hart.machine._core.set_line
    plic_line(0, 9, True)
    hart.run1(f"{instruction} x3, mip, x1", x1=0x2)
    assert hart.x[3] == 0x200
    plic_line(0, 9, False)
    assert hart.csr["mip"] == (0x2 if instruction == "csrrs" else 0)


def test_seip_reads_as_the_or_of_line_and_software(hart: TestHart) -> None:
    plic_line = hart.machine._core.set_line
    hart.csr["mip"] = 0x200
    plic_line(0, 9, True)
    plic_line(0, 9, False)
    assert hart.csr["mip"] == 0x200
    plic_line(0, 9, True)
    write(hart, "mip", 0)
    assert hart.csr["mip"] == 0x200


def test_stip_cannot_be_written_while_the_supervisor_timer_makes_it(hart: TestHart) -> None:
    write(hart, "mip", 0x20)
    hart.csr["menvcfg"] = MENVCFG_STCE
    assert hart.csr["mip"] == 0
    write(hart, "mip", 0)
    hart.csr["menvcfg"] = 0
    assert hart.csr["mip"] == 0x20


def test_interrupt_bits_of_machine_mode_cannot_be_written(hart: TestHart) -> None:
    for bit in (3, 7, 11):
        hart.machine._core.set_line(0, bit, True)
    write(hart, "mip", 0)
    assert hart.csr["mip"] == 0x888


SDTRIG = ("tselect", "tdata1", "tdata2", "tinfo")


@pytest.mark.parametrize(("isa", "absent"), [
    ("rv64ima_zicsr", {*SDTRIG, "fflags", "frm", "fcsr", "cycle", "time", "instret", "stimecmp", "seed",
                       "mseccfg", "ssp", "scountovf", "mcyclecfg", "minstretcfg",
                       *(name for name in TABLE if name.startswith("hpm") or "stateen" in name)}),
    ("rv64imafdc_zicsr_smcntrpmf_sstc_smepmp_smstateen_zicfiss", {*SDTRIG, "seed", "scountovf",
                                                          *(name for name in TABLE if name.startswith("hpm"))}),
    ("rv64imac_zicsr_sscofpmf_sstc_zkr_ssstateen", {*SDTRIG, "mcyclecfg", "minstretcfg", "ssp",
                                                    "fflags", "frm", "fcsr", "cycle", "time", "instret",
                                                    *(f"mstateen{n}" for n in range(4))}),
])  # fmt: skip
def test_a_csr_is_absent_without_its_extension(isa: str, absent: set[str]) -> None:
    hart = make_hart(isa=isa)
    for name in TABLE:
        value = write(hart, name, 0) if name == "seed" else read(hart, name)
        assert (value is None) == (name in absent), name


@pytest.mark.parametrize(("isa", "ones"), [
    ("rv64ima_zicsr", MENVCFG_ADUE | 1),
    ("rv64ima_zicsr_svade", 1),
    ("rv64ima_zicsr_svade_sstc", MENVCFG_STCE | 1),
    ("rv64ima_zicsr_svade_svpbmt", MENVCFG_PBMTE | 1),
    ("rv64ima_zicsr_svade_zicbom", 0x71),
    ("rv64ima_zicsr_svade_zicboz", 0x81),
    ("rv64ima_zicsr_svade_zicfilp", 0x5),
    ("rv64ima_zicsr_svade_zicfiss", 0x9),
])  # fmt: skip
def test_menvcfg_has_the_fields_of_the_extensions(isa: str, ones: int) -> None:
    hart = make_hart(isa=isa)
    assert hart.csr["menvcfg"] == ones & MENVCFG_ADUE
    write(hart, "menvcfg", ONES)
    assert hart.csr["menvcfg"] == ones
    write(hart, "senvcfg", ONES)
    assert hart.csr["senvcfg"] == ones & 0xFF


def test_without_fp_mstatus_fs_is_zero() -> None:
    hart = make_hart(isa="rv64imac_zicsr")
    write(hart, "mstatus", ONES)
    assert hart.csr["mstatus"] & (3 << 13 | SD) in (0, 3 << 13 | SD)     # S-mode: read-only zero is optional


def test_without_zicfilp_there_are_no_fields_of_landing_pads() -> None:
    hart = make_hart(isa="rv64imac_zicsr")
    for name in ("mstatus", "sstatus", "medeleg"):
        write(hart, name, ONES)
    assert hart.csr["mstatus"] & (1 << 23 | 1 << 41) == 0
    assert hart.csr["sstatus"] & 1 << 23 == 0
    assert hart.csr["medeleg"] == EXCEPTIONS_BELOW_M & ~(1 << 18)


def test_without_compressed_instructions_bit_1_of_epc_reads_zero() -> None:
    hart = make_hart(isa="rv64imafd_zicsr")
    for name in ("mepc", "sepc"):
        write(hart, name, ONES)
        assert read(hart, name) == ONES - 3


def test_misaligned_jumps_can_be_delegated_only_where_they_occur(hart: TestHart) -> None:
    """Machine Trap Delegation Registers: bits of exceptions that cannot occur should be read-only zero."""
    hart.csr["medeleg"] = 1
    assert hart.csr["medeleg"] == 0
    strict = make_hart(isa="rv64imafd_zicsr_zicfilp")
    strict.csr["medeleg"] = ONES
    assert strict.csr["medeleg"] == EXCEPTIONS_BELOW_M | 1


# Who may


@pytest.mark.parametrize("mcounteren", [0, 1])
@pytest.mark.parametrize("scounteren", [0, 1])
@pytest.mark.parametrize("bit", [0, 1, 2, 3, 17, 31])
def test_counters_need_the_bits_of_the_modes_above(hart: TestHart, bit: int, mcounteren: int, scounteren: int) -> None:
    let_everything(hart)
    others = 0xFFFF_FFFF & ~(1 << bit)
    hart.csr["mcounteren"] = others | mcounteren << bit
    hart.csr["scounteren"] = others | scounteren << bit
    word = csr_word(CSRRS, 0xC00 + bit, 0)
    assert access(hart, M, word) is not None
    assert (access(hart, S, word) is not None) == bool(mcounteren)
    assert (access(hart, U, word) is not None) == bool(mcounteren and scounteren)


# What mstateen gates, by bit; custom state, fcsr of Zfinx, jvt and all the rest are none of ours
GATED = {("mstateen0", 62): {"senvcfg"}, **{(f"mstateen{n}", 63): {f"sstateen{n}"} for n in range(4)}}


@pytest.mark.parametrize(("enables", "bit"), GATED)
def test_a_bit_of_mstateen_opens_its_state_to_supervisor_mode_alone(hart: TestHart, enables: str, bit: int) -> None:
    let_everything(hart)
    for value, closed in ((ONES & ~(1 << bit), GATED[enables, bit]), (ONES, set())):
        hart.csr[enables] = value
        for name in ("senvcfg", *(f"sstateen{n}" for n in range(4)), "sscratch", "scounteren"):
            assert (read(hart, name, S) is None) == (name in closed), name
            assert (write(hart, name, 0, S) is None) == (name in closed), name
            assert read(hart, name, M) is not None
            assert read(hart, name, U) is None


def test_reset_closes_the_state_of_mstateen(hart: TestHart) -> None:
    let_everything(hart)
    hart.reset()
    hart.open_pmp()
    for name in ("senvcfg", *(f"sstateen{n}" for n in range(4))):
        assert read(hart, name, S) is None


def test_without_smstateen_nothing_is_gated() -> None:
    hart = make_hart(isa="rv64i_ssstateen")
    hart.open_pmp()
    for name in ("senvcfg", *(f"sstateen{n}" for n in range(4))):
        assert read(hart, name, S) == 0
        assert write(hart, name, ONES, S) == 0
        assert read(hart, name, U) is None
    assert read(hart, "sstateen3", S) == 0
    assert read(hart, "mstateen0") is None


@pytest.mark.parametrize("stce", [0, 1])
@pytest.mark.parametrize("tm", [0, 1])
def test_stimecmp_needs_stce_and_tm_below_machine_mode(hart: TestHart, stce: int, tm: int) -> None:
    let_everything(hart)
    hart.set(menvcfg=stce * MENVCFG_STCE, mcounteren=tm << 1)
    assert write(hart, "stimecmp", 5) is not None
    assert (write(hart, "stimecmp", 6, S) is not None) == bool(stce and tm)
    assert write(hart, "stimecmp", 7, U) is None


def test_tvm_takes_satp_from_supervisor_mode(hart: TestHart) -> None:
    let_everything(hart)
    hart.csr["mstatus"] = 1 << 20
    assert read(hart, "satp", S) is None
    assert write(hart, "satp", 0, S) is None
    assert write(hart, "satp", 0, M) is not None
    assert write(hart, "sscratch", 0, S) is not None


@pytest.mark.parametrize("menvcfg", [0, SSE])
@pytest.mark.parametrize("senvcfg", [0, SSE])
def test_ssp_needs_the_bits_of_the_modes_above(hart: TestHart, menvcfg: int, senvcfg: int) -> None:
    let_everything(hart)
    hart.set(menvcfg=menvcfg, senvcfg=senvcfg)
    assert hart.csr["senvcfg"] == menvcfg & senvcfg                # read-only zero without menvcfg.SSE
    assert write(hart, "ssp", 8) is not None
    assert (write(hart, "ssp", 16, S) is not None) == bool(menvcfg)
    assert (write(hart, "ssp", 24, U) is not None) == bool(menvcfg and senvcfg)
    assert hart.csr["ssp"] == (8 if not menvcfg else 16 if not senvcfg else 24)


def test_senvcfg_sse_goes_with_that_of_menvcfg(hart: TestHart) -> None:
    hart.set(menvcfg=SSE, senvcfg=SSE)
    write(hart, "menvcfg", 0)
    assert hart.csr["senvcfg"] == 0


@pytest.mark.parametrize("name", ["fflags", "frm", "fcsr"])
@pytest.mark.parametrize("mode", MODES)
def test_fp_csrs_are_illegal_while_fs_is_off(hart: TestHart, name: str, mode: str) -> None:
    let_everything(hart)
    hart.csr["mstatus"] = 0
    assert read(hart, name, MODES[mode]) is None
    assert write(hart, name, 0, MODES[mode]) is None


@pytest.mark.parametrize("name", ["fflags", "frm", "fcsr"])
@pytest.mark.parametrize("fs", [1, 2, 3])
def test_a_write_of_an_fp_csr_makes_fs_dirty_and_a_read_does_not(hart: TestHart, name: str, fs: int) -> None:
    hart.csr["mstatus"] = fs << 13
    read(hart, name)
    assert hart.csr["mstatus"] >> 13 & 3 == fs
    write(hart, name, 1)
    assert hart.csr["mstatus"] >> 13 & 3 == 3


def test_fcsr_is_frm_and_fflags_together(hart: TestHart) -> None:
    write(hart, "fcsr", 0b101_01010)
    assert (read(hart, "frm"), read(hart, "fflags")) == (0b101, 0b01010)
    write(hart, "frm", 0b010)
    write(hart, "fflags", 0b10001)
    assert read(hart, "fcsr") == 0b010_10001


# Counters


@pytest.mark.parametrize("name", ["mcycle", "minstret"])
def test_a_counter_written_is_read_back_by_the_next_instruction(hart: TestHart, name: str) -> None:
    hart.run(f"csrrw x0, {name}, x1", f"csrrs x3, {name}, x0", "addi x0, x0, 0", f"csrrs x4, {name}, x0",
             x1=1 << 40)  # fmt: skip
    assert (hart.x[3], hart.x[4]) == (1 << 40, (1 << 40) + 2)


@pytest.mark.parametrize("name", ["mcycle", "minstret"])
def test_a_counter_wraps_at_64_bits(hart: TestHart, name: str) -> None:
    hart.run(f"csrrw x0, {name}, x1", "addi x0, x0, 0", f"csrrs x3, {name}, x0", x1=ONES)
    assert hart.x[3] == 0


@pytest.mark.parametrize(("name", "alias"), [("mcycle", "cycle"), ("minstret", "instret")])
def test_the_unprivileged_counters_are_views(hart: TestHart, name: str, alias: str) -> None:
    hart.run(f"csrrw x0, {name}, x1", f"csrrs x3, {alias}, x0", x1=77)
    assert hart.x[3] == 77


def test_what_traps_takes_a_cycle_but_does_not_retire(hart: TestHart) -> None:
    hart.csr["mtvec"] = CODE + 12
    hart.put("addi x0, x0, 0", "csrrs x3, minstret, x0", "csrrs x4, mcycle, x0", at=CODE + 12)
    for trapping in ("ecall", "ebreak", 0x0000_707F, "ld x5, 0(x0)"):
        hart.run("csrrw x0, minstret, x0", "csrrw x0, mcycle, x0", trapping)
        hart.step(3)
        assert hart.x[3] == 2, trapping           # the write of mcycle and the nop
        assert hart.x[4] == 3, trapping           # what trapped, the nop, the read of minstret


@pytest.mark.parametrize(("name", "bit"), [("mcycle", 1), ("minstret", 4)])
def test_mcountinhibit_stops_one_counter(hart: TestHart, name: str, bit: int) -> None:
    other = "minstret" if name == "mcycle" else "mcycle"
    look = [f"csrrs x3, {name}, x0", f"csrrs x5, {other}, x0", "addi x0, x0, 0", "addi x0, x0, 0",
            f"csrrs x4, {name}, x0", f"csrrs x6, {other}, x0"]  # fmt: skip
    hart.run(f"csrrwi x0, mcountinhibit, {bit}", *look)
    assert (hart.x[4] - hart.x[3], hart.x[6] - hart.x[5]) == (0, 4)
    hart.run("csrrwi x0, mcountinhibit, 0", *look)
    assert (hart.x[4] - hart.x[3], hart.x[6] - hart.x[5]) == (4, 4)


@pytest.mark.parametrize(("name", "bit"), [("mcycle", 1), ("minstret", 4)])
def test_a_stopped_counter_can_be_written_and_goes_on_from_there(hart: TestHart, name: str, bit: int) -> None:
    hart.csr["mcountinhibit"] = bit
    hart.run(f"csrrw x0, {name}, x1", "addi x0, x0, 0", f"csrrs x3, {name}, x0", x1=1000)
    assert hart.x[3] == 1000
    hart.run("ecall")
    hart.run("csrrwi x0, mcountinhibit, 0", f"csrrs x3, {name}, x0", "addi x0, x0, 0", f"csrrs x4, {name}, x0")
    assert hart.x[3] in (1000, 1001)
    assert hart.x[4] - hart.x[3] == 2


def test_stopped_counters_survive_the_end_of_a_run(hart: TestHart) -> None:
    hart.set(minstret=7, mcycle=9, mcountinhibit=5)
    for _ in range(3):
        hart.run("addi x0, x0, 0", "ecall")
    assert (hart.csr["minstret"], hart.csr["mcycle"]) == (7, 9)


@pytest.mark.parametrize("harts", [1, 2, 3])
def test_time_is_one_function_of_the_cycle(harts: int) -> None:
    hart = make_hart(harts=harts)
    hart.put(*["csrrs x3, time, x0"] * 600)
    hart.pc = CODE
    for _ in range(500):
        cycle = hart.machine.cycle
        hart.step()
        assert hart.x[3] == cycle // (100 * harts)


def test_each_hart_has_its_number(hart: TestHart) -> None:
    machine = make_hart(harts=3).machine
    assert [each.csr["mhartid"] for each in machine.harts] == [0, 1, 2]


def test_python_refuses_what_instructions_cannot(hart: TestHart) -> None:
    csr: Any = hart.csr
    for number in (0x7FF, 0x3A1):
        with pytest.raises(KeyError):
            csr[number]
    with pytest.raises(KeyError):
        csr["mhartid"] = 0
    assert "mstatus" in csr
    assert "hstatus" not in csr
    assert csr["mstatus"] & MSTATUS_FS_DIRTY == MSTATUS_FS_DIRTY
