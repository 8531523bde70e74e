"""What the queue does with a carrier's answers, with limits, and with lost texts."""

import time
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import carriers
from ..carriers import Meaning
from ..carriers.runway import Runway
from ..models import sms_inbox_dispatcher
from .common import THEIR_NUMBER, SmsInboxCase, report


class QueueCase(SmsInboxCase):
    def send(self, body="Your bike is ready", contact_number=THEIR_NUMBER, **vals):
        conversation = self.make_conversation(contact_number=contact_number)
        if not vals:
            message_id = conversation.with_user(self.agent).send_text(body)
            return self.env["sms.inbox.message"].browse(message_id)
        return conversation._queue(body, vals.pop("priority", "reply"), **vals)

    def refuse(self, error):
        def answer(_outbound):
            raise error

        return self.dispatch(answer)

    def later(self, text):
        """Let the time come at which a parked text may leave."""
        sms_inbox_dispatcher.PACES.clear()
        text.parked_until = "2020-01-01 00:00:00"

    def report(self, text, state, code):
        report(text.attempt_ids[:1], "SB1", state, code)


@tagged("post_install", "-at_install")
class TestMeanings(QueueCase):
    """Every answer has a meaning, and each meaning one decision."""

    def setUp(self):
        super().setUp()
        codes = {
            "full": Meaning.QUEUE_FULL,
            "day": Meaning.DEFER_DAY,
            "spam": Meaning.FILTERED,
            "sender": Meaning.CONFIG_SENDER,
            "stopped": Meaning.OPT_OUT,
            "landline": Meaning.LANDLINE,
            "slow": Meaning.SENDER_SLOW,
        }
        self.startPatcher(patch.object(carriers.get("sandbox"), "codes", codes))

    def test_a_full_queue_at_the_carrier_holds_the_number_and_counts_no_try(self):
        text = self.send()
        self.refuse(carriers.TryLater("21611", "Full.", Meaning.QUEUE_FULL))
        self.assertEqual((text.state, text.tries), ("queued", 0))
        self.assertFalse(text.parked_until)
        held_for = self.line.held_until - fields.Datetime.now()
        self.assertGreater(held_for, timedelta(minutes=9))
        self.assertEqual(self.dispatch(), [])
        self.line.held_until = fields.Datetime.now()
        self.assertEqual(len(self.dispatch()), 1)

    def test_an_unregistered_number_is_set_aside_and_its_queue_kept(self):
        first, second = self.send(), self.send(contact_number="+12025550144")
        error = carriers.SenderMisconfigured("30034", "The number is not registered.")
        # one call finds out; those that were in the air with it end the same way
        self.assertLessEqual(len(self.refuse(error)), 2)
        self.assertTrue(self.line.set_aside_at)
        self.assertEqual(set((first + second).mapped("state")), {"queued"})
        self.assertEqual(set((first + second).mapped("tries")), {0})
        self.assertEqual(self.dispatch(), [])

    def test_managers_are_alerted_and_bring_the_number_back(self):
        self.send()
        self.refuse(carriers.SenderMisconfigured("30034", "Not registered."))
        activity = self.number.activity_ids.filtered(
            lambda activity: activity.user_id == self.manager
        )
        self.assertEqual(len(activity), 1)
        self.assertNotIn(self.agent, self.number.activity_ids.user_id)
        self.number.with_user(self.manager).action_bring_back()
        self.assertFalse(self.line.set_aside_at)
        self.assertFalse(self.number.activity_ids)
        self.assertEqual(len(self.dispatch()), 1)

    def test_an_agent_brings_no_number_back(self):
        self.line._set_aside("Not registered.")
        with self.assertRaises(UserError):
            self.number.with_user(self.agent).action_bring_back()

    def test_a_dead_account_stops_all_its_numbers_until_its_credentials_change(self):
        line = self.make_line(self.account, "+14155550177")
        other = self.make_conversation(self.make_number(line))
        text = self.send()
        self.refuse(carriers.AccountUnusable("20003", "Wrong credentials."))
        self.assertTrue(self.account.set_aside_at)
        other._queue("From the other number", "reply")
        self.assertEqual((self.dispatch(), text.state), ([], "queued"))
        self.account.write({"auth_token": "a new one"})
        self.assertEqual(len(self.dispatch()), 2)

    def test_administrators_are_alerted_of_a_dead_account(self):
        administrator = self.env.ref("base.user_admin")
        administrator.company_ids += self.company
        text = self.send()
        self.refuse(carriers.AccountUnusable("20003", "Wrong credentials."))
        self.assertEqual((text.state, text.tries), ("queued", 0))
        self.assertIn(administrator, self.account.activity_ids.user_id)
        self.account.write({"auth_token": "a new one"})
        self.assertFalse(self.account.activity_ids)

    def test_an_opt_out_at_the_carrier_becomes_one_here(self):
        text = self.send()
        later = self.send("Another", not_before=fields.Datetime.now() + timedelta(1))
        self.refuse(carriers.TextRefused("21610", "Has opted out.", Meaning.OPT_OUT))
        self.assertEqual((text.state, later.state), ("failed", "canceled"))
        consent = self.env["sms.inbox.consent"].search([("number", "=", THEIR_NUMBER)])
        self.assertRecordValues(
            consent,
            [{"state": "opted_out", "line_id": self.line.id}],
        )

    def test_a_landline_is_marked_as_one_that_cannot_be_texted(self):
        self.send()
        self.refuse(carriers.TextRefused("21614", "No mobile.", Meaning.LANDLINE))
        self.assertEqual(
            self.partner.with_user(self.agent)
            .with_company(self.company)
            .sms_textability,
            "not_textable",
        )

    def test_a_number_taken_for_spam_three_times_is_set_aside(self):
        for index in range(3):
            self.assertFalse(self.line.set_aside_at)
            text = self.send(contact_number=f"+1202555015{index}")
            self.dispatch()
            self.report(text, "undelivered", "spam")
            self.assertEqual(text.error_meaning, "filtered")
        self.assertIn("spam", self.line.set_aside_reason)

    def test_what_was_taken_for_spam_is_not_sent_again_in_the_same_words(self):
        text = self.send()
        self.dispatch()
        self.report(text, "undelivered", "spam")
        with self.assertRaisesRegex(UserError, "other words"):
            text.with_user(self.agent).action_retry()

    def test_what_happened_before_a_number_was_brought_back_does_not_count(self):
        self.test_a_number_taken_for_spam_three_times_is_set_aside()
        self.line.action_bring_back()
        self.line.brought_back_at = fields.Datetime.now() + timedelta(seconds=2)
        text = self.send(contact_number="+12025550160")
        self.dispatch()
        self.report(text, "undelivered", "spam")
        self.assertFalse(self.line.set_aside_at)

    def test_what_the_carrier_dropped_from_its_full_queue_is_sent_again(self):
        text = self.send()
        self.dispatch()
        self.report(text, "failed", "full")
        self.assertEqual((text.state, text.attempt_ids.state), ("queued", "refused"))
        self.assertTrue(self.line.held_until)
        self.line.held_until = False
        self.assertEqual(len(self.dispatch()), 1)
        self.assertEqual(text.state, "sent")

    def test_a_day_that_the_carrier_calls_full_is_full_here_too(self):
        brand = self.env["sms.inbox.limit"].create(
            {
                "name": "Brand",
                "level": "brand",
                "segments_per_second": 0,
                "segments_per_day": 2000,
                "timezone": "America/Los_Angeles",
            }
        )
        self.line.limit_id.parent_id = brand
        text = self.send()
        self.dispatch()
        self.report(text, "failed", "day")
        self.assertEqual((text.state, text.waits_for), ("queued", "day"))
        self.assertEqual(brand.used, 2000)
        self.send(contact_number="+12025550150")
        self.assertEqual(self.dispatch(), [])

    def test_a_text_that_is_refused_again_and_again_fails_and_says_why(self):
        text = self.send()
        error = carriers.TryLater("20503", "Out of service.")
        for _try in range(30):
            self.refuse(error)
            self.later(text)
        self.assertEqual((text.state, text.error_text), ("failed", "Out of service."))

    def test_what_the_carrier_refused_uses_up_nothing_of_the_day(self):
        limit = self.line.limit_id
        limit.segments_per_day = 100
        text = self.send()
        self.refuse(carriers.TryLater("20503", "Out of service."))
        limit.invalidate_recordset()
        self.assertEqual(limit.used, 0)
        self.later(text)
        self.dispatch()
        limit.invalidate_recordset()
        self.assertEqual(limit.used, 1)

    def test_a_refusal_undoes_no_delivery(self):
        text, second = self.settled_by_a_late_report()
        second._refused(carriers.TryLater("20503", "Out of service."))
        self.assertEqual(text.state, "delivered")

    def settled_by_a_late_report(self):
        """A text sent once more, whose first hand-over turns out to have arrived."""
        text = self.send()
        self.refuse(carriers.OutcomeUnknown("", "The connection broke."))
        text.with_user(self.agent).action_retry()
        attempts = self.env["sms.inbox.attempt"]
        begun = attempts._begin({text.id: self.account.id})
        second = attempts.browse(begun[text.id][0])
        report(text.attempt_ids - second, "SB1", "delivered")
        self.assertEqual(text.state, "delivered")
        return text, second

    def test_a_lost_answer_undoes_no_delivery(self):
        text, second = self.settled_by_a_late_report()
        second._lost("The connection broke.")
        self.assertEqual(text.state, "delivered")

    def test_what_never_began_undoes_no_delivery(self):
        text, second = self.settled_by_a_late_report()
        second._put_back()
        self.assertEqual(text.state, "delivered")

    def test_what_a_late_report_says_of_yesterday_holds_up_nothing_today(self):
        limit = self.line.limit_id
        limit.segments_per_day = 1000
        text = self.send()
        self.dispatch()
        attempt = text.attempt_ids
        attempt.flush_recordset()
        self.env.cr.execute(
            "UPDATE sms_inbox_attempt SET create_date = create_date - interval '2 day'"
            " WHERE id = %s",
            attempt.ids,
        )
        attempt.invalidate_recordset()
        self.report(text, "failed", "day")
        self.assertEqual(text.state, "queued")
        soon = fields.Datetime.now() + timedelta(minutes=1)
        self.assertLess(text.parked_until, soon)
        limit.invalidate_recordset()
        self.assertEqual(limit.used, 1)

    def test_an_accounts_own_advice_to_wait_holds_all_of_its_numbers(self):
        self.send()
        self.refuse(
            carriers.TryLater("20429", "Too many.", Meaning.SLOW, retry_after=120)
        )
        self.assertGreater(
            self.account.held_until, fields.Datetime.now() + timedelta(seconds=100)
        )

    def test_pauses_between_tries_grow(self):
        text = self.send()
        pauses = []
        for _try in range(6):
            before = fields.Datetime.now()
            self.refuse(carriers.TryLater("20503", "Out of service."))
            pauses.append((text.parked_until - before).total_seconds())
            self.later(text)
        self.assertGreater(pauses[5], 4 * pauses[2])


