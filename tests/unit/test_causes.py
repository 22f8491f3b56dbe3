"""Causes of traps in words, which are the manual's."""

from __future__ import annotations

import pytest

from rvemu.isa.causes import INTERRUPT_BIT, cause_words


@pytest.mark.parametrize(("xcause", "words"), [
    (2, "illegal instruction"), (13, "load page fault"), (15, "store/AMO page fault"), (18, "software check"),
    (8, "environment call from U-mode"), (9, "environment call from S-mode"), (24, "exception 24"),
    (INTERRUPT_BIT | 7, "machine timer interrupt"), (INTERRUPT_BIT | 20, "interrupt 20"),
    (INTERRUPT_BIT | 13, "local counter overflow interrupt"),
])  # fmt: skip
def test_a_cause_is_told_in_the_manuals_words(xcause: int, words: str) -> None:
    assert cause_words(xcause) == words
