"""What was taken back before it left is as if it had never been written."""

import runpy
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_path

from .common import PICTURE
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestTakenBack(QueueCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.mine = self.thread.with_user(self.agent)
        self.since = self.thread.waiting_since

    def cancel(self, text):
        text.with_user(self.agent).action_cancel()
        self.env.cr.flush()
        self.env.invalidate_all()

    def waits(self):
        self.env.cr.flush()
        self.env.invalidate_all()
        return self.thread.wait_ids.sorted("id")

    def assert_thread(self, stage, since=False):
        self.assertEqual((self.thread.stage, self.thread.waiting_since), (stage, since))

    def assert_last(self, text, is_ours, failed=False):
        thread = self.thread
        self.assertEqual(
            (thread.last_text, thread.last_is_ours, thread.last_failed),
            (text, is_ours, failed),
        )

    # ------------------------------------------------------------
    # ANOTHER REPLY
    # ------------------------------------------------------------

    def test_a_later_reply_answers_them_instead(self):
        typo, reply = self.send("Yse"), self.send("Yes")
        self.waits()
        self.cancel(typo)
        self.assert_thread("waiting")
        self.assertEqual(self.waits().mapped("how"), ["answered"])
        self.dispatch()
        self.assertEqual((typo.state, reply.state), ("canceled", "sent"))
        self.assert_thread("waiting")
        self.assertFalse(self.thread.overdue_at)

    def test_a_later_reply_that_left_answers_them_instead(self):
        later = fields.Datetime.now() + timedelta(hours=3)
        text_id = self.mine.send_text("Yes", not_before=later)
        self.send("Yes, at four")
        self.dispatch()
        self.cancel(self.env["sms.inbox.message"].browse(text_id))
        self.assert_thread("waiting")

    def test_reports_say_who_answered_them_instead_and_when(self):
        later = fields.Datetime.now() + timedelta(hours=3)
        text_id = self.mine.send_text("Yes", not_before=later)
        self.assertEqual(self.waits().ended, later)
        thread = self.thread.with_user(self.supervisor)
        reply = self.env["sms.inbox.message"].browse(thread.send_text("At four"))
        self.cancel(self.env["sms.inbox.message"].browse(text_id))
        (wait,) = self.waits()
        self.assertEqual((wait.user_id, wait.ended), (self.supervisor, reply.date))

    def test_an_earlier_reply_still_answers_them(self):
        self.send("Yes")
        self.cancel(self.send("At four"))
        self.assert_thread("waiting")

    def test_two_replies_that_are_taken_back_answer_nobody_in_any_order(self):
        for first in (0, 1):
            with self.subTest(first=first):
                texts = self.send("Yse"), self.send("Yes")
                self.cancel(texts[first])
                self.assert_thread("waiting")
                self.cancel(texts[1 - first])
                self.assert_thread("needs_reply", self.since)
                self.assertEqual(self.waits().mapped("ended"), [False])

    def test_two_replies_that_go_with_their_number_answer_nobody(self):
        self.send("Yes")
        self.send("At four")
        self.number.active = False
        self.assert_thread("needs_reply", self.since)

    def test_a_reply_that_did_not_arrive_does_not_answer_them_instead(self):
        text_id = self.mine.send_text(
            "Yes", not_before=fields.Datetime.now() + timedelta(hours=3)
        )
        self.send("Yes, at four")._settle("failed")
        self.cancel(self.env["sms.inbox.message"].browse(text_id))
        self.assert_thread("needs_reply", self.since)
        self.assert_last("Yes, at four", True, failed=True)

    def test_what_they_wrote_meanwhile_still_waits(self):
        typo = self.send("Yse")
        later = self.receive("Hello?")
        self.cancel(typo)
        self.assert_thread("needs_reply", min(self.since, later.date))
        self.assertEqual(self.waits().mapped("ended"), [False])

    # ------------------------------------------------------------
    # WHAT LISTS SHOW
    # ------------------------------------------------------------

    def test_lists_show_what_was_said_before(self):
        at = self.thread.last_text_at
        self.cancel(self.send("To somebody else"))
        self.assert_last("Is my bike ready?", False)
        self.assertEqual(self.thread.last_text_at, at)

    def test_lists_show_what_was_said_after(self):
        typo = self.send("Yse")
        self.send("Yes")
        self.cancel(typo)
        self.assert_last("Yes", True)

    def test_lists_show_a_picture_that_came_before(self):
        self.receive("", pictures=[PICTURE])
        self.cancel(self.send("To somebody else"))
        self.assert_last("Picture", False)

    def test_nothing_is_shown_where_nothing_was_said(self):
        text = self.send("To somebody else", "+12025550199", priority="reply")
        thread = text.conversation_id
        self.cancel(text)
        self.assertFalse(thread.last_text or thread.last_text_at or thread.last_is_ours)

    def test_a_newsletter_that_is_taken_back_is_not_shown(self):
        text = self.send("20 % off", priority="bulk")
        self.cancel(text)
        self.assert_last("Is my bike ready?", False)
        self.assert_thread("needs_reply", self.since)

    def test_many_are_taken_back_with_as_few_queries_as_few(self):
        def spent(first, count):
            texts = self.env["sms.inbox.message"]
            for index in range(first, first + count):
                to = f"+12025552{index:03d}"
                texts |= self.send("20 % off", to, priority="bulk")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            texts._cancel("")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        spent(100, 2)
        self.assertEqual(spent(200, 30), spent(300, 2))

    def test_thanks_are_no_answer_to_what_was_taken_back(self):
        self.send("Shall we repair it for 40 dollars?")
        self.dispatch()
        self.cancel(self.send("It is done."))
        self.receive("Ok")
        self.assertFalse(self.thread.probably_done)

    # ------------------------------------------------------------
    # STAGES
    # ------------------------------------------------------------

    def test_a_closed_thread_is_closed_again(self):
        self.mine.action_close()
        closed_at = self.thread.closed_at = "2026-11-20 10:00:00"
        self.cancel(self.send("To somebody else"))
        self.assert_thread("closed")
        self.assertEqual(fields.Datetime.to_string(self.thread.closed_at), closed_at)

    def test_a_closed_thread_is_closed_again_after_two_texts(self):
        self.mine.action_close()
        typo, text = self.send("Yse"), self.send("Yes")
        self.cancel(typo)
        self.assert_thread("waiting")
        self.cancel(text)
        self.assert_thread("closed")

    def test_a_closed_thread_in_which_they_wrote_meanwhile_stays_open(self):
        self.mine.action_close()
        text = self.send("To somebody else")
        theirs = self.receive("Who is this?")
        self.cancel(text)
        self.assert_thread("needs_reply", theirs.date)

    def test_a_snoozed_thread_sleeps_as_long_as_before(self):
        self.mine._snooze_until(fields.Datetime.now() + timedelta(days=3))
        until = self.thread.snoozed_until
        self.cancel(self.send("To somebody else"))
        self.assert_thread("snoozed", self.since)
        self.assertEqual(self.thread.snoozed_until, until)

    def test_who_wants_no_texts_is_probably_done_though_a_reply_waited(self):
        self.send("Yes")
        self.receive("STOP")
        self.assert_thread("needs_reply", self.since)
        self.assertTrue(self.thread.probably_done)

    def test_what_was_probably_done_is_so_again(self):
        self.send("It is ready")
        self.dispatch()
        thanks = self.receive("Thanks!")
        self.assertTrue(self.thread.probably_done)
        self.cancel(self.send("To somebody else"))
        self.assert_thread("needs_reply", thanks.date)
        self.assertTrue(self.thread.probably_done)


@tagged("post_install", "-at_install")
class TestThreadsAreWithoutIt(QueueCase):
    """Threads are as on their phone; why else a text did not leave is said in them."""

    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.mine = self.thread.with_user(self.agent)

    def take_back(self, body="To somebody else", user=None, **vals):
        text = self.send(body, **vals)
        text.with_user(user or self.agent).action_cancel()
        return text

    def shown(self):
        """What threads show, newest first, however they are read."""
        names = ["body", "state", "error_text"]
        opened = self.mine.inbox_open(names, 30)["texts"]
        for page in (self.mine.inbox_texts(names), self.mine.inbox_timeline(names)):
            self.assertEqual(page["texts"], opened)
        return [(t["body"], t["state"], t["error_text"] or "") for t in opened]

    def bodies(self):
        return [body for body, _state, _why in self.shown()]

    def pages(self, limit):
        page, pages, before = {"complete": False}, [], False
        while not page["complete"]:
            page = self.mine.inbox_texts(["body", "place"], before, limit)
            before = page["texts"][-1]["place"] if page["texts"] else before
            pages.append([text["body"] for text in page["texts"]])
        return pages

    def test_what_its_author_took_back_is_in_no_thread(self):
        text = self.take_back()
        self.assertEqual(self.bodies(), ["Is my bike ready?"])
        found = text.with_user(self.agent).search([("id", "=", text.id)])
        self.assertEqual(found.error_text, f"Canceled by {self.agent.name}.")

    def test_what_was_held_and_taken_back_is_in_no_thread(self):
        text = self.send()
        text._hold_for_consent()
        text.with_user(self.agent).action_cancel()
        self.assertEqual(self.bodies(), ["Is my bike ready?"])

    def test_what_nobody_wrote_is_in_no_thread_whoever_took_it_back(self):
        self.take_back("20 % off", self.supervisor, priority="notice")
        self.assertEqual(self.bodies(), ["Is my bike ready?"])

    def test_what_a_colleague_took_back_its_author_still_sees(self):
        self.take_back("Yes", self.supervisor)
        why = f"Canceled by {self.supervisor.name}."
        self.assertEqual(self.shown()[0], ("Yes", "canceled", why))

    def test_what_did_not_leave_as_they_want_none_stays_and_says_so(self):
        self.send("Yes")
        self.receive("STOP")
        canceled = ("Yes", "canceled", "They want no texts from you.")
        self.assertIn(canceled, self.shown())

    def test_what_came_too_late_stays_and_says_so(self):
        self.send("Yes")._settle("expired", error_text="It was too late to send it.")
        late = ("Yes", "expired", "It was too late to send it.")
        self.assertEqual(self.shown()[0], late)

    def test_what_code_ended_stays_and_says_why(self):
        self.send("Sale!", priority="bulk")._cancel("The bulk text was canceled.")
        stopped = ("Sale!", "canceled", "The bulk text was canceled.")
        self.assertEqual(self.shown()[0], stopped)

    def test_pages_are_as_full_as_if_it_had_never_been(self):
        for index in range(5):
            self.receive(f"Text {index}")
            self.take_back(f"Typo {index}")
        pages = self.pages(2)
        self.assertEqual(
            pages[:3],
            [[f"Text {n}" for n in (4, 3)]]
            + [
                [f"Text {n}" for n in (2, 1)],
                ["Text 0", "Is my bike ready?"],
            ],
        )
        self.assertEqual(pages[3:], [[]])

    def test_it_is_not_counted_beside_a_record(self):
        def count():
            conversations = self.env["sms.inbox.conversation"].with_user(self.agent)
            return conversations.texts_of_record("res.partner", self.partner.id)

        self.take_back()
        self.assertEqual(count()["count"], 1)
        self.send("Yes")
        self.assertEqual(count()["count"], 2)

    def test_its_words_find_no_thread(self):
        conversations = self.env["sms.inbox.conversation"].with_user(self.agent)
        text = self.take_back("Zanzibar")
        self.env.flush_all()
        self.assertFalse(conversations.inbox_search("Zanzibar"))
        text.state = "delivered"
        self.env.flush_all()
        self.assertEqual(len(conversations.inbox_search("Zanzibar")), 1)

    def test_texts_of_before_are_known_by_what_was_noted_in_them(self):
        own, of_others = self.take_back("Typo"), self.take_back("Yes", self.supervisor)
        stopped = self.send("No")
        self.receive("STOP")
        texts = own + of_others + stopped
        self.env.flush_all()
        self.env.cr.execute("UPDATE sms_inbox_message SET taken_back = NULL")
        path = file_path("sms_inbox/migrations/19.0.1.10.0/post-taken-back.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.9.0")
        self.env.invalidate_all()
        self.assertEqual(texts.mapped("state"), ["canceled"] * 3)
        self.assertEqual(texts.mapped("taken_back"), [True, False, False])
