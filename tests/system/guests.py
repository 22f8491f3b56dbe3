"""Fetches the Debian guests of the system tests: Linux with busybox, OpenSBI and U-Boot.

They come by apt from the mirror that this host already uses, with lists and caches of their own: nothing is
installed and no root is needed. apt checks every index and package against the archive's signing keys. What
was once fetched stays in the cache folder, `$RVEMU_GUESTS_CACHE` or `.cache/guests` of the project.

As a script, `python tests/system/guests.py`, it fetches everything and prints where it is.
"""

from __future__ import annotations

import fcntl
import functools
import lzma
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")

PROJECT = Path(__file__).resolve().parents[2]
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
ALIASES = {"bookworm": ("bookworm", "oldstable", "stable"), "trixie": ("trixie", "stable", "oldstable")}
COMMAND_TIMEOUT_S = 900
VIRTIO_MODULES = ("virtio_mmio", "virtio_blk")
DISK_OFFSET = 1 << 20


class GuestsError(Exception):
    """The guests cannot be had on this host; the text is the reason, one line."""


@dataclass(frozen=True)
class Linux:
    """Debian's riscv64 kernel and initramfs images of busybox.

    `userspace` says that it is there and powers off; `disk` first shows the MD5 sum of /dev/vda below
    DISK_OFFSET, writes `busybox` there, and compares what it reads back; `shell` is for a person.
    """

    version: str
    kernel: Path
    busybox: Path
    userspace: Path
    disk: Path
    shell: Path


@dataclass(frozen=True)
class Firmware:
    """OpenSBI's generic build and U-Boot for QEMU virt, both of one Debian release.

    `opensbi` contains fw_jump and fw_dynamic, each as .bin and .elf; `u_boot_m` and `u_boot_s` contain
    u-boot.bin and uboot.elf, built for M-mode and S-mode.
    """

    opensbi_version: str
    u_boot_version: str
    opensbi: Path
    u_boot_m: Path
    u_boot_s: Path


APPLETS = (
    "cat", "cmp", "cttyhack", "dd", "dmesg", "head", "insmod", "ls", "md5sum", "mount", "nproc", "poweroff",
    "ps", "reboot", "setsid", "sh", "sleep", "sync", "uname", "wc",
)

INIT_START = """#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
echo "rvemu-guest: userspace reached"
echo "rvemu-guest: harts $(nproc)"
echo "rvemu-guest: $(uname -s -r -m)"
"""

INIT_DISK = f"""
for module in {" ".join(VIRTIO_MODULES)}; do insmod /lib/modules/$module.ko; done
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
size=$(wc -c < /bin/busybox)
echo "rvemu-guest: host data $(dd if=/dev/vda bs={DISK_OFFSET} count=1 2>/dev/null | md5sum)"
dd if=/bin/busybox of=/dev/vda bs={DISK_OFFSET} seek=1 conv=fsync 2>/dev/null && sync
echo 3 > /proc/sys/vm/drop_caches
if dd if=/dev/vda bs={DISK_OFFSET} skip=1 2>/dev/null | head -c $size | cmp - /bin/busybox; then
    echo "rvemu-guest: disk read back equal"
else
    echo "rvemu-guest: disk read back different"
fi
"""

INIT_POWEROFF = "poweroff -f\n"

INIT_SHELL = """
setsid cttyhack sh
poweroff -f
"""


@dataclass(frozen=True)
class Symlink:
    """A symbolic link of the initramfs, to `target`."""

    target: str


Entry = bytes | Symlink | None
"""What stands at a path of the initramfs: an executable file, a link, or a folder (None)."""


def initramfs(files: dict[str, Entry]) -> bytes:
    """Return a newc cpio archive of `files`, the same bytes for the same files.

    Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
    """
    members = (_newc_member(inode, name, files[name]) for inode, name in enumerate(sorted(files), 1))
    return b"".join(members) + _newc_header(0, "TRAILER!!!", 0, 0)


def _newc_member(inode: int, name: str, entry: Entry) -> bytes:
    if entry is None:
        mode, data = stat.S_IFDIR | 0o755, b""
    elif isinstance(entry, Symlink):
        mode, data = stat.S_IFLNK | 0o777, entry.target.encode()
    else:
        mode, data = stat.S_IFREG | 0o755, entry
    return _newc_header(inode, name, mode, len(data)) + _padded(data)


