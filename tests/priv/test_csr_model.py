"""Random accesses to CSRs, from all modes and under random ISA strings, against the model of the manual's rules.

After each instruction rd, pc, mode and every CSR must be what the model says.
"""

from __future__ import annotations

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
    PMP_ENTRIES,
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
    "Zicbom": "", "Zicboz": "", "Sstc": "", "Svade": "", "Svpbmt": "", "Svinval": "",
    "Sdtrig": "", "Smmpm": "", "Smnpm": "", "Ssnpm": "",
}  # fmt: skip
"""Extensions that a CSR could show, or is brought by, with what each needs."""

EVERY_NUMBER = sorted(csr_numbers(frozenset({*DEPENDENCIES, "Zihpm"})).values())
OPEN = 0x1F
"""pmpcfg of an entry over all memory that lets S and U fetch."""


@dataclass(frozen=True)
class Isa:
    """An ISA string, and the extensions that it brings by the manual's rules."""

    text: str
    extensions: frozenset[str]


@st.composite
def isas(draw: st.DrawFn) -> Isa:
    """Return a random ISA string; what needs something names it, and Svadu is there unless Svade is."""
    names = draw(st.sets(st.sampled_from(sorted(DEPENDENCIES)))) | {"I", "Zicsr"}
    while missing := {need for name in names if (need := DEPENDENCIES.get(name, ""))} - names:
        names |= missing
    letters = "".join(letter for letter in "IMAFDC" if letter in names)
    longer = sorted(name for name in names if len(name) > 1)
    if "Svade" not in names:
        names |= {"Svadu"}
    return Isa("_".join(["rv64" + letters.lower(), *(name.lower() for name in longer)]), frozenset(names))


FIELDS = [
    2 << 11, 3 << 11, 1 << 11, 3 << 13, 1 << 13, 1 << 20, 0x10, 0x20, 0x30, 0xF1, 0x222, 0xAAA, 8 << 60, 9 << 60,
    10 << 60, 11 << 60, 1 << 60, 1 << 63, 7 << 61, 0x9F9F << 16, 0x8F00, 0x88, 0x1F, 0x02, 0x1A, 3, 2, 1, 5, 7,
    0xFFFF_FFFF, 1 << 32, 3 << 32, 2 << 60 | 0x5B, 6 << 60 | 0x5B, 6 << 60 | 0xF0 << 8, ALL >> 1, 0x80, 0x800,
]  # fmt: skip
"""Values at which a rule begins or ends."""


def value(random: Random) -> int:
    """Return what a guest may write: anything, but more often what a rule looks at."""
    field, other, noise = random.choice(FIELDS), random.choice(FIELDS), random.getrandbits(64)
    sparse = bits(*random.sample(range(64), random.randrange(5)))
    return random.choice((0, ALL, field, field | other, field ^ noise, noise, sparse, ALL ^ sparse))


_BY_NAME = csr_numbers(frozenset({*DEPENDENCIES, "Zihpm"}))
_COUNTERS = ["cycle", "time", "instret", "hpmcounter3", "hpmcounter31"]
_SOME_PMP = ["pmpcfg0", "pmpcfg2", "pmpaddr0", "pmpaddr1", "pmpaddr7", "pmpaddr8", "pmpaddr15"]
_WITH_RULES = [name for name in _BY_NAME if name in RULES] + _COUNTERS + _SOME_PMP
_NUMBERS = {
    priv: [number for name in _WITH_RULES if (number := _BY_NAME[name]) >> 8 & 3 <= priv]
    for priv in (M, S, U)
}
_ANY_NUMBERS = [*EVERY_NUMBER * 20, *range(4096)]
"""What has a rule of its own and may be accessed from the mode, if anything may."""


def access(random: Random) -> tuple[int, Access]:
    """Return a mode and an access that is legal there more often than not."""
    priv = random.choice((M, M, M, S, S, U))
    number = random.choice(_NUMBERS[priv] if random.randrange(10) else _ANY_NUMBERS)
    funct3 = random.choice((CSRRW, CSRRW, CSRRW, CSRRS, CSRRC, CSRRW | IMMEDIATE, CSRRS | IMMEDIATE, CSRRC | IMMEDIATE))
    rs1 = random.randrange(32) if funct3 & IMMEDIATE else random.choice((1, 1, 1, 0, 3, 31))
    return priv, Access(number, funct3, rs1, value(random))


def started(isa: Isa) -> tuple[TestHart, CsrModel]:
    """Return a hart and its model after reset, with the last PMP entry open to all."""
    hart = make_hart(isa=isa.text, memory="1M", arena_bytes=1 << 16, tlb_entries=8).reset()
    hart.csr["mstatus"] = hart.csr["mtvec"] = 0
    model = CsrModel(isa.extensions)
    set_both(hart, model, "pmpaddr15", PMPADDR)
    set_both(hart, model, "pmpcfg2", OPEN << 56)
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
    return Pmp(list(cfg), [model.read(f"pmpaddr{n}") for n in range(PMP_ENTRIES)]).allows(CODE, 4, X, priv)


def step(hart: TestHart, model: CsrModel, priv: int, access: Access) -> None:
    """Let both execute the instruction, with no interrupt, page table or trigger in the way, and compare them."""
    if priv != M and model.read("satp") >> 60:
        set_both(hart, model, "satp", 0)
    if model.interrupt_would_be_taken(priv):
        set_both(hart, model, "mie", 0)
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
    assert hart.x[3] == (before if rd is None else rd)
    assert (hart.pc, hart.priv, hart.machine.cycle) == (model.pc, model.priv, model.cycle)
    for name, number in model.numbers.items():
        assert (name, hart.csr[number]) == (name, model.read(name))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(isas(), st.integers(0, ALL))
def test_every_csr_reads_what_the_manual_allows_after_any_accesses(isa: Isa, seed: int) -> None:
    """hypothesis picks the ISA string; the accesses are from a seed, since its own are too much alike."""
    random = Random(seed)
    hart, model = started(isa)
    for _ in range(60):
        priv, instruction = access(random)
        if can_fetch(model, priv):
            step(hart, model, priv, instruction)
    hart.machine.close()
