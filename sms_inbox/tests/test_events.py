"""What becomes of stored words of carriers: order, faults, waiting, forgetting."""

import json
import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import carriers
from ..messaging.parts import GAP
from ..models import sms_inbox_webhook_event_work as work
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase

OTHER_NUMBER = "+12025550191"
# not so many that Odoo would write them in two statements
FEW, MANY = 2, 30


class EventsCase(SmsInboxCase):
    """Tells what a carrier would tell, and looks at what became of it."""

    def setUp(self):
        super().setUp()
        # what is to be tried again soon is left to the next run
        self.patch(work, "LINGER", 0)
        self.told = 0

    def tell(self, item, attempt_uuid=None):
        events = self.env["sms.inbox.webhook.event"]
        return events.browse(events._store(self.account, item, attempt_uuid))

    def text(self, body, sender=THEIR_NUMBER, **values):
        self.told += 1
        return carriers.InboundText(
            f"IN{self.told}", sender, values.pop("to", OUR_NUMBER), body, **values
        )

    def part(self, index, total, body, reference="7", **values):
        part = carriers.Part(reference, index, total)
        return self.text(body, part=part, **values)

    def come(self, *texts):
        return self.env["sms.inbox.webhook.event"].concat(*map(self.tell, texts))

    def bodies(self, sender=THEIR_NUMBER):
        texts = self.env["sms.inbox.message"].search(
            [("direction", "=", "in"), ("contact_number", "=", sender)], order="id"
        )
        return texts.mapped("body")

    def let_pass(self, events):
        """As if the moment had come for which these wait."""
        events.filtered("retry_at").retry_at = fields.Datetime.now()
        self.process_events()

    def sent(self, carrier_id="SM1"):
        text = self.env["sms.inbox.message"].browse(
            self.make_conversation().send_text("Ready!")
        )
        self.dispatch(lambda outbound: carriers.Accepted(carrier_id))
        return text


