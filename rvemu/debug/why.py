"""Why a machine makes no progress: what its harts do while it is watched for a while, and what led there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rvemu.debug.devicestate import due, find_device
from rvemu.debug.explain import FETCH, LOAD, STORE, csr_field, region_name, walk
from rvemu.debug.interrupts import interrupts, short_name, sources
from rvemu.debug.virtqueues import queues
from rvemu.devices.virtio.mmio import STATUS_NEEDS_RESET, VirtioMmio
from rvemu.harts import HartView
from rvemu.isa.causes import INTERRUPT_BIT, Cause, Interrupt, cause_words
from rvemu.isa.csrs import CSRS
from rvemu.isa.decode import Decoded, decode
from rvemu.isa.disasm import disassemble, expand
from rvemu.isa.modes import MODE_NAMES, M, S, U
from rvemu.machine import Machine, StopReason

WATCHED_CYCLES = 200_000
_LOOP_INSTRUCTIONS = 40
"""A hart that executes no more different instructions than these spins."""

_ROUNDS, _ROUND_INSTRUCTIONS = 5, 600
"""A loop that polls a device is gone round so often, and has at most so many instructions."""

_MANY_TRAPS = 50
_STORM_CYCLES = 5000
"""Interrupts that come more often than this, to a hart, hinder it."""

_STEP_CYCLES = 50_000
"""How long a hart may take to come round its loop."""

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

_TIME_CSR = next(csr.number for csr in CSRS if csr.name == "time")


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
        return cause_words(self.cause)


def recent_traps(machine: Machine, number: int) -> list[TrapSeen]:
    """Return the latest traps of a hart, the last one last."""
    return [TrapSeen(*record) for record in machine.recent_traps(number)]


def explain_trap(machine: Machine, number: int, trap: TrapSeen, describe: Describe) -> str:
    """Return a trap in one line, with the reason where the present state still shows it."""
    line = f"{trap.name} at {describe(trap.epc, number)}"
    if trap.cause not in _CALLS:
        line = f"{trap.name} in {MODE_NAMES[trap.from_priv]}-mode at {describe(trap.epc, number)}"
    if trap.cause == Cause.ILLEGAL_INSTRUCTION:
        return line + _illegal(machine, number, trap)
    if trap.cause not in _FAULTS:
        return line
    return f"{line}, address {describe(trap.tval, number)}: {_reason(machine, number, trap)}"


def _illegal(machine: Machine, number: int, trap: TrapSeen) -> str:
    """Return which instruction was illegal, "" where that cannot be known."""
    if trap.tval:
        return f": {trap.tval:#x} ({disassemble(trap.tval, trap.epc)})"
    pa = walk(machine, number, trap.epc, FETCH, trap.from_priv).pa
    zero = pa is not None and machine.ram.contains(pa, 16) and not any(machine.ram.read(pa, 16))
    return ": memory is zero there, nothing was loaded" if zero else ""


def _reason(machine: Machine, number: int, trap: TrapSeen) -> str:
    """Return why an access faults."""
    found = walk(machine, number, trap.tval, _FAULTS[trap.cause], trap.from_priv)
    words = found.words.partition(": ")[2] if found.fault else "it would succeed now"
    return f"{words} now" if words.endswith("SUM is 0") else words  # a handler may have cleared it


def _unknown(address: int, hart: int) -> str:
    """Return what is known of a variable where nothing is."""
    return ""


def why(
    machine: Machine, describe: Describe, cycles: int = WATCHED_CYCLES, contents: Describe = _unknown
) -> list[str]:
    """Let the machine run on for so many cycles, and say for each hart in a line or two what keeps it from progress.

    Args:
        contents: tells what the structure at an address contains, "" where that is not known.
    """
    start, before = machine.cycle, [_times(machine, hart.id) for hart in machine.harts]
    machine.profile(True)
    stop = machine.run(cycles)
    executed = machine.executions()
    machine.profile(False)
    watch = _Watch(machine, describe, contents, executed, machine.cycle - start)
    harts: dict[str, list[int]] = {}
    for hart in machine.harts:
        for line in watch.hart(hart, before[hart.id]):
            harts.setdefault(line, []).append(hart.id)
    told = [f"hart{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}: {line}" for line, ids in harts.items()]
    told += _devices(machine)
    if any(not hart.waiting for hart in machine.harts) and told:
        told += [f"{each.device} (source {each.source}): its interrupt is {each.words}"
                 for each in sources(machine) if each.claimed]  # fmt: skip
    told += _end(machine, stop)
    return told or ["it makes progress: no hart waits, spins or traps again and again"]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _end(machine: Machine, stop: StopReason) -> Iterator[str]:
    """Say what all harts together wait for, or what ended the watch."""
    if stop.kind == "stuck":
        hears = any(each.device == "uart" and each.enabled for each in sources(machine))
        yield "every hart waits, and no timer or device will ever wake one" + (
            ": only input on the console can" if hears else "")
    elif stop.kind not in ("limit", "breakpoint"):
        yield f"the machine stopped: {stop.kind}"
    elif all(hart.waiting for hart in machine.harts):
        yield "the machine is idle: every hart waits"


def _times(machine: Machine, number: int) -> Counter[tuple[int, int]]:
    """Return how often each trap came lately, by cause and epc."""
    counts: Counter[tuple[int, int]] = Counter()
    for trap in recent_traps(machine, number):
        counts[trap.cause, trap.epc] += trap.times
    return counts


@dataclass
class _Watch:
    """What the harts did while they were watched.

    Attributes:
        executed: how often each instruction was executed, by (pc, physical address), by all harts.
        cycles: how long that was.
    """

    machine: Machine
    describe: Describe
    contents: Describe
    executed: dict[tuple[int, int], int]
    cycles: int

    def hart(self, hart: HartView, before: Counter[tuple[int, int]]) -> Iterator[str]:
        """Yield what keeps one hart from progress."""
        traps = recent_traps(self.machine, hart.id)
        new = _times(self.machine, hart.id) - before
        storm = [trap for trap in traps if trap.cause >= INTERRUPT_BIT and self._storms(new[trap.cause, trap.epc])]
        if storm:
            yield self._tell_storm(hart, storm[-1], new[storm[-1].cause, storm[-1].epc])
        elif sum(new.values()) >= _MANY_TRAPS and (loop := _trap_loop(traps)):
            yield self._tell_loop(hart, traps, loop)
        elif hart.waiting:
            wakers = _wakers(self.machine, hart)
            yield f"waits in WFI at {self.describe(hart.pc, hart.id)}; {wakers}{_ignored(self.machine, hart)}"
        elif spin := self._spin(hart):
            yield spin + _ignored(self.machine, hart) + self._fault_before(hart, traps)

    def _storms(self, times: int) -> bool:
        return times >= _MANY_TRAPS and times * _STORM_CYCLES * len(self.machine.harts) > self.cycles

    def _tell_storm(self, hart: HartView, trap: TrapSeen, times: int) -> str:
        return (f"an interrupt storm: {trap.name} {times} times in {self.cycles} cycles, always at "
                f"{self.describe(trap.epc, hart.id)}; {_storm_reason(self.machine, hart, trap.cause - INTERRUPT_BIT)}")

    def _explain(self, hart: HartView, trap: TrapSeen) -> str:
        return explain_trap(self.machine, hart.id, trap, self.describe)

    def _tell_loop(self, hart: HartView, traps: list[TrapSeen], loop: list[TrapSeen]) -> str:
        """Tell a loop of traps in one line, with what it began with."""
        first = loop[0]
        led = [trap for trap in traps[: traps.index(first)] if trap.to_priv == first.from_priv]
        cause = self._explain(hart, led[-1]) if led and led[-1].cause < INTERRUPT_BIT else ""
        vector = "mtvec" if first.from_priv == M else "stvec"
        if first.epc != hart.csr.get(vector, 1) & ~3 or first.from_priv == U:
            explained = " -> ".join(self._explain(hart, trap) for trap in loop[:4])
            told = f"a loop of traps ({first.times} times): {explained}"
            return f"{told}; it began with {cause}" if cause else told
        told = f"a loop of traps ({first.times} times): {self._tell_vector(hart, first, vector, cause)}"
        return f"{cause}; then {told}" if cause else told

    def _tell_vector(self, hart: HartView, trap: TrapSeen, vector: str, cause: str) -> str:
        """Tell why the first instruction of a trap handler traps."""
        where = self.describe(trap.epc, hart.id) if trap.epc else "0, no handler was set"
        if _FAULTS.get(trap.cause) != FETCH:
            return f"the handler at {vector} ({where}) traps at once: {self._explain(hart, trap)}"
        reason = _reason(self.machine, hart.id, trap)
        why_not = " either" if reason in cause else f": {reason}"
        return f"the handler at {vector} ({where}) cannot be fetched{why_not}"

    def _fault_before(self, hart: HartView, traps: list[TrapSeen]) -> str:
        """Tell a fault of the kernel's before it spins, as kernels that panic do."""
        fault = next((trap for trap in reversed(traps) if trap.cause in _FAULTS or trap.cause == 2), None)
        if fault is None or fault.from_priv not in (S, M):
            return ""
        return f"; before that: {self._explain(hart, fault)}"

    def _spin(self, hart: HartView) -> str:
        """Say what a loop of a few instructions waits for; "" where there is none, or it works through memory."""
        pcs = _spinning(hart, self.executed, sum(not each.waiting for each in self.machine.harts))
        if not pcs:
            return self._round(hart)
        where = f"spins at {self.describe(pcs[0], hart.id)} ({_count(len(pcs), 'instruction')})"
        accesses = [(pc, *access) for pc in pcs if (access := _access(self.machine, hart, pc)) is not None]
        for pc, name, guess in accesses:
            if name.startswith(("amo", "lr.", "sc.")):
                address = self._address(hart, pc, guess)
                value = self.machine.read_virtual(hart.id, address, 4)
                shown = f" = {int.from_bytes(value, 'little')}" if value is not None else ""
                inside = self.contents(address, hart.id)
                return f"{where} on a lock at {self.describe(address, hart.id)}{shown}" + f" ({inside})" * bool(inside)
        for pc, name, guess in accesses:
            if name.startswith(("l", "c.l")):
                address = self._address(hart, pc, guess)
                if address != self._address(hart, pc, guess):
                    return ""
                pa = walk(self.machine, hart.id, address, LOAD).pa
                region = None if pa is None else region_name(self.machine, pa)
                if region not in (None, "RAM"):
                    return f"{where} polling {region} at {address:#x}"
                return f"{where} on what is in memory at {self.describe(address, hart.id)}"
        if any(_reads_time(self.machine, hart, pc) for pc in pcs):
            return f"{where} until a time has come"
        if self._changes(hart, pcs[0]):
            return ""
        return f"{where}, which waits for nothing: no load, no WFI"

    def _round(self, hart: HartView) -> str:
        """Say which device a longer loop polls that is all that the hart executes; "" where it is not."""
        counts = Counter({pc: count for (pc, _), count in self.executed.items()})
        pcs = _around(sorted(pc for pc, count in counts.items() if count >= _ROUNDS), hart.pc, 1 << 20)
        if len(pcs) > _ROUND_INSTRUCTIONS or sum(counts[pc] for pc in pcs) < 0.9 * counts.total():
            return ""
        for pc in pcs:
            access = _access(self.machine, hart, pc)
            if access is None or not access[0].startswith("l"):
                continue
            address = self._address(hart, pc, 0)
            pa = walk(self.machine, hart.id, address, LOAD).pa
            region = None if pa is None else region_name(self.machine, pa)
            if region not in (None, "RAM", "ROM"):
                at = self.describe(pc, hart.id)
                return f"goes round {len(pcs)} instructions, polling {region} at {address:#x}, by the load at {at}"
        return ""

    def _address(self, hart: HartView, pc: int, guess: int) -> int:
        """Let the hart come to the access at `pc`, and return its address; the guess if it does not come there."""
        found = _access(self.machine, hart, pc) if self._comes_to(hart, pc) else None
        return guess if found is None else found[1]

    def _comes_to(self, hart: HartView, pc: int) -> bool:
        """Let the hart come round to `pc`; tell if it did."""
        machine = self.machine
        machine.step(hart.id, _STEP_CYCLES)
        point = machine.breakpoints.add(pc, hart=hart.id)
        stop = machine.run(_STEP_CYCLES)
        machine.breakpoints.remove(point)
        return stop.point is point

    def _changes(self, hart: HartView, pc: int) -> bool:
        """Tell whether registers differ from one round of a loop to the next: it counts, and will end."""
        rounds = [list(hart.x) for _ in range(2) if self._comes_to(hart, pc)]
        return len(rounds) == 2 and rounds[0] != rounds[1]


