"""The table of control and status registers: number, name, writable bits, reset value.

Lowest privilege and read-only follow from the number, as the privileged manual lays down ("CSR Address Mapping
Conventions"). A row is stored in the hart under its name and read and written through `mask`; `get` and `set` name
helpers in core/csr.pxi for the rows that compute their value or act on a write.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL = (1 << 64) - 1

MSTATUS_SIE, MSTATUS_MIE, MSTATUS_SPIE, MSTATUS_MPIE, MSTATUS_SPP = 1 << 1, 1 << 3, 1 << 5, 1 << 7, 1 << 8
MSTATUS_MPP, MSTATUS_FS, MSTATUS_MPRV, MSTATUS_SUM, MSTATUS_MXR = 3 << 11, 3 << 13, 1 << 17, 1 << 18, 1 << 19
MSTATUS_TVM, MSTATUS_TW, MSTATUS_TSR, MSTATUS_SD = 1 << 20, 1 << 21, 1 << 22, 1 << 63
MSTATUS_SPELP, MSTATUS_MPELP = 1 << 23, 1 << 41
MSTATUS_UXL, MSTATUS_UXL_64, MSTATUS_SXL_64 = 3 << 32, 2 << 32, 2 << 34

MSTATUS_WRITABLE = (
    MSTATUS_SIE | MSTATUS_MIE | MSTATUS_SPIE | MSTATUS_MPIE | MSTATUS_SPP | MSTATUS_MPP | MSTATUS_FS
    | MSTATUS_MPRV | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SPELP | MSTATUS_MPELP
)  # fmt: skip
SSTATUS_WRITABLE = (
    MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPELP
)  # fmt: skip

INTERRUPT_LCOFI = 1 << 13
INTERRUPTS_S, INTERRUPTS_ALL = 0x222 | INTERRUPT_LCOFI, 0xAAA | INTERRUPT_LCOFI
EXCEPTIONS_DELEGABLE = 0x4B3FF
"""Every exception that S-mode can handle: all but the environment call from M-mode."""

ENVCFG_FIOM, ENVCFG_LPE, ENVCFG_SSE = 1 << 0, 1 << 2, 1 << 3
ENVCFG_CBIE, ENVCFG_CBCFE, ENVCFG_CBZE = 3 << 4, 1 << 6, 1 << 7
ENVCFG_PMM, ENVCFG_PMM_RESERVED = 3 << 32, 1 << 32
MENVCFG_ADUE, MENVCFG_PBMTE, MENVCFG_STCE = 1 << 61, 1 << 62, 1 << 63
SENVCFG_WRITABLE = ENVCFG_FIOM | ENVCFG_LPE | ENVCFG_SSE | ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE | ENVCFG_PMM
MENVCFG_WRITABLE = SENVCFG_WRITABLE | MENVCFG_ADUE | MENVCFG_PBMTE | MENVCFG_STCE

COUNTER_CY, COUNTER_IR, COUNTER_HPM = 1 << 0, 1 << 2, 0xFFFF_FFF8
"""Bits of mcountinhibit."""
COUNTERS = COUNTER_CY | COUNTER_IR | COUNTER_HPM
HPMEVENT_OF, HPMEVENT_MINH, HPMEVENT_SINH, HPMEVENT_UINH = 1 << 63, 1 << 62, 1 << 61, 1 << 60
COUNTER_FILTER = HPMEVENT_MINH | HPMEVENT_SINH | HPMEVENT_UINH
EVENT_CYCLES, EVENT_RETIRED, EVENT_EXCEPTIONS, EVENT_INTERRUPTS, EVENT_DEVICE = 1, 2, 3, 4, 5
"""What mhpmevent can select: cycles, instructions retired, exceptions and interrupts taken, accesses to devices."""
HPMEVENT_EVENT = 0x7

MSTATEEN0_ENVCFG, MSTATEEN_SE = 1 << 62, 1 << 63
"""Bits for state that the harts have: senvcfg, and the sstateen of the same number."""

MSECCFG_MML, MSECCFG_MMWP, MSECCFG_RLB = 1 << 0, 1 << 1, 1 << 2
MSECCFG_SMEPMP = MSECCFG_MML | MSECCFG_MMWP | MSECCFG_RLB
MSECCFG_USEED, MSECCFG_SSEED = 1 << 8, 1 << 9
"""SSEED is 1 after reset: a device tree that names Zkr tells S-mode that it has it, and old firmware sets nothing."""
MSECCFG_MLPE = 1 << 10
MSECCFG_WRITABLE = MSECCFG_SMEPMP | MSECCFG_USEED | MSECCFG_SSEED | MSECCFG_MLPE | ENVCFG_PMM

SEED_ES16 = 2 << 30
"""seed.OPST: 16 bits of entropy are there."""

SATP_SV39, SATP_SV48, SATP_SV57 = 8, 9, 10
"""Values of satp.MODE, besides 0 for Bare."""

PMP_ENTRIES = 16
PMPADDR_WRITABLE = (1 << 54) - 1

TRIGGERS = 4
TDATA1_WRITABLE = 0xF000_0000_0057_0FDF
TDATA1_DISABLED = 15 << 60
TINFO = 1 << 24 | 1 << 2 | 1 << 6 | 1 << 15
"""Version 1.0 of the debug specification; mcontrol, mcontrol6 and disabled triggers."""


@dataclass(frozen=True)
class Csr:
    """A control and status register.

    Attributes:
        number: 12-bit CSR address.
        name: as in the manual.
        ext: the extension that brings it, or several, any of which does, as in "Smepmp|Smmpm"; absent without them,
            so that an access is an illegal instruction.
        mask: the bits that a write can change; the others keep their value.
        reset: value after reset.
        section: title of the section of the privileged (or unprivileged) manual.
        get: helper `get_<get>` of core/csr.pxi that computes the value; none where it is stored.
        set: helper `set_<set>` of core/csr.pxi that takes the value written; none where the mask says all.
    """

    number: int
    name: str
    ext: str
    mask: int
    section: str
    reset: int = 0
    get: str | None = None
    set: str | None = None

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions each of which brings it."""
        return tuple(self.ext.split("|"))

    @property
    def privilege(self) -> int:
        """The lowest privilege mode that may access it: 0 U, 1 S, 3 M."""
        return self.number >> 8 & 3

    @property
    def read_only(self) -> bool:
        """Whether every write to it is an illegal instruction."""
        return self.number >> 10 == 3

    @property
    def stored(self) -> bool:
        """Whether the hart keeps a word for it."""
        return self.get is None


