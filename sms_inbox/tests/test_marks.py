"""The mark beside a phone number: whose evidence it shows, to whom, and how quickly."""

import json

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import THEIR_NUMBER, SmsInboxCase
from .test_queries import FEW, MANY

LANDLINE = "+442079460958"


class MarksCase(SmsInboxCase):
    def marks(self, *asked, user=None):
        subscribers = self.env["sms.inbox.subscriber"].with_user(user or self.agent)
        return subscribers.marks(list(asked))

    def mark(self, text, user=None, **where):
        return self.marks({"text": text, **where}, user=user)[0]

    def opt_out(self, number=THEIR_NUMBER, company=None, **vals):
        return self.env["sms.inbox.consent"].create(
            {
                "company_id": (company or self.company).id,
                "number": number,
                "state": "opted_out",
                **vals,
            }
        )

    def filtered_by(self, model, view, name):
        """The records that a filter of a search view finds for the agent."""
        records = self.env[model].with_user(self.agent)
        arch = records.get_view(self.env.ref(view).id, "search")["arch"]
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return records.search(safe_eval(node.get("domain")))


@tagged("post_install", "-at_install")
class TestMarks(MarksCase):
    def test_the_number_itself_is_evidence_where_nothing_else_is_known(self):
        rows = self.env["sms.inbox.subscriber"].search_count([])
        mark = self.mark("+44 20 7946 0958")
        self.assertEqual(mark["number"], LANDLINE)
        self.assertEqual(mark["state"], "unlikely")
        self.assertIn("landline", mark["reason"])
        self.assertFalse(mark["since"])
        self.assertEqual(self.env["sms.inbox.subscriber"].search_count([]), rows)

    def test_who_texted_us_can_be_texted_and_it_is_said_when_they_did(self):
        self.receive("Hello")
        mark = self.mark("(202) 555-0143")
        self.assertEqual((mark["number"], mark["state"]), (THEIR_NUMBER, "textable"))
        self.assertEqual(mark["reason"], "They texted us today")

    def test_an_opt_out_is_stronger_than_any_evidence(self):
        self.receive("Hello")
        self.opt_out()
        mark = self.mark(THEIR_NUMBER)
        self.assertEqual(
            (mark["state"], mark["textability"]), ("opted_out", "textable")
        )
        self.assertEqual(mark["label"], "Wants no texts")
        self.assertTrue(mark["since"])

    def test_an_opt_out_is_told_to_the_screens_that_are_open(self):
        before = self.env["bus.bus"].search([], order="id desc", limit=1).id
        self.opt_out()
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([("id", ">", before)]).mapped("message")
        news = [json.loads(message) for message in told]
        self.assertIn(
            (THEIR_NUMBER, self.company.id),
            [
                (each["payload"]["number"], each["payload"]["company_id"])
                for each in news
                if each["type"] == "sms_inbox/subscriber"
            ],
        )

    def test_an_opt_out_from_one_number_says_so(self):
        self.opt_out(line_id=self.line.id)
        self.assertIn("one of your numbers", self.mark(THEIR_NUMBER)["reason"])
        self.opt_out()
        self.assertNotIn("one of your numbers", self.mark(THEIR_NUMBER)["reason"])

    def test_what_is_no_number_says_what_to_do(self):
        mark = self.mark("call Bob")
        self.assertEqual((mark["number"], mark["state"]), (False, "not_textable"))
        self.assertIn("no letters", mark["reason"])

    def test_a_number_without_country_is_read_where_its_record_is(self):
        italy = self.env.ref("base.it")
        self.partner.country_id = italy
        of_record = {"model": "res.partner", "id": self.partner.id}
        self.assertEqual(
            self.mark("340 123 4567", **of_record)["number"], "+393401234567"
        )
        # what a form has not saved yet goes first
        germany = self.env.ref("base.de").id
        mark = self.mark("0151 12345678", **of_record, country=germany)
        self.assertEqual(mark["number"], "+4915112345678")
        # and else it is the company's
        self.assertEqual(self.mark("(202) 555-0143")["number"], THEIR_NUMBER)

    def test_a_record_that_the_user_may_not_read_tells_no_country(self):
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env["res.partner"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "country_id": self.env.ref("base.it").id,
            }
        )
        mark = self.mark("340 123 4567", model="res.partner", id=partner.id)
        self.assertFalse((mark["number"] or "").startswith("+39"))

    def test_the_contacts_with_a_number_are_counted(self):
        self.assertEqual(self.mark(THEIR_NUMBER)["contacts"], 1)
        self.partner.copy({"phone": THEIR_NUMBER})
        self.assertEqual(self.mark(THEIR_NUMBER)["contacts"], 2)

    def test_many_numbers_take_as_many_queries_as_few(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Contact {i}", "phone": f"+12025552{i:03d}"}
                for i in range(MANY)
            ]
        )
        asked = [
            {"text": p.phone[2:], "model": "res.partner", "id": p.id} for p in partners
        ]
        subscribers = self.env["sms.inbox.subscriber"].with_user(self.agent)
        subscribers._of_many(self.company, partners[::2].mapped("phone_sanitized"))

        def queries(count):
            for _warm_up in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                subscribers.marks(asked[:count])
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(MANY), queries(FEW))


