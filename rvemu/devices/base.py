"""The contract of every device: registers as a table, plain state, interrupt lines, time and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Protocol

from rvemu.devices.state import Word, Words, kind_of, load_state, save_state
from rvemu.errors import BusError
from rvemu.fdtnode import U64, Cell, FdtNode, Ref

FOREVER = 1 << 62
"""No event is scheduled at this CYCLE or later: no machine gets that old."""

_MASKS = (0, 0xFF, 0xFFFF, 0, 0xFFFF_FFFF, 0, 0, 0, 0xFFFF_FFFF_FFFF_FFFF)
"""The bits of an access, by its width in bytes."""


@dataclass(frozen=True)
class Register:
    """One row of a device's register table.

    Attributes:
        offset: bytes from the start of the device.
        name: as in the data sheet, upper case with underscores.
        access: "R", "W" or "RW".
        help: one line for `info device` and the documents.
        width: bytes of the register.
        widths: bytes of an access that is answered, at the register's offset; (width,) unless given.
        array: (count, stride in bytes) of each dimension, outermost first; a count may be the name of an
            attribute of the device. The methods that serve the row get one index for each dimension.
        bank: the row answers only while this bank is selected; "" is always there.
    """

    offset: int
    name: str
    access: str
    help: str
    width: int = 4
    widths: tuple[int, ...] = ()
    array: tuple[tuple[int | str, int], ...] = ()
    bank: str = ""

    def accepts(self, width: int) -> bool:
        """Tell whether an access of `width` bytes is answered."""
        return width in (self.widths or (self.width,))

    def shape(self, device: Device) -> list[int]:
        """Return the count of each dimension for one device."""
        return [getattr(device, count) if isinstance(count, str) else count for count, _ in self.array]

    def index(self, device: Device, offset: int) -> tuple[int, ...] | None:
        """Return the indices of the element at `offset`, () for a single register, None if it is not here."""
        rest = offset - self.offset
        found = []
        for count, (_, stride) in zip(self.shape(device), self.array, strict=True):
            position, rest = divmod(rest, stride)
            if not 0 <= position < count:
                return None
            found.append(position)
        return tuple(found) if rest == 0 else None

    def offsets(self, device: Device) -> Iterator[int]:
        """Yield the offset of every element of the row."""
        offsets = [self.offset]
        for count, (_, stride) in zip(self.shape(device), self.array, strict=True):
            offsets = [offset + position * stride for offset in offsets for position in range(count)]
        yield from offsets


class IrqLine:
    """A wire that carries a level; its sink hears of every change.

    Attributes:
        level: the present level.
    """

    def __init__(self, sink: Callable[[bool], None]) -> None:
        self.level = False
        self._sink = sink

    def set_level(self, level: bool) -> None:
        """Drive the wire; setting the level that it has does nothing."""
        if level != self.level:
            self.level = level
            self._sink(level)

    def resend(self) -> None:
        """Tell the sink the present level again, after the sink's own state was replaced."""
        self._sink(self.level)


class Clock(Protocol):
    """Machine time, a function of CYCLE."""

    @property
    def cycle(self) -> int:
        """CYCLE now."""

    @property
    def ticks(self) -> int:
        """mtime now: ticks of 10 MHz."""

    @property
    def ns(self) -> int:
        """Machine time now in ns."""

    def cycle_of_tick(self, tick: int) -> int:
        """Return the first CYCLE at which mtime is at least `tick`."""


class EventPort(Protocol):
    """A device's access to the machine's event queue, which is saved with the machine.

    When an event is due, the machine calls the device's `on_event(tag)`.
    """

    def schedule(self, cycle: int, tag: int) -> None:
        """Let the event `tag` happen at `cycle`; one that is already scheduled moves there."""

    def cancel(self, tag: int) -> None:
        """Forget the event `tag`, if there is one."""