@tagged("post_install", "-at_install")
class TestLostAnswers(QueueCase):
    def lose(self, contact_number=THEIR_NUMBER):
        text = self.send(contact_number=contact_number)
        self.refuse(carriers.OutcomeUnknown("", "The connection broke."))
        self.assertEqual(text.state, "unknown")
        return text

    def look(self, found, seconds=2):
        """Ask the carrier, so many seconds after the loss; what it is asked for."""
        asked = []
        attempts = self.env["sms.inbox.attempt"].search([("state", "=", "unknown")])
        attempts.lost_at = fields.Datetime.now() - timedelta(seconds=seconds)
        attempts.look_at = fields.Datetime.now()

        def find(_carrier, outbound, _since):
            asked.append(outbound)
            if isinstance(found, Exception):
                raise found
            return found

        with patch.object(carriers.get("sandbox"), "find", find):
            self.run_cron("sms_inbox.ir_cron_find_lost")
        return asked

    def test_a_text_that_the_carrier_has_is_settled_and_not_sent_again(self):
        text = self.lose()
        report = carriers.StatusReport("SB1", "delivered")
        self.look([carriers.Accepted("SB1", reports=(report,))])
        self.assertEqual(text.state, "sent")
        self.process_events()
        self.assertEqual(text.state, "delivered")
        self.assertEqual(text.conversation_id.stage, "waiting")
        self.assertEqual(self.dispatch(), [])

    def test_a_text_that_the_carrier_never_had_is_sent_by_itself(self):
        text = self.lose()
        self.look([], seconds=60)
        self.assertEqual((text.state, text.attempt_ids.state), ("queued", "absent"))
        self.assertEqual(text.conversation_id.stage, "waiting")
        self.assertEqual(len(self.dispatch()), 1)

    def test_a_list_that_lacks_it_proves_nothing_too_early(self):
        text = self.lose()
        self.look([], seconds=2)
        self.assertEqual(text.state, "unknown")
        self.assertTrue(text.attempt_ids.look_at)

    def test_a_carrier_that_does_not_answer_proves_nothing(self):
        text = self.lose()
        self.look(carriers.OutcomeUnknown("", "No answer."), seconds=60)
        self.assertEqual(text.state, "unknown")

    def test_an_equal_text_that_is_known_already_is_not_taken_for_the_lost_one(self):
        known = self.send()
        self.dispatch(lambda outbound: carriers.Accepted("SB7"))
        lost = self.lose()
        self.look([carriers.Accepted("SB7")], seconds=60)
        self.assertEqual((known.state, lost.state), ("sent", "queued"))

    def test_without_proof_a_person_decides(self):
        text = self.lose()
        with patch.object(carriers.get("sandbox"), "absence_proven_after", None):
            self.look([], seconds=6000)
        self.assertEqual(text.state, "unknown")
        self.assertFalse(text.attempt_ids.look_at)
        text.with_user(self.agent).action_retry()
        self.assertEqual(len(self.dispatch()), 1)

    def test_a_carrier_out_of_reach_at_the_last_look_is_asked_again(self):
        text = self.lose()
        self.look(carriers.OutcomeUnknown("", "No answer."), seconds=60)
        self.assertTrue(text.attempt_ids.look_at)
        self.look([], seconds=660)
        self.assertEqual(text.state, "queued")

    def test_what_never_reaches_the_carrier_fails_in_the_end(self):
        text = self.lose()
        text.tries = 30
        self.look([], seconds=60)
        self.assertEqual(text.state, "failed")

    def test_the_carrier_is_not_asked_about_what_a_report_has_settled(self):
        text = self.lose()
        report(text.attempt_ids, "SB1", "delivered")
        self.assertEqual(self.look([], seconds=60), [], "nobody is to be asked")
        self.assertEqual(text.state, "delivered")


