"""Sizes, docstrings, types and lint of the sources."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from style.sources import MODULES, PACKAGE, ROOT

MAX_LINES = 600
"""Past this a module has a seam somewhere."""
TABLES = ("rvemu.isa.insns.", "rvemu.isa.csrs")
"""Modules that are nothing but rows."""
ROW_METHODS = ("read_", "write_")
"""Methods of a device named after a row of its register table, which documents them."""


def run(*command: str) -> tuple[int, str]:
    """Run one of this environment's programs on the project, and return its status and output."""
    words = [sys.executable, "-m", *command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def undocumented(module: ModuleType) -> Iterator[str]:
    """Yield the public names of a module that have no docstring, of their own or inherited."""
    if not inspect.getdoc(module):
        yield module.__name__
    for name, item in vars(module).items():
        if name.startswith("_") or getattr(item, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(item):
            yield from _undocumented_in(item)
        elif not inspect.isfunction(item):
            continue
        if not inspect.getdoc(item):
            yield f"{module.__name__}.{name}"


def _undocumented_in(cls: type) -> Iterator[str]:
    rows = ROW_METHODS if hasattr(cls, "registers") else ()
    for name, item in vars(cls).items():
        documentable = isinstance(item, FunctionType | staticmethod | classmethod | property | cached_property)
        if documentable and not name.startswith(("_", *rows)) and not inspect.getdoc(getattr(cls, name)):
            yield f"{cls.__module__}.{cls.__qualname__}.{name}"


@pytest.mark.parametrize("name", [name for name in MODULES if name != "rvemu.__main__"])
def test_every_public_name_has_a_docstring(name):
    assert list(undocumented(importlib.import_module(name))) == []


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(TABLES)])
def test_a_module_is_not_too_long(name):
    assert len(MODULES[name].read_text().splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.p[yx][xid]")), ids=lambda path: path.name)
def test_cython_states_its_language_rules_in_setup_only(path: Path):
    assert not [line for line in path.read_text().splitlines() if line.startswith("# cython:")]


def test_ruff_has_nothing_to_say():
    status, said = run("ruff", "check", "--no-cache", ".")
    assert status == 0, said


def test_mypy_has_nothing_to_say(tmp_path):
    status, said = run("mypy", "--cache-dir", str(tmp_path))
    assert status == 0, said


def test_the_stub_of_the_core_agrees_with_the_module():
    options = ["--allowlist", "tests/style/stubtest_allowlist.txt", "--ignore-unused-allowlist"]
    status, said = run("mypy.stubtest", "rvemu._core", *options)
    assert status == 0, said


def test_no_machine_of_ours_is_named():
    homes = ("/home/", "/root/")
    texts = [ROOT / "README.md", ROOT / "Makefile", ROOT / "setup.py", *MODULES.values()]
    assert [str(path) for path in texts if any(home in path.read_text() for home in homes)] == []
