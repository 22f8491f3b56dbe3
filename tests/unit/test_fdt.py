import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.trees import dtc

from rvemu.boot.fdt import MAX_DEPTH, Fdt, build, parse, patch
from rvemu.errors import LoadError
from rvemu.fdtnode import U64, FdtNode, Ref

SOURCE = b"""/dts-v1/;
/memreserve/ 0x81000000 0x2000;
/ {
	#address-cells = <2>;
	#size-cells = <2>;
	compatible = "acme,board", "riscv-virtio";
	chosen {
		bootargs = "old";
		linux,initrd-start = <0x1>;
		linux,initrd-end = <0x2>;
	};
	memory@90000000 {
		device_type = "memory";
		reg = <0 0x90000000 0 0x1000>;
		numa-node-id = <0>;
	};
	memory@a0000000 {
		device_type = "memory";
		reg = <0 0xa0000000 0 0x1000>;
	};
	intc: controller {
		phandle = <7>;
		flag;
		mac = [00 11 22 33 44];
	};
};
"""


def example():
    return FdtNode(
        "",
        {"#address-cells": 2, "#size-cells": 2, "compatible": ["a,b", "c"], "model": "m"},
        [
            FdtNode("controller", {"flag": None, "mac": bytes(range(5)), "n": 0xFFFF_FFFF}, label="intc"),
            FdtNode("user", {"one": Ref("intc"), "many": [Ref("intc"), 9, U64(1 << 40)], "wide": U64(5)}),
            FdtNode("unused", {"empty": []}, label="nobody"),
        ],
    )


def test_dtc_reads_what_was_written():
    assert dtc(build(Fdt(example(), [(0x8000_0000, 0x1000)])), "dtb", "dts").decode() == (
        """/dts-v1/;

/memreserve/	0x0000000080000000 0x0000000000001000;
/ {
	#address-cells = <0x02>;
	#size-cells = <0x02>;
	compatible = "a,b\\0c";
	model = "m";

	controller {
		flag;
		mac = [00 01 02 03 04];
		n = <0xffffffff>;
		phandle = <0x01>;
	};

	user {
		one = <0x01>;
		many = <0x01 0x09 0x100 0x00>;
		wide = <0x00 0x05>;
	};

	unused {
		empty;
	};
};
"""
    )


def test_what_dtc_wrote_is_read_and_written_back_as_it_was():
    compiled = dtc(SOURCE, "dts", "dtb")
    fdt = parse(compiled, "board.dtb")
    assert fdt.reservations == [(0x8100_0000, 0x2000)]
    controller = fdt.root.children[-1]
    assert (controller.name, controller.props) == (
        "controller", {"phandle": b"\0\0\0\7", "flag": b"", "mac": b"\0\x11\x22\x33\x44"},
    )  # fmt: skip
    assert dtc(build(fdt), "dtb", "dts") == dtc(compiled, "dtb", "dts")


NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789,._+-", min_size=1, max_size=12)


def nodes(children):
    return st.builds(FdtNode, NAMES, st.dictionaries(NAMES, st.binary(max_size=9), max_size=3), children)


TREES = st.builds(
    FdtNode,
    st.just(""),
    st.dictionaries(NAMES, st.binary(max_size=9), max_size=3),
    st.lists(
        st.recursive(nodes(st.just([])), lambda inner: nodes(st.lists(inner, max_size=3)), max_leaves=6)
    ),
)
RESERVATIONS = st.lists(
    st.tuples(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1)).filter(any), max_size=3
)


@settings(deadline=None)
@given(TREES, RESERVATIONS, st.integers(0, (1 << 32) - 1))
def test_every_tree_is_read_back_as_it_was_written(root, reservations, boot_hart):
    fdt = Fdt(root, reservations, boot_hart)
    assert parse(build(fdt), "x") == fdt


@pytest.mark.parametrize(
    "root",
    [
        FdtNode("", {"x": Ref("nobody")}),
        FdtNode("", {}, [FdtNode("a", label="l"), FdtNode("b", label="l")]),
    ],
)
def test_a_reference_without_exactly_one_node_is_our_own_mistake(root):
    with pytest.raises(ValueError, match="labels"):
        build(Fdt(root))


def header(**changes):
    """Return the DTB of `example()` with fields of its header replaced."""
    dtb = bytearray(build(Fdt(example())))
    blocks = ["structure", "strings", "reservations"]
    names = ["magic", "total", *blocks, "version", "last", "hart", "strings_size", "structure_size"]
    for name, value in changes.items():
        struct.pack_into(">I", dtb, 4 * names.index(name), value)
    return bytes(dtb)


def structure(*cells, strings=b"name\0"):
    """Return a DTB whose structure block has these cells (numbers, or bytes as they are)."""
    block = b"".join(cell if isinstance(cell, bytes) else struct.pack(">I", cell) for cell in cells)
    start = 40 + 16
    total = start + len(block) + len(strings)
    fields = (0xD00DFEED, total, start, start + len(block), 40, 17, 16, 0, len(strings), len(block))
    return struct.pack(">10I", *fields) + bytes(16) + block + strings


BEGIN, END_NODE, PROP, NOP, END, ROOT = 1, 2, 3, 4, 9, bytes(4)


def test_nops_are_skipped():
    dtb = structure(NOP, BEGIN, ROOT, NOP, PROP, 1, 0, b"x\0\0\0", NOP, END_NODE, NOP, END)
    assert parse(dtb, "x").root == FdtNode("", {"name": b"x"})


