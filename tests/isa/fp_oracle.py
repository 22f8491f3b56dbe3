"""What every floating-point instruction must give: value and flags, from exact rational numbers.

`expected` covers all instructions and rounding modes. `mpfr` computes those that round to a format another
way, by MPFR in an IEEE context, in the modes that it has; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from random import Random

import gmpy2

NX, UF, OF, DZ, NV = 1, 2, 4, 8, 16
RNE, RTZ, RDN, RUP, RMM = range(5)
MASK64 = 2**64 - 1

Result = tuple[int, int]    # whole destination register, fflags


@dataclass(frozen=True)
class Format:
    """A binary interchange format of IEEE 754."""

    width: int
    frac_bits: int

    @property
    def bias(self) -> int:
        """Bias of the exponent field."""
        return (1 << (self.width - self.frac_bits - 2)) - 1

    @property
    def infinity(self) -> int:
        """Encoding of plus infinity."""
        return (2 * self.bias + 1) << self.frac_bits

    @property
    def nan(self) -> int:
        """Encoding of the canonical NaN."""
        return self.infinity | 1 << (self.frac_bits - 1)

    @property
    def sign_bit(self) -> int:
        """Encoding of minus zero."""
        return 1 << (self.width - 1)

    def box(self, bits: int) -> int:
        """Return the f register that holds `bits`."""
        return bits | MASK64 << self.width & MASK64

    def unbox(self, reg: int) -> int:
        """Return the encoding that an f register holds; the canonical NaN if it is not NaN-boxed."""
        bits = reg & (2**self.width - 1)
        return bits if self.box(bits) == reg else self.nan


FORMATS = {"h": Format(16, 10), "bf16": Format(16, 7), "s": Format(32, 23), "d": Format(64, 52)}
INTEGERS = {"w": (32, True), "wu": (32, False), "l": (64, True), "lu": (64, False)}    # bits, signed


class Number:
    """The value of an encoding: sign and magnitude, the magnitude None for infinity and NaN."""

    def __init__(self, fmt: Format, reg: int) -> None:
        bits = fmt.unbox(reg)
        self.fmt, self.bits, self.negative = fmt, bits, bool(bits & fmt.sign_bit)
        payload = bits & (fmt.sign_bit - 1)
        self.infinite = payload == fmt.infinity
        self.nan = payload > fmt.infinity
        self.signaling = self.nan and not bits & 1 << (fmt.frac_bits - 1)
        self.subnormal = 0 < payload < 1 << fmt.frac_bits
        self.zero = payload == 0
        field, fraction = divmod(payload, 1 << fmt.frac_bits)
        significand = fraction + ((field != 0) << fmt.frac_bits)
        self.magnitude = significand * Fraction(2) ** (max(field, 1) - fmt.bias - fmt.frac_bits)

    @property
    def value(self) -> Fraction:
        """The signed value of a finite number."""
        return -self.magnitude if self.negative else self.magnitude

    @property
    def order(self) -> tuple[float, Fraction]:
        """Sort key of a number: infinities outside, -0 equal to +0."""
        if self.infinite:
            return (-1.0 if self.negative else 1.0), Fraction(0)
        return 0.0, self.value

    def negated(self) -> Number:
        """The same with the other sign."""
        return Number(self.fmt, self.fmt.box(self.bits ^ self.fmt.sign_bit))


def round_integer(magnitude: Fraction, negative: bool, rm: int) -> int:
    """Return the magnitude rounded to an integer; `negative` is the sign of the whole."""
    whole, rest = divmod(magnitude, 1)
    up = {
        RNE: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
        RTZ: False,
        RDN: rest > 0 and negative,
        RUP: rest > 0 and not negative,
        RMM: rest >= Fraction(1, 2),
    }[rm]
    return int(whole) + up


def floor_log2(x: Fraction) -> int:
    """Return the greatest e with 2**e <= x."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e if Fraction(2) ** e <= x else e - 1


