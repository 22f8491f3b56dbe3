"""Time, turns and waiting: the rules that make one run of several harts repeatable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from isa.asm import encode

from rvemu.machine import Machine

CODE, HANDLER, STRIDE, WORD = 0x8000_0000, 0x8000_8000, 0x1000, 0x8001_0000
MSIP, MTIMECMP, MTIME, UART = 0x200_0000, 0x200_4000, 0x200_BFF8, 0x1000_0000
MSIE, MTIE, MIE = 1 << 3, 1 << 7, 1 << 3
NOP, STAY = "addi x0, x0, 0", "jal x0, .+0"
ALL = (1 << 64) - 1


def put(machine: Machine, at: int, *code: str) -> None:
    words = b"".join(encode(line).to_bytes(4, "little") for line in code)
    machine.write(at, words)


def machine_of(*programs: tuple[str, ...], **options: Any) -> Machine:
    """Return a machine with a hart in M-mode for each program, hart 0 at the start of its turn."""
    machine = Machine("16M", harts=len(programs), bios="none", **options)
    for hart, program in zip(machine.harts, programs, strict=True):
        put(machine, CODE + STRIDE * hart.id, *program)
        hart.pc = CODE + STRIDE * hart.id
        hart.csr["mtvec"] = HANDLER
    return machine


def at(machine: Machine, hart: int) -> int:
    """Return how many instructions of its program the hart has behind it."""
    return (machine.harts[hart].pc - CODE - STRIDE * hart) // 4


# Time

@pytest.mark.parametrize("harts", [1, 2, 3, 64])
@pytest.mark.parametrize("cycle", [0, 1, 99, 100, 199, 200, 6399, 6400, 123_456])
def test_time_is_cycle_times_10_mhz_by_1_ghz_and_harts(harts: int, cycle: int) -> None:
    reader = ("csrrs x5, time, x0", "jal x0, .-4")
    machine = machine_of(*[reader] * harts)
    machine.run(cycle)
    expected = machine.cycle // (100 * harts)
    assert machine.cycle == cycle
    assert machine.bus.read(MTIME, 8) == expected
    assert [hart.csr["time"] for hart in machine.harts] == [expected] * harts
    assert machine.clock.ticks == expected
    assert machine.clock.ns == cycle // harts


def test_a_hart_reads_the_time_of_the_very_instruction_that_reads_it() -> None:
    machine = machine_of((*[NOP] * 98, "csrrs x5, time, x0", NOP, "csrrs x6, time, x0", "csrrs x7, time, x0", STAY))
    machine.run(120)
    assert [machine.harts[0].x[n] for n in (5, 6, 7)] == [0, 1, 1]


def test_time_read_through_csr_and_clint_never_decreases_across_harts() -> None:
    program = ("lui x6, 8204", "addi x6, x6, -8", "csrrs x5, time, x0", "ld x7, 0(x6)", "jal x0, .-8")
    machine = machine_of(*[program] * 3, quantum=100)
    last = 0
    for _ in range(3000):
        hart = machine.stop_reason("").hart
        machine.run(1)
        for register in (5, 7):
            if at(machine, hart) == register - 2:
                assert machine.harts[hart].x[register] >= last
                last = machine.harts[hart].x[register]
    assert last >= 9


# Waiting

def sleeper(tick: int, **options: Any) -> Machine:
    """Return a machine whose one hart waits for the CLINT's timer at `tick`, with interrupts off."""
    machine = machine_of(("wfi", "addi x5, x5, 1", STAY), **options)
    machine.harts[0].csr["mie"] = MTIE
    machine.bus.write(MTIMECMP, 8, tick)
    return machine


def test_when_all_harts_wait_cycle_jumps_to_the_next_event() -> None:
    machine = sleeper(1_000_000)
    assert machine.run(100_000_000 + 1).cycle == 100_000_001
    assert machine.harts[0].x[5] == 1
    assert machine.instret == 2


@pytest.mark.parametrize("cycle", [1, 2, 50, 99_999, 100_000])
def test_a_wait_is_cut_at_any_cycle(cycle: int) -> None:
    machine = sleeper(1_000)
    stop = machine.run(cycle)
    assert (stop.kind, stop.cycle, machine.harts[0].x[5]) == ("limit", cycle, 0)
    assert machine.run(100_001 - cycle).cycle == 100_001
    assert machine.harts[0].x[5] == 1
    whole = sleeper(1_000)
    whole.run(100_001)
    assert machine.state_hash() == whole.state_hash()


def test_the_supervisor_timer_ends_a_wait() -> None:
    machine = machine_of(("wfi", "addi x5, x5, 1", STAY))
    for name, value in {"menvcfg": 1 << 63, "mie": 1 << 5, "stimecmp": 777}.items():
        machine.harts[0].csr[name] = value
    machine.run(77_701)
    assert machine.harts[0].x[5] == 1
    assert machine.cycle == 77_701


