"""Steps of the current hart: an instruction, a source line, or to a place.

Ctrl-C ends them where the caller has made the session interruptible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rvemu.debug.spaces import View
from rvemu.isa.decode import decode, length
from rvemu.isa.disasm import expand
from rvemu.isa.modes import M, U
from rvemu.monitor import inlined
from rvemu.monitor.render import fetch
from rvemu.monitor.stops import Condition, Stop
from rvemu.points import Breakpoint, Catchpoint, Point, TrapTaken

if TYPE_CHECKING:
    from rvemu.debug.dwarf import LineSpan
    from rvemu.debug.inlines import Body
    from rvemu.harts import HartView
    from rvemu.machine import StopReason
    from rvemu.monitor.inlined import Inside
    from rvemu.monitor.session import Session

MOST_INSTRUCTIONS = 100_000
"""A step by line that executes so many one by one gives up: the line is a loop."""

_LINK_REGISTERS = (1, 5)
_JUMPS = ("jal", "jalr")


def step_instructions(session: Session, count: int = 1) -> StopReason:
    """Execute so many instructions, to the first stop that is no step."""
    number, machine = session.hart_number, session.machine
    stop = machine.step(number)
    while count > 1 and stop.kind == "step" and not session.interrupted:
        stop = machine.step(number)
        count -= 1
    return session.stopped(interrupted(session, stop))


def interrupted(session: Session, stop: StopReason) -> StopReason:
    """Return a stop as one by Ctrl-C, if there was one."""
    return replace(stop, kind="stopped") if session.interrupted and stop.kind == "step" else stop


def over_instruction(session: Session) -> StopReason:
    """Execute an instruction; a call, or an ecall, whole."""
    word = fetch(session, session.hart)
    return _over_call(session, word) if word is not None and _calls(word) else step_instructions(session)


def _over_call(session: Session, word: int) -> StopReason:
    hart = session.hart
    return run_back(session, hart.pc + length(word), hart.x[2], View.of(hart), "the call's return")


def _calls(word: int, *, traps: bool = True) -> bool:
    """Tell whether an instruction is a call, or if `traps` an ecall."""
    decoded = decode(word)
    if decoded is None:
        return False
    base = expand(decoded)
    if base.insn.name == "ecall":
        return traps
    return base.insn.name in _JUMPS and base.operands.get("rd") in _LINK_REGISTERS


def _returns(word: int) -> bool:
    """Tell whether an instruction returns from a function."""
    decoded = decode(word)
    base = None if decoded is None else expand(decoded)
    return base is not None and base.insn.name == "jalr" and base.operands["rs1"] in _LINK_REGISTERS \
        and not base.operands["rd"]  # fmt: skip


def run_to(session: Session, pc: int, condition: Callable[[HartView], bool] | None, what: str) -> StopReason:
    """Run until the current hart comes to `pc` and the condition holds; a stop before that is as good."""
    return _run_to_point(session, Breakpoint(pc=pc, hart=session.hart_number, condition=condition, once=True), what)


def run_back(session: Session, pc: int, stack: int, view: View, what: str) -> StopReason:
    """Run until the current hart comes back to `pc` with no more on its stack than there was.

    A kernel may let a thread go on elsewhere: another hart counts, and becomes the current one, if its stack pointer
    is the same.
    """
    return _run_to_point(session, Breakpoint(pc=pc, condition=_goes_on(session, stack, view), once=True), what)


def _goes_on(session: Session, stack: int, view: View) -> Condition:
    """Return what holds for a hart that goes on with what the current one does in this mode and on this stack."""
    number = session.hart_number

    def same(hart: HartView) -> bool:
        if hart.priv != view.priv or (view.priv == U and View.of(hart).satp != view.satp):
            return False
        if hart.id == number:
            return hart.x[2] >= stack
        return view.priv != M and hart.x[2] == stack != 0

    return same


def _run_to_point(session: Session, point: Point, what: str) -> StopReason:
    entry = session.stops.add(Stop("breakpoint", what, [point], hidden=True))
    try:
        stop = session.run_on()
    finally:
        session.stops.remove(entry)
    if stop.point is point:
        session.last_stop = stop = replace(stop, kind="step", point=None)
    return stop


def step_line(session: Session, *, over: bool) -> StopReason:
    """Run the current hart to the beginning of another source line; where none is known, execute an instruction.

    Functions without line numbers are run through, and so is what interrupts. A call that the compiler has inlined
    is one like any other: where it begins, a step into it executes nothing.

    Args:
        over: calls and ecalls are run through as well.
    """
    here = session.symbols.span(session.hart.pc, session.hart_number)
    if here is None:
        return over_instruction(session) if over else step_instructions(session)
    inside = inlined.inside(session)
    if inside.before and not over:
        inlined.go_into(session, inside)
        return session.stopped(session.machine.stop_reason("step"))
    step = _LineStep(session, over, here, inside.entered, inside.call or here.place)
    session.machine.points.add(step.trap_point)
    try:
        stop = step.run()
    finally:
        session.machine.points.remove(step.trap_point)
    return session.stopped(interrupted(session, stop))


@dataclass
class _LineStep:
    """A step by line under way.

    Attributes:
        here: the line that the hart is in.
        inside: the function that it is in, and those inlined that it has gone into.
        begun: file and line that it began in, or has come into the middle of since.
        traps: those taken by the latest instruction.
    """

    session: Session
    over: bool
    here: LineSpan
    inside: tuple[Body, ...]
    begun: tuple[str, int]
    traps: list[TrapTaken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trap_point = Catchpoint(kind="trap", call=self._taken)

    def _taken(self, trap: TrapTaken) -> None:
        if trap.hart == self.session.hart_number:
            self.traps.append(trap)

    def run(self) -> StopReason:
        """Run to its end."""
        for _ in range(MOST_INSTRUCTIONS):
            stop = self._advance()
            if stop is not None:
                return stop
        file, line = self.begun
        place = f"{file.rpartition('/')[2]}:{line}"
        self.session.notes.append(f"still in {place} after {MOST_INSTRUCTIONS} instructions (a breakpoint, until or "
                                  "finish go on at full speed)")  # fmt: skip
        return self.session.machine.stop_reason("step")

    def _advance(self) -> StopReason | None:
        """Execute an instruction, or what is run through; return the stop if the step ends there."""
        session, hart = self.session, self.session.hart
        word, before, stack, behind = fetch(session, hart), View.of(hart), hart.x[2], 0
        calls = returns = False
        if word is not None:
            calls, returns, behind = _calls(word, traps=False), _returns(word), hart.pc + length(word)
        if self.over and calls:
            assert word is not None
            stop = _over_call(session, word)
        else:
            stop = session.machine.step(hart.id)
            if self.traps and stop.kind == "step":
                return self._trapped(before, stack, behind)
        if stop.kind != "step" or session.interrupted:
            return stop
        hart = session.hart
        if hart.priv == before.priv and self.here.first <= hart.pc < self.here.end:
            return None
        if returns:
            self.inside = inlined.inside(session).entered
        return self._arrived(stop, behind if calls and not self.over else None)

    def _trapped(self, before: View, stack: int, behind: int) -> StopReason | None:
        """A trap was taken: run through an interrupt, what `next` steps over, and handlers without line numbers."""
        trap = self.traps[-1]
        self.traps.clear()
        session, hart = self.session, self.session.hart
        if not (trap.interrupt or self.over) and session.symbols.span(hart.pc, hart.id) is not None:
            return session.machine.stop_reason("step")
        back, goes_on = (trap.epc, behind), _goes_on(session, stack, before)
        point = Catchpoint(kind="return", once=True, condition=lambda view: view.pc in back and goes_on(view))
        stop = _run_to_point(session, point, "the trap's return")
        self.traps.clear()
        hart = session.hart
        if stop.kind != "step" or self.here.first <= hart.pc < self.here.end:
            return None if stop.kind == "step" else stop
        return self._arrived(stop, None)

    def _arrived(self, stop: StopReason, behind: int | None) -> StopReason | None:
        """The hart has left its line: return the stop unless it is in the middle of another one.

        Args:
            behind: where a call returns to, if there was one.
        """
        session, hart = self.session, self.session.hart
        found = session.symbols.span(hart.pc, hart.id)
        if found is None and behind is not None:
            stop = run_back(session, behind, hart.x[2], View.of(hart), "the call's return")
            if stop.kind != "step":
                return stop
            hart = session.hart
            found = session.symbols.span(hart.pc, hart.id)
        if found is None:
            return stop
        self.here = found
        inside = inlined.inside(session)
        if behind is None and inside.before and inside.entered == self.inside:
            return stop if self._ends_before(inside) else None
        if self.over and self._is_deeper(inside):
            return None
        begins = hart.pc == found.first
        if begins and found.statement and (behind is not None or (inside.call or found.place) != self.begun):
            return stop
        if not begins or inside.entered != self.inside:
            self.inside, self.begun = inside.entered, inside.call or found.place
        return None

    def _ends_before(self, inside: Inside) -> bool:
        """Tell whether the step ends before, or into, a call that the compiler has inlined."""
        if inside.call != self.begun:
            return True
        if not self.over:
            inlined.go_into(self.session, inside)
        return not self.over

    def _is_deeper(self, inside: Inside) -> bool:
        """Tell whether the hart has gone into an inlined function since the step began."""
        depth = len(self.inside)
        return 0 < depth < len(inside.entered) and inside.entered[:depth] == self.inside
