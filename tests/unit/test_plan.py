import gzip
import re
import struct
import subprocess
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.elf_files import ET_DYN, Phdr, elf_file
from unit.test_image import linux_image
from unit.trees import dtc

from rvemu.boot.fdt import Fdt, build, parse
from rvemu.boot.plan import BootConfig, plan
from rvemu.boot.rom import ROM_BASE, reset_rom
from rvemu.boot.tree import machine_tree
from rvemu.errors import LoadError
from rvemu.fdtnode import U64, FdtNode
from rvemu.isa.config import DEFAULT

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
RAM = 0x8000_0000
SBI = b"bundled firmware"


class Files:
    """A folder of guests, and the plan for a machine that boots some of them."""

    def __init__(self, folder):
        self.folder = folder
        self.initrd = None
        self.put("sbi.bin", SBI)

    def put(self, name, data):
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def path(self, name):
        return name if name in (None, "none", "default") else str(self.folder / name)

    def tree(self, initrd):
        self.initrd = initrd
        return machine_tree(
            harts=1, memory_base=RAM, memory_size=128 * MIB, isa=DEFAULT, device_nodes=[], initrd=initrd
        )

    def plan(self, kernel=None, *, ram_size=128 * MIB, bios=None, initrd=None, dtb=None, **options):
        config = BootConfig(
            ram_base=RAM,
            ram_size=ram_size,
            default_bios=self.path("sbi.bin"),
            tree=self.tree,
            bios=self.path(bios),
            kernel=self.path(kernel),
            initrd=self.path(initrd),
            dtb=self.path(dtb),
            **options,
        )
        return plan(config)

    def refusal(self, *args, **options):
        with pytest.raises(LoadError) as error:
            self.plan(*args, **options)
        assert "\n" not in str(error.value)
        return str(error.value).replace(f"{self.folder}/", "")


@pytest.fixture
def files(tmp_path):
    files = Files(tmp_path)
    files.put("m.elf", elf_file(Phdr(RAM, b"machine code", mem_size=0x2000), entry=RAM + 4))
    files.put("s.elf", elf_file(Phdr(RAM + 4 * MIB, b"supervisor code"), entry=RAM + 4 * MIB + 8))
    files.put("pie.elf", elf_file(Phdr(0, b"firmware", mem_size=0x8000), entry=2, type=ET_DYN))
    files.put("Image", linux_image(image_size=30 * MIB))
    files.put("Image.gz", gzip.compress(linux_image(image_size=30 * MIB)))
    files.put("raw", b"raw kernel")
    files.put("fw.bin", b"firmware")
    files.put("initrd", b"initramfs")
    return files


def loaded(boot):
    """Return what RAM holds as {pa: first bytes}, without the device tree."""
    return {pa: bytes(data[:8]) for pa, data in boot.writes if pa != boot.dtb_pa}


def next_addr(boot):
    """Return the field of fw_dynamic_info, which lies 40 bytes into the ROM."""
    return struct.unpack_from("<Q", boot.rom, 40 + 16)[0]


# Which firmware


