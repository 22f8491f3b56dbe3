"""Guests that do what no guest should: each harms itself only, and costs no more than its budget."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from system.randomcode import DATA, HANDLER, PROGRAM, PROGRAM_SIZE, machine_with

from rvemu.isa.csrs import CSRS
from rvemu.machine import Machine, StopReason

SECONDS = 20
"""Far more than any of these runs takes."""
ALL = (1 << 64) - 1
VIRTIO, CLINT, PLIC, SYSCON, RTC, UART = 0x1000_1000, 0x200_0000, 0xC00_0000, 0x10_0000, 0x10_1000, 0x1000_0000
DEVICES = (CLINT, PLIC, PLIC + 0x20_0000, SYSCON, RTC, UART, *(VIRTIO + 0x1000 * slot for slot in range(8)))
ENDS = ("limit", "stuck", "poweroff", "reset", "fail")


def run(machine: Machine, cycles: int) -> StopReason:
    """Run within the budget, and see that the machine is whole."""
    limit, began = machine.cycle + cycles, time.monotonic()
    stop = machine.run(cycles)
    assert stop.kind in ENDS
    assert machine.cycle <= limit
    assert stop.kind != "limit" or machine.cycle == limit
    assert time.monotonic() - began < SECONDS
    assert len(machine.state_hash()) == 64
    for hart in machine.harts:
        assert hart.priv in (0, 1, 3)
        assert hart.x[0] == 0
        assert not hart.pc & 1
    return stop


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


# Random bytes

def raw_machine(random: Random, **options: Any) -> Machine:
    """Return a machine with random bytes as code, in random modes, with random control registers."""
    machine = machine_with(
        random.getrandbits(32), random.choice(("M", "S", "U", "S-paged", "U-paged")), harts=random.choice((1, 1, 2)),
        code=random.randbytes(PROGRAM_SIZE), **options,
    )  # fmt: skip
    for hart in machine.harts:
        for csr in random.sample(CSRS, random.choice((0, 0, 4, 20))):
            if not csr.read_only and csr.name in hart.csr:
                hart.csr[csr.name] = random.choice((0, ALL, random.getrandbits(64), HANDLER, PROGRAM))
    return machine


@pytest.mark.parametrize("seed", range(60))
def test_random_bytes_as_code(seed: int) -> None:
    random = Random(seed)
    machine = raw_machine(random, tlb_entries=random.choice((8, 16384)), arena_bytes=random.choice((1 << 16, 1 << 22)))
    for _ in range(8):
        run(machine, random.choice((1, 100, 20_000)))
        for hart in machine.harts:
            hart.pc = PROGRAM + random.randrange(PROGRAM_SIZE)
            hart.priv = random.choice((0, 1, 3))


@pytest.mark.parametrize("seed", range(20))
def test_random_page_tables(seed: int) -> None:
    random = Random(seed)
    machine = machine_with(seed, random.choice(("S", "U")))
    base = 0x8004_0000
    flags = (0x01, 0x01, 0xCF, 0xDF, 0xD7, 0x0F, 0x5B, random.getrandbits(10))
    for index in range(512 * 16):
        target = random.choice((base + 4096 * random.randrange(16), PROGRAM, DATA, random.getrandbits(44), UART, 0))
        entry = target >> 12 << 10 | random.choice(flags) | random.choice((0, 0, 0, 1 << 63, 1 << 61, 1 << 54))
        machine.write(base + 8 * index, entry.to_bytes(8, "little"))
    for mode in (8, 9, 10):
        machine.harts[0].csr["satp"] = mode << 60 | (base >> 12) + random.randrange(16)
        machine.harts[0].pc = random.choice((PROGRAM, random.getrandbits(39), random.getrandbits(64)))
        run(machine, 30_000)


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
    """Loads and stores of every width at every offset, misaligned ones and atomics too, with random values."""
    random = Random(device)
    machine = machine_with(device, "M")
    opcodes = (0x03, 0x1003, 0x2003, 0x3003, 0x4003, 0x5003, 0x6003, 0x23, 0x1023, 0x2023, 0x3023)
    words = []
    for _ in range(PROGRAM_SIZE // 8):
        register = random.choice((12, 13, 14))
        word = random.choice((*opcodes, *opcodes, 0x202F | random.randrange(2) << 12 | random.randrange(32) << 27))
        addi_x7 = 0x13 | 7 << 7 | random.choice((8, 9, 10)) << 15 | random.getrandbits(12) << 20
        words += [addi_x7, word | 7 << 15 | register << (7 if word & 0x7F == 3 else 20)]
    machine.write(PROGRAM, b"".join(word.to_bytes(4, "little") for word in words))
    hart = machine.harts[0]
    hart.csr["mie"] = 0
    for _ in range(4):
        hart.pc, hart.priv = PROGRAM, 3
        for register, value in {8: device + 0x40, 9: device + 0x800, 10: device + random.getrandbits(12)}.items():
            hart.x[register] = value
        for register in (12, 13, 14):
            hart.x[register] = random.choice((random.getrandbits(64), 1, 0, DATA, 0x7F))
        if run(machine, 5_000).kind in ("poweroff", "reset", "fail"):
            machine.reset()


@pytest.mark.parametrize("seed", range(12))
def test_virtio_garbage(seed: int, tmp_path: Any) -> None:
    """Rings, indices and descriptors at random: the device asks for a reset, or answers."""
    random = Random(seed)
    image = tmp_path / "disk.img"
    image.write_bytes(random.randbytes(1 << 16))
    machine = Machine("16M", bios="none", drives=[str(image)])
    for slot in (0, 7):
        registers = VIRTIO + 0x1000 * slot
        for _ in range(30):
            places = (DATA, DATA + 16, 0x80FF_FFF0, random.getrandbits(64))
            table, avail, used = (random.choice(places) for _ in range(3))
            for offset, value in (
                (0x70, 0), (0x70, 1), (0x70, 3), (0x24, 1), (0x20, 1), (0x24, 0), (0x20, random.getrandbits(32)),
                (0x70, 11), (0x30, 0), (0x38, random.choice((1, 2, 8, 256, 3, 0, 65535))),
                (0x80, table & 0xFFFF_FFFF), (0x84, table >> 32), (0x90, avail & 0xFFFF_FFFF), (0x94, avail >> 32),
                (0xA0, used & 0xFFFF_FFFF), (0xA4, used >> 32), (0x44, 1), (0x70, 15),
            ):  # fmt: skip
                machine.bus.write(registers + offset, 4, value)
            machine.write(DATA, random.choice((random.randbytes(4096), bytes(4096), ring_garbage(random))))
            for _ in range(4):
                machine.bus.write(registers + 0x50, 4, random.choice((0, 0, 1, 0xFFFF_FFFF)))
                run(machine, random.choice((100, 10_001)))


def ring_garbage(random: Random) -> bytes:
    """Return descriptors that look real, in loops and out of RAM, and an available ring."""
    descriptors = b"".join(
        random.choice((DATA + 512, 0x8000_0000, 0x80FF_FFFF, 0, ALL)).to_bytes(8, "little")
        + random.choice((0, 1, 16, 512, 0xFFFF_FFFF)).to_bytes(4, "little")
        + random.getrandbits(3).to_bytes(2, "little")
        + random.choice((0, 1, 2, 7, 8, 0xFFFF)).to_bytes(2, "little")
        for _ in range(128)
    )
    return descriptors + random.randbytes(2048)
