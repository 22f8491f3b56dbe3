"""What `why` says of hangs: each is planted, and must be named in one line."""

from __future__ import annotations

import struct
from pathlib import Path

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
    assert "\n" not in said


def test_a_trap_vector_that_cannot_be_fetched(hart: TestHart) -> None:
    said = told(hart, "ecall", mtvec=0x4000_0000)
    assert "a loop of traps" in said
    assert "the handler at mtvec (<0x40000000>) cannot be fetched: nothing answers at 0x40000000" in said
    assert f"hart 0: environment call from M-mode at <{CODE:#x}>; then" in said


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


def test_a_lock_that_another_hart_holds() -> None:
    hart = make_hart(harts=2)
    hart.write_word(DATA, 1)
    hart.put(WFI, at=CODE + 0x1000)
    hart.machine.harts[1].pc = CODE + 0x1000
    said = told(hart, "addi x5, x0, 1", "amoswap.w.aq x5, x5, (x6)", "bne x5, x0, -4", x6=DATA).splitlines()
    assert f"on a lock at <{DATA:#x}> = 1" in said[0]
    assert said[1].startswith("hart 1: waits in WFI at")


def test_each_of_four_harts_that_spin_elsewhere_is_told() -> None:
    hart = make_hart(harts=4)
    for number in range(4):
        at = CODE + 0x1000 * number
        hart.put("addi x5, x0, 1", "amoswap.w.aq x5, x5, (x6)", "bne x5, x0, -4", at=at)
        hart.write_word(DATA + 8 * number, 1)
        hart.machine.harts[number].pc, hart.machine.harts[number].x[6] = at, DATA + 8 * number
    said = why(hart.machine, describe, 40_000)
    assert [f"lock at <{DATA + 8 * number:#x}> = 1" in said[number] for number in range(4)] == [True] * 4


def test_all_harts_parked() -> None:
    hart = make_hart(harts=2)
    hart.machine.harts[1].pc = CODE
    said = told(hart, WFI, "jal x0, -4")
    assert said.startswith("harts 0, 1: waits in WFI")
    assert "every hart waits, and no timer or device will ever wake one" in said


def test_no_trap_vector_in_s_mode(hart: TestHart) -> None:
    hart.open_pmp()
    hart.csr["medeleg"] = 0xB1FF
    hart.put(0, at=CODE + 0x100)
    said = told(hart, *TO_S, "csrrw x0, mepc, x6", MRET, x6=CODE + 0x100)
    assert f"illegal instruction in S-mode at <{CODE + 0x100:#x}>" in said
    assert "the handler at stvec (0, no handler was set) cannot be fetched: nothing answers at 0x0" in said
    assert "\n" not in said


def test_a_timer_that_was_never_set(hart: TestHart) -> None:
    said = told(hart, WFI, mie=1 << 7)
    assert "MTI would wake it (mtimecmp never set)" in said
    assert "no timer or device will ever wake one" in said


def test_a_supervisor_timer_that_was_never_set(hart: TestHart) -> None:
    hart.csr["menvcfg"] = 1 << 63
    hart.csr["stimecmp"] = (1 << 64) - 1
    assert "STI would wake it (stimecmp never set)" in told(hart, WFI, mie=1 << 5)


def plic_for_uart(hart: TestHart) -> None:
    for offset, value in ((4 * 10, 1), (0x2000, 1 << 10)):
        hart.machine.bus.write(0xC00_0000 + offset, 4, value)
    hart.machine.bus.write(0x1000_0001, 1, 2)


def test_an_interrupt_that_nobody_acknowledges_at_the_device(hart: TestHart) -> None:
    plic_for_uart(hart)
    hart.put("lw x8, 4(x7)", "sw x8, 4(x7)", MRET, at=HANDLER)
    said = told(hart, "csrrsi x0, mstatus, 8", "jal x0, 0", x7=0xC20_0000, mie=1 << 11)
    assert "an interrupt storm: machine external interrupt" in said
    assert "uart (source 10) keeps its line high, as nobody acknowledges it there" in said


def test_an_interrupt_that_nobody_claims(hart: TestHart) -> None:
    plic_for_uart(hart)
    hart.put(MRET, at=HANDLER)
    assert "uart (source 10) keeps its line high" in told(hart, "csrrsi x0, mstatus, 8", "jal x0, 0", mie=1 << 11)


def test_a_timer_interrupt_that_is_never_set_anew(hart: TestHart) -> None:
    hart.machine.bus.write(0x200_4000, 8, 50)
    hart.put(MRET, at=HANDLER)
    said = told(hart, "csrrsi x0, mstatus, 8", "jal x0, 0", mie=1 << 7)
    assert "machine timer interrupt" in said
    assert "the handler does not set the timer anew: mtimecmp 0.000005 s, past for" in said


