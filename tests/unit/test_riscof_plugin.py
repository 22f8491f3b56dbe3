"""The RISCOF plugin and ACT4's macros of compliance/, without RISCOF: a stand-in for its base class, and real tools."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from rvemu.cli import main

COMPLIANCE = Path(__file__).parents[2] / "compliance"
RISCOF, ACT4 = COMPLIANCE / "riscof" / "rvemu", COMPLIANCE / "act4"
PREFIX = "riscv64-unknown-elf-"
TEST = """
#include "model_test.h"
.section .text.init
.globl rvtest_entry_point
rvtest_entry_point:
    RVMODEL_BOOT
    li   x5, WANTED
    la   x8, begin_signature
    sd   x5, 0(x8)
    RVMODEL_SET_MSW_INT
    csrr x7, mip
    sw   x7, 8(x8)
    RVMODEL_CLEAR_MSW_INT
    csrr x7, mip
    sw   x7, 12(x8)
    RVMODEL_CLEAR_MTIMER_INT
    RVMODEL_HALT
.data
RVMODEL_DATA_BEGIN
    .fill 5, 4, 0xdeadbeef
RVMODEL_DATA_END
"""
SIGNATURE = ["55667788", "11223344", "00000008", "00000000", "deadbeef", "00000000", "00000000", "00000000"]
SELF_CHECKING = """
#include "rvmodel_macros.h"
.section .text.init
.globl rvtest_entry_point
rvtest_entry_point:
    la x8, text
    RVMODEL_IO_INIT(x5, x6, x7)
    RVMODEL_IO_WRITE_STR(x5, x6, x7, x8)
    RVMODEL_SET_MSW_INT(x5, x6)
    RVMODEL_CLR_MSW_INT(x5, x6)
    RVMODEL_SET_SSW_INT(x5, x6)
    RVMODEL_CLR_SSW_INT(x5, x6)
    VERDICT
.data
text: .asciz "checked"
RVMODEL_DATA_SECTION
"""
pytestmark = pytest.mark.skipif(shutil.which(f"{PREFIX}gcc") is None, reason=f"no {PREFIX}gcc")


class Template:
    """What RISCOF's pluginTemplate does for a plugin."""

    def __init__(self, *args, **kwargs):
        self.name = "DUT-rvemu:"


@pytest.fixture
def plugin(monkeypatch, tmp_path):
    """Load the plugin as RISCOF does, with rvemu's command in a folder of its own."""
    base = types.ModuleType("riscof.pluginTemplate")
    base.pluginTemplate = Template
    monkeypatch.setitem(sys.modules, "riscof", types.ModuleType("riscof"))
    monkeypatch.setitem(sys.modules, "riscof.pluginTemplate", base)
    spec = importlib.util.spec_from_file_location("riscof_rvemu", RISCOF / "riscof_rvemu.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    command = tmp_path / "bin" / "rvemu"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m rvemu "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(COMPLIANCE.parent))
    config = {"pluginpath": str(RISCOF), "ispec": str(RISCOF / "rvemu_isa.yaml"), "jobs": "2",
              "pspec": str(RISCOF / "rvemu_platform.yaml"), "PATH": str(command.parent)}  # fmt: skip
    dut = module.rvemu(name="dut", config=config)
    dut.initialise("suite", str(tmp_path), str(tmp_path))
    return dut, module


def entry(folder, source):
    folder.mkdir()
    (folder / "test.S").write_text(source)
    return {"work_dir": str(folder), "test_path": str(folder / "test.S"), "isa": "RV64IMAFDCZicsr_Zifencei",
            "macros": ["XLEN=64", "FLEN=64", "WANTED=0x1122334455667788"]}  # fmt: skip


def test_tests_are_built_and_run_and_leave_signatures(plugin, tmp_path, caplog):
    dut, _ = plugin
    dut.build("isa.yaml", "platform.yaml")
    broken = TEST.replace("RVMODEL_BOOT", "no_such_instruction")
    dut.runTests({"good": entry(tmp_path / "good", TEST), "broken": entry(tmp_path / "broken", broken)})
    assert (tmp_path / "good" / "DUT-rvemu.signature").read_text().split() == SIGNATURE
    assert not (tmp_path / "broken" / "DUT-rvemu.signature").exists()
    assert [record.message.partition(":")[0] for record in caplog.records] == ["broken"]


@pytest.mark.parametrize(("isa", "march"), [
    ("RV64I", "rv64i_zicsr_zifencei"),
    ("RV64IMAFDCZicsr_Zifencei", "rv64imafdc_zicsr_zifencei"),
    ("RV64IZba", "rv64i_zba_zicsr_zifencei"),
    ("RV64IFD_Zicsr_Zbb", "rv64ifd_zicsr_zbb_zifencei"),
])
def test_isa_strings_become_those_of_gcc(plugin, isa, march):
    assert plugin[1].march(isa) == march


@pytest.mark.parametrize(("verdict", "status"), [("RVMODEL_HALT_PASS", 0), ("RVMODEL_HALT_FAIL", 1)])
def test_tests_that_check_themselves_end_with_their_verdict(tmp_path, capfd, verdict, status):
    (tmp_path / "test.S").write_text(SELF_CHECKING.replace("VERDICT", verdict))
    options = ["-march=rv64gc", "-mabi=lp64d", "-mcmodel=medany", "-nostdlib", f"-I{ACT4}", f"-T{ACT4}/link.ld"]
    subprocess.run([f"{PREFIX}gcc", *options, str(tmp_path / "test.S"), "-o", str(tmp_path / "test")], check=True)
    assert main(["run", str(tmp_path / "test")]) == status
    assert capfd.readouterr().out == "checked"
