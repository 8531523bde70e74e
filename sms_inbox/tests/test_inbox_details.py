from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date, Domain
from odoo.tests import HttpCase, tagged

from ..models.sms_inbox_conversation_documents import SHOWN, Source
from .common import THEIR_NUMBER, SmsInboxCase
from .test_queries import FEW, MANY


class DetailsCase(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thread = cls.make_conversation()

    def details(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.thread.with_user(user or self.agent).inbox_details()

    def plan(self, record, name, days=0, user=None):
        """Somebody is to do something about a record."""
        return record.activity_schedule(
            "mail.mail_activity_data_todo",
            Date.today() + timedelta(days=days),
            name,
            user_id=(user or self.agent).id,
        )


@tagged("post_install", "-at_install")
class TestInboxDetails(DetailsCase):
    """The pane beside the thread: consent, activities, followers."""

    def test_nobody_reads_the_details_of_threads_that_are_not_theirs(self):
        other = self.env["res.company"].create({"name": "Cakes"})
        for stranger in (
            self.make_user("colleague", "group_user", self.company),
            self.make_user("stranger", "group_supervisor", other),
        ):
            thread = self.thread.with_user(stranger)
            for call in (
                thread.inbox_details,
                lambda thread=thread: thread.action_open_documents("res.partner"),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_the_pane_takes_as_many_queries_for_many_rows_as_for_few(self):
        def fill(first, count):
            for n in range(first, count):
                self.plan(self.thread, f"Call {n}", n)
                self.plan(self.partner, f"Visit {n}", n, self.supervisor)
                self.thread.message_subscribe(
                    self.env["res.partner"].create({"name": f"Friend {n}"}).ids
                )

        fill(0, FEW)
        for_few = self.queries()
        fill(FEW, MANY)
        self.assertEqual(self.queries(), for_few)

    def queries(self):
        for _warm_up in range(2):
            self.details()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.thread.with_user(self.agent).inbox_details()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # CONSENT
    # ------------------------------------------------------------

    def test_the_consent_is_told_with_whose_word_it_is(self):
        self.assertEqual(self.details()["consent"]["label"], "Not asked")
        self.receive("STOP")
        consent = self.details()["consent"]
        self.assertEqual(consent["state"], "opted_out")
        self.assertEqual(consent["label"], "Wants no texts")
        self.assertEqual(consent["said_by"], "The recipient")
        self.assertTrue(consent["since"])

    def test_a_consent_that_a_colleague_changed_names_them(self):
        self.receive("not interested")
        self.thread.with_user(self.agent).action_wants_no_texts()
        self.assertEqual(self.details()["consent"]["said_by"], self.agent.name)

    def test_of_several_consents_the_one_that_stops_texts_counts(self):
        self.env["sms.inbox.consent"].create(
            [
                {
                    "company_id": self.company.id,
                    "number": THEIR_NUMBER,
                    "state": "subscribed",
                },
                {
                    "company_id": self.company.id,
                    "number": THEIR_NUMBER,
                    "line_id": self.line.id,
                    "state": "opted_out",
                },
            ]
        )
        self.assertEqual(self.details()["consent"]["state"], "opted_out")

    # ------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------

    def test_what_is_planned_with_thread_and_contact_is_there_the_next_first(self):
        self.plan(self.partner, "Visit", 3)
        self.plan(self.thread, "Call", -2)
        self.plan(self.partner.copy(), "Visit somebody else")
        rows = self.details()["activities"]
        self.assertEqual(
            [(row["name"], row["state"], row["of_contact"]) for row in rows],
            [("Call", "overdue", False), ("Visit", "planned", True)],
        )
        self.assertEqual(rows[0]["user"], self.agent.name)

    def test_an_activity_that_is_done_is_gone(self):
        self.plan(self.thread, "Call")
        (row,) = self.details()["activities"]
        self.assertTrue(row["can_do"])
        activity = self.env["mail.activity"].browse(row["id"])
        activity.with_user(self.agent).action_feedback()
        self.assertEqual(self.details()["activities"], [])

    # ------------------------------------------------------------
    # FOLLOWERS
    # ------------------------------------------------------------

    def test_people_follow_and_leave_and_a_follower_who_may_not_read_learns_nothing(
        self,
    ):
        thread = self.thread.with_user(self.agent)
        self.assertFalse(self.details()["followers"]["follows"])
        stranger = self.make_user("stranger", "group_user", self.company)
        thread.message_subscribe(self.agent.partner_id.ids)
        thread.message_subscribe(stranger.partner_id.ids)
        followers = self.details()["followers"]
        self.assertTrue(followers["follows"] and followers["can_add"])
        self.assertEqual(
            {person["name"] for person in followers["people"]},
            {self.agent.name, stranger.name},
        )
        note = thread.with_user(self.supervisor)
        note.inbox_note("Something private")
        told = self.env["mail.notification"].search(
            [("mail_message_id.res_id", "=", thread.id)]
        )
        self.assertNotIn(stranger.partner_id, told.res_partner_id)
        thread.message_unsubscribe(self.agent.partner_id.ids)
        self.assertFalse(self.details()["followers"]["follows"])


@tagged("post_install", "-at_install")
class TestInboxDocuments(DetailsCase):
    """Open documents of other apps, here with contacts in the documents' place."""

    def setUp(self):
        super().setUp()
        conversations = type(self.thread)
        self.patch(conversations, "_document_sources", lambda _thread: self.sources)
        self.sources = [self.source("res.partner"), self.source("no.such.model")]

    def source(self, model, domain=None):
        domain = domain or Domain("name", "=like", "Document %")
        return Source(model, "Documents", domain, "type")

    def document(self, name, company=None):
        return self.env["res.partner"].create(
            {"name": f"Document {name}", "company_id": company and company.id}
        )

    def test_what_is_open_is_named_with_its_state_and_the_rest_is_counted(self):
        self.assertEqual(self.details()["documents"], [])
        documents = [self.document(n) for n in range(SHOWN + 2)]
        (kind,) = self.details()["documents"]
        self.assertEqual((kind["model"], kind["count"]), ("res.partner", SHOWN + 2))
        self.assertEqual(
            kind["rows"][0],
            {
                "id": documents[-1].id,
                "name": documents[-1].name,
                "state": dict(documents[0]._fields["type"].selection)["contact"],
            },
        )
        self.assertEqual(len(kind["rows"]), SHOWN)
        action = self.thread.with_user(self.agent).action_open_documents("res.partner")
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), SHOWN + 2)

    def test_those_of_other_companies_are_not_there_though_the_user_sees_both(self):
        other = self.env["res.company"].create({"name": "Cakes"})
        self.document("of theirs", other)
        ours, shared = self.document("of ours", self.company), self.document("of all")
        self.supervisor.company_ids |= other
        thread = self.thread.with_user(self.supervisor).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        (kind,) = thread.inbox_details()["documents"]
        self.assertEqual({row["id"] for row in kind["rows"]}, {ours.id, shared.id})
        domain = thread.action_open_documents("res.partner")["domain"]
        self.assertEqual(thread.env["res.partner"].search(domain), ours | shared)

    def test_the_rules_of_their_app_say_which_ones_are_there(self):
        self.document("that is seen")
        self.document("that is hidden")
        self.env["ir.rule"].create(
            {
                "name": "nothing hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', 'not like', 'hidden')]",
            }
        )
        (kind,) = self.details()["documents"]
        self.assertEqual(kind["count"], 1)
        self.assertEqual(kind["rows"][0]["name"], "Document that is seen")

    def test_apps_that_the_user_has_no_right_to_are_passed_over(self):
        self.sources = [self.source("sms.inbox.attempt", Domain.TRUE)]
        self.assertEqual(self.details()["documents"], [])
        with self.assertRaisesRegex(UserError, "no such documents"):
            self.thread.with_user(self.agent).action_open_documents("sms.inbox.attempt")

    def test_only_the_kinds_that_there_are_can_be_opened(self):
        for model in ("no.such.model", "res.users"):
            with self.assertRaisesRegex(UserError, "no such documents"):
                self.thread.with_user(self.agent).action_open_documents(model)


class DetailsScreenCase(SmsInboxCase, HttpCase):
    def converse_with_two_numbers(self):
        line = self.make_line(self.account, "+14155550101")
        self.make_number(line, self.agent, name="Service")
        self.receive("When is my bike ready?", line="+14155550101")
        self.receive("Do you sell helmets?")


@tagged("post_install", "-at_install")
class TestDetailsScreen(DetailsScreenCase):
    def test_all_texts_are_read_by_keys_and_answered_in_their_thread(self):
        self.converse_with_two_numbers()
        self.start_tour("/odoo/sms-inbox", "sms_inbox_all_texts", login="agent")
        text = self.env["sms.inbox.message"].search([("direction", "=", "out")])
        self.assertEqual((text.body, text.number_id.name), ("At 5", "Service"))

    def test_an_activity_is_done_and_the_thread_followed_in_the_pane(self):
        self.receive("Is my bike ready?")
        thread = self.make_conversation()
        thread.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call", user_id=self.agent.id
        )
        self.start_tour("/odoo/sms-inbox", "sms_inbox_details", login="agent")
        self.env.invalidate_all()
        self.assertFalse(thread.activity_ids)
        self.assertIn(self.agent.partner_id, thread.message_partner_ids)

    def test_who_is_texted_with_a_new_number_is_shown_the_threads_they_have(self):
        self.converse_with_two_numbers()
        line = self.make_line(self.account, "+14155550102")
        thread = self.make_conversation(self.make_number(line, self.agent, name="Shop"))
        self.start_tour(
            f"/odoo/sms-inbox/{thread.id}", "sms_inbox_new_to_them", login="agent"
        )


@tagged("post_install", "-at_install")
class TestDetailsOnAPhone(DetailsScreenCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_all_texts_have_the_screen_and_lead_back_to_a_thread(self):
        self.converse_with_two_numbers()
        self.start_tour(
            "/odoo/sms-inbox", "sms_inbox_all_texts_on_a_phone", login="agent"
        )
