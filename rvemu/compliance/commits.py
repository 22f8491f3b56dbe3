"""Commit logs as streams: lines, and what a line says."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import BinaryIO

from rvemu.errors import RvemuError
from rvemu.isa.decode import decode
from rvemu.isa.disasm import expand
from rvemu.isa.insns import Insn

CHUNK_BYTES = 1 << 18
_LONGEST_LINE = 1 << 16
_LINE = re.compile(rb"core +(\d+): (\d) 0x([0-9a-f]{16}) \(0x([0-9a-f]+)\)(.*)")
_WRITE = re.compile(rb" (?:([xfv]\d+|c\d+_\w+) +|(mem) )0x([0-9a-f]+)(?: 0x([0-9a-f]+))?")
_LOADED_BITS = re.compile(r"\b(?:load|amo)_[iuf]?(\d+)\(")
_WIDTHS = {"b": 1, "h": 2, "w": 4, "d": 8, "q": 16}


class LogError(RvemuError):
    """A log that cannot be read, or is none."""


@dataclass(frozen=True)
class Commit:
    """A retired instruction, as its line tells.

    Attributes:
        number: its line in the log, from 1.
        writes: registers and CSRs by name (`x5`, `f1`, `c768_mstatus`), with their values.
        loads: addresses.
        stores: (address, bytes, data) each.
    """

    line: bytes
    number: int
    hart: int
    priv: int
    pc: int
    word: int
    writes: dict[str, int]
    loads: tuple[int, ...]
    stores: tuple[tuple[int, int, int], ...]

    @property
    def at(self) -> tuple[int, int, int, int]:
        """Which instruction it is, whatever it wrote: hart, privilege mode, pc, bits."""
        return self.hart, self.priv, self.pc, self.word


def parse_commit(line: bytes, number: int) -> Commit | None:
    """Return what the line says, or None where it is no commit (Spike's log may have other lines)."""
    match = _LINE.fullmatch(line.rstrip())
    if match is None:
        return None
    writes, loads, stores = {}, [], []
    for name, _, value, data in _WRITE.findall(match[5]):
        if name:
            writes[name.decode()] = int(value, 16)
        elif data:
            stores.append((int(value, 16), len(data) // 2, int(data, 16)))
        else:
            loads.append(int(value, 16))
    return Commit(line, number, int(match[1]), int(match[2]), int(match[3], 16), int(match[4], 16), writes,
                  tuple(loads), tuple(stores))


@dataclass(frozen=True)
class Reads:
    """What an instruction reads.

    Attributes:
        registers: those of either kind.
        csr: the number of a CSR.
        width: bytes of each load, where it loads.
    """

    registers: frozenset[str]
    csr: int | None
    width: int


@lru_cache(maxsize=1 << 16)
def reads(word: int) -> Reads:
    """Return what the instruction reads: a register number stands for x and f alike."""
    decoded = decode(word)
    if decoded is None:
        return Reads(frozenset(), None, max(_WIDTHS.values()))
    base = expand(decoded)
    operands = base.operands
    numbers = {operands[name] for name in ("rs1", "rs2", "rs3") if name in operands}
    if decoded.insn.name == "amocas.q":
        numbers |= {operands[name] + 1 for name in ("rs2", "rs3") if operands[name]}
    registers = frozenset(f"{kind}{number}" for number in numbers for kind in "xf") - {"x0"}
    return Reads(registers, operands.get("csr"), _width(base.insn))


def _width(insn: Insn) -> int:
    """Return how many bytes an instruction loads, if it loads: what its semantics say, or its name."""
    bits = _LOADED_BITS.search(insn.semantics)
    return int(bits[1]) // 8 if bits is not None else _WIDTHS.get(insn.name.rpartition(".")[2], 8)


class LogReader:
    """A log, read in chunks of whole lines."""

    def __init__(self, path: str, file: BinaryIO, hart: int | None = None) -> None:
        """Read `file`, which errors call `path`; with `hart` only the commits of that one."""
        self._path, self._file, self._hart = path, file, hart
        self._chunk, self._at = b"", 0
        self._ahead: deque[Commit] = deque()
        self.lines = 0
        """How many have been read, not counting those that `ahead` looked at."""

    def raw(self) -> bytes:
        """Return lines that can be passed as bytes: empty at the end, or where lines must be picked."""
        if self._ahead or self._hart is not None:
            return b""
        if self._at == len(self._chunk):
            self._read()
        return self._chunk[self._at : self._at + CHUNK_BYTES] if self._at else self._chunk

    def skip(self, size: int, lines: int) -> None:
        """Pass `size` bytes, which are `lines` lines."""
        self._at += size
        self.lines += lines

    def peek(self) -> Commit | None:
        """Return the next commit; None at the end."""
        return next(iter(self.ahead(1)), None)

    def next(self) -> Commit | None:
        """Return the next commit and pass it."""
        return self._ahead.popleft() if self.peek() is not None else None

    def ahead(self, count: int) -> list[Commit]:
        """Return the next `count` commits, or as many as there are, without passing them."""
        while len(self._ahead) < count:
            commit = self._parse()
            if commit is None:
                break
            self._ahead.append(commit)
        return list(islice(self._ahead, count))

    def _parse(self) -> Commit | None:
        while line := self._line():
            self.skip(len(line), 1)
            commit = parse_commit(line, self.lines)
            if commit is not None and self._hart in (None, commit.hart):
                return commit
        return None

    def _line(self) -> bytes:
        if self._at == len(self._chunk):
            self._read()
        end = self._chunk.find(b"\n", self._at) + 1
        return self._chunk[self._at : end or len(self._chunk)]

    def _read(self) -> None:
        try:
            data = self._file.read(CHUNK_BYTES)
            if data and not data.endswith(b"\n"):
                data += self._file.readline(_LONGEST_LINE)
        except OSError as error:
            raise LogError(f"{self._path}: {(error.strerror or '').lower()} (a commit log)") from error
        self._chunk, self._at = data, 0