def round_format(fmt: Format, negative: bool, magnitude: Fraction, rm: int) -> Result:
    """Return the register and flags of the exact value rounded to the format."""
    sign = fmt.sign_bit if negative else 0
    if magnitude == 0:
        return fmt.box(sign), 0
    min_exp = 1 - fmt.bias

    def at_exponent(e: int) -> Fraction:
        place = Fraction(2) ** (e - fmt.frac_bits)
        return round_integer(magnitude / place, negative, rm) * place

    exp = floor_log2(magnitude)
    unbounded, rounded = at_exponent(exp), at_exponent(max(exp, min_exp))
    if unbounded >= Fraction(2) ** (fmt.bias + 1):
        away = rm in (RNE, RMM) or rm == (RDN if negative else RUP)
        return fmt.box(sign | fmt.infinity - (not away)), OF | NX
    flags = 0 if rounded == magnitude else NX
    if flags and unbounded < Fraction(2) ** min_exp:
        flags |= UF
    field = max(floor_log2(rounded), min_exp) if rounded else min_exp
    significand = int(rounded / Fraction(2) ** (field - fmt.frac_bits))
    return fmt.box(sign | ((field - min_exp) << fmt.frac_bits) + significand), flags


def sqrt_like(x: Fraction) -> Fraction:
    """Return a rational that every format and mode rounds as the square root of x."""
    scale = 4**1200
    scaled = x * scale
    root = isqrt(int(scaled))
    return Fraction(2 * root + (root * root != scaled), 2 * 2**1200)


def signed_zero_or(fmt: Format, total: Fraction, negatives: tuple[bool, bool], rm: int) -> Result:
    """Round a sum; an exact zero has the common sign of its terms, else minus only when rounding down."""
    if total:
        return round_format(fmt, total < 0, abs(total), rm)
    negative = negatives[0] if negatives[0] == negatives[1] else rm == RDN
    return fmt.box(fmt.sign_bit if negative else 0), 0


def add(a: Number, b: Number, rm: int) -> Result:
    """Addition of numbers that are not NaN."""
    fmt = a.fmt
    if a.infinite and b.infinite and a.negative != b.negative:
        return fmt.box(fmt.nan), NV
    if a.infinite or b.infinite:
        return fmt.box((a if a.infinite else b).bits), 0
    return signed_zero_or(fmt, a.value + b.value, (a.negative, b.negative), rm)


def mul(a: Number, b: Number, rm: int) -> Result:
    """Multiplication of numbers that are not NaN."""
    fmt, negative = a.fmt, a.negative != b.negative
    if a.infinite or b.infinite:
        if a.zero or b.zero:
            return fmt.box(fmt.nan), NV
        return fmt.box(fmt.infinity | fmt.sign_bit * negative), 0
    return round_format(fmt, negative, a.magnitude * b.magnitude, rm)


def div(a: Number, b: Number, rm: int) -> Result:
    """Division of numbers that are not NaN."""
    fmt, negative = a.fmt, a.negative != b.negative
    if (a.infinite and b.infinite) or (a.zero and b.zero):
        return fmt.box(fmt.nan), NV
    if a.infinite or b.zero:
        return fmt.box(fmt.infinity | fmt.sign_bit * negative), 0 if a.infinite else DZ
    if b.infinite:
        return fmt.box(fmt.sign_bit * negative), 0
    return round_format(fmt, negative, a.magnitude / b.magnitude, rm)


def sqrt(a: Number, rm: int) -> Result:
    """Square root of a number that is not NaN."""
    if a.zero or (a.infinite and not a.negative):
        return a.fmt.box(a.bits), 0
    if a.negative:
        return a.fmt.box(a.fmt.nan), NV
    return round_format(a.fmt, False, sqrt_like(a.magnitude), rm)


def fma(a: Number, b: Number, c: Number, rm: int) -> Result:
    """Fused multiply-add of numbers that are not NaN."""
    fmt, negative = a.fmt, a.negative != b.negative
    if a.infinite or b.infinite:
        if a.zero or b.zero or (c.infinite and c.negative != negative):
            return fmt.box(fmt.nan), NV
        return fmt.box(fmt.infinity | fmt.sign_bit * negative), 0
    if c.infinite:
        return fmt.box(c.bits), 0
    return signed_zero_or(fmt, a.value * b.value + c.value, (negative, c.negative), rm)


