"""Code that changes: the next fetch sees every write, by whoever and under whatever address it is made.

FENCE.I is not needed here, which the manual allows; some cases also run with it. The core guards code in granules
of 64 bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from harness import (
    CODE,
    DATA,
    HANDLER,
    MSTATUS_FS_DIRTY,
    PTE_A,
    PTE_D,
    PTE_R,
    PTE_V,
    PTE_W,
    PTE_X,
    TestHart,
    Trap,
    make_hart,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from isa.asm import encode

from rvemu.isa.causes import Cause

S, M = 1, 3
VA, ALIAS = 0x4000_0000, 0x4800_0000
RWX = PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D
NOP = 0x13
FENCES = pytest.mark.parametrize("fence", [[], ["fence.i"]], ids=["without fence.i", "with fence.i"])


def li(value: int, register: int = 3) -> int:
    """Return `addi x<register>, x0, value`."""
    return encode(f"addi x{register}, x0, {value}")


def run_at(hart: TestHart, pc: int, cycles: int, priv: int = M) -> int:
    """Run so many cycles from `pc` on, and return x3."""
    hart.pc, hart.priv = pc, priv
    hart.step(cycles)
    return hart.x[3]


# A program that changes itself


@FENCES
@pytest.mark.parametrize("distance", [4, 8, 60, 64, 68, 128, 4092])
def test_a_store_ahead_is_executed(hart: TestHart, fence: list[str], distance: int) -> None:
    """What lies `distance` bytes behind the store is replaced: in the same granule, block, page or another."""
    filler = [NOP] * ((distance - 4) // 4 - len(fence))
    for value in (1, 2, 3):
        hart.put("sw x4, 0(x5)", *(fence if distance > 4 else []), *filler, at=DATA)
        hart.put(li(99), at=DATA + distance)
        hart.set(x4=li(value), x5=DATA + distance)
        assert run_at(hart, DATA, distance // 4 + 1) == value


@FENCES
def test_a_store_behind_is_executed_by_the_next_round(hart: TestHart, fence: list[str]) -> None:
    """A loop that counts up the immediate of its own first instruction."""
    loop: list[str | int] = [li(0), "lw x4, 0(x5)", "add x4, x4, x6", "sw x4, 0(x5)", *fence]
    hart.put(*loop, f"jal x0, .-{4 * len(loop)}", at=DATA)
    hart.set(x5=DATA, x6=1 << 20)
    for rounds in range(1, 30):
        run_at(hart, DATA if rounds == 1 else hart.pc, len(loop) + 1)
        assert hart.x[3] == rounds - 1


@pytest.mark.parametrize("store", [
    "sb", "sh", "sw", "sd", "fsw", "fsd", "amoswap.h", "amoswap.w", "amoswap.d", "amocas.h", "amocas.w", "amocas.d",
    "amocas.q", "sc.w", "sc.d",
])  # fmt: skip
def test_every_kind_of_store_changes_code(hart: TestHart, store: str) -> None:
    hart.put(li(1), NOP, at=DATA)
    assert run_at(hart, DATA, 2) == 1
    new = li(2) | NOP << 32
    hart.set(x4=new, f4=new, x5=DATA)
    if store == "sb":
        hart.run("sb x4, 2(x5)", x4=0x20)                            # imm[3:0] is in the third byte
    elif store == "sh":
        hart.run("sh x4, 2(x5)", x4=0x0020)
    elif store == "amoswap.h":
        hart.run("amoswap.h x6, x4, (x5)", x4=0x0020, x5=DATA + 2)
    elif store == "amocas.h":
        hart.run("amocas.h x6, x4, (x5)", x4=0x0020, x5=DATA + 2, x6=0x0010)
    elif store[:6] == "amocas":
        hart.run(f"{store} x8, x4, (x7)", x5=0, x7=DATA, x8=hart.read_word(DATA), x9=0)
    elif store[0] == "f":
        hart.run(f"{store} f4, 0(x5)")
    elif store[:2] == "sc":
        hart.run(f"lr.{store[-1]} x6, (x5)", f"{store} x6, x4, (x5)")
    else:
        hart.run(f"{store} x6, x4, (x5)" if store[:3] == "amo" else f"{store} x4, 0(x5)")
    assert run_at(hart, DATA, 2) == 2


@pytest.mark.parametrize("offset", range(-7, 16))
def test_a_misaligned_store_changes_all_that_it_touches(hart: TestHart, offset: int) -> None:
    """Four instructions on both sides of a granule's edge, their immediates overwritten from every offset."""
    start = DATA + 64 - 8
    old, new = (b"".join(li(k + first, 10 + k).to_bytes(4, "little") for k in range(4)) for first in (1, 0x101))
    hart.write(start - 8, bytes(8) + old + bytes(8))
    run_at(hart, start, 4)
    patch = (bytes(8) + new + bytes(8))[offset + 8 : offset + 16]
    hart.run("sd x4, 0(x5)", x4=int.from_bytes(patch, "little"), x5=start + offset)
    run_at(hart, start, 4)
    memory = hart.read(start, 16)
    assert memory[max(offset, 0) : offset + 8] == new[max(offset, 0) : offset + 8]
    for k in range(4):
        assert hart.x[10 + k] == int.from_bytes(memory[4 * k : 4 * k + 4], "little") >> 20


