"""What each packet of GDB's remote serial protocol does, one function for each.

Source: GDB documentation, "Remote Protocol", "Packets", "General Query Packets".
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass

from rvemu.debug.gdb.packets import PACKET_SIZE
from rvemu.debug.gdb.stub import GO_ON, SIGTRAP, WATCH_KINDS, RefusedError, Resume, Stub, parse_hex, word
from rvemu.debug.gdb.target import (
    CORE_REGISTERS,
    REGISTER_BYTES,
    memory_map,
    state_of,
    target_description,
    thread_list,
)
from rvemu.errors import RvemuError
from rvemu.points import Breakpoint, Point, Watchpoint

Handler = Callable[[Stub, bytes], bytes | None]

OK = b"OK"
_TEXT_BYTES = PACKET_SIZE // 4
"""Text of the monitor in one packet, where a byte takes two digits."""
_FEATURES = (
    f"PacketSize={PACKET_SIZE:x};QStartNoAckMode+;qXfer:features:read+;qXfer:threads:read+;"
    "qXfer:memory-map:read+;vContSupported+;swbreak+;hwbreak+"
)
PACKETS: dict[bytes, Handler] = {}
"""What serves the packets that begin so; the longest beginning counts."""


def packet(*beginnings: bytes) -> Callable[[Handler], Handler]:
    """Enter the function into the table: it gets what stands behind the beginning, and returns the reply."""

    def enter(handler: Handler) -> Handler:
        PACKETS.update(dict.fromkeys(beginnings, handler))
        return handler

    return enter


def answer(stub: Stub, data: bytes) -> bytes | None:
    """Do what a packet says; return the reply, None where there is none now."""
    for size in range(min(len(data), 32), 0, -1):
        if (handler := PACKETS.get(data[:size])) is not None:
            return _answer(handler, stub, data[size:])
    return b""


def _answer(handler: Handler, stub: Stub, rest: bytes) -> bytes | None:
    try:
        return handler(stub, rest)
    except RefusedError as refused:
        return b"E%02x" % refused.number
    except (ValueError, KeyError, IndexError, RvemuError):
        return b"E%02x" % errno.EINVAL


def _address(text: bytes) -> tuple[int, int]:
    """Return the numbers of `addr,length`."""
    first, _, second = text.partition(b",")
    return parse_hex(first), parse_hex(second)


def _value(text: bytes) -> int:
    data = bytes.fromhex(text.decode("ascii"))
    if not 1 <= len(data) <= REGISTER_BYTES:
        raise RefusedError
    return int.from_bytes(data, "little")


# ---- the client itself


@packet(b"qSupported")
def _supported(stub: Stub, rest: bytes) -> bytes:
    stub.tells_kind = b"swbreak+" in rest
    return _FEATURES.encode()


@packet(b"QStartNoAckMode")
def _start_no_ack(stub: Stub, rest: bytes) -> bytes:
    stub.no_ack = True
    return OK


@packet(b"!")
def _extend(stub: Stub, rest: bytes) -> bytes:
    stub.extended = True
    return OK


@packet(b"qAttached")
def _attached(stub: Stub, rest: bytes) -> bytes:
    return b"1"


@packet(b"qSymbol")
def _symbol(stub: Stub, rest: bytes) -> bytes:
    return OK


@packet(b"D")
def _detach(stub: Stub, rest: bytes) -> bytes:
    stub.release()
    stub.go_on(GO_ON)
    stub.detached = True
    return OK


@packet(b"vAttach;")
def _attach(stub: Stub, rest: bytes) -> bytes:
    return stub.stopped(SIGTRAP, stub.machine.stop_reason("stopped").hart)


@packet(b"k")
def _kill(stub: Stub, rest: bytes) -> None:
    if rest:
        raise RefusedError
    if not stub.extended:
        stub.killed = True
    stub.stopped(SIGTRAP, stub.current)


@packet(b"vKill")
def _kill_told(stub: Stub, rest: bytes) -> bytes:
    _kill(stub, b"")
    return OK


@packet(b"R")
def _restart(stub: Stub, rest: bytes) -> None:
    stub.machine.reset()
    stub.stopped(SIGTRAP, 0)


@packet(b"vRun")
def _run(stub: Stub, rest: bytes) -> bytes:
    stub.machine.reset()
    return stub.stopped(SIGTRAP, 0)


@packet(b"qRcmd,")
def _command(stub: Stub, rest: bytes) -> bytes:
    if stub.monitor is None:
        return b""
    line = bytes.fromhex(rest.decode("ascii")).decode(errors="replace")
    try:
        text = stub.monitor(stub.current, line)
    except RvemuError as error:
        text = f"{error}\n"
    data = text.encode()
    pieces = [data[at : at + _TEXT_BYTES].hex().encode() for at in range(0, len(data), _TEXT_BYTES)]
    stub.output += [b"O" + piece for piece in pieces[:-1]]
    return pieces[-1] if pieces else OK


@packet(b"qqemu.PhyMemMode")
def _physical_mode(stub: Stub, rest: bytes) -> bytes:
    return b"%d" % stub.physical


@packet(b"Qqemu.PhyMemMode:")
def _set_physical_mode(stub: Stub, rest: bytes) -> bytes:
    stub.physical = parse_hex(rest) != 0
    return OK


# ---- documents


@packet(b"qXfer:features:read:target.xml:")
def _features(stub: Stub, rest: bytes) -> bytes:
    return _part(target_description(stub.registers), rest)


@packet(b"qXfer:threads:read::")
def _thread_document(stub: Stub, rest: bytes) -> bytes:
    return _part(thread_list(stub.machine.harts), rest)


@packet(b"qXfer:memory-map:read::")
def _memory_map(stub: Stub, rest: bytes) -> bytes:
    return _part(memory_map(), rest)


def _part(document: str, rest: bytes) -> bytes:
    """Return the piece of a document that `offset,length` names."""
    offset, length = _address(rest)
    length = min(length, PACKET_SIZE // 2)
    data = document.encode()
    return (b"m" if offset + length < len(data) else b"l") + data[offset : offset + length]


# ---- threads


@packet(b"?")
def _why(stub: Stub, rest: bytes) -> bytes:
    if stub.resume is not None:
        stub.stopped(SIGTRAP, stub.machine.stop_reason("stopped").hart)
    return stub.last_stop


@packet(b"H")
def _select(stub: Stub, rest: bytes) -> bytes:
    number = stub.thread(rest[1:])
    match rest[:1]:
        case b"g":
            stub.current = stub.current if number is None else number
        case b"c":
            stub.control = stub.current if number is None else number
        case _:
            raise RefusedError
    return OK


@packet(b"T")
def _alive(stub: Stub, rest: bytes) -> bytes:
    stub.thread(rest)
    return OK


@packet(b"qC")
def _current_thread(stub: Stub, rest: bytes) -> bytes:
    return b"QC%x" % (stub.current + 1) if not rest else b""


@packet(b"qfThreadInfo")
def _threads(stub: Stub, rest: bytes) -> bytes:
    return b"m" + b",".join(b"%x" % (hart.id + 1) for hart in stub.machine.harts)


@packet(b"qsThreadInfo")
def _more_threads(stub: Stub, rest: bytes) -> bytes:
    return b"l"


@packet(b"qThreadExtraInfo,")
def _thread_info(stub: Stub, rest: bytes) -> bytes:
    number = stub.thread(rest) or 0
    return f"hart {number}: {state_of(stub.machine.harts[number])}".encode().hex().encode()


# ---- registers and memory


@packet(b"g")
def _read_all(stub: Stub, rest: bytes) -> bytes:
    return b"".join(word(stub.registers[number].read(stub.hart)) for number in range(CORE_REGISTERS))


@packet(b"G")
def _write_all(stub: Stub, rest: bytes) -> bytes:
    data = bytes.fromhex(rest.decode("ascii"))
    if len(data) != CORE_REGISTERS * REGISTER_BYTES:
        raise RefusedError
    for number in range(CORE_REGISTERS):
        value = int.from_bytes(data[number * REGISTER_BYTES :][:REGISTER_BYTES], "little")
        stub.registers[number].write(stub.hart, value)
    return OK


@packet(b"p")
def _read_one(stub: Stub, rest: bytes) -> bytes:
    return word(stub.registers[parse_hex(rest)].read(stub.hart))


@packet(b"P")
def _write_one(stub: Stub, rest: bytes) -> bytes:
    number, _, value = rest.partition(b"=")
    stub.registers[parse_hex(number)].write(stub.hart, _value(value))
    return OK


@packet(b"m")
def _read_memory(stub: Stub, rest: bytes) -> bytes:
    address, size = _address(rest)
    return stub.read(address, min(size, PACKET_SIZE // 2 - 8)).hex().encode()


@packet(b"M")
def _write_memory(stub: Stub, rest: bytes) -> bytes:
    where, _, digits = rest.partition(b":")
    return _write(stub, where, bytes.fromhex(digits.decode("ascii")))


@packet(b"X")
def _write_binary(stub: Stub, rest: bytes) -> bytes:
    where, _, data = rest.partition(b":")
    return _write(stub, where, data)


def _write(stub: Stub, where: bytes, data: bytes) -> bytes:
    address, size = _address(where)
    if size != len(data):
        raise RefusedError
    stub.write(address, data)
    return OK


# ---- points


@packet(b"Z")
def _insert(stub: Stub, rest: bytes) -> bytes:
    key = _point_key(rest)
    if key not in stub.points:
        point = _point(stub, *key)
        stub.machine.points.add(point)
        stub.points[key] = point
    return OK


@packet(b"z")
def _take_away(stub: Stub, rest: bytes) -> bytes:
    point = stub.points.pop(_point_key(rest), None)
    if point is not None:
        stub.machine.points.remove(point)
    if isinstance(point, Breakpoint):
        stub.lifted.append(point)
    return OK


def _point_key(rest: bytes) -> tuple[int, int, int]:
    """Return (kind, address, length or kind of instruction); conditions and commands are left to the client."""
    kind, _, where = rest.partition(b",")
    address, size = _address(where.partition(b";")[0])
    if kind not in (b"0", b"1", b"2", b"3", b"4") or len(kind) != 1:
        raise RefusedError
    return int(kind), address, size


def _point(stub: Stub, kind: int, address: int, size: int) -> Point:
    if kind not in WATCH_KINDS:
        return Breakpoint(pc=address)
    if not 1 <= size <= PACKET_SIZE or address + size > 1 << 64:
        raise RefusedError
    point = Watchpoint(address=address, size=size, kinds=WATCH_KINDS[kind][0], virtual=True)
    point.call = lambda access: stub.watched(point, access)
    return point


# ---- going on


def _go(stub: Stub, where: bytes, stepping: int | None) -> None:
    if where:
        stub.machine.harts[stub.control].pc = parse_hex(where)
    stub.go_on(Resume(stepping))


@packet(b"c")
def _continue(stub: Stub, rest: bytes) -> None:
    _go(stub, rest, None)


@packet(b"C")
def _continue_with_signal(stub: Stub, rest: bytes) -> None:
    _go(stub, rest.partition(b";")[2], None)


@packet(b"s")
def _step(stub: Stub, rest: bytes) -> None:
    _go(stub, rest, stub.control)


@packet(b"S")
def _step_with_signal(stub: Stub, rest: bytes) -> None:
    _go(stub, rest.partition(b";")[2], stub.control)


@packet(b"vCont?")
def _actions(stub: Stub, rest: bytes) -> bytes:
    return b"vCont;c;C;s;S;r"


@dataclass(frozen=True)
class _Action:
    """What `vCont` says of a hart, or of every one that it has not named before.

    Attributes:
        within: of a step, go on while pc is in this range.
    """

    hart: int | None
    steps: bool = False
    within: range = range(0)


@packet(b"vCont;")
def _resume(stub: Stub, rest: bytes) -> None:
    """A step of one hart lets the others run, in the machine's own order; see `Resume.going`."""
    actions = [_action(stub, text) for text in rest.split(b";")]
    named = frozenset(action.hart for action in actions if action.hart is not None)
    going = None if any(action.hart is None for action in actions) else named
    step = next((action for action in actions if action.steps), None)
    if step is None:
        stub.go_on(Resume(going=going))
    else:
        stub.go_on(Resume(_unnamed(stub, named) if step.hart is None else step.hart, step.within, going))


def _unnamed(stub: Stub, named: frozenset[int]) -> int:
    """Return the hart that a step of all others is for: the one that the client looks at, if it may be."""
    others = [hart.id for hart in stub.machine.harts if hart.id not in named]
    return stub.control if stub.control in others or not others else others[0]


def _action(stub: Stub, text: bytes) -> _Action:
    action, _, thread = text.partition(b":")
    hart = stub.thread(thread) if thread else None
    match action[:1]:
        case b"c" | b"C":
            return _Action(hart)
        case b"s" | b"S":
            return _Action(hart, True)
        case b"r":
            first, last = _address(action[1:])
            return _Action(hart, True, range(first, last))
    raise RefusedError
