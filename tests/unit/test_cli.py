"""The command line: exit statuses, what is printed, and every refusal in one line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from isa.asm import encode
from unit.elf_files import Phdr, elf_file

from rvemu._core import COMPILES
from rvemu.cli import main
from rvemu.cli.execute import exit_status, with_guest
from rvemu.config import MachineConfig, bundled
from rvemu.machine import StopReason

RAM_BASE = 0x8000_0000
TOHOST = RAM_BASE + 0x1000

SYSCON = ("lui x5, 0x100",)
"""x5 = 0x10_0000, the test device."""
LOOP = ("jal x0, .+0",)
SLEEP = ("wfi", "jal x0, .-4")
PRINT_A = ("lui x5, 0x10000", "addi x6, x0, 65", "sb x6, 0(x5)")

Guest = Callable[..., str]


def finish(value: int) -> tuple[str, ...]:
    """Return code that writes `value` to the test device."""
    upper, lower = (value + 0x800) >> 12, (value + 0x800 & 0xFFF) - 0x800
    return (*SYSCON, f"lui x6, {upper:#x}", f"addi x6, x6, {lower}", "sw x6, 0(x5)", *LOOP)


POWER_OFF, RESET = finish(0x5555), finish(0x7777)


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    """Give what makes an ELF file of lines of assembly text, entered at RAM base, and returns its path."""

    def make(*lines: str, tohost: bool = False) -> str:
        code = b"".join(encode(line).to_bytes(4, "little") for line in lines)
        path = tmp_path / "guest.elf"
        phdrs = [Phdr(RAM_BASE, code)] + ([Phdr(TOHOST, bytes(16))] if tohost else [])
        symbols = [("tohost", TOHOST), ("fromhost", TOHOST + 8)] if tohost else []
        path.write_bytes(elf_file(*phdrs, entry=RAM_BASE, symbols=symbols))
        return str(path)

    return make


def tell_host(value: int) -> tuple[str, ...]:
    """Return code that writes `value` to tohost."""
    return (
        "lui x5, 0x80001",
        "slli x5, x5, 32",
        "srli x5, x5, 32",
        f"addi x6, x0, {value}",
        "sd x6, 0(x5)",
        *LOOP,
    )


def run_for(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command and return its exit status, standard output and standard error."""
    status = main(arguments)
    return (status, *capfd.readouterr())


