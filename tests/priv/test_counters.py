"""The hardware performance monitors against a plain model that counts one instruction after another.

Source: privileged manual, "Hardware Performance Monitor", and the chapters on Sscofpmf and Smcntrpmf. The events are
our own: cycles, instructions retired, exceptions and interrupts taken, accesses to devices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from harness import CODE, DATA, HANDLER, QUANTUM, TestHart, make_hart
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from isa.asm import encode

U, S, M = 0, 1, 3
MASK = (1 << 64) - 1
NONE, CYCLES, RETIRED, EXCEPTIONS, INTERRUPTS, DEVICE = range(6)
OF, MINH, SINH, UINH = (1 << bit for bit in (63, 62, 61, 60))
INHIBITS = {M: MINH, S: SINH, U: UINH}
LCOFI = 1 << 13
MIE, MPP_SHIFT, SPP_SHIFT = 1 << 3, 11, 8
MHPMCOUNTER, MHPMEVENT, MCOUNTINHIBIT = 0xB00, 0x320, 0x320
MSIP0 = 0x200_0000
"""A register of the CLINT, which is a device."""

USED = (3, 4, 17, 31)
NOP = "addi x0, x0, 0"


def write_word(number: int) -> int:
    """Return `csrrw x0, number, x1`."""
    return number << 20 | 1 << 15 | 1 << 12 | 0x73


@dataclass
class Model:
    """The counters as the manual describes them, told of one event after another."""

    value: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(3, 32), 0))
    event: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(3, 32), 0))
    inhibit: int = 0
    mcycle: int = 0
    minstret: int = 0
    mcyclecfg: int = 0
    minstretcfg: int = 0
    pending: bool = False

    def happened(self, event: int, mode: int) -> None:
        for n, selected in self.event.items():
            if selected & 7 != event or self.inhibit >> n & 1 or selected & INHIBITS[mode]:
                continue
            self.value[n] = self.value[n] + 1 & MASK
            if self.value[n] == 0 and not selected & OF:
                self.event[n] |= OF
                self.pending = True

    def instruction(self, mode: int, retires: bool = True) -> None:
        self.happened(CYCLES, mode)
        if not self.inhibit & 1 and not self.mcyclecfg & INHIBITS[mode]:
            self.mcycle += 1
        if not retires:
            return
        self.happened(RETIRED, mode)
        if not self.inhibit & 4 and not self.minstretcfg & INHIBITS[mode]:
            self.minstret += 1


def compare(hart: TestHart, model: Model) -> None:
    for n in USED:
        assert hart.csr[f"mhpmevent{n}"] == model.event[n], n
        assert hart.csr[f"mhpmcounter{n}"] == model.value[n], n
    assert (hart.csr["mcycle"], hart.csr["minstret"]) == (model.mcycle, model.minstret)
    assert bool(hart.csr["mip"] & LCOFI) == model.pending
    hart.priv = M
    assert hart.csr["scountovf"] == sum(1 << n for n, event in model.event.items() if event & OF)


class Setting(NamedTuple):
    """How a counter is programmed."""

    n: int
    event: int
    value: int


flags = st.sampled_from([0, 0, 0, MINH, SINH, UINH, SINH | UINH, MINH | UINH, MINH | SINH, OF, OF | MINH])
events = st.builds(lambda event, extra: event | extra, st.sampled_from([1, 2, 1, 2, 3, 4, 5, 0]), flags)
values = st.one_of(st.integers(1, 8).map(lambda n: MASK + 1 - n), st.integers(0, MASK), st.just(0))
programmed = st.lists(st.builds(Setting, st.sampled_from(USED), events, values), max_size=5)
filters = st.sampled_from([0, 0, MINH, SINH, UINH, MINH | SINH, SINH | UINH])
KINDS = ("nop", "nop", "illegal", "ecall", "mret", "sret", "device", "interrupt", "value", "event", "inhibit")
steps = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([U, S, M]), events, values,
                           st.sampled_from(USED)), max_size=14)  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> TestHart:
    return make_hart()


def prepare(hart: TestHart, programmed: list[Setting], inhibit: int = 0, mcyclecfg: int = 0,
            minstretcfg: int = 0) -> Model:  # fmt: skip
    """Reset the hart and program its counters."""
    hart.reset()
    hart.open_pmp()
    hart.put(NOP, at=HANDLER)
    model = Model(inhibit=inhibit, mcyclecfg=mcyclecfg, minstretcfg=minstretcfg)
    for n, event, value in programmed:
        hart.csr[f"mhpmevent{n}"], hart.csr[f"mhpmcounter{n}"] = event, value
        model.event[n], model.value[n] = event, value
    hart.set(mcyclecfg=mcyclecfg, minstretcfg=minstretcfg, mcountinhibit=inhibit, mcycle=0, minstret=0)
    compare(hart, model)
    return model


def take(hart: TestHart, model: Model, kind: str, mode: int, event: int, value: int, n: int) -> None:
    """Run one instruction of the kind, and tell the model what happens."""
    hart.priv = mode = M if kind in ("mret", "sret", "value", "event", "inhibit") else mode
    if kind == "nop":
        hart.run(NOP)
        model.instruction(mode)
    elif kind in ("illegal", "ecall"):
        hart.run("ecall" if kind == "ecall" else 0x0000_707F)
        model.happened(EXCEPTIONS, mode)
        model.instruction(mode, retires=False)
    elif kind in ("mret", "sret"):
        target = n & 1
        hart.set(mepc=DATA, sepc=DATA, mstatus=target << (MPP_SHIFT if kind == "mret" else SPP_SHIFT))
        hart.run(kind)
        assert hart.priv == target
        model.instruction(mode)
    elif kind == "device":
        hart.run("lw x3, 0(x1)", x1=MSIP0)
        model.happened(DEVICE, mode)
        model.instruction(mode)
    elif kind == "interrupt":
        hart.set(mie=1 << 1, mip=hart.csr["mip"] | 1 << 1, mstatus=MIE)
        hart.run(NOP)
        assert hart.csr["mcause"] == 1 << 63 | 1
        hart.set(mie=0, mip=hart.csr["mip"] & LCOFI)
        model.happened(INTERRUPTS, mode)
        model.instruction(M)
    else:
        number, written = {"value": (MHPMCOUNTER + n, value), "event": (MHPMEVENT + n, event),
                           "inhibit": (MCOUNTINHIBIT, value & 0xFFFF_FFFD)}[kind]  # fmt: skip
        hart.run(write_word(number), x1=written)
        model.instruction(mode)
        if kind == "value":
            model.value[n] = value
        elif kind == "event":
            model.event[n] = event
        else:
            model.inhibit = written


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=programmed, inhibit=st.sampled_from([0, 0, 1, 4, 8, 16, 1 << 31, 0xFFFF_FFFD]), mcyclecfg=filters,
       minstretcfg=filters, made=steps)  # fmt: skip
@example(drawn=[Setting(3, CYCLES, MASK)], inhibit=0, mcyclecfg=0, minstretcfg=0, made=[("value", M, 0, 5, 3)])
@example(drawn=[Setting(3, CYCLES | UINH, 0), Setting(4, RETIRED | MINH, 0)], inhibit=0, mcyclecfg=UINH,
         minstretcfg=MINH, made=[("mret", M, 0, 0, 4), ("nop", U, 0, 0, 3), ("ecall", U, 0, 0, 3)])  # fmt: skip
def test_counters_follow_the_model(shared: TestHart, drawn: list[Setting], inhibit: int, mcyclecfg: int,
                                   minstretcfg: int, made: list[tuple[str, int, int, int, int]]) -> None:  # fmt: skip
    model = prepare(shared, drawn, inhibit, mcyclecfg, minstretcfg)
    for kind, mode, event, value, n in made:
        take(shared, model, kind, mode, event, value, n)
        compare(shared, model)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=programmed, mcyclecfg=filters, minstretcfg=filters, cycles=st.integers(1, 120),
       cuts=st.lists(st.integers(1, 40), max_size=4), delegated=st.booleans())  # fmt: skip
def test_a_run_counts_as_its_single_steps_do(shared: TestHart, drawn: list[Setting], mcyclecfg: int, minstretcfg: int,
                                             cycles: int, cuts: list[int], delegated: bool) -> None:
    """User code that traps and overflows all the time; handlers in M and S return behind the instruction."""

    def start() -> None:
        prepare(shared, drawn, 0, mcyclecfg, minstretcfg)
        for name, at in (("m", HANDLER), ("s", HANDLER + 0x100)):
            shared.put(f"csrrs x5, {name}epc, x0", "addi x5, x5, 4", f"csrrw x0, {name}epc, x5",
                       f"csrrs x6, {name}cause, x0", "blt x6, x0, 8", f"{name}ret", "addi x5, x5, -4",
                       f"csrrw x0, {name}epc, x5", "lui x6, 2", f"csrrc x0, {name}ip, x6", f"{name}ret", at=at)
        shared.put(NOP, "ecall", NOP, NOP, 0x0000_707F, "jal x0, -20", at=CODE)
        shared.set(stvec=HANDLER + 0x100, medeleg=0x100, mideleg=LCOFI if delegated else 0, mie=LCOFI, mstatus=MIE)
        shared.pc, shared.priv = CODE, U

    def seen() -> tuple[object, ...]:
        state = shared.machine._core.hart_state(0)
        state.pop("cycle_offset")
        return state, [shared.csr[f"mhpmcounter{n}"] for n in USED], shared.csr["mcycle"], shared.csr["minstret"]

    start()
    for _ in range(cycles):
        shared.step()
    stepped = seen()
    start()
    shared.step(cycles)
    assert seen() == stepped
    start()
    for cut in (*cuts, cycles):
        part = min(cut, cycles)
        cycles -= part
        if part:
            shared.step(part)
    assert seen() == stepped


@pytest.mark.parametrize("event", [CYCLES, RETIRED])
@pytest.mark.parametrize("mode", [U, S, M])
def test_the_overflow_interrupt_comes_at_the_cycle_of_the_overflow(hart: TestHart, event: int, mode: int) -> None:
    hart.open_pmp()
    hart.put("jal x0, 0", at=HANDLER)
    hart.put(*[NOP] * 80)
    for distance in range(1, 70):
        hart.set(mhpmevent5=event, mhpmcounter5=MASK + 1 - distance, mie=LCOFI, mip=0, mstatus=MIE)
        hart.pc, hart.priv = CODE, mode
        hart.step(80)
        assert hart.csr["mcause"] == 1 << 63 | 13
        assert hart.csr["mepc"] == CODE + 4 * distance
        assert hart.csr["mhpmevent5"] == event | OF


def test_a_delegated_overflow_interrupt_is_taken_in_supervisor_mode(hart: TestHart) -> None:
    hart.open_pmp()
    hart.set(mideleg=LCOFI, stvec=HANDLER + 0x100, mhpmevent9=CYCLES, mhpmcounter9=MASK - 4)
    hart.put(*[NOP] * 20)
    hart.put(*[NOP] * 20, at=HANDLER + 0x100)
    hart.priv, hart.pc = S, CODE
    hart.csr["sie"] = LCOFI
    hart.csr["sstatus"] = 2
    hart.step(10)
    assert (hart.csr["scause"], hart.csr["sepc"], hart.priv) == (1 << 63 | 13, CODE + 20, S)
    assert hart.csr["sip"] == LCOFI


def test_an_overflow_ends_wfi_at_its_cycle(hart: TestHart) -> None:
    hart.set(mhpmevent3=CYCLES, mhpmcounter3=MASK + 1 - 1_000_003, mie=LCOFI, mcycle=0)
    hart.put("wfi", "csrrs x3, mcycle, x0", "jal x0, 0")
    hart.pc = CODE
    hart.step(1_200_000)
    assert hart.x[3] == 1_000_003


def test_counters_of_a_hart_that_waits_for_its_turn_go_on() -> None:
    hart = make_hart(harts=2)
    hart.put("jal x0, 0")
    for each in hart.machine.harts:
        each.pc = CODE
        each.csr["mhpmevent3"], each.csr["mhpmevent4"] = CYCLES, RETIRED
    start = hart.machine.cycle
    hart.machine.run(5 * QUANTUM)
    assert hart.machine.cycle - start == 5 * QUANTUM
    counted = [(each.csr["mhpmcounter3"], each.csr["mhpmcounter4"]) for each in hart.machine.harts]
    assert [cycles for cycles, _ in counted] == [5 * QUANTUM] * 2
    assert sum(retired for _, retired in counted) == 5 * QUANTUM


@pytest.mark.parametrize("event", [6, 7, 8, 0x100, 1 << 57, 1 << 56 | CYCLES])
def test_an_event_that_does_not_exist_is_no_event(hart: TestHart, event: int) -> None:
    hart.csr["mhpmevent3"] = CYCLES
    hart.csr["mhpmevent3"] = event | MINH
    assert hart.csr["mhpmevent3"] == MINH


def test_scountovf_shows_supervisor_mode_what_mcounteren_lets_it(hart: TestHart) -> None:
    hart.open_pmp()
    hart.set(mhpmevent3=OF, mhpmevent8=OF, mhpmevent31=OF, mcounteren=1 << 8 | 1 << 9 | 1 << 31)
    for mode, expected in ((M, 1 << 3 | 1 << 8 | 1 << 31), (S, 1 << 8 | 1 << 31)):
        hart.priv = mode
        assert hart.run1(encode("csrrs x3, sscratch, x0") & 0xF_FFFF | 0xDA0 << 20).x[3] == expected


def test_without_sscofpmf_counters_have_no_flags_and_no_interrupt() -> None:
    hart = make_hart(isa="rv64i_zihpm")
    hart.set(mhpmevent3=MASK - 7 + CYCLES, mie=MASK, mip=MASK, mideleg=MASK)
    assert [hart.csr[name] & LCOFI for name in ("mie", "mip", "mideleg")] == [0, 0, 0]
    assert hart.csr["mhpmevent3"] == 0
    hart.set(mhpmevent3=CYCLES | OF | MINH, mhpmcounter3=MASK)
    hart.run(NOP, NOP)
    assert (hart.csr["mhpmevent3"], hart.csr["mhpmcounter3"], hart.csr["mip"] & LCOFI) == (CYCLES, 1, 0)


def test_without_zihpm_machine_mode_has_its_counters_all_the_same() -> None:
    """Zihpm is the unprivileged views; the counters are of the machine-level ISA (also Spike's reading of it)."""
    hart = make_hart(isa="rv64i_zicntr")
    hart.csr["mcountinhibit"] = MASK
    assert hart.csr["mcountinhibit"] == MASK >> 32 & ~2
    hart.set(mcountinhibit=0, mhpmevent3=RETIRED, mhpmcounter3=100)
    hart.run(NOP, NOP)
    assert hart.csr["mhpmcounter3"] == 102
    assert "hpmcounter3" not in hart.csr


def test_a_stopped_minstret_is_not_moved_by_what_happens_meanwhile(hart: TestHart) -> None:
    hart.set(mcountinhibit=4, minstret=100)
    hart.run(NOP, "ecall")
    hart.csr["mscratch"] = 1
    assert hart.csr["minstret"] == 100
