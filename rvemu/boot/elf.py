"""ELF files of guests: what to load where, the entry point, and the symbols.

Source: System V ABI, "Object Files" and "Program Loading"; RISC-V ELF psABI. What is to be loaded is read here;
pyelftools, which takes half as long to import as all the rest, reads sections, and says what a foreign file is.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from rvemu.errors import LoadError

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

ELF_MAGIC = b"\x7fELF"
_ELFCLASS64, _ELFDATA2LSB = 2, 1
_EHDR_BYTES, _PHDR_BYTES, _SHDR_BYTES = 64, 56, 64
_ET_EXEC, _ET_DYN, _EM_RISCV = 2, 3, 243
_PT_LOAD, _PT_INTERP = 1, 3
_SYMBOL = struct.Struct("<IBBHQQ")
_STT_SECTION, _STT_FILE = 3, 4
_SHN_UNDEF, _SHN_ABS = 0, 0xFFF1
_ADDRESSES = 1 << 64
_SHT_RISCV_ATTRIBUTES = "SHT_RISCV_ATTRIBUTES"
_TAG_ARCH = re.compile(rb"\x05(rv[0-9]+[a-z][a-z0-9_]*)\0")
_DAMAGE = (struct.error, OverflowError)
"""What pyelftools raises on damaged files besides its own errors."""


_EHDR = struct.Struct("<16xHHIQQQIHHHHHH")
_PHDR = struct.Struct("<IIQQQQQQ")


class _Header(NamedTuple):
    """Elf64_Ehdr behind e_ident."""

    e_type: int
    e_machine: int
    e_version: int
    e_entry: int
    e_phoff: int
    e_shoff: int
    e_flags: int
    e_ehsize: int
    e_phentsize: int
    e_phnum: int
    e_shentsize: int
    e_shnum: int
    e_shstrndx: int


class _ProgramHeader(NamedTuple):
    """Elf64_Phdr."""

    p_type: int
    p_flags: int
    p_offset: int
    p_vaddr: int
    p_paddr: int
    p_filesz: int
    p_memsz: int
    p_align: int


@dataclass(frozen=True)
class Segment:
    """A PT_LOAD segment.

    Attributes:
        pa, va: physical and virtual address of its first byte.
        data: what the file has for it; the rest, up to mem_size bytes, is zero.
        header_bytes: how many of the first bytes are headers of the file itself.
    """

    pa: int
    va: int
    data: memoryview
    mem_size: int
    header_bytes: int = 0

    @property
    def end(self) -> int:
        """Physical address behind the last byte."""
        return self.pa + self.mem_size

    def without(self, front: int) -> Segment:
        """Return what is left behind the first `front` bytes."""
        return Segment(
            self.pa + front,
            self.va + front,
            self.data[front:],
            max(0, self.mem_size - front),
            max(0, self.header_bytes - front),
        )


@dataclass(frozen=True)
class Elf:
    """An RV64 ELF file.

    Attributes:
        name: what errors call it.
        kind: "EXEC", or "DYN" for a position-independent one.
        segments: ordered by physical address; they do not overlap.
        offset: bytes by which the file's addresses were moved.
    """

    name: str
    kind: str
    segments: tuple[Segment, ...]
    file_entry: int
    data: bytes = field(repr=False)
    offset: int = 0

    @property
    def entry(self) -> int:
        """Physical address of the entry point."""
        return self._physical(self.file_entry + self.offset)

    @property
    def linked_at_zero(self) -> bool:
        """Whether it is position independent and has no address of its own."""
        return self.kind == "DYN" and self.segments[0].pa == self.segments[0].va == 0

    def moved(self, offset: int) -> Elf:
        """Return the same file with every address `offset` bytes higher."""
        segments = (replace(x, pa=x.pa + offset, va=x.va + offset) for x in self.segments)
        return replace(self, segments=tuple(segments), offset=self.offset + offset)

    def arch(self) -> str:
        """Return the ISA string of the file's RISC-V attributes, as `rv64i2p1_m2p0`, or "" where it has none.

        Found by its tag and not by pyelftools, which does not end on a subsection of length 0.

        Source: RISC-V ELF psABI, "Attributes".
        """
        with blaming(self.name):
            for section in open_elf(self.data, self.name).iter_sections():
                if section["sh_type"] == _SHT_RISCV_ATTRIBUTES:
                    match = _TAG_ARCH.search(contents(section.header, self.data))
                    return match[1].decode() if match else ""
        return ""

    def covers(self, pa: int) -> bool:
        """Tell whether a segment has a byte at `pa`."""
        return any(x.pa <= pa < x.end for x in self.segments)

    def symbols(self) -> dict[str, int]:
        """Return the value of each named symbol that is defined here; of equal names the global one.

        Without sections, files and the psABI's mapping symbols ($x, $d). Read when first asked for: a kernel
        has a hundred thousand of them.

        Raises:
            LoadError: the symbol table is damaged.
        """
        return self._symbols

    def symbol_pa(self, name: str) -> int | None:
        """Return the physical address of the symbol `name`, or None, quickly where there is none.

        A linker may let one name be the end of another, so its string need not begin behind a zero byte.
        """
        if name.encode() + b"\0" not in self.data or name not in self.symbols():
            return None
        return self._physical(self.symbols()[name])

    @cached_property
    def _symbols(self) -> dict[str, int]:
        with blaming(self.name):
            return dict(_read_symbols(open_elf(self.data, self.name), self.data, self.offset))

    def _physical(self, va: int) -> int:
        """Return the physical address of `va`; what no segment has is taken to be physical."""
        segment = next((x for x in self.segments if x.va <= va < x.va + x.mem_size), None)
        return va if segment is None else va - segment.va + segment.pa


def read_elf(data: bytes, name: str) -> Elf:
    """Return what the ELF file `data`, called `name` in errors, says is to be loaded.

    Raises:
        LoadError: damaged, truncated, not for RV64, or not a program that a machine could enter.
    """
    _check_class(data, name)
    header = _Header(*_EHDR.unpack_from(data))
    if header.e_machine != _EM_RISCV or header.e_type not in (_ET_EXEC, _ET_DYN):
        with blaming(name):
            open_elf(data, name)
    for what, start, size_said, count, size in (
        ("program header", header.e_phoff, header.e_phentsize, header.e_phnum, _PHDR_BYTES),
        ("section header", header.e_shoff, header.e_shentsize, header.e_shnum, _SHDR_BYTES),
    ):
        _check_headers(name, what, start, size_said, count, size, len(data))
    segments = sorted(_read_segments(header, data, name), key=lambda segment: segment.pa)
    kind = "EXEC" if header.e_type == _ET_EXEC else "DYN"
    if not segments:
        raise LoadError(f"{name}: nothing to load (an ELF with a PT_LOAD segment)")
    for first, second in pairwise(segments):
        if first.end > second.pa:
            raise LoadError(f"{name}: segments at {first.pa:#x} and {second.pa:#x} overlap (segments apart)")
    return Elf(name, kind, tuple(segments), header.e_entry, data)


@contextmanager
def blaming(name: str) -> Iterator[None]:
    """Turn what pyelftools raises on a damaged file into the one line."""
    from elftools.common.exceptions import ELFError

    try:
        yield
    except (ELFError, *_DAMAGE) as error:
        detail = " ".join(str(error).split()) or type(error).__name__
        raise LoadError(f"{name}: damaged ELF file, {detail} (a whole one)") from error


def open_elf(data: bytes, name: str) -> ELFFile:
    """Return pyelftools' view, once the header is known to be that of an RV64 program."""
    from elftools.elf.elffile import ELFFile

    _check_class(data, name)
    elf = ELFFile(io.BytesIO(data))
    if elf["e_machine"] != "EM_RISCV":
        from elftools.elf.descriptions import describe_e_machine

        raise LoadError(f"{name}: machine is {describe_e_machine(elf['e_machine'])} (RISC-V)")
    if elf["e_type"] not in ("ET_EXEC", "ET_DYN"):
        raise LoadError(f"{name}: ELF file of type {elf['e_type']} (a linked program, ET_EXEC or ET_DYN)")
    for header, prefix, size in (("program header", "e_ph", _PHDR_BYTES), ("section header", "e_sh", _SHDR_BYTES)):
        start, size_said, count = (elf[prefix + field] for field in ("off", "entsize", "num"))
        _check_headers(name, header, start, size_said, count, size, len(data))
    return elf