@tagged("post_install", "-at_install")
class TestTimes(QueueCase):
    def test_a_code_is_of_no_use_after_ten_minutes(self):
        text = self.send(priority="code", not_before=False)
        lasts = text.not_after - fields.Datetime.now()
        self.assertAlmostEqual(lasts.total_seconds(), 600, delta=5)
        (outbound,) = self.dispatch()
        self.assertAlmostEqual(outbound.valid_seconds, 600, delta=5)

    def rule(self, opens, closes):
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
        return self.env["sms.inbox.quiet.rule"].create(
            {
                "opens": opens,
                "closes": closes,
                "sunday": True,
                **dict.fromkeys(days, True),
            }
        )

    def hour_in_new_york(self):
        somebody = self.env["res.users"].with_context(tz="America/New_York")
        return fields.Datetime.context_timestamp(somebody, fields.Datetime.now()).hour

    def closed_now(self):
        hour = (self.hour_in_new_york() + 1) % 23
        return self.rule(hour, hour + 1)

    def open_now(self):
        hour = self.hour_in_new_york()
        return self.rule(max(0, hour - 1), min(24, hour + 2))

    def test_bulk_waits_for_the_end_of_quiet_hours_and_replies_do_not(self):
        self.closed_now()
        bulk = self.send(
            "Sale", contact_number="+12125550150", priority="bulk", author=None
        )
        self.send("Hello", contact_number="+12125550151")
        self.assertEqual([outbound.body for outbound in self.dispatch()], ["Hello"])
        self.assertEqual((bulk.state, bulk.waits_for), ("queued", "quiet_hours"))
        self.assertGreater(bulk.parked_until, fields.Datetime.now())

    def test_a_notice_ends_with_the_hours_in_which_it_may_arrive(self):
        self.open_now()
        notice = self.send(
            "Due", contact_number="+12125550150", priority="notice", author=None
        )
        self.assertGreater(notice.not_after, fields.Datetime.now())
        self.assertLess(notice.not_after, fields.Datetime.now() + timedelta(hours=3))
        (outbound,) = self.dispatch()
        self.assertLess(outbound.valid_seconds, 3 * 3600 + 1)

    def test_bulk_goes_on_the_next_day_but_not_at_the_carrier(self):
        self.open_now()
        bulk = self.send(
            "Sale", contact_number="+12125550150", priority="bulk", author=None
        )
        self.assertFalse(bulk.not_after)
        (outbound,) = self.dispatch()
        self.assertLess(outbound.valid_seconds, 3 * 3600 + 1)


