"""What `why` says of hangs: each is planted, and must be named in one line."""

from __future__ import annotations

import pytest
from harness import CODE, DATA, HANDLER, TestHart, make_hart

from rvemu.debug.why import why

WFI, MRET = 0x1050_0073, 0x3020_0073
TO_S = ("addi x5, x0, 1", "slli x5, x5, 11", "csrrs x0, mstatus, x5")
"""mstatus.MPP = S, where it was U."""


def describe(address: int, hart: int) -> str:
    return f"<{address:#x}>"


@pytest.fixture
def hart() -> TestHart:
    hart = make_hart()
    hart.put("jal x0, 0", at=HANDLER)
    return hart


def told(hart: TestHart, *code: str | int, **registers: int) -> str:
    hart.put(*code)
    hart.set(**registers)
    hart.pc = CODE
    return "\n".join(why(hart.machine, describe, 20_000))


@pytest.mark.parametrize("handler", [0, HANDLER])
def test_mret_to_s_mode_without_pmp(hart: TestHart, handler: int) -> None:
    said = told(hart, *TO_S, "csrrw x0, mepc, x6", MRET, x6=CODE + 0x100, mtvec=handler)
    assert "S-mode fetch denied: no PMP entry matches" in said


def test_a_trap_vector_that_cannot_be_fetched(hart: TestHart) -> None:
    said = told(hart, "ecall", mtvec=0x4000_0000)
    assert "a loop of traps" in said
    assert "instruction access fault in M-mode at <0x40000000>" in said
    assert "nothing answers at 0x40000000" in said
    assert "it began with environment call from M-mode" in said


def test_an_illegal_instruction_over_and_over(hart: TestHart) -> None:
    hart.put(MRET, at=HANDLER)
    said = told(hart, 0)
    assert f"illegal instruction in M-mode at <{CODE:#x}>" in said


def test_wfi_with_nothing_enabled(hart: TestHart) -> None:
    assert "waits in WFI" in (said := told(hart, WFI))
    assert "no interrupt is enabled in mie" in said


def test_wfi_for_an_interrupt_that_no_source_sends(hart: TestHart) -> None:
    said = told(hart, WFI, mie=1 << 11)
    assert "MEI would wake it, but the PLIC has no source enabled" in said


def test_a_lock_that_is_never_released(hart: TestHart) -> None:
    hart.write_word(DATA, 1)
    said = told(hart, "addi x5, x0, 1", "amoswap.w.aq x5, x5, (x6)", "bne x5, x0, -4", x6=DATA)
    assert f"on a lock at <{DATA:#x}> = 1" in said


def test_polling_a_device(hart: TestHart) -> None:
    said = told(hart, "lbu x5, 5(x6)", "andi x5, x5, 1", "beq x5, x0, -8", x6=0x1000_0000)
    assert "polling uart at 0x10000005" in said


def test_waiting_for_memory(hart: TestHart) -> None:
    said = told(hart, "ld x5, 8(x6)", "beq x5, x0, -4", x6=DATA)
    assert f"on what is in memory at <{DATA + 8:#x}>" in said


def test_a_loop_that_waits_for_nothing(hart: TestHart) -> None:
    assert "waits for nothing" in told(hart, "jal x0, 0")


def test_progress_is_no_hang(hart: TestHart) -> None:
    code = [f"addi x{1 + k % 8}, x{1 + k % 8}, {k}" for k in range(200)]
    assert told(hart, *code, f"jal x0, {-4 * len(code)}").startswith("it makes progress")
