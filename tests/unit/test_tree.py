import json
import re
import shutil
import subprocess

import pytest
from unit.trees import dtc

from rvemu.boot.fdt import Fdt, build, parse
from rvemu.boot.tree import machine_tree
from rvemu.fdtnode import U64, FdtNode, Ref
from rvemu.isa.config import DEFAULT, parse_isa

UART = FdtNode(
    "serial@10000000",
    {
        "reg": [U64(0x1000_0000), U64(0x100)],
        "compatible": "ns16550a",
        "interrupts": 10,
        "interrupt-parent": Ref("plic"),
    },
)


def plic(harts):
    lines = [x for hart in range(harts) for x in (Ref(f"cpu{hart}_intc"), 11, Ref(f"cpu{hart}_intc"), 9)]
    props = {
        "reg": [U64(0xC00_0000), U64(0x60_0000)],
        "compatible": ["sifive,plic-1.0.0", "riscv,plic0"],
        "interrupts-extended": lines,
        "interrupt-controller": None,
        "#interrupt-cells": 1,
        "#address-cells": 0,
        "riscv,ndev": 96,
    }
    return FdtNode("plic@c000000", props, label="plic")


def tree(harts=2, isa=DEFAULT, **changes):
    options = {"memory_base": 0x8000_0000, "memory_size": 0x800_0000, "stdout_path": "/soc/serial@10000000"}
    nodes = [plic(harts), UART]
    return machine_tree(harts=harts, isa=isa, device_nodes=nodes, **{**options, **changes})


def dts(**changes):
    return dtc(build(Fdt(tree(**changes))), "dtb", "dts").decode()


def node(root, path):
    for name in path.strip("/").split("/"):
        root = next(child for child in root.children if child.name == name)
    return root


def qemu_tree(tmp_path, harts):
    if not shutil.which("qemu-system-riscv64"):
        pytest.skip("needs qemu-system-riscv64 (Debian: qemu-system-misc)")
    path = tmp_path / "virt.dtb"
    command = [
        "qemu-system-riscv64",
        "-M",
        f"virt,dumpdtb={path}",
        "-smp",
        str(harts),
        "-m",
        "128M",
        "-nographic",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return parse(path.read_bytes(), "virt.dtb").root


@pytest.mark.parametrize("harts", [1, 2, 64])
def test_dtc_reads_the_tree_without_a_warning(harts):
    text = dts(harts=harts, bootargs="a b", initrd=(0x8400_0000, 0x8410_0000), rng_seed=bytes(32))
    assert len(re.findall(r"\tcpu@[0-9a-f]+ {", text)) == harts
    assert f"core{harts - 1} {{" in text


@pytest.mark.parametrize(
    ("path", "props"),
    [
        ("/cpus", ["#address-cells", "#size-cells", "timebase-frequency"]),
        ("/cpus/cpu@1", ["device_type", "reg", "status", "compatible"]),
        ("/cpus/cpu@1/interrupt-controller", ["#interrupt-cells", "interrupt-controller", "compatible"]),
        ("/memory@80000000", ["device_type", "reg"]),
        ("/soc", ["#address-cells", "#size-cells", "compatible", "ranges"]),
        ("/soc/serial@10000000", ["reg", "compatible", "interrupts"]),
        ("/soc/plic@c000000", ["reg", "compatible", "#interrupt-cells", "interrupt-controller"]),
        ("/chosen", ["stdout-path"]),
    ],
)
def test_nodes_agree_with_those_of_qemu(tmp_path, path, props):
    theirs = node(qemu_tree(tmp_path, 2), path).props
    ours = node(parse(build(Fdt(tree())), "rvemu").root, path).props
    for prop in props:
        assert ours[prop].removesuffix(b"\0") == theirs[prop].removesuffix(b"\0"), prop


def test_every_hart_is_told_its_isa_in_both_notations():
    text = dts(isa=parse_isa("rv64gc_zba_sstc"))
    assert text.count('riscv,isa = "rv64imafdc_zicsr_zifencei_zca_zcd_zba_sstc_svadu";') == 2
    assert text.count('riscv,isa-base = "rv64i";') == 2
    names = ["i", "m", "a", "f", "d", "c", "zicsr", "zifencei", "zca", "zcd", "zba", "sstc", "svadu"]
    assert text.count("riscv,isa-extensions = " + json.dumps("\0".join(names)).replace("\\u0000", "\\0")) == 2
    assert text.count('mmu-type = "riscv,sv57";') == 2
    assert dts(isa=parse_isa("rv64gc_sv39")).count('mmu-type = "riscv,sv39";') == 2


def test_svadu_or_svade_is_named_but_not_both():
    assert "svade" not in dts()
    text = dts(isa=parse_isa("rv64gc_svade"))
    assert "svade" in text
    assert "svadu" not in text


@pytest.mark.parametrize(("extension", "prop"), [("zicbom", "cbom"), ("zicbop", "cbop"), ("zicboz", "cboz")])
def test_block_sizes_come_with_the_extensions_that_need_them(extension, prop):
    assert f"riscv,{prop}-block-size = <0x40>" in dts(isa=parse_isa(f"rv64gc_{extension}"))
    assert prop not in dts(isa=parse_isa("rv64gc"))


def test_the_unit_address_of_a_hart_is_hexadecimal_and_the_name_of_its_core_decimal():
    root = tree(harts=11)
    assert [child.name for child in node(root, "/cpus").children][-2:] == ["cpu@a", "cpu-map"]
    assert node(root, "/cpus/cpu-map/cluster0/core10").props == {"cpu": Ref("cpu10")}


def test_memory_is_what_the_machine_has():
    assert 'memory@80000000 {\n\t\tdevice_type = "memory";\n\t\treg = <0x00 0x80000000 0x800 0x00>' in dts(
        memory_size=8 << 40
    )


def test_chosen_says_only_what_there_is_to_say():
    assert tree().children[0].props == {"stdout-path": "/soc/serial@10000000"}
    chosen = tree(
        bootargs="quiet", initrd=(1 << 33, (1 << 33) + 5), rng_seed=b"seed", stdout_path=None
    ).children[0]
    assert chosen.props == {
        "bootargs": "quiet",
        "linux,initrd-start": U64(1 << 33),
        "linux,initrd-end": U64((1 << 33) + 5),
        "rng-seed": b"seed",
    }


def test_root_nodes_of_devices_stand_below_the_root():
    test = FdtNode(
        "test@100000", {"reg": [U64(0x10_0000), U64(0x1000)], "compatible": "syscon"}, label="test"
    )
    poweroff = FdtNode(
        "poweroff", {"compatible": "syscon-poweroff", "regmap": Ref("test"), "offset": 0, "value": 1}
    )
    nodes = {"device_nodes": [test], "root_nodes": [poweroff]}
    root = machine_tree(harts=1, memory_base=0x8000_0000, memory_size=4096, isa=DEFAULT, **nodes)
    assert "poweroff {" in dtc(build(Fdt(root)), "dtb", "dts").decode()
    assert poweroff in root.children
