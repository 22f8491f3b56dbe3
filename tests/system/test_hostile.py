"""Guests that do what no guest should: each harms itself only, and costs no more than its budget."""

from __future__ import annotations

from random import Random

import pytest
from system.hostile import ALL, DEVICES, UART, mmio_storm, run, storm
from system.randomcode import PROGRAM, machine_with

from rvemu.isa.csrs import CSRS
from rvemu.machine import Machine

# Nothing to execute

@pytest.mark.parametrize("pc", [0, 0x1000, 0xFFFE, 0x4000_0000, UART, 0x80FF_FFFC, 0x80FF_FFFE, 0x8100_0000, ALL - 1])
@pytest.mark.parametrize("mtvec", [0, 0x4000_0000, UART, 0x80FF_FFFC, ALL - 3])
def test_a_jump_into_nothing_traps_until_the_budget_ends(pc: int, mtvec: int) -> None:
    machine = Machine("16M", bios="none")
    machine.write(0x80FF_FFFC, b"\x01\x00\x13\x00")         # c.nop, and the first half of an addi
    machine.harts[0].pc, machine.harts[0].csr["mtvec"] = pc, mtvec
    assert run(machine, 200_000).kind == "limit"
    assert machine.harts[0].csr["mcause"] in (1, 2)


@pytest.mark.parametrize("pc", [0, 0x8000_0000, 0x7F_FFFF_FFFE, 0x40_0000_0000, ALL << 63 & ALL, ALL - 1])
@pytest.mark.parametrize("mode", [8, 9, 10])
def test_page_tables_that_point_to_nothing_trap(pc: int, mode: int) -> None:
    machine = machine_with(1, "S")
    machine.harts[0].csr["satp"] = mode << 60 | (1 << 44) - 1
    machine.harts[0].csr["mtvec"] = 0
    machine.harts[0].pc = pc
    assert run(machine, 200_000).kind == "limit"


def test_a_page_table_that_leads_to_itself_ends() -> None:
    machine = machine_with(1, "S")
    table = 0x8008_0000
    for index in range(512):
        machine.write(table + 8 * index, (table >> 12 << 10 | 1).to_bytes(8, "little"))
    machine.harts[0].csr["satp"] = 10 << 60 | table >> 12
    assert run(machine, 100_000).kind == "limit"


# A little of each storm; tests/system/hostile.py runs as much as one likes

@pytest.mark.parametrize("mode", ["M", "S", "U"])
def test_a_million_random_instructions(mode: str) -> None:
    storm("code", mode, 1_000_000, seed=0)


@pytest.mark.parametrize(("kind", "amount"), [
    ("tables", 1_000_000), ("rings", 40_000), ("files", 120), ("arguments", 120),
])  # fmt: skip
def test_hostile_input_harms_nothing(kind: str, amount: int, capfd: pytest.CaptureFixture[str]) -> None:
    storm(kind, "M", amount, seed=0)


@pytest.mark.parametrize("seed", range(8))
def test_random_instructions_with_every_csr_open(seed: int) -> None:
    random = Random(seed)
    machine = machine_with(seed, "M", harts=2, tlb_entries=8)
    words = [
        csr.number << 20 | random.randrange(32) << 15 | random.choice((1, 2, 3, 5, 6, 7)) << 12
        | random.randrange(32) << 7 | 0x73
        for csr in CSRS for _ in range(3)
    ]  # fmt: skip
    random.shuffle(words)
    machine.write(PROGRAM, b"".join(word.to_bytes(4, "little") for word in words))
    for hart in machine.harts:
        hart.csr["mtvec"] = PROGRAM + 1024
    for _ in range(5):
        run(machine, 20_000)


# Devices

@pytest.mark.parametrize("device", DEVICES, ids=hex)
def test_random_accesses_to_a_device(device: int) -> None:
    mmio_storm(Random(device), "M", device=device)
