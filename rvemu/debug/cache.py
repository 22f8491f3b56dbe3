"""What took long to read from a file, kept in the user's cache folder; anything wrong with it is as if it were not."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

_VERSION = b"rvemu cache 2\n"
"""Changes whenever what is kept means something else."""

_DIGEST_BYTES = 32


def digest(*parts: bytes) -> bytes:
    """Return a name for these bytes."""
    total = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.digest()


def folder() -> Path:
    """Return where it is kept: under XDG_CACHE_HOME, or ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "rvemu"


def recall(kind: str, key: bytes) -> bytes | None:
    """Return what is kept under a key, or None."""
    try:
        kept = _path(kind, key).read_bytes()
    except (OSError, RuntimeError):
        return None
    start = len(_VERSION) + _DIGEST_BYTES
    payload = kept[start:]
    return payload if kept[:start] == _VERSION + digest(payload) else None


def keep(kind: str, key: bytes, payload: bytes) -> None:
    """Keep bytes under a key, where the folder can be written."""
    try:
        path = _path(kind, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
    except (OSError, RuntimeError):
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_VERSION + digest(payload) + payload)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)


def _path(kind: str, key: bytes) -> Path:
    return folder() / f"{kind}-{key.hex()[:32]}"