def test_cbo_zero_changes_code(hart: TestHart) -> None:
    hart.put(li(1), at=DATA)
    assert run_at(hart, DATA, 1) == 1
    hart.run("cbo.zero (x5)", x5=DATA + 8)
    hart.pc = DATA
    hart.step()
    assert hart.trapped() == Trap(Cause.ILLEGAL_INSTRUCTION, 0)


def test_an_instruction_becomes_two_and_two_become_one(hart: TestHart) -> None:
    """Bytes are decoded anew: where an instruction begins may change."""
    for _ in range(3):
        hart.put(li(1), NOP, at=DATA)
        assert run_at(hart, DATA, 2) == 1
        hart.put("c.li x3, 5", "c.addi x3, 2", at=DATA)
        assert run_at(hart, DATA, 2) == 7


def test_a_jump_into_the_middle_of_an_instruction(hart: TestHart) -> None:
    hart.put(encode("c.li x3, 5") << 16 | 0x37, NOP, at=DATA)      # lui x0, with c.li in its upper half
    run_at(hart, DATA, 2)
    assert (hart.x[3], hart.pc) == (0, DATA + 8)
    assert run_at(hart, DATA + 2, 1) == 5
    hart.write(DATA + 2, encode("c.li x3, 6").to_bytes(2, "little"))
    assert run_at(hart, DATA + 2, 1) == 6
    run_at(hart, DATA, 2)
    assert (hart.x[3], hart.pc) == (6, DATA + 8)


# Code and data in one page


def test_data_beside_code_keeps_its_stores(hart: TestHart) -> None:
    """A counter in the page of the loop that counts it, in another granule and in the same one."""
    for counter in (DATA + 0x800, DATA + 0x20):
        hart.write_word(counter, 0)
        hart.put("ld x4, 0(x5)", "addi x4, x4, 1", "sd x4, 0(x5)", "bne x4, x6, .-12", "addi x3, x4, 0", at=DATA)
        hart.set(x5=counter, x6=500)
        assert run_at(hart, DATA, 4 * 500 + 1) == 500
        assert hart.read_word(counter) == 500


def test_a_page_becomes_code_while_stores_to_it_are_remembered(hart: TestHart) -> None:
    """Stores first, so that the page is a plain one; then code; then a store again."""
    for value in range(1, 6):
        hart.run("sw x4, 0(x5)", "sw x4, 4(x5)", x4=li(value), x5=DATA)
        assert run_at(hart, DATA, 2) == value


# Two addresses of one page


@pytest.fixture
def aliased(hart: TestHart) -> TestHart:
    """A hart with DATA mapped at VA and at ALIAS."""
    hart.map_page(VA, DATA, RWX)
    hart.map_page(ALIAS, DATA, RWX)
    return hart


@FENCES
def test_code_is_changed_through_its_alias(aliased: TestHart, fence: list[str]) -> None:
    aliased.put("sw x4, 0(x5)", *fence, li(0), at=DATA)
    target = 4 + 4 * len(fence)
    for value in range(1, 5):
        aliased.set(x4=li(value), x5=ALIAS + target)
        assert run_at(aliased, VA, 2 + len(fence), S) == value
        assert run_at(aliased, ALIAS + target, 1, S) == value


def test_both_aliases_execute_the_change(aliased: TestHart) -> None:
    for value in range(1, 5):
        aliased.write(DATA, li(value).to_bytes(4, "little"))
        for va in (VA, ALIAS, DATA):
            assert run_at(aliased, va, 1, S if va != DATA else M) == value


