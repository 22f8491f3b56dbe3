"""Commands that show memory, look for bytes in it, and change it."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from monitor.asking import data, error, shown
from unit.elf_files import Phdr, elf_file

from rvemu.config import bundled
from rvemu.errors import RvemuError
from rvemu.machine import Machine
from rvemu.monitor.answers import plain
from rvemu.monitor.hexdump import HexDump
from rvemu.monitor.session import Session

BASE = 0x8010_0000
ET_CORE = 4
CONTENTS = (
    bytes(range(32)) + b"Hello\0wor\xc3\xa4ld\n\0" + struct.pack("<fd", 1.5, -0.1) + b"\xff" * 8 + b"\x80" + bytes(7)
    + struct.pack("<ffdde", float("inf"), -2.5, 1e300, 3.0, 0.333) + b"'\\\"\x07\x1b\x7f\r\0" + bytes(38)
)  # fmt: skip


@pytest.fixture
def session() -> Session:
    """A session before the first instruction, with CONTENTS in memory at BASE."""
    machine = Machine(kernel=bundled("demo.elf"), harts=2, append="selfcheck=auto")
    machine.write(BASE, CONTENTS)
    return Session(machine)


@pytest.fixture(scope="module")
def paged() -> Session:
    """A session in the demo kernel's main: S-mode, Sv39."""
    machine = Machine(kernel=bundled("demo.elf"), harts=2, append="selfcheck=auto")
    machine.breakpoints.add("main")
    while machine.run(5_000_000).kind == "breakpoint" and not machine.harts[0].csr["satp"]:
        machine.breakpoints.add("page_alloc")
    assert machine.harts[0].csr["satp"] >> 60 == 8
    return Session(machine)


BACKWARDS = ["-3xw", "-9xb", "-2dh", "-2xg", "-3c", "-3f"]
FORMATS = [
    "8xb", "8db", "8ub", "8ob", "2tb", "8cb", "5xh", "3dh", "3uh", "3oh", "2th", "5xw", "3dw", "2uw", "2ow", "1tw",
    "3xg", "2dg", "2ug", "2og", "1tg", "2a", "2ch", "2cw", "3s", "2fw", "2fg", "2f", "3c", "zw",
]  # fmt: skip
OFFSETS = (0, 7, 32, 48, 52, 60, 68, 76, 94)


def gdb_values(text: str) -> list[str]:
    """Return the values that gdb has printed, without addresses; floats in our digits."""
    lines = [line.partition(":")[2] for line in text.splitlines() if re.match(r"0x[0-9a-f]+( <.*>)?:", line)]
    return [value for line in lines for value in line.strip().split("\t")]


def same(form: str, ours: str, theirs: str) -> bool:
    """Compare two values; gdb writes floats with more digits than they need."""
    if "f" not in form or "nan" in theirs:
        return ours == theirs
    return float(ours) == pytest.approx(float(theirs), rel=1e-7)


@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="gdb-multiarch is missing")
def test_values_are_written_as_gdb_writes_them(session: Session, tmp_path: Path) -> None:
    (tmp_path / "core").write_bytes(elf_file(Phdr(BASE, CONTENTS), type=ET_CORE))
    wanted = [(form, BASE + offset) for form in FORMATS for offset in OFFSETS]
    wanted += [(form, BASE + 48 + offset) for form in BACKWARDS for offset in range(9)]
    script = "".join(f"echo \\n@\\n\nx/{form} {address:#x}\n" for form, address in wanted)
    (tmp_path / "script").write_text(f"set width 0\n{script}")
    command = ["gdb-multiarch", "-nx", "-batch", "-ex", f"core-file {tmp_path}/core", "-x", f"{tmp_path}/script"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env={"LC_ALL": "C.UTF-8"})
    answers = done.stdout.split("\n@\n")[1:]
    assert len(answers) == len(wanted)
    for (form, address), theirs in zip(wanted, answers, strict=True):
        session.describe = lambda va: ""  # type: ignore[method-assign]
        answer: Any = session.execute(f"x/{form} {address:#x}")
        ours = ["".join(text for _, text in value.pieces) for value in answer.values]
        expected = gdb_values(theirs)
        assert len(ours) == len(expected), (form, ours, theirs)
        assert all(same(form, *both) for both in zip(ours, expected, strict=True)), (form, hex(address), ours, theirs)


