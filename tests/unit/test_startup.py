"""`rvemu run` imports nothing that its guest does not need: half of start-up would be libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from unit.elf_files import Phdr, elf_file

LIBRARIES = {"numpy", "elftools", "prompt_toolkit", "pygments", "rich"}
RAM = 0x8000_0000
POWEROFF = bytes.fromhex("b7021000" "37530000" "1b035355" "23a06200")
"""lui t0, 0x100; lui t1, 0x5; addiw t1, t1, 0x555; sw t1, 0(t0)."""

PROGRAM = """
import sys
from rvemu.cli import main
status = main(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""


def imported(*words: str) -> set[str]:
    """Run a command line to its end and return the packages that it imported."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture
def guest(tmp_path: Path) -> str:
    """A program that powers off."""
    path = tmp_path / "guest.elf"
    path.write_bytes(elf_file(Phdr(RAM, POWEROFF)))
    return str(path)


def test_a_run_imports_no_library_but_that_of_the_command_line(guest: str) -> None:
    assert imported("run", guest) & LIBRARIES == set()


def test_neither_does_a_kernel_on_our_own_firmware_with_figures_at_the_end() -> None:
    assert imported("run", "--append", "forks=0", "--stats", "--state-hash") & LIBRARIES == set()
