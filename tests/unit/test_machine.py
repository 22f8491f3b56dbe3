"""The Python API of a machine."""

from __future__ import annotations

import gc
import mmap
import re
import resource
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from devices.driver import Driver
from harness import CODE, DATA, TestHart, make_hart
from isa.asm import encode
from unit.elf_files import Phdr, elf_file

from rvemu.config import bundled
from rvemu.devices.virtio.drive import Drive
from rvemu.devices.virtio.mmio import LATENCY_CYCLES
from rvemu.errors import BusError, ConfigError, LoadError, RvemuError
from rvemu.isa.csrs import CSRS
from rvemu.machine import Access, ExpectError, Machine, StopReason

DEMO = bundled("demo.elf")
RAM_BASE, MIB, ALL = 0x8000_0000, 1 << 20, (1 << 64) - 1
STAY = "jal x0, .+0"


def elf_of(path: Path, *code: str, symbols: dict[str, int] | None = None) -> str:
    """Return the path of an ELF with `code` at the start of RAM."""
    words = b"".join(encode(line).to_bytes(4, "little") for line in code)
    path.write_bytes(elf_file(Phdr(RAM_BASE, words), symbols=list((symbols or {}).items())))
    return str(path)


@pytest.fixture(scope="module")
def demo() -> Machine:
    """A machine at the prompt of the demo; for tests that only look."""
    machine = Machine("64M", harts=2, kernel=DEMO)
    machine.expect(b"demo> ", max_cycles=50_000_000)
    return machine


# Loading and running

def test_load_and_run_tell_why_the_machine_stopped(tmp_path: Path) -> None:
    machine = Machine("16M")
    machine.load(elf_of(tmp_path / "stay.elf", "addi x5, x0, 42", STAY))
    stop = machine.run(max_cycles=1000)
    assert stop == StopReason("limit", 0, RAM_BASE + 4, 1000, None)
    assert machine.harts[0].x[5] == 42
    assert machine.run(max_cycles=1).cycle == 1001


@pytest.mark.parametrize(("value", "kind", "code"), [
    (0x5555, "poweroff", 0), (0x7777, "reset", 0), (7 << 16 | 0x3333, "fail", 7), (0x3333, "fail", 0),
])  # fmt: skip
def test_the_finisher_ends_the_run_there_and_then(value: int, kind: str, code: int) -> None:
    hart = make_hart()
    hart.put("sw x6, 0(x5)", "addi x7, x0, 1", STAY)
    hart.set(x5=0x10_0000, x6=value)
    hart.pc = CODE
    stop = hart.machine.run(100)
    assert (stop.kind, stop.code, stop.cycle, stop.pc, hart.x[7]) == (kind, code, 1, CODE + 4, 0)
    assert hart.machine.run(100) == stop


def test_a_guest_that_passes_by_tohost_stops_exactly_there(tmp_path: Path) -> None:
    code = ("auipc x5, 1", "addi x6, x0, 1", "sd x6, 0(x5)", "addi x7, x0, 1", STAY)
    machine = Machine("16M")
    machine.load(elf_of(tmp_path / "pass.elf", *code, symbols={"tohost": RAM_BASE + 0x1000}))
    stop = machine.run(1000)
    assert (stop.kind, stop.code, stop.pc, machine.harts[0].x[7]) == ("htif", 0, RAM_BASE + 12, 0)


def test_a_timeout_is_host_time() -> None:
    hart = make_hart()
    hart.put(STAY)
    hart.pc = CODE
    began = time.monotonic()
    assert hart.machine.run(timeout=0.2).kind == "timeout"
    assert 0.2 <= time.monotonic() - began < 10


def test_a_guest_that_cannot_be_loaded_changes_nothing(tmp_path: Path) -> None:
    machine = Machine("16M")
    machine.load(elf_of(tmp_path / "stay.elf", "addi x5, x0, 42", STAY))
    machine.run(20)
    before = machine.state_hash()
    (tmp_path / "foreign").write_bytes(b"\x7fELF" + bytes(100))
    for path in (tmp_path / "foreign", tmp_path / "missing"):
        with pytest.raises(LoadError, match=re.escape(str(path.name))):
            machine.load(str(path))
    assert machine.state_hash() == before


