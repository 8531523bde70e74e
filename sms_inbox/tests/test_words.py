"""What is said in the user's words."""

from datetime import time

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .. import words
from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestWords(SmsInboxCase):
    def test_times_are_written_as_the_users_language_has_them(self):
        lang = self.env["res.lang"]._lang_get("en_US")
        for written, evening in (("%H:%M:%S", "18:29"), ("%I:%M:%S %p", "6:29 PM")):
            lang.time_format = written
            with self.subTest(written):
                self.assertEqual(words.time_of_day(self.env, time(18, 29)), evening)
                self.assert_waits_until("18:29:00", evening)

    def assert_waits_until(self, at, in_words):
        self.agent.tz = "UTC"
        with freeze_time("2026-03-10 12:00:00"):
            not_before = fields.Datetime.to_datetime(f"2026-03-10 {at}")
            thread = self.make_conversation().with_user(self.agent)
            text_id = thread.send_text("Hi", not_before=not_before)
            text = thread.env["sms.inbox.message"].browse(text_id)
            self.assertEqual(text.waiting_words, f"Waits for its time, {in_words}.")
