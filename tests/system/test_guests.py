"""Other people's firmware and kernels, unchanged: OpenSBI, U-Boot, Debian's Linux with busybox and a disk."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from system.guests import (
    DISK_OFFSET,
    PROJECT,
    Linux,
    Symlink,
    firmware,
    initramfs,
    linux,
    require,
)

HOST_TIMEOUT_S = 600
CYCLES_PER_HART = 20_000_000_000
"""Twenty times what Linux takes from reset to power-off on one hart; idle time counts."""

RELEASES = ("bookworm", "trixie")
OPENSBI_IMAGES = ("fw_jump.bin", "fw_jump.elf", "fw_dynamic.bin", "fw_dynamic.elf")
U_BOOT_KEYS = b"\n" * 64 + b"poweroff\n"
"""Stops the autoboot, also where U-Boot empties the receive FIFO meanwhile, and then powers off."""


@dataclass(frozen=True)
class Run:
    """How `rvemu run` ended and all that the guest printed."""

    status: int
    console: str
    errors: str

    def __str__(self) -> str:
        return f"exit {self.status}\n{self.errors}\n... {self.console[-3000:]}"

    def values(self, name: str) -> list[str]:
        """Return what the init script printed after `name`."""
        return re.findall(rf"rvemu-guest: {name} (.*?)\r?\n", self.console)


def rvemu_run(keys: Path, *options: object, harts: int = 1) -> Run:
    """Run the guest to its end, with the file `keys` as what is typed."""
    limits = ("-m", "256M", "--harts", harts, "--max-cycles", harts * CYCLES_PER_HART)
    command = [sys.executable, "-m", "rvemu", "run", *map(str, (*limits, *options))]
    with keys.open("rb") as stdin:
        done = subprocess.run(
            command, cwd=PROJECT, stdin=stdin, capture_output=True, timeout=HOST_TIMEOUT_S, check=False
        )
    return Run(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def boot_linux(initrd: Path, *options: object, harts: int = 1) -> Run:
    """Boot Debian's kernel with `initrd`; nothing is typed."""
    kernel = ("--kernel", require(linux).kernel, "--initrd", initrd, "--append", "console=ttyS0")
    return rvemu_run(Path("/dev/null"), *kernel, *options, harts=harts)


def assert_reached_userspace(run: Run, harts: int) -> None:
    """Linux ran its init on all `harts` and powered the machine off."""
    assert run.status == 0, run
    assert "rvemu-guest: userspace reached" in run.console, run
    assert run.values("harts") == [str(harts)], run
    assert "reboot: Power down" in run.console, run


@pytest.fixture
def guest() -> Linux:
    """Debian's Linux, without which the test does not run."""
    return require(linux)


@pytest.fixture
def u_boot_keys(tmp_path: Path) -> Path:
    """A file with U_BOOT_KEYS."""
    keys = tmp_path / "keys"
    keys.write_bytes(U_BOOT_KEYS)
    return keys


@pytest.mark.parametrize("image", OPENSBI_IMAGES)
@pytest.mark.parametrize("release", RELEASES)
def test_opensbi_starts_u_boot_to_its_prompt(release: str, image: str, u_boot_keys: Path) -> None:
    files = require(firmware, release)
    harts = 2 if "dynamic" in image else 1
    run = rvemu_run(
        u_boot_keys, "--bios", files.opensbi / image, "--kernel", files.u_boot_s / "u-boot.bin", harts=harts
    )
    assert run.status == 0, run
    assert f"OpenSBI v{files.opensbi_version.partition('-')[0]}" in run.console, run
    assert re.search(rf"Platform HART Count +: {harts}\b", run.console), run
    assert f"U-Boot {files.u_boot_version}" in run.console, run
    assert "=> poweroff" in run.console, run


