"""PLIC, against the RISC-V PLIC specification, by rules and against a model written as the text reads."""

import pytest
from devices.fakes import quiet_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from rvemu.devices.base import IrqLine
from rvemu.devices.plic import Plic
from rvemu.errors import BusError, SnapshotError

M, S = 0, 1                                     # contexts of hart 0
SOURCES = 95


def priority(source):
    return 4 * source


def enable(context, source=0):
    return 0x2000 + 0x80 * context + 4 * (source // 32)


def threshold(context):
    return 0x20_0000 + 0x1000 * context


def claim(context):
    return threshold(context) + 4


@pytest.fixture
def plic(rig):
    lines = quiet_lines(4)
    plic = rig(lambda machine: Plic(2, SOURCES, lines))
    plic.lines = lines
    return plic


def take(plic, context, *sources, priority_of=lambda source: 1):
    for source in sources:
        plic.write(priority(source), priority_of(source))
        plic.write(enable(context, source), plic.read(enable(context, source)) | 1 << source % 32)


def test_a_high_line_reaches_the_enabled_context_alone(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    assert [line.level for line in plic.lines] == [False, True, False, False]
    assert plic.read(0x1000) == 1 << 10


def test_sources_above_31_are_in_further_words(plic):
    take(plic, 3, 95, 64, 32)
    assert [plic.read(enable(3, source)) for source in (0, 32, 64)] == [0, 1, 1 << 31 | 1]
    plic.device.set_level(95, True)
    assert [plic.read(0x1000 + 4 * word) for word in range(3)] == [0, 0, 1 << 31]
    assert plic.read(claim(3)) == 95


def test_claim_clears_pending_and_lowers_the_line(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    assert plic.read(claim(S)) == 10
    assert plic.read(0x1000) == 0
    assert not plic.lines[S].level
    assert plic.read(claim(S)) == 0


def test_a_line_still_high_at_completion_is_pending_again(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    plic.read(claim(S))
    plic.write(claim(S), 10)
    assert plic.lines[S].level
    assert plic.read(claim(S)) == 10


def test_a_line_low_at_completion_is_not(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    plic.read(claim(S))
    plic.device.set_level(10, False)
    plic.write(claim(S), 10)
    assert not plic.lines[S].level


def test_the_gateway_forwards_nothing_between_claim_and_completion(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    plic.read(claim(S))
    plic.device.set_level(10, False)
    plic.device.set_level(10, True)
    assert not plic.lines[S].level
    assert plic.read(0x1000) == 0


def test_a_request_once_forwarded_stays_when_the_line_falls(plic):
    take(plic, S, 10)
    plic.device.set_level(10, True)
    plic.device.set_level(10, False)
    assert plic.lines[S].level
    assert plic.read(claim(S)) == 10


def test_claims_come_by_priority_then_by_lowest_id(plic):
    take(plic, S, 3, 5, 7, 9, priority_of={3: 2, 5: 6, 7: 6, 9: 7}.__getitem__)
    for source in (3, 5, 7, 9):
        plic.device.set_level(source, True)
    assert [plic.read(claim(S)) for _ in range(5)] == [9, 5, 7, 3, 0]


def test_priority_0_never_interrupts_and_cannot_be_claimed(plic):
    take(plic, S, 4, priority_of=lambda source: 0)
    plic.device.set_level(4, True)
    assert not plic.lines[S].level
    assert plic.read(claim(S)) == 0
    plic.write(priority(4), 1)
    assert plic.lines[S].level


def test_the_threshold_masks_its_own_priority_and_below(plic):
    take(plic, S, 4, priority_of=lambda source: 3)
    plic.device.set_level(4, True)
    plic.write(threshold(S), 3)
    assert not plic.lines[S].level
    plic.write(threshold(S), 2)
    assert plic.lines[S].level


def test_the_threshold_does_not_affect_a_claim(plic):
    take(plic, S, 4, priority_of=lambda source: 3)
    plic.device.set_level(4, True)
    plic.write(threshold(S), 7)
    assert plic.read(claim(S)) == 4


def test_a_claim_by_one_context_lowers_the_line_of_the_others(plic):
    take(plic, S, 4)
    take(plic, 3, 4)
    plic.device.set_level(4, True)
    assert plic.lines[S].level
    assert plic.lines[3].level
    assert plic.read(claim(3)) == 4
    assert not plic.lines[S].level


@pytest.mark.parametrize("value", [0, 5, 96, 1023, 0xFFFF_FFFF])
def test_completion_of_another_source_is_ignored(plic, value):
    take(plic, S, 4, 5)
    plic.device.set_level(4, True)
    plic.read(claim(S))
    plic.write(claim(S), value)
    assert not plic.lines[S].level


def test_completion_by_a_context_where_the_source_is_disabled_is_ignored(plic):
    take(plic, S, 4)
    plic.device.set_level(4, True)
    plic.read(claim(S))
    plic.write(claim(M), 4)
    assert not plic.lines[S].level
    plic.write(claim(S), 4)
    assert plic.lines[S].level


def test_disabling_lowers_the_line_and_enabling_raises_it(plic):
    take(plic, S, 4)
    plic.device.set_level(4, True)
    plic.write(enable(S), 0)
    assert not plic.lines[S].level
    plic.write(enable(S), 1 << 4)
    assert plic.lines[S].level


def test_priorities_and_thresholds_hold_three_bits(plic):
    plic.write(priority(1), 0xFFFF_FFFF)
    plic.write(threshold(M), 0xFFFF_FFFF)
    assert plic.read(priority(1)) == plic.read(threshold(M)) == 7


def test_source_0_and_pending_bits_cannot_be_written(plic):
    plic.write(priority(0), 7)
    plic.write(enable(M), 0xFFFF_FFFF)
    plic.write(0x1000, 0xFFFF_FFFF)
    assert (plic.read(priority(0)), plic.read(enable(M)), plic.read(0x1000)) == (0, 0xFFFF_FFFE, 0)


def test_sources_and_contexts_that_do_not_exist_read_zero(plic):
    for offset in (priority(96), 0x100C, 0x200C, enable(4), threshold(4), claim(4)):
        plic.write(offset, 0xFFFF_FFFF)
        assert plic.read(offset) == 0


@pytest.mark.parametrize("width", [1, 2, 8])
def test_only_words_are_answered(plic, width):
    with pytest.raises(BusError):
        plic.read(0x1000, width)
    with pytest.raises(BusError):
        plic.write(0, 1, width)


def test_64_harts_have_128_contexts():
    lines = quiet_lines(128)
    plic = Plic(64, SOURCES, lines)
    plic.write(priority(1), 4, 1)
    plic.write(enable(127), 4, 2)
    plic.set_level(1, True)
    assert [line.level for line in lines] == [False] * 127 + [True]
    assert plic.read(claim(127), 4) == 1


@pytest.mark.parametrize(("name", "value"), [
    ("pending", 1), ("level", 1 << 96), ("enable", [1 << 96, 0]), ("priority", [1] + [0] * 95),
    ("threshold", [8, 0]), ("threshold", [0]), ("claimed", -1), ("claimed", True),
])
def test_impossible_saved_state_is_refused(name, value):
    plic = Plic(1, SOURCES, quiet_lines(2))
    saved = plic.save()
    with pytest.raises(SnapshotError):
        plic.restore({**saved, name: value})
    assert plic.save() == saved


class Model:
    """The specification's PLIC: sets and searches, one context for each list element."""

    def __init__(self, contexts):
        self.level, self.pending, self.claimed = set(), set(), set()
        self.priority = dict.fromkeys(range(1, SOURCES + 1), 0)
        self.enabled = [set() for _ in range(contexts)]
        self.threshold = [0] * contexts

    def gateways(self):
        self.pending |= self.level - self.claimed

    def external_interrupt(self, context):
        return any(self.priority[source] > self.threshold[context]
                   for source in self.pending & self.enabled[context])

    def claim(self, context):
        able = [source for source in self.pending & self.enabled[context] if self.priority[source]]
        if not able:
            return 0
        best = min(able, key=lambda source: (-self.priority[source], source))
        self.pending.discard(best)
        self.claimed.add(best)
        return best

    def complete(self, context, source):
        if source in self.enabled[context]:
            self.claimed.discard(source)


SOURCE = st.sampled_from([1, 2, 31, 32, 33, 63, 64, 95])
CONTEXT = st.integers(0, 3)
STEPS = st.lists(st.one_of(
    st.tuples(st.just("level"), SOURCE, st.booleans()),
    st.tuples(st.just("priority"), SOURCE, st.integers(0, 7)),
    st.tuples(st.just("enable"), CONTEXT, SOURCE),
    st.tuples(st.just("disable"), CONTEXT, SOURCE),
    st.tuples(st.just("threshold"), CONTEXT, st.integers(0, 7)),
    st.tuples(st.just("claim"), CONTEXT, st.none()),
    st.tuples(st.just("complete"), CONTEXT, SOURCE),
), max_size=60)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(STEPS)
def test_any_sequence_agrees_with_the_model(steps):
    heard = [False] * 4
    lines = [IrqLine(lambda level, at=context: heard.__setitem__(at, level)) for context in range(4)]
    plic, model = Plic(2, SOURCES, lines), Model(4)
    for action, first, second in steps:
        if action == "level":
            plic.set_level(first, second)
            (model.level.add if second else model.level.discard)(first)
        elif action == "priority":
            plic.write(priority(first), 4, second)
            model.priority[first] = second
        elif action in ("enable", "disable"):
            offset, bit = enable(first, second), 1 << second % 32
            on = action == "enable"
            plic.write(offset, 4, plic.read(offset, 4) | bit if on else plic.read(offset, 4) & ~bit)
            (model.enabled[first].add if on else model.enabled[first].discard)(second)
        elif action == "threshold":
            plic.write(threshold(first), 4, second)
            model.threshold[first] = second
        elif action == "claim":
            assert plic.read(claim(first), 4) == model.claim(first)
        else:
            plic.write(claim(first), 4, second)
            model.complete(first, second)
        model.gateways()
        assert heard == [model.external_interrupt(context) for context in range(4)]
