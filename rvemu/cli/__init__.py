"""The command line: `main` turns arguments into a command's exit status, and every error into one line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from rvemu.errors import RvemuError

EXIT_USAGE = 2
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: what follows the program's name; None: those of this process.
    """
    _fill_standard_files()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        from rvemu.cli.app import run_command

        status = run_command(words)
        _flush()
        return status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        return _report(error, debug="--debug" in words)


def _report(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, RvemuError):
        print(f"rvemu: {_printable(str(error))}", file=sys.stderr)
        return EXIT_USAGE
    text = _printable(" ".join(f"{type(error).__name__}: {error}".split()))
    print(f"rvemu: our own fault: {text} (--debug shows where)", file=sys.stderr)
    return EXIT_INTERNAL


def _printable(text: str) -> str:
    """Return `text` on one line: names that the user gave may hold anything, line ends and escapes among it."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RvemuError(f"stdout: {(error.strerror or '').lower()} (a writable stream)") from error


def _fill_standard_files() -> None:
    """Open /dev/null where a standard descriptor is closed, lest a drive image get its number."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115  (for the rest of the process)
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115
