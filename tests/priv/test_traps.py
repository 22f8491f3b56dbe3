"""Traps: what each exception and interrupt leaves in the CSRs, where it goes, and how the hart comes back."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from harness import (
    CODE,
    DATA,
    HANDLER,
    MSTATUS_FS_DIRTY,
    PTE_A,
    PTE_D,
    PTE_R,
    PTE_U,
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

from rvemu.isa.causes import Cause, Interrupt

U, S, M = 0, 1, 3
MODES = (U, S, M)
INTERRUPT = 1 << 63
SIE, MIE, SPIE, MPIE, SPP = 1 << 1, 1 << 3, 1 << 5, 1 << 7, 1 << 8
MPP_SHIFT, MPP, MPRV, TVM, TW, TSR = 11, 3 << 11, 1 << 17, 1 << 20, 1 << 21, 1 << 22
STCE = 1 << 63
S_HANDLER = 0x8000_E000
NOP = 0x13
HOLE = 0x4000_0000
"""An address where nothing answers."""

STACKED = SIE | MIE | SPIE | MPIE | SPP


@pytest.fixture
def open_hart(hart: TestHart) -> TestHart:
    """A hart whose S- and U-mode may access all memory, with a handler in S-mode."""
    hart.open_pmp()
    hart.csr["stvec"] = S_HANDLER
    return hart


class Fault(NamedTuple):
    """An instruction that raises `cause`, with the registers it needs."""

    code: str | int
    cause: Cause
    tval: int
    x1: int = 0


FAULTS = {
    "illegal": Fault(0xFFFF_FFFF, Cause.ILLEGAL_INSTRUCTION, 0xFFFF_FFFF),
    "illegal with the low bits only set": Fault(0x0000_707F, Cause.ILLEGAL_INSTRUCTION, 0x0000_707F),
    "illegal compressed zero": Fault(0x0000, Cause.ILLEGAL_INSTRUCTION, 0),
    "illegal compressed": Fault(0x9000, Cause.ILLEGAL_INSTRUCTION, 0x9000),
    "absent csr": Fault(encode("csrrw x3, 2047, x1"), Cause.ILLEGAL_INSTRUCTION, encode("csrrw x3, 2047, x1")),
    "longer than 32 bits": Fault(0x1234_001F, Cause.ILLEGAL_INSTRUCTION, 0x1234_001F),
    "ebreak": Fault("ebreak", Cause.BREAKPOINT, CODE),
    "c.ebreak": Fault("c.ebreak", Cause.BREAKPOINT, CODE),
    "load access fault": Fault("ld x3, 8(x1)", Cause.LOAD_ACCESS_FAULT, HOLE + 8, HOLE),
    "misaligned load access fault": Fault("ld x3, 1(x1)", Cause.LOAD_ACCESS_FAULT, HOLE + 1, HOLE),
    "store access fault": Fault("sw x3, -8(x1)", Cause.STORE_AMO_ACCESS_FAULT, HOLE - 8, HOLE),
    "misaligned store access fault": Fault("sd x3, 4(x1)", Cause.STORE_AMO_ACCESS_FAULT, HOLE + 4, HOLE),
    "store to ROM": Fault("sb x3, 0(x1)", Cause.STORE_AMO_ACCESS_FAULT, 0x1000, 0x1000),
    "amo access fault": Fault("amoadd.d x3, x1, (x1)", Cause.STORE_AMO_ACCESS_FAULT, HOLE, HOLE),
    "amo to a device": Fault("amoadd.w x3, x1, (x1)", Cause.STORE_AMO_ACCESS_FAULT, 0x200_0000, 0x200_0000),
    "amo to ROM": Fault("amoor.w x3, x0, (x1)", Cause.STORE_AMO_ACCESS_FAULT, 0x1000, 0x1000),
    "amocas.q to a device": Fault("amocas.q x2, x4, (x1)", Cause.STORE_AMO_ACCESS_FAULT, 0x200_0000, 0x200_0000),
    "amocas.q to ROM": Fault("amocas.q x2, x4, (x1)", Cause.STORE_AMO_ACCESS_FAULT, 0x1000, 0x1000),
    "lr access fault": Fault("lr.w x3, (x1)", Cause.LOAD_ACCESS_FAULT, HOLE, HOLE),
    "lr from a device": Fault("lr.w x3, (x1)", Cause.LOAD_ACCESS_FAULT, 0x200_0000, 0x200_0000),
    "sc access fault": Fault("sc.w x3, x1, (x1)", Cause.STORE_AMO_ACCESS_FAULT, HOLE, HOLE),
    "amo misaligned": Fault("amoswap.d x3, x1, (x1)", Cause.STORE_AMO_ADDRESS_MISALIGNED, DATA + 12, DATA + 12),
    "amo misaligned word": Fault("amomax.w x3, x1, (x1)", Cause.STORE_AMO_ADDRESS_MISALIGNED, DATA + 14, DATA + 14),
    "sc misaligned": Fault("sc.d x3, x1, (x1)", Cause.STORE_AMO_ADDRESS_MISALIGNED, DATA + 4, DATA + 4),
    "lr misaligned": Fault("lr.d x3, (x1)", Cause.LOAD_ADDRESS_MISALIGNED, DATA + 4, DATA + 4),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_exception_to_machine_mode(open_hart: TestHart, fault: Fault, mode: int) -> None:
    hart = open_hart
    hart.priv = mode
    hart.set(sepc=0x5555_5554, scause=0x55, stval=0x555)
    hart.x[3] = 0x3333
    assert hart.trap1(fault.code, x1=fault.x1) == Trap(fault.cause, fault.tval)
    assert hart.csr["mepc"] == CODE
    assert hart.csr["mstatus"] >> MPP_SHIFT & 3 == mode
    assert hart.x[3] == 0x3333
    assert (hart.csr["sepc"], hart.csr["scause"], hart.csr["stval"]) == (0x5555_5554, 0x55, 0x555)


@pytest.mark.parametrize("mode", [U, S])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_exception_delegated_to_supervisor_mode(open_hart: TestHart, fault: Fault, mode: int) -> None:
    hart = open_hart
    hart.priv = mode
    hart.set(medeleg=1 << fault.cause, mepc=0x5555_5554, mcause=0x55, mtval=0x555)
    before = hart.csr["mstatus"]
    hart.run(fault.code, x1=fault.x1)
    assert (hart.pc, hart.priv) == (S_HANDLER, S)
    assert (hart.csr["sepc"], hart.csr["scause"], hart.csr["stval"]) == (CODE, fault.cause, fault.tval)
    assert (hart.csr["mepc"], hart.csr["mcause"], hart.csr["mtval"]) == (0x5555_5554, 0x55, 0x555)
    assert hart.csr["mstatus"] & ~STACKED == before & ~STACKED


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_all_the_other_bits_of_medeleg_delegate_does_not_go_to_supervisor_mode(open_hart: TestHart,
                                                                                  fault: Fault) -> None:
    hart = open_hart
    hart.priv = U
    hart.csr["medeleg"] = ~(1 << fault.cause)
    assert hart.trap1(fault.code, x1=fault.x1) == Trap(fault.cause, fault.tval)


def test_machine_mode_never_traps_to_supervisor_mode(open_hart: TestHart) -> None:
    open_hart.csr["medeleg"] = ~0
    for fault in FAULTS.values():
        assert open_hart.trap1(fault.code, x1=fault.x1) == Trap(fault.cause, fault.tval)


@pytest.mark.parametrize(("mode", "cause"), [(U, 8), (S, 9), (M, 11)])
def test_ecall_tells_where_it_comes_from(open_hart: TestHart, mode: int, cause: int) -> None:
    hart = open_hart
    hart.priv = mode
    assert hart.trap1("ecall") == Trap(cause, 0)
    hart.csr["medeleg"] = ~0
    hart.priv = mode
    hart.run("ecall")
    assert hart.priv == (M if mode == M else S)
    assert hart.csr["mcause" if mode == M else "scause"] == cause
    assert hart.csr["mepc" if mode == M else "sepc"] == CODE


# Fetches


@pytest.mark.parametrize("pc", [HOLE, 0x200_0000, 0x80FF_FFFE + 2])
def test_fetch_access_fault(hart: TestHart, pc: int) -> None:
    assert hart.step_at(pc) == Trap(Cause.INSTRUCTION_ACCESS_FAULT, pc)
    assert hart.csr["mepc"] == pc


def test_a_jump_into_nothing_faults_at_its_target(hart: TestHart) -> None:
    hart.run("jalr x1, 0(x2)", x2=HOLE)
    assert (hart.pc, hart.x[1]) == (HOLE, CODE + 4)
    hart.step()
    assert hart.trapped() == Trap(Cause.INSTRUCTION_ACCESS_FAULT, HOLE)


def test_the_rom_can_be_fetched_from(hart: TestHart) -> None:
    hart.machine._rom[:4] = encode("addi x3, x0, 7").to_bytes(4, "little")
    assert hart.step_at(0x1000) is None
    assert hart.x[3] == 7


def fetchable(hart: TestHart, va: int, pa: int, flags: int = PTE_V | PTE_R | PTE_X | PTE_A) -> int:
    return hart.map_page(va, pa, flags)


@pytest.mark.parametrize("compressed", [False, True])
def test_fetch_page_fault_in_the_second_half(hart: TestHart, compressed: bool) -> None:
    fetchable(hart, 0x4000, DATA)
    hart.put("c.addi x3, 1" if compressed else "addi x3, x3, 1", at=DATA + 0xFFE)
    trap = hart.step_at(0x4FFE, S)
    if compressed:
        assert trap is None
        assert (hart.x[3], hart.pc) == (1, 0x5000)
        assert hart.step_at(0x5000, S) == Trap(Cause.INSTRUCTION_PAGE_FAULT, 0x5000)
    else:
        assert trap == Trap(Cause.INSTRUCTION_PAGE_FAULT, 0x5000)
        assert (hart.csr["mepc"], hart.x[3]) == (0x4FFE, 0)


def test_fetch_access_fault_in_the_second_half(hart: TestHart) -> None:
    fetchable(hart, 0x4000, DATA)
    fetchable(hart, 0x5000, HOLE)
    hart.put("addi x3, x3, 1", at=DATA + 0xFFE)
    assert hart.step_at(0x4FFE, S) == Trap(Cause.INSTRUCTION_ACCESS_FAULT, 0x5000)
    assert hart.csr["mepc"] == 0x4FFE


def test_fetch_past_the_end_of_ram_in_the_second_half(hart: TestHart) -> None:
    hart.put(0x13, at=0x80FF_FFF8)
    hart.write(0x80FF_FFFE, b"\x13\x00")
    assert hart.step_at(0x80FF_FFFE) == Trap(Cause.INSTRUCTION_ACCESS_FAULT, 0x8100_0000)
    assert hart.csr["mepc"] == 0x80FF_FFFE


def test_an_illegal_instruction_across_pages_has_all_its_bits_in_xtval(hart: TestHart) -> None:
    fetchable(hart, 0x4000, DATA)
    fetchable(hart, 0x5000, DATA + 0x8000)
    hart.write(DATA + 0xFFE, b"\x7f\x70")
    hart.write(DATA + 0x8000, b"\xcd\xab")
    assert hart.step_at(0x4FFE, S) == Trap(Cause.ILLEGAL_INSTRUCTION, 0xABCD_707F)


@pytest.mark.parametrize("flags", [
    0, PTE_R, PTE_X, PTE_V | PTE_W | PTE_X, PTE_V | PTE_R | PTE_A, PTE_V | PTE_X | PTE_U | PTE_A,
])  # fmt: skip
def test_fetch_page_fault(hart: TestHart, flags: int) -> None:
    fetchable(hart, 0x4000, DATA, flags)
    assert hart.step_at(0x4000, S) == Trap(Cause.INSTRUCTION_PAGE_FAULT, 0x4000)


def test_execute_only_code_that_is_illegal_still_shows_its_bits(hart: TestHart) -> None:
    fetchable(hart, 0x4000, DATA, PTE_V | PTE_X | PTE_A)
    hart.write(DATA, b"\xff\xff\xff\xff")
    assert hart.step_at(0x4000, S) == Trap(Cause.ILLEGAL_INSTRUCTION, 0xFFFF_FFFF)


# Without C the fetch alignment is 32 bits

NO_C = "rv64imafd_zicsr_zifencei"


@pytest.mark.parametrize(("code", "registers", "target"), [
    ("jal x1, .+6", {}, CODE + 6),
    ("jal x0, .-2", {}, CODE - 2),
    ("jalr x1, 2(x2)", {"x2": CODE + 8}, CODE + 10),
    ("jalr x0, 3(x2)", {"x2": CODE + 8}, CODE + 10),
    ("beq x0, x0, .+6", {}, CODE + 6),
    ("bne x2, x0, .+10", {"x2": 1}, CODE + 10),
])  # fmt: skip
def test_without_c_a_jump_to_a_misaligned_target_traps(code: str, registers: dict[str, int], target: int) -> None:
    hart = make_hart(isa=NO_C)
    hart.x[1] = 0x1111
    assert hart.trap1(code, **registers) == Trap(Cause.INSTRUCTION_ADDRESS_MISALIGNED, target)
    assert (hart.csr["mepc"], hart.x[1]) == (CODE, 0x1111)


def test_without_c_a_branch_that_is_not_taken_does_not_trap() -> None:
    assert make_hart(isa=NO_C).run("bne x0, x0, .+6").pc == CODE + 4


# mstatus


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("mie", [0, MIE])
@pytest.mark.parametrize("sie", [0, SIE])
def test_a_trap_to_machine_mode_stacks_mie_and_the_mode(open_hart: TestHart, mode: int, mie: int, sie: int) -> None:
    hart = open_hart
    hart.csr["mstatus"] = mie | sie | (0 if mie else MPIE) | SPP | SPIE
    hart.priv = mode
    hart.trap1("ebreak")
    status = hart.csr["mstatus"]
    assert status & MIE == 0
    assert bool(status & MPIE) == bool(mie)
    assert status >> MPP_SHIFT & 3 == mode
    assert status & (SIE | SPP | SPIE) == sie | SPP | SPIE


@pytest.mark.parametrize("mode", [U, S])
@pytest.mark.parametrize("sie", [0, SIE])
def test_a_trap_to_supervisor_mode_stacks_sie_and_the_mode(open_hart: TestHart, mode: int, sie: int) -> None:
    hart = open_hart
    hart.set(medeleg=~0, mstatus=sie | (0 if sie else SPIE) | (0 if mode else SPP) | MPP | MPIE)
    hart.priv = mode
    hart.run("ebreak")
    status = hart.csr["mstatus"]
    assert status & SIE == 0
    assert (bool(status & SPIE), bool(status & SPP)) == (bool(sie), mode == S)
    assert status & (MPP | MPIE | MIE) == MPP | MPIE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("mpie", [0, MPIE])
@pytest.mark.parametrize("mprv", [0, MPRV])
def test_mret(open_hart: TestHart, mode: int, mpie: int, mprv: int) -> None:
    hart = open_hart
    hart.set(mepc=0x8000_0122, mstatus=mode << MPP_SHIFT | mpie | (0 if mpie else MIE) | mprv | SPIE)
    hart.run("mret")
    status = hart.csr["mstatus"]
    assert (hart.pc, hart.priv) == (0x8000_0122, mode)
    assert bool(status & MIE) == bool(mpie)
    assert status & (MPIE | MPP | SPIE) == MPIE | SPIE                # MPP becomes U, the least privileged mode
    assert bool(status & MPRV) == (bool(mprv) and mode == M)


@pytest.mark.parametrize("frm", [S, M])
@pytest.mark.parametrize("spp", [0, SPP])
@pytest.mark.parametrize("spie", [0, SPIE])
@pytest.mark.parametrize("tsr", [0, TSR])
def test_sret(open_hart: TestHart, frm: int, spp: int, spie: int, tsr: int) -> None:
    hart = open_hart
    hart.set(sepc=0x8000_0122, mstatus=spp | spie | (0 if spie else SIE) | tsr | MPRV | MPP | MPIE)
    hart.priv = frm
    hart.run("sret")
    if frm == S and tsr:
        assert hart.trapped() == Trap(Cause.ILLEGAL_INSTRUCTION, encode("sret"))
        return
    status = hart.csr["mstatus"]
    assert (hart.pc, hart.priv) == (0x8000_0122, S if spp else U)
    assert bool(status & SIE) == bool(spie)
    assert status & (SPIE | SPP | MPRV | MPP | MPIE) == SPIE | MPP | MPIE


@pytest.mark.parametrize(("code", "modes"), [
    ("mret", (U, S)), ("sret", (U,)), ("sfence.vma x0, x0", (U,)), ("sinval.vma x0, x0", (U,)),
    ("sfence.w.inval", (U,)), ("sfence.inval.ir", (U,)),
])  # fmt: skip
def test_instructions_of_higher_modes_are_illegal(open_hart: TestHart, code: str, modes: tuple[int, ...]) -> None:
    for mode in MODES:
        open_hart.set(mepc=CODE + 4, sepc=CODE + 4, mstatus=mode << MPP_SHIFT | (SPP if mode else 0))
        open_hart.priv = mode
        open_hart.run(code)
        assert (open_hart.pc == HANDLER) == (mode in modes)
        if mode in modes:
            assert open_hart.trapped() == Trap(Cause.ILLEGAL_INSTRUCTION, encode(code))


@pytest.mark.parametrize(("code", "illegal"), [
    ("sfence.vma x0, x0", True), ("sfence.vma x1, x2", True), ("sinval.vma x0, x0", True),
    ("sfence.w.inval", False), ("sfence.inval.ir", False),
])  # fmt: skip
def test_tvm_traps_fences_of_supervisor_mode(open_hart: TestHart, code: str, illegal: bool) -> None:
    for mode in (S, M):
        open_hart.csr["mstatus"] = TVM
        open_hart.priv = mode
        open_hart.run(code)
        assert (open_hart.pc == HANDLER) == (illegal and mode == S)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tw", [0, TW])
def test_tw_traps_wfi_below_machine_mode(open_hart: TestHart, mode: int, tw: int) -> None:
    open_hart.csr["mstatus"] = tw
    open_hart.priv = mode
    open_hart.run("wfi")
    if open_hart.pc == HANDLER:
        assert open_hart.trapped() == Trap(Cause.ILLEGAL_INSTRUCTION, encode("wfi"))
        assert mode == U or (mode == S and tw)      # in U-mode the bounded time may be none
    else:
        assert mode == M or not tw


@pytest.mark.parametrize("mprv", [0, MPRV])
@pytest.mark.parametrize("mode", MODES)
def test_mprv_makes_loads_and_stores_those_of_mpp(hart: TestHart, mprv: int, mode: int) -> None:
    hart.map_page(HOLE, DATA, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D | PTE_U)
    hart.write_word(DATA, 77)
    hart.csr["mstatus"] = MSTATUS_FS_DIRTY | mprv | mode << MPP_SHIFT
    hart.run1("ld x3, 0(x1)", x1=HOLE)
    if not mprv or mode == M:
        assert hart.trapped() == Trap(Cause.LOAD_ACCESS_FAULT, HOLE)
    elif mode == S:
        assert hart.trapped() == Trap(Cause.LOAD_PAGE_FAULT, HOLE)          # SUM is 0
    else:
        assert hart.x[3] == 77


# Vectored mode


@pytest.mark.parametrize("code", [1, 3, 5, 7, 9, 11])
@pytest.mark.parametrize("vectored", [0, 1])
def test_vectored_mode_is_for_interrupts(hart: TestHart, code: int, vectored: int) -> None:
    hart.set(mtvec=HANDLER | vectored, mie=1 << code, mstatus=MIE, mip=1 << code & 0x222)
    if code in (3, 7, 11):
        hart.machine._core.set_line(0, code, True)
    hart.put(NOP, at=HANDLER + 4 * code)
    hart.put(NOP, at=HANDLER)
    hart.run(NOP)                                       # the interrupt, and the first instruction of its handler
    assert hart.pc == HANDLER + 4 * code * vectored + 4
    assert (hart.csr["mcause"], hart.csr["mepc"], hart.csr["mtval"]) == (INTERRUPT | code, CODE, 0)


@pytest.mark.parametrize("code", [1, 5, 9])
def test_vectored_mode_of_supervisor_mode(open_hart: TestHart, code: int) -> None:
    hart = open_hart
    hart.set(stvec=S_HANDLER | 1, mideleg=0x222, medeleg=~0, mie=1 << code, mip=1 << code, mstatus=SIE)
    hart.put(NOP, at=S_HANDLER + 4 * code)
    hart.priv = S
    hart.run(NOP)
    assert (hart.pc, hart.priv) == (S_HANDLER + 4 * code + 4, S)
    assert (hart.csr["scause"], hart.csr["sepc"], hart.csr["stval"]) == (INTERRUPT | code, CODE, 0)
    hart.put("ebreak")
    hart.csr["mip"] = 0
    hart.pc = CODE
    hart.step()
    assert hart.pc == S_HANDLER


def test_exceptions_go_to_the_base_in_vectored_mode(hart: TestHart) -> None:
    hart.csr["mtvec"] = HANDLER | 1
    assert hart.trap1("ebreak") == Trap(Cause.BREAKPOINT, CODE)


# Which interrupt is taken, against a plain model

PRIORITY = (11, 3, 7, 9, 1, 5)
"""MEI, MSI, MTI, SEI, SSI, STI: from the manual's paragraph on simultaneous interrupts."""


