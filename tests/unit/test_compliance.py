"""`rvemu test` in parts: names, what a test needs, discovery, one test's verdict, workers, reports."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from isa.asm import encode
from rich.console import Console
from unit.elf_files import Phdr, elf_file
from unit.workers_gone_wrong import by_name

from rvemu.cli import main
from rvemu.compliance.discover import discover
from rvemu.compliance.outcome import ERROR, FAILED, PASSED, SKIPPED, Job, Outcome
from rvemu.compliance.report import Tally, lines_of, write_json, write_junit
from rvemu.compliance.suites import TestName, missing, name_of
from rvemu.compliance.table import LiveTable
from rvemu.compliance.trial import TAIL, run_test
from rvemu.compliance.workers import run_jobs
from rvemu.errors import LoadError
from rvemu.isa.config import DEFAULT, parse_isa

RAM_BASE = 0x8000_0000
TOHOST = RAM_BASE + 0x1000
ROM_CYCLES = 6
LOOP = "jal x0, .+0"
GET_TOHOST = ("auipc x5, 1",)
PUTCHAR_A = ("addi x6, x0, 0x101", "slli x6, x6, 48", "addi x6, x6, 65", "sd x6, 0(x5)")
GNU_ARCH = "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0"


def tell_host(value: int) -> tuple[str, ...]:
    """Return code, to be put first, that writes `value` to tohost."""
    return (*GET_TOHOST, f"addi x6, x0, {value}", "sd x6, 0(x5)", LOOP)


def write_elf(path: Path, *lines: str, arch: str = "", labels: tuple[tuple[str, int], ...] = ()) -> str:
    """Write an ELF file of lines of assembly text with a tohost; return its path."""
    code = b"".join(encode(line).to_bytes(4, "little") for line in lines)
    symbols = [("_start", RAM_BASE), *labels, ("tohost", TOHOST), ("fromhost", TOHOST + 8)]
    phdrs = [Phdr(RAM_BASE, code), Phdr(TOHOST, bytes(16))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(elf_file(*phdrs, entry=RAM_BASE, symbols=symbols, arch=arch))
    return str(path)


# Names and needs


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("isa/rv64ui-p-add", ("rv64ui", "p", "add")),
        ("isa/rv64uzbb-v-orc_b", ("rv64uzbb", "v", "orc_b")),
        ("isa/hypervisor-svadu-p-2-stage", ("hypervisor-svadu", "p", "2-stage")),
        ("/x/benchmarks/median.riscv", ("benchmarks", "", "median.riscv")),
        ("/x/isa-tests/amo.elf", ("isa-tests", "", "amo.elf")),
    ],
)
def test_a_name_has_suite_environment_and_test(path, name):
    assert name_of(path) == TestName(*name)


@pytest.mark.parametrize(
    ("name", "arch", "isa", "lacking"),
    [
        ("rv64ui-p-add", GNU_ARCH, "", ()),
        ("rv64ui-p-add", GNU_ARCH, "rv64i", ()),
        ("rv64um-p-mul", GNU_ARCH, "rv64i", ("M",)),
        ("rv64mi-p-csr", GNU_ARCH, "rv64i", ()),
        ("rv64mi-p-zicntr", GNU_ARCH, "rv64gc", ("Zicntr",)),
        ("rv64ui-v-add", GNU_ARCH, "rv64gc", ()),
        ("rv64ui-v-add", GNU_ARCH, "rv64iac_zicsr_zifencei", ("M", "F", "D")),
        ("rv64uzbkx-p-xperm4", "", "", ()),
        ("rv64uzbkx-p-xperm4", "", "rv64gc", ("Zbkx",)),
        ("rv64uzbkx-v-xperm4", GNU_ARCH, "rv64gc", ("Zbkx",)),
        ("rv64ssvnapot-p-napot", GNU_ARCH, "rv64gc", ("Svnapot",)),
        ("rv64mzicbo-p-zero", GNU_ARCH, "rv64gc", ("Zicboz",)),
        ("hypervisor-p-2-stage", "", "", ("H",)),
        ("hypervisor-svadu-p-2-stage", "", "rv64gc_svade", ("H", "Svadu")),
        ("median.riscv", "rv64imac", "rv64ima", ("C",)),
        ("vec.riscv", GNU_ARCH + "_v1p0_zve32x1p0_zvl128b1p0", "", ("V",)),
        ("vec.riscv", "rv64i2p1_zve32x1p0", "", ("Zve32x",)),
        ("median.riscv", "", "rv64i", ()),
    ],
)
def test_a_test_needs_what_its_suite_or_its_attributes_name(name, arch, isa, lacking):
    assert missing(f"/x/benchmarks/{name}", arch, parse_isa(isa) if isa else DEFAULT) == lacking


# Discovery


@pytest.fixture
def folder(tmp_path):
    """A folder with two tests, one of them deeper, and much that is no test."""
    write_elf(tmp_path / "rv64ui-p-add", LOOP)
    write_elf(tmp_path / "deeper" / "rv64um-p-mul", LOOP)
    write_elf(tmp_path / "rv64ui-p-add.dump", LOOP)
    (tmp_path / "kernel").write_bytes(elf_file(Phdr(RAM_BASE, bytes(4)), symbols=[("main", RAM_BASE)]))
    (tmp_path / "Makefile").write_text("tohost\0")
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ([""], ["rv64ui-p-add", "deeper/rv64um-p-mul"]),
        (["*"], ["deeper/rv64um-p-mul", "rv64ui-p-add"]),
        (["rv64*"], ["rv64ui-p-add"]),
        (["**/rv64*"], ["deeper/rv64um-p-mul", "rv64ui-p-add"]),
        (["rv64ui-p-add", "rv64ui-p-add.dump", ""], ["rv64ui-p-add", "deeper/rv64um-p-mul"]),
        (["k*"], []),
    ],
)
def test_folders_and_patterns_stand_for_the_tests_in_them(folder, patterns, found):
    paths = [str(folder / pattern) for pattern in patterns]
    assert discover(paths) == [str(folder / name) for name in found]


@pytest.mark.parametrize("name", ["kernel", "Makefile", "empty", "nothing", "nothing*"])
def test_a_path_that_is_no_test_is_refused(folder, name):
    with pytest.raises(LoadError, match=r"^\S+: no .+ \(.+\)$"):
        discover([str(folder / name)])


# One test


def test_a_test_that_passes(tmp_path):
    outcome = run_test(Job(write_elf(tmp_path / "test", *GET_TOHOST, *PUTCHAR_A, *tell_host(1)[1:])))
    assert (outcome.status, outcome.code, outcome.tohost) == (PASSED, 0, 1)
    assert (outcome.console, outcome.tail, outcome.is_good) == ("A", (), True)
    assert (outcome.cycle, outcome.instret) == (ROM_CYCLES + 7, ROM_CYCLES + 7)


def test_a_failure_says_where_and_why(tmp_path):
    path = write_elf(tmp_path / "test", *tell_host(7), labels=(("test_3", RAM_BASE + 4), ("end", RAM_BASE + 8)))
    outcome = run_test(Job(path))
    assert (outcome.status, outcome.tohost, outcome.code, outcome.reason) == (FAILED, 7, 3, "test 3")
    assert (outcome.pc, outcome.symbol, outcome.cycle) == (RAM_BASE + 12, "end+0x4", ROM_CYCLES + 3)
    assert outcome.place == "0x80000004 <test_3>"
    assert [line.split()[2] for line in outcome.tail[-3:]] == ["auipc", "li", "sd"]
    assert outcome.tail[-1].endswith("<end>")
    assert [int(line.split()[0]) for line in outcome.tail] == list(range(ROM_CYCLES + 3))


def test_an_unexpected_trap_is_named(tmp_path):
    lines = ("auipc x7, 0", "addi x7, x7, 16", "csrrw x0, mtvec, x7"), tell_host(2 << 1 | 1337)
    before, handler = (b"".join(encode(line).to_bytes(4, "little") for line in part) for part in lines)
    illegal, tohost, path = bytes(4), TOHOST + 16, tmp_path / "test"
    phdrs = Phdr(RAM_BASE, before + illegal + handler), Phdr(tohost, bytes(16))
    path.write_bytes(elf_file(*phdrs, symbols=[("_start", RAM_BASE), ("tohost", tohost)]))
    outcome = run_test(Job(str(path)))
    assert outcome.status == FAILED
    assert outcome.reason == "unexpected trap: illegal instruction, epc 0x8000000c <_start+0xc>, tval 0x0"


@pytest.mark.parametrize(
    ("environment", "shown"), [("v", ["li", "ecall"]), ("p", ["nop"] * 13 + ["auipc", "li", "sd"])]
)
def test_the_v_environment_shows_the_last_instructions_of_user_mode(tmp_path, environment, shown):
    enter = (
        "auipc x7, 0", "addi x7, x7, 40", "csrrw x0, mepc, x7", "addi x7, x7, 8", "csrrw x0, mtvec, x7",
        "addi x6, x0, -1", "csrrw x0, pmpaddr0, x6", "addi x6, x0, 31", "csrrw x0, pmpcfg0, x6", "mret",
    )  # fmt: skip
    kernel = ("addi x0, x0, 0",) * 20
    lines = (*enter, "addi x10, x0, 5", "ecall", *kernel, *tell_host(7))
    code = b"".join(encode(line).to_bytes(4, "little") for line in lines)
    tohost, path = TOHOST + 128, tmp_path / f"rv64ui-{environment}-any"
    symbols = [("_start", RAM_BASE), ("tohost", tohost)]
    path.write_bytes(elf_file(Phdr(RAM_BASE, code), Phdr(tohost, bytes(16)), symbols=symbols))
    outcome = run_test(Job(str(path)))
    assert outcome.status == FAILED
    assert [line.split()[2] for line in outcome.tail] == shown


def test_a_loop_is_given_up_with_its_last_instructions(tmp_path):
    outcome = run_test(Job(write_elf(tmp_path / "test", LOOP), max_cycles=1000))
    assert (outcome.status, outcome.reason) == (ERROR, "no verdict after 1000 cycles")
    assert (outcome.pc, outcome.cycle, outcome.code, outcome.is_good) == (RAM_BASE, 1000, None, False)
    assert len(outcome.tail) == TAIL
    assert all("<_start>" in line for line in outcome.tail)


def test_a_test_that_can_never_wake_is_an_error(tmp_path):
    outcome = run_test(Job(write_elf(tmp_path / "test", "wfi", "jal x0, .-4")))
    assert (outcome.status, outcome.reason) == (ERROR, "nothing can ever wake the hart")


def test_the_test_device_gives_a_verdict_too(tmp_path):
    fail = ("lui x5, 0x100", "lui x6, 0x53", "addi x6, x6, 0x333", "sw x6, 0(x5)", LOOP)
    outcome = run_test(Job(write_elf(tmp_path / "test", *fail)))
    assert (outcome.status, outcome.code) == (FAILED, 5)
    off = ("lui x5, 0x100", "lui x6, 0x5", "addi x6, x6, 0x555", "sw x6, 0(x5)", LOOP)
    assert run_test(Job(write_elf(tmp_path / "test", *off))).status == PASSED


def test_what_the_isa_leaves_out_is_skipped_by_name(tmp_path):
    outcome = run_test(Job(write_elf(tmp_path / "rv64um-p-mul", LOOP), isa="rv64ia"))
    assert (outcome.status, outcome.reason, outcome.is_good) == (SKIPPED, "needs M", True)
    outcome = run_test(Job(write_elf(tmp_path / "any", LOOP, arch="rv64i2p1_v1p0")))
    assert (outcome.status, outcome.reason) == (SKIPPED, "needs V")


def test_elf32_is_skipped_and_a_damaged_file_is_an_error(tmp_path):
    path = Path(write_elf(tmp_path / "test", LOOP))
    data = bytearray(path.read_bytes())
    data[4] = 1
    path.write_bytes(data)
    assert (run_test(Job(str(path))).status, run_test(Job(str(path))).reason) == (SKIPPED, "needs RV32")
    path.write_bytes(data[:60])
    assert run_test(Job(str(path))).status == ERROR
    assert run_test(Job(str(tmp_path / "gone"))).reason == "no such file or directory"


# Workers


def test_a_crash_or_hang_of_one_worker_does_not_stop_the_rest():
    names = ["a", "dies", "b", "hangs", "c", "leaves", "raises", "d"]
    jobs = [Job(name, timeout=0.5) for name in names]
    outcomes = {outcome.path: outcome for outcome in run_jobs(jobs, 2, by_name, grace=4.0)}
    assert sorted(outcomes) == sorted(names)
    assert {name: outcomes[name].status for name in "abcd"} == dict.fromkeys("abcd", PASSED)
    assert outcomes["dies"].reason == "the worker died (SIGSEGV)"
    assert outcomes["leaves"].reason == "the worker died (exit status 9)"
    assert outcomes["hangs"].reason.startswith("the worker hung")
    assert outcomes["raises"].reason == "our own fault: ZeroDivisionError: of ours"


def test_so_many_workers_as_asked_for_and_no_more():
    outcomes = list(run_jobs([Job(str(number)) for number in range(9)], 1, by_name))
    assert [outcome.path for outcome in outcomes] == [str(number) for number in range(9)]
    assert len({outcome.seconds for outcome in outcomes}) == 1  # the process's id


# Reports

OUTCOMES = (
    Outcome("/x/isa/rv64ui-p-add", PASSED, cycle=9, instret=8, code=0, pc=4),
    Outcome("/x/isa/rv64ui-v-add", FAILED, "test 3", 3, "0x4 <test_3>", 0x8000_0004, "fail+0x4", 77, 70, 0.5,
            console="a\x1b[2J\0<b>\n", tail=("  76  nop",)),
    Outcome("/x/isa/rv64uzfh-p-fadd", SKIPPED, "needs Zfh"),
    Outcome("/x/isa/rv64um-p-mul", ERROR, "the worker died (SIGSEGV)"),
)  # fmt: skip


def tally(*outcomes: Outcome) -> Tally:
    """Return the tally of these outcomes."""
    counted = Tally([outcome.path for outcome in outcomes])
    for outcome in outcomes:
        counted.add(outcome)
    return counted


@pytest.mark.parametrize(
    ("outcomes", "line", "status"),
    [
        (OUTCOMES, "1 passed, 2 failed", 1),
        (OUTCOMES[:1], "1 passed, 0 failed", 0),
        ((OUTCOMES[0], OUTCOMES[2]), "1 passed, 0 failed", 0),
        (OUTCOMES[2:3], "0 passed, 0 failed", 1),
        (OUTCOMES[3:], "0 passed, 1 failed", 1),
        ((), "0 passed, 0 failed", 1),
    ],
)
def test_success_takes_a_test_that_passed_and_none_that_failed(outcomes, line, status):
    assert (tally(*outcomes).last_line, tally(*outcomes).exit_status) == (line, status)


def test_the_table_keeps_p_and_v_apart():
    rows = [line.split() for line in tally(*OUTCOMES).text()]
    assert rows[1:] == [
        ["rv64ui", "1/1", "0/1", "1"], ["rv64uzfh", "0/1", "1", "needs", "Zfh"], ["rv64um", "0/1", "1"],
    ]  # fmt: skip


def test_the_lines_of_a_failure_have_all_that_is_known_and_no_control_characters():
    assert list(lines_of(OUTCOMES[1])) == [
        "failed   rv64ui-v-add: test 3",
        "    | a\\x1b[2J\\x00<b>",
        "    tohost 0x7, test 3, pc 0x80000004 <fail+0x4>, cycle 77",
        "    test case at 0x4 <test_3>",
        "    last instructions (cycle, pc):",
        "        76  nop",
    ]


def test_junit_counts_agree_with_its_cases(tmp_path):
    write_junit(str(tmp_path / "junit.xml"), OUTCOMES)
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root] == ["rv64ui-p", "rv64ui-v", "rv64uzfh-p", "rv64um-p"]
    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, *root):
        assert int(element.attrib["tests"]) == len(list(element.iter("testcase")))
        assert {name: int(element.attrib[name]) for name in tags} == {
            name: len(list(element.iter(tag))) for name, tag in tags.items()
        }
    assert all(set(case.attrib) == {"classname", "name", "time"} for case in root.iter("testcase"))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "test 3, tohost 0x7, pc 0x80000004 <fail+0x4>, cycle 77"
    assert [out.text for out in root.iter("system-out")] == ["a\ufffd[2J\ufffd<b>\n"]


def test_json_has_every_field(tmp_path):
    write_json(str(tmp_path / "report.json"), OUTCOMES)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"] == {"passed": 1, "failed": 1, "error": 1, "skipped": 1}
    failed = report["tests"][1]
    assert (failed["suite"], failed["environment"], failed["test"]) == ("rv64ui", "v", "add")
    assert (failed["tohost"], failed["code"], failed["pc"], failed["cycle"]) == (7, 3, 0x8000_0004, 77)
    assert Counter(test["status"] for test in report["tests"]) == report["counts"]


def test_the_live_table_shows_suites_and_scrolls_failures():
    stream = io.StringIO()
    counted = Tally([outcome.path for outcome in OUTCOMES])
    with LiveTable(counted, Console(file=stream, force_terminal=True, width=100, highlight=False)) as table:
        for outcome in OUTCOMES:
            counted.add(outcome)
            table.show(outcome)
    said = stream.getvalue()
    assert "failed   rv64ui-v-add: test 3" in said
    assert "a\\x1b[2J\\x00<b>" in said
    assert "needs Zfh" in said
    assert "passed   rv64ui-p-add" not in said


# Usage


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "test: missing argument"),
        (["nothing"], "nothing: no such file or folder"),
        (["-j", "0", "FOLDER"], "--jobs: 0 worker processes"),
        (["--isa", "rv32i", "FOLDER"], "isa: 'rv32i' has XLEN 32"),
        (["--engine", "warp", "FOLDER"], "--engine: 'warp' is not known"),
        (["--junit", "/nowhere/at/all.xml", "FOLDER"], "/nowhere/at/all.xml: no such file"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(folder, capfd, options, said):
    assert main(["test", *(str(folder) if word == "FOLDER" else word for word in options)]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"rvemu: {said}")
