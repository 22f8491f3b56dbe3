"""Handlers of the release build end in a jump: a call would grow the stack with every instruction."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest

from rvemu import _core

HANDLER = re.compile(r"^[0-9a-f]+ <__pyx_f_\w*?_core_((?:op|do|slow)_\w+?)(?:\.\w+)*>:$")
CALL = re.compile(r"\t(?:callq?|blr?)\s+(.*)$")
INDIRECT = re.compile(r"^\*|^x[0-9]+$")
INTO_HANDLER = re.compile(r"<__pyx_f_\w*?_core_op_\w+")
INDIRECT_JUMP = re.compile(r"\tjmp\s+\*|\tbr\s+x")
LEAVING = {
    "op_break", "op_csrrc", "op_csrrci", "op_csrrs", "op_csrrsi", "op_csrrw", "op_csrrwi", "op_dirty", "op_ebreak",
    "op_ecall", "op_end", "op_fence_i", "op_illegal", "op_jalr_landing", "op_link", "op_lpad_expected", "op_misaligned",
    "op_misaligned_branch", "op_mret", "op_no_lpad", "op_pause", "op_sret", "op_stale", "op_stop", "op_trigger",
    "op_wfi", "op_wrs_nto", "op_wrs_sto",
}  # fmt: skip
"""Handlers after which the loop looks around before it goes on."""


@cache
def disassembly() -> list[str]:
    """Return the lines of the built module's disassembly, or skip where objdump is missing."""
    if shutil.which("objdump") is None:
        pytest.skip("objdump (package binutils) is not installed")
    command = ["objdump", "-d", "--no-show-raw-insn", str(_core.__file__)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def handlers() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each handler with the lines of its code."""
    name, code = "", []
    for line in [*disassembly(), "<end>:"]:
        if line.endswith(">:"):
            if name:
                yield name, code
            found = HANDLER.match(line)
            name, code = found[1] if found else "", []
        elif name:
            code.append(line)


pytestmark = pytest.mark.skipif(_core.DEBUG_BUILD, reason="the debug build has a trampoline in place of tail calls")


def test_the_module_has_its_handlers():
    assert len({name for name, _ in handlers()}) > 150


def test_no_handler_calls_a_handler():
    calls = [
        f"{name}: {target[1]}"
        for name, code in handlers()
        for line in code
        if (target := CALL.search(line)) and (INDIRECT.search(target[1]) or INTO_HANDLER.search(target[1]))
    ]
    assert calls == []


def test_every_other_handler_ends_in_an_indirect_jump():
    jumping = {name for name, code in handlers() if any(INDIRECT_JUMP.search(line) for line in code)}
    assert {name for name, _ in handlers()} - jumping <= LEAVING
