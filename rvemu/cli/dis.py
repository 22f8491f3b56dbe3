"""`rvemu dis`: the code of a guest image as assembly text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from rvemu.errors import LoadError
from rvemu.isa.decode import length
from rvemu.isa.disasm import disassemble

_SHF_EXECINSTR = 0x4


def show_disassembly(path: str, base: int) -> int:
    """Print the code in a file: all of it, or an ELF file's executable sections. Return the exit status.

    Args:
        path: the file.
        base: address of the first byte where the file is no ELF file.
    Raises:
        LoadError: the file cannot be read, or is a damaged or foreign ELF file.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise LoadError(f"{path}: {(error.strerror or '').lower()} (a file that can be read)") from error
    lines = elf_lines(data, path) if data.startswith(b"\x7fELF") else code_lines(data, base, {})
    for line in lines:
        print(line)
    return 0


def elf_lines(data: bytes, name: str) -> Iterator[str]:
    """Yield the lines for every executable section of an ELF file, with its symbols.

    Raises:
        LoadError: the file is damaged or foreign.
    """
    from elftools.elf.elffile import ELFFile

    from rvemu.boot.elf import read_elf

    labels: dict[int, list[str]] = {}
    for symbol, address in read_elf(data, name).symbols().items():
        labels.setdefault(address, []).append(symbol)
    for section in ELFFile(io.BytesIO(data)).iter_sections("SHT_PROGBITS"):
        if section["sh_flags"] & _SHF_EXECINSTR:
            yield f"{section.name}:"
            yield from code_lines(section.data(), section["sh_addr"], labels)


def code_lines(code: bytes, address: int, labels: dict[int, list[str]]) -> Iterator[str]:
    """Yield a line for each instruction in `code`, and one for each of the labels on it.

    Args:
        address: that of the first byte of `code`.
        labels: names by address.
    """
    offset = 0
    while offset < len(code):
        pc = address + offset
        for label in labels.get(pc, ()):
            yield f"{pc:016x} <{label}>:"
        word = int.from_bytes(code[offset : offset + 4], "little")
        size = length(word)
        if offset + size > len(code):
            yield f"{pc:8x}:\t{code[offset:].hex(' ')} (cut off)"
            return
        digits = f"{word & ((1 << 8 * size) - 1):0{2 * size}x}"
        yield f"{pc:8x}:\t{digits:16}\t{disassemble(word, pc)}"
        offset += size
