"""The entropy source: who may poll it and how, what it returns, and that a run can be repeated.

Source: unprivileged manual, "Entropy Source"; privileged manual, "Machine Security Configuration (mseccfg) Register".
"""

from __future__ import annotations

import pytest
from harness import CODE, HANDLER, QUANTUM, TestHart, make_hart

SEED = 0x015
U, S, M = 0, 1, 3
ILLEGAL = 2
USEED, SSEED = 1 << 8, 1 << 9
OPST_ES16 = 2
CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI = 1, 2, 3, 5, 6, 7
MASK = (1 << 64) - 1


def poll_word(funct3: int = CSRRW, source: int = 0) -> int:
    """Return a CSR instruction on seed with rd x3, and x<source> or the immediate as its operand."""
    return SEED << 20 | source << 15 | funct3 << 12 | 3 << 7 | 0x73


def poll(hart: TestHart, mode: int = M, word: int = poll_word()) -> int | None:
    """Run the instruction in the mode; return what seed gave, or None where it is illegal."""
    hart.priv = mode
    hart.run(word, x1=MASK)
    if hart.pc != HANDLER:
        assert (hart.pc, hart.priv) == (CODE + 4, mode)
        return hart.x[3]
    assert (hart.csr["mcause"], hart.csr["mtval"]) == (ILLEGAL, word)
    return None


def stream(count: int = 200, number: int = 0, **options: int) -> list[int]:
    """Return what a hart of a fresh machine polls."""
    machine = make_hart(**options).machine
    machine._core.turn = (number, QUANTUM, 0)
    hart = TestHart(machine, number)
    return [value for value in (poll(hart) for _ in range(count)) if value is not None]


def split_mix(state: int, count: int) -> list[int]:
    """Return the outputs of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators)."""
    values = []
    for _ in range(count):
        state = state + 0x9E37_79B9_7F4A_7C15 & MASK
        value = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & MASK
        value = (value ^ value >> 27) * 0x94D0_49BB_1331_11EB & MASK
        values.append(value ^ value >> 31)
    return values


@pytest.mark.parametrize("sseed", [0, SSEED])
@pytest.mark.parametrize("useed", [0, USEED])
def test_mseccfg_gates_supervisor_and_user_mode_each_by_its_bit(hart: TestHart, sseed: int, useed: int) -> None:
    hart.open_pmp()
    hart.csr["mseccfg"] = sseed | useed
    assert poll(hart, M) is not None
    assert (poll(hart, S) is not None) == bool(sseed)
    assert (poll(hart, U) is not None) == bool(useed)


@pytest.mark.parametrize("mode", [M, S, U])
@pytest.mark.parametrize(("funct3", "source", "legal"), [
    (CSRRW, 0, True), (CSRRW, 1, True), (CSRRWI, 0, True), (CSRRWI, 31, True),
    (CSRRS, 0, False), (CSRRS, 1, True), (CSRRC, 0, False), (CSRRC, 1, True),
    (CSRRSI, 0, False), (CSRRSI, 1, True), (CSRRCI, 0, False), (CSRRCI, 1, True),
])  # fmt: skip
def test_a_read_without_a_write_is_illegal(hart: TestHart, funct3: int, source: int, legal: bool, mode: int) -> None:
    hart.open_pmp()
    hart.csr["mseccfg"] = SSEED | USEED
    assert (poll(hart, mode, poll_word(funct3, source)) is not None) == legal


def test_each_poll_gives_16_new_bits() -> None:
    values = stream(400)
    assert len(values) == 400
    for value in values:
        assert value >> 30 == OPST_ES16
        assert value >> 16 & 0x3FFF == 0
    assert len(set(values)) > 390                           # 400 of 65536: one pair that is equal, on average
    for bit in range(16):
        assert 140 < sum(value >> bit & 1 for value in values) < 260


def test_the_stream_is_that_of_split_mix(hart: TestHart) -> None:
    state = hart.machine.state()["harts"][0]["entropy"]
    expected = split_mix(state - 0x9E37_79B9_7F4A_7C15, 50)
    assert [poll(hart) for _ in range(50)] == [OPST_ES16 << 30 | value & 0xFFFF for value in expected]


def test_what_is_written_is_ignored() -> None:
    first, second = make_hart(), make_hart()
    for _ in range(20):
        assert poll(first, word=poll_word(CSRRW, 1)) == poll(second, word=poll_word(CSRRCI, 7))


def test_the_machines_seed_and_the_hart_decide_the_stream() -> None:
    assert stream() == stream() == stream(rng_seed=0)
    assert stream(rng_seed=1) == stream(rng_seed=1, seed=5)
    streams = [stream(), stream(rng_seed=1), stream(rng_seed=2), stream(number=1, harts=2)]
    assert len({tuple(values[:10]) for values in streams}) == 4


def test_a_look_from_outside_polls_nothing() -> None:
    hart = make_hart()
    seen = []
    for _ in range(20):
        before, seed = hart.machine.state_hash(), hart.csr["seed"]
        assert hart.machine.state_hash() == before
        assert poll(hart) == seed
        seen.append(seed)
    assert seen == stream(20)


def test_what_was_polled_is_part_of_the_state() -> None:
    hart, other = make_hart(), make_hart()
    poll(hart)
    hart.run("addi x3, x0, 0")
    hashes = hart.machine.state_hash()
    other.run("addi x0, x0, 0")
    other.run("addi x3, x0, 0")
    assert hashes != other.machine.state_hash()
    core = hart.machine._core
    saved = core.hart_state(0)
    following = [poll(hart) for _ in range(10)]
    core.set_hart_state(0, saved)
    assert [poll(hart) for _ in range(10)] == following


def test_reset_starts_the_stream_again() -> None:
    hart = make_hart()
    poll(hart)
    hart.reset()
    assert [poll(hart) for _ in range(10)] == stream(10)


@pytest.mark.parametrize(("isa", "writable"), [
    ("rv64i_zkr", USEED | SSEED), ("rv64i_smepmp", 0x7), ("rv64i_zkr_smepmp", USEED | SSEED | 0x7),
])  # fmt: skip
def test_mseccfg_has_the_fields_of_the_extensions(isa: str, writable: int) -> None:
    hart = make_hart(isa=isa)
    assert hart.csr["mseccfg"] == writable & SSEED
    hart.csr["mseccfg"] = MASK
    assert hart.csr["mseccfg"] == writable