def interrupt_taken(priv: int, status: int, pending: int, enabled: int, delegated: int) -> tuple[int, int] | None:
    """Return (mode, code) of the interrupt that the manual says is taken, or None."""
    for mode, mine, own_enable in ((M, ~delegated, MIE), (S, delegated, SIE)):
        globally = priv < mode or (priv == mode and status & own_enable)
        for code in PRIORITY:
            if globally and pending & enabled & mine & 1 << code:
                return mode, code
    return None


bits = st.integers(0, 0xFFF)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(priv=st.sampled_from(MODES), mie=st.booleans(), sie=st.booleans(), lines=bits, software=bits, enabled=bits,
       delegated=bits)
def test_the_interrupt_taken_is_that_of_the_manual(open_hart: TestHart, priv: int, mie: bool, sie: bool, lines: int,
                                                   software: int, enabled: int, delegated: int) -> None:
    hart = open_hart
    lines &= 0xA88
    for code in (3, 7, 9, 11):
        hart.machine._core.set_line(0, code, bool(lines >> code & 1))
    status = mie * MIE | sie * SIE
    hart.set(mip=software, mie=enabled, mideleg=delegated, mstatus=status)
    hart.put(NOP, at=HANDLER)
    hart.put(NOP, at=S_HANDLER)
    hart.priv = priv
    hart.run(NOP)
    taken = interrupt_taken(priv, status, lines | software & 0x222, enabled & 0xAAA, delegated & 0x222)
    if taken is None:
        assert (hart.pc, hart.priv) == (CODE + 4, priv)
        return
    mode, code = taken
    letter = "m" if mode == M else "s"
    assert (hart.pc, hart.priv) == ((HANDLER if mode == M else S_HANDLER) + 4, mode)
    assert hart.csr[f"{letter}cause"] == INTERRUPT | code
    assert hart.csr[f"{letter}epc"] == CODE