def test_a_timer_that_no_hart_enabled_ends_no_wait() -> None:
    machine = sleeper(1_000)
    machine.harts[0].csr["mie"] = 0
    stop = machine.run()
    assert (stop.kind, machine.harts[0].waiting) == ("stuck", True)
    assert machine.harts[0].x[5] == 0


def test_a_machine_that_nothing_can_wake_is_stuck_and_stays_so() -> None:
    machine = machine_of(("wfi", STAY), ("wfi", STAY))
    first = machine.run(10_000_000)
    assert (first.kind, first.cycle) == ("stuck", 2)
    before = machine.state_hash()
    assert machine.run(10_000_000) == first
    assert machine.state_hash() == before


def test_a_hart_that_runs_keeps_the_machine_from_being_stuck() -> None:
    machine = machine_of(("wfi", STAY), (STAY,))
    assert machine.run(1_000_000).kind == "limit"
    assert machine.cycle == 1_000_000


def test_input_wakes_a_stuck_machine() -> None:
    machine = machine_of(("wfi", "addi x5, x5, 1", "wfi", STAY))
    machine.harts[0].csr["mie"] = 1 << 11
    for pa, width, value in ((UART + 1, 1, 1), (0xC00_0028, 4, 1), (0xC00_2000, 4, 1 << 10)):
        machine.bus.write(pa, width, value)
    assert machine.run().kind == "stuck"
    machine.console.send(b"x")
    machine.run(10)
    assert machine.harts[0].x[5] == 1


def test_wfi_with_an_interrupt_pending_goes_on() -> None:
    machine = sleeper(0)
    machine.run(2)
    assert machine.harts[0].x[5] == 1


# Turns

@pytest.mark.parametrize("quantum", [100, 101, 1000])
def test_a_turn_is_cut_exactly_at_the_quantum(quantum: int) -> None:
    machine = machine_of(*[("addi x5, x5, 1", "jal x0, .-4")] * 3, quantum=quantum)
    for turn in range(7):
        for _ in range(quantum):
            assert machine.run(1).kind == "limit"
        done = [sum(t % 3 == hart for t in range(turn + 1)) * quantum for hart in range(3)]
        assert [hart.csr["minstret"] for hart in machine.harts] == done


def test_what_remains_of_a_quantum_survives_across_runs() -> None:
    machine = machine_of((STAY,), (STAY,), quantum=100)
    for steps in (30, 69, 1, 99, 2):
        machine.run(steps)
    assert [hart.csr["minstret"] for hart in machine.harts] == [101, 100]


@pytest.mark.parametrize("yields", ["wfi", "wrs.nto", "wrs.sto", "pause"])
def test_waiting_instructions_end_the_turn(yields: str) -> None:
    machine = machine_of((yields, NOP, NOP), (NOP, NOP, STAY))
    machine.run(1)
    assert (at(machine, 0), at(machine, 1)) == (1, 0)
    machine.run(1)
    assert (at(machine, 0), at(machine, 1)) == (1, 1)


def test_the_turn_after_a_yield_is_a_whole_one() -> None:
    machine = machine_of((NOP, "pause", STAY), (STAY,), quantum=100)
    machine.run(2 + 100 + 100 + 100)
    assert [hart.csr["minstret"] for hart in machine.harts] == [102, 200]


LR_SC = ("lr.w x5, (x10)", NOP, "sc.w x6, x7, (x10)", STAY)


def with_word(machine: Machine) -> Machine:
    for hart in machine.harts:
        hart.x[10], hart.x[6], hart.x[7] = WORD, 77, 1 + hart.id
    return machine


def test_a_reservation_lives_through_stops_inside_a_turn() -> None:
    machine = with_word(machine_of(LR_SC, (STAY,)))
    for _ in range(3):
        machine.run(1)
    assert machine.harts[0].x[6] == 0


@pytest.mark.parametrize("between", ["pause", "wrs.nto", "wrs.sto"])
@pytest.mark.parametrize("others", [0, 1])
def test_a_reservation_ends_with_the_turn(between: str, others: int) -> None:
    machine = with_word(machine_of((LR_SC[0], between, *LR_SC[2:]), *[("pause", "jal x0, .-4")] * others))
    machine.run(10)
    assert machine.harts[0].x[6] == 1
    assert machine.ram.read(WORD, 4) == bytes(4)


def test_a_reservation_ends_with_the_quantum() -> None:
    machine = with_word(machine_of((*[NOP] * 99, LR_SC[0], LR_SC[2], STAY), quantum=100))
    machine.run(102)
    assert machine.harts[0].x[6] == 1


def test_a_write_from_outside_ends_reservations() -> None:
    machine = with_word(machine_of(LR_SC))
    machine.run(1)
    machine.write(WORD, b"\1")
    machine.run(2)
    assert machine.harts[0].x[6] == 1