def test_the_lines_of_x_have_address_symbol_and_aligned_values(session: Session) -> None:
    main = session.machine.symbols()["main"]
    lines = shown(session, "x/6xw main").splitlines()
    assert lines[0].startswith(f"{main:#x} <main>:      0x")
    assert lines[1].startswith(f"{main + 16:#x} <main+0x10>: 0x")
    assert shown(session, f"x/2i {main:#x}").splitlines()[0].startswith(f"   {main:#x} <main>:")
    assert shown(session, "x/i pc").startswith("=> 0x1000: auipc ")
    session.machine.write(BASE, main.to_bytes(8, "little"))
    assert shown(session, f"x/a {BASE:#x}").endswith(f": {main:#x} <main>\n")
    for form in ("40xb", "9tw", "9xg", "20c", "20i", "6f"):
        assert max(len(line) for line in shown(session, f"x/{form} main").splitlines()) <= 80


def test_x_goes_on_where_it_ended_and_keeps_its_format(session: Session) -> None:
    session.execute(f"x/2xh {BASE:#x}")
    assert data(session, "x")["values"] == [{"address": BASE + 4, "value": 0x504}]
    assert data(session, "x/2db")["values"] == [{"address": BASE + 6, "value": 6}, {"address": BASE + 7, "value": 7}]
    assert data(session, f"x/s {BASE + 32:#x}")["values"][0]["value"] == "Hello"
    assert data(session, "x/s")["values"][0]["value"] == "woräld\n"
    assert data(session, "x/x")["size"] == 1
    assert session.evaluate("$_") == BASE + 47
    assert session.evaluate("$__") == 0


def test_strings_before_an_address_end_there(session: Session) -> None:
    session.machine.write(BASE, b"\0one\0two\0\0")
    assert [value["value"] for value in data(session, f"x/-2s {BASE + 9:#x}")["values"]] == ["one", "two"]
    assert data(session, f"x/-1s {BASE + 9:#x}")["values"][0]["address"] == BASE + 5
    assert data(session, "x/-1s")["values"][0]["address"] == BASE + 1
    assert [value["value"] for value in data(session, f"x/-2s {BASE + 10:#x}")["values"]] == ["two", ""]


def test_instructions_before_an_address_are_those_of_objdump(session: Session) -> None:
    words = ["riscv64-unknown-elf-objdump", "-d", session.machine.config.kernel or ""]
    listed = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    starts = [int(at, 16) for at in re.findall(r"^ *([0-9a-f]+):\t", listed, re.M)]
    main = starts.index(session.evaluate("main"))
    for place in range(main - 4, main + 12):
        values = data(session, f"x/-6i {starts[place]:#x}")["values"]
        assert [value["address"] for value in values] == starts[place - 6 : place]
    assert data(session, "x/-2i")["values"][0]["address"] == starts[main + 11 - 8]
    session.machine.write(BASE, bytes.fromhex("13000000 0100 93020000 0100"))
    assert [value["address"] - BASE for value in data(session, f"x/-3i {BASE + 12:#x}")["values"]] == [4, 6, 10]


@pytest.mark.parametrize("form", ["q", "xx", "bw", "3-x", "99999999x", "4x4"])
def test_what_is_no_format_is_told(session: Session, form: str) -> None:
    assert form in error(session, f"x/{form} main")


def test_devices_are_read_only_where_that_is_said(session: Session) -> None:
    session.machine.console.send(b"k")
    for line in ("x/b 0x10000000", "xp/b 0x10000000", "x/i 0x10000000", "hexdump 0x10000000", "telescope 0x10000000",
                 "save nowhere 0x10000000 1", "x/s 0x10000000"):  # fmt: skip
        before = session.machine.state_hash()
        assert "uart is a device" in error(session, line)
        assert session.machine.state_hash() == before
    assert data(session, "x/b 0x10000000 --device")["values"][0]["value"] == ord("k")
    assert "uart" in error(session, "xp/g 0x10000000 --device")


@pytest.mark.parametrize("line", [
    "x/8xg sp", "x/4i pc", "x/s main", "xp/4xw 0x80200000", "hexdump main 300", "telescope sp 8", 'search "selfcheck"',
    "compare main sp 64", "mem 80200000", "str 80200000", "x/xg 0x3fffffff00",
])  # fmt: skip
def test_looking_changes_nothing(paged: Session, line: str) -> None:
    before = paged.machine.state_hash()
    with suppress(RvemuError):
        paged.execute(line)
    assert paged.machine.state_hash() == before


