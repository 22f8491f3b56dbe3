"""The plain data of which device trees are made; devices describe themselves with it, `boot.fdt` writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Ref:
    """A reference to the node labelled `label`: one cell that holds its phandle."""

    label: str


@dataclass(frozen=True)
class U64:
    """A 64-bit number: two cells."""

    value: int


Cell: TypeAlias = int | Ref | U64
FdtValue: TypeAlias = int | str | bytes | Ref | U64 | list[Cell] | list[str] | None


@dataclass
class FdtNode:
    """A device-tree node: a name with unit address, properties, children, and a label that `Ref` names."""

    name: str
    props: dict[str, FdtValue] = field(default_factory=dict)
    children: list[FdtNode] = field(default_factory=list)
    label: str | None = None
