"""What came in while nobody answered is fetched from the carrier's lists."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import carriers, short_transaction
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase

CRON = "sms_inbox.ir_cron_catch_up"
MINUTES, HOURS, DAYS = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)


@tagged("post_install", "-at_install")
class TestCatchUp(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sms.inbox.account"].search([]).active = False
        cls.number.active = False
        cls.account = cls.make_twilio(cls.company)
        cls.line.account_id = cls.account
        cls.line.claimed_at = fields.Datetime.now() - 90 * DAYS
        cls.number = cls.make_number(cls.line, cls.agent)

    @classmethod
    def make_twilio(cls, company):
        return cls.make_account(
            company,
            carrier="twilio",
            account_sid="AC00000000000000000000000000000001",
            auth_token="12345",
            public_base_url="https://texts.example.com",
        )

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.listed = []  # what the carrier has
        self.asked = []  # (number, since, until) of each look into its list
        self.reports = {}  # by the carrier's id
        self.asked_about = []

        def received(_carrier, number, since, until):
            self.asked.append((number, since, until))
            for text in self.listed:
                if isinstance(text, Exception):
                    raise text
                if text.recipient == number and since <= text.at <= until:
                    yield text

        def report(_carrier, carrier_id):
            self.asked_about.append(carrier_id)
            answer = self.reports.get(carrier_id)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.startPatcher(patch.object(carriers.Twilio, "received", received))
        self.startPatcher(patch.object(carriers.Twilio, "report", report))

    def text(self, carrier_id, ago, recipient=OUR_NUMBER):
        at = time.time() - ago.total_seconds()
        return carriers.InboundText(
            carrier_id, THEIR_NUMBER, recipient, f"text {carrier_id}", at=at
        )

    def beat(self, ago, until=None):
        """The account was looked after so long ago, and all fetched till ``until``."""
        self.account.write(
            {
                "seen_alive_at": self.now - ago,
                "caught_up_until": self.now - (ago if until is None else until),
            }
        )

    def run_it(self):
        self.run_cron(CRON)
        self.process_events()

    def bodies(self):
        texts = self.env["sms.inbox.message"].search(
            [("company_id", "=", self.company.id), ("direction", "=", "in")]
        )
        return sorted(texts.mapped("body"))

    def looked_since(self):
        """How long ago the time span begins that was looked through."""
        (number, since, _until) = self.asked[0]
        self.assertEqual(number, OUR_NUMBER)
        return timedelta(seconds=time.time() - since)

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    def test_the_first_time_begins_now_and_not_in_the_past(self):
        self.listed = [self.text("SM1", 5 * MINUTES)]
        self.run_it()
        self.assertFalse(self.asked)
        self.assertGreaterEqual(self.account.caught_up_until, self.now)

    def test_a_beating_heart_asks_for_nothing(self):
        self.beat(5 * MINUTES)
        self.run_it()
        self.assertFalse(self.asked)
        self.assertGreaterEqual(self.account.seen_alive_at, self.now)

    def test_after_an_outage_what_came_meanwhile_is_fetched(self):
        self.beat(3 * HOURS)
        self.listed = [self.text("SM1", 2 * HOURS), self.text("SM2", MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1", "text SM2"])
        self.assertGreater(self.looked_since(), 3 * HOURS)
        self.assertGreaterEqual(self.account.caught_up_until, self.now)

    def test_once_an_hour_gaps_are_looked_for_that_nobody_noticed(self):
        self.beat(5 * MINUTES, until=61 * MINUTES)
        self.listed = [self.text("SM1", 50 * MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1"])

    def refuse(self, account, at):
        # raw SQL: code alone writes refusals, at the moment they happen
        self.env.cr.execute(
            "INSERT INTO sms_inbox_refusal"
            " (account_id, reason, kind, hour, count, last_at)"
            " VALUES (%s, 'forged', 'inbound', date_trunc('hour', %s::timestamp), 1,"
            " %s)",
            (account.id, at, at),
        )

    def test_while_calls_are_refused_their_texts_come_all_the_same(self):
        self.beat(5 * MINUTES)
        self.refuse(self.account, self.now - 2 * MINUTES)
        self.listed = [self.text("SM1", 2 * MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1"])

    def test_refusals_of_before_the_last_look_bring_no_other(self):
        self.beat(5 * MINUTES)
        self.refuse(self.account, self.now - 6 * MINUTES)
        self.run_it()
        self.assertFalse(self.asked)

    def test_settings_that_are_repaired_bring_a_look_at_once(self):
        for change in (
            {"public_base_url": "https://new.example.com"},
            {"auth_token": "67890"},
        ):
            with self.subTest(change=change):
                self.beat(5 * MINUTES)
                self.asked.clear()
                self.account.write(change)
                self.run_it()
                self.assertTrue(self.asked)

    def test_an_account_that_was_archived_does_not_look_back(self):
        self.beat(20 * DAYS)
        self.account.active = False
        self.account.active = True
        self.run_it()
        self.assertFalse(
            [since for _n, since, _u in self.asked if since < time.time() - 3600]
        )

    # ------------------------------------------------------------
    # CLOCKS
    # ------------------------------------------------------------

    def test_a_clock_that_was_ahead_and_is_put_back_loses_nothing(self):
        self.beat(-5 * HOURS)
        self.listed = [self.text("SM1", 4 * HOURS)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1"])
        self.assertLess(self.account.caught_up_until, self.now + HOURS)

    def test_a_text_that_the_carriers_clock_dates_ahead_of_ours_is_fetched(self):
        self.beat(HOURS)
        self.listed = [self.text("SM1", -5 * MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1"])

    def test_a_long_gap_is_fetched_day_by_day_and_no_further_than_a_month(self):
        self.beat(300 * DAYS)
        self.run_it()
        self.assertEqual(len(self.asked), 30)
        self.assertLess(self.looked_since(), 31 * DAYS)
        self.assertGreaterEqual(self.account.caught_up_until, self.now)

    # ------------------------------------------------------------
    # WHAT
    # ------------------------------------------------------------

    def test_a_text_that_came_by_webhook_too_is_one_text(self):
        text = self.text("SM1", HOURS)
        self.env["sms.inbox.webhook.event"]._store(self.account, text)
        self.process_events()
        self.beat(3 * HOURS)
        self.listed = [text, self.text("SM2", HOURS)]
        self.run_it()
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1", "text SM2"])

    def test_what_was_missed_stands_in_its_order_whatever_that_of_the_list(self):
        self.beat(2 * HOURS)
        ages = (30, 60, 90, 45, 75)
        self.listed = [self.text(f"SM{ago}", ago * MINUTES) for ago in ages]
        self.run_it()
        texts = self.env["sms.inbox.message"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual(
            texts.mapped("body"), [f"text SM{ago}" for ago in sorted(ages)[::-1]]
        )
        self.assertEqual(texts.conversation_id.last_text, "text SM30")

    def test_a_text_that_is_fetched_has_the_moment_when_it_came(self):
        self.beat(3 * HOURS)
        self.listed = [self.text("SM1", 2 * HOURS)]
        self.run_it()
        (message,) = self.env["sms.inbox.message"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertAlmostEqual(
            message.date, self.now - 2 * HOURS, delta=timedelta(seconds=60)
        )

    def test_texts_of_before_a_line_was_confirmed_were_anothers(self):
        self.beat(3 * HOURS)
        self.line.claimed_at = self.now - HOURS
        self.listed = [self.text("SM1", 2 * HOURS), self.text("SM2", MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM2"])

    def test_a_line_that_is_not_confirmed_is_not_looked_up(self):
        self.line.claimed_at = False
        self.beat(3 * HOURS)
        self.run_it()
        self.assertFalse(self.asked)

    # ------------------------------------------------------------
    # FAILURES
    # ------------------------------------------------------------

    def test_a_carrier_that_does_not_answer_is_asked_again_for_the_same(self):
        self.beat(15 * MINUTES)
        self.listed = [
            self.text("SM1", 12 * MINUTES),
            carriers.TryLater("", "The carrier could not be reached."),
        ]
        self.run_it()
        self.assertIn("could not be reached", self.account.catch_up_trouble)
        self.assertLess(self.account.caught_up_until, self.now - 10 * MINUTES)
        self.listed = [self.text("SM1", 12 * MINUTES), self.text("SM2", 13 * MINUTES)]
        self.run_it()
        self.assertEqual(self.bodies(), ["text SM1", "text SM2"])
        self.assertFalse(self.account.catch_up_trouble)

    def test_one_accounts_failure_does_not_stop_the_others(self):
        failing = self.make_twilio(self.company)
        self.make_line(failing, "+14155550188").claimed_at = self.now - 90 * DAYS
        failing.write({"seen_alive_at": False, "caught_up_until": self.now - 3 * HOURS})
        self.beat(3 * HOURS)
        self.listed = [self.text("SM1", HOURS)]
        good = carriers.Twilio.received

        def received(carrier, number, since, until):
            if number == OUR_NUMBER:
                return good(carrier, number, since, until)
            raise ValueError("a mistake of ours")

        with (
            patch.object(carriers.Twilio, "received", received),
            self.assertLogs(short_transaction.__name__, "WARNING") as log,
        ):
            self.run_it()
        self.assertNotIn("mistake", "".join(log.output))
        self.assertEqual(self.bodies(), ["text SM1"])
        self.assertFalse(self.account.catch_up_trouble)
        self.assertTrue(failing.catch_up_trouble)

    def test_an_account_that_is_set_aside_is_left_alone(self):
        self.beat(3 * HOURS)
        self.account._set_aside("The token was revoked.")
        self.run_it()
        self.assertFalse(self.asked)
        self.account.action_bring_back()
        self.run_it()
        self.assertTrue(self.asked)

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    def sent(self, ago, carrier_id="SM9"):
        """A text of ours that the carrier took so long ago; its attempt."""
        text = self.env["sms.inbox.message"].browse(
            self.make_conversation().send_text("Hello")
        )
        self.dispatch(lambda outbound: carriers.Accepted(carrier_id))
        self.beat(MINUTES)
        attempt = text.attempt_ids
        # raw SQL: the moment of its making is Odoo's own
        self.env.cr.execute(
            "UPDATE sms_inbox_attempt SET create_date = %s WHERE id = %s",
            (self.now - ago, attempt.id),
        )
        attempt.invalidate_recordset()
        return attempt

    def test_a_report_that_never_came_is_asked_for(self):
        attempt = self.sent(16 * MINUTES)
        self.reports["SM9"] = carriers.StatusReport(
            "SM9", "undelivered", "30006", status="undelivered"
        )
        self.run_it()
        self.assertEqual(attempt.message_id.state, "undelivered")
        self.run_it()
        self.assertEqual(self.asked_about, ["SM9"])

    def test_the_report_that_was_asked_for_and_the_webhooks_are_one(self):
        attempt = self.sent(16 * MINUTES)
        report = carriers.StatusReport("SM9", "delivered", status="delivered")
        self.reports["SM9"] = report
        self.run_it()
        again = self.env["sms.inbox.webhook.event"]._store(
            self.account, report, attempt.uuid
        )
        self.assertIsNone(again)

    def test_a_text_is_asked_about_three_times_and_then_no_more(self):
        attempt = self.sent(14 * MINUTES)
        for ago, times in (
            (14 * MINUTES, 0),
            (16 * MINUTES, 1),
            (59 * MINUTES, 1),
            (61 * MINUTES, 2),
            (5 * HOURS, 2),
            (7 * HOURS, 3),
            (2 * DAYS, 3),
        ):
            self.env.cr.execute(
                "UPDATE sms_inbox_attempt SET create_date = %s WHERE id = %s",
                (self.now - ago, attempt.id),
            )
            self.run_it()
            self.assertEqual(len(self.asked_about), times, f"{ago} after it left")

    def test_after_three_days_nobody_is_asked(self):
        self.sent(3 * DAYS + MINUTES)
        self.run_it()
        self.assertFalse(self.asked_about)

    def test_an_answer_that_cannot_be_read_stops_no_other(self):
        first, second = self.sent(17 * MINUTES, "SM1"), self.sent(16 * MINUTES, "SM2")
        self.reports["SM1"] = carriers.OutcomeUnknown("", "It could not be read.")
        self.reports["SM2"] = carriers.StatusReport("SM2", "delivered")
        self.run_it()
        self.assertEqual(second.message_id.state, "delivered")
        self.assertEqual((first.message_id.state, first.asked), ("sent", 1))

    def test_a_text_that_the_carrier_does_not_know_stops_no_other(self):
        self.sent(17 * MINUTES, "SM8")
        attempt = self.sent(16 * MINUTES)
        self.reports["SM8"] = carriers.TextRefused("20404", "not found")
        self.reports["SM9"] = carriers.StatusReport(
            "SM9", "delivered", status="delivered"
        )
        self.run_it()
        self.assertEqual(attempt.message_id.state, "delivered")

    # ------------------------------------------------------------
    # ON DEMAND
    # ------------------------------------------------------------

    def fetch(self, since, until):
        wizard = self.env["sms.inbox.fetch.missed"].create(
            {
                "account_id": self.account.id,
                "since": self.now - since,
                "until": self.now - until,
            }
        )
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            return wizard.action_fetch()["params"]["message"]

    def test_what_is_fetched_on_demand_is_counted(self):
        self.listed = [self.text("SM1", 2 * DAYS), self.text("SM2", 5 * DAYS)]
        self.assertIn("are here now: 1.", self.fetch(3 * DAYS, timedelta()))
        self.assertIn("are here now: 0.", self.fetch(3 * DAYS, timedelta()))
        self.process_events()
        self.assertEqual(self.bodies(), ["text SM1"])

    def test_reports_are_asked_for_on_demand_too(self):
        recent, old = self.sent(5 * MINUTES, "SM7"), self.sent(5 * DAYS, "SM8")
        for carrier_id in ("SM7", "SM8"):
            self.reports[carrier_id] = carriers.StatusReport(carrier_id, "delivered")
        self.assertIn("asked about: 1.", self.fetch(DAYS, timedelta()))
        self.process_events()
        self.assertEqual(recent.message_id.state, "delivered")
        self.assertEqual(old.message_id.state, "sent")

    def test_a_time_span_that_is_too_long_or_ends_before_it_begins_is_refused(self):
        for since, until in ((31 * DAYS, timedelta()), (HOURS, 2 * HOURS)):
            with self.subTest(since=since), self.assertRaisesRegex(UserError, "span"):
                self.fetch(since, until)
        self.assertFalse(self.asked)
