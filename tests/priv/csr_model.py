"""A hart's CSRs as the privileged manual describes them: which exist, who may access them, what a write leaves.

Plain Python over a dict of values, without a look at the project's tables. Where the manual leaves a choice, the
model takes this one: an illegal value of a WARL field leaves the old one; a write of satp with an unknown MODE
changes nothing; mcause, scause, mtval and stval hold any value; 16 PMP entries of 4-byte grain; misa cannot be
written. Zihpm is known by its numbers only: what its counters count is no matter of legal values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from priv.test_triggers import COUNT as TRIGGERS
from priv.test_triggers import DISABLED, EXECUTE, legal

U, S, M = 0, 1, 3
ALL = (1 << 64) - 1
CSRRW, CSRRS, CSRRC, IMMEDIATE = 1, 2, 3, 4
ILLEGAL_INSTRUCTION = 2
TICK_CYCLES = 100
"""CYCLE goes 100 times as fast as mtime, with one hart."""


def bits(*positions: int) -> int:
    """Return the mask of these bits."""
    return sum(1 << position for position in positions)


def put(old: int, new: int, mask: int) -> int:
    """Return `old` with the bits of `mask` taken from `new`."""
    return old & ~mask | new & mask


SIE, MIE, SPIE, MPIE, SPP, MPP, FS = bits(1), bits(3), bits(5), bits(7), bits(8), bits(11, 12), bits(13, 14)
MPRV, SUM, MXR, TVM, TW, TSR, SD = bits(17), bits(18), bits(19), bits(20), bits(21), bits(22), bits(63)
UXL, SXL = bits(32, 33), bits(34, 35)
MSTATUS_FIELDS = SIE | MIE | SPIE | MPIE | SPP | MPP | FS | MPRV | SUM | MXR | TVM | TW | TSR
SSTATUS_FIELDS = SIE | SPIE | SPP | FS | SUM | MXR

SSI, STI, SEI, MSI, MTI, MEI = bits(1), bits(5), bits(9), bits(3), bits(7), bits(11)
SUPERVISOR_INTERRUPTS, MACHINE_INTERRUPTS = SSI | STI | SEI, MSI | MTI | MEI
DELEGABLE_EXCEPTIONS = bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15)

FIOM, CBIE, CBCFE, CBZE, ADUE, PBMTE, STCE = bits(0), bits(4, 5), bits(6), bits(7), bits(61), bits(62), bits(63)
CBIE_RESERVED = bits(5)
PMM, PMM_RESERVED = bits(32, 33), bits(32)
TINFO = 1 << 24 | bits(2, 6, 15)
"""Version 1.0; mcontrol, mcontrol6 and disabled triggers."""
NAPOT_LIMIT = bits(*range(63))

CY, TM, IR = bits(0), bits(1), bits(2)
PMP_ENTRIES = 16
PMP_R, PMP_W, PMP_A, PMP_TOR, PMP_L = bits(0), bits(1), bits(3, 4), bits(3), bits(7)
PMP_CFG_FIELDS = bits(0, 1, 2, 3, 4, 7)


@dataclass(frozen=True)
class Access:
    """A CSR instruction: `rs1` is a register number, or the immediate; `value` is what that register holds."""

    number: int
    funct3: int
    rs1: int
    value: int

    @property
    def word(self) -> int:
        """The instruction's bits; rd is x3."""
        return self.number << 20 | self.rs1 << 15 | self.funct3 << 12 | 3 << 7 | 0x73

    @property
    def operand(self) -> int:
        """What is written, set or cleared."""
        return self.rs1 if self.funct3 & IMMEDIATE else self.value

    @property
    def writes(self) -> bool:
        """Whether the CSR is written: CSRRS and CSRRC of x0, or of immediate 0, only read."""
        return self.funct3 & 3 == CSRRW or self.rs1 != 0


