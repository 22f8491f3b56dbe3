"""`rvemu qemu`: what QEMU's options are made into, and how the others are refused."""

from __future__ import annotations

import re

import pytest

from rvemu.cli.qemu import OPTIONS, help_text, translate, version_text
from rvemu.cli.qemu_cpu import isa_of_cpu
from rvemu.config import DriveSpec
from rvemu.errors import ConfigError
from rvemu.isa.config import DEFAULT, parse_isa

XV6 = (
    "-machine virt -bios none -kernel kernel/kernel -m 128M -smp 3 -nographic"
    " -global virtio-mmio.force-legacy=false"
    " -drive file=fs.img,if=none,format=raw,id=x0"
    " -device virtio-blk-device,drive=x0,bus=virtio-mmio-bus.0"
)
"""What xv6-riscv's Makefile runs."""


def config_of(arguments: str):
    """Return the machine that the arguments ask for."""
    return translate(arguments.split()).config


def refusal_of(arguments: str) -> str:
    """Return the line that refuses the arguments."""
    with pytest.raises(ConfigError) as caught:
        translate(arguments.split())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_command_line_of_xv6_is_taken_whole():
    request = translate(XV6.split())
    config = request.config
    assert (config.bios, config.kernel, config.memory, config.harts) == (
        "none",
        "kernel/kernel",
        128 << 20,
        3,
    )
    assert config.drives == (DriveSpec("fs.img", slot=0),)
    assert not config.virtio_legacy
    assert request.escapes


def test_options_may_begin_with_two_dashes():
    assert config_of("--kernel k --smp 2").harts == 2


def test_the_defaults_are_those_of_qemu():
    config = config_of("-kernel k")
    assert (config.memory, config.harts, config.bios) == (128 << 20, 1, None)
    assert config.rng_slot is None


@pytest.mark.parametrize(
    ("text", "size"), [("256", 256 << 20), ("1G", 1 << 30), ("size=64M", 64 << 20), ("512M", 512 << 20)]
)
def test_memory_is_in_mib_without_a_suffix(text, size):
    assert config_of(f"-m {text}").memory == size


@pytest.mark.parametrize(
    ("text", "harts"),
    [("4", 4), ("cpus=2", 2), ("sockets=2,cores=3,threads=1", 6), ("2,sockets=2,cores=1", 2)],
)
def test_smp_counts_harts(text, harts):
    assert config_of(f"-smp {text}").harts == harts


def test_a_drive_with_if_virtio_needs_no_device():
    assert config_of("-drive file=a.img,format=raw,if=virtio").drives == (DriveSpec("a.img"),)
    assert config_of("-drive a.img,readonly=on").drives == (DriveSpec("a.img", readonly=True),)


def test_snapshot_holds_for_every_drive():
    drives = config_of("-drive a.img -snapshot -drive b.img").drives
    assert [drive.snapshot for drive in drives] == [True, True]


def test_drives_are_in_the_order_of_their_devices():
    config = config_of(
        "-drive file=a.img,if=none,id=a -drive file=b.img,if=none,id=b"
        " -device virtio-blk-device,drive=b -device virtio-blk-device,drive=a"
    )
    assert [drive.path for drive in config.drives] == ["b.img", "a.img"]


def test_an_entropy_device_takes_its_slot():
    assert config_of("-device virtio-rng-device").rng_slot == 7
    assert config_of("-device virtio-rng-device,bus=virtio-mmio-bus.3").rng_slot == 3
    source = "-object rng-random,filename=/dev/urandom,id=r -device virtio-rng-device,rng=r"
    assert config_of(source).rng_slot == 7


@pytest.mark.parametrize(
    ("words", "address"),
    [("-s", ("127.0.0.1", 1234)), ("-gdb tcp::26000", ("127.0.0.1", 26000)),
     ("-gdb tcp:0.0.0.0:1,server=on,wait=off", ("0.0.0.0", 1))],
)  # fmt: skip
def test_gdb_listens_on_the_loopback_unless_a_host_is_given(words, address):
    request = translate(f"{words} -S".split())
    assert (request.gdb, request.halted) == (address, True)


def test_legacy_virtio_is_had_by_asking_for_it():
    assert config_of("-global virtio-mmio.force-legacy=true").virtio_legacy


def test_dumpdtb_writes_the_tree_in_place_of_running():
    assert translate(["-machine", "virt,dumpdtb=virt.dtb"]).dump_dtb == "virt.dtb"


