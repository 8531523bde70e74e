"""The forecast, held against what the claim then does, in simulated time."""

import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, tagged

from .. import carriers
from ..carriers.runway import Landed, Runway
from ..messaging import capacity
from ..messaging.turns import Turns
from ..models.sms_inbox_dispatcher import SLICE, Run
from .common import SmsInboxCase

AREAS = {
    "212": "America/New_York",
    "312": "America/Chicago",
    "213": "America/Los_Angeles",
}
HOURS = 9.0, 20.0  # when bulk may arrive, every day
WEEK = 7 * 86400  # seconds
MOMENT = 1e-5  # seconds; what the stored state and a frozen clock round


class Slot(NamedTuple):
    """A text that left."""

    at: float
    segments: int
    number_id: int
    urgent: bool
    contact_number: str


class SimulatedRun(Run):
    """A dispatcher's run on the frozen clock, whose calls take no time."""

    def __init__(self, env):
        super().__init__(env, 0, Runway(10))
        self.tidy_at = 0.0

    def now(self):
        return time.time()

    def monotonic(self, epoch):
        return epoch

    def free_at(self, _limit_id):
        return 0.0  # what really left is what was planned


@tagged("post_install", "-at_install")
class TestForecastRight(SmsInboxCase):
    """Mixes drawn anew in each run; a failure names the seed of its mix."""

    def setUp(self):
        super().setUp()
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
        self.env["sms.inbox.quiet.rule"].create(
            {"opens": HOURS[0], "closes": HOURS[1], "sunday": True}
            | dict.fromkeys(days, True)
        )
        self.seed = int(time.time() * 1000)

    def test_within_a_day(self):
        for draw in range(2):
            self.assert_right(
                self.seed + draw,
                hours=(12, 13),
                rates=(0.1, 0.2),
                minutes=(0, 10, 15),
                days=(0,),
                replies=(0, 0.002, 0.005),
            )

    def test_quiet_hours_over_a_night(self):
        self.assert_right(
            self.seed + 10,
            hours=(21, 23),
            rates=(0.02, 0.05),
            minutes=(0, 10),
            days=(0,),
            replies=(0, 0.001),
        )

    def test_a_day_cap_over_midnight(self):
        for draw in range(2):
            self.assert_right(
                self.seed + 20 + draw,
                hours=(12, 23),
                rates=(0.1, 0.2),
                minutes=(0, 15),
                days=(150, 200),
                replies=(0.0001, 0.0002),
            )

    def assert_right(self, seed, **ranges):
        rng = Random(seed)
        start = datetime(2026, 6, rng.randint(1, 7), rng.randint(*ranges["hours"]))
        with self.subTest(seed=seed), freeze_time(start) as self.clock:
            numbers, texts, replies = self.draw(rng, **ranges)
            forecast = self.env["sms.inbox.capacity"]._forecast(
                numbers, [(*text, 1) for text in texts]
            )
            self.queue(texts, "bulk")
            levels = self.levels(numbers)
            slots = self.drain(rng, numbers, replies)
            bulk = [slot.at for slot in slots if not slot.urgent]
            self.assertEqual(len(bulk), len(texts))
            took, told = (at - start_of(start) for at in (max(bulk), forecast.ends))
            self.assertLess(abs(took - told), max(0.05 * took, 30), (took, told))
            for level, number_ids in levels:
                ours = [slot for slot in slots if slot.number_id in number_ids]
                self.assert_kept(level, ours)
            self.assert_no_night(slots)

    # ------------------------------------------------------------
    # A MIX
    # ------------------------------------------------------------

    def draw(self, rng, rates, minutes, days, replies, hours):
        """(numbers, bulk texts, replies per second of each number)"""
        campaign = self.make_limits(rng, minutes, days)
        numbers = self.env["sms.inbox.number"]
        for _number in range(rng.randint(2, 3)):
            line = self.make_line(
                self.account, f"+1415556{rng.randint(1000, 9999)}", rng.uniform(*rates)
            )
            line.limit_id.parent_id = campaign
            numbers |= self.make_number(line)
        per_second = {number.id: rng.choice(replies) for number in numbers}
        for _try in range(10):
            texts = self.draw_texts(rng, numbers)
            if self.hangs_on_no_single_reply(numbers, texts, per_second):
                break
        else:
            per_second = dict.fromkeys(numbers.ids, 0)
        self.replied_last_week(per_second)
        return numbers, texts, per_second

    def make_limits(self, rng, minutes, days):
        limits = self.env["sms.inbox.limit"]
        brand = limits.create(
            {
                "name": "Brand",
                "level": "brand",
                "segments_per_second": 0,
                "segments_per_day": rng.choice(days),
                "timezone": rng.choice(["America/Los_Angeles", "Asia/Tokyo", "UTC"]),
                "reserve": rng.choice([0.0, 0.1, 0.25]),
            }
        )
        return limits.create(
            {
                "name": "Campaign",
                "level": "campaign",
                "parent_id": brand.id,
                "segments_per_second": rng.choice([0, 0.3]),
                "segments_per_minute": rng.choice(minutes),
                "reserve": rng.choice([0.0, 0.2]),
            }
        )

    def draw_texts(self, rng, numbers):
        return [
            (
                rng.choice(numbers.ids),
                f"+1{rng.choice(list(AREAS))}5{index:06}",
                rng.choice([1, 1, 2, 3, 4]),
            )
            for index in rng.sample(range(550000, 560000), rng.randint(100, 160))
        ]

    def hangs_on_no_single_reply(self, numbers, texts, per_second):
        """Whether some replies more or less change little, so that one can tell.

        Otherwise it is chance whether the last texts still leave on this day.
        """
        rows = self.env["sms.inbox.capacity"]
        waiting = [rows._as_waiting(*text, 1, 3) for text in texts]
        ends = [
            capacity.forecast(
                {n.id: chain for n, chain in rows._levels_of(numbers).items()},
                waiting,
                time.time(),
                rules=self.env["sms.inbox.quiet.rule"]._rules(),
                replies_per_second={n: rate * more for n, rate in per_second.items()},
            ).ends
            - time.time()
            for more in (0.6, 1, 1.4)
        ]
        return max(ends) - min(ends) < 0.04 * ends[1]

    def replied_last_week(self, per_second):
        """So many replies that as many are expected."""
        for number_id, rate in per_second.items():
            # raw SQL: thousands of rows that nothing but a count looks at
            self.env.cr.execute(
                """
                INSERT INTO sms_inbox_message
                       (uuid, number_id, company_id, contact_number, direction, date,
                        state, priority, segments, left_at)
                SELECT gen_random_uuid(), %(number)s, %(company)s, '+12125550100',
                       'out', %(at)s, 'sent', 'reply', 1, %(at)s
                  FROM generate_series(1, %(count)s)
                """,
                {
                    "number": number_id,
                    "company": self.company.id,
                    "at": datetime.now() - timedelta(days=3),
                    "count": round(rate * WEEK),
                },
            )

    def queue(self, texts, priority):
        self.env["sms.inbox.conversation"]._queue_many(
            [
                {
                    "number_id": number_id,
                    "contact_number": contact_number,
                    "partner_id": False,
                    "body": "Hi",
                    "segments": segments,
                }
                for number_id, contact_number, segments in texts
            ],
            priority=priority,
        )

    # ------------------------------------------------------------
    # THE QUEUE IN SIMULATED TIME
    # ------------------------------------------------------------

    def drain(self, rng, numbers, per_second):
        """The slots of all texts that leave until the bulk has left."""
        run, slots, looks = SimulatedRun(self.env), [], 0
        coming = sorted(self.poisson(rng, per_second))
        until = time.time() + SLICE
        while self.waits(numbers):
            while coming and coming[0][0] <= time.time():
                at, number_id = coming.pop(0)
                self.queue([(number_id, f"+1917{int(at * 10) % 10**7:07}", 1)], "reply")
            if time.time() > until:
                run.turns = Turns()  # as each run of the dispatcher begins anew
                until = time.time() + SLICE
            jobs, look = self.env["sms.inbox.claim"]._claim(run)
            slots += self.land(jobs)
            now = time.time()
            following = max([now, *(job.start for job in jobs)]) if jobs else look
            looks = looks + 1 if following <= now else 0
            self.assertLess(looks, 20, "It looks again and again, and nothing leaves.")
            if coming:
                following = min(following, max(now, coming[0][0]))
            self.clock.move_to(datetime.utcfromtimestamp(following + 1e-6))
        return slots

    def poisson(self, rng, per_second):
        """(when, number id) of replies that come at random for a week."""
        for number_id, rate in per_second.items():
            at = time.time()
            while rate and at < time.time() + WEEK:
                at += rng.expovariate(rate)
                yield at, number_id

    def waits(self, numbers):
        return self.env["sms.inbox.message"].search_count(
            [
                ("number_id", "in", numbers.ids),
                ("priority", "=", "bulk"),
                ("state", "in", ("queued", "sending")),
            ],
            limit=1,
        )

    def land(self, jobs):
        """Have the carrier take these texts; their slots."""
        attempts = self.env["sms.inbox.attempt"]
        attempts._write_down(
            [Landed(job, carriers.Accepted(job.outbound.uuid)) for job in jobs]
        )
        slots = []
        for job in jobs:
            text = attempts.browse(job.attempt_id).message_id
            urgent = text.priority == "reply"
            slots.append(
                Slot(
                    job.start,
                    text.segments,
                    text.number_id.id,
                    urgent,
                    text.contact_number,
                )
            )
        return slots

    # ------------------------------------------------------------
    # WHAT EVERY LIMIT PROMISES
    # ------------------------------------------------------------

    def levels(self, numbers):
        """(level, ids of the numbers that it counts) of all chains."""
        found = {}
        for number, chain in self.env["sms.inbox.capacity"]._levels_of(numbers).items():
            for level in chain:
                found.setdefault(level.key, (level, []))[1].append(number.id)
        return found.values()

    def assert_kept(self, level, slots):
        # at one moment, what is urgent left last: it may use what is kept back
        slots = sorted(slots, key=lambda slot: (slot.at, slot.urgent))
        if level.rate:
            for one, other in zip(slots, slots[1:], strict=False):
                self.assertGreaterEqual(
                    other.at - one.at + MOMENT, one.segments / level.rate
                )
        most = {False: 1 - level.reserve, True: 1.0}
        if level.per_minute:
            for last, used in minutes(slots):
                near = [slot for slot in slots if abs(slot.at - last.at) < 130]
                self.assertLessEqual(used, most[last.urgent] * level.per_minute, near)
        if level.per_day:
            for last, used in days(slots, level.zone):
                self.assertLessEqual(used, most[last.urgent] * level.per_day)

    def assert_no_night(self, slots):
        for slot in slots:
            if not slot.urgent:
                zone = ZoneInfo(AREAS[slot.contact_number[2:5]])
                there = datetime.fromtimestamp(slot.at + MOMENT, zone)
                self.assertTrue(HOURS[0] <= there.hour < HOURS[1])


def start_of(moment):
    return (moment - datetime(1970, 1, 1)).total_seconds()


def minutes(slots):
    """(a text, the segments of the minute that ends with it)"""
    first = 0
    total = [0, *accumulate(slot.segments for slot in slots)]
    for index, slot in enumerate(slots):
        while slots[first].at <= slot.at - 60:
            first += 1
        yield slot, total[index + 1] - total[first]


def days(slots, zone):
    """(a text, the segments of its day up to it)"""
    used = Counter()
    for slot in slots:
        day = datetime.fromtimestamp(slot.at, ZoneInfo(zone)).date()
        used[day] += slot.segments
        yield slot, used[day]
