"""Profiles, flame graphs and coverage of a compiled program, against single steps, nm and addr2line."""

from __future__ import annotations

import re
import shutil
import subprocess
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rvemu.cli import main
from rvemu.debug.coverage import Coverage
from rvemu.debug.flame import WIDTH, flame_graph
from rvemu.debug.names import GuestNames
from rvemu.debug.profile import Node, Profile
from rvemu.errors import LoadError
from rvemu.machine import Machine

CROSS = "riscv64-unknown-elf-"
CODE = """\
volatile int sink;
__attribute__((noinline)) int fib(int n)
{
\treturn n < 2 ? n : fib(n - 1) + fib(n - 2);
}
static inline int twice(int x)
{
\tif (x < 0)
\t\treturn 0;
\tsink = x;
\treturn x * 2;
}
__attribute__((noinline)) int leaf(int x) { return twice(x) + 1; }
__attribute__((noinline)) int unused(int x)
{
\tfor (int i = 0; i < x; i++)
\t\tsink = i;
\treturn x;
}
void start(void)
{
\tfor (int i = 0; i < 10; i++)
\t\tsink = leaf(i) + twice(i);
\tsink = fib(12);
\tif (sink == 3)
\t\tsink = unused(4);
\tfor (;;)
\t\t;
}
"""
ENTRY = """\
.section .entry, "ax"
.globl _entry
.type _entry, @function
_entry:
\tlla sp, stack_top
\tcall start
.size _entry, . - _entry
.bss
.space 4096
.globl stack_top
stack_top:
"""
SCRIPT = "ENTRY(_entry) SECTIONS { . = 0x80000000; .text : { *(.entry) *(.text*) } .bss : { *(.bss*) *(.sbss*) } }"
CYCLES = 12_000


