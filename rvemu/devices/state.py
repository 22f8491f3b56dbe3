"""The state of a device: a dataclass of plain values whose fields say what they may hold.

Saved state comes from a file, so loading treats it as hostile: every value is checked against its field.
"""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from rvemu.errors import SnapshotError

_KIND = "kind"


class Kind(Protocol):
    """What one field may hold, and how it is saved."""

    def save(self, value: Any) -> Any:
        """Return `value` as plain data that shares nothing with the state."""

    def load(self, plain: Any, current: Any, where: str) -> Any:
        """Return the value that `plain` stands for; `current` is the field's present value.

        Raises:
            SnapshotError: no such value fits the field.
        """


def _refuse(where: str, plain: object, expected: str) -> SnapshotError:
    return SnapshotError(f"{where}: saved value is {reprlib.repr(plain)} (expected {expected})")


@dataclass(frozen=True)
class Word:
    """An unsigned number of `bits` bits."""

    bits: int

    def save(self, value: int) -> int:
        """Return the number."""
        return value

    def load(self, plain: Any, current: Any, where: str) -> int:
        """Return the number if it has the right type and size."""
        if type(plain) is not int or plain < 0 or plain >> self.bits:
            raise _refuse(where, plain, f"{self.bits} bits")
        return plain


@dataclass(frozen=True)
class Flag:
    """A truth value."""

    def save(self, value: bool) -> bool:
        """Return the flag."""
        return value

    def load(self, plain: Any, current: Any, where: str) -> bool:
        """Return the flag if it is one."""
        if type(plain) is not bool:
            raise _refuse(where, plain, "True or False")
        return plain


@dataclass(frozen=True)
class Words:
    """A list of unsigned numbers of `bits` bits; its length is fixed by the device."""

    bits: int

    def save(self, value: list[int]) -> list[int]:
        """Return a copy of the list."""
        return list(value)

    def load(self, plain: Any, current: list[int], where: str) -> list[int]:
        """Return a copy of the list if it has the length of the present one."""
        if not isinstance(plain, list) or len(plain) != len(current):
            raise _refuse(where, plain, f"a list of {len(current)} numbers")
        word = Word(self.bits)
        return [word.load(item, None, f"{where}[{index}]") for index, item in enumerate(plain)]


@dataclass(frozen=True)
class Octets:
    """At most `limit` bytes."""

    limit: int

    def save(self, value: bytearray) -> bytes:
        """Return the bytes."""
        return bytes(value)

    def load(self, plain: Any, current: Any, where: str) -> bytearray:
        """Return the bytes if there are not too many."""
        if not isinstance(plain, bytes) or len(plain) > self.limit:
            raise _refuse(where, plain, f"at most {self.limit} bytes")
        return bytearray(plain)


@dataclass(frozen=True)
class Records:
    """A list of records of one type: at most `limit`, or as many as the device has when that is None."""

    record_type: type[Any]
    limit: int | None

    def save(self, value: list[Any]) -> list[dict[str, Any]]:
        """Return the records as dicts."""
        return [save_state(record) for record in value]

    def load(self, plain: Any, current: list[Any], where: str) -> list[Any]:
        """Return the records if each of them and their number fit."""
        limit = len(current) if self.limit is None else self.limit
        if not isinstance(plain, list) or len(plain) > limit or (self.limit is None and len(plain) < limit):
            raise _refuse(where, plain, f"a list of {limit} records")
        blank = self.record_type()
        return [load_state(blank, item, f"{where}[{index}]") for index, item in enumerate(plain)]


def word(bits: int, default: int = 0) -> Any:
    """Declare a dataclass field that holds an unsigned number of `bits` bits."""
    return field(default=default, metadata={_KIND: Word(bits)})


def flag(default: bool = False) -> Any:
    """Declare a dataclass field that holds a truth value."""
    return field(default=default, metadata={_KIND: Flag()})


def words(bits: int) -> dict[str, Kind]:
    """Return the metadata of a field that holds a list of numbers, its length set by the device."""
    return {_KIND: Words(bits)}


def octets(limit: int) -> dict[str, Kind]:
    """Return the metadata of a field that holds a bytearray of at most `limit` bytes."""
    return {_KIND: Octets(limit)}


def records(record_type: type[Any], limit: int | None = None) -> dict[str, Kind]:
    """Return the metadata of a field that holds a list of state records, of fixed length without a limit."""
    return {_KIND: Records(record_type, limit)}


def kind_of(state_type: type[Any], name: str) -> Kind | None:
    """Return what the field `name` of a state dataclass may hold, None if it has no such field."""
    for each in fields(state_type):
        if each.name == name:
            kind: Kind = each.metadata[_KIND]
            return kind
    return None


def save_state(state: Any) -> dict[str, Any]:
    """Return all fields of a state dataclass as plain values."""
    return {each.name: each.metadata[_KIND].save(getattr(state, each.name)) for each in fields(state)}


def load_state(current: Any, plain: Any, where: str) -> Any:
    """Return a new state of the type of `current`, made of saved values.

    Raises:
        SnapshotError: a field is missing, unknown, or holds what it cannot hold; `where` begins the text.
    """
    names = [each.name for each in fields(current)]
    if not isinstance(plain, dict):
        raise _refuse(where, plain, f"{len(names)} fields")
    if wrong := sorted(map(str, set(plain) ^ set(names))):
        raise SnapshotError(f"{where}: saved fields differ in {reprlib.repr(wrong)} (expected {len(names)})")
    return type(current)(**{
        each.name: each.metadata[_KIND].load(plain[each.name], getattr(current, each.name),
                                            f"{where}.{each.name}")
        for each in fields(current)
    })
