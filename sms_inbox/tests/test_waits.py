"""Each stretch of waiting on us is a row, from their text to what ended it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .. import carriers
from .common import THEIR_NUMBER
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestWaits(QueueCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.mine = self.thread.with_user(self.agent)
        self.since = self.thread.waiting_since

    def waits(self, thread=None):
        """What the rows say once the transaction ends, the oldest first."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        return (thread or self.thread).wait_ids.sorted("id")

    def age(self, hours):
        """Have them wait for so long already."""
        self.since = fields.Datetime.now() - timedelta(hours=hours)
        self.thread.waiting_since = self.since
        self.waits()

    def test_a_text_begins_a_stretch_and_a_second_one_none(self):
        self.receive("Hello?")
        self.assertRecordValues(
            self.waits(),
            [
                {
                    "company_id": self.company.id,
                    "number_id": self.number.id,
                    "began": self.since,
                    "ended": False,
                    "how": False,
                    "first": True,
                }
            ],
        )

    def test_an_answer_ends_it_and_tells_who_answered_and_how_long_it_took(self):
        self.age(2)
        self.mine.send_text("Yes")
        (wait,) = self.waits()
        self.assertEqual((wait.how, wait.user_id), ("answered", self.agent))
        self.assertAlmostEqual(wait.seconds, 7200, delta=60)
        self.assertEqual(wait.seconds, (wait.ended - wait.began).total_seconds())

    def test_what_is_answered_at_once_is_a_stretch_too(self):
        number = "+12025550198"
        conversations = self.env["sms.inbox.conversation"]
        (text,) = conversations._receive_all(
            [{"number": self.number, "contact_number": number, "body": "Hi"}]
        )
        text.conversation_id.with_user(self.agent).send_text("Hi!")
        (wait,) = self.waits(text.conversation_id)
        self.assertEqual((wait.began, wait.how), (text.date, "answered"))

    def test_an_answer_that_leaves_later_ends_it_then(self):
        later = fields.Datetime.now() + timedelta(hours=3)
        self.mine.send_text("Yes", not_before=later)
        self.assertEqual(self.waits().ended, later)

    def test_only_what_begins_a_thread_or_opens_it_again_is_first(self):
        self.mine.send_text("Yes")
        self.waits()
        self.receive("And the wheel?")
        self.assertEqual(self.waits().mapped("first"), [True, False])
        self.mine.action_close()
        self.waits()
        self.receive("One more thing")
        self.assertEqual(self.waits().mapped("first"), [True, False, True])

    def test_closing_ends_it_unanswered(self):
        self.mine.action_close()
        (wait,) = self.waits()
        self.assertEqual((wait.how, wait.user_id), ("closed", self.agent))

    def test_a_card_moved_by_hand_is_no_answer(self):
        self.mine.stage = "waiting"
        self.assertEqual(self.waits().how, "by_hand")

    def test_closing_for_who_wants_no_texts_is_told_apart(self):
        self.env["sms.inbox.consent"]._unsubscribe(self.company, [THEIR_NUMBER], "")
        self.mine.action_close()
        self.assertEqual(self.waits().how, "opted_out")

    def test_a_snooze_ends_nothing(self):
        self.mine.stage = "snoozed"
        self.assertFalse(self.waits().ended)

    def test_an_answer_that_failed_ended_nothing(self):
        self.age(2)
        self.send()
        self.assertTrue(self.waits().ended)
        self.refuse(carriers.TextRefused("30005", "It did not pass."))
        self.assertRecordValues(
            self.waits(),
            [
                {
                    "began": self.since,
                    "ended": False,
                    "how": False,
                    "user_id": False,
                    "seconds": 0,
                }
            ],
        )

    def test_what_they_wrote_after_a_failed_answer_is_part_of_the_same_stretch(self):
        self.age(2)
        self.send()
        self.waits()
        self.receive("Hello?")
        self.assertEqual(len(self.waits()), 2)
        self.refuse(carriers.TextRefused("30005", "It did not pass."))
        (wait,) = self.waits()
        self.assertEqual((wait.began, wait.ended), (self.since, False))

    def test_a_failed_answer_that_is_sent_again_answers_up_to_what_came_later(self):
        self.age(2)
        text = self.send()
        self.refuse(carriers.TextRefused("30005", "It did not pass."))
        later = self.receive("Hello?")
        text.with_user(self.agent).action_retry()
        first, second = self.waits()
        self.assertEqual((first.began, first.how), (self.since, "answered"))
        self.assertEqual((second.began, second.ended), (later.date, False))

    def test_a_text_that_came_late_moves_the_beginning(self):
        earlier = self.since - timedelta(hours=1)
        self.thread.waiting_since = earlier
        (wait,) = self.waits()
        self.assertEqual((wait.began, wait.ended), (earlier, False))

    def test_who_waited_before_there_were_rows_gets_one_at_an_update(self):
        self.waits().unlink()
        self.env.flush_all()
        for _update in range(2):
            self.env["sms.inbox.wait"].init()
            self.assertEqual(self.waits().mapped("began"), [self.since])

    def test_a_reminder_of_our_own_is_no_wait_of_theirs(self):
        self.mine.send_text("Yes")
        self.waits()
        self.mine.stage = "snoozed"
        self.mine.action_reopen()
        self.assertTrue(self.thread.waiting_since)
        self.mine.send_text("Did you get it?")
        self.assertEqual(len(self.waits()), 1)

    def test_who_writes_into_a_reminder_of_our_own_waits(self):
        self.mine.send_text("Yes")
        self.waits()
        self.mine.action_reopen()
        self.receive("Are you there?")
        self.assertEqual(self.waits().mapped("ended")[1:], [False])
        self.mine.send_text("Yes")
        self.assertEqual(self.waits().mapped("how"), ["answered", "answered"])

    def test_a_notice_while_they_wait_neither_ends_nor_begins_a_stretch(self):
        self.send("We are closed on Monday", priority="notice")
        self.receive("Hello?")
        self.assertEqual(self.waits().mapped("ended"), [False])

    def test_whoever_was_not_answered_waits_as_long_when_their_thread_is_reopened(self):
        self.age(3)
        for stage in ("closed", "waiting"):
            with self.subTest(stage=stage):
                self.mine.stage = stage
                self.assertTrue(self.waits().ended)
                self.mine.action_reopen()
                self.assertEqual(self.thread.waiting_since, self.since)
                (wait,) = self.waits()
                self.assertEqual((wait.began, wait.ended), (self.since, False))
                self.assertEqual((wait.how, wait.seconds), (False, 0))

    def test_a_slip_within_one_transaction_changes_no_waiting_time(self):
        self.age(3)
        self.mine.action_close()
        self.mine.action_reopen()
        self.assertEqual(self.thread.waiting_since, self.since)
        self.assertEqual(self.waits().mapped("ended"), [False])

    def test_a_notice_is_no_answer_to_who_waits_in_a_thread_that_is_reopened(self):
        self.age(3)
        self.send("We are closed on Monday", priority="notice")
        self.mine.action_close()
        self.waits()
        self.mine.action_reopen()
        self.assertEqual(self.thread.waiting_since, self.since)
        self.assertEqual(self.waits().mapped("ended"), [False])

    def test_what_was_answered_after_it_was_closed_waits_from_its_reopening_on(self):
        self.age(3)
        self.mine.action_close()
        self.waits()
        self.mine.send_text("Yes")
        self.mine.action_reopen()
        age = fields.Datetime.now() - self.thread.waiting_since
        self.assertLess(age, timedelta(minutes=1))
        self.assertEqual(self.waits().mapped("how"), ["closed"])

    def test_many_are_reopened_with_as_few_queries_as_two(self):
        self.reopening(2)
        self.assertEqual(self.reopening(30), self.reopening(2))

    def reopening(self, count):
        """The queries of reopening so many threads that nobody answered."""
        texts = [
            {
                "number": self.number,
                "contact_number": f"+12025554{index:03d}",
                "body": "Hi",
            }
            for index in range(count)
        ]
        conversations = self.env["sms.inbox.conversation"]
        threads = conversations._receive_all(texts).conversation_id
        threads = conversations.browse(threads.ids)
        for index, thread in enumerate(threads):
            thread.waiting_since -= timedelta(hours=index + 1)
        since = threads.mapped("waiting_since")
        self.follow()
        threads.action_close()
        self.follow()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        threads.with_user(self.agent).action_reopen()
        self.follow()
        spent = self.env.cr.sql_log_count - before
        self.assertEqual(threads.mapped("waiting_since"), since)
        return spent

    def test_stretches_of_many_threads_take_as_few_queries_as_of_two(self):
        self.spent(2)
        self.assertEqual(self.spent(30), self.spent(2))

    def spent(self, count):
        """The queries of beginning, and of ending, the stretches of so many threads."""
        conversations = self.env["sms.inbox.conversation"]
        for _warm_up in range(3):
            messages = conversations._receive_all(
                [
                    {
                        "number": self.number,
                        "contact_number": f"+12025552{index:03d}",
                        "body": "Hi",
                    }
                    for index in range(count)
                ]
            )
            begun = self.queries()
            messages.conversation_id.stage = "closed"
            ended = self.queries()
        return begun, ended

    def queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.follow()
        return self.env.cr.sql_log_count - before

    def follow(self):
        changes = self.env.cr.precommit.data["sms_inbox_waits"]
        self.env["sms.inbox.conversation"].sudo()._follow_waits(changes)
        self.env.flush_all()
        # what stays planned for the end finds nothing left to do
        changes.clear()