def test_from_config_is_the_same_machine() -> None:
    first = Machine("64M", harts=2, kernel=DEMO, append="x")
    second = Machine.from_config(first.config)
    assert first.state_hash() == second.state_hash()
    assert first.dtb == second.dtb


@pytest.mark.parametrize(("options", "subject"), [
    ({"memory": "12X"}, "memory"), ({"memory": 5000}, "memory"), ({"memory": 0}, "memory"),
    ({"memory": 1 << 60}, "memory"),
    ({"harts": 0}, "harts"), ({"harts": 65}, "harts"), ({"quantum": 99}, "quantum"), ({"isa": "rv32i"}, "isa"),
    ({"clock": "fast"}, "clock"), ({"engine": "tcg"}, "engine"),
    ({"drives": ["/nonexistent/a.img"]}, "/nonexistent/a.img"),
    ({"tlb_entries": 7}, "tlb"), ({"tlb_entries": 24}, "tlb"), ({"tlb_entries": 1 << 20}, "tlb"),
    ({"kernel": "/nonexistent"}, "/nonexistent"), ({"bios": "/nonexistent"}, "/nonexistent"),
])  # fmt: skip
def test_what_cannot_be_had_is_one_line_that_names_it(options: dict[str, Any], subject: str) -> None:
    with pytest.raises(RvemuError, match=re.escape(subject)) as error:
        Machine(**options)
    assert "\n" not in str(error.value)


# Harts

def test_registers_are_read_and_written_by_number(hart: TestHart) -> None:
    x = hart.machine.harts[0].x
    for number in range(32):
        x[number] = number + 5
    assert list(x) == [0, *range(6, 37)]
    x[3] = -1
    assert x[3] == ALL
    assert len(x) == 32


@pytest.mark.parametrize("registers", ["x", "f"])
@pytest.mark.parametrize("number", [32, 1000])
def test_there_are_32_registers(hart: TestHart, registers: str, number: int) -> None:
    file = getattr(hart, registers)
    with pytest.raises(IndexError):
        file[number]
    with pytest.raises(IndexError):
        file[number] = 1


def test_f_registers_are_raw_bits(hart: TestHart) -> None:
    hart.f[1] = 0x7FF8_0000_DEAD_BEEF
    assert hart.f[1] == 0x7FF8_0000_DEAD_BEEF
    hart.run("fsgnj.d f2, f1, f1")
    assert hart.f[2] == 0x7FF8_0000_DEAD_BEEF


def test_csrs_are_named_or_numbered_and_keep_their_rules(hart: TestHart) -> None:
    csr = hart.csr
    csr["mtvec"] = 0x8000_0003
    assert csr["mtvec"] == csr[0x305] == 0x8000_0001
    csr[0x340] = 77
    assert csr["mscratch"] == 77
    assert csr["mhartid"] == 0
    assert "mstatus" in csr
    assert "vstart" not in csr
    assert 0x7FF not in csr
    for name in ("vstart", 0x7FF):
        with pytest.raises(KeyError):
            csr[name]
    with pytest.raises(KeyError):
        csr["mhartid"] = 1


def test_pc_and_priv_are_set(hart: TestHart) -> None:
    hart.pc = CODE + 5
    assert hart.pc == CODE + 4
    for priv in (0, 1, 3):
        hart.priv = priv
        assert hart.priv == priv
    with pytest.raises(ValueError, match="2"):
        hart.priv = 2


def test_counters_read_and_written_have_exactly_that_value(hart: TestHart) -> None:
    hart.csr["mcycle"], hart.csr["minstret"] = 1000, 2000
    assert (hart.csr["mcycle"], hart.csr["minstret"]) == (1000, 2000)
    hart.run("addi x1, x0, 1", "addi x1, x0, 1")
    assert (hart.csr["mcycle"], hart.csr["minstret"]) == (1002, 2002)


