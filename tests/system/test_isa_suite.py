"""Our own ISA suite (firmware/isa-tests): it passes on every engine, and tests every instruction and every CSR."""

from __future__ import annotations

import fcntl
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from engines import EACH_ENGINE
from system.guests import PROJECT, require
from system.test_firmware import tool

from rvemu.compliance.suites import missing
from rvemu.isa.config import DEFAULT
from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import decode
from rvemu.isa.insns import INSNS
from rvemu.machine import Machine

SOURCES = PROJECT / "firmware" / "isa-tests"
SUITES = sorted(path.name for path in SOURCES.glob("rv64*"))
MAX_CYCLES = 20_000_000
BUILD_SECONDS = 300

NOT_YET_TESTED: frozenset[str] = frozenset()
"""Rows of the instruction table and of the CSR table that have no test in the suite."""

QEMU_SECONDS = 60
QEMU_CPU = ",".join((
    "rv64", *(f"{name}=true" for name in ("zba", "zbb", "zbc", "zbs", "zbkb", "zbkc", "zbkx", "zknd", "zkne", "zknh",
                                          "zksed", "zksh", "svinval", "svnapot", "svpbmt", "sstc")),
))  # fmt: skip
QEMU_LACKS = ("rv64ms", "rv64mz", "rv64sssnpm", *(f"rv64u{name}-" for name in (
    "zabha", "zacas", "zawrs", "zcb", "zcmop", "zfa", "zfbfmin", "zfh", "zfhmin", "zicbom", "zicboz", "zicond", "zimop",
    "zihpm", "zicntr",
)))  # fmt: skip
"""Suites that Debian 12's QEMU 7.2 has not, or where its counters depend on options."""
QEMU_DIFFERS = {
    "rv64mi-p-csrs": "bit 0 of mepc can be set",
    "rv64mi-p-envcfg": "no Zicbom and Zicboz",
    "rv64mi-p-hpm": "as many counters as its options say",
    "rv64mi-p-interrupts": "takes the interrupt of the lowest number first",
    "rv64mi-p-return": "mret leaves MPRV on",
    "rv64mi-p-traps": "AMOs outside memory raise the load's access fault",
    "rv64mi-p-zicsr": "csrrs with a register that holds 0 does not write",
    "rv64si-p-ad_fault": "menvcfg has no ADUE",
    "rv64si-p-csrs": "scounteren is wider than 32 bits",
    "rv64si-p-page_faults": "AMOs raise the load's page fault",
    "rv64si-p-modes": "a table outside memory is a page fault",
    "rv64ssvinval-p-svinval": "sfence.w.inval is legal in U-mode",
    "rv64ssvpbmt-p-pbmt": "PBMT = 3 is no page fault",
    "rv64ua-p-lrsc": "sc looks at its alignment only if there is a reservation",
    "rv64ua-v-lrsc": "the same",
}
"""Where QEMU 7.2 does other than the manual says; Spike passes all of these."""


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the suite's programs, built once for all workers."""
    require(tool, "riscv64-unknown-elf-gcc")
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if root.name.startswith("popen-") else root) / "isa-suite"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["make", "-s", "isa-tests", f"BUILD={folder / 'build'}", f"ISA_TESTS_OUT={folder / 'elf'}"],
            cwd=PROJECT / "firmware", capture_output=True, text=True, timeout=BUILD_SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "elf"


@pytest.mark.parametrize("engine", EACH_ENGINE)
@pytest.mark.parametrize("name", SUITES)
def test_a_suite_passes(suite: Path, name: str, engine: str) -> None:
    lacking = missing(f"{name}-p-any", "", DEFAULT)
    if lacking:
        pytest.skip(f"rvemu has no {', '.join(lacking)} yet")
    programs = sorted(suite.glob(f"{name}-*"))
    sources = [path.stem for path in (SOURCES / name).glob("*.S")]
    assert {path.name for path in programs} >= {f"{name}-p-{source}" for source in sources}
    failed = {path.name: stop for path in programs if (stop := outcome(path, engine)) != ("htif", 0)}
    assert not failed


def outcome(path: Path, engine: str) -> tuple[str, int | None]:
    """Run a program and return how it ended."""
    with Machine("16M", kernel=str(path), engine=engine, tier_up=1) as machine:
        stop = machine.run(MAX_CYCLES)
    return stop.kind, stop.code


def words_under_test(path: Path) -> Iterator[int]:
    """Yield the instructions that a program marks as those it tests, if it comes to them."""
    elf = ELFFile(BytesIO(path.read_bytes()))
    marks, text = elf.get_section_by_name(".tested"), elf.get_section_by_name(".text")
    if marks is None:
        return
    reached = executed(path)
    for n in range(0, marks.data_size, 8):
        pc = int.from_bytes(marks.data()[n : n + 8], "little")
        if pc in reached:
            offset = pc - text["sh_addr"]
            yield int.from_bytes(text.data()[offset : offset + 4], "little")


def executed(path: Path) -> set[int]:
    """Run a program step by step and return the addresses of all instructions that it executes."""
    pcs = set()
    with Machine("16M", kernel=str(path)) as machine:
        stop = machine.run(0)
        while stop.kind == "limit":
            pcs.add(stop.pc)
            stop = machine.run(1)
    return pcs


@cache
def names_under_test(suite: Path) -> frozenset[str]:
    """Return the names of the instructions and CSRs that the suite tests."""
    numbers, names = {csr.number: csr.name for csr in CSRS}, set()
    for path in suite.glob("rv64*-p-*"):
        for word in words_under_test(path):
            decoded = decode(word)
            if decoded is not None:
                names |= {decoded.insn.name, numbers.get(decoded.operands.get("csr", -1), "")}
    return frozenset(names)


def test_every_row_and_csr_has_a_test(suite: Path) -> None:
    rows = {insn.name for insn in INSNS} | {csr.name for csr in CSRS}
    assert rows - names_under_test(suite) == NOT_YET_TESTED


def test_qemu_passes_what_it_knows(suite: Path) -> None:
    """Hold the suite itself against another implementation."""
    qemu = require(tool, "qemu-system-riscv64")
    command = [qemu, "-machine", "virt", "-m", "64M", "-nographic", "-bios", "none", "-cpu", QEMU_CPU, "-kernel"]
    failed = {}
    for path in sorted(suite.iterdir()):
        if not path.name.startswith(QEMU_LACKS) and path.name not in QEMU_DIFFERS:
            done = subprocess.run(
                [*command, path], stdin=subprocess.DEVNULL, capture_output=True, timeout=QEMU_SECONDS, check=False
            )
            if done.returncode:
                failed[path.name] = done.returncode
    assert not failed


def test_case_numbers_stay_apart_from_the_sign_of_a_trap(suite: Path) -> None:
    """Tohost with the bits of 1337 tells `rvemu test` of a trap that no case expected."""
    unexpected = 1337 >> 1
    for path in suite.iterdir():
        symbols = ELFFile(BytesIO(path.read_bytes())).get_section_by_name(".symtab").iter_symbols()
        numbers = [int(match[1]) for symbol in symbols if (match := re.fullmatch(r"test_(\d+)", symbol.name))]
        assert not [number for number in numbers if number & unexpected == unexpected], path.name