def test_what_is_not_mapped_says_why(session: Session, paged: Session) -> None:
    assert error(session, "x 0").startswith("0x0: nothing answers there")
    end = session.machine.ram.base + session.machine.ram.size
    partial = shown(session, f"x/4xg {end - 16:#x}").splitlines()
    assert partial[1].startswith(f"{end:#x}: nothing answers there")
    assert f"{end:#x}" in shown(session, f"hexdump {end - 16:#x} 64").splitlines()[1]
    assert "page fault" in error(paged, "x 0x1234567000")
    assert "page fault" in error(paged, "write 0x1234567000 1")
    assert "only RAM" in error(session, "write 0x1000 1")


def test_a_user_page_is_seen_from_s_mode(paged: Session) -> None:
    machine = paged.machine
    root = (machine.harts[0].csr["satp"] & (1 << 44) - 1) << 12
    free = next(slot for slot in range(256, 0, -1) if not machine.ram.read(root + 8 * slot, 8)[0] & 1)
    leaf = BASE & ~0x3FFF_FFFF
    machine.write(root + 8 * free, (leaf >> 12 << 10 | 0b1101_0011).to_bytes(8, "little"))
    va = free << 30 | BASE - leaf
    va |= 0xFFFF_FF80_0000_0000 if free > 255 else 0
    machine.write(BASE, b"secret\0")
    assert shown(paged, f"x/s {va:#x}").endswith('"secret"\n')
    machine.write(root + 8 * free, bytes(8))


def test_hexdump_has_bytes_and_characters(session: Session) -> None:
    lines = shown(session, f"hexdump {BASE + 32:#x} 20").splitlines()
    assert lines == [
        "80100020  48 65 6c 6c 6f 00 77 6f  72 c3 a4 6c 64 0a 00 00  Hello.wor..ld...",
        "80100030  00 c0 3f 9a" + " " * 39 + "..?.",
    ]
    assert data(session, "hexdump")["address"] == BASE + 52
    session.execute(f"fill {BASE:#x} 96 0x41")
    assert [line[:10] for line in shown(session, f"hexdump {BASE:#x} 96").splitlines()] == \
        ["80100000  ", "*", "80100050  "]  # fmt: skip


def test_hexdump_of_high_addresses_fits_too(session: Session) -> None:
    lines = plain(HexDump(0xFFFF_FFFF_8000_0000, bytes(range(16)))).splitlines()
    assert lines == ["ffffffff80000000  0001 0203 0405 0607  0809 0a0b 0c0d 0e0f  ................"]


def test_telescope_follows_pointers(session: Session) -> None:
    main = session.machine.symbols()["main"]
    words = (BASE + 64, main, 5, 0)
    session.machine.write(BASE, b"".join(word.to_bytes(8, "little") for word in words))
    session.machine.write(BASE + 64, (BASE + 128).to_bytes(8, "little"))
    session.machine.write(BASE + 128, b"a text\0")
    session.hart.x[2], session.hart.x[8] = BASE, BASE + 8
    lines = shown(session, "telescope sp 4").splitlines()
    assert lines[0] == f'{BASE:#x} sp {BASE + 64:#x} -> {BASE + 128:#x} -> "a text"'
    assert lines[1].startswith(f"{BASE + 8:#x} s0 {main:#x} <main>")
    assert [line.split()[-1] for line in lines[2:]] == ["0x5", "0x0"]
    session.machine.write(BASE, BASE.to_bytes(8, "little"))
    assert shown(session, "tel sp 1").splitlines()[0].count("->") == 1
    assert max(len(line) for line in shown(session, "telescope sp 4", width=40).splitlines()) <= 40


def test_search_finds_bytes_strings_and_integers(session: Session) -> None:
    places = BASE + 0x10_0000 - 3, BASE + 0x20_0000, session.machine.ram.base + session.machine.ram.size - 8
    for place in places:
        session.machine.write(place, b"\x78\x56\x34\x12ne\tX")
    for line in ("search 0x12345678", r'search "xV4\x12ne"', "search hex:78563412", "search/g 0x5809656e12345678"):
        assert [int(row["address"], 16) for row in data(session, line)] == list(places)
    assert len(data(session, f"search 0x12345678 {BASE:#x} {places[0] + 4:#x}")) == 1
    assert data(session, f"search 0x12345678 {BASE:#x} {places[0] + 3:#x}") == []
    assert shown(session, "search 0x123456789abcdef1") == "not found\n"
    assert "only the first 32" in shown(session, "search/b 0")
    assert "START needs END" in error(session, "search 1 2")
    assert "two digits" in error(session, "search hex:xyz")