def _check_class(data: bytes, name: str) -> None:
    if len(data) < _EHDR_BYTES:
        raise LoadError(f"{name}: truncated ELF file of {len(data)} bytes (a whole one)")
    if data[4] != _ELFCLASS64:
        raise LoadError(f"{name}: ELF32 file (ELF64, for RV64)")
    if data[5] != _ELFDATA2LSB:
        raise LoadError(f"{name}: big-endian ELF file (a little-endian one)")


def _check_headers(name: str, header: str, start: int, size_said: int, count: int, size: int, end: int) -> None:
    """Check that a table of headers lies in the file."""
    if count and size_said != size:
        raise LoadError(f"{name}: {header}s of {size_said} bytes (of {size})")
    if start + count * size > end:
        raise LoadError(f"{name}: truncated, its {header}s are missing (a whole ELF file)")


def _read_segments(header: _Header, data: bytes, name: str) -> Iterator[Segment]:
    table = memoryview(data)[header.e_phoff : header.e_phoff + header.e_phnum * _PHDR_BYTES]
    for segment in map(_ProgramHeader._make, _PHDR.iter_unpack(table)):
        if segment.p_type == _PT_INTERP:
            raise LoadError(f"{name}: Linux program (a kernel or firmware; rvemu exec runs programs)")
        if segment.p_type == _PT_LOAD and segment.p_memsz:
            header_bytes = header.e_phoff + len(table) if segment.p_offset == 0 else 0
            yield _segment(segment, header_bytes, data, name)