@pytest.mark.parametrize(("release", "image"), [("bookworm", "uboot.elf"), ("trixie", "u-boot.bin")])
def test_u_boot_in_m_mode_reaches_its_prompt(release: str, image: str, u_boot_keys: Path) -> None:
    files = require(firmware, release)
    run = rvemu_run(u_boot_keys, "--bios", files.u_boot_m / image)
    assert run.status == 0, run
    assert f"U-Boot {files.u_boot_version}" in run.console, run
    assert "=> poweroff" in run.console, run


@pytest.mark.parametrize(
    ("release", "image", "harts"),
    [
        ("bookworm", "fw_jump.elf", 1),
        ("bookworm", "fw_dynamic.bin", 4),
        ("trixie", "fw_jump.bin", 4),
        ("trixie", "fw_jump.elf", 1),
        ("trixie", "fw_dynamic.elf", 1),
    ],
)
def test_linux_reaches_userspace_on_opensbi(release: str, image: str, harts: int, guest: Linux) -> None:
    bios = require(firmware, release).opensbi / image
    assert_reached_userspace(boot_linux(guest.userspace, "--bios", bios, harts=harts), harts)


@pytest.mark.parametrize("harts", [1, 4])
def test_linux_reaches_userspace_on_our_own_sbi(harts: int, guest: Linux) -> None:
    assert_reached_userspace(boot_linux(guest.userspace, harts=harts), harts)


def test_the_example_profiles_a_boot_of_linux(guest: Linux, tmp_path: Path) -> None:
    command = [sys.executable, "examples/linux_boot_profile.py", guest.kernel, guest.userspace, tmp_path / "boot.svg"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, timeout=HOST_TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.splitlines()) == 20
    assert (tmp_path / "boot.svg").read_text().startswith("<?xml")


def disk_image(path: Path) -> bytes:
    """Fill `path` with 8 MiB that are the same in every run, and return them."""
    data = random.Random(path.name).randbytes(8 * DISK_OFFSET)
    path.write_bytes(data)
    return data


def assert_linux_wrote_and_read_back(run: Run, image: bytes, harts: int) -> None:
    """Linux saw the host's data and read back after dropping its caches what it had written."""
    assert_reached_userspace(run, harts)
    host_data = hashlib.md5(image[:DISK_OFFSET]).hexdigest()
    assert [value.split()[0] for value in run.values("host data")] == [host_data], run
    assert run.values("disk read back") == ["equal"], run


@pytest.mark.parametrize("harts", [1, 2])
def test_what_linux_writes_to_virtio_blk_is_in_the_image(harts: int, guest: Linux, tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    before = disk_image(image)
    run = boot_linux(guest.disk, "--drive", image, harts=harts)
    assert_linux_wrote_and_read_back(run, before, harts)
    written = guest.busybox.read_bytes()
    end = DISK_OFFSET + len(written)
    assert image.read_bytes() == before[:DISK_OFFSET] + written + before[end:]


def test_a_drive_with_snapshot_on_keeps_writes_out_of_the_image(guest: Linux, tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    before = disk_image(image)
    run = boot_linux(guest.disk, "--drive", f"{image},snapshot=on")
    assert_linux_wrote_and_read_back(run, before, harts=1)
    assert image.read_bytes() == before


def test_cpio_reads_the_initramfs_as_it_was_meant(tmp_path: Path) -> None:
    if shutil.which("cpio") is None:
        pytest.skip("cpio is missing")
    link = Symlink("busybox")
    archive = initramfs({"bin": None, "bin/sh": link, "bin/busybox": b"12345", "init": b"#!/bin/sh\n"})
    subprocess.run(["cpio", "-i", "--quiet"], cwd=tmp_path, input=archive, check=True)
    assert (tmp_path / "bin/sh").readlink() == Path("busybox")
    assert (tmp_path / "bin/busybox").read_bytes() == b"12345"
    assert (tmp_path / "init").read_bytes() == b"#!/bin/sh\n"
    assert (tmp_path / "init").stat().st_mode & 0o777 == 0o755
