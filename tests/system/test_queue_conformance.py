"""No limit is ever broken, and none is left unused: a minute and a half of real time.

Two servers work on one database all the time, and the carrier refuses some calls in the
end. Everything is read from the carrier's own log, which counts the segments itself.
"""

import os
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from messaging import segments
from tests.system import pace
from tests.system.outbox import Queue, database_of, scheduler

CALM = 62  # seconds that the use of the limits is measured in, just over a minute
STORM = 12  # seconds in which calls are refused
SLOW, HALF, MINUTE, DAY, FAST = (f"+1415777000{n}" for n in range(1, 6))
SHARED = ("+14157770006", "+14157770007")
RATES = {SLOW: 1.0, HALF: 0.5, FAST: 20.0}
CAMPAIGN = 3.75
PER_MINUTE = 30
LEFT_TODAY = 9
# On two busy cores the simulator's process is now and then this much later to read one
# request than the next. Up to two segments a second a slot's margin outlasts most of
# it. To miscount a text takes a whole slot, 0.05 to 2 seconds here.
JITTER, JITTER_WHEN_SLOW = 0.03, 0.015  # seconds
# Without bursts, a thread that wakes up late has lost that time for good: ten
# milliseconds of each slot are 4 % at 3.75 a second, 20 % at 20 a second. A queue that
# stalls between two runs loses far more.
WELL_USED, USED_WHEN_FAST, USED_WHEN_VERY_FAST = 0.95, 0.93, 0.85
BODIES = (
    "Your bike is ready.",
    "We open at nine. " * 12,  # two parts of GSM-7
    "Ваш велосипед готов. " * 5,  # two parts of UTF-16
    "Your bike is ready 🚲",
    "🚲" * 70,  # three parts, in which no pair of units may be torn
)


@pytest.fixture(scope="module")
def log(odoo):
    """(the arrivals, when the storm began) of one run with everything in it."""
    from tests.simulator.client import Simulator

    with database_of(odoo, f"sms_inbox_pace_{os.getpid()}") as database:
        with Simulator() as twilio:
            twilio.settings(reports=False, latency=0.02)
            yield _run(Queue(odoo, database, twilio))


def _run(queue):
    zone, today = _a_day_that_lasts()
    limits = {phone: {"rate": rate} for phone, rate in RATES.items()}
    limits |= {phone: {"rate": 3.0, "campaign": ["A", CAMPAIGN]} for phone in SHARED}
    limits[MINUTE] = {"rate": 10.0, "segments_per_minute": PER_MINUTE}
    used = {"segments_per_day": 1000, "day": today, "used": 1000 - LEFT_TODAY}
    limits[DAY] = {"rate": 5.0, "timezone": zone} | used
    queue.build({"name": "Bikes", "numbers": limits})
    for phone in limits:
        _put(queue, phone, int(limits[phone]["rate"] * 2 * (CALM + STORM)) + 20)
    with scheduler(queue), scheduler(queue):
        queue.begin()
        time.sleep(CALM)
        storm = max(row["monotonic"] for row in queue.twilio.arrivals())
        queue.twilio.fault("429", count=5, retry_after=1)
        time.sleep(STORM)
    return queue.twilio.arrivals(), storm


def _put(queue, phone, count):
    """Texts of all kinds in turn, counted by the addon."""
    bodies = [f"{body} {phone[-1]}" for body in BODIES]
    body = " ".join(f"WHEN {n} THEN '{text}' || n" for n, text in enumerate(bodies))
    costs = [segments.count(f"{text}100") for text in bodies]
    cost = " ".join(f"WHEN {n} THEN {cost}" for n, cost in enumerate(costs))
    kind = f"n %% {len(BODIES)}".replace("%%", "%")
    queue.put(
        phone,
        count,
        wake=False,
        first=100,
        body=f"CASE {kind} {body} END",
        segments=f"CASE {kind} {cost} END",
    )


def _a_day_that_lasts():
    """A time zone whose day does not end in the next hour, and its date."""
    now = datetime.now(UTC)
    if now.hour < 23:
        return "UTC", now.date().isoformat()
    tokyo = now.astimezone(timezone(timedelta(hours=9)))
    return "Asia/Tokyo", tokyo.date().isoformat()


def _of(log, *phones, calm=False):
    arrivals, storm = log
    rows = [row for row in arrivals if not calm or row["monotonic"] <= storm]
    return pace.counted(rows, phones)


@pytest.mark.parametrize("phone", [SLOW, HALF])
def test_a_slow_number_never_sends_too_early(log, phone):
    assert pace.shortfall(_of(log, phone), RATES[phone]) <= JITTER_WHEN_SLOW


def test_a_fast_number_never_sends_too_early(log):
    assert pace.shortfall(_of(log, FAST), RATES[FAST]) <= JITTER


def test_a_fraction_of_a_segment_a_second_holds_for_two_numbers_together(log):
    assert pace.shortfall(_of(log, *SHARED), CAMPAIGN) <= JITTER
    for phone in SHARED:
        assert pace.shortfall(_of(log, phone), 3.0) <= JITTER


def test_no_sixty_seconds_have_more_than_a_minutes_segments(log):
    assert pace.most_within(_of(log, MINUTE), 60) <= PER_MINUTE
    assert pace.shortfall(_of(log, MINUTE), 10.0) <= JITTER


def test_a_day_that_is_almost_used_up_is_used_up_and_no_more(log):
    spent = pace.total(_of(log, DAY))
    assert LEFT_TODAY - 2 <= spent <= LEFT_TODAY  # the next text has three segments


@pytest.mark.parametrize("phone", [SLOW, HALF])
def test_a_number_is_used_while_texts_wait(log, phone):
    assert pace.use(_of(log, phone, calm=True), RATES[phone]) >= WELL_USED


def test_a_fast_number_is_used_as_far_as_a_busy_machine_lets_it(log):
    used = pace.use(_of(log, FAST, calm=True), RATES[FAST])
    assert used >= USED_WHEN_VERY_FAST


def test_a_campaign_is_used_while_texts_wait(log):
    assert pace.use(_of(log, *SHARED, calm=True), CAMPAIGN) >= USED_WHEN_FAST


def test_a_minute_is_used_while_texts_wait(log):
    first = _of(log, MINUTE)[0][0]
    in_a_minute = [row for row in _of(log, MINUTE) if row[0] < first + 60]
    assert pace.total(in_a_minute) >= PER_MINUTE - 2  # as with the day


def test_every_text_comes_once_and_refused_ones_again(log):
    arrivals, _storm = log
    taken = [row["body"] for row in arrivals if row["sid"]]
    refused = [row for row in arrivals if row["status"] == 429]
    assert len(set(taken)) == len(taken)
    assert len({row["uuid"] for row in arrivals}) == len(arrivals)
    assert refused