def disk(tmp_path: Path, notify: bool) -> TestHart:
    """Return a hart whose disk has one request, with an interrupt to M-mode when it is done."""
    image = tmp_path / "disk"
    image.write_bytes(bytes(8192))
    hart = make_hart(drives=[str(image)])
    bus, base = hart.machine.bus, 0x1000_1000
    steps = ((0x70, 3), (0x24, 1), (0x20, 1), (0x70, 11), (0x38, 8), (0x80, DATA), (0x90, DATA + 0x1000),
             (0xA0, DATA + 0x2000), (0x44, 1), (0x70, 15))  # fmt: skip
    for offset, value in steps:
        bus.write(base + offset, 4, value)
    bus.write(0xC00_0004, 4, 1)
    bus.write(0xC00_2000, 4, 2)
    hart.write(DATA, struct.pack("<QIHHQIHH", DATA + 0x3000, 16, 1, 1, DATA + 0x3100, 1, 2, 0))
    hart.write(DATA + 0x1000, struct.pack("<HHH", 0, 1, 0))
    if notify:
        bus.write(base + 0x50, 4, 0)
    return hart


POLL = ("lw x5, 0(x6)", "beq x5, x0, -4")


def test_a_driver_that_waits_with_interrupts_disabled(tmp_path: Path) -> None:
    said = told(disk(tmp_path, notify=True), *POLL, x6=DATA + 0x5000, mie=1 << 11)
    assert f"spins at <{CODE:#x}> (2 instructions) on what is in memory at <{DATA + 0x5000:#x}>" in said
    assert "MEI is pending (from virtio0), but it goes to M-mode, where the hart is, and mstatus.MIE is 0" in said


def test_a_driver_that_never_notified_the_device(tmp_path: Path) -> None:
    said = told(disk(tmp_path, notify=False), *POLL, x6=DATA + 0x2002)
    assert "virtio0: 1 request in queue 0 that the device was not notified of" in said


def test_a_ring_that_breaks_the_rules(tmp_path: Path) -> None:
    hart = disk(tmp_path, notify=False)
    hart.write(DATA + 0x1000, struct.pack("<HHH", 0, 99, 0))
    hart.machine.bus.write(0x1000_1050, 4, 0)
    assert "virtio0: the driver broke the rules of its rings" in told(hart, WFI)


def test_a_loop_through_memory_is_progress(hart: TestHart) -> None:
    code = ("ld x5, 0(x6)", "addi x6, x6, 8", "bltu x6, x7, -8")
    assert told(hart, *code, x6=DATA, x7=DATA + 0x8_0000).startswith("it makes progress")


def test_an_idle_machine_says_so(hart: TestHart) -> None:
    hart.machine.bus.write(0x200_4000, 8, 10_000)
    said = told(hart, WFI, mie=1 << 7)
    assert "MTI would wake it (mtimecmp 0.001000 s, in" in said
    assert said.endswith("the machine is idle: every hart waits")


def test_a_payload_that_was_not_loaded(hart: TestHart) -> None:
    hart.open_pmp()
    hart.csr["medeleg"] = 0xB1FF
    hart.csr["stvec"] = CODE + 0x200
    said = told(hart, *TO_S, "csrrw x0, mepc, x6", MRET, x6=CODE + 0x200)
    assert f"the handler at stvec (<{CODE + 0x200:#x}>) traps at once: illegal instruction in S-mode" in said
    assert "memory is zero there, nothing was loaded" in said


def test_a_long_loop_that_polls_a_device(hart: TestHart) -> None:
    work = [f"addi x{10 + k % 8}, x0, {k}" for k in range(100)]
    said = told(hart, "lbu x5, 5(x6)", *work, f"jal x0, {-4 * (len(work) + 1)}", x6=0x1000_0000)
    assert f"goes round 102 instructions, polling uart at 0x10000005, by the load at <{CODE:#x}>" in said


def test_a_loop_that_fills_memory_is_progress(hart: TestHart) -> None:
    code = ("sb x5, 0(x6)", "addi x6, x6, 1", "bltu x6, x7, -8")
    assert told(hart, *code, x6=DATA, x7=DATA + 0x8_0000).startswith("it makes progress")


def test_an_interrupt_that_is_claimed_and_never_completed(hart: TestHart) -> None:
    plic_for_uart(hart)
    said = told(hart, "lw x8, 4(x7)", "jal x0, 0", x7=0xC20_0000)
    assert "uart (source 10): its interrupt is claimed, and not completed: no further request until it is" in said


def test_a_delay_by_the_time_csr(hart: TestHart) -> None:
    said = told(hart, "csrrs x5, time, x0", "bltu x5, x6, -4", x6=(1 << 64) - 1)
    assert said == f"hart 0: spins at <{CODE:#x}> (2 instructions) until a time has come"
