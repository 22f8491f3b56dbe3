"""Trap causes as mcause and scause hold them, and which one is taken where several are pending.

Source: privileged manual, "Machine Cause (mcause) Register".
"""

from __future__ import annotations

from enum import IntEnum

INTERRUPT_BIT = 1 << 63
"""The Interrupt bit of mcause and scause."""


class Cause(IntEnum):
    """Exception codes."""

    INSTRUCTION_ADDRESS_MISALIGNED = 0
    INSTRUCTION_ACCESS_FAULT = 1
    ILLEGAL_INSTRUCTION = 2
    BREAKPOINT = 3
    LOAD_ADDRESS_MISALIGNED = 4
    LOAD_ACCESS_FAULT = 5
    STORE_AMO_ADDRESS_MISALIGNED = 6
    STORE_AMO_ACCESS_FAULT = 7
    ENVIRONMENT_CALL_FROM_U_MODE = 8
    ENVIRONMENT_CALL_FROM_S_MODE = 9
    ENVIRONMENT_CALL_FROM_M_MODE = 11
    INSTRUCTION_PAGE_FAULT = 12
    LOAD_PAGE_FAULT = 13
    STORE_AMO_PAGE_FAULT = 15
    SOFTWARE_CHECK = 18


class Interrupt(IntEnum):
    """Interrupt codes, each also the number of its bit in mip and mie."""

    SUPERVISOR_SOFTWARE = 1
    MACHINE_SOFTWARE = 3
    SUPERVISOR_TIMER = 5
    MACHINE_TIMER = 7
    SUPERVISOR_EXTERNAL = 9
    MACHINE_EXTERNAL = 11
    LOCAL_COUNTER_OVERFLOW = 13


INTERRUPT_PRIORITY = (
    Interrupt.MACHINE_EXTERNAL,
    Interrupt.MACHINE_SOFTWARE,
    Interrupt.MACHINE_TIMER,
    Interrupt.SUPERVISOR_EXTERNAL,
    Interrupt.SUPERVISOR_SOFTWARE,
    Interrupt.SUPERVISOR_TIMER,
    Interrupt.LOCAL_COUNTER_OVERFLOW,
)
"""Interrupts to the same privilege mode from the highest priority to the lowest.

Source: privileged manual, "Machine Interrupt (mip and mie) Registers".
"""


def cause_number(xcause: int) -> str:
    """Return the kind and the code of a value of mcause or scause, such as "exception 8"."""
    return f"{'interrupt' if xcause & INTERRUPT_BIT else 'exception'} {xcause & ~INTERRUPT_BIT}"


def cause_words(xcause: int) -> str:
    """Return a value of mcause or scause in the manual's words, by kind and code where it has none."""
    code, interrupt = xcause & ~INTERRUPT_BIT, bool(xcause & INTERRUPT_BIT)
    codes: type[Cause] | type[Interrupt] = Interrupt if interrupt else Cause
    if code not in {known.value for known in codes}:
        return cause_number(xcause)
    words = codes(code).name.lower().replace("_", " ").replace("store amo", "store/AMO")
    for letter in "usm":
        words = words.replace(f"from {letter} mode", f"from {letter.upper()}-mode")
    return f"{words} interrupt" if interrupt else words