def csr_numbers(extensions: frozenset[str]) -> dict[str, int]:
    """Return name and number of every CSR that exists with these extensions."""
    numbers = {
        "sstatus": 0x100, "sie": 0x104, "stvec": 0x105, "scounteren": 0x106, "senvcfg": 0x10A,
        "sscratch": 0x140, "sepc": 0x141, "scause": 0x142, "stval": 0x143, "sip": 0x144, "satp": 0x180,
        "mvendorid": 0xF11, "marchid": 0xF12, "mimpid": 0xF13, "mhartid": 0xF14, "mconfigptr": 0xF15,
        "mstatus": 0x300, "misa": 0x301, "medeleg": 0x302, "mideleg": 0x303, "mie": 0x304, "mtvec": 0x305,
        "mcounteren": 0x306, "menvcfg": 0x30A, "mcountinhibit": 0x320,
        "mscratch": 0x340, "mepc": 0x341, "mcause": 0x342, "mtval": 0x343, "mip": 0x344,
        "pmpcfg0": 0x3A0, "pmpcfg2": 0x3A2, "mcycle": 0xB00, "minstret": 0xB02,
    }  # fmt: skip
    numbers |= {f"pmpaddr{n}": 0x3B0 + n for n in range(PMP_ENTRIES)}
    if "F" in extensions:
        numbers |= {"fflags": 0x001, "frm": 0x002, "fcsr": 0x003}
    if "Zicntr" in extensions:
        numbers |= {"cycle": 0xC00, "time": 0xC01, "instret": 0xC02}
    if "Zihpm" in extensions:
        for n in range(3, 32):
            numbers |= {f"hpmcounter{n}": 0xC00 + n, f"mhpmcounter{n}": 0xB00 + n, f"mhpmevent{n}": 0x320 + n}
    if "Sstc" in extensions:
        numbers["stimecmp"] = 0x14D
    if "Smmpm" in extensions:
        numbers["mseccfg"] = 0x747
    if "Sdtrig" in extensions:
        numbers |= {"tselect": 0x7A0, "tdata1": 0x7A1, "tdata2": 0x7A2, "tinfo": 0x7A4}
    return numbers


def misa_of(extensions: frozenset[str]) -> int:
    """Return MXL 64, I, S, U and the letters of what else is there; B is Zba, Zbb and Zbs together."""
    letters = {"I", "S", "U"} | {name for name in extensions if len(name) == 1}
    if {"Zba", "Zbb", "Zbs"} <= extensions:
        letters.add("B")
    return 2 << 62 | sum(1 << ord(letter) - ord("A") for letter in letters)