_FP = "Floating-Point Control and Status Register"
_COUNTERS = "Extension for Base Counters and Timers"
_HPM = "Hardware Performance Monitor"
_FILTER = "Machine Counter Configuration (mcyclecfg, minstretcfg) Registers"
_SUPERVISOR, _MACHINE = "Supervisor CSRs", "Machine-Level CSRs"
_STATEEN = "State Enable 0 Registers"
_PMP = "Physical Memory Protection CSRs"

CSRS: tuple[Csr, ...] = (
    Csr(0x001, "fflags", "F", 0x1F, _FP, get="fflags", set="fflags"),
    Csr(0x002, "frm", "F", 0x7, _FP, get="frm", set="frm"),
    Csr(0x003, "fcsr", "F", 0xFF, _FP, get="fcsr", set="fcsr"),
    Csr(0x011, "ssp", "Zicfiss", ALL & ~7, "Shadow Stack Pointer (ssp)"),
    Csr(0x015, "seed", "Zkr", 0, "The seed CSR", get="seed", set="seed"),
    Csr(0xC00, "cycle", "Zicntr", 0, _COUNTERS, get="cycle"),
    Csr(0xC01, "time", "Zicntr", 0, _COUNTERS, get="time"),
    Csr(0xC02, "instret", "Zicntr", 0, _COUNTERS, get="instret"),
    *(Csr(0xC00 + n, f"hpmcounter{n}", "Zihpm", 0, _HPM, get=f"hpmcounter{n}") for n in range(3, 32)),
    Csr(0x100, "sstatus", "S", SSTATUS_WRITABLE, _SUPERVISOR, get="sstatus", set="sstatus"),
    Csr(0x104, "sie", "S", INTERRUPTS_S, _SUPERVISOR, get="sie", set="sie"),
    Csr(0x105, "stvec", "S", ALL & ~2, _SUPERVISOR),
    Csr(0x106, "scounteren", "S", 0xFFFF_FFFF, _SUPERVISOR),
    Csr(0x10A, "senvcfg", "S", SENVCFG_WRITABLE, _SUPERVISOR, set="senvcfg"),
    *(Csr(0x10C + n, f"sstateen{n}", "Ssstateen", 0, _STATEEN, get="zero", set="ignored") for n in range(4)),
    Csr(0x140, "sscratch", "S", ALL, _SUPERVISOR),
    Csr(0x141, "sepc", "S", ALL & ~1, _SUPERVISOR, set="sepc"),
    Csr(0x142, "scause", "S", ALL, _SUPERVISOR),
    Csr(0x143, "stval", "S", ALL, _SUPERVISOR),
    Csr(0x144, "sip", "S", 0x2, _SUPERVISOR, get="sip", set="sip"),
    Csr(0x14D, "stimecmp", "Sstc", ALL, "Supervisor Timer (stimecmp) Register", reset=ALL, set="stimecmp"),
    Csr(0x180, "satp", "S", ALL, "Supervisor Address Translation and Protection (satp) Register", set="satp"),
    Csr(0xDA0, "scountovf", "Sscofpmf", 0, "Supervisor Count Overflow (scountovf) Register", get="scountovf"),
    Csr(0xF11, "mvendorid", "I", 0, _MACHINE, get="zero"),
    Csr(0xF12, "marchid", "I", 0, _MACHINE, get="zero"),
    Csr(0xF13, "mimpid", "I", 0, _MACHINE, get="zero"),
    Csr(0xF14, "mhartid", "I", 0, _MACHINE, get="mhartid"),
    Csr(0xF15, "mconfigptr", "I", 0, _MACHINE, get="zero"),
    Csr(0x300, "mstatus", "I", MSTATUS_WRITABLE, _MACHINE, reset=MSTATUS_UXL_64 | MSTATUS_SXL_64,
        get="mstatus", set="mstatus"),
    Csr(0x301, "misa", "I", 0, _MACHINE, get="misa", set="ignored"),
    Csr(0x302, "medeleg", "S", EXCEPTIONS_DELEGABLE, _MACHINE, set="medeleg"),
    Csr(0x303, "mideleg", "S", INTERRUPTS_S, _MACHINE, set="mideleg"),
    Csr(0x304, "mie", "I", INTERRUPTS_ALL, _MACHINE, set="mie"),
    Csr(0x305, "mtvec", "I", ALL & ~2, _MACHINE),
    Csr(0x306, "mcounteren", "I", 0xFFFF_FFFF, _MACHINE),
    Csr(0x30A, "menvcfg", "I", MENVCFG_WRITABLE, _MACHINE, reset=MENVCFG_ADUE, set="menvcfg"),
    Csr(0x30C, "mstateen0", "Smstateen", MSTATEEN_SE | MSTATEEN0_ENVCFG, _STATEEN),
    *(Csr(0x30C + n, f"mstateen{n}", "Smstateen", MSTATEEN_SE, _STATEEN) for n in range(1, 4)),
    Csr(0x320, "mcountinhibit", "I", COUNTERS, _MACHINE, set="mcountinhibit"),
    Csr(0x321, "mcyclecfg", "Smcntrpmf", COUNTER_FILTER, _FILTER, set="mcyclecfg"),
    Csr(0x322, "minstretcfg", "Smcntrpmf", COUNTER_FILTER, _FILTER, set="minstretcfg"),
    *(Csr(0x320 + n, f"mhpmevent{n}", "I", HPMEVENT_OF | COUNTER_FILTER | HPMEVENT_EVENT, _HPM,
          set=f"mhpmevent{n}") for n in range(3, 32)),
    Csr(0x340, "mscratch", "I", ALL, _MACHINE),
    Csr(0x341, "mepc", "I", ALL & ~1, _MACHINE, set="mepc"),
    Csr(0x342, "mcause", "I", ALL, _MACHINE),
    Csr(0x343, "mtval", "I", ALL, _MACHINE),
    Csr(0x344, "mip", "I", INTERRUPTS_S, _MACHINE, get="mip", set="mip"),
    *(Csr(0x3A0 + n, f"pmpcfg{n}", "I", ALL, _PMP, get=f"pmpcfg{n}", set=f"pmpcfg{n}")
      for n in range(0, PMP_ENTRIES // 8 * 2, 2)),
    *(Csr(0x3B0 + n, f"pmpaddr{n}", "I", PMPADDR_WRITABLE, _PMP, get=f"pmpaddr{n}", set=f"pmpaddr{n}")
      for n in range(PMP_ENTRIES)),
    Csr(0x747, "mseccfg", "Smepmp|Smmpm|Zicfilp|Zkr", MSECCFG_WRITABLE,
        "Machine Security Configuration (mseccfg) Register", reset=MSECCFG_SSEED, set="mseccfg"),
    Csr(0x7A0, "tselect", "Sdtrig", TRIGGERS - 1, "Trigger Select", set="tselect"),
    Csr(0x7A1, "tdata1", "Sdtrig", TDATA1_WRITABLE, "Trigger Data 1", reset=TDATA1_DISABLED,
        get="tdata1", set="tdata1"),
    Csr(0x7A2, "tdata2", "Sdtrig", ALL, "Trigger Data 2", get="tdata2", set="tdata2"),
    Csr(0x7A4, "tinfo", "Sdtrig", 0, "Trigger Info", reset=TINFO, get="tinfo", set="ignored"),
    Csr(0xB00, "mcycle", "I", ALL, _HPM, get="mcycle", set="mcycle"),
    Csr(0xB02, "minstret", "I", ALL, _HPM, get="minstret", set="minstret"),
    *(Csr(0xB00 + n, f"mhpmcounter{n}", "I", ALL, _HPM, get=f"hpmcounter{n}", set=f"mhpmcounter{n}")
      for n in range(3, 32)),
)  # fmt: skip
