"""Execution engines for tests: those that compile are skipped where the host does not let machine code be made."""

from __future__ import annotations

from typing import Any

import pytest

from rvemu._core import COMPILES
from rvemu.config import ENGINES

needs_jit = pytest.mark.skipif(not COMPILES, reason="the jit engine is missing: this host does not let machine code "
                                                    "be made and executed")  # fmt: skip

EACH_ENGINE = [pytest.param(name, marks=needs_jit if name == "jit" else ()) for name in ENGINES]
"""Parameters of a test that runs on every engine."""


def with_jit(*values: Any, name: str | None = None) -> Any:
    """Return parameters of a test that ask for the jit engine."""
    return pytest.param(*values, marks=needs_jit, id=name)
