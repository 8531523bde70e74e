"""An answer that does not leave answers nobody: who waits on us stays seen."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .. import carriers
from ..carriers import Meaning
from .common import THEIR_NUMBER
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestUnanswered(QueueCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Is my bike ready?").conversation_id
        self.since = self.thread.waiting_since

    def assert_waits_since(self, since):
        self.assertEqual(
            (self.thread.stage, self.thread.waiting_since), ("needs_reply", since)
        )

    def assert_answered(self):
        self.assertEqual(
            (self.thread.stage, self.thread.waiting_since), ("waiting", False)
        )

    def held(self):
        """A reply that is held, as it would be the 21st of its kind."""
        for _index in range(20):
            self.send("Same", priority="bulk")
        return self.send("Same")

    def failed(self, **how):
        text = self.send(**how)
        self.refuse(carriers.TextRefused("30005", "It did not pass."))
        self.assertEqual(text.state, "failed")
        return text

    def test_a_reply_that_is_held_answers_nobody_until_it_is_let_go(self):
        text = self.held()
        self.assertEqual(text.state, "held")
        self.assert_waits_since(self.since)
        text.with_user(self.agent).action_release()
        self.assert_answered()

    def test_a_held_reply_that_is_taken_back_leaves_all_as_it_was(self):
        self.held().with_user(self.agent).action_cancel()
        self.assert_waits_since(self.since)

    def test_a_reply_that_goes_with_its_number_brings_its_thread_back(self):
        self.send()
        self.assert_answered()
        self.number.with_user(self.manager).active = False
        self.assert_waits_since(self.since)

    def test_a_reply_that_goes_with_its_account_brings_its_thread_back(self):
        self.send()
        self.account.active = False
        self.assert_waits_since(self.since)

    def test_a_failed_answer_that_is_sent_again_answers_again(self):
        text = self.failed()
        self.assert_waits_since(self.since)
        text.with_user(self.agent).action_retry()
        self.assert_answered()

    def test_it_does_not_answer_what_they_wrote_after_it(self):
        text = self.failed()
        later = self.receive("Hello?")
        text.with_user(self.agent).action_retry()
        self.assert_waits_since(later.date)

    def test_a_failed_newsletter_that_is_sent_again_answers_nobody(self):
        text = self.failed(priority="bulk")
        self.assert_waits_since(self.since)
        text.with_user(self.agent).action_retry()
        self.assert_waits_since(self.since)

    def test_whoever_wrote_an_answer_that_did_not_arrive_is_told(self):
        text = self.failed()
        (note,) = self.notices()
        self.assertEqual(note.notified_partner_ids, self.agent.partner_id)
        self.assertIn("did not arrive", note.body)
        self.assertNotIn(text.body, note.body)

    def test_the_authors_screen_is_told_too_and_no_other(self):
        self.env["bus.bus"].search([]).unlink()
        self.failed()
        self.env.cr.flush()
        events = self.env["bus.bus"].search([("message", "like", "not_arrived")])
        (channel,) = map(json.loads, events.mapped("channel"))
        self.assertEqual(channel[1:], ["res.partner", self.agent.partner_id.id])
        payload = json.loads(events.message)["payload"]
        self.assertEqual(payload, {"ids": self.thread.ids})

    def lose(self):
        """Have the carrier's answer lost."""
        self.refuse(carriers.OutcomeUnknown("", "The connection broke."))

    def prove_absent(self, text):
        """Have the carrier prove that it lacks a text, which is tried again then."""
        text.attempt_ids[:1]._never_arrived()
        self.env.cr.flush()
        self.assertEqual(text.state, "queued")

    def notices(self):
        """What people were told of their answers."""
        return self.env["mail.message"].search(
            [("model", "=", self.thread._name), ("res_id", "=", self.thread.id)]
        )

    def test_a_text_that_is_lost_again_and_again_is_told_once(self):
        text = self.send()
        for _try in range(3):
            self.lose()
            self.assertEqual(text.state, "unknown")
            self.assert_waits_since(self.since)
            self.prove_absent(text)
            self.assert_answered()
        self.refuse(carriers.TextRefused("30005", "It did not pass."))
        self.assert_waits_since(self.since)
        self.assertEqual(len(self.notices()), 1)

    def test_two_reports_that_it_did_not_arrive_are_told_once(self):
        text = self.failed()
        self.thread.with_user(self.agent).stage = "closed"
        text._settle("undelivered")
        self.assertEqual((text.state, self.thread.stage), ("undelivered", "closed"))
        self.assertEqual(len(self.notices()), 1)

    def test_what_a_person_decides_about_a_lost_text_stands(self):
        for stage in ("closed", "snoozed", "waiting"):
            with self.subTest(stage=stage):
                since = self.receive("Hello?").date
                text = self.send()
                self.lose()
                self.assert_waits_since(since)
                self.thread.with_user(self.agent).stage = stage
                for _try in range(2):
                    self.prove_absent(text)
                    self.lose()
                    self.assertEqual(self.thread.stage, stage)
                self.prove_absent(text)
                self.dispatch()
                self.assertEqual(text.state, "sent")

    def test_whoever_answered_otherwise_meanwhile_answered(self):
        text = self.send()
        self.lose()
        self.send("Yes, it is ready")
        self.dispatch()
        self.prove_absent(text)
        self.lose()
        self.assertEqual(text.state, "unknown")
        self.assert_answered()

    def test_a_lost_text_that_a_person_sends_again_is_told_again(self):
        text = self.send()
        self.lose()
        text.with_user(self.agent).action_retry()
        self.lose()
        self.assert_waits_since(self.since)
        self.assertEqual(len(self.notices()), 2)

    def test_nobody_is_told_of_what_was_taken_back(self):
        self.send().with_user(self.agent).action_cancel()
        self.assert_waits_since(self.since)
        self.assertFalse(self.notices())

    def test_a_code_that_is_sent_again_ends_in_time_too(self):
        text = self.failed(priority="code")
        text.with_user(self.agent).action_retry()
        left = text.not_after - fields.Datetime.now()
        self.assertLessEqual(left, timedelta(minutes=10))