def test_translate_follows_the_page_tables(hart: TestHart) -> None:
    hart.map_page(va=0x4000, pa=DATA)
    view = hart.machine.harts[0]
    assert view.translate(0x4123) == DATA + 0x123
    assert view.translate(0x5000) is None
    before = hart.machine.state_hash()
    view.translate(0x4000)
    assert hart.machine.state_hash() == before


def test_looking_changes_nothing(demo: Machine) -> None:
    before = demo.state_hash()
    for hart in demo.harts:
        list(hart.x), list(hart.f), hart.pc, hart.priv, hart.waiting
        for number in range(4096):
            if number in hart.csr:
                hart.csr[number]
    demo.state(), demo.instret, demo.counters, demo.symbols(), demo.memory.sum()
    assert demo.state_hash() == before


# Memory

def test_memory_is_a_read_only_view_without_a_copy(hart: TestHart) -> None:
    machine = hart.machine
    view = machine.memory
    assert (view.dtype, view.shape) == (np.uint8, (16 * MIB,))
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    hart.run("sb x2, 0(x1)", x1=DATA, x2=0xA5)
    assert view[DATA - RAM_BASE] == 0xA5
    assert np.shares_memory(view, machine.memory)


def test_memory_cannot_be_made_writable(hart: TestHart) -> None:
    with pytest.raises(ValueError, match="WRITEABLE"):
        hart.machine.memory.flags.writeable = True


def test_write_writes_and_drops_the_code_there(hart: TestHart) -> None:
    for value in (1, 2):
        hart.put(f"addi x5, x0, {value}", STAY)
        hart.pc = CODE
        hart.step(3)
        assert hart.x[5] == value
    assert hart.read(CODE, 4) == encode("addi x5, x0, 2").to_bytes(4, "little")


def test_write_of_part_of_an_instruction_counts(hart: TestHart) -> None:
    hart.put("addi x5, x0, 1", STAY)
    for imm in (1, 0x7F0):
        hart.machine.write(CODE + 2, (encode(f"addi x5, x0, {imm}") >> 16).to_bytes(2, "little"))
        hart.pc = CODE
        hart.step(2)
        assert hart.x[5] == imm


@pytest.mark.parametrize(("pa", "size"), [
    (RAM_BASE - 1, 1), (RAM_BASE - 1, 2), (RAM_BASE + 16 * MIB, 1), (RAM_BASE + 16 * MIB - 1, 2), (0, 1), (1 << 64, 1),
    (-1, 1),
])  # fmt: skip
def test_what_is_not_ram_cannot_be_written(hart: TestHart, pa: int, size: int) -> None:
    before = hart.machine.state_hash()
    with pytest.raises(BusError):
        hart.machine.write(pa, bytes(size))
    assert hart.machine.state_hash() == before


def test_pages_of_zeros_do_not_count_in_the_hash(hart: TestHart) -> None:
    before = hart.machine.state_hash()
    hart.machine.write(DATA, bytes(10_000))
    assert hart.machine.state_hash() == before
    hart.machine.write(DATA + 5000, b"\1")
    assert hart.machine.state_hash() != before
    hart.machine.write(DATA + 5000, b"\0")
    assert hart.machine.state_hash() == before


def test_every_part_of_the_state_counts_in_the_hash(hart: TestHart) -> None:
    machine, hashes = hart.machine, set()
    hart.put(STAY)
    hart.pc = CODE
    hart.x[1] = 1
    hashes.add(machine.state_hash())
    hart.f[31] = 1
    hashes.add(machine.state_hash())
    hart.csr["mscratch"] = 1
    hashes.add(machine.state_hash())
    machine.bus.write(0x200_4000, 8, 5)
    hashes.add(machine.state_hash())
    machine.console.send(b"x")
    hashes.add(machine.state_hash())
    machine.run(1)
    hashes.add(machine.state_hash())
    assert len(hashes) == 6


# Console

