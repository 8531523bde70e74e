"""Mixes of numbers, limits and texts, drawn anew each time."""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from ..messaging import capacity
from ..models.sms_inbox_dispatcher import SLICE
from .common import SmsInboxCase

AREAS = {
    "212": "America/New_York",
    "312": "America/Chicago",
    "213": "America/Los_Angeles",
}
WEEK = 7 * 86400  # seconds


class Mix(NamedTuple):
    """What a draw gives: texts are (number id, contact's number, segments)."""

    numbers: object  # those of the forecast
    everyone: object  # with the neighbour in the campaign
    texts: list  # the new ones
    ahead: list  # what waits already
    replies: dict  # per second, by number id


class MixCase(SmsInboxCase):
    """Draws mixes, and queues them."""

    def draw(self, rng, own, neighbours, rates, paces, minutes, days, replies):
        """A mix of numbers, of their limits, and of what waits, comes and is new."""
        campaign = self.make_limits(rng, paces, minutes, days)
        numbers = self.env["sms.inbox.number"]
        for _number in range(rng.randint(2, 3)):
            numbers |= self.draw_number(rng, self.account, rates, campaign)
        everyone = numbers
        if any(neighbours):
            company = self.env["res.company"].create({"name": f"Dental {rng.random()}"})
            account = self.make_account(company)
            everyone |= self.draw_number(rng, account, rates, campaign)
        per_second = {number.id: rng.choice(replies) for number in everyone}
        for _try in range(10):
            texts = self.draw_texts(rng, numbers, rng.randint(100, 160))
            ahead = self.draw_texts(rng, numbers, rng.randint(*own), "6")
            count = rng.randint(*neighbours)
            ahead += self.draw_texts(rng, everyone - numbers, count, "7")
            mix = Mix(numbers, everyone, texts, ahead, per_second)
            if self.hangs_on_no_single_reply(mix):
                break
        else:
            mix = mix._replace(replies=dict.fromkeys(everyone.ids, 0))
        self.replied_last_week(mix.replies)
        return mix

    def draw_number(self, rng, account, rates, campaign):
        digits = rng.randint(1000, 9999)
        line = self.make_line(account, f"+1415556{digits}", rng.uniform(*rates))
        line.limit_id.parent_id = campaign
        return self.make_number(line)

    def make_limits(self, rng, paces, minutes, days):
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
                "segments_per_second": rng.choice(paces),
                "segments_per_minute": rng.choice(minutes),
                "reserve": rng.choice([0.0, 0.2]),
            }
        )

    def draw_texts(self, rng, numbers, size, kind="5"):
        return [
            (
                rng.choice(numbers.ids),
                f"+1{rng.choice(list(AREAS))}{kind}{index:06}",
                rng.choice([1, 1, 2, 3, 4]),
            )
            for index in rng.sample(range(550000, 560000), size)
        ]

    def hangs_on_no_single_reply(self, mix):
        """Whether some replies more or less change little, so that one can tell.

        Otherwise it is chance whether the last texts still leave on this day.
        """
        rows = self.env["sms.inbox.capacity"]
        waiting = [rows._as_waiting(*text, 1, 3, counts=False) for text in mix.ahead]
        waiting += [
            rows._as_waiting(*text, 1, 3, first=1, last=1) for text in mix.texts
        ]
        ends = [
            capacity.forecast(
                {n.id: chain for n, chain in rows._levels_of(mix.everyone).items()},
                waiting,
                time.time(),
                rules=self.env["sms.inbox.quiet.rule"]._rules(),
                replies_per_second={n: rate * more for n, rate in mix.replies.items()},
                parties={n.id: (n.company_id.id, n.id) for n in mix.everyone},
                turns_last=SLICE,
            ).ends
            - time.time()
            for more in (0.6, 1, 1.4)
        ]
        return max(ends) - min(ends) < 0.04 * ends[1]

    def replied_last_week(self, per_second):
        """So many replies that as many are expected."""
        numbers = self.env["sms.inbox.number"]
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
                    "company": numbers.browse(number_id).company_id.id,
                    "at": datetime.now() - timedelta(days=3),
                    "count": round(rate * WEEK),
                },
            )

    def queue(self, texts, priority):
        """Queue texts, number by number, as those of one call have one company."""
        queued = self.env["sms.inbox.message"]
        for number_id in {text[0] for text in texts}:
            queued |= self.env["sms.inbox.conversation"]._queue_many(
                [
                    {
                        "number_id": number_id,
                        "contact_number": contact_number,
                        "partner_id": False,
                        "body": "Hi",
                        "segments": segments,
                    }
                    for sender, contact_number, segments in texts
                    if sender == number_id
                ],
                priority=priority,
            )
        return queued