@tagged("post_install", "-at_install")
class TestMarksOfOthers(MarksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.spy = cls.make_user("spy", "group_supervisor", cls.other)

    def test_a_user_of_another_company_learns_nothing_of_ours(self):
        before = self.mark(THEIR_NUMBER, user=self.spy)
        self.receive("Hello")
        self.opt_out()
        self.assertEqual(self.mark(THEIR_NUMBER)["state"], "opted_out")
        self.assertEqual(self.mark(THEIR_NUMBER, user=self.spy), before)

    def test_another_companys_marks_cannot_be_asked_for(self):
        with self.assertRaises(AccessError):
            self.mark(THEIR_NUMBER, user=self.spy, company=self.company.id)

    def test_who_does_not_text_is_told_nothing(self):
        outsider = new_test_user(self.env, login="outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.mark(THEIR_NUMBER, user=outsider)

    def test_who_works_for_two_companies_sees_each_ones_own(self):
        self.spy.company_ids |= self.company
        self.receive("Hello")
        subscribers = self.env["sms.inbox.subscriber"].with_user(self.spy)
        subscribers = subscribers.with_context(
            allowed_company_ids=(self.other + self.company).ids
        )
        asked = [
            {"text": THEIR_NUMBER, "company": c.id} for c in self.other + self.company
        ]
        states = [mark["state"] for mark in subscribers.marks(asked)]
        self.assertEqual(states[1], "textable")
        self.assertNotEqual(states[0], "textable")


@tagged("post_install", "-at_install")
class TestNumbersList(MarksCase):
    """The list of all numbers, and from there to contacts and conversations."""

    def test_a_number_leads_to_its_contacts_and_conversations(self):
        thread = self.receive("Hello").conversation_id
        row = (
            self.env["sms.inbox.subscriber"]
            .with_user(self.agent)
            .search([("number", "=", THEIR_NUMBER)])
        )
        self.assertEqual((row.contact_count, row.conversation_count), (1, 1))
        contacts = self.env["res.partner"].search(row.action_contacts()["domain"])
        self.assertEqual(contacts, self.partner)
        threads = thread.search(row.action_conversations()["domain"])
        self.assertEqual(threads, thread)

    def test_counts_of_many_numbers_take_as_many_queries_as_of_few(self):
        subscribers = self.env["sms.inbox.subscriber"].with_user(self.agent)
        numbers = [f"+12025552{i:03d}" for i in range(MANY)]
        rows = subscribers._of_many(self.company, numbers).with_user(self.agent)
        names = ["contact_count", "conversation_count"]

        def queries(some):
            for _warm_up in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                some.read(names)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(rows), queries(rows[:FEW]))


@tagged("post_install", "-at_install")
class TestContactFilters(MarksCase):
    """The filters on contacts, as their search view has them."""

    def setUp(self):
        super().setUp()
        make = self.env["res.partner"].create
        self.mobile = make({"name": "Mobile", "phone": "+44 7911 123456"})
        self.landline = make({"name": "Landline", "phone": LANDLINE})
        self.open = make({"name": "Open", "phone": "+1 202 555 0150"})
        self.refuser = make({"name": "Refuser", "phone": "+44 7911 123457"})
        self.phoneless = make({"name": "Phoneless"})
        self.people = (
            self.mobile + self.landline + self.open + self.refuser + self.phoneless
        )
        self.env["sms.inbox.subscriber"]._of_many(
            self.company, list(filter(None, self.people.mapped("phone_sanitized")))
        )
        self.opt_out(self.refuser.phone_sanitized)

    def test_each_finds_those_that_it_names(self):
        for name, people in (
            ("sms_can", self.mobile),
            ("sms_cannot", self.landline),
            ("sms_unknown", self.open),
            ("sms_opt_out", self.refuser),
        ):
            with self.subTest(filter=name):
                found = self.filtered_by(
                    "res.partner", "base.view_res_partner_filter", name
                )
                self.assertEqual(found & self.people, people)
