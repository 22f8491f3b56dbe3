"""The generated decoder of the core takes exactly the words that the reference decoder takes."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

import pytest
from harness import make_hart
from isa.models import DATA
from isa.words import sample

from rvemu.isa.causes import Cause
from rvemu.isa.config import parse_isa
from rvemu.isa.decode import decode
from rvemu.isa.fields import parse
from rvemu.isa.insns import INSNS, Insn

SYSTEM = 0x73
RESERVED_ROUNDING_MODES = (5, 6)
NEIGHBOURS = 12


def is_illegal(hart: Any, word: int) -> bool:
    """Tell whether the core refuses the word, while registers hold harmless addresses."""
    hart.set(mcause=0, **{f"x{n}": DATA + 4096 for n in range(1, 32)})
    hart.priv = 3
    hart.run(word)
    return bool(hart.csr["mcause"] == Cause.ILLEGAL_INSTRUCTION)


def should_be_illegal(word: int, exts: Collection[str] | None = None) -> bool:
    """Tell whether the reference decoder refuses the word, or it names a reserved rounding mode."""
    found = decode(word, exts)
    return found is None or found.operands.get("rm") in RESERVED_ROUNDING_MODES


def test_every_halfword(hart: Any) -> None:
    halfwords = [word for word in range(1 << 16) if word & 3 != 3]
    assert [hex(word) for word in halfwords if is_illegal(hart, word) != should_be_illegal(word)] == []


def test_words_of_every_row_and_their_neighbours(hart: Any) -> None:
    """A neighbour differs in one bit, and may belong to no row. SYSTEM is left out: it changes modes."""
    random, words = Random(0), []
    for insn in INSNS:
        form = parse(insn)
        if form.size == 4 and form.match & 0x7F != SYSTEM:
            for word in list(sample(insn))[-NEIGHBOURS:]:
                words += [word, word ^ 1 << random.randrange(7, 32)]
    assert [hex(word) for word in words if is_illegal(hart, word) != should_be_illegal(word)] == []


def test_words_at_random(hart: Any) -> None:
    random = Random(1)
    words = [random.getrandbits(32) | 3 for _ in range(5000)]
    words = [word for word in words if word & 0x7F != SYSTEM]
    assert [hex(word) for word in words if is_illegal(hart, word) != should_be_illegal(word)] == []


def keeps_its_mode(insn: Insn) -> bool:
    """Tell whether words of the row may run one after the other: those of SYSTEM change modes and CSRs."""
    return parse(insn).match & 0x7F != SYSTEM or insn.ext == "Zimop"


def isa_strings(ext: str) -> set[str]:
    """Return ISA strings with each set of extensions that brings a row of `ext`, and with one of the set left out."""
    ways = [way for insn in INSNS if insn.ext == ext for way in insn.ways]
    named = [*ways, *(tuple(set(way) - {left_out}) for way in ways for left_out in way)]
    return {"_".join(["rv64i", *sorted(names)]) for names in named}


@pytest.mark.parametrize("ext", sorted({insn.ext for insn in INSNS if keeps_its_mode(insn)}))
def test_words_of_a_row_are_legal_only_with_an_extension_that_brings_it(ext: str) -> None:
    words = [word for insn in INSNS if insn.ext == ext and keeps_its_mode(insn) for word in list(sample(insn))[-3:]]
    for isa in isa_strings(ext):
        names, hart = parse_isa(isa).names, make_hart(isa=isa)
        wrong = [hex(word) for word in words if is_illegal(hart, word) != should_be_illegal(word, names)]
        hart.machine.close()
        assert wrong == [], isa