def test_the_rest_of_the_options():
    words = "-M virt -accel tcg -display none -serial mon:stdio -monitor none -name lab -no-reboot"
    request = translate([*words.split(), "-initrd", "i", "-dtb", "d", "-append", "ro quiet"])
    assert request.no_reboot
    assert (request.config.initrd, request.config.dtb, request.config.append) == ("i", "d", "ro quiet")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("-kernal k", "-kernal: this option of QEMU is not supported (the nearest that is: -kernel)"),
        (
            "--nographics",
            "--nographics: this option of QEMU is not supported (the nearest that is: -nographic)",
        ),
        ("-gdb stdio", "-gdb: 'stdio' is not supported (tcp)"),
        ("-gdb tcp::x", "-gdb: ':x' is no address ([HOST:]PORT, as 1234 or localhost:1234)"),
        (
            "-netdev user,id=n0",
            "-netdev: this option of QEMU is not supported yet (a command line without it)",
        ),
        ("-m", "-m: its value is missing (-m SIZE)"),
        ("fs.img", "fs.img: unexpected argument (a disk: -drive file=fs.img,format=raw,if=virtio)"),
        ("-machine sifive_u", "-machine: 'sifive_u' is not supported (virt)"),
        ("-machine virt,aclint=on", "-machine: aclint: 'on' is not supported (off)"),
        ("-machine virt,usb", "-machine: property 'usb' lacks its value (usb=...)"),
        ("-cpu sifive-u54", "-cpu: 'sifive-u54' is not supported (rv64, max)"),
        ("-cpu rv64,zbbb=on", "-cpu: extension 'zbbb' is not supported (the nearest that is: zbb)"),
        ("-cpu rv64,sv39=off", "-cpu: sv39 cannot be turned off (on)"),
        ("-smp 65", "harts: 65 are not supported (1 to 64)"),
        ("-m lots", "-m: 'lots' is no size (a number with K, M, G or T, as 128M)"),
        ("-m maxmem=1G", "-m: property 'maxmem' is not supported (the nearest that is: size)"),
        ("-drive file=a,format=qcow2", "drive a: format 'qcow2' is not supported (raw)"),
        ("-drive file=a,if=pflash", "-drive: if: 'pflash' is not supported (none, virtio)"),
        ("-drive file=a,if=none", "-drive: a needs an id of its own (id=x0)"),
        ("-drive file=a,if=none,id=x", "-drive: no device uses x (-device virtio-blk-device,drive=x)"),
        ("-device virtio-blk-device,drive=x", "-device virtio-blk-device: no drive 'x'"),
        (
            "-device virtio-blk-pci",
            "-device: 'virtio-blk-pci' is not supported (the nearest that is: virtio-blk-device)",
        ),
        ("-device virtio-net-device", "-device: 'virtio-net-device' is not supported yet"),
        (
            "-device virtio-rng-device,bus=pci.0",
            "-device: no bus 'pci.0' (virtio-mmio-bus.0 to virtio-mmio-bus.7)",
        ),
        ("-device virtio-rng-device,rng=r", "-device virtio-rng-device: no object 'r'"),
        ("-device virtio-rng-device,bus=virtio-mmio-bus.9", "virtio-rng: no virtio-mmio slot 9 (0 to 7)"),
        ("-global pci.x=1", "-global: 'pci.x' is not supported (virtio-mmio.force-legacy)"),
        ("-serial tcp::1", "-serial: 'tcp::1' is not supported (mon:stdio, stdio)"),
        ("-display gtk", "-display: 'gtk' is not supported (none)"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(arguments, complaint):
    assert refusal_of(arguments).startswith(complaint)


def test_the_version_is_what_makefiles_compare():
    assert re.match(r"QEMU emulator version 7\.2\.0 \(rvemu ", version_text().splitlines()[0])


def test_help_has_a_line_for_each_option_that_begins_with_it():
    lines = help_text().splitlines()
    for name in OPTIONS:
        assert any(re.match(rf"{name}(\s|$)", line) for line in lines), name


def test_extensions_are_turned_off_with_what_needs_them():
    names = parse_isa(isa_of_cpu({"model": "rv64", "f": "off"})).names
    assert not {"F", "D", "Zcd"} & set(names)
    assert {"I", "M", "A", "C"} <= set(names)


@pytest.mark.parametrize("name", ["zba", "zbb", "zicbom", "sstc", "svnapot", "zawrs", "c", "m"])
def test_one_extension_is_turned_off(name):
    properties = {"model": "rv64", name: "off"}
    spelled = next(known for known in DEFAULT.names if known.lower() == name)
    assert not parse_isa(isa_of_cpu(properties)).has(spelled)


def test_what_is_on_anyway_may_be_asked_for():
    asked = {"model": "max", "zba": "true", "g": "on", "sv57": "on", "Zicsr": "on", "mmu": "true"}
    assert parse_isa(isa_of_cpu(asked)) == DEFAULT


@pytest.mark.parametrize(("properties", "deepest"), [
    ({"sv57": "off"}, "riscv,sv48"), ({"sv48": "off"}, "riscv,sv39"), ({"sv57": "off", "sv48": "on"}, "riscv,sv48"),
])  # fmt: skip
def test_deep_page_tables_are_turned_off(properties, deepest):
    assert parse_isa(isa_of_cpu(properties)).mmu_type == deepest


def test_svadu_and_svade_take_each_other_s_place():
    assert parse_isa(isa_of_cpu({"svadu": "off"})).has("Svade")
    assert parse_isa(isa_of_cpu({"svade": "on"})).has("Svade")
    assert parse_isa(isa_of_cpu({"svade": "off"})).has("Svadu")
