"""dtc as the oracle for device trees."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def dtc(data: bytes, source: str, target: str) -> bytes:
    """Return `data` converted by dtc from "dts" or "dtb" to the other; a warning fails the test."""
    if not shutil.which("dtc"):
        pytest.skip("needs dtc (Debian: device-tree-compiler)")
    run = subprocess.run(["dtc", "-I", source, "-O", target], input=data, capture_output=True, check=False)
    assert (run.returncode, run.stderr.decode()) == (0, "")
    return run.stdout
