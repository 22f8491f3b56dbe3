"""Why the machine stopped and where, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rvemu.isa.causes import cause_number, cause_words
from rvemu.isa.csrs import CSRS
from rvemu.isa.modes import MODE_NAMES
from rvemu.monitor import inlined
from rvemu.monitor.answers import Fragments, Text
from rvemu.monitor.render import place, text_of
from rvemu.points import Catchpoint, Watchpoint

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.machine import StopReason
    from rvemu.monitor.session import Session
    from rvemu.monitor.stops import Stop

_REASONS = {
    "poweroff": "the guest powered off",
    "reset": "the guest asked for a reset",
    "limit": "the cycles are used up",
    "timeout": "the time is up",
    "stuck": "nothing can ever wake the guest (`why` tells more)",
    "interrupted": "interrupted",
    "stopped": "stopped",
}


def tell_stop(session: Session, stop: StopReason, *, source: bool = False) -> Text:
    """Return what a stop shows: the reason unless it was asked for, displayed expressions, and the place.

    Args:
        source: the source line too, where it is known.
    """
    entry = session.stops.of(stop.point)
    reason = _reason(session, stop, entry)
    notes, session.notes = session.notes, []
    pieces: Fragments = [("class:note", f"{note}\n") for note in notes]
    if reason:
        style = "class:error" if stop.kind in ("fail", "stuck") else "class:heading"
        pieces.append((style, reason[:1].upper() + reason[1:] + "\n"))
    place_shown = tell_place(session)
    data = {
        "kind": stop.kind, "reason": reason, "cycle": stop.cycle, "code": stop.code,
        "point": entry.number if entry is not None else None, **place_shown.data,
    }  # fmt: skip
    if source:
        line, found = _source_line(session)
        pieces += line
        data |= found
    return Text([*pieces, *place_shown.pieces], data)


def _source_line(session: Session) -> tuple[Fragments, dict[str, Any]]:
    """Return the source line at pc, in one line and as data; nothing where none is known."""
    found = inlined.line(session)
    if found is None:
        return [], {}
    file, number = found
    text = session.symbols.sources.lines(file)[number - 1 : number]
    shown = text[0].expandtabs(8) if text else ""
    place = f"{file.rpartition('/')[2]}:{number}"
    return [("class:number", place), ("", f"  {shown}".rstrip() + "\n")], {"file": file, "line": number}


def tell_place(session: Session) -> Text:
    """Return the displayed expressions, and where the current hart is."""
    pieces: Fragments = []
    values: dict[str, Any] = {}
    for number, display in session.displayed.items():
        shown, values[display.label] = display.shown(session, number)
        pieces += shown
    hart, here = session.hart, place(session, session.hart)
    data = {
        "hart": hart.id, "mode": MODE_NAMES[hart.priv], "pc": hart.pc, "symbol": session.describe(hart.pc),
        "text": text_of(here).strip(), "display": values,
    }  # fmt: skip
    return Text([*pieces, *here], data)


def _reason(session: Session, stop: StopReason, entry: Stop | None) -> str:
    if stop.kind == "breakpoint":
        return _point_reason(session, stop, entry)
    if stop.kind == "htif":
        return f"the guest ended with code {stop.code}"
    if stop.kind == "fail":
        return f"the guest failed with code {stop.code}"
    return _REASONS.get(stop.kind, "")


def _point_reason(session: Session, stop: StopReason, entry: Stop | None) -> str:
    point = stop.point
    assert point is not None
    subject = f"{entry.kind} {entry.number}, {entry.what}" if entry is not None else f"point {point.number}"
    if isinstance(point, Watchpoint):
        return f"{subject}: {_watched(session, point, entry)}"
    if isinstance(point, Catchpoint):
        return f"{subject}: {_caught(session.machine.harts[stop.hart], point)}"
    return subject + (f" (hit {point.hits} times)" if point.hits > 1 else "")


def _watched(session: Session, point: Watchpoint, entry: Stop | None) -> str:
    now = None if entry is None else session.stops.contents(entry)
    before = None if entry is None else entry.before
    if point.kinds == "c" and before is not None and now is not None:
        return f"{_number(before)} -> {_number(now)}"
    access = {"r": "about to be read", "w": "about to be written"}.get(point.kinds, "about to be accessed")
    return f"{access}, now {_number(now)}" if now is not None else access


def _number(data: bytes) -> str:
    return f"{int.from_bytes(data, 'little'):#x}" if len(data) <= 8 else data[:16].hex(" ")


def _caught(hart: HartView, point: Catchpoint) -> str:
    if point.kind == "return":
        return f"returned to {MODE_NAMES[hart.priv]}"
    if point.kind == "csr":
        written = ", ".join(f"{csr.name} {hart.csr[csr.number]:#x}" for csr in CSRS if csr.number in point.csrs)
        return f"written, now {written}"
    level = "m" if hart.priv == 3 else "s"
    cause, epc, tval = (hart.csr[level + name] for name in ("cause", "epc", "tval"))
    return f"{numbered_cause(cause)}, {level}epc {epc:#x}, {level}tval {tval:#x}, handled in {MODE_NAMES[hart.priv]}"


def numbered_cause(xcause: int) -> str:
    """Return a value of mcause or scause in the manual's words, with its kind and code."""
    words, number = cause_words(xcause), cause_number(xcause)
    return words if words == number else f"{words} ({number})"