def _storm_reason(machine: Machine, hart: HartView, interrupt: int) -> str:
    """Say what keeps asserting an interrupt."""
    if interrupt in (Interrupt.MACHINE_EXTERNAL, Interrupt.SUPERVISOR_EXTERNAL):
        for each in sources(machine):
            if each.level and each.enabled:
                return f"{each.device} (source {each.source}) keeps its line high, as nobody acknowledges it there"
        return "the PLIC keeps asking, as nobody claims"
    if interrupt in (Interrupt.MACHINE_TIMER, Interrupt.SUPERVISOR_TIMER):
        return f"the handler does not set the timer anew: {_timer(machine, hart, interrupt) or 'mip.STIP stays set'}"
    return "its handler does not clear it"


def _trap_loop(traps: list[TrapSeen]) -> list[TrapSeen]:
    """Return the traps that go round, in the order in which they first came."""
    most = max(trap.times for trap in traps)
    exceptions = [trap for trap in traps if trap.times * 2 > most and trap.cause < INTERRUPT_BIT]
    return [trap for trap in exceptions if trap.cause not in _CALLS]


def _timer(machine: Machine, hart: HartView, interrupt: int) -> str:
    """Return when a timer interrupt comes, "" where only software can tell."""
    if interrupt == Interrupt.MACHINE_TIMER:
        clint = find_device(machine, "clint")
        assert clint is not None
        return f"mtimecmp {due(machine, clint.state.mtimecmp[hart.id])}"
    if csr_field(hart, "menvcfg", "STCE"):
        return f"stimecmp {due(machine, hart.csr['stimecmp'])}"
    return ""


