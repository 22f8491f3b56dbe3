"""Hostile input from a seed: guests, rings, files and command lines that do what none should, and what must still hold.

test_hostile.py runs a little of each; for as much as you like:

    python tests/system/hostile.py code --mode S --amount 100000000 --seed 1

A unit that goes wrong names its seed; `--first N --amount 1` runs that unit alone.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import gzip
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[level]) for level in (2, 1)]

from system.randomcode import DATA, HANDLER, MODES, PROGRAM, PROGRAM_SIZE, machine_with, random_words
from unit.elf_files import ET_DYN, Phdr, elf_file
from unit.test_image import linux_image

from rvemu.cli import main as rvemu
from rvemu.cli.app import RUN_OPTIONS
from rvemu.cli.qemu import OPTIONS
from rvemu.config import bundled
from rvemu.isa.config import ABBREVIATIONS, EXTENSIONS
from rvemu.isa.csrs import CSRS
from rvemu.machine import Machine, StopReason

SECONDS = 20
"""Far more than any single run of these takes."""
ALL = (1 << 64) - 1
RAM, RAM_END = 0x8000_0000, 0x8100_0000
VIRTIO, CLINT, PLIC, SYSCON, RTC, UART = 0x1000_1000, 0x200_0000, 0xC00_0000, 0x10_0000, 0x10_1000, 0x1000_0000
DEVICES = (CLINT, PLIC, PLIC + 0x20_0000, SYSCON, RTC, UART, *(VIRTIO + 0x1000 * slot for slot in range(8)))
ENDS = ("limit", "stuck", "poweroff", "reset", "fail")
PRIVS = {"U": 0, "S": 1, "M": 3}


def run(machine: Machine, cycles: int) -> StopReason:
    """Run within the budget, and see that the machine is whole."""
    limit, began = machine.cycle + cycles, time.monotonic()
    stop = machine.run(cycles)
    assert stop.kind in ENDS
    assert machine.cycle <= limit
    assert stop.kind != "limit" or machine.cycle == limit
    assert time.monotonic() - began < SECONDS
    for hart in machine.harts:
        assert hart.priv in (0, 1, 3)
        assert hart.x[0] == 0
        assert not hart.pc & 1
    return stop


# Random code

def hostile_code(random: Random) -> bytes:
    """Return a program: rows of the table, such words with bits flipped, or noise."""
    kind = random.choice(("rows", "rows", "flipped", "noise"))
    if kind == "noise":
        return random.randbytes(PROGRAM_SIZE)
    code = bytearray(random_words(random, PROGRAM_SIZE))
    if kind == "flipped":
        for _ in range(random.choice((50, 500, 5000))):
            code[random.randrange(len(code))] ^= 1 << random.randrange(8)
    return bytes(code)


def small_engine(random: Random) -> dict[str, Any]:
    """Return options that change how a machine runs and not what the guest sees, and some that it sees."""
    return {
        "tlb_entries": random.choice((8, 64, 16384)), "arena_bytes": random.choice((1 << 16, 1 << 18, 1 << 22)),
        "quantum": random.choice((100, 1000, 10_000)),
    }  # fmt: skip


def set_random_csrs(machine: Machine, random: Random) -> None:
    """Write some CSRs with anything."""
    for hart in machine.harts:
        for csr in random.sample(CSRS, random.choice((0, 0, 4, 20))):
            if not csr.read_only and csr.name in hart.csr:
                hart.csr[csr.name] = random.choice((0, ALL, random.getrandbits(64), HANDLER, PROGRAM))


def code_storm(random: Random, mode: str, cycles: int = 1_000_000) -> int:
    """Run random code that starts in the mode, and returns to it from its traps; return how much ran there."""
    variants = [name for name in MODES if name[0] == mode]
    machine = machine_with(
        random.getrandbits(32), random.choice(variants), harts=random.choice((1, 1, 2, 3)),
        code=hostile_code(random), **small_engine(random),
    )  # fmt: skip
    if random.random() < 0.2:
        set_random_csrs(machine, random)
    inside = looks = 0
    while machine.cycle < cycles:
        if run(machine, random.choice((1, 17, 1000, 20_000, 20_000, 20_000))).kind != "limit":
            machine.reset()
        looks += len(machine.harts)
        inside += sum(hart.priv == PRIVS[mode] for hart in machine.harts)
        if random.random() < 0.05:
            hart = random.choice(machine.harts)
            hart.pc, hart.priv = PROGRAM + random.randrange(PROGRAM_SIZE), PRIVS[mode]
    assert len(machine.state_hash()) == 64
    executed = machine.instret
    machine.close()
    return executed * inside // looks


def table_storm(random: Random, mode: str, cycles: int = 90_000) -> int:
    """Run on page tables of random entries: loops, superpages out of line, reserved bits, devices, nothing."""
    machine = machine_with(random.getrandbits(32), random.choice(("S", "U")), **small_engine(random))
    base = 0x8004_0000
    flags = (0x01, 0x01, 0xCF, 0xDF, 0xD7, 0x0F, 0x5B, random.getrandbits(10))
    for index in range(512 * 16):
        target = random.choice((base + 4096 * random.randrange(16), PROGRAM, DATA, random.getrandbits(44), UART, 0))
        entry = target >> 12 << 10 | random.choice(flags) | random.choice((0, 0, 0, 1 << 63, 1 << 61, 1 << 54))
        machine.write(base + 8 * index, entry.to_bytes(8, "little"))
    for satp_mode in (8, 9, 10):
        hart = machine.harts[0]
        hart.csr["satp"] = satp_mode << 60 | (base >> 12) + random.randrange(16)
        hart.pc = random.choice((PROGRAM, random.getrandbits(39), random.getrandbits(64)))
        run(machine, cycles // 3)
    machine.close()
    return cycles


# Devices

def mmio_storm(random: Random, mode: str, cycles: int = 20_000, device: int | None = None) -> int:
    """Load and store of every width at every offset of a device, misaligned and atomic too, with random values."""
    device = random.choice(DEVICES) if device is None else device
    machine = machine_with(random.getrandbits(32), "M", **small_engine(random))
    opcodes = (0x03, 0x1003, 0x2003, 0x3003, 0x4003, 0x5003, 0x6003, 0x23, 0x1023, 0x2023, 0x3023)
    words = []
    for _ in range(PROGRAM_SIZE // 8):
        register = random.choice((12, 13, 14))
        word = random.choice((*opcodes, *opcodes, 0x202F | random.randrange(2) << 12 | random.randrange(32) << 27))
        addi_x7 = 0x13 | 7 << 7 | random.choice((8, 9, 10)) << 15 | random.getrandbits(12) << 20
        words += [addi_x7, word | 7 << 15 | register << (7 if word & 0x7F == 3 else 20)]
    machine.write(PROGRAM, b"".join(word.to_bytes(4, "little") for word in words))
    hart = machine.harts[0]
    hart.csr["mie"] = 0
    for _ in range(4):
        hart.pc, hart.priv = PROGRAM, 3
        for register, value in {8: device + 0x40, 9: device + 0x800, 10: device + random.getrandbits(12)}.items():
            hart.x[register] = value
        for register in (12, 13, 14):
            hart.x[register] = random.choice((random.getrandbits(64), 1, 0, DATA, 0x7F))
        if run(machine, cycles // 4).kind != "limit":
            machine.reset()
    machine.close()
    return cycles


_NEXT, _WRITE, _INDIRECT = 1, 2, 4
_INSIDE = DATA + 0x1000
"""Where buffers are that a ring is allowed to name."""


def address(random: Random) -> int:
    """Return a physical address: mostly of RAM, else at its edges, of a device, or nowhere."""
    return random.choice((
        _INSIDE, _INSIDE, _INSIDE + 512, DATA, DATA + random.randrange(0x4000), RAM, RAM_END - 16, RAM_END - 1,
        RAM_END, RAM - 1, 0, UART, ALL, ALL - 15, random.getrandbits(32), random.getrandbits(64),
    ))  # fmt: skip


def descriptors(random: Random, count: int) -> bytes:
    """Return a table in which chains go on, loop, leave RAM, and lead into other tables."""
    table = bytearray()
    for index in range(count):
        size = random.choice((0, 1, 15, 16, 16, 17, 512, 513, 1024, 4096, 1 << 20, 1 << 31, 0xFFFF_FFFF))
        flags = random.choice((0, _NEXT, _NEXT, _NEXT | _WRITE, _WRITE, _INDIRECT, random.getrandbits(16)))
        following = random.choice((index + 1, index + 1, index + 1, index, 0, random.randrange(count), 0xFFFF))
        pa = address(random) if random.random() < 0.4 else _INSIDE + random.randrange(8) * 512
        table += pa.to_bytes(8, "little") + size.to_bytes(4, "little") + flags.to_bytes(2, "little")
        table += (following & 0xFFFF).to_bytes(2, "little")
    return bytes(table)


def noise(random: Random, count: int) -> bytes:
    """Return a table of random bytes."""
    return random.randbytes(16 * count)


def request(random: Random, count: int) -> bytes:
    """Return a table whose chain from 0 is a block request that may go past the end of the drive."""
    header = (_INSIDE, 16, _NEXT, 1)
    body = [(_INSIDE + 512, random.choice((512, 512, 1024, 4096, 1 << 16, 511, 0)),
             _NEXT | random.choice((0, _WRITE)), 2)]  # fmt: skip
    status = (_INSIDE + 256, 1, _WRITE, 0)
    words = (
        pa.to_bytes(8, "little") + size.to_bytes(4, "little") + flags.to_bytes(2, "little")
        + following.to_bytes(2, "little")
        for pa, size, flags, following in (header, *body, status)
    )
    return b"".join(words).ljust(16 * count, b"\0")


def set_up_queue(machine: Machine, random: Random, registers: int) -> int:
    """Negotiate as a driver may or may not, and place the rings; return the ring's size."""
    num = random.choice((1, 2, 4, 8, 8, 8, 256, 1024, 3, 0, 2048, 65535))
    sane = random.random() < 0.6
    table, avail, used = (DATA, DATA + 0x400, DATA + 0x800) if sane else (address(random) for _ in range(3))
    features = random.choice((1, 1, 1, random.getrandbits(32)))
    for offset, value in (
        (0x70, 0), (0x70, 1), (0x70, 3), (0x24, 1), (0x20, features), (0x24, 0), (0x20, random.getrandbits(32)),
        (0x70, 11), (0x28, 4096), (0x3C, random.choice((4096, 0, random.getrandbits(32)))),
        (0x30, random.choice((0, 0, 0, random.getrandbits(32)))), (0x38, num),
        (0x80, table & 0xFFFF_FFFF), (0x84, table >> 32), (0x90, avail & 0xFFFF_FFFF), (0x94, avail >> 32),
        (0xA0, used & 0xFFFF_FFFF), (0xA4, used >> 32), (0x40, random.choice((table >> 12, random.getrandbits(32)))),
        (0x44, random.choice((1, 1, 1, 0))), (0x70, 15),
    ):  # fmt: skip
        machine.bus.write(registers + offset, 4, value)
    return num


