"""Which interrupts are pending, and why each is taken or is not."""

from __future__ import annotations

from dataclasses import dataclass

from rvemu.board import IRQS
from rvemu.debug.explain import csr_field
from rvemu.devices.plic import Plic
from rvemu.harts import HartView
from rvemu.isa.causes import INTERRUPT_PRIORITY, Interrupt
from rvemu.isa.modes import MODE_NAMES, M, S
from rvemu.machine import Machine


@dataclass(frozen=True)
class InterruptState:
    """An interrupt of a hart.

    Attributes:
        taken: it is the one that the hart takes next.
        words: why it is taken, or what stands in its way.
    """

    hart: int
    interrupt: Interrupt
    pending: bool
    enabled: bool
    taken: bool
    words: str


def _obstacle(hart: HartView, interrupt: Interrupt) -> str:
    """Return what keeps a pending interrupt from being taken, or ""."""
    if not hart.csr["mie"] >> interrupt & 1:
        return f"mie.{short_name(interrupt)} is 0"
    mode = MODE_NAMES[hart.priv]
    delegated = "mideleg" in hart.csr and hart.csr["mideleg"] >> interrupt & 1
    if not delegated:
        if hart.priv == M and not csr_field(hart, "mstatus", "MIE"):
            return "it goes to M-mode, where the hart is, and mstatus.MIE is 0"
        return ""
    if hart.priv == M:
        return "it is delegated to S-mode, and the hart is in M-mode"
    if hart.priv == S and not csr_field(hart, "mstatus", "SIE"):
        return f"it is delegated to S-mode, the hart is in {mode}-mode, and sstatus.SIE is 0"
    return ""


def short_name(interrupt: Interrupt) -> str:
    """Return its name in mip and mie, as MTI."""
    if interrupt.name.count("_") != 1:
        return "LCOFI"
    mode, kind = interrupt.name.split("_")
    return f"{mode[0]}{kind[0]}I"


def interrupts(machine: Machine, number: int) -> list[InterruptState]:
    """Return all interrupts of a hart, by their priority."""
    hart = machine.harts[number]
    mip, mie = hart.csr["mip"], hart.csr["mie"]
    ready = [each for each in INTERRUPT_PRIORITY if mip >> each & 1 and not _obstacle(hart, each)]
    machine_level = [each for each in ready if not hart.csr.get("mideleg", 0) >> each & 1]
    first = next(iter(machine_level or ready), None)
    found = []
    for each in INTERRUPT_PRIORITY:
        pending, obstacle = bool(mip >> each & 1), _obstacle(hart, each)
        if not pending:
            words = "not pending" + (f"; if it were: {obstacle}" if obstacle else "")
            if obstacle and hart.waiting and mie >> each & 1:
                words += "; it would end the WFI"
        elif obstacle:
            words = obstacle
        elif each is first:
            words = "taken next"
        else:
            assert first is not None
            words = f"{short_name(first)} goes first"
        found.append(InterruptState(number, each, pending, bool(mie >> each & 1), each is first, words))
    return found


@dataclass(frozen=True)
class SourceState:
    """An interrupt source of the PLIC.

    Attributes:
        device: what drives it.
        enabled: a context takes it.
        words: for each context why it gets the request or does not.
    """

    source: int
    device: str
    level: bool
    pending: bool
    claimed: bool
    enabled: bool
    priority: int
    words: str


def sources(machine: Machine) -> list[SourceState]:
    """Return the sources of the PLIC that a device drives or the guest has set up."""
    plic = next(device for _, _, device in machine.bus.devices() if isinstance(device, Plic))
    state, drivers = plic.state, {source: name for name, source in IRQS.items()}
    found = []
    for source in range(1, plic.sources + 1):
        bit = 1 << source
        active = (state.level | state.pending | state.claimed) & bit
        enabled = any(enable & bit for enable in state.enable)
        if not (active or enabled or state.priority[source] or source in drivers):
            continue
        found.append(SourceState(
            source, drivers.get(source, "-"), bool(state.level & bit), bool(state.pending & bit),
            bool(state.claimed & bit), enabled, state.priority[source], _source_words(plic, source),
        ))  # fmt: skip
    return found


def _source_words(plic: Plic, source: int) -> str:
    state, bit = plic.state, 1 << source
    if state.claimed & bit:
        return "claimed, and not completed: no further request until it is"
    if not state.pending & bit:
        return "quiet"
    if not state.priority[source]:
        return "its priority is 0, which means never"
    takers = [context for context in range(plic.contexts) if state.enable[context] & bit]
    if not takers:
        return "no context has it enabled"
    told = []
    for context in takers:
        name = f"hart {context // 2} {'MS'[context % 2]}"
        above = state.priority[source] > state.threshold[context]
        threshold = state.threshold[context]
        told.append(f"interrupts {name}" if above else f"{name}: priority {state.priority[source]} is not above "
                    f"its threshold {threshold}")  # fmt: skip
    return "; ".join(told)
