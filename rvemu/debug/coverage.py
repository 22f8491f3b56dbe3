"""Coverage of guest programs that nobody instrumented: executions from a profile, lines from DWARF, as lcov reads it.

    machine.profile(True)
    machine.run(10_000_000)
    covered = Coverage.of(machine, "kernel.elf")
    Path("kernel.info").write_text(covered.lcov())

A line counts as often as its most executed instruction; where it was compiled into several functions, as by inlining,
those counts are added. Source: geninfo(1), "FILES".
"""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

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
    from elftools.common.exceptions import DWARFError, ELFError
    from elftools.elf.elffile import ELFFile

    try:
        with open(path, "rb") as file:
            elf = ELFFile(file)
            found = dict.fromkeys(_line_ranges(elf)) if elf.has_dwarf_info() else {}
            return sorted(found, key=lambda each: each.first), sorted(_routines(elf))
    except OSError as error:
        raise LoadError(f"{path}: {(error.strerror or '').lower()} (a file that can be read)") from error
    except (ELFError, DWARFError, KeyError, ValueError, IndexError, AttributeError) as error:
        raise LoadError(f"{path}: damaged, or no ELF file ({error})") from error


def _routines(elf: Any) -> Iterator[Routine]:
    for table in elf.iter_sections("SHT_SYMTAB"):
        for symbol in table.iter_symbols():
            if symbol["st_info"]["type"] == "STT_FUNC" and symbol["st_size"]:
                yield Routine(symbol["st_value"], symbol["st_value"] + symbol["st_size"], symbol.name)


def _line_ranges(elf: Any) -> Iterator[LineRange]:
    code = [
        (section["sh_addr"], section["sh_addr"] + section["sh_size"])
        for section in elf.iter_sections() if section["sh_flags"] & 4
    ]  # fmt: skip
    dwarf = elf.get_dwarf_info()
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        folder = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
        files = _file_names(program.header, folder.value.decode() if folder else "")
        before = None
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if before is not None and before.line and state.address >= before.address \
                    and any(first <= before.address < end for first, end in code):
                yield LineRange(before.address, state.address, files.get(before.file, "?"), before.line)
            before = None if state.end_sequence else state


def _file_names(header: Any, folder: str) -> dict[int, str]:
    """Return the paths of a line program's files, by their numbers there."""
    first = 0 if header["version"] >= 5 else 1
    folders = [_text(each) for each in header["include_directory"]]
    if first:
        folders.insert(0, folder)
    return {
        number: posixpath.normpath(posixpath.join(folder, folders[entry.dir_index], _text(entry.name)))
        for number, entry in enumerate(header["file_entry"], first)
    }


def _text(name: bytes | str) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name
