"""The fields of CSRs: where the manual has them, and that no CSR with fields is forgotten."""

from __future__ import annotations

from functools import reduce
from operator import or_

import pytest

from rvemu.isa.csrfields import FIELDS
from rvemu.isa.csrs import CSRS

CSR_TABLE = {csr.name: csr for csr in CSRS}

MANUAL = {
    "mstatus": {
        "SIE": 0x2, "MIE": 0x8, "SPIE": 0x20, "MPIE": 0x80, "SPP": 0x100, "MPP": 0x1800, "FS": 0x6000,
        "MPRV": 0x20000, "SUM": 0x40000, "MXR": 0x80000, "TVM": 0x100000, "TW": 0x200000, "TSR": 0x400000,
        "SPELP": 0x800000, "UXL": 0x3_0000_0000, "SXL": 0xC_0000_0000, "MPELP": 0x200_0000_0000, "SD": 1 << 63,
    },
    "sstatus": {
        "SIE": 0x2, "SPIE": 0x20, "SPP": 0x100, "FS": 0x6000, "SUM": 0x40000, "MXR": 0x80000, "SPELP": 0x800000,
        "UXL": 0x3_0000_0000, "SD": 1 << 63,
    },
    "mip": {"SSIP": 2, "MSIP": 8, "STIP": 0x20, "MTIP": 0x80, "SEIP": 0x200, "MEIP": 0x800, "LCOFIP": 0x2000},
    "mie": {"SSIE": 2, "MSIE": 8, "STIE": 0x20, "MTIE": 0x80, "SEIE": 0x200, "MEIE": 0x800, "LCOFIE": 0x2000},
    "sip": {"SSIP": 2, "STIP": 0x20, "SEIP": 0x200, "LCOFIP": 0x2000},
    "sie": {"SSIE": 2, "STIE": 0x20, "SEIE": 0x200, "LCOFIE": 0x2000},
    "mideleg": {"SSI": 2, "STI": 0x20, "SEI": 0x200, "LCOFI": 0x2000},
    "menvcfg": {
        "FIOM": 1, "LPE": 4, "SSE": 8, "CBIE": 0x30, "CBCFE": 0x40, "CBZE": 0x80, "PMM": 0x3_0000_0000,
        "ADUE": 0x2000_0000_0000_0000, "PBMTE": 0x4000_0000_0000_0000, "STCE": 0x8000_0000_0000_0000,
    },
    "senvcfg": {
        "FIOM": 1, "LPE": 4, "SSE": 8, "CBIE": 0x30, "CBCFE": 0x40, "CBZE": 0x80, "PMM": 0x3_0000_0000,
    },
    "mseccfg": {
        "MML": 1, "MMWP": 2, "RLB": 4, "USEED": 0x100, "SSEED": 0x200, "MLPE": 0x400, "PMM": 0x3_0000_0000,
    },
    "satp": {"MODE": 0xF000_0000_0000_0000, "ASID": 0x0FFF_F000_0000_0000, "PPN": 0x0000_0FFF_FFFF_FFFF},
    "fcsr": {"NX": 1, "UF": 2, "OF": 4, "DZ": 8, "NV": 0x10, "frm": 0xE0},
    "mcause": {"Interrupt": 1 << 63, "Code": (1 << 63) - 1},
    "mtvec": {"MODE": 3, "BASE": 0xFFFF_FFFF_FFFF_FFFC},
    "misa": {"MXL": 0xC000_0000_0000_0000, "Extensions": 0x3FF_FFFF},
    "mvendorid": {"Offset": 0x7F, "Bank": 0xFFFF_FF80},
    "seed": {"entropy": 0xFFFF, "OPST": 0xC000_0000},
    "mcounteren": {"CY": 1, "TM": 2, "IR": 4, "HPM": 0xFFFF_FFF8},
    "mcountinhibit": {"CY": 1, "IR": 4, "HPM": 0xFFFF_FFF8},
    "scountovf": {"OF": 0xFFFF_FFF8},
    "mhpmevent3": {"OF": 1 << 63, "MINH": 1 << 62, "SINH": 1 << 61, "UINH": 1 << 60, "event": 7},
    "mcyclecfg": {"MINH": 1 << 62, "SINH": 1 << 61, "UINH": 1 << 60},
    "mstateen0": {"SE0": 1 << 63, "ENVCFG": 1 << 62},
    "pmpcfg2": {f"pmp{8 + n}cfg": 0xFF << 8 * n for n in range(8)},
    "pmpaddr0": {"address": (1 << 54) - 1},
    "medeleg": {
        "INSTRUCTION_ADDRESS_MISALIGNED": 1, "INSTRUCTION_ACCESS_FAULT": 2, "ILLEGAL_INSTRUCTION": 4,
        "BREAKPOINT": 8, "LOAD_ADDRESS_MISALIGNED": 0x10, "LOAD_ACCESS_FAULT": 0x20,
        "STORE_AMO_ADDRESS_MISALIGNED": 0x40, "STORE_AMO_ACCESS_FAULT": 0x80,
        "ENVIRONMENT_CALL_FROM_U_MODE": 0x100, "ENVIRONMENT_CALL_FROM_S_MODE": 0x200,
        "INSTRUCTION_PAGE_FAULT": 0x1000, "LOAD_PAGE_FAULT": 0x2000, "STORE_AMO_PAGE_FAULT": 0x8000,
        "SOFTWARE_CHECK": 0x40000,
    },
    "tdata1": {
        "type": 0xF << 60, "dmode": 1 << 59, "hit0": 1 << 22, "hit": 1 << 20, "size": 7 << 16, "action": 0xF << 12,
        "chain": 1 << 11, "match": 0xF << 7, "m": 1 << 6, "s": 1 << 4, "u": 1 << 3, "execute": 4, "store": 2, "load": 1,
    },
    "tinfo": {"info": 0xFFFF, "version": 0xFF00_0000},
}  # fmt: skip
"""Masks of fields, as the manual and the debug specification draw them."""

