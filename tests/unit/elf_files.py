"""ELF files written field by field, for the cases that no linker produces."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

EM_RISCV, EM_X86_64 = 243, 62
ET_REL, ET_EXEC, ET_DYN = 1, 2, 3
PT_LOAD, PT_INTERP = 1, 3
SHT_RISCV_ATTRIBUTES = 0x7000_0003
EHDR_BYTES, PHDR_BYTES = 64, 56


@dataclass(frozen=True)
class Phdr:
    """A program header and what it points to; None means the same as its neighbour to the left."""

    pa: int
    data: bytes = b""
    va: int | None = None
    mem_size: int | None = None
    type: int = PT_LOAD
    file_size: int | None = None
    offset: int | None = None


def elf_file(
    *phdrs: Phdr,
    entry: int = 0x8000_0000,
    type: int = ET_EXEC,
    machine: int = EM_RISCV,
    symbols: Sequence[tuple[str, int]] = (),
    info: int = 0x10,
    arch: str = "",
) -> bytes:
    """Return an ELF64 file: headers, data of each program header, then symbols and attributes if there are any."""
    start = EHDR_BYTES + PHDR_BYTES * len(phdrs)
    table, body = b"", b""
    for phdr in phdrs:
        offset = start + len(body) if phdr.offset is None else phdr.offset
        file_size = len(phdr.data) if phdr.file_size is None else phdr.file_size
        mem_size = file_size if phdr.mem_size is None else phdr.mem_size
        va = phdr.pa if phdr.va is None else phdr.va
        table += struct.pack("<IIQQQQQQ", phdr.type, 7, offset, va, phdr.pa, file_size, mem_size, 8)
        body += phdr.data
    sections, shoff, count = _symbol_sections(symbols, start + len(body), info) if symbols else (b"", 0, 0)
    if arch:
        assert symbols
        body += (attributes := _attributes(arch))
        sections, shoff, count = _symbol_sections(symbols, start + len(body), info)
        place = start + len(body) - len(attributes)
        sections += struct.pack("<IIQQQQIIQQ", 0, SHT_RISCV_ATTRIBUTES, 0, 0, place, len(attributes), 0, 0, 1, 0)
        count += 1
    names = 2 if count else 0
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = struct.pack(
        "<HHIQQQIHHHHHH",
        type, machine, 1, entry, EHDR_BYTES, shoff, 0, EHDR_BYTES, PHDR_BYTES, len(phdrs), 64, count, names,
    )  # fmt: skip
    return ident + header + table + body + sections


def _symbol_sections(symbols: Sequence[tuple[str, int]], offset: int, info: int) -> tuple[bytes, int, int]:
    names = b"\0" + b"".join(name.encode() + b"\0" for name, _ in symbols)
    table, position = bytes(24), 1
    for name, value in symbols:
        table += struct.pack("<IBBHQQ", position, info, 0, 1, value, 0)
        position += len(name) + 1
    data = table + names
    headers = struct.pack("<IIQQQQIIQQ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    headers += struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, offset, len(table), 2, 1, 8, 24)
    headers += struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, offset + len(table), len(names), 0, 0, 1, 0)
    return data + headers, offset + len(data), 3


def _attributes(arch: str) -> bytes:
    """Return the contents of .riscv.attributes with the one attribute Tag_RISCV_arch."""
    attribute = b"\x05" + arch.encode() + b"\0"
    file = b"\x01" + struct.pack("<I", 5 + len(attribute)) + attribute
    vendor = b"riscv\0"
    return b"A" + struct.pack("<I", 4 + len(vendor) + len(file)) + vendor + file
