"""Commands that show code, against objdump, nm and the source text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from debug.programs import build, tool
from monitor.asking import data, shown

from rvemu.errors import RvemuError
from rvemu.machine import Machine
from rvemu.monitor.session import Session


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("code"), "-g")


@pytest.fixture
def session(program: Path) -> Iterator[Session]:
    """A session stopped at the beginning of leaf."""
    machine = Machine("16M", bios="none", kernel=str(program))
    machine.breakpoints.add("leaf")
    assert machine.run(1000).kind == "breakpoint"
    yield Session(machine)
    machine.close()


def line_of(program: Path, text: str) -> int:
    source = program.with_suffix(".c").read_text().splitlines()
    return next(number for number, line in enumerate(source, 1) if text in line)


def test_disassembly_is_that_of_objdump(session: Session, program: Path) -> None:
    told = re.findall(r"^ *([0-9a-f]+):\t([0-9a-f]+) +\t(.*?)(?: *#.*)?$", tool("objdump", "-d", str(program)), re.M)
    start = told.index(next(row for row in told if int(row[0], 16) == session.evaluate("helper")))
    rows = data(session, "dis helper 40")
    assert len(rows) == 40
    for row, (address, word, text) in zip(rows, told[start:], strict=False):
        target = f" <{row['target_symbol']}>" if row["target_symbol"] else ""
        assert (row["address"], row["word"]) == (int(address, 16), int(word, 16))
        assert row["text"] + target == " ".join(text.split())
    assert sum(bool(row["target_symbol"]) for row in rows) >= 3


def test_disassembly_marks_pc_and_breakpoints(session: Session) -> None:
    session.machine.breakpoints.add("helper")
    lines = shown(session, "dis").splitlines()
    assert lines[0] == "leaf:"
    assert lines[1].startswith(f"=>* {session.hart.pc:#x} +0x0")
    assert shown(session, "dis helper").splitlines()[1].startswith("  * ")
    assert all(line.startswith("    ") for line in shown(session, "dis helper+4 3").splitlines()[1:])
    assert all(len(line) < 80 for line in lines)
    assert shown(session, "dis helper 0") == ""
    with pytest.raises(RvemuError, match="no memory is mapped at 0x10"):
        session.execute("dis 0x10")


def test_places_are_lines_of_a_file_as_well(session: Session, program: Path) -> None:
    line = line_of(program, "return leaf(shared)")
    (row,) = data(session, f"dis program.c:{line} 1")
    assert data(session, f"info-line program.c:{line}")[0]["address"] == f"{row['address']:#x}"
    assert data(session, f"info-line {row['address']:#x}")[0]["line"].endswith(f"program.c:{line}")
    assert data(session, "info-line")[0]["symbol"] == "leaf"
    assert data(session, "info-line 0x10")[0]["line"] == "unknown"


def test_list_shows_the_source_around_a_place(session: Session, program: Path) -> None:
    source = program.with_suffix(".c").read_text().splitlines()
    here = line_of(program, "int leaf")
    told = data(session, "list")
    assert told["current"] == here
    assert [row["text"] for row in told["lines"]] == source[told["lines"][0]["line"] - 1 :][:10]
    assert f"=> {here:5} {source[here - 1]}" in shown(session, "list").splitlines()
    wanted = line_of(program, "int middle")
    for place in ("middle", f"program.c:{wanted}", f"{session.evaluate('middle'):#x}"):
        assert wanted in [row["line"] for row in data(session, f"list {place}")["lines"]]
    assert data(session, "list program.c:1")["lines"][0] == {"line": 1, "text": source[0]}
    for place, said in (("program.c:999", "no line 999"), ("other.c:1", "no such source file"),
                        ("0x10", "no source line is known of 0x10")):  # fmt: skip
        with pytest.raises(RvemuError, match=said):
            session.execute(f"list {place}")


def test_sources_are_found_in_folders_as_well(tmp_path: Path) -> None:
    build(tmp_path, "-g", name="moved")
    other = tmp_path / "else" / tmp_path.name
    other.mkdir(parents=True)
    text = (tmp_path / "moved.c").rename(other / "moved.c").read_text()
    session = Session(Machine("16M", bios="none", kernel=str(tmp_path / "moved.elf")))
    with pytest.raises(RvemuError, match=r"moved\.c: the file is not there"):
        session.execute("list leaf")
    assert str(tmp_path / "else") in shown(session, f"directory {tmp_path / 'else'}")
    assert data(session, "list leaf")["lines"][0]["text"] in text
    assert data(session, "directory") == []
    with pytest.raises(RvemuError, match="the file is not there"):
        session.execute("list leaf")
    session.machine.close()


def test_symbols_are_listed_and_looked_up(session: Session, program: Path) -> None:
    leaf = session.evaluate("leaf")
    assert data(session, "symbols lea")[0]["name"] == "leaf"
    assert {row["name"] for row in data(session, "symbols *e*")} == {
        words[2] for words in map(str.split, tool("nm", str(program)).splitlines()) if "e" in words[2]
    }
    assert shown(session, "symbols nothing") == "no symbol like nothing\n"
    assert data(session, "symbols")[0]["file"] == str(program)
    told = data(session, "info-symbol leaf + 2")
    assert (told["name"], told["offset"], told["address"]) == ("leaf", 2, leaf + 2)
    assert data(session, "info-address leaf")[0]["address"] == f"{leaf:#x}"
    assert shown(session, "info-symbol 0x10") == "0x10: in no symbol\n"
    with pytest.raises(RvemuError, match="no such symbol"):
        session.execute("info-address nothing")


def test_symbols_are_added(session: Session, tmp_path: Path) -> None:
    (tmp_path / "System.map").write_text("ffffffff80000000 T start_kernel\n")
    assert shown(session, f"add-symbols {tmp_path}/System.map kernel").endswith("1 symbols, for kernel\n")
    assert session.evaluate("start_kernel") == 0xFFFF_FFFF_8000_0000
    assert "start_kernel" in session.names("start_k")
    told = data(session, f"add-symbols {tmp_path}/System.map satp 0x8000000000080000 0x1000")
    assert (told["space"], told["offset"]) == ("satp 0x8000000000080000", 0x1000)
    for line, said in (("nothing", "nothing"), (f"{tmp_path}/System.map users", "no address space")):
        with pytest.raises(RvemuError, match=said):
            session.execute(f"add-symbols {line}")


def test_bt_shows_the_calls(session: Session, program: Path) -> None:
    lines = shown(session, "bt").splitlines()
    assert [line.split(" in ")[1].split("+")[0].split()[0] for line in lines] == [
        "leaf", "helper", "middle", "start", "_entry",
    ]  # fmt: skip
    assert lines[1].endswith(f"program.c:{line_of(program, 'return leaf(shared)')}")
    assert len(data(session, "bt 2")) == 2


LOCKED = """
struct cpu { void *process; unsigned long depth; };
struct lock { unsigned locked; const char *name; struct cpu *owner; };
struct cpu cpus[4];
static struct { char pad[24]; struct lock inner[2]; } device;
void __attribute__((noinline)) panic(void) { for (;;) __asm__ volatile(""); }
void __attribute__((noinline)) acquire(struct lock *lock)
{
\twhile (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
\t\t;
\tlock->owner = &cpus[2];
}
void start(void)
{
\tdevice.inner[1].name = "second";
\tacquire(&device.inner[1]);
\tacquire(&device.inner[1]);
}
void fail(void)
{
\tpanic();
\tcpus[0].depth = 1;
}
"""


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Session]:
    path = build(tmp_path, "-g", code=LOCKED)
    with Machine("16M", bios="none", kernel=str(path)) as machine:
        yield Session(machine)


def test_why_tells_who_holds_a_lock(locked: Session) -> None:
    locked.execute("runfor 10000")
    text = " ".join(shown(locked, "why").split())
    assert "spins at acquire+" in text
    assert 'on a lock at device+0x30 = 1 (device.inner[1]: locked 1, name "second", owner cpus[2])' in text


def test_why_tells_of_a_panic(locked: Session) -> None:
    locked.execute("runfor 10000")
    locked.execute("set $pc = fail")
    assert "hart 0: inside panic, called by fail+" in shown(locked, "why")


def test_a_jump_inside_a_function_shows_the_offset_alone(session: Session) -> None:
    rows = [row for row in data(session, "dis middle 40") if row["target_symbol"].startswith("middle+")]
    text = shown(session, "dis middle 40")
    assert rows
    assert "<middle+" not in text
    assert all(f" <+{row['target_symbol'].partition('+')[2]}>" in text for row in rows)
    assert " <helper>" in text


def test_a_variable_is_watched_as_wide_as_it_is(session: Session) -> None:
    assert shown(session, "watch sink").endswith("), 4 bytes\n")
    assert shown(session, "watch sink 2").endswith("), 2 bytes\n")
    assert shown(session, "watch sink+4").endswith("), 8 bytes\n")
    assert shown(session, "watch sp").endswith(", 8 bytes\n")
