"""Physical memory protection, Smepmp included, against a plain model of the manual's rules, with small regions.

Entry 0 always covers the code of the tests. What the manual leaves open is done so: an access inside one page is
checked as a whole even if misaligned, one across pages page by page, a fetch by halves of an instruction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from harness import CODE, DATA, HANDLER, TestHart, Trap, make_hart
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from isa.asm import encode

from rvemu.isa.causes import Cause

U, S, M = 0, 1, 3
R, W, X, L = 1, 2, 4, 0x80
OFF, TOR, NA4, NAPOT = 0, 1 << 3, 2 << 3, 3 << 3
ENTRIES = 16
EDGE = DATA + 0x1000
"""The page boundary around which the regions lie."""

SPAN = 40
CODE_ENTRY = (L | NAPOT | R | W | X, CODE >> 2 | 0x1FFF)             # 64 KiB
PMPADDR = (1 << 54) - 1
MML, MMWP, RLB = 1, 2, 4

LOCKDOWN: dict[str, tuple[str, str]] = {
    "0000": ("", ""), "0001": ("", "X"), "0010": ("RW", "R"), "0011": ("RW", "RW"),
    "0100": ("", "R"), "0101": ("", "RX"), "0110": ("", "RW"), "0111": ("", "RWX"),
    "1000": ("", ""), "1001": ("X", ""), "1010": ("X", "X"), "1011": ("RX", "X"),
    "1100": ("R", ""), "1101": ("RX", ""), "1110": ("RW", ""), "1111": ("R", "R"),
}  # fmt: skip
"""What M-mode, and what S and U may do under mseccfg.MML, by L, R, W and X of the entry.

Source: privileged manual, "Smepmp Physical Memory Protection Rules".
"""
M_EXECUTES = {"1001", "1010", "1011", "1101"}
"""Executable rules of LOCKDOWN that are M-mode-only or a locked Shared-Region."""


def lrwx(cfg: int) -> str:
    """Write a configuration as the manual's table does."""
    return "".join("1" if cfg & bit else "0" for bit in (L, R, W, X))