def operands_of_fma(kind: str, a: Number, b: Number, c: Number) -> tuple[Number, Number, Number]:
    """Return the operands with the negations that the instruction implies."""
    negate_product, negate_addend = kind in ("fnmsub", "fnmadd"), kind in ("fmsub", "fnmadd")
    return a.negated() if negate_product else a, b, c.negated() if negate_addend else c


def arithmetic(kind: str, numbers: list[Number], rm: int) -> Result:
    """An instruction that rounds: NaN operands give the canonical NaN, NV for a signaling one."""
    fmt = numbers[0].fmt
    if any(n.nan for n in numbers):
        invalid = any(n.signaling for n in numbers)
        if len(numbers) == 3:
            a, b, _ = numbers
            invalid |= (a.infinite and b.zero) or (a.zero and b.infinite)
        return fmt.box(fmt.nan), NV if invalid else 0
    if len(numbers) == 3:
        a, b, c = numbers
        return fma(*operands_of_fma(kind, a, b, c), rm)
    if kind == "fsqrt":
        return sqrt(numbers[0], rm)
    a, b = numbers
    if kind == "fsub":
        return add(a, b.negated(), rm)
    return {"fadd": add, "fmul": mul, "fdiv": div}[kind](a, b, rm)


def convert_format(target: Format, a: Number, rm: int) -> Result:
    """fcvt between formats."""
    if a.nan:
        return target.box(target.nan), NV if a.signaling else 0
    if a.infinite:
        return target.box(target.infinity | target.sign_bit * a.negative), 0
    return round_format(target, a.negative, a.magnitude, rm)


def to_integer(kind: str, a: Number, rm: int) -> Result:
    """fcvt to an integer register."""
    bits, signed = INTEGERS[kind]
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    flags = 0
    if a.nan or a.infinite:
        value, flags = (low if a.negative and not a.nan else high), NV
    else:
        value = round_integer(a.magnitude, a.negative, rm) * (-1 if a.negative else 1)
        if not low <= value <= high:
            value, flags = (low if a.negative else high), NV
        elif value != a.value:
            flags = NX
    return sign_extend(value, bits), flags


def to_integer_modular(a: Number) -> Result:
    """fcvtmod.w.d: the low 32 bits of the truncated value, with the flags of fcvt.w.d."""
    _, flags = to_integer("w", a, RTZ)
    if a.nan or a.infinite:
        return 0, flags
    return sign_extend(round_integer(a.magnitude, a.negative, RTZ) * (-1 if a.negative else 1), 32), flags


def round_integral(exact: bool, a: Number, rm: int) -> Result:
    """fround, and froundnx, which is the one that says when it changed the value."""
    fmt = a.fmt
    if a.nan:
        return fmt.box(fmt.nan), NV if a.signaling else 0
    if a.zero or a.infinite:
        return fmt.box(a.bits), 0
    rounded = Fraction(round_integer(a.magnitude, a.negative, rm))
    reg, flags = round_format(fmt, a.negative, rounded, RNE)
    assert flags == 0
    return reg, NX if exact and rounded != a.magnitude else 0


FLI = (
    "1 01111111 000", "0 00000001 000", "0 01101111 000", "0 01110000 000",
    "0 01110111 000", "0 01111000 000", "0 01111011 000", "0 01111100 000",
    "0 01111101 000", "0 01111101 010", "0 01111101 100", "0 01111101 110",
    "0 01111110 000", "0 01111110 010", "0 01111110 100", "0 01111110 110",
    "0 01111111 000", "0 01111111 010", "0 01111111 100", "0 01111111 110",
    "0 10000000 000", "0 10000000 010", "0 10000000 100", "0 10000001 000",
    "0 10000010 000", "0 10000011 000", "0 10000110 000", "0 10000111 000",
    "0 10001110 000", "0 10001111 000", "0 11111111 000", "0 11111111 100",
)  # fmt: skip
"""The manual's table "Immediate values loaded by the FLI.S instruction": sign, exponent, start of significand."""


def load_immediate(fmt: Format, number: int) -> Result:
    """fli: no flags, though 2**16 is infinite in half precision."""
    if number == 1:
        return fmt.box(1 << fmt.frac_bits), 0
    single = FORMATS["s"]
    reg = single.box(int(FLI[number].replace(" ", "").ljust(32, "0"), 2))
    return convert_format(fmt, Number(single, reg), RNE)[0], 0


