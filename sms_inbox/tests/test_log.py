import logging

from psycopg2.errors import UniqueViolation

from odoo.tests import HttpCase, tagged

from ..log_mask import mask
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestLog(SmsInboxCase, HttpCase):
    """No number, text or token in a line of the log, not even in Odoo's own lines."""

    def test_a_request_is_logged_without_its_token(self):
        with self.assertLogs("werkzeug") as log:
            self.url_open(
                "/sms_inbox/twilio/very-secret-token/inbound", data={"a": "b"}
            )
        self.assertNotIn("very-secret-token", "".join(log.output))
        self.assertIn("/sms_inbox/twilio/…/inbound", "".join(log.output))

    def test_a_failed_query_is_logged_without_its_values(self):
        account = self.make_account(self.company)
        with (
            self.assertLogs("odoo.sql_db", logging.ERROR) as log,
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "INSERT INTO sms_inbox_line (number, number_type, usage, account_id, "
                "limit_id) VALUES (%s, 'it''s private', 'x', %s, %s)",
                (OUR_NUMBER, account.id, self.line.limit_id.id),
            )
        lines = "".join(log.output)
        self.assertNotIn(OUR_NUMBER, lines)
        self.assertNotIn("private", lines)

    def test_the_work_of_a_whole_text_logs_neither_number_nor_words(self):
        with self.assertLogs(level=logging.DEBUG) as log:
            logging.getLogger("odoo.tests").info("one line at least")
            self.receive("A word nobody else uses: xylograph")
            self.make_conversation().send_text("An answer: quetzal")
            self.dispatch()
        lines = [line for line in log.output if "odoo.sql_db" not in line]
        for private in ("xylograph", "quetzal", THEIR_NUMBER, OUR_NUMBER):
            self.assertFalse([line for line in lines if private in line])

    def test_what_a_stranger_adds_to_an_address_is_not_logged_either(self):
        uuid = "0123456789abcdef" * 2
        for ours, extra in (
            ("/sms_inbox/twilio/…/inbound", "?Body=private"),
            (f"/sms_inbox/twilio/…/status/{uuid}", "?Body=private"),
            ("/sms_inbox/twilio/…", "/status/private"),
            ("/sms_inbox/%00/…", "/private"),
        ):
            address = ours.replace("…", "private-token") + extra
            line = mask(f'"POST {address} HTTP/1.1" 403 -')
            self.assertEqual(line, f'"POST {ours} HTTP/1.1" 403 -')

    def test_other_lines_stay_as_they_are(self):
        line = "SELECT 'hello' FROM res_partner WHERE id = 12025550143"
        self.assertEqual(mask(line), line)

    def test_a_number_in_an_address_is_masked_too(self):
        for address in ("%2B12025550143", "12025550143", "%2B1%20202%20555%200143"):
            self.assertEqual(mask(f"GET /?To={address}"), "GET /?To=+…0143")

    def test_a_number_as_people_read_it_is_masked_too(self):
        line = "+1 202 555 0143 wants no texts from you."
        self.assertEqual(mask(line), "+…0143 wants no texts from you.")
        self.assertEqual(
            mask("[24/Nov/2026 00:00:00 +0000]"), "[24/Nov/2026 00:00:00 +0000]"
        )

    def test_a_numbers_last_four_digits_remain(self):
        self.assertEqual(mask(f"text to {THEIR_NUMBER}"), "text to +…0143")