@tagged("post_install", "-at_install")
class TestCircles(QueueCase):
    def test_more_than_twenty_equal_texts_to_one_person_are_held_and_shown(self):
        for _index in range(20):
            self.assertEqual(self.send("Same").state, "queued")
        text = self.send("Same")
        self.assertEqual(text.state, "held")
        self.assertIn("same text", text.error_text)
        self.assertEqual(self.send("Another").state, "queued")
        self.assertEqual(len(self.dispatch(lasts=60)), 21)

    def test_a_person_lets_a_held_text_go(self):
        text = self.send()
        text.state = "held"
        text.with_user(self.agent).action_release()
        self.assertEqual(len(self.dispatch()), 1)

    def test_two_machines_that_answer_each_other_are_stopped(self):
        states = []
        for index in range(14):
            self.receive(f"Automatic reply {index}")
            states.append(self.send(f"We are closed {index}").state)
        self.assertEqual(states[0], "queued")
        self.assertEqual(states[-1], "held")

    def test_one_click_that_is_sent_twice_queues_one_text(self):
        conversation = self.make_conversation().with_user(self.agent)
        first = conversation.send_text("Hello", "0f0f")
        self.assertEqual(conversation.send_text("Hello", "0f0f"), first)
        self.assertNotEqual(conversation.send_text("Hello", "0f10"), first)


