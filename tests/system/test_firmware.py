"""The guests that rvemu ships: demo on our own sbi and on OpenSBI, benchmarks against QEMU, tests that end by HTIF."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from isa.asm import encode
from system.guests import PROJECT, GuestsError, firmware, require
from unit.elf_files import Phdr, elf_file

from rvemu.config import bundled
from rvemu.isa.config import DEFAULT
from rvemu.machine import ExpectError, Machine, StopReason

RAM_BASE, MIB = 0x8000_0000, 1 << 20
PROMPT = b"demo> "
COMMAND_CYCLES = 2_000_000_000
"""Far more than any command of the shell takes."""
CHECK_CYCLES = 40_000_000_000
HOST_SECONDS = 300

ISA_TESTS = sorted(Path(bundled("isa-tests")).glob("*.elf"))
BENCHES = sorted(path.stem for path in Path(bundled("bench")).glob("*.elf"))
BENCH_WORDS = {"trap": ("",), "harts": ("",), "syscall": ("supervisor", "sv39"), "fault": ("sv39",)}
"""The boot arguments under which a benchmark can run, where these are not none and sv39."""


def tool(name: str) -> str:
    """Return the path of a program that a test needs."""
    path = shutil.which(name)
    if path is None:
        raise GuestsError(f"{name} is missing")
    return path


# Tests and benchmarks without an operating system


@pytest.mark.parametrize("harts", [1, 3])
@pytest.mark.parametrize("elf", ISA_TESTS, ids=lambda path: path.stem)
def test_isa_tests_pass(elf: Path, harts: int) -> None:
    stop = Machine("16M", harts=harts, kernel=str(elf)).run(50_000_000)
    assert (stop.kind, stop.code) == ("htif", 0)


@pytest.mark.parametrize(("name", "words"), [(b, w) for b in BENCHES for w in BENCH_WORDS.get(b, ("", "sv39"))])
def test_benchmarks_compute_what_they_compute_on_qemu(name: str, words: str) -> None:
    qemu, elf, append = require(tool, "qemu-system-riscv64"), bundled(f"bench/{name}.elf"), f"reps=1 {words}"
    command = [qemu, "-machine", "virt", "-m", "256M", "-smp", "2", "-nographic", "-bios", "none", "-kernel", elf]
    theirs = subprocess.run(
        [*command, "-append", append], stdin=subprocess.DEVNULL, capture_output=True, timeout=HOST_SECONDS, check=True
    )
    machine = Machine("256M", harts=2, kernel=elf, append=append)
    assert machine.run(CHECK_CYCLES).kind == "poweroff"
    ours = machine.console.read()
    assert re.fullmatch(rb"\w+: reps 1 checksum [0-9a-f]{16}\r?\n", ours)
    assert ours.split() == theirs.stdout.split()


def test_payloads_rebuild_byte_for_byte(tmp_path: Path) -> None:
    require(tool, "riscv64-unknown-elf-gcc")
    done = subprocess.run(
        ["make", "-C", "firmware", "check", f"BUILD={tmp_path}"],
        cwd=PROJECT, capture_output=True, text=True, timeout=HOST_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "payloads rebuild identically" in done.stdout


# The self-check of the demo


def self_check(machine: Machine) -> list[str]:
    """Run the self-check to its end, and return the names of the checks that passed."""
    stop = machine.run(CHECK_CYCLES, timeout=HOST_SECONDS)
    said = machine.console.read().decode()
    assert (stop.kind, stop.code) == ("poweroff", 0), said
    last = re.search(r"self-check: (\d+) passed, 0 failed\s*\Z", said)
    assert last, said
    passed = re.findall(r"^ok +(.*?)\r?$", said, re.MULTILINE)
    assert len(passed) == int(last[1])
    assert "FAILED" not in said
    return passed


def demo(harts: int = 1, memory: str = "64M", append: str = "selfcheck", **options: Any) -> Machine:
    """Return a machine about to start the demo."""
    return Machine(memory, harts=harts, kernel=bundled("demo.elf"), append=append, **options)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A disk image of 1 MiB."""
    path = tmp_path / "disk.img"
    path.write_bytes(Random(0).randbytes(MIB))
    return path