@pytest.mark.parametrize(("aliases", "used"), [(count, k) for count in range(1, 5) for k in range(count)])
def test_aliases_that_were_stored_through_before_the_page_became_code(hart: TestHart, aliases: int, used: int) -> None:
    places = [VA + 0x40_1000 * k for k in range(aliases)]
    for va in places:
        hart.map_page(va, DATA, RWX)
    hart.put(li(1), at=DATA)
    hart.access_as(S)
    for va in (*places, *places):
        hart.run("sd x4, 0(x5)", "sd x4, 8(x5)", x4=0, x5=va + 0x800)
    assert run_at(hart, VA, 1, S) == 1
    hart.access_as(S).run("sw x4, 0(x5)", x4=li(2), x5=places[used])
    assert run_at(hart, VA, 1, S) == 2


def test_auipc_and_jumps_belong_to_the_address_and_not_to_the_page(aliased: TestHart) -> None:
    """One physical block under two addresses has two values of pc."""
    aliased.put("auipc x3, 0x0", "jal x4, .+4", "ecall", at=DATA)
    for va in (VA, ALIAS, VA, ALIAS):
        assert run_at(aliased, va, 2, S) == va
        assert aliased.x[4] == va + 8
        aliased.step()
        assert aliased.csr["mepc"] == va + 8


@pytest.mark.parametrize("cycles", [1, 3, 8, 9, 30])
def test_two_address_spaces_execute_the_change(aliased: TestHart, cycles: int) -> None:
    """Both know the old code at VA; one comes to the new code by a jump, the other begins a run of any length there."""
    first, second = (aliased.csr["satp"] | asid << 44 for asid in (1, 2))
    aliased.put("jal x0, .-2048", at=DATA + 0x800)
    for step in (1, 2, 3):
        aliased.put(*[encode(f"addi x3, x3, {step}")] * 9, "jal x0, .+0", at=DATA)
        for _ in range(2):
            aliased.set(satp=second, x3=0)
            assert run_at(aliased, VA + 0x800, 30, S) == 9 * step
            aliased.set(satp=first, x3=0)
            assert run_at(aliased, VA, cycles, S) == min(cycles, 9) * step


# Others write


def test_dma_into_code(hart: TestHart) -> None:
    for value in range(1, 10):
        hart.machine.write(DATA, li(value).to_bytes(4, "little"))
        assert run_at(hart, DATA, 1) == value


def test_dma_over_many_pages_of_code(hart: TestHart) -> None:
    for value in (1, 2, 3):
        hart.machine.write(DATA, li(value).to_bytes(4, "little") * 3072)
        for page in range(3):
            assert run_at(hart, DATA + 4096 * page + 4 * value, 4) == value


@FENCES
def test_another_hart_changes_code_in_its_turn(fence: list[str]) -> None:
    """Hart 0 runs round a loop; hart 1 patches it; hart 0 executes the patch in its next turn."""
    hart = make_hart(harts=2, quantum=200)
    other = TestHart(hart.machine, 1)
    loop: list[str | int] = [li(1), *fence]
    hart.put(*loop, f"jal x0, .-{4 * len(loop)}", at=DATA)
    other.put("sw x4, 0(x5)", "jal x0, .+0", at=CODE)
    other.set(x4=li(2), x5=DATA)
    hart.pc, other.pc = DATA, CODE
    hart.machine._core.turn = (0, 200, 0)
    hart.machine.run(150)
    assert hart.x[3] == 1
    hart.machine.run(400)
    assert hart.x[3] == 2


# Instructions that cross a page


class Crossing(NamedTuple):
    """A hart with an instruction at `pc` whose second half lies in a page of its own, mapped by the entry `second`."""

    hart: TestHart
    pc: int
    second: int

    def map_second(self, pte: int) -> None:
        """Change the entry by DMA."""
        self.hart.write_word(self.second, pte)

    def run(self) -> int:
        """Execute the instruction and return x3."""
        return run_at(self.hart, self.pc, 1, S)


@pytest.fixture(params=[0, 7, 511], ids=["entries in one granule", "in two granules", "in two tables"])
def crossing(request: Any, hart: TestHart) -> Crossing:
    """`addi x3, x0, 1` with its halves at the end of one page and the start of another."""
    va = VA + 0x1000 * request.param
    hart.map_page(va, DATA, RWX)
    second = hart.map_page(va + 0x1000, DATA + 0x8000, RWX)
    write_halves(hart, 1)
    return Crossing(hart, va + 0xFFE, second)


SECOND, THIRD = (pa >> 12 << 10 | RWX for pa in (DATA + 0x8000, DATA + 0x9000))


def write_halves(hart: TestHart, value: int, first: int = DATA + 0xFFE, second: int = DATA + 0x8000) -> None:
    data = li(value).to_bytes(4, "little")
    hart.write(first, data[:2])
    hart.write(second, data[2:])


