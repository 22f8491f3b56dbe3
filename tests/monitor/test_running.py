"""Commands that run the machine, and what makes it stop."""

from __future__ import annotations

import pytest
from monitor.asking import data, error, shown
from monitor.conftest import BUDGET

from rvemu.machine import StopReason
from rvemu.monitor.commands import run
from rvemu.monitor.session import Session


def test_it_begins_before_the_first_instruction_and_steps(session: Session) -> None:
    assert shown(session, "context") == "hart 0 M 0x1000  auipc   t0,0x0\n"
    assert shown(session, "step") == "hart 0 M 0x1004  add     a2,t0,40\n"
    assert data(session, "si 3")["cycle"] == 4
    assert data(session, "hart 1")["hart"] == 1
    assert data(session, "step")["pc"] == 0x1004


def test_a_breakpoint_by_symbol_stops_and_says_so(session: Session) -> None:
    found = data(session, "break main", "continue")
    assert (found["kind"], found["symbol"], found["point"], found["mode"]) == ("breakpoint", "main", 1, "S")
    assert shown(session, "context").endswith("add     sp,sp,-64\n")


def test_ctrl_c_between_two_steps_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    step_line = run.step_line

    def step_and_press(session: Session, *, over: bool) -> StopReason:
        stop = step_line(session, over=over)
        session.interrupted = True
        return stop

    monkeypatch.setattr(run, "step_line", step_and_press)
    assert shown(session, "step 5").startswith("Stopped\n")
    assert session.machine.cycle == 1


def test_next_goes_over_calls_and_step_into_them(session: Session) -> None:
    session.execute("break main")
    here = data(session, "continue")
    frame = session.hart.x[2] - 64
    while "jal" not in here["text"]:
        here = data(session, "next")
    callee = here["text"].partition("\t")[0].rpartition("<")[2].rstrip(">")
    assert data(session, "next")["symbol"].startswith("main+")
    assert session.hart.x[2] == frame
    session.execute(f"set pc = {here['pc']:#x}")
    assert data(session, "step")["symbol"] == callee
    assert f"{callee} returned 0x" in shown(session, "finish")
    assert session.describe(session.hart.pc).startswith("main+")


def test_next_over_an_ecall_comes_back_in_the_same_mode(session: Session) -> None:
    session.execute("catch sbi base")
    assert data(session, "continue")["mode"] == "M"
    session.execute("delete")
    session.execute("set pc = mepc")
    session.execute("set priv = 1")
    here = data(session, "context")
    assert here["text"].endswith("ecall")
    after = data(session, "next")
    assert (after["pc"], after["mode"], after["kind"]) == (here["pc"] + 4, "S", "step")


def test_until_stops_where_a_condition_is_true(session: Session) -> None:
    assert data(session, "until t0 == 0x1000")["cycle"] == 1
    assert data(session, "until pc == main")["symbol"] == "main"
    assert data(session, f"until pc 0 {session.hart.pc + 4:#x}")["kind"] == "step"


def test_until_takes_spikes_words(session: Session) -> None:
    assert data(session, "until reg 0 t0 0x1000")["cycle"] == 1
    session.execute("set *(u64*)0x80400000 = 7")
    assert data(session, "until mem 0x80400000 7")["cycle"] == 2


def test_conditions_and_ignored_hits(session: Session) -> None:
    session.execute("break console_putc ignore 4 if a0 == 0x65")
    found = data(session, "continue")
    assert (found["symbol"], session.hart.x[10]) == ("console_putc", 0x65)
    assert "hit 5 times" in found["reason"]


def test_a_breakpoint_may_be_for_one_hart(session: Session) -> None:
    session.execute("break idle hart 1")
    found = data(session, "continue")
    assert (found["hart"], found["symbol"], found["point"]) == (1, "idle", 1)
    assert session.hart_number == 1


@pytest.mark.parametrize("line", [
    "break console_putc if a0 == 0x65 ignore 4", "break console_putc if a0 == 0x65 hart 0 ignore 2+2",
    "break console_putc space kernel if a0 == 0x65 ignore 4", "break console_putc if a0 == 0x65 ignore 4 space kernel",
    "break ignore 4 console_putc if a0 == 0x65 && hart == 0",
])  # fmt: skip
def test_options_of_a_breakpoint_stand_in_any_order(session: Session, line: str) -> None:
    with type(session.machine).from_config(session.machine.config) as machine:
        other = Session(machine, limit=BUDGET)
        expected = data(other, "break console_putc ignore 4 if a0 == 0x65", "continue")
    found = data(session, line, "continue")
    assert (found["cycle"], found["point"]) == (expected["cycle"], 1)


