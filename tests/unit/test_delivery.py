"""Reports move a text up, never down, whatever order they come in."""

from functools import reduce
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import delivery

LADDER = ("sending", "sent", "failed", "undelivered", "delivered")
words = st.sampled_from((*LADDER, "canceled", "teleported"))


class Report(NamedTuple):
    state: str
    number: int = 0


def end(start, reports):
    return reduce(delivery.advance, reports, start)


@given(st.lists(st.sampled_from(LADDER)), st.randoms())
def test_any_order_and_any_repeats_end_in_the_highest(reports, draw):
    highest = max(["sending", *reports], key=LADDER.index)
    repeated = reports * 2
    draw.shuffle(repeated)
    assert end("sending", repeated) == highest


@given(st.lists(words), words)
def test_what_is_no_step_of_the_ladder_moves_nothing(reports, start):
    known = [word for word in reports if word in LADDER]
    assert end(start, reports) == end(start, known)


@given(st.lists(st.sampled_from(LADDER), min_size=1))
def test_of_many_reports_the_highest_counts_and_of_equal_ones_the_first(states):
    reports = [Report(state, n) for n, state in enumerate(states)]
    chosen = reduce(delivery.higher, reports, None)
    assert chosen.state == max(states, key=LADDER.index)
    assert chosen.number == states.index(chosen.state)


@pytest.mark.parametrize("canceled", ["canceled", "held", "expired"])
def test_a_text_that_a_person_ended_stays_ended(canceled):
    assert end(canceled, LADDER) == canceled
