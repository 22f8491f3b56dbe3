"""The rows of the table: what each measures, how much of it, and what is asked of it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import FIRMWARE, PROJECT, Guest

_MIB = 1 << 20
DISK_MIB = 256
CACHE = PROJECT / "build" / "bench"
SV39 = "in S-mode under Sv39 with 4 KiB pages"


@dataclass(frozen=True)
class Bar:
    """What is asked of a row: how many times as fast as QEMU TCG in the same run."""

    floor: float | None = None
    goal: float | None = None


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        name: what the tables, files and scripts call it.
        title: what is done.
        guest: the guest that does so many portions of work.
        trial: portions of the first run, by which all emulators are compared, and from which it is
            derived how much each has to do for its time to be well above the noise.
        unit: "MIPS", "ns" for one of `each`, "GB/s" or "s": what the figure of an emulator is.
        each: events, or bytes, in a portion.
        from_reset: start-up belongs to it and is not subtracted.
        bar: what is asked of the fastest engine.
        interp_bar: what is asked of the interpreter, where it has a floor of its own.
        limit: absolute bound of the figure: ns at most, GB/s at least.
        only_whole: left out of quick runs.
    """

    name: str
    title: str
    guest: Callable[[int], Guest]
    trial: int
    unit: str = "MIPS"
    each: int = 1
    from_reset: bool = False
    bar: Bar = Bar()
    interp_bar: Bar | None = None
    limit: float | None = None
    only_whole: bool = False


def bench_guest(name: str, words: str, portions: int) -> Guest:
    """Return one of firmware/bench."""
    return Guest(FIRMWARE / "bench" / f"{name}.elf", append=f"reps={portions} {words}".rstrip())


def _bench(name: str, words: str = "") -> Callable[[int], Guest]:
    return functools.partial(bench_guest, name, words)


def forks_guest(portions: int) -> Guest:
    """Return the demo kernel with a task that forks 100 times a portion."""
    append = f"forks={portions * FORKS}"
    firmware = str(FIRMWARE / "sbi.bin")
    return Guest(FIRMWARE / "demo.elf", append, expect=b"forks: checksum", bare=False, firmware=firmware)


FORKS = 100


def _tests() -> None:
    """Let the guests of tests/system be imported."""
    folder = str(PROJECT / "tests")
    if folder not in sys.path:
        sys.path.insert(0, folder)


def linux_guest(portions: int, harts: int = 1) -> Guest:
    """Return Debian's Linux, which says that userspace is reached and powers off. A portion is all of it.

    Raises:
        GuestsError: it cannot be had on this host.
    """
    _tests()
    from system.guests import linux

    del portions
    files = linux()
    return Guest(files.kernel, "console=ttyS0", harts=harts, initrd=files.userspace,
                 expect=b"userspace reached", bare=False)  # fmt: skip


_READ_DISK = """#!/bin/sh
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
for module in virtio_mmio virtio_blk; do insmod /lib/modules/$module.ko; done
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
passes=$(sed 's/.*passes=\\([0-9]*\\).*/\\1/' /proc/cmdline)
flags=$(sed 's/.*flags=\\([a-z]*\\).*/\\1/' /proc/cmdline)
while [ $passes -gt 0 ]; do
    dd if=/dev/vda of=/dev/null bs=1M ${flags:+iflag=$flags} || exit 1
    echo 3 > /proc/sys/vm/drop_caches
    passes=$((passes - 1))
done
echo "disk: read"
poweroff -f
"""


def disk_guest(portions: int, flags: str = "") -> Guest:
    """Return Debian's Linux, which reads its whole disk so many times with dd, and forgets it in between.

    Args:
        flags: dd's iflag, as "direct" to go by the guest's page cache.
    Raises:
        GuestsError: Linux cannot be had on this host.
    """
    _tests()
    from system.guests import linux

    files = linux()
    CACHE.mkdir(parents=True, exist_ok=True)
    initrd = CACHE / "disk.cpio"
    initrd.write_bytes(_initramfs(files.kernel.parent))
    append = f"console=ttyS0 quiet passes={portions} flags={flags}"
    return Guest(files.kernel, append, initrd=initrd, drive=_disk_image(), expect=b"disk: read", bare=False)