def tool(name: str, *words: str, text: str = "") -> str:
    return subprocess.run([CROSS + name, *words], input=text, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which(f"{CROSS}gcc"):
        pytest.skip(f"needs {CROSS}gcc (Debian: gcc-riscv64-unknown-elf)")
    folder = tmp_path_factory.mktemp("program")
    for name, text in (("program.c", CODE), ("entry.S", ENTRY), ("program.ld", SCRIPT)):
        (folder / name).write_text(text)
    words = ["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany", "-nostdlib", "-static", "-ffreestanding", "-O1", "-g",
             "-Wl,--build-id=none,--no-warn-rwx-segments", "-T", "program.ld", "entry.S", "program.c"]  # fmt: skip
    subprocess.run([f"{CROSS}gcc", *words, "-o", "program.elf"], cwd=folder, check=True)
    return folder / "program.elf"


def boot(program: Path) -> Machine:
    return Machine(kernel=str(program), bios="none", memory="16M")


@pytest.fixture(scope="module")
def steps(program: Path) -> list[int]:
    """The pcs of all instructions that single steps see, behind the boot ROM's."""
    with boot(program) as machine:
        return [pc for pc in _step(machine) if pc >= 0x8000_0000]


def _step(machine: Machine) -> Iterator[int]:
    for _ in range(CYCLES):
        yield machine.harts[0].pc
        machine.run(1)


@pytest.fixture(scope="module")
def functions(program: Path) -> list[tuple[int, str]]:
    """Address and name of each function, by nm."""
    rows = [row.split() for row in tool("nm", "-n", str(program)).splitlines()]
    return [(int(address, 16), name) for address, kind, name in rows if kind in "Tt"]


@pytest.fixture
def machine(program: Path) -> Iterator[Machine]:
    with boot(program) as machine:
        machine.profile(True)
        machine.run(CYCLES)
        yield machine


def owner(functions: list[tuple[int, str]], pc: int) -> str:
    return functions[bisect_right(functions, (pc, "~")) - 1][1]


def test_self_counts_are_those_of_single_steps_by_nm(
    machine: Machine, steps: list[int], functions: list[tuple[int, str]]
) -> None:
    expected = Counter(owner(functions, pc) for pc in steps)
    found = Profile.of(machine, GuestNames(machine))
    assert {each.name: each.own for each in found.functions() if each.own} == dict(expected)
    assert found.instructions == len(steps)


def test_inclusive_counts_and_paths_are_those_of_a_stack_kept_by_hand(
    machine: Machine, program: Path, steps: list[int], functions: list[tuple[int, str]]
) -> None:
    """The boot ROM's jump comes in by a link register: a path begins there."""
    entries = {address for address, _ in functions}
    lines = [line.split("\t") for line in tool("objdump", "-d", str(program)).splitlines() if line.startswith("    8")]
    returns = {int(line[0].strip().rstrip(":"), 16) for line in lines if line[2].strip() == "ret"}
    stack: list[str] = []
    own: Counter[tuple[str, ...]] = Counter()
    inclusive: Counter[str] = Counter()
    for before, pc in pairwise([0, *steps]):
        if pc in entries:
            stack.append(owner(functions, pc))
        elif before in returns:
            stack.pop()
        own[tuple(stack)] += 1
        inclusive.update(set(stack))
    found = Profile.of(machine, GuestNames(machine))
    paths = {path: node.own for path, node in found.root.walk() if path and node.own}
    assert paths == own
    assert {each.name: each.inclusive for each in found.functions() if each.name in inclusive} == dict(inclusive)
    assert ("_entry", "start", "fib", "fib", "fib") in paths


def test_folded_stacks_add_up(machine: Machine) -> None:
    found = Profile.of(machine, GuestNames(machine))
    rows = [line.rsplit(" ", 1) for line in found.folded().splitlines()]
    assert sum(int(count) for _, count in rows) == found.root.total
    assert any(path.startswith("_entry;start;fib;fib") for path, _ in rows)


def test_a_flame_graph_is_one_file_of_nested_frames(machine: Machine) -> None:
    found = Profile.of(machine, GuestNames(machine))
    text = flame_graph(found.root)
    assert text.count("http") == 1                                  # the name of SVG itself: nothing else is fetched
    frames = list(ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}g"))
    places = {each: (float(each.get("data-x", "")), float(each.get("data-w", "")), int(each.get("data-d", "")))
              for each in frames}  # fmt: skip
    by_depth: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for x, width, depth in places.values():
        by_depth[depth].append((x, x + width))
    assert by_depth[0] == [(0, WIDTH)]
    for depth in range(1, max(by_depth) + 1):
        assert all(any(a - 0.01 <= x and end <= b + 0.01 for a, b in by_depth[depth - 1]) for x, end in by_depth[depth])
        assert all(b <= x + 0.01 for (_, b), (x, _) in pairwise(sorted(by_depth[depth])))
    titles = [each[0].text or "" for each in frames]
    start = next(node for path, node in found.root.walk() if path == ("_entry", "start"))
    assert f"start: {start.total:,} instructions" in " ".join(titles)


def test_names_are_escaped_in_a_flame_graph() -> None:
    root = Node("all", total=10)
    root.children["<&\">"] = Node("<&\">", own=10, total=10)
    groups = list(ElementTree.fromstring(flame_graph(root)).iter("{http://www.w3.org/2000/svg}g"))
    assert groups[1].get("data-n") == "<&\">"


def test_lines_are_those_of_addr2line(machine: Machine, program: Path, steps: list[int]) -> None:
    listed = tool("objdump", "-d", str(program)).splitlines()
    every = [int(row.split(":")[0], 16) for row in listed if row.startswith("    8")]
    said = tool("addr2line", "-e", str(program), text="\n".join(map(hex, every)) + "\n").splitlines()
    line_of = dict(zip(every, (row.split(" (")[0].rsplit(":", 1) for row in said), strict=True))
    expected: defaultdict[str, dict[int, bool]] = defaultdict(dict)
    executed = set(steps)
    for pc, (file, number) in line_of.items():
        if number != "?":
            known = expected[file]
            known[int(number)] = known.get(int(number), False) or pc in executed
    found = Coverage.of(machine, str(program)).files
    assert {path: {line: count > 0 for line, count in file.lines.items()} for path, file in found.items()} == expected


def test_counts_of_lines_and_functions(machine: Machine, program: Path) -> None:
    lines = CODE.splitlines()
    file = next(each for path, each in Coverage.of(machine, str(program)).files.items() if path.endswith("program.c"))
    counts = {text.strip(): file.lines.get(number) for number, text in enumerate(lines, 1)}
    assert counts["sink = leaf(i) + twice(i);"] == 10
    assert counts["sink = fib(12);"] == 1
    assert counts["sink = unused(4);"] == counts["sink = i;"] == 0
    assert counts["sink = x;"] == 20                                # in leaf, and inlined into start
    calls = 465                                                     # of fib(12): 2 * F(13) - 1
    assert counts["return n < 2 ? n : fib(n - 1) + fib(n - 2);"] == calls
    entered = {"fib": calls, "leaf": 10, "unused": 0, "start": 1}
    places = {name: number + (lines[number] == "{") for number, text in enumerate(lines, 1) for name in entered
              if re.search(rf"(int|void) {name}\(", text)}  # fmt: skip
    assert file.functions == {name: (places[name], count) for name, count in entered.items()}


def test_the_tracefile_adds_up(machine: Machine, program: Path) -> None:
    """Source: geninfo(1), "FILES"."""
    for record in Coverage.of(machine, str(program)).lcov("test").split("end_of_record\n")[:-1]:
        rows = [row.partition(":") for row in record.splitlines()]
        assert [key for key, _, _ in rows[:2]] == ["TN", "SF"]
        values = defaultdict(list)
        for key, _, value in rows:
            values[key].append(value.split(","))
        assert Path(values["SF"][0][0]).is_file()
        assert [[str(len(values["FN"]))]] == values["FNF"]
        assert [[str(sum(count != "0" for count, _ in values["FNDA"]))]] == values["FNH"]
        assert [[str(len(values["DA"]))]] == values["LF"]
        assert [[str(sum(count != "0" for _, count in values["DA"]))]] == values["LH"]


def test_what_is_no_program_with_lines_is_refused(machine: Machine, program: Path, tmp_path: Path) -> None:
    stripped, text = tmp_path / "stripped.elf", tmp_path / "text"
    tool("objcopy", "--strip-debug", str(program), str(stripped))
    text.write_text("no ELF")
    for path, why in ((stripped, "no line numbers"), (text, "an ELF file"), (tmp_path / "none", "no such file")):
        with pytest.raises(LoadError, match=why):
            Coverage.of(machine, str(path))


def test_a_run_writes_both_at_its_end(program: Path, tmp_path: Path) -> None:
    graph, info = tmp_path / "out.svg", tmp_path / "out.info"
    words = ["run", "--bios", "none", "-m", "16M", "--max-cycles", str(CYCLES)]
    assert main([*words, "--profile", str(graph), "--coverage", str(info), str(program)]) == 124
    assert "start: " in graph.read_text()
    assert "FNDA:465,fib" in info.read_text().splitlines()


def test_a_run_without_lines_does_not_begin(program: Path, tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.elf"
    tool("objcopy", "--strip-debug", str(program), str(stripped))
    assert main(["run", "--bios", "none", "--max-cycles", "10", "--coverage", str(tmp_path / "x"), str(stripped)]) == 2
