"""A session of the monitor on the demo kernel, or on a few instructions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rvemu.config import bundled
from rvemu.machine import Machine
from rvemu.monitor.session import Session

BUDGET = 3_000_000
"""Cycles that a test's runs may take together."""


@pytest.fixture(autouse=True)
def own_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's history out of it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def session() -> Iterator[Session]:
    """A session before the first instruction of the demo kernel on two harts."""
    with Machine(kernel=bundled("demo.elf"), harts=2, append="selfcheck=auto") as machine:
        yield Session(machine, limit=BUDGET)