class Device:
    """A memory-mapped device.

    A row of `registers` is served by the methods `read_<name>` and `write_<name>`, or else by the state
    field of that name; a row with neither is refused when the class is defined.

    Attributes:
        compatible: the device tree's compatible string or strings.
        size: bytes of the register space.
        state_type: the dataclass that holds all guest-visible state (see `devices.state`).
        registers: the register table.
        name: what the bus calls the device; begins its error texts.
        state: the instance of `state_type`.
    """

    compatible: ClassVar[str | list[str]] = ""
    size: ClassVar[int] = 0
    state_type: ClassVar[type[Any]]
    registers: ClassVar[tuple[Register, ...]] = ()
    name: str = "device"
    state: Any

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for register in cls.registers:
            for verb in _verbs(register):
                if not cls._serves(verb, register):
                    raise TypeError(f"{cls.__name__}: nothing serves a {verb} of {register.name}")

    def __init__(self, state: Any) -> None:
        self.state = state
        self._banks: dict[str, tuple[dict[int, Callable[[], int]], dict[int, Callable[[int], None]]]] = {}
        self.select_bank("")

    @classmethod
    def _serves(cls, verb: str, register: Register) -> bool:
        if callable(getattr(cls, f"{verb}_{register.name.lower()}", None)):
            return True
        return isinstance(kind_of(cls.state_type, register.name.lower()), Word | Words)

    def select_bank(self, bank: str) -> None:
        """Let the rows of this bank, and those of bank "", answer from now on."""
        self._bank = bank
        self._readers, self._writers = self._banks.setdefault(bank, ({}, {}))

    def read(self, offset: int, width: int) -> int:
        """Return what a load of `width` bytes at `offset` finds; a hole in the register space reads 0.

        Raises:
            BusError: the register has another width, or the device has no access of that width at all.
        """
        reader = self._readers.get(offset << 4 | width)
        return self._first_read(offset, width) if reader is None else reader()

    def write(self, offset: int, width: int, value: int) -> None:
        """Store the low `width` bytes of `value` at `offset`; a hole in the register space ignores it.

        Raises:
            BusError: as `read`.
        """
        writer = self._writers.get(offset << 4 | width)
        if writer is None:
            self._first_write(offset, width, value)
        else:
            writer(value & _MASKS[width])

    @property
    def bank(self) -> str:
        """The bank of registers that answers beside those that always do."""
        return self._bank

    def peek(self, register: Register, index: tuple[int, ...] = ()) -> int | None:
        """Return what an element of a row holds, without what reading it would do; None where nothing lasts there.

        A row whose `read_<name>` changes something has a method `peek_<name>` that does not.
        """
        name = register.name.lower()
        method = getattr(self, f"peek_{name}", None)
        if method is None and "R" in register.access:
            method = getattr(self, f"read_{name}", None)
        if method is not None:
            found: int = method(*index)
            return found
        if not isinstance(kind_of(self.state_type, name), Word | Words):
            return None
        value = getattr(self.state, name)
        for position in index:
            value = value[position]
        return int(value)

    def _first_read(self, offset: int, width: int) -> int:
        found = self._find("read", offset, width)
        if found is None:
            self._check_hole("read", offset, width)
            return 0
        reader = self._readers[offset << 4 | width] = self._bind_read(*found)
        return reader()

    def _first_write(self, offset: int, width: int, value: int) -> None:
        found = self._find("write", offset, width)
        if found is None:
            self._check_hole("write", offset, width)
            return
        writer = self._bind_write(*found)
        if width > found[0].width:
            writer = _narrowed(writer, _MASKS[found[0].width])
        self._writers[offset << 4 | width] = writer
        writer(value & _MASKS[width])

    def _find(self, verb: str, offset: int, width: int) -> tuple[Register, tuple[int, ...]] | None:
        for register in self.registers if width and offset % width == 0 else ():
            if register.bank in ("", self._bank) and verb in _verbs(register) and register.accepts(width):
                index = register.index(self, offset)
                if index is not None:
                    return register, index
        return None

    def _bind_read(self, register: Register, index: tuple[int, ...]) -> Callable[[], int]:
        name = register.name.lower()
        method = getattr(self, f"read_{name}", None)
        if method is not None:
            return partial(method, *index) if index else method
        if index:
            return lambda: getattr(self.state, name)[index[0]]
        return lambda: getattr(self.state, name)

    def _bind_write(self, register: Register, index: tuple[int, ...]) -> Callable[[int], None]:
        name = register.name.lower()
        method = getattr(self, f"write_{name}", None)
        if method is not None:
            return partial(method, *index) if index else method
        kind = kind_of(self.state_type, name)
        assert isinstance(kind, Word | Words)
        mask = (1 << kind.bits) - 1
        if index:
            return lambda value: getattr(self.state, name).__setitem__(index[0], value & mask)
        return lambda value: setattr(self.state, name, value & mask)

    def _check_hole(self, verb: str, offset: int, width: int) -> None:
        here = [row for row in self.registers
                if row.bank in ("", self._bank) and row.index(self, offset) is not None]
        known = sorted({known for row in here or self.registers for known in row.widths or (row.width,)
                        if offset % known == 0 and 0 <= offset <= self.size - known})
        if width not in known:
            widths = ", ".join(map(str, known)) or "none"
            raise BusError(f"{self.name}: no {width}-byte {verb} at offset {offset:#x} (widths: {widths})")

    def on_event(self, tag: int) -> None:
        """Do what was scheduled under `tag`."""

    def close(self) -> None:
        """Give back what the device holds of the host."""

    def save(self) -> dict[str, Any]:
        """Return the whole state as plain values that share nothing with the device."""
        return save_state(self.state)

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over a saved state and drive the interrupt lines from it; events are the machine's to restore.

        Raises:
            SnapshotError: the saved state cannot be this device's; the device is as before.
        """
        state = load_state(self.state, saved, self.name)
        self.check(state)
        self.state = state
        self.refresh()

    def check(self, state: Any) -> None:
        """Raise SnapshotError for what no field of a loaded state shows alone."""

    def refresh(self) -> None:
        """Recompute from the state what follows from it, above all the levels of interrupt lines."""

    def fdt_node(self, base: int, irq: int = 0) -> FdtNode:
        """Return the device's node for /soc; `irq` is its interrupt source at the PLIC."""
        raise NotImplementedError

    def root_nodes(self) -> list[FdtNode]:
        """Return nodes without an address that the device needs directly below the root."""
        return []

    def _node(self, name: str, base: int) -> FdtNode:
        """Return a node with the properties that every device has."""
        reg: list[Cell] = [U64(base), U64(self.size)]
        return FdtNode(f"{name}@{base:x}", {"reg": reg, "compatible": self.compatible})

    def _node_with_irq(self, name: str, base: int, irq: int) -> FdtNode:
        """Return a node whose interrupt goes to the PLIC."""
        node = self._node(name, base)
        node.props.update({"interrupt-parent": Ref("plic"), "interrupts": irq})
        return node


def _narrowed(writer: Callable[[int], None], mask: int) -> Callable[[int], None]:
    """Let a register that is narrower than the access take the low bits of the value."""
    return lambda value: writer(value & mask)


def _verbs(register: Register) -> list[str]:
    return [verb for verb, letter in (("read", "R"), ("write", "W")) if letter in register.access]