class CsrModel:
    """The CSRs of one hart, from reset on, with CYCLE and what is retired.

    Attributes:
        pc, priv: where the last `execute` has left the hart.
        cycle: CYCLE of the next instruction.
    """

    def __init__(self, extensions: frozenset[str]) -> None:
        self._extensions = extensions
        self.numbers = csr_numbers(extensions)
        self._names = {number: name for name, number in self.numbers.items()}
        self._value = dict.fromkeys(self.numbers, 0)
        self._value |= {"mstatus": 2 << 32 | 2 << 34, "misa": misa_of(extensions), "frm": 0, "fflags": 0}
        self._value["menvcfg"] = ADUE if self._has("Svadu") else 0
        if self._has("Sstc"):
            self._value["stimecmp"] = ALL
        self._tdata1, self._tdata2 = [DISABLED] * TRIGGERS, [0] * TRIGGERS
        self._software_interrupts = 0
        self._pmpcfg = [0] * PMP_ENTRIES
        self.pc = self.cycle = 0
        self.priv = M

    def _has(self, extension: str) -> bool:
        return extension in self._extensions

    # Reading

    def read(self, name: str) -> int:
        """Return what the CSR reads now."""
        value = self._value
        match name:
            case "mstatus":
                return value["mstatus"] | (SD if value["mstatus"] & FS == FS else 0)
            case "sstatus":
                return self.read("mstatus") & (SSTATUS_FIELDS | UXL | SD)
            case "mip":
                return self._pending()
            case "sip":
                return self._pending() & value["mideleg"]
            case "sie":
                return value["mie"] & value["mideleg"]
            case "fcsr":
                return value["frm"] << 5 | value["fflags"]
            case "cycle":
                return value["mcycle"]
            case "instret":
                return value["minstret"]
            case "time":
                return self.cycle // TICK_CYCLES
            case "tdata1":
                return self._tdata1[value["tselect"]]
            case "tdata2":
                return self._tdata2[value["tselect"]]
            case "tinfo":
                return TINFO
            case "pmpcfg0" | "pmpcfg2":
                first = 4 * int(name[6:])
                return int.from_bytes(bytes(self._pmpcfg[first : first + 8]), "little")
        return value[name]

    def _pending(self) -> int:
        """mip; no device asks for an interrupt, but the supervisor timer may."""
        pending = self._software_interrupts
        if self._value["menvcfg"] & STCE:
            due = self.cycle // TICK_CYCLES >= self._value["stimecmp"]
            pending = put(pending, STI if due else 0, STI)
        return pending

    # Writing

    def write(self, name: str, new: int) -> None:
        """Write the CSR, each field by its rule."""
        rule = RULES.get(name) or RULES.get(name.rstrip("0123456789"))
        if rule is not None:
            rule(self, name, new)

    def keep(self, mask: int) -> Callable[[str, int], None]:
        """Return the rule of a register with the writable bits `mask`."""
        return lambda name, new: self._value.update({name: put(self._value[name], new, mask)})

    def _write_mstatus(self, name: str, new: int) -> None:
        if new & MPP == 2 << 11:
            new = put(new, self._value["mstatus"], MPP)
        self._value["mstatus"] = put(self._value["mstatus"], new, MSTATUS_FIELDS)

    def _write_sstatus(self, name: str, new: int) -> None:
        self._value["mstatus"] = put(self._value["mstatus"], new, SSTATUS_FIELDS)

    def _write_fp(self, name: str, new: int) -> None:
        """fflags, frm and fcsr; the floating-point state is dirty then."""
        if name != "frm":
            self._value["fflags"] = new & 0x1F
        if name != "fflags":
            self._value["frm"] = (new >> 5 if name == "fcsr" else new) & 7
        self._value["mstatus"] |= FS

    def _write_mip(self, name: str, new: int) -> None:
        """MSIP, MTIP and MEIP are read-only, and STIP too while stimecmp makes it."""
        writable = SSI | SEI | (0 if self._value["menvcfg"] & STCE else STI)
        self._software_interrupts = put(self._software_interrupts, new, writable)

    def _write_sip(self, name: str, new: int) -> None:
        self._software_interrupts = put(self._software_interrupts, new, SSI & self._value["mideleg"])

    def _write_sie(self, name: str, new: int) -> None:
        self._value["mie"] = put(self._value["mie"], new, self._value["mideleg"])

    def _write_epc(self, name: str, new: int) -> None:
        """IALIGN is 16 with compressed instructions, else 32."""
        self._value[name] = new & (ALL - 1 if self._has("C") else ALL - 3)

    def _write_satp(self, name: str, new: int) -> None:
        bare, sv39, sv48, sv57 = 0, 8, 9, 10
        if new >> 60 in (bare, sv39, sv48, sv57):
            self._value["satp"] = new

    def _write_envcfg(self, name: str, new: int) -> None:
        fields = PMM if self._has({"senvcfg": "Ssnpm", "menvcfg": "Smnpm", "mseccfg": "Smmpm"}[name]) else 0
        if name != "mseccfg":
            fields |= FIOM
            fields |= CBIE | CBCFE if self._has("Zicbom") else 0
            fields |= CBZE if self._has("Zicboz") else 0
        if name == "menvcfg":
            fields |= ADUE if self._has("Svadu") else 0
            fields |= PBMTE if self._has("Svpbmt") else 0
            fields |= STCE if self._has("Sstc") else 0
        if new & CBIE == CBIE_RESERVED:
            fields &= ~CBIE
        if new & PMM == PMM_RESERVED:
            fields &= ~PMM
        self._value[name] = put(self._value[name], new, fields)

    def _write_pmpcfg(self, name: str, new: int) -> None:
        first = 4 * int(name[6:])
        for entry, config in enumerate(new.to_bytes(8, "little"), first):
            if not self._pmpcfg[entry] & PMP_L:
                writes_only = config & (PMP_R | PMP_W) == PMP_W
                self._pmpcfg[entry] = config & PMP_CFG_FIELDS & ~(PMP_W if writes_only else 0)

    def _write_pmpaddr(self, name: str, new: int) -> None:
        """A locked entry locks its address, and one that is the top of a range the address below too."""
        entry = int(name[7:])
        above = self._pmpcfg[entry + 1] if entry + 1 < PMP_ENTRIES else 0
        if not self._pmpcfg[entry] & PMP_L and not (above & PMP_L and above & PMP_A == PMP_TOR):
            self._value[name] = new & (1 << 54) - 1

    def _write_medeleg(self, name: str, new: int) -> None:
        """An exception that cannot occur is read-only zero: with compressed instructions no jump is misaligned."""
        cannot = bits(0) if self._has("C") else 0
        self._value[name] = new & DELEGABLE_EXCEPTIONS & ~cannot

    def _write_tselect(self, name: str, new: int) -> None:
        if new < TRIGGERS:
            self._value["tselect"] = new

    def _write_tdata(self, name: str, new: int) -> None:
        """A NAPOT range has 2 ** 63 bytes at most."""
        index, napot = self._value["tselect"], 1
        if name == "tdata1":
            self._tdata1[index] = legal(index, new)
        else:
            self._tdata2[index] = new
        if self._tdata1[index] >> 7 & 7 == napot and self._tdata2[index] & NAPOT_LIMIT == NAPOT_LIMIT:
            self._tdata2[index] -= bits(62)

    # Instructions

    def allowed(self, priv: int, access: Access) -> bool:
        """Tell whether the access is legal in the mode."""
        name, value = self._names.get(access.number), self._value
        if name is None or access.number >> 8 & 3 > priv or (access.writes and access.number >> 10 == 3):
            return False
        if name in ("fflags", "frm", "fcsr"):
            return value["mstatus"] & FS != 0
        if name == "satp":
            return not (priv == S and value["mstatus"] & TVM)
        if name == "stimecmp":
            return priv == M or bool(value["menvcfg"] & STCE and value["mcounteren"] & TM)
        if 0xC00 <= access.number < 0xC20:
            counter = 1 << access.number - 0xC00
            return (priv == M or bool(value["mcounteren"] & counter)) and (
                priv != U or bool(value["scounteren"] & counter)
            )
        return True

    def execute(self, priv: int, pc: int, access: Access) -> int | None:
        """Execute the instruction at `pc` in the mode; return rd, or None where it traps."""
        inhibited = self._value["mcountinhibit"]
        self.priv, self.pc = priv, pc
        legal, old = self.allowed(priv, access), None
        name = self._names.get(access.number, "")
        if legal:
            old = self.read(name)
            if access.writes:
                self.write(name, self._combined(name, access, old))
            self.pc += 4
        else:
            self._trap(ILLEGAL_INSTRUCTION, access.word)
        self.cycle += 1
        self._take_interrupt()
        written = name if legal and access.writes else ""
        if not inhibited & CY and written != "mcycle":
            self._value["mcycle"] = self._value["mcycle"] + 1 & ALL
        if legal and not inhibited & IR and written != "minstret":
            self._value["minstret"] = self._value["minstret"] + 1 & ALL
        return old

    def _combined(self, name: str, access: Access, old: int) -> int:
        """Return what is written; of mip, only the bits that software has set are set or cleared."""
        if name == "mip":
            old = self._software_interrupts
        match access.funct3 & 3:
            case 2:
                return old | access.operand
            case 3:
                return old & ~access.operand
        return access.operand

    def _trap(self, cause: int, tval: int, interrupt: bool = False) -> None:
        value = self._value
        status = value["mstatus"]
        delegated = value["mideleg" if interrupt else "medeleg"]
        to_s = self.priv != M and delegated >> cause & 1
        prefix = "s" if to_s else "m"
        value |= {f"{prefix}epc": self.pc, f"{prefix}cause": interrupt << 63 | cause, f"{prefix}tval": tval}
        if to_s:
            status = put(status, (status & SIE) << 4 | self.priv << 8, SPIE | SPP) & ~SIE
        else:
            status = put(status, (status & MIE) << 4 | self.priv << 11, MPIE | MPP) & ~MIE
        value["mstatus"] = status
        vector = value[f"{prefix}tvec"]
        self.pc = (vector & ~3) + (4 * cause if interrupt and vector & 1 else 0) & ALL
        self.priv = S if to_s else M

    def _ready(self, priv: int) -> int:
        """Return the interrupts that would be taken in this mode: those for M-mode, or else those for S-mode."""
        ready, status = self._pending() & self._value["mie"], self._value["mstatus"]
        machine, supervisor = ready & ~self._value["mideleg"], ready & self._value["mideleg"]
        if machine and (priv != M or status & MIE):
            return machine
        return supervisor if priv == U or (priv == S and status & SIE) else 0

    def _take_interrupt(self) -> None:
        """Take the first by the manual's order: external, software, timer; M before S."""
        ready = self._ready(self.priv)
        order = (11, 3, 7, 9, 1, 5)
        if ready:
            self._trap(next(cause for cause in order if ready >> cause & 1), 0, interrupt=True)

    # What a test has to know before it lets the hart run

    def execute_triggers(self) -> list[int]:
        """Return the triggers that may stop an instruction."""
        return [index for index in range(TRIGGERS) if self._tdata1[index] & EXECUTE]

    def interrupt_would_be_taken(self, priv: int) -> bool:
        """Tell whether some interrupt would be taken in this mode in place of the next instruction."""
        return self._ready(priv) != 0


