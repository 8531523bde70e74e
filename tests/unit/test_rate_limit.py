"""The promise: of any texts i < j, t(j) - t(i) >= segments(i .. j-1) / rate."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rate_limit import Level, chain_charge, chain_wait, charge, wait

EPOCH = 1_790_000_000.0
ROUNDING = 1e-5  # seconds; a float holds the time of day to a fraction of that
RATES = st.floats(0.05, 300)
# Each text: the pause before anybody asks for it, and its segments.
TEXTS = st.lists(
    st.tuples(st.floats(0, 30), st.integers(1, 11)), min_size=2, max_size=9
)


def assert_promise(times, segments, rate):
    for i, j in combinations(range(len(times)), 2):
        assert times[j] - times[i] >= sum(segments[i:j]) / rate - ROUNDING


def paced(texts, levels):
    """When each text leaves, when everybody waits as told."""
    now, times = EPOCH, []
    for pause, segments in texts:
        now += pause
        now += chain_wait(levels, now)
        levels = chain_charge(levels, now, segments)
        times.append(now)
    return times


@given(TEXTS, st.lists(RATES, min_size=1, max_size=4))
def test_no_texts_are_closer_than_any_level_allows(texts, rates):
    times = paced(texts, [Level(rate) for rate in rates])
    for rate in rates:
        assert_promise(times, [segments for _, segments in texts], rate)


@given(TEXTS, RATES)
def test_plain_values_keep_the_promise_too(texts, rate):
    free_at, now, times = 0.0, EPOCH, []
    for pause, segments in texts:
        now += pause
        now += wait(free_at, now)
        free_at = charge(free_at, now, segments, rate)
        times.append(now)
    assert_promise(times, [segments for _, segments in texts], rate)


@given(TEXTS, RATES)
def test_nobody_waits_longer_than_needed(texts, rate):
    impatient = [(0.0, segments) for _, segments in texts]
    times = paced(impatient, [Level(rate)])
    needed = sum(segments for _, segments in impatient[:-1]) / rate
    assert times[-1] - times[0] == pytest.approx(needed, abs=ROUNDING)


def test_a_pause_saves_up_no_burst():
    free_at = charge(0.0, EPOCH, 1, 10)
    free_at = charge(free_at, EPOCH + 3600, 1, 10)
    assert wait(free_at, EPOCH + 3600) == pytest.approx(0.1)


def test_a_first_text_waits_for_nothing():
    assert wait(0.0, EPOCH) == 0
    assert chain_wait([], EPOCH) == 0


def test_a_text_of_three_segments_at_one_per_second_takes_three_seconds():
    assert wait(charge(0.0, EPOCH, 3, 1), EPOCH) == 3


def test_a_rate_may_be_less_than_one():
    assert wait(charge(0.0, EPOCH, 1, 0.1), EPOCH) == pytest.approx(10)


def test_charging_too_early_forgets_no_debt():
    free_at = charge(0.0, EPOCH, 2, 1)
    assert charge(free_at, EPOCH, 2, 1) == EPOCH + 4


def test_the_slowest_level_decides():
    levels = chain_charge([Level(10), Level(0.5), Level(3)], EPOCH, 1)
    assert chain_wait(levels, EPOCH) == pytest.approx(2)
    assert [level.rate for level in levels] == [10, 0.5, 3]


@given(st.floats(0, 1e7), st.integers(1, 11), RATES)
def test_a_clock_set_back_costs_no_more_than_the_last_text(back, segments, rate):
    (level,) = chain_charge([Level(rate)], EPOCH, segments)
    now = EPOCH - back
    cost = segments / rate
    assert chain_wait([level], now) == pytest.approx(cost, abs=ROUNDING)
    now += chain_wait([level], now)
    (level,) = chain_charge([level], now, 1)
    assert chain_wait([level], now) <= cost + 1 / rate
    assert level.free_at <= now + cost + 1 / rate + ROUNDING


@given(TEXTS, RATES, st.integers(1, 8), st.floats(0, 1e6))
def test_a_clock_set_back_breaks_no_promise(texts, rate, when, back):
    """``clock`` is what the process reads, ``now`` what the carrier sees."""
    level, now, clock, times = Level(rate), EPOCH, EPOCH, []
    for i, (pause, segments) in enumerate(texts):
        clock -= back if i == when else 0
        spent = pause + chain_wait([level], clock + pause)
        now, clock = now + spent, clock + spent
        (level,) = chain_charge([level], clock, segments)
        times.append(now)
    assert_promise(times, [segments for _, segments in texts], rate)


def test_a_rate_of_zero_is_no_limit_anybody_meant():
    with pytest.raises(ZeroDivisionError):
        charge(0.0, EPOCH, 1, 0)
