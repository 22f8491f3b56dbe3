"""The GDB server under the real gdb-multiarch, with the demo kernel on one and on several harts."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from debug.gdb import DEMO, Guest

GDB = shutil.which("gdb-multiarch")
pytestmark = pytest.mark.skipif(GDB is None, reason="gdb-multiarch is not installed (package gdb-multiarch)")


def gdb(guest: Guest, *commands: str) -> str:
    """Return what GDB prints for the commands, connected to the guest with the demo's symbols."""
    assert GDB is not None
    words = [GDB, "-nx", "-batch", "-ex", "set confirm off", "-ex", "set width 0", "-ex", f"file {DEMO}",
             "-ex", f"target remote :{guest.port}"]  # fmt: skip
    for command in commands:
        words += ["-ex", f"echo [{command}]\\n", "-ex", command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def after(said: str, command: str) -> str:
    """Return what GDB printed for one of the commands."""
    return said.split(f"[{command}]\n", 1)[1].split("\n[", 1)[0]


@pytest.mark.parametrize("harts", [1, 4])
def test_break_step_registers_and_detach(harts: int) -> None:
    with Guest("run", "--gdb", "0", "--halted", "--harts", str(harts)) as guest:
        said = gdb(guest, "x/i $pc", "break *main", "continue", "info threads", "p $pc == &main",
                   "stepi", "p $pc == (long)&main + 2", "p/x $misa", "p $priv", "detach")  # fmt: skip
        assert "auipc\tt0" in after(said, "x/i $pc")
        assert re.search(r"Breakpoint 1, 0x\w+ in main", said)
        assert len(re.findall(r"Thread \d", after(said, "info threads"))) == harts
        assert "= 1" in after(said, "p $pc == &main")
        assert "= 1" in after(said, "p $pc == (long)&main + 2")
        assert re.search(r"0x80000000\w+", after(said, "p/x $misa"))
        assert after(said, "p $priv").strip() == "$4 = 1"
        assert "detached" in said
        guest.output_until(b"press a key for the shell")
