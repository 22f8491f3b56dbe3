"""Prints lines for firmware/isa-tests: operands and what the models of the tests say comes of them.

`PYTHONPATH=tests python tools/isa_vectors.py fadd.d clmul` prints the lines of two instructions. The models are written
from the manuals on Python's integers and fractions, and know nothing of the emulator.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from isa.asm import NEVER_ROUND  # noqa: E402  (the tests are not installed)
from isa.fp_eval import FP_ROWS, operand_files, rounds  # noqa: E402
from isa.fp_oracle import FORMATS, expected, sign_extend, vectors  # noqa: E402
from isa.models import CORNERS, MAX  # noqa: E402
from isa.test_rows import COMPUTE, COMPUTE_IMMEDIATE, SM4, UNARY  # noqa: E402

from rvemu.isa.fields import Operand, parse  # noqa: E402
from rvemu.isa.insns import INSNS, Insn  # noqa: E402

CASES = 7
ROUND_CONSTANTS = 11
FP_CASES = 20
FP_CANDIDATES = 400
MODES = ("RNE", "RTZ", "RDN", "RUP", "RMM")
MOVES = {"s": "w", "d": "d", "h": "h", "bf16": "h"}
"""The letter of fmv for each format."""


def lines(insn: Insn) -> Iterator[str]:
    """Yield the lines for an instruction; none if it is not one that only computes."""
    random, name = Random(insn.name), insn.name
    if name in COMPUTE:
        for a, b in pairs(random):
            yield call("RR", name, hexadecimal(COMPUTE[name](a, b)), hexadecimal(a), hexadecimal(b))
    elif name in COMPUTE_IMMEDIATE:
        operand = next(x for x in parse(insn).operands if x.name in ("imm", "shamt", "rnum"))
        for a, _ in pairs(random):
            n = operand.extract(random.choice((operand.mask, highest(operand), random.getrandbits(32))))
            n = n % ROUND_CONSTANTS if operand.name == "rnum" else n
            yield call("RI", name, hexadecimal(COMPUTE_IMMEDIATE[name](a, n)), hexadecimal(a), n)
    elif name in UNARY:
        for a, _ in pairs(random):
            yield call("R1", name, hexadecimal(UNARY[name](a)), hexadecimal(a))
    elif name in SM4:
        for n, (a, b) in enumerate(pairs(random)):
            yield call("RRI", name, hexadecimal(SM4[name](a, b, n % 4)), hexadecimal(a), hexadecimal(b), n % 4)
    elif name in FP_ROWS and not name.startswith("fmv"):
        yield from fp_lines(name)


def highest(operand: Operand) -> int:
    """Return the bits of a word in which only the highest bit of the operand is set: the least of a signed one."""
    return operand.mask & -(operand.mask + 1 >> 1)


def pairs(random: Random) -> Iterator[tuple[int, int]]:
    """Yield operands: corners and random numbers, each with each."""
    kinds: tuple[Callable[[], int], ...] = (lambda: random.choice(CORNERS), lambda: random.getrandbits(64))
    yield 0, 0
    yield MAX, random.choice(CORNERS)
    for n in range(CASES - 2):
        yield kinds[n & 1](), kinds[n >> 1 & 1]()


def fp_lines(name: str) -> Iterator[str]:
    """Yield the lines of a floating-point instruction: as many kinds of flags and results in each mode as come up."""
    suffixes = name.split(".")[1:]
    destination, files = operand_files(name)
    has_modes = rounds(name) and name not in NEVER_ROUND
    source, target = suffixes[-1], suffixes[0]
    moves = [MOVES[f] for f in [source] * (files[0] == "f") + [target] * (destination == "f")]
    width = FORMATS[target].width if destination == "f" else 64
    macro = macro_of(destination, files, has_modes)
    seen, count = set(), 0
    for n, operands in enumerate(vectors(name, FP_CANDIDATES)):
        mode = n % 5 if has_modes else 0
        if files[0] == "f" and any(not boxed(source, reg) for reg in operands):
            continue
        value, flags = expected(name, operands, mode)
        key = mode, flags, value >> width - 12 & 0xFFF
        if key in seen:
            continue
        seen.add(key)
        count += 1
        if destination == "f":
            value = pattern(target, value)
        given = [hexadecimal(pattern(source, reg) if files[0] == "f" else reg) for reg in operands]
        words = [*moves, name, *[MODES[mode]] * has_modes, hexadecimal(value)]
        words += [str(flags)] * (macro != "XF1")
        yield call(macro, *words, *given)
        if count == FP_CASES:
            return


def macro_of(destination: str, files: list[str], has_modes: bool) -> str:
    """Return the macro of test.h for an instruction with these register files."""
    if files[0] == "x":
        return "XFR" if has_modes else "XF1"
    if destination == "x":
        return "FXR" if has_modes else f"FX{len(files)}"
    return f"{'FR' if has_modes else 'F'}{len(files)}"


def boxed(suffix: str, reg: int) -> bool:
    """Tell whether an f register holds a number of the format."""
    form = FORMATS[suffix]
    return form.box(reg & (1 << form.width) - 1) == reg


def pattern(suffix: str, reg: int) -> int:
    """Return what fmv.x.w or the like makes of an f register."""
    return sign_extend(reg, FORMATS[suffix].width)


def hexadecimal(value: int) -> str:
    """Return the number as a register holds it."""
    return f"{value & MAX:#x}"


def call(macro: str, *words: object) -> str:
    """Return a line of a test."""
    return f"\t{macro} {', '.join(map(str, words))}"


def main() -> None:
    """Print the lines of the instructions that the command line names, an empty line between them."""
    rows = {insn.name: insn for insn in INSNS}
    print("\n\n".join("\n".join(lines(rows[name])) for name in sys.argv[1:]))


if __name__ == "__main__":
    main()
