"""One test on a machine of its own: what a worker does with a job."""

from __future__ import annotations

import time
from pathlib import Path

from rvemu.boot.elf import read_elf
from rvemu.compliance.labels import Labels
from rvemu.compliance.outcome import ERROR, FAILED, PASSED, SKIPPED, Job, Outcome
from rvemu.compliance.suites import missing, name_of
from rvemu.config import MachineConfig
from rvemu.errors import RvemuError
from rvemu.isa.causes import cause_words
from rvemu.isa.config import DEFAULT, parse_isa
from rvemu.isa.decode import length
from rvemu.isa.disasm import disassemble
from rvemu.machine import Machine, StopReason

TAIL = 16
"""Instructions before the end that a failure shows."""
_KERNEL_CYCLES = 4096
"""Cycles before the end in which the v environment's test is looked for."""
_USER = 0
_OTHER_EXCEPTION = 1337
"""riscv-tests set these bits of tohost after a trap that they do not expect."""
_CONSOLE_BYTES = 1 << 16


def run_test(job: Job) -> Outcome:
    """Run one test and tell what became of it."""
    began = time.monotonic()
    try:
        elf = read_elf(Path(job.path).read_bytes(), job.path)
        lacking = missing(job.path, elf.arch(), parse_isa(job.isa) if job.isa else DEFAULT)
        if lacking:
            return Outcome(job.path, SKIPPED, f"needs {', '.join(lacking)}")
        with _machine(job) as machine:
            return _run(job, machine, Labels(elf, name_of(job.path).environment), began)
    except RvemuError as error:
        text = str(error).removeprefix(f"{job.path}: ")
        if text.startswith("ELF32"):
            return Outcome(job.path, SKIPPED, "needs RV32")
        return Outcome(job.path, ERROR, text)
    except OSError as error:
        return Outcome(job.path, ERROR, (error.strerror or "unreadable").lower())


def _machine(job: Job) -> Machine:
    return Machine.from_config(
        MachineConfig(kernel=job.path, isa=job.isa, engine=job.engine, tier_up=job.tier_up, hugepages=False)
    )


def _run(job: Job, machine: Machine, labels: Labels, began: float) -> Outcome:
    """Run to the verdict; where it is bad, the last instructions come from running the same once more."""
    stop = machine.run(max(job.max_cycles - TAIL, 0), timeout=job.timeout)
    tail: tuple[str, ...] = ()
    if stop.kind == "limit":
        stop, lines = _step(machine, labels, stop, min(TAIL, job.max_cycles))
        tail = tuple(line for _, line in lines)
    console = machine.console.read()[-_CONSOLE_BYTES:].decode(errors="replace")
    status, reason = _verdict(stop, job)
    if status != PASSED and not tail and stop.kind != "timeout":
        with _machine(job) as again:
            tail = _tail(job, again, labels, stop)
    place = ""
    if status == FAILED:
        place, trap = _test_case(labels, stop), _unexpected_trap(machine, labels, stop)
        reason = trap or reason
    return Outcome(
        job.path, status, reason, stop.code, place, stop.pc, _symbol(machine, labels, stop.hart, stop.pc), stop.cycle,
        machine.instret, time.monotonic() - began, console, () if status == PASSED else tail,
    )  # fmt: skip


def _tail(job: Job, machine: Machine, labels: Labels, end: StopReason) -> tuple[str, ...]:
    """Return the last instructions before `end`, on a machine that has not run yet.

    In the v environment these are the last ones of U-mode, the test's own, if they are not too far away: between
    them and the verdict its kernel looks at every page.
    """
    if not labels.is_virtual:
        return tuple(line for _, line in _before(job, machine, labels, end.cycle - TAIL))
    steps = _before(job, machine, labels, end.cycle - _KERNEL_CYCLES)
    own = [step for step in steps if step[0] == _USER] or steps
    return tuple(line for _, line in own[-TAIL:])


def _before(job: Job, machine: Machine, labels: Labels, cycle: int) -> list[tuple[int, str]]:
    """Run to `cycle`, and from there to the end step by step; return privilege mode and line of each step."""
    stop = machine.run(max(cycle, 0), timeout=job.timeout)
    return _step(machine, labels, stop, _KERNEL_CYCLES)[1] if stop.kind == "limit" else []


def _verdict(stop: StopReason, job: Job) -> tuple[str, str]:
    """Return status and reason."""
    if (stop.kind, stop.code) in (("poweroff", 0), ("htif", 0)):
        return PASSED, ""
    match stop.kind:
        case "htif":
            return FAILED, f"test {stop.code}"
        case "fail":
            return FAILED, f"the test device was told to fail with code {stop.code}"
        case "limit":
            return ERROR, f"no verdict after {job.max_cycles} cycles"
        case "timeout":
            return ERROR, f"no verdict after {job.timeout:g} s"
        case "stuck":
            return ERROR, "nothing can ever wake the hart"
        case _:
            return ERROR, f"the machine stopped: {stop.kind}"


def _step(
    machine: Machine, labels: Labels, stop: StopReason, count: int
) -> tuple[StopReason, list[tuple[int, str]]]:
    """Run up to `count` cycles one by one; return the end, and privilege mode and line of each instruction."""
    lines = []
    for _ in range(count):
        hart = machine.harts[stop.hart]
        if not hart.waiting:
            lines.append((hart.priv, _line(machine, labels, stop)))
        stop = machine.run(1)
        if stop.kind != "limit":
            break
    return stop, lines


def _line(machine: Machine, labels: Labels, stop: StopReason) -> str:
    text = f"{stop.cycle:>10}  {stop.pc:016x}"
    word = _word(machine, stop)
    if word is not None:
        text += f"  {disassemble(word, stop.pc).replace(chr(9), ' '):32}"
    symbol = _symbol(machine, labels, stop.hart, stop.pc)
    return f"{text}  <{symbol}>" if symbol else text.rstrip()


def _word(machine: Machine, stop: StopReason) -> int | None:
    """Return the instruction at pc, or None where it cannot be read as data."""
    hart, word = machine.harts[stop.hart], 0
    for part in range(2):
        pa = hart.translate(stop.pc + 2 * part)
        if pa is None or not machine.ram.contains(pa, 2):
            return None
        word |= int.from_bytes(machine.ram.read(pa, 2), "little") << 16 * part
        if length(word) == 2:
            break
    return word


def _symbol(machine: Machine, labels: Labels, hart: int, pc: int) -> str:
    return labels.at(pc, machine.harts[hart].translate(pc))


def _test_case(labels: Labels, stop: StopReason) -> str:
    """riscv-tests label test case n as test_n."""
    pc = labels.values.get(f"test_{stop.code}")
    return "" if pc is None else f"{pc:#x} <test_{stop.code}>"


def _unexpected_trap(machine: Machine, labels: Labels, stop: StopReason) -> str:
    """Return what trapped, where the environment says that a trap is the failure."""
    if stop.kind != "htif" or (stop.code or 0) << 1 & _OTHER_EXCEPTION != _OTHER_EXCEPTION - 1:
        return ""
    csr = machine.harts[stop.hart].csr
    prefix = "m" if machine.harts[stop.hart].priv == 3 else "s"
    cause, epc, tval = csr[f"{prefix}cause"], csr[f"{prefix}epc"], csr[f"{prefix}tval"]
    where = _symbol(machine, labels, stop.hart, epc)
    return f"unexpected trap: {cause_words(cause)}, epc {epc:#x} <{where}>, tval {tval:#x}"
