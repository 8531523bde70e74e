from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestContact(SmsInboxCase):
    """The Text button, the count of conversations, and who can be texted."""

    def setUp(self):
        super().setUp()
        self.contact = self.partner.with_user(self.agent)

    def text_button(self):
        return self.contact.action_sms_inbox_text()

    def test_the_text_button_opens_the_thread_from_the_only_number(self):
        action = self.text_button()
        conversation = self.env["sms.inbox.conversation"].browse(action["res_id"])
        self.assertEqual(conversation.number_id, self.number)
        self.assertEqual(conversation.contact_number, THEIR_NUMBER)
        self.assertEqual(conversation.partner_id, self.partner)

    def test_the_text_button_comes_back_to_the_same_thread(self):
        self.assertEqual(self.text_button()["res_id"], self.text_button()["res_id"])

    def test_with_two_numbers_and_no_thread_the_sender_is_asked_for(self):
        second = self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )
        action = self.text_button()
        self.assertEqual(action["res_model"], "sms.inbox.start")
        start = Form(
            self.env["sms.inbox.start"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(start.partner_id, self.partner)
        start.number_id = second
        opened = start.save().action_start()
        conversation = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(conversation.number_id, second)
        self.assertEqual(conversation.contact_number, THEIR_NUMBER)

    def test_a_known_thread_is_opened_though_there_are_two_numbers(self):
        known = self.receive("Hello").conversation_id
        self.make_number(self.make_line(self.account, "+14155550101"), self.agent)
        self.assertEqual(self.text_button()["res_id"], known.id)

    def test_a_contact_without_a_phone_is_refused_in_words(self):
        self.partner.phone = False
        with self.assertRaisesRegex(UserError, "has no phone number"):
            self.text_button()

    def test_a_phone_that_is_no_number_is_refused_in_words(self):
        for phone, words in (
            ("call Bob", "no letters"),
            ("12", "short|Short"),
            ("+1202555014300000", "too long"),
        ):
            self.partner.phone = phone
            with self.subTest(phone=phone), self.assertRaisesRegex(UserError, words):
                self.text_button()

    def test_a_foreign_number_is_texted_with_its_own_country_code(self):
        self.partner.phone = "+44 7911 123456"
        conversation = self.env["sms.inbox.conversation"].browse(
            self.text_button()["res_id"]
        )
        self.assertEqual(conversation.contact_number, "+447911123456")
        self.assertEqual(conversation.textability, "likely")

    def test_a_contact_abroad_is_texted_in_its_own_country(self):
        self.partner.write(
            {"phone": "340 123 4567", "country_id": self.env.ref("base.it").id}
        )
        start = Form(
            self.env["sms.inbox.start"]
            .with_user(self.agent)
            .with_context(default_partner_id=self.partner.id)
        ).save()
        opened = start.action_start()
        conversation = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(conversation.contact_number, "+393401234567")

    def test_a_national_number_is_read_in_the_companys_country(self):
        conversation = self.make_conversation(contact_number="(202) 555-0143")
        self.assertEqual(conversation.contact_number, THEIR_NUMBER)

    def test_a_number_cannot_text_itself(self):
        with self.assertRaisesRegex(UserError, "cannot text itself"):
            self.make_conversation(contact_number=OUR_NUMBER)

    def test_a_user_without_numbers_is_told_to_choose_one(self):
        with self.assertRaisesRegex(UserError, "Choose one of your numbers"):
            self.env["sms.inbox.conversation"].start(0, THEIR_NUMBER)

    def test_conversations_are_counted_for_the_active_company_only(self):
        self.receive("Hello")
        self.assertEqual(self.contact.sms_conversation_count, 1)
        other = self.env["res.company"].create({"name": "Other"})
        spy = self.make_user("spy", "group_supervisor", other)
        self.assertEqual(self.partner.with_user(spy).sms_conversation_count, 0)
        self.assertEqual(self.partner.with_user(spy).sms_textability, "unknown")

    def test_contacts_are_found_by_what_is_known_of_their_number(self):
        self.receive("Hello")
        contacts = self.env["res.partner"].with_user(self.agent)
        self.assertEqual(self.contact.sms_textability, "textable")
        self.assertIn(
            self.partner, contacts.search([("sms_textability", "=", "textable")])
        )
        self.assertIn(
            self.partner, contacts.search([("sms_conversation_count", ">", 0)])
        )
        self.assertNotIn(
            self.partner, contacts.search([("sms_textability", "=", "unknown")])
        )
        never = contacts.search([("sms_conversation_count", "=", 0)])
        self.assertIn(self.agent.partner_id, never)
        self.assertNotIn(self.partner, never)
        self.assertNotIn(self.partner, contacts.search([("sms_opt_out", "=", True)]))
        self.env["sms.inbox.consent"].create(
            {
                "company_id": self.company.id,
                "number": THEIR_NUMBER,
                "state": "opted_out",
            }
        )
        self.assertEqual(contacts.search([("sms_opt_out", "=", True)]), self.partner)
        self.contact.invalidate_recordset()
        self.assertTrue(self.contact.sms_opt_out)

    def test_a_consent_writes_its_ledger_which_nobody_changes(self):
        consent = self.env["sms.inbox.consent"].create(
            {"company_id": self.company.id, "number": THEIR_NUMBER}
        )
        consent.state = "opted_out"
        events = self.env["sms.inbox.consent.event"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual(events.mapped("state"), ["unknown", "opted_out"])
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            events.write({"state": "subscribed"})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            events.unlink()