@pytest.mark.parametrize(
    ("kernel", "bios", "expected", "entry", "following"),
    [
        (None, None, {RAM: SBI[:8]}, RAM, 0),
        (None, "none", {}, RAM, 0),
        (None, "fw.bin", {RAM: b"firmware"}, RAM, 0),
        ("m.elf", None, {RAM: b"machine "}, RAM + 4, RAM + 4),
        ("m.elf", "none", {RAM: b"machine "}, RAM + 4, RAM + 4),
        (None, "m.elf", {RAM: b"machine "}, RAM + 4, 0),
        ("s.elf", None, {RAM: SBI[:8], RAM + 4 * MIB: b"supervis"}, RAM, RAM + 4 * MIB + 8),
        ("s.elf", "default", {RAM: SBI[:8], RAM + 4 * MIB: b"supervis"}, RAM, RAM + 4 * MIB + 8),
        ("s.elf", "none", {RAM + 4 * MIB: b"supervis"}, RAM + 4 * MIB + 8, RAM + 4 * MIB + 8),
        ("s.elf", "pie.elf", {RAM: b"firmware", RAM + 4 * MIB: b"supervis"}, RAM + 2, RAM + 4 * MIB + 8),
        ("pie.elf", None, {RAM: b"firmware"}, RAM + 2, RAM + 2),
        ("Image", None, {RAM: SBI[:8], RAM + 2 * MIB: b"MZ\0\0\0\0\0\0"}, RAM, RAM + 2 * MIB),
        ("Image.gz", "fw.bin", {RAM: b"firmware", RAM + 2 * MIB: b"MZ\0\0\0\0\0\0"}, RAM, RAM + 2 * MIB),
        ("raw", None, {RAM: SBI[:8], RAM + 2 * MIB: b"raw kern"}, RAM, RAM + 2 * MIB),
        ("raw", "none", {RAM + 2 * MIB: b"raw kern"}, RAM + 2 * MIB, RAM + 2 * MIB),
    ],
)
def test_what_is_loaded_where_and_entered_first(files, kernel, bios, expected, entry, following):
    boot = files.plan(kernel, bios=bios)
    assert (loaded(boot), boot.entry_pc, next_addr(boot)) == (expected, entry, following)
    assert boot.rom == reset_rom(entry, boot.dtb_pa, following)


def test_a_raw_kernel_or_image_goes_to_load_addr(files):
    assert RAM + 8 * MIB in loaded(files.plan("raw", load_addr=RAM + 8 * MIB))
    assert next_addr(files.plan("Image", load_addr=RAM + 8 * MIB)) == RAM + 8 * MIB
    assert files.plan("raw", bios="none", load_addr=RAM).entry_pc == RAM


def test_an_image_goes_where_its_header_says(files):
    files.put("Image", linux_image(text_offset=0x40_0000))
    assert next_addr(files.plan("Image")) == RAM + 4 * MIB


# Placement


@pytest.mark.parametrize(
    ("ram_size", "initrd_pa", "dtb_pa"),
    [
        (128 * MIB, RAM + 64 * MIB, RAM + 126 * MIB),
        (256 * MIB, RAM + 128 * MIB, RAM + 254 * MIB),
        (GIB, RAM + 128 * MIB, RAM + GIB - 2 * MIB),
        (8 << 40, RAM + 128 * MIB, 3 * GIB - 2 * MIB),
    ],
)
def test_initrd_and_device_tree_lie_where_qemu_puts_them(files, ram_size, initrd_pa, dtb_pa):
    boot = files.plan("Image", initrd="initrd", ram_size=ram_size)
    assert (boot.initrd, files.initrd) == ((initrd_pa, initrd_pa + 9),) * 2
    assert boot.dtb_pa == dtb_pa
    assert (boot.dtb_pa, boot.dtb) in boot.writes


def test_the_initrd_lies_behind_a_kernel_that_reaches_further(files):
    files.put("Image", linux_image(image_size=100 * MIB + 1))
    assert files.plan("Image", initrd="initrd").initrd[0] == RAM + 102 * MIB + 4 * KIB


def test_the_initrd_keeps_off_the_place_where_fw_jump_copies_the_device_tree(files):
    files.put("initrd", bytes(3 * MIB))
    assert files.plan("raw", initrd="initrd", ram_size=64 * MIB).initrd[0] == RAM + 36 * MIB


def test_the_device_tree_moves_closer_to_the_end_of_ram_that_is_small(files):
    boot = files.plan(bios="none", ram_size=64 * KIB)
    assert boot.dtb_pa > RAM
    assert boot.dtb_pa % (4 * KIB) == 0
    assert boot.dtb_pa + len(boot.dtb) <= RAM + 64 * KIB


