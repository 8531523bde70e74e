"""The promises of a limit, each held against what an onlooker would count."""

from datetime import datetime
from itertools import combinations
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import segments
from messaging.rate_limit import Level, Text, charge, opens

EPOCH = 1_790_000_000.0
PACIFIC = "America/Los_Angeles"
# Shortly before the day of 25 hours, the day of 23 hours, and an ordinary one.
NIGHTS = [
    datetime(2026, 10, 31, 23, tzinfo=ZoneInfo(PACIFIC)).timestamp(),
    datetime(2027, 3, 13, 23, tzinfo=ZoneInfo(PACIFIC)).timestamp(),
    EPOCH,
]
RATES = st.floats(0.05, 300)
TEXTS = st.builds(Text, st.integers(1, 11), st.booleans())
# Each text: the pause before anybody asks for it, and the text.
PAUSED = st.lists(st.tuples(st.floats(0, 30), TEXTS), min_size=2, max_size=12)
BODIES = ["Your order is ready.", "x" * 200, "日" * 100, "y" * 1600, "See you 😀" * 9]


def paced(texts, levels, now=EPOCH):
    """(time, text) of each text when everybody waits as told."""
    left = []
    for pause, text in texts:
        now = opens(levels, now + pause, text).at
        charge(levels, now, text)
        left.append((now, text))
    return left


def assert_second(left, rate):
    for i, j in combinations(range(len(left)), 2):
        sent = sum(text.segments for _, text in left[i:j])
        assert left[j][0] - left[i][0] >= sent / rate


def assert_minutes(left, most):
    for i, (begin, _) in enumerate(left):
        minute = [text.segments for at, text in left[i:] if at < begin + 60]
        assert sum(minute) <= most or len(minute) == 1


def assert_days(left, most, zone):
    days = {}
    for at, text in left:
        day = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
        days[day] = days.get(day, 0) + text.segments
    assert max(days.values()) <= most


@given(PAUSED, st.lists(RATES, min_size=1, max_size=4))
def test_no_texts_are_closer_than_any_level_of_a_chain_allows(texts, rates):
    left = paced(texts, [Level(rate) for rate in rates])
    for rate in rates:
        assert_second(left, rate)


@given(st.lists(st.tuples(st.floats(0, 9), TEXTS), max_size=40), st.integers(5, 60))
def test_no_sixty_seconds_have_more_than_a_minute_allows(texts, most):
    assert_minutes(paced(texts, [Level(per_minute=most)]), most)


@given(
    st.lists(st.tuples(st.floats(0, 20_000), TEXTS), min_size=1, max_size=40),
    st.integers(11, 40),
    st.sampled_from(NIGHTS),
)
def test_no_day_has_more_than_its_cap_whatever_its_length(texts, most, night):
    left = paced(texts, [Level(per_day=most, zone=PACIFIC)], night)
    assert_days(left, most, PACIFIC)


@given(st.lists(st.integers(1, 4), max_size=60), st.floats(0.05, 0.8))
def test_bulk_never_eats_the_reserve(sizes, reserve):
    level = Level(per_minute=50, per_day=50, reserve=reserve)
    for size in sizes:
        if level.opens(EPOCH, Text(size, urgent=False)).at == EPOCH:
            level.charge(EPOCH, Text(size, urgent=False))
    assert level.used <= 50 * (1 - reserve) + 1e-6
    assert level.opens(EPOCH, Text(int(50 * reserve))).at == EPOCH


@pytest.mark.parametrize(
    "chain",
    [
        [Level(rate=3), Level(rate=10)],
        [Level(rate=10), Level(per_minute=120)],
        [Level(rate=1.25), Level(per_minute=75), Level(per_day=10**6)],
    ],
)
def test_almost_all_of_the_tightest_level_is_used(chain):
    sizes = [segments.count(body) for body in BODIES] * 500
    left = paced([(0, Text(size)) for size in sizes], chain)
    rate = min(lv.rate or (lv.per_minute or inf) / 60 for lv in chain)
    assert sum(sizes[:-1]) / rate >= 0.95 * (left[-1][0] - left[0][0])


def test_whoever_counts_a_long_text_as_one_is_caught():
    blind = [(0.0, Text(1))] * 5
    left = [(at, Text(4)) for at, _ in paced(blind, [Level(rate=2)])]
    with pytest.raises(AssertionError):
        assert_second(left, 2)
    left = [(at, Text(4)) for at, _ in paced(blind, [Level(per_minute=5)])]
    with pytest.raises(AssertionError):
        assert_minutes(left, 5)
    with pytest.raises(AssertionError):
        assert_days(left, 5, "UTC")