def _initramfs(folder: Path) -> bytes:
    from system.guests import VIRTIO_MODULES, Entry, Symlink, initramfs

    files: dict[str, Entry] = dict.fromkeys(("bin", "dev", "lib", "lib/modules", "proc", "tmp"))
    files["bin/busybox"] = (folder / "busybox").read_bytes()
    applets = ("sh", "mount", "insmod", "sleep", "sed", "dd", "poweroff")
    files |= {f"bin/{applet}": Symlink("busybox") for applet in applets}
    files |= {f"lib/modules/{name}.ko": (folder / f"{name}.ko").read_bytes() for name in VIRTIO_MODULES}
    files["init"] = _READ_DISK.encode()
    return initramfs(files)


def _disk_image() -> Path:
    """Return a disk image without holes; the host has it in its page cache after the first run."""
    path = CACHE / "disk.img"
    if not path.exists() or path.stat().st_size != DISK_MIB * _MIB:
        block = bytes(range(256)) * (_MIB // 256)
        with path.open("wb") as file:
            for number in range(DISK_MIB):
                file.write(number.to_bytes(8, "little") + block[8:])
    return path


def _pair(name: str, title: str, trial: int, bar: Bar, interp_bar: Bar | None = None) -> tuple[Row, Row]:
    """Return a row bare metal, and one under Sv39, of which the same is asked."""
    return (
        Row(name, f"{title}, bare metal", _bench(name), trial, bar=bar, interp_bar=interp_bar),
        Row(f"{name}-sv39", f"{title}, {SV39}", _bench(name, "sv39"), trial, bar=bar),
    )


TRIPS, FAULTS = 500_000, 200_000

ROWS: tuple[Row, ...] = (
    *_pair("intmix", "integer mix", 4, Bar(1.3, 2.0), Bar(0.45)),
    *_pair("records", "records, strings and calls", 2, Bar(1.5, 2.5)),
    *_pair("fp", "n-body and 64x64 matrix product", 2, Bar(3, 8)),
    *_pair("chase", "pointer chase over 64 MiB", 1, Bar(1.1, 1.3)),
    *_pair("memcpy", "copy of 32 MiB", 8, Bar(2, 6)),
    Row("trap", "ecall and mret within M-mode", _bench("trap"), 1, "ns", TRIPS, bar=Bar(5, 8), limit=75),
    Row("syscall", "ecall and sret, U to S and back, without translation", _bench("syscall", "supervisor"), 1,
        "ns", TRIPS, bar=Bar(5, 8), limit=100),
    Row("syscall-sv39", "ecall and sret, U to S and back, under Sv39", _bench("syscall", "sv39"), 1,
        "ns", TRIPS, bar=Bar(5, 8), limit=100),
    Row("fault", "load page fault, U to S, which maps the page, and back", _bench("fault", "sv39"), 1,
        "ns", FAULTS),
    Row("forks", "fork, exec, exit and wait in the demo kernel", forks_guest, 2, "ns", FORKS),
    Row("disk", "dd of a virtio-blk disk in Linux with O_DIRECT", functools.partial(disk_guest, flags="direct"), 1,
        "GB/s", DISK_MIB * _MIB, limit=1),
    Row("disk-cached", "dd of a virtio-blk disk in Linux, by its page cache", disk_guest, 1,
        "GB/s", DISK_MIB * _MIB),
    Row("linux", "Linux from reset to userspace", linux_guest, 1, "s", from_reset=True, bar=Bar(1.25, 2.0)),
    Row("linux-4", "the same with 4 harts", functools.partial(linux_guest, harts=4), 1, "s", from_reset=True,
        only_whole=True),
)  # fmt: skip
"""In the order of the table. At most 0.8 of QEMU's CPU seconds is 1.25 times as fast."""


def row(name: str) -> Row:
    """Return the row of that name.

    Raises:
        KeyError: there is none.
    """
    return {row.name: row for row in ROWS}[name]
