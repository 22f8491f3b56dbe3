"""A case: a program in pieces that can be left out, and the state that it starts in; and its block of memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from differential import layout as at
from isa.asm import CSR_NUMBERS, encode

from rvemu.isa.fields import Operand

_ENDING = encode("ecall").to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class Ins:
    """An instruction; where `target` is set, its immediate is the way from here to that item.

    Attributes:
        word, size: the encoding.
        target: number of an item of the program as it was generated.
        immediate: the operand that takes the distance.
        since: how many bytes before this instruction the distance counts from (4 behind an auipc).
    """

    word: int
    size: int = 4
    target: int | None = None
    immediate: Operand | None = None
    since: int = 0

    def encoded(self, distance: int) -> bytes:
        """Return its bytes, with the way to the target where it has one; a nop if that is out of reach."""
        word = self.word
        if self.immediate is not None:
            try:
                word |= self.immediate.insert(distance + self.since)
            except ValueError:
                word = 0x13 if self.size == 4 else 1
        return word.to_bytes(self.size, "little")


@dataclass(frozen=True, slots=True)
class Item:
    """Instructions that stay together, with the number that branches know them by."""

    number: int
    code: tuple[Ins, ...]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(ins.size for ins in self.code)


@dataclass(frozen=True)
class Case:
    """A program and its initial state.

    Attributes:
        items: the program, in order; an `ecall` follows.
        start: offset of the program in the code pages.
        code_va: where these pages are as the program sees them, as an offset from the block, or absolute.
        fixed: initial values of the registers FIXED_REGISTERS.
        csrs: what the setup code writes, in order.
        data: content of the data pages.
        tables: content of the pages for page tables.
        rounds: how often it runs.
        seed: where its rounds begin in the pools.
        stvec: where the S-mode handler is as the program sees it.
    """

    items: tuple[Item, ...]
    csrs: tuple[tuple[str, int], ...]
    fixed: tuple[int, ...]
    data: bytes
    start: int = 0
    code_va: int | None = None
    stvec: int = at.S_HANDLER
    tables: bytes = b""
    rounds: int = at.MAX_ROUNDS
    seed: int = 0


def offsets(case: Case) -> dict[int, int]:
    """Return where each item is in the code pages by its number, items that were left out where the next one is."""
    places: dict[int, int] = {}
    place = case.start
    numbers = [item.number for item in case.items]
    last = -1
    for item in case.items:
        for number in range(last + 1, item.number + 1):
            places[number] = place
        last, place = item.number, place + item.size
    places[_PAST] = place
    assert numbers == sorted(numbers)
    return places


_PAST = 1 << 30


def program(case: Case) -> tuple[bytes, int]:
    """Return the code pages from `start` on, and the offset of the ending `ecall` in them."""
    places = offsets(case)
    code = bytearray()
    for item in case.items:
        for ins in item.code:
            here = case.start + len(code)
            target = 0 if ins.target is None else places.get(ins.target, places[_PAST])
            code += ins.encoded(target - here)
    end = case.start + len(code)
    return bytes(code) + _ENDING, end


def setup(csrs: Sequence[tuple[str, int]]) -> tuple[bytes, list[int]]:
    """Return code that writes the CSRs, and the constants that it loads."""
    constants = list(dict.fromkeys(value for _, value in csrs))
    words = []
    for name, value in csrs:
        offset = at.CONSTANTS + 8 * constants.index(value)
        words += [_LD | offset << 20, _CSRRW | CSR_NUMBERS[name] << 20]
    words += [encode("sfence.vma x0, x0"), encode("jalr x0, 0(x1)")]
    return b"".join(word.to_bytes(4, "little") for word in words), constants


_LD, _CSRRW = encode("ld x5, 0(x4)"), encode("csrrw x0, fflags, x5") & 0xF_FFFF


def words(*values: int) -> bytes:
    """Return doublewords as they are in memory."""
    return b"".join((value & at.ALL).to_bytes(8, "little") for value in values)


def block(case: Case, base: int) -> bytes:
    """Return the block of memory of a case at `base`."""
    code, end = program(case)
    code_va = base + at.CODE if case.code_va is None else case.code_va
    assert case.start + len(code) <= at.CODE_SIZE, "the program does not fit"
    setup_code, constants = setup((*case.csrs, ("mepc", code_va + case.start)))
    assert len(setup_code) <= at.CODE - at.SETUP
    assert at.CONSTANTS + 8 * len(constants) <= at.SETUP
    memory = bytearray(at.BLOCK_SIZE)
    for place, content in (
        (at.ROUNDS, words(case.rounds, 0, case.seed, code_va + end, code_va, case.stvec)),
        (at.FIXED, words(*case.fixed)),
        (at.CONSTANTS, words(*constants)),
        (at.SETUP, setup_code),
        (at.CODE + case.start, code),
        (at.DATA, case.data),
        (at.TABLES, case.tables),
    ):
        memory[place : place + len(content)] = content
    return bytes(memory)
