"""The same guest in the same state at the same cycle, however it is run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from engines import needs_jit, with_jit
from isa.asm import encode
from system.randomcode import DATA, MODES, PROGRAM, PROGRAM_SIZE, SAVE, machine_with, random_loops, shuffle_pages

from rvemu.config import bundled
from rvemu.machine import Access, Machine

STOPS, SAMPLES = 60, 3
REFERENCE = "interp"
"""The engine that all others are compared with."""
COMPILED = {"engine": "jit", "tier_up": 1}
TIGHT = {"engine": "jit", "tier_up": 1, "code_cache": 64 << 10, "tlb_entries": 8, "arena_bytes": 64 << 10}
"""Blocks are compiled soon, and all code is dropped often."""


@dataclass(frozen=True)
class Guest:
    """A guest image of ours and how far to run it; where it ends before, it must end there in every run."""

    image: str
    cycles: int
    harts: int = 1
    append: str = ""
    seed: int = 0
    quantum: int = 10_000
    memory: str = "64M"

    def machine(self, **options: Any) -> Machine:
        """Return a machine about to start it."""
        return Machine(
            self.memory, harts=self.harts, kernel=bundled(self.image), append=self.append, seed=self.seed,
            quantum=self.quantum, **options,
        )  # fmt: skip

    def sampled(self) -> list[int]:
        """Return cycles at which runs are compared, besides the last one."""
        return sorted(Random(self.image).sample(range(1, min(self.cycles, 800_000)), SAMPLES))

    def __str__(self) -> str:
        return f"{Path(self.image).stem}-{self.harts}-{self.seed}-{self.quantum}"


GUESTS = [
    *(Guest(f"bench/{name}.elf", 1_500_000) for name in ("intmix", "records", "fp", "trap")),
    *(Guest(f"bench/{name}.elf", 1_500_000, memory="128M", append="sv39") for name in ("chase", "memcpy")),
    *(Guest(f"bench/{name}.elf", 1_500_000, append="sv39") for name in ("syscall", "fault")),
    *(Guest(f"isa-tests/{path.name}", 1_000_000) for path in sorted(Path(bundled("isa-tests")).glob("*.elf"))),
    Guest("demo.elf", 3_000_000, append="selfcheck"),
    Guest("demo.elf", 3_000_000, 4, append="selfcheck"),
    Guest("demo.elf", 3_000_000, 4, append="selfcheck", quantum=100),
    Guest("demo.elf", 3_000_000, 3, append="selfcheck", seed=12345, quantum=1000),
]


@cache
def reference(guest: Guest) -> dict[int, str]:
    """Return the state hash at each sampled cycle and at the end, each of them reached in one go."""
    hashes = {}
    for cycle in (*guest.sampled(), guest.cycles):
        machine = guest.machine(engine=REFERENCE)
        machine.run(cycle)
        hashes[machine.cycle] = machine.state_hash()
    return hashes


def hashes_with_stops(guest: Guest, machine: Machine, random: Random) -> dict[int, str]:
    """Return what `reference` does, by one run that also stops at random cycles."""
    stops = {*guest.sampled(), guest.cycles, *(random.randrange(guest.cycles) for _ in range(STOPS))}
    stops |= {cycle + 1 for cycle in random.sample(sorted(stops), STOPS // 3)}
    hashes, wanted = {}, reference(guest)
    for cycle in sorted(stops):
        stop = machine.run(cycle - machine.cycle)
        if stop.kind == "limit":
            assert stop.cycle == machine.cycle == cycle
        if machine.cycle in wanted:
            hashes[machine.cycle] = machine.state_hash()
        if stop.kind != "limit":
            break
    return hashes


@pytest.fixture(params=GUESTS, ids=str)
def guest(request: pytest.FixtureRequest) -> Guest:
    """Each guest."""
    result: Guest = request.param
    return result


def test_a_run_that_stops_at_random_cycles_is_the_run_in_one_go(guest: Guest) -> None:
    assert hashes_with_stops(guest, guest.machine(), Random(1)) == reference(guest)


def test_a_tlb_of_8_entries_and_a_tiny_arena_change_nothing(guest: Guest) -> None:
    machine = guest.machine(tlb_entries=8, arena_bytes=64 << 10, hugepages=False)
    assert hashes_with_stops(guest, machine, Random(2)) == reference(guest)


@pytest.mark.parametrize("options", [with_jit(COMPILED, name="compiled"), with_jit(TIGHT, name="tight")])
def test_machine_code_changes_nothing(guest: Guest, options: dict[str, Any]) -> None:
    machine = guest.machine(**options)
    assert hashes_with_stops(guest, machine, Random(3)) == reference(guest)
    assert machine._core.counters["compiled"] > 0


def test_watches_change_nothing(guest: Guest) -> None:
    """Watch the page of hart 0's stack, if it has one by the first sample."""
    scout, machine = guest.machine(), guest.machine()
    seen: list[Access] = []
    scout.run(guest.sampled()[0])
    page = (scout.harts[0].translate(scout.harts[0].x[2]) or 0) & ~4095
    if scout.ram.contains(page, 4096):
        machine.on_access(page, 4096, seen.append)
    assert hashes_with_stops(guest, machine, Random(3)) == reference(guest)
    assert all(page - 8 < access.pa < page + 4096 for access in seen)
    assert seen or guest.image.startswith(("isa-tests", "bench"))


