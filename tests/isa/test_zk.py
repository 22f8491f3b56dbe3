"""Zknd, Zkne, Zknh, Zksed, Zksh. Models from FIPS 197, FIPS 180-4, GB/T 32907 and GB/T 32905.

The ciphers and hashes of these standards are computed on the hart, and give their known answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from math import isqrt
from typing import Any, Literal

import pytest
from isa.models import WORD_MAX, WORDS, Model, agrees, word
from isa.test_zb import rotate_left

from rvemu.isa.causes import Cause
from rvemu.isa.decode import decode

AES_POLYNOMIAL = 0x11B


def field_product(a: int, b: int, polynomial: int = AES_POLYNOMIAL) -> int:
    """Return the product of two polynomials over GF(2), modulo one of degree 8."""
    product = sum_of(a << n for n in range(8) if b >> n & 1)
    for n in range(14, 7, -1):
        product ^= (product >> n & 1) * polynomial << n - 8
    return product


def sum_of(terms: Iterator[int]) -> int:
    """Return the exclusive or of all."""
    total = 0
    for term in terms:
        total ^= term
    return total


def inverse(a: int, polynomial: int) -> int:
    """Return the inverse in GF(2^8); 0 for 0."""
    return next((b for b in range(256) if field_product(a, b, polynomial) == 1), 0)


def affine(a: int, shifts: tuple[int, ...]) -> int:
    """Return the exclusive or of a byte rotated left by each of `shifts`."""
    return sum_of(rotate_left(a, by, 8) for by in shifts)


SUBSTITUTE = [affine(inverse(a, AES_POLYNOMIAL), (0, 1, 2, 3, 4)) ^ 0x63 for a in range(256)]
RESTORE = [SUBSTITUTE.index(a) for a in range(256)]
MIX, UNMIX = (2, 3, 1, 1), (14, 11, 13, 9)


def number(data: list[int]) -> int:
    """Return little-endian bytes as a number."""
    return int.from_bytes(bytes(data), "little")


def cipher_round(a: int, b: int, box: list[int], direction: int) -> int:
    """Return the low half of the state after ShiftRows and SubBytes, or their inverses where `direction` is -1."""
    state = a.to_bytes(8, "little") + b.to_bytes(8, "little")
    return number([box[state[(n + direction * 4 * (n % 4)) % 16]] for n in range(8)])


def mix_columns(a: int, factors: tuple[int, ...]) -> int:
    """Return two columns times the circulant matrix whose first row is `factors`."""
    state = a.to_bytes(8, "little")
    return number([
        sum_of(field_product(state[n // 4 * 4 + k], factors[(k - n) % 4]) for k in range(4)) for n in range(8)
    ])  # fmt: skip


def key_schedule_1(a: int, rnum: int) -> int:
    """Return the first step of the key schedule, on the high word."""
    data = list(a.to_bytes(8, "little")[4:])
    if rnum < 10:
        data = data[1:] + data[:1]
    data = [SUBSTITUTE[value] for value in data]
    constants = [1, 2, 4, 8, 16, 32, 64, 128, 0x1B, 0x36, 0]
    data[0] ^= constants[rnum]
    return number(data * 2)


def key_schedule_2(a: int, b: int) -> int:
    """Return the second step of the key schedule."""
    low = a >> 32 ^ b & WORD_MAX
    return (low ^ b >> 32) << 32 | low


AES: dict[str, Model] = {
    "aes64es": lambda a, b: cipher_round(a, b, SUBSTITUTE, 1),
    "aes64esm": lambda a, b: mix_columns(cipher_round(a, b, SUBSTITUTE, 1), MIX),
    "aes64ds": lambda a, b: cipher_round(a, b, RESTORE, -1),
    "aes64dsm": lambda a, b: mix_columns(cipher_round(a, b, RESTORE, -1), UNMIX),
    "aes64ks2": key_schedule_2,
}


def sigma(bits: int, first: int, second: int, third: int = 0, shift: int = 0) -> Callable[[int], int]:
    """Return the function of FIPS 180-4 that rotates right by each number, or shifts by the last."""

    def model(a: int) -> int:
        a &= (1 << bits) - 1
        last = a >> shift if shift else rotate_left(a, -third, bits)
        total = rotate_left(a, -first, bits) ^ rotate_left(a, -second, bits) ^ last
        return word(total) if bits == 32 else total

    return model


HASHES: dict[str, Callable[[int], int]] = {
    "sha256sum0": sigma(32, 2, 13, 22),
    "sha256sum1": sigma(32, 6, 11, 25),
    "sha256sig0": sigma(32, 7, 18, shift=3),
    "sha256sig1": sigma(32, 17, 19, shift=10),
    "sha512sum0": sigma(64, 28, 34, 39),
    "sha512sum1": sigma(64, 14, 18, 41),
    "sha512sig0": sigma(64, 1, 8, shift=7),
    "sha512sig1": sigma(64, 19, 61, shift=6),
    "aes64im": lambda a: mix_columns(a, UNMIX),
    "sm3p0": lambda a: word(a ^ rotate_left(a, 9, 32) ^ rotate_left(a, 17, 32)),
    "sm3p1": lambda a: word(a ^ rotate_left(a, 15, 32) ^ rotate_left(a, 23, 32)),
}
"""Rows of one source."""

SM4_POLYNOMIAL, SM4_SHIFTS, SM4_CONSTANT = 0x1F5, (0, 1, 3, 6, 7), 0xD3
SM4_BOX = [
    affine(inverse(affine(a, SM4_SHIFTS) ^ SM4_CONSTANT, SM4_POLYNOMIAL), SM4_SHIFTS) ^ SM4_CONSTANT
    for a in range(256)
]  # fmt: skip


def sm4_step(*shifts: int) -> Callable[[int, int, int], int]:
    """Return the model of a quarter of a round whose linear transformation adds rotations by `shifts`.

    The standard's words are big-endian, those in registers little-endian.
    """

    def model(a: int, b: int, bs: int) -> int:
        substituted = SM4_BOX[b >> 8 * bs & 255] << 24 - 8 * bs
        mixed = sum_of(rotate_left(substituted, by, 32) for by in shifts)
        return word(a ^ int.from_bytes(mixed.to_bytes(4, "big"), "little"))

    return model


SM4 = {"sm4ed": sm4_step(0, 2, 10, 18, 24), "sm4ks": sm4_step(0, 13, 23)}


@pytest.mark.parametrize("name", AES)
def test_two_sources_agree_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1, x2", AES[name], WORDS)


@pytest.mark.parametrize("name", HASHES)
def test_one_source_agrees_with_the_model(hart: Any, name: str) -> None:
    agrees(hart, f"{name} x3, x1", lambda a, _: HASHES[name](a), WORDS)


@pytest.mark.parametrize("name", SM4)
@pytest.mark.parametrize("bs", range(4))
def test_quarters_of_sm4_rounds_agree_with_the_model(hart: Any, name: str, bs: int) -> None:
    agrees(hart, f"{name} x3, x1, x2, {bs}", lambda a, b: SM4[name](a, b, bs), WORDS)


@pytest.mark.parametrize("rnum", range(11))
def test_the_key_schedule_agrees_with_the_model_for_each_round(hart: Any, rnum: int) -> None:
    agrees(hart, f"aes64ks1i x3, x1, {rnum}", lambda a, _: key_schedule_1(a, rnum), WORDS)


@pytest.mark.parametrize("rnum", range(11, 16))
def test_round_numbers_above_10_are_reserved(hart: Any, rnum: int) -> None:
    bits = 0x3100_9193 | rnum << 20
    assert decode(bits) is None
    assert hart.trap1(bits).cause == Cause.ILLEGAL_INSTRUCTION


# The rest runs known answers: the hart does the rounds.
KEY = bytes(range(16))
PLAIN = bytes.fromhex("00112233445566778899aabbccddeeff")
CIPHER = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
"""FIPS 197, appendix C.1."""


class Calls:
    """Instructions of a hart as functions of numbers."""

    def __init__(self, hart: Any) -> None:
        self._hart = hart

    def __call__(self, name: str, a: int, b: int | None = None, immediate: int | None = None) -> int:
        """Return what the instruction makes of x1 = a and x2 = b."""
        sources = ["x3", "x1"] + ["x2"] * (b is not None) + [str(immediate)] * (immediate is not None)
        return int(self._hart.run1(f"{name} {', '.join(sources)}", x1=a, x2=b or 0).x[3])


def halves(block: bytes) -> tuple[int, int]:
    """Return a block as the numbers of two registers."""
    return int.from_bytes(block[:8], "little"), int.from_bytes(block[8:], "little")


def round_keys(call: Calls, key: bytes) -> list[tuple[int, int]]:
    """Return the eleven round keys of AES-128."""
    keys = [halves(key)]
    for rnum in range(10):
        low, high = keys[-1]
        low = call("aes64ks2", call("aes64ks1i", high, immediate=rnum), low)
        keys.append((low, call("aes64ks2", low, high)))
    return keys


def aes(call: Calls, block: bytes, keys: list[tuple[int, int]], kind: str) -> bytes:
    """Return the block after ten rounds, the last one without its step on columns; `kind` is es or ds."""
    low, high = (half ^ key for half, key in zip(halves(block), keys[0], strict=True))
    for count, key in enumerate(keys[1:], 1):
        name = f"aes64{kind}" + ("m" if count < 10 else "")
        low, high = call(name, low, high) ^ key[0], call(name, high, low) ^ key[1]
    return low.to_bytes(8, "little") + high.to_bytes(8, "little")


def test_aes_128_encrypts_the_example_of_its_standard(hart: Any) -> None:
    call = Calls(hart)
    assert aes(call, PLAIN, round_keys(call, KEY), "es") == CIPHER


def test_aes_128_decrypts_the_example_of_its_standard(hart: Any) -> None:
    call = Calls(hart)
    first, *middle, last = reversed(round_keys(call, KEY))
    keys = [first, *((call("aes64im", low), call("aes64im", high)) for low, high in middle), last]
    assert aes(call, CIPHER, keys, "ds") == PLAIN


PRIMES = [n for n in range(2, 410) if all(n % k for k in range(2, isqrt(n) + 1))]


def root(n: int, power: int, bits: int) -> int:
    """Return the first bits of the fraction of a square or cube root."""
    low, high = 0, 1 << bits + 8
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= n << power * bits else (low, middle)
    return low & (1 << bits) - 1


def sha2(call: Calls, message: bytes, bits: int) -> str:
    """Return the digest of a short message by SHA-256 (`bits` of a word: 32) or SHA-512 (64)."""
    name, size, mask, rounds = f"sha{8 * bits}", bits // 8, (1 << bits) - 1, 64 if bits == 32 else 80
    block = message + b"\x80" + bytes(14 * size - 1 - len(message) + size) + (8 * len(message)).to_bytes(size, "big")
    schedule = [int.from_bytes(block[n : n + size], "big") for n in range(0, 16 * size, size)]
    for n in range(16, rounds):
        new = call(f"{name}sig1", schedule[n - 2]) + schedule[n - 7] + call(f"{name}sig0", schedule[n - 15])
        schedule.append(new + schedule[n - 16] & mask)
    start = [root(prime, 2, bits) for prime in PRIMES[:8]]
    a, b, c, d, e, f, g, h = start
    for prime, piece in zip(PRIMES, schedule, strict=False):
        one = h + call(f"{name}sum1", e) + (e & f ^ ~e & g) + root(prime, 3, bits) + piece
        two = call(f"{name}sum0", a) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = one + two & mask, a, b, c, d + one & mask, e, f, g
    final = (old + new & mask for old, new in zip(start, (a, b, c, d, e, f, g, h), strict=True))
    return "".join(f"{value:0{2 * size}x}" for value in final)


@pytest.mark.parametrize("bits", [32, 64])
def test_sha_2_gives_the_digest_that_hashlib_gives(hart: Any, bits: int) -> None:
    digest = hashlib.sha256 if bits == 32 else hashlib.sha512
    assert sha2(Calls(hart), b"a short message", bits) == digest(b"a short message").hexdigest()


SM4_EXAMPLE = bytes.fromhex("0123456789abcdeffedcba9876543210")
SM4_CIPHER = bytes.fromhex("681edf34d206965e86b3e94f536e4246")
"""GB/T 32907, appendix A: key and plaintext are the same."""


def words_of(block: bytes, order: Literal["little", "big"] = "little") -> list[int]:
    """Return the 32-bit words of a block."""
    return [int.from_bytes(block[n : n + 4], order) for n in range(0, len(block), 4)]


def sm4_rounds(call: Calls, name: str, state: list[int], keys: Iterable[int]) -> list[int]:
    """Return every word of the state, the four first ones included."""
    state = list(state)
    for key in keys:
        value, mixed = state[-4], state[-3] ^ state[-2] ^ state[-1] ^ key
        for bs in range(4):
            value = call(name, value, mixed, bs) & WORD_MAX
        state.append(value)
    return state


def test_sm4_encrypts_the_example_of_its_standard(hart: Any) -> None:
    call = Calls(hart)
    system = words_of(bytes.fromhex("a3b1bac656aa3350677d9197b27022dc"))
    constants = words_of(bytes(n * 7 % 256 for n in range(128)))
    key = [a ^ b for a, b in zip(words_of(SM4_EXAMPLE), system, strict=True)]
    keys = sm4_rounds(call, "sm4ks", key, constants)[4:]
    state = sm4_rounds(call, "sm4ed", words_of(SM4_EXAMPLE), keys)
    assert b"".join(value.to_bytes(4, "little") for value in reversed(state[-4:])) == SM4_CIPHER


def test_sm3_gives_the_digest_of_its_standard(hart: Any) -> None:
    call, rotate = Calls(hart), lambda value, by: rotate_left(value, by, 32)
    w = words_of(b"abc\x80" + bytes(59) + bytes([24]), "big")
    for n in range(16, 68):
        mixed = w[n - 16] ^ w[n - 9] ^ rotate(w[n - 3], 15)
        w.append((call("sm3p1", mixed) ^ rotate(w[n - 13], 7) ^ w[n - 6]) & WORD_MAX)
    start = [0x7380_166F, 0x4914_B2B9, 0x1724_42D7, 0xDA8A_0600, 0xA96F_30BC, 0x1631_38AA, 0xE38D_EE4D, 0xB0FB_0E4E]
    a, b, c, d, e, f, g, h = start
    for n in range(64):
        constant = rotate(0x79CC_4519 if n < 16 else 0x7A87_9D8A, n)
        one = rotate(rotate(a, 12) + e + constant, 7)
        ff = a ^ b ^ c if n < 16 else a & b | a & c | b & c
        gg = e ^ f ^ g if n < 16 else e & f | ~e & g
        two = ff + d + (one ^ rotate(a, 12)) + (w[n] ^ w[n + 4]) & WORD_MAX
        three = gg + h + one + w[n] & WORD_MAX
        a, b, c, d, e, f, g, h = two, a, rotate(b, 9), c, call("sm3p0", three) & WORD_MAX, e, rotate(f, 19), g
    digest = [old ^ new for old, new in zip(start, (a, b, c, d, e, f, g, h), strict=True)]
    assert "".join(f"{value:08x}" for value in digest) == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
