"""GDB on Debian's Linux, at its shell: break in the kernel's trap handler, step, look at CSRs, watch, detach."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from debug.gdb import Guest
from debug.test_gdb import after
from system.guests import Linux, linux, require

GDB = shutil.which("gdb-multiarch")
pytestmark = pytest.mark.skipif(GDB is None, reason="gdb-multiarch is not installed (package gdb-multiarch)")


def gdb(guest: Guest, *commands: str) -> str:
    """Return what GDB prints for the commands; there are no symbols."""
    assert GDB is not None
    words = [GDB, "-nx", "-batch", "-ex", "set confirm off", "-ex", "set architecture riscv:rv64",
             "-ex", f"target remote :{guest.port}"]  # fmt: skip
    for command in commands:
        words += ["-ex", f"echo [{command}]\\n", "-ex", command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("harts", [1, 4])
def test_gdb_on_linux_breaks_steps_watches_and_lets_it_go(harts: int) -> None:
    files: Linux = require(linux)
    with Guest("run", "--gdb", "0", "--harts", str(harts), "-m", "256M", "--kernel", str(files.kernel),
               "--initrd", str(files.shell), "--append", "console=ttyS0") as guest:  # fmt: skip
        guest.output_until(b"# ")
        said = gdb(
            guest, "info threads", "p/x ($satp >> 60) & 15", "tbreak *$stvec", "continue", "p $pc == $stvec",
            "p/x $scause", "set $before = $pc", "stepi", "p $pc - $before", "thread apply all p $mhartid",
            "watch *(long*)($sp - 8)", "info breakpoints", "delete", "detach",
        )  # fmt: skip
        assert len(re.findall(r"Thread \d", after(said, "info threads"))) == harts
        assert "= 0xa" in after(said, "p/x ($satp >> 60) & 15")            # Sv57
        assert "= 1" in after(said, "p $pc == $stvec"), said
        assert re.search(r"= 0x\w+", after(said, "p/x $scause"))
        assert re.search(r"= [24]\b", after(said, "p $pc - $before"))
        assert "watchpoint" in after(said, "info breakpoints")
        numbers = re.findall(r"= (\d+)", after(said, "thread apply all p $mhartid"))
        assert sorted(map(int, numbers)) == list(range(harts))
        guest.type(b"echo still he''re; poweroff -f\n")
        guest.output_until(b"still here")
        assert guest.wait() == 0
