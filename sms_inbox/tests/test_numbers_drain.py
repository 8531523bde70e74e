"""How long a number's queue takes, beside others of its campaign."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_numbers_screen import NumbersCase


@tagged("post_install", "-at_install")
class TestNumbersDrain(NumbersCase):
    def share_campaign(self, per_second=100.0):
        campaign = self.limit("campaign", segments_per_second=per_second)
        (self.line | self.other_line).limit_id.parent_id = campaign

    def test_a_neighbour_set_aside_hides_no_figures(self):
        self.env["sms.inbox.quiet.rule"].create(
            {"opens": 0, "closes": 24, "sunday": True}
        )
        self.share_campaign()
        self.other_line._set_aside("It is not registered.")
        self.texts(5, number=self.other_number, state="queued", priority="bulk")
        self.texts(5, state="queued", priority="bulk")
        self.assertEqual(self.seen.drain.split(".")[0], "Less than a minute")

    def test_no_company_reads_the_name_of_anothers_limit(self):
        self.share_campaign()
        own, theirs = self.line.limit_id, self.other_line.limit_id
        own.write({"name": "Our number", "segments_per_second": 0.5})
        theirs.write({"name": "Dental reminders", "segments_per_second": 0.01})
        self.texts(200, state="queued", priority="reply")
        self.texts(90, number=self.other_number, state="queued", priority="reply")
        self.assertIn("Our number", self.seen.drain)
        self.assertNotIn("Dental", self.seen.drain)
        of_theirs = self.other_number.with_user(self.other_manager).drain
        self.assertIn("Dental reminders", of_theirs)

    def test_the_drain_says_how_many_texts_come_too_late(self):
        self.line.limit_id.segments_per_second = 1
        soon = fields.Datetime.now() + timedelta(seconds=30)
        self.texts(100, state="queued", priority="reply", not_after=soon)
        self.assertRegex(self.seen.drain, r"(69|70|71|72) texts would be too late")
