"""Staff unsubscribe people and subscribe them again, with a reason."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from ..models.sms_inbox_consent import Source
from .common import THEIR_NUMBER, SmsInboxCase

OTHER_NUMBER = "+12025550144"


class UnsubscribeCase(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.env["res.partner"].create(
            {"name": "Ben Ode", "phone": OTHER_NUMBER}
        )
        cls.cleo = cls.env["res.partner"].create({"name": "Cleo"})

    def consent(self, number=THEIR_NUMBER, company=None):
        return self.env["sms.inbox.consent"].search(
            [
                ("number", "=", number),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def say_stop(self, *contact_numbers):
        """Have people opt out in their own words."""
        source = Source("The recipient", "stop", "person", words="STOP")
        self.env["sms.inbox.consent"]._opt_out(
            self.company,
            [(number, self.env["sms.inbox.line"]) for number in contact_numbers],
            source,
        )

    def last_event(self, number=THEIR_NUMBER):
        return self.env["sms.inbox.consent.event"].search(
            [("number", "=", number), ("company_id", "=", self.company.id)], limit=1
        )

    def opened(self, action, user=None):
        """The window that an action opens."""
        windows = self.env["sms.inbox.unsubscribe"].with_user(user or self.agent)
        return windows.browse(action["res_id"])

    def open(self, records, change="opted_out", user=None):
        """The window that the action on some records opens."""
        windows = self.env["sms.inbox.unsubscribe"].with_user(user or self.agent)
        windows = windows.with_context(
            active_model=records._name, active_ids=records.ids
        )
        return self.opened(windows._open(change), user)

    def apply(self, window, reason="Told us on the phone"):
        """Fill in and press the button; what the user is told."""
        with Form(window) as form:
            form.reason = reason
        return window.action_apply()["params"]


@tagged("post_install", "-at_install")
class TestUnsubscribe(UnsubscribeCase):
    # ------------------------------------------------------------
    # UNSUBSCRIBE
    # ------------------------------------------------------------

    def test_a_contact_is_unsubscribed_with_the_reason_in_the_record(self):
        told = self.apply(self.open(self.partner))
        self.assertEqual(told["message"], "Unsubscribed: +1 202 555 0143.")
        self.assertEqual(self.consent().state, "opted_out")
        self.assertEqual(self.consent().said_by, "staff")
        event = self.last_event()
        self.assertEqual(event.reason, "Told us on the phone")
        self.assertEqual(event.actor, self.agent.name)

    def test_a_conversation_is_unsubscribed_and_cannot_be_texted(self):
        conversation = self.make_conversation()
        self.apply(self.open(conversation))
        conversation.invalidate_recordset()
        self.assertTrue(conversation.opted_out)
        with self.assertRaisesRegex(UserError, "wants no texts"):
            conversation.with_user(self.agent).send_text("Hello")

    def test_the_thread_offers_to_subscribe_again_to_whoever_may(self):
        thread = self.make_conversation()
        as_agent, as_manager = map(thread.with_user, (self.agent, self.manager))
        self.assertFalse(as_agent.may_subscribe_again())
        self.apply(self.open(thread))
        self.assertTrue(as_agent.may_subscribe_again())
        self.say_stop(THEIR_NUMBER)
        self.env.invalidate_all()
        self.assertFalse(as_agent.may_subscribe_again())
        self.assertTrue(as_manager.may_subscribe_again())

    def test_what_waits_for_them_is_canceled(self):
        text = self.env["sms.inbox.message"].browse(
            self.make_conversation().send_text("Hello")
        )
        self.apply(self.open(self.partner))
        self.assertEqual(text.state, "canceled")

    def test_many_are_unsubscribed_and_it_is_said_of_whom_that_makes_no_sense(self):
        self.say_stop(OTHER_NUMBER)
        told = self.apply(self.open(self.partner + self.ben + self.cleo))
        self.assertEqual(
            told["message"],
            "Unsubscribed: +1 202 555 0143. "
            "Wanted no texts before: +1 202 555 0144. "
            "Without a phone number: 1.",
        )
        self.assertEqual(told["type"], "warning")
        self.assertEqual(self.consent(OTHER_NUMBER).said_by, "person")

    def test_only_who_is_ticked_is_unsubscribed(self):
        window = self.open(self.partner + self.ben)
        with Form(window) as form:
            with form.row_ids.edit(1) as row:
                row.chosen = False
        window.action_apply()
        self.assertTrue(self.consent())
        self.assertFalse(self.consent(OTHER_NUMBER))
        with Form(window) as form:
            with form.row_ids.edit(0) as row:
                row.chosen = False
        with self.assertRaisesRegex(UserError, "at least one"):
            window.action_apply()

    def test_two_contacts_with_one_number_are_one(self):
        self.ben.phone = "(202) 555-0143"
        window = self.open(self.partner + self.ben)
        self.assertEqual(window.row_ids.mapped("number"), [THEIR_NUMBER])

    def test_more_than_a_screen_shows_are_unsubscribed_all_the_same(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{i}", "phone": f"+1202556{i:04}"} for i in range(100)]
        )
        window = self.open(people)
        self.assertFalse(window.row_ids)
        self.assertEqual(self.apply(window)["message"], "Unsubscribed: 100.")
        self.assertTrue(self.consent("+12025560099"))

    def test_a_contact_without_a_phone_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "phone number"):
            self.open(self.cleo)

    def test_an_opt_out_of_one_company_is_none_of_the_other(self):
        dental = self.env["res.company"].create({"name": "Dental"})
        self.apply(self.open(self.partner))
        self.assertFalse(self.consent(company=dental))

    def test_nobody_unsubscribes_people_of_a_company_that_is_not_theirs(self):
        dental = self.env["res.company"].create({"name": "Dental"})
        window = self.open(self.partner)
        window.company_id = dental
        with self.assertRaises(AccessError):
            window.action_apply()
        self.assertFalse(self.consent(company=dental))

    def test_another_company_learns_nothing_of_our_opt_outs(self):
        self.say_stop(THEIR_NUMBER)
        dental = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", dental)
        window = self.open(self.partner, "subscribed", spy)
        self.assertEqual(window.row_ids.state, "unknown")
        self.assertFalse(window.row_ids.since)
        window.company_id = self.company
        window.row_ids.invalidate_recordset()
        self.assertEqual(window.row_ids.state, "unknown")
        with self.assertRaises(AccessError):
            window.action_apply()

    def test_nobody_sees_or_uses_a_window_that_another_has_open(self):
        window = self.open(self.partner)
        for records in (window, window.row_ids):
            theirs = records.with_user(self.supervisor)
            theirs.invalidate_recordset()
            self.assertFalse(theirs.search([]))
            with self.assertRaises(AccessError):
                theirs.read(["display_name"])
        with self.assertRaises(AccessError):
            window.with_user(self.supervisor).action_apply()

    def test_conversations_of_two_companies_are_not_mixed(self):
        dental = self.env["res.company"].create({"name": "Dental"})
        line = self.make_line(self.make_account(dental), "+14155550109")
        self.agent.company_ids |= dental
        theirs = self.make_conversation(self.make_number(line, self.agent))
        mixed = self.make_conversation() + theirs
        with self.assertRaisesRegex(UserError, "one company"):
            self.open(mixed)
        self.apply(self.open(theirs))
        self.assertTrue(self.consent(company=dental))
        self.assertFalse(self.consent())

    # ------------------------------------------------------------
    # SUBSCRIBE AGAIN
    # ------------------------------------------------------------

    def test_what_staff_said_staff_take_back(self):
        self.apply(self.open(self.partner))
        window = self.open(self.partner, "subscribed")
        self.assertEqual(window.row_ids.state, "opted_out")
        self.assertEqual(window.row_ids.said_by, "staff")
        self.assertTrue(window.row_ids.since)
        told = self.apply(window, reason=False)
        self.assertEqual(told["message"], "Subscribed again: +1 202 555 0143.")
        self.assertEqual(self.consent().state, "subscribed")

    def test_what_they_said_themselves_staff_do_not_take_back(self):
        self.say_stop(THEIR_NUMBER)
        self.apply(self.open(self.ben))
        window = self.open(self.partner + self.ben + self.cleo, "subscribed")
        self.assertEqual(window.own_word_count, 1)
        self.assertFalse(window.may_lift)
        told = self.apply(window)
        self.assertIn("Subscribed again: +1 202 555 0144.", told["message"])
        self.assertIn("Refused", told["message"])
        self.assertIn("+1 202 555 0143", told["message"])
        self.assertEqual(self.consent().state, "opted_out")
        self.assertEqual(self.consent(OTHER_NUMBER).state, "subscribed")

    def test_an_administrator_lifts_a_stop_with_a_reason_alone(self):
        self.say_stop(THEIR_NUMBER)
        window = self.open(self.partner, "subscribed", self.manager)
        self.assertTrue(window.may_lift)
        for reason in (False, "  "):
            window.reason = reason
            with self.assertRaisesRegex(UserError, "why"):
                window.action_apply()
        self.assertEqual(self.consent().state, "opted_out")
        self.apply(window, "Signed a new form")
        self.assertEqual(self.consent().state, "subscribed")
        self.assertEqual(self.last_event().reason, "Signed a new form")

    def test_who_never_unsubscribed_stays_as_they_are(self):
        told = self.apply(self.open(self.partner, "subscribed"))
        self.assertIn("Had not unsubscribed: +1 202 555 0143.", told["message"])
        self.assertFalse(self.consent())


@tagged("post_install", "-at_install")
class TestUnsubscribeFromMessage(UnsubscribeCase, HttpCase):
    """Who says so in an e-mail, or whom a note is about."""

    def post(self, record, author, message_type="email"):
        return record.message_post(
            body="No more texts please", author_id=author.id, message_type=message_type
        )

    def unsubscribe(self, message):
        return self.opened(message.with_user(self.agent).action_sms_inbox_unsubscribe())

    def test_the_author_of_an_email_is_unsubscribed_with_the_message_as_proof(self):
        message = self.post(self.partner, self.partner)
        window = self.unsubscribe(message)
        self.assertEqual(window.row_ids.mapped("number"), [THEIR_NUMBER])
        window.action_apply()
        event = self.last_event()
        self.assertEqual(event.rule, "by e-mail or note")
        self.assertIn(f"{message.id} of res.partner,{self.partner.id}", event.reason)
        self.assertNotIn("texts please", event.reason)

    def test_a_colleagues_note_is_about_the_contact_and_not_about_the_colleague(self):
        self.agent.partner_id.phone = OTHER_NUMBER
        window = self.unsubscribe(
            self.post(self.partner, self.agent.partner_id, "comment")
        )
        self.assertEqual(window.row_ids.mapped("number"), [THEIR_NUMBER])
        self.assertTrue(window.row_ids.chosen)

    def test_an_author_without_a_phone_gives_way_to_the_record(self):
        window = self.unsubscribe(self.post(self.partner, self.cleo))
        self.assertEqual(window.row_ids.mapped("number"), [THEIR_NUMBER])

    def test_of_two_possible_people_the_author_is_ticked(self):
        window = self.unsubscribe(self.post(self.partner, self.ben))
        ticked = {row.number: row.chosen for row in window.row_ids}
        self.assertEqual(ticked, {OTHER_NUMBER: True, THEIR_NUMBER: False})

    def test_a_note_in_a_conversation_is_about_its_number(self):
        conversation = self.make_conversation()
        window = self.unsubscribe(
            self.post(conversation, self.agent.partner_id, "comment")
        )
        self.assertEqual(window.row_ids.mapped("number"), [THEIR_NUMBER])
        self.assertEqual(window.company_id, self.company)

    def test_without_a_number_it_is_said_in_words(self):
        message = self.post(self.cleo, self.cleo).with_user(self.agent)
        with self.assertRaisesRegex(UserError, "No phone number is known"):
            message.action_sms_inbox_unsubscribe()

    def test_nobody_learns_of_people_from_messages_that_they_may_not_read(self):
        conversation = self.make_conversation()
        stranger = self.make_user("stranger", "group_user", self.company)
        message = self.post(conversation, self.partner).with_user(stranger)
        with self.assertRaises(AccessError):
            message.action_sms_inbox_unsubscribe()

    def test_who_is_no_user_of_the_inbox_unsubscribes_nobody(self):
        self.agent.group_ids = self.env.ref("base.group_user")
        message = self.post(self.partner, self.partner).with_user(self.agent)
        with self.assertRaises(AccessError):
            message.action_sms_inbox_unsubscribe()

    def test_it_is_one_click_in_the_chatter(self):
        self.post(self.partner, self.partner)
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "sms_inbox_unsubscribe_from_message",
            login="agent",
        )
        self.env.invalidate_all()
        self.assertEqual(self.consent().state, "opted_out")

    def test_a_refused_text_says_why_in_the_chatter(self):
        self.say_stop(THEIR_NUMBER)
        self.partner.with_company(self.company)._message_sms("Hello")
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "sms_inbox_refused_in_the_chatter",
            login="agent",
        )
