"""A hart's CSRs as the privileged manual describes them: which exist, who may access them, what a write leaves.

Plain Python over a dict of values, without a look at the project's tables. Where the manual leaves a choice, the
model takes this one: an illegal value of a WARL field leaves the old one; a write of satp with an unknown MODE
changes nothing; mcause, scause, mtval and stval hold any value; 16 PMP entries of 4-byte grain; misa cannot be
written. pmpcfg.RW = 01 is 00 without mseccfg.MML. mseccfg.SSEED is 1 after reset. senvcfg.SSE is 0, and not only
reads so, once menvcfg.SSE was. mhpmevent selects 1 cycles, 2 instructions retired, 3 exceptions, 4 interrupts, 5 what
no CSR instruction does; other events are none. An instruction that writes a counter, or what says how it counts, is
itself counted before its write; LCOFIP is set behind a write of mip or sip. ELP is always NO_LP_EXPECTED here.
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
UXL, SXL, SPELP, MPELP = bits(32, 33), bits(34, 35), bits(23), bits(41)
MSTATUS_FIELDS = SIE | MIE | SPIE | MPIE | SPP | MPP | FS | MPRV | SUM | MXR | TVM | TW | TSR
SSTATUS_FIELDS = SIE | SPIE | SPP | FS | SUM | MXR

SSI, STI, SEI, MSI, MTI, MEI, LCOFI = bits(1), bits(5), bits(9), bits(3), bits(7), bits(11), bits(13)
SUPERVISOR_INTERRUPTS, MACHINE_INTERRUPTS = SSI | STI | SEI, MSI | MTI | MEI
INTERRUPT_ORDER = (11, 3, 7, 9, 1, 5, 13)
DELEGABLE_EXCEPTIONS, SOFTWARE_CHECK = bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15), bits(18)

FIOM, CBIE, CBCFE, CBZE, ADUE, PBMTE, STCE = bits(0), bits(4, 5), bits(6), bits(7), bits(61), bits(62), bits(63)
LPE, SSE = bits(2), bits(3)
CBIE_RESERVED = bits(5)
PMM, PMM_RESERVED = bits(32, 33), bits(32)
TINFO = 1 << 24 | bits(2, 6, 15)
"""Version 1.0; mcontrol, mcontrol6 and disabled triggers."""
NAPOT_LIMIT = bits(*range(63))

MML, MMWP, RLB, USEED, SSEED, MLPE = bits(0), bits(1), bits(2), bits(8), bits(9), bits(10)
ES16 = bits(31)
"""seed.OPST of a source that has 16 bits of entropy; which they are is open."""
ENVCFG, SE = bits(62), bits(63)
"""Of mstateen0, and of each mstateen."""

CY, TM, IR = bits(0), bits(1), bits(2)
OF, INHIBIT = bits(63), {M: bits(62), S: bits(61), U: bits(60)}
FILTER = bits(60, 61, 62)
CYCLES, RETIRED, EXCEPTIONS, INTERRUPTS, LAST_EVENT = 1, 2, 3, 4, 5
COUNTERS = range(3, 32)
PMP_ENTRIES = 16
PMP_R, PMP_W, PMP_X, PMP_A, PMP_TOR, PMP_L = bits(0), bits(1), bits(2), bits(3, 4), bits(3), bits(7)
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
    for n in COUNTERS:
        numbers |= {f"mhpmcounter{n}": 0xB00 + n, f"mhpmevent{n}": 0x320 + n}
    for extension, brought in BROUGHT_BY.items():
        if extension in extensions:
            numbers |= brought
    if extensions & {"Smepmp", "Smmpm", "Zicfilp", "Zkr"}:
        numbers["mseccfg"] = 0x747
    return numbers


BROUGHT_BY = {
    "F": {"fflags": 0x001, "frm": 0x002, "fcsr": 0x003},
    "Zicfiss": {"ssp": 0x011},
    "Zkr": {"seed": 0x015},
    "Zicntr": {"cycle": 0xC00, "time": 0xC01, "instret": 0xC02},
    "Zihpm": {f"hpmcounter{n}": 0xC00 + n for n in COUNTERS},
    "Smcntrpmf": {"mcyclecfg": 0x321, "minstretcfg": 0x322},
    "Smstateen": {f"mstateen{n}": 0x30C + n for n in range(4)},
    "Ssstateen": {f"sstateen{n}": 0x10C + n for n in range(4)},
    "Sscofpmf": {"scountovf": 0xDA0},
    "Sstc": {"stimecmp": 0x14D},
    "Sdtrig": {"tselect": 0x7A0, "tdata1": 0x7A1, "tdata2": 0x7A2, "tinfo": 0x7A4},
}
"""The CSRs that one extension alone brings."""


def misa_of(extensions: frozenset[str]) -> int:
    """Return MXL 64, I, S, U and the letters of what else is there; B is Zba, Zbb and Zbs together."""
    letters = {"I", "S", "U"} | {name for name in extensions if len(name) == 1}
    if {"Zba", "Zbb", "Zbs"} <= extensions:
        letters.add("B")
    return 2 << 62 | sum(1 << ord(letter) - ord("A") for letter in letters)


def number_in(name: str) -> int:
    """Return the number at the end of a CSR's name."""
    return int(name.lstrip("abcdefghijklmnopqrstuvwxyz"))