def test_a_breakpoint_may_be_for_one_address_space(session: Session) -> None:
    session.execute("break main space machine")
    assert shown(session, "break main if priv == 1 space kernel").endswith("in space kernel if priv == 1\n")
    assert data(session, "continue")["point"] == 2
    session.limit = None
    session.execute("delete")
    assert data(session, "catch syscall", "continue")["mode"] == "S"
    satp = session.evaluate("satp")
    session.execute("reset")
    session.execute("delete")
    session.execute(f"catch syscall space satp={satp ^ 1:#x}")
    session.execute(f"catch syscall space satp={satp:#x}")
    assert data(session, "continue")["point"] == 5
    assert "its symbols are unknown" in error(session, "break main space user:none")
    assert "no address space" in error(session, "break main space moon")
    assert "what space is to be is missing" in error(session, "watch sp space")


def test_the_condition_of_any_point_can_be_changed(session: Session) -> None:
    session.limit = None
    session.execute("catch sbi if 0")
    session.execute("condition 1 a7 == 0x48534d")
    found = data(session, "continue")
    assert (found["point"], session.hart.x[17]) == (1, 0x48534D)
    assert data(session, "breakpoints")[0]["if"] == "a7 == 0x48534d"
    assert "is left over" in error(session, "condition 1 a7 a7")
    session.execute("condition 1 0")
    session.execute("catch priv U if 0")
    session.execute("condition 2")
    assert data(session, "continue")["mode"] == "U"


def test_a_condition_without_a_value_stops_and_says_so(session: Session) -> None:
    session.execute("break main if *(u64*)0x10000000 == 1")
    assert shown(session, "continue").startswith("condition 0x10000000: no RAM is mapped there\n")
    assert session.last_stop is not None
    assert session.last_stop.kind == "breakpoint"


def test_a_temporary_breakpoint_goes(session: Session) -> None:
    session.execute("tbreak main")
    assert data(session, "continue")["symbol"] == "main"
    assert list(session.stops) == []
    assert len(session.machine.points) == 0


def test_disabled_ones_do_not_count_and_deleted_ones_are_gone(session: Session) -> None:
    session.execute("break main")
    session.execute("break boot")
    session.execute("disable 2")
    session.execute("disable 1")
    assert data(session, "continue")["kind"] == "limit"
    session.execute("reset")
    session.machine._core.cycle = 0
    session.execute("enable 1")
    assert data(session, "continue")["point"] == 1
    session.execute("delete")
    assert len(session.machine.points) == 0
    assert shown(session, "breakpoints") == "no breakpoints\n"


def test_a_watchpoint_shows_the_old_and_new_value(session: Session) -> None:
    session.execute("watch sstc 1")
    found = data(session, "continue")
    assert found["reason"].startswith("watchpoint 1, sstc")
    assert found["reason"].endswith("0x0 -> 0x1")


def test_each_stop_of_a_watchpoint_begins_where_the_last_one_ended(session: Session) -> None:
    session.execute("break printf")
    session.execute("continue")
    session.execute("watch *(u64*)(sp - 8)")
    session.execute("disable 1")
    changes = [data(session, "continue")["reason"].rpartition(": ")[2].split(" -> ") for _ in range(3)]
    assert changes[0][1] == changes[1][0] != changes[1][1] == changes[2][0]


def test_an_sbi_call_is_told_by_extension_and_function(session: Session) -> None:
    session.execute("catch sbi hsm 0")
    assert data(session, "continue")["kind"] == "breakpoint"
    assert (session.hart.x[17], session.hart.x[16]) == (0x48534D, 0)


def test_read_and_access_watchpoints_stop_before(session: Session) -> None:
    session.execute("rwatch sstc 1")
    found = data(session, "continue")
    assert "about to be read, now 0x1" in found["reason"]
    assert "  l" in found["text"]


