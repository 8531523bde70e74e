"""How many calls at once an account takes after it was told off."""

import math

import pytest

from carriers import Accepted, Meaning, OutcomeUnknown, TextRefused, TryLater
from carriers.account_pace import LONGEST_PAUSE, AccountPace

TOO_MANY = TryLater("20429", "Too many requests.", Meaning.SLOW)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return AccountPace(10, clock)


def test_an_account_that_never_complained_has_no_bound_of_its_own(pace):
    assert pace.room(1000) == math.inf


def test_a_refusal_halves_the_calls_and_pauses(pace, clock):
    assert pace.heed(TOO_MANY)
    assert pace.room(0) == 0
    assert 0.09 <= pace.seconds() <= 0.11
    clock.now += 0.2
    assert pace.room(0) == 5
    assert pace.room(5) == 0


def test_refusals_of_one_moment_count_once(pace, clock):
    assert pace.heed(TOO_MANY)
    assert not pace.heed(TOO_MANY)
    clock.now += 0.2
    assert pace.room(0) == 5


def test_pauses_double_up_to_the_longest(pace, clock):
    lengths = []
    for _refusal in range(12):
        pace.heed(TOO_MANY)
        lengths.append(pace.seconds())
        clock.now += pace.seconds() + 0.001
    assert all(b > 1.6 * a for a, b in zip(lengths[:7], lengths[1:8], strict=True))
    assert max(lengths) <= LONGEST_PAUSE * 1.1
    assert pace.room(0) == 1


def test_the_carriers_own_advice_is_kept(pace):
    pace.heed(TryLater("20429", "Too many.", Meaning.SLOW, retry_after=7))
    assert pace.seconds() == pytest.approx(7)


def test_answers_bring_the_calls_back_one_by_one(pace, clock):
    pace.heed(TOO_MANY)
    clock.now += 1
    for expected in (6, 7, 8, 9):
        pace.heed(Accepted("SM1"))
        assert pace.room(0) == expected
    pace.heed(Accepted("SM1"))
    assert pace.room(0) == math.inf


def test_lost_answers_slow_an_account_too(pace):
    assert pace.heed(OutcomeUnknown("", "Lost."))
    assert pace.room(0) == 0


@pytest.mark.parametrize("outcome", [TextRefused("21211", "No."), None])
def test_what_is_not_about_the_account_slows_nothing(pace, outcome):
    assert not pace.heed(outcome)
    assert pace.room(0) == math.inf
