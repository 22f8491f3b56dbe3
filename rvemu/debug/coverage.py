"""Coverage of guest programs that nobody instrumented: executions from a profile, lines from DWARF, as lcov reads it.

    machine.profile(True)
    machine.run(10_000_000)
    covered = Coverage.of(machine, "kernel.elf")
    Path("kernel.info").write_text(covered.lcov())

A line counts as often as its most executed instruction; where it was compiled into several functions, as by inlining,
those counts are added. Source: geninfo(1), "FILES".
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rvemu.debug.symbols import SymbolTable
from rvemu.errors import LoadError

if TYPE_CHECKING:
    from rvemu.machine import Machine


class LineRange(NamedTuple):
    """Addresses that a line was compiled to: from `first` up to, and without, `end`; none, where it only begins."""

    first: int
    end: int
    file: str
    line: int


class Routine(NamedTuple):
    """A function: its first address, the one behind it, and its name."""

    first: int
    end: int
    name: str


@dataclass
class FileCoverage:
    """A source file.

    Attributes:
        lines: executions by line.
        functions: (line, executions) by name.
    """

    lines: dict[int, int] = field(default_factory=dict)
    functions: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def lines_hit(self) -> int:
        """Lines that were executed."""
        return sum(1 for count in self.lines.values() if count)

    @property
    def functions_hit(self) -> int:
        """Functions that were entered."""
        return sum(1 for _, count in self.functions.values() if count)


@dataclass(frozen=True)
class Coverage:
    """Source files of a program, by path."""

    files: dict[str, FileCoverage]

    @classmethod
    def of(cls, machine: Machine, path: str, offset: int = 0) -> Coverage:
        """Return what the machine's profile has seen of an ELF file.

        Args:
            offset: bytes by which its addresses were moved when it was loaded.
        Raises:
            LoadError: no ELF file that can be read, or one without line numbers.
        """
        ranges, routines = read_lines(path)
        if not ranges:
            raise LoadError(f"{path}: no line numbers in it (an ELF file compiled with -g)")
        counts: Counter[int] = Counter()
        for (pc, _), count in machine.executions().items():
            counts[pc - offset] += count
        return cls(_files(ranges, routines, counts))

    def lcov(self, test: str = "") -> str:
        """Return it as a tracefile of lcov."""
        return "".join(self._records(test))

    def _records(self, test: str) -> Iterator[str]:
        for path, file in sorted(self.files.items()):
            yield f"TN:{test}\nSF:{path}\n"
            for name, (line, _) in sorted(file.functions.items()):
                yield f"FN:{line},{name}\n"
            for name, (_, count) in sorted(file.functions.items()):
                yield f"FNDA:{count},{name}\n"
            yield f"FNF:{len(file.functions)}\nFNH:{file.functions_hit}\n"
            for line, count in sorted(file.lines.items()):
                yield f"DA:{line},{count}\n"
            yield f"LF:{len(file.lines)}\nLH:{file.lines_hit}\nend_of_record\n"


def _files(ranges: list[LineRange], routines: list[Routine], counts: Mapping[int, int]) -> dict[str, FileCoverage]:
    executed = sorted(counts)
    starts = [routine.first for routine in routines]
    most: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    entries: dict[int, tuple[str, int]] = {}
    for found in ranges:
        routine = _routine(routines, starts, found.first)
        if routine is not None and routine.first == found.first:
            entries.setdefault(found.first, (found.file, found.line))
        if found.first == found.end:
            continue
        within = executed[bisect_right(executed, found.first - 1) : bisect_right(executed, found.end - 1)]
        count = max((counts[pc] for pc in within), default=0)
        line = most[found.file, found.line]
        name = routine.name if routine else ""
        line[name] = max(line[name], count)
    files: defaultdict[str, FileCoverage] = defaultdict(FileCoverage)
    for (path, number), by_routine in most.items():
        files[path].lines[number] = sum(by_routine.values())
    for routine in routines:
        if routine.first in entries:
            path, number = entries[routine.first]
            files[path].functions[routine.name] = number, counts.get(routine.first, 0)
    return dict(files)


def _routine(routines: list[Routine], starts: list[int], address: int) -> Routine | None:
    place = bisect_right(starts, address) - 1
    return routines[place] if place >= 0 and address < routines[place].end else None


def read_lines(path: str) -> tuple[list[LineRange], list[Routine]]:
    """Return the line numbers of an ELF file, by address, and its functions.

    Raises:
        LoadError: it cannot be read, or is no ELF file.
    """
    table = SymbolTable.load(path)
    rows = zip(table.lines.addresses, table.lines.addresses[1:], table.lines.files, table.lines.lines, strict=False)
    ranges = [LineRange(first, end, table.lines.names[file], line) for first, end, file, line in rows if line]
    routines = (Routine(each.address, each.address + each.size, each.name) for each in table if each.kind == "f")
    return ranges, sorted(routines)
