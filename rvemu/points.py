"""Points at which a run stops or somebody is told: breakpoints, watchpoints, traps, privilege changes, CSR writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rvemu.errors import ConfigError
from rvemu.isa.causes import INTERRUPT_BIT

if TYPE_CHECKING:
    from rvemu._core import Core
    from rvemu.harts import HartView


@dataclass(frozen=True)
class Access:
    """An access that is about to be made; one that crosses a page comes in two parts where it is watched in RAM.

    Attributes:
        va: its address.
        pa: where in RAM that is; None where virtual addresses are watched, which are compared before translation.
        width: bytes.
        kinds: "r" for a load, "w" for a store, "rw" for an AMO.
    """

    hart: int
    va: int
    pa: int | None
    width: int
    kinds: str

    @property
    def is_store(self) -> bool:
        """Whether it writes."""
        return "w" in self.kinds


@dataclass(frozen=True)
class TrapTaken:
    """A trap that has just been taken: pc is at the handler, the trap CSRs are set.

    Attributes:
        cause: exception or interrupt code.
        interrupt: which of them it is.
        epc, tval: as in the trap CSRs.
        to: the mode that handles it: 1 S, 3 M.
    """

    hart: int
    cause: int
    interrupt: bool
    epc: int
    tval: int
    to: int


@dataclass(eq=False)
class Point:
    """What all kinds share.

    Attributes:
        number: counts from 1; never used again.
        hart: only this hart counts; None: any.
        condition: only while it is true of the hart.
        ignore: so many hits are passed over first.
        once: it goes after its first stop.
        call: called in place of stopping, with what the kind says.
        hits: how often it was met, those passed over included.
    """

    number: int = 0
    hart: int | None = None
    condition: Callable[[HartView], bool] | None = None
    ignore: int = 0
    once: bool = False
    call: Callable[..., object] | None = None
    enabled: bool = True
    hits: int = 0

    def met(self, hart: HartView) -> bool:
        """Count a meeting; tell whether to act on it."""
        if not self.enabled or (self.hart is not None and self.hart != hart.id):
            return False
        if self.condition is not None and not self.condition(hart):
            return False
        self.hits += 1
        if self.ignore:
            self.ignore -= 1
            return False
        return True


@dataclass(eq=False)
class Breakpoint(Point):
    """A stop before the instruction at a virtual address; `call` gets the hart."""

    pc: int = 0


@dataclass(eq=False)
class Watchpoint(Point):
    """A stop at accesses to a range; `call` gets an Access, before it is made.

    Attributes:
        address, size: the range; a physical one must be RAM.
        kinds: "r" loads, "w" stores, "rw" both, "c" stores that change it: these stop behind the store.
        virtual: whether virtual addresses are meant.
    """

    address: int = 0
    size: int = 8
    kinds: str = "w"
    virtual: bool = False

    def touches(self, access: Access) -> bool:
        """Tell whether the access is one of those watched for."""
        at = access.va if self.virtual else access.pa
        if at is None or (access.pa is None) != self.virtual:
            return False
        wanted = self.kinds.replace("c", "w")
        overlaps = at < self.address + self.size and self.address < at + access.width
        return overlaps and any(kind in wanted for kind in access.kinds)


@dataclass(eq=False)
class Catchpoint(Point):
    """A stop after a trap, an xRET or a CSR write; `call` gets a TrapTaken, the hart, or (hart, CSR number).

    Attributes:
        kind: "trap", "return" or "csr".
        causes: xcause values that count, bit 63 for interrupts; empty: all.
        csrs: CSR numbers that count.
    """

    kind: str = "trap"
    causes: frozenset[int] = frozenset()
    csrs: frozenset[int] = frozenset()


class Breakpoints:
    """The breakpoints of a machine, for Python: `m.breakpoints.add("panic")`."""

    def __init__(self, points: Points, resolve: Callable[[int | str], int]) -> None:
        self._points, self._resolve = points, resolve

    def add(self, where: int | str, call: Callable[[HartView], object] | None = None, *, hart: int | None = None,
            condition: Callable[[HartView], bool] | None = None, once: bool = False) -> Breakpoint:
        """Stop the machine, or call `call(hart)`, before each instruction at a virtual address or symbol.

        Raises:
            ConfigError: no such symbol.
        """
        point = Breakpoint(pc=self._resolve(where), call=call, hart=hart, condition=condition, once=once)
        self._points.add(point)
        return point

    def remove(self, point: Breakpoint) -> None:
        """Take one away."""
        self._points.remove(point)

    def __iter__(self) -> Iterator[Breakpoint]:
        return (point for point in self._points if isinstance(point, Breakpoint))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class _Change:
    """A store to a range whose contents are compared when it has been made."""

    point: Watchpoint
    hart: int
    before: bytes | None


@dataclass
class Points:
    """All points of a machine.

    Attributes:
        core: the harts.
        harts: the same, as Python sees them.
        read: returns bytes at (hart, address, size, whether it is virtual), None where there is no RAM.
        halt: stops the machine because of a point.
    """

    core: Core
    harts: Sequence[HartView]
    read: Callable[[int, int, int, bool], bytes | None]
    halt: Callable[[Point], None]
    mailbox: tuple[int, int] | None = None
    _points: list[Point] = field(default_factory=list)
    _last_number: int = 0
    _changes: list[_Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.core.on_watch, self.core.on_break = self._watched, self._broke
        self.core.on_trap, self.core.on_return, self.core.on_csr = self._trapped, self._returned, self._csr_written

    def __iter__(self) -> Iterator[Point]:
        return iter(tuple(self._points))

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point: Point) -> Point:
        """Take a point; it has its number then.

        Raises:
            ConfigError: a range is not in RAM, or there are too many.
        """
        self._points.append(point)
        try:
            self.refresh()
        except ConfigError:
            self._points.remove(point)
            self.refresh()
            raise
        self._last_number += 1
        point.number = self._last_number
        return point

    def remove(self, point: Point) -> None:
        """Take a point away; one that is gone already is no error."""
        if point in self._points:
            self._points.remove(point)
            self.refresh()

    def refresh(self) -> None:
        """Tell the core what it must report; to be called after a change of `enabled`."""
        live = [point for point in self._points if point.enabled]
        self.core.break_at(sorted({point.pc for point in live if isinstance(point, Breakpoint)}))
        watches = [point for point in live if isinstance(point, Watchpoint)]
        ranges = [(point.address, point.size, point.kinds.replace("c", "w")) for point in watches if not point.virtual]
        if self.mailbox is not None:
            ranges.append((*self.mailbox, "m"))
        self.core.watch(ranges)
        self.core.watch_virtual(
            [(point.address, point.size, point.kinds.replace("c", "w")) for point in watches if point.virtual]
        )
        catches = [point for point in live if isinstance(point, Catchpoint)]
        kinds = {point.kind for point in catches}
        self.core.catch_events(
            "trap" in kinds, "return" in kinds, sorted({csr for point in catches for csr in point.csrs})
        )

    # What the core reports

    def _act(self, point: Point, *told: Any) -> None:
        if point.call is not None:
            point.call(*told)
            return
        if point.once:
            self.remove(point)
        self.halt(point)

    def _broke(self, hart: int) -> None:
        view = self.harts[hart]
        pc = view.pc
        for point in self:
            if isinstance(point, Breakpoint) and point.pc == pc and point.met(view):
                self._act(point, view)

    def _watched(self, hart: int, va: int, pa: int | None, width: int, kinds: str) -> None:
        access = Access(hart, va, pa, width, kinds)
        for point in self:
            if not isinstance(point, Watchpoint) or not point.touches(access):
                continue
            if "c" in point.kinds:
                self._changes.append(_Change(point, hart, self._contents(point, hart)))
                self.core.step(hart)
            elif point.met(self.harts[hart]):
                self._act(point, access)

    def _contents(self, point: Watchpoint, hart: int) -> bytes | None:
        return self.read(hart, point.address, point.size, point.virtual)

    @property
    def comparing(self) -> bool:
        """Whether the run is to be cut behind a store, and `compare` to be called then."""
        return bool(self._changes)

    def compare(self) -> None:
        """A store to ranges watched for changes has been made: act on those that it changed."""
        changes, self._changes = self._changes, []
        for change in changes:
            view = self.harts[change.hart]
            if self._contents(change.point, change.hart) != change.before and change.point.met(view):
                self._act(change.point, Access(change.hart, change.point.address, None, change.point.size, "w"))

    def _trapped(self, hart: int, xcause: int) -> None:
        view = self.harts[hart]
        level = "m" if view.priv == 3 else "s"
        trap = TrapTaken(
            hart, xcause % INTERRUPT_BIT, xcause >= INTERRUPT_BIT, view.csr[level + "epc"], view.csr[level + "tval"],
            view.priv,
        )  # fmt: skip
        for point in self:
            if not isinstance(point, Catchpoint) or point.kind != "trap":
                continue
            if (not point.causes or xcause in point.causes) and point.met(view):
                self._act(point, trap)

    def _returned(self, hart: int) -> None:
        for point in self:
            if isinstance(point, Catchpoint) and point.kind == "return" and point.met(self.harts[hart]):
                self._act(point, self.harts[hart])

    def _csr_written(self, hart: int, number: int) -> None:
        for point in self:
            if isinstance(point, Catchpoint) and number in point.csrs and point.met(self.harts[hart]):
                self._act(point, self.harts[hart], number)
