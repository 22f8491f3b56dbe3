"""Commands that run the machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

from rvemu.debug.expressions import compile_expression
from rvemu.debug.spaces import View
from rvemu.isa.modes import MODE_NAMES
from rvemu.monitor.answers import Answer, Several, Table, Text
from rvemu.monitor.harts import hart_number
from rvemu.monitor.registry import CommandError, Count, Expression, Kind, Rest, command
from rvemu.monitor.session import Leave, Session
from rvemu.monitor.stepping import interrupted, over_instruction, run_back, run_to, step_instructions, step_line
from rvemu.monitor.telling import tell_place, tell_stop

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.machine import StopReason


@command(
    "continue", group="run", aliases=("c", "cont", "run", "r"), examples=("continue", "c 3"), repeats=True,
)
def continue_(session: Session, times: Count = 1) -> Answer:
    """Run until something stops the machine; Ctrl-C returns to the prompt.

    With a number, the stop at the same breakpoint counts only so many times from now.
    """
    stop = session.last_stop
    if times > 1 and stop is not None and stop.point is not None:
        stop.point.ignore = times - 1
    if session.server is not None and session.server.holds and session.emit is not None:
        session.emit(Text.of("GDB has stopped the machine: it goes on when GDB lets it", "class:note"))
    return tell_stop(session, session.resume())


@command("runfor", group="run", aliases=("rf",), examples=("runfor 1000000",), repeats=True, moves=True)
def run_for(session: Session, cycles: Count) -> Answer:
    """Run for so many cycles, if nothing stops the machine before."""
    return tell_stop(session, session.resume(cycles))


@command("step", group="run", aliases=("s",), examples=("step", "s 100"), repeats=True, moves=True)
def step(session: Session, count: Count = 1) -> Answer:
    """Run the current hart to another source line, so many times; where none is known, execute one instruction.

    Functions compiled without -g are run through. `stepi` steps by instruction everywhere.
    """
    return _lines(session, count, over=False)


@command("stepi", group="run", aliases=("si", "singlestep", "rs"), examples=("stepi", "si 100"), repeats=True,
         moves=True)  # fmt: skip
def stepi(session: Session, count: Count = 1) -> Answer:
    """Execute instructions of the current hart, one or so many; the other harts have their turns as always."""
    session.remember()
    with session.interruptible():
        return tell_stop(session, step_instructions(session, count))


@command("next", group="run", aliases=("n",), examples=("next", "n 5"), repeats=True, moves=True)
def next_(session: Session, count: Count = 1) -> Answer:
    """Like step, but calls, inlined ones too, and ecalls are carried out whole: all runs until they come back."""
    return _lines(session, count, over=True)


@command("nexti", group="run", aliases=("ni",), examples=("nexti", "ni 5"), repeats=True, moves=True)
def nexti(session: Session, count: Count = 1) -> Answer:
    """Like stepi, but a call, or an ecall, is carried out whole: the machine runs until it comes back."""
    session.remember()
    return tell_stop(session, _repeated(session, count, over_instruction))


def _lines(session: Session, count: int, *, over: bool) -> Text:
    session.remember()
    return tell_stop(session, _repeated(session, count, partial(step_line, over=over)), source=True)


def _repeated(session: Session, count: int, act: Callable[[Session], StopReason]) -> StopReason:
    """Step so many times, to the first stop that is no step."""
    with session.interruptible():
        stop = act(session)
        while count > 1 and stop.kind == "step" and not session.interrupted:
            stop = act(session)
            count -= 1
        ended = interrupted(session, stop)              # Ctrl-C may have come between two steps
    return stop if ended is stop else session.stopped(ended)


@command("finish", group="run", aliases=("fin",), examples=("finish",), moves=True)
def finish(session: Session) -> Answer:
    """Run until the function that the hart is in returns to its caller, or the trap handler to what it interrupted."""
    hart, caller = session.hart, session.caller()
    if caller is None:
        raise CommandError(f"finish: no caller is known at {hart.pc:#x} (ra is {hart.x[1]:#x})")
    where = session.symbols.at(hart.pc, hart.id)
    session.remember()
    stack, mode, what = caller.sp or 0, caller.view.priv, "the function's return"
    if caller.how == "trap":
        stop = run_to(session, caller.pc, lambda view: view.priv == mode and view.x[2] >= stack, what)
    else:
        stop = run_back(session, caller.pc, stack, View.of(hart), what)
    told = tell_stop(session, stop)
    if stop.kind == "step" and hart.pc == caller.pc and where is not None and caller.how != "trap":
        told.pieces.insert(0, ("class:note", f"{where.name} returned {hart.x[10]:#x}\n"))
        told.data["returned"] = hart.x[10]
    return told


@command("until", group="run", aliases=("u", "advance"), examples=("until a0 == 3", "until pc == main"), moves=True)
def until(session: Session, condition: Expression) -> Answer:
    """Run the current hart until a condition is true, looked at before each instruction.

    `pc == ADDRESS` runs at full speed. Spike's words mean the same: until pc 0 ADDRESS, until reg 0 a0 VALUE,
    until mem ADDRESS VALUE.
    """
    condition = _from_spike(session, condition)
    if at := re.fullmatch(r"\$?pc\s*==\s*([^&|=]+)", condition):
        session.remember()
        return tell_stop(session, run_to(session, session.evaluate(at[1]), None, "the place"))
    holds, scope = compile_expression(condition), session.scope()
    holds(scope)
    session.remember()
    with session.interruptible():
        stop = session.machine.step(session.hart_number)
        while stop.kind == "step" and not session.interrupted and not holds(scope):
            stop = session.machine.step(session.hart_number)
    return tell_stop(session, session.stopped(interrupted(session, stop)))


def _from_spike(session: Session, text: str) -> str:
    """Return Spike's form of a condition as an expression; any other as it is."""
    found = re.fullmatch(r"(pc|reg|mem)\s+(?:(\d+)\s+)?([\w$]\S*)(?:\s+(\w\S*))?", text)
    if found is None:
        return text
    kind, hart, first, second = found.groups()
    if hart is not None:
        session.hart_number = hart_number(session, hart)
    if kind == "pc":
        return f"pc == {first}"
    return f"{first} == {second}" if kind == "reg" else f"*(u64*)({first}) == {second}"


