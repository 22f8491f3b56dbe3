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


def ecall_of(function: str) -> str:
    """Return the address of the ECALL in a function of the demo."""
    words = ["riscv64-unknown-elf-objdump", "-d", f"--disassemble={function}", DEMO]
    code = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"([0-9a-f]+):\s+00000073", code)
    assert found is not None
    return "0x" + found[1]


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


@pytest.mark.parametrize("harts", [1, 4])
def test_watch_finish_and_thread_apply(harts: int) -> None:
    with Guest("run", "--gdb", "0", "--halted", "--harts", str(harts)) as guest:
        said = gdb(
            guest, "break *console_putc", "continue", "p $ra", "finish", "p $pc", "delete",
            "rwatch *(int*)&tasks", "awatch *(int*)&data_start", "info breakpoints", "delete",
            "thread apply all p $mhartid", "thread apply all p $pc",
        )  # fmt: skip
        back = after(said, "p $ra").split("=", 1)[1].split()[-1]
        assert back in after(said, "p $pc")
        assert re.search(r"read watchpoint.*\n.*acc watchpoint", after(said, "info breakpoints"))
        numbers = re.findall(r"= (\d+)", after(said, "thread apply all p $mhartid"))
        assert sorted(map(int, numbers)) == list(range(harts))
        assert len(re.findall(r"^Thread", after(said, "thread apply all p $pc"), re.MULTILINE)) == harts


def test_a_watchpoint_shows_the_change() -> None:
    with Guest("run", "--gdb", "0", "--halted") as guest:
        said = gdb(guest, "break *main", "continue", "delete", "set $was = $sp", "watch -l *(long*)($sp - 8)",
                   "continue", "p $sp < $was", "info watchpoints")  # fmt: skip
        assert re.search(r"Hardware watchpoint 2: -location", said)
        assert re.search(r"Old value = .*\nNew value = ", after(said, "continue") + said)
        assert "already hit 1 time" in after(said, "info watchpoints")


@pytest.mark.parametrize("harts", [1, 4])
def test_a_step_goes_into_an_ecall_and_next_over_it(harts: int) -> None:
    with Guest("run", "--gdb", "0", "--halted", "--harts", str(harts)) as guest:
        said = gdb(guest, f"break *{ecall_of('sbi_call')}", "continue", "delete", "p $priv", "set $at = $pc", "stepi",
                   "p $priv", "p $pc == $mtvec", "p $mcause", "p $mepc == $at", "tbreak *($at + 4)", "continue",
                   "p $priv", "p $pc == $at + 4")  # fmt: skip
        values = [int(value) for value in re.findall(r"^\$\d+ = (\d+)$", said, re.MULTILINE)]
        assert values == [1, 3, 1, 9, 1, 1, 1]


def test_csrs_registers_and_memory_are_written() -> None:
    with Guest("run", "--gdb", "0", "--halted") as guest:
        said = gdb(guest, "break *main", "continue", "set $sscratch = 0x1234", "p/x $sscratch", "set $t6 = 77",
                   "p $t6", "set $ft3 = 2.5", "p $ft3", "p $mhartid = 3", "set *(long*)($sp - 64) = -5",
                   "p *(long*)($sp - 64)", "info registers mstatus", "monitor print $t6", "monitor continue",
                   "monitor prnit 1", "p 6 * 7")  # fmt: skip
        assert "= 0x1234" in after(said, "p/x $sscratch")
        assert "= 77" in after(said, "p $t6")
        assert "2.5" in after(said, "p $ft3")
        assert "Could not write register" in said
        assert "= -5" in after(said, "p *(long*)($sp - 64)")
        assert re.search(r"mstatus +0xa\w+", after(said, "info registers mstatus"))
        assert re.search(r"^0x4d +77$", said, re.MULTILINE)
        assert "continue: GDB itself runs the machine" in said
        assert "prnit: no such command" in said
        assert "= 42" in after(said, "p 6 * 7")


def test_detach_and_attach_again() -> None:
    with Guest("run", "--gdb", "0", "--halted", "--harts", "2") as guest:
        gdb(guest, "break *main", "continue", "detach")
        guest.output_until(b"press a key for the shell")
        said = gdb(guest, "info threads", "detach")
        assert len(re.findall(r"Thread \d", after(said, "info threads"))) == 2
        guest.type(b"\n")
        guest.output_until(b"> ")
