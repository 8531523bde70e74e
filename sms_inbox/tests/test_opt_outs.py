"""Who told the carrier to stop is noted here, once a night."""

import time
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import Mock, patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .. import carriers, clock, consent_source, short_transaction
from ..models import sms_inbox_account_opt_outs
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase

LOGGER = sms_inbox_account_opt_outs.__name__
SAFELY = short_transaction.__name__
OTHER_NUMBER = "+12025550144"


@tagged("post_install", "-at_install")
class TestOptOuts(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sms.inbox.account"].search([("carrier", "=", "telnyx")]).active = False
        cls.number.active = False
        cls.account = cls.make_telnyx(cls.company)
        cls.line.account_id = cls.account
        cls.line._confirm()
        cls.number = cls.make_number(cls.line, cls.agent)

    @classmethod
    def make_telnyx(cls, company, key="KEY-of-a-test", **values):
        return cls.make_account(
            company, carrier="telnyx", auth_token=key, shared_key="x", **values
        )

    def opt_out(self, recipient=THEIR_NUMBER, sender=OUR_NUMBER, ago=timedelta()):
        since = ago is not None and clock.epoch(fields.Datetime.now() - ago)
        return carriers.OptOut(sender, recipient, since or None)

    @contextmanager
    def listing(self, told, asking=lambda: None):
        """Telnyx with these lists; ``asking`` is called with each row."""

        def opted_out(carrier):
            rows = told.get(carrier.credentials.auth_token, ())
            for row in rows:
                asking()
                if isinstance(row, Exception):
                    raise row
                yield row

        with patch.object(carriers.Telnyx, "opted_out", opted_out):
            yield

    def fetch(self, *rows, **told):
        with self.listing({"KEY-of-a-test": rows} | told):
            self.run_cron("sms_inbox.ir_cron_fetch_opt_outs")

    def consents(self, number=THEIR_NUMBER, company=None):
        return self.env["sms.inbox.consent"].search(
            [
                ("company_id", "=", (company or self.company).id),
                ("number", "=", number),
            ]
        )

    def events(self, number=THEIR_NUMBER):
        return self.env["sms.inbox.consent.event"].search(
            [("company_id", "=", self.company.id), ("number", "=", number)], order="id"
        )

    def consent(self, state, ago=timedelta(), line=None, number=THEIR_NUMBER):
        """A consent that got its state some time ago."""
        with freeze_time(fields.Datetime.now() - ago):
            return self.env["sms.inbox.consent"].create(
                {
                    "company_id": self.company.id,
                    "number": number,
                    "line_id": (self.line if line is None else line).id,
                    "state": state,
                }
            )

    # ------------------------------------------------------------
    # WHAT IS NOTED
    # ------------------------------------------------------------

    def test_an_opt_out_at_the_carrier_is_noted_and_says_where_from(self):
        self.fetch(self.opt_out())
        self.assertRecordValues(
            self.consents(), [{"state": "opted_out", "line_id": self.line.id}]
        )
        self.assertRecordValues(
            self.events(),
            [
                {
                    "state": "opted_out",
                    "actor": "Telnyx",
                    "rule": "the carrier's list of opt-outs",
                    "line_number": OUR_NUMBER,
                }
            ],
        )

    def test_what_is_queued_for_the_pair_is_canceled_and_nothing_else(self):
        other_line = self.make_line(self.account, "+14155550177")
        other = self.make_conversation(self.make_number(other_line, self.agent))
        texts = [
            self.make_conversation().send_text("Ready!"),
            other.send_text("Ready!"),
            self.make_conversation(contact_number=OTHER_NUMBER).send_text("Ready!"),
        ]
        self.fetch(self.opt_out())
        queue = self.env["sms.inbox.message"].browse(texts)
        self.assertEqual(queue.mapped("state"), ["canceled", "queued", "queued"])

    def test_an_opt_out_from_all_numbers_holds_for_all(self):
        self.fetch(self.opt_out(sender=""))
        self.assertRecordValues(
            self.consents(), [{"state": "opted_out", "line_id": False}]
        )

    def test_the_same_list_changes_nothing_the_next_night(self):
        self.fetch(self.opt_out())
        self.fetch(self.opt_out(), self.opt_out())
        self.assertEqual(len(self.consents()), 1)
        self.assertEqual(len(self.events()), 1)

    def test_numbers_that_are_none_of_ours_or_of_people_are_left_out(self):
        unused = self.make_line(self.account, "+14155550178")
        self.fetch(
            self.opt_out(sender="+14155550199"),
            self.opt_out(sender=unused.number),
            self.opt_out("55555"),
            self.opt_out("nonsense"),
            self.opt_out(OTHER_NUMBER),
        )
        self.assertFalse(self.consents())
        self.assertEqual(self.consents(OTHER_NUMBER).state, "opted_out")
        self.assertFalse(self.consents("55555"))

    def test_a_number_that_was_given_up_still_has_its_opt_outs(self):
        self.number.active = False
        self.fetch(self.opt_out())
        self.assertEqual(self.consents().state, "opted_out")

    # ------------------------------------------------------------
    # WHAT IS NEWER STAYS
    # ------------------------------------------------------------

    def test_what_a_person_said_later_is_not_undone(self):
        hour, day = timedelta(hours=1), timedelta(days=1)
        for number, (state, changed, stopped, then) in enumerate(
            (
                ("subscribed", hour, day, "subscribed"),
                ("subscribed", day, hour, "opted_out"),
                ("subscribed", hour, None, "subscribed"),
                ("unknown", hour, day, "unknown"),
                ("unknown", day, hour, "opted_out"),
                ("review", hour, day, "review"),
                ("review", day, hour, "opted_out"),
                ("opted_out", hour, day, "opted_out"),
            ),
            start=2025550180,
        ):
            with self.subTest(state=state, changed=changed, stopped=stopped):
                consent = self.consent(state, changed, number=f"+1{number}")
                self.fetch(self.opt_out(f"+1{number}", ago=stopped))
                self.assertEqual(consent.state, then)

    def test_what_was_said_later_of_all_numbers_holds_for_each(self):
        self.consent("subscribed", timedelta(hours=1), self.env["sms.inbox.line"])
        self.fetch(self.opt_out(ago=timedelta(days=1)))
        self.assertEqual(self.consents().mapped("state"), ["subscribed"])
        self.fetch(self.opt_out())
        self.assertEqual(
            set(self.consents().mapped("state")), {"subscribed", "opted_out"}
        )

    def test_what_was_said_later_of_one_number_is_no_opt_out_from_all(self):
        self.consent("subscribed", timedelta(hours=1))
        self.fetch(self.opt_out(sender="", ago=timedelta(days=1)))
        self.assertEqual(self.consents().mapped("state"), ["subscribed"])

    def test_what_was_said_of_another_number_is_no_matter(self):
        other_line = self.make_line(self.account, "+14155550177")
        self.make_number(other_line)
        self.consent("subscribed", timedelta(hours=1), other_line)
        self.fetch(self.opt_out(ago=timedelta(days=1)))
        noted = self.consents().filtered(lambda c: c.line_id == self.line)
        self.assertEqual(noted.state, "opted_out")

    def test_who_stops_again_after_a_start_is_noted_again(self):
        self.fetch(self.opt_out(ago=timedelta(days=2)))
        consent = self.consents()
        consent._resubscribe(self.company, [THEIR_NUMBER], "asked for it")
        self.fetch(self.opt_out(ago=timedelta(days=2)))
        self.assertEqual(consent.state, "subscribed")
        self.fetch(self.opt_out(ago=timedelta(seconds=-2)))
        self.assertEqual(consent.state, "opted_out")

    # ------------------------------------------------------------
    # HOW
    # ------------------------------------------------------------

    def test_no_transaction_is_open_while_the_carrier_is_asked(self):
        cr, closed = self.env.cr, []
        execute = cr.execute

        def commit():
            self.env.flush_all()
            closed.append(True)

        def query(*args, **how):
            closed.clear()
            return execute(*args, **how)

        rows = [self.opt_out(f"+1202555{n:04}") for n in range(5)]
        with (
            self.listing({"KEY-of-a-test": rows}, lambda: self.assertTrue(closed)),
            patch.object(sms_inbox_account_opt_outs, "AT_ONCE", 2),
            patch.object(cr, "commit", commit),
            patch.object(cr, "execute", query),
        ):
            self.account._fetch_opt_outs(time.monotonic() + 60)
        self.assertEqual(self.consents(rows[-1].recipient).state, "opted_out")

    def test_a_list_that_takes_too_long_ends_after_what_was_noted(self):
        rows = [self.opt_out(f"+1202555{n:04}") for n in range(4)]
        asked = []  # each row takes a second
        clock_of_rows = Mock(monotonic=lambda: float(len(asked)))
        with (
            self.listing({"KEY-of-a-test": rows}, lambda: asked.append(1)),
            patch.object(sms_inbox_account_opt_outs, "AT_ONCE", 2),
            patch.object(sms_inbox_account_opt_outs, "SLICE", 1.5),
            patch.object(sms_inbox_account_opt_outs, "time", clock_of_rows),
            self.assertLogs(LOGGER, "WARNING") as log,
        ):
            self.run_cron("sms_inbox.ir_cron_fetch_opt_outs")
        self.assertIn("took too long", "".join(log.output))
        self.assertEqual(self.consents(rows[1].recipient).state, "opted_out")
        self.assertFalse(self.consents(rows[2].recipient))

    def test_many_opt_outs_need_no_more_queries_than_a_few(self):
        def count(first, many):
            rows = [self.opt_out(f"+1202555{first + n:04}") for n in range(many)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.account._note_opt_outs(rows)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(0, 3)  # fills caches
        # a few are for the cursor and the bus, once for each transaction
        self.assertLessEqual(count(100, 60), count(200, 3) + 10)

    def test_one_account_that_fails_does_not_stop_the_others(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        line = self.make_line(self.make_telnyx(other, "KEY-2"), "+14155550179")
        self.make_number(line)
        private = carriers.TryLater("", f"about {THEIR_NUMBER}")
        for failing, company, sender in (
            ("KEY-2", self.company, OUR_NUMBER),
            ("KEY-of-a-test", other, "+14155550179"),
        ):
            works = {"KEY-2", "KEY-of-a-test"} - {failing}
            told = {failing: [private], works.pop(): [self.opt_out(sender=sender)]}
            with self.subTest(failing), self.assertLogs(SAFELY, "WARNING") as log:
                self.fetch(**told)
                self.assertEqual(self.consents(company=company).state, "opted_out")
                self.assertIn("TryLater", "".join(log.output))
                self.assertNotIn(THEIR_NUMBER, "".join(log.output))

    def test_what_was_read_before_a_failure_stays(self):
        with (
            patch.object(sms_inbox_account_opt_outs, "AT_ONCE", 1),
            self.assertLogs(SAFELY, "WARNING"),
        ):
            self.fetch(self.opt_out(), carriers.OutcomeUnknown("", "Lost."))
        self.assertEqual(self.consents().state, "opted_out")

    def test_accounts_that_are_set_aside_or_archived_are_not_asked(self):
        self.account._set_aside("It is broken.")
        self.fetch(self.opt_out())
        self.account.action_bring_back()
        self.account.active = False
        self.fetch(self.opt_out())
        self.assertFalse(self.consents())

    def test_a_refused_text_tells_where_its_opt_out_is_from(self):
        self.make_conversation().send_text("Ready!")

        def refuse(_outbound):
            raise carriers.TextRefused("40300", "STOP", carriers.Meaning.OPT_OUT)

        self.dispatch(refuse)
        self.assertRecordValues(
            self.events(),
            [{"actor": "Telnyx", "rule": "the carrier refused a text"}],
        )

    def test_no_client_can_say_where_a_change_comes_from(self):
        context = {consent_source.SOURCE: ["Telnyx", "the carrier's list"]}
        self.env["sms.inbox.consent"].with_user(self.manager).with_context(
            **context
        ).create({"company_id": self.company.id, "number": THEIR_NUMBER})
        self.assertEqual(self.events().rule, "by hand")
