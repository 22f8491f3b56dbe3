"""The console from the host's side: looking for a pattern in what the guest prints."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvemu.guestconsole import GuestConsole, Search

PATTERNS = (
    b"ab", b"aab", b"b", re.compile(rb"a+b"), re.compile(rb"(?<=ba)a"), re.compile(rb"^b", re.M), re.compile(rb"^b"),
    re.compile(rb"a$"), re.compile(rb"b(?=a)"), re.compile(rb"(a.b)\1", re.S), re.compile(rb"a(?!b).*\n"),
    re.compile(b""),
)  # fmt: skip


@given(st.sampled_from(PATTERNS), st.lists(st.text("ab\n", min_size=1, max_size=5), max_size=40))
def test_a_pattern_is_seen_with_the_piece_that_completes_it(
    pattern: bytes | re.Pattern[bytes], pieces: list[str]
) -> None:
    console = GuestConsole()
    search = Search(console, pattern)
    for piece in [b"", *map(str.encode, pieces)]:
        console.put(piece)
        found = re.search(pattern, console.output)
        assert search.end() == (found.end() if found else None)
        assert search.arrived(len(piece)) == (found is not None)
        if found:
            break


@pytest.mark.parametrize("size", [10_000, 300_000])
def test_a_match_of_any_length_is_seen_in_the_end(size: int) -> None:
    console = GuestConsole()
    search = Search(console, re.compile(rb"<(.*)>", re.S))
    for byte in b"<" + bytes(size) + b">" + bytes(size // 8):
        console.put(bytes((byte,)))
        if search.arrived(1):
            break
    assert size + 2 <= len(console.output) <= size * 17 // 16 + 2
    assert search.end() == size + 2


@pytest.mark.parametrize("read", [False, True], ids=["kept", "read"])
def test_what_was_dropped_or_read_is_no_longer_searched(read: bool) -> None:
    console = GuestConsole()
    search = Search(console, re.compile(rb"begin.*end", re.S))
    for piece in (b"begin", *[bytes(1 << 16)] * 20, b"end"):
        console.put(piece)
        if read:
            console.read()
        assert not search.arrived(len(piece))
    console.put(b"begin-end")
    assert search.arrived(9)


@pytest.mark.parametrize("pattern", [b"m" * 20 + b"n", re.compile(rb"[nm]ever")])
def test_the_time_of_a_search_grows_with_the_output(pattern: bytes | re.Pattern[bytes]) -> None:
    """Were all searched again at each byte, this would take minutes."""
    console = GuestConsole()
    search = Search(console, pattern)
    began = time.process_time()
    for _ in range(50_000):
        console.put(b"m")
        assert not search.arrived(1)
    assert time.process_time() - began < 6
