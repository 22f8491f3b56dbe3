"""GNU as and objdump as oracles."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import pytest

from rvemu.isa.insns import INSNS

VERSION = "2.40"
"""The release whose choice of aliases rvemu.isa.disasm follows."""

EXTENSIONS = (
    "rv64imafdc_zicsr_zifencei_zihintpause_zba_zbb_zbc_zbkb_zbkc_zbkx_zbs_zknd_zkne_zknh_zksed_zksh_zicbom_zicbop_zicboz_zawrs_svinval_zfh"
)
"""What binutils 2.40 knows of the extensions that INSNS holds."""

LATER_EXTENSIONS = (
    "Zicfilp", "Zicfiss", "Zicond", "Zimop", "Zfa", "Zfbfmin", "Zcb", "Zcmop", "Zabha", "Zacas",
)  # fmt: skip
"""Extensions that binutils 2.40 does not know."""

LATER_THAN_BINUTILS = tuple(
    insn.name for insn in INSNS if all(set(way) & set(LATER_EXTENSIONS) for way in insn.ways)
)
"""The rows that they bring."""

_PREFIXES = ("riscv64-unknown-elf-", "riscv64-linux-gnu-")
_LINE = re.compile(r"\s*[0-9a-f]+:\t[0-9a-f ]+?\s*\t(.*)")
_NOTE = re.compile(r"\s*(<[^>]*>|#.*)")


def tool(name: str) -> str:
    """Return the command for a binutils program, or skip the test, naming it."""
    for prefix in _PREFIXES:
        if shutil.which(prefix + name):
            return prefix + name
    pytest.skip(f"needs {_PREFIXES[0]}{name} (Debian: binutils-riscv64-unknown-elf)")


@cache
def version(program: str) -> str:
    """Return the release of a binutils program, such as 2.40."""
    match = re.search(r"\) (\d+\.\d+)", _run(program, "--version"))
    assert match
    return match[1]


def disassembly(words: Iterable[tuple[int, int]], folder: Path, *flags: str) -> list[str]:
    """Return what objdump prints for each (word, size in bytes), laid out from address 0, without symbols."""
    objdump = tool("objdump")
    if version(objdump) != VERSION:
        pytest.skip(f"needs objdump {VERSION}, whose aliases are compared (found {version(objdump)})")
    blob, source, binary = folder / "words.o", folder / "words.s", folder / "words.bin"
    binary.write_bytes(b"".join(word.to_bytes(size, "little") for word, size in words))
    source.write_text(f'.attribute arch, "{EXTENSIONS}"\n.text\nnop\n')
    _run(tool("as"), "-o", str(blob), str(source))
    _run(tool("objcopy"), "--update-section", f".text={binary}", str(blob))
    text = _run(objdump, "-d", "-z", "-w", *flags, str(blob))
    lines = [match[1] for match in map(_LINE.fullmatch, text.splitlines()) if match]
    return [_NOTE.sub("", line).rstrip() for line in lines]


def assembled(lines: Sequence[str], folder: Path) -> bytes:
    """Return the bytes that as makes of the lines, without relaxation."""
    source, obj, binary = folder / "lines.s", folder / "lines.o", folder / "lines.bin"
    source.write_text("\n".join([".option norelax", ".text", *lines, ""]))
    _run(tool("as"), f"-march={EXTENSIONS}", "-o", str(obj), str(source))
    _run(tool("objcopy"), "-O", "binary", "-j", ".text", str(obj), str(binary))
    return binary.read_bytes()


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
