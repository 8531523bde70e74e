"""What one record has wrong keeps no other one from its scheduled action."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .. import carriers, short_transaction
from ..carriers.runway import Job, Landed
from .test_consent_heard import DOUBTFUL
from .test_queue import QueueCase


class OneByOneCase(QueueCase):
    def break_for(self, bad, method):
        """Have a method raise for a record, and whenever it is among others."""
        model = type(self.env[bad._name])
        works = getattr(model, method)

        def breaks(records, *args):
            if bad & records:
                raise KeyError("A secret")
            return works(records, *args)

        self.startPatcher(patch.object(model, method, breaks))

    def run_at_fault(self, cron, name):
        """Run a scheduled action that logs whom it could not see to, and no words."""
        with self.assertLogs(short_transaction.__name__, "WARNING") as logged:
            self.run_cron(f"sms_inbox.{cron}")
        (line,) = logged.output
        self.assertIn(name, line)
        self.assertIn("KeyError", line)
        self.assertNotIn("secret", line)


@tagged("post_install", "-at_install")
class TestUndecidedOneByOne(OneByOneCase):
    def setUp(self):
        super().setUp()
        self.people = ["+12025550151", "+12025550152", "+12025550153"]
        for person in self.people:
            self.receive(DOUBTFUL, contact_number=person)
        self.consents().decide_by = fields.Datetime.now() - timedelta(hours=1)

    def consents(self):
        return self.env["sms.inbox.consent"].search(
            [("number", "in", self.people)], order="number"
        )

    def test_who_cannot_be_opted_out_keeps_nobody_else_past_the_deadline(self):
        bad = self.consents()[1]
        self.break_for(bad, "_take_effect")
        self.run_at_fault("ir_cron_decide_consents", f"{bad.id}")
        self.assertEqual(
            self.consents().mapped("state"), ["opted_out", "review", "opted_out"]
        )

    def test_what_somebody_decided_meanwhile_stays_so(self):
        late = self.consents()
        late[0].with_user(self.supervisor).action_wants_texts()
        for _time in range(2):
            late._opt_out_undecided()
        states = ["unknown", "opted_out", "opted_out"]
        self.assertEqual(late.mapped("state"), states)


@tagged("post_install", "-at_install")
class TestSnoozedOneByOne(OneByOneCase):
    def setUp(self):
        super().setUp()
        self.threads = self.env["sms.inbox.conversation"].union(
            *(self.make_conversation(contact_number=f"+1202555016{n}") for n in "123")
        )
        self.threads.stage = "snoozed"
        self.threads.snoozed_until = fields.Datetime.now() - timedelta(minutes=1)

    def test_a_thread_that_cannot_be_woken_lets_the_others_sleep_no_longer(self):
        bad = self.threads[1]
        self.break_for(bad, "_tell_screens")
        self.run_at_fault("ir_cron_wake_snoozed", f"{bad.id}")
        stages = ["needs_reply", "snoozed", "needs_reply"]
        self.assertEqual(self.threads.mapped("stage"), stages)

    def test_what_somebody_closed_meanwhile_stays_closed(self):
        self.threads[0].stage = "closed"
        self.threads._wake()
        stages = ["closed", "needs_reply", "needs_reply"]
        self.assertEqual(self.threads.mapped("stage"), stages)


@tagged("post_install", "-at_install")
class TestRuleOneByOne(OneByOneCase):
    def test_a_company_whose_rule_fails_keeps_no_other_from_closing(self):
        other = self.env["res.company"].create({"name": "Dental"})
        number = self.make_number(
            self.make_line(self.make_account(other), "+14155550177")
        )
        ours, theirs = self.make_conversation(), self.make_conversation(number)
        long_ago = fields.Datetime.now() - timedelta(days=9)
        (ours + theirs).write({"stage": "waiting", "last_text_at": long_ago})
        (self.company + other).sms_inbox_auto_close_days = 3
        self.assertLess(self.company.name, other.name, "that the first one fails")
        self.break_for(ours, "_close_by_rule")
        self.run_at_fault("ir_cron_auto_close", f"{self.company.id}")
        self.assertEqual((ours.stage, theirs.stage), ("waiting", "closed"))


@tagged("post_install", "-at_install")
class TestLostOneByOne(OneByOneCase):
    def setUp(self):
        super().setUp()
        people = ("+12025550151", "+12025550152", "+12025550153")
        texts = [self.send("A secret", contact_number=person) for person in people]
        self.attempts = self.env["sms.inbox.attempt"].union(
            *(self.died_sending(text) for text in texts)
        )

    def died_sending(self, text):
        ids = self.env["sms.inbox.attempt"]._begin({text.id: self.account.id})
        attempt = self.env["sms.inbox.attempt"].search([("message_id", "=", text.id)])
        self.assertTrue(ids and attempt)
        attempt.lease_until = fields.Datetime.now() - timedelta(minutes=1)
        return attempt

    def test_an_attempt_that_cannot_be_settled_ends_no_run_of_the_dispatcher(self):
        bad = self.attempts[1]
        retired = self.make_number(self.make_line(self.account, "+14155550178"))
        text = self.make_conversation(retired)._queue("A secret", "bulk")
        retired.active = False
        text.state = "queued"
        self.break_for(bad, "_lost")
        self.run_at_fault("ir_cron_dispatch", f"attempt({bad.id},)")
        states = ["unknown", "sending", "unknown"]
        self.assertEqual(self.attempts.mapped("state"), states)
        self.assertEqual(text.state, "canceled")

    def test_an_answer_that_cannot_be_written_down_keeps_no_other_from_that(self):
        refused = carriers.TextRefused("30007", "A secret")
        landed = [
            Landed(Job(3, 0.0, attempt_id, self.account.id, None, None), refused)
            for attempt_id in self.attempts.ids
        ]
        bad = self.attempts[1]
        self.break_for(bad, "_refused")
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            self.assertLogs(short_transaction.__name__, "WARNING") as logged,
        ):
            self.env(cr=cr)["sms.inbox.attempt"]._write_down_safely(landed)
        self.env.invalidate_all()
        states = ["failed", "sending", "failed"]
        self.assertEqual(self.attempts.mapped("state"), states)
        (line,) = logged.output
        self.assertIn(f"attempt {bad.id} was", line)
        self.assertNotIn("secret", line)

    def test_the_next_run_is_planned_whatever_cannot_be_canceled(self):
        texts = type(self.env["sms.inbox.message"])
        dispatcher = type(self.env["sms.inbox.dispatcher"])

        def breaks(_texts):
            raise KeyError("A secret")

        with (
            patch.object(texts, "_cancel_of_retired_numbers", breaks),
            patch.object(dispatcher, "_come_back_in") as come_back,
        ):
            self.run_at_fault("ir_cron_dispatch", "sms.inbox.message")
        come_back.assert_called_once()