def test_read_returns_the_output_once(hart: TestHart) -> None:
    for byte in b"hi":
        hart.run("sb x2, 0(x1)", x1=0x1000_0000, x2=byte)
    assert hart.machine.console.read() == b"hi"
    assert hart.machine.console.read() == b""


def test_on_output_gets_each_piece(hart: TestHart) -> None:
    pieces: list[bytes] = []
    hart.machine.console.on_output = pieces.append
    for byte in b"h\xff":
        hart.run("sb x2, 0(x1)", x1=0x1000_0000, x2=byte)
    assert b"".join(pieces) == b"h\xff"
    assert hart.machine.console.read() == b"h\xff"


def test_expect_returns_the_output_up_to_the_pattern_and_keeps_the_rest() -> None:
    machine = Machine("64M", kernel=DEMO)
    banner = machine.expect(re.compile(rb"rvemu demo: hart (\d)"), max_cycles=50_000_000)
    assert banner.endswith(b"rvemu demo: hart 0")
    assert b"rvemu demo" not in machine.expect(b"demo> ", max_cycles=50_000_000)
    machine.console.send(b"mem\r")
    assert machine.expect(b"demo> ", max_cycles=50_000_000).startswith(b"mem\r\n")


def test_expect_says_what_came_in_place_of_the_pattern() -> None:
    machine = Machine("64M", kernel=DEMO)
    line = r"console: no b'never' by cycle \d+ \(stuck; last output b'.*demo> '\)"
    with pytest.raises(ExpectError, match=line) as error:
        machine.expect(b"never")
    assert error.value.stop.kind == "stuck"
    with pytest.raises(ExpectError, match="limit"):
        machine.expect(b"never", max_cycles=0)


def test_expect_finds_what_is_there_already_without_running() -> None:
    machine = Machine("64M", kernel=DEMO)
    machine.run()
    before = machine.cycle
    machine.expect(b"demo> ")
    assert machine.cycle == before


# Watches

def accesses(hart: TestHart, pa: int, size: int, *code: str, kinds: str = "rw", **registers: int) -> list[Access]:
    seen: list[Access] = []
    hart.machine.on_access(pa, size, seen.append, kinds)
    hart.run(*code, **registers)
    return seen


@pytest.mark.parametrize(("text", "expected"), [
    ("lb x3, 0(x1)", [(DATA, 1, False)]),
    ("ld x3, -8(x1)", []),
    ("lw x3, 4(x1)", [(DATA + 4, 4, False)]),
    ("sd x3, 0(x1)", [(DATA, 8, True)]),
    ("sd x3, 8(x1)", []),
    ("lr.d x3, (x1)", [(DATA, 8, False)]),
    ("fld f3, 0(x1)", [(DATA, 8, False)]),
])  # fmt: skip
def test_a_watch_sees_loads_and_stores_that_touch_it(
    hart: TestHart, text: str, expected: list[tuple[int, int, bool]]
) -> None:
    seen = accesses(hart, DATA, 8, text, x1=DATA)
    assert [(access.pa, access.width, access.is_store) for access in seen] == expected
    assert all(access.hart == 0 for access in seen)


def test_a_watch_of_one_kind_sees_that_kind_only() -> None:
    code = ("lw x3, 0(x1)", "sw x3, 0(x1)", "amoswap.w x3, x0, (x1)")
    assert [access.is_store for access in accesses(make_hart(), DATA, 4, *code, kinds="r", x1=DATA)][:1] == [False]
    assert {access.is_store for access in accesses(make_hart(), DATA, 4, *code[1:2], kinds="w", x1=DATA)} == {True}
    assert accesses(make_hart(), DATA, 4, code[0], kinds="w", x1=DATA) == []
    assert accesses(make_hart(), DATA, 4, code[1], kinds="r", x1=DATA) == []


def test_a_write_watch_sees_atomics() -> None:
    for text in ("amoadd.w x3, x4, (x1)", "amoswap.d x3, x4, (x1)"):
        assert [access.is_store for access in accesses(make_hart(), DATA, 8, text, kinds="w", x1=DATA)] == [True]


