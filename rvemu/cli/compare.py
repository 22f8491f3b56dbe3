"""`rvemu compare`: the first commit in which two commit logs differ."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

from rvemu.boot.elf import read_elf
from rvemu.compliance.commits import Commit, LogReader
from rvemu.compliance.compare import TIMER_CSRS, Comparison, Divergence
from rvemu.compliance.labels import Labels
from rvemu.errors import ConfigError
from rvemu.isa.csrs import CSRS
from rvemu.isa.disasm import disassemble

EXIT_DIVERGENT = 1


def compare_logs(paths: tuple[str, str], start: str | None, ignore: str | None, hart: int | None, elf: str | None,
                 context: int, *, prefix: bool) -> int:
    """Compare the logs and return the exit status: 0 where they are equal, 1 where they are not.

    Args:
        start: address or symbol of the first commit that counts, or None.
        ignore: names of CSRs, between commas; None: those of the timer.
        hart: compare the commits of this hart only, or None.
        elf: program whose symbols name addresses, or None.
        context: lines to show around a difference.
        prefix: a log that ends before the other is no difference.
    Raises:
        RvemuError: an option or a file is of no use.
    """
    labels = None if elf is None else Labels(read_elf(_contents(elf), elf), "")
    names = list(TIMER_CSRS) if ignore is None else [name for name in ignore.split(",") if name]
    known = {csr.name for csr in CSRS} | {"mvip"}
    for name in names:
        if name not in known:
            raise ConfigError(f"--ignore-csr: {name!r} is no CSR (names as in time,cycle,mip)")
    with ExitStack() as files:
        logs = [LogReader(path, files.enter_context(_opened(path)), hart) for path in paths]
        for path, log in zip(paths, logs, strict=True):
            if log.peek() is None:
                raise ConfigError(f"{path}: no commit in it (a log as --log-commits writes it)")
        comparison = Comparison(logs[0], logs[1], names, context)
        if start is not None and not comparison.start_at(_address(start, labels)):
            raise ConfigError(f"--from: no commit at {start} in one of the logs (an address that both reach)")
        divergence = comparison.run()
        if divergence is not None and prefix and None in (divergence.a, divergence.b):
            print(f"{'A' if divergence.a is None else 'B'} ends here; the other goes on")
            divergence = None
    _show_explained(comparison)
    if divergence is None:
        print(f"{comparison.commits} commits, no divergence{' but those explained' if comparison.explained else ''}")
        return 0
    _show(divergence, comparison.commits, lambda commit: _place(commit, labels))
    return EXIT_DIVERGENT


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb", buffering=0)
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or '').lower()} (a commit log)") from error


def _contents(path: str) -> bytes:
    with _opened(path) as file:
        return file.read()


def _address(text: str, labels: Labels | None) -> int:
    if labels is not None and text in labels.values:
        return labels.values[text]
    try:
        return int(text, 0)
    except ValueError:
        raise ConfigError(f"--from: {text!r} is no address (0x... or a symbol of --elf)") from None


def _place(commit: Commit, labels: Labels | None) -> str:
    name = labels.at(commit.pc, None) if labels is not None else ""
    return f"{commit.pc:#x}{f' <{name}>' if name else ''}: {disassemble(commit.word, commit.pc)}"


def _show_explained(comparison: Comparison) -> None:
    for reason, count in comparison.explained.items():
        first = comparison.first.get(reason)
        print(f"explained: {reason} ({count} times{f', first at line {first} of A' if first else ''})")


def _show(divergence: Divergence, commits: int, place: Callable[[Commit], str]) -> None:
    print(f"divergence after {commits} commits in common: {divergence.what}")
    for line in divergence.before:
        print(f"      {line.decode()}")
    for name, commit, after in (("A", divergence.a, divergence.after[0]), ("B", divergence.b, divergence.after[1])):
        print(f"  {name}   {'(ends)' if commit is None else commit.line.decode().rstrip()}")
        for later in after:
            print(f"  {name} + {later.line.decode().rstrip()}")
    for name, commit in (("A", divergence.a), ("B", divergence.b)):
        if commit is not None:
            print(f"{name}: line {commit.number}, {place(commit)}")
    for register, values in divergence.state.items():
        print(f"before: {register:4} A {_value(values[0])}  B {_value(values[1])}")


def _value(value: int | None) -> str:
    return "not known" if value is None else f"{value:#018x}"
