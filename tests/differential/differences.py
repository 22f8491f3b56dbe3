"""What a word of a block stands for, so that a difference can be named, and matched with those that are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from differential import layout as at
from differential.batch import Outcome

from rvemu.isa.decode import decode
from rvemu.isa.regs import F_NAMES, X_NAMES

_TRAP_WORDS = ("cause", "epc", "tval", "status")


@dataclass(frozen=True)
class Difference:
    """A word that the machines left different.

    Attributes:
        part: "x", "f", "csr", "trap", "data", "code", "tables" or "header".
        name: register, CSR, word of the trap's record, or the address.
        round: which round left it, where it is part of a result.
        ours, theirs: the values.
        trap: of a trap's record: which of the round.
        cause, instruction: of a trap's record: what we say it was, and the word that trapped; of a CSR: those of the
            last trap into S-mode.
    """

    part: str
    name: str
    ours: int
    theirs: int
    round: int | None = None
    trap: int | None = None
    cause: int = 0
    instruction: int = 0

    @property
    def sort(self) -> tuple[str, str, str]:
        """What it is a difference of, whatever the values."""
        if self.part == "trap":
            return self.part, self.name, self.mnemonic
        return self.part, self.name if self.part == "csr" else "", ""

    @property
    def mnemonic(self) -> str:
        """The name of the row that trapped, or "" if it is no row."""
        decoded = decode(self.instruction)
        return decoded.insn.name if decoded else ""

    def __str__(self) -> str:
        place = "" if self.round is None else f"round {self.round}: "
        if self.trap is not None:
            place += f"trap {self.trap} ({self.mnemonic or 'illegal'}): "
        return f"{place}{self.name}: rvemu {self.ours:#x}, QEMU {self.theirs:#x}"


def differences(outcome: Outcome) -> Iterator[Difference]:
    """Yield every word of a case that differs, results first and in their order."""
    rounds = [offset for offset in outcome.differing if at.RESULTS <= offset < at.TABLES]
    others = [offset for offset in outcome.differing if not at.RESULTS <= offset < at.TABLES]
    for offset in rounds:
        yield _of_result(outcome, offset)
    for offset in others:
        yield _of_memory(outcome, offset)


def _values(outcome: Outcome, offset: int) -> tuple[int, int]:
    return int(outcome.ours[offset // 8]), int(outcome.theirs[offset // 8])


def _of_memory(outcome: Outcome, offset: int) -> Difference:
    part = "header" if offset < at.CODE else "code" if offset < at.DATA else "data" if offset < at.RESULTS else "tables"
    return Difference(part, f"memory at {outcome.base + offset:#x}", *_values(outcome, offset))


def _of_result(outcome: Outcome, offset: int) -> Difference:
    number, inside = divmod(offset - at.RESULTS, at.RESULT_SIZE)
    values = _values(outcome, offset)
    if inside < at.RESULT_F:
        return Difference("x", X_NAMES[inside // 8 + 1], *values, number)
    if inside < at.RESULT_CSR:
        return Difference("f", F_NAMES[(inside - at.RESULT_F) // 8], *values, number)
    if inside < at.TRAP_LOG:
        name = at.RESULT_CSRS[(inside - at.RESULT_CSR) // 8]
        return Difference("csr", name, *values, number, None, *_last_of_s_mode(outcome, number))
    trap, word = divmod(inside - at.TRAP_LOG, at.TRAP_SIZE)
    cause, epc = (int(value) for value in outcome.ours[(offset - inside % at.TRAP_SIZE) // 8 :][:2])
    return Difference(
        "trap", _TRAP_WORDS[word // 8], *values, number, trap, cause, _instruction(outcome, epc)
    )


def _last_of_s_mode(outcome: Outcome, number: int) -> tuple[int, int]:
    """Return the cause of the last trap into S-mode that a round logged, and the word that trapped."""
    first = (at.RESULTS + number * at.RESULT_SIZE + at.TRAP_LOG) // 8
    log = outcome.ours[first : first + at.LOGGED_TRAPS * at.TRAP_SIZE // 8].reshape(-1, at.TRAP_SIZE // 8)
    of_s_mode = [(int(cause), int(epc)) for cause, epc, _, status in log if cause and not status]
    cause, epc = of_s_mode[-1] if of_s_mode else (0, 0)
    return cause, _instruction(outcome, epc)


def _instruction(outcome: Outcome, epc: int) -> int:
    """Return what we have at the address of a trap, by the way the program sees its code; 0 outside of it."""
    code: Any = outcome.ours.view("<u1")
    place = epc - int(outcome.ours[at.CODE_VA // 8])
    if not 0 <= place < at.CODE_SIZE:
        return 0
    return int.from_bytes(code[at.CODE + place :][:4].tobytes(), "little")
