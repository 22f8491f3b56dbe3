"""`rvemu info`: version, ISA, engines, and what the host offers."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

from rvemu.config import ENGINES, MAX_HARTS, bundled
from rvemu.errors import ConfigError
from rvemu.isa.config import DEFAULT

_HUGEPAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_SPARSE_BYTES = 8 << 40


def version() -> str:
    """Return the version of the installed package."""
    try:
        return metadata.version("rvemu")
    except metadata.PackageNotFoundError:
        return "not installed"


def show_info() -> int:
    """Print all of it, and return the exit status."""
    for subject, text in facts():
        print(f"{subject + ':':11} {text}")
    return 0


def facts() -> list[tuple[str, str]]:
    """Return each subject with what is to be said of it."""
    return [
        ("version", f"rvemu {version()}"),
        ("isa", DEFAULT.isa_string),
        ("harts", f"1 to {MAX_HARTS}"),
        ("engines", _engines()),
        ("core", _core()),
        ("firmware", _firmware()),
        ("host", f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"),
        ("python", platform.python_version()),
        ("hugepages", _chosen(_HUGEPAGES)),
        ("memory", _sparse_memory()),
    ]


def _engines() -> str:
    try:
        from rvemu._core import COMPILES
    except ImportError:
        return ", ".join(ENGINES)
    return ", ".join(ENGINES) + ("" if COMPILES else " (jit: not on this host, auto is interp)")


def _firmware() -> str:
    folder = Path(bundled(""))
    names = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return ", ".join(names) or "missing"


def _core() -> str:
    try:
        from rvemu import _core as core
    except ImportError as error:
        return f"cannot be loaded: {error}"
    return core.__file__ or "built in"


def _chosen(path: Path) -> str:
    """Return the bracketed word of a sysfs file such as `always [madvise] never`."""
    try:
        return path.read_text().partition("[")[2].partition("]")[0] or "unknown"
    except OSError:
        return "not offered by this kernel"


def _sparse_memory() -> str:
    from rvemu.memory import sparse_map

    try:
        sparse_map(_SPARSE_BYTES).close()
    except ConfigError as error:
        return str(error)
    return "8T of sparse RAM can be mapped"