def test_a_watch_is_called_before_the_access_at_its_cycle(hart: TestHart) -> None:
    seen: list[tuple[int, int, int, int]] = []
    machine = hart.machine

    def look(access: Access) -> None:
        seen.append((machine.cycle, hart.pc, hart.csr["minstret"], machine.memory[DATA - RAM_BASE]))

    machine.on_access(DATA, 8, look)
    hart.run("addi x3, x0, 7", "sb x3, 0(x1)", "lb x4, 0(x1)", x1=DATA)
    assert seen == [(1, CODE + 4, 1, 0), (2, CODE + 8, 2, 7)]


def test_a_watch_may_change_registers_and_memory(hart: TestHart) -> None:
    def change(access: Access) -> None:
        hart.x[1] = DATA + 64
        hart.machine.write(DATA + 64, b"\x2a")
        hart.machine.write(CODE + 4, encode("addi x4, x0, 7").to_bytes(4, "little"))

    hart.machine.on_access(DATA, 8, change)
    hart.run("lb x3, 0(x1)", "addi x4, x0, 1", x1=DATA)
    assert (hart.x[3], hart.x[4]) == (42, 7)


def test_a_watch_may_move_the_hart_elsewhere(hart: TestHart) -> None:
    hart.machine.on_access(DATA, 8, lambda access: setattr(hart, "pc", CODE + 8))
    hart.run("lb x3, 0(x1)", "addi x4, x0, 1", "addi x5, x0, 1", x1=DATA, x3=9)
    assert (hart.x[3], hart.x[4], hart.x[5]) == (9, 0, 1)


def test_an_error_in_a_watch_leaves_run_and_the_machine_goes_on(hart: TestHart) -> None:
    def fail(access: Access) -> None:
        raise KeyError("mine")

    hart.machine.on_access(DATA, 8, fail)
    hart.machine.write(DATA, b"\x2a")
    with pytest.raises(KeyError, match="mine"):
        hart.run("lb x3, 0(x1)", x1=DATA)
    assert hart.pc == CODE
    hart.step()
    assert (hart.x[3], hart.machine.cycle) == (42, 1)


def test_a_watch_follows_the_physical_address(hart: TestHart) -> None:
    hart.map_page(va=0x4000, pa=DATA)
    seen = accesses(hart, DATA + 16, 8, "lw x3, 0(x1)", x1=0x4010)
    assert [access.pa for access in seen] == [DATA + 16]


def test_a_watch_by_symbol(tmp_path: Path) -> None:
    code = ("auipc x5, 1", "lw x6, 0(x5)", STAY)
    machine = Machine("16M", kernel=elf_of(tmp_path / "a.elf", *code, symbols={"value": RAM_BASE + 0x1000}))
    seen: list[Access] = []
    assert machine.symbols()["value"] == RAM_BASE + 0x1000
    machine.on_access("value", 4, seen.append)
    machine.run(100)
    assert [access.pa for access in seen] == [RAM_BASE + 0x1000]


def test_watches_that_cannot_be_had_are_refused_and_the_others_stay(hart: TestHart) -> None:
    seen: list[Access] = []
    for _ in range(16):
        hart.machine.on_access(DATA, 8, seen.append)
    for address, size in ((DATA, 8), (0x1000_0000, 4), (DATA, 0), (RAM_BASE + 16 * MIB - 4, 8)):
        with pytest.raises(ConfigError, match="watch"):
            hart.machine.on_access(address, size, seen.append)
    with pytest.raises(ConfigError, match="nosuch"):
        hart.machine.on_access("nosuch", 8, seen.append)
    hart.run("lw x3, 0(x1)", x1=DATA)
    assert len(seen) == 16


@pytest.mark.parametrize("text", ["ld x3, 0(x1)", "sd x3, 0(x1)", "lw x3, 2(x1)", "fsd f3, 0(x1)"])
@pytest.mark.parametrize("page", [0, 1])
def test_a_watch_sees_both_pages_of_a_misaligned_access(text: str, page: int) -> None:
    hart = make_hart()
    seen = accesses(hart, DATA + 4096 * page + (4088, 0)[page], 8, text, x1=DATA + 0xFFC)
    assert len(seen) == 1
    assert seen[0].is_store == ("s" in text.split()[0])
    assert hart.machine.cycle == 1