SAME = {
    "stvec": "mtvec", "scause": "mcause", "scounteren": "mcounteren", "minstretcfg": "mcyclecfg",
    **{f"mhpmevent{n}": "mhpmevent3" for n in range(4, 32)}, **{f"pmpaddr{n}": "pmpaddr0" for n in range(1, 16)},
}  # fmt: skip

PLAIN = {
    "ssp", "cycle", "time", "instret", "sscratch", "sepc", "stval", "stimecmp", "marchid", "mimpid", "mhartid",
    "mconfigptr", "mscratch", "mepc", "mtval", "tselect", "tdata2", "mcycle", "minstret",
    *(f"hpmcounter{n}" for n in range(3, 32)), *(f"mhpmcounter{n}" for n in range(3, 32)),
    *(f"sstateen{n}" for n in range(4)),
}  # fmt: skip
"""CSRs that are one number, or that are zero here."""


def masks(name: str) -> dict[str, int]:
    """Return the mask of each field of a CSR in our table."""
    return {field.name: (1 << field.high + 1) - (1 << field.low) for field in FIELDS[name]}


@pytest.mark.parametrize("name", [*MANUAL, *SAME])
def test_fields_are_where_the_manual_has_them(name: str) -> None:
    assert masks(name) == MANUAL[SAME.get(name, name)]


def test_each_csr_has_fields_or_is_one_number() -> None:
    assert FIELDS.keys() | PLAIN == CSR_TABLE.keys()
    assert not FIELDS.keys() & PLAIN


@pytest.mark.parametrize("name", FIELDS)
def test_fields_go_down_do_not_overlap_and_cover_what_can_be_written(name: str) -> None:
    bits = list(masks(name).values())
    assert bits == sorted(bits, reverse=True)
    assert sum(bits) == reduce(or_, bits)
    csr = CSR_TABLE[name]
    assert name.startswith("pmpcfg") or not csr.mask & ~sum(bits)


def test_a_field_is_read_from_a_value() -> None:
    mode, _, ppn = FIELDS["satp"]
    assert (mode.of(8 << 60 | 5), ppn.of(8 << 60 | 5)) == (8, 5)
    assert FIELDS["pmpcfg0"][-1].values[0x9D] == "L NAPOT r-x"  # type: ignore[index]
