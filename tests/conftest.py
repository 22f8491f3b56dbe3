"""Fixtures for all tests."""

from __future__ import annotations

import pytest
from harness import TestHart, make_hart


@pytest.fixture
def hart() -> TestHart:
    """Hart 0 of a fresh machine, for single instructions."""
    return make_hart()