def test_a_watch_on_both_pages_sees_each_part_once(hart: TestHart) -> None:
    seen = accesses(hart, DATA + 0xFF0, 32, *["ld x3, 0(x1)"] * 3, x1=DATA + 0xFFC)
    assert [(access.pa, access.width) for access in seen] == [(DATA + 0xFFC, 4), (DATA + 0x1000, 4)] * 3
    assert hart.machine.cycle == 3


def test_the_state_in_a_watch_is_that_of_a_stop_there() -> None:
    hashes: list[str] = []
    harts = (make_hart(), make_hart())
    harts[0].machine.on_access(DATA, 8, lambda access: hashes.append(harts[0].machine.state_hash()))
    for hart, cycles in zip(harts, (50, 5), strict=True):
        hart.put(*["addi x5, x5, 1"] * 5, "ld x3, 0(x1)", "addi x5, x5, 1", STAY)
        hart.set(x1=DATA)
        hart.pc = CODE
        hart.step(cycles)
    assert hashes == [harts[1].machine.state_hash()]


def test_a_machine_that_runs_cannot_be_run(hart: TestHart) -> None:
    errors = []

    def again(access: Access) -> None:
        with pytest.raises(RvemuError, match="running") as error:
            hart.machine.run(1)
        errors.append(error)

    hart.machine.on_access(DATA, 8, again)
    hart.run("lb x3, 0(x1)", "addi x4, x0, 1", x1=DATA)
    assert (len(errors), hart.x[4]) == (1, 1)


def test_a_machine_runs_on_one_thread_at_a_time(hart: TestHart) -> None:
    hart.put("addi x5, x5, 1", "jal x0, .-4")
    hart.pc = CODE
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(hart.machine.run(50_000_000).cycle)
        except RvemuError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    done = sum(isinstance(outcome, int) for outcome in outcomes)
    assert hart.machine.cycle == done * 50_000_000 > 0


def test_a_closed_machine_has_given_its_memory_back(hart: TestHart) -> None:
    hart.machine.write(DATA, b"x")
    view = hart.machine.memory
    for _ in range(2):
        hart.machine.close()
    assert not view.any()


def mapped_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE


def test_a_machine_that_nobody_holds_gives_its_memory_back() -> None:
    Machine("64M", bios="none").run(1000)
    before = mapped_bytes()
    for _ in range(5):
        Machine("64M", bios="none").run(1000)
    assert mapped_bytes() - before < 64 * MIB


# Reset

def test_reset_loads_the_guest_again_and_time_goes_on(tmp_path: Path) -> None:
    code = ("auipc x5, 0", "addi x6, x6, 1", "sw x0, 4(x5)", STAY)
    machine = Machine("16M", kernel=elf_of(tmp_path / "a.elf", *code))
    machine.write(DATA, b"kept")
    entry = machine.harts[0].pc
    machine.run(100)
    assert machine.ram.read(RAM_BASE + 4, 4) == bytes(4)
    machine.reset()
    hart = machine.harts[0]
    assert (hart.pc, hart.priv, list(hart.x), hart.waiting) == (entry, 3, [0] * 32, False)
    assert machine.ram.read(RAM_BASE + 4, 4) == encode(code[1]).to_bytes(4, "little")
    assert machine.ram.read(DATA, 4) == b"kept"
    assert machine.cycle == 100
    assert (hart.csr["mcycle"], hart.csr["minstret"]) == (0, 0)
    machine.run(100)
    assert hart.x[6] == 1


def test_reset_puts_every_csr_and_device_back() -> None:
    fresh, used = make_hart(), make_hart()
    for machine in (fresh.machine, used.machine):
        machine.reset()
    before = used.machine.state()
    used.priv = 1
    for csr in CSRS:
        if csr.name in used.csr and not csr.read_only:
            used.csr[csr.name] = ALL
    used.x[5], used.f[6] = 1, 2
    used.machine.bus.write(0x200_0000, 4, 1)
    used.machine.bus.write(0xC00_0028, 4, 7)
    used.machine.bus.write(0x1000_0001, 1, 1)
    assert used.machine.state() != before
    used.machine.reset()
    assert used.machine.state() == before


