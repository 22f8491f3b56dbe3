"""RISCOF's view of rvemu: build each architectural test, run it, leave its signature where RISCOF looks for it.

RISCOF loads this file by its name; what it wants of the class is laid down in its manual, "Building your model plugin".
"""

from __future__ import annotations

import logging
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from riscof.pluginTemplate import pluginTemplate

logger = logging.getLogger()

TIMEOUT_SECONDS = 300
_LETTERS = "IMAFDC"


class rvemu(pluginTemplate):  # noqa: N801 (RISCOF finds the class by the name of the plugin)
    """rvemu as the device under test.

    Keys of the section [rvemu] in config.ini: `pluginpath`, `ispec` and `pspec` (files of this folder); and, where the
    defaults do not fit, `PATH` (folder of the command rvemu), `prefix` (of the compiler) and `jobs`.
    """

    __model__ = "rvemu"
    __version__ = "1"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        config = kwargs["config"]
        here = os.path.abspath(config["pluginpath"])
        self.env = os.path.join(here, "env")
        self.isa_spec, self.platform_spec = os.path.abspath(config["ispec"]), os.path.abspath(config["pspec"])
        self.command = os.path.join(config["PATH"], "rvemu") if "PATH" in config else "rvemu"
        self.prefix = config.get("prefix", "riscv64-unknown-elf-")
        self.jobs = int(config.get("jobs", os.cpu_count() or 1))
        self.target_run = str(config.get("target_run", "1")) != "0"

    def initialise(self, suite: str, work_dir: str, archtest_env: str) -> None:
        """Take the folders of this session: RISCOF calls it first."""
        self.work_dir, self.archtest_env = work_dir, archtest_env

    def build(self, isa_yaml: str, platform_yaml: str) -> None:
        """Check that the compiler and rvemu are there; RISCOF calls it once, with its checked YAML files."""
        for tool in ((f"{self.prefix}gcc", "--version"), (self.command, "info")):
            subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)

    def runTests(self, testList: dict[str, dict[str, Any]]) -> None:  # noqa: N802, N803 (RISCOF's names)
        """Build and run every test of the list; one that fails leaves no signature, which RISCOF reports."""
        with ThreadPoolExecutor(self.jobs) as pool:
            for name, said in zip(testList, pool.map(self._run, testList.values()), strict=True):
                if said:
                    logger.error(f"{name}: {said}")

    def _run(self, test: dict[str, Any]) -> str:
        """Return what went wrong, or an empty string."""
        steps = [self.compile_command(test)]
        if self.target_run:
            steps.append(self.run_command(test))
        for step in steps:
            try:
                done = subprocess.run(step, cwd=test["work_dir"], capture_output=True, text=True, check=False,
                                      stdin=subprocess.DEVNULL, timeout=TIMEOUT_SECONDS)  # fmt: skip
            except subprocess.TimeoutExpired:
                return f"no end after {TIMEOUT_SECONDS} s"
            if done.returncode:
                return done.stderr.strip() or f"exit status {done.returncode}"
        return ""

    def compile_command(self, test: dict[str, Any]) -> list[str]:
        """Return the command that makes the ELF file of a test."""
        abi = "lp64d" if any(macro == "FLEN=64" for macro in test["macros"]) else "lp64"
        return [
            f"{self.prefix}gcc", f"-march={march(test['isa'])}", f"-mabi={abi}", "-static", "-mcmodel=medany",
            "-fvisibility=hidden", "-nostdlib", "-nostartfiles", "-g", f"-T{self.env}/link.ld", f"-I{self.env}",
            f"-I{self.archtest_env}", *(f"-D{macro}" for macro in test["macros"]), test["test_path"], "-o", "test.elf",
        ]  # fmt: skip

    def run_command(self, test: dict[str, Any]) -> list[str]:
        """Return the command that runs a test and writes its signature."""
        signature = os.path.join(test["work_dir"], self.name[:-1] + ".signature")
        return [self.command, "run", "test.elf", "--bios", "none", "--timeout", str(TIMEOUT_SECONDS),
                f"+signature={signature}", "+signature-granularity=4"]  # fmt: skip


def march(isa: str) -> str:
    """Return gcc's `-march` for an ISA string of RISCOF's, in lower case and with the letters in the manual's order.

    Zicsr and Zifencei are added: the tests' own frame uses them.
    """
    single, *multiple = isa.lower().replace("rv64", "").split("_")
    letters, first = "", single
    while first and first[0] != "z" and first[0] != "s":
        letters, first = letters + first[0], first[1:]
    names = [name for name in (first, *multiple) if name]
    names += [name for name in ("zicsr", "zifencei") if name not in names]
    ordered = "".join(letter for letter in _LETTERS.lower() if letter in letters)
    return "_".join([f"rv64{ordered}", *names])
