"""The machine's own device tree: the one place that says what guests are told about it.

Sources: Devicetree Specification, "Device Node Requirements"; Linux's bindings riscv/cpus.yaml and
riscv/extensions.yaml. FreeBSD reads `riscv,isa` only, newer Linux prefers `riscv,isa-base` with
`riscv,isa-extensions`: the tree has both.
"""

from __future__ import annotations

from collections.abc import Sequence

from rvemu.boot.fdt import chosen_props
from rvemu.fdtnode import U64, Cell, FdtNode, FdtValue, Ref
from rvemu.isa.config import IsaConfig

TIMEBASE_FREQUENCY = 10_000_000
CACHE_BLOCK_BYTES = 64
_BLOCK_SIZES = {
    "Zicbom": "riscv,cbom-block-size",
    "Zicbop": "riscv,cbop-block-size",
    "Zicboz": "riscv,cboz-block-size",
}


def machine_tree(
    *,
    harts: int,
    memory_base: int,
    memory_size: int,
    isa: IsaConfig,
    device_nodes: Sequence[FdtNode],
    root_nodes: Sequence[FdtNode] = (),
    bootargs: str = "",
    initrd: tuple[int, int] | None = None,
    rng_seed: bytes = b"",
    stdout_path: str | None = None,
) -> FdtNode:
    """Return the root node of the machine's device tree.

    The node of hart n's interrupt controller is labelled `cpu{n}_intc`.

    Args:
        memory_base, memory_size: RAM, in bytes.
        device_nodes: children of /soc, in this order.
        root_nodes: what devices want directly below the root, such as poweroff.
        initrd: (start, end) of physical addresses, end exclusive.
        stdout_path: path of the console's node.
    """
    chosen: dict[str, FdtValue] = {"stdout-path": stdout_path} if stdout_path else {}
    chosen |= chosen_props(bootargs, initrd, rng_seed)
    memory_reg: list[Cell] = [U64(memory_base), U64(memory_size)]
    cells: dict[str, FdtValue] = {"#address-cells": 2, "#size-cells": 2}
    return FdtNode(
        "",
        {**cells, "compatible": "riscv-virtio", "model": "rvemu,virt"},
        [
            FdtNode("chosen", chosen),
            FdtNode(f"memory@{memory_base:x}", {"device_type": "memory", "reg": memory_reg}),
            _cpus(harts, isa),
            *root_nodes,
            FdtNode("soc", {**cells, "compatible": "simple-bus", "ranges": None}, list(device_nodes)),
        ],
    )


def _cpus(harts: int, isa: IsaConfig) -> FdtNode:
    cores = [FdtNode(f"core{hart}", {"cpu": Ref(f"cpu{hart}")}) for hart in range(harts)]
    return FdtNode(
        "cpus",
        {"#address-cells": 1, "#size-cells": 0, "timebase-frequency": TIMEBASE_FREQUENCY},
        [
            *(_cpu(hart, isa) for hart in range(harts)),
            FdtNode("cpu-map", {}, [FdtNode("cluster0", {}, cores)]),
        ],
    )


def _cpu(hart: int, isa: IsaConfig) -> FdtNode:
    props: dict[str, FdtValue] = {
        "device_type": "cpu",
        "reg": hart,
        "status": "okay",
        "compatible": "riscv",
        "riscv,isa": isa.isa_string,
        "riscv,isa-base": isa.base,
        "riscv,isa-extensions": list(isa.extensions),
        "mmu-type": isa.mmu_type,
    }
    props |= {prop: CACHE_BLOCK_BYTES for extension, prop in _BLOCK_SIZES.items() if isa.has(extension)}
    intc: dict[str, FdtValue] = {
        "#address-cells": 0,
        "#interrupt-cells": 1,
        "interrupt-controller": None,
        "compatible": "riscv,cpu-intc",
    }
    # The unit address is hexadecimal, the core's name in cpu-map decimal.
    return FdtNode(
        f"cpu@{hart:x}",
        props,
        [FdtNode("interrupt-controller", intc, label=f"cpu{hart}_intc")],
        label=f"cpu{hart}",
    )
