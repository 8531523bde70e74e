from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.sms_inbox.tests.common import THEIR_NUMBER, SmsInboxCase

OTHER_PHONE = "+12025550144"


class LeadFromTextCase(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.group_ids += cls.env.ref("sales_team.group_sale_salesman")

    def hear(self, contact_number=THEIR_NUMBER):
        """The agent's thread with somebody who wrote something."""
        return self.receive(
            "Something private", contact_number
        ).conversation_id.with_user(self.agent)

    def make_lead(self, name, **vals):
        return self.env["crm.lead"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "user_id": self.agent.id,
                "team_id": False,
                **vals,
            }
        )

    def leads(self, thread):
        """Names of the leads that the pane shows."""
        self.env.flush_all()
        self.env.invalidate_all()
        kinds = thread.inbox_details()["documents"]
        return [
            row["name"]
            for kind in kinds
            if kind["model"] == "crm.lead"
            for row in kind["rows"]
        ]

    def create_lead(self, thread):
        """Save what the window is filled in with."""
        action = thread.action_create_lead()
        leads = self.env["crm.lead"].with_user(thread.env.user)
        return Form(leads.with_context(**action["context"])).save()


@tagged("post_install", "-at_install")
class TestLeadFromText(LeadFromTextCase):
    """Leads beside the thread, and new ones from it."""

    def test_a_lead_is_of_the_contact_the_user_and_the_company(self):
        thread = self.hear()
        lead = self.create_lead(thread)
        self.assertEqual(lead.name, "Texts with Ada Chen")
        self.assertEqual(lead.partner_id, self.partner)
        self.assertEqual(lead.phone_sanitized, THEIR_NUMBER)
        self.assertEqual(lead.user_id, self.agent)
        self.assertEqual(lead.company_id, self.company)
        self.assertEqual(lead.source_id.name, "Text message")
        self.assertEqual(self.leads(thread), [lead.name])

    def test_a_lead_has_a_link_to_the_thread_and_none_of_its_words(self):
        thread = self.hear()
        thread.send_text("Another private thing")
        lead = self.create_lead(thread)
        self.assertIn(f'href="/odoo/sms-inbox/{thread.id}"', lead.description)
        for text in (lead.description, lead.name, *lead.message_ids.mapped("body")):
            self.assertNotIn("private", text)

    def test_of_somebody_without_a_contact_the_lead_keeps_the_number(self):
        thread = self.hear("+12025550188")
        lead = self.create_lead(thread)
        self.assertFalse(lead.partner_id)
        self.assertEqual(lead.phone_sanitized, "+12025550188")
        self.assertEqual(self.leads(thread), [lead.name])

    def test_a_contact_who_texts_from_another_number_keeps_the_own_one(self):
        thread = self.hear(OTHER_PHONE)
        thread.partner_id = self.partner
        lead = self.create_lead(thread)
        self.assertEqual(self.partner.phone_sanitized, THEIR_NUMBER)
        self.assertIn("202 555 0144", lead.description)
        self.assertEqual(self.leads(thread), [lead.name])

    def test_a_thread_of_another_company_makes_a_lead_of_that_company(self):
        other = self.env["res.company"].create({"name": "Cakes"})
        line = self.make_line(self.make_account(other), "+14155550109")
        self.agent.company_ids |= other
        number = self.make_number(line, self.agent)
        thread = self.make_conversation(number).with_user(self.agent)
        thread = thread.with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(self.create_lead(thread).company_id, other)

    def test_open_leads_are_found_by_the_contact_and_by_their_own_phone(self):
        thread = self.hear()
        self.make_lead("Of the contact", partner_id=self.partner.id)
        self.make_lead("Of the number", phone=THEIR_NUMBER)
        self.make_lead("Of nobody", phone="+12025550145")
        lost = self.make_lead("Lost", phone=THEIR_NUMBER)
        lost.action_set_lost()
        won = self.make_lead("Won", phone=THEIR_NUMBER)
        won.action_set_won()
        self.assertEqual(self.leads(thread), ["Of the number", "Of the contact"])

    def test_leads_that_one_may_not_read_are_not_shown(self):
        thread = self.hear()
        self.make_lead("Of a colleague", phone=THEIR_NUMBER, user_id=self.manager.id)
        other = self.env["res.company"].create({"name": "Cakes"})
        self.agent.company_ids |= other
        self.make_lead(
            "Of Cakes", phone=THEIR_NUMBER, company_id=other.id, user_id=False
        )
        self.assertEqual(self.leads(thread), [])
        both = thread.with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(self.leads(both), [])

    def test_who_may_not_create_leads_is_not_offered_one(self):
        thread = self.hear()
        self.assertIn("action_create_lead", str(thread.inbox_details()["actions"]))
        details = thread.with_user(self.supervisor).inbox_details()
        self.assertEqual((details["actions"], details["documents"]), ([], []))

    def test_nobody_makes_a_lead_from_a_thread_that_is_not_theirs(self):
        stranger = self.make_user("stranger", "group_user", self.company)
        with self.assertRaises(AccessError):
            self.hear().with_user(stranger).action_create_lead()


@tagged("post_install", "-at_install")
class TestLeadFromTextScreen(LeadFromTextCase, HttpCase):
    def test_a_lead_is_created_beside_the_thread_and_shown_there(self):
        thread = self.hear()
        self.start_tour(
            f"/odoo/sms-inbox/{thread.id}", "sms_inbox_crm_create_lead", login="agent"
        )
        lead = self.env["crm.lead"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual((lead.user_id, lead.company_id), (self.agent, self.company))
