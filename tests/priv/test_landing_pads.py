"""Zicfilp: which jumps expect a landing pad, what is one, and what traps and their returns make of that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import CODE, DATA, HANDLER, MSTATUS_FS_DIRTY, PTE_A, PTE_R, PTE_V, PTE_X, TestHart, Trap, make_hart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rvemu.isa.causes import Cause

U, S, M = 0, 1, 3
MODES = {"U": U, "S": S, "M": M}
LPE, MLPE = 1 << 2, 1 << 10
SPELP, MPELP, SPIE, MPIE = 1 << 23, 1 << 41, 1 << 5, 1 << 7
SPP_SHIFT, MPP_SHIFT = 8, 11
NOP, C_NOP, C_EBREAK, LPAD = 0x13, 0x0001, 0x9002, 0x17
TARGET = CODE + 0x100
S_HANDLER = 0x8000_E000
NEVER_EXPECT = (1, 5, 7)
"""The registers through which a jump is a return, a semantically direct call, or guarded by software."""

FAULT = Trap(Cause.SOFTWARE_CHECK, 2)


def lpad(label: int) -> int:
    """Return `lpad label`: auipc with rd = x0."""
    return label << 12 | LPAD


def jalr(rd: int, rs1: int) -> int:
    return rs1 << 15 | rd << 7 | 0x67


def c_jr(rs1: int) -> int:
    return 0x8002 | rs1 << 7


def c_jalr(rs1: int) -> int:
    return 0x9002 | rs1 << 7


def enable(hart: TestHart, *modes: int) -> None:
    """Let landing pads be enabled in these modes and no other."""
    hart.csr["mseccfg"] = MLPE * (M in modes)
    hart.csr["menvcfg"] = LPE * (S in modes)
    hart.csr["senvcfg"] = LPE * (U in modes)


@pytest.fixture
def guarded(hart: TestHart) -> TestHart:
    """A hart with landing pads enabled in every mode, whose S- and U-mode may access all memory."""
    hart.open_pmp()
    hart.csr["stvec"] = S_HANDLER
    enable(hart, U, S, M)
    return hart


def jump(hart: TestHart, code: int = jalr(0, 6), target: int = TARGET, mode: int = M, **registers: int) -> None:
    """Run a jump, by default through x6, to `target` in a mode."""
    hart.priv = mode
    hart.run(code, **{f"x{n}": target for n in range(1, 32)} | registers)
    assert (hart.pc, hart.priv) == (target, mode)


def expected(hart: TestHart, mode: int = M, target: int = TARGET) -> bool:
    """Tell whether a landing pad is expected at the target, by running a nop there."""
    hart.put(NOP, at=target)
    hart.step()
    if hart.pc == target + 4:
        return False
    assert hart.trapped() == FAULT
    assert (hart.csr["mepc"], hart.csr["mstatus"] >> MPP_SHIFT & 3) == (target, mode)
    assert hart.csr["mstatus"] & MPELP
    return True


# Which jumps


@pytest.mark.parametrize("rs1", range(1, 32))
def test_an_indirect_jump_or_call_expects_one_by_its_base_register(guarded: TestHart, rs1: int) -> None:
    for code in (jalr(0, rs1), jalr(1, rs1), jalr(5, rs1), jalr(10, rs1), jalr(rs1, rs1), c_jr(rs1), c_jalr(rs1)):
        jump(guarded, code)
        assert expected(guarded) == (rs1 not in NEVER_EXPECT), hex(code)


def test_a_jump_through_x0_expects_one_but_the_fetch_fails_first(guarded: TestHart) -> None:
    jump(guarded, jalr(0, 0) | 16 << 20, target=16)
    guarded.step()
    assert guarded.trapped() == Trap(Cause.INSTRUCTION_ACCESS_FAULT, 16)
    assert guarded.csr["mstatus"] & MPELP


@pytest.mark.parametrize("code", ["jal x0, .+256", "jal x1, .+256", "c.j .+256", "beq x1, x1, .+256"])
def test_a_direct_jump_or_a_branch_expects_none(guarded: TestHart, code: str) -> None:
    guarded.run(code)
    assert guarded.pc == TARGET
    assert not expected(guarded)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("enabled", [(), (U,), (S,), (M,), (U, S), (U, M), (S, M), (U, S, M)])
def test_each_mode_is_enabled_by_its_own_bit(guarded: TestHart, mode: str, enabled: tuple[int, ...]) -> None:
    enable(guarded, *enabled)
    jump(guarded, mode=MODES[mode])
    assert expected(guarded, MODES[mode]) == (MODES[mode] in enabled)


def test_code_runs_as_the_bit_says_however_often_it_changes(guarded: TestHart) -> None:
    for enabled in (True, False, True, True, False):
        enable(guarded, *((M,) if enabled else ()))
        jump(guarded)
        assert expected(guarded) == enabled


def test_without_c_a_misaligned_target_traps_at_the_jump_and_expects_nothing() -> None:
    hart = make_hart(isa="rv64ima_zicsr_zicfilp")
    enable(hart, M)
    assert hart.trap1(jalr(3, 6), x6=TARGET + 2, x3=1) == Trap(Cause.INSTRUCTION_ADDRESS_MISALIGNED, TARGET + 2)
    assert hart.x[3] == 1
    assert hart.csr["mstatus"] & MPELP == 0
    jump(hart)
    assert expected(hart)


# What a landing pad is

labels = st.sampled_from((0, 1, 0x12345, 0x80000, 0xFFFFF)) | st.integers(0, 0xFFFFF)
low_bits = st.sampled_from((0, 0xFFF)) | st.integers(0, 0xFFF)
high_bits = st.sampled_from((0, 0xFFFF_FFFF)) | st.integers(0, 0xFFFF_FFFF)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=labels, wanted=labels, same=st.booleans(), low=low_bits, high=high_bits, half=st.booleans())
def test_the_label_is_zero_or_that_of_x7_and_the_address_a_multiple_of_4(
    guarded: TestHart, label: int, wanted: int, same: bool, low: int, high: int, half: bool
) -> None:
    wanted = label if same else wanted
    target = TARGET + 2 * half
    guarded.put(lpad(label), NOP, at=target)
    jump(guarded, target=target, x7=high << 32 | wanted << 12 | low)
    guarded.step()
    if not half and label in (0, wanted):
        assert guarded.pc == target + 4
        guarded.step()
        assert guarded.pc == target + 8                     # none is expected any more
    else:
        assert guarded.trapped() == FAULT
        assert guarded.csr["mepc"] == target


@pytest.mark.parametrize("word", [
    NOP, C_NOP, C_EBREAK, 0x0000, 0xFFFF_FFFF, 0x1234_5097, 0x0000_0037, 0x0000_0073, jalr(0, 6), 0x0000_100F,
    0x0020_81D3,                                            # an addition, while mstatus.FS is Off
])  # fmt: skip
def test_anything_else_is_a_software_check_even_where_it_is_illegal(guarded: TestHart, word: int) -> None:
    guarded.csr["mstatus"] = 0
    guarded.put(word, at=TARGET)
    jump(guarded)
    guarded.step()
    assert guarded.trapped() == FAULT


def test_a_breakpoint_at_the_target_comes_first(guarded: TestHart) -> None:
    guarded.set(tdata2=TARGET, tdata1=6 << 60 | 1 << 3 | 1 << 2)            # mcontrol6: execute, in U-mode
    jump(guarded, mode=U)
    guarded.step()
    assert guarded.trapped() == Trap(Cause.BREAKPOINT, TARGET)
    assert guarded.csr["mstatus"] & MPELP


@pytest.mark.parametrize("enabled", [False, True])
def test_a_landing_pad_that_is_not_expected_does_nothing(guarded: TestHart, enabled: bool) -> None:
    enable(guarded, *((M,) if enabled else ()))
    before = {f"x{n}": n << 12 for n in range(1, 32)}
    guarded.run(C_NOP, lpad(5), lpad(0), lpad(0xFFFFF), **before)
    assert guarded.pc == CODE + 14
    assert list(guarded.x) == [0, *before.values()]


def test_a_landing_pad_across_two_pages_is_misaligned(guarded: TestHart) -> None:
    guarded.put(lpad(0), at=CODE + 0x1FFE)
    jump(guarded, target=CODE + 0x1FFE)
    guarded.step()
    assert guarded.trapped() == FAULT


# Traps


@pytest.mark.parametrize("flags", [0, PTE_V | PTE_R | PTE_A])
def test_a_page_fault_of_the_fetch_comes_first(guarded: TestHart, flags: int) -> None:
    guarded.map_page(0x4000_0000, DATA, flags)
    guarded.map_page(CODE, CODE, PTE_V | PTE_R | PTE_X | PTE_A)
    jump(guarded, mode=S, target=0x4000_0000)
    guarded.step()
    assert guarded.trapped() == Trap(Cause.INSTRUCTION_PAGE_FAULT, 0x4000_0000)
    assert guarded.csr["mstatus"] & MPELP


def test_a_fault_of_the_second_half_of_the_fetch_comes_first(guarded: TestHart) -> None:
    guarded.write(0x80FF_FFFE, LPAD.to_bytes(2, "little"))  # the last two bytes of RAM
    jump(guarded, target=0x80FF_FFFE)
    guarded.step()
    assert guarded.trapped() == Trap(Cause.INSTRUCTION_ACCESS_FAULT, 0x8100_0000)


@pytest.mark.parametrize("mode", [U, S])
@pytest.mark.parametrize("to_supervisor", [False, True])
def test_a_trap_stacks_what_was_expected(guarded: TestHart, mode: int, to_supervisor: bool) -> None:
    guarded.csr["medeleg"] = to_supervisor << Cause.SOFTWARE_CHECK
    for expecting in (True, False):
        guarded.csr["mstatus"] = 0 if expecting else SPELP | MPELP
        guarded.put(NOP if expecting else 0x0000_0073, at=TARGET)
        if not expecting:
            guarded.csr["medeleg"] = to_supervisor * (1 << Cause.ENVIRONMENT_CALL_FROM_U_MODE
                                                      | 1 << Cause.ENVIRONMENT_CALL_FROM_S_MODE)  # fmt: skip
        jump(guarded, jalr(0, 6) if expecting else jalr(0, 7), mode=mode)
        guarded.step()
        stacked = guarded.csr["mstatus"] & (SPELP | MPELP)
        other = 0 if expecting else (MPELP if to_supervisor else SPELP)
        assert (guarded.pc, guarded.priv) == ((S_HANDLER, S) if to_supervisor else (HANDLER, M))
        assert stacked == expecting * (SPELP if to_supervisor else MPELP) | other
        assert guarded.csr["sstatus"] & SPELP == stacked & SPELP
        if expecting:
            assert guarded.csr["stval" if to_supervisor else "mtval"] == 2


def test_an_interrupt_between_jump_and_target_puts_the_expectation_off(guarded: TestHart) -> None:
    guarded.put(NOP, "mret", at=HANDLER)
    guarded.csr["mie"] = 0x2
    jump(guarded)
    guarded.set(mip=0x2, mstatus=1 << 3)
    guarded.step()
    assert guarded.pc == HANDLER + 4                        # the handler needs no landing pad
    assert guarded.csr["mstatus"] & MPELP
    guarded.csr["mie"] = 0
    guarded.step()
    assert guarded.pc == TARGET
    assert guarded.csr["mstatus"] & MPELP == 0
    assert expected(guarded)


@pytest.mark.parametrize("pelp", [0, 1])
@pytest.mark.parametrize("enabled", [False, True])
@pytest.mark.parametrize(("code", "frm", "to"), [
    ("mret", M, M), ("mret", M, S), ("mret", M, U), ("sret", S, S), ("sret", S, U), ("sret", M, S), ("sret", M, U),
])  # fmt: skip
def test_a_return_expects_what_was_stacked_where_that_mode_is_enabled(
    guarded: TestHart, code: str, frm: int, to: int, enabled: bool, pelp: int
) -> None:
    enable(guarded, *({U, S, M} - {to}), *((to,) if enabled else ()))
    mine, other = (MPELP, SPELP) if code == "mret" else (SPELP, MPELP)
    guarded.set(mepc=TARGET, sepc=TARGET)
    guarded.csr["mstatus"] = MSTATUS_FS_DIRTY | to << (MPP_SHIFT if code == "mret" else SPP_SHIFT) | mine * pelp | other
    guarded.priv = frm
    guarded.run(code)
    assert (guarded.pc, guarded.priv) == (TARGET, to)
    assert guarded.csr["mstatus"] & (MPELP | SPELP) == other
    guarded.csr["mstatus"] = 0
    assert expected(guarded, to) == bool(pelp and enabled)


def test_reset_expects_nothing(guarded: TestHart) -> None:
    jump(guarded)
    guarded.reset()
    enable(guarded, M)
    guarded.put(NOP)
    guarded.pc = CODE
    guarded.step()
    assert guarded.pc == CODE + 4


# State


def test_the_expectation_is_state_of_the_hart(guarded: TestHart) -> None:
    core, hashes = guarded.machine._core, []
    for code in (jalr(0, 7), jalr(0, 6)):
        guarded.put(jalr(0, 6))
        jump(guarded, code)
        guarded.put(NOP)
        core.cycle = 0
        guarded.csr["minstret"] = guarded.csr["mcycle"] = 0
        hashes.append(guarded.machine.state_hash())
    assert hashes[0] != hashes[1]
    state = core.hart_state(0)
    assert expected(guarded)
    core.set_hart_state(0, state)
    guarded.priv = M
    assert expected(guarded)


CALLS = (
    "addi x9, x9, 1", jalr(1, 6), "addi x8, x8, -1", "bne x8, x0, .-12", "ecall",
    lpad(0x777), "addi x10, x10, 3", lpad(0), jalr(0, 1),
)  # fmt: skip
"""Call what x6 points to, x8 times."""


def machines() -> Iterator[TestHart]:
    while True:
        hart = make_hart(tlb_entries=8)
        hart.put(*CALLS)
        enable(hart, M)
        hart.set(x6=CODE + 20, x7=0x0077_7FFF, x8=200)
        hart.pc = CODE
        yield hart


def test_stops_change_nothing() -> None:
    whole, stepped = (hart for hart, _ in zip(machines(), range(2), strict=False))
    whole.step(1200)
    assert (whole.x[8], whole.x[9], whole.x[10]) == (50, 150, 450)
    for length in (1, 2, 3, 5, 7, 11, 13) * 30:
        if stepped.machine.cycle + length <= 1200:
            stepped.step(length)
    stepped.step(1200 - stepped.machine.cycle)
    assert stepped.machine.state_hash() == whole.machine.state_hash()
