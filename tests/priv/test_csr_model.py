"""Random accesses to CSRs, from all modes and under random ISA strings, against the model of the manual's rules.

After each instruction rd, pc, mode and every CSR must be what the model says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from harness import CODE, TestHart, make_hart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from priv.csr_model import (
    ALL,
    CSRRC,
    CSRRS,
    CSRRW,
    IMMEDIATE,
    LCOFI,
    MML,
    MMWP,
    PMP_ENTRIES,
    RLB,
    RULES,
    Access,
    CsrModel,
    M,
    S,
    U,
    bits,
    csr_numbers,
)
from priv.test_pmp import PMPADDR, Pmp, X

DEPENDENCIES = {
    "M": "", "A": "", "F": "Zicsr", "D": "F", "C": "", "Zba": "", "Zbb": "", "Zbs": "", "Zicntr": "Zicsr",
    "Zicbom": "", "Zicboz": "", "Zihpm": "", "Zimop": "", "Zicfilp": "", "Zicfiss": "Zimop A", "Zkr": "",
    "Sstc": "", "Svade": "", "Svpbmt": "", "Svinval": "", "Sdtrig": "", "Smmpm": "", "Smnpm": "", "Ssnpm": "",
    "Smcntrpmf": "Zicntr", "Smepmp": "", "Smstateen": "Ssstateen", "Ssstateen": "", "Sscofpmf": "Zihpm",
}  # fmt: skip
"""Extensions that a CSR could show, or is brought by, with what each needs."""

EVERY_NUMBER = sorted(csr_numbers(frozenset(DEPENDENCIES)).values())
SEED, SIE, MIE = 0x015, 0x104, 0x304
PMP_OVER_ALL = (0x1F, 0x1F, 0x9D)
"""pmpcfg of an entry over all memory: it lets S and U fetch, or is locked, so that under MML it is M's."""


@dataclass(frozen=True)
class Isa:
    """An ISA string, the extensions that it brings by the manual's rules, and a key of TIED."""

    text: str
    extensions: frozenset[str]
    looked_at: str


@st.composite
def isas(draw: st.DrawFn) -> Isa:
    """Return a random ISA string; what needs something names it, and Svadu is there unless Svade is."""
    some = draw(st.sets(st.sampled_from(sorted(DEPENDENCIES))))
    looked_at = draw(st.sampled_from(sorted(TIED)))
    there = {looked_at} if draw(st.integers(0, 3)) else set()
    names = (set(DEPENDENCIES) - some if draw(st.booleans()) else some) | {"I", "Zicsr"} | there
    while missing := {need for name in names for need in DEPENDENCIES.get(name, "").split()} - names:
        names |= missing
    letters = "".join(letter for letter in "IMAFDC" if letter in names)
    longer = sorted(name for name in names if len(name) > 1)
    if "Svade" not in names:
        names |= {"Svadu"}
    return Isa("_".join(["rv64" + letters.lower(), *(name.lower() for name in longer)]), frozenset(names), looked_at)


FIELDS = [
    2 << 11, 3 << 11, 1 << 11, 3 << 13, 1 << 13, 1 << 20, 0x10, 0x20, 0x30, 0xF1, 0x222, 0xAAA, 8 << 60, 9 << 60,
    10 << 60, 11 << 60, 1 << 60, 1 << 63, 7 << 61, 0x9F9F << 16, 0x8F00, 0x88, 0x1F, 0x02, 0x1A, 3, 2, 1, 5, 7,
    0xFFFF_FFFF, 1 << 32, 3 << 32, 2 << 60 | 0x5B, 6 << 60 | 0x5B, 6 << 60 | 0xF0 << 8, ALL >> 1, 0x80, 0x800,
    4, 8, 0xC, 0x100, 0x200, 0x400, 0x2000, 1 << 18, 1 << 23, 1 << 41, 1 << 62, 3 << 62, 4 << 60 | 1, 2 << 60 | 2,
    1 << 60 | 3, ALL - 1, 0x8D8A << 16,
]  # fmt: skip
"""Values at which a rule begins or ends."""


def pmp_configs(random: Random) -> int:
    """Return eight configurations of PMP entries, most of them the same."""
    usual = random.choice((0, 0x98 | random.randrange(8), 0x88 | random.randrange(8), random.getrandbits(8)))
    return int.from_bytes(bytes(random.choice((usual, usual, random.getrandbits(8))) for _ in range(8)), "little")


