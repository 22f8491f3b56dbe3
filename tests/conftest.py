"""Fixtures and settings for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import TestHart, make_hart
from hypothesis import settings

from rvemu.config import MachineConfig

settings.register_profile("rvemu", deadline=None, derandomize=True)
settings.load_profile("rvemu")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let all tests run on one engine."""
    parser.addoption("--engine", help="execution engine of every machine that does not name one")
    parser.addoption("--tier-up", type=int, help="executions of a block before jit compiles it")


def pytest_configure(config: pytest.Config) -> None:
    """Change what machines are made with by default."""
    defaults = MachineConfig.__init__.__kwdefaults__ or {}
    for option, name in (("--engine", "engine"), ("--tier-up", "tier_up")):
        if config.getoption(option) is not None:
            defaults[name] = config.getoption(option)


@pytest.fixture
def hart() -> Iterator[TestHart]:
    """Hart 0 of a fresh machine, for single instructions."""
    hart = make_hart()
    yield hart
    hart.machine.close()
