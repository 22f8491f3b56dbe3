"""The commit log: Spike's own lines for a program, and a machine that does the same whether it is recorded or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from isa.asm import encode
from system.randomcode import machine_with
from unit.elf_files import Phdr, elf_file

from rvemu import Machine
from rvemu.cli import main
from rvemu.commitlog import CommitLog
from rvemu.errors import ConfigError
from rvemu.machine import RAM_BASE

ISA = "rv64gc_zicntr_zicboz"
SPIKE, SPIKE_PAIRS = (
    [line.split(" | ") for line in (Path(__file__).parent / name).read_text().splitlines()]
    for name in ("spike_commits.txt", "spike_pairs.txt")
)
"""Instructions and the lines that Spike 55b4658d writes of them, but for mip.MTIP, which its CLINT raises at reset."""
BOOT_ROM_LINES = 6
LOOP = "jal x0, .+0"


def code_of(lines):
    words = [encode(line) for line in lines]
    return b"".join(word.to_bytes(4 if word & 3 == 3 else 2, "little") for word in words)


@pytest.fixture
def log_of(tmp_path):
    """Give what runs lines of assembly text for some cycles, and returns the commit log behind the boot ROM's part."""

    def run(lines, *options, cycles=100):
        path = tmp_path / "guest.elf"
        path.write_bytes(elf_file(Phdr(RAM_BASE, code_of(lines).ljust(0x3000, b"\0")), entry=RAM_BASE))
        words = ["--bios", "none", "-m", "16M", "--max-cycles", str(cycles), "--log-commits", str(tmp_path / "log")]
        assert main(["run", "--isa", ISA, *words, *options, str(path)]) == 124
        return (tmp_path / "log").read_text().splitlines()

    return run


def test_lines_are_spikes_byte_for_byte(log_of):
    expected = [line for _, line in SPIKE]
    assert log_of([text for text, _ in SPIKE])[BOOT_ROM_LINES:] == expected


def test_pairs_of_registers_are_logged_as_spike_does(log_of):
    expected = [line for _, line in SPIKE_PAIRS]
    lines = log_of([*(text for text, _ in SPIKE_PAIRS), LOOP], "--isa", "rv64ima_zacas")[BOOT_ROM_LINES:]
    assert lines[: len(expected)] == expected


def test_the_boot_rom_is_logged_too(log_of):
    assert log_of([LOOP])[0] == "core   0: 3 0x0000000000001000 (0x00000297) x5  0x0000000000001000"


def test_what_traps_leaves_no_line(log_of):
    lines = log_of(["auipc x5, 0", "addi x5, x5, 20", "csrrw x0, mtvec, x5", "ecall", LOOP, "ebreak", LOOP], cycles=9)
    assert [line.split()[3] for line in lines[BOOT_ROM_LINES:]] == [f"0x{RAM_BASE + at:016x}" for at in (0, 4, 8)]


def test_device_accesses_are_logged_unless_they_fault(log_of):
    lines = log_of(["lui x5, 0x10000", "addi x6, x0, 65", "sb x6, 0(x5)", "lbu x7, 5(x5)", "lui x8, 0x30000",
                    "lbu x7, 0(x8)", LOOP], cycles=13)  # fmt: skip
    assert lines[BOOT_ROM_LINES + 2 :] == [
        "core   0: 3 0x0000000080000008 (0x00628023) mem 0x0000000010000000 0x41",
        "core   0: 3 0x000000008000000c (0x0052c383) x7  0x0000000000000060 mem 0x0000000010000005",
        "core   0: 3 0x0000000080000010 (0x30000437) x8  0x0000000030000000",
    ]


def test_an_instruction_across_pages_has_all_its_bits(log_of):
    lines = ["addi x5, x0, 5", *["c.nop"] * 2045, "addi x6, x0, 6", LOOP]
    assert log_of(lines, cycles=3000)[BOOT_ROM_LINES + 2046].endswith("80000ffe (0x00600313) x6  0x0000000000000006")


def test_harts_have_their_numbers(log_of):
    lines = log_of([LOOP], "--harts", "12", "--quantum", "100", cycles=2000)
    assert {line[:9] for line in lines} == {f"core {n:3}:" for n in range(12)}


def test_floating_point_registers_have_32_bits_without_d(log_of):
    lines = log_of(["lui x5, 0x2", "csrrs x0, mstatus, x5", "fmv.w.x f1, x5", LOOP], "--isa", "rv64imafc_zicsr")
    assert lines[BOOT_ROM_LINES + 2].endswith(" f1  0x00002000 c768_mstatus 0x8000000a00006000")


def test_trace_and_standard_output(log_of, tmp_path, capfd):
    path = tmp_path / "guest.elf"
    path.write_bytes(elf_file(Phdr(RAM_BASE, code_of([LOOP])), entry=RAM_BASE))
    assert main(["run", "--trace", "-", "--max-cycles", "10", "--bios", "none", str(path)]) == 124
    assert len(capfd.readouterr().out.splitlines()) == 10


@pytest.mark.parametrize("path", ["/dev/full", "/nonexistent/log"])
def test_a_file_that_takes_nothing_is_one_line(log_of, capfd, path, tmp_path):
    log_of([LOOP])
    capfd.readouterr()
    words = ["--bios", "none", "--max-cycles", "10", "--log-commits", path]
    assert main(["run", *words, str(tmp_path / "guest.elf")]) == 2
    error = capfd.readouterr().err
    assert error.startswith(f"rvemu: {path}: no s")
    assert error.count("\n") == 1


@pytest.mark.parametrize("mode", ["M", "S", "U"])
@pytest.mark.parametrize("harts", [1, 3])
def test_a_recorded_machine_does_the_same(harts, mode):
    plain, recorded, sizes = machine_with(5, mode, harts=harts), machine_with(5, mode, harts=harts), []
    recorded.record(lambda records: sizes.append(len(records)))
    for cycles in (1, 999, 50_000):
        plain.run(cycles)
        recorded.run(cycles)
        assert plain.state_hash() == recorded.state_hash()
    assert sum(sizes) // RETIRED_BYTES == recorded.instret == plain.instret


RETIRED_BYTES = 80


def test_a_recorded_boot_does_the_same():
    """Interrupts, the timer, devices, page tables: the demo kernel, which checks itself."""
    hashes = []
    for recorded in (False, True):
        with Machine("32M", kernel=DEMO, append="selfcheck=auto", harts=2) as machine:
            if recorded:
                machine.record(lambda records: None)
            machine.run(20_000_000)
            hashes.append((machine.state_hash(), machine.console.output))
    assert hashes[0] == hashes[1]


DEMO = str(Path(__file__).parents[2] / "rvemu" / "firmware" / "demo.elf")


def test_recording_ends_when_it_is_told_to():
    machine, calls = machine_with(1, "M"), []
    machine.record(lambda records: calls.append(len(records)))
    machine.run(100)
    machine.record(None)
    machine.run(100)
    assert len(calls) == 1


def test_an_error_of_the_consumer_comes_out_of_run():
    machine = machine_with(1, "M")

    def fail(records: memoryview) -> None:
        raise ConfigError("log: full")

    machine.record(fail)
    with pytest.raises(ConfigError, match="log: full"):
        machine.run(100)


def test_no_records_give_no_lines(tmp_path):
    machine = machine_with(1, "M")
    log = CommitLog(str(tmp_path / "log"), machine.isa)
    log.write(memoryview(b""))
    log.close()
    assert (tmp_path / "log").read_bytes() == b""