@pytest.mark.parametrize("arena", [64 << 10, 1 << 20])
def test_the_arena_is_flushed_when_full(arena: int) -> None:
    """A loop over 256 KiB of code, each instruction of which changes what the next ones compute."""
    def run(**options: Any) -> tuple[str, int]:
        machine = Machine("16M", bios="none", **options)
        ops = ("addi x5, x5, 1", "xor x6, x6, x5", "add x7, x7, x6", "beq x0, x5, .+8")
        body = b"".join(encode(op).to_bytes(4, "little") for op in ops) * 16384
        machine.write(0x8000_0000, body + encode(f"jal x0, .-{len(body)}").to_bytes(4, "little"))
        machine.harts[0].pc = 0x8000_0000
        machine.run(200_000)
        return machine.state_hash(), machine.counters["arena_flushes"]

    whole, flushed = run(), run(arena_bytes=arena)
    assert flushed[0] == whole[0]
    assert whole[1] == 0
    assert flushed[1] >= 2


def to_the_end(machine: Machine, step: int | None = None) -> tuple[str, bytes, str]:
    """Return how a machine ends that is run so many cycles at a time, with its output and state."""
    stop = machine.run(step)
    while stop.kind == "limit":
        stop = machine.run(step)
    return stop.kind, machine.console.read(), machine.state_hash()


@cache
def self_check(harts: int) -> tuple[str, bytes, str]:
    """Return how the demo ends in one run on the default engine."""
    return to_the_end(Guest("demo.elf", 0, harts, append="selfcheck").machine())


@pytest.mark.parametrize("options", [
    pytest.param({"engine": REFERENCE, "tlb_entries": 8, "arena_bytes": 64 << 10}, id=REFERENCE),
    with_jit(TIGHT, name="tight"),
])
@pytest.mark.parametrize("harts", [1, 4])
def test_the_demo_checks_itself_alike_however_it_is_cut(harts: int, options: dict[str, Any]) -> None:
    whole = self_check(harts)
    assert whole[0] == "poweroff"
    assert b", 0 failed" in whole[1]
    demo = Guest("demo.elf", 0, harts, append="selfcheck")
    assert to_the_end(demo.machine(**options), 77_777) == whole


KEYS = ((300_003, b"help\r"), (700_000, b"x" * 100 + b"\r"), (830_001, b"help\r"), (1_000_000, b"help\r"))


def typed(demo: Guest, stops: list[int], **options: Any) -> tuple[bytes, str, int]:
    """Type KEYS, each at its cycle or where the guest waits for nothing but keys before that."""
    machine = demo.machine(**options)
    for cycle, keys in sorted([*KEYS, *((stop, b"") for stop in stops)]):
        if cycle > machine.cycle:
            machine.run(cycle - machine.cycle)
        if keys:
            machine.console.send(keys)
    assert machine.run().kind == "stuck"
    return machine.console.read(), machine.state_hash(), machine.cycle


