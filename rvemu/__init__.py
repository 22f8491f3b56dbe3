"""rvemu: a deterministic RISC-V RV64 system emulator."""

from __future__ import annotations

from typing import Any

__all__ = ["Machine", "RvemuError", "StopReason"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: the build imports `rvemu.isa` before the core exists."""
    if name == "RvemuError":
        from rvemu.errors import RvemuError

        return RvemuError
    if name in __all__:
        from rvemu import machine

        return getattr(machine, name)
    raise AttributeError(f"module 'rvemu' has no attribute {name!r}")