def test_the_second_page_is_remapped(crossing: Crossing) -> None:
    crossing.hart.write(DATA + 0x9000, li(2).to_bytes(4, "little")[2:])
    for _ in range(3):
        for entry, value in ((SECOND, 1), (THIRD, 2)):
            crossing.map_second(entry)
            assert crossing.run() == value


def test_the_second_page_goes_away_and_comes_back(crossing: Crossing) -> None:
    hart = crossing.hart
    for gone in (0, SECOND & ~PTE_X, SECOND & ~PTE_V):
        hart.x[3] = 0
        assert crossing.run() == 1
        crossing.map_second(gone)
        assert hart.step_at(crossing.pc, S) == Trap(Cause.INSTRUCTION_PAGE_FAULT, crossing.pc + 2)
        assert hart.csr["mepc"] == crossing.pc
        crossing.map_second(SECOND)


@pytest.mark.parametrize("half", [0, 1])
def test_each_half_is_rewritten(crossing: Crossing, half: int) -> None:
    """The second half holds the immediate, the first one the register."""
    hart = crossing.hart
    assert crossing.run() == 1
    for k in range(2, 6):
        word = li(k) if half else li(1, 8 + k)
        hart.csr["mstatus"] = MSTATUS_FS_DIRTY
        hart.priv = M
        hart.run("sh x4, 0(x5)", x4=word >> 16 * half & 0xFFFF, x5=DATA + (0x8000 if half else 0xFFE))
        crossing.run()
        assert hart.x[3 if half else 8 + k] == (k if half else 1)


def test_a_block_runs_into_the_crossing_instruction_and_out_of_it(crossing: Crossing) -> None:
    hart = crossing.hart
    hart.put(*[NOP] * 4, "c.nop", at=DATA + 0xFFE - 18)
    hart.put("c.addi x3, 4", at=DATA + 0x8002)
    for value in (1, 5, 9):
        write_halves(hart, value)
        assert run_at(hart, crossing.pc - 18, 7, S) == value + 4


def test_both_halves_in_one_physical_page(hart: TestHart) -> None:
    hart.map_page(VA, DATA, RWX)
    hart.map_page(VA + 0x1000, DATA, RWX)
    for value in range(1, 5):
        write_halves(hart, value, second=DATA)
        assert run_at(hart, VA + 0xFFE, 1, S) == value


# Blocks, the state they are translated for, and room for them


@pytest.mark.parametrize("fs", [0, 1, 2, 3])
def test_a_block_of_fp_code_follows_mstatus_fs(hart: TestHart, fs: int) -> None:
    hart.put("fmv.d.x f1, x1", "fadd.d f2, f1, f1", at=DATA)
    for state in (3, fs, 3, fs):
        hart.set(x1=0x3FF0_0000_0000_0000, mstatus=state << 13, f2=0)
        hart.pc, hart.priv = DATA, M
        hart.step(2 if state else 1)
        if state == 0:
            assert hart.trapped().cause == Cause.ILLEGAL_INSTRUCTION
            assert hart.f[2] == 0
        else:
            assert hart.f[2] == 0x4000_0000_0000_0000
            assert hart.csr["mstatus"] >> 13 & 3 == 3


def test_code_larger_than_the_arena(hart: TestHart) -> None:
    """A megabyte of instructions through an arena for a few thousand, twice, with a change in between."""
    small = make_hart(arena_bytes=1 << 16)
    count = 1 << 16
    small.write(DATA, encode("addi x3, x3, 1").to_bytes(4, "little") * count)
    for step in (1, 2):
        small.x[3] = 0
        assert run_at(small, DATA, count) == step * count
        small.write(DATA, encode("addi x3, x3, 2").to_bytes(4, "little") * count)
    assert small.machine._core.counters["arena_flushes"] > 0


# Random histories: slots of code, changed in every way, run from anywhere

SLOTS = 40
BASE = 0x1000 - 4 * 20 - 2
"""Offset of the first slot: slot 20 crosses from the first page into the second."""

ways = st.sampled_from(["store", "alias", "dma", "hart 1", "misaligned"])
patches = st.tuples(st.just("patch"), ways, st.integers(0, SLOTS - 1), st.integers(0, 2047))
runs = st.tuples(st.just("run"), st.sampled_from([VA, ALIAS]), st.integers(0, SLOTS - 1), st.integers(1, 8))


def patch_store(harts: list[TestHart], pa: int, word: int) -> None:
    harts[0].run("sh x4, 0(x5)", "sh x6, 2(x5)", x4=word & 0xFFFF, x6=word >> 16, x5=pa)