def from_integer(kind: str, fmt: Format, reg: int, rm: int) -> Result:
    """fcvt from an integer register."""
    bits, signed = INTEGERS[kind]
    value = reg % 2**bits
    if signed and value >> (bits - 1):
        value -= 2**bits
    return round_format(fmt, value < 0, Fraction(abs(value)), rm)


def sign_extend(value: int, bits: int) -> int:
    """Return the 64-bit register that holds the sign-extended low bits."""
    value %= 2**bits
    return (value - 2**bits if value >> (bits - 1) else value) & MASK64


def min_max(maximum: bool, a: Number, b: Number) -> Result:
    """fmin and fmax: a NaN gives way to a number, -0 is less than +0."""
    flags = NV if a.signaling or b.signaling else 0
    if a.nan and b.nan:
        return a.fmt.box(a.fmt.nan), flags
    if a.nan or b.nan:
        return a.fmt.box((b if a.nan else a).bits), flags
    ordered = sorted((a, b), key=lambda n: (n.order, not n.negative))
    return a.fmt.box(ordered[maximum].bits), flags


def minimum_maximum(maximum: bool, a: Number, b: Number) -> Result:
    """fminm and fmaxm: like fmin and fmax, but NaN if either operand is."""
    if a.nan or b.nan:
        return a.fmt.box(a.fmt.nan), NV if a.signaling or b.signaling else 0
    return min_max(maximum, a, b)


def compare(kind: str, a: Number, b: Number) -> Result:
    """flt and fle (signaling); feq, fltq and fleq (quiet)."""
    if a.nan or b.nan:
        return 0, NV if kind in ("flt", "fle") or a.signaling or b.signaling else 0
    if kind == "feq":
        return int(a.order == b.order), 0
    return int(a.order < b.order if kind.startswith("flt") else a.order <= b.order), 0


def sign_inject(kind: str, a: Number, b: Number) -> Result:
    """fsgnj, fsgnjn, fsgnjx."""
    sign = {"fsgnj": b.negative, "fsgnjn": not b.negative, "fsgnjx": a.negative != b.negative}[kind]
    return a.fmt.box(a.bits & ~a.fmt.sign_bit | a.fmt.sign_bit * sign), 0


def classify(a: Number) -> int:
    """Bit number that fclass sets."""
    if a.nan:
        return 8 if a.signaling else 9
    distance = 3 if a.infinite else 0 if a.zero else 1 if a.subnormal else 2
    return 3 - distance if a.negative else 4 + distance


def expected(name: str, operands: list[int], rm: int) -> Result:
    """Return what the instruction leaves in its destination register, and the flags it raises.

    Args:
        name: mnemonic, such as `fmadd.s` or `fcvt.lu.d`.
        operands: whole source registers, f or x as the instruction has them.
        rm: rounding mode, 0 to 4; ignored by instructions that do not round.
    """
    kind, *suffixes = name.split(".")
    if kind == "fmv":
        moved: dict[str, Callable[[int], int]] = {
            "x.h": lambda r: sign_extend(r, 16), "h.x": lambda r: FORMATS["h"].box(r % 2**16),
            "x.w": lambda r: sign_extend(r, 32), "w.x": lambda r: FORMATS["s"].box(r % 2**32),
        }  # fmt: skip
        return moved.get(".".join(suffixes), lambda r: r)(operands[0]), 0
    source = suffixes[-1]
    if kind == "fli":
        return load_immediate(FORMATS[source], operands[0])
    if source in INTEGERS:
        return from_integer(source, FORMATS[suffixes[0]], operands[0], rm)
    numbers = [Number(FORMATS[source], reg) for reg in operands]
    if kind == "fcvt":
        if suffixes[0] in INTEGERS:
            return to_integer(suffixes[0], numbers[0], rm)
        return convert_format(FORMATS[suffixes[0]], numbers[0], rm)
    if kind in ("fmin", "fmax"):
        return min_max(kind == "fmax", *numbers)
    if kind in ("fminm", "fmaxm"):
        return minimum_maximum(kind == "fmaxm", *numbers)
    if kind in ("fround", "froundnx"):
        return round_integral(kind == "froundnx", *numbers, rm)
    if kind == "fcvtmod":
        return to_integer_modular(*numbers)
    if kind in ("feq", "flt", "fle", "fltq", "fleq"):
        return compare(kind, *numbers)
    if kind.startswith("fsgnj"):
        return sign_inject(kind, *numbers)
    if kind == "fclass":
        return 1 << classify(*numbers), 0
    return arithmetic(kind, numbers, rm)


