"""The stream of retired instructions, and Spike's commit log as its first consumer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rvemu._core import CommitFormat
from rvemu.errors import ConfigError
from rvemu.isa.csrs import CSRS

if TYPE_CHECKING:
    from rvemu.isa.config import IsaConfig

_NAMES = {csr.number: csr.name for csr in CSRS} | {0x309: "mvip"}
"""Of every CSR that the log may name; mvip is one that Spike has and we have not."""


def commit_format(isa: IsaConfig) -> CommitFormat:
    """Return what writes records as lines, for harts of these extensions."""
    return CommitFormat(_NAMES, 64 if isa.has("D") else 32)


def commit_lines(isa: IsaConfig, records: memoryview) -> bytes:
    """Return the lines for a buffer of records."""
    return commit_format(isa).lines(records)


class CommitLog:
    """A file that gets a line for each retired instruction, as `spike --log-commits` writes it.

    `write` is what `Machine.record` takes.
    """

    def __init__(self, path: str, isa: IsaConfig) -> None:
        """Open `path` for writing; "-" is standard output.

        Raises:
            ConfigError: it cannot be opened.
        """
        self._path = path
        self._format = commit_format(isa)
        try:
            self._file = sys.stdout.buffer if path == "-" else open(path, "wb", buffering=0)  # noqa: SIM115 (see close)
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> ConfigError:
        return ConfigError(f"{self._path}: {(error.strerror or '').lower()} (a file that can be written)")

    def write(self, records: memoryview) -> None:
        """Write the lines of these records.

        Raises:
            ConfigError: the file takes no more.
        """
        left = memoryview(self._format.lines(records))
        try:
            while left:
                left = left[self._file.write(left) :]
            if self._path == "-":
                self._file.flush()
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file."""
        if self._path != "-":
            self._file.close()
