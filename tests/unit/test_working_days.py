"""Business days, as the legal clock counts them."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from messaging import working_days

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1))


def test_ten_business_days_from_a_friday_end_on_a_friday():
    friday = datetime(2026, 11, 27, 15, 30)
    assert working_days.later(friday) == datetime(2026, 12, 11, 15, 30)


def test_a_weekend_does_not_count():
    saturday = datetime(2026, 11, 28)
    assert working_days.later(saturday, 1) == datetime(2026, 11, 30)


@given(MOMENTS, st.integers(1, 30))
def test_so_many_working_days_lie_between_at_the_same_hour(moment, days):
    then = working_days.later(moment, days)
    between = [moment + timedelta(days=n + 1) for n in range((then - moment).days)]
    assert sum(day.weekday() < 5 for day in between) == days
    assert then.weekday() < 5
    assert then.time() == moment.time()
