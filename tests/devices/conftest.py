"""Fixtures of the device tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from devices.fakes import FakeMachine, Rig

from rvemu.devices.base import Device


@pytest.fixture(params=[False, True], ids=["fresh", "restored"])
def rig(request: pytest.FixtureRequest) -> Callable[[Callable[[FakeMachine], Device]], Rig[Any]]:
    """Give what makes a rig: once with one device throughout, once with save and restore at every access."""
    return lambda make: Rig(make, renew=request.param)
