"""`trace`, `profile` and `coverage` as lines of the monitor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rvemu.config import bundled
from rvemu.errors import RvemuError
from rvemu.machine import Machine
from rvemu.monitor.answers import Answer, plain
from rvemu.monitor.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    with Machine(kernel=bundled("demo.elf"), memory="64M", harts=2, append="selfcheck=auto") as machine:
        machine.run(930_000)
        yield Session(machine)


def told(session: Session, text: str) -> Answer:
    answer = session.execute(text)
    assert answer is not None
    json.dumps(answer.json())
    return answer


def test_a_ring_is_shown_narrowed_by_the_same_words(session: Session) -> None:
    told(session, "trace on")
    session.machine.run(19_000)
    lines = plain(told(session, "trace show 5")).splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(948_995, 949_000))
    rows = told(session, "trace show 10000 sbi").json()
    assert [row["what"] for row in rows] == ["-- sbi"] * 2
    rows = told(session, "trace show 9 insn in sbi_call mode S hart 0").json()
    assert rows
    assert all(row["mode"] == "S" and row["symbol"].startswith("sbi_call") for row in rows)
    assert plain(told(session, "trace show spike 3")).startswith("core   0: ")
    told(session, "trace off")
    before = told(session, "trace show 1").json()
    session.machine.run(1000)
    assert told(session, "trace show 1").json() == before


def test_events_alone_record_nothing(session: Session) -> None:
    told(session, "trace on trap irq sbi priv")
    assert session.machine.recorder is None
    session.machine.run(20_000)
    assert "HSM" in plain(told(session, "trace show"))
    told(session, "trace off")
    assert len(session.machine.points) == 0


@pytest.mark.parametrize(("words", "start"), [
    ("text", "      930000 0 S"), ("spike", "core   0: "), ("chrome", "[\n{"),
])  # fmt: skip
def test_a_trace_goes_to_a_file(session: Session, tmp_path: Path, words: str, start: str) -> None:
    path = tmp_path / "out"
    told(session, f"trace on {words} {path}")
    session.machine.run(2000)
    with pytest.raises(RvemuError, match="goes to a file"):
        session.execute("trace show")
    told(session, "trace off")
    assert path.read_text().startswith(start)


def test_one_trace_ends_the_other(session: Session, tmp_path: Path) -> None:
    told(session, f"trace on chrome {tmp_path / 'out.json'}")
    told(session, "trace on mem")
    json.loads((tmp_path / "out.json").read_text())
    told(session, "trace off")


@pytest.mark.parametrize(("text", "said"), [
    ("trace show", "none was taken"), ("trace on nonsense", "nonsense is not known here"),
    ("trace on hart 7", "hart 7: there is none"), ("trace on mode X", "mode X"), ("trace on in nowhere", "nowhere"),
    ("trace on text", "something is missing"), ("trace on text /none/x", "no such file"),
    ("trace on ring 0", "1 or more"), ("profile report", "nothing was counted"), ("coverage report", "nothing was"),
    ("profile wrong", "not known here"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_a_line(session: Session, text: str, said: str) -> None:
    with pytest.raises(RvemuError, match=said) as error:
        session.execute(text)
    assert "\n" not in str(error.value)
    assert session.machine.recorder is None


def test_a_profile_is_reported_drawn_and_saved(session: Session, tmp_path: Path) -> None:
    told(session, "profile on")
    session.machine.run(100_000)
    told(session, "profile off")
    flat, _, paths = told(session, "profile report 8").json()
    assert len(flat) == len(paths) == 8
    assert sum(row["self"] for row in told(session, "profile report 10000").json()[0]) <= 100_000
    assert paths[0]["call path"] == "all"
    assert all(len(line) <= 80 for line in plain(told(session, "profile report 8")).splitlines())
    told(session, f"profile flame {tmp_path / 'out.svg'}")
    assert "</svg>" in (tmp_path / "out.svg").read_text()
    told(session, f"profile save {tmp_path / 'out.folded'}")
    assert (tmp_path / "out.folded").read_text().splitlines()
    with pytest.raises(RvemuError, match="a file is missing"):
        session.execute("profile flame")


def test_coverage_needs_lines(session: Session) -> None:
    told(session, "coverage on")
    session.machine.run(1000)
    with pytest.raises(RvemuError, match="no line numbers"):
        session.execute("coverage report")
    with pytest.raises(RvemuError, match="a file is missing"):
        session.execute("coverage save")
