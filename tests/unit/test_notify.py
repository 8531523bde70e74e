"""Who is told of new texts at once, and who later."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import notify
from messaging.notify import Reader, Unread

NOON = datetime(2026, 3, 10, 12)


def test_whoever_answers_a_thread_is_told_now_and_later():
    assert notify.of_new_texts(True, [Reader(1), Reader(2)]) == ((1, 2), (1, 2))


def test_what_asks_for_nothing_disturbs_nobody():
    assert notify.of_new_texts(False, [Reader(1)]) == ((), ())


def test_who_muted_the_thread_is_not_told():
    readers = [Reader(1, muted=True), Reader(2)]
    assert notify.of_new_texts(True, readers) == ((2,), (2,))


@pytest.mark.parametrize("reader", [Reader(1, told=True), Reader(1, planned=True)])
def test_a_stretch_of_unread_texts_is_told_later_once(reader):
    assert notify.of_new_texts(True, [reader]) == ((1,), ())


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_later_is_the_first_whole_minute_after_five_minutes(now):
    at = notify.later_at(now)
    assert (at.second, at.microsecond) == (0, 0)
    assert timedelta(minutes=5) <= at - now < timedelta(minutes=6)


def test_a_whole_minute_is_not_rounded():
    assert notify.later_at(NOON) == NOON + timedelta(minutes=5)


def test_unread_texts_that_wait_for_their_reader_are_news():
    assert notify.is_still_news(Unread(asks=True, theirs=True))


@pytest.mark.parametrize(
    "what",
    [{"asks": False}, {"theirs": False}, {"muted": True}, {"wanted": False}],
    ids=str,
)
def test_what_was_answered_handed_over_muted_or_switched_off_is_no_news(what):
    assert not notify.is_still_news(Unread(**{"asks": True, "theirs": True, **what}))


def test_a_push_goes_before_an_e_mail():
    assert notify.medium(has_device=True, has_email=True) == "push"
    assert notify.medium(has_device=False, has_email=True) == "email"
    assert notify.medium(has_device=False, has_email=False) == ""