@command("context", group="run", aliases=("status", "here", "pause", "stop"), examples=("context",))
def context(session: Session) -> Answer:
    """Show where the current hart is, and the displayed expressions."""
    return tell_place(session)


def _hart_words(session: Session, typed: str) -> list[str]:
    return [str(hart.id) for hart in session.machine.harts if str(hart.id).startswith(typed)]


HartNumber = Annotated[int, Kind("HART", hart_number, _hart_words)]


@command("hart", group="run", aliases=("thread", "cpu"), examples=("hart 1",))
def choose_hart(session: Session, number: HartNumber | None = None) -> Answer:
    """Choose the hart that registers, addresses and steps mean; without a number show them all."""
    if number is None:
        return _list_harts(session)
    session.hart_number = number
    return tell_place(session)


@command("each", group="run", examples=("each context", "thread apply all print pc"))
def each(session: Session, line: Rest) -> Answer:
    """Carry out a line for every hart in turn; gdb's `thread apply all` means the same."""
    chosen, parts = session.hart_number, []
    try:
        for hart in session.machine.harts:
            session.hart_number = hart.id
            answer = session.execute(line)
            parts += [Text.of(f"hart {hart.id}:", "class:heading"), *([answer] if answer is not None else [])]
    finally:
        session.hart_number = chosen
    return Several(parts)


@command("harts", group="run", aliases=("threads", "cpus"), examples=("harts",))
def harts(session: Session) -> Answer:
    """List the harts: mode, pc, what they execute."""
    return _list_harts(session)


def _list_harts(session: Session) -> Table:
    return Table(
        ("", "hart", "mode", "pc", "symbol", "state"), [_row(session, hart) for hart in session.machine.harts],
        styles={"pc": "class:address", "symbol": "class:symbol"},
    )  # fmt: skip


def _row(session: Session, hart: HartView) -> list[object]:
    mark = "*" if hart.id == session.hart_number else ""
    state = "waits" if hart.waiting else "runs"
    return [mark, hart.id, MODE_NAMES[hart.priv], f"{hart.pc:#x}", session.symbols.describe(hart.pc, hart.id), state]


@command("reset", group="run", aliases=("system_reset",), examples=("reset",), moves=True)
def reset(session: Session) -> Answer:
    """Reset the machine and load the guest again; breakpoints stay."""
    session.remember()
    session.machine.reset()
    session.last_stop = None
    return tell_place(session)


@command("quit", group="run", aliases=("q", "exit"), examples=("quit", "quit 1"))
def quit_(session: Session, code: Count = 0) -> None:
    """Leave the monitor and end the machine, with an exit status if one is given."""
    raise Leave(code & 0xFF)
