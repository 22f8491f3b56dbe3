"""A mismatch in print: the program as assembly, the state that it reads, and what each machine made of it."""

from __future__ import annotations

from collections.abc import Iterator

from differential import batch
from differential import layout as at
from differential.generate import QUIET
from differential.minimise import Reduction, mismatches
from differential.pools import f_pool, x_pool
from differential.program import Case, program

from rvemu.isa.decode import length
from rvemu.isa.disasm import disassemble
from rvemu.isa.regs import F_NAMES, X_NAMES

_MOST_LINES = 12


def show(reduction: Reduction, pools: str, outcome: batch.Outcome) -> str:
    """Return a reduced case and its outcome (which stood alone in its batch) as text."""
    case = reduction.case(outcome.base)
    found = mismatches(outcome)
    left_out = len(found) - _MOST_LINES
    lines = [f"case {reduction.seed!r}, {len(case.items)} items, {case.rounds} round(s)", *_csrs(case)]
    lines += _entries(case, outcome.base + at.TABLES)
    lines += _registers(case, pools, " ".join(_listing(case, outcome.base)))
    lines += _listing(case, outcome.base)
    lines += [f"  {difference}" for difference in found[:_MOST_LINES]]
    lines += [f"  and {left_out} more words"] if left_out > 0 else []
    return "\n".join(lines)


def _csrs(case: Case) -> Iterator[str]:
    usual = dict(QUIET)
    for name, value in dict(case.csrs).items():
        if usual.get(name, 0) != value:
            yield f"  {name} = {value:#x}"


def _entries(case: Case, tables: int) -> Iterator[str]:
    for place in range(0, len(case.tables), 8):
        pte = int.from_bytes(case.tables[place : place + 8], "little")
        if pte:
            yield f"  page-table entry at {tables + place:#x} = {pte:#x}"


def _registers(case: Case, pools: str, text: str) -> Iterator[str]:
    """Yield the initial value of each register that the listing names."""
    first = batch.window(case.seed)
    x, f = x_pool(pools)[first:], f_pool(pools)[first:]
    pooled = [number for number in range(1, 30) if number not in (4, *at.FIXED_REGISTERS)]
    values = dict(zip(pooled, x, strict=False)) | {4: x[30], 30: x[31]}
    values |= dict(zip(at.FIXED_REGISTERS, case.fixed, strict=True))
    for number, value in sorted(values.items()):
        if X_NAMES[number] in _words(text):
            yield f"  {X_NAMES[number]} = {value:#x}"
    for number, value in enumerate(f[:32]):
        if F_NAMES[number] in _words(text):
            yield f"  {F_NAMES[number]} = {value:#x}"


def _words(text: str) -> set[str]:
    return set(text.replace(",", " ").replace("(", " ").replace(")", " ").split())


def _listing(case: Case, base: int) -> Iterator[str]:
    code, _ = program(case)
    place = 0
    code_va = base + at.CODE if case.code_va is None else case.code_va
    while place < len(code):
        word = int.from_bytes(code[place : place + 4], "little")
        size = length(word)
        word &= (1 << 8 * size) - 1
        pc = code_va + case.start + place
        yield f"    {pc:x}: {word:0{2 * size}x}  {disassemble(word, pc)}".expandtabs(12)
        place += size
