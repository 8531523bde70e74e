"""Who is new on a day of a limit: the claim, a refusal and a repeat agree on it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .. import carriers
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestNewPeople(QueueCase):
    """Ada was texted three hours ago; in the limit's zone, that was yesterday."""

    def setUp(self):
        super().setUp()
        self.limit = self.line.limit_id
        self.limit.write(
            {"recipients_per_day": 10, "timezone": self.zone_where_it_is_one_o_clock()}
        )
        self.send("Good evening")
        self.dispatch()
        self.yesterdays = self.env["sms.inbox.message"].search(
            [("body", "=", "Good evening")]
        )
        self.yesterdays.left_at = self.ago(hours=3)
        self.limit.recipients = 0

    def zone_where_it_is_one_o_clock(self):
        west = fields.Datetime.now().hour - 1
        if west > 12:
            west -= 24
        return f"Etc/GMT{west:+}"  # its sign is that of POSIX: plus is west

    def ago(self, **span):
        return fields.Datetime.now() - timedelta(**span)

    def counted(self):
        self.limit.invalidate_recordset()
        return self.limit.recipients

    def test_who_was_texted_before_midnight_is_new_after_it(self):
        self.send("Good morning")
        self.assertEqual(len(self.dispatch()), 1)
        self.assertEqual(self.counted(), 1)

    def test_a_refusal_takes_back_whom_the_claim_counted(self):
        text = self.send("Good morning")
        self.refuse(carriers.TextRefused("30007", "Refused."))
        self.assertEqual((text.state, self.counted()), ("failed", 0))

    def test_a_refusal_takes_nobody_back_who_was_texted_that_day(self):
        self.send("Good morning")
        self.dispatch()
        self.send("Are you there?")
        self.refuse(carriers.TextRefused("30007", "Refused."))
        self.assertEqual(self.counted(), 1)

    def lose(self):
        def lost(_outbound):
            raise carriers.OutcomeUnknown("", "The answer was lost.")

        text = self.send("Good morning")
        self.dispatch(lost)
        self.assertEqual(text.state, "unknown")
        return text

    def repeat(self, text):
        """Have it take its slot, as a repeat does."""
        self.limit.write({"free_at": 0, "last_cost": 0, "recent": False})
        _wait, distances = text.attempt_ids._take_slot()
        self.assertIsNotNone(distances)

    def test_a_repeat_of_the_same_day_counts_nobody_twice(self):
        text = self.lose()
        self.repeat(text)
        self.assertEqual(self.counted(), 1)

    def test_a_repeat_after_midnight_counts_who_is_new_then(self):
        text = self.lose()
        text.left_at = self.ago(hours=3)
        today = self.limit.day
        yesterday = fields.Date.subtract(fields.Date.to_date(today), days=1)
        self.limit.write({"day": str(yesterday), "recipients": 1})
        self.repeat(text)
        self.assertEqual((self.limit.day, self.counted()), (today, 1))
