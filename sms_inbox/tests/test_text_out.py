from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .. import carriers
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase, report


@tagged("post_install", "-at_install")
class TestTextOut(SmsInboxCase):
    def send(self, body="Your bike is ready"):
        conversation = self.make_conversation().with_user(self.agent)
        message_id = conversation.send_text(body)
        return self.env["sms.inbox.message"].browse(message_id)

    def test_a_text_is_queued_in_the_writers_transaction(self):
        text = self.send()
        self.assertRecordValues(
            text,
            [
                {
                    "state": "queued",
                    "direction": "out",
                    "priority": "reply",
                    "number_id": self.number.id,
                    "contact_number": THEIR_NUMBER,
                    "author_id": self.agent.id,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_the_dispatcher_hands_a_text_over_from_the_threads_own_number(self):
        text = self.send()
        (outbound,) = self.dispatch()
        self.assertEqual(outbound.sender, OUR_NUMBER)
        self.assertEqual(outbound.recipient, THEIR_NUMBER)
        self.assertEqual(outbound.body, "Your bike is ready")
        self.assertEqual(text.state, "sent")
        self.assertEqual(text.attempt_ids.state, "sent")
        self.assertEqual(text.attempt_ids.uuid, outbound.uuid)

    def test_a_report_moves_a_sent_text_on_to_delivered(self):
        text = self.send()
        self.dispatch(
            lambda outbound: carriers.Accepted(
                "SB1", reports=(carriers.StatusReport("SB1", "delivered"),)
            )
        )
        self.process_events()
        self.assertEqual(text.state, "delivered")

    def test_two_texts_of_one_thread_leave_in_order(self):
        self.send("first")
        self.send("second")
        self.assertEqual([o.body for o in self.dispatch()], ["first", "second"])

    def test_a_code_and_a_reply_leave_before_notices_and_bulk(self):
        for index, priority in enumerate(("bulk", "notice", "reply", "code")):
            self.make_conversation(contact_number=f"+1202555012{index}")._queue(
                priority, priority
            )
        with self.one_at_a_time():
            self.assertEqual(
                [outbound.body for outbound in self.dispatch()],
                ["code", "reply", "notice", "bulk"],
            )

    def one_at_a_time(self):
        from unittest.mock import patch

        from ..models import sms_inbox_dispatcher

        return patch.object(sms_inbox_dispatcher, "IN_FLIGHT", 1)

    def test_a_definite_refusal_fails_the_text_and_reopens_the_thread(self):
        text = self.send()

        def refuse(_outbound):
            raise carriers.TextRefused("21211", "This is not a phone number.")

        self.dispatch(refuse)
        self.assertRecordValues(
            text,
            [
                {
                    "state": "failed",
                    "error_code": "21211",
                    "error_text": "This is not a phone number.",
                }
            ],
        )
        self.assertEqual(text.conversation_id.stage, "needs_reply")

    def test_a_refusal_for_now_queues_the_text_again_for_later(self):
        text = self.send()

        def slow_down(_outbound):
            raise carriers.TryLater("20429", "Too many requests.", retry_after=300)

        self.assertEqual(len(self.dispatch(slow_down)), 1)
        self.assertEqual(text.state, "queued")
        self.assertGreater(text.parked_until, text.date)
        self.assertEqual(text.attempt_ids.state, "refused")

    def test_a_lost_answer_is_unknown_and_not_sent_again(self):
        text = self.send()

        def lose(_outbound):
            raise carriers.OutcomeUnknown("", "The connection broke.")

        self.dispatch(lose)
        self.assertEqual(text.state, "unknown")
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.conversation_id.stage, "needs_reply")

    def test_a_lease_that_ran_out_makes_the_text_unknown(self):
        text = self.send()
        attempts = self.env["sms.inbox.attempt"]
        begun = attempts._begin({text.id: self.account.id})
        attempt = attempts.browse(begun[text.id][0])
        attempt.lease_until = "2020-01-01 00:00:00"
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.state, "unknown")

    def test_a_failed_answer_brings_back_the_old_waiting_time(self):
        asked = self.receive("Is it ready?")
        conversation = asked.conversation_id
        since = conversation.waiting_since
        text = self.send()
        self.assertFalse(conversation.waiting_since)

        def refuse(_outbound):
            raise carriers.TextRefused("30007", "Filtered.")

        self.dispatch(refuse)
        self.assertEqual(text.state, "failed")
        self.assertEqual(conversation.waiting_since, since)

    def test_a_text_whose_time_is_over_expires_and_does_not_leave(self):
        text = self.send()
        text.not_after = "2020-01-01 00:00:00"
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.state, "expired")
        self.assertEqual(text.conversation_id.stage, "needs_reply")

    def test_a_text_does_not_leave_before_its_time(self):
        text = self.send()
        text.not_before = "2100-01-01 00:00:00"
        self.assertEqual((self.dispatch(), text.state), ([], "queued"))

    def test_a_networks_daily_cap_keeps_the_text_until_its_day_ends(self):
        text = self.send()

        def capped(_outbound):
            meaning = carriers.Meaning.DEFER_DAY
            raise carriers.TryLater("30027", "The cap is reached.", meaning)

        self.dispatch(capped)
        self.assertRecordValues(text, [{"state": "queued", "waits_for": "day"}])
        there = ZoneInfo("America/Los_Angeles")
        until = text.parked_until.replace(tzinfo=UTC).astimezone(there)
        self.assertEqual((until.hour, until.minute), (0, 5))
        self.assertGreater(text.parked_until, fields.Datetime.now())

    def test_after_many_refusals_for_now_a_person_decides(self):
        text = self.send()
        text.tries = 29

        def slow_down(_outbound):
            raise carriers.TryLater("20429", "Too many requests.")

        self.dispatch(slow_down)
        self.assertEqual(text.state, "failed")
        text.with_user(self.agent).action_retry()
        self.assertEqual((text.tries, text.state), (0, "queued"))

    def test_a_reply_overtakes_bulk_of_its_own_thread(self):
        conversation = self.make_conversation()
        conversation._queue("bulk", "bulk")
        conversation.send_text("reply")
        with self.one_at_a_time():
            self.assertEqual([o.body for o in self.dispatch()], ["reply", "bulk"])

    def test_a_canceled_answer_brings_back_the_old_waiting_time(self):
        conversation = self.receive("Is it ready?").conversation_id
        since = conversation.waiting_since
        self.send().with_user(self.agent).action_cancel()
        self.assertEqual(conversation.stage, "needs_reply")
        self.assertEqual(conversation.waiting_since, since)

    def test_an_answer_that_did_arrive_after_all_leaves_nobody_waiting(self):
        conversation = self.receive("Is it ready?").conversation_id
        text = self.send()

        def lose(_outbound):
            raise carriers.OutcomeUnknown("", "The connection broke.")

        self.dispatch(lose)
        self.assertEqual(conversation.stage, "needs_reply")
        report(text.attempt_ids, "SM1", "delivered")
        self.assertEqual(conversation.stage, "waiting")
        self.assertFalse(conversation.waiting_since)

    def test_an_expired_text_can_be_sent_again(self):
        text = self.send()
        text.not_after = "2020-01-01 00:00:00"
        self.dispatch()
        text.with_user(self.agent).action_retry()
        self.assertEqual(len(self.dispatch()), 1)

    def test_nothing_leaves_through_an_archived_account_or_an_unconfirmed_line(self):
        text = self.send()
        self.line.claimed_at = False
        self.assertEqual((self.dispatch(), text.state), ([], "queued"))
        self.line._confirm()
        self.account.active = False
        self.assertEqual((self.dispatch(), text.state), ([], "canceled"))

    def test_a_text_queued_while_its_number_was_archived_is_canceled(self):
        text = self.send()
        self.number.flush_recordset()
        self.env.cr.execute(
            "UPDATE sms_inbox_number SET active = FALSE WHERE id = %s", self.number.ids
        )
        self.number.invalidate_recordset()
        self.assertEqual((self.dispatch(), text.state), ([], "canceled"))

    def test_the_sender_is_the_line_whatever_somebody_wrote_on_the_number(self):
        self.number.with_user(self.manager).write(
            {"number": "+14155550199", "usage": "notification", "name": "New"}
        )
        self.assertEqual(self.number.name, "New")
        self.assertEqual(self.number.number, OUR_NUMBER)
        self.send()
        self.assertEqual(self.dispatch()[0].sender, OUR_NUMBER)

    def test_an_assignee_who_is_no_member_reads_and_answers(self):
        conversation = self.receive("Hello").conversation_id
        colleague = self.make_user("colleague", "group_user", self.company)
        conversation.user_id = colleague
        self.env.invalidate_all()
        mine = conversation.with_user(colleague)
        self.assertEqual(mine.last_text, "Hello")
        self.assertFalse(mine.no_text_reason)
        mine.send_text("Hello!")
        self.assertEqual(self.dispatch()[0].body, "Hello!")

    def test_a_text_scheduled_for_later_holds_up_nobody(self):
        later = self.send("tomorrow")
        later.not_before = "2100-01-01 00:00:00"
        self.send("today")
        self.assertEqual([outbound.body for outbound in self.dispatch()], ["today"])

    def test_a_text_refused_for_now_keeps_its_turn(self):
        first = self.send("first")
        self.send("second")

        def slow_down(_outbound):
            raise carriers.TryLater("20429", "Too many requests.", retry_after=300)

        self.assertEqual(len(self.dispatch(slow_down)), 1)
        self.assertEqual(self.dispatch(), [])
        first.parked_until = False
        self.account.held_until = False
        self.assertEqual([o.body for o in self.dispatch()], ["first", "second"])

    def test_a_slow_number_does_not_hold_up_another(self):
        self.line.limit_id.segments_per_second = 0.001
        for index in range(30):
            self.make_conversation(contact_number=f"+1202555014{index:02d}"[:12])
        for conversation in self.env["sms.inbox.conversation"].search(
            [("number_id", "=", self.number.id)]
        ):
            conversation.send_text("slow")
        quick = self.make_number(self.make_line(self.account, "+14155550101"))
        self.make_conversation(quick).send_text("quick")
        with self.one_at_a_time():
            self.assertEqual(
                sorted(outbound.body for outbound in self.dispatch()), ["quick", "slow"]
            )

    def test_nothing_leaves_faster_than_the_line_allows(self):
        self.line.limit_id.segments_per_second = 0.001
        for index in range(3):
            self.make_conversation(contact_number=f"+1202555013{index}").send_text("x")
        self.assertEqual(len(self.dispatch()), 1)

    def test_a_wider_limit_holds_for_all_lines_within_it(self):
        campaign = self.env["sms.inbox.limit"].create(
            {"name": "Campaign", "segments_per_second": 0.001}
        )
        other_line = self.make_line(self.account, "+14155550101")
        (self.line | other_line).limit_id.parent_id = campaign
        other_number = self.make_number(other_line, self.agent)
        self.make_conversation().send_text("one")
        self.make_conversation(other_number).send_text("two")
        self.assertEqual(len(self.dispatch()), 1)

    # ------------------------------------------------------------
    # WHAT THE WRITER GETS
    # ------------------------------------------------------------

    def assert_refused(self, words, body):
        with self.assertRaisesRegex(UserError, words):
            self.send(body)

    def test_an_empty_text_is_refused_in_words(self):
        self.assert_refused("Write something first", "  \n ")

    def test_a_text_of_2000_characters_is_refused_in_words(self):
        self.assert_refused("2000 characters.*at most 1600", "x" * 2000)

    def test_emoji_and_right_to_left_texts_arrive_as_written(self):
        for body in ("Ready 🚲👨‍👩‍👧", "مرحبا، دراجتك جاهزة"):
            self.send(body)
            self.assertEqual(self.dispatch()[0].body, body)

    def test_an_emoji_counts_the_segments_of_the_whole_text(self):
        self.assertEqual(self.send("a" * 150).segments, 1)
        self.assertEqual(self.send("a" * 149 + "😀").segments, 3)

    def test_who_wants_no_texts_gets_none(self):
        consent = {"company_id": self.company.id, "number": THEIR_NUMBER}
        text = self.send()
        self.env["sms.inbox.consent"].create({**consent, "state": "opted_out"})
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.state, "canceled")
        self.assert_refused("wants no texts", "Still there?")

    def test_an_opt_out_holds_however_its_number_was_written(self):
        self.env["sms.inbox.consent"].create(
            {
                "company_id": self.company.id,
                "number": "(202) 555-0143",
                "state": "opted_out",
            }
        )
        self.assert_refused("wants no texts", "Hello")
        with self.assertRaisesRegex(ValidationError, "no letters"):
            self.env["sms.inbox.consent"].create({"number": "Ada"})

    def test_a_retired_number_sends_nothing(self):
        text = self.send()
        self.number.active = False
        self.assertEqual(self.dispatch(), [])
        self.assertEqual(text.state, "canceled")
        with self.assertRaisesRegex(UserError, "no longer in use"):
            text.conversation_id.send_text("Hello")

    def test_an_unconfirmed_line_sends_nothing(self):
        self.line.claimed_at = False
        self.assert_refused("has not confirmed", "Hello")

    def test_a_queued_text_can_be_taken_back_and_a_failed_one_sent_again(self):
        text = self.send()
        text.with_user(self.agent).action_cancel()
        self.assertEqual((text.state, self.dispatch()), ("canceled", []))
        text.state = "failed"
        text.with_user(self.agent).action_retry()
        self.assertEqual(len(self.dispatch()), 1)
        with self.assertRaisesRegex(UserError, "has left already"):
            text.with_user(self.agent).action_cancel()
