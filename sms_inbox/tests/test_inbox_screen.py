from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

from .common import THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestInboxScreen(SmsInboxCase, HttpCase):
    """The agents' inbox in a real browser."""

    def tour(self, name):
        self.start_tour("/odoo/sms-inbox", name, login="agent")
        self.env.invalidate_all()

    def test_a_text_is_answered_noted_flagged_taken_closed_and_snoozed_by_keys(self):
        self.receive("Is my bike ready?")
        self.tour("sms_inbox_answer_in_the_inbox")
        thread = self.make_conversation()
        text = self.env["sms.inbox.message"].search(
            [("contact_number", "=", THEIR_NUMBER)], limit=1
        )
        self.assertEqual(text.body, "Yes, <b>come</b> by")
        self.assertEqual(text.author_id, self.agent)
        self.assertEqual((thread.stage, thread.user_id), ("snoozed", self.agent))
        self.assertTrue(thread.flagged)

    def test_somebody_new_is_texted_by_number(self):
        self.tour("sms_inbox_text_anyone")
        text = self.env["sms.inbox.message"].search(
            [("contact_number", "=", "+12025550188")]
        )
        self.assertEqual((text.body, text.author_id), ("Hello", self.agent))


@tagged("post_install", "-at_install")
class TestInboxOnAPhone(SmsInboxCase, HttpCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_there_is_one_pane_at_a_time(self):
        self.receive("Is my bike ready?")
        self.start_tour("/odoo/sms-inbox", "sms_inbox_on_a_phone", login="agent")

    def test_texts_and_consents_are_cards(self):
        self.receive("Please take me off your list")
        for action, name in (
            ("sms_inbox_message_action", "sms_inbox_texts_on_a_phone"),
            ("sms_inbox_consent_action", "sms_inbox_consents_on_a_phone"),
        ):
            self.start_tour(f"/odoo/action-sms_inbox.{action}", name, login="agent")

    def test_the_unit_tests_of_the_browser_code_pass(self):
        suites = "".join(
            "&id=" + test_js.HOOTCommon._generate_hash(self, f"@sms_inbox/{name}")
            for name in ("inbox_on_a_phone", "composer_tools")
        )
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=mobile&timeout=15000{suites}",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
