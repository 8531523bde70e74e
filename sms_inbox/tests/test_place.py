"""Where a text stands in its thread, and when lists show it: as on their phone."""

import json
import runpy
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_path

from ..models import sms_inbox_conversation_timeline
from ..models.sms_inbox_quiet_rule import WEEKDAYS
from .common import PNG
from .test_batch import BulkCase

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestPlace(BulkCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.mine = self.thread.with_user(self.agent)
        self.texts = self.env["sms.inbox.message"]

    def schedule(self, body="It will be", **more):
        later = fields.Datetime.now() + HOUR
        text_id = self.mine.send_text(body, not_before=later, **more)
        return self.texts.browse(text_id)

    def bulk(self, *bodies):
        self.thread.partner_id = self.partner
        batches = [self.make_batch(self.partner, body) for body in bodies]
        self.work()
        return self.texts.search([("batch_id", "in", [b.id for b in batches])])

    def pass_an_hour(self, text):
        text.sudo().write({"date": text.date - HOUR, "not_before": False})

    def assert_last(self, words, is_ours):
        last = (self.thread.last_text, self.thread.last_is_ours)
        self.assertEqual(last, (words, is_ours))

    def shown(self):
        page = self.mine.inbox_open(["body"], 30)
        return [text["body"] for text in reversed(page["texts"])]

    def pages(self, limit):
        """The words of each page, from the latest on."""
        page, pages, before = {"complete": False}, [], False
        while not page["complete"]:
            page = self.mine.inbox_texts(["body", "place", "state"], before, limit)
            there = [t["place"] for t in page["texts"] if t["state"] != "queued"]
            before = min(there, default=False)
            pages.append([text["body"] for text in page["texts"]])
        return pages

    def on_the_phone(self):
        (thread,) = self.env["sms.inbox.phone"].threads(self.thread.contact_number)
        return [text["body"] for text in thread["texts"]]

    def test_a_reply_with_a_time_is_the_last_word_once_it_leaves(self):
        text = self.schedule()
        self.assert_last("Is my bike ready?", False)
        self.pass_an_hour(text)
        self.dispatch()
        self.assert_last("It will be", True)
        self.assertEqual(self.thread.last_text_at, text.date)

    def test_a_reply_that_waits_for_nothing_is_the_last_word_at_once(self):
        self.mine.send_text("Yes")
        self.assert_last("Yes", True)
        at = self.thread.last_text_at
        self.dispatch()
        self.assert_last("Yes", True)
        self.assertEqual(self.thread.last_text_at, at)

    def test_a_bulk_text_is_the_last_word_once_it_leaves(self):
        self.bulk("Sale!")
        self.assert_last("Is my bike ready?", False)
        self.dispatch()
        self.assert_last("Sale!", True)

    def test_of_two_that_leave_at_once_the_second_is_the_last_word(self):
        self.bulk("One", "Two")
        self.dispatch()
        self.assertEqual(self.shown()[1:], self.on_the_phone()[1:])
        self.assert_last(self.on_the_phone()[-1], True)

    def test_what_did_not_leave_is_no_last_word(self):
        for text in (self.bulk("Sale!"), self.schedule()):
            text.action_cancel()
            self.assert_last("Is my bike ready?", False)

    def test_a_thread_that_begins_with_a_scheduled_text_shows_it(self):
        self.thread = self.make_conversation(contact_number="+14155550123")
        self.mine = self.thread.with_user(self.agent)
        first, second = self.schedule("First"), self.schedule("Second")
        self.assertTrue(self.thread.last_text_at)
        second.action_cancel()
        self.assert_last("First", True)
        first.action_cancel()
        self.assertFalse(self.thread.last_text_at)

    def test_a_picture_with_a_time_is_named_once_it_leaves(self):
        files = self.env["ir.attachment"].with_user(self.agent)
        picture = files.create({"name": "bike.png", "raw": PNG})
        text = self.schedule("", attachment_ids=picture.ids)
        self.assert_last("Is my bike ready?", False)
        self.pass_an_hour(text)
        self.dispatch()
        self.assert_last("Picture", True)

    def test_what_left_after_their_text_stands_below_it(self):
        text = self.schedule()
        self.receive("Hello?")
        self.pass_an_hour(text)
        self.dispatch()
        words = ["Is my bike ready?", "Hello?", "It will be"]
        self.assertEqual(self.shown(), words)
        self.assertEqual(self.on_the_phone(), words)
        self.assert_last("It will be", True)

    def begin(self, text):
        account = self.number.sudo().line_id.account_id
        self.env["sms.inbox.attempt"].sudo()._begin({text.id: account.id})

    def test_what_came_after_ours_left_is_the_last_word(self):
        text = self.bulk("Sale!")
        self.begin(text)
        self.receive("Hello?")
        text._settle("sent")
        self.assertEqual(self.on_the_phone()[1:], ["Sale!", "Hello?"])
        self.assert_last("Hello?", False)

    def test_what_was_lost_and_found_is_the_last_word(self):
        text = self.bulk("Sale!")
        self.begin(text)
        text._settle("unknown")
        self.assert_last("Is my bike ready?", False)
        text._settle("delivered")
        self.assert_last("Sale!", True)

    def test_a_reply_that_fails_is_what_failed_and_not_one_before_it(self):
        self.mine.send_text("Not yet")
        self.dispatch()
        text = self.schedule()
        self.pass_an_hour(text)
        self.begin(text)
        text._settle("failed")
        self.assert_last("It will be", True)
        self.assertTrue(self.thread.last_failed)

    # ------------------------------------------------------------
    # WHAT WAITS
    # ------------------------------------------------------------

    def test_what_waits_is_shown_at_once_however_long_ago_it_was_written(self):
        self.schedule("First")
        self.schedule("Second")
        for body in ("Hello?", "Anybody?", "Well?"):
            self.receive(body)
        opened = self.mine.inbox_open(["body"], 2)
        self.assertEqual(
            [text["body"] for text in opened["texts"]],
            ["Well?", "Anybody?", "Second", "First"],
        )
        self.assertFalse(opened["complete"])

    def test_of_more_that_wait_than_one_call_gives_the_latest_are_shown(self):
        self.startPatcher(
            patch.object(sms_inbox_conversation_timeline, "MOST_TEXTS", 2)
        )
        for body in ("First", "Second", "Third"):
            self.schedule(body)
        self.assertEqual(self.shown(), ["Is my bike ready?", "Second", "Third"])

    def test_pages_have_each_text_once_with_what_waits_on_the_first(self):
        self.schedule()
        for body in ("Hello?", "Anybody?"):
            self.receive(body)
        self.assertEqual(
            self.pages(2), [["Anybody?", "Hello?", "It will be"], ["Is my bike ready?"]]
        )
        self.assertEqual(len(self.pages(4)), 1)

    def test_a_text_that_never_began_stands_where_it_was_written(self):
        text = self.bulk("Sale!")
        self.pass_an_hour(text)
        # raw SQL: what is older than what is written at once
        self.env.cr.execute(
            "UPDATE sms_inbox_message SET create_date = %s WHERE id = %s",
            (text.date, text.id),
        )
        self.env.invalidate_all()
        written = text.date
        self.begin(text)
        self.assertGreater(text.date, written)
        text.sudo().attempt_ids._put_back()
        self.assertEqual(text.date, written)
        self.assertEqual(text.place, text.id)

    def test_a_notice_that_has_to_wait_for_the_morning_is_no_last_word(self):
        text = self.thread._queue("Come on Monday", "notice")
        self.assert_last("Come on Monday", True)
        self.keep_quiet()
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.waits_for, "quiet_hours")
        self.assert_last("Is my bike ready?", False)

    def keep_quiet(self):
        """Have it be quiet everywhere for two days."""
        some_day = WEEKDAYS[(fields.Datetime.now() + 3 * DAY).weekday()]
        days = dict.fromkeys(WEEKDAYS, False) | {some_day: True}
        self.env["sms.inbox.quiet.rule"].create(days)

    # ------------------------------------------------------------
    # WHAT DID NOT ARRIVE
    # ------------------------------------------------------------

    def test_a_bulk_text_that_did_not_arrive_is_no_last_word(self):
        text = self.bulk("Sale!")
        self.dispatch()
        self.assert_last("Sale!", True)
        text._settle("undelivered")
        self.assert_last("Is my bike ready?", False)
        text._settle("delivered")
        self.assert_last("Sale!", True)

    def test_a_new_thread_is_among_the_closed_once_its_bulk_text_failed(self):
        inbox = self.env["sms.inbox.conversation"].with_user(self.agent)
        batch = self.make_batch(self.make_partners(1))
        self.work()
        text = self.texts.search([("batch_id", "=", batch.id)])
        self.assertEqual(inbox.inbox_page("closed"), [])
        text._settle("expired")
        (row,) = inbox.inbox_page("closed")
        self.assertEqual((row["preview"], row["last_failed"]), ("Hi Person 0", True))

    def test_screens_are_told_when_bulk_texts_leave(self):
        text = self.bulk("Sale!")
        self.env["bus.bus"].search([]).unlink()
        self.dispatch()
        told = self.env["bus.bus"].search([]).mapped("message")
        ids = json.dumps({"ids": text.conversation_id.ids}, separators=(",", ":"))
        self.assertTrue(any(ids in message for message in told))

    # ------------------------------------------------------------
    # WHAT COMES LATE
    # ------------------------------------------------------------

    def test_a_text_that_comes_late_keeps_its_row_where_it_was(self):
        at = self.thread.last_text_at
        late = {"number": self.number, "contact_number": self.thread.contact_number}
        late |= {"body": "I am late", "date": at - HOUR}
        self.env["sms.inbox.conversation"]._receive_all([late])
        self.assertEqual(self.thread.last_text_at, at)
        self.schedule().action_cancel()
        self.assert_last("I am late", False)
        self.assertEqual(self.thread.last_text_at, at)

    def test_a_new_text_knows_its_place(self):
        text = self.thread._queue("Yes", "reply")
        self.assertGreater(text.place, 0)
        self.assertLess(text.place, self.receive("Hello?").place)

    def test_who_writes_what_has_to_wait_has_the_thread(self):
        self.thread.action_close()
        self.schedule()
        self.assertEqual(self.thread.user_id, self.agent)

    def test_a_reply_that_is_held_is_no_last_word(self):
        text = self.texts.browse(self.mine.send_text("Yes"))
        text.sudo()._hold_for_consent()
        self.assert_last("Is my bike ready?", False)

    def test_thanks_do_not_answer_what_they_have_not_seen(self):
        self.mine.send_text("Yes, it is.")
        self.dispatch()
        self.schedule("When do you come?")
        self.assertTrue(self.receive("Thanks!").conversation_id.probably_done)

    def test_texts_of_before_an_update_keep_their_place(self):
        text = self.receive("Hello?")
        later = self.receive("Anybody?")
        self.env.flush_all()
        # raw SQL: as it was before there were places
        self.env.cr.execute(
            "UPDATE sms_inbox_message SET place = NULL WHERE id = %s", (text.id,)
        )
        path = file_path("sms_inbox/migrations/19.0.1.7.0/post-place.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()
        self.assertEqual(text.place, text.id)
        self.assertLess(text.place, later.place)