def test_search_passes_over_what_is_not_mapped_and_finds_across_pages(paged: Session) -> None:
    paged.machine.write(0x8060_0FFE, b"boundary")
    rows = data(paged, 'search "boundary" 0x80600000 0x80602000')
    assert [row["address"] for row in rows] == ["0x80600ffe"]
    assert rows[0]["bytes"].startswith("boundary")
    assert rows == data(paged, 'search "boundary" 0 0xffffffffffffffff')


def test_search_of_all_addresses_takes_no_time(session: Session) -> None:
    session.machine.write(BASE, b"unlikely")
    began = process_time()
    assert [row["address"] for row in data(session, 'search "unlikely" 0 -1')] == [f"{BASE:#x}"]
    assert process_time() - began < 3


def test_telescope_shows_the_code_that_a_pointer_means(paged: Session) -> None:
    address = paged.machine.symbols()["main"]
    paged.machine.write(0x8060_0000, address.to_bytes(8, "little"))
    assert shown(paged, "telescope 0x80600000 1").endswith(f"{address:#x} <main> -> add sp,sp,-64\n")


def test_write_takes_bytes_strings_and_larger_values(session: Session) -> None:
    session.execute(f'write {BASE:#x} 1 0xff -1 "a\\n\\0\\x80" hex:cafe')
    assert session.machine.ram.read(BASE, 9) == b"\x01\xff\xffa\n\0\x80\xca\xfe"
    session.execute(f"write/w {BASE:#x} 0x12345678 -2")
    assert session.machine.ram.read(BASE, 8) == b"\x78\x56\x34\x12\xfe\xff\xff\xff"
    assert "does not fit into 1 byte" in error(session, f"write {BASE:#x} 256")
    assert "no size" in error(session, f"write/x {BASE:#x} 1")


def test_what_is_written_is_executed(session: Session) -> None:
    session.machine.run(20_000)
    session.execute("write/w pc 0x00000513")
    assert shown(session, "insn").split(":")[1].split() == ["li", "a0,0"]
    session.hart.x[10] = 7
    session.execute("csr mie = 0")
    session.machine.step(0)
    assert session.hart.x[10] == 0


def test_fill_save_load_and_compare(session: Session, tmp_path: Path) -> None:
    session.execute(f"fill/w {BASE:#x} 10 0x01020304")
    assert session.machine.ram.read(BASE, 11)[:10] == b"\4\3\2\1\4\3\2\1\4\3"
    file = tmp_path / "part"
    session.execute(f"save {file} {BASE:#x} 8")
    assert file.read_bytes() == b"\4\3\2\1\4\3\2\1"
    session.execute(f"load {file} {BASE + 100:#x} --phys")
    assert shown(session, f"compare {BASE:#x} {BASE + 100:#x} 8") == "equal: 8 bytes\n"
    session.machine.write(BASE + 103, b"\xee")
    assert data(session, f"cmp {BASE:#x} {BASE + 100:#x} 8") == [
        {"offset": "0x3", "at": f"{BASE + 3:#x}", "byte": "01", "and at": f"{BASE + 103:#x}", "other byte": "ee"}
    ]
    assert "No such file" in error(session, f"load {tmp_path}/nothing 0")
    assert "more than there is RAM" in error(session, f"fill {BASE:#x} 0x1000000000 0")


def test_nothing_is_written_where_not_all_can_be(session: Session) -> None:
    end = session.machine.ram.base + session.machine.ram.size
    before = session.machine.state_hash()
    error(session, f"fill {end - 4096:#x} 8192 1")
    assert session.machine.state_hash() == before


def test_spikes_words(session: Session) -> None:
    assert shown(session, "mem 80100020") == f"{int.from_bytes(CONTENTS[32:40], 'little'):#018x}\n"
    assert shown(session, "str 0 80100020") == '"Hello"\n'
    assert shown(session, "insn 1") == shown(session, "insn")
    assert "hart 7: there is none" in error(session, "mem 7 80100000")