def patch_alias(harts: list[TestHart], pa: int, word: int) -> None:
    harts[0].access_as(S).run("sw x4, 0(x5)", x4=word, x5=ALIAS + pa - DATA)


def patch_dma(harts: list[TestHart], pa: int, word: int) -> None:
    harts[0].write(pa, word.to_bytes(4, "little"))


def patch_hart_1(harts: list[TestHart], pa: int, word: int) -> None:
    harts[1].run("sw x4, 0(x5)", x4=word, x5=pa)


def patch_misaligned(harts: list[TestHart], pa: int, word: int) -> None:
    """Eight bytes, of which the last four are what is there already."""
    data = word | int.from_bytes(harts[0].read(pa + 4, 4), "little") << 32
    harts[0].run("sd x4, 0(x5)", x4=data, x5=pa)


PATCHES: dict[str, Callable[[list[TestHart], int, int], None]] = {
    "store": patch_store, "alias": patch_alias, "dma": patch_dma, "hart 1": patch_hart_1,
    "misaligned": patch_misaligned,
}  # fmt: skip


@pytest.fixture(scope="module", params=[{}, {"tlb_entries": 8, "arena_bytes": 1 << 16}], ids=["large", "small"])
def harts(request: Any) -> list[TestHart]:
    first = make_hart(harts=2, **request.param)
    for va in (VA, ALIAS):
        first.map_page(va, DATA, RWX)
        first.map_page(va + 0x1000, DATA + 0x1000, RWX)
    return [first, TestHart(first.machine, 1)]


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.one_of(patches, runs, runs), min_size=10, max_size=40))
def test_histories_of_patches_and_runs(harts: list[TestHart], history: list[Any]) -> None:
    """Slot k is `addi x3, x3, imm`: the sum over a run tells which instructions it executed."""
    hart = harts[0]
    immediates = list(range(SLOTS))
    hart.write(DATA + BASE, b"".join(encode(f"addi x3, x3, {k}").to_bytes(4, "little") for k in immediates) + bytes(8))
    for kind, how, slot, value in history:
        hart.priv = M
        hart.csr["mstatus"] = MSTATUS_FS_DIRTY
        if kind == "patch":
            PATCHES[how](harts, DATA + BASE + 4 * slot, encode(f"addi x3, x3, {value}"))
            immediates[slot] = value
        else:
            count = min(value, SLOTS - slot)
            hart.x[3] = 0
            assert run_at(hart, how + BASE + 4 * slot, count, S) == sum(immediates[slot : slot + count])
            assert hart.pc != HANDLER


# However a run is cut, it is the sum of its steps

program = st.lists(
    st.one_of(
        st.sampled_from(["addi x3, x3, 1", "c.addi x3, 3", "fence.i", "ecall", "beq x3, x0, .+8", "bne x3, x0, .+6"]),
        st.builds("s{} x{}, {}(x5)".format, st.sampled_from("bhwd"), st.integers(6, 9), st.integers(-8, 200)),
        st.builds("amoswap.w x10, x{}, (x11)".format, st.integers(6, 9)),
    ),
    min_size=4, max_size=40,
)  # fmt: skip


def started(code: list[str], at: int, registers: list[int]) -> TestHart:
    """A fresh hart about to run a program that stores into itself; it begins anew where it ends or traps."""
    hart = make_hart(memory="4M")
    hart.csr["mtvec"] = DATA + at & ~3
    hart.put(*code, f"jal x0, .-{4 * len(code) + 4}", at=DATA + at)
    hart.set(x5=DATA + at, x11=DATA + at + 8 & ~3)
    for k, value in enumerate(registers):
        hart.x[6 + k] = value
    hart.pc = DATA + at
    return hart


words = st.sampled_from([encode("addi x3, x3, 5"), encode("c.addi x3, 7"), encode("c.nop") * 0x1_0001, NOP, li(0), 0])


@settings(deadline=None, max_examples=80)
@given(code=program, at=st.sampled_from([0x100, 0x13C, 0xFF0, 0xFEE]),
       registers=st.lists(words, min_size=4, max_size=4),
       cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_a_cut_run_ends_as_an_uncut_one(code: list[str], at: int, registers: list[int], cuts: list[int]) -> None:
    ends = []
    for parts in (cuts, [sum(cuts)], [1] * sum(cuts)):
        hart = started(code, at, registers)
        for cycles in parts:
            hart.step(cycles)
        assert hart.machine.cycle == sum(cuts)
        ends.append((hart.machine._core.hart_state(0), hart.read(DATA, 0x3000)))
    assert ends[0] == ends[1] == ends[2]