@pytest.mark.parametrize("harts", [1, 3])
def test_keys_typed_at_fixed_cycles_make_the_same_run(harts: int) -> None:
    demo = Guest("demo.elf", 0, harts)
    stops = [Random(harts).randrange(1, 1_200_000) for _ in range(100)]
    whole = typed(demo, [])
    assert whole[0].count(b"demo> ") == 1 + len(KEYS)
    assert typed(demo, stops, tlb_entries=8, arena_bytes=64 << 10) == whole


def test_two_machines_in_one_process_do_not_meet() -> None:
    first, second = GUESTS[0], GUESTS[-3]
    machines = [first.machine(), second.machine(), first.machine()]
    while any(machine.cycle < guest.cycles for machine, guest in zip(machines, (first, second, first), strict=True)):
        for machine, guest in zip(machines, (first, second, first), strict=True):
            machine.run(min(50_021, guest.cycles - machine.cycle))
    assert [machine.state_hash() for machine in machines] == [
        reference(guest)[guest.cycles] for guest in (first, second, first)
    ]


def test_machines_on_threads_do_not_meet() -> None:
    guests = (GUESTS[0], GUESTS[1], GUESTS[-3])
    hashes: dict[Guest, str] = {}

    def run(guest: Guest) -> None:
        machine = guest.machine()
        machine.run(guest.cycles)
        hashes[guest] = machine.state_hash()

    threads = [threading.Thread(target=run, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hashes == {guest: reference(guest)[guest.cycles] for guest in guests}


# Random programs

CYCLES = 30_000

Way = Callable[[Machine], None]


def in_one_go(machine: Machine) -> None:
    machine.run(CYCLES - machine.cycle)


def with_stops(machine: Machine) -> None:
    random = Random(4)
    for cycle in sorted(random.randrange(CYCLES) for _ in range(300)):
        assert machine.run(cycle - machine.cycle).kind == "limit"
        assert machine.cycle == cycle
    in_one_go(machine)


def by_single_steps(machine: Machine) -> None:
    for cycle in range(1, CYCLES // 2):
        assert machine.run(1).kind == "limit"
        assert machine.cycle == cycle
    in_one_go(machine)


def watched(machine: Machine) -> None:
    for pa in (DATA, PROGRAM, SAVE):
        machine.on_access(pa + 8, 0x1000, lambda access: None)
    in_one_go(machine)


@cache
def program_reference(seed: int, mode: str, harts: int) -> dict[str, Any]:
    machine = machine_with(seed, mode, harts=harts, engine=REFERENCE)
    in_one_go(machine)
    return {**machine.state(), "hash": machine.state_hash()}


@pytest.mark.parametrize(("way", "options"), [
    pytest.param(with_stops, {}, id="stops"),
    pytest.param(by_single_steps, {}, id="steps"),
    pytest.param(with_stops, {"tlb_entries": 8, "arena_bytes": 1 << 16}, id="small"),
    pytest.param(in_one_go, {"tlb_entries": 65536, "hugepages": False}, id="large"),
    pytest.param(watched, {}, id="watched"),
    with_jit(in_one_go, COMPILED, name="compiled"),
    with_jit(with_stops, COMPILED, name="compiled-stops"),
    with_jit(with_stops, TIGHT, name="tight"),
])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("seed", "harts"), [(1, 1), (2, 1), (3, 2), (4, 1), (5, 1)])
def test_a_random_program_does_the_same_in_every_way(
    seed: int, harts: int, mode: str, way: Way, options: dict[str, Any]
) -> None:
    machine = machine_with(seed, mode, harts=harts, **options)
    way(machine)
    assert {**machine.state(), "hash": machine.state_hash()} == program_reference(seed, mode, harts)


@needs_jit
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(6))
def test_loops_over_memory_do_the_same_on_both_engines(seed: int, mode: str) -> None:
    """Rounds that go into another page, fault, are misaligned, or write what translates and what runs."""
    code = random_loops(Random(seed), PROGRAM_SIZE)
    states = []
    for way, options in ((in_one_go, {"engine": REFERENCE}), (in_one_go, COMPILED), (with_stops, TIGHT)):
        machine = machine_with(seed, mode, code=code, **options)
        shuffle_pages(machine, mode, Random(seed))
        way(machine)
        states.append({**machine.state(), "hash": machine.state_hash()})
    assert states[0] == states[1] == states[2]