VALUES: dict[str, Callable[[Random], int]] = {
    "mseccfg": lambda random: random.choice((0, 1, 2, 4, 4, 4, 4, 4, 7, 0x100, 0x300, random.getrandbits(11))),
    "pmpcfg": pmp_configs,
    "mhpmevent": lambda random: random.choice((0, 0, 8, random.randrange(16))) << 60 | random.choice((1, 2, 3, 4, 6)),
    "mhpmcounter": lambda random: ALL - random.choice((0, 0, 1, 2, 5)),
    "menvcfg": lambda random: random.choice((0, 4, 8, 0xF9, 1 << 63, ALL)),
    "senvcfg": lambda random: random.choice((0, 4, 8, 0xC, ALL)),
    "mip": lambda random: random.choice((0, 0, 1 << 13, 0x2222)),
    "tselect": lambda random: random.randrange(5),
    "tdata1": lambda random: random.choice((2, 6)) << 60 | random.getrandbits(27),
    "mstatus": lambda random: random.choice((1 << 23, 1 << 41, 3 << 13, ALL)),
}
"""What is worth writing to a CSR, by its name, or by the name without its number."""


def value(random: Random, number: int) -> int:
    """Return what a guest may write: anything, but more often what a rule looks at."""
    name = _NAMES.get(number, "")
    chosen = VALUES.get(name, VALUES.get(name.rstrip("0123456789")))
    if chosen is not None and random.randrange(4):
        return chosen(random)
    field, other, noise = random.choice(FIELDS), random.choice(FIELDS), random.getrandbits(64)
    sparse = bits(*random.sample(range(64), random.randrange(5)))
    return random.choice((0, ALL, field, field | other, field ^ noise, noise, sparse, ALL ^ sparse))


_BY_NAME = csr_numbers(frozenset(DEPENDENCIES))
_NAMES = {number: name for name, number in _BY_NAME.items()}
_COUNTERS = ["cycle", "time", "instret", "hpmcounter3", "hpmcounter31", "scountovf"]
_SETTINGS = [f"{name}{n}" for name in ("mhpmcounter", "mhpmevent") for n in (3, 3, 4, 31)]
_SOME_PMP = ["pmpcfg0", "pmpcfg2", "pmpaddr0", "pmpaddr1", "pmpaddr7", "pmpaddr8", "pmpaddr15"]
_STATEEN = ["mstateen0", "mstateen0", "mstateen3", "sstateen0", "sstateen3"]
_MORE = ["seed", *_COUNTERS, *_SETTINGS, *_SOME_PMP, *_STATEEN]
_WITH_RULES = [name for name in _BY_NAME if name in RULES] + _MORE
TIED = {
    "Smepmp": ("mseccfg", "mseccfg", "pmpcfg0", "pmpcfg0", "pmpaddr0", "pmpaddr1"),
    "Zkr": ("mseccfg", "seed", "seed", "seed"),
    "Zicfiss": ("menvcfg", "senvcfg", "ssp"),
    "Zicfilp": ("mstatus", "mstatus", "sstatus", "medeleg", "medeleg", "stvec", "menvcfg", "mseccfg"),
    "Smstateen": ("mstateen0", "mstateen3", "senvcfg", "sstateen0", "sstateen3"),
    "Zihpm": ("mhpmcounter3", "mhpmevent3", "mcountinhibit", "mhpmcounter4", "mhpmevent4", "hpmcounter3", "mcounteren"),
    "Sscofpmf": ("mhpmcounter3", "mhpmevent3", "mhpmcounter31", "mhpmevent31", "scountovf", "mcounteren", "mip", "sip"),
    "Smcntrpmf": ("mcycle", "minstret", "mcyclecfg", "minstretcfg", "mcountinhibit", "cycle", "instret", "mcounteren"),
    "A": ("mie", "mip", "sie", "sip", "mideleg", "mstatus", "sstatus"),
    "C": ("mstatus", "sstatus", "medeleg", "mtvec", "stvec", "mepc", "sepc", "satp"),
    "Sdtrig": ("tselect", "tselect", "tdata1", "tdata1", "tdata2", "tinfo"),
    "Sstc": ("menvcfg", "stimecmp", "mcounteren", "mip"),
    "F": tuple(_WITH_RULES),
}
"""CSRs that rules tie together, and an extension that brings some of the rules, if there is one."""


def numbers(names: tuple[str, ...] | list[str], priv: int) -> list[int]:
    """Return those that may be accessed from the mode, if anything may."""
    return [number for name in names if (number := _BY_NAME[name]) >> 8 & 3 <= priv]


