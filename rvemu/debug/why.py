"""Why a machine makes no progress: what its harts do while it is watched for a while, and what led there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rvemu.debug.explain import FETCH, LOAD, MODE_NAMES, STORE, M, S, region_name, walk
from rvemu.debug.interrupts import interrupts, short_name, sources
from rvemu.devices.virtio.mmio import VirtioMmio
from rvemu.harts import HartView
from rvemu.isa.causes import INTERRUPT_BIT, INTERRUPT_PRIORITY, Cause
from rvemu.isa.decode import decode
from rvemu.isa.disasm import disassemble, expand
from rvemu.machine import Machine

WATCHED_CYCLES = 200_000
_LOOP_INSTRUCTIONS = 40
"""A hart that executes no more different instructions than these spins."""

_MANY_TRAPS = 50
_FAULTS: dict[int, str] = {
    Cause.INSTRUCTION_ACCESS_FAULT: FETCH, Cause.INSTRUCTION_PAGE_FAULT: FETCH,
    Cause.LOAD_ACCESS_FAULT: LOAD, Cause.LOAD_PAGE_FAULT: LOAD,
    Cause.STORE_AMO_ACCESS_FAULT: STORE, Cause.STORE_AMO_PAGE_FAULT: STORE,
}  # fmt: skip

_CALLS = (
    Cause.ENVIRONMENT_CALL_FROM_U_MODE, Cause.ENVIRONMENT_CALL_FROM_S_MODE, Cause.ENVIRONMENT_CALL_FROM_M_MODE,
)  # fmt: skip

Describe = Callable[[int, int], str]
"""Names an address for a hart, as main+0x10."""


@dataclass(frozen=True)
class TrapSeen:
    """A trap of the recent past; `times` counts those in a row or in turn with few others."""

    cycle: int
    cause: int
    epc: int
    tval: int
    from_priv: int
    to_priv: int
    times: int

    @property
    def name(self) -> str:
        """The cause in the manual's words."""
        if self.cause >= INTERRUPT_BIT:
            code = self.cause - INTERRUPT_BIT
            named = [each.name for each in INTERRUPT_PRIORITY if each == code]
            return (named[0] if named else f"{code}").replace("_", " ").lower() + " interrupt"
        if self.cause in _CALLS:
            return f"environment call from {MODE_NAMES[self.from_priv]}-mode"
        named = [each.name for each in Cause if each == self.cause]
        words = (named[0] if named else f"cause {self.cause}").lower().replace("_", " ")
        return words.replace("store amo", "store/AMO")


def recent_traps(machine: Machine, number: int) -> list[TrapSeen]:
    """Return the latest traps of a hart, the last one last."""
    return [TrapSeen(*record) for record in machine.recent_traps(number)]


def explain_trap(machine: Machine, number: int, trap: TrapSeen, describe: Describe) -> str:
    """Return a trap in one line, with the reason where the present state still shows it."""
    line = f"{trap.name} at {describe(trap.epc, number)}"
    if trap.cause not in _CALLS:
        line = f"{trap.name} in {MODE_NAMES[trap.from_priv]}-mode at {describe(trap.epc, number)}"
    if trap.cause == Cause.ILLEGAL_INSTRUCTION and trap.tval:
        return f"{line}: {trap.tval:#x} ({disassemble(trap.tval, trap.epc)})"
    access = _FAULTS.get(trap.cause)
    if access is None:
        return line
    found = walk(machine, number, trap.tval, access, trap.from_priv)
    reason = found.words.partition(": ")[2] if found.fault else "it would succeed now"
    return f"{line}, address {describe(trap.tval, number)}: {reason}"


def why(machine: Machine, describe: Describe, cycles: int = WATCHED_CYCLES) -> list[str]:
    """Let the machine run on for so many cycles, and say for each hart in a line or two what keeps it from progress."""
    before = [sum(trap.times for trap in recent_traps(machine, hart.id)) for hart in machine.harts]
    machine.profile(True)
    stop = machine.run(cycles)
    executed = machine.executions()
    machine.profile(False)
    told: list[str] = []
    for hart in machine.harts:
        told += _hart(machine, hart, describe, executed, before[hart.id])
    told += _devices(machine)
    if stop.kind not in ("limit", "breakpoint"):
        told.append(f"the machine stopped: {stop.kind}")
    return told or ["it makes progress: no hart waits, spins or traps again and again"]


def _hart(machine: Machine, hart: HartView, describe: Describe, executed: dict[tuple[int, int], int],
          before: int) -> Iterator[str]:
    traps = recent_traps(machine, hart.id)
    name = f"hart {hart.id}"
    if sum(trap.times for trap in traps) - before >= _MANY_TRAPS and (loop := _trap_loop(traps)):
        yield from (f"{name}: {line}" for line in _tell_traps(machine, hart.id, traps, loop, describe))
        return
    if hart.waiting:
        yield f"{name}: waits in WFI at {describe(hart.pc, hart.id)}; {_wakers(machine, hart)}"
        return
    loop_pcs = _spinning(hart, executed)
    if loop_pcs:
        yield f"{name}: {_spin(machine, hart, loop_pcs, describe)}"
        fault = next((trap for trap in reversed(traps) if trap.cause in _FAULTS or trap.cause == 2), None)
        if fault is not None and fault.from_priv in (S, M):
            yield f"{name}: before that: {explain_trap(machine, hart.id, fault, describe)}"


