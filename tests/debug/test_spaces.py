"""Which image an address belongs to: by mode, page table, and what is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from debug.programs import build, tool
from harness import DATA, PTE_A, PTE_R, PTE_U, PTE_V, PTE_X, TABLES, TestHart

from rvemu.debug.spaces import M, S, Space, SymbolError, Symbols, U, View
from rvemu.machine import Machine

USER_ENTRY = ".text\n.globl _entry\n_entry:\n\tcall {name}\n\t{name}_tail: j {name}_tail\n"
USER_CODE = "int {name}(int x) {{ return x {operation} 3; }}\n"
USER_PAGE = PTE_V | PTE_R | PTE_X | PTE_U | PTE_A
SATP = 8 << 60


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("spaces")
    users = {
        name: build(folder, "-g", base=0, name=name, code=USER_CODE.format(name=name, operation=operation),
                    entry=USER_ENTRY.format(name=name))
        for name, operation in (("add", "+"), ("shift", "<<"))
    }  # fmt: skip
    return {"kernel": build(folder, "-g", name="kernel"), **users}


@pytest.fixture
def hart(files: dict[str, Path]) -> Iterator[TestHart]:
    """A machine with the kernel, and a page table that has user program `add` at 0 and the kernel twice."""
    machine = Machine("16M", bios="none", kernel=str(files["kernel"]))
    hart = TestHart(machine)
    hart.map_page(0, DATA, USER_PAGE)
    hart.map_page(0x3F_FFFF_F000, 0x8000_0000, PTE_V | PTE_R | PTE_X | PTE_A)
    hart.csr["mstatus"] = 0
    code = tool("objdump", "-s", "-j", ".text", str(files["add"]))
    data = b"".join(bytes.fromhex("".join(line[1:].split("  ")[0].split()[1:])) for line in code.splitlines()[4:])
    hart.write(DATA, data)
    yield hart
    machine.close()


def test_the_loaded_guest_is_known_at_once(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(hart.machine)
    told = {words[2]: int(words[0], 16) for words in map(str.split, tool("nm", str(files["kernel"])).splitlines())}
    for mode in (M, S, U):
        assert symbols.describe(told["middle"] + 2, View(mode, 0)) == "middle+0x2"
        assert symbols.find("middle", View(mode, 0)) == told["middle"]
    assert symbols.describe(told["middle"]) == "middle"
    assert symbols.describe(0x8100_0000) == ""
    assert "middle" in symbols.begins("mid")


def test_a_page_that_is_mapped_twice_has_its_symbols_twice(hart: TestHart) -> None:
    symbols = Symbols(hart.machine)
    middle = symbols.find("middle")
    assert middle is not None
    found = symbols.at(middle + 4 + 0x3F_FFFF_F000 - 0x8000_0000, View(U, hart.csr["satp"]))
    assert found is not None
    assert (found.name, found.offset, found.va) == ("middle", 4, middle + 4)
    assert found.line is not None
    assert symbols.at(0x3F_FFFF_F000, View(M, hart.csr["satp"])) is None


def test_the_user_program_that_runs_is_told_by_its_code(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(hart.machine)
    for name in ("shift", "add"):
        symbols.add(str(files[name]), f"user {name}")
    view = View(U, hart.csr["satp"])
    address = symbols.find("add", view)
    assert address is not None
    assert symbols.describe(address, view) == "add"
    assert symbols.line(address, view) == (str(files["add"].with_suffix(".c")), 1)
    hart.write(DATA + address, b"\x13" * 4)
    assert symbols.describe(address, view) == ""


def test_a_page_table_tells_a_program(hart: TestHart, files: dict[str, Path]) -> None:
    symbols, satp = Symbols(hart.machine), hart.csr["satp"]
    symbols.add(str(files["add"]), f"satp={satp:#x}")
    symbols.add(str(files["shift"]), "satp 0x8000000000012345")
    entry = symbols.find("_entry", View(S, satp | 7 << 44))
    assert entry == 0
    assert symbols.find("_entry", View(M, 0)) == 0x8000_0000
    for text, name in (("add_tail", "add_tail"), ("shift_tail", "shift_tail")):
        assert symbols.find(text, View(M, 0)) is not None
        space = satp if name == "add_tail" else 0x8000_0000_0001_2345
        address = symbols.find(text, View(M, 0))
        assert address is not None
        assert symbols.describe(address, View(U, space)) == name


def test_modes_tell_kernel_and_firmware(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(Machine("16M", bios="none"))
    symbols.add(str(files["add"]), "machine")
    symbols.add(str(files["shift"]), "kernel")
    assert symbols.describe(0, View(M, 0)) == symbols.describe(0, View(S, 0)) == "_entry"
    address = symbols.find("add")
    assert address is not None
    assert symbols.describe(address, View(M, 0)) == "add"
    assert symbols.describe(address, View(S, 0)) == "shift"


def test_places_are_resolved(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(hart.machine)
    middle = symbols.find("middle")
    assert middle is not None
    assert symbols.resolve("middle") == middle
    assert symbols.resolve("middle + 0x10") == symbols.resolve("middle+16") == middle + 16
    assert symbols.resolve("middle-2") == middle - 2
    line = symbols.line(middle)
    assert line is not None
    assert symbols.resolve(f"kernel.c:{line[1]}") == middle
    for text, said in (("nothing", "no such symbol"), ("nothing+4", "no such symbol"),
                       ("else.c:4", "no such source file"), ("kernel.c:4000", "no code at line 4000")):  # fmt: skip
        with pytest.raises(SymbolError, match=said):
            symbols.resolve(text)


def test_the_same_file_in_the_same_space_is_read_again(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(hart.machine)
    for _ in range(2):
        assert str(symbols.add(str(files["add"]), "user").space) == "user add.elf"
    assert len(symbols.images) == 2
    symbols.add(str(files["add"]), "any", offset=0x1000)
    assert symbols.find("_entry", View(M, 0)) == 0x1000


def test_another_guest_brings_other_symbols(hart: TestHart, files: dict[str, Path]) -> None:
    symbols = Symbols(hart.machine)
    before = symbols.images
    hart.machine.load(str(files["kernel"]))
    assert symbols.images[0] is not before[0]


@pytest.mark.parametrize("text", ["", "users x", "satp", "satp=x", "kernel 3"])
def test_what_is_no_space(text: str) -> None:
    with pytest.raises(SymbolError, match="no address space"):
        Space.parse(text)


@pytest.mark.parametrize("text", ["any", "kernel", "machine", "user sh", f"satp {SATP | TABLES >> 12:#x}"])
def test_what_is_a_space(text: str) -> None:
    assert str(Space.parse(text)) == str(Space.parse(text.replace(" ", "="))) == text