def test_a_guest_that_reboots_starts_again_by_reset() -> None:
    machine = Machine("64M", kernel=DEMO)
    machine.expect(b"demo> ", max_cycles=50_000_000)
    machine.console.send(b"reboot\r")
    assert machine.run(2_000_000_000).kind == "reset"
    machine.console.read()
    machine.reset()
    assert b"rvemu demo" in machine.expect(b"demo> ", max_cycles=50_000_000)


# The host's memory

SIZES = """
import resource, time
from rvemu.machine import Machine
began = time.perf_counter()
machine = Machine({memory!r}, bios="none", hugepages=False)
made = time.perf_counter() - began
machine.harts[0].pc = 0x8000_0000
machine.write(0x8000_0000, bytes.fromhex("6f000000"))
machine.run(100_000)
began = time.perf_counter()
machine.state_hash()
print(made, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measured(memory: str) -> tuple[float, float, int]:
    """Return seconds to make a machine, seconds to hash it, and the peak of the process in KiB."""
    program = [sys.executable, "-c", SIZES.format(memory=memory)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    made, hashed, peak = done.stdout.split()
    return float(made), float(hashed), int(peak)


def test_8_tib_of_ram_start_at_once_and_cost_next_to_nothing() -> None:
    small, large = measured("16M"), measured("8T")
    assert large[0] < small[0] + 0.5
    assert large[1] < small[1] + 1
    assert large[2] < small[2] + 32 * 1024


def test_the_last_byte_of_a_large_ram_is_there() -> None:
    hart = make_hart(memory="1T")
    last = RAM_BASE + (1 << 40) - 8
    hart.run("sd x2, 0(x1)", "ld x3, 0(x1)", x1=last, x2=77)
    assert hart.x[3] == 77
    assert hart.trap1("ld x3, 8(x1)", x1=last).cause == 5


def test_ram_beyond_the_host_s_address_space_is_refused() -> None:
    with pytest.raises(ConfigError, match="memory: the host cannot map"):
        Machine(1 << 50, bios="none")


def test_a_machine_that_is_gone_gives_its_memory_back() -> None:
    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def touch() -> None:
        Machine("256M", bios="none", hugepages=False).write(RAM_BASE, b"\1" * (64 * MIB))

    touch()
    before = peak()
    for _ in range(6):
        gc.collect()
        touch()
    assert peak() < before + 100 * 1024


@pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="this host has no transparent huge pages")
@pytest.mark.parametrize("hugepages", [True, False])
def test_huge_pages_are_asked_for_or_not(hugepages: bool) -> None:
    machine = Machine("64M", bios="none", hugepages=hugepages)
    assert mapping_flags(machine.memory.ctypes.data) >= {"hg" if hugepages else "nh"}


def mapping_flags(address: int) -> set[str]:
    """Return the VmFlags of this process's mapping at `address`."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(found[1], 16) <= address < int(found[2], 16)
        elif inside and line.startswith("VmFlags:"):
            return set(line.split()[1:])
    raise AssertionError(f"nothing is mapped at {address:#x}")


# Input from the host


class Typist:
    """A host whose keys never end: byte n of what is typed is n modulo 251."""

    quit_requested = at_end = False

    def __init__(self) -> None:
        self.typed = 0

    def poll(self, limit: int) -> bytes:
        """Return as much as is asked for."""
        self.typed += limit
        return bytes(n % 251 for n in range(self.typed - limit, self.typed))

    def wait(self, seconds: float | None, *, listen: bool = True) -> bool:
        """There is always something, for who listens."""
        return listen

    def write(self, data: bytes) -> None:
        """Throw the output away."""


