import re
import shutil
import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.elf_files import EM_X86_64, ET_DYN, ET_REL, PT_INTERP, Phdr, elf_file

from rvemu.boot.elf import read_elf
from rvemu.errors import LoadError

RAM = 0x8000_0000
WHOLE = elf_file(Phdr(RAM, b"code" * 8, mem_size=64), symbols=[("tohost", RAM + 8), ("main", RAM)])
PROGRAM = """
.globl _start, tohost
_start: la a0, tohost
1:      j 1b
write_tohost: ret
.data
.align 3
tohost: .dword 0
.bss
.skip 4096
"""


def with_section_field(number, offset, value):
    """Return WHOLE with a field of a section header changed; symbols are section 1, strings section 2."""
    damaged = bytearray(WHOLE)
    struct.pack_into("<Q", damaged, len(WHOLE) - 64 * (3 - number) + offset, value)
    return bytes(damaged)


def refusal(data):
    with pytest.raises(LoadError) as error:
        read_elf(data, "guest").symbols()
    assert "\n" not in str(error.value)
    assert re.fullmatch(r"guest: .+ \(.+\)", str(error.value))
    return str(error.value)


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    if not shutil.which("riscv64-unknown-elf-gcc"):
        pytest.skip("needs riscv64-unknown-elf-gcc (Debian: gcc-riscv64-unknown-elf)")
    folder = tmp_path_factory.mktemp("elf")
    (folder / "program.S").write_text(PROGRAM)
    options = ["-nostdlib", "-mcmodel=medany", "-Wl,-N,-Ttext=0x80000000"]
    subprocess.run(["riscv64-unknown-elf-gcc", *options, "-o", "program", "program.S"], cwd=folder, check=True)
    return folder / "program"


def test_segments_and_entry_of_a_linked_program_are_those_that_readelf_shows(linked):
    elf = read_elf(linked.read_bytes(), "program")
    shown = subprocess.run(["readelf", "-lW", linked], capture_output=True, text=True, check=True).stdout
    loads = [line.split() for line in shown.splitlines() if line.split()[:1] == ["LOAD"]]
    assert [(x.va, x.pa, len(x.data), x.mem_size) for x in elf.segments] == [
        tuple(int(field, 16) for field in line[2:6]) for line in loads
    ]
    assert elf.entry == int(re.search(r"Entry point (0x[0-9a-f]+)", shown)[1], 16) == RAM


def test_symbols_of_a_linked_program_are_those_that_nm_shows(linked):
    shown = subprocess.run(["nm", linked], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in shown.splitlines()]
    # Mapping symbols ($x, $d) are no names of the program.
    expected = {name: int(value, 16) for value, _, name in rows if not name.startswith("$")}
    assert read_elf(linked.read_bytes(), "program").symbols() == expected


def test_a_symbol_whose_string_is_the_tail_of_another_is_found(linked):
    elf = read_elf(linked.read_bytes(), "program")
    assert b"\0tohost\0" not in linked.read_bytes()
    assert elf.symbol_pa("tohost") == elf.symbols()["tohost"]
    assert elf.symbol_pa("fromhost") is None


def test_a_segment_is_loaded_at_its_physical_address_and_keeps_its_zero_tail():
    elf = read_elf(elf_file(Phdr(RAM, b"code", va=0xFFFF_FFFF_8000_0000, mem_size=0x2000)), "guest")
    (segment,) = elf.segments
    assert (segment.pa, bytes(segment.data), segment.mem_size, segment.end) == (
        RAM,
        b"code",
        0x2000,
        RAM + 0x2000,
    )


@pytest.mark.parametrize(
    ("entry", "pa"),
    [(0xFFFF_FFFF_8000_0004, RAM + 4), (0xFFFF_FFFF_8000_2000, 0xFFFF_FFFF_8000_2000), (RAM + 8, RAM + 8)],
)
def test_a_virtual_entry_is_translated_by_its_segment(entry, pa):
    data = elf_file(Phdr(RAM, b"code", va=0xFFFF_FFFF_8000_0000, mem_size=0x2000), entry=entry)
    assert read_elf(data, "guest").entry == pa


def test_symbols_keep_their_virtual_address_and_symbol_pa_translates_it():
    va = 0xFFFF_FFC0_0000_0000
    data = elf_file(Phdr(RAM, b"code" * 4, va=va), symbols=[("tohost", va + 8)])
    elf = read_elf(data, "guest")
    assert (elf.symbols()["tohost"], elf.symbol_pa("tohost")) == (va + 8, RAM + 8)


def test_segments_are_ordered_by_physical_address_and_empty_ones_are_dropped():
    elf = read_elf(elf_file(Phdr(RAM + 64, b"b"), Phdr(RAM + 128), Phdr(RAM, b"a")), "guest")
    assert [segment.pa for segment in elf.segments] == [RAM, RAM + 64]
    assert elf.covers(RAM)
    assert not elf.covers(RAM + 1)