@dataclass
class Pmp:
    """pmpcfg and pmpaddr of all entries, mseccfg, and the manual's rules on them."""

    cfg: list[int] = field(default_factory=lambda: [0] * ENTRIES)
    addr: list[int] = field(default_factory=lambda: [0] * ENTRIES)
    security: int = 0

    def locked(self, k: int) -> bool:
        return bool(self.cfg[k] & L) and not self.security & RLB

    def write_addr(self, k: int, value: int) -> None:
        locked_above = k + 1 < ENTRIES and self.locked(k + 1) and self.cfg[k + 1] & 0x18 == TOR
        if not self.locked(k) and not locked_above:
            self.addr[k] = value & PMPADDR

    def write_cfg(self, k: int, value: int) -> None:
        if self.locked(k):
            return
        if not self.security & MML and value & (R | W) == W:
            value &= ~W                             # reserved; the manual leaves open what takes its place
        if self.security & MML and not self.security & RLB and lrwx(value) in M_EXECUTES:
            return
        self.cfg[k] = value & 0x9F

    def write_security(self, value: int) -> None:
        frozen = not self.security & RLB and any(cfg & L for cfg in self.cfg)
        self.security = (self.security | value) & (MML | MMWP) | (0 if frozen else value & RLB)

    def rights(self, k: int, mode: int) -> int:
        """Return what entry `k` lets the mode do where it matches."""
        if self.security & MML:
            machine, other = LOCKDOWN[lrwx(self.cfg[k])]
            return sum({"R": R, "W": W, "X": X}[right] for right in (machine if mode == M else other))
        return R | W | X if mode == M and not self.cfg[k] & L else self.cfg[k] & (R | W | X)

    def unmatched(self, mode: int) -> int:
        """Return what the mode may do where no entry matches."""
        if mode != M or self.security & MMWP:
            return 0
        return R | W if self.security & MML else R | W | X

    def matched(self, k: int) -> range:
        """Return the byte addresses that the entry matches."""
        mode, addr = self.cfg[k] & 0x18, self.addr[k]
        if mode == TOR:
            return range(self.addr[k - 1] << 2 if k else 0, addr << 2)
        if mode == NA4:
            return range(addr << 2, (addr << 2) + 4)
        if mode == NAPOT:
            size = 8
            for bit in range(54):
                if not addr >> bit & 1:
                    break
                size *= 2
            return range((addr << 2) // size * size, (addr << 2) // size * size + size)
        return range(0)

    def allows(self, pa: int, width: int, need: int, mode: int) -> bool:
        for k in range(ENTRIES):
            matched = [byte in self.matched(k) for byte in range(pa, pa + width)]
            if any(matched):
                if not all(matched):
                    return False
                return self.rights(k, mode) & need == need
        return self.unmatched(mode) & need == need

    def fault(self, pa: int, width: int, need: int, mode: int) -> int | None:
        """Return the address of the part of a load or store that is denied, or None."""
        first = min(width, -pa % 4096 or 4096)
        for start, size in ((pa, first), (pa + first, width - first)):
            if size and not self.allows(start, size, need, mode):
                return start
        return None


def program(hart: TestHart, pmp: Pmp) -> None:
    """Write all entries as a guest would: addresses, then configurations."""
    for k in range(ENTRIES):
        hart.csr[f"pmpaddr{k}"] = pmp.addr[k]
    for number in (0, 2):
        entries = pmp.cfg[4 * number : 4 * number + 8]
        hart.csr[f"pmpcfg{number}"] = int.from_bytes(bytes(entries), "little")


def check_registers(hart: TestHart, pmp: Pmp) -> None:
    assert [hart.csr[f"pmpaddr{k}"] for k in range(ENTRIES)] == pmp.addr
    cfg = b"".join(hart.csr[f"pmpcfg{number}"].to_bytes(8, "little") for number in (0, 2))
    assert list(cfg) == pmp.cfg
    assert hart.csr["mseccfg"] & (MML | MMWP | RLB) == pmp.security


near = st.integers(-SPAN, SPAN)
words = near.map(lambda offset: EDGE + offset >> 2)
napot = st.builds(lambda word, bits: word | (1 << bits) - 1, words, st.sampled_from([0, 0, 1, 2, 3, 9, 10, 11, 20]))
addresses = st.one_of(words, words, napot, st.sampled_from([0, CODE >> 2, EDGE >> 2, PMPADDR]))
rights = st.sampled_from([0, R, R, R | W, R | W, R | W | X, X, X | R])
modes_of_match = st.sampled_from([OFF, TOR, TOR, NA4, NAPOT, NAPOT])
configs = st.builds(lambda a, b, lock: a | b | lock, rights, modes_of_match, st.sampled_from([0, 0, 0, L]))
entries = st.tuples(configs, addresses)
priv_modes = st.sampled_from([U, S, M])

LOADS = {"lbu": 1, "lhu": 2, "lwu": 4, "ld": 8}
STORES = {"sb": 1, "sh": 2, "sw": 4, "sd": 8}
AMOS = {"lr.w": 4, "lr.d": 8, "amoadd.w": 4, "amoadd.d": 8, "sc.w": 4, "sc.d": 8, "amocas.w": 4, "amocas.d": 8}
MISALIGNED_AMOS = {"amoswap.b": 1, "amomax.h": 2, "amoadd.w": 4, "amoadd.d": 8, "amocas.h": 2, "amocas.d": 8}
QUADWORDS = {"amocas.q": 16}
WIDTHS = LOADS | STORES | AMOS | MISALIGNED_AMOS | QUADWORDS
WORDS = (
    {name: encode(f"{name} x3, 0(x1)") for name in LOADS}
    | {name: encode(f"{name} x4, 0(x1)") for name in STORES}
    | {name: encode(f"{name} x3, (x1)" if name[:2] == "lr" else f"{name} x3, x4, (x1)")
       for name in AMOS | MISALIGNED_AMOS}
    | {name: encode(f"{name} x6, x4, (x1)") for name in QUADWORDS}
)
accesses = st.one_of(
    st.tuples(st.sampled_from([*LOADS, *STORES]), near, priv_modes),
    st.tuples(st.sampled_from([*AMOS]), near.map(lambda n: n // 8 * 8), priv_modes),
    st.tuples(st.sampled_from([*MISALIGNED_AMOS]), near.map(lambda n: n // 16 * 16 + n % 9), priv_modes),
    st.tuples(st.sampled_from([*QUADWORDS]), near.map(lambda n: n // 16 * 16), priv_modes),
)

VALUE = 0xA1B2_C3D4_E5F6_0718


@pytest.fixture(scope="module")
def machine() -> TestHart:
    return make_hart()


def configure(hart: TestHart, drawn: list[tuple[int, int]]) -> Pmp:
    """Reset the hart and program the entries behind entry 0, which holds the code."""
    hart.reset()
    pmp = Pmp()
    for k, (cfg, addr) in enumerate([CODE_ENTRY, *drawn]):
        pmp.cfg[k], pmp.addr[k] = cfg, addr
    program(hart, pmp)
    check_registers(hart, pmp)
    return pmp


def secure(hart: TestHart, drawn: list[tuple[int, int]], security: int) -> Pmp:
    """Reset the hart, program entries with the locks lifted, and leave mseccfg with the value."""
    hart.reset()
    pmp = Pmp()
    for value in (RLB, RLB | security & MML):
        hart.csr["mseccfg"] = value
        pmp.write_security(value)
    for k, (cfg, addr) in enumerate([(L | NAPOT | R | X, CODE_ENTRY[1]), *drawn]):
        pmp.cfg[k], pmp.addr[k] = cfg, addr
    program(hart, pmp)
    hart.csr["mseccfg"] = security
    pmp.write_security(security)
    check_registers(hart, pmp)
    return pmp


def check_access(hart: TestHart, pmp: Pmp, name: str, offset: int, mode: int) -> None:
    """Make one load or store in the mode, by MPRV, and compare with the model."""
    pa = EDGE + offset
    width = WIDTHS[name]
    reads = name in LOADS or name[:2] == "lr"
    before = hart.read(EDGE - 256, 512)
    hart.access_as(mode)
    hart.x[3] = 0x3333
    hart.priv = M
    hart.run(WORDS[name], x1=pa, x4=VALUE)
    denied = pmp.fault(pa, width, R if reads else W, mode)
    after = hart.read(EDGE - 256, 512)
    if denied is not None:
        assert hart.pc == HANDLER, "not denied"
        trap = Trap(hart.csr["mcause"], hart.csr["mtval"])
        assert trap == Trap(Cause.LOAD_ACCESS_FAULT if reads else Cause.STORE_AMO_ACCESS_FAULT, denied)
        assert (after, hart.x[3]) == (before, 0x3333)
        return
    assert hart.pc == CODE + 4, hex(hart.csr["mtval"])
    if name in LOADS:
        assert hart.x[3] == int.from_bytes(before[256 + offset : 256 + offset + width], "little")
    elif name in STORES:
        stored = VALUE.to_bytes(8, "little")[:width]
        assert after == before[: 256 + offset] + stored + before[256 + offset + width :]


NARROW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(NARROW, max_examples=250)
@given(drawn=st.lists(entries, max_size=15), made=st.lists(accesses, min_size=8, max_size=16))
@example(drawn=[(TOR | R, EDGE >> 2)] * 2 + [(L | NAPOT | R, PMPADDR)], made=[("ld", -8, M), ("sd", -8, M)])
def test_loads_and_stores(machine: TestHart, drawn: list[tuple[int, int]], made: list[tuple[str, int, int]]) -> None:
    machine.write(EDGE - 256, bytes(range(256)) * 2)
    pmp = configure(machine, drawn)
    for name, offset, mode in made:
        check_access(machine, pmp, name, offset, mode)


@pytest.mark.parametrize("split", [-128, -64, -4, 4, 64, 128])
@pytest.mark.parametrize(("below", "above"), [(R | W, 0), (0, R | W), (R | W, R), (R, R | W)])
@pytest.mark.parametrize("mode", [U, S, M])
def test_a_page_with_two_verdicts_keeps_both(machine: TestHart, split: int, below: int, above: int, mode: int) -> None:
    """Nothing learnt on one side of the border is used on the other, whichever side comes first."""
    pmp = configure(machine, [(L | TOR | below, EDGE + split >> 2), (L | TOR | above, EDGE + 0x4000 >> 2)])
    for offset in (split, split - 4, split, split - 4, split + 4, split - 8):
        for name in ("lwu", "sw", "lwu", "sw"):
            check_access(machine, pmp, name, offset, mode)


@settings(NARROW, max_examples=60)
@given(configurations=st.lists(st.lists(entries, max_size=6), min_size=2, max_size=5),
       made=st.lists(accesses, min_size=4, max_size=8))
def test_a_change_of_pmp_is_seen_by_the_next_access(machine: TestHart, configurations: list[list[tuple[int, int]]],
                                                    made: list[tuple[str, int, int]]) -> None:
    configure(machine, [])
    for drawn in configurations:
        pmp = Pmp()
        for k, (cfg, addr) in enumerate([CODE_ENTRY, *drawn]):
            pmp.cfg[k], pmp.addr[k] = cfg & ~L if k else cfg, addr
        program(machine, pmp)
        for name, offset, mode in made:
            check_access(machine, pmp, name, offset, mode)


@settings(NARROW, max_examples=250)
@given(drawn=st.lists(entries, max_size=15),
       made=st.lists(st.tuples(near.map(lambda n: n & ~1), priv_modes, st.booleans()), min_size=6, max_size=10))
def test_fetches(machine: TestHart, drawn: list[tuple[int, int]], made: list[tuple[int, int, bool]]) -> None:
    pmp = configure(machine, drawn)
    for offset, mode, compressed in made:
        machine.write(EDGE - 256, b"\x01\x00" * 256)                # c.nop
        pc = EDGE + offset
        if not compressed:
            machine.put(0x13, at=pc)
        trap = machine.step_at(pc, mode)
        halves = (pc,) if compressed else (pc, pc + 2)
        denied = next((half for half in halves if not pmp.allows(half, 2, X, mode)), None)
        if denied is None:
            assert trap is None
            assert machine.pc == pc + (2 if compressed else 4)
        else:
            assert trap == Trap(Cause.INSTRUCTION_ACCESS_FAULT, denied)
            assert machine.csr["mepc"] == pc


# Smepmp: mseccfg

all_rights = st.integers(0, 7)
lockdown_configs = st.builds(lambda a, b, lock: a | b | lock, all_rights, modes_of_match, st.sampled_from([0, L]))
lockdown_entries = st.tuples(lockdown_configs, addresses)
securities = st.integers(0, 7)


@pytest.mark.parametrize("mode", [U, S, M])
@pytest.mark.parametrize("bits", LOCKDOWN)
def test_truth_table_of_lockdown(machine: TestHart, bits: str, mode: int) -> None:
    cfg = sum(right for right, bit in zip((L, R, W, X), bits, strict=True) if bit == "1")
    secure(machine, [(cfg | NAPOT, DATA >> 2 | 0x1FF)], MML)
    allowed = LOCKDOWN[bits][0 if mode == M else 1]
    for right, code in (("R", "lw x3, 0(x1)"), ("W", "sw x3, 0(x1)")):
        machine.access_as(mode).run(code, x1=DATA)
        assert (machine.pc != HANDLER) == (right in allowed), right
    machine.access_as(M)
    machine.put("addi x0, x0, 0", at=DATA)
    assert (machine.step_at(DATA, mode) is None) == ("X" in allowed)


@settings(NARROW, max_examples=200)
@given(security=securities, drawn=st.lists(lockdown_entries, max_size=15),
       made=st.lists(accesses, min_size=8, max_size=16))
def test_loads_and_stores_by_mseccfg(machine: TestHart, security: int, drawn: list[tuple[int, int]],
                                     made: list[tuple[str, int, int]]) -> None:
    machine.write(EDGE - 256, bytes(range(256)) * 2)
    pmp = secure(machine, legal(drawn, security), security)
    for name, offset, mode in made:
        check_access(machine, pmp, name, offset, mode)


@settings(NARROW, max_examples=200)
@given(security=securities, drawn=st.lists(lockdown_entries, max_size=15),
       made=st.lists(st.tuples(near.map(lambda n: n & ~1), priv_modes), min_size=6, max_size=10))
def test_fetches_by_mseccfg(machine: TestHart, security: int, drawn: list[tuple[int, int]],
                            made: list[tuple[int, int]]) -> None:
    machine.write(EDGE - 256, b"\x01\x00" * 256)                    # c.nop
    pmp = secure(machine, legal(drawn, security), security)
    for offset, mode in made:
        trap = machine.step_at(EDGE + offset, mode)
        allowed = pmp.allows(EDGE + offset, 2, X, mode)
        assert trap == (None if allowed else Trap(Cause.INSTRUCTION_ACCESS_FAULT, EDGE + offset))


def legal(drawn: list[tuple[int, int]], security: int) -> list[tuple[int, int]]:
    """Take W out of the configurations that are reserved without MML."""
    if security & MML:
        return drawn
    return [(cfg & ~W if cfg & (R | W) == W else cfg, addr) for cfg, addr in drawn]


@pytest.mark.parametrize("security", [0, MML, MMWP, MML | MMWP])
def test_machine_mode_without_a_match(machine: TestHart, security: int) -> None:
    secure(machine, [], security)
    machine.put("addi x0, x0, 0", at=DATA)
    machine.run("lw x3, 0(x1)", x1=DATA)
    assert (machine.pc != HANDLER) == (not security & MMWP)
    machine.run("sw x3, 8(x1)", x1=DATA)
    assert (machine.pc != HANDLER) == (not security & MMWP)
    assert (machine.step_at(DATA, M) is None) == (security == 0)


def test_mseccfg_is_obeyed_by_the_next_access(machine: TestHart) -> None:
    secure(machine, [], 0)
    code = ["lw x3, 0(x1)", "csrrwi x0, 0x747, 2", "lw x3, 0(x1)"]
    machine.run(*code, x1=DATA)
    assert machine.trapped() == Trap(Cause.LOAD_ACCESS_FAULT, DATA)
    assert machine.csr["mepc"] == CODE + 8


def test_reset_clears_mseccfg(machine: TestHart) -> None:
    secure(machine, [], MML | MMWP)
    machine.reset()
    assert machine.csr["mseccfg"] & (MML | MMWP | RLB) == 0
    machine.put("addi x0, x0, 0")
    assert machine.step_at(CODE, M) is None


@settings(NARROW, max_examples=60)
@given(drawn=st.lists(entries, max_size=8), start=near.map(lambda n: n & ~3), mode=priv_modes)
def test_straight_code_stops_where_execution_ends(machine: TestHart, drawn: list[tuple[int, int]], start: int,
                                                  mode: int) -> None:
    pmp = configure(machine, drawn)
    machine.write(EDGE - 256, b"\x13\x00\x00\x00" * 128)
    pc, end = EDGE + start, EDGE + SPAN + 8
    machine.pc, machine.priv = pc, mode
    while pc < end and pmp.allows(pc, 4, X, mode):
        pc += 4
    machine.step((pc - EDGE - start) // 4)
    assert (machine.pc, machine.priv) == (pc, mode)
    machine.step()
    if pc < end:
        assert machine.trapped() == Trap(Cause.INSTRUCTION_ACCESS_FAULT, pc)


@pytest.mark.parametrize("mode", [S, U])
def test_without_a_match_only_machine_mode_may(machine: TestHart, mode: int) -> None:
    machine.reset()
    assert machine.step_at(CODE, mode) == Trap(Cause.INSTRUCTION_ACCESS_FAULT, CODE)
    machine.put(0x13)
    assert machine.step_at(CODE, M) is None


# The registers

register_writes = st.one_of(
    st.tuples(st.just("security"), st.just(0), st.sampled_from([0, 0, RLB, RLB, RLB | MML, MML, MMWP, (1 << 64) - 1])),
    st.tuples(st.just("addr"), st.integers(0, 15), st.one_of(st.integers(0, (1 << 64) - 1), addresses)),
    st.tuples(st.just("cfg"), st.sampled_from([0, 2]),
              st.lists(st.builds(lambda cfg, extra: cfg | extra, lockdown_configs,
                                 st.sampled_from([0, 0x20, 0x40, 0x60])), min_size=8, max_size=8)),
)  # fmt: skip


@settings(NARROW, max_examples=500)
@given(writes=st.lists(register_writes, max_size=12))
def test_registers_hold_what_may_be_written(machine: TestHart, writes: list[tuple[str, int, int | list[int]]]) -> None:
    machine.reset()
    pmp = Pmp()
    for kind, number, value in writes:
        if isinstance(value, list):
            machine.csr[f"pmp{kind}{number}"] = int.from_bytes(bytes(value), "little")
            for k, cfg in enumerate(value):
                pmp.write_cfg(4 * number + k, cfg)
        elif kind == "security":
            machine.csr["mseccfg"] = value
            pmp.write_security(value)
        else:
            machine.csr[f"pmp{kind}{number}"] = value
            pmp.write_addr(number, value)
    check_registers(machine, pmp)


def test_rlb_lifts_every_lock(machine: TestHart) -> None:
    machine.reset()
    machine.csr["mseccfg"] = RLB
    machine.csr["pmpcfg0"] = (L | TOR) << 16
    machine.set(pmpaddr1=10, pmpaddr2=11)
    assert (machine.csr["pmpaddr1"], machine.csr["pmpaddr2"]) == (10, 11)
    machine.csr["mseccfg"] = 0
    machine.set(pmpaddr1=20, pmpaddr2=21, pmpcfg0=0)
    assert (machine.csr["pmpaddr1"], machine.csr["pmpaddr2"], machine.csr["pmpcfg0"]) == (10, 11, (L | TOR) << 16)
    machine.csr["mseccfg"] = RLB
    machine.csr["pmpcfg0"] = 0
    assert machine.csr["pmpcfg0"] == (L | TOR) << 16                # it came too late


@pytest.mark.parametrize("number", [0, 2])
def test_pmpcfg_never_holds_a_reserved_value(machine: TestHart, number: int) -> None:
    for cfg in range(256):
        machine.reset()
        machine.csr[f"pmpcfg{number}"] = int.from_bytes(bytes([cfg] * 8), "little")
        for held in machine.csr[f"pmpcfg{number}"].to_bytes(8, "little"):
            assert held & 0x60 == 0
            assert held & (R | W) != W
            if cfg & (R | W) != W:
                assert held == cfg & 0x9F


def test_a_lock_holds_until_reset(machine: TestHart) -> None:
    machine.reset()
    machine.csr["pmpaddr3"] = EDGE >> 2
    machine.csr["pmpcfg0"] = (L | NA4) << 24
    machine.csr["pmpcfg0"] = 0
    machine.csr["pmpaddr3"] = 0
    assert (machine.csr["pmpcfg0"], machine.csr["pmpaddr3"]) == ((L | NA4) << 24, EDGE >> 2)
    assert machine.trap1("lw x3, 0(x1)", x1=EDGE) == Trap(Cause.LOAD_ACCESS_FAULT, EDGE)
    machine.reset()
    assert (machine.csr["pmpcfg0"], machine.csr["pmpaddr3"]) == (0, 0)
    assert machine.run1("lw x3, 0(x1)", x1=EDGE).pc == CODE + 4


def test_a_locked_entry_that_is_off_locks_only_itself(machine: TestHart) -> None:
    machine.reset()
    machine.csr["pmpcfg0"] = (L | OFF) << 16
    machine.set(pmpaddr1=11, pmpaddr2=12)
    assert (machine.csr["pmpaddr1"], machine.csr["pmpaddr2"]) == (11, 0)


def test_a_locked_tor_entry_locks_the_address_below(machine: TestHart) -> None:
    machine.reset()
    machine.csr["pmpcfg0"] = (L | TOR) << 16
    machine.set(pmpaddr0=10, pmpaddr1=11, pmpaddr2=12)
    assert [machine.csr[f"pmpaddr{k}"] for k in range(3)] == [10, 0, 0]
    machine.csr["pmpcfg0"] = R << 8                     # its configuration is still free
    assert machine.csr["pmpcfg0"] == (L | TOR) << 16 | R << 8


def test_lock_across_the_two_configuration_registers(machine: TestHart) -> None:
    machine.reset()
    machine.csr["pmpcfg2"] = L | TOR                    # entry 8
    machine.set(pmpaddr7=1, pmpaddr8=2, pmpaddr9=3)
    assert [machine.csr[f"pmpaddr{k}"] for k in (7, 8, 9)] == [0, 0, 3]


# Implicit accesses

PTE_V, PTE_R, PTE_W, PTE_A, PTE_D = 1, 2, 4, 0x40, 0x80
VA = 0x4000_0000


def mapped(machine: TestHart, flags: int) -> int:
    """Map VA to a page, and return the physical address of the leaf entry."""
    machine.reset()
    return machine.map_page(VA, DATA, flags)


def deny(machine: TestHart, entry: int, rights: int) -> None:
    """Put an entry of the given rights over one page-table entry, above that for all memory."""
    machine.csr["pmpcfg0"] = 0
    machine.set(pmpaddr0=entry >> 2, pmpaddr1=PMPADDR)
    machine.csr["pmpcfg0"] = (NAPOT | R | W | X) << 8 | NAPOT | rights


@pytest.mark.parametrize(("code", "cause"), [
    ("lw x3, 0(x1)", Cause.LOAD_ACCESS_FAULT), ("sw x3, 0(x1)", Cause.STORE_AMO_ACCESS_FAULT),
])  # fmt: skip
def test_a_page_table_entry_that_may_not_be_read_is_an_access_fault(machine: TestHart, code: str, cause: int) -> None:
    entry = mapped(machine, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
    machine.run1(code, x1=VA)
    assert machine.pc == CODE + 4
    deny(machine, entry, 0)
    assert machine.trap1(code, x1=VA) == Trap(cause, VA)
    machine.csr["pmpcfg0"] = (NAPOT | R | W | X) << 8
    assert machine.access_as(S).run1(code, x1=VA).pc == CODE + 4


def test_a_page_table_entry_that_may_not_be_written_cannot_get_its_bits(machine: TestHart) -> None:
    entry = mapped(machine, PTE_V | PTE_R | PTE_W | PTE_A)
    deny(machine, entry, R)
    assert machine.run1("lw x3, 0(x1)", x1=VA).pc == CODE + 4
    assert machine.trap1("sw x3, 0(x1)", x1=VA) == Trap(Cause.STORE_AMO_ACCESS_FAULT, VA)
    assert machine.read_word(entry) & PTE_D == 0


def test_page_tables_are_read_as_by_supervisor_mode(machine: TestHart) -> None:
    """An entry without L does not bind M-mode, but it binds the walk that M-mode makes by MPRV."""
    entry = mapped(machine, PTE_V | PTE_R | PTE_A)
    deny(machine, entry, 0)
    assert machine.trap1("lw x3, 0(x1)", x1=VA) == Trap(Cause.LOAD_ACCESS_FAULT, VA)
    machine.csr["mstatus"] = 0
    assert machine.run1("lw x3, 0(x1)", x1=entry).pc == CODE + 4


def test_translation_does_not_lift_protection(machine: TestHart) -> None:
    mapped(machine, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
    deny(machine, DATA, R)
    assert machine.trap1("sw x3, 4(x1)", x1=VA) == Trap(Cause.STORE_AMO_ACCESS_FAULT, VA + 4)
    assert machine.access_as(S).run1("sw x3, 8(x1)", x1=VA).pc == CODE + 4
    assert machine.trap1("sd x3, 4(x1)", x1=VA) == Trap(Cause.STORE_AMO_ACCESS_FAULT, VA + 4)


def test_cbo_zero_needs_all_of_its_block(machine: TestHart) -> None:
    machine.reset()
    machine.set(menvcfg=0xF0, pmpaddr0=DATA >> 2, pmpaddr1=PMPADDR)
    machine.csr["pmpcfg0"] = (NAPOT | R | W | X) << 8 | L | NA4 | R
    for offset in (0, 4, 63):
        assert machine.trap1("cbo.zero (x1)", x1=DATA + offset) == Trap(Cause.STORE_AMO_ACCESS_FAULT, DATA + offset)
    assert machine.run1("cbo.zero (x1)", x1=DATA + 64).pc == CODE + 4
