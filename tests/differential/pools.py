"""Values that rounds start with: random bits, small numbers, corners of every format."""

from __future__ import annotations

from random import Random

from differential import layout as at

_HALF = ((1 << 16) - 1, 15, 10)
_SINGLE, _DOUBLE = ((1 << 32) - 1, 31, 23), ((1 << 64) - 1, 63, 52)
_LENGTH = at.POOL_WORDS + at.WINDOW_WORDS


def x_pool(seed: str) -> list[int]:
    """Return integers for the x registers."""
    random = Random(f"x {seed}")
    return [_integer(random) for _ in range(_LENGTH)]


def f_pool(seed: str) -> list[int]:
    """Return bit patterns for the f registers."""
    random = Random(f"f {seed}")
    return [_pattern(random) for _ in range(_LENGTH)]


def _integer(random: Random) -> int:
    form = random.randrange(6)
    if form == 0:
        return random.getrandbits(64)
    if form == 1:
        return (1 << random.randrange(64)) + random.choice((-1, 0, 0, 1)) & at.ALL
    if form == 2:
        return -(1 << random.randrange(64)) + random.choice((-1, 0, 0, 1)) & at.ALL
    if form == 3:
        return random.randrange(-40, 70) & at.ALL
    if form == 4:
        return (random.getrandbits(32) ^ 1 << 31) - (1 << 31) & at.ALL
    return random.getrandbits(random.randrange(1, 64))


def _pattern(random: Random) -> int:
    form = random.randrange(11)
    if form < 4:
        return _ieee(random, *_DOUBLE[1:])
    if form < 7:
        return at.ALL << 32 & at.ALL | _ieee(random, *_SINGLE[1:])
    if form < 9:
        return at.ALL << 16 & at.ALL | _ieee(random, *_HALF[1:])
    if form < 10:
        return random.getrandbits(64)
    return at.ALL & ~(1 << random.randrange(16, 64)) & ~0xFFFF_FFFF | _ieee(random, *_SINGLE[1:])


def _ieee(random: Random, sign_bit: int, fraction_bits: int) -> int:
    """Return a number of a format: exponents near the middle, at the ends, or any; fractions with long runs."""
    exponent_bits = sign_bit - fraction_bits
    top = (1 << exponent_bits) - 1
    bias = top >> 1
    exponent = random.choice((
        0, 0, 1, top, top - 1, bias, bias + random.randrange(-3, 4), bias + random.randrange(-3, 4),
        bias + random.choice((fraction_bits, fraction_bits + 1, 31, 32, 62, 63, 64, -fraction_bits)),
        bias // 2 + random.randrange(-3, 4), bias + bias // 2, random.randrange(top + 1),
    )) & top  # fmt: skip
    full = (1 << fraction_bits) - 1
    fraction = random.choice((
        0, 0, full, 1, 1 << fraction_bits - 1, (1 << fraction_bits - 1) - 1, full << random.randrange(fraction_bits),
        1 << random.randrange(fraction_bits), random.getrandbits(fraction_bits), random.getrandbits(fraction_bits),
    )) & full  # fmt: skip
    return random.getrandbits(1) << sign_bit | exponent << fraction_bits | fraction