def test_bss_is_zeroed(files):
    boot = files.plan("m.elf")
    assert (RAM + 12, 0x2000 - 12) in boot.zeros


def test_elf_headers_that_a_linker_put_in_front_of_ram_are_dropped(files):
    headers = elf_file(Phdr(RAM - 0x1000, offset=0, file_size=0x1004))
    files.put("t.elf", headers.ljust(0x1000, b"\0") + b"code")
    assert loaded(files.plan("t.elf")) == {RAM: b"code"}
    files.put("t.elf", headers.ljust(0x1000, b"!") + b"code")
    assert "outside RAM" in files.refusal("t.elf")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            {"kernel": "m.elf", "bios": "default"},
            "m.elf: 0x80000000-0x80001fff overlaps sbi.bin, 0x80000000-0x8000000f (",
        ),
        ({"kernel": "raw", "load_addr": RAM + 1}, "raw: 0x80000001-0x8000000a overlaps sbi.bin, 0x80000000-"),
        (
            {"kernel": "raw", "load_addr": RAM - 1},
            "raw: 0x7fffffff-0x80000008 is outside RAM, 0x80000000-0x87ffffff (",
        ),
        ({"kernel": "raw", "load_addr": RAM + 128 * MIB - 9}, "raw: 0x87fffff7-0x88000000 is outside RAM"),
        (
            {"kernel": "Image", "ram_size": 31 * MIB},
            "Image: 0x80200000-0x81ffffff is outside RAM, 0x80000000-0x81efff",
        ),
        ({"kernel": "s.elf", "load_addr": RAM}, "s.elf: ELF file, not movable by --load-addr ("),
        ({"ram_size": 4 * KIB, "bios": "none"}, "device tree: 0x7"),
        ({"initrd": "initrd", "kernel": "full.elf"}, "initrd: 0x88000000-0x88000008 is outside RAM"),
        ({"kernel": "full.elf"}, "device tree: 0x87"),
        ({"kernel": "missing"}, "missing: no such file"),
        ({"bios": "missing"}, "missing: no such file"),
        ({"initrd": "missing"}, "missing: no such file"),
        ({"dtb": "missing"}, "missing: no such file"),
        ({"dtb": "raw"}, "raw: 10 bytes are no device tree blob"),
        (
            {"bios": "Image", "kernel": "raw"},
            "raw: 0x80200000-0x80200009 overlaps Image, 0x80000000-0x81dfffff (",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_with_both_ranges(files, args, line):
    files.put("full.elf", elf_file(Phdr(RAM, b"x", mem_size=128 * MIB)))
    assert files.refusal(**args).startswith(line)


SIZES = st.integers(1, 40 * MIB)


@settings(deadline=None)
@given(st.data())
def test_nothing_overlaps_and_everything_is_in_ram_or_the_plan_is_refused(tmp_path_factory, data):
    files = Files(tmp_path_factory.mktemp("plan"))
    base = RAM + data.draw(st.integers(0, 64 * MIB))
    files.put("k.elf", elf_file(Phdr(base, b"kernel", mem_size=data.draw(SIZES) + 6), entry=base))
    files.put("initrd", bytes(data.draw(st.integers(1, 5 * MIB))))
    ram_size = data.draw(st.integers(1, 40)) * 4 * MIB
    line, regions = " overlaps ", ()
    try:
        regions = files.plan("k.elf", initrd="initrd", ram_size=ram_size).regions
    except LoadError as error:
        line = str(error)
    assert re.search(" overlaps | outside RAM", line)
    ends = [(RAM, RAM), *sorted((region.pa, region.end) for region in regions), (RAM + ram_size, 0)]
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


# Device tree, symbols, HTIF


def test_a_users_device_tree_is_patched(files):
    source = b'/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; model = "own"; };'
    files.put("own.dtb", dtc(source, "dts", "dtb"))
    boot = files.plan("Image", initrd="initrd", dtb="own.dtb", append="quiet", rng_seed=b"seed")
    root = parse(boot.dtb, "x").root
    chosen, memory = sorted(root.children, key=lambda child: child.name)
    assert root.props["model"] == b"own\0"
    assert memory.props["reg"] == struct.pack(">QQ", RAM, 128 * MIB)
    assert chosen.props == {
        "bootargs": b"quiet\0",
        "linux,initrd-start": struct.pack(">Q", boot.initrd[0]),
        "linux,initrd-end": struct.pack(">Q", boot.initrd[1]),
        "rng-seed": b"seed",
    }


def test_the_machines_tree_is_told_the_initrd(files):
    root = parse(files.plan("Image", initrd="initrd").dtb, "x").root
    assert root.children[0].props["linux,initrd-start"] == struct.pack(">Q", RAM + 64 * MIB)
    assert build(Fdt(FdtNode("", {"x": U64(1)}))) != files.plan().dtb


def test_symbols_of_kernel_and_firmware_are_joined_and_the_kernels_win(files):
    files.put("k", elf_file(Phdr(RAM + 4 * MIB, bytes(64)), symbols=[("main", RAM + 4 * MIB), ("both", 1)]))
    files.put("b", elf_file(Phdr(0, bytes(64)), type=ET_DYN, symbols=[("sbi", 8), ("both", 16)]))
    assert files.plan("k", bios="b").symbols() == {"main": RAM + 4 * MIB, "sbi": RAM + 8, "both": 1}


@pytest.mark.parametrize(
    ("tohost", "found"),
    [
        (RAM + 8, RAM + 8),
        (RAM + 12, None),
        (RAM + 128 * MIB, None),
        (RAM + 128 * MIB - 8, RAM + 128 * MIB - 8),
    ],
)
def test_htif_is_on_where_tohost_is_an_aligned_word_of_ram(files, tohost, found):
    files.put("t", elf_file(Phdr(RAM, bytes(64)), symbols=[("tohost", tohost), ("fromhost", RAM + 16)]))
    boot = files.plan("t")
    assert (boot.tohost, boot.fromhost, boot.htif) == (found, RAM + 16, found is not None)
    assert not files.plan("m.elf").htif


# Reset ROM


def test_the_reset_rom_is_that_of_qemu():
    # QEMU 7.2, -M virt -m 128M -kernel uboot.elf (entry 0x80200000): `xp /24wx 0x1000` in its monitor.
    words = """
        0x00000297 0x02828613 0xf1402573 0x0202b583 0x0182b283 0x00028067 0x80000000 0x00000000
        0x87e00000 0x00000000 0x4942534f 0x00000000 0x00000002 0x00000000 0x80200000 0x00000000
        0x00000001 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000
    """
    expected = struct.pack("<22I", *(int(word, 16) for word in words.split()))
    assert ROM_BASE == 0x1000
    assert reset_rom(RAM, 0x87E0_0000, 0x8020_0000) == expected


def test_the_reset_vector_loads_what_lies_behind_it(tmp_path):
    objdump = "riscv64-unknown-elf-objdump"
    (tmp_path / "rom").write_bytes(reset_rom(0x1111, 0x2222, 0x3333))
    command = [objdump, "-D", "-b", "binary", "-m", "riscv:rv64", "-M", "no-aliases", tmp_path / "rom"]
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip(f"needs {objdump} (Debian: binutils-riscv64-unknown-elf)")
    lines = [
        " ".join(line.split("\t")[2:4]).split(" <")[0] for line in text.splitlines() if line.startswith("  ")
    ]
    lines = [line.split(" #")[0] for line in lines]
    assert lines[:6] == [
        "auipc t0,0x0",
        "addi a2,t0,40",
        "csrrs a0,mhartid,zero",
        "ld a1,32(t0)",
        "ld t0,24(t0)",
        "jalr zero,0(t0)",
    ]