MPFR_MODES = {RNE: gmpy2.RoundToNearest, RTZ: gmpy2.RoundToZero, RDN: gmpy2.RoundDown, RUP: gmpy2.RoundUp}
MPFR_KINDS = ("fadd", "fsub", "fmul", "fdiv", "fsqrt", "fmadd", "fmsub", "fnmsub", "fnmadd")


def has_mpfr(name: str) -> bool:
    """Tell whether `mpfr` knows the instruction: arithmetic, and conversions to formats and integral values."""
    kind, *suffixes = name.split(".")
    return kind in (*MPFR_KINDS, "fround", "froundnx") or (kind == "fcvt" and suffixes[0] in FORMATS)


def ieee(fmt: Format, rm: int) -> gmpy2.context:
    """Return a context that rounds to the format, subnormal numbers included."""
    emax = fmt.bias + 1
    precision = fmt.frac_bits + 1
    emin = 4 - emax - precision                             # as gmpy2.ieee has it
    return gmpy2.context(precision=precision, emax=emax, emin=emin, subnormalize=True, round=MPFR_MODES[rm])


def to_mpfr(a: Number) -> gmpy2.mpfr:
    """Return the value of a number that is not NaN."""
    if a.infinite:
        return gmpy2.inf(-1 if a.negative else 1)
    if a.zero:
        return gmpy2.zero(-1 if a.negative else 1)
    exact = gmpy2.context(precision=a.fmt.frac_bits + 1)
    with exact:
        return gmpy2.mpfr(gmpy2.mpq(a.value.numerator, a.value.denominator))


def from_mpfr(fmt: Format, x: gmpy2.mpfr) -> int:
    """Return the f register that holds a value, which the format has."""
    if gmpy2.is_nan(x):
        return fmt.box(fmt.nan)
    sign = fmt.sign_bit if gmpy2.is_signed(x) else 0
    if gmpy2.is_infinite(x):
        return fmt.box(sign | fmt.infinity)
    numerator, denominator = x.as_integer_ratio()
    reg, flags = round_format(fmt, bool(sign), Fraction(int(abs(numerator)), int(denominator)), RTZ)
    assert flags == 0
    return reg


def mpfr(name: str, operands: list[int], rm: int) -> Result:
    """Return the same as `expected`, by MPFR: where `has_mpfr`, in MPFR_MODES, without NaN operands."""
    kind, *suffixes = name.split(".")
    if kind == "fcvt":
        return mpfr_convert(suffixes[1], FORMATS[suffixes[0]], operands[0], rm)
    fmt = FORMATS[suffixes[0]]
    numbers = [Number(fmt, reg) for reg in operands]
    if kind.startswith("fround"):
        return mpfr_round(kind == "froundnx", numbers[0], rm)
    if len(numbers) == 3:
        numbers = list(operands_of_fma(kind, *numbers))
    values = [to_mpfr(n) for n in numbers]
    context = ieee(fmt, rm)
    operation = {"fadd": context.add, "fsub": context.sub, "fmul": context.mul, "fdiv": context.div,
                 "fsqrt": context.sqrt}.get(kind, context.fma)
    return mpfr_result(fmt, operation(*values), context)


def mpfr_convert(source: str, target: Format, reg: int, rm: int) -> Result:
    """fcvt to a format, from another one or from an integer."""
    context = ieee(target, rm)
    if source in FORMATS:
        return mpfr_result(target, context.plus(to_mpfr(Number(FORMATS[source], reg))), context)
    bits, signed = INTEGERS[source]
    value = sign_extend(reg, bits)
    integer = value - 2**64 if signed and value >> 63 else reg % 2**bits
    return mpfr_result(target, context.plus(gmpy2.mpfr(integer, 64)), context)


def mpfr_round(exact: bool, a: Number, rm: int) -> Result:
    """fround and froundnx."""
    context = ieee(a.fmt, rm)
    with context:
        result = gmpy2.rint(to_mpfr(a))
    return from_mpfr(a.fmt, result), NX if exact and result != to_mpfr(a) else 0