def test_the_bottleneck_is_named():
    slow, fast = Level(rate=0.5), Level(rate=10)
    charge([fast, slow], EPOCH, Text(1))
    opening = opens([fast, slow], EPOCH, Text(1))
    assert (opening.rule, opening.level is slow) == ("second", True)
    assert opens([], EPOCH, Text(1)) == (EPOCH, "", None)


def test_a_text_longer_than_any_day_never_leaves():
    assert Level(per_day=5).opens(EPOCH, Text(6))[:2] == (inf, "never")


def test_a_text_longer_than_the_minute_leaves_when_nothing_else_did():
    level = Level(per_minute=3)
    assert level.opens(EPOCH, Text(9)).at == EPOCH
    level.charge(EPOCH, Text(1))
    assert 60 <= level.opens(EPOCH, Text(9)).at - EPOCH < 61


def test_new_recipients_have_a_cap_of_their_own():
    level = Level(recipients_per_day=1)
    level.charge(EPOCH, Text(1, new_recipient=True))
    assert level.opens(EPOCH, Text(1, new_recipient=True)).rule == "recipients"
    assert level.opens(EPOCH, Text(1)).at == EPOCH


def test_only_texts_to_its_network_count():
    level = Level(per_day=3, network="T-Mobile", unknown_share=1 / 3)
    for _ in range(9):
        assert level.opens(EPOCH, Text(1)).at == EPOCH
        level.charge(EPOCH, Text(1))
    assert level.used_today(EPOCH) == pytest.approx(3)
    assert level.opens(EPOCH, Text(1)).rule == "day"
    assert level.opens(EPOCH, Text(99, network="Verizon")).at == EPOCH


@given(st.lists(st.floats(0, 0.3), max_size=400))
def test_the_memory_of_a_minute_stays_small(pauses):
    level, now = Level(per_minute=10**6), EPOCH
    for pause in pauses * 3:
        now += pause
        level.charge(now, Text(1))
    assert len(level.recent) <= 125


@given(PAUSED, st.floats(0, 90), st.floats(0, 90))
def test_what_is_open_stays_open_and_asking_changes_nothing(texts, first, then):
    level = Level(rate=2, per_minute=30, per_day=60, zone=PACIFIC)
    now = paced([(p, t._replace(segments=1)) for p, t in texts], [level])[-1][0]
    before = repr(level)
    if level.opens(now + first, Text(3)).at == now + first:
        assert level.opens(now + first + then, Text(3)).at == now + first + then
    assert repr(level) == before


@given(PAUSED, RATES, st.integers(1, 8), st.floats(0, 1e6))
def test_a_clock_set_back_breaks_no_promise(texts, rate, when, back):
    """``clock`` is what the process reads, ``now`` what the carrier sees."""
    level, now, clock, left = Level(rate, per_minute=40), EPOCH, EPOCH, []
    for i, (pause, text) in enumerate(texts):
        clock -= back if i == when else 0
        asked = clock + pause
        at = level.opens(asked, text).at
        level.charge(at, text, asked)
        now, clock = now + at - clock, at
        left.append((now, text))
    # What the test itself adds up is rounded.
    assert_second([(at * (1 + 1e-15), text) for at, text in left], rate * (1 + 1e-6))
    assert_minutes(left, 40)


def test_a_clock_set_back_costs_no_more_than_the_last_text():
    level = Level(rate=1)
    level.charge(EPOCH, Text(3))
    assert level.opens(EPOCH - 5000, Text(1)).at <= EPOCH - 5000 + 3.03
    assert level.mend(EPOCH - 5000)
    assert level.opens(EPOCH - 4000, Text(1)).at == EPOCH - 4000


def test_a_day_yet_to_come_is_no_fresh_day():
    level = Level(per_day=2)
    level.charge(EPOCH, Text(2))
    assert level.opens(EPOCH - 86400, Text(1)).at > EPOCH
    assert level.left_today(EPOCH - 86400) == 0


def test_texts_charged_ahead_of_the_clock_keep_their_distance():
    level = Level(rate=1)
    for _ in range(3):
        at = level.opens(EPOCH, Text(1)).at
        level.charge(at, Text(1), EPOCH)
    assert level.opens(EPOCH, Text(1)).at >= EPOCH + 3


def test_nothing_leaves_before_a_text_that_was_charged_ahead():
    level = Level(per_minute=15)
    level.charge(EPOCH, Text(5))
    level.charge(EPOCH + 30, Text(10))
    claimed_at = EPOCH + 59.97
    slot = level.opens(claimed_at, Text(4)).at
    level.charge(slot, Text(4), claimed_at)
    assert level.opens(claimed_at, Text(1)).at >= slot > EPOCH + 60
