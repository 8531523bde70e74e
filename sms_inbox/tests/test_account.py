from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import carriers
from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestAccount(SmsInboxCase):
    """Carrier accounts, their secrets, and the lines that they hold."""

    def twilio(self, **vals):
        return self.make_account(
            self.company,
            carrier="twilio",
            account_sid="AC00000000000000000000000000000001",
            auth_token="secret",
            **vals,
        )

    def test_secrets_are_read_by_odoos_administrators_alone(self):
        account = self.twilio().with_user(self.manager)
        for name in ("auth_token", "shared_key", "webhook_token", "account_sid"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                account.read([name])
        self.assertEqual(account.read(["name"])[0]["name"], "Account")

    def test_a_manager_cannot_redirect_the_credentials(self):
        with self.assertRaises(AccessError):
            self.twilio().with_user(self.manager).api_base_url = "https://evil.example"

    def test_each_account_has_a_webhook_address_nobody_guesses(self):
        account = self.twilio(public_base_url="https://odoo.example.com/")
        other = self.twilio()
        self.assertNotEqual(account.webhook_token, other.webhook_token)
        self.assertGreaterEqual(len(account.webhook_token), 32)
        self.assertEqual(
            account.inbound_url,
            f"https://odoo.example.com/sms_inbox/twilio/{account.webhook_token}/inbound",
        )
        self.assertFalse(other.inbound_url)

    def test_an_account_without_credentials_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "Auth token"):
            self.make_account(self.company, carrier="twilio")

    def test_an_address_that_is_none_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "not a web address"):
            self.twilio(public_base_url="odoo.example.com")
        with self.assertRaisesRegex(ValidationError, "in the open"):
            self.twilio(api_base_url="http://api.example.com")

    def test_a_sandbox_line_is_confirmed_at_once_and_anothers_is_not(self):
        account = self.twilio()
        lines = self.env["sms.inbox.line"].create(
            [
                {"number": "+1 415 555 0150", "account_id": account.id},
                {"number": "+1 415 555 0151", "account_id": self.account.id},
            ]
        )
        self.assertEqual(lines.mapped("number"), ["+14155550150", "+14155550151"])
        self.assertFalse(lines[0].claimed_at)
        self.assertTrue(lines[1].claimed_at)

    def test_a_line_that_changes_its_account_is_to_be_confirmed_anew(self):
        line = self.make_line(self.account, "+14155550152")
        line.account_id = self.twilio()
        self.assertFalse(line.claimed_at)

    def test_a_number_that_is_none_is_refused_in_words(self):
        for number, words in (("12ab34567", "letters"), ("+1 415", "too short")):
            with self.subTest(number=number), self.assertRaises(ValidationError) as no:
                self.make_line(self.account, number)
            self.assertIn(words, str(no.exception))

    def test_a_new_line_begins_with_the_usual_limit_of_its_type(self):
        for number, number_type, rate in (
            ("+14155550153", "long_code", 1),
            ("+18335550153", "toll_free", 3),
            ("55555", "short_code", 100),
        ):
            line = self.env["sms.inbox.line"].create(
                {
                    "number": number,
                    "number_type": number_type,
                    "account_id": self.account.id,
                }
            )
            self.assertEqual(line.limit_id.segments_per_second, rate)

    def test_a_limit_is_more_than_zero_and_not_within_itself(self):
        limit = self.line.limit_id
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "rate_is_positive"),
            self.env.cr.savepoint(),
        ):
            limit.segments_per_second = 0
            limit.flush_recordset()
        limit.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "within itself|Recursion"):
            limit.parent_id = limit

    def test_every_carrier_can_be_chosen(self):
        choices = dict(
            self.env["sms.inbox.account"]
            ._fields["carrier"]
            ._description_selection(self.env)
        )
        self.assertEqual(choices.keys(), carriers.CARRIERS.keys())