def _newc_header(inode: int, name: str, mode: int, size: int) -> bytes:
    """Return header and name; owner root, time 0, one link, no device."""
    fields = (inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name) + 1, 0)
    return _padded(b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0")


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _busybox_initramfs(folder: Path, init: str, modules: tuple[str, ...] = ()) -> bytes:
    files: dict[str, Entry] = dict.fromkeys(("bin", "dev", "lib", "lib/modules", "proc", "sys", "tmp"))
    files["bin/busybox"] = (folder / "busybox").read_bytes()
    files |= {f"bin/{applet}": Symlink("busybox") for applet in APPLETS}
    files |= {f"lib/modules/{module}.ko": (folder / f"{module}.ko").read_bytes() for module in modules}
    files["init"] = init.encode()
    return initramfs(files)


class Archive:
    """One Debian release for one architecture at this host's mirror, with lists and caches in `folder`."""

    def __init__(self, release: str, architecture: str, folder: Path) -> None:
        self._release, self._folder = release, folder
        self._sources = folder / "debian.sources"
        settings = {
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Sandbox::User": "root",  # the cache may be where apt's own user cannot go
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "30",
            "Dir::Cache": folder / "cache",
            "Dir::Etc::sourcelist": self._sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": folder / "state",
            "Dir::State::lists": folder / "lists",
            "Dir::State::status": folder / "status",
        }
        self._options = [f"-o{name}={value}" for name, value in settings.items()]

    def update(self) -> None:
        """Bring the package lists, by the release's own name or, where that copy is broken, an alias of it.

        Raises:
            GuestsError: the release cannot be had whole and signed by any name; says why not by its own.
        """
        for subfolder in ("cache/archives/partial", "state", "lists/partial"):
            (self._folder / subfolder).mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        mirror, failures = _mirror(), []
        for suite in ALIASES[self._release]:
            try:
                return self._update_from(mirror, suite)
            except GuestsError as failure:
                failures.append(failure)
        raise failures[0]

    def _update_from(self, mirror: str, suite: str) -> None:
        self._sources.write_text(
            f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {_keyring()}\n"
        )
        _run("apt-get", *self._options, "update")
        codenames = set(_run("apt-get", *self._options, "indextargets", "--format", "$(CODENAME)").split())
        if codenames != {self._release}:
            raise GuestsError(f"{suite} is {' '.join(sorted(codenames)) or 'empty'}")

    def depends(self, package: str) -> str:
        """Return the Depends field of `package`."""
        shown = _run("apt-cache", *self._options, "show", "--no-all-versions", package)
        return "".join(re.findall(r"^Depends: (.*)$", shown, re.MULTILINE))

    def unpack(self, package: str, into: Path) -> str:
        """Download `package`, unpack it into the folder `into`, and return its version."""
        with tempfile.TemporaryDirectory(dir=self._folder) as download:
            _run("apt-get", *self._options, "download", package, cwd=Path(download))
            (deb,) = Path(download).glob("*.deb")
            _run("dpkg", "-x", str(deb), str(into))
            return _run("dpkg-deb", "--field", str(deb), "Version").strip()


@functools.cache
def _mirror() -> str:
    """Return the URI from which this host's apt takes its own release, read from apt's own sources."""
    indexes = _run("apt-get", "update", "--print-uris")
    own = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    for uri, suite in re.findall(r"^'(.+)/dists/([^/']+)/InRelease'", indexes, re.MULTILINE):
        if suite in (own, "stable", "testing", "unstable", "sid"):
            return str(uri)
    raise GuestsError(f"apt's sources name no mirror of {own or 'this release'}")


def _keyring() -> Path:
    for path in KEYRINGS:
        if path.exists():
            return path
    raise GuestsError("Debian's signing keys are missing (package debian-archive-keyring)")


def _run(*command: str, cwd: Path | None = None) -> str:
    """Return what `command` prints; GuestsError, with its first error line, if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise GuestsError(f"{command[0]} is missing (Debian guests need apt and dpkg)") from None
    except subprocess.TimeoutExpired:
        raise GuestsError(f"{command[0]} took more than {COMMAND_TIMEOUT_S} s") from None
    if done.returncode:
        errors = re.findall(r"^E: (.*)$", done.stderr, re.MULTILINE) or done.stderr.strip().splitlines()
        raise GuestsError(errors[0] if errors else f"{command[0]} failed")
    return done.stdout


def cache_folder() -> Path:
    """Return the folder where fetched guests stay."""
    return Path(os.environ.get("RVEMU_GUESTS_CACHE") or PROJECT / ".cache" / "guests").absolute()


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Keep other processes that fetch guests out of `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cached(name: str, fetch: Callable[[Path], None]) -> Path:
    """Return the folder `name` of the cache, which `fetch` fills if it is not there; whole or not at all."""
    cache = cache_folder()
    folder = cache / name
    with _locked(cache):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                filled = Path(scratch) / name
                filled.mkdir()
                fetch(filled)
                filled.rename(folder)
    return folder


def _write_if_changed(path: Path, data: bytes) -> Path:
    """Make `path` contain `data`; readers see the old file or the new one, never half of it."""
    if not path.exists() or path.read_bytes() != data:
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(data)
        part.rename(path)
    return path


def linux() -> Linux:
    """Return Debian trixie's kernel 6.12 for riscv64 with its initramfs images.

    Raises:
        GuestsError: they are neither in the cache nor to be had from this host's mirror.
    """
    folder = _cached("linux", _fetch_linux)
    blank = _busybox_initramfs(folder, INIT_START + INIT_POWEROFF)
    disk = _busybox_initramfs(folder, INIT_START + INIT_DISK + INIT_POWEROFF, VIRTIO_MODULES)
    shell = _busybox_initramfs(folder, INIT_START + INIT_SHELL, VIRTIO_MODULES)
    return Linux(
        version=(folder / "version").read_text(),
        kernel=folder / "Image",
        busybox=folder / "busybox",
        userspace=_write_if_changed(folder / "userspace.cpio", blank),
        disk=_write_if_changed(folder / "disk.cpio", disk),
        shell=_write_if_changed(folder / "shell.cpio", shell),
    )


def _fetch_linux(folder: Path) -> None:
    with _archive("trixie", "riscv64") as archive, tempfile.TemporaryDirectory(dir=folder) as scratch:
        package = re.search(r"linux-image-[0-9]\S*", archive.depends("linux-image-riscv64"))
        if package is None:
            raise GuestsError("linux-image-riscv64 names no kernel package")
        tree = Path(scratch)
        (folder / "version").write_text(archive.unpack(package[0], tree))
        archive.unpack("busybox-static", tree)
        shutil.copyfile(_found(tree, "boot/vmlinu[xz]-*"), folder / "Image")
        shutil.copyfile(_found(tree, "**/bin/busybox"), folder / "busybox")
        for module in VIRTIO_MODULES:
            packed = _found(tree, f"**/{module}.ko.xz")
            (folder / f"{module}.ko").write_bytes(lzma.decompress(packed.read_bytes()))


def firmware(release: str) -> Firmware:
    """Return OpenSBI and U-Boot of Debian `release`: bookworm has OpenSBI 1.1, trixie 1.6.

    Raises:
        GuestsError: they are neither in the cache nor to be had from this host's mirror.
    """
    folder = _cached(f"firmware-{release}", functools.partial(_fetch_firmware, release))
    opensbi_version, u_boot_version = (folder / "version").read_text().split()
    return Firmware(
        opensbi_version=opensbi_version,
        u_boot_version=u_boot_version,
        opensbi=folder / "usr/lib/riscv64-linux-gnu/opensbi/generic",
        u_boot_m=folder / "usr/lib/u-boot/qemu-riscv64",
        u_boot_s=folder / "usr/lib/u-boot/qemu-riscv64_smode",
    )


def _fetch_firmware(release: str, folder: Path) -> None:
    with _archive(release, _run("dpkg", "--print-architecture").strip()) as archive:
        versions = [archive.unpack(package, folder) for package in ("opensbi", "u-boot-qemu")]
    (folder / "version").write_text(" ".join(versions))


@contextmanager
def _archive(release: str, architecture: str) -> Iterator[Archive]:
    """Give the updated archive of `release`; its lists go when the packages are there."""
    with tempfile.TemporaryDirectory(dir=cache_folder()) as scratch:
        archive = Archive(release, architecture, Path(scratch))
        try:
            archive.update()
            yield archive
        except GuestsError as error:
            raise GuestsError(f"Debian {release} for {architecture}: {error}") from None


def _found(tree: Path, pattern: str) -> Path:
    for path in sorted(tree.glob(pattern)):
        return path
    raise GuestsError(f"the packages contain no {pattern}")


def require(obtain: Callable[..., T], *args: str) -> T:
    """Return `obtain(*args)`; where the guests cannot be had, skip the running test by the reason.

    In CI (environment CI=true) that is a failure. A reason once found is not looked for again.
    """
    call = (obtain, args)
    if call not in _unavailable:
        try:
            return obtain(*args)
        except GuestsError as error:
            _unavailable[call] = f"guests: {error}"
    return _not_run(_unavailable[call])


_unavailable: dict[tuple[Callable[..., object], tuple[str, ...]], str] = {}
"""Why what a call would obtain cannot be had."""


def _not_run(reason: str) -> NoReturn:
    import pytest  # the script does without it

    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def main() -> int:
    """Fetch all guests and print where they are; 1 and the reason if one cannot be had."""
    try:
        for guests in (linux(), firmware("bookworm"), firmware("trixie")):
            print(*(f"{name}: {value}" for name, value in vars(guests).items()), sep="\n")
    except GuestsError as error:
        print(f"guests: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
