"""Setting up a carrier account: tests of its connection, its numbers, its webhooks."""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import carriers
from .common import OUR_NUMBER, SmsInboxCase

PUBLIC = "https://texts.example.com"
OTHER_SYSTEM = "https://other.example.com/sms"


@tagged("post_install", "-at_install")
class TestSetup(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move_to_account(
            carrier="twilio",
            account_sid="AC00000000000000000000000000000001",
            auth_token="12345",
            public_base_url=PUBLIC,
        )

    @contextmanager
    def carrier(self, *owned, error=None):
        """The carrier with these numbers; gives what addresses it is told to use."""
        told = {}

        def numbers(_carrier):
            self.assertTrue(self.committed, "a transaction is open meanwhile")
            if error:
                raise error
            return list(owned)

        def set_inbound_url(_carrier, number, url):
            if number.number in told:
                raise carriers.TryLater("", "The carrier could not be reached.")
            told[number.number] = url

        with (
            patch.object(carriers.Twilio, "numbers", numbers),
            patch.object(carriers.Twilio, "set_inbound_url", set_inbound_url),
            self.commits(),
        ):
            yield told

    @contextmanager
    def commits(self):
        """Commits that reach no further than the test."""
        self.committed = False

        def commit():
            self.env.flush_all()
            self.committed = True

        with patch.object(self.env.cr, "commit", commit):
            yield

    def owned(self, number=OUR_NUMBER, url="", **values):
        return carriers.OwnedNumber(number, "PN1", inbound_url=url, **values)

    def findings(self, *owned, error=None):
        """Each finding's sign and sentence."""
        with self.carrier(*owned, error=error):
            action = self.account.action_test_connection()
        check = self.env[action["res_model"]].browse(action["res_id"])
        return str(check.findings)

    # ------------------------------------------------------------
    # TEST CONNECTION
    # ------------------------------------------------------------

    def test_all_in_order_has_no_cross(self):
        found = self.findings(self.owned(url=self.account.inbound_url))
        self.assertEqual((found.count("✓"), found.count("✗")), (3, 0))
        self.assertIn("In order:", found)

    def test_a_revoked_token_is_told_in_words(self):
        found = self.findings(error=carriers.AccountUnusable("20003", "Authenticate"))
        self.assertIn("does not accept these credentials", found)
        self.assertNotIn("12345", found)

    def test_a_carrier_out_of_reach_is_told_in_words(self):
        error = carriers.TryLater("", "The carrier could not be reached.")
        self.assertIn("could not be reached", self.findings(error=error))

    def test_a_number_that_the_carrier_does_not_list_is_named(self):
        found = self.findings(self.owned("+14155550199"))
        self.assertIn("415 555 0100 is not a number of this account", found)

    def test_where_texts_go_that_do_not_come_here_is_told(self):
        former = self.account.inbound_url
        self.account.action_new_webhook_address()
        for url, words in (
            ("", "go nowhere"),
            (OTHER_SYSTEM, "go to another system"),
            (former, "go to a former address of ours"),
            ("AP0123", "go to another system"),
        ):
            with self.subTest(url=url):
                found = self.findings(self.owned(url=url))
                self.assertIn(words, found)
                self.assertNotIn(self.account.webhook_token, found)

    def test_a_fragment_for_the_carriers_connection_is_no_part_of_the_address(self):
        found = self.findings(self.owned(url=f"{self.account.inbound_url}#rc=3"))
        self.assertNotIn("✗", found)

    def test_an_address_that_no_carrier_can_call_is_told(self):
        for url, words in (
            (False, "No public address"),
            ("http://texts.example.com", "must start with https"),
            ("https://localhost:8069", "Only this machine"),
            ("https://192.168.1.7", "Only this machine"),
            ("https://odoo", "Only this machine"),
            ("https://our_odoo.example.com", "underscore"),
        ):
            with self.subTest(url=url):
                self.account.public_base_url = url
                self.assertIn(words, self.findings(self.owned()))

    def test_the_carriers_words_cannot_bring_markup_with_them(self):
        error = carriers.TryLater("", "<script>alert(1)</script>")
        self.assertNotIn("<script", self.findings(error=error))

    def test_nobody_but_an_administrator_sets_an_account_up(self):
        account = self.account.with_user(self.manager)
        with self.carrier(self.owned()):
            for action in (
                "action_test_connection",
                "action_fetch_numbers",
                "action_set_up_webhooks",
                "action_fetch_missed",
            ):
                with self.subTest(action=action), self.assertRaises(AccessError):
                    getattr(account, action)()

    def test_an_administrator_of_another_company_sets_none_of_ours_up(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        spy = self.make_user("spy", "group_manager", other)
        spy.group_ids |= self.env.ref("base.group_system")
        row = {"number": OUR_NUMBER, "chosen": True}
        for model, action, rows in (
            (
                "sms.inbox.fetch.numbers",
                "action_add",
                [row | {"number_type": "long_code"}],
            ),
            ("sms.inbox.set.webhooks", "action_set_up", [row]),
            ("sms.inbox.fetch.missed", "action_fetch", None),
        ):
            values = {"account_id": self.account.id}
            if rows:
                values["row_ids"] = [(0, 0, values) for values in rows]
            with self.subTest(model=model), self.carrier() as told:
                wizard = self.env[model].with_user(spy).create(values)
                with self.assertRaises(AccessError):
                    getattr(wizard, action)()
                self.assertFalse(told)
        with self.assertRaises(AccessError):
            self.env["sms.inbox.set.webhooks"].with_user(spy).create(
                {"account_id": self.account.id}
            ).read(["inbound_url"])

    # ------------------------------------------------------------
    # FETCH NUMBERS
    # ------------------------------------------------------------

    def fetch(self, *owned):
        with self.carrier(*owned):
            action = self.account.action_fetch_numbers()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_only_numbers_that_nobody_has_are_offered(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.make_line(self.make_account(elsewhere), "+14155550177")
        wizard = self.fetch(
            self.owned(), self.owned("+14155550177"), self.owned("+14155550178")
        )
        self.assertEqual(wizard.row_ids.mapped("number"), ["+14155550178"])
        self.assertEqual(wizard.set_up_already, 2)

    def test_a_number_that_is_chosen_is_ready_to_use(self):
        wizard = self.fetch(
            self.owned("+14155550178", name="Sales"), self.owned("+14155550179")
        )
        wizard.user_ids = self.agent
        wizard.row_ids[0].chosen = True
        wizard.action_add()
        line = self.env["sms.inbox.line"].search([("number", "=", "+14155550178")])
        self.assertEqual(line.account_id, self.account)
        self.assertTrue(line.claimed_at)
        number = line.number_ids
        self.assertEqual(
            (number.name, number.company_id, number.user_ids),
            ("Sales", self.company, self.agent),
        )
        self.assertFalse(
            self.env["sms.inbox.line"].search([("number", "=", "+14155550179")])
        )

    def test_the_kind_of_a_number_is_told_by_its_shape(self):
        wizard = self.fetch(
            self.owned("+18335550178"),
            self.owned("55555", kind="short_code"),
            self.owned("+14155550178"),
        )
        self.assertEqual(
            wizard.row_ids.mapped("number_type"),
            ["toll_free", "short_code", "long_code"],
        )

    def test_a_type_for_all_is_taken_where_it_fits_and_a_rows_own_goes_before(self):
        long_codes = self.env["sms.inbox.number.type"].search(
            [("number_type", "=", "long_code")], limit=2
        )
        wizard = self.fetch(
            *map(self.owned, ("+18335550178", "+14155550178", "+14155550179"))
        )
        wizard.type_id = long_codes[0]
        wizard.row_ids[2].type_id = long_codes[1]
        wizard.row_ids.chosen = True
        wizard.action_add()
        lines = self.env["sms.inbox.line"].search(
            [("number", "in", wizard.row_ids.mapped("number"))], order="number"
        )
        self.assertEqual((lines[0].type_id + lines[1].type_id), long_codes)
        self.assertEqual(lines[2].number_type, "toll_free")
        self.assertNotIn(lines[2].type_id, long_codes)

    def test_a_carrier_that_does_not_answer_is_told_in_words(self):
        error = carriers.TryLater("", "The carrier could not be reached.")
        with (
            self.carrier(error=error),
            self.assertRaisesRegex(UserError, "did not answer as hoped"),
        ):
            self.account.action_fetch_numbers()

    # ------------------------------------------------------------
    # SET UP WEBHOOKS
    # ------------------------------------------------------------

    def webhooks(self, *owned):
        with self.carrier(*owned):
            action = self.account.action_set_up_webhooks()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_another_systems_number_is_not_taken_unless_somebody_says_so(self):
        for number in ("+14155550178", "+14155550179"):
            self.make_line(self.account, number)
        wizard = self.webhooks(
            self.owned(),
            self.owned("+14155550178", OTHER_SYSTEM),
            self.owned("+14155550179", self.account.inbound_url),
        )
        self.assertEqual(
            [(row.place, row.chosen) for row in wizard.row_ids],
            [("nowhere", True), ("elsewhere", False), ("here", False)],
        )
        self.assertEqual(wizard.row_ids[1].present_url, OTHER_SYSTEM)
        with self.carrier() as told:
            outcome = wizard.action_set_up()
        self.assertEqual(told, {OUR_NUMBER: self.account.inbound_url})
        self.assertEqual(outcome["params"]["type"], "success")
        self.assertEqual(outcome["tag"], "sms_inbox.done")

    def test_after_a_new_address_the_numbers_are_moved_over(self):
        former = self.account.inbound_url
        self.account.action_new_webhook_address()
        wizard = self.webhooks(self.owned(url=former))
        self.assertEqual(wizard.row_ids.place, "former")
        with self.carrier() as told:
            wizard.action_set_up()
        self.assertEqual(told, {OUR_NUMBER: self.account.inbound_url})
        self.assertNotEqual(told[OUR_NUMBER], former)

    def test_a_number_that_fails_is_named_and_stops_no_other(self):
        self.make_line(self.account, "+14155550178")
        wizard = self.webhooks(self.owned(), self.owned("+14155550178"))
        with self.carrier() as told:
            told[OUR_NUMBER] = "fails"
            outcome = wizard.action_set_up()
        self.assertEqual(told["+14155550178"], self.account.inbound_url)
        self.assertRegex(outcome["params"]["message"], "415 555 0100 could not be")
        self.assertEqual(outcome["params"]["type"], "danger")
        self.assertEqual(outcome["tag"], "display_notification")

    def test_numbers_of_others_at_the_carrier_are_left_alone(self):
        wizard = self.webhooks(self.owned(), self.owned("+14155550199"))
        self.assertEqual(wizard.row_ids.mapped("number"), [OUR_NUMBER])

    def test_without_an_address_that_can_be_called_nothing_is_set_up(self):
        self.account.public_base_url = "http://localhost:8069"
        with self.carrier(), self.assertRaisesRegex(UserError, "Only this machine"):
            self.account.action_set_up_webhooks()

    # ------------------------------------------------------------
    # THE FORM
    # ------------------------------------------------------------

    def test_the_form_asks_in_each_carriers_own_words(self):
        arch = etree.fromstring(
            self.env["sms.inbox.account"].get_view(view_type="form")["arch"]
        )
        for name, carrier in carriers.CARRIERS.items():
            for credential, word in carrier.asks_for.items():
                with self.subTest(carrier=name, credential=credential):
                    (label,) = [
                        label
                        for label in arch.iterfind(f".//label[@for='{credential}']")
                        if f"'{name}'" in label.get("invisible")
                    ]
                    self.assertEqual(label.get("string"), word)

    def test_what_a_carrier_needs_is_asked_for_in_its_words(self):
        for name, carrier in carriers.CARRIERS.items():
            if not carrier.needs:
                continue
            word = carrier.asks_for[carrier.needs[0]]
            with self.subTest(carrier=name), self.assertRaisesRegex(UserError, word):
                self.make_account(self.company, carrier=name)

    def test_refusals_and_what_was_set_aside_are_counted_on_the_form(self):
        self.env["sms.inbox.webhook.event"]._store(
            self.account, carriers.InboundText("SM1", "+12025550143", "+1999", "Hi")
        )
        self.process_events()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.set_aside_count, 1)
        self.assertFalse(self.account.last_call_at)
        action = self.account.action_open_set_aside()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 1
        )