def _wakers(machine: Machine, hart: HartView) -> str:
    """Say what could wake a waiting hart."""
    mie = hart.csr["mie"]
    if not mie:
        return "no interrupt is enabled in mie, so nothing ever wakes it"
    enabled = [each for each in interrupts(machine, hart.id) if each.enabled]
    names = ", ".join(short_name(each.interrupt) for each in enabled)
    told = f"{names} would wake it"
    if pending := [short_name(each.interrupt) for each in enabled if each.pending]:
        return f"{', '.join(pending)} is pending and wakes it"
    timers = [timer for each in enabled if each.interrupt in (Interrupt.MACHINE_TIMER, Interrupt.SUPERVISOR_TIMER)
              and (timer := _timer(machine, hart, each.interrupt))]  # fmt: skip
    if timers:
        told += f" ({', '.join(timers)})"
    if {short_name(each.interrupt) for each in enabled} <= {"MEI", "SEI"}:
        able = [each for each in sources(machine) if each.priority and each.enabled]
        if not able:
            told += ", but the PLIC has no source enabled with a priority"
    return told


def _ignored(machine: Machine, hart: HartView) -> str:
    """Say which interrupts are pending that the hart does not take, and why."""
    raised = [each.device for each in sources(machine) if each.pending and each.enabled]
    told = ""
    for each in interrupts(machine, hart.id):
        if each.pending and not each.taken and not (hart.waiting and each.enabled):
            external = each.interrupt in (Interrupt.MACHINE_EXTERNAL, Interrupt.SUPERVISOR_EXTERNAL)
            source = f" (from {', '.join(raised)})" if external and raised else ""
            told += f"; {short_name(each.interrupt)} is pending{source}, but {each.words}"
    return told


