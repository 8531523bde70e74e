"""What a dry run makes of many texts, of turns, of numbers set aside, and of ends."""

from math import inf

import pytest

from messaging import dry_run, quiet_hours
from messaging.capacity import Waiting, forecast
from messaging.rate_limit import MARGIN, Level, Text

NOW = 1_790_000_000.0  # a Monday, 13:33 UTC
BULK = Text(1, urgent=False)
QUIET_AT_NIGHT = (quiet_hours.Rule("", "", quiet_hours.DAILY, 8, 21),)
NEW_YORK = "+12125550143"
CLOSES = NOW + 10 * 3600 + 46 * 60 + 40  # 21:00 there
SLOT = 1 + MARGIN  # seconds that a segment takes at one a second


def waits(sender, count, text=BULK, **more):
    return Waiting(sender, text, 3, count, **more)


# ------------------------------------------------------------
# MANY
# ------------------------------------------------------------


@pytest.mark.parametrize("count", [31_000, 60_001, 100_000, 1_000_000])
def test_however_many_equal_texts_they_leave_in_the_end(count):
    found = forecast({"a": [Level(rate=1)]}, [waits("a", count)], NOW)
    assert (found.left_over, found.leaves_by(inf)) == (0, count)
    assert found.ends - NOW == pytest.approx(count * SLOT, rel=0.01)


def test_a_run_out_of_steps_reckons_the_rest_and_never_says_never(monkeypatch):
    monkeypatch.setattr(dry_run, "MOST_STEPS", 500)
    found = forecast({"a": [Level(rate=1)]}, [waits("a", 5000)], NOW)
    assert (found.left_over, found.leaves_by(inf)) == (0, 5000)
    assert found.ends - NOW == pytest.approx(5000 * SLOT, rel=0.05)


def test_a_few_beside_many_of_many_kinds_are_told_as_exactly_as_many():
    campaign = Level(rate=1)
    chains = {"a": [campaign], "b": [campaign]}
    many = [waits("a", 5000, Text(1, False, str(n)), counts=False) for n in range(20)]
    found = forecast(chains, [*many, waits("b", 40)], NOW)
    assert found.ends - NOW == pytest.approx(80 * SLOT, rel=0.05)


# ------------------------------------------------------------
# TURNS
# ------------------------------------------------------------


def test_a_few_new_texts_take_turns_with_a_neighbours_many():
    campaign = Level(rate=1)
    texts = [waits("a", 400, counts=False), waits("b", 40, first=1, last=1)]
    found = forecast({"a": [campaign], "b": [campaign]}, texts, NOW)
    assert found.ends - NOW == pytest.approx(80 * SLOT, abs=3)


def test_new_texts_come_after_those_of_their_own_number():
    texts = [waits("a", 400, counts=False), waits("a", 40, first=1, last=1)]
    found = forecast({"a": [Level(rate=1)]}, texts, NOW)
    assert found.ends - NOW == pytest.approx(440 * SLOT, abs=3)
    assert found.leaves_by(NOW + 399) == 0


def test_companies_take_turns_before_their_numbers_do():
    account = Level(rate=1)
    chains = {"a": [account], "b": [account], "c": [account]}
    texts = [
        waits("a", 400, counts=False),
        waits("b", 400, counts=False),
        waits("c", 40, first=1, last=1),
    ]
    parties = {"a": ("one", "a"), "b": ("one", "b"), "c": ("two", "c")}
    found = forecast(chains, texts, NOW, parties=parties)
    assert found.ends - NOW == pytest.approx(80 * SLOT, abs=3)


def test_each_run_of_turns_begins_with_the_oldest_text():
    campaign = Level(rate=0.1)  # three texts in each run, of which two are the oldest's
    texts = [waits("a", 200, counts=False), waits("b", 20, first=1, last=1)]
    chains = {"a": [campaign], "b": [campaign]}
    found = forecast(chains, texts, NOW, turns_last=29)
    assert found.ends - NOW == pytest.approx(60 / 0.1, rel=0.05)


# ------------------------------------------------------------
# NEVER, AND TOO LATE
# ------------------------------------------------------------


def test_a_number_set_aside_holds_up_nobody_and_asks_no_clock():
    texts = [
        waits("a", 9, not_before=inf, number=NEW_YORK),
        waits("b", 9, number=NEW_YORK),
    ]
    campaign = Level(rate=1)
    chains = {"a": [campaign], "b": [campaign]}
    found = forecast(chains, texts, NOW, rules=QUIET_AT_NIGHT)
    assert found.left_over == 9
    assert found.ends_by_sender["a"] == inf
    assert found.ends_by_sender["b"] - NOW == pytest.approx(8 * SLOT, abs=0.1)
    assert found.bottlenecks["a"] == (None, "not_before")


def test_what_has_not_left_by_its_end_expires():
    texts = [waits("a", 50, not_after=NOW + 60)]
    found = forecast({"a": [Level(rate=0.1)]}, texts, NOW)
    assert (found.leaves_by(inf), found.expired, found.left_over) == (6, {"a": 44}, 0)
    assert found.ends <= NOW + 60
    assert found.bottleneck[1] == "second"


def test_what_waits_past_its_end_for_another_day_expires():
    texts = [waits("a", 5, not_after=NOW + 3600)]
    found = forecast({"a": [Level(per_day=3)]}, texts, NOW)
    assert (found.leaves_by(inf), found.expired) == (3, {"a": 2})
    assert (found.ends, found.bottleneck[1]) == (NOW, "day")


def test_many_that_leave_together_stop_at_their_end():
    texts = [waits("a", 100_000, not_after=NOW + 5000.5)]
    found = forecast({"a": [Level(rate=1)]}, texts, NOW)
    assert found.leaves_by(inf) == pytest.approx(5000 / SLOT, abs=2)
    assert found.ends <= NOW + 5000.5


def test_the_hours_end_is_no_reason_of_what_the_pace_makes_late():
    texts = [waits("a", 5000, number=NEW_YORK, not_after=CLOSES)]
    chains = {"a": [Level(rate=0.1)]}
    found = forecast(chains, texts, NOW, rules=QUIET_AT_NIGHT)
    assert found.expired["a"] == pytest.approx(5000 - (CLOSES - NOW) / 10, rel=0.01)
    assert found.bottleneck[1] == "second"


# ------------------------------------------------------------
# WHAT HOLDS IT UP
# ------------------------------------------------------------


def test_what_holds_a_number_up_is_a_limit_of_its_own():
    slow, fast, campaign = Level(rate=0.01), Level(rate=1), Level(rate=5)
    chains = {"a": [slow, campaign], "b": [fast, campaign]}
    found = forecast(chains, [waits("a", 90), waits("b", 90)], NOW)
    assert found.bottlenecks["a"][0] is slow
    assert found.bottlenecks["b"][0] is fast
    assert found.bottleneck[0] is slow


def test_a_neighbours_night_is_not_what_holds_a_number_up():
    texts = [
        waits("a", 9, number="+819012345678"),  # asleep for hours
        waits("b", 90),
    ]
    campaign = Level(rate=1)
    chains = {"a": [campaign], "b": [campaign]}
    found = forecast(chains, texts, NOW, rules=QUIET_AT_NIGHT)
    assert found.bottlenecks["a"] == (None, "quiet_hours")
    assert found.bottlenecks["b"] == (campaign, "second")