@tagged("post_install", "-at_install")
class TestLimits(QueueCase):
    def limit(self, **vals):
        self.line.limit_id.write(vals)
        return self.line.limit_id

    def many(self, count, priority="bulk"):
        for index in range(count):
            self.send(
                "Hi",
                contact_number=f"+1202555{1000 + index}",
                priority=priority,
                author=None,
            )

    def test_bulk_leaves_the_reserve_of_the_day_to_replies(self):
        self.limit(segments_per_day=10, reserve=0.2)
        self.many(10)
        self.assertEqual(len(self.dispatch()), 8)
        for index in range(3):
            self.send(f"Reply {index}", contact_number=f"+1202555{2000 + index}")
        self.assertEqual([o.body for o in self.dispatch()], ["Reply 0", "Reply 1"])

    def test_new_people_are_counted_once_and_answers_not_at_all(self):
        self.limit(recipients_per_day=2)
        self.receive("Are you open?", contact_number="+12025559999")
        self.send("Yes", contact_number="+12025559999")
        for index in (0, 0, 1, 2):
            self.send(f"Hello {index}", contact_number=f"+1202555200{index}")
        bodies = [outbound.body for outbound in self.dispatch()]
        self.assertEqual(sorted(bodies), ["Hello 0", "Hello 0", "Hello 1", "Yes"])

    def test_a_limit_of_one_network_holds_its_own_phones_only(self):
        network = self.env["sms.inbox.limit"].create(
            {
                "name": "T-Mobile",
                "level": "brand",
                "segments_per_second": 0,
                "segments_per_day": 1,
                "network": "T-Mobile",
                "unknown_share": 0,
            }
        )
        self.line.limit_id.parent_id = network
        self.many(4)
        for index, name in enumerate(("T-Mobile", "T-Mobile", "AT&T", False)):
            self.env["sms.inbox.subscriber"]._of_many(
                self.company, [f"+1202555{1000 + index}"]
            ).network = name
        self.assertEqual(len(self.dispatch()), 3)
        left = self.env["sms.inbox.message"].search([("state", "=", "queued")])
        self.assertEqual((left.contact_number, left.waits_for), ("+12025551001", "day"))

    def test_a_text_longer_than_a_whole_day_fails_and_says_so(self):
        self.limit(segments_per_day=2)
        text = self.send("a" * 400)
        self.assertEqual((self.dispatch(), text.state), ([], "failed"))
        self.assertIn("whole day", text.error_text)

    def test_companies_and_numbers_take_turns(self):
        line = self.make_line(self.account, "+14155550166")
        shared = self.env["sms.inbox.limit"].create(
            {"name": "Campaign", "level": "campaign", "segments_per_second": 1000}
        )
        (self.line + line).limit_id.parent_id = shared
        self.many(6)
        other = self.make_number(line)
        for index in range(6):
            self.make_conversation(other, f"+1202555300{index}")._queue("Hi", "bulk")
        with patch.object(
            self.env.registry["sms.inbox.dispatcher"], "_in_flight", lambda _self: 1
        ):
            senders = [outbound.sender for outbound in self.dispatch(lasts=60)]
        self.assertEqual(len(set(senders[:2])), 2)
        self.assertEqual(senders[:8].count("+14155550166"), 4)

    def test_a_lane_sends_only_what_is_its_own(self):
        self.limit(lane=3)
        self.send()
        self.assertEqual(self.dispatch(), [])
        self.env["sms.inbox.dispatcher"]._add_lane(3)
        cron = self.env["ir.cron"].search([("sms_inbox_lane", "=", 3)])
        self.assertEqual(len(cron), 1)
        handed_over = []

        def send(_carrier, outbound):
            handed_over.append(outbound)
            return carriers.Accepted(f"SB{outbound.uuid}")

        with (
            patch.object(carriers.get("sandbox"), "send", send),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual(len(handed_over), 1)

    def test_what_is_within_a_limit_shares_its_lane(self):
        campaign = self.env["sms.inbox.limit"].create(
            {"name": "Campaign", "level": "campaign", "lane": 2}
        )
        self.line.limit_id.parent_id = campaign
        self.assertEqual(self.line.limit_id.lane, 2)
        campaign.lane = 1
        self.assertEqual(self.line.limit_id.lane, 1)

    def test_of_one_conversation_one_text_is_under_way(self):
        conversation = self.make_conversation()
        for kind in ("bulk", "reply", "code"):
            conversation._queue(kind, kind)
        run = sms_inbox_dispatcher.Run(self.env, 0, Runway(10))
        jobs, _look = self.env["sms.inbox.claim"]._claim(run)
        self.assertEqual([job.outbound.body for job in jobs], ["code"])
        self.assertEqual([o.body for o in self.dispatch()], [])

    def test_a_parked_text_makes_no_claim_follow_the_other(self):
        text = self.send()
        text._park(time.time() + 0.1, "carrier")
        run = sms_inbox_dispatcher.Run(self.env, 0, Runway(10))
        run.look_again()
        for _look in range(3):
            _jobs, look = self.env["sms.inbox.claim"]._claim(run)
            self.assertGreater(look, run.now())

    def test_no_other_lane_than_its_own_sends_a_text(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.env["ir.cron"].search([("sms_inbox_lane", "=", 0)]).copy(
                    {"sms_inbox_lane": 0}
                ).flush_recordset()

    def test_a_text_whose_account_was_archived_meanwhile_is_canceled(self):
        text = self.send()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sms_inbox_account SET active = FALSE WHERE id = %s",
            self.account.ids,
        )
        self.env.invalidate_all()
        self.assertEqual((self.dispatch(), text.state), ([], "canceled"))

    def test_a_text_that_never_began_waits_again_as_if_untouched(self):
        text = self.send()
        attempts = self.env["sms.inbox.attempt"]
        begun = attempts._begin({text.id: self.account.id})
        attempt = attempts.browse(begun[text.id][0])
        attempt._put_back()
        self.assertRecordValues(
            text, [{"state": "queued", "tries": 0, "left_at": False}]
        )
        self.assertFalse(text.attempt_ids)
        self.assertEqual(len(self.dispatch()), 1)


@tagged("post_install", "-at_install")
class TestChoice(QueueCase):
    """The number that texts somebody first is chosen well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line_ny = cls.make_line(cls.account, "+12125550100")
        cls.number_ny = cls.make_number(cls.line_ny, cls.agent)

    def chosen(self, contact_number, user=None):
        numbers = self.env["sms.inbox.number"].with_user(user or self.agent)
        return numbers.with_company(self.company)._best_for(contact_number)

    def test_a_number_of_the_contacts_area_comes_first(self):
        self.assertEqual(self.chosen("+12125550177"), self.number_ny)
        self.assertEqual(self.chosen("+14155550177"), self.number)

    def test_the_number_that_the_contact_knows_comes_before_a_near_one(self):
        self.receive("Hello", contact_number="+12125550177")
        self.assertEqual(self.chosen("+12125550177"), self.number)

    def test_of_equally_near_numbers_the_least_loaded_is_chosen(self):
        self.line.limit_id.segments_per_second = 1
        self.line_ny.limit_id.segments_per_second = 1
        idle = {self.number: self.number_ny, self.number_ny: self.number}
        for busy, free in idle.items():
            for index in range(5):
                self.make_conversation(
                    busy, f"+1303555{busy.id % 10}0{index:02d}"
                )._queue("Hi", "bulk")
            self.assertEqual(self.chosen("+16175550177"), free)
            self.dispatch()
            self.env["sms.inbox.message"].search([("state", "=", "queued")])._cancel(
                "-"
            )

    def test_a_number_that_is_set_aside_is_not_chosen_until_it_is_back(self):
        self.line_ny._set_aside("Not registered.")
        self.assertEqual(self.chosen("+12125550177"), self.number)
        self.number_ny.with_user(self.manager).action_bring_back()
        self.assertEqual(self.chosen("+12125550177"), self.number_ny)

    def test_the_window_for_a_new_text_proposes_it(self):
        partner = self.env["res.partner"].create(
            {"name": "Grace", "phone": "+12125550178"}
        )
        starts = self.env["sms.inbox.start"].with_user(self.agent)
        start = starts.with_company(self.company).create({"partner_id": partner.id})
        self.assertEqual(start.number_id, self.number_ny)
        written = starts.with_company(self.company).create(
            {"contact_number": "(415) 555-0178"}
        )
        self.assertEqual(written.number_id, self.number)
