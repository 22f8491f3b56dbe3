"""What lines of the monitor answer, for its tests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rvemu.errors import RvemuError
from rvemu.monitor.answers import Answer, plain
from rvemu.monitor.session import Session


def answer_to(session: Session, *lines: str) -> Answer:
    """Return the answer to the last of some lines, which must have one."""
    answer = [session.execute(line) for line in lines][-1]
    assert answer is not None
    return answer


def shown(session: Session, *lines: str, width: int = 80) -> str:
    """Return what the last of some lines shows."""
    return plain(answer_to(session, *lines), width)


def data(session: Session, *lines: str) -> Any:
    """Return the data of the last of some lines."""
    return answer_to(session, *lines).json()


def told(session: Session, line: str) -> str:
    """Return what a line shows, after a look at its width and its JSON."""
    answer = answer_to(session, line)
    json.dumps(answer.json())
    text = plain(answer, 80)
    assert all(len(row) <= 80 for row in text.splitlines()), text
    return text


def error(session: Session, line: str) -> str:
    """Return the one line that refuses a line."""
    with pytest.raises(RvemuError) as caught:
        session.execute(line)
    assert "\n" not in str(caught.value)
    return str(caught.value)
