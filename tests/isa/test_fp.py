"""F, D, Zfh, Zfbfmin, Zfa: every instruction and rounding mode against exact rationals; the manual's rules."""

from __future__ import annotations

import pytest
from isa.fp_eval import FP_ROWS, Evaluator, rounds
from isa.fp_oracle import (
    DZ,
    FORMATS,
    MASK64,
    MPFR_MODES,
    NV,
    NX,
    OF,
    RDN,
    RMM,
    RNE,
    RTZ,
    RUP,
    UF,
    Number,
    expected,
    has_mpfr,
    mpfr,
    vectors,
)

VECTORS = 100
MODES = range(5)
ONE_D, TWO_D, HALF_D, INF_D, NAN_D, SNAN_D = (
    0x3FF0_0000_0000_0000, 0x4000_0000_0000_0000, 0x3FE0_0000_0000_0000,
    0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0001,
)
MIN_NORMAL_D, MAX_D, MINUS = 0x0010_0000_0000_0000, 0x7FEF_FFFF_FFFF_FFFF, 1 << 63
POWER_D = {n: (1023 + n) << 52 for n in (-600, -537, -500, -54, -53, 31, 32, 63, 64, 600)}
H, S = FORMATS["h"].box, FORMATS["s"].box
ONE_S, INF_S, NAN_S, SNAN_S, MINUS_ZERO_S = (
    S(bits) for bits in (0x3F80_0000, 0x7F80_0000, 0x7FC0_0000, 0x7F80_0001, 0x8000_0000)
)

CASES = [(name, rm) for name in FP_ROWS for rm in (MODES if rounds(name) else [RNE])]


@pytest.fixture(params=["static", "agreeing", "dynamic"])
def evaluate(hart, request):
    """Evaluates an instruction whose rounding mode comes from `rm`, from frm, or from both."""
    return Evaluator(hart, request.param)


@pytest.mark.parametrize(("name", "rm"), CASES)
def test_value_and_flags_are_exact(evaluate, name, rm):
    for operands in vectors(name, VECTORS, seed=rm):
        assert evaluate(name, operands, rm) == expected(name, operands, rm), [hex(reg) for reg in operands]


@pytest.mark.parametrize("name", [name for name in FP_ROWS if has_mpfr(name)])
@pytest.mark.parametrize("rm", MPFR_MODES)
def test_the_oracle_agrees_with_mpfr(name, rm):
    fmt = FORMATS.get(name.split(".")[-1])
    for operands in vectors(name, VECTORS, seed=rm):
        if fmt is None or not any(Number(fmt, reg).nan for reg in operands):
            assert expected(name, operands, rm) == mpfr(name, operands, rm), [hex(reg) for reg in operands]