def _spinning(hart: HartView, executed: dict[tuple[int, int], int], running: int) -> list[int]:
    """Return the pcs of the loop that the hart is in, if that is all it did.

    Args:
        running: harts that execute anything.
    """
    counts = Counter({pc: count for (pc, _), count in executed.items()})
    if not counts or hart.pc not in counts:
        return []
    close = [pc for pc in counts if counts[pc] * 20 > counts[hart.pc] and counts[pc] > 100]
    if counts[hart.pc] < 100 or not close:
        return []
    run = _around(sorted(close), hart.pc)
    if len(run) > _LOOP_INSTRUCTIONS or sum(counts[pc] for pc in run) * running < sum(counts.values()) * 0.3:
        return []
    return run


def _around(pcs: list[int], pc: int, gap: int = 256) -> list[int]:
    """Return the run of pcs, without larger gaps, that `pc` is in."""
    found: list[list[int]] = [pcs[:1]]
    for one, two in pairwise(pcs):
        if two - one > gap:
            found.append([])
        found[-1].append(two)
    return next((run for run in found if pc in run), [])


def _instruction(machine: Machine, hart: HartView, pc: int) -> Decoded | None:
    """Return the instruction at `pc`, of a compressed one what it stands for."""
    at = walk(machine, hart.id, pc, FETCH, hart.priv).pa
    if at is None or not machine.ram.contains(at, 4):
        return None
    found = decode(int.from_bytes(machine.ram.read(at, 4), "little"))
    return None if found is None else expand(found)


