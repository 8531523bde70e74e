"""What a carrier gets that posts to us; signatures by the carrier's own documents."""

import base64
import hashlib
import hmac

from odoo.tests import HttpCase, tagged

from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase

PUBLIC = "https://texts.example.com"
AUTH_TOKEN = "12345"


class WebhookCase(SmsInboxCase, HttpCase):
    """An account at Twilio with a number, and Twilio's part to play."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move_to_account(
            carrier="twilio",
            account_sid="AC00000000000000000000000000000001",
            auth_token=AUTH_TOKEN,
            public_base_url=PUBLIC,
        )

    def post(self, path, params, signature=None, token=None, base=PUBLIC, **headers):
        """Post a form as the carrier does, signed unless a ``signature`` is given."""
        path = f"/sms_inbox/twilio/{token or self.account.webhook_token}/{path}"
        signature = self.sign(base + path, params) if signature is None else signature
        headers["X-Twilio-Signature"] = signature
        return self.url_open(path, data=params, headers=headers)

    @staticmethod
    def sign(url, params, secret=AUTH_TOKEN):
        text = url + "".join(name + params[name] for name in sorted(params))
        digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def inbound(self, /, **params):
        return {
            "MessageSid": "SM00000000000000000000000000000001",
            "From": THEIR_NUMBER,
            "To": OUR_NUMBER,
            "Body": "Is my bike ready?",
            "NumMedia": "0",
            "NumSegments": "1",
            **params,
        }

    def texts(self):
        self.process_events()
        return self.env["sms.inbox.message"].search(
            [("company_id", "=", self.company.id)]
        )

    def events(self):
        return self.env["sms.inbox.webhook.event"].search(
            [("account_id", "=", self.account.id)]
        )

    def refusals(self):
        rows = self.env["sms.inbox.refusal"].search(
            [("account_id", "in", (False, self.account.id))]
        )
        return {(row.account_id, row.reason): row.count for row in rows}


@tagged("post_install", "-at_install")
class TestWebhook(WebhookCase):
    # ------------------------------------------------------------
    # INBOUND
    # ------------------------------------------------------------

    def test_a_signed_text_is_answered_without_words_and_becomes_a_message(self):
        answer = self.post("inbound", self.inbound())
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/xml", answer.headers["Content-Type"])
        self.assertRegex(
            answer.text, r"^<\?xml [^>]*><Response ?/>$|<Response></Response>"
        )
        self.assertNotIn("session_id", answer.cookies)
        self.assertEqual(self.texts().body, "Is my bike ready?")

    def test_a_repeated_post_is_thanked_again_and_stored_once(self):
        for _repeat in range(3):
            self.assertEqual(self.post("inbound", self.inbound()).status_code, 200)
        self.assertEqual(len(self.events()), 1)
        self.assertEqual(len(self.texts()), 1)

    def test_a_post_repeated_after_it_was_processed_adds_nothing(self):
        self.post("inbound", self.inbound())
        self.assertEqual(len(self.texts()), 1)
        self.post("inbound", self.inbound())
        self.assertEqual(len(self.texts()), 1)

    def test_emoji_right_to_left_and_2000_characters_arrive_whole(self):
        bodies = ["Café & crème = 😀 +1", "مرحبا، أين دراجتي؟", "x" * 2000, ""]
        for index, body in enumerate(bodies):
            answer = self.post(
                "inbound", self.inbound(MessageSid=f"SM{index}", Body=body)
            )
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            [body or "" for body in self.texts().sorted("id").mapped("body")], bodies
        )

    def test_a_text_to_a_number_of_another_account_is_set_aside(self):
        sandbox = self.make_account(self.company)
        self.make_number(self.make_line(sandbox, "+14155550103"))
        self.post("inbound", self.inbound(To="+14155550103"))
        self.assertFalse(self.texts())
        self.assertEqual(self.events().state, "set_aside")

    # ------------------------------------------------------------
    # REFUSALS
    # ------------------------------------------------------------

    def test_a_forged_signature_stores_nothing_but_a_count(self):
        for signature in ("-", "x", "fI+isMFndEKWjdsJxlvR7UWTKX8="):
            answer = self.post("inbound", self.inbound(), signature)
            self.assertEqual((answer.status_code, answer.text), (403, ""))
        self.assertFalse(self.events())
        self.assertEqual(self.refusals(), {(self.account, "forged"): 3})

    def test_a_signature_over_another_body_is_forged(self):
        signature = self.sign(
            f"{PUBLIC}/sms_inbox/twilio/{self.account.webhook_token}/inbound",
            self.inbound(),
        )
        answer = self.post("inbound", self.inbound(Body="Send money"), signature)
        self.assertEqual(answer.status_code, 403)

    def test_a_proxys_headers_do_not_change_the_signed_address(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        answer = self.url_open(
            path,
            data=self.inbound(),
            headers={
                "X-Twilio-Signature": self.sign(PUBLIC + path, self.inbound()),
                "X-Forwarded-Host": "evil.example.com",
                "X-Forwarded-Proto": "http",
            },
        )
        self.assertEqual(answer.status_code, 200)

    def test_an_unknown_token_is_not_found_and_counted(self):
        answer = self.post("inbound", self.inbound(), token="nobody-has-this-one")
        self.assertEqual((answer.status_code, answer.text), (404, ""))
        none = self.env["sms.inbox.account"]
        self.assertEqual(self.refusals(), {(none, "unknown_token"): 1})

    def test_an_address_that_no_database_can_hold_is_not_found(self):
        for path in ("twilio/%00/inbound", "%00/x/inbound", "twilio/x/status/1/%00"):
            answer = self.url_open(f"/sms_inbox/{path}", data=self.inbound())
            self.assertEqual(answer.status_code, 404)

    def test_a_token_of_another_carriers_account_is_unknown(self):
        sandbox = self.make_account(self.company)
        answer = self.post("inbound", self.inbound(), token=sandbox.webhook_token)
        self.assertEqual(answer.status_code, 404)

    def test_a_signed_post_without_its_fields_is_refused(self):
        answer = self.post("inbound", {"Hello": "there"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.refusals(), {(self.account, "malformed"): 1})

    def test_a_post_of_100_kilobytes_is_too_large(self):
        answer = self.post("inbound", self.inbound(Body="x" * 100_000))
        self.assertEqual(answer.status_code, 413)
        self.assertFalse(self.events())

    def test_a_number_that_no_index_holds_is_malformed(self):
        params = self.inbound(From="+" + "1" * 16_000)
        self.assertEqual(self.post("inbound", params).status_code, 400)
        self.assertFalse(self.events())

    def test_what_cannot_be_read_is_malformed_and_counted(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"Body=%FF", b"Body=\xff", b"a&" * 2000):
            answer = self.url_open(path, data=body, headers=form)
            self.assertEqual((answer.status_code, answer.text), (400, ""))
        self.assertEqual(self.refusals(), {(self.account, "malformed"): 3})

    def test_a_form_that_says_it_is_something_else_is_not_read(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        signature = self.sign(PUBLIC + path, self.inbound())
        for content_type in ("application/json", "multipart/form-data; boundary=x"):
            headers = {"X-Twilio-Signature": signature, "Content-Type": content_type}
            answer = self.url_open(path, data=self.inbound(), headers=headers)
            self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.events())

    def test_names_of_fields_are_no_arguments_of_ours(self):
        params = self.inbound(self="x", cls="x", carrier="x", token="x", endpoint="x")
        self.assertEqual(self.post("inbound", params).status_code, 200)
        self.assertEqual(self.texts().body, "Is my bike ready?")

    def test_only_posts_are_taken(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "HEAD"):
            answer = self.url_open(path, method=method)
            self.assertEqual((answer.status_code, answer.text), (405, ""))
        self.assertEqual(self.refusals(), {(self.account, "wrong_method"): 5})
        self.assertFalse(self.events())

    # ------------------------------------------------------------
    # STATUS
    # ------------------------------------------------------------

    def sent(self):
        conversation = self.make_conversation()
        text = self.env["sms.inbox.message"].browse(conversation.send_text("Ready!"))
        self.dispatch()
        return text

    def report(self, text, status, **params):
        params = {"MessageSid": "SM1", "MessageStatus": status, **params}
        answer = self.post(f"status/{text.attempt_ids[:1].uuid}", params)
        self.assertLess(answer.status_code, 300)
        self.process_events()

    def test_reports_in_any_order_and_number_end_at_delivered(self):
        text = self.sent()
        for status in ("delivered", "sent", "queued", "delivered", "undelivered"):
            self.report(text, status)
        self.assertEqual(text.state, "delivered")
        self.assertEqual(text.attempt_ids.state, "delivered")

    def test_a_report_of_failure_says_why_and_reopens_the_thread(self):
        text = self.sent()
        self.report(text, "undelivered", ErrorCode="30006")
        self.assertEqual((text.state, text.error_code), ("undelivered", "30006"))
        self.assertIn("landline", text.error_text)
        self.assertEqual(text.conversation_id.stage, "needs_reply")

    def test_a_report_settles_a_text_whose_answer_was_lost(self):
        text = self.sent()
        text.attempt_ids.write({"state": "unknown", "carrier_id": False})
        text.state = "unknown"
        self.report(text, "delivered")
        self.assertEqual(text.state, "delivered")
        self.assertEqual(text.attempt_ids.carrier_id, "SM1")

    def test_a_report_on_another_accounts_text_changes_nothing(self):
        text = self.sent()
        sandbox = self.make_account(self.company)
        text.attempt_ids.account_id = sandbox
        self.report(text, "delivered")
        self.assertEqual(text.state, "sent")
        self.assertEqual(self.events()[:1].state, "set_aside")

    def test_a_new_status_of_the_carrier_is_kept_and_changes_nothing(self):
        text = self.sent()
        self.report(text, "teleported")
        self.assertEqual(text.state, "sent")
        self.assertEqual(self.events().state, "done")
