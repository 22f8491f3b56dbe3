"""`rvemu test` as users call it, on the tests that rvemu ships and on some that fail."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from unit.test_compliance import LOOP, tell_host, write_elf

from rvemu.config import bundled

ISA_TESTS = bundled("isa-tests")
COUNT = len(list(Path(ISA_TESTS).glob("*.elf")))
HOST_SECONDS = 120


def rvemu_test(*words: object) -> subprocess.CompletedProcess[str]:
    """Run `rvemu test` without a terminal."""
    command = [sys.executable, "-m", "rvemu", "test", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=HOST_SECONDS, check=False)


@pytest.mark.parametrize("engine", ["auto", "interp"])
def test_our_own_suite_passes(engine, tmp_path):
    done = rvemu_test(ISA_TESTS, "-j", 2, "--engine", engine, "--json", tmp_path / "report.json")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == f"{COUNT} passed, 0 failed"
    suites = [line.split() for line in lines if line.startswith("rv64")]
    assert "rv64mi" in [suite for suite, _ in suites]
    assert sum(int(passed.split("/")[0]) for _, passed in suites) == COUNT
    assert len([line for line in lines if re.fullmatch(r"passed   [\w-]+\.elf: cycle \d+, instret \d+", line)]) == COUNT
    assert json.loads((tmp_path / "report.json").read_text())["counts"]["passed"] == COUNT


def test_one_that_fails_fails_the_run(tmp_path):
    write_elf(tmp_path / "rv64ui-p-good", *tell_host(1))
    write_elf(tmp_path / "rv64ui-v-bad", *tell_host(11))
    write_elf(tmp_path / "rv64um-p-loop", LOOP)
    write_elf(tmp_path / "rv64uf-p-none", LOOP)
    done = rvemu_test(
        tmp_path, "-j", 2, "--isa", "rv64ima", "--max-cycles", 10_000, "--junit", tmp_path / "junit.xml"
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == "1 passed, 2 failed"
    assert "failed   rv64ui-v-bad: test 5\n    tohost 0xb, test 5, pc 0x8000000c <_start+0xc>, cycle 9\n" in done.stdout
    assert "error    rv64um-p-loop: no verdict after 10000 cycles\n" in done.stdout
    assert "skipped  rv64uf-p-none: needs F\n" in done.stdout
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]


def test_a_run_in_which_nothing_ran_is_no_success(tmp_path):
    write_elf(tmp_path / "rv64uf-p-none", LOOP)
    for words in ([tmp_path, "--isa", "rv64i"], [tmp_path / "*.elf*", tmp_path], [tmp_path]):
        done = rvemu_test(*words, "--max-cycles", 1000)
        assert done.returncode == (2 if len(words) == 2 else 1)


def test_ctrl_c_ends_the_run_and_its_workers(tmp_path):
    write_elf(tmp_path / "a", *tell_host(1))
    write_elf(tmp_path / "b", LOOP)
    command = [sys.executable, "-m", "rvemu", "test", str(tmp_path), "-j", "1", "--max-cycles", str(10**12)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"passed   a: ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=HOST_SECONDS)  # to the end of a pipe that the workers hold as well
    assert process.returncode == 130


def test_a_terminal_gets_the_live_table_and_the_last_line():
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "rvemu", "test", ISA_TESTS, "-j", "2"],
        stdin=subprocess.DEVNULL, stdout=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    ) as process:  # fmt: skip
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:
            pass  # the other end is closed
        os.close(ours)
    assert process.returncode == 0
    assert said.replace(b"\x1b[?25h", b"").splitlines()[-1] == f"{COUNT} passed, 0 failed".encode()
    assert b"rv64mi" in said
