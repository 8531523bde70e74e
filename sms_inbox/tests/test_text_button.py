"""The Text button where something speaks against texting the number."""

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .common import THEIR_NUMBER
from .test_marks import LANDLINE, MarksCase

PREMIUM = "+449098790000"  # earns by the minute, and takes no texts


class TextButtonCase(MarksCase):
    def press(self, partner=None, user=None):
        """The window that the Text button opens."""
        user = user or self.agent
        action = (partner or self.partner).with_user(user).action_sms_inbox_text()
        self.assertEqual(action["res_model"], "sms.inbox.start")
        return Form(
            self.env["sms.inbox.start"]
            .with_user(user)
            .with_context(**action["context"])
        )

    def child(self, name, phone):
        return self.env["res.partner"].create(
            {"name": name, "phone": phone, "parent_id": self.partner.id}
        )


@tagged("post_install", "-at_install")
class TestTextButton(TextButtonCase):
    def test_a_landline_is_said_to_be_one_and_can_be_texted_all_the_same(self):
        self.partner.phone = LANDLINE
        window = self.press()
        self.assertEqual(window.obstacle, "unlikely")
        self.assertIn("landline", window.obstacle_reason)
        opened = window.save().action_start()
        conversation = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(conversation.partner_id, self.partner)
        conversation.with_user(self.agent).send_text("Hello")
        self.assertEqual(self.dispatch()[0].recipient, LANDLINE)

    def test_a_landline_that_texted_us_is_texted_at_once(self):
        self.partner.phone = LANDLINE
        thread = self.receive("Hello", LANDLINE).conversation_id
        action = self.partner.with_user(self.agent).action_sms_inbox_text()
        self.assertEqual(action["res_id"], thread.id)

    def test_what_cannot_be_texted_is_texted_by_administrators_alone(self):
        self.partner.phone = PREMIUM
        window = self.press()
        self.assertEqual((window.obstacle, window.may_anyway), ("not_textable", False))
        with self.assertRaisesRegex(UserError, "cannot text this number"):
            window.save().action_start()
        window = self.press(user=self.manager)
        self.assertTrue(window.may_anyway)
        self.assertTrue(window.save().action_start()["res_id"])

    def test_other_numbers_of_the_contact_that_can_be_texted_are_offered(self):
        self.partner.phone = LANDLINE
        mobile = self.child("Ada, mobile", "+44 7911 123456")
        self.child("Ada, fax", "+44 20 7946 0959")
        refuser = self.child("Ada's brother", "+44 7911 123457")
        self.opt_out(refuser.phone_sanitized)
        window = self.press()
        self.assertEqual(window.save().other_ids, mobile)
        opened = mobile.with_user(self.agent).action_sms_inbox_text()
        thread = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(thread.contact_number, "+447911123456")

    def test_who_wants_no_texts_gets_none_and_the_thread_can_be_read(self):
        thread = self.receive("Hello").conversation_id
        self.child("Ada, mobile", "+44 7911 123456")
        self.opt_out()
        window = self.press(user=self.manager)
        self.assertEqual(window.obstacle, "opted_out")
        self.assertFalse(window.may_anyway)
        start = window.save()
        self.assertFalse(start.other_ids)
        self.assertEqual(start.action_read()["res_id"], thread.id)
        with self.assertRaisesRegex(UserError, "cannot text this number"):
            start.action_start()

    def test_an_opt_out_from_one_number_leaves_the_others(self):
        self.opt_out(line_id=self.line.id)
        self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )
        window = self.press()
        self.assertEqual((window.obstacle, window.may_anyway), ("opted_out", True))

    def test_a_number_typed_into_the_window_is_judged_as_well(self):
        start = Form(self.env["sms.inbox.start"].with_user(self.agent))
        start.contact_number = THEIR_NUMBER
        self.assertFalse(start.obstacle)
        start.contact_number = LANDLINE
        self.assertEqual(start.obstacle, "unlikely")
        start.contact_number = "call Bob"
        self.assertFalse(start.obstacle)


@tagged("post_install", "-at_install")
class TestMarkScreens(TextButtonCase, HttpCase):
    """Marks and the Text button's window in a real browser."""

    def test_a_contact_typed_in_has_its_mark_and_saving_keeps_it(self):
        self.start_tour("/odoo/contacts/new", "sms_inbox_landline_mark", login="agent")
        partner = self.env["res.partner"].search([("name", "=", "Old Shop")])
        self.assertEqual(partner.phone_sanitized, LANDLINE)

    def test_the_text_button_on_a_landline_offers_what_is_possible(self):
        self.partner.phone = LANDLINE
        self.child("Ada, mobile", "+44 7911 123456")
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "sms_inbox_text_a_landline",
            login="agent",
        )
        thread = self.env["sms.inbox.conversation"].search(
            [("contact_number", "=", "+447911123456")]
        )
        self.assertEqual(len(thread), 1)

    def test_contacts_are_filtered_by_whether_they_can_be_texted(self):
        self.partner.phone = LANDLINE
        self.env["sms.inbox.subscriber"]._of_many(self.company, [LANDLINE])
        self.start_tour("/odoo/contacts", "sms_inbox_filter_contacts", login="agent")