@pytest.mark.parametrize("enable", [
    "csrrsi x0, mstatus, 8", "csrrw x0, mie, x1", "csrrw x0, mip, x1", "mret",
])  # fmt: skip
def test_an_interrupt_is_taken_right_after_what_enables_it(hart: TestHart, enable: str) -> None:
    hart.set(mie=2, mip=2, mstatus=MIE, mepc=CODE + 4)
    if "mstatus" in enable:
        hart.csr["mstatus"] = 0
    elif "mie" in enable:
        hart.csr["mie"] = 0
    elif "mip" in enable:
        hart.csr["mip"] = 0
    else:
        hart.csr["mstatus"] = MPIE | MPP
    hart.put(NOP, at=HANDLER)
    hart.run(enable, NOP, x1=2)
    assert hart.pc == HANDLER + 4
    assert (hart.csr["mepc"], hart.csr["mcause"]) == (CODE + 4, INTERRUPT | Interrupt.SUPERVISOR_SOFTWARE)


def test_an_interrupt_is_not_taken_while_the_same_instruction_disables_it(hart: TestHart) -> None:
    hart.set(mie=2, mstatus=MIE)
    hart.run("csrrci x0, mstatus, 8", "csrrsi x0, mip, 2", NOP)
    assert hart.pc == CODE + 12


