"""A mere "Thanks!" raises no alarm and is not lost; a rule closes what is quiet."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import THEIR_NUMBER
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestProbablyDone(QueueCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.mine = self.thread.with_user(self.agent)
        self.mine.send_text("Yes, it is.")

    def assert_state(self, stage, done):
        state = (self.thread.stage, self.thread.probably_done)
        self.assertEqual(state, (stage, done))

    def test_thanks_after_our_last_word_is_probably_done(self):
        text = self.receive("Great, thanks!")
        self.assert_state("needs_reply", True)
        self.assertEqual(self.thread.waiting_since, text.date)
        self.assertFalse(self.thread.overdue_at)

    def test_thanks_by_name_is_too(self):
        self.agent.name = "Maria Rossi"
        self.receive("Thanks Maria!")
        self.assert_state("needs_reply", True)
        self.mine.send_text("See you")
        self.receive("Thanks Robert!")
        self.assert_state("needs_reply", False)

    def test_one_step_confirms_it(self):
        self.receive("Thanks!")
        self.mine.action_close()
        self.assert_state("closed", False)
        self.env.cr.precommit.run()
        self.assertEqual(self.thread.wait_ids[:1].how, "done")

    def test_more_thanks_after_it_was_confirmed_open_nothing(self):
        self.receive("Thanks!")
        for body in ("Bye!", "Thank you!"):
            with self.subTest(body=body):
                self.mine.action_close()
                self.receive(body)
                self.assert_state("closed", True)
                self.assertFalse(self.thread.waiting_since)

    def test_a_question_after_it_was_confirmed_opens_it(self):
        self.receive("Thanks!")
        self.mine.action_close()
        text = self.receive("Until when are you open?")
        self.assert_state("needs_reply", False)
        self.assertEqual(self.thread.waiting_since, text.date)

    def test_more_thanks_where_somebody_put_it_to_wait_are_probably_done(self):
        self.receive("Thanks!")
        self.mine.stage = "waiting"
        self.receive("Bye!")
        self.assert_state("needs_reply", True)

    def test_whoever_reopens_it_takes_the_mark_away(self):
        self.receive("Thanks!")
        self.mine.action_reopen()
        self.assert_state("needs_reply", False)

    def test_a_closed_thread_stays_closed_with_the_mark(self):
        self.mine.action_close()
        self.thread.closed_at = "2026-01-01 00:00:00"
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self.receive("Thanks!")
        self.assert_state("closed", True)
        self.assertFalse(self.thread.waiting_since)
        self.assertEqual(self.thread.last_text, "Thanks!")
        told = " ".join(self.env["bus.bus"].search([]).mapped("message"))
        self.assertIn(f'{{"ids":[{self.thread.id}]}}', told)
        age = fields.Datetime.now() - self.thread.closed_at
        self.assertLess(age, timedelta(minutes=1))

    def test_a_question_after_thanks_waits_from_the_question_on(self):
        self.receive("Thanks!")
        self.thread.waiting_since = "2026-01-01 00:00:00"
        text = self.receive("Until when are you open?")
        self.assert_state("needs_reply", False)
        self.assertEqual(self.thread.waiting_since, text.date)

    def test_thanks_upon_thanks_stays_probably_done(self):
        self.receive("Thanks!")
        self.receive("👍")
        self.assert_state("needs_reply", True)

    def test_thanks_while_they_wait_on_us_is_no_end(self):
        self.receive("Can I come now?")
        self.receive("Thanks!")
        self.assert_state("needs_reply", False)

    def test_thanks_after_a_notice_that_answered_nothing_is_no_end(self):
        since = self.receive("Can I come now?").date
        self.send("We are closed on Monday", priority="notice")
        self.receive("Ok")
        self.assert_state("needs_reply", False)
        self.assertEqual(self.thread.waiting_since, since)

    def test_ok_to_a_question_of_ours_is_an_answer(self):
        self.mine.send_text("Shall we keep it until Friday?")
        self.receive("Ok")
        self.assert_state("needs_reply", False)

    def test_a_failed_answer_after_thanks_is_not_done(self):
        self.receive("Thanks!")
        self.thread._came_to_nothing(self.send("One more thing", priority="reply"))
        self.assert_state("needs_reply", False)

    def test_a_first_text_that_thanks_waits(self):
        thread = self.receive("Thanks!", "+12025550198").conversation_id
        self.assertEqual((thread.stage, thread.probably_done), ("needs_reply", False))

    def test_probably_done_stands_last_in_the_column(self):
        self.receive("Thanks!")
        other = self.receive("Hello", "+12025550198").conversation_id
        threads = self.thread.search([("number_id", "=", self.number.id)])
        self.assertEqual(threads, other | self.thread)

    def test_nobody_marks_by_hand(self):
        with self.assertRaises(AccessError):
            self.mine.probably_done = True

    def test_many_who_thank_at_once_take_as_few_queries_as_two(self):
        def spent(count):
            numbers = [f"+12025553{index:03d}" for index in range(count)]
            conversations = self.env["sms.inbox.conversation"]

            def text(body):
                return [
                    {"number": self.number, "contact_number": number, "body": body}
                    for number in numbers
                ]

            for _warm_up in range(3):
                messages = conversations._receive_all(text("Hello"))
                for thread in messages.conversation_id:
                    thread._queue("Hi", "reply")
                self.env.flush_all()
                self.env.invalidate_all()
                heard = conversations._receive_all(text("?")).grouped("conversation_id")
                threads = messages.conversation_id
                threads.write({"stage": "closed", "last_is_ours": True})
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                conversations._done_by(heard)
                queries = self.env.cr.sql_log_count - before
            return queries

        self.assertEqual(spent(15), spent(2))


@tagged("post_install", "-at_install")
class TestRuleThatCloses(QueueCase):
    def setUp(self):
        super().setUp()
        self.company.sms_inbox_auto_close_days = 3
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.thread.with_user(self.agent).send_text("Yes")
        self.dispatch()
        self.make_quiet(days=4)

    def make_quiet(self, days):
        moment = fields.Datetime.now() - timedelta(days=days)
        self.thread.last_text_at = moment

    def stage_after_the_rule(self):
        self.run_cron("sms_inbox.ir_cron_auto_close")
        return self.thread.stage

    def test_what_was_quiet_long_enough_is_closed_and_says_so(self):
        self.assertEqual(self.stage_after_the_rule(), "closed")
        self.assertIn("Closed by rule", self.thread.message_ids[0].body)

    def test_it_is_off_by_default(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.sms_inbox_auto_close_days = other.sms_inbox_auto_close_days
        self.assertEqual(self.stage_after_the_rule(), "waiting")

    def test_what_is_not_quiet_for_long_enough_stays(self):
        self.make_quiet(days=2)
        self.assertEqual(self.stage_after_the_rule(), "waiting")

    def test_whoever_waits_on_us_and_what_is_snoozed_stay(self):
        for stage in ("needs_reply", "snoozed"):
            with self.subTest(stage=stage):
                self.thread.stage = stage
                self.assertEqual(self.stage_after_the_rule(), stage)

    def test_a_thread_with_a_text_of_ours_still_to_leave_stays(self):
        later = fields.Datetime.now() + timedelta(days=9)
        self.thread.with_user(self.agent).send_text("See you", not_before=later)
        self.make_quiet(days=4)
        self.assertEqual(self.stage_after_the_rule(), "waiting")

    def test_each_company_has_its_own_rule(self):
        company = self.env["res.company"].create({"name": "Other"})
        account = self.make_account(company)
        number = self.make_number(self.make_line(account, "+14155550177"))
        theirs = self.make_conversation(number, THEIR_NUMBER)
        theirs.write({"stage": "waiting", "last_text_at": self.thread.last_text_at})
        self.assertEqual(self.stage_after_the_rule(), "closed")
        self.assertEqual(theirs.stage, "waiting")
