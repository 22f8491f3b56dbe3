"""What the name of a test says, and which extensions a test needs.

Source: riscv-tests, isa/Makefile, whose programs are called SUITE-ENVIRONMENT-TEST, as rv64ui-p-add.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rvemu.isa.config import IsaConfig

_NAME = re.compile(r"(rv64\w+|rv32\w+|hypervisor(?:-svadu)?)-(p|v)-(.+)")
_ARCH = re.compile(r"rv64([a-z].*)")
_VERSION = re.compile(r"[0-9]+p[0-9]+")
_PARTS_OF = {"Zmmul": "M", "Zaamo": "A", "Zalrsc": "A"}
"""Extensions that are no more than a part of one that the ISA string may name instead."""
_SUITES = {"hypervisor": ("H",), "hypervisor-svadu": ("H", "Svadu"), "rv64mzicbo": ("Zicboz",)}
"""Suites whose extensions do not follow from their names."""
_TESTS = {("rv64mi", "zicntr"): ("Zicntr",)}
"""Tests that need more than their suite does."""


@dataclass(frozen=True)
class TestName:
    """What a test is called, in parts.

    Attributes:
        suite: as "rv64ui"; for programs that are not named as riscv-tests are, their folder.
        environment: "p" (physical), "v" (virtual memory), or "".
        test: the rest, as "add".
    """

    __test__ = False

    suite: str
    environment: str
    test: str


def name_of(path: str) -> TestName:
    """Return the parts of the name of a test's ELF file."""
    file = Path(path)
    match = _NAME.fullmatch(file.name.removesuffix(".elf"))
    if match is None:
        return TestName(file.absolute().parent.name or "/", "", file.name)
    return TestName(match[1], match[2], match[3])


def missing(path: str, arch: str, isa: IsaConfig) -> tuple[str, ...]:
    """Return the extensions that a test needs and `isa` lacks, as the manual spells them.

    The suite's name alone decides for the p environment of riscv-tests: it is assembly, whatever else the
    assembler was allowed to use. Other programs are compiled, and may hold any instruction of `arch`.

    Args:
        arch: ISA string of the ELF file's attributes, or "".
    """
    name = name_of(path)
    needed = dict.fromkeys(_extensions_of_suite(name.suite) if name.environment else ())
    needed |= dict.fromkeys(_TESTS.get((name.suite, name.test), ()))
    if name.environment != "p":
        needed |= dict.fromkeys(_extensions_of_arch(arch))
    lacking = [ext for ext in needed if not isa.has(ext) and not isa.has(_PARTS_OF.get(ext, ext))]
    implied = {ext for ext in lacking if _PARTS_OF.get(ext) in lacking}
    if "V" in lacking:
        implied |= {ext for ext in lacking if ext.startswith("Zv")}
    if "Zfh" in lacking:
        implied.add("Zfhmin")
    return tuple(ext for ext in lacking if ext not in implied)


def _extensions_of_suite(suite: str) -> tuple[str, ...]:
    """rv64u, rv64m or rv64s, then a letter or the name of an extension; mi and si need the base only."""
    if suite in _SUITES:
        return _SUITES[suite]
    return (suite.removeprefix("rv64")[1:].capitalize() or "I",)


def _extensions_of_arch(arch: str) -> list[str]:
    match = _ARCH.fullmatch(arch)
    names: list[str] = []
    for segment in match[1].split("_") if match else ():
        is_long = len(segment) > 1 and segment[0] in "zsx"
        bare = _VERSION.sub("", segment) if not is_long else re.sub(r"[0-9]+p[0-9]+$", "", segment)
        names += [bare] if is_long else list(bare)
    return [name.capitalize() for name in names]