@pytest.mark.parametrize(("name", "operands", "rm", "value", "flags"), [
    # Tininess after rounding: the first rounds to the least normal number only for want of exponent range.
    ("fmul.d", [MIN_NORMAL_D, ONE_D - 1], RNE, MIN_NORMAL_D, UF | NX),
    ("fmadd.d", [POWER_D[-600] | MINUS, POWER_D[-500], MIN_NORMAL_D], RNE, MIN_NORMAL_D, NX),
    ("fmul.d", [MIN_NORMAL_D, HALF_D], RNE, MIN_NORMAL_D >> 1, 0),                       # subnormal but exact
    ("fmul.d", [POWER_D[-537], POWER_D[-537] + 1], RTZ, 1, UF | NX),
    ("fmul.d", [POWER_D[-537] | MINUS, POWER_D[-600]], RNE, MINUS, UF | NX),
    ("fmul.d", [POWER_D[-537] | MINUS, POWER_D[-600]], RDN, MINUS | 1, UF | NX),
    # Overflow
    ("fadd.d", [MAX_D, MAX_D], RNE, INF_D, OF | NX),
    ("fadd.d", [MAX_D, MAX_D], RTZ, MAX_D, OF | NX),
    ("fadd.d", [MAX_D, MAX_D], RDN, MAX_D, OF | NX),
    ("fadd.d", [MAX_D, MAX_D], RUP, INF_D, OF | NX),
    ("fadd.d", [MAX_D, MAX_D], RMM, INF_D, OF | NX),
    ("fmul.d", [MAX_D | MINUS, TWO_D], RUP, MAX_D | MINUS, OF | NX),
    # Ties
    ("fadd.d", [ONE_D, POWER_D[-53]], RNE, ONE_D, NX),
    ("fadd.d", [ONE_D, POWER_D[-53]], RMM, ONE_D + 1, NX),
    ("fadd.d", [ONE_D + 1, POWER_D[-53]], RNE, ONE_D + 2, NX),
    ("fadd.d", [ONE_D, POWER_D[-54]], RMM, ONE_D, NX),
    # Signs of zero
    ("fsub.d", [ONE_D, ONE_D], RNE, 0, 0),
    ("fsub.d", [ONE_D, ONE_D], RDN, MINUS, 0),
    ("fadd.d", [MINUS, MINUS], RUP, MINUS, 0),
    ("fnmadd.d", [ONE_D, ONE_D, ONE_D | MINUS], RNE, 0, 0),
    ("fnmadd.d", [0, ONE_D, 0], RNE, MINUS, 0),
    ("fsqrt.d", [MINUS], RNE, MINUS, 0),
    # Invalid operations and division by zero
    ("fsub.d", [INF_D, INF_D], RNE, NAN_D, NV),
    ("fdiv.d", [0, MINUS], RNE, NAN_D, NV),
    ("fdiv.d", [ONE_D | MINUS, 0], RNE, INF_D | MINUS, DZ),
    ("fdiv.d", [INF_D, 0], RNE, INF_D, 0),
    ("fsqrt.d", [ONE_D | MINUS], RNE, NAN_D, NV),
    ("fmadd.d", [INF_D, 0, NAN_D], RNE, NAN_D, NV),
    ("fmadd.d", [INF_D, ONE_D, NAN_D], RNE, NAN_D, 0),
    # NaN results are canonical
    ("fadd.d", [NAN_D | MINUS | 5, ONE_D], RNE, NAN_D, 0),
    ("fadd.d", [SNAN_D, ONE_D], RNE, NAN_D, NV),
    ("fcvt.s.d", [NAN_D | MINUS | 5], RNE, NAN_S, 0),
    ("fcvt.d.s", [SNAN_S], RNE, NAN_D, NV),
    # A single that is not NaN-boxed reads as the canonical NaN, except by the moves
    ("fadd.s", [ONE_S & 0xFFFF_FFFF, ONE_S], RNE, NAN_S, 0),
    ("fsgnj.s", [ONE_D, MINUS_ZERO_S], RNE, S(0xFFC0_0000), 0),
    ("fclass.s", [0x3F80_0000], RNE, 1 << 9, 0),
    ("fmv.x.w", [0x1234_5678_8000_0000], RNE, 0xFFFF_FFFF_8000_0000, 0),
    ("fmv.w.x", [0x1234_5678_7F80_0001], RNE, SNAN_S, 0),
    # fmin and fmax: minimumNumber and maximumNumber
    ("fmin.d", [0, MINUS], RNE, MINUS, 0),
    ("fmax.d", [MINUS, 0], RNE, 0, 0),
    ("fmin.d", [SNAN_D, ONE_D], RNE, ONE_D, NV),
    ("fmax.d", [ONE_D, NAN_D | 7], RNE, ONE_D, 0),
    ("fmax.d", [SNAN_D, NAN_D | 7], RNE, NAN_D, NV),
    # Comparisons: feq is quiet
    ("feq.d", [0, MINUS], RNE, 1, 0),
    ("feq.d", [NAN_D, NAN_D], RNE, 0, 0),
    ("feq.d", [SNAN_D, ONE_D], RNE, 0, NV),
    ("flt.d", [NAN_D, ONE_D], RNE, 0, NV),
    ("fle.s", [ONE_S, NAN_S], RNE, 0, NV),
    # Integers out of range, and NaN
    ("fcvt.w.d", [POWER_D[31]], RNE, 0x7FFF_FFFF, NV),
    ("fcvt.w.d", [POWER_D[31] | MINUS], RNE, 0xFFFF_FFFF_8000_0000, 0),
    ("fcvt.w.d", [NAN_D | MINUS], RNE, 0x7FFF_FFFF, NV),
    ("fcvt.wu.d", [POWER_D[31]], RNE, 0xFFFF_FFFF_8000_0000, 0),
    ("fcvt.wu.d", [POWER_D[32]], RNE, MASK64, NV),
    ("fcvt.wu.d", [HALF_D | MINUS], RTZ, 0, NX),
    ("fcvt.wu.d", [HALF_D | MINUS], RMM, 0, NV),
    ("fcvt.l.d", [POWER_D[63]], RNE, 2**63 - 1, NV),
    ("fcvt.lu.d", [POWER_D[64]], RNE, MASK64, NV),
    ("fcvt.lu.d", [INF_D | MINUS], RNE, 0, NV),
    ("fcvt.l.s", [INF_S], RNE, 2**63 - 1, NV),
    # Integer sources: 32-bit ones ignore the high half
    ("fcvt.d.w", [0x1234_5678_FFFF_FFFF], RNE, ONE_D | MINUS, 0),
    ("fcvt.d.wu", [0x1234_5678_0000_0001], RNE, ONE_D, 0),
    ("fcvt.s.lu", [MASK64], RTZ, S(0x5F7F_FFFF), NX),
    ("fcvt.s.lu", [MASK64], RUP, S(0x5F80_0000), NX),
    # Half precision: 65520 is midway between the greatest number and what would be the next
    ("fcvt.h.w", [65519], RNE, H(0x7BFF), NX),
    ("fcvt.h.w", [65520], RNE, H(0x7C00), OF | NX),
    ("fcvt.h.w", [65520], RTZ, H(0x7BFF), NX),
    ("fcvt.h.w", [2049], RNE, H(0x6800), NX),
    ("fcvt.h.w", [2049], RMM, H(0x6801), NX),
    ("fcvt.h.lu", [MASK64], RDN, H(0x7BFF), OF | NX),
    ("fcvt.h.d", [POWER_D[-53]], RUP, H(1), UF | NX),
    ("fcvt.d.h", [H(1)], RNE, 1023 - 24 << 52, 0),
    ("fcvt.s.h", [H(0x7C01)], RNE, NAN_S, NV),
    ("fcvt.lu.h", [H(0x7BFF)], RNE, 65504, 0),
    ("fcvt.w.h", [H(0xFE00)], RNE, 0x7FFF_FFFF, NV),
    # A half must be NaN-boxed up to bit 63, except for the moves
    ("fadd.h", [S(0xFFFF_3C00), H(0x3C00)], RNE, H(0x4000), 0),
    ("fadd.h", [0xFFFF_3C00, H(0x3C00)], RNE, H(0x7E00), 0),
    ("fadd.h", [S(0x0000_3C00), H(0x3C00)], RNE, H(0x7E00), 0),
    ("fadd.s", [H(0x3C00), ONE_S], RNE, NAN_S, 0),
    ("fmv.x.h", [0x1234_5678_9ABC_8000], RNE, MASK64 - 0x7FFF, 0),
    ("fmv.h.x", [0x1234_5678_9ABC_7C01], RNE, H(0x7C01), 0),
    # BF16 is the high half of single precision
    ("fcvt.s.bf16", [H(0x3F80)], RNE, ONE_S, 0),
    ("fcvt.s.bf16", [H(0x0001)], RNE, S(0x0001_0000), 0),
    ("fcvt.s.bf16", [H(0x7F81)], RNE, NAN_S, NV),
    ("fcvt.bf16.s", [S(0x3F80_8000)], RNE, H(0x3F80), NX),
    ("fcvt.bf16.s", [S(0x3F80_8000)], RMM, H(0x3F81), NX),
    ("fcvt.bf16.s", [S(0x7F7F_8000)], RNE, H(0x7F80), OF | NX),
    ("fcvt.bf16.s", [S(0x0000_8001)], RNE, H(0x0001), UF | NX),
    ("fcvt.bf16.s", [S(0xFFC0_0001)], RNE, H(0x7FC0), 0),
    # Rounding to an integer keeps the sign of a zero; only froundnx is inexact
    ("fround.d", [HALF_D | MINUS], RNE, MINUS, 0),
    ("froundnx.d", [HALF_D | MINUS], RNE, MINUS, NX),
    ("froundnx.d", [HALF_D | MINUS], RMM, ONE_D | MINUS, NX),
    ("froundnx.d", [ONE_D], RUP, ONE_D, 0),
    ("fround.h", [H(0x7C01)], RNE, H(0x7E00), NV),
    ("froundnx.s", [INF_S], RNE, INF_S, 0),
    # fcvtmod.w.d wraps, with the flags of fcvt.w.d
    ("fcvtmod.w.d", [POWER_D[31]], RNE, 0xFFFF_FFFF_8000_0000, NV),
    ("fcvtmod.w.d", [POWER_D[31] | MINUS], RNE, 0xFFFF_FFFF_8000_0000, 0),
    ("fcvtmod.w.d", [POWER_D[32] + 2**20], RNE, 1, NV),
    ("fcvtmod.w.d", [HALF_D | MINUS], RNE, 0, NX),
    ("fcvtmod.w.d", [NAN_D], RNE, 0, NV),
    ("fcvtmod.w.d", [INF_D | MINUS], RNE, 0, NV),
    # fminm and fmaxm give NaN; fltq and fleq are quiet
    ("fminm.d", [NAN_D | 7, ONE_D], RNE, NAN_D, 0),
    ("fmaxm.s", [ONE_S, SNAN_S], RNE, NAN_S, NV),
    ("fmaxm.d", [MINUS, 0], RNE, 0, 0),
    ("fltq.d", [NAN_D, ONE_D], RNE, 0, 0),
    ("fleq.d", [SNAN_D, ONE_D], RNE, 0, NV),
    # fli: the least normal number of its format; 2**16 is beyond half precision
    ("fli.h", [1], RNE, H(0x0400), 0),
    ("fli.h", [2], RNE, H(0x0100), 0),
    ("fli.h", [29], RNE, H(0x7C00), 0),
    ("fli.d", [1], RNE, MIN_NORMAL_D, 0),
    ("fli.s", [31], RNE, NAN_S, 0),
])
def test_rules_of_the_manual(evaluate, name, operands, rm, value, flags):
    assert evaluate(name, operands, rm) == (value, flags)


@pytest.mark.parametrize(("bits", "mask"), [
    (0xFF80_0000, 0), (0xBF80_0000, 1), (0x8000_0001, 2), (0x8000_0000, 3), (0, 4),
    (0x007F_FFFF, 5), (0x0080_0000, 6), (0x7F80_0000, 7), (0x7F80_0001, 8), (0x7FC0_0000, 9),
])
def test_fclass_sets_one_bit(evaluate, bits, mask):
    assert evaluate("fclass.s", [S(bits)]) == (1 << mask, 0)


@pytest.mark.parametrize("name", ["fadd.d", "fmadd.s", "fcvt.w.d", "feq.s", "fsgnj.d"])
def test_flags_accumulate(evaluate, name):
    for operands in vectors(name, 20):
        value, flags = expected(name, operands, RNE)
        assert evaluate(name, operands, RNE, fflags=OF | DZ) == (value, flags | OF | DZ)