def test_an_ipi_is_seen_at_the_next_turn_of_its_target() -> None:
    machine = machine_of(("sw x6, 4(x5)", STAY), (STAY,), quantum=100)
    machine.harts[0].x[5], machine.harts[0].x[6] = MSIP, 1
    put(machine, HANDLER, *[NOP] * 200)
    machine.harts[1].csr["mie"], machine.harts[1].csr["mstatus"] = MSIE, MIE
    machine.run(100)
    assert machine.harts[1].csr["mip"] & MSIE
    assert machine.harts[1].pc == CODE + STRIDE
    machine.run(1)
    assert machine.harts[1].pc == HANDLER + 4
    assert machine.harts[1].csr["mepc"] == CODE + STRIDE


def test_an_ipi_to_oneself_is_taken_before_the_next_instruction() -> None:
    machine = machine_of(("sw x6, 0(x5)", NOP, STAY))
    put(machine, HANDLER, STAY)
    hart = machine.harts[0]
    hart.x[5], hart.x[6], hart.csr["mie"], hart.csr["mstatus"] = MSIP, 1, MSIE, MIE
    machine.run(2)
    assert (hart.csr["mepc"], hart.csr["mcause"]) == (CODE + 4, 1 << 63 | 3)


def test_a_timer_interrupt_comes_at_its_very_cycle() -> None:
    machine = machine_of((STAY,))
    hart = machine.harts[0]
    put(machine, HANDLER, "csrrs x5, mcycle, x0", STAY)
    machine.bus.write(MTIMECMP, 8, 7)
    hart.csr["mie"], hart.csr["mstatus"] = MTIE, MIE
    machine.run(1000)
    assert hart.x[5] == 700
    assert hart.csr["mepc"] == CODE


def turns(seed: int, count: int, harts: int = 3) -> list[tuple[int, int]]:
    """Return hart and length of the first turns."""
    machine = machine_of(*[(STAY,)] * harts, seed=seed, quantum=200)
    lengths: list[tuple[int, int]] = []
    before = [0] * harts
    while len(lengths) < count:
        machine.run(1)
        hart = next(n for n in range(harts) if machine.harts[n].csr["minstret"] != before[n])
        before[hart] += 1
        if machine._core.turn[1] == 0:
            lengths.append((hart, sum(before)))
    starts = [0, *(end for _, end in lengths)]
    return [(hart, end - start) for (hart, end), start in zip(lengths, starts, strict=False)]


def test_a_seed_varies_order_and_length_of_turns_and_repeats() -> None:
    assert turns(0, 6) == [(hart, 200) for hart in (0, 1, 2, 0, 1, 2)]
    first, again, other = turns(1, 30), turns(1, 30), turns(2, 30)
    assert first == again != other
    assert {hart for hart, _ in first} == {0, 1, 2}
    assert len({length for _, length in first}) > 5
    assert min(length for _, length in first) >= 100


# Counters

def test_a_trap_costs_a_cycle_and_retires_nothing() -> None:
    machine = machine_of((NOP, "ecall"))
    put(machine, HANDLER, "csrrs x5, mepc, x0", "jalr x0, 0(x5)")
    machine.run(1 + 3 * 10)
    hart = machine.harts[0]
    assert (machine.cycle, hart.csr["mcycle"], hart.csr["minstret"]) == (31, 31, 21)


def test_a_trap_loop_spends_the_budget() -> None:
    machine = machine_of(("ecall",))
    machine.harts[0].csr["mtvec"] = 0x4000_0000
    assert machine.run(1_000_000).cycle == 1_000_000
    assert machine.harts[0].csr["minstret"] == 0


def test_mcycle_counts_the_time_skipped() -> None:
    machine = sleeper(1_000)
    machine.run(100_001)
    assert machine.harts[0].csr["mcycle"] == 100_001
    assert machine.harts[0].csr["minstret"] == 2


# Stops

def stop_at_every_cycle(make: Callable[[], Machine], cycles: int) -> None:
    """One run that stops at every cycle, and for each cycle one that stops there only, agree."""
    stepped = make()
    for cycle in range(1, cycles):
        assert stepped.run(1).cycle == cycle
        whole = make()
        whole.run(cycle)
        assert whole.state() == stepped.state()


def test_every_cycle_around_a_device_access_is_a_place_to_stop() -> None:
    def make() -> Machine:
        program = (NOP, "sb x6, 0(x5)", NOP, "lbu x7, 5(x5)", "lw x8, 7(x5)", NOP, STAY)
        machine = machine_of(program, (STAY,), quantum=100)
        machine.harts[0].x[5], machine.harts[0].x[6] = UART, 0x41
        return machine

    stop_at_every_cycle(make, 120)


def test_every_cycle_around_traps_is_a_place_to_stop() -> None:
    def make() -> Machine:
        machine = machine_of((NOP, "ecall", "ld x5, 0(x0)", NOP, "ebreak", STAY))
        put(machine, HANDLER, "csrrs x9, mepc, x0", "addi x9, x9, 4", "csrrw x0, mepc, x9", "mret")
        return machine

    stop_at_every_cycle(make, 30)


def test_a_run_of_no_cycles_does_nothing() -> None:
    machine = machine_of((NOP, STAY))
    before = machine.state_hash()
    stop = machine.run(0)
    assert (stop.kind, stop.cycle) == ("limit", 0)
    assert machine.state_hash() == before
