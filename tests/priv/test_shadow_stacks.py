"""Zicfiss: pushes, pops and swaps, where they are may-be-operations, and who may reach a shadow-stack page how."""

from __future__ import annotations

from random import Random

import pytest
from harness import (
    CODE,
    DATA,
    HANDLER,
    MSTATUS_FS_DIRTY,
    MSTATUS_MPRV,
    MSTATUS_MXR,
    MSTATUS_SUM,
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
from isa.models import MAX, SENTINEL, word

from rvemu.isa.causes import Cause

U, S, M = 0, 1, 3
SSE, CACHE_BLOCKS, ADUE, PBMTE = 1 << 3, 0xF0, 1 << 61, 1 << 62
VA = 0x4000_0000
TOP = VA + 0x800
"""Where ssp points at first."""

LEAF = PTE_V | PTE_A | PTE_D
PAGE = LEAF | PTE_W
"""A shadow-stack page: xwr = 010."""

SSPUSH = {1: 0xCE10_4073, 5: 0xCE50_4073}                           # 1100111 rs2 00000 100 00000 1110011
SSPOPCHK = {1: 0xCDC0_C073, 5: 0xCDC2_C073}                         # 110011011100 rs1 100 00000 1110011
C_SSPUSH_X1, C_SSPOPCHK_X5 = 0x6081, 0x6281                         # 011 0 0 n[3:1] 1 00000 01, n = 1 and 5
SSRDP_X3 = 0xCDC0_41F3                                              # 110011011100 00000 100 rd 1110011
SWAP_W, SWAP_D = 0x4820_A1AF, 0x4820_B1AF                           # ssamoswap x3, x2, (x1)
POPS = (*SSPOPCHK.values(), C_SSPOPCHK_X5)
SSP = 0x011

STORE_ACCESS, STORE_PAGE = Cause.STORE_AMO_ACCESS_FAULT, Cause.STORE_AMO_PAGE_FAULT
ACCESSES = {
    "sspush x1": (SSPUSH[1], -8), "sspush x5": (SSPUSH[5], -8), "c.sspush x1": (C_SSPUSH_X1, -8),
    "sspopchk x1": (SSPOPCHK[1], 0), "sspopchk x5": (SSPOPCHK[5], 0), "c.sspopchk x5": (C_SSPOPCHK_X5, 0),
    "ssamoswap.w": (SWAP_W, 0), "ssamoswap.d": (SWAP_D, 0),
}  # fmt: skip
"""Each shadow-stack instruction, and where it goes from the address in ssp or x1."""


def enable(hart: TestHart, menvcfg: bool = True, senvcfg: bool = True) -> None:
    hart.csr["menvcfg"] = menvcfg * SSE | CACHE_BLOCKS | ADUE | PBMTE
    hart.csr["senvcfg"] = senvcfg * SSE | CACHE_BLOCKS


def map_all(hart: TestHart, mode: int = S, flags: int = PAGE, pa: int = DATA) -> int:
    """Map the code for the mode, and VA as `flags` say; return the address of the latter's entry."""
    user = PTE_U * (mode == U)
    hart.map_page(CODE, CODE, LEAF | PTE_R | PTE_X | user)
    entry = hart.map_page(VA, pa, flags | user)
    hart.csr["mstatus"] = MSTATUS_FS_DIRTY
    hart.csr["ssp"] = TOP
    return entry


def run(hart: TestHart, code: str | int, mode: int = S, **registers: int) -> Trap | None:
    """Run one instruction in the mode; return its trap into M-mode, or None."""
    hart.priv = mode
    hart.run(code, **registers)
    return hart.trapped() if hart.pc == HANDLER else None


@pytest.fixture
def stack(hart: TestHart) -> TestHart:
    """A hart with a shadow stack at VA for S-mode, in the page at DATA."""
    enable(hart)
    map_all(hart)
    return hart


# What the instructions do


@pytest.mark.parametrize("mode", [S, U])
def test_pushes_pops_and_reads_against_a_list(hart: TestHart, mode: int) -> None:
    enable(hart)
    map_all(hart, mode)
    random, model = Random(mode), [0] * 512                         # the page as doublewords
    top = (TOP - VA) // 8
    for _ in range(600):
        code = random.choice([*SSPUSH.values(), C_SSPUSH_X1, *POPS, *POPS, SSRDP_X3, SWAP_W, SWAP_D])
        x1, x2, x5 = (random.choice((random.getrandbits(64), 0, MAX)) for _ in range(3))
        value = x1 if code in (SSPUSH[1], C_SSPUSH_X1, SSPOPCHK[1]) else x5
        if code in POPS and random.random() < 0.8:
            value = model[top]
            x1, x5 = (value, x5) if code == SSPOPCHK[1] else (x1, value)
        if code in (SWAP_W, SWAP_D):
            at = random.randrange(200, 300)
            x1 = VA + 8 * at
        trap = run(hart, code, mode, x1=x1, x2=x2, x5=x5, x3=SENTINEL)
        rd = SENTINEL
        if code in POPS and value != model[top]:
            assert trap == Trap(Cause.SOFTWARE_CHECK, 3)
            assert hart.csr["mepc"] == CODE
        else:
            assert trap is None
            if code in POPS:
                top += 1
            elif code == SSRDP_X3:
                rd = VA + 8 * top
            elif code == SWAP_W:
                rd, model[at] = word(model[at]), model[at] >> 32 << 32 | x2 & 0xFFFF_FFFF
            elif code == SWAP_D:
                rd, model[at] = model[at], x2
            else:
                top -= 1
                model[top] = value
        assert (hart.csr["ssp"], hart.x[3]) == (VA + 8 * top, rd)
        top = min(max(top, 210), 290)
        hart.csr["ssp"] = VA + 8 * top
    assert hart.read(DATA, 4096) == b"".join(value.to_bytes(8, "little") for value in model)


def test_the_low_bits_of_ssp_are_zero(hart: TestHart) -> None:
    hart.csr["ssp"] = MAX
    assert hart.csr["ssp"] == MAX - 7


@pytest.mark.parametrize("width", [4, 8])
@pytest.mark.parametrize("offset", range(8))
def test_a_swap_must_be_aligned(stack: TestHart, width: int, offset: int) -> None:
    trap = run(stack, SWAP_W if width == 4 else SWAP_D, x1=VA + offset)
    assert trap == (Trap(Cause.STORE_AMO_ADDRESS_MISALIGNED, VA + offset) if offset % width else None)


@pytest.mark.parametrize(("mode", "menvcfg", "senvcfg", "stack_on", "swaps"), [
    (M, True, True, False, True), (M, False, False, False, True),
    (S, True, False, True, True), (S, False, True, False, False),
    (U, True, True, True, True), (U, True, False, False, False), (U, False, True, False, False),
])  # fmt: skip
def test_where_it_is_not_enabled_there_are_only_may_be_operations(
    hart: TestHart, mode: int, menvcfg: bool, senvcfg: bool, stack_on: bool, swaps: bool
) -> None:
    map_all(hart, mode)
    enable(hart, menvcfg, senvcfg)
    assert run(hart, SSRDP_X3, mode, x3=SENTINEL) is None
    assert hart.x[3] == (TOP if stack_on else 0)
    for code in (*SSPUSH.values(), C_SSPUSH_X1, *POPS):
        hart.csr["ssp"] = TOP
        hart.write(DATA, SENTINEL.to_bytes(8, "little") * 512)
        before = {f"x{n}": SENTINEL for n in range(1, 32)}
        assert run(hart, code, mode, **before) is None
        assert list(hart.x) == [0, *before.values()]
        assert (hart.csr["ssp"] != TOP) == stack_on
    for code in (SWAP_W, SWAP_D):
        trap = run(hart, code, mode, x1=TOP)
        illegal, no_translation = Trap(Cause.ILLEGAL_INSTRUCTION, code), Trap(STORE_ACCESS, TOP)
        assert trap == (illegal if not swaps else no_translation if mode == M else None)


@pytest.mark.parametrize("word", [0xCE20_41F3, 0xCE10_C1F3, 0xCE11_4073, 0xCDC1_41F3, 0xCDC0_C1F3])
def test_encodings_that_are_not_taken_stay_may_be_operations(stack: TestHart, word: int) -> None:
    assert run(stack, word, x1=1, x2=2, x3=3) is None
    assert stack.csr["ssp"] == TOP
    assert stack.x[3] == (0 if word & 0xF80 else 3)


def test_without_zicfiss_the_encodings_are_those_of_zimop_and_zcmop() -> None:
    hart = make_hart(isa="rv64gc_zimop_zcmop")
    hart.csr["menvcfg"] = hart.csr["senvcfg"] = MAX
    assert (hart.csr["menvcfg"] | hart.csr["senvcfg"]) & SSE == 0
    for code in (*SSPUSH.values(), C_SSPUSH_X1, *POPS, SSRDP_X3):
        assert run(hart, code, M, x3=SENTINEL) is None
        assert hart.x[3] == (0 if code == SSRDP_X3 else SENTINEL)
    for code in (SWAP_W, SWAP_D, SSP << 20 | 0x21F3):
        assert run(hart, code, M) == Trap(Cause.ILLEGAL_INSTRUCTION, code)


# Which pages


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize(("xwr", "cause"), [
    (0b000, STORE_PAGE),                                            # a pointer where no table can be
    (0b001, STORE_PAGE),                                            # read-only: may be one to copy on write
    (0b010, None),
    (0b011, STORE_ACCESS),
    (0b100, STORE_ACCESS),
    (0b101, STORE_ACCESS),
    (0b110, STORE_PAGE),                                            # reserved
    (0b111, STORE_ACCESS),
])  # fmt: skip
def test_shadow_stack_instructions_reach_only_shadow_stack_pages(
    stack: TestHart, name: str, xwr: int, cause: Cause | None
) -> None:
    code, offset = ACCESSES[name]
    stack.map_page(VA, DATA, LEAF | xwr << 1)
    stack.csr["mstatus"] = MSTATUS_FS_DIRTY | MSTATUS_MXR
    stack.write(DATA, bytes(4096))
    trap = run(stack, code, x1=TOP if name.startswith("ssa") else 0, x2=1, x5=0)
    if cause is None:
        assert trap is None
        return
    assert trap == Trap(cause, TOP + offset)
    assert stack.csr["ssp"] == TOP
    assert stack.read(DATA, 4096) == bytes(4096)


@pytest.mark.parametrize("code", [
    "ld x3, 0(x1)", "lbu x3, 0(x1)", "lh x3, 0(x1)", "lr.d x3, (x1)", "fld f3, 0(x1)",
])  # fmt: skip
@pytest.mark.parametrize("offset", [0, 8])
def test_a_shadow_stack_page_can_be_loaded_from_where_it_is_not_reserved(
    stack: TestHart, code: str, offset: int
) -> None:
    for sse in (True, False, True):
        enable(stack, sse)
        for _ in range(2):
            trap = run(stack, code, x1=TOP + offset)
            assert trap == (None if sse else Trap(Cause.LOAD_PAGE_FAULT, TOP + offset))


@pytest.mark.parametrize("code", [
    "sd x3, 0(x1)", "sb x3, 0(x1)", "fsw f3, 0(x1)", "sc.d x3, x2, (x1)", "amoor.w x3, x0, (x1)",
    "amoswap.d x3, x2, (x1)", "cbo.zero (x1)", "cbo.clean (x1)", "cbo.flush (x1)", "cbo.inval (x1)",
])  # fmt: skip
def test_other_instructions_cannot_write_or_manage_a_shadow_stack_page(stack: TestHart, code: str) -> None:
    for sse in (True, False, True):
        enable(stack, sse)
        for _ in range(2):
            assert run(stack, code, x1=TOP) == Trap(STORE_ACCESS if sse else STORE_PAGE, TOP)


def test_a_misaligned_access_is_checked_as_any(stack: TestHart) -> None:
    stack.write(DATA + 0x800, bytes(range(16)))
    assert run(stack, "ld x3, 0(x1)", x1=TOP + 3) is None
    assert stack.x[3] == 0x0A09_0807_0605_0403
    assert run(stack, "sd x3, 0(x1)", x1=TOP + 3) == Trap(STORE_ACCESS, TOP + 3)
    assert run(stack, "prefetch.w 0(x1)", x1=TOP) is None


def test_a_fetch_from_a_shadow_stack_page_is_an_access_fault(stack: TestHart) -> None:
    stack.put("addi x0, x0, 0", at=DATA)
    for sse, cause in ((True, Cause.INSTRUCTION_ACCESS_FAULT), (False, Cause.INSTRUCTION_PAGE_FAULT)):
        enable(stack, sse)
        assert stack.step_at(VA, S) == Trap(cause, VA)
    map_all(stack, U)
    enable(stack)
    assert stack.step_at(VA, S) == Trap(Cause.INSTRUCTION_PAGE_FAULT, VA)       # U is looked at first


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize(("mode", "user", "allowed"), [
    (S, False, (0, MSTATUS_SUM, MSTATUS_MXR)), (S, True, (MSTATUS_SUM,)), (U, True, (0, MSTATUS_SUM, MSTATUS_MXR)),
    (U, False, ()),
])  # fmt: skip
def test_u_and_sum_count_as_for_any_access(
    stack: TestHart, name: str, mode: int, user: bool, allowed: tuple[int, ...]
) -> None:
    code, offset = ACCESSES[name]
    map_all(stack, mode)
    for status in (0, MSTATUS_SUM, MSTATUS_MXR):
        stack.map_page(VA, DATA, PAGE | PTE_U * user)
        stack.set(mstatus=status, ssp=TOP)
        stack.write(DATA, bytes(4096))
        trap = run(stack, code, mode, x1=TOP if name.startswith("ssa") else 0, x5=0)
        assert trap == (None if status in allowed else Trap(STORE_PAGE, TOP + offset))


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize("adue", [False, True])
def test_a_pop_sets_a_and_the_others_a_and_d(stack: TestHart, name: str, adue: bool) -> None:
    code, offset = ACCESSES[name]
    needed = PTE_A if "pop" in name else PTE_A | PTE_D
    stack.csr["menvcfg"] = SSE | ADUE * adue
    for have in (0, PTE_A, PTE_D, PTE_A | PTE_D):
        entry = map_all(stack, S, PTE_V | PTE_W | have)
        before = stack.read_word(entry)
        trap = run(stack, code, x1=TOP if name.startswith("ssa") else 0, x5=0)
        stack.write(DATA, bytes(4096))
        if adue or have & needed == needed:
            assert (trap, stack.read_word(entry)) == (None, before | needed)
        else:
            assert (trap, stack.read_word(entry)) == (Trap(STORE_PAGE, TOP + offset), before)


@pytest.mark.parametrize("mode", [S, U])
@pytest.mark.parametrize("name", ACCESSES)
def test_without_translation_there_is_no_shadow_stack(hart: TestHart, name: str, mode: int) -> None:
    enable(hart)
    hart.open_pmp()
    code, offset = ACCESSES[name]
    hart.csr["ssp"] = DATA
    assert run(hart, code, mode, x1=DATA) == Trap(STORE_ACCESS, DATA + offset)


@pytest.mark.parametrize("sse", [False, True])
@pytest.mark.parametrize(("mpp", "user"), [(S, 0), (U, PTE_U), (M, 0)])
def test_machine_mode_swaps_as_the_effective_mode(hart: TestHart, mpp: int, user: int, sse: bool) -> None:
    map_all(hart, S, PAGE | user)
    enable(hart, sse, False)
    hart.csr["mstatus"] = MSTATUS_MPRV | mpp << 11
    trap = run(hart, SWAP_D, M, x1=TOP, x2=7)
    if mpp == M:
        assert trap == Trap(STORE_ACCESS, TOP)
    else:
        assert trap == (None if sse else Trap(STORE_PAGE, TOP))
        assert hart.read_word(DATA + 0x800) == 7 * sse


# Which memory


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize(("rights", "allowed"), [(0, False), (1, False), (3, True), (4, False), (5, False), (7, True)])
def test_pmp_must_let_both_read_and_write(stack: TestHart, name: str, rights: int, allowed: bool) -> None:
    code, offset = ACCESSES[name]
    stack.set(pmpaddr1=(1 << 54) - 1, pmpaddr0=DATA >> 2 | 0x1FF, pmpcfg0=0x1F << 8 | 0x18 | rights)
    trap = run(stack, code, x1=TOP if name.startswith("ssa") else 0, x5=0)
    assert trap == (None if allowed else Trap(STORE_ACCESS, TOP + offset))


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize("pa", [0x1000, 0x200_0000, 0x1000_0000, 0x4000_0000])
def test_what_is_no_ram_holds_no_shadow_stack(stack: TestHart, name: str, pa: int) -> None:
    code, offset = ACCESSES[name]
    map_all(stack, S, PAGE, pa)
    assert run(stack, code, x1=TOP if name.startswith("ssa") else 0, x5=0) == Trap(STORE_ACCESS, TOP + offset)


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize(("pbmt", "allowed"), [(0, True), (1, True), (2, False)])
def test_a_page_made_io_by_svpbmt_is_not_idempotent(stack: TestHart, name: str, pbmt: int, allowed: bool) -> None:
    code, offset = ACCESSES[name]
    map_all(stack, S, PAGE | pbmt << 61)
    trap = run(stack, code, x1=TOP if name.startswith("ssa") else 0, x5=0)
    assert trap == (None if allowed else Trap(STORE_ACCESS, TOP + offset))


def test_a_shadow_stack_may_lie_in_a_megapage(stack: TestHart) -> None:
    stack.map_page(VA + 0x20_0000, 0x8020_0000, PAGE, level=1)
    stack.set(ssp=VA + 0x20_1008)
    assert run(stack, SSPUSH[1], x1=SENTINEL) is None
    assert stack.read_word(0x8020_1000) == SENTINEL


def test_a_push_over_translated_code_is_seen_by_it(stack: TestHart) -> None:
    stack.map_page(VA + 0x1000, DATA, LEAF | PTE_R | PTE_X)
    new = 0x00A0_0193                                               # addi x3, x0, 10
    for immediate in (1, 2):
        stack.csr["ssp"] = TOP
        stack.put(f"addi x3, x0, {immediate}", "addi x0, x0, 0", at=DATA + 0x7F8)
        assert stack.step_at(VA + 0x17F8, S) is None
        assert stack.x[3] == immediate
        assert run(stack, SSPUSH[1], x1=new) is None
        assert stack.step_at(VA + 0x17F8, S) is None
        assert stack.x[3] == 10


def test_watched_ram_is_told_of_each_access(stack: TestHart) -> None:
    seen: list[tuple[int, int, str]] = []
    stack.machine.on_access(DATA, 4096, lambda access: seen.append((access.pa, access.width, access.kinds)))
    for code in (SSPUSH[1], SSPOPCHK[1], SWAP_W):
        assert run(stack, code, x1=TOP) is None
    assert seen == [(DATA + 0x7F8, 8, "w"), (DATA + 0x7F8, 8, "r"), (DATA + 0x800, 4, "rw")]


# With pointer masking and triggers


@pytest.mark.parametrize("name", ACCESSES)
def test_masked_bits_of_the_address_are_ignored(stack: TestHart, name: str) -> None:
    code, offset = ACCESSES[name]
    tagged = 0x5A << 57 | TOP
    stack.csr["menvcfg"] = SSE | ADUE | 2 << 32                     # PMM: seven bits
    stack.csr["ssp"] = tagged
    assert run(stack, code, x1=tagged if name.startswith("ssa") else 0, x5=0) is None
    map_all(stack, S, LEAF | PTE_R | PTE_W)
    stack.csr["ssp"] = tagged
    trap = run(stack, code, x1=tagged if name.startswith("ssa") else 0, x5=0)
    assert trap == Trap(STORE_ACCESS, TOP + offset)


@pytest.mark.parametrize("name", ACCESSES)
@pytest.mark.parametrize("kinds", [0, 1, 2, 3])
def test_triggers_see_pops_as_loads_pushes_as_stores_and_swaps_as_both(
    stack: TestHart, name: str, kinds: int
) -> None:
    code, offset = ACCESSES[name]
    mine = 1 if "pop" in name else 2 if "push" in name else 3
    stack.set(tdata2=TOP + offset, tdata1=6 << 60 | 1 << 4 | kinds)         # mcontrol6, in S-mode; load 1, store 2
    trap = run(stack, code, x1=TOP if name.startswith("ssa") else 0, x5=0)
    assert trap == (Trap(Cause.BREAKPOINT, TOP + offset) if kinds & mine else None)