@pytest.mark.parametrize("harts", [1, 2, 4, 64])
def test_the_demo_checks_the_machine_on_our_own_sbi(harts: int) -> None:
    passed = self_check(demo(harts))
    assert "each IPI arrives once" in passed
    assert not any("disk" in name for name in passed)


@pytest.mark.parametrize(
    ("extension", "instead", "timer"),
    [("_sstc", "", "SBI"), ("_svadu", "_svade", "Sstc"), ("_zicboz", "", "Sstc"), ("_svinval", "", "Sstc")],
)
def test_the_demo_checks_a_machine_without_an_extension(extension: str, instead: str, timer: str) -> None:
    isa = DEFAULT.isa_string.replace(extension, instead)
    assert isa != DEFAULT.isa_string
    machine = demo(3, isa=isa)
    machine.expect(f"SBI 2.0, timer {timer}\r\n".encode(), CHECK_CYCLES)
    assert "the timer fires once and on time" in self_check(machine)


@pytest.mark.parametrize("harts", [1, 4])
def test_the_demo_checks_its_disk(harts: int, image: Path) -> None:
    before = image.read_bytes()
    with demo(harts, drives=[str(image)]) as machine:
        passed = self_check(machine)
    assert passed[-2:] == ["the disk reads, and not past its end", "the disk keeps what is written"]
    assert image.read_bytes() == before                             # it puts back what was there


def test_the_demo_does_not_write_a_read_only_disk(image: Path) -> None:
    image.chmod(0o444)
    with demo(drives=[f"{image},readonly=on"]) as machine:
        assert self_check(machine)[-1] == "the disk reads, and not past its end"


@pytest.mark.parametrize(
    ("release", "bios", "harts"), [("bookworm", "fw_jump.bin", 2), ("trixie", "fw_dynamic.elf", 4)]
)
def test_the_demo_checks_the_machine_on_opensbi(release: str, bios: str, harts: int, image: Path) -> None:
    path = require(firmware, release).opensbi / bios
    with demo(harts, "256M", bios=str(path), drives=[f"{image},snapshot=on"]) as machine:
        assert "the disk keeps what is written" in self_check(machine)


