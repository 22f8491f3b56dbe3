"""The fields of the CSRs, for those who look at them: name, highest and lowest bit. Source: the privileged manual."""

from __future__ import annotations

from dataclasses import dataclass


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


_MODES = {0: "U", 1: "S", 3: "M"}
_STATES = {0: "Off", 1: "Initial", 2: "Clean", 3: "Dirty"}
_STATUS = (
    Field("SD", 63, 63), Field("UXL", 33, 32), Field("MXR", 19, 19), Field("SUM", 18, 18),
    Field("FS", 14, 13, _STATES), Field("SPP", 8, 8, _MODES), Field("SPIE", 5, 5), Field("SIE", 1, 1),
)  # fmt: skip
_MACHINE_STATUS = (
    Field("SXL", 35, 34), Field("TSR", 22, 22), Field("TW", 21, 21), Field("TVM", 20, 20), Field("MPRV", 17, 17),
    Field("MPP", 12, 11, _MODES), Field("MPIE", 7, 7), Field("MIE", 3, 3),
)  # fmt: skip
_INTERRUPTS = (
    Field("LCOFI", 13, 13), Field("MEI", 11, 11), Field("SEI", 9, 9), Field("MTI", 7, 7), Field("STI", 5, 5),
    Field("MSI", 3, 3), Field("SSI", 1, 1),
)  # fmt: skip
_TVEC = (Field("BASE", 63, 2), Field("MODE", 1, 0, {0: "Direct", 1: "Vectored"}))
_CAUSE = (Field("Interrupt", 63, 63), Field("Code", 62, 0))
_ENVCFG = (Field("PMM", 33, 32), Field("CBZE", 7, 7), Field("CBCFE", 6, 6), Field("CBIE", 5, 4), Field("FIOM", 0, 0))

FIELDS: dict[str, tuple[Field, ...]] = {
    "fcsr": (Field("frm", 7, 5), Field("NV", 4, 4), Field("DZ", 3, 3), Field("OF", 2, 2), Field("UF", 1, 1),
             Field("NX", 0, 0)),
    "mstatus": tuple(sorted((*_STATUS, *_MACHINE_STATUS), key=lambda field: -field.high)),
    "sstatus": _STATUS,
    "mie": _INTERRUPTS, "mip": _INTERRUPTS, "mideleg": _INTERRUPTS,
    "sie": _INTERRUPTS, "sip": _INTERRUPTS,
    "mtvec": _TVEC, "stvec": _TVEC, "mcause": _CAUSE, "scause": _CAUSE,
    "satp": (Field("MODE", 63, 60, {0: "Bare", 8: "Sv39", 9: "Sv48", 10: "Sv57"}), Field("ASID", 59, 44),
             Field("PPN", 43, 0)),
    "menvcfg": (Field("STCE", 63, 63), Field("PBMTE", 62, 62), Field("ADUE", 61, 61), *_ENVCFG),
    "senvcfg": _ENVCFG,
}  # fmt: skip
"""The fields of a CSR by its name, from the highest down; those that have none are not listed."""