def _segment(header: _ProgramHeader, header_bytes: int, data: bytes, name: str) -> Segment:
    pa, va, offset = header.p_paddr, header.p_vaddr, header.p_offset
    file_size, mem_size = header.p_filesz, header.p_memsz
    if file_size > mem_size or mem_size > _ADDRESSES - max(pa, va):
        raise LoadError(f"{name}: segment at {pa:#x} cannot have {mem_size:#x} bytes (a sound ELF file)")
    if offset + file_size > len(data):
        raise LoadError(f"{name}: truncated in the segment at {pa:#x} (a whole ELF file)")
    return Segment(pa, va, memoryview(data)[offset : offset + file_size], mem_size, header_bytes)


def _read_symbols(elf: ELFFile, data: bytes, offset: int) -> Iterator[tuple[str, int]]:
    """Yield name and value; local symbols come first in the table, so that globals replace them in a dict."""
    for section in elf.iter_sections("SHT_SYMTAB"):
        table = contents(section.header, data)
        strings = contents(elf.get_section(section["sh_link"]).header, data)
        # pyelftools would take seconds for a kernel's symbols.
        for name_offset, info, _, shndx, value, _ in _SYMBOL.iter_unpack(table):
            name = strings[name_offset : strings.find(b"\0", name_offset)].decode(errors="replace")
            is_address = info & 0xF not in (_STT_SECTION, _STT_FILE) and shndx != _SHN_UNDEF
            if is_address and name and not name.startswith("$"):
                yield name, value if shndx == _SHN_ABS else value + offset


def contents(header: Any, data: bytes) -> bytes:
    """Return the bytes of a section."""
    return data[header["sh_offset"] : header["sh_offset"] + header["sh_size"]]