@pytest.mark.parametrize(
    ("line", "words", "mode"),
    [("catch trap ecall", "environment call from S-mode (exception 9)", "M"), ("catch priv S", "returned to S", "S"),
     ("catch sbi hsm", "environment call from S-mode", "M"), ("catch csr satp", "written, now satp", None),
     ("catch trap 9 if a7 == 0x48534d", "environment call from S-mode", "M"),
     ("catch irq supervisor", "interrupt (interrupt ", "S"), ("catch syscall", "call from U-mode (exception 8)", "S")],
)  # fmt: skip
def test_catches_say_what_happened(line: str, words: str, mode: str | None, session: Session) -> None:
    session.limit = None
    session.execute(line)
    found = data(session, "continue")
    assert words in found["reason"]
    assert mode in (None, found["mode"])


def test_an_unknown_stop_for_every_limit_is_told_in_words(session: Session) -> None:
    assert shown(session, "runfor 1000").startswith("The cycles are used up\n")
    assert session.machine.cycle == 1000
    assert session.speed >= 0


def test_the_end_of_the_guest_and_a_reset(session: Session) -> None:
    session.limit = None
    assert shown(session, "continue").startswith("The guest powered off\n")
    assert data(session, "reset")["pc"] == 0x1000
    assert session.previous[0]["pc"] != 0x1000


def test_displayed_expressions_come_with_each_stop(session: Session) -> None:
    session.execute("display t0 + 1")
    assert shown(session, "step").startswith("1: t0 + 1 = 0x1001\n")
    session.execute("undisplay")
    assert shown(session, "step").startswith("hart 0")


def test_a_display_has_formats_of_print_and_of_x(session: Session) -> None:
    assert shown(session, "display/d t0 - 1") == "1: /d t0 - 1 = -1\n"
    session.execute("display/i $pc")
    session.execute("display/2xw 0x1000")
    rows = shown(session, "stepi").splitlines()
    word, after = (session.evaluate(f"*(u32*){address:#x}") for address in (0x1000, 0x1004))
    assert rows[:3] == ["1: /d t0 - 1 = 4095", "2: x/i $pc", "=> 0x1004: add     a2,t0,40"]
    assert rows[3:5] == ["3: x/2xw 0x1000", f"0x1000: {word:#010x} {after:#010x}"]
    assert [row.split() for row in shown(session, "display").splitlines()[1:]] == [
        ["1", "/d", "t0", "-", "1"], ["2", "x/i", "$pc"], ["3", "x/2xw", "0x1000"],
    ]  # fmt: skip
    assert data(session, "undisplay 1 3", "stepi")["display"].keys() == {"x/i $pc"}


@pytest.mark.parametrize(("line", "words"), [
    ("display/q a0", "print/q: no such format"), ("display/i", "an expression is missing"), ("undisplay 7", "no 7"),
    ("display nothing", "nothing"), ("display/iq pc", "no format"), ("display/i 0", "nothing answers there"),
])  # fmt: skip
def test_a_display_that_cannot_be_is_refused(session: Session, line: str, words: str) -> None:
    assert words in error(session, line)
    assert not session.displayed


def test_a_display_without_a_value_says_why(session: Session) -> None:
    session.execute("display/i $pc")
    session.hart.pc = 0
    assert shown(session, "context").startswith("1: x/i $pc = 0x0: nothing answers there")


def test_registers_before_the_last_run_are_kept(session: Session) -> None:
    session.execute("step")
    assert session.previous[0]["t0"] == 0
    assert session.hart.x[5] == 0x1000
    assert session.previous[0]["mtvec"] == session.hart.csr["mtvec"]


def test_looking_is_not_in_the_state(session: Session) -> None:
    for line in ("break main", "watch sstc 1", "catch trap", "continue", "step 5", "next", "finish", "delete"):
        session.execute(line)
    session.limit = BUDGET
    session.execute("continue")
    watched = session.machine.state_hash()
    machine = session.machine
    with type(machine).from_config(machine.config) as plain_machine:
        plain_machine.run(BUDGET)
        assert plain_machine.state_hash() == watched


def test_finish_in_a_trap_handler_goes_back_to_what_was_interrupted(session: Session) -> None:
    session.limit = None
    assert data(session, "catch syscall", "continue")["mode"] == "S"
    call = session.hart.csr["sepc"]
    session.execute("delete")
    found = data(session, "finish")
    assert (found["mode"], found["pc"], "returned" in found) == ("U", call, False)
