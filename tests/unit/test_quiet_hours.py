from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.quiet_hours import DAILY, Rule, Window, place, window

FLORIDA, IDAHO, TOLL_FREE = "+13055550143", "+12085550143", "+18005550143"
NOON = datetime(2026, 6, 3, 12, tzinfo=ZoneInfo("America/New_York")).timestamp()


@pytest.mark.parametrize(
    ("number", "country", "state", "zones"),
    [
        (FLORIDA, "US", "FL", 1),
        (IDAHO, "US", "ID", 2),
        ("+14165550143", "CA", "ON", 1),
        ("+33612345678", "FR", "", 1),
        ("+447700900123", "GB", "", 3),
        ("55555", "", "", 0),
    ],
)
def test_a_number_tells_where_it_is_at_home(number, country, state, zones):
    home = place(number)
    assert (home.country, home.state, len(home.zones)) == (country, state, zones)


def test_a_toll_free_number_may_be_anywhere_in_the_contiguous_us():
    assert place(TOLL_FREE).state == ""
    assert len(place(TOLL_FREE).zones) == 4


def test_the_most_specific_place_decides():
    everywhere, us = Rule("", "", DAILY, 0, 1), Rule("US", "", DAILY, 0, 2)
    florida = Rule("US", "FL", DAILY, 11, 13)
    assert window(FLORIDA, NOON, [everywhere, us, florida]).opens <= NOON
    assert window(FLORIDA, NOON, [everywhere, us]).opens > NOON


def test_without_a_rule_any_time_is_fine_and_without_a_day_none():
    assert window(FLORIDA, NOON, []) == Window(-inf, inf)
    assert window(FLORIDA, NOON, [Rule("", "", frozenset(), 8, 21)]) is None


def test_a_day_that_no_rule_of_the_place_names_is_closed():
    rules = [Rule("", "", DAILY, 8, 21), Rule("US", "", frozenset(range(6)), 9, 20)]
    sunday = datetime(2026, 6, 7, 12, tzinfo=ZoneInfo("America/New_York"))
    opens = window(FLORIDA, sunday.timestamp(), rules).opens
    local = datetime.fromtimestamp(opens, sunday.tzinfo)
    assert (local.weekday(), local.hour) == (0, 9)


def test_windows_to_midnight_go_on_through_the_night():
    late = [Rule("", "", DAILY, 20, 24), Rule("", "", DAILY, 0, 1)]
    open_ = window(FLORIDA, NOON, late)
    assert open_.closes - open_.opens == 5 * 3600


@given(
    st.sampled_from([FLORIDA, IDAHO, "+33612345678", "+56221234567"]),
    st.integers(1_772_000_000, 1_805_000_000),
    st.integers(0, 95),
    st.integers(1, 96),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_within_a_window_every_local_clock_shows_an_allowed_hour(
    number, now, opens, closes, days
):
    rule = Rule("", "", days, opens / 4, max(opens + 1, closes) / 4)
    found = window(number, now, [rule])
    if found is None:
        return
    assert found.closes > now
    for share in (0, 0.001, 0.3, 0.5, 0.9, 0.9999):
        at = found.opens + share * (found.closes - found.opens)
        for zone in place(number).zones:
            local = datetime.fromtimestamp(at, ZoneInfo(zone))
            hour = local.hour + local.minute / 60 + local.second / 3600
            assert local.weekday() in days
            assert rule.opens <= hour < rule.closes


def test_a_toll_free_number_has_the_hours_that_suit_the_contiguous_us():
    # 16:30 UTC: New York 12:30, Los Angeles 9:30 in summer
    now = datetime(2026, 6, 1, 16, 30, tzinfo=ZoneInfo("UTC")).timestamp()
    open_now = window(TOLL_FREE, now, [Rule("US", "", DAILY, 9, 20)])
    assert open_now.opens <= now < open_now.closes
    assert open_now.closes - open_now.opens == 8 * 3600
