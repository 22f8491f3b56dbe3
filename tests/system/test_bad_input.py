"""Bad input: one line on standard error, exit 2, nothing started, no file touched."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from isa.asm import encode
from system.guests import PROJECT
from unit.elf_files import EM_X86_64, ET_REL, Phdr, elf_file
from unit.test_image import linux_image

from rvemu.cli import main
from rvemu.config import bundled
from rvemu.machine import Machine

RAM_BASE, MIB = 0x8000_0000, 1 << 20
SPIN = encode("jal x0, .+0").to_bytes(4, "little")
KERNEL = elf_file(Phdr(RAM_BASE, SPIN * 64))
FILES = {
    "kernel.elf": KERNEL,
    "cut-header.elf": KERNEL[:40],
    "cut-table.elf": KERNEL[:100],
    "cut-segment.elf": KERNEL[:-40],
    "empty": b"",
    "x86.elf": elf_file(Phdr(RAM_BASE, SPIN), machine=EM_X86_64),
    "elf32.elf": KERNEL[:4] + b"\x01" + KERNEL[5:],
    "big-endian.elf": KERNEL[:5] + b"\x02" + KERNEL[6:],
    "object.o": elf_file(Phdr(RAM_BASE, SPIN), type=ET_REL),
    "overlap.elf": elf_file(Phdr(RAM_BASE, SPIN * 16), Phdr(RAM_BASE + 32, SPIN * 16)),
    "outside.elf": elf_file(Phdr(0x1000, SPIN)),
    "huge-bss.elf": elf_file(Phdr(RAM_BASE, SPIN, mem_size=1 << 40)),
    "nothing.elf": elf_file(),
    "Image": linux_image(image_size=30 * MIB),
    "cut.gz": gzip.compress(bytes(1000))[:-12],
    "kernel.zst": b"\x28\xb5\x2f\xfd" + bytes(64),
    "kernel.xz": b"\xfd7zXZ\0" + bytes(64),
    "initrd": b"initrd" * 1000,
    "disk.img": b"disk" * 1024,
    "cut.dtb": b"\xd0\x0d\xfe\xed" + bytes(60),
}
BIG_INITRD_BYTES = 70 * MIB


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with good and bad files."""
    for name, data in FILES.items():
        path = tmp_path / name
        path.write_bytes(data)
        os.utime(path, ns=(0, 0))
    (tmp_path / "folder").mkdir()
    with (tmp_path / "big-initrd").open("wb") as big:
        big.truncate(BIG_INITRD_BYTES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_untouched(folder: Path) -> None:
    """The files are those that were there, with the same contents and times."""
    assert {path.name for path in folder.iterdir()} == {*FILES, "folder", "big-initrd"}
    for name, data in FILES.items():
        assert (folder / name).stat().st_mtime_ns == 0, name
        assert (folder / name).read_bytes() == data, name


SBI = bundled("sbi.bin")
BAD = [
    # Images
    ("cut-header.elf", "cut-header.elf: truncated ELF file of 40 bytes"),
    ("cut-table.elf", "cut-table.elf: truncated, its program headers are missing"),
    ("cut-segment.elf", "cut-segment.elf: truncated in the segment at 0x80000000"),
    ("empty", "empty: empty file"),
    ("x86.elf", "x86.elf: machine is Advanced Micro Devices X86-64 (RISC-V)"),
    ("elf32.elf", "elf32.elf: ELF32 file"),
    ("big-endian.elf", "big-endian.elf: big-endian ELF file"),
    ("object.o", "object.o: ELF file of type ET_REL"),
    ("overlap.elf", "overlap.elf: segments at 0x80000000 and 0x80000020 overlap"),
    ("outside.elf", "outside.elf: 0x1000-0x1003 is outside RAM, 0x80000000-0x87ffffff"),
    ("huge-bss.elf", "huge-bss.elf: 0x80000000-0x1007fffffff is outside RAM"),
    ("nothing.elf", "nothing.elf: nothing to load"),
    ("cut.gz", "cut.gz: truncated gzip file"),
    ("kernel.zst", "kernel.zst: zstd file"),
    ("kernel.xz", "kernel.xz: xz file"),
    ("folder", "folder: a directory"),
    ("missing", "missing: no such file or directory"),
    ("kernel.elf --bios missing", "missing: no such file or directory"),
    ("kernel.elf --bios x86.elf", "x86.elf: machine is Advanced Micro Devices X86-64 (RISC-V)"),
    ("kernel.elf --bios default", f"kernel.elf: 0x80000000-0x800000ff overlaps {SBI}, 0x80000000-"),
    ("--kernel Image --initrd missing", "missing: no such file or directory"),
    ("--kernel Image --initrd big-initrd", "big-initrd: 0x84000000-0x885fffff is outside RAM, 0x80000000-"),
    ("--kernel Image -m 16M", "Image: 0x80200000-0x81ffffff is outside RAM, 0x80000000-0x80ffffff"),
    ("--kernel initrd --load-addr 0x80000100", f"initrd: 0x80000100-0x8000186f overlaps {SBI}, 0x80000000-"),
    ("kernel.elf --load-addr 0x80100000", "kernel.elf: ELF file, not movable by --load-addr"),
    ("kernel.elf --dtb initrd", "initrd: magic is 0x696e6974 (a DTB, "),
    ("kernel.elf --dtb cut.dtb", "cut.dtb: "),
    # Drives
    ("kernel.elf --drive missing", "missing: cannot be opened: No such file or directory"),
    ("kernel.elf --drive folder", "folder: cannot be opened: Is a directory"),
    ("kernel.elf --drive /dev/null", "/dev/null: no disk image"),
    ("kernel.elf --drive disk.img --drive disk.img", "disk.img: in use by another machine"),
    ("kernel.elf --drive disk.img,format=qcow2", "drive disk.img: format 'qcow2' is not supported"),
    ("kernel.elf --drive disk.img,readonly=maybe", "drive disk.img: readonly: 'maybe' is neither on nor off"),
    ("kernel.elf --drive disk.img,cache=none", "drive disk.img: unknown property 'cache'"),
    ("kernel.elf " + "--drive disk.img,readonly=on " * 9, "drive disk.img: no virtio-mmio slot is left"),
    # Sizes, numbers and names
    ("kernel.elf -m 0", "memory: 0 bytes is no size for RAM"),
    ("kernel.elf -m 12Q", "--memory: '12Q' is no size"),
    ("kernel.elf -m -1", "--memory: '-1' is no size"),
    ("kernel.elf -m 200T", "memory: the host cannot map "),
    ("kernel.elf -m 99999999999T", "memory: "),
    ("kernel.elf --harts 0", "harts: 0 are not supported (1 to 64)"),
    ("kernel.elf --harts 65", "harts: 65 are not supported (1 to 64)"),
    ("kernel.elf --isa rv32gc", "isa: 'rv32gc' has XLEN 32 (rv64)"),
    ("kernel.elf --isa rv64", "isa: 'rv64' is no ISA string"),
    ("kernel.elf --isa rv64gc_zfoo", "isa: extension zfoo of 'rv64gc_zfoo' is unknown or not supported"),
    ("kernel.elf --quantum 99", "quantum: 99 cycles are too few (at least 100)"),
    ("kernel.elf --max-cycles -5", "--max-cycles: '-5' is no number"),
    ("kernel.elf --timeout -1", "--timeout: '-1' is no number of seconds"),
    ("kernel.elf --seed one", "--seed: 'one' is no number"),
    ("kernel.elf --bogus", "--bogus: no such option"),
    ("kernel.elf extra", "run: got unexpected extra argument (extra)"),
    ("--bios none", "kernel: none is named"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[arguments.strip() for arguments, _ in BAD])
def test_bad_input_is_refused_in_one_line(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: str, said: str
) -> None:
    words = arguments.split()
    if "missing" not in words and "--drive" not in words:
        words += ["--drive", "disk.img"]
    status = main(["run", *words])
    out, error = capfd.readouterr()
    assert (status, out) == (2, "")
    assert error.startswith(f"rvemu: {said}"), error
    assert error.count("\n") == 1
    assert_untouched(folder)


@pytest.mark.parametrize("words", [
    ["two\nlines"], ["kernel.elf", "--drive", "two\nlines"], ["kernel.elf", "--dump-dtb", "two\nlines/dtb"],
])  # fmt: skip
def test_a_name_of_two_lines_is_shown_on_one(folder: Path, capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["run", *words]) == 2
    error = capfd.readouterr().err
    assert "two\\nlines" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("arguments", ["x86.elf", "kernel.elf --drive missing", "--kernel Image --initrd big-initrd"])
def test_no_device_tree_is_written_for_a_machine_that_cannot_be(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: str
) -> None:
    assert main(["run", *arguments.split(), "--dump-dtb", "out.dtb"]) == 2
    assert_untouched(folder)


def run_apart(folder: Path, drive: str, *prefix: str) -> tuple[int, str]:
    """Run the kernel with this drive in another process; return its exit status and standard error."""
    command = [*prefix, sys.executable, "-m", "rvemu", "run", str(folder / "kernel.elf"), "--max-cycles", "100"]
    done = subprocess.run(
        [*command, "--drive", str(folder / drive)],
        cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_drive_that_may_not_be_written_is_refused_but_may_be_read(folder: Path) -> None:
    (folder / "disk.img").chmod(0o444)
    unprivileged = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    said = f"rvemu: {folder}/disk.img: cannot be written: Permission denied (readonly=on or snapshot=on)\n"
    assert run_apart(folder, "disk.img", *unprivileged) == (2, said)
    assert run_apart(folder, "disk.img,readonly=on", *unprivileged)[0] == 124
    assert run_apart(folder, "disk.img,snapshot=on", *unprivileged)[0] == 124
    assert_untouched(folder)


def test_a_drive_in_use_by_another_process_is_refused(folder: Path) -> None:
    with Machine("1M", bios="none", drives=["disk.img"]):
        status, said = run_apart(folder, "disk.img")
    assert status == 2
    assert said.startswith(f"rvemu: {folder}/disk.img: in use by another machine")
    assert run_apart(folder, "disk.img")[0] == 124
    assert_untouched(folder)
