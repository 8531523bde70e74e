"""A manager asks the carrier what kind of line a number is."""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import carriers
from ..messaging.textability import Piece
from .common import THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestLookUp(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.telnyx = cls.make_account(
            cls.company, carrier="telnyx", auth_token="KEY-of-a-test", shared_key="x"
        )
        people = cls.env["sms.inbox.subscriber"]
        cls.person = people._of_many(cls.company, [THEIR_NUMBER]).with_user(cls.manager)

    @contextmanager
    def carrier(self, found):
        """Telnyx that finds this, or fails so; gives what it is asked about."""
        asked, committed = [], []

        def lookup(_carrier, number):
            self.assertTrue(committed, "a transaction is open meanwhile")
            asked.append(number)
            if isinstance(found, Exception):
                raise found
            return found

        def commit():
            self.env.flush_all()
            committed.append(True)

        with (
            patch.object(carriers.Telnyx, "lookup", lookup),
            patch.object(self.env.cr, "commit", commit),
        ):
            yield asked

    def look_up(self, kind, network="", person=None):
        with self.carrier(carriers.LineType(kind, network, "260", "US")) as asked:
            outcome = (person or self.person).action_look_up()
        self.assertEqual(asked, [THEIR_NUMBER])
        return outcome

    def test_each_kind_of_line_says_whether_it_can_be_texted(self):
        for kind, state, words in (
            ("mobile", "likely", "it is a mobile phone"),
            ("landline", "unlikely", "it is a landline"),
            ("voip", "unknown", "internet line"),
            ("fixed_voip", "unknown", "internet line"),
            ("nonfixed_voip", "likely", "internet line"),
            ("toll_free", "unknown", "toll-free"),
            ("premium_rate", "not_textable", "premium-rate"),
            ("invalid", "not_textable", "no such number"),
        ):
            with self.subTest(kind):
                self.person.sudo().checked_at = False
                self.assertIs(self.look_up(kind), True)
                line_type = "" if kind == "invalid" else kind.rpartition("fixed_")[2]
                self.assertEqual(self.person.textability, state)
                self.assertIn(words, self.person.textability_reason)
                self.assertEqual(self.person.line_type or "", line_type)
                self.assertTrue(self.person.checked_at)

    def test_a_text_that_got_through_says_more_than_a_look_up(self):
        piece = Piece("delivery", "delivered", 1.0)
        self.env["sms.inbox.subscriber"]._learn(self.company, THEIR_NUMBER, piece)
        self.env.cr.precommit.run()
        self.look_up("landline")
        self.assertEqual(self.person.textability, "textable")
        self.assertIn("delivered", self.person.textability_reason)
        self.assertEqual(self.person.line_type, "landline")

    def test_a_network_gets_the_name_that_limits_have_for_it(self):
        self.env["sms.inbox.limit"].create({"name": "Day", "network": "T-Mobile"})
        for told, known in (
            ("T-MOBILE USA, INC.", "T-Mobile"),
            ("Verizon Wireless", "Verizon Wireless"),
        ):
            self.look_up("mobile", told)
            self.assertEqual(self.person.network, known)

    def test_what_carries_a_landline_is_no_mobile_network(self):
        self.look_up("mobile", "Verizon Wireless")
        for kind, told in (("landline", "AT&T"), ("mobile", "")):
            self.look_up(kind, told)
            # not even an empty name, which would be one among networks
            self.assertIs(self.person.network, False)

    def test_a_carrier_that_does_not_know_changes_nothing_but_the_date(self):
        self.look_up("mobile", "Verizon Wireless")
        outcome = self.look_up("", "Verizon Wireless")
        self.assertIn("does not know", outcome["params"]["message"])
        self.assertEqual(self.person.textability, "likely")
        self.assertEqual(self.person.network, "Verizon Wireless")

    def test_failures_are_told_in_words(self):
        for error, words in (
            (carriers.AccountUnusable("10009", "Authentication failed"), "credentials"),
            (carriers.TextRefused("10005", "Not found"), "did not answer as hoped"),
            (carriers.OutcomeUnknown("", "Lost."), "did not answer as hoped"),
        ):
            with (
                self.subTest(type(error).__name__),
                self.carrier(error),
                self.assertRaisesRegex(UserError, words),
            ):
                self.person.action_look_up()
            self.assertEqual(self.person.textability, "unknown")

    def test_without_an_account_that_can_nobody_is_asked(self):
        self.assertTrue(self.person.can_look_up)
        self.telnyx._set_aside("It is broken.")
        self.person.invalidate_recordset(["can_look_up"])
        self.assertFalse(self.person.can_look_up)
        with (
            self.carrier(carriers.LineType("mobile")) as asked,
            self.assertRaisesRegex(UserError, "None of your company's"),
        ):
            self.person.action_look_up()
        self.assertFalse(asked)

    def test_another_companys_account_pays_for_nobody_else(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        person = self.env["sms.inbox.subscriber"]._of_many(other, [THEIR_NUMBER])
        self.manager.company_ids += other
        self.assertFalse(person.can_look_up)
        with (
            self.carrier(carriers.LineType("mobile")) as asked,
            self.assertRaisesRegex(UserError, "None of your company's"),
        ):
            person.with_user(self.manager).with_context(
                allowed_company_ids=[other.id, self.company.id]
            ).action_look_up()
        self.assertFalse(asked)

    def test_only_managers_of_the_company_look_up(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        spy = self.make_user("spy", "group_manager", other)
        for user in (self.agent, self.supervisor, spy):
            with (
                self.subTest(user.login),
                self.carrier(carriers.LineType("mobile")) as asked,
                self.assertRaises(AccessError),
            ):
                self.person.with_user(user).action_look_up()
            self.assertFalse(asked)

    def test_the_button_is_shown_to_managers(self):
        for user, shown in ((self.manager, 1), (self.supervisor, 0)):
            views = self.env["sms.inbox.subscriber"].with_user(user)
            arch = etree.fromstring(views.get_view(view_type="form")["arch"])
            buttons = arch.findall(".//button[@name='action_look_up']")
            self.assertEqual(len(buttons), shown)
