"""Which files are tests: those given, and in folders those that look like one."""

from __future__ import annotations

import glob
import mmap
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rvemu.boot.elf import ELF_MAGIC
from rvemu.errors import LoadError

_DUMP = ".dump"
"""riscv-tests put the disassembly of each test beside it, and `isa/*` names it too."""


def discover(patterns: Sequence[str]) -> list[str]:
    """Return the tests that files, folders and glob patterns name, each once, in order.

    A folder or a pattern stands for the ELF files with a symbol tohost that are in it; a file must be one.

    Raises:
        LoadError: nothing is there, a file cannot be read, or it is no such ELF file.
    """
    found: dict[str, str] = {}
    for pattern in patterns:
        for path in _expand(pattern):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _expand(pattern: str) -> Iterator[str]:
    if Path(pattern).is_dir():
        yield from _in_folder(pattern)
    elif Path(pattern).exists():
        if not pattern.endswith(_DUMP):
            yield _required(pattern)
    else:
        matches = sorted(glob.glob(pattern, recursive=True))
        if not matches:
            raise LoadError(f"{pattern}: no such file or folder (a test, a folder of tests, or a pattern)")
        for path in matches:
            if Path(path).is_dir():
                yield from _in_folder(path)
            elif _is_test(path):
                yield path


def _in_folder(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        yield from (path for file in sorted(files) if _is_test(path := os.path.join(parent, file)))


def _required(path: str) -> str:
    if not _is_test(path):
        raise LoadError(f"{path}: no test (an ELF file with a symbol tohost)")
    return path


def _is_test(path: str) -> bool:
    """Tell whether a file is an ELF with the name tohost in it; whether it is sound shows when it runs."""
    if path.endswith(_DUMP) or not Path(path).is_file():
        return False
    try:
        with open(path, "rb") as file:
            if file.read(len(ELF_MAGIC)) != ELF_MAGIC:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.find(b"tohost\0") >= 0
    except OSError as error:
        raise LoadError(f"{path}: {(error.strerror or '').lower()} (a file that can be read)") from error
