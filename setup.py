"""Build of the one extension module: the generator writes its tables, Cython and the C compiler do the rest.

RVEMU_DEBUG=1 builds it with bounds checks, assertions and the trampoline in place of tail calls; RVEMU_PROFILE=1
builds one that counts pairs of instructions for tools/train_pairs.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tools.gen_core import generate  # noqa: E402  (the build does not put the project on the path)

DEBUG = os.environ.get("RVEMU_DEBUG", "0") not in ("", "0")
FLAGS = ["-fwrapv", "-fno-strict-aliasing", "-ffp-contract=off", "-frounding-math"]
FLAGS += ["-O1", "-UNDEBUG", "-DRVEMU_TRAMPOLINE"] if DEBUG else ["-O2"]
if os.environ.get("RVEMU_PROFILE", "0") not in ("", "0"):
    FLAGS += ["-DRVEMU_TRAMPOLINE", "-DRVEMU_PROFILE"]
DIRECTIVES = {
    "language_level": 3,
    "cdivision": True,
    "boundscheck": DEBUG,
    "wraparound": False,
    "initializedcheck": DEBUG,
    "nonecheck": DEBUG,
    "embedsignature": True,
}


def stamp() -> tuple[str, bool]:
    """Return a file newer than any build with other flags, and whether the flags have just changed."""
    path, text = Path("build", "flags.txt"), f"{FLAGS}\n{DIRECTIVES}\n"
    changed = not path.exists() or path.read_text() != text
    if changed:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return str(path), changed


def core() -> list[Extension]:
    """Return the extension module, generated and translated to C."""
    os.chdir(ROOT)
    generate(ROOT)
    flags, changed = stamp()
    parts = sorted(str(path) for path in Path("rvemu").glob("core/*.pxi"))
    extension = Extension(
        "rvemu._core",
        ["rvemu/_core.pyx"],
        depends=["rvemu/_core.pxd", *parts, flags],
        extra_compile_args=FLAGS,
    )
    return list(cythonize([extension], compiler_directives=DIRECTIVES, force=changed, quiet=True))


setup(ext_modules=core())
