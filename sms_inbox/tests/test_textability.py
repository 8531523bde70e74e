"""Whether a number can be texted: what tells it, whose word counts, who sees it."""

import runpy
from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .. import carriers
from ..carriers import Meaning
from ..messaging.textability import Piece
from ..models import sms_inbox_subscriber_evidence
from .common import THEIR_NUMBER, SmsInboxCase, report

OTHER = "+12025550177"
FEW, MANY = 2, 30


@tagged("post_install", "-at_install")
class TestTextability(SmsInboxCase):
    def setUp(self):
        super().setUp()
        self.contacts = self.env["res.partner"].with_user(self.agent)
        self.contact = self.partner.with_user(self.agent)

    def subscriber(self, number=THEIR_NUMBER, company=None):
        people = self.env["sms.inbox.subscriber"]
        return people._of_many(company or self.company, [number])

    def learn(self, source, kind, at=None, number=THEIR_NUMBER, company=None):
        at = at or fields.Datetime.now().timestamp()
        self.env["sms.inbox.subscriber"]._learn(
            company or self.company, number, Piece(source, kind, at)
        )
        self.env.cr.precommit.run()

    def text_that_fails(self, meaning, code=""):
        self.make_conversation().send_text("Ready!")

        def refuse(_outbound):
            raise carriers.errors.error(meaning, code, "No.")

        self.dispatch(refuse)

    def reported(self, state, code=""):
        """A text of ours leaves, and comes to this."""
        text = self.env["sms.inbox.message"].browse(
            self.make_conversation().send_text("Ready!")
        )
        self.dispatch()
        report(text.attempt_ids, "SM1", state, code)
        self.env.cr.precommit.run()

    # ------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------

    def test_what_becomes_of_texts_is_evidence(self):
        self.reported("delivered")
        self.assertRecordValues(
            self.subscriber(),
            [{"textability": "textable", "textability_source": "delivery"}],
        )
        self.assertEqual(self.contact.sms_textability, "textable")
        self.assertEqual(self.contact.sms_textability_reason, "Delivered to it today")

    def test_a_text_from_them_is_evidence_since_it_came(self):
        self.receive("Hello")
        row = self.subscriber()
        self.assertEqual(
            (row.textability, row.textability_source), ("textable", "inbound")
        )
        text = self.env["sms.inbox.message"].search([("direction", "=", "in")], limit=1)
        self.assertEqual(row.textability_at, text.date.replace(microsecond=0))
        self.assertEqual(row.textability_label, "They texted us today")

    def test_three_texts_in_a_row_out_of_reach_make_it_unlikely(self):
        for before in ("unknown", "unknown", "unlikely"):
            self.reported("undelivered", "30003")
            self.assertEqual(self.subscriber().textability, before)
        self.assertIn("Three texts", self.subscriber().textability_reason)
        self.reported("delivered")
        self.assertEqual(self.subscriber().textability, "textable")

    def test_no_passing_failure_marks_a_number(self):
        self.make_conversation().send_text("Ready!")
        self.dispatch()
        attempt = self.env["sms.inbox.attempt"].search([], limit=1)
        for meaning in set(Meaning) - {Meaning.LANDLINE, Meaning.BAD_NUMBER}:
            attempt._heed(meaning)
            self.env.cr.precommit.run()
            self.assertFalse(self.subscriber().evidence, meaning)

    def test_a_definite_refusal_marks_it_and_says_what_it_was(self):
        for meaning, words in (
            (Meaning.LANDLINE, "landline"),
            (Meaning.BAD_NUMBER, "no such number"),
        ):
            with self.subTest(meaning):
                self.subscriber().evidence = False
                self.text_that_fails(meaning)
                row = self.subscriber()
                self.assertEqual(row.textability, "not_textable")
                self.assertIn(words, row.textability_reason)

    # rows that are made in one second and judged in the next take one update more
    @freeze_time("2026-03-10 12:00:00")
    def test_evidence_takes_as_many_queries_for_many_numbers_as_for_few(self):
        def count(first, many, kind):
            at = fields.Datetime.now().timestamp()
            for n in range(first, first + many):
                piece = Piece("delivery", kind, at)
                self.env["sms.inbox.subscriber"]._learn(
                    self.company, f"+1202555{n:04}", piece
                )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        for kind in ("delivered", "landline", "unreachable"):
            count(0, FEW, kind)  # fills caches
            with self.subTest(kind):
                few = count(100, FEW, kind)
                self.assertEqual(count(200, MANY, kind), few)
                # rows that exist already
                self.assertLessEqual(count(200, MANY, kind), few)

    def test_a_text_that_gets_through_again_is_written_down_once_an_hour(self):
        now = fields.Datetime.now().timestamp()
        self.learn("delivery", "delivered", now - 7200)
        for at, known_at in ((now - 3800, now - 7200), (now - 3000, now - 3000)):
            self.learn("delivery", "delivered", at)
            moment = self.subscriber().textability_at.timestamp()
            self.assertAlmostEqual(moment, known_at, delta=1)

    def test_what_was_known_before_there_was_evidence_stays_known(self):
        known = {
            "+12025550101": ("textable", "", "delivered"),
            "+12025550102": ("not_textable", "mobile", "failed_landline"),
            "+12025550103": ("unlikely", "landline", "landline"),
            "+447911123456": ("likely", "mobile", "mobile_shape"),
            "+19005551234": ("not_textable", "premium_rate", "premium_rate"),
            "55555": ("not_textable", "short_code", "short_code"),
        }
        for number, (state, line_type, _reason) in known.items():
            self.subscriber(number).write(
                {"textability": state, "line_type": line_type, "evidence": False}
            )
        self.receive("Hello")
        self.subscriber().evidence = False
        self.env.flush_all()
        path = file_path("sms_inbox/migrations/19.0.1.3.0/post-evidence.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        for number, (state, line_type, reason) in known.items():
            verdict = self.subscriber(number)._verdict()
            self.assertEqual((verdict.state, verdict.reason), (state, reason), number)
            self.assertIn(verdict.line_type, (line_type, ""), number)
        self.assertEqual(self.subscriber()._verdict().reason, "texted_us")

    # ------------------------------------------------------------
    # A PERSON'S WORD
    # ------------------------------------------------------------

    def test_a_persons_word_counts_until_the_number_tells_otherwise(self):
        row = self.subscriber().with_user(self.agent)
        self.learn("delivery", "landline")
        row.action_mark_textable()
        self.assertEqual(row.textability, "textable")
        self.assertIn(self.agent.name, row.textability_label)
        row.action_forget_word()
        self.assertEqual(row.textability, "not_textable")
        row.action_mark_not_textable()
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.learn("inbound", "text", later.timestamp())
        self.assertEqual(
            (row.textability, row.textability_source), ("textable", "inbound")
        )

    def test_whoever_may_not_text_says_nothing_of_numbers(self):
        row = self.subscriber()
        stranger = self.env["res.users"].create({"name": "X", "login": "stranger"})
        other = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", other)
        for user in (stranger, spy):
            for say in ("action_mark_textable", "action_mark_not_textable"):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    getattr(row.with_user(user), say)()
            self.assertFalse(row.evidence)

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def test_the_age_is_told_in_the_users_days(self):
        self.agent.tz = "America/New_York"
        row = self.subscriber().with_user(self.agent)
        noon = fields.Datetime.now().replace(hour=17)  # noon or so in New York
        for at, words in (
            (fields.Datetime.now(), "today"),
            (noon.replace(year=2024, month=5, day=3), "on 3 May 2024"),
            # still the evening before in New York
            (noon.replace(year=2024, month=5, day=3, hour=2), "on 2 May 2024"),
        ):
            self.subscriber().evidence = [["delivery", "delivered", at.timestamp(), ""]]
            with self.subTest(words):
                self.assertEqual(row.textability_label, f"Delivered to it {words}")
        yesterday = datetime.now(ZoneInfo("America/New_York")) - timedelta(days=1)
        yesterday = yesterday.replace(hour=12)  # also where a day has 23 hours, or 25
        self.subscriber().evidence = [["inbound", "text", yesterday.timestamp(), ""]]
        self.assertEqual(row.textability_label, "They texted us yesterday")

    def test_every_piece_of_evidence_has_words_with_and_without_its_age(self):
        row = self.subscriber()
        for source, kinds in (
            ("look_up", carriers.recipients.KINDS[:-1]),
            ("delivery", ("delivered", "landline", "no_number")),
            ("inbound", ("text",)),
            ("word", ("can", "cannot")),
        ):
            for kind in kinds:
                row._conclude([Piece(source, kind, 1.0, "Twilio")])
                self.assertTrue(row.textability_reason, kind)
                self.assertIn("1970", row.textability_label, kind)

    def test_a_look_up_says_who_found_it(self):
        row = self.subscriber()
        row._conclude([Piece("look_up", "landline", 1.0, "Twilio")])
        self.assertEqual(
            row.textability_label, "Landline, by Twilio look-up on 1 January 1970"
        )

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    def make(self, phone, **vals):
        return self.contacts.create({"name": phone, "phone": phone, **vals})

    def assert_found_as_shown(self, contacts):
        """Searching says of each contact what its field says."""
        people = self.env["sms.inbox.subscriber"]
        for state, _label in people._fields["textability"].selection:
            found = self.contacts.search(
                [("sms_textability", "=", state), ("id", "in", contacts.ids)]
            )
            shown = contacts.filtered(lambda c, state=state: c.sms_textability == state)
            self.assertEqual(found, shown, state)
        texts = [("sms_textability", "in", ("textable", "likely"))]
        both = self.contacts.search(
            [*texts, ("sms_textability", "!=", "likely"), ("id", "in", contacts.ids)]
        )
        proven = contacts.filtered(lambda c: c.sms_textability == "textable")
        self.assertEqual(both, proven)
        not_these = ["!", *texts, ("id", "in", contacts.ids)]
        self.assertEqual(
            self.contacts.search(not_these),
            contacts.filtered(
                lambda c: c.sms_textability not in ("textable", "likely")
            ),
        )

    def test_contacts_show_what_their_number_tells_without_any_row(self):
        contacts = self.contacts
        for phone, state, words in (
            ("+44 7911 123456", "likely", "mobile"),
            ("+44 20 7946 0958", "unlikely", "landline"),
            ("+1 900 555 1234", "not_textable", "premium"),
            ("+1 202 555 0199", "unknown", "does not tell"),
            ("12", "unknown", "cannot be read"),
            (False, "unknown", ""),
        ):
            contact = self.contacts.create({"name": "X", "phone": phone})
            self.assertEqual(contact.sms_textability, state, phone)
            self.assertIn(words, contact.sms_textability_reason or "")
            contacts |= contact
        self.assertFalse(
            self.env["sms.inbox.subscriber"].search(
                [("number", "in", contacts.mapped("phone_sanitized"))]
            )
        )
        self.assert_found_as_shown(contacts)

    def test_a_row_goes_before_the_shape_for_all_contacts_with_that_number(self):
        first, second = self.make("+44 20 7946 0958"), self.make("+44 20 7946 0958")
        rest = self.make("+44 20 7946 0959")
        child = self.make("+44 7911 123456", parent_id=first.id)
        self.learn("inbound", "text", number="+442079460958")
        contacts = first | second | rest | child
        contacts.invalidate_recordset()
        self.assertEqual(
            contacts.mapped("sms_textability"),
            ["textable", "textable", "unlikely", "likely"],
        )
        self.assert_found_as_shown(contacts)

    def test_each_company_has_its_own_view_of_one_number(self):
        other = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_user", other)
        self.learn("inbound", "text")
        self.learn("delivery", "landline", company=other)
        theirs = self.partner.with_user(spy)
        self.assertEqual(self.contact.sms_textability, "textable")
        self.assertEqual(theirs.sms_textability, "not_textable")
        for contact, state in ((self.contact, "textable"), (theirs, "not_textable")):
            found = contact.search([("sms_textability", "=", state)])
            self.assertIn(contact, found)
            found = contact.search([("sms_textability", "!=", state)])
            self.assertNotIn(contact, found)

    def test_a_changed_phone_changes_what_is_shown_at_once(self):
        self.contact.phone = "+44 20 7946 0958"
        self.assertEqual(self.contact.sms_textability, "unlikely")
        self.contact.phone = False
        self.assertEqual(self.contact.sms_textability, "unknown")
        self.assertFalse(self.contact.sms_shape)

    def test_searching_contacts_reads_no_rows_of_subscribers(self):
        for n in range(MANY):
            self.learn("inbound", "text", number=f"+1202555{n:04}")
        self.env.flush_all()
        self.env.invalidate_all()
        self.contacts.search([("sms_textability", "=", "textable")])
        self.contacts.search([("sms_textability", "=", "unknown")])
        self.contacts.search([("sms_opt_out", "=", True)])
        self.contacts.search([("sms_opt_out", "=", False)])
        cached = self.env.cache._data if hasattr(self.env.cache, "_data") else {}
        field = self.env["sms.inbox.subscriber"]._fields["textability"]
        self.assertFalse(cached.get(field))

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def told(self, change):
        """[(channel, payload)] of what screens hear about numbers."""
        heard = []

        def send(_bus, target, kind, payload):
            if kind == "sms_inbox/subscriber":
                heard.append((target, payload))

        with patch.object(type(self.env["bus.bus"]), "_sendone", send):
            change()
            self.env.cr.precommit.run()
        return heard

    def test_screens_of_the_company_alone_are_told_what_changed(self):
        other = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", other)
        self.subscriber()
        self.env.cr.precommit.run()
        told = self.told(lambda: self.learn("inbound", "text"))
        payload = {
            "company_id": self.company.id,
            "number": THEIR_NUMBER,
            "textability": "textable",
        }
        self.assertTrue(told)
        self.assertTrue(all(heard == payload for _target, heard in told))
        targets = [target for target, _heard in told]
        self.assertIn(self.agent.partner_id, targets)
        self.assertNotIn(spy.partner_id, targets)

    def test_screens_are_told_nothing_when_nothing_changed(self):
        self.learn("inbound", "text")
        self.assertFalse(self.told(lambda: self.learn("delivery", "delivered")))

    def test_of_very_many_numbers_screens_hear_once(self):
        def learn():
            for n in range(4):
                self.learn("inbound", "text", number=f"+1202555{n:04}")

        def learn_together():
            at = fields.Datetime.now().timestamp()
            for n in range(4):
                piece = Piece("delivery", "landline", at + 60)
                self.env["sms.inbox.subscriber"]._learn(
                    self.company, f"+1202555{n:04}", piece
                )

        learn()
        with patch.object(sms_inbox_subscriber_evidence, "MOST_TOLD", 3):
            told = self.told(learn_together)
        mine = [heard for target, heard in told if target == self.agent.partner_id]
        self.assertEqual(
            mine,
            [{"company_id": self.company.id, "number": False, "textability": False}],
        )