def test_moving_a_position_independent_file_moves_segments_entry_and_symbols():
    data = elf_file(Phdr(0, bytes(32)), entry=4, type=ET_DYN, symbols=[("tohost", 8)])
    elf = read_elf(data, "guest")
    assert elf.linked_at_zero
    moved = elf.moved(RAM)
    assert (moved.segments[0].pa, moved.entry, moved.symbols(), moved.symbol_pa("tohost")) == (
        RAM, RAM + 4, {"tohost": RAM + 8}, RAM + 8,
    )  # fmt: skip
    assert not moved.linked_at_zero


@pytest.mark.parametrize(("type", "address"), [(ET_DYN, RAM), (2, 0)])
def test_a_file_with_an_address_of_its_own_is_not_linked_at_zero(type, address):
    assert not read_elf(elf_file(Phdr(address, b"code"), type=type), "guest").linked_at_zero


@pytest.mark.parametrize("info", [0x03, 0x04])
def test_sections_and_files_are_no_symbols(info):
    assert read_elf(elf_file(Phdr(RAM, b"code"), symbols=[("x.c", 0)], info=info), "guest").symbols() == {}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (WHOLE[:4] + b"\x01" + WHOLE[5:], "ELF32"),
        (WHOLE[:5] + b"\x02" + WHOLE[6:], "big-endian"),
        (elf_file(Phdr(RAM, b"x"), machine=EM_X86_64), "X86-64 (RISC-V)"),
        (elf_file(Phdr(RAM, b"x"), machine=0xFACE), "(RISC-V)"),
        (elf_file(Phdr(RAM, b"x"), type=ET_REL), "ET_REL"),
        (elf_file(), "nothing to load"),
        (elf_file(Phdr(RAM)), "nothing to load"),
        (elf_file(Phdr(RAM, b"x", mem_size=9), Phdr(RAM + 8, b"x")), "overlap"),
        (elf_file(Phdr(RAM, b"xyz", mem_size=2)), "cannot have 0x2 bytes"),
        (elf_file(Phdr((1 << 64) - 1, b"x", mem_size=2)), "cannot have"),
        (elf_file(Phdr(RAM, b"x", file_size=2)), "truncated in the segment at 0x80000000"),
        (elf_file(Phdr(RAM, b"x", offset=1 << 60)), "truncated in the segment"),
        (elf_file(Phdr(RAM, b"x"), Phdr(0, b"/lib/ld.so\0", type=PT_INTERP)), "rvemu exec"),
        (WHOLE[:40], "truncated"),
        (WHOLE[:100], "program headers are missing"),
        (WHOLE[:-1], "(a whole "),
        (WHOLE[:54] + b"\0\0" + WHOLE[56:], "program headers of 0 bytes"),
        (b"\x7fELF", "truncated"),
        (with_section_field(1, 0x18, len(WHOLE) - 25), "damaged ELF file"),
        (with_section_field(2, 0x18, (1 << 64) - 1), "damaged ELF file"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_refused_in_one_line(data, word):
    assert word in refusal(data)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_file_is_loaded_or_refused_in_one_line(data):
    damaged = bytearray(WHOLE)
    places = st.one_of(st.integers(0, 120), st.integers(0, len(WHOLE) - 1))
    for offset in data.draw(st.lists(places, min_size=1, max_size=6)):
        damaged[offset] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
    damaged = damaged[: data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))]
    line, segments = "", ()
    try:
        elf = read_elf(bytes(damaged), "guest")
        segments = elf.segments
        elf.symbols(), elf.symbol_pa("tohost"), elf.entry
    except LoadError as error:
        line = str(error)
    assert "\n" not in line
    assert all(len(segment.data) <= segment.mem_size for segment in segments)


@pytest.mark.parametrize("arch", ["", "rv64i2p1_m2p0_zicsr2p0", "rv64gc"])
def test_the_isa_string_of_the_attributes_is_read(arch):
    assert read_elf(elf_file(Phdr(RAM, b"code"), symbols=[("main", RAM)], arch=arch), "guest").arch() == arch


def test_attributes_that_are_cut_off_name_no_isa():
    whole = elf_file(Phdr(RAM, b"code"), symbols=[("main", RAM)], arch="rv64gc")
    damaged = whole.replace(b"\x05rv64gc\0", b"\x05rv64gc\1")
    assert damaged != whole
    assert read_elf(damaged, "guest").arch() == ""


def test_the_isa_string_is_what_readelf_shows(tmp_path):
    if not shutil.which("readelf"):
        pytest.skip("needs readelf (Debian: binutils)")
    data = elf_file(Phdr(RAM, b"code"), symbols=[("main", RAM)], arch="rv64i2p1_m2p0")
    (tmp_path / "guest").write_bytes(data)
    shown = subprocess.run(
        ["readelf", "-A", str(tmp_path / "guest")], capture_output=True, text=True, check=True
    ).stdout
    assert 'Tag_RISCV_arch: "rv64i2p1_m2p0"' in shown