def test_the_handler_runs_with_interrupts_off(hart: TestHart) -> None:
    hart.set(mie=0x222, mip=0x222, mstatus=MIE)
    hart.put(NOP, NOP, at=HANDLER)
    hart.run(NOP, NOP)
    assert (hart.pc, hart.csr["mcause"]) == (HANDLER + 8, INTERRUPT | 9)


def test_an_interrupt_for_machine_mode_interrupts_the_supervisors_handler(open_hart: TestHart) -> None:
    hart = open_hart
    hart.set(mideleg=0x222, mie=0x2 | 0x80, mip=0x2, mstatus=SIE)
    hart.put(NOP, at=S_HANDLER)
    hart.put(NOP, at=HANDLER)
    hart.priv = S
    hart.run(NOP)
    assert hart.pc == S_HANDLER + 4
    hart.machine._core.set_line(0, 7, True)
    hart.step()
    assert (hart.csr["mcause"], hart.csr["mepc"]) == (INTERRUPT | 7, S_HANDLER + 4)
    assert hart.csr["mstatus"] >> MPP_SHIFT & 3 == S


# The supervisor timer

TICK = 100
"""Cycles of one tick of `time` on one hart: 10 MHz of 1 GHz."""


@pytest.mark.parametrize("tick", [1, 2, 7])
@pytest.mark.parametrize("length", [1, 3, 64])
def test_the_timer_interrupts_exactly_at_its_cycle(open_hart: TestHart, tick: int, length: int) -> None:
    hart = open_hart
    hart.set(menvcfg=STCE, stimecmp=tick, mie=0x20, mideleg=0x20, mstatus=SIE, mcounteren=2)
    loop = ["addi x5, x5, 1"] * length
    hart.put(*loop, f"jal x0, .-{4 * length}")
    hart.put("csrrs x3, time, x0", at=S_HANDLER)
    hart.pc, hart.priv, start = CODE, S, hart.machine.cycle
    hart.step(TICK * tick - start)
    assert hart.priv == S
    assert hart.pc != S_HANDLER + 4
    assert hart.csr["scause"] == 0
    hart.step()
    assert (hart.pc, hart.x[3]) == (S_HANDLER + 4, tick)
    assert hart.csr["scause"] == INTERRUPT | Interrupt.SUPERVISOR_TIMER
    assert hart.csr["sepc"] == CODE + 4 * ((TICK * tick - start) % (length + 1))


