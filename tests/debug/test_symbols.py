"""Symbol and line tables against nm and addr2line, their texts, and their cache."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest
from debug.programs import build, tool

from rvemu.debug import cache, dwarf
from rvemu.debug.symbols import SymbolTable
from rvemu.errors import LoadError

FLAGS = {
    "dwarf5": ("-gdwarf-5",),
    "dwarf4": ("-gdwarf-4", "-O2"),
    "sections": ("-g", "-ffunction-sections", "-Wl,--gc-sections"),
    "no debug information": (),
}


@pytest.fixture(scope="module", params=FLAGS, ids=lambda name: name.replace(" ", "-"))
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("symbols"), *FLAGS[request.param])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def text_range(path: Path) -> range:
    columns = next(line.split() for line in tool("objdump", "-h", str(path)).splitlines() if " .text " in line)
    return range(int(columns[3], 16), int(columns[3], 16) + int(columns[2], 16), 2)


def test_names_and_values_are_those_of_nm(program: Path) -> None:
    table = SymbolTable.load(str(program))
    told = [line.split() for line in tool("nm", str(program)).splitlines()]
    assert {name: table.find(name) for *_, name in told} == {name: int(value, 16) for value, _, name in told}
    assert table.find("nothing") is None
    assert {"leaf", "middle"} <= set(table.begins("")) == {name for *_, name in told}
    assert table.begins("mid") == ["middle"]


@pytest.mark.parametrize("read_whole", [dwarf._READ_WHOLE, 0])
def test_functions_and_lines_are_those_of_addr2line(
    program: Path, read_whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dwarf, "_READ_WHOLE", read_whole)
    table, addresses = SymbolTable.load(str(program)), text_range(program)
    told = tool("addr2line", "-f", "-e", str(program), text="\n".join(map(hex, addresses))).splitlines()
    for place, address in enumerate(addresses):
        line = table.line(address)
        shown = f"{line[0]}:{line[1]}" if line else "??:?"
        expected = told[2 * place + 1].partition(" (")[0].replace("??:0", "??:?")
        if expected.endswith(":?"):  # the file alone, by the symbol table
            expected = "??:?"
        assert Path(shown).name == Path(expected).name, hex(address)
        found = table.at(address)
        if line and line[0].endswith(".c"):
            assert found is not None
            assert found.name == told[2 * place], hex(address)


def test_an_offset_moves_everything(program: Path) -> None:
    table, moved = SymbolTable.load(str(program)), SymbolTable.load(str(program), 0x1000)
    leaf = table.find("leaf")
    assert leaf is not None
    assert moved.find("leaf") == leaf + 0x1000
    assert moved.at(leaf + 0x1000 + 2) == table.at(leaf + 2) == ("leaf", 2, table.at(leaf + 2).size)  # type: ignore[union-attr]
    assert moved.line(leaf + 0x1000) == table.line(leaf)
    assert moved.at(leaf - 0x1000) is None


@pytest.mark.parametrize("read_whole", [dwarf._READ_WHOLE, 0])
@pytest.mark.parametrize("flags", [("-gdwarf-5",), ("-gdwarf-4",)])
def test_a_line_is_found_where_its_statements_begin(
    tmp_path: Path, flags: tuple[str, ...], read_whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dwarf, "_READ_WHOLE", read_whole)
    path = build(tmp_path, *flags)
    table = SymbolTable.load(str(path))
    source = (tmp_path / "program.c").read_text().splitlines()
    line = next(number for number, text in enumerate(source, 1) if "return leaf(shared)" in text)
    (address,) = table.addresses("program.c", line)
    decoded = tool("objdump", "--dwarf=decodedline", str(path))
    rows = [words for words in map(str.split, decoded.splitlines()) if words[:2] == ["program.c", str(line)]]
    assert address == min(int(words[2], 16) for words in rows)
    assert table.addresses(str(tmp_path / "program.c"), line) == [address]
    # A declaration has no code: the next one counts.
    brace = next(number for number, text in enumerate(source, 1) if "int middle" in text)
    assert table.addresses("program.c", brace + 2) == table.addresses("program.c", brace + 3)
    assert table.addresses("program.c", 999) == table.addresses("ogram.c", line) == []


@pytest.mark.parametrize("flags", [("-gdwarf-5",), ("-gdwarf-4", "-O2")])
def test_rows_of_line_tables_are_those_of_objdump(tmp_path: Path, flags: tuple[str, ...]) -> None:
    path = build(tmp_path, *flags)
    lines = SymbolTable.load(str(path)).lines
    mine = {
        (Path(lines.names[file]).name, str(line) if line else "-", address)
        for file, line, address in zip(lines.files, lines.lines, lines.addresses, strict=True)
    }
    told = (line.split() for line in tool("objdump", "--dwarf=decodedline", str(path)).splitlines())
    rows = {(words[0], words[1], int(words[2], 16)) for words in told if len(words) > 2 and words[2][:2] == "0x"}
    assert mine == rows


@pytest.mark.parametrize("read_whole", [dwarf._READ_WHOLE, 0])
def test_damaged_line_tables_count_as_missing(
    tmp_path: Path, read_whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dwarf, "_READ_WHOLE", read_whole)
    path = build(tmp_path, "-gdwarf-5")
    whole = path.read_bytes()
    columns = next(line.split() for line in tool("objdump", "-h", str(path)).splitlines() if ".debug_line " in line)
    start, size = int(columns[5], 16), int(columns[2], 16)
    address = text_range(path)[4]
    for at in (*range(start, start + 60), *range(start + 60, start + size, 5)):
        for byte in (0, 0xFF):
            damaged = SymbolTable.of_elf(whole[:at] + bytes([byte]) + whole[at + 1 :], "damaged")
            damaged.line(address)
            damaged.addresses("program.c", 1)


MAP = """\
ffffffff80000000 T _start
ffffffff80000000 T _text
ffffffff80000010 t local_one
ffffffff80000020 T sys_read
ffffffff80000020 t alias_of_it
ffffffff80000100 t rest_init
ffffffff80000100 T __noinstr_text_end
ffffffff80000200 T __entry_text_start
ffffffff80000400 d data
0000000000000040 A percpu
ffffffff02000000 t virtio_probe\t[virtio_blk]
"""


def test_a_text_of_symbols(tmp_path: Path) -> None:
    (tmp_path / "System.map").write_text(MAP)
    table = SymbolTable.load(str(tmp_path / "System.map"))
    assert table.find("sys_read") == 0xFFFF_FFFF_8000_0020
    assert table.at(0xFFFF_FFFF_8000_003F) == ("sys_read", 0x1F, 0xE0)
    assert table.at(0xFFFF_FFFF_8000_0104) == ("rest_init", 4, 0x100)  # not what a linker script calls its end
    assert table.at(0xFFFF_FFFF_8000_0204) == ("__entry_text_start", 4, 0x200)
    assert table.at(0xFFFF_FFFF_8000_0012) == ("local_one", 2, 0x10)
    assert table.at(0xFFFF_FFFF_0200_0004) == ("virtio_probe", 4, 0x7E00_0000)
    assert table.find("percpu") == 0x40
    assert table.at(0x40) is None
    assert table.line(0xFFFF_FFFF_8000_0020) is None


@pytest.mark.parametrize(("text", "said"), [
    ("hello\n", "no symbols"), ("", "empty file"),
    ("0000000000000000 T a\n0000000000000000 t b\n", "every address is 0"),
    ("ffffffff80000000 T a\nzzz t b\n", "line 2"),
])  # fmt: skip
def test_a_text_of_something_else(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "text").write_text(text)
    with pytest.raises(LoadError, match=said):
        SymbolTable.load(str(tmp_path / "text"))


def elf_of(symbols: int) -> bytes:
    """An ELF file with nothing but a symbol table, as large as that of Linux."""
    names = [f"function_number_{number}" for number in range(symbols)]
    strings, entries, at = bytearray(b"\0"), bytearray(24), 0xFFFF_FFFF_8000_0000
    for name in names:
        entries += struct.pack("<IBBHQQ", len(strings), 0x12, 0, 1, at, 16)
        strings += name.encode() + b"\0"
        at += 16
    text, table = 64 + 56, 64 + 56 + 16
    section_names = b"\0.text\0.symtab\0.strtab\0"
    headers = table + len(entries) + len(strings) + len(section_names)
    load = struct.pack("<IIQQQQQQ", 1, 5, text, 0xFFFF_FFFF_8000_0000, 0x8020_0000, 16, 16 * symbols, 4096)
    row = struct.Struct("<IIQQQQIIQQ")
    sections = b"".join((
        bytes(64), row.pack(1, 1, 6, 0xFFFF_FFFF_8000_0000, text, 16 * symbols, 0, 0, 4, 0),
        row.pack(7, 2, 0, 0, table, len(entries), 3, 1, 8, 24),
        row.pack(15, 3, 0, 0, table + len(entries), len(strings) + len(section_names), 0, 0, 1, 0),
    ))  # fmt: skip
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    sizes = (64, 56, 1, 64, 4, 3)
    header = struct.pack("<HHIQQQIHHHHHH", 2, 243, 1, 0xFFFF_FFFF_8000_0000, 64, headers, 0, *sizes)
    return ident + header + load + bytes(16) + bytes(entries) + bytes(strings) + section_names + sections


def test_a_table_as_large_as_that_of_linux(tmp_path: Path) -> None:
    path, count = tmp_path / "vmlinux", 250_000
    path.write_bytes(elf_of(count))
    began = time.process_time()
    first = SymbolTable.load(str(path))
    read = time.process_time()
    again = SymbolTable.load(str(path))
    recalled = time.process_time() - read
    assert read - began < 3
    assert recalled < (read - began) / 2
    (kept,) = cache.folder().iterdir()
    for table in (first, again):
        assert len(table) == count
        assert table.at(0xFFFF_FFFF_8000_0000 + 16 * 123_456 + 5) == ("function_number_123456", 5, 16)
        assert table.find("function_number_249999") == 0xFFFF_FFFF_8000_0000 + 16 * 249_999
    for damaged in (kept.read_bytes()[:-1], b"", b"rvemu" + kept.read_bytes()[5:-9] + b"123456789"):
        kept.write_bytes(damaged)
        assert SymbolTable.load(str(path)).at(0xFFFF_FFFF_8000_0000) == ("function_number_0", 0, 16)


def test_a_text_is_kept_as_well(tmp_path: Path) -> None:
    path = tmp_path / "kallsyms"
    path.write_text("".join(f"{0xFFFF_FFFF_8000_0000 + 4 * n:016x} t f{n}\n" for n in range(30_000)))
    tables = [SymbolTable.load(str(path)) for _ in range(2)]
    assert len(list(cache.folder().iterdir())) == 1
    assert [table.at(0xFFFF_FFFF_8000_0005) for table in tables] == [("f1", 1, 4)] * 2
    path.write_text(path.read_text().replace("f1\n", "changed\n"))
    assert SymbolTable.load(str(path)).find("changed") is not None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.keep("symbols", b"key", b"payload")
    assert cache.recall("symbols", b"key") is None