KEEP_KEYS = (
    "lui x5, 0x10000",              # the UART
    "lui x6, 0x80100",
    "slli x6, x6, 32",
    "srli x6, x6, 32",
    "lbu x7, 5(x5)",                # LSR
    "andi x7, x7, 1",
    "bne x7, x0, .+20",
    "lui x8, 2",                    # nothing there: look again some thousand cycles later
    "addi x8, x8, -1",
    "bne x8, x0, .-4",
    "jal x0, .-24",
    "lbu x7, 0(x5)",                # RBR
    "sb x7, 0(x6)",
    "addi x6, x6, 1",
    "jal x0, .-40",
)
"""Stores all that comes in from 0x8010_0000 on."""


def test_no_more_input_is_taken_than_there_is_room_for(tmp_path: Path) -> None:
    machine, host = Machine("16M", kernel=elf_of(tmp_path / "deaf.elf", STAY)), Typist()
    machine.run(200_000_000, host=host)
    assert 0 <= host.typed - (1 << 16) <= 16


class Impatient(Typist):
    """A host that asks for the end whenever a drive has been read from since it was last asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.reads = self.seen = 0
        monkeypatch.setattr(Drive, "read_into", self.count)

    def count(self, sector: int, views: list[memoryview]) -> None:
        """Stand in for a drive."""
        self.reads += 1

    def poll(self, limit: int) -> bytes:
        """Type nothing."""
        return b""

    @property
    def quit_requested(self) -> bool:  # type: ignore[override]
        """Ask once."""
        seen, self.seen = self.seen, self.reads
        return seen != self.reads


def with_requests(path: Path, count: int) -> tuple[Machine, Driver]:
    """Return a machine with a disk, and requests to read from it that have been notified of."""
    machine = Machine("16M", bios="none", drives=[str(path)])

    class Registers:
        def read(self, offset: int) -> int:
            """Return a register of the first slot."""
            return machine.bus.read(0x1000_1000 + offset, 4)

        def write(self, offset: int, value: int) -> None:
            """Write a register of the first slot."""
            machine.bus.write(0x1000_1000 + offset, 4, value)

    driver = Driver(Registers(), machine.ram, num=32).start()  # type: ignore[arg-type]
    for number in range(count):
        driver.add(struct.pack("<IIQ", 0, 0, number), 512, 1)
    driver.notify()
    return machine, driver


def test_the_host_is_looked_at_between_requests_that_are_due_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the guest sees nothing of it: all requests complete at the same cycle."""
    (tmp_path / "disk.img").write_bytes(bytes(4096))
    whole, driver = with_requests(tmp_path / "disk.img", 8)
    whole.run(20_000)
    assert len(driver.used_elements()) == 8
    expected = whole.state_hash()
    whole.close()
    machine, driver = with_requests(tmp_path / "disk.img", 8)
    host = Impatient(monkeypatch)
    stops = [machine.run(20_000, host=host) for _ in range(7)]
    assert {(stop.kind, stop.cycle) for stop in stops} == {("interrupted", LATENCY_CYCLES)}
    assert len(driver.used_elements()) == 7
    assert machine.run(20_000 - LATENCY_CYCLES, host=host).kind == "limit"
    assert len(driver.used_elements()) == 1
    assert machine.state_hash() == expected


def test_a_guest_that_waits_for_ever_among_endless_input_is_stuck(tmp_path: Path) -> None:
    machine = Machine("16M", kernel=elf_of(tmp_path / "wait.elf", "wfi", "jal x0, .-4"), clock="paced")
    assert machine.run(host=Typist()).kind == "stuck"


def test_endless_input_arrives_whole_and_in_order(tmp_path: Path) -> None:
    machine, host = Machine("16M", kernel=elf_of(tmp_path / "keys.elf", *KEEP_KEYS)), Typist()
    machine.bus.write(0x1000_0002, 1, 1)                # FCR: FIFOs on
    machine.run(800_000_000, host=host)
    kept = host.typed - (1 << 16) - 16
    assert kept > 1 << 16
    assert bytes(machine.memory[MIB : MIB + kept]) == bytes(n % 251 for n in range(kept))
