"""Fixtures and settings for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import TestHart, make_hart
from hypothesis import settings

settings.register_profile("rvemu", deadline=None, derandomize=True)
settings.load_profile("rvemu")


@pytest.fixture
def hart() -> Iterator[TestHart]:
    """Hart 0 of a fresh machine, for single instructions."""
    hart = make_hart()
    yield hart
    hart.machine.close()