@tagged("post_install", "-at_install")
class TestEvents(EventsCase):
    # ------------------------------------------------------------
    # ORDER AND FAULTS
    # ------------------------------------------------------------

    def test_the_texts_of_many_people_stay_in_their_order(self):
        for index in range(20):
            self.come(self.text(str(index)), self.text(str(index), OTHER_NUMBER))
        self.process_events()
        for sender in (THEIR_NUMBER, OTHER_NUMBER):
            self.assertEqual(self.bodies(sender), [str(n) for n in range(20)])
        thread = self.make_conversation()
        self.assertEqual(thread.last_text, "19")
        self.assertEqual(thread.with_user(self.agent).unread, 20)

    def broken(self, event):
        event.payload = json.dumps({"wrong": "fields"})
        return event

    def test_what_cannot_be_understood_holds_up_its_own_thread_alone(self):
        poison = self.broken(self.tell(self.text("never")))
        later, other = self.come(self.text("later"), self.text("hi", OTHER_NUMBER))
        self.process_events()
        self.assertEqual((poison.state, poison.tries), ("pending", 1))
        self.assertEqual(later.state, "pending")
        self.assertEqual(other.state, "done")
        self.assertEqual(self.bodies(OTHER_NUMBER), ["hi"])

    def test_what_fails_three_times_is_set_aside_and_the_rest_of_its_thread_goes_on(
        self,
    ):
        poison = self.broken(self.tell(self.text("never")))
        later = self.tell(self.text("later"))
        self.process_events()
        self.let_pass(poison)
        self.assertEqual((poison.state, later.state), ("pending", "pending"))
        with self.assertLogs(work.__name__, "WARNING") as log:
            self.let_pass(poison)
        self.assertEqual(poison.state, "set_aside")
        self.assertIn("KeyError", poison.reason)
        self.assertNotIn("wrong", "".join(log.output))
        self.assertEqual(self.bodies(), ["later"])

    def test_an_event_that_cannot_even_be_set_aside_holds_up_no_other(self):
        poison = self.broken(self.tell(self.text("never")))
        other = self.tell(self.text("hi", OTHER_NUMBER))
        with (
            patch.object(type(poison), "_failed", side_effect=ValueError("private")),
            self.assertLogs(work.__name__, "WARNING") as log,
        ):
            self.process_events()
        self.assertNotIn("private", "".join(log.output))
        self.assertEqual((poison.state, other.state), ("set_aside", "done"))
        self.assertEqual(self.bodies(OTHER_NUMBER), ["hi"])

    def test_a_number_longer_than_any_index_holds_up_no_other(self):
        long = self.tell(self.text("never", sender=f"+{random.randbytes(8000).hex()}"))
        other = self.tell(self.text("hi", OTHER_NUMBER))
        with mute_logger("odoo.sql_db", work.__name__):
            self.process_events()
            self.let_pass(long)
            self.let_pass(long)
        self.assertEqual((long.state, other.state), ("set_aside", "done"))

    def test_what_is_of_no_use_can_be_discarded(self):
        event = self.tell(self.text("Hello", to="+14155550199"))
        self.process_events()
        event.action_discard()
        self.assertEqual(event.state, "done")
        with self.assertRaises(UserError):
            event.action_discard()

    def test_an_administrator_learns_once_of_what_was_set_aside(self):
        administrator = self.env.ref("base.user_admin")
        administrator.company_ids += self.company
        for _text in range(3):
            self.tell(self.text("Hello", to="+14155550199"))
            self.process_events()
        theirs = self.account.activity_ids.filtered(
            lambda activity: activity.user_id == administrator
        )
        self.assertEqual(len(theirs), 1)

    def test_what_was_set_aside_can_be_tried_again_once_its_cause_is_mended(self):
        event = self.tell(self.text("Hello", to="+14155550199"))
        processed = self.tell(self.text("Hi"))
        self.process_events()
        self.assertEqual(event.state, "set_aside")
        self.make_number(self.make_line(self.account, "+14155550199"))
        (event + processed).action_retry()
        self.process_events()
        self.assertEqual(event.state, "done")
        self.assertFalse(event.reason)
        self.assertEqual(self.bodies(), ["Hi", "Hello"])
        with self.assertRaises(UserError):
            processed.action_retry()

    @mute_logger("odoo.sql_db")
    def test_a_clash_that_does_not_end_is_no_fault_of_the_event(self):
        event = self.tell(self.text("Hello"))
        clash = work.short_transaction.ConcurrencyError("Busy.")
        # a real one ends before the last try
        processing = patch.object(type(event), "_process", side_effect=clash)
        with processing, patch.object(work, "SLICE", 0.1):
            self.process_events()
        self.assertEqual((event.state, event.tries), ("pending", 0))
        self.assertTrue(event.retry_at)
        self.let_pass(event)
        self.assertEqual(event.state, "done")

    def test_each_run_of_several_takes_its_own_threads(self):
        senders = [f"+120255510{n:02d}" for n in range(40)]
        events = self.come(*(self.text("Hi", sender) for sender in senders))
        process = self.env["sms.inbox.webhook.event"]._process_due
        process(0, 2)
        of_first = events.filtered(lambda event: event.state == "done")
        self.assertTrue(0 < len(of_first) < len(events))
        process(1, 2)
        self.assertEqual(set(events.mapped("state")), {"done"})

    def test_a_run_wakes_those_that_share_its_work(self):
        cron = self.env.ref("sms_inbox.ir_cron_process_events")
        cron.code = "model._cron_process(part=0, of=2)"
        beside = cron.copy({"code": "model._cron_process(part=1, of=2)"})
        for n in range(20):
            self.tell(self.text("Hi", f"+120255510{n:02d}"))
        self.process_events()
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", beside.id)])
        self.assertTrue(woken)

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def test_parts_are_joined_and_hold_up_no_other_text(self):
        self.come(self.part(2, 3, "B"), self.text("between"), self.part(3, 3, "C"))
        self.process_events()
        self.assertEqual(self.bodies(), ["between"])
        first = self.env["sms.inbox.webhook.event"].search([], order="id", limit=1)
        first.received_at = fields.Datetime.subtract(first.received_at, minutes=1)
        self.come(self.part(1, 3, "A"))
        self.process_events()
        self.assertEqual(self.bodies(), ["between", "ABC"])
        text = self.make_conversation().last_text
        self.assertEqual(text, "ABC")
        message = self.env["sms.inbox.message"].search([("body", "=", "ABC")])
        self.assertEqual(message.date, first.received_at)
        self.assertFalse(message.incomplete)

    def test_parts_that_never_come_leave_a_gap_and_late_ones_a_text_of_their_own(self):
        parts = self.come(self.part(1, 3, "A"), self.part(3, 3, "C"))
        self.process_events()
        self.assertEqual(set(parts.mapped("state")), {"waiting"})
        self.let_pass(parts)
        self.assertEqual(self.bodies(), [f"A{GAP}C"])
        late = self.come(self.part(2, 3, "B"))
        self.process_events()
        self.let_pass(late)
        self.assertEqual(self.bodies(), [f"A{GAP}C", f"{GAP}B{GAP}"])
        texts = self.env["sms.inbox.message"].search(
            [("contact_number", "=", THEIR_NUMBER)]
        )
        self.assertTrue(all(texts.mapped("incomplete")))

    def test_a_part_that_met_a_clash_still_waits_for_the_others(self):
        first = self.come(self.part(1, 2, "one "))
        first._retry_in(-1)
        self.process_events()
        self.assertEqual((first.state, self.bodies()), ("waiting", []))
        self.come(self.part(2, 2, "two"))
        self.process_events()
        self.assertEqual(self.bodies(), ["one two"])

    def test_a_second_text_with_the_same_reference_does_not_mix(self):
        self.come(self.part(1, 2, "lost"), self.part(1, 2, "He"))
        self.process_events()
        self.come(self.part(2, 2, "llo"))
        self.process_events()
        self.assertEqual(self.bodies(), ["Hello"])

    def test_equal_references_of_two_people_do_not_mix(self):
        self.come(self.part(1, 2, "A"), self.part(2, 2, "b", sender=OTHER_NUMBER))
        self.come(self.part(2, 2, "B"), self.part(1, 2, "a", sender=OTHER_NUMBER))
        self.process_events()
        self.assertEqual(self.bodies() + self.bodies(OTHER_NUMBER), ["AB", "ab"])

    def test_a_part_whose_numbers_make_no_sense_is_a_text(self):
        self.come(self.part(0, 2, "A"), self.part(1, 1, "B"), self.part(3, 2, "C"))
        self.process_events()
        self.assertEqual(self.bodies(), ["A", "B", "C"])

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    def test_a_report_that_names_no_attempt_is_matched_by_the_carriers_id(self):
        text = self.sent("SM1")
        self.tell(carriers.StatusReport("SM1", "delivered"))
        self.process_events()
        self.assertEqual(text.state, "delivered")

    def test_a_report_that_is_quicker_than_our_own_note_waits_for_it(self):
        text = self.sent("SM1")
        text.attempt_ids.carrier_id = False
        event = self.tell(carriers.StatusReport("SM1", "delivered"))
        self.process_events()
        self.assertEqual((event.state, event.tries), ("waiting", 0))
        text.attempt_ids.carrier_id = "SM1"
        self.let_pass(event)
        self.assertEqual((event.state, text.state), ("done", "delivered"))

    def test_a_report_on_nothing_is_set_aside_after_ten_minutes(self):
        event = self.tell(carriers.StatusReport("SM404", "delivered"))
        self.process_events()
        event.received_at = fields.Datetime.subtract(event.received_at, minutes=10)
        self.let_pass(event)
        self.assertEqual(event.state, "set_aside")
        self.assertIn("no text", event.reason)

    def test_two_attempts_of_one_carriers_id_break_nothing(self):
        first, second = self.sent("SM1"), self.sent("SM2")
        second.attempt_ids.carrier_id = False
        self.tell(carriers.StatusReport("SM1", "delivered"), second.attempt_ids.uuid)
        self.process_events()
        self.assertEqual((first.state, second.state), ("sent", "delivered"))
        self.assertFalse(second.attempt_ids.carrier_id)

    def test_a_report_on_a_text_that_was_proved_absent_stops_the_second_try(self):
        text = self.sent("SM1")
        text.attempt_ids.write({"state": "unknown", "carrier_id": False})
        text.state = "unknown"
        text.attempt_ids._never_arrived()
        self.assertEqual(text.state, "queued")
        self.tell(carriers.StatusReport("SM1", "delivered"), text.attempt_ids.uuid)
        self.process_events()
        self.assertEqual(text.state, "delivered")
        self.assertEqual(self.dispatch(), [])

    # ------------------------------------------------------------
    # HOT PATHS
    # ------------------------------------------------------------

    def assert_same_for_many(self, prepare):
        counts = []
        for many in (FEW, FEW, FEW, MANY):  # two to warm up
            prepare(many)
            # else it depends on the second whether there is anything new to note
            subscribers = self.env["sms.inbox.subscriber"].search([])
            subscribers.checked_at = fields.Datetime.today()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["sms.inbox.webhook.event"]._process_due(0, 1)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def test_many_texts_take_as_many_queries_as_few(self):
        def prepare(many):
            start = self.told
            for n in range(many):
                contact = f"+1202{5551000 + start + n}"
                self.env["res.partner"].create({"name": "Ada", "phone": contact})
                self.come(self.text("Hi", contact), self.text("there", contact))
                self.come(self.text("known"))

        self.assert_same_for_many(prepare)

    def test_many_parts_take_as_many_queries_as_few(self):
        def prepare(many):
            start = self.told
            for n in range(many):
                contact = f"+1202{5551000 + start + n}"
                for index in (2, 1):
                    self.come(self.part(index, 2, "x", sender=contact))

        self.assert_same_for_many(prepare)

    def test_many_reports_take_as_many_queries_as_few(self):
        def prepare(many):
            start = self.told
            for n in range(many):
                self.told += 1
                thread = self.make_conversation(
                    contact_number=f"+1202{5551000 + start + n}"
                )
                thread.send_text("Hello")
            handed_over = self.dispatch()
            for outbound in handed_over:
                report = carriers.StatusReport(f"SB{outbound.uuid}", "delivered")
                self.tell(report, outbound.uuid)

        self.assert_same_for_many(prepare)

    # ------------------------------------------------------------
    # FORGETTING
    # ------------------------------------------------------------

    def test_what_was_done_a_week_ago_is_forgotten_but_for_the_keys_of_texts(self):
        text = self.sent("SM1")
        said = self.text("Hello")
        inbound = self.tell(said)
        report = self.tell(carriers.StatusReport("SM1", "delivered"))
        aside = self.tell(self.text("Hello", to="+14155550199"))
        self.process_events()
        events = inbound + report + aside
        self.env["sms.inbox.webhook.event"]._gc_done()
        self.assertEqual(len(events.exists()), 3)
        week_ago = fields.Datetime.subtract(fields.Datetime.now(), days=7, seconds=1)
        events.received_at = week_ago
        self.env.flush_all()
        done, more = self.env["sms.inbox.webhook.event"]._gc_done()
        self.assertEqual((done, more), (2, False))
        self.assertEqual(events.exists(), inbound + aside)
        self.assertFalse(inbound.payload or inbound.thread_key)
        unmatched = self.tell(carriers.StatusReport("SM404", "delivered"))
        unmatched._set_aside("There is no text that this reports on.")
        unmatched.received_at = week_ago - timedelta(days=30)
        self.env.flush_all()
        self.env["sms.inbox.webhook.event"]._gc_done()
        self.assertFalse(unmatched.exists())
        self.assertTrue(aside.payload)
        self.assertFalse(self.tell(said), "a repeat stays one")
        self.assertEqual(text.state, "delivered")
