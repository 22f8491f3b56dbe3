"""A client's view of the machine: its hart, its points, memory as it addresses it, how the machine is to go on.

Source: GDB documentation, "Remote Protocol", "Stop Reply Packets".
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass

from rvemu.debug.explain import reach
from rvemu.debug.gdb.packets import PACKET_SIZE
from rvemu.debug.gdb.target import PC, REGISTER_BYTES, registers_of
from rvemu.harts import HartView
from rvemu.machine import Machine, StopReason
from rvemu.memory import page_parts
from rvemu.points import Access, Breakpoint, Point, Watchpoint

Monitor = Callable[[int, str], str]
"""Carries out a line of the monitor for a hart, and returns its text."""

SIGINT, SIGTRAP = 2, 5
_SP = 2
WATCH_KINDS: dict[int, tuple[str, str]] = {2: ("w", "watch"), 3: ("r", "rwatch"), 4: ("rw", "awatch")}
"""What `Z2` to `Z4` watch for, and the word that tells of it."""


class RefusedError(Exception):
    """A packet asks for what cannot be had; `number` is the errno of the reply."""

    def __init__(self, number: int = errno.EINVAL) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Resume:
    """How the machine is to go on.

    Attributes:
        stepping: until this hart has executed an instruction; None: until something stops it.
        within: go on stepping while pc is in this range.
        going: the harts that the client lets go on, or None for all; it thinks that the others stand still.
    """

    stepping: int | None = None
    within: range = range(0)
    going: frozenset[int] | None = None


GO_ON = Resume()


class Stub:
    """The state of one client's view.

    Attributes:
        current: the hart that registers and addresses mean.
        control: the hart that steps.
        last_stop: the latest stop reply.
        monitor: carries out GDB's `monitor`, or None.
        registers: what the harts have, by GDB's number.
        points: what the client has inserted, by (kind, address, size).
        lifted: breakpoints that it has taken away since the machine last went on.
        tells_kind: stop replies say "swbreak" and "hwbreak".
        physical: addresses are physical.
        output: packets of text to send before the reply.
        resume: how the client let the machine go on; None while it stands still for the client.
        extended: the client asked for the extended protocol.
        no_ack: packets are not acknowledged.
        detached: the client has let go of the machine, and is still connected.
        killed: the client ended the machine.
    """

    def __init__(self, machine: Machine, monitor: Monitor | None) -> None:
        self.machine, self.monitor = machine, monitor
        self.current = self.control = machine.stop_reason("stopped").hart if machine.cycle else 0
        self.resume: Resume | None = None
        self.extended = self.no_ack = self.detached = self.killed = False
        self.tells_kind = self.physical = False
        self.registers = registers_of(machine.harts[0])
        self.points: dict[tuple[int, int, int], Point] = {}
        self.lifted: list[Breakpoint] = []
        self._others: list[Breakpoint] = []
        self._hit: tuple[Watchpoint, Access] | None = None
        self.output: list[bytes] = []
        self.last_stop = b""
        self.stopped(SIGTRAP, self.current)

    def release(self) -> None:
        """Take the client's points away."""
        self._drop_others()
        for point in self.points.values():
            self.machine.points.remove(point)
        self.points.clear()

    # Stops

    def stopped(self, signal: int, hart: int, reason: bytes = b"") -> bytes:
        """Stand still at a hart; return the stop reply."""
        self.resume, self.current, self.control, self.detached = None, hart, hart, False
        self._drop_others()
        view = self.machine.harts[hart]
        self.last_stop = b"T%02xthread:%x;%s%02x:%s;%02x:%s;" % (
            signal, hart + 1, reason, _SP, word(view.x[_SP]), PC, word(view.pc),
        )  # fmt: skip
        return self.last_stop

    def told(self, stop: StopReason) -> bytes:
        """Return the stop reply for a stop by a point, a step or somebody else."""
        if self._hit is not None:
            return self._watch_hit(*self._hit)
        return self.stopped(SIGTRAP, stop.hart, self._reason(stop.point))

    def _watch_hit(self, point: Watchpoint, access: Access) -> bytes:
        """GDB expects to be told behind the access: let it be made."""
        self._hit = None
        self.machine.step(access.hart)
        kind = next(kind for (kind, *_), own in self.points.items() if own is point)
        reason = b"%s:%x;" % (WATCH_KINDS[kind][1].encode(), max(access.va, point.address))
        return self.stopped(SIGTRAP, access.hart, reason)

    def _reason(self, point: Point | None) -> bytes:
        if not self.tells_kind:
            return b""
        kinds = {kind for (kind, *_), own in self.points.items() if own is point}
        if 0 in kinds or point in self._others:
            return b"swbreak:;"
        return b"hwbreak:;" if kinds else b""

    def watched(self, point: Watchpoint, access: Access) -> None:
        """Stop the machine before an access that the client is to be told of."""
        self._hit = (point, access)
        self.machine.stop()

    # Going on

    def go_on(self, resume: Resume) -> None:
        """Let the machine go on when the packet is done."""
        self.resume, self._hit, self.detached = resume, None, False
        if resume.going is not None:
            self._hold_others(resume.going)
        self.lifted.clear()

    def _hold_others(self, going: frozenset[int]) -> None:
        """Breakpoints that GDB lifted for some harts still stop the others, which run as well."""
        inserted = {point.pc for point in self.points.values() if isinstance(point, Breakpoint)}
        for lifted in self.lifted:
            if lifted.pc not in inserted:
                inserted.add(lifted.pc)
                point = Breakpoint(pc=lifted.pc, condition=lambda view: view.id not in going)
                self.machine.points.add(point)
                self._others.append(point)

    def _drop_others(self) -> None:
        for point in self._others:
            self.machine.points.remove(point)
        self._others.clear()

    # What the packets mean by their arguments

    @property
    def hart(self) -> HartView:
        """The hart that registers and addresses mean."""
        return self.machine.harts[self.current]

    def thread(self, text: bytes) -> int | None:
        """Return the hart that a thread id means, None for all or any.

        Raises:
            RefusedError: there is no such thread.
        """
        if text in (b"-1", b"0"):
            return None
        number = parse_hex(text) - 1
        if number >= len(self.machine.harts):
            raise RefusedError(errno.ESRCH)
        return number

    def pieces(self, va: int, size: int) -> list[tuple[int, int]]:
        """Return the physical pieces (address, size) of memory as the client addresses it.

        A page that the hart's mode may not load from, but that is mapped, is looked at all the same.

        Raises:
            RefusedError: some of it is not mapped.
        """
        if size > PACKET_SIZE:
            raise RefusedError
        found = []
        for at, part in page_parts(va, size):
            pa = at if self.physical else self.hart.translate(at)
            if pa is None:
                pa = reach(self.machine, self.current, at).pa
            if pa is None:
                raise RefusedError(errno.EFAULT)
            found.append((pa, part))
        return found

    def read(self, va: int, size: int) -> bytes:
        """Return memory; at most up to where it ends, and at least a byte.

        Raises:
            RefusedError: there is no RAM or ROM.
        """
        found = [self.machine.read_physical(pa, part) for pa, part in self.pieces(va, size)]
        if any(piece is None for piece in found):
            raise RefusedError(errno.EFAULT)
        return b"".join(piece for piece in found if piece is not None)

    def write(self, va: int, data: bytes) -> None:
        """Write memory, or nothing of it.

        Raises:
            RefusedError: some of it is not RAM.
        """
        pieces = self.pieces(va, len(data))
        if not all(self.machine.ram.contains(pa, part) for pa, part in pieces):
            raise RefusedError(errno.EFAULT)
        for pa, part in pieces:
            self.machine.write(pa, data[:part])
            data = data[part:]


def parse_hex(text: bytes) -> int:
    """Return a number of hexadecimal digits only, as the protocol has them.

    Raises:
        RefusedError: it is none.
    """
    if not re.fullmatch(rb"[0-9a-fA-F]{1,16}", text):
        raise RefusedError
    return int(text, 16)


def word(value: int) -> bytes:
    """Return a register as the protocol has it."""
    return value.to_bytes(REGISTER_BYTES, "little").hex().encode()
