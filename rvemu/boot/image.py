"""Files that are loaded into RAM: reading them, and telling what they are.

Source: Linux, Documentation/arch/riscv/boot-image-header.rst.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from dataclasses import dataclass

from rvemu.boot.elf import ELF_MAGIC, Elf, read_elf
from rvemu.errors import LoadError

MAX_FILE_BYTES = 4 << 30
"""Larger files are refused rather than read, whatever they are for."""
_MAX_ELF_BYTES = 1 << 30
"""Symbols and debug information may make an ELF larger than RAM, but not larger than this."""

IMAGE_MAGIC = b"RSC\x05"
_IMAGE_MAGIC_OFFSET = 56
_IMAGE_HEADER = struct.Struct("<8xQQQ")
_IMAGE_BIG_ENDIAN = 1
_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_WITH_GZIP_HEADER = 31

_FOREIGN: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"zimg", "EFI zboot image", "the Image that is packed in it"),
    (0, b"\x28\xb5\x2f\xfd", "zstd file", "unpack it with zstd -d"),
    (0, b"\xfd7zXZ\0", "xz file", "unpack it with xz -d"),
    (0, b"BZh", "bzip2 file", "unpack it with bzip2 -d"),
    (0, b"\x04\x22\x4d\x18", "lz4 file", "unpack it with lz4 -d"),
    (0, b"\x02\x21\x4c\x18", "lz4 file", "unpack it with lz4 -d"),
    (0, b"\x89LZO\0", "lzop file", "unpack it with lzop -d"),
    (0, b"\x27\x05\x19\x56", "U-Boot uImage", "the Image or ELF that is packed in it"),
    (0, b"\xd0\x0d\xfe\xed", "device tree or FIT image", "the Image or ELF; --dtb takes device trees"),
    (_IMAGE_MAGIC_OFFSET, b"ARM\x64", "Linux Image for arm64", "one for RISC-V"),
    (0x202, b"HdrS", "Linux bzImage for x86", "a RISC-V Image"),
)
"""Offset and magic of what no hart could run, what it is, and what would be right."""


@dataclass(frozen=True)
class Guest:
    """A guest image, unpacked.

    Attributes:
        name: what errors call it.
        kind: "ELF", "Image" (Linux) or "raw".
        data: all bytes of it.
        elf: what an ELF says about itself.
        text_offset: bytes from the start of RAM at which an Image wants to be.
        mem_size: bytes that it takes in memory, with its BSS where the header of an Image tells.
    """

    name: str
    kind: str
    data: bytes
    mem_size: int
    elf: Elf | None = None
    text_offset: int = 0


def read_guest(path: str, ram_size: int = MAX_FILE_BYTES) -> Guest:
    """Return the kernel or firmware in the file `path`; gzip is unpacked.

    Raises:
        LoadError: unreadable, empty, damaged, of a kind that cannot be entered, or certainly larger than RAM.
    """
    data, name = read_file(path, max(ram_size, _MAX_ELF_BYTES)), shown(path)
    if data.startswith(_GZIP_MAGIC):
        data = _gunzip(data, name, ram_size)
    for offset, magic, kind, right in _FOREIGN:
        if data.startswith(magic, offset):
            raise LoadError(f"{name}: {kind} ({right})")
    if data.startswith(ELF_MAGIC):
        elf = read_elf(data, name)
        return Guest(name, "ELF", data, sum(segment.mem_size for segment in elf.segments), elf=elf)
    if data.startswith(IMAGE_MAGIC, _IMAGE_MAGIC_OFFSET):
        return _image(data, name)
    return Guest(name, "raw", data, len(data))


def shown(path: str) -> str:
    """Return `path` as errors show it: on one line."""
    return path if path.isprintable() else ascii(path)


def read_file(path: str, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return the bytes of a file that the user named.

    Raises:
        LoadError: missing, a directory or device, unreadable, empty or too large.
    """
    name = shown(path)
    try:
        status = os.stat(path)
        if stat.S_ISREG(status.st_mode) and status.st_size > max_bytes:
            raise LoadError(f"{name}: {status.st_size} bytes are too many (at most {max_bytes})")
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
            raise LoadError(f"{name}: {_file_kind(status.st_mode)} (a file)")
        with open(path, "rb") as file:
            data = file.read() if stat.S_ISREG(status.st_mode) else file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LoadError(f"{name}: {reason[:1].lower()}{reason[1:]} (a readable file)") from error
    if not data:
        raise LoadError(f"{name}: empty file (an image)")
    if len(data) > max_bytes:
        raise LoadError(f"{name}: too many bytes (at most {max_bytes})")
    return data


def _file_kind(mode: int) -> str:
    return "a directory" if stat.S_ISDIR(mode) else "a device or socket"


def _gunzip(data: bytes, name: str, ram_size: int) -> bytes:
    """Unpack what may fit into RAM; an ELF may be larger, by what is not loaded."""
    unpacker = zlib.decompressobj(_ZLIB_WITH_GZIP_HEADER)
    try:
        is_elf = unpacker.copy().decompress(data, len(ELF_MAGIC)) == ELF_MAGIC
        limit = max(ram_size, _MAX_ELF_BYTES) if is_elf else ram_size
        unpacked = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise LoadError(f"{name}: damaged gzip file (a whole one)") from error
    if len(unpacked) > limit:
        raise LoadError(f"{name}: unpacks to more than {limit} bytes (a guest that fits into RAM)")
    if not unpacker.eof:
        raise LoadError(f"{name}: truncated gzip file (a whole one)")
    if not unpacked:
        raise LoadError(f"{name}: empty file in gzip (an image)")
    return unpacked


def _image(data: bytes, name: str) -> Guest:
    if len(data) < _IMAGE_MAGIC_OFFSET + 8:
        raise LoadError(f"{name}: truncated Linux Image (a whole one)")
    text_offset, image_size, flags = _IMAGE_HEADER.unpack_from(data)
    if flags & _IMAGE_BIG_ENDIAN:
        raise LoadError(f"{name}: big-endian Linux Image (a little-endian one)")
    return Guest(name, "Image", data, max(len(data), image_size), text_offset=text_offset)