@pytest.mark.parametrize("options", [[], ["--harts", "3", "--memory", "32M"]], ids=["default", "three harts"])
def test_rvemu_run_without_a_terminal_is_the_self_check(options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rvemu", "run", *options],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=HOST_SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.fullmatch(rb"self-check: \d+ passed, 0 failed", done.stdout.split(b"\n")[-2].strip())


@pytest.mark.parametrize("memory", ["3M", "4M", "6M"])
def test_the_demo_says_so_where_memory_is_too_small(memory: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rvemu", "run", "-m", memory],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=HOST_SECONDS, check=False,
    )  # fmt: skip
    last = done.stdout.split(b"\n")[-2].strip().decode()
    assert (done.returncode, last) == (1, f"demo: {memory[0]} MiB of memory are too few (8M or more)")


# The shell of the demo


class Shell:
    """The demo's shell, at its prompt."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.banner = machine.expect(PROMPT, COMMAND_CYCLES).decode()

    def ask(self, line: str) -> list[str]:
        """Type a line, and return the lines of the answer."""
        self.machine.console.send(line.encode() + b"\r")
        said = self.machine.expect(PROMPT, COMMAND_CYCLES).decode()
        echo, *answer, prompt = said.split("\r\n")
        assert (echo, prompt) == (line, PROMPT.decode())
        return answer

    def leave(self, line: str) -> StopReason:
        """Type a line that ends the machine, and return how it stopped."""
        self.machine.console.send(line.encode() + b"\r")
        return self.machine.run(COMMAND_CYCLES)


@pytest.fixture
def shell(image: Path) -> Iterator[Shell]:
    """A shell on two harts with a disk."""
    with demo(2, append="", drives=[f"{image},snapshot=on"]) as machine:
        yield Shell(machine)


def test_the_banner_tells_the_machine(shell: Shell) -> None:
    assert "rvemu sbi 2.0: harts 2, next 0x80200000 in S-mode" in shell.banner
    assert "rvemu demo: hart 0 of 2, 64 MiB, SBI 2.0, timer Sstc" in shell.banner
    assert "disk: 2048 sectors" in shell.banner


def test_help_lists_commands_and_programs(shell: Shell) -> None:
    *commands, programs = shell.ask("help")
    names = [line.split()[0] for line in commands]
    assert {"help", "ps", "run", "mem", "harts", "time", "disk", "fault", "poweroff", "reboot"} <= set(names)
    assert programs.startswith("programs: hello primes")


def test_time_is_that_of_the_machine(shell: Shell) -> None:
    for _ in range(3):
        before = shell.machine.clock.ticks
        (line,) = shell.ask("time")
        assert before <= int(line.split()[0]) <= shell.machine.clock.ticks
        shell.machine.run(5_000_000)


def test_harts_are_all_started(shell: Shell) -> None:
    assert [line.split(",")[0] for line in shell.ask("harts")] == ["hart 0: started", "hart 1: started"]


def test_mem_tells_the_bounds_of_ram(shell: Shell) -> None:
    assert shell.ask("mem")[0].startswith("memory 0x80000000 to 0x84000000, pages: ")


def test_disk_shows_the_first_sectors(shell: Shell, image: Path) -> None:
    total = 0
    for byte in image.read_bytes()[:4096]:
        total = (total * 31 + byte) % (1 << 64)
    assert shell.ask("disk")[0].startswith(f"2048 sectors; first 8: hash {total:016x}, read in ")


@pytest.mark.parametrize(
    ("name", "cause", "stval"),
    [
        ("load", "load page fault", 0x3E_0000_0000),
        ("store", "store page fault", 0x3E_0000_0000),
        ("text", "store page fault", 0x8020_0000),
        ("illegal", "illegal instruction", 0),
    ],
)
def test_faults_are_caught(shell: Shell, name: str, cause: str, stval: int) -> None:
    (line,) = shell.ask(f"fault {name}")
    assert re.fullmatch(rf" *{name} +{cause}, pc 0x8020[0-9a-f]{{4}}, stval {stval:#x}", line)


def test_all_faults_at_once_and_the_shell_lives_on(shell: Shell) -> None:
    lines = shell.ask("fault")
    assert [line.split()[0] for line in lines] == ["load", "store", "text", "fetch", "illegal"]
    fetched = re.search(r"fetch page fault, pc (0x\w+), stval (0x\w+)", lines[3])
    assert fetched
    assert fetched[1] == fetched[2]
    assert shell.ask("mem") == shell.ask("mem")


@pytest.mark.parametrize(("below", "primes"), [(10, 4), (100, 25), (1000, 168)])
def test_a_user_program_runs(shell: Shell, below: int, primes: int) -> None:
    assert shell.ask(f"run primes {below}") == [f"exit code {primes}"]


def test_a_user_program_that_faults_is_killed(shell: Shell) -> None:
    assert "store page fault" in shell.ask("run store-kernel")[0]
    assert shell.ask("run primes 10") == ["exit code 4"]


def test_the_line_editor_knows_backspace_and_what_is_no_command(shell: Shell) -> None:
    assert shell.ask("") == []
    assert shell.ask("frobnicate now") == ["frobnicate: unknown command (try help)"]
    shell.machine.console.send(b"run primes 11\x7f0\x08\x08100\r")
    assert b"exit code 25" in shell.machine.expect(PROMPT, COMMAND_CYCLES)


def test_selftest_passes_and_returns_to_the_shell(shell: Shell) -> None:
    assert re.fullmatch(r"self-check: \d+ passed, 0 failed", shell.ask("selftest")[-1])


def test_poweroff_ends_the_machine(shell: Shell) -> None:
    stop = shell.leave("poweroff")
    assert (stop.kind, stop.code) == ("poweroff", 0)


def test_reboot_begins_again(shell: Shell) -> None:
    for _ in range(3):
        assert shell.leave("reboot").kind == "reset"
        shell.machine.reset()
        assert Shell(shell.machine).banner.endswith(shell.banner)
    assert shell.leave("poweroff").kind == "poweroff"


def test_expect_tells_that_the_machine_has_ended(shell: Shell) -> None:
    shell.machine.console.send(b"poweroff\r")
    with pytest.raises(ExpectError) as error:
        shell.machine.expect(PROMPT, COMMAND_CYCLES)
    assert error.value.stop.kind == "poweroff"


# HTIF, by a program that stores a list of words to tohost until one of them ends the machine

TOHOST, FROMHOST = RAM_BASE + 0x1000, RAM_BASE + 0x1040
WORDS, BLOCKS, TEXT = RAM_BASE + 0x2000, RAM_BASE + 0x3000, RAM_BASE + 0x4000
PUTCHAR = 0x0101 << 48
ROM_CYCLES = 6
SYS_WRITE, SYS_EXIT, SYS_OPEN = 64, 93, 1024
HTIF_CODE = (
    "auipc x5, 1",                  # tohost
    "auipc x6, 2",
    "addi x6, x6, -4",              # the words
    "ld x7, 0(x6)",
    "sd x7, 0(x5)",
    "addi x6, x6, 8",
    "jal x0, .-12",
)


def htif_machine(tmp_path: Path, *words: int, blocks: tuple[tuple[int, ...], ...] = (), text: bytes = b"") -> Machine:
    """Return a machine about to store these words, with system call blocks of 64 bytes each."""
    code = b"".join(encode(line).to_bytes(4, "little") for line in HTIF_CODE)
    calls = b"".join(b"".join(value.to_bytes(8, "little") for value in (*block, *[0] * (8 - len(block))))
                     for block in blocks)
    listed = b"".join(word.to_bytes(8, "little") for word in words)
    elf = elf_file(
        Phdr(RAM_BASE, code), Phdr(TOHOST, bytes(72)), Phdr(WORDS, listed), Phdr(BLOCKS, calls.ljust(8, b"\0")),
        Phdr(TEXT, text.ljust(8, b"\0")), entry=RAM_BASE, symbols=[("tohost", TOHOST), ("fromhost", FROMHOST)],
    )  # fmt: skip
    path = tmp_path / "htif.elf"
    path.write_bytes(elf)
    return Machine("1M", kernel=str(path))


def word_at(machine: Machine, pa: int) -> int:
    """Return a signed 64-bit word of RAM."""
    return int.from_bytes(machine.ram.read(pa, 8), "little", signed=True)


def test_htif_prints_bytes_and_exits(tmp_path: Path) -> None:
    machine = htif_machine(tmp_path, *(PUTCHAR | byte for byte in b"hi\n\xff"), 42 << 1 | 1)
    stop = machine.run(1000)
    assert (stop.kind, stop.code, machine.console.read()) == ("htif", 42, b"hi\n\xff")
    assert stop.cycle == ROM_CYCLES + 3 + 5 * 4 - 2     # the store of the last word is the last instruction
    assert stop.pc == RAM_BASE + 20
    assert word_at(machine, TOHOST) == 0


def test_htif_serves_proxied_calls(tmp_path: Path) -> None:
    text = b"written by a proxied call"
    blocks = ((SYS_WRITE, 1, TEXT, len(text)), (SYS_OPEN, TEXT), (SYS_WRITE, 7, TEXT, 1), (SYS_EXIT, 5))
    machine = htif_machine(tmp_path, *(BLOCKS + 64 * number for number in range(4)), blocks=blocks, text=text)
    stop = machine.run(1000)
    assert (stop.kind, stop.code, machine.console.read()) == ("htif", 5, text)
    assert word_at(machine, BLOCKS) == len(text)
    assert word_at(machine, BLOCKS + 64) == -38         # ENOSYS: no files of the host
    assert word_at(machine, BLOCKS + 128) == -9         # EBADF
    assert (word_at(machine, TOHOST), word_at(machine, FROMHOST)) == (0, 1)


@pytest.mark.parametrize("block", [RAM_BASE - 64, RAM_BASE + MIB - 8, 0xFFFF_FFFF_FF00])
def test_htif_takes_no_call_block_outside_ram(tmp_path: Path, block: int) -> None:
    machine = htif_machine(tmp_path, block, PUTCHAR | ord("x"), 1)
    stop = machine.run(1000)
    assert (stop.kind, stop.code, machine.console.read()) == ("htif", 0, b"x")
    assert word_at(machine, FROMHOST) == 0


@pytest.mark.parametrize("size", [1 << 63, MIB + 1])
def test_htif_prints_nothing_that_reaches_out_of_ram(tmp_path: Path, size: int) -> None:
    blocks = ((SYS_WRITE, 1, TEXT, size),)
    machine = htif_machine(tmp_path, BLOCKS, 1, blocks=blocks, text=b"x" * 64)
    assert machine.run(1000).code == 0
    assert machine.console.read() == b""
    assert word_at(machine, BLOCKS) == -14              # EFAULT
