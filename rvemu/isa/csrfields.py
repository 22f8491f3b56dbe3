"""The fields of the CSRs, for those who look at them: name, highest and lowest bit.

Those of the manual that the harts have. Source: the privileged manual; of triggers the debug specification.
"""

from __future__ import annotations

from dataclasses import dataclass

from rvemu.isa.causes import Cause
from rvemu.isa.csrs import PMP_ENTRIES
from rvemu.isa.modes import MODE_NAMES


@dataclass(frozen=True)
class Field:
    """Bits `high` to `low` of a CSR.

    Attributes:
        values: names of single values, where the manual has them.
    """

    name: str
    high: int
    low: int
    values: dict[int, str] | None = None

    def of(self, value: int) -> int:
        """Return the field of a CSR's value."""
        return value >> self.low & (1 << self.high - self.low + 1) - 1


_STATES = {0: "Off", 1: "Initial", 2: "Clean", 3: "Dirty"}
_XLEN = {1: "32", 2: "64"}
_ROUNDING = {0: "RNE", 1: "RTZ", 2: "RDN", 3: "RUP", 4: "RMM"}
_FFLAGS = (Field("NV", 4, 4), Field("DZ", 3, 3), Field("OF", 2, 2), Field("UF", 1, 1), Field("NX", 0, 0))
_STATUS = (
    Field("SD", 63, 63), Field("UXL", 33, 32, _XLEN), Field("SPELP", 23, 23), Field("MXR", 19, 19),
    Field("SUM", 18, 18), Field("FS", 14, 13, _STATES), Field("SPP", 8, 8, MODE_NAMES), Field("SPIE", 5, 5),
    Field("SIE", 1, 1),
)  # fmt: skip
_MACHINE_STATUS = (
    Field("MPELP", 41, 41), Field("SXL", 35, 34, _XLEN), Field("TSR", 22, 22), Field("TW", 21, 21),
    Field("TVM", 20, 20), Field("MPRV", 17, 17), Field("MPP", 12, 11, MODE_NAMES), Field("MPIE", 7, 7),
    Field("MIE", 3, 3),
)  # fmt: skip


def _interrupts(suffix: str, *names: str) -> tuple[Field, ...]:
    bits = {"LCOFI": 13, "MEI": 11, "SEI": 9, "MTI": 7, "STI": 5, "MSI": 3, "SSI": 1}
    return tuple(Field(name + suffix, bit, bit) for name, bit in bits.items() if not names or name in names)


def _pmp_words(cfg: int) -> str:
    """Return a byte of pmpcfg in words, such as "L NAPOT r-x"."""
    rights = "".join(letter if cfg >> bit & 1 else "-" for bit, letter in enumerate("rwx"))
    return ("L " if cfg & 0x80 else "") + ("OFF", "TOR", "NA4", "NAPOT")[cfg >> 3 & 3] + f" {rights}"


_PMP_WORDS = {cfg: _pmp_words(cfg) for cfg in range(256) if not cfg & 0x60}
_S_INTERRUPTS = ("LCOFI", "SEI", "STI", "SSI")
_TVEC = (Field("BASE", 63, 2), Field("MODE", 1, 0, {0: "Direct", 1: "Vectored"}))
_CAUSE = (Field("Interrupt", 63, 63), Field("Code", 62, 0))
_ENVCFG = (
    Field("PMM", 33, 32, {0: "off", 2: "PMLEN=7", 3: "PMLEN=16"}), Field("CBZE", 7, 7), Field("CBCFE", 6, 6),
    Field("CBIE", 5, 4, {0: "illegal", 1: "flush", 3: "invalidate"}), Field("SSE", 3, 3), Field("LPE", 2, 2),
    Field("FIOM", 0, 0),
)  # fmt: skip
_COUNTERS = (Field("HPM", 31, 3), Field("IR", 2, 2), Field("TM", 1, 1), Field("CY", 0, 0))
_INHIBITS = (Field("MINH", 62, 62), Field("SINH", 61, 61), Field("UINH", 60, 60))
_EVENT = Field("event", 2, 0, {1: "cycles", 2: "instructions", 3: "exceptions", 4: "interrupts", 5: "device accesses"})

