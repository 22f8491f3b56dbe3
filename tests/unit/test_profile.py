"""Profiles of the core: executions of each instruction, and instructions by call path, against single steps."""

from __future__ import annotations

from collections import Counter

import pytest
from harness import CODE, HANDLER, TestHart, make_hart

from rvemu.config import bundled
from rvemu.machine import RAM_BASE, Machine
from rvemu.points import Catchpoint

ROM_END = 0x1_0000


def boot(image: str, **options: object) -> Machine:
    return Machine(kernel=bundled(image), memory="64M", **options)


def stepped(machine: Machine, cycles: int) -> Counter[int]:
    """Run cycle by cycle; return how often each pc retired."""
    counts: Counter[int] = Counter()
    hart = machine.harts[0]
    for _ in range(cycles):
        pc, retired = hart.pc, hart.csr["minstret"]
        kind = machine.run(1).kind
        counts[pc] += hart.csr["minstret"] - retired
        if kind != "limit":
            break
    return counts


@pytest.mark.parametrize(("image", "start", "cycles"), [
    ("demo.elf", 0, 20_000), ("demo.elf", 300_000, 10_000), ("isa-tests/rv64uzifencei-p-smc.elf", 0, 8000),
    ("isa-tests/rv64si-p-sv39.elf", 0, 8000), ("isa-tests/rv64ui-p-misaligned.elf", 0, 8000),
    ("isa-tests/rv64ua-p-lrsc.elf", 0, 8000),
])  # fmt: skip
@pytest.mark.parametrize("arena_bytes", [64 << 20, 1 << 16])
def test_executions_are_those_of_single_steps(image: str, start: int, cycles: int, arena_bytes: int) -> None:
    with boot(image) as one, boot(image, arena_bytes=arena_bytes) as other:
        for machine in (one, other):
            machine.run(start)
        expected = stepped(one, cycles)
        other._core.profile(True)
        for part in (1, cycles // 3, cycles - cycles // 3 - 1):
            if other.run(part).kind != "limit":
                break
        counted: Counter[int] = Counter()
        for (pc, _), count in other._core.profile_executions().items():
            counted[pc] += count
        assert counted == Counter({pc: count for pc, count in expected.items() if count and pc >= ROM_END})


def test_paths_follow_calls_returns_and_traps(hart: TestHart) -> None:
    inner, outer = CODE + 0x100, CODE + 0x200
    hart.put("jal x1, 0x200", "jal x1, 0x1fc", "jal x0, -8")
    hart.put("addi x10, x10, 1", "ecall", "jalr x0, 0(x1)", at=inner)
    hart.put("addi x18, x1, 0", "jal x1, -0x104", "addi x1, x18, 0", "jalr x0, 0(x1)", at=outer)
    hart.put("csrrs x5, mepc, x0", "addi x5, x5, 4", "csrrw x0, mepc, x5", "mret", at=HANDLER)
    hart.pc = CODE
    hart.machine._core.profile(True)
    loops = 100
    hart.step(loops * 2 * 11 + 3 * loops)
    paths = hart.machine._core.profile_paths()
    by_path = {(pc, paths[parent][0]): count for pc, parent, count in paths[1:]}
    assert by_path == {
        (outer, 0): 2 * loops * 4, (inner, outer): 2 * loops * 3, (HANDLER, inner): 2 * loops * 4,
    }  # fmt: skip
    assert paths[0] == (0, 0, 3 * loops)


def test_a_return_to_another_stack_begins_a_path(hart: TestHart) -> None:
    hart.put("jal x1, 0x100", "addi x0, x0, 0")
    hart.put("jalr x0, 0x300(x1)", at=CODE + 0x100)
    hart.pc = CODE
    hart.machine._core.profile(True)
    hart.step(2)
    hart.put("addi x0, x0, 0", at=CODE + 0x304)
    hart.step(1)
    assert hart.machine._core.profile_paths() == [(0, 0, 1), (CODE + 0x100, 0, 1), (CODE + 0x304, 0, 1)]


@pytest.mark.parametrize("harts", [1, 3])
def test_the_guest_cannot_tell_and_every_instruction_is_charged(harts: int) -> None:
    with boot("demo.elf", harts=harts) as plain, boot("demo.elf", harts=harts) as profiled:
        profiled._core.profile(True)
        for machine in (plain, profiled):
            machine.run(3_000_000)
        assert profiled.state_hash() == plain.state_hash()
        started = sum(count for _, _, count in profiled._core.profile_paths())
        assert started >= profiled.instret


def test_a_profile_begins_from_nothing_each_time(hart: TestHart) -> None:
    hart.put("addi x5, x5, 1", "jal x0, -4")
    hart.pc = CODE
    for count in (10, 20):
        hart.machine._core.profile(True)
        hart.step(2 * count)
        assert hart.machine._core.profile_executions() == {(CODE, CODE): count, (CODE + 4, CODE + 4): count}
    hart.machine._core.profile(False)
    hart.step(100)
    assert sum(hart.machine._core.profile_executions().values()) == 40


STARTS = [("demo.elf", 0, 20_000), ("demo.elf", 300_000, 30_000), ("isa-tests/rv64uzifencei-p-smc.elf", 0, 8000),
          ("isa-tests/rv64si-p-sv39.elf", 0, 8000), ("isa-tests/rv64ui-p-misaligned.elf", 0, 8000)]  # fmt: skip


@pytest.mark.parametrize(("image", "start", "cycles"), STARTS)
@pytest.mark.parametrize("arena_bytes", [64 << 20, 1 << 16])
@pytest.mark.parametrize("how", ["recorded", "broken", "watched", "caught", "everything"])
def test_what_else_is_asked_for_leaves_the_profile_as_it_is(
    image: str, start: int, cycles: int, arena_bytes: int, how: str
) -> None:
    with boot(image, harts=2) as plain, boot(image, harts=2, arena_bytes=arena_bytes) as other:
        for machine in (plain, other):
            machine.run(start)
            machine.profile(True)
        plain.run(cycles)
        usual = sorted(plain.executions(), key=plain.executions().__getitem__)
        if how in ("recorded", "everything"):
            other.record(lambda records: None)
        if how in ("broken", "everything"):
            for pc, _ in usual[:: max(len(usual) // 40, 1)]:
                other.on_pc(pc, lambda hart: None)
        if how in ("watched", "everything"):
            other.on_access(RAM_BASE + (1 << 20), 1 << 20, lambda access: None)
        if how in ("caught", "everything"):
            other.on_trap(lambda trap: None)
            other.points.add(Catchpoint(kind="return", call=lambda hart: None))
        for part in (cycles // 3, cycles - cycles // 3):
            other.run(part)
        assert other.executions() == plain.executions()
        assert other.call_paths() == plain.call_paths()
        assert other.state_hash() == plain.state_hash()


def test_what_runs_from_no_block_is_counted(hart: TestHart) -> None:
    """A page that PMP splits is not translated; 0 is ROM's."""
    hart.put("addi x5, x5, 1", "lb x6, 0(x0)", "jal x0, -8")
    hart.put("csrrs x7, mepc, x0", "addi x7, x7, 4", "csrrw x0, mepc, x7", "mret", at=HANDLER)
    hart.csr["pmpaddr0"] = (CODE + 0x100) >> 2
    hart.csr["pmpcfg0"] = 0x0F
    hart.pc = CODE
    hart.machine.profile(True)
    hart.step(7 * 50)
    counts = hart.machine.executions()
    assert counts[CODE, CODE] == counts[CODE + 8, CODE + 8] == 50
    assert (CODE + 4, CODE + 4) not in counts


def test_calls_are_followed_without_compressed_instructions() -> None:
    with Machine(memory="64M", bios="none", isa="rv64ima_zicsr") as machine:
        hart = TestHart(machine)
        hart.put("auipc x6, 0", "jalr x1, 0x100(x6)", "jal x0, -8")
        hart.put("jalr x0, 0(x1)", at=CODE + 0x100)
        hart.pc = CODE
        machine.profile(True)
        hart.step(400)
        assert machine.call_paths() == [(0, 0, 300), (CODE + 0x100, 0, 100)]


@pytest.fixture
def hart() -> TestHart:
    return make_hart()
