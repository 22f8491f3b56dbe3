"""Fixtures and settings for all tests."""

from __future__ import annotations

import pytest
from harness import TestHart, make_hart
from hypothesis import settings

settings.register_profile("rvemu", deadline=None, derandomize=True)
settings.load_profile("rvemu")


@pytest.fixture
def hart() -> TestHart:
    """Hart 0 of a fresh machine, for single instructions."""
    return make_hart()