_NUMBERS = {priv: numbers(_WITH_RULES, priv) for priv in (M, S, U)}
_TIED = {name: {priv: numbers(names, priv) or _NUMBERS[priv] for priv in (M, S, U)} for name, names in TIED.items()}
_ANY_NUMBERS = [*EVERY_NUMBER * 20, *range(4096)]


def access(random: Random, tied: dict[int, list[int]]) -> tuple[int, Access]:
    """Return a mode and an access that is legal there more often than not."""
    priv = random.choice((M, M, M, M, S, S, U))
    likely = random.randrange(10)
    number = random.choice(tied[priv] if likely < 8 else _NUMBERS[priv] if likely < 9 else _ANY_NUMBERS)
    funct3 = random.choice((CSRRW, CSRRW, CSRRW, CSRRS, CSRRC, CSRRW | IMMEDIATE, CSRRS | IMMEDIATE, CSRRC | IMMEDIATE))
    rs1 = random.randrange(32) if funct3 & IMMEDIATE else random.choice((1, 1, 1, 0, 3, 31))
    return priv, Access(number, funct3, rs1, value(random, number))


def started(isa: Isa, config: int) -> tuple[TestHart, CsrModel]:
    """Return a hart and its model after reset, with the last PMP entry over all memory."""
    hart = make_hart(isa=isa.text, memory="1M", arena_bytes=1 << 16, tlb_entries=8).reset()
    hart.csr["mstatus"] = hart.csr["mtvec"] = 0
    model = CsrModel(isa.extensions)
    set_both(hart, model, "pmpaddr15", PMPADDR)
    set_both(hart, model, "pmpcfg2", config << 56)
    return hart, model


def set_both(hart: TestHart, model: CsrModel, name: str, value: int) -> None:
    """Set a CSR from outside."""
    hart.csr[name] = value
    model.write(name, value)


def disable_execute_triggers(hart: TestHart, model: CsrModel) -> None:
    """Let no trigger stop the next instruction."""
    for index in model.execute_triggers():
        selected = model.read("tselect")
        for name, value in (("tselect", index), ("tdata1", 0), ("tselect", selected)):
            set_both(hart, model, name, value)


def can_fetch(model: CsrModel, priv: int) -> bool:
    """Tell whether the PMP lets the mode execute the word at CODE."""
    cfg = b"".join(model.read(f"pmpcfg{n}").to_bytes(8, "little") for n in (0, 2))
    security = model.read("mseccfg") & (MML | MMWP | RLB)
    return Pmp(list(cfg), [model.read(f"pmpaddr{n}") for n in range(PMP_ENTRIES)], security).allows(CODE, 4, X, priv)


def step(hart: TestHart, model: CsrModel, priv: int, access: Access) -> None:
    """Let both execute the instruction, with no interrupt, page table or trigger in the way, and compare them."""
    if priv != M and model.read("satp") >> 60:
        set_both(hart, model, "satp", 0)
    if model.interrupt_would_be_taken(priv):
        set_both(hart, model, "mie", 0)
    if model.may_overflow():
        set_both(hart, model, "mie", model.read("mie") & ~LCOFI)
    disable_execute_triggers(hart, model)
    register = 0 if access.funct3 & IMMEDIATE else access.rs1
    if register:
        hart.x[register] = access.value
    else:
        access = Access(access.number, access.funct3, access.rs1, 0)
    hart.x[3] = hart.x[3] if register == 3 else 0x5EED
    before = hart.x[3]
    hart.put(access.word)
    hart.pc, hart.priv = CODE, priv
    hart.step()
    rd = model.execute(priv, CODE, access)
    assert hart.x[3] == before if rd is None else without_entropy(hart.x[3], access.number) == rd
    assert (hart.pc, hart.priv, hart.machine.cycle) == (model.pc, model.priv, model.cycle)
    for name, number in model.numbers.items():
        assert (name, without_entropy(hart.csr[number], number)) == (name, model.read(name))


def without_entropy(value: int, number: int) -> int:
    """Return the value of a CSR without the 16 bits of the seed CSR that are random."""
    return value & ~0xFFFF if number == SEED else value


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(isas(), st.integers(0, ALL))
def test_every_csr_reads_what_the_manual_allows_after_any_accesses(isa: Isa, seed: int) -> None:
    """hypothesis picks the ISA string; the accesses are from a seed, since its own are too much alike."""
    random = Random(seed)
    hart, model = started(isa, random.choice(PMP_OVER_ALL))
    for _ in range(80):
        priv, instruction = access(random, _TIED[isa.looked_at])
        if can_fetch(model, priv) and not (model.may_overflow() and instruction.number in (SIE, MIE)):
            step(hart, model, priv, instruction)
    hart.machine.close()
