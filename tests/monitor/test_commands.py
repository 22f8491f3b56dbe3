"""What holds for each command of the table: help, examples, completion, JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rvemu.console import Terminal
from rvemu.errors import RvemuError
from rvemu.monitor import registry
from rvemu.monitor.answers import plain
from rvemu.monitor.complete import completions
from rvemu.monitor.registry import Command
from rvemu.monitor.render import as_json
from rvemu.monitor.script import parse_line, respond, run_batch, write_through
from rvemu.monitor.session import Leave, Session, split_command

registry.load()
COMMANDS = {entry.name: entry for entry in registry.commands()}
EXAMPLES = [(entry, example) for entry in COMMANDS.values() for example in entry.examples]


@pytest.fixture(params=list(COMMANDS))
def entry(request: pytest.FixtureRequest) -> Command:
    return COMMANDS[request.param]


def test_it_has_a_help_text_and_examples(entry: Command, session: Session) -> None:
    page = session.execute(f"help {entry.name}")
    assert page is not None
    text = plain(page)
    assert entry.usage in text
    assert entry.help[0].isupper()
    assert entry.details.endswith(".")
    assert entry.examples
    assert all(len(line) <= 120 for line in text.splitlines())
    assert json.loads(as_json(page))["name"] == entry.name


@pytest.mark.parametrize(("entry", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_its_examples_are_lines_of_its_own(
    entry: Command, example: str, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = parse_line(example).command
    word, _, rest = split_command(session.expanded(line))
    assert entry in (registry.find(word), COMMANDS.get(f"info-{rest.split()[0]}") if word == "info" else None)
    session.limit = 10_000
    answer, wrong = None, ""
    try:
        answer = session.execute(line)
    except (RvemuError, Leave) as error:
        wrong = str(error)
    assert "usage" not in wrong
    assert "\n" not in wrong
    if answer is not None:
        json.loads(as_json(answer))
        assert all(isinstance(text, str) for _, text in answer.fragments(80))


@pytest.mark.parametrize("example", [example for _, example in EXAMPLES])
def test_completion_proposes_what_goes_on_from_the_word_typed(example: str, session: Session) -> None:
    for end in range(len(example) + 1):
        start, words = completions(session, example[:end])
        assert 0 <= start <= end
        assert all(isinstance(word, str) for word in words)


def test_completion_knows_commands_registers_fields_symbols_and_filters(session: Session) -> None:
    assert "finish" in completions(session, "fin")[1]
    assert {"mstatus.MPRV", "mstatus.MPP", "mstatus.MPIE"} <= set(completions(session, "print mstatus.MP")[1])
    assert all(word.startswith("mstatus.MP") for word in completions(session, "print mstatus.MP")[1])
    assert completions(session, "break page_al")[1] == ["page_alloc"]
    assert completions(session, "break main if page_al") == (14, ["page_alloc"])
    assert completions(session, "catch csr sat")[1] == ["satp"]
    assert completions(session, "print *(u32*)(page_al") == (14, ["page_alloc"])
    assert completions(session, "harts | gr") == (8, ["grep"])
    assert completions(session, "hart ")[1] == ["0", "1"]
    assert completions(session, "nonsense x")[1] == []


def test_completion_of_files(session: Session, tmp_path: Path) -> None:
    (tmp_path / "boot.rvemu").touch()
    assert completions(session, f"source {tmp_path}/bo")[1] == [f"{tmp_path}/boot.rvemu"]


@pytest.mark.parametrize(
    ("line", "hint"),
    [("stpe", "did you mean"), ("co", "several commands begin so"), ("step/x", "it takes no /x"), ("hart 9", "0 to 1"),
     ("hart 0 1", "left over"), ("ignore 1", "no such breakpoint"), ("until", "missing"),
     ("catch moon", "trap, irq, csr"), ("catch csr mood", "one such as satp"), ("break nowhere", "no such"),
     ("break main if", "a condition is missing"), ("break main if (", "it ends"), ("set width wide", "columns"),
     ("set priv = 2", "no mode"), ("source /nowhere", "monitor commands"), ("info moon", "nothing is known"),
     ("frame 1", "`bt`"), ("jump main", "`set pc = ADDRESS`"), ("kill", "`reset`"), ("info locals", "for GDB"),
     ("info source", "compiled with -g"), ("info stepi", "nothing to look at"),
     ("info continue", "`continue` without info"), ("py 1/0", "ZeroDivisionError"),
     ("break main.c:3", "compiled with -g")],
)  # fmt: skip
def test_mistakes_get_one_line_that_helps(line: str, hint: str, session: Session) -> None:
    with pytest.raises(RvemuError) as caught:
        session.execute(line)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


# Lines

@pytest.mark.parametrize(
    ("text", "command", "filters"),
    [("print 3 | 4", "print 3 | 4", []), ("harts | grep M", "harts", [("grep", "M")]),
     ("harts | grep M | head 3", "harts", [("grep", "M"), ("head", "3")]), ("print 3 > 4", "print 3 > 4", []),
     ("harts > out.txt", "harts", [("save", "out.txt")]), ("break main if a0 > b", "break main if a0 > b", []),
     ("print 1 || head", "print 1 || head", [])],
)  # fmt: skip
def test_bars_and_redirections_are_told_from_operators(text: str, command: str, filters: list[object]) -> None:
    line = parse_line(text)
    assert (line.command, list(line.filters)) == (command, filters)


def shown(session: Session, line: str) -> str:
    return "".join(text for _, text in respond(session, line, 80))


def test_filters_files_and_json(session: Session, tmp_path: Path) -> None:
    assert shown(session, "harts | grep mode").split() == ["hart", "mode", "pc", "symbol", "state"]
    assert len(shown(session, "harts | grep -v mode").splitlines()) == 2
    assert len(shown(session, "help | head 2").splitlines()) == 2
    assert shown(session, "harts | wc") == "3\n"
    assert shown(session, f"harts > {tmp_path}/harts.txt") == ""
    assert "mode" in (tmp_path / "harts.txt").read_text()
    assert [row["hart"] for row in json.loads(shown(session, "harts --json"))] == [0, 1]
    respond(session, "json on", 80)
    assert json.loads(shown(session, "print 3 + 4")) == 7


def test_aliases_settings_and_python(session: Session) -> None:
    session.execute("alias two = step 2")
    assert json.loads(shown(session, "two --json"))["cycle"] == 2
    session.execute("alias step = step")
    assert "hart 0" in shown(session, "step")
    session.execute("set width 60")
    assert session.settings.width == 60
    session.execute("set $a0 = 0x1234")
    session.execute("set *(u16*)0x80300001 = a0 + 1")
    assert session.evaluate("*(u16*)0x80300001") == 0x1235
    session.execute("set mine = 5")
    assert shown(session, "py session.evaluate('mine') + 1") == "6\n"
    assert session.execute("py kept = hart.x[10]") is None
    assert shown(session, "py kept") == f"{0x1234}\n"
    assert shown(session, "py print('printed')") == "printed\n"


@pytest.mark.parametrize(
    ("form", "text"),
    [("x", "0xffffffffffffff41"), ("d", "-191"), ("u", "18446744073709551425"), ("c", "65 'A'"),
     ("o", "0o1777777777777777777501")],
)  # fmt: skip
def test_print_has_gdbs_formats(form: str, text: str, session: Session) -> None:
    assert shown(session, f"p/{form} -191") == f"{text}\n"
    assert shown(session, "p/a main + 4") == f"{session.evaluate('main') + 4:#x} <main+0x4>\n"
    with pytest.raises(RvemuError, match="no such format"):
        session.execute("p/q 3")


def test_a_line_for_every_hart(session: Session) -> None:
    assert shown(session, "thread apply all p/x pc") == "hart 0:\n0x1000\nhart 1:\n0x1000\n"
    assert shown(session, "each p/d hart") == "hart 0:\n0\nhart 1:\n1\n"
    assert session.hart_number == 0


def test_a_sourced_file_stops_at_its_first_error(session: Session, tmp_path: Path) -> None:
    script = tmp_path / "boot.rvemu"
    script.write_text("# to main\nbreak main\nnonsense\nstep\n")
    with pytest.raises(RvemuError, match=r"boot.rvemu:3: nonsense: no such command"):
        session.execute(f"source {script}")
    assert session.machine.cycle == 0


def test_answers_begin_on_a_line_of_their_own(session: Session, capfd: pytest.CaptureFixture[str]) -> None:
    session.console = Terminal(os.open(os.devnull, os.O_RDONLY), 1)
    write_through(session, b"login: ")
    assert run_batch(session, [("script", ["print 3", "print 4"])]) == 0
    assert capfd.readouterr().out == "login: \n0x3  3\n0x4  4\n"