def mpfr_result(fmt: Format, result: gmpy2.mpfr, context: gmpy2.context) -> Result:
    """Return the register and flags of an operation that was made in the context."""
    underflow = context.underflow and context.inexact       # MPFR reports exact subnormal results too
    flags = (NX * context.inexact | UF * underflow | OF * context.overflow
             | DZ * context.divzero | NV * context.invalid)
    return from_mpfr(fmt, result), flags


def random_pattern(rng: Random, bits: int) -> int:
    """Return a field of which many are all zeros, all ones, one bit, or a run of ones."""
    ones, at = 2**bits - 1, rng.randrange(bits)
    any_bits = rng.getrandbits(bits)
    return rng.choice((0, ones, 1 << at, ones ^ 1 << at, ones << at & ones, ones >> at, any_bits))


def random_float(rng: Random, fmt: Format) -> int:
    """Return an f register: any class of number with an eye to the boundaries, now and then not NaN-boxed."""
    if rng.randrange(40) == 0:
        return rng.getrandbits(64)
    last = 2 * fmt.bias + 1
    field = rng.choice((
        0, last, 1 + rng.randrange(3), last - 1 - rng.randrange(3), fmt.bias + rng.randint(-3, 3),
        fmt.bias + rng.randint(-70, 70), rng.randrange(last + 1),
    ))
    bits = max(0, min(field, last)) << fmt.frac_bits | random_pattern(rng, fmt.frac_bits)
    return fmt.box(bits | fmt.sign_bit * rng.randrange(2))


def random_integer(rng: Random) -> int:
    """Return an x register: any width, with an eye to powers of two."""
    near_power = (1 << rng.randrange(64)) + rng.randint(-3, 3)
    any_width = rng.getrandbits(rng.randint(1, 64))
    return rng.choice((near_power, -near_power, random_pattern(rng, 64), any_width)) & MASK64


UNARY = ("fsqrt", "fclass", "fcvt", "fcvtmod", "fmv", "fround", "froundnx")


def vectors(name: str, count: int, seed: int = 0) -> Iterator[list[int]]:
    """Yield operands for an instruction, the same ones for the same name and seed."""
    kind, *suffixes = name.split(".")
    rng = Random(f"{name} {seed}")
    if kind == "fli":
        yield from ([number] for number in range(len(FLI)))
        return
    if suffixes[-1] in INTEGERS or suffixes[-1] == "x":
        yield from ([random_integer(rng)] for _ in range(count))
        return
    fmt = FORMATS.get(suffixes[-1], FORMATS["s"])
    arity = 1 if kind in UNARY else 3 if kind in MPFR_KINDS[5:] else 2
    narrower = FORMATS.get(suffixes[0]) if kind == "fcvt" else None
    for _ in range(count):
        if narrower and narrower.frac_bits < fmt.frac_bits and rng.randrange(2):
            yield [near_format(rng, fmt, narrower)]
            continue
        operands = [random_float(rng, fmt) for _ in range(arity)]
        if arity > 1 and rng.randrange(4) == 0:
            operands[-1] = cancelling(rng, fmt, operands)
        yield operands


def near_format(rng: Random, fmt: Format, narrower: Format) -> int:
    """Return a number at or beside one that the narrower format has, or midway to its neighbour."""
    near = Number(narrower, random_float(rng, narrower))
    reg, _ = convert_format(fmt, near, RNE)
    half = 1 << (fmt.frac_bits - narrower.frac_bits - 1)
    return fmt.box((fmt.unbox(reg) + rng.choice((0, half)) + rng.randint(-1, 1)) % 2**fmt.width)


def cancelling(rng: Random, fmt: Format, operands: list[int]) -> int:
    """Return a last operand near the sum or product of the others, so that a difference cancels."""
    near = operands[0]
    if len(operands) == 3:
        near, _ = arithmetic("fmul", [Number(fmt, reg) for reg in operands[:2]], RNE)
    bits = (fmt.unbox(near) + rng.randint(-2, 2)) % 2**fmt.width
    return fmt.box(bits ^ fmt.sign_bit * rng.randrange(2))