def start(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """Start rvemu as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "rvemu", *arguments], **options)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("lines", "options", "status"),
    [
        (POWER_OFF, [], 0),
        (finish(0x3333 | 3 << 16), [], 3),
        (finish(0x3333 | 0x100 << 16), [], 1),
        (finish(0x3333), [], 1),
        (RESET, ["--no-reboot"], 0),
        (LOOP, ["--max-cycles", "1000"], 124),
        (LOOP, ["--timeout", "0.2"], 124),
        (RESET, ["--max-cycles", "100000"], 124),
        (SLEEP, [], 3),
    ],
    ids=["off", "fail 3", "fail 256", "fail 0", "reset", "cycles", "seconds", "reboots", "stuck"],
)
def test_the_exit_status_tells_how_the_guest_ended(guest, capfd, lines, options, status):
    assert run_for(["run", guest(*lines), *options], capfd)[0] == status


@pytest.mark.parametrize(("value", "status", "said"), [(1, 0, ""), (7, 3, "*** FAILED *** (tohost = 3)\n")])
def test_htif_tells_pass_and_fail_as_spike_does(guest, capfd, value, status, said):
    assert run_for(["run", guest(*tell_host(value), tohost=True)], capfd) == (status, "", said)


@pytest.mark.parametrize(
    ("kind", "code", "signal_number", "status"),
    [
        ("poweroff", 0, None, 0),
        ("htif", 0, None, 0),
        ("htif", 0x1FF, None, 0xFF),
        ("htif", 0x200, None, 1),
        ("fail", 0, None, 1),
        ("interrupted", None, None, 0),
        ("interrupted", None, signal.SIGINT, 130),
        ("interrupted", None, signal.SIGTERM, 143),
        ("interrupted", None, signal.SIGHUP, 129),
    ],
)
def test_exit_statuses(kind, code, signal_number, status):
    assert exit_status(StopReason(kind, 0, 0, 0, code), signal_number) == status


def test_what_the_guest_prints_is_standard_output_and_nothing_else(guest, capfd):
    assert run_for(["run", guest(*PRINT_A, *POWER_OFF)], capfd) == (0, "A", "")


def test_a_limit_says_where_the_guest_was(guest, capfd):
    _, _, said = run_for(["run", guest(*LOOP), "--max-cycles", "1000"], capfd)
    assert said == "rvemu: hart 0: the cycle limit is reached (cycle 1000, pc 0x80000000)\n"


def test_stats_as_text_are_on_standard_error(guest, capfd):
    status, out, said = run_for(["run", "--stats", guest(*LOOP), "--max-cycles", "1000"], capfd)
    assert (status, out) == (124, "")
    assert re.search(r"^cycles +1000$", said, re.MULTILINE)
    assert re.search(r"^exit cause +limit$", said, re.MULTILINE)


def test_stats_as_json_are_one_line(guest, capfd):
    _, _, said = run_for(["run", "--stats=json", guest(*POWER_OFF)], capfd)
    figures = json.loads(said)
    assert figures["exit_cause"] == "poweroff"
    assert set(figures) >= {"cycles", "instret", "host_seconds", "mips"}


def test_the_state_hash_is_the_last_line_of_standard_output(guest, capfd):
    command = ["run", guest(*PRINT_A, *LOOP), "--max-cycles", "500", "--state-hash"]
    first, second = run_for(command, capfd)[1], run_for(command, capfd)[1]
    assert re.fullmatch(r"Astate-hash: [0-9a-f]{64}\n", first)
    assert first == second


def test_dump_dtb_writes_the_tree_and_runs_nothing(guest, capfd, tmp_path):
    path = tmp_path / "out.dtb"
    assert run_for(["run", guest(*PRINT_A, *LOOP), "--dump-dtb", str(path)], capfd) == (0, "", "")
    assert path.read_bytes().startswith(b"\xd0\x0d\xfe\xed")


def test_dump_dtb_into_a_missing_folder_is_refused(guest, capfd):
    status, _, said = run_for(["run", guest(*LOOP), "--dump-dtb", "/nonexistent/x.dtb"], capfd)
    assert (status, said) == (
        2,
        "rvemu: /nonexistent/x.dtb: no such file or directory (a file that can be written)\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "Usage: rvemu"),
        ("rum", "rvemu: rum: no such command (run)"),
        ("--harts 2", "rvemu: --harts: no such option"),
        ("run --hart 2", "rvemu: --hart: no such option (--harts)"),
        ("run --xyzzy", "rvemu: --xyzzy: no such option (--help lists them)"),
        ("run --harts", "rvemu: --harts: the option requires an argument (--help tells)"),
        ("run --harts two", "rvemu: --harts: 'two' is no number (a decimal or 0x... one, not below 0)"),
        ("run --harts 65", "rvemu: harts: 65 are not supported (1 to 64)"),
        ("run -m 12Q", "rvemu: --memory: '12Q' is no size (a number with K, M, G or T, as 128M)"),
        ("run --isa rv32i", "rvemu: isa: 'rv32i' has XLEN 32 (rv64)"),
        ("run --isa rv64gc_zfoo", "rvemu: isa: extension zfoo of 'rv64gc_zfoo' is unknown or not supported"),
        ("run --clock slow", "rvemu: --clock: 'slow' is not known (virtual, paced)"),
        ("run --engine tcg", "rvemu: --engine: 'tcg' is not known (auto, interp, jit)"),
        ("run --hugepages maybe", "rvemu: --hugepages: 'maybe' is neither on nor off"),
        ("run --timeout never", "rvemu: --timeout: 'never' is no number of seconds (one such as 2.5)"),
        ("run --stats=xml", "rvemu: --stats: 'xml' is not known (text, json)"),
        ("run --bios none", "rvemu: kernel: none is named (KERNEL, which --bios none enters)"),
        ("run a b", "rvemu: run: got unexpected extra argument (b) (--help tells)"),
        ("run a --kernel b", "rvemu: a: unexpected argument (KERNEL or --kernel, not both)"),
        ("run /nonexistent", "rvemu: /nonexistent: "),
        ("run --drive /nonexistent", "rvemu: "),
        ("run --drive a,format=vmdk", "rvemu: drive a: format 'vmdk' is not supported (raw)"),
        ("dis /nonexistent", "rvemu: /nonexistent: no such file or directory (a file that can be read)"),
        ("dis", "rvemu: dis: missing argument 'FILE' (--help tells)"),
        (
            "qemu -kernal k",
            "rvemu: -kernal: this option of QEMU is not supported (the nearest that is: -kernel)",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(capfd, arguments, said):
    status, out, error = run_for(arguments.split(), capfd)
    assert (status, out) == (2, "")
    assert error.startswith(said)
    assert error.count("\n") == 1 or said.startswith("Usage")


def test_a_traceback_is_shown_only_with_debug(capfd):
    assert "Traceback" not in run_for(["run", "/nonexistent"], capfd)[2]
    status, _, said = run_for(["run", "/nonexistent", "--debug"], capfd)
    assert (status, "Traceback" in said) == (2, True)


def test_our_own_fault_is_exit_70_and_one_line(capfd, monkeypatch):
    def fail() -> int:
        raise ValueError("two\nlines")

    monkeypatch.setattr("rvemu.cli.info.show_info", fail)
    status, _, said = run_for(["info"], capfd)
    assert (status, said) == (70, "rvemu: our own fault: ValueError: two lines (--debug shows where)\n")


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["dis", "-h"], ["qemu", "-help"]])
def test_help_is_exit_0(capfd, command):
    status, out, _ = run_for(command, capfd)
    assert status == 0
    assert "sage: rvemu" in out


def test_a_machine_without_a_kernel_is_the_demo():
    assert with_guest(MachineConfig(), self_check=False).kernel == bundled("demo.elf")
    assert with_guest(MachineConfig(append="x"), self_check=True).append == "x selfcheck=auto"


def test_firmware_alone_is_run_without_the_demo():
    config = MachineConfig(bios="u-boot.bin")
    assert with_guest(config, self_check=True) == config


def test_info_tells_version_and_isa(capfd):
    status, out, _ = run_for(["info"], capfd)
    assert status == 0
    assert re.search(r"^isa: +rv64imafdc_", out, re.MULTILINE)
    without = "" if COMPILES else re.escape(" (jit: not on this host, auto is interp)")
    assert re.search(rf"^engines: +auto, interp, jit{without}$", out, re.MULTILINE)


def test_a_raw_file_is_disassembled_from_its_base(capfd, tmp_path):
    path = tmp_path / "code.bin"
    path.write_bytes(bytes.fromhex("97020000 0545 8280 93"))
    status, out, _ = run_for(["dis", str(path), "--base", "0x1000"], capfd)
    assert status == 0
    assert [line.split("\t")[0].strip() for line in out.splitlines()] == ["1000:", "1004:", "1006:", "1008:"]
    assert "auipc\tt0,0x0" in out
    assert out.endswith("(cut off)\n")


def test_the_bundled_demo_disassembles(capfd):
    status, out, _ = run_for(["dis", bundled("demo.elf")], capfd)
    assert status == 0
    assert ".text:" in out


def test_a_closed_standard_input_is_no_input(guest):
    shell = f"exec {sys.executable} -m rvemu run {guest(*POWER_OFF)} <&- >&- 2>&-"
    assert subprocess.call(["sh", "-c", shell]) == 0


def test_the_reader_of_our_output_may_leave_early(guest):
    process = start("run", guest(*PRINT_A, "jal x0, .-4"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(1)
    process.stdout.close()
    assert process.wait(timeout=20) == 128 + signal.SIGPIPE


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_a_busy_guest(guest, number, status):
    with start("run", guest(*PRINT_A, *LOOP), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"A"
        process.send_signal(number)
        assert process.wait(timeout=20) == status


def test_an_idle_guest_on_an_open_pipe_waits_for_input(guest):
    with start("run", guest(*SLEEP), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        time.sleep(0.5)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=20) == 3


def test_an_idle_guest_costs_little(guest):
    with start("run", guest(*SLEEP), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        time.sleep(1.5)  # past the start
        before = cpu_seconds(process.pid)
        time.sleep(2)
        used = cpu_seconds(process.pid) - before
        process.terminate()
    assert used < 0.05 * 2


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
