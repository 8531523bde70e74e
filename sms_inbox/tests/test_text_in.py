from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestTextIn(SmsInboxCase):
    def test_a_text_opens_a_thread_that_needs_a_reply(self):
        text = self.receive("Is my bike ready?")
        self.assertEqual((text.body, text.state), ("Is my bike ready?", "received"))
        self.assertRecordValues(
            text.conversation_id,
            [
                {
                    "number_id": self.number.id,
                    "contact_number": THEIR_NUMBER,
                    "company_id": self.company.id,
                    "partner_id": self.partner.id,
                    "stage": "needs_reply",
                    "waiting_since": text.date,
                    "last_text": "Is my bike ready?",
                }
            ],
        )

    def test_a_second_text_keeps_the_first_waiting_time(self):
        first = self.receive("Hello?")
        since = first.conversation_id.waiting_since
        second = self.receive("Anyone there?")
        self.assertEqual(second.conversation_id, first.conversation_id)
        self.assertEqual(second.conversation_id.waiting_since, since)

    def test_a_text_brings_a_closed_thread_back(self):
        conversation = self.make_conversation()
        conversation.action_close()
        self.receive("One more thing")
        self.assertEqual(conversation.stage, "needs_reply")

    def test_an_answer_makes_the_thread_wait_for_them(self):
        conversation = self.receive("Hello").conversation_id
        conversation.with_user(self.agent).send_text("Hello Ada")
        self.assertEqual(conversation.stage, "waiting")
        self.assertFalse(conversation.waiting_since)

    def test_an_unknown_sender_gets_a_thread_without_a_contact(self):
        conversation = self.receive("Hi", "+12025550999").conversation_id
        self.assertFalse(conversation.partner_id)
        self.assertFalse(conversation.candidate_ids)

    def test_a_contact_created_from_the_thread_is_linked_to_it(self):
        conversation = self.receive("Hi", "+12025550999").conversation_id
        action = conversation.with_user(self.agent).action_create_contact()
        partner = (
            self.env["res.partner"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({"name": "New", "child_ids": [(0, 0, {"name": "Child"})]})
        )
        self.assertEqual(conversation.partner_id, partner)
        self.assertEqual(partner.phone_sanitized, "+12025550999")

    def test_where_several_contacts_match_a_person_chooses(self):
        twin = self.env["res.partner"].create({"name": "Twin", "phone": THEIR_NUMBER})
        conversation = self.receive("Hi").conversation_id.with_user(self.agent)
        self.assertFalse(conversation.partner_id)
        self.assertEqual(conversation.candidate_ids, self.partner | twin)
        twin.with_user(self.agent).with_context(
            sms_inbox_conversation_id=conversation.id
        ).action_sms_inbox_link()
        self.assertEqual(conversation.partner_id, twin)
        self.assertFalse(conversation.candidate_ids)

    def test_a_contact_of_another_company_is_not_matched(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        self.assertFalse(self.receive("Hi").conversation_id.partner_id)

    def test_short_codes_and_names_text_us_too(self):
        for sender in ("32665", "MYBANK"):
            text = self.receive("Your code is 1", sender)
            self.assertEqual(text.conversation_id.contact_number, sender)

    def test_an_empty_and_a_2000_character_text_are_kept_as_they_came(self):
        self.assertEqual(self.receive("").body or "", "")
        self.assertEqual(self.receive("x" * 2000).body, "x" * 2000)

    def test_emoji_right_to_left_and_odd_characters_are_kept(self):
        self.assertEqual(self.receive("😀 مرحبا").body, "😀 مرحبا")
        self.assertEqual(self.receive("a\0b\r\nc").body, "ab\nc")

    def test_members_have_something_unread_until_they_open_it(self):
        conversation = self.receive("Hello").conversation_id.with_user(self.agent)
        self.receive("Hello?")
        self.assertEqual(conversation.unread, 2)
        conversation.mark_read()
        conversation.invalidate_recordset()
        self.assertEqual(conversation.unread, 0)
        self.assertEqual(conversation.stage, "needs_reply")

    def test_a_text_to_a_retired_number_is_set_aside_and_can_be_tried_again(self):
        self.number.active = False
        self.assertFalse(self.receive("Hello"))
        event = self.env["sms.inbox.webhook.event"].search([], limit=1)
        self.assertEqual(event.state, "set_aside")
        self.number.active = True
        event.action_retry()
        self.process_events()
        self.assertEqual(event.state, "done")
        self.assertEqual(self.make_conversation().last_text, "Hello")

    def test_only_a_sandbox_account_pretends_to_receive(self):
        twilio = self.make_account(
            self.company, carrier="twilio", account_sid="AC1", auth_token="x"
        )
        with self.assertRaisesRegex(UserError, "Only a sandbox"):
            twilio.sandbox_receive(OUR_NUMBER, THEIR_NUMBER, "Hello")
        with self.assertRaisesRegex(UserError, "not a number of this sandbox"):
            self.account.sandbox_receive("+14155550199", THEIR_NUMBER, "Hello")