FIELDS: dict[str, tuple[Field, ...]] = {
    "fflags": _FFLAGS,
    "frm": (Field("mode", 2, 0, _ROUNDING),),
    "fcsr": (Field("frm", 7, 5, _ROUNDING), *_FFLAGS),
    "seed": (Field("OPST", 31, 30, {0: "BIST", 1: "WAIT", 2: "ES16", 3: "DEAD"}), Field("entropy", 15, 0)),
    "mstatus": tuple(sorted((*_STATUS, *_MACHINE_STATUS), key=lambda field: -field.high)),
    "sstatus": _STATUS,
    "misa": (Field("MXL", 63, 62, _XLEN), Field("Extensions", 25, 0)),
    "mvendorid": (Field("Bank", 31, 7), Field("Offset", 6, 0)),
    "mie": _interrupts("E"), "mip": _interrupts("P"), "mideleg": _interrupts("", *_S_INTERRUPTS),
    "sie": _interrupts("E", *_S_INTERRUPTS), "sip": _interrupts("P", *_S_INTERRUPTS),
    "medeleg": tuple(
        Field(cause.name, cause, cause) for cause in sorted(Cause, reverse=True)
        if cause != Cause.ENVIRONMENT_CALL_FROM_M_MODE
    ),
    "mtvec": _TVEC, "stvec": _TVEC, "mcause": _CAUSE, "scause": _CAUSE,
    "satp": (Field("MODE", 63, 60, {0: "Bare", 8: "Sv39", 9: "Sv48", 10: "Sv57"}), Field("ASID", 59, 44),
             Field("PPN", 43, 0)),
    "menvcfg": (Field("STCE", 63, 63), Field("PBMTE", 62, 62), Field("ADUE", 61, 61), *_ENVCFG),
    "senvcfg": _ENVCFG,
    "mcounteren": _COUNTERS, "scounteren": _COUNTERS,
    "mcountinhibit": tuple(field for field in _COUNTERS if field.name != "TM"),
    "mcyclecfg": _INHIBITS, "minstretcfg": _INHIBITS,
    **{f"mhpmevent{n}": (Field("OF", 63, 63), *_INHIBITS, _EVENT) for n in range(3, 32)},
    "scountovf": (Field("OF", 31, 3),),
    "mstateen0": (Field("SE0", 63, 63), Field("ENVCFG", 62, 62)),
    **{f"mstateen{n}": (Field(f"SE{n}", 63, 63),) for n in range(1, 4)},
    "mseccfg": (_ENVCFG[0], Field("MLPE", 10, 10), Field("SSEED", 9, 9), Field("USEED", 8, 8), Field("RLB", 2, 2),
                Field("MMWP", 1, 1), Field("MML", 0, 0)),
    **{
        f"pmpcfg{n}": tuple(Field(f"pmp{n * 4 + k}cfg", 8 * k + 7, 8 * k, _PMP_WORDS) for k in reversed(range(8)))
        for n in range(0, PMP_ENTRIES // 8 * 2, 2)
    },
    **{f"pmpaddr{n}": (Field("address", 53, 0),) for n in range(PMP_ENTRIES)},
    "tdata1": (
        Field("type", 63, 60, {0: "none", 2: "mcontrol", 6: "mcontrol6", 15: "disabled"}), Field("dmode", 59, 59),
        Field("hit0", 22, 22), Field("hit", 20, 20), Field("size", 18, 16), Field("action", 15, 12),
        Field("chain", 11, 11), Field("match", 10, 7), Field("m", 6, 6), Field("s", 4, 4), Field("u", 3, 3),
        Field("execute", 2, 2), Field("store", 1, 1), Field("load", 0, 0),
    ),
    "tinfo": (Field("version", 31, 24), Field("info", 15, 0)),
}  # fmt: skip
"""The fields of a CSR by its name, from the highest down; those that have none are not listed.

In tdata1, `hit0` is mcontrol6's and `hit` mcontrol's; the others both have.
"""
