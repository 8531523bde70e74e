"""The forecast, held against a queue that goes text by text."""

from collections import Counter
from itertools import accumulate
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging import quiet_hours, rate_limit
from messaging.capacity import Forecast, Waiting, encoding_note, forecast, helps
from messaging.dry_run import _is_slow
from messaging.rate_limit import Level, Text
from messaging.turns import Turns

LONG = 3 * 86400  # seconds
NOW = 1_790_000_000.0  # a Monday, 13:33 UTC
REPLY = Waiting("a", Text(1), 1)
RULES = (quiet_hours.Rule("", "", quiet_hours.DAILY, 8, 21),)
TURNS_LAST = 30  # seconds
PARTIES = {"a": ("one", "a"), "b": ("two", "b"), "c": ("two", "c")}
NUMBERS = [None, "+13055550143", "+12085550143", "+33612345678", "+819012345678"]


def fresh(slow, minute, day):
    account = Level(rate=slow * 1.5, per_day=day, reserve=0.1)
    chains = {
        "a": [Level(rate=slow), account],
        "b": [Level(per_minute=minute), account],
    }
    return {**chains, "c": [Level(rate=2 * slow), account]}


class PlainQueue:
    """A queue that looks at every text by itself, each time."""

    def __init__(self, chains, texts, replies):
        self.chains = chains
        self.now = self.end = NOW
        self.queue = [(w, w.first + i) for w in texts for i in range(w.count)]
        self.replies = 0  # that wait
        self.every = 1 / replies if replies else inf  # seconds
        self.next_reply = NOW + self.every
        self.expired = 0
        self.turns, self.turns_end = Turns(), NOW

    def drain(self, until=inf):
        """When the last text leaves; infinite if that is not before ``until``."""
        while self.queue:
            if self.now >= until:
                return inf
            self.step()
        return self.end

    def step(self):
        if self.next_reply <= self.now:
            self.replies += 1
            self.next_reply += self.every
        late = [entry for entry in self.queue if entry[0].not_after <= self.now]
        self.queue = [entry for entry in self.queue if entry not in late]
        self.expired += len(late)
        if not self.queue:
            return
        if self.now >= self.turns_end:
            self.turns = Turns()
            self.turns_end = self.now + TURNS_LAST
        looks = self.in_sight([self.look(*entry) for entry in self.first_of_each()])
        first = min(look[0] for look in looks)
        if first > self.now:
            self.now = min(first, self.next_reply)
            return
        ready = [look for look in looks if look[0] <= self.now + 1e-3 and look[2]]
        most = min(w.rank for _at, _place, w in ready)
        ready = sorted((look for look in ready if look[2].rank == most), key=by_place)
        _at, place, w = next(
            self.turns.in_turn(ready, lambda look: PARTIES[look[2].sender])
        )
        self.leave(w, place)

    def first_of_each(self):
        entries = {REPLY: [(REPLY, 0)]} if self.replies else {}
        for w, place in self.queue:
            entries.setdefault(w, []).append((w, place))
        return [entry for equals in entries.values() for entry in equals[:2]]

    def in_sight(self, looks):
        """Without what stands behind the first two of a slow number."""
        ahead = Counter()
        for look in sorted([look for look in looks if look[2]], key=by_place):
            at, _place, w = look
            if at < inf and _is_slow(self.chains[w.sender]):
                ahead[w.sender, w.rank] += 1
                if ahead[w.sender, w.rank] > 2:
                    looks.remove(look)
        return looks

    def look(self, w, place):
        """(when, its place, the text or None if it only wakes then)"""
        wakes = max(self.now, w.not_before)
        if w.number:
            wakes = max(wakes, quiet_hours.window(w.number, wakes, RULES).opens)
        if wakes > self.now:
            return wakes, None, None
        at = rate_limit.opens(self.chains[w.sender], self.now, w.text).at
        return at, place, w

    def leave(self, w, place):
        rate_limit.charge(self.chains[w.sender], self.now, w.text)
        self.turns.note(PARTIES[w.sender], w.text.segments)
        if w is REPLY:
            self.replies -= 1
        else:
            self.queue.remove((w, place))
            self.end = self.now


def by_place(look):
    return look[1]


def in_order(texts):
    """Texts with their places in a queue, one after the other."""
    places = accumulate([0, *(w.count for w in texts)])
    return [
        w._replace(first=place, last=place + w.count)
        for w, place in zip(texts, places, strict=False)
    ]


