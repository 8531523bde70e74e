"""The judge of the conformance test convicts, and only the guilty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.system import pace

SENDER, RECIPIENT = "+14155550100", "+12025550143"
LONG = "We open at nine. " * 12  # two segments


def log_of(bodies, rate, cost_of, media=0):
    """The arrivals of one who paces by ``cost_of``, at a steady clock."""
    at, rows = 100.0, []
    for body in bodies:
        who = {"sender": SENDER, "recipient": RECIPIENT}
        rows.append({"monotonic": at, "body": body, "media": media, **who})
        at += cost_of(body) / rate
    return pace.counted(rows)


def slowest(log, rate):
    """The definition itself, over all pairs."""
    return max(
        sum(cost for _at, cost in log[i:j]) / rate - (log[j][0] - log[i][0])
        for i in range(len(log))
        for j in range(i + 1, len(log))
    )


def test_one_who_counts_each_text_as_one_is_caught():
    log = log_of(["Hi", LONG, "Hi", LONG, "Hi"], 1.0, lambda _body: 1)
    assert pace.shortfall(log, 1.0) == pytest.approx(2.0)


def test_one_who_counts_segments_is_not():
    log = log_of(["Hi", LONG, "Hi", LONG, "Hi"], 0.5, lambda body: 1 + (body == LONG))
    assert pace.shortfall(log, 0.5) <= 1e-9
    assert pace.use(log, 0.5) == pytest.approx(1.0)


def test_a_long_text_with_a_picture_counts_as_one():
    log = log_of([LONG, LONG, LONG], 1.0, lambda _body: 1, media=1)
    assert pace.total(log) == 3
    assert pace.shortfall(log, 1.0) <= 1e-9


def test_a_burst_after_a_long_silence_is_caught():
    log = [(0.0, 1), (60.0, 1), (60.5, 1)]
    assert pace.shortfall(log, 1.0) == pytest.approx(0.5)


costs = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=2, max_size=12)


@given(costs, st.sampled_from([0.5, 1.0, 3.75, 20.0]))
def test_the_prefix_sums_say_the_same_as_all_pairs(steps, rate):
    at, log = 0.0, []
    for step, cost in steps:
        at += step
        log.append((at, cost))
    assert pace.shortfall(log, rate) == pytest.approx(slowest(log, rate), abs=1e-6)


def test_a_window_has_its_beginning_and_not_its_end():
    log = [(0.0, 2), (59.9, 3), (60.0, 5)]
    assert pace.most_within(log, 60) == 8


def test_an_idle_rate_is_not_used():
    assert pace.use([(0.0, 1), (4.0, 1)], 1.0) == pytest.approx(0.25)
