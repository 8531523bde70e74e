from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

from .common import THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestScreens(SmsInboxCase, HttpCase):
    """The thread, the board and the Phone screen, in a real browser."""

    def tour(self, path, name):
        self.start_tour(path, name, login="agent")
        self.env.invalidate_all()

    def last_text(self):
        return self.env["sms.inbox.message"].search(
            [("contact_number", "=", THEIR_NUMBER)], limit=1
        )

    def test_a_text_goes_to_the_phone_and_its_answer_comes_back(self):
        self.tour(f"/odoo/res.partner/{self.partner.id}", "sms_inbox_text_a_contact")
        text = self.last_text()
        self.assertEqual(text.body, "Your <b>bike</b> is ready")
        self.assertEqual(text.author_id, self.agent)

        self.dispatch()
        self.process_events()
        self.tour("/odoo/sms-phone", "sms_inbox_answer_on_the_phone")

        self.process_events()
        self.assertEqual(self.last_text().body, "I will be there at 5")
        conversation = text.conversation_id.with_user(self.agent)
        self.assertEqual(conversation.unread, 1)
        text.sudo()._settle("delivered")
        conversation.stage = "needs_reply"
        self.tour("/odoo/sms-conversations", "sms_inbox_read_the_answer")
        self.assertEqual(conversation.unread, 0)

    def test_a_bulk_text_has_fields_of_its_recipients_put_in(self):
        path = f"/odoo/res.partner/{self.partner.id}"
        self.tour(path, "sms_inbox_field_in_a_bulk_text")

    def test_the_unit_tests_of_the_browser_code_pass(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@sms_inbox")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
