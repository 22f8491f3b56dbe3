"""Variables of C programs by their types: which member an address is, and what stands beside it.

Source: DWARF 5, "Data Object and Object List Entries", "Type Entries".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_QUALIFIERS = ("DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type", "DW_TAG_atomic_type")
_STRUCTURES = ("DW_TAG_structure_type", "DW_TAG_union_type")
_WORDS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Member:
    """A number, a pointer or a string that a structure has.

    Attributes:
        offset: from the beginning of the structure.
        kind: "number", "pointer", or "string" for a pointer to characters.
    """

    name: str
    offset: int
    size: int
    kind: str


@dataclass(frozen=True)
class Part:
    """The innermost structure of a variable that a place is in.

    Attributes:
        path: such as `disk.lock` or `cpus[1]`.
        offset: from the beginning of the variable.
    """

    path: str
    offset: int
    members: tuple[Member, ...]


def variables(info: Any) -> dict[str, Any]:
    """Return the type of each variable outside functions, as pyelftools has it, by name."""
    found: dict[str, Any] = {}
    for unit in info.iter_CUs():
        for entry in unit.get_top_DIE().iter_children():
            if entry.tag != "DW_TAG_variable" or "DW_AT_location" not in entry.attributes:
                continue
            declared = entry
            if "DW_AT_specification" in entry.attributes:
                declared = entry.get_DIE_from_attribute("DW_AT_specification")
            if {"DW_AT_name", "DW_AT_type"} <= declared.attributes.keys():
                name = declared.attributes["DW_AT_name"].value.decode(errors="replace")
                found.setdefault(name, declared.get_DIE_from_attribute("DW_AT_type"))
    return found


def part_at(name: str, kind: Any, offset: int) -> Part | None:
    """Return the innermost structure at an offset of a variable of this type; None where there is none."""
    kind, path, begin = _plain(kind), name, 0
    part = None
    while kind is not None:
        if kind.tag == "DW_TAG_array_type":
            kind, size = _element(kind)
            if not size:
                return part
            path, begin = f"{path}[{(offset - begin) // size}]", offset - (offset - begin) % size
        elif kind.tag in _STRUCTURES:
            members = list(_members(kind))
            part = Part(path, begin, tuple(_shown(members)))
            within = [member for member in members if member[1] <= offset - begin]
            if not within:
                return part
            inner, beyond, kind = within[-1]
            path, begin = f"{path}.{inner}", begin + beyond
        else:
            return part
    return part


def _plain(kind: Any) -> Any:
    """Return a type without its other names and qualifiers, None for void."""
    while kind.tag in _QUALIFIERS:
        if "DW_AT_type" not in kind.attributes:
            return None
        kind = kind.get_DIE_from_attribute("DW_AT_type")
    return kind


def _element(array: Any) -> tuple[Any, int]:
    """Return the type of an array's elements and their bytes, 0 where it has several dimensions."""
    dimensions = [each for each in array.iter_children() if each.tag == "DW_TAG_subrange_type"]
    kind = _plain(array.get_DIE_from_attribute("DW_AT_type"))
    return kind, _bytes(kind) if len(dimensions) == 1 else 0


def _bytes(kind: Any) -> int:
    size = None if kind is None else kind.attributes.get("DW_AT_byte_size")
    return size.value if size is not None and isinstance(size.value, int) else 0


def _members(structure: Any) -> Iterator[tuple[str, int, Any]]:
    """Yield name, offset and type of each member that has a name and whole bytes."""
    for each in structure.iter_children():
        if each.tag != "DW_TAG_member" or not {"DW_AT_name", "DW_AT_type"} <= each.attributes.keys():
            continue
        location = each.attributes.get("DW_AT_data_member_location")
        if "DW_AT_data_bit_offset" in each.attributes or "DW_AT_bit_size" in each.attributes:
            continue
        name, kind = each.attributes["DW_AT_name"].value, _plain(each.get_DIE_from_attribute("DW_AT_type"))
        yield name.decode(errors="replace"), 0 if location is None else member_offset(location.value), kind


def member_offset(location: int | list[int]) -> int:
    """Return the offset of a member: a number, or DW_OP_plus_uconst with one in LEB128."""
    if isinstance(location, int):
        return location
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(location[1:]))


def _shown(members: list[tuple[str, int, Any]]) -> Iterator[Member]:
    for name, offset, kind in members:
        size = _bytes(kind)
        if size not in _WORDS or kind.tag not in ("DW_TAG_base_type", "DW_TAG_pointer_type", "DW_TAG_enumeration_type"):
            continue
        yield Member(name, offset, size, _kind(kind))


def _kind(kind: Any) -> str:
    if kind.tag != "DW_TAG_pointer_type":
        return "number"
    if "DW_AT_type" not in kind.attributes:
        return "pointer"
    target = _plain(kind.get_DIE_from_attribute("DW_AT_type"))
    return "string" if target is not None and target.tag == "DW_TAG_base_type" and _bytes(target) == 1 else "pointer"
