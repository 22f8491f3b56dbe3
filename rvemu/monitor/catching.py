"""What `catch` takes: words for events, and the points of the machine that report them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from rvemu.debug.sbi import EIDS
from rvemu.isa.causes import INTERRUPT_BIT, Cause, Interrupt
from rvemu.isa.csrs import CSRS
from rvemu.isa.modes import MODE_NUMBERS
from rvemu.monitor.registry import CommandError
from rvemu.points import Catchpoint, Point

if TYPE_CHECKING:
    from rvemu.harts import HartView
    from rvemu.monitor.session import Session

_A6, _A7 = 16, 17
_CSR_NUMBERS = {csr.name: csr.number for csr in CSRS}


def catch_points(session: Session, words: Sequence[str]) -> list[Point]:
    """Return the points for the words of a `catch`.

    Raises:
        CommandError: a word is not known.
    """
    if not words or words[0] not in KINDS:
        raise CommandError(f"catch: {words[0] if words else 'nothing'} is no event ({', '.join(KINDS)})")
    return _MAKERS[words[0]](session, words[1:])


def _codes(session: Session, kind: type[IntEnum], words: Sequence[str]) -> frozenset[int]:
    """Return the codes that numbers and parts of names stand for."""
    codes: set[int] = set()
    for word in words:
        if word[:1].isdigit():
            codes.add(session.evaluate(word))
            continue
        part = word.lower().replace("-", "_").replace("ecall", "environment_call")
        named = {code.value for code in kind if part in code.name.lower()}
        if not named:
            example = kind(9).name.lower()
            raise CommandError(f"{word}: no such cause (a number, or part of a name such as {example}; Tab lists them)")
        codes |= named
    return frozenset(codes)


def _traps(session: Session, words: Sequence[str]) -> list[Point]:
    return [Catchpoint(kind="trap", causes=_codes(session, Cause, words))]


def _interrupts(session: Session, words: Sequence[str]) -> list[Point]:
    codes = _codes(session, Interrupt, words) or frozenset(range(64))
    return [Catchpoint(kind="trap", causes=frozenset(INTERRUPT_BIT | code for code in codes))]


def _csr_writes(session: Session, words: Sequence[str]) -> list[Point]:
    unknown = [word for word in words if word not in _CSR_NUMBERS]
    if unknown or not words:
        raise CommandError(f"catch csr: {unknown[0] if unknown else 'nothing'} is no CSR (one such as satp)")
    return [Catchpoint(kind="csr", csrs=frozenset(_CSR_NUMBERS[word] for word in words))]


def _mode_changes(session: Session, words: Sequence[str]) -> list[Point]:
    unknown = [word for word in words if word.upper() not in MODE_NUMBERS]
    if unknown:
        raise CommandError(f"catch priv: {unknown[0]} is no mode (U, S or M)")
    wanted = {MODE_NUMBERS[word.upper()] for word in words} or set(MODE_NUMBERS.values())
    modes = {hart.id: hart.priv for hart in session.machine.harts}

    def changed(hart: HartView) -> bool:
        before, modes[hart.id] = modes[hart.id], hart.priv
        return hart.priv != before and hart.priv in wanted

    return [Catchpoint(kind="trap", condition=changed), Catchpoint(kind="return", condition=changed)]


def _sbi_calls(session: Session, words: Sequence[str]) -> list[Point]:
    numbers = [EIDS[word] if word in EIDS else session.evaluate(word) for word in words]

    def meant(hart: HartView) -> bool:
        called = (hart.x[_A7], hart.x[_A6])[: len(numbers)]
        return list(called) == numbers[:2]

    return [Catchpoint(kind="trap", causes=frozenset({Cause.ENVIRONMENT_CALL_FROM_S_MODE}), condition=meant)]


def _system_calls(session: Session, words: Sequence[str]) -> list[Point]:
    numbers = {session.evaluate(word) for word in words}

    def meant(hart: HartView) -> bool:
        return (not numbers or hart.x[_A7] in numbers)

    return [Catchpoint(kind="trap", causes=frozenset({Cause.ENVIRONMENT_CALL_FROM_U_MODE}), condition=meant)]


_MAKERS: dict[str, Callable[[Session, Sequence[str]], list[Point]]] = {
    "trap": _traps, "irq": _interrupts, "csr": _csr_writes, "priv": _mode_changes, "sbi": _sbi_calls,
    "syscall": _system_calls,
}  # fmt: skip
KINDS: dict[str, tuple[str, ...]] = {
    "trap": tuple(code.name.lower() for code in Cause), "irq": tuple(code.name.lower() for code in Interrupt),
    "csr": tuple(_CSR_NUMBERS), "priv": tuple(MODE_NUMBERS), "sbi": tuple(EIDS), "syscall": (),
}  # fmt: skip
"""Words of each kind of event, for completion."""
