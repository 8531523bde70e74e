from odoo.tests import Form, HttpCase, tagged

from odoo.addons.sms_inbox.tests.common import THEIR_NUMBER
from odoo.addons.sms_inbox.tests.test_marks import LANDLINE, MarksCase
from odoo.addons.sms_inbox.tests.test_queries import MANY
from odoo.addons.sms_inbox.tests.test_records_panel import RecordTextsCase

MOBILE = "+447911123456"


class LeadsCase(MarksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")

    def make_lead(self, name, phone, **vals):
        return self.env["crm.lead"].create(
            {"name": name, "phone": phone, "company_id": self.company.id, **vals}
        )


@tagged("post_install", "-at_install")
class TestLeads(LeadsCase):
    def test_the_text_button_opens_the_thread_with_the_leads_own_number(self):
        lead = self.make_lead("Bikes", MOBILE, partner_id=self.partner.id)
        lead.phone = MOBILE
        self.partner.phone = THEIR_NUMBER
        opened = lead.with_user(self.agent).action_sms_inbox_text()
        thread = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(thread.contact_number, lead.phone_sanitized)

    def test_a_lead_with_a_landline_is_said_to_have_one(self):
        lead = self.make_lead("Bikes", LANDLINE)
        action = lead.with_user(self.agent).action_sms_inbox_text()
        window = Form(
            self.env["sms.inbox.start"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(window.obstacle, "unlikely")
        self.assertEqual(window.contact_number, "+44 20 7946 0958")

    def test_a_leads_state_is_that_of_its_number(self):
        lead = self.make_lead("Bikes", LANDLINE).with_user(self.agent)
        self.assertEqual(lead.sms_textability, "unlikely")
        self.receive("Hello", LANDLINE)
        self.assertEqual(lead.sms_textability, "textable")
        self.assertFalse(lead.sms_opt_out)
        self.opt_out(LANDLINE)
        lead.invalidate_recordset()
        self.assertTrue(lead.sms_opt_out)

    def test_leads_are_found_by_what_is_known_of_their_number(self):
        mobile = self.make_lead("Mobile", MOBILE)
        landline = self.make_lead("Landline", LANDLINE)
        refuser = self.make_lead("Refuser", "+447911123457")
        self.opt_out(refuser.phone_sanitized)
        leads = mobile + landline + refuser
        for view in (
            "crm.view_crm_case_leads_filter",
            "crm.view_crm_case_opportunities_filter",
        ):
            for name, found in (
                ("sms_can", mobile),
                ("sms_cannot", landline),
                ("sms_unknown", leads.browse()),
                ("sms_opt_out", refuser),
            ):
                with self.subTest(view=view, filter=name):
                    self.assertEqual(
                        self.filtered_by("crm.lead", view, name) & leads, found
                    )

    def test_many_leads_are_texted_at_once(self):
        leads = self.make_lead("One", MOBILE) + self.make_lead("Two", THEIR_NUMBER)
        action = self.env.ref("sms_inbox_crm.sms_inbox_bulk_action_lead")
        context = {"active_model": "crm.lead", "active_ids": leads.ids}
        opened = action.with_user(self.agent).with_context(**context).run()
        bulk = self.env["sms.inbox.bulk"].browse(opened["res_id"])
        bulk.body = "Hello"
        self.assertEqual(len(bulk.preview), 2)


@tagged("post_install", "-at_install")
class TestTextsOfLeads(LeadsCase, RecordTextsCase):
    def test_a_leads_texts_stand_beside_it_and_its_last_one_is_told(self):
        lead = self.make_lead("Bikes", MOBILE).with_user(self.agent)
        self.assertEqual(lead.sms_conversation_count, 0)
        thread = self.receive("Hello", MOBILE).conversation_id
        lead.invalidate_recordset()
        self.assertEqual(self.threads_of(lead), thread)
        self.assertEqual(self.count_beside(lead), 1)
        self.assertEqual(lead.sms_conversation_count, 1)
        self.assertEqual(lead.sms_last_text_at, thread.last_text_at)
        self.assertEqual(lead.sms_last_text_by, "them")
        domain = lead.action_sms_inbox_conversations()["domain"]
        self.assertEqual(thread.with_user(self.agent).search(domain), thread)

    def test_the_texts_with_a_leads_contact_are_its_own_too(self):
        of_contact = self.receive("Hello").conversation_id
        self.partner.phone = MOBILE
        lead = self.make_lead("Bikes", MOBILE, partner_id=self.partner.id)
        of_lead = self.receive("Hello", MOBILE).conversation_id
        self.assertEqual(set(self.threads_of(lead)), {of_lead, of_contact})
        self.assertEqual(lead.with_user(self.agent).sms_conversation_count, 2)

    def test_without_a_number_of_its_own_a_record_has_those_of_its_contacts(self):
        thread = self.receive("Hello").conversation_id
        meeting = self.env["calendar.event"].create(
            {
                "name": "Fitting",
                "start": "2026-01-05 10:00:00",
                "stop": "2026-01-05 11:00:00",
                "partner_ids": [(6, 0, self.partner.ids)],
                "user_id": self.agent.id,
            }
        )
        self.assertIn(thread, self.threads_of(meeting))
        self.assertEqual(self.count_beside(meeting), 1)

    def test_a_colleague_who_reads_the_lead_sees_the_texts_of_own_numbers(self):
        lead = self.make_lead("Bikes", MOBILE)
        thread = self.receive("Hello", MOBILE).conversation_id
        colleague = self.make_user("colleague", "group_user", self.company)
        colleague.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertFalse(self.threads_of(lead, colleague))
        self.assertEqual(self.count_beside(lead, colleague), 0)
        self.number.user_ids += colleague
        self.assertEqual(self.threads_of(lead, colleague), thread)
        self.assertEqual(self.count_beside(lead, colleague), 1)

    def test_a_lead_of_no_company_tells_another_company_of_no_text(self):
        lead = self.make_lead("Bikes", MOBILE, company_id=False)
        self.receive("Hello", MOBILE)
        other = self.env["res.company"].create({"name": "Other"})
        spy = self.make_user("spy", "group_supervisor", other)
        spy.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertFalse(self.threads_of(lead, spy))
        self.assertEqual(self.count_beside(lead, spy), 0)
        self.assertEqual(lead.with_user(spy).sms_conversation_count, 0)
        self.assertFalse(lead.with_user(spy).sms_last_text_at)

    def test_many_leads_show_their_last_text_in_as_many_queries_as_few(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {n}",
                    "phone": f"+12025551{n:03d}",
                    "company_id": self.company.id,
                }
                for n in range(MANY)
            ]
        )
        for lead in leads:
            self.make_conversation(contact_number=lead.phone).send_text("Hello")
        self.assert_last_texts_are_read_at_once(leads)


@tagged("post_install", "-at_install")
class TestLeadScreens(LeadsCase, HttpCase):
    def test_a_lead_has_its_mark_beside_the_phone(self):
        lead = self.make_lead("Bikes", LANDLINE, type="opportunity")
        self.start_tour(
            f"/odoo/crm.lead/{lead.id}", "sms_inbox_crm_lead_mark", login="agent"
        )
