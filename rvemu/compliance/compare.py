"""Two commit logs side by side: the first commit that differs, and the differences that the timer explains.

Equal parts are passed as bytes. What differs for a known reason taints the registers, CSRs and bytes of memory that it
goes to; whatever differs because it reads something tainted is explained as well, and an equal write ends the taint.
So the whole of a log need not be kept: only its last part, from which the state at a divergence is read.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from rvemu.compliance.commits import Commit, LogReader, parse_commit, reads
from rvemu.isa.causes import INTERRUPT_BIT, Interrupt, cause_words
from rvemu.isa.csrs import CSRS

TIMER_CSRS = ("time", "cycle", "mcycle", "instret", "minstret", "mip", "sip", "mvip", "stimecmp")
"""What counts or waits for time: ignored by default."""

CLINT_MTIME = range(0x0200_4000, 0x0200_C000)
"""mtimecmp and mtime of the CLINT."""

_FOLLOWS = "follows from an explained difference"
_RETURNS = (0x3020_0073, 0x1020_0073)
_CAUSES = (0x342, 0x142)
_TIMER = (Interrupt.SUPERVISOR_TIMER, Interrupt.MACHINE_TIMER)
_HANDLER_COMMITS = 100_000
_DETOUR_COMMITS = 2000
_MEETING = 4
_TAINTED_BYTES = 1 << 20
_TAIL_CHUNKS = 8
_NUMBERS = {csr.name: csr.number for csr in CSRS} | {"mvip": 0x309}


@dataclass
class Divergence:
    """The first difference that nothing explains.

    Attributes:
        what: in words.
        a, b: the commits, or None behind the end of a log.
        before: the lines that both have before it.
        after: those that each has behind it.
        state: registers that the two instructions read, and what they held in each log.
    """

    what: str
    a: Commit | None
    b: Commit | None
    before: list[bytes]
    after: tuple[list[Commit], list[Commit]]
    state: dict[str, tuple[int | None, int | None]]


class Comparison:
    """Compares two logs.

    Attributes:
        commits: how many both have in common so far, those that are explained among them.
        explained: how often each reason explained a difference.
        first: the line of `a` at which it did so first.
    """

    def __init__(self, a: LogReader, b: LogReader, ignored: Iterable[str] = TIMER_CSRS, context: int = 5) -> None:
        self._a, self._b, self._context = a, b, context
        self._ignored = {_NUMBERS[name] for name in ignored if name in _NUMBERS}
        self._tainted: dict[str, tuple[int | None, int | None]] = {}
        self._memory: set[int] = set()
        self._tail: deque[bytes] = deque(maxlen=_TAIL_CHUNKS)
        self._lines: list[bytes] = []
        self._last: Commit | None = None
        self.commits = 0
        self.explained: Counter[str] = Counter()
        self.first: dict[str, int] = {}

    def start_at(self, pc: int) -> bool:
        """Pass what comes before the first commit at `pc` in each log; False where one has none.

        Registers that differ there, such as those that a boot ROM sets, are explained by that.
        """
        before = [self._state_before(log, pc) for log in (self._a, self._b)]
        if before[0] is None or before[1] is None:
            return False
        for name in before[0].keys() | before[1].keys():
            if before[0].get(name, 0) != before[1].get(name, 0):
                self._tainted[name] = before[0].get(name, 0), before[1].get(name, 0)
                self.explained["a register was set before the start"] += 1
        return True

    def _state_before(self, log: LogReader, pc: int) -> dict[str, int] | None:
        state: dict[str, int] = {}
        while (commit := log.peek()) is not None:
            if commit.pc == pc:
                return state
            state.update(commit.writes)
            log.next()
        return None

    # Walking

    def run(self) -> Divergence | None:
        """Return the first difference that nothing explains, or None where there is none."""
        while True:
            if not self._tainted and not self._memory:
                self._pass_equal()
            a, b = self._a.peek(), self._b.peek()
            if a is None or b is None:
                return None if a is b else self._diverged("one log ends", a, b)
            if a.at == b.at:
                what = self._difference(a, b)
                if what:
                    return self._diverged(what, a, b)
                self._pass(a)
                self._a.next()
                self._b.next()
            elif not (self._interrupted(a, b) or self._detour()):
                return self._diverged("the instruction", a, b)

    def _pass_equal(self) -> None:
        """Pass what is equal byte for byte, to the line that is not."""
        while True:
            a, b = self._a.raw(), self._b.raw()
            size = min(len(a), len(b))
            if size and a[:size] != b[:size]:
                size = a.rfind(b"\n", 0, _first_difference(a, b, size)) + 1
                self._pass_bytes(a[:size])
                return
            if not size:
                return
            self._pass_bytes(a[:size])

    def _pass_bytes(self, data: bytes) -> None:
        if not data:
            return
        lines = data.count(b"\n")
        self._a.skip(len(data), lines)
        self._b.skip(len(data), lines)
        self.commits += lines
        self._flush_lines()
        self._tail.append(data)
        self._last = None

    def _pass(self, commit: Commit) -> None:
        self.commits += 1
        self._last = commit
        self._lines.append(commit.line)
        if len(self._lines) >= 4096:
            self._flush_lines()

    def _flush_lines(self) -> None:
        if self._lines:
            self._tail.append(b"".join(self._lines))
            self._lines = []

    # Two commits of one instruction

    def _difference(self, a: Commit, b: Commit) -> str:
        """Return what differs without a reason, or ""; what has one taints, and what is equal ends its taint."""
        reason = self._reason(a, b)
        if (a.loads != b.loads or [x[:2] for x in a.stores] != [x[:2] for x in b.stores]) and not reason:
            return "the addresses"
        for name in a.writes.keys() | b.writes.keys():
            ours, theirs = a.writes.get(name), b.writes.get(name)
            if ours == theirs:
                self._tainted.pop(name, None)
            elif _csr_number(name) in self._ignored:
                self._explain(f"{name.partition('_')[2]} counts time", a)
            elif not reason:
                return name
            else:
                self._explain(reason, a)
                self._tainted[name] = ours, theirs
        return self._stores_differ(a, b, reason)

    def _stores_differ(self, a: Commit, b: Commit, reason: str) -> str:
        if a.stores == b.stores:
            if self._memory:
                self._memory.difference_update(_bytes(a))
        elif not reason:
            return "what is stored"
        else:
            self._explain(reason, a)
            self._taint_memory((a, b))
        return ""

    def _reason(self, a: Commit, b: Commit) -> str:
        """Return why the two may differ, or ""."""
        needs = reads(a.word)
        if needs.csr in self._ignored:
            return "a counter was read"
        if _is_sc(a.word) and bool(a.stores) != bool(b.stores):
            return "a reservation ended in one of them, as it may"
        if any(address in CLINT_MTIME for address in a.loads):
            return "the CLINT's timer was read"
        if needs.registers & self._tainted.keys() or (needs.csr is not None and self._csr_tainted(needs.csr)):
            return _FOLLOWS
        loaded = (address + k for x in (a, b) for address in x.loads for k in range(needs.width))
        if self._memory and any(address in self._memory for address in loaded):
            return _FOLLOWS
        return ""

    def _csr_tainted(self, number: int) -> bool:
        return any(name.startswith(f"c{number}_") for name in self._tainted)

    def _explain(self, reason: str, commit: Commit) -> None:
        self.explained[reason] += 1
        self.first.setdefault(reason, commit.number)

    def _taint_memory(self, commits: Iterable[Commit]) -> None:
        for commit in commits:
            self._memory.update(_bytes(commit))
        while len(self._memory) > _TAINTED_BYTES:
            self._memory.pop()

    # Commits that only one log has

    def _interrupted(self, a: Commit, b: Commit) -> bool:
        """Pass the handler of a timer interrupt that only one of them took here."""
        for name, log, goal in (("A", self._a, b), ("B", self._b, a)):
            handler = _handler(log.ahead(_HANDLER_COMMITS), goal)
            codes = _interrupts(handler)
            if handler and any(code in _TIMER for code in codes):
                words = ", ".join(cause_words(INTERRUPT_BIT | code) for code in codes if code in _TIMER)
                self._explain(f"{words} taken by {name} only", a)
                self._pass_detour(log, handler)
                return True
        return False

    def _detour(self) -> bool:
        """After a branch on something tainted: pass both logs to where they meet again."""
        if self._last is None or not reads(self._last.word).registers & self._tainted.keys():
            return False
        ours, theirs = self._a.ahead(_DETOUR_COMMITS), self._b.ahead(_DETOUR_COMMITS)
        meeting = _meeting([x.at for x in ours], [x.at for x in theirs])
        if meeting is None:
            return False
        self._explain(_FOLLOWS, ours[0])
        self._pass_detour(self._a, ours[: meeting[0]])
        self._pass_detour(self._b, theirs[: meeting[1]])
        return True

    def _pass_detour(self, log: LogReader, commits: list[Commit]) -> None:
        """Pass commits that only one log has: all that they wrote is tainted."""
        for commit in commits:
            log.next()
            for name, value in commit.writes.items():
                self._tainted[name] = (value, None) if log is self._a else (None, value)
        self._taint_memory(commits)

    # The report

    def _diverged(self, what: str, a: Commit | None, b: Commit | None) -> Divergence:
        known = self._recent_state()
        named = {name for commit in (a, b) if commit for name in reads(commit.word).registers | commit.writes.keys()}
        state = {name: self._tainted.get(name, (known.get(name), known.get(name))) for name in named}
        self._flush_lines()
        before = b"".join(self._tail).splitlines()[-self._context :] if self._context else []
        after = tuple(log.ahead(self._context + 1)[1:] for log in (self._a, self._b))
        shown = {name: pair for name, pair in sorted(state.items()) if pair != (None, None)}
        return Divergence(what, a, b, before, (after[0], after[1]), shown)

    def _recent_state(self) -> dict[str, int]:
        """Return what the last commits in common wrote last."""
        self._flush_lines()
        state: dict[str, int] = {}
        for line in b"".join(self._tail).splitlines():
            commit = parse_commit(line, 0)
            if commit is not None:
                state.update(commit.writes)
        return state


def _first_difference(a: bytes, b: bytes, size: int) -> int:
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _is_sc(word: int) -> bool:
    return word & 0xF800_007F == 0x1800_002F


def _csr_number(name: str) -> int | None:
    return int(name[1:].partition("_")[0]) if name.startswith("c") else None


def _bytes(commit: Commit) -> list[int]:
    return [address + k for address, size, _ in commit.stores for k in range(size)]


def _handler(commits: list[Commit], goal: Commit) -> list[Commit]:
    """Return the commits up to a trap return to where `goal` is, or none."""
    for index, commit in enumerate(commits):
        if commit.at == goal.at and index and commits[index - 1].word in _RETURNS:
            return commits[:index]
    return []


def _interrupts(commits: list[Commit]) -> list[int]:
    """Return the codes of the interrupts whose cause these commits read."""
    causes = (x.writes.items() for x in commits if reads(x.word).csr in _CAUSES)
    values = (value for writes in causes for name, value in writes if name[0] == "x")
    return [value & 0xFF for value in values if value >> 63]


def _meeting(ours: list[tuple[int, ...]], theirs: list[tuple[int, ...]]) -> tuple[int, int] | None:
    """Return where the two lists go the same way again, with the fewest steps before it."""
    places: dict[tuple[tuple[int, ...], ...], int] = {}
    for k in range(len(theirs) - _MEETING):
        places.setdefault(tuple(theirs[k : k + _MEETING]), k)
    found = ((k, places[key]) for k in range(len(ours) - _MEETING) if (key := tuple(ours[k : k + _MEETING])) in places)
    return min(found, key=sum, default=None)
