"""What is put off comes back at its time, or with an answer."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestSnooze(SmsInboxCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.agent.tz = "America/New_York"
        self.thread = self.receive("Hello").conversation_id.with_user(self.agent)

    def until(self):
        return fields.Datetime.to_string(self.thread.snoozed_until)

    # Friday, 22:30 in New York and Saturday in Greenwich
    @freeze_time("2026-11-28 03:30:00")
    def test_a_window_proposes_tomorrow_morning_where_the_user_is(self):
        window = self.env["sms.inbox.snooze"].with_user(self.agent)
        until = window.default_get(["until"])["until"]
        self.assertEqual(fields.Datetime.to_string(until), "2026-11-28 13:00:00")

    @freeze_time("2026-11-27 15:00:00")
    def test_a_card_dragged_to_snoozed_comes_back_tomorrow_morning(self):
        self.thread.stage = "snoozed"
        self.assertEqual(self.until(), "2026-11-28 13:00:00")

    def test_the_scheduled_action_is_woken_exactly_then(self):
        with self.capture_triggers("sms_inbox.ir_cron_wake_snoozed") as capture:
            self.thread.stage = "snoozed"
        moments = capture.records.mapped("call_at")
        self.assertEqual(moments, [self.thread.snoozed_until])

    def test_a_window_puts_many_off_to_a_time_of_ones_choice(self):
        window = (
            self.env["sms.inbox.snooze"]
            .with_user(self.agent)
            .with_context(active_ids=self.thread.ids)
            .create({"until": "2036-01-01 09:00:00"})
        )
        window.action_snooze()
        self.assertEqual(self.until(), "2036-01-01 09:00:00")
        window.until = "2020-01-01 09:00:00"
        with self.assertRaisesRegex(UserError, "still to come"):
            window.action_snooze()

    def test_an_answer_of_theirs_brings_it_back(self):
        self.thread.stage = "snoozed"
        self.receive("Hello?")
        self.assertEqual((self.thread.stage, self.until()), ("needs_reply", False))