def ring_storm(random: Random, mode: str, rounds: int = 20) -> int:
    """Drive virtio-blk and virtio-rng with random rings; the drive's file keeps its size."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder, "disk.img")
        image.write_bytes(b"disk" * random.choice((0, 1, 128, 16384)))
        size = image.stat().st_size
        machine = Machine("16M", bios="none", drives=[str(image)], virtio_legacy=random.random() < 0.3)
        for _ in range(rounds):
            registers = VIRTIO + 0x1000 * random.choice((0, 0, 7))
            num = set_up_queue(machine, random, registers)
            count = min(max(num, 1), 256)
            make = random.choice((descriptors, descriptors, request, noise))
            machine.write(DATA, make(random, count)[:0x400])
            machine.write(_INSIDE, random_request(random))
            index = 0
            for _ in range(random.choice((1, 4, 12))):
                index = random.choice((index + 1, index + 1, index + num, index - 1, random.getrandbits(16))) & 0xFFFF
                ring = random.randrange(2).to_bytes(2, "little") + index.to_bytes(2, "little")
                machine.write(DATA + 0x400, ring + random.choice((bytes(600), random.randbytes(600))))
                machine.bus.write(registers + 0x50, 4, random.choice((0, 0, 0, 1, random.getrandbits(32))))
                run(machine, random.choice((100, 10_001)))
                machine.bus.write(registers + 0x64, 4, 3)
        machine.state_hash()
        machine.close()
        assert image.stat().st_size == size
    return rounds * 1000


def random_request(random: Random) -> bytes:
    """Return the header of a block request."""
    command = random.choice((0, 0, 0, 1, 1, 4, 8, random.getrandbits(32)))
    sector = random.choice((0, 1, 127, 128, 1 << 32, ALL, ALL >> 9, random.getrandbits(64)))
    return command.to_bytes(4, "little") + bytes(4) + sector.to_bytes(8, "little")


# Files

@functools.cache
def valid_files() -> dict[str, bytes]:
    """Return sound files of each kind, to be damaged."""
    spin = b"\x6f\0\0\0" * 16
    with Machine("16M", kernel=bundled("demo.elf")) as machine:
        tree = machine.dtb
    symbols = (("tohost", RAM + 0x1000), ("fromhost", RAM + 0x1008), ("main", RAM))
    return {
        "own.elf": elf_file(Phdr(RAM, spin), Phdr(RAM + 0x1000, bytes(64), mem_size=0x2000), symbols=symbols,
                            arch="rv64i2p1_m2p0"),
        "pie.elf": elf_file(Phdr(0, spin), type=ET_DYN, entry=0),
        "Image": linux_image(size=4096),
        "tree.dtb": tree,
        "raw": spin,
        "sbi.bin": Path(bundled("sbi.bin")).read_bytes(),
    }  # fmt: skip


def damaged(random: Random, data: bytes) -> bytes:
    """Return the file with random changes: bytes, words, cuts, repeats, gzip in and out, or noise in its place."""
    if random.random() < 0.05:
        return random.randbytes(random.choice((0, 1, 40, 100, 5000)))
    if random.random() < 0.1:
        data = gzip.compress(data, 1)
    out = bytearray(data)
    head = min(len(out), 160)
    for _ in range(random.choice((1, 1, 2, 4, 20))):
        place = random.randrange(random.choice((head, len(out))) or 1)
        match random.randrange(6):
            case 0:
                out[place : place + 1] = random.choice((b"\0", b"\x01", b"\x7f", b"\x80", b"\xff", b"\n"))
            case 1:
                out[place : place + 1] = random.randbytes(1)
            case 2:
                size = random.choice((2, 4, 8))
                value = random.choice((0, 1, ALL, 1 << 63, 1 << 31, RAM, RAM_END, len(out), random.getrandbits(64)))
                word = (value & (1 << 8 * size) - 1).to_bytes(size, random.choice(("little", "big")))
                out[place & -size : (place & -size) + size] = word
            case 3 if random.random() < 0.3:
                del out[place:]
            case 4:
                out[place:place] = out[place : place + random.choice((4, 16, 64))]
            case 5:
                del out[place : place + random.choice((1, 4, 16))]
    if random.random() < 0.1:
        return gzip.compress(bytes(out), 1)
    return bytes(out)


FILE_ROLES = ("{}", "{}", "--kernel {}", "{} --bios {}", "--bios {}", "{} --bios none", "--initrd {}", "--dtb {}",
              "--dtb {}", "raw --dtb {}", "--drive {}", "raw --load-addr 0x80300000 --initrd {}")  # fmt: skip


def file_storm(random: Random, folder: Path, files: dict[str, bytes]) -> list[str]:
    """Write a damaged file, and return a command line that has rvemu read it."""
    kind = random.choice(list(files))
    name = kind if random.random() < 0.7 else random.choice(("new\nline", "caf\u00e9", "a b", "tab\t", "\x1b[31m"))
    (folder / name).write_bytes(damaged(random, files[kind]))
    if not (folder / "raw").exists():
        (folder / "raw").write_bytes(files["raw"])
    words = [name if word == "{}" else word for word in random.choice(FILE_ROLES).split()]
    if random.random() < 0.1:
        return ["dis", name]
    return ["run", *words, "-m", random.choice(("16M", "16M", "64M", "2M")), "--max-cycles", "20000"]


# Command lines

def isa_string(random: Random) -> str:
    """Return something like an ISA string."""
    names = [*EXTENSIONS, *ABBREVIATIONS, "H", "V", "E", "Zfoo", "Xvendor", "Svfoo", "", "2p1", "\n", "\u0661"]
    parts = [random.choice(names) for _ in range(random.choice((0, 1, 3, 10, 200)))]
    parts = [part + random.choice(("", "", "", "2p0", "1", "p", "9" * 5000)) for part in parts]
    base = random.choice(("rv64", "rv64", "rv64i", "rv64gc", "RV64", "rv32", "rv", ""))
    text = base + random.choice(("", "_")).join(parts)
    return text if random.random() < 0.5 else text.lower()


def value(random: Random, kind: str = "") -> str:
    """Return what may stand behind an option: numbers, sizes, switches, names, files, and nonsense."""
    number = random.choice((
        "0", "1", "4", "64", "65", "100", "-1", "1e9", "0x80000000", "0xffffffffffffffff", str(1 << 63), str(1 << 64),
        "9" * 400, "9" * 5000, "0x" + "f" * 5000, "0b1", "1_000", "\u0663", "nan", "inf", "1e300", "1e-300", "2.5",
    ))  # fmt: skip
    size = random.choice((
        "1", "16", "12K", "4M", "16M", "1G", "64G", "8T", "0x1000000", "1.5G", "-4M", "M", "9" * 30 + "T",
    ))  # fmt: skip
    name = random.choice((
        "on", "off", "none", "default", "virt", "rv64", "stdio", "mon:stdio", "tcg", "raw", "text", "json", "auto",
        "interp", "paced", "virtual", "fixed", "", ",", "=", "\n", "a\nb", "\udcff", "\x1b[0m", "x" * 5000, "-", "--",
        "%s", "{}",
    ))  # fmt: skip
    file = random.choice(("raw", "own.elf", "tree.dtb", "missing", ".", "a\nb", "/dev/null", "/proc/self/mem", ""))
    disk, image_format = random.choice(("none", "virtio", "ide")), random.choice(("raw", "qcow2"))
    drive = f"file={file},if={disk},format={image_format},id=x{random.randrange(3)}"
    driver = random.choice(("blk", "rng", "net"))
    device = f"virtio-{driver}-device,drive=x{random.randrange(3)},bus=virtio-mmio-bus.{number}"
    extensions = random.choices([*EXTENSIONS, "v", ""], k=3)
    cpu = "rv64," + ",".join(f"{each.lower()}={random.choice(('on', 'off', 'maybe'))}" for each in extensions)
    likely = {"isa": isa_string(random), "-cpu": cpu, "-device": device, "-drive": drive}
    if kind in likely and random.random() < 0.7:
        return likely[kind]
    return random.choice((
        number, size, name, file, drive, device, cpu, f"{name}={number}", f"{name},{name}={name}", isa_string(random),
    ))  # fmt: skip


def run_words(random: Random) -> list[str]:
    """Return a command line for `rvemu run`."""
    words = []
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        option = random.choice(RUN_OPTIONS)(lambda: None).__click_params__[0]  # type: ignore[attr-defined]
        opt = random.choice(option.opts)
        if not opt.startswith("-"):
            words.append(value(random))
        elif opt == "--dump-dtb":
            words += [opt, random.choice(("out.dtb", "missing/out.dtb", ".", "a\nb/c"))]
        else:
            words += [opt] if getattr(option, "is_flag", False) else [opt, value(random, option.name or "")]
    return ["run", *words]


def qemu_words(random: Random) -> list[str]:
    """Return a command line for `rvemu qemu`."""
    words = []
    for _ in range(random.choice((0, 1, 2, 5))):
        name = random.choice([*OPTIONS, "-bogus", "", "-", "--kernel", "file"])
        row = OPTIONS.get(name)
        words += [name, value(random, name)] if row and row.value and random.random() < 0.95 else [name]
    return ["qemu", *words]


def argument_storm(random: Random, folder: Path, files: dict[str, bytes]) -> list[str]:
    """Return a random command line."""
    for name in ("raw", "own.elf", "tree.dtb"):
        if not (folder / name).exists():
            (folder / name).write_bytes(files[name])
    make = random.choice((run_words, run_words, qemu_words, qemu_words, lambda random: ["dis", value(random)],
                          lambda random: [value(random), value(random)]))  # fmt: skip
    return [word for word in make(random) if "\0" not in word and word != "--debug"]


@contextlib.contextmanager
def short_runs(cycles: int = 20_000) -> Iterator[None]:
    """Let every run of a machine end after a few cycles, whatever the command line says."""
    whole = Machine.run

    def cut(machine: Machine, max_cycles: int | None = None, **options: Any) -> StopReason:
        return whole(machine, cycles if max_cycles is None else min(max_cycles, cycles), **options)

    Machine.run = cut  # type: ignore[method-assign]
    try:
        yield
    finally:
        Machine.run = whole  # type: ignore[method-assign]


def refused_or_run(words: list[str]) -> int:
    """Have rvemu obey the words; return its exit status, which is never that of a fault of ours.

    What is refused is refused in one line.
    """
    said, began = io.StringIO(), time.monotonic()
    with (
        contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()),
        mock.patch("sys.stdin", io.StringIO()),
    ):  # fmt: skip
        status = rvemu(words)
    text = said.getvalue()
    assert status != 70, text
    assert "Traceback" not in text
    assert time.monotonic() - began < SECONDS
    if status == 2:
        assert text.startswith("rvemu: "), text
        assert text.count("\n") == 1, text
    return status


def command_unit(make: Callable[[Random, Path, dict[str, bytes]], list[str]]) -> Callable[[Random, str], int]:
    """Return a storm of command lines, each in an empty folder."""

    def unit(random: Random, mode: str) -> int:
        here = Path.cwd()
        with tempfile.TemporaryDirectory() as folder, short_runs():
            os.chdir(folder)
            try:
                words = make(random, Path(folder), valid_files())
                try:
                    refused_or_run(words)
                except BaseException as error:
                    error.add_note(f"rvemu {words!r}"[:2000])
                    raise
            finally:
                os.chdir(here)
        return 1

    return unit


STORMS: dict[str, Callable[[Random, str], int]] = {
    "code": code_storm, "tables": table_storm, "mmio": mmio_storm, "rings": ring_storm,
    "files": command_unit(file_storm), "arguments": command_unit(argument_storm),
}  # fmt: skip
"""Each runs one unit, and returns how much it was: instructions in the mode, cycles, or command lines."""


# Leaks

def footprint() -> tuple[int, int]:
    """Return the resident bytes of this process and its open file descriptors."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir("/proc/self/fd"))