@pytest.mark.parametrize("stimecmp", [0, 3, 4])
def test_stip_is_pending_while_time_is_not_below_stimecmp(hart: TestHart, stimecmp: int) -> None:
    hart.set(menvcfg=STCE, stimecmp=stimecmp)
    hart.put("csrrs x3, mip, x0", "csrrs x4, time, x0", "jal x0, .-8")
    hart.pc = CODE
    for _ in range(3 * TICK):
        hart.step()
        before = hart.machine.cycle - 1
        if hart.pc == CODE + 4:
            assert bool(hart.x[3] & 0x20) == (before // TICK >= stimecmp)


def test_stip_falls_when_stimecmp_is_moved(hart: TestHart) -> None:
    hart.set(menvcfg=STCE, stimecmp=0)
    hart.run("csrrs x3, mip, x0", "csrrw x0, stimecmp, x1", "csrrs x4, mip, x0", x1=-1)
    assert (hart.x[3], hart.x[4]) == (0x20, 0)


def test_stip_cannot_be_written_while_stce_is_set(hart: TestHart) -> None:
    hart.csr["menvcfg"] = STCE
    hart.run("csrrw x0, mip, x1", "csrrs x3, mip, x0", x1=0x20)
    assert hart.x[3] == 0


def test_without_stce_stimecmp_does_not_count(hart: TestHart) -> None:
    hart.set(menvcfg=0, stimecmp=0)
    assert hart.run1("csrrs x3, mip, x0").x[3] == 0


def test_a_timer_set_while_running_fires_inside_the_same_turn(hart: TestHart) -> None:
    hart.set(menvcfg=STCE, mie=0x20, mstatus=MIE)
    hart.put("csrrw x0, stimecmp, x1", "addi x5, x5, 1", "jal x0, .-4")
    hart.put("csrrs x3, mcycle, x0", at=HANDLER)
    hart.csr["mcycle"] = hart.machine.cycle
    hart.pc, hart.x[1] = CODE, 2
    hart.step(2 * TICK + 1)
    assert (hart.pc, hart.x[3]) == (HANDLER + 4, 2 * TICK)


def test_wfi_skips_to_the_timer_and_goes_on_where_interrupts_are_off(hart: TestHart) -> None:
    hart.set(menvcfg=STCE, stimecmp=1000, mie=0x20)
    hart.put("wfi", "csrrs x3, time, x0")
    hart.pc = CODE
    hart.step(1000 * TICK + 1)
    assert (hart.x[3], hart.pc) == (1000, CODE + 8)


def test_wfi_is_left_by_a_trap_where_interrupts_are_on(hart: TestHart) -> None:
    hart.set(menvcfg=STCE, stimecmp=1000, mie=0x20, mstatus=MIE)
    hart.put("wfi")
    hart.put(NOP, at=HANDLER)
    hart.pc = CODE
    hart.step(1000 * TICK + 1)
    assert (hart.pc, hart.csr["mepc"]) == (HANDLER + 4, CODE + 4)


def test_wfi_is_woken_by_what_mie_enables_even_where_it_is_delegated(hart: TestHart) -> None:
    hart.set(mideleg=0x222, mie=0x2, mip=0x2)               # pending for S-mode, which M-mode never takes
    hart.run("wfi", NOP)
    assert hart.pc == CODE + 8


def test_the_machine_timer_interrupts_exactly_at_its_cycle(hart: TestHart) -> None:
    hart.machine.bus.write(0x200_4000, 8, 3)
    hart.set(mie=0x80, mstatus=MIE)
    hart.put("jal x0, .+0")
    hart.put("csrrs x3, time, x0", at=HANDLER)
    hart.pc, start = CODE, hart.machine.cycle
    hart.step(3 * TICK - start)
    assert hart.pc == CODE
    hart.step()
    assert (hart.pc, hart.x[3], hart.csr["mcause"]) == (HANDLER + 4, 3, INTERRUPT | 7)


# Cost and depth


def test_a_trap_loop_spends_its_cycles(hart: TestHart) -> None:
    hart.set(mtvec=HOLE, minstret=0)
    hart.pc = HOLE
    stop = hart.step(1000)
    assert (stop.kind, hart.machine.cycle) == ("limit", 1000)
    assert hart.csr["minstret"] == 0


def test_an_ecall_and_its_mret_cost_two_cycles(hart: TestHart) -> None:
    hart.put("mret", at=HANDLER)
    hart.csr["mepc"] = 0
    hart.put("ecall")
    hart.pc = CODE
    hart.step()
    assert (hart.pc, hart.machine.cycle) == (HANDLER, 1)
    hart.step()
    assert (hart.pc, hart.machine.cycle) == (CODE, 2)