@pytest.mark.parametrize(
    ("dtb", "word"),
    [
        (b"", "0 bytes"),
        (b"\xd0\x0d\xfe\xed", "4 bytes"),
        (header(magic=0x7F454C46), "magic is 0x7f454c46"),
        (header(version=3), "version 3"),
        (header(version=18, last=18), "version 18"),
        (header(total=0xFFFF_FFFF), "truncated"),
        (header()[:-1], "truncated"),
        (header(structure=0xFFFF_FFF0), "structure block ends outside"),
        (header(structure_size=0xFFFF_FFFF), "structure block ends outside"),
        (header(strings=0xFFFF_FFFF), "strings block ends outside"),
        (header(strings_size=0x1_0000), "strings block ends outside"),
        (header(reservations=0xFFFF_FFFF), "reservation block has no end"),
        (structure(), "ends early"),
        (structure(END), "root"),
        (structure(BEGIN, ROOT, END), "root"),
        (structure(BEGIN, ROOT, END_NODE, BEGIN, ROOT, END_NODE, END), "root"),
        (structure(BEGIN, ROOT, END_NODE), "ends early"),
        (structure(BEGIN, b"name"), "node name has no end"),
        (structure(BEGIN, b"abc\0", END_NODE, END), "named 'abc'"),
        (structure(BEGIN, ROOT, BEGIN, ROOT, END_NODE, END_NODE, END), "named ''"),
        (structure(BEGIN, ROOT, BEGIN, b"a/b\0", END_NODE, END_NODE, END), "named 'a/b'"),
        (structure(BEGIN, ROOT, BEGIN, b"a\xffb\0", END_NODE, END_NODE, END), "a name is"),
        (structure(BEGIN, ROOT, BEGIN, b"a\nb\0", END_NODE, END_NODE, END), "a name is 'a\\nb'"),
        (structure(END_NODE, END), "token 0x2"),
        (structure(PROP, 0, 0, END), "token 0x3"),
        (structure(BEGIN, ROOT, 5, END_NODE, END), "token 0x5 at 0x8"),
        (structure(BEGIN, ROOT, PROP, 0xFFFF_FFFF, 0, END_NODE, END), "ends early"),
        (structure(BEGIN, ROOT, PROP, 0, 0xFFFF_FFFF, END_NODE, END), "property name has no end"),
        (structure(BEGIN, ROOT, PROP, 0, 4, END_NODE, END), "nameless"),
        (structure(BEGIN, ROOT, PROP, 0, 0, PROP, 0, 0, END_NODE, END), "there twice"),
        (structure(BEGIN, ROOT, *(BEGIN, b"deep", ROOT) * MAX_DEPTH), "deep"),
    ],
)
def test_a_damaged_tree_is_refused_in_one_line(dtb, word):
    with pytest.raises(LoadError) as error:
        parse(dtb, "board.dtb")
    line = str(error.value)
    assert line.startswith("board.dtb: ")
    assert word in line
    assert "\n" not in line


@settings(deadline=None)
@given(st.data())
def test_a_tree_with_random_damage_is_read_or_refused_in_one_line(data):
    damaged = bytearray(header())
    for offset in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=6)):
        damaged[offset] = data.draw(st.sampled_from([0, 1, 2, 3, 4, 9, 0xFF]) | st.integers(0, 255))
    line = ""
    try:
        patch(bytes(damaged), "x", memory=(0x8000_0000, 1 << 27), bootargs="a", initrd=(1, 2), rng_seed=b"s")
    except LoadError as error:
        line = str(error)
    assert "\n" not in line


def patched(source=SOURCE, **changes):
    options = {
        "memory": (0x8000_0000, 0x1_0000_0000),
        "bootargs": "",
        "initrd": None,
        "rng_seed": b"\1\2\3\4",
    }
    return dtc(patch(dtc(source, "dts", "dtb"), "board.dtb", **{**options, **changes}), "dtb", "dts").decode()


def test_patching_leaves_one_memory_node_that_keeps_its_other_properties():
    text = patched()
    assert text.count("memory@") == 1
    assert 'memory@80000000 {\n\t\tdevice_type = "memory";\n\t\treg = <0x00 0x80000000 0x01 0x00>;\n' in text
    assert "numa-node-id" in text


def test_patching_keeps_everything_else():
    text = patched()
    assert "/memreserve/\t0x0000000081000000 0x0000000000002000;" in text
    assert 'compatible = "acme,board\\0riscv-virtio"' in text
    assert "mac = [00 11 22 33 44]" in text


def test_patching_sets_what_was_loaded_and_removes_an_initrd_that_was_not():
    loaded = patched(bootargs="root=/dev/vda", initrd=(0x8400_0000, 0x8410_0000))
    assert 'bootargs = "root=/dev/vda"' in loaded
    assert "linux,initrd-start = <0x00 0x84000000>" in loaded
    assert "linux,initrd-end = <0x00 0x84100000>" in loaded
    assert "rng-seed = <0x1020304>" in loaded
    plain = patched()
    assert 'bootargs = "old"' in plain
    assert "initrd" not in plain


def test_patching_makes_the_nodes_that_are_missing_with_the_cells_of_the_root():
    text = patched(
        b"/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; };", memory=(0x8000_0000, 0x800_0000)
    )
    assert "memory@80000000 {" in text
    assert "reg = <0x80000000 0x8000000>" in text
    assert "chosen {" in text


@pytest.mark.parametrize("cells", [0, 1, 3])
def test_memory_that_the_cells_cannot_hold_is_refused(cells):
    source = b"/dts-v1/; / { #address-cells = <2>; #size-cells = <%d>; };" % cells
    with pytest.raises(LoadError, match=rf"board.dtb: #size-cells = {cells} .* 0x100000000 \(2\)"):
        patched(source)
