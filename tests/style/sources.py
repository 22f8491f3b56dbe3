"""The project's Python files, as the style tests look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rvemu"
MODULES = {
    ".".join(("rvemu", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
"""Path of each module of the package by its name."""


def imports(module: str) -> Iterator[str]:
    """Yield the full name of what each import statement of a module names, wherever it stands."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import (the full name)"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def project_imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports, itself left out."""
    names = (name for name in imports(module) if name.split(".")[0] == "rvemu")
    return {known for name in names if (known := _module_of(name)) != module}


def _module_of(name: str) -> str:
    """Return the module that `name` is, or is a name in."""
    known = {*MODULES, "rvemu._core"}
    return name if name in known else name.rpartition(".")[0]
