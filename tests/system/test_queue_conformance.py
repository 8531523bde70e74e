"""No limit is ever broken, and none is left unused: two minutes of real time.

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

CALM = 95  # seconds that the use of the limits is measured in
STORM = 12  # seconds in which calls are refused
PHONES = [f"+141577700{n:02}" for n in range(1, 14)]
SLOW, HALF, MINUTE, DAY, FAST, SLOWEST = PHONES[:6]
SHARED = PHONES[6:8]  # of one campaign
# of one account, and all but the first of one campaign within it
POOL = PHONES[8:11]
BRAND = PHONES[11:13]  # of one brand
RATES = {SLOW: 1.0, HALF: 0.5, FAST: 20.0, SLOWEST: 0.1}
IN_POOL, IN_BRAND, OF_A_CAMPAIGN = 2.0, 5.0, 3.0  # of each number
CAMPAIGN, CAMPAIGN_IN_POOL, ACCOUNT = 3.75, 1.5, 2.5
PER_MINUTE = 30
LEFT_TODAY, LEFT_OF_BRAND = 9, 15
DAY_CAP = 1000
LONGEST = 3  # segments
# On two busy cores the simulator's process is now and then this much later to read one
# request than the next. To miscount a text takes a whole slot: 0.05 seconds of the
# fast number, 1 to 10 of slow ones.
JITTER, JITTER_WHEN_SLOW = 0.03, 0.05  # seconds
# Without bursts, whoever is late has lost that time for good: texts are ready at the
# wire before their slot, or ten milliseconds would be 20 % at 20 a second.
WELL_USED = 0.95
BODIES = (
    "Your bike is ready.",
    "We open at nine. " * 12,  # two parts of GSM-7
    "Ваш велосипед готов. " * 5,  # two parts of UTF-16
    "Your bike is ready 🚲",
    "🚲" * 70,  # three parts, in which no pair of units may be torn
    "This is how it looks now. " * 7,  # two parts; with its picture, one
)
PICTURED = BODIES[-1]


@pytest.fixture(scope="module")
def log(odoo):
    """(the arrivals, when the storm began) of one run with everything in it."""
    from tests.simulator.client import Simulator

    with database_of(odoo, f"sms_inbox_pace_{os.getpid()}") as database:
        with Simulator() as twilio:
            twilio.settings(reports=False, latency=0.02)
            yield _run(Queue(odoo, database, twilio))


def _run(queue):
    limits = _limits()
    rates = {phone: limit["rate"] for phone, limit in limits.items()}
    queue.build({"name": "Bikes", "numbers": limits})
    shared = {"segments_per_second": 0, "level": "brand"} | _almost_full(LEFT_OF_BRAND)
    account = {"segments_per_second": ACCOUNT, "level": "account"}
    queue.share(
        ({"name": "Account", **account}, POOL), ({"name": "Brand", **shared}, BRAND)
    )
    for phone, rate in rates.items():
        _put(queue, phone, int(rate * (CALM + STORM)) + 30)
    queue.attach_pictures(PICTURED[:20])
    with scheduler(queue), scheduler(queue):
        queue.begin()
        time.sleep(CALM)
        # not its whole log: to write that down would hold up what arrives meanwhile
        senders = queue.twilio.summary()["senders"]
        storm = max(sender["last"] for sender in senders.values())
        queue.twilio.fault("429", count=5, retry_after=1)
        time.sleep(STORM)
    return queue.twilio.arrivals(), storm


def _limits():
    """{phone: its own limit, and its campaign}"""
    limits = {phone: {"rate": rate} for phone, rate in RATES.items()}
    campaign = {"rate": OF_A_CAMPAIGN, "campaign": ["A", CAMPAIGN]}
    limits |= {phone: dict(campaign) for phone in SHARED}
    limits |= {phone: {"rate": IN_POOL} for phone in POOL}
    for phone in POOL[1:]:
        limits[phone]["campaign"] = ["B", CAMPAIGN_IN_POOL]
    limits |= {phone: {"rate": IN_BRAND} for phone in BRAND}
    limits[MINUTE] = {"rate": 10.0, "segments_per_minute": PER_MINUTE}
    limits[DAY] = {"rate": 5.0, **_almost_full(LEFT_TODAY)}
    return limits


def _almost_full(left):
    """Fields of a limit whose day leaves room for a few segments."""
    zone, today = _a_day_that_lasts()
    used = DAY_CAP - left
    return {"timezone": zone, "segments_per_day": DAY_CAP, "day": today, "used": used}


def _put(queue, phone, count):
    """Texts of all kinds in turn, counted by the addon."""
    bodies = [f"{body} {phone[-2:]}" for body in BODIES]
    body = " ".join(f"WHEN {n} THEN '{text}' || n" for n, text in enumerate(bodies))
    costs = [segments.count(f"{text}100") for text in bodies[:-1]] + [1]
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


@pytest.mark.parametrize("phone", [SLOW, HALF, SLOWEST])
def test_a_slow_number_never_sends_too_early(log, phone):
    assert pace.shortfall(_of(log, phone), RATES[phone]) <= JITTER_WHEN_SLOW


def test_a_fast_number_never_sends_too_early(log):
    assert pace.shortfall(_of(log, FAST), RATES[FAST]) <= JITTER


def test_a_fraction_of_a_segment_a_second_holds_for_two_numbers_together(log):
    assert pace.shortfall(_of(log, *SHARED), CAMPAIGN) <= JITTER
    for phone in SHARED:
        assert pace.shortfall(_of(log, phone), OF_A_CAMPAIGN) <= JITTER


def test_an_accounts_limit_holds_for_all_its_numbers_and_its_campaigns_within_it(log):
    assert pace.shortfall(_of(log, *POOL), ACCOUNT) <= JITTER
    assert pace.shortfall(_of(log, *POOL[1:]), CAMPAIGN_IN_POOL) <= JITTER
    for phone in POOL:
        assert pace.shortfall(_of(log, phone), IN_POOL) <= JITTER


def test_no_sixty_seconds_have_more_than_a_minutes_segments(log):
    assert pace.most_within(_of(log, MINUTE), 60) <= PER_MINUTE
    assert pace.shortfall(_of(log, MINUTE), 10.0) <= JITTER


def test_a_day_that_is_almost_used_up_is_used_up_and_no_more(log):
    spent = pace.total(_of(log, DAY))
    assert LEFT_TODAY - LONGEST < spent <= LEFT_TODAY


def test_a_brands_day_is_used_up_by_its_numbers_together_and_no_more(log):
    spent = [pace.total(_of(log, phone)) for phone in BRAND]
    assert LEFT_OF_BRAND - LONGEST < sum(spent) <= LEFT_OF_BRAND
    assert all(spent)


@pytest.mark.parametrize("phone", [SLOW, HALF, SLOWEST, FAST])
def test_a_number_is_used_while_texts_wait(log, phone):
    assert pace.use(_of(log, phone, calm=True), RATES[phone]) >= WELL_USED


def test_a_campaign_is_used_while_texts_wait(log):
    assert pace.use(_of(log, *SHARED, calm=True), CAMPAIGN) >= WELL_USED


def test_an_account_is_used_while_texts_wait(log):
    assert pace.use(_of(log, *POOL, calm=True), ACCOUNT) >= WELL_USED


def test_a_minute_is_used_while_texts_wait(log):
    first = _of(log, MINUTE)[0][0]
    in_a_minute = [row for row in _of(log, MINUTE) if row[0] < first + 60]
    assert pace.total(in_a_minute) > PER_MINUTE - LONGEST  # as with the day


def test_texts_with_pictures_leave_too_and_count_as_one_segment(log):
    arrivals, _storm = log
    pictured = [row for row in arrivals if row["body"].startswith(PICTURED)]
    assert {row["sender"] for row in pictured} >= {SLOW, HALF, FAST, *SHARED, *POOL}
    assert all(row["media"] for row in pictured)
    assert {row["segments"] for row in pictured if row["sid"]} == {1}
    assert not any(row["media"] for row in arrivals if row not in pictured)


def test_every_text_comes_once_and_refused_ones_again(log):
    arrivals, _storm = log
    taken = [row["body"] for row in arrivals if row["sid"]]
    refused = [row for row in arrivals if row["status"] == 429]
    assert len(set(taken)) == len(taken)
    assert len({row["uuid"] for row in arrivals}) == len(arrivals)
    assert refused
