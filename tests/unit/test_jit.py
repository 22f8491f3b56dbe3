"""The jit engine: when it compiles, what it does when its memory is full, and what users may ask of it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from engines import needs_jit
from system.randomcode import DATA, PROGRAM, assemble

from rvemu.errors import ConfigError
from rvemu.machine import Machine

COUNTING = """
loop:
    addi x5, x5, 1
    addi x6, x6, -1
    bne x6, x0, {loop}
    jal x0, .+0
"""


def machine_with(program: str, **options: Any) -> Machine:
    """Return a machine about to run a program in M-mode."""
    machine = Machine("16M", bios="none", **options)
    machine.write(PROGRAM, assemble(program))
    machine.harts[0].pc = PROGRAM
    return machine


def compiled(machine: Machine) -> int:
    """Return how many blocks have become machine code so far."""
    return machine._core.counters["compiled"]


@needs_jit
def test_a_block_is_compiled_when_it_has_run_so_often() -> None:
    machine = machine_with(COUNTING, engine="jit", tier_up=10)
    machine.harts[0].x[6] = 1000
    machine.run(3 * 9)
    assert compiled(machine) == 0
    machine.run(3)
    assert compiled(machine) == 1
    machine.run(3000 - 30)
    assert (machine.harts[0].x[5], machine.harts[0].x[6]) == (1000, 0)


def test_interp_compiles_nothing() -> None:
    machine = machine_with(COUNTING, engine="interp", tier_up=1)
    machine.harts[0].x[6] = 1000
    machine.run(3000)
    assert compiled(machine) == 0
    assert machine.harts[0].x[5] == 1000


@needs_jit
def test_a_loop_that_rewrites_itself_runs_what_it_has_written() -> None:
    """The addition becomes a subtraction in each second round."""
    machine = machine_with(
        """
        loop:
            addi x5, x5, 1
            xor x8, x8, x7
            sw x8, 0(x9)
            addi x6, x6, -1
            bne x6, x0, {loop}
            jal x0, .+0
        """,
        engine="jit", tier_up=1,
    )  # fmt: skip
    plus, minus = assemble("addi x5, x5, 1"), assemble("addi x5, x5, -1")
    hart = machine.harts[0]
    hart.x[8] = int.from_bytes(plus, "little")
    hart.x[7] = hart.x[8] ^ int.from_bytes(minus, "little")
    hart.x[9], hart.x[6] = PROGRAM, 1001
    machine.run(5 * 1001)
    assert (hart.x[5], hart.x[6]) == (1, 0)


@needs_jit
def test_code_is_dropped_when_its_memory_is_full() -> None:
    """Five hundred functions, called in turn, do not fit."""
    calls = "\n".join("jalr x1, 0(x5)\naddi x5, x5, 64" for _ in range(500))
    machine = machine_with(f"again:\naddi x5, x10, 0\n{calls}\njal x0, {{again}}", engine="jit", tier_up=1,
                           code_cache=65536)
    function = assemble("\n".join(["addi x6, x6, 1"] * 8 + ["jalr x0, 0(x1)"]))
    for number in range(500):
        machine.write(DATA + 64 * number, function)
    machine.harts[0].x[10] = DATA
    machine.run(3 * (500 * 11 + 2))
    assert machine.harts[0].x[6] == 3 * 500 * 8
    assert machine._core.counters["code_flushes"] > 0


@needs_jit
def test_a_forked_process_leaves_its_parents_code_alone() -> None:
    """Both go on after the fork, and each compiles other code."""
    machine = machine_with(COUNTING, engine="jit", tier_up=1)
    hart = machine.harts[0]
    hart.x[6] = 1 << 40
    machine.run(3000)
    child = os.fork()
    if not child:
        machine.write(PROGRAM, assemble("addi x5, x5, 2"))
        machine.run(3000)
        os._exit(hart.x[5] == 3000 and compiled(machine) > 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    machine.run(3000)
    assert hart.x[5] == 2000


@pytest.mark.parametrize(("options", "text"), [
    ({"tier_up": 0}, "tier-up: 0 executions are not supported (1 to 255)"),
    ({"tier_up": 256}, "tier-up: 256 executions are not supported (1 to 255)"),
    ({"code_cache": 4096}, "code cache: 4096 bytes are not supported (64K to 1G)"),
    ({"engine": "none"}, "engine"),
])  # fmt: skip
def test_what_cannot_be_asked_for(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError) as error:
        Machine("16M", bios="none", **options)
    assert text in str(error.value)