def _reads_time(machine: Machine, hart: HartView, pc: int) -> bool:
    found = _instruction(machine, hart, pc)
    return found is not None and found.operands.get("csr") == _TIME_CSR


def _access(machine: Machine, hart: HartView, pc: int) -> tuple[str, int] | None:
    """Return name and address of the load, store or AMO at `pc`, with the registers as they are now."""
    base = _instruction(machine, hart, pc)
    if base is None:
        return None
    if base.insn.semantics.startswith(("rd = load_", "store_", "rd = amo_", "do lr_", "do sc_")):
        return base.insn.name, hart.x[base.operands["rs1"]] + base.operands.get("imm", 0) & (1 << 64) - 1
    return None


def _devices(machine: Machine) -> Iterator[str]:
    """Say of virtio devices what is under way, what nobody told them, and what they refuse."""
    for name, _, device in machine.bus.devices():
        if not isinstance(device, VirtioMmio):
            continue
        if device.state.status & STATUS_NEEDS_RESET:
            yield f"{name}: the driver broke the rules of its rings: the device waits for a reset (`virtq {name}`)"
        for queue in queues(machine, device):
            flights = [chain.cycle for chain in queue.chains if chain.cycle is not None]
            untold = len(queue.chains) - len(flights)
            if flights:
                left = flights[0] - machine.cycle
                yield f"{name}: {_count(len(flights), 'request')} in flight, the next complete in {left} cycles"
            if untold:
                yield f"{name}: {_count(untold, 'request')} in queue {queue.number} that the device was not notified of"