WAITING = st.builds(
    Waiting,
    sender=st.sampled_from("abc"),
    text=st.integers(1, 5).map(lambda size: Text(size, urgent=False)),
    not_before=st.sampled_from([0.0, NOW + 600]),
    rank=st.integers(2, 3),
    count=st.integers(1, 12),
    number=st.sampled_from(NUMBERS),
    not_after=st.sampled_from([inf, inf, NOW + 30, NOW + 900]),
    counts=st.just(True),
)


@settings(max_examples=40)
@given(
    st.lists(WAITING, min_size=1, max_size=5).map(in_order),
    st.sampled_from([0.2, 1, 3]),
    st.sampled_from([20, 75]),
    st.sampled_from([0, 90]),
    # The last of these alone is more than the small day allows.
    st.sampled_from([0, 0.0005, 0.02]),
)
def test_the_forecast_is_what_the_queue_does_text_by_text(
    texts, slow, minute, day, replies
):
    found = forecast(
        fresh(slow, minute, day),
        texts,
        NOW,
        rules=RULES,
        replies_per_second={"a": replies},
        parties=PARTIES,
        turns_last=TURNS_LAST,
    )
    plain = PlainQueue(fresh(slow, minute, day), texts, replies)
    true = plain.drain(NOW + LONG)
    if true < inf:
        assert found.ends - NOW == pytest.approx(true - NOW, rel=0.05, abs=5)
        # one more or less may just make it
        assert sum(found.expired.values()) == pytest.approx(plain.expired, abs=1)
    else:
        assert found.ends > NOW + 0.95 * LONG


def test_steps_of_many_texts_end_with_the_text_by_text_queue():
    def chain():
        return {"a": [Level(rate=10), Level(per_minute=240)]}

    texts = [Waiting("a", Text(2, False), 3, 25_000)]
    level_by_level, now = chain()["a"], NOW
    for _ in range(25_000):
        now = rate_limit.opens(level_by_level, now, texts[0].text).at
        rate_limit.charge(level_by_level, now, texts[0].text)
    assert forecast(chain(), texts, NOW).ends - NOW == pytest.approx(
        now - NOW, rel=0.01
    )


def test_the_callers_limits_stay_as_they_are_and_the_bottleneck_is_theirs():
    level = Level(rate=1)
    before = repr(level)
    found = forecast({"a": [level]}, [Waiting("a", Text(2), 3, 9)], NOW)
    assert repr(level) == before
    assert (found.bottleneck[0] is level, found.bottleneck[1]) == (True, "second")
    assert (found.leaves_by(NOW), found.leaves_by(inf)) == (1, 9)


def test_nothing_that_waits_ends_now_and_what_never_leaves_is_left_over():
    assert forecast({}, [], NOW).ends == NOW
    never = [Waiting("a", Text(9), 3, 4)]
    found = forecast({"a": [Level(per_day=5)]}, never, NOW)
    assert (found.ends, found.left_over, found.bottleneck[1]) == (inf, 4, "never")


def test_a_reply_overtakes_bulk_and_can_be_asked_for_alone():
    texts = [Waiting("a", Text(1), 3, 500, counts=False), Waiting("a", Text(1), 1)]
    found = forecast({"a": [Level(rate=1)]}, texts, NOW)
    assert (found.ends, found.texts) == (NOW, 1)


def test_a_text_in_its_quiet_hours_holds_up_no_other():
    asleep = Waiting("a", Text(1), 3, number="+819012345678")
    awake = Waiting("a", Text(1), 3, 10)
    found = forecast({"a": [Level(rate=1)]}, [asleep, awake], NOW, rules=RULES)
    assert found.leaves_by(NOW + 15) == 10
    assert found.bottleneck[1] == "quiet_hours"


def test_one_emoji_is_named_with_what_it_costs():
    assert encoding_note("a" * 150 + "😀") == (3, 1, "😀")
    assert encoding_note("Hello") == (1, 1, "")


def test_only_what_helps_is_suggested():
    late = Forecast(5, 5, NOW + 9, {}, 0, {}, {}, (None, "day"), [])
    note = encoding_note("a" * 400)
    assert helps(late, note) == []
    assert helps(late, note, NOW, 1) == [
        "shorter_text",
        "another_number",
        "other_type",
        "start_tomorrow",
    ]
    assert helps(late, encoding_note("a" * 150 + "😀"))[0] == "one_emoji"
