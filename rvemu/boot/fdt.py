"""Flattened device trees: writer, validating reader, and the patching of a user's own DTB.

Source: Devicetree Specification, "Flattened Devicetree (DTB) Format", version 17.

The `fdt` package on PyPI is not used: it has no references to labels, guesses the types of what it reads, so
that a tree is not written back as it was, and takes the offsets and strings of a damaged file on trust.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rvemu.errors import LoadError
from rvemu.fdtnode import U64, Cell, FdtNode, FdtValue, Ref

FDT_MAGIC = 0xD00D_FEED
FDT_VERSION = 17
FDT_LAST_COMPATIBLE_VERSION = 16
FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END = 1, 2, 3, 4, 9

MAX_DEPTH = 64
"""Levels of nodes that the reader accepts; real trees have fewer than ten."""

_HEADER = struct.Struct(">10I")
_RESERVATION = struct.Struct(">QQ")


@dataclass
class Fdt:
    """What a DTB holds.

    Attributes:
        root: the tree; in one that was read, every property is bytes.
        reservations: (pa, size) of each entry of the memory reservation block.
        boot_hart: physical ID of the boot hart.
    """

    root: FdtNode
    reservations: list[tuple[int, int]] = field(default_factory=list)
    boot_hart: int = 0


# Writer


def build(fdt: Fdt) -> bytes:
    """Return the DTB of a tree; every node that a `Ref` names gets a phandle.

    Raises:
        ValueError: a `Ref` names no node, or two nodes have one label: our own mistake.
    """
    writer = _Writer(_phandles(fdt.root))
    writer.node(fdt.root)
    structure = bytes(writer.structure) + struct.pack(">I", FDT_END)
    reservations = b"".join(_RESERVATION.pack(*entry) for entry in (*fdt.reservations, (0, 0)))
    off_reservations = _HEADER.size
    off_structure = off_reservations + len(reservations)
    off_strings = off_structure + len(structure)
    strings = bytes(writer.strings)
    header = _HEADER.pack(
        FDT_MAGIC,
        off_strings + len(strings),
        off_structure,
        off_strings,
        off_reservations,
        FDT_VERSION,
        FDT_LAST_COMPATIBLE_VERSION,
        fdt.boot_hart,
        len(strings),
        len(structure),
    )
    return header + reservations + structure + strings


def _walk(node: FdtNode) -> Iterator[FdtNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _labels_in(value: FdtValue) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Ref):
            yield item.label


def _phandles(root: FdtNode) -> dict[str, int]:
    """Number the labels in use from 1, in tree order."""
    used = {label for node in _walk(root) for value in node.props.values() for label in _labels_in(value)}
    labels = [node.label for node in _walk(root) if node.label is not None]
    if len(set(labels)) != len(labels) or not used <= set(labels):
        raise ValueError(f"device tree: labels {labels} do not serve the references {sorted(used)}")
    return {label: number for number, label in enumerate((x for x in labels if x in used), 1)}


class _Writer:
    """Structure block and strings block as they grow."""

    def __init__(self, phandles: dict[str, int]) -> None:
        self.structure, self.strings = bytearray(), bytearray()
        self._phandles = phandles
        self._string_offsets: dict[str, int] = {}

    def node(self, node: FdtNode) -> None:
        self.structure += struct.pack(">I", FDT_BEGIN_NODE) + _padded(node.name.encode("ascii") + b"\0")
        for name, value in node.props.items():
            self._prop(name, self._encode(value))
        if node.label in self._phandles:
            self._prop("phandle", self._encode(Ref(node.label)))
        for child in node.children:
            self.node(child)
        self.structure += struct.pack(">I", FDT_END_NODE)

    def _prop(self, name: str, value: bytes) -> None:
        if name not in self._string_offsets:
            self._string_offsets[name] = len(self.strings)
            self.strings += name.encode("ascii") + b"\0"
        self.structure += struct.pack(">III", FDT_PROP, len(value), self._string_offsets[name])
        self.structure += _padded(value)

    def _encode(self, value: FdtValue) -> bytes:
        if value is None:
            return b""
        if isinstance(value, bytes):
            return value
        items = value if isinstance(value, list) else [value]
        return b"".join(self._encode_item(item) for item in items)

    def _encode_item(self, item: Cell | str) -> bytes:
        if isinstance(item, str):
            return item.encode() + b"\0"
        if isinstance(item, U64):
            return struct.pack(">Q", item.value)
        return struct.pack(">I", self._phandles[item.label] if isinstance(item, Ref) else item)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


# Reader


def parse(dtb: bytes, name: str) -> Fdt:
    """Return what the DTB `dtb`, called `name` in errors, holds.

    Raises:
        LoadError: anything that the specification does not allow.
    """
    return _Reader(dtb, name).fdt()


class _Reader:
    """A DTB and the position in its structure block; every offset is checked before use."""

    def __init__(self, dtb: bytes, name: str) -> None:
        self._name = name
        if len(dtb) < _HEADER.size:
            raise self._error(f"{len(dtb)} bytes are no device tree blob", "a DTB made by dtc")
        magic, total, off_structure, off_strings, self._off_reservations, version, last, boot_hart, *sizes = (
            _HEADER.unpack_from(dtb)
        )
        if magic != FDT_MAGIC:
            raise self._error(f"magic is {magic:#x}", f"a DTB, {FDT_MAGIC:#x}; dtc makes one of a DTS")
        if version < FDT_VERSION or last > FDT_VERSION:
            raise self._error(f"device tree blob has version {version}", f"{FDT_VERSION}")
        if total > len(dtb):
            raise self._error(f"truncated, {len(dtb)} bytes", f"{total} as its header says")
        self._dtb, self._boot_hart = dtb[:total], boot_hart
        self._strings = self._block("strings", off_strings, sizes[0])
        self._structure = self._block("structure", off_structure, sizes[1])
        self._position = 0

    def fdt(self) -> Fdt:
        root = self._tree()
        return Fdt(root, list(self._reservations()), self._boot_hart)

    def _error(self, what: str, right: str) -> LoadError:
        return LoadError(f"{self._name}: {what} ({right})")

    def _damaged(self, what: str) -> LoadError:
        return self._error(f"device tree blob is damaged, {what}", "a DTB made by dtc")

    def _block(self, block: str, offset: int, size: int) -> bytes:
        if offset > len(self._dtb) or size > len(self._dtb) - offset:
            raise self._damaged(f"its {block} block ends outside the file")
        return self._dtb[offset : offset + size]

    def _reservations(self) -> Iterator[tuple[int, int]]:
        offset = self._off_reservations
        while offset <= len(self._dtb) - _RESERVATION.size:
            pa, size = _RESERVATION.unpack_from(self._dtb, offset)
            if pa == size == 0:
                return
            yield pa, size
            offset += _RESERVATION.size
        raise self._damaged("its memory reservation block has no end")

    def _tree(self) -> FdtNode:
        """Read the structure block; a stack, not recursion, holds the nodes that are open."""
        top = FdtNode("")
        open_nodes = [top]
        while (token := self._cell()) != FDT_END:
            node = open_nodes[-1]
            if token == FDT_BEGIN_NODE:
                child = FdtNode(self._node_name(is_root=node is top))
                node.children.append(child)
                open_nodes.append(child)
                if len(open_nodes) > MAX_DEPTH:
                    raise self._damaged(f"its nodes are more than {MAX_DEPTH} deep")
            elif token == FDT_END_NODE and node is not top:
                open_nodes.pop()
            elif token == FDT_PROP and node is not top:
                self._read_prop(node)
            elif token != FDT_NOP:
                raise self._damaged(f"token {token:#x} at {self._position - 4:#x} of its structure block")
        if len(open_nodes) != 1 or len(top.children) != 1:
            raise self._damaged("it has not exactly one whole root node")
        return top.children[0]

    def _cell(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def _take(self, size: int) -> bytes:
        """Return the next `size` bytes and skip the padding behind them."""
        if size > len(self._structure) - self._position:
            raise self._damaged("its structure block ends early")
        data = self._structure[self._position : self._position + size]
        self._position += size + -size % 4
        return data

    def _node_name(self, *, is_root: bool) -> str:
        end = self._structure.find(b"\0", self._position)
        if end < 0:
            raise self._damaged("a node name has no end")
        name = self._text(self._take(end + 1 - self._position)[:-1])
        if "/" in name or bool(name) == is_root:
            raise self._damaged(f"a node is named {name!r}")
        return name

    def _read_prop(self, node: FdtNode) -> None:
        size, name_offset = self._cell(), self._cell()
        end = self._strings.find(b"\0", name_offset)
        if end < 0:
            raise self._damaged("a property name has no end")
        name = self._text(self._strings[name_offset:end])
        if not name or name in node.props:
            raise self._damaged(f"property {name!r} of node {node.name!r} is nameless or there twice")
        node.props[name] = self._take(size)

    def _text(self, raw: bytes) -> str:
        text = raw.decode("ascii", errors="replace")
        if not (text.isascii() and text.isprintable()):
            raise self._damaged(f"a name is {text!r}")
        return text


# A user's own DTB


def patch(
    dtb: bytes,
    name: str,
    *,
    memory: tuple[int, int],
    bootargs: str,
    initrd: tuple[int, int] | None,
    rng_seed: bytes,
) -> bytes:
    """Return the user's DTB with the memory this machine has, and with what was loaded beside it.

    Args:
        name: what errors call it.
        memory: (pa, size) of RAM.
        bootargs: the kernel's command line; where it is empty, that of the DTB stays.
        initrd: (start, end) of physical addresses, end exclusive; None removes one that the DTB names.
    Raises:
        LoadError: the DTB is damaged, or its cells cannot express the memory.
    """
    fdt = parse(dtb, name)
    _patch_memory(fdt.root, name, memory)
    chosen = next((node for node in fdt.root.children if node.name == "chosen"), None)
    if chosen is None:
        chosen = FdtNode("chosen")
        fdt.root.children.append(chosen)
    for prop in INITRD_PROPS:
        chosen.props.pop(prop, None)
    chosen.props |= chosen_props(bootargs, initrd, rng_seed)
    return build(fdt)


INITRD_PROPS = ("linux,initrd-start", "linux,initrd-end")


def chosen_props(bootargs: str, initrd: tuple[int, int] | None, rng_seed: bytes) -> dict[str, FdtValue]:
    """Return those properties of /chosen that have something to say."""
    props: dict[str, FdtValue] = {}
    if bootargs:
        props["bootargs"] = bootargs
    if initrd is not None:
        props |= dict(zip(INITRD_PROPS, map(U64, initrd), strict=True))
    if rng_seed:
        props["rng-seed"] = rng_seed
    return props


def _patch_memory(root: FdtNode, name: str, memory: tuple[int, int]) -> None:
    """Leave one memory node, which keeps its other properties."""
    found = [node for node in root.children if _is_memory(node)]
    node = found[0] if found else FdtNode("", {"device_type": "memory"})
    reg = b"".join(
        _cells(root, name, kind, default, number)
        for kind, default, number in zip(("address", "size"), (2, 1), memory, strict=True)
    )
    patched = replace(node, name=f"memory@{memory[0]:x}", props={**node.props, "reg": reg})
    index = root.children.index(node) if found else len(root.children)
    others = [child for child in root.children if not _is_memory(child)]
    root.children[:] = [*others[:index], patched, *others[index:]]


def _is_memory(node: FdtNode) -> bool:
    return node.props.get("device_type") == b"memory\0" or node.name.partition("@")[0] == "memory"


def _cells(root: FdtNode, name: str, kind: str, default: int, number: int) -> bytes:
    """Return `number` in as many cells as the root node gives to an address or a size."""
    value = root.props.get(f"#{kind}-cells", struct.pack(">I", default))
    cells = int.from_bytes(value, "big") if isinstance(value, bytes) else 0
    if cells not in (1, 2) or number >> 32 * cells:
        raise LoadError(f"{name}: #{kind}-cells = {cells} of its root cannot hold memory's {number:#x} (2)")
    return number.to_bytes(4 * cells, "big")