@tagged("post_install", "-at_install")
class TestNotNow(QueueCase):
    """What a carrier took and then dropped because it was not the time for it."""

    def setUp(self):
        super().setUp()
        codes = {
            "hours": Meaning.QUIET_HOURS,
            "new": Meaning.SENDER_WAIT,
            "day": Meaning.DEFER_DAY,
        }
        self.patch(carriers.get("sandbox"), "codes", codes)

    def test_a_text_stopped_for_the_hour_is_tried_again_later(self):
        text = self.send()
        self.dispatch()
        self.report(text, "undelivered", "hours")
        self.assertEqual((text.state, text.waits_for), ("queued", "carrier"))
        self.assertGreater(text.parked_until, fields.Datetime.now())

    def test_a_text_of_a_number_that_is_not_ready_waits_with_its_number(self):
        text = self.send()
        self.dispatch()
        self.report(text, "failed", "new")
        self.assertEqual(text.state, "queued")
        self.assertTrue(self.line.held_until)

    def test_what_was_put_off_to_the_next_day_is_not_overtaken(self):
        first, second = self.send("one"), self.send("two")
        answers = [carriers.TryLater("day", "Enough.", Meaning.DEFER_DAY)]

        def answer(outbound):
            if answers:
                raise answers.pop()
            return carriers.Accepted(f"SB{outbound.uuid}")

        handed_over = self.dispatch(answer)
        self.assertEqual([text.body for text in handed_over], ["one"])
        self.assertEqual((first.state, second.state), ("queued", "queued"))
        # another thread goes on
        self.send("three", "+12025550144")
        self.assertEqual([text.body for text in self.dispatch()], ["three"])
        self.assertEqual(first.contact_number, THEIR_NUMBER)