def lets_machine_execute(config: int) -> bool:
    """Tell whether it is, under MML, an executable rule that is M-mode-only or a locked Shared-Region.

    Source: privileged manual, "Smepmp Physical Memory Protection Rules", the table.
    """
    rights = config & (PMP_R | PMP_W | PMP_X)
    return bool(config & PMP_L) and rights in (PMP_X, PMP_W, PMP_W | PMP_X, PMP_R | PMP_X)


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
        self._value["mseccfg"] = SSEED if self._has("Zkr") else 0
        if self._has("Sstc"):
            self._value["stimecmp"] = ALL
        self._tdata1, self._tdata2 = [DISABLED] * TRIGGERS, [0] * TRIGGERS
        self._counter, self._event = dict.fromkeys(COUNTERS, 0), dict.fromkeys(COUNTERS, 0)
        self._written_interrupts = 0
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
                return self.read("mstatus") & (SSTATUS_FIELDS | SPELP | UXL | SD)
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
            case "seed":
                return ES16
            case "scountovf":
                overflowed = sum(1 << n for n, setting in self._event.items() if setting & OF)
                return overflowed if self.priv == M else overflowed & value["mcounteren"]
            case "pmpcfg0" | "pmpcfg2":
                first = 4 * int(name[6:])
                return int.from_bytes(bytes(self._pmpcfg[first : first + 8]), "little")
        if "hpm" in name:
            return (self._event if "event" in name else self._counter)[number_in(name)]
        return value[name]

    def _pending(self) -> int:
        """mip; no device asks for an interrupt, but the supervisor timer may; an overflow counts as written."""
        pending = self._written_interrupts
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
        fields = MSTATUS_FIELDS | (SPELP | MPELP if self._has("Zicfilp") else 0)
        self._value["mstatus"] = put(self._value["mstatus"], new, fields)

    def _write_sstatus(self, name: str, new: int) -> None:
        fields = SSTATUS_FIELDS | (SPELP if self._has("Zicfilp") else 0)
        self._value["mstatus"] = put(self._value["mstatus"], new, fields)

    def _write_fp(self, name: str, new: int) -> None:
        """fflags, frm and fcsr; the floating-point state is dirty then."""
        if name != "frm":
            self._value["fflags"] = new & 0x1F
        if name != "fflags":
            self._value["frm"] = (new >> 5 if name == "fcsr" else new) & 7
        self._value["mstatus"] |= FS

    def _write_mip(self, name: str, new: int) -> None:
        """MSIP, MTIP and MEIP are read-only, and STIP too while stimecmp makes it."""
        writable = SSI | SEI | self._overflow_interrupt() | (0 if self._value["menvcfg"] & STCE else STI)
        self._written_interrupts = put(self._written_interrupts, new, writable)

    def _overflow_interrupt(self) -> int:
        return LCOFI if self._has("Sscofpmf") else 0

    def _write_sip(self, name: str, new: int) -> None:
        writable = (SSI | self._overflow_interrupt()) & self._value["mideleg"]
        self._written_interrupts = put(self._written_interrupts, new, writable)

    def _write_mie(self, name: str, new: int) -> None:
        machine = 0 if name == "mideleg" else MACHINE_INTERRUPTS
        self._value[name] = new & (SUPERVISOR_INTERRUPTS | machine | self._overflow_interrupt())

    def _write_sie(self, name: str, new: int) -> None:
        self._value["mie"] = put(self._value["mie"], new, self._value["mideleg"])

    def _write_epc(self, name: str, new: int) -> None:
        """IALIGN is 16 with compressed instructions, else 32."""
        self._value[name] = new & (ALL - 1 if self._has("C") else ALL - 3)

    def _write_satp(self, name: str, new: int) -> None:
        bare, sv39, sv48, sv57 = 0, 8, 9, 10
        if new >> 60 in (bare, sv39, sv48, sv57):
            self._value["satp"] = new

    def _fields(self, **of: int) -> int:
        """Return those of the fields whose extension there is."""
        return sum(mask for extension, mask in of.items() if self._has(extension))

    def _write_envcfg(self, name: str, new: int) -> None:
        fields = FIOM | self._fields(Zicfilp=LPE, Zicfiss=SSE, Zicbom=CBIE | CBCFE, Zicboz=CBZE)
        if name == "menvcfg":
            fields |= self._fields(Svadu=ADUE, Svpbmt=PBMTE, Sstc=STCE, Smnpm=PMM)
        else:
            fields |= self._fields(Ssnpm=PMM)
            fields &= ALL if self._value["menvcfg"] & SSE else ~SSE
        if new & CBIE == CBIE_RESERVED:
            fields &= ~CBIE
        if new & PMM == PMM_RESERVED:
            fields &= ~PMM
        self._value[name] = put(self._value[name], new, fields)
        if not self._value["menvcfg"] & SSE:
            self._value["senvcfg"] &= ~SSE

    def _write_mseccfg(self, name: str, new: int) -> None:
        """MML and MMWP stay 1 once they are; RLB stays 0 while some entry is locked, used or not."""
        old = self._value["mseccfg"]
        fields = self._fields(Smepmp=MML | MMWP | RLB, Zkr=USEED | SSEED, Zicfilp=MLPE, Smmpm=PMM)
        fields &= ~(old & (MML | MMWP))
        if not old & RLB and any(config & PMP_L for config in self._pmpcfg):
            fields &= ~RLB
        if new & PMM == PMM_RESERVED:
            fields &= ~PMM
        self._value["mseccfg"] = put(old, new, fields)

    def _locked(self, entry: int) -> bool:
        return bool(self._pmpcfg[entry] & PMP_L) and not self._value["mseccfg"] & RLB

    def _write_pmpcfg(self, name: str, new: int) -> None:
        first = 4 * int(name[6:])
        security = self._value["mseccfg"]
        for entry, config in enumerate(new.to_bytes(8, "little"), first):
            reserved = not security & MML and config & (PMP_R | PMP_W) == PMP_W
            refused = security & MML and not security & RLB and lets_machine_execute(config)
            if not self._locked(entry) and not refused:
                self._pmpcfg[entry] = config & PMP_CFG_FIELDS & ~(PMP_W if reserved else 0)

    def _write_pmpaddr(self, name: str, new: int) -> None:
        """A locked entry locks its address, and one that is the top of a range the address below too."""
        entry = int(name[7:])
        above = entry + 1
        bound = above < PMP_ENTRIES and self._locked(above) and self._pmpcfg[above] & PMP_A == PMP_TOR
        if not self._locked(entry) and not bound:
            self._value[name] = new & (1 << 54) - 1

    def _write_medeleg(self, name: str, new: int) -> None:
        """An exception that cannot occur is read-only zero: with compressed instructions no jump is misaligned."""
        cannot = bits(0) if self._has("C") else 0
        checks = SOFTWARE_CHECK if self._has("Zicfilp") or self._has("Zicfiss") else 0
        self._value[name] = new & (DELEGABLE_EXCEPTIONS | checks) & ~cannot

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

    def _write_mstateen(self, name: str, new: int) -> None:
        self._value[name] = new & (SE | (ENVCFG if name == "mstateen0" else 0))

    # Counters

    def _write_mhpmcounter(self, name: str, new: int) -> None:
        self._counter[number_in(name)] = new

    def _write_mhpmevent(self, name: str, new: int) -> None:
        event = put(new, 0, OF | FILTER)
        flags = new & self._fields(Sscofpmf=OF | FILTER)
        self._event[number_in(name)] = flags | (event if event <= LAST_EVENT else 0)

    def _counts(self, counter: int, event: int) -> bool:
        setting = self._event[counter]
        return (
            put(setting, 0, OF | FILTER) == event
            and not setting & INHIBIT[self.priv]
            and not self._value["mcountinhibit"] >> counter & 1
        )

    def _happened(self, event: int) -> None:
        """Let the counters of an event count it; one that overflows with OF clear asks for an interrupt."""
        for counter in COUNTERS:
            if self._counts(counter, event):
                self._counter[counter] = self._counter[counter] + 1 & ALL
                if not self._counter[counter] and self._has("Sscofpmf") and not self._event[counter] & OF:
                    self._event[counter] |= OF
                    self._written_interrupts |= LCOFI

    def _count_instruction(self, retires: bool) -> None:
        """Count an instruction in the mode that it was executed in."""
        inhibited, value = self._value["mcountinhibit"], self._value
        self._happened(CYCLES)
        if not inhibited & CY and not value.get("mcyclecfg", 0) & INHIBIT[self.priv]:
            value["mcycle"] = value["mcycle"] + 1 & ALL
        if retires:
            self._happened(RETIRED)
            if not inhibited & IR and not value.get("minstretcfg", 0) & INHIBIT[self.priv]:
                value["minstret"] = value["minstret"] + 1 & ALL

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
        if name == "seed":
            opened = priv == M or value["mseccfg"] & (SSEED if priv == S else USEED)
            return access.writes and bool(opened)
        if name == "ssp":
            return priv == M or bool(value["menvcfg"] & SSE and (priv == S or value["senvcfg"] & SSE))
        if name == "senvcfg":
            return priv == M or bool(value.get("mstateen0", ENVCFG) & ENVCFG)
        if name.startswith("sstateen"):
            return priv == M or bool(value.get(f"m{name[1:]}", SE) & SE)
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
        self.priv, self.pc = priv, pc
        legal, old = self.allowed(priv, access), None
        name = self._names.get(access.number, "")
        counted_later = name in ("mip", "sip")
        if legal:
            old = self.read(name)
        if not counted_later:
            self._count_instruction(legal)
        if legal:
            if access.writes:
                self.write(name, self._combined(name, access, old or 0))
            self.pc += 4
        if counted_later:
            self._count_instruction(legal)
        if not legal:
            self._trap(ILLEGAL_INSTRUCTION, access.word)
        self.cycle += 1
        self._take_interrupt()
        return old

    def _combined(self, name: str, access: Access, old: int) -> int:
        """Return what is written; of mip, only the bits that software has set are set or cleared."""
        if name == "mip":
            old = self._written_interrupts
        match access.funct3 & 3:
            case 2:
                return old | access.operand
            case 3:
                return old & ~access.operand
        return access.operand

    def _trap(self, cause: int, tval: int, interrupt: bool = False) -> None:
        self._happened(INTERRUPTS if interrupt else EXCEPTIONS)
        value = self._value
        status = value["mstatus"]
        delegated = value["mideleg" if interrupt else "medeleg"]
        to_s = self.priv != M and delegated >> cause & 1
        prefix = "s" if to_s else "m"
        value |= {f"{prefix}epc": self.pc, f"{prefix}cause": interrupt << 63 | cause, f"{prefix}tval": tval}
        if to_s:
            status = put(status, (status & SIE) << 4 | self.priv << 8, SPIE | SPP) & ~(SIE | SPELP)
        else:
            status = put(status, (status & MIE) << 4 | self.priv << 11, MPIE | MPP) & ~(MIE | MPELP)
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
        if ready:
            self._trap(next(cause for cause in INTERRUPT_ORDER if ready >> cause & 1), 0, interrupt=True)

    # What a test has to know before it lets the hart run

    def execute_triggers(self) -> list[int]:
        """Return the triggers that may stop an instruction."""
        return [index for index in range(TRIGGERS) if self._tdata1[index] & EXECUTE]

    def interrupt_would_be_taken(self, priv: int) -> bool:
        """Tell whether some interrupt would be taken in this mode in place of the next instruction."""
        return self._ready(priv) != 0

    def may_overflow(self) -> bool:
        """Tell whether the next instruction may make a counter overflow, and so pend an interrupt."""
        return any(
            self._counter[counter] >= ALL - 1 and put(setting, 0, OF | FILTER) and not setting & OF
            for counter, setting in self._event.items()
        )