@tagged("post_install", "-at_install")
class TestInTime(QueueCase):
    """Until when an answer is in time, in the company's own hours."""

    def setUp(self):
        super().setUp()
        self.company.resource_calendar_id.tz = "America/New_York"
        self.thread = self.receive("Is my bike ready?").conversation_id

    def since(self, moment):
        self.thread.waiting_since = moment
        return fields.Datetime.to_string(self.thread.overdue_at)

    def test_it_is_an_hour_of_work_by_default(self):
        # Tuesday, 9 in New York
        self.assertEqual(self.since("2026-11-24 14:00:00"), "2026-11-24 15:00:00")

    def test_the_night_and_the_weekend_do_not_count(self):
        # half past four on Friday afternoon; work ends at five
        self.assertEqual(self.since("2026-11-27 21:30:00"), "2026-11-30 13:30:00")

    def test_the_companys_own_holidays_do_not_count_and_those_of_others_do(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_holiday(other)
        self.assertEqual(self.since("2026-11-25 14:00:00"), "2026-11-25 15:00:00")
        self.make_holiday(self.company)
        self.thread.waiting_since = False
        self.assertEqual(self.since("2026-11-25 14:00:00"), "2026-11-26 14:00:00")

    def make_holiday(self, company):
        leave = (
            self.env["resource.calendar.leaves"]
            .with_company(company)
            .create(
                {"date_from": "2026-11-25 00:00:00", "date_to": "2026-11-26 04:59:59"}
            )
        )
        self.assertEqual((leave.company_id, leave.calendar_id.id), (company, False))

    def test_a_new_target_counts_for_who_waits_already(self):
        self.since("2026-11-24 14:00:00")
        self.company.sms_inbox_response_minutes = 30
        self.assertEqual(
            fields.Datetime.to_string(self.thread.overdue_at), "2026-11-24 14:30:00"
        )
        self.company.sms_inbox_response_minutes = 0
        self.assertFalse(self.thread.overdue_at)
        self.assertFalse(self.thread.response)

    def test_nothing_is_due_of_what_is_answered_snoozed_or_probably_done(self):
        for vals in ({"stage": "snoozed"}, {"probably_done": True}):
            self.thread.write({"stage": "needs_reply", "probably_done": False})
            self.assertTrue(self.thread.overdue_at)
            self.thread.write(vals)
            self.assertFalse(self.thread.overdue_at, vals)
        self.thread.write({"stage": "needs_reply", "probably_done": False})
        self.thread.with_user(self.agent).send_text("Yes")
        self.assertFalse(self.thread.overdue_at)

    def set_due(self, soon, over):
        now = fields.Datetime.now()
        self.thread.soon_at = now + timedelta(minutes=soon)
        self.thread.overdue_at = now + timedelta(minutes=over)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_lists_the_board_and_the_card_agree_on_what_is_overdue(self):
        mine = self.thread.with_user(self.agent)
        own = [("id", "=", self.thread.id)]
        for response, due in (
            ("within", (30, 60)),
            ("soon", (-1, 14)),
            ("over", (-30, -1)),
            ("done", None),
        ):
            with self.subTest(response=response):
                if due:
                    self.set_due(*due)
                else:
                    self.thread.probably_done = True
                self.assertEqual(mine.response, response)
                found = mine.search([*own, ("response", "=", response)])
                self.assertEqual(found, mine)
                self.assertFalse(mine.search([*own, ("response", "!=", response)]))
                bars = mine.read_progress_bar(
                    own,
                    "stage",
                    {"field": "response", "colors": {response: "success"}},
                )
                self.assertEqual(bars, {"needs_reply": {response: 1}})