def _trap_loop(traps: list[TrapSeen]) -> list[TrapSeen]:
    """Return the traps that go round, in the order in which they first came."""
    most = max(trap.times for trap in traps)
    exceptions = [trap for trap in traps if trap.times * 2 > most and trap.cause < INTERRUPT_BIT]
    return [trap for trap in exceptions if trap.cause not in _CALLS]


def _tell_traps(machine: Machine, number: int, traps: list[TrapSeen], loop: list[TrapSeen],
                describe: Describe) -> Iterator[str]:
    first = loop[0]
    led = traps[: traps.index(first)]
    yield f"a loop of traps ({first.times} times): " + " -> ".join(
        explain_trap(machine, number, trap, describe) for trap in loop[:4])
    if led and led[-1].cause < INTERRUPT_BIT:
        yield f"it began with {explain_trap(machine, number, led[-1], describe)}"


def _wakers(machine: Machine, hart: HartView) -> str:
    """Say what could wake a waiting hart."""
    mie = hart.csr["mie"]
    if not mie:
        return "no interrupt is enabled in mie, so nothing ever wakes it"
    enabled = [each for each in interrupts(machine, hart.id) if each.enabled]
    names = ", ".join(short_name(each.interrupt) for each in enabled)
    told = f"{names} would wake it"
    if {short_name(each.interrupt) for each in enabled} <= {"MEI", "SEI"}:
        able = [each for each in sources(machine) if each.priority and each.words != "no context has it enabled"]
        if not able:
            told += ", but the PLIC has no source enabled with a priority"
    return told


def _spinning(hart: HartView, executed: dict[tuple[int, int], int]) -> list[int]:
    """Return the pcs of the loop that the hart is in, if that is all it did."""
    counts = Counter({pc: count for (pc, _), count in executed.items()})
    if not counts or hart.pc not in counts:
        return []
    close = [pc for pc in counts if counts[pc] * 20 > counts[hart.pc] and counts[pc] > 100]
    total = sum(counts.values())
    if len(close) > _LOOP_INSTRUCTIONS or sum(counts[pc] for pc in close) < total * 0.3 or counts[hart.pc] < 100:
        return []
    return _around(sorted(close), hart.pc)


def _around(pcs: list[int], pc: int) -> list[int]:
    """Return the run of pcs, without large gaps, that `pc` is in."""
    found: list[list[int]] = [[pcs[0]]]
    for one, two in pairwise(pcs):
        if two - one > 256:
            found.append([])
        found[-1].append(two)
    return next((run for run in found if pc in run), [])


def _spin(machine: Machine, hart: HartView, pcs: list[int], describe: Describe) -> str:
    """Say what a loop of a few instructions waits for."""
    where = f"spins at {describe(pcs[0], hart.id)} ({len(pcs)} instructions)"
    accesses = [access for pc in pcs if (access := _access(machine, hart, pc)) is not None]
    for name, address in accesses:
        if name.startswith(("amo", "lr.", "sc.")):
            value = machine.read_virtual(hart.id, address, 4)
            shown = f" = {int.from_bytes(value, 'little')}" if value is not None else ""
            return f"{where} on a lock at {describe(address, hart.id)}{shown}"
    for name, address in accesses:
        if name.startswith("l"):
            pa = walk(machine, hart.id, address, LOAD).pa
            region = None if pa is None else region_name(machine, pa)
            if region not in (None, "RAM"):
                return f"{where} polling {region} at {address:#x}"
            return f"{where} on what is in memory at {describe(address, hart.id)}"
    return f"{where}, which waits for nothing: no load, no WFI"


def _access(machine: Machine, hart: HartView, pc: int) -> tuple[str, int] | None:
    """Return name and address of the load, store or AMO at `pc`, with the registers as they are now."""
    at = walk(machine, hart.id, pc, FETCH, hart.priv).pa
    if at is None or not machine.ram.contains(at, 4):
        return None
    found = decode(int.from_bytes(machine.ram.read(at, 4), "little"))
    if found is None:
        return None
    base = expand(found)
    if base.insn.semantics.startswith(("rd = load_", "store_", "rd = amo_", "do lr_", "do sc_")):
        return base.insn.name, hart.x[base.operands["rs1"]] + base.operands.get("imm", 0) & (1 << 64) - 1
    return None


def _devices(machine: Machine) -> Iterator[str]:
    for name, _, device in machine.bus.devices():
        if isinstance(device, VirtioMmio) and device.state.in_flight:
            yield f"{name}: {len(device.state.in_flight)} requests in flight"