Rule = Callable[[CsrModel, str, int], None]


def _masked(mask: int) -> Rule:
    return lambda model, name, new: model.keep(mask)(name, new)


_ANY, _NO_RESERVED_MODE, _LOW_WORD = _masked(ALL), _masked(ALL - 2), _masked((1 << 32) - 1)
RULES: dict[str, Rule] = {
    "mstatus": CsrModel._write_mstatus, "sstatus": CsrModel._write_sstatus,
    "fflags": CsrModel._write_fp, "frm": CsrModel._write_fp, "fcsr": CsrModel._write_fp,
    "mtvec": _NO_RESERVED_MODE, "stvec": _NO_RESERVED_MODE,
    "medeleg": CsrModel._write_medeleg, "mideleg": _masked(SUPERVISOR_INTERRUPTS),
    "mie": _masked(SUPERVISOR_INTERRUPTS | MACHINE_INTERRUPTS), "sie": CsrModel._write_sie,
    "mip": CsrModel._write_mip, "sip": CsrModel._write_sip,
    "mscratch": _ANY, "sscratch": _ANY, "mcause": _ANY, "scause": _ANY, "mtval": _ANY, "stval": _ANY,
    "mepc": CsrModel._write_epc, "sepc": CsrModel._write_epc,
    "satp": CsrModel._write_satp, "stimecmp": _ANY,
    "menvcfg": CsrModel._write_envcfg, "senvcfg": CsrModel._write_envcfg, "mseccfg": CsrModel._write_envcfg,
    "tselect": CsrModel._write_tselect, "tdata1": CsrModel._write_tdata, "tdata2": CsrModel._write_tdata,
    "mcounteren": _LOW_WORD, "scounteren": _LOW_WORD, "mcountinhibit": _masked(CY | IR),
    "mcycle": _ANY, "minstret": _ANY,
    "pmpcfg": CsrModel._write_pmpcfg, "pmpaddr": CsrModel._write_pmpaddr,
}  # fmt: skip
"""What a write does, by name, or by name without its number; a register without a rule ignores it."""