WARM_UP_UNITS = 20
MAX_GROWTH_BYTES = 48 << 20
"""How much larger the process may be after any number of units; allocators and caches take some."""


def storm(kind: str, mode: str, amount: int, seed: int, first: int = 0, say: Callable[[str], None] = print) -> int:
    """Run units until they come to `amount`; return how much that was. None of them keeps memory or files."""
    done, number, began, start = 0, first, time.monotonic(), footprint()
    while done < amount:
        try:
            done += STORMS[kind](Random(f"{kind} {mode} {seed} {number}"), mode)
        except BaseException as error:
            error.add_note(f"{kind} --mode {mode} --seed {seed} --first {number} --amount 1")
            raise
        number += 1
        if number - first == WARM_UP_UNITS:
            start = footprint()
        if number % 100 == 0 or done >= amount:
            seconds, mib = time.monotonic() - began, footprint()[0] >> 20
            say(f"{kind} {mode}: {done} in {number - first} units, {seconds:.0f} s, {mib} MiB")
    if number - first > WARM_UP_UNITS:
        memory, files = footprint()
        assert memory - start[0] < MAX_GROWTH_BYTES, f"{start[0]} bytes at first, {memory} after {number - first} units"
        assert files <= start[1]
    return done


def main() -> None:
    """Run as the command line says, with nothing on standard input and the guests' output thrown away."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=STORMS)
    parser.add_argument("--mode", choices=PRIVS, default="M", help="privilege mode of random code")
    parser.add_argument("--amount", type=int, default=1_000_000, help="instructions, cycles, or command lines")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first unit")
    options = parser.parse_args()
    out = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)

    def say(line: str) -> None:
        print(line, file=out, flush=True)

    storm(options.kind, options.mode, options.amount, options.seed, options.first, say)
    say("done")


if __name__ == "__main__":
    main()