Rule = Callable[[CsrModel, str, int], None]


def _masked(mask: int) -> Rule:
    return lambda model, name, new: model.keep(mask)(name, new)


_ANY, _NO_RESERVED_MODE, _LOW_WORD = _masked(ALL), _masked(ALL - 2), _masked((1 << 32) - 1)
RULES: dict[str, Rule] = {
    "mstatus": CsrModel._write_mstatus, "sstatus": CsrModel._write_sstatus,
    "fflags": CsrModel._write_fp, "frm": CsrModel._write_fp, "fcsr": CsrModel._write_fp,
    "mtvec": _NO_RESERVED_MODE, "stvec": _NO_RESERVED_MODE,
    "medeleg": CsrModel._write_medeleg, "mideleg": CsrModel._write_mie,
    "mie": CsrModel._write_mie, "sie": CsrModel._write_sie,
    "mip": CsrModel._write_mip, "sip": CsrModel._write_sip,
    "mscratch": _ANY, "sscratch": _ANY, "mcause": _ANY, "scause": _ANY, "mtval": _ANY, "stval": _ANY,
    "mepc": CsrModel._write_epc, "sepc": CsrModel._write_epc,
    "satp": CsrModel._write_satp, "stimecmp": _ANY,
    "menvcfg": CsrModel._write_envcfg, "senvcfg": CsrModel._write_envcfg, "mseccfg": CsrModel._write_mseccfg,
    "mstateen": CsrModel._write_mstateen, "ssp": _masked(ALL - 7),
    "tselect": CsrModel._write_tselect, "tdata1": CsrModel._write_tdata, "tdata2": CsrModel._write_tdata,
    "mcounteren": _LOW_WORD, "scounteren": _LOW_WORD, "mcountinhibit": _masked(CY | IR | bits(*COUNTERS)),
    "mcycle": _ANY, "minstret": _ANY, "mcyclecfg": _masked(FILTER), "minstretcfg": _masked(FILTER),
    "mhpmcounter": CsrModel._write_mhpmcounter, "mhpmevent": CsrModel._write_mhpmevent,
    "pmpcfg": CsrModel._write_pmpcfg, "pmpaddr": CsrModel._write_pmpaddr,
}  # fmt: skip
"""What a write does, by name, or by name without its number; a register without a rule ignores it."""
