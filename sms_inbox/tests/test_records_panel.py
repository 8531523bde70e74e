"""The texts beside a record's chatter, whom they belong to, and who sees them."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.mail.tools.discuss import Store

from ..models.sms_inbox_conversation_records import MOST_THREADS
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase
from .test_marks import LANDLINE
from .test_queries import FEW, MANY

OTHER_NUMBER = "+12025550199"


class RecordTextsCase(SmsInboxCase):
    def queries(self, read):
        """How many queries ``read`` takes, with nothing cached of the rows."""
        for _warm_up in range(2):
            read()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before

    def assert_last_texts_are_read_at_once(self, records):
        names = ["sms_conversation_count", "sms_last_text_at", "sms_last_text_by"]
        few, many = records[:FEW].with_user(self.agent), records.with_user(self.agent)
        for_few = self.queries(lambda: few.read(names))
        self.assertEqual(self.queries(lambda: many.read(names)), for_few)

    def texts_of(self, record, user=None):
        conversations = self.env["sms.inbox.conversation"].with_user(user or self.agent)
        return conversations.texts_of_record(record._name, record.id)

    def threads_of(self, record, user=None):
        threads = self.texts_of(record, user)["threads"]
        return self.env["sms.inbox.conversation"].browse([row["id"] for row in threads])

    def count_beside(self, record, user=None, request=("sms_inbox_texts",)):
        """What the chatter's own request is told of the record's texts."""
        store = Store()
        store.add(
            record.with_user(user or self.agent),
            request_list=["followers", *request],
            as_thread=True,
        )
        (thread,) = (
            row
            for row in store.get_result()["mail.thread"]
            if (row["model"], row["id"]) == (record._name, record.id)
        )
        return thread.get("sms_inbox_text_count")


@tagged("post_install", "-at_install")
class TestRecordTexts(RecordTextsCase):
    def test_a_contacts_texts_stand_beside_it_in_and_out(self):
        thread = self.receive("Hello").conversation_id
        thread.with_user(self.agent).send_text("Hi")
        beside = self.texts_of(self.partner)
        (row,) = beside["threads"]
        self.assertEqual(row["id"], thread.id)
        self.assertEqual(row["number"]["name"], "Sales")
        self.assertEqual(beside["count"], 2)
        self.assertEqual(self.count_beside(self.partner), 2)
        self.assertFalse(beside["missing"])

    def test_the_latest_thread_comes_first_and_one_without_texts_last(self):
        number = self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )
        third = self.make_number(
            self.make_line(self.account, "+14155550102"), self.agent, name="Third"
        )
        fresh = self.make_conversation(third)
        older = self.receive("To Sales").conversation_id
        newer = self.receive("To Service", line=number.number).conversation_id
        older.sudo().last_text_at = "2026-01-01"
        self.assertEqual(self.threads_of(self.partner).ids, (newer + older + fresh).ids)

    def test_a_contact_keeps_the_texts_of_a_number_that_it_had(self):
        thread = self.receive("Hello").conversation_id
        self.partner.phone = OTHER_NUMBER
        other = self.receive("It is me", OTHER_NUMBER).conversation_id
        self.assertEqual(set(self.threads_of(self.partner)), {thread, other})

    def test_of_several_contacts_with_a_number_each_has_its_texts(self):
        twin = self.partner.copy({"phone": THEIR_NUMBER})
        thread = self.receive("Hello").conversation_id
        self.assertFalse(thread.partner_id)
        self.assertEqual(self.threads_of(twin), thread)
        self.assertEqual(self.threads_of(self.partner), thread)

    def test_texts_are_read_where_they_are_and_written_nowhere(self):
        messages = self.env["mail.message"].search_count([])
        self.receive("Hello")
        self.texts_of(self.partner)
        self.count_beside(self.partner)
        on_contact = [("model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        self.assertFalse(
            self.env["mail.message"].search(on_contact + [("body", "like", "Hello")])
        )
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_nothing_is_counted_unless_it_is_asked_for(self):
        self.receive("Hello")
        self.assertIsNone(self.count_beside(self.partner, request=()))

    def test_a_record_of_a_kind_without_numbers_has_no_texts(self):
        conversation = self.make_conversation()
        self.assertIsNone(self.count_beside(conversation))

    def test_counting_stops_at_a_hundred(self):
        thread = self.receive("Hello").conversation_id
        self.env["sms.inbox.message"].create(
            [
                {
                    "conversation_id": thread.id,
                    "number_id": self.number.id,
                    "company_id": self.company.id,
                    "contact_number": THEIR_NUMBER,
                    "direction": "in",
                    "state": "received",
                    "body": f"Text {index}",
                }
                for index in range(120)
            ]
        )
        self.assertEqual(self.count_beside(self.partner), 100)

    def test_a_record_with_many_threads_takes_as_many_queries_as_with_few(self):
        def read():
            self.texts_of(self.partner)
            self.count_beside(self.partner)

        def have_threads(count):
            for index in range(count):
                thread = self.make_conversation(contact_number=f"+12025551{index:03d}")
                thread.partner_id = self.partner

        have_threads(FEW)
        for_few = self.queries(read)
        have_threads(MOST_THREADS)
        self.assertEqual(self.queries(read), for_few)


@tagged("post_install", "-at_install")
class TestMissingNumber(RecordTextsCase):
    def missing(self, record):
        beside = self.texts_of(record)
        self.assertFalse(beside["people"])
        return beside["missing"]

    def test_without_a_number_it_is_said_what_to_fill_in(self):
        self.partner.phone = False
        words = self.missing(self.partner)
        self.assertIn("Ada Chen has no phone number", words)
        self.assertIn("“Phone”", words)
        self.assertEqual(self.count_beside(self.partner), 0)

    def test_what_is_no_number_is_said_to_be_none(self):
        self.partner.phone = "call Bob"
        words = self.missing(self.partner)
        self.assertIn("“call Bob”", words)
        self.assertIn("no letters", words)

    def test_with_a_number_it_can_be_texted(self):
        self.assertEqual(
            self.texts_of(self.partner)["people"],
            [{"number": THEIR_NUMBER, "partner_id": self.partner.id}],
        )


@tagged("post_install", "-at_install")
class TestWhoSeesRecordTexts(RecordTextsCase):
    def setUp(self):
        super().setUp()
        self.thread = self.receive("Something private").conversation_id

    def assert_sees_nothing(self, user):
        beside = self.texts_of(self.partner, user)
        self.assertFalse(beside["threads"])
        self.assertEqual(beside["count"], 0)
        self.assertEqual(self.count_beside(self.partner, user), 0)

    def test_a_colleague_who_answers_the_number_sees_them(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids += colleague
        self.assertEqual(self.threads_of(self.partner, colleague), self.thread)
        self.assertEqual(self.count_beside(self.partner, colleague), 1)

    def test_a_colleague_who_does_not_answer_it_sees_nothing(self):
        self.assert_sees_nothing(
            self.make_user("colleague", "group_user", self.company)
        )

    def test_a_supervisor_of_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assert_sees_nothing(self.make_user("spy", "group_supervisor", other))

    def test_each_company_has_its_own_texts_with_a_shared_contact(self):
        other = self.env["res.company"].create(
            {"name": "Other", "country_id": self.env.ref("base.us").id}
        )
        account = self.make_account(other)
        number = self.make_number(self.make_line(account, "+14155550103"))
        theirs = self.make_conversation(number)
        boss = self.make_user("boss", "group_supervisor", self.company)
        boss.company_ids += other
        both = (self.company + other).ids
        here = boss.with_context(allowed_company_ids=both)
        conversations = self.env["sms.inbox.conversation"].with_user(here)
        for companies, expected in (
            (both, self.thread),
            (both[::-1], theirs),
        ):
            found = conversations.with_context(
                allowed_company_ids=companies
            ).texts_of_record("res.partner", self.partner.id)
            self.assertEqual([row["id"] for row in found["threads"]], expected.ids)

    def test_a_record_that_one_may_not_read_tells_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        self.partner.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.texts_of(self.partner)

    def test_who_does_not_text_is_told_nothing_and_the_chatter_works(self):
        user = new_test_user(
            self.env,
            login="plain",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertIsNone(self.count_beside(self.partner, user))


@tagged("post_install", "-at_install")
class TestLastText(RecordTextsCase):
    """Thread count and last text on contacts."""

    def setUp(self):
        super().setUp()
        self.contact = self.partner.with_user(self.agent)

    def test_without_texts_nobody_wrote(self):
        self.make_conversation()
        self.assertEqual(self.contact.sms_conversation_count, 0)
        self.assertFalse(self.contact.sms_last_text_at)
        self.assertFalse(self.contact.sms_last_text_by)

    def test_the_last_text_is_that_of_the_latest_thread(self):
        service = self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )
        older = self.receive("To Service", line=service.number).conversation_id
        older.sudo().last_text_at = "2026-01-01"
        newer = self.receive("To Sales").conversation_id
        self.contact.invalidate_recordset()
        self.assertEqual(self.contact.sms_conversation_count, 2)
        self.assertEqual(self.contact.sms_last_text_at, newer.last_text_at)
        self.assertEqual(self.contact.sms_last_text_by, "them")
        newer.with_user(self.agent).send_text("Hi")
        self.contact.invalidate_recordset()
        self.assertEqual(self.contact.sms_last_text_by, "us")

    def test_a_contact_counts_the_threads_that_its_panel_shows(self):
        self.receive("Hello")
        sister = self.partner.copy({"name": "Sister"}).with_user(self.agent)
        stranger = self.receive("Who is this?", "+12025550177").conversation_id
        later = self.env["res.partner"].create(
            {"name": "Later", "phone": stranger.contact_number}
        )
        contacts = self.contact | sister | later.with_user(self.agent)
        contacts.invalidate_recordset()
        panels = self.env["sms.inbox.conversation"].with_user(self.agent)
        for contact in contacts:
            panel = panels.texts_of_record("res.partner", contact.id)
            self.assertEqual(contact.sms_conversation_count, 1)
            self.assertEqual(len(panel["threads"]), 1)
            domain = contact.action_sms_inbox_conversations()["domain"]
            self.assertEqual(panels.search(domain).id, panel["threads"][0]["id"])
        count = "sms_conversation_count"
        found = contacts.search([("id", "in", contacts.ids), (count, ">", 0)])
        self.assertEqual(found, contacts)
        self.assertFalse(contacts.search([("id", "in", contacts.ids), (count, "=", 0)]))

    def test_another_company_is_told_of_no_text(self):
        self.receive("Hello")
        other = self.env["res.company"].create({"name": "Other"})
        spy = self.make_user("spy", "group_supervisor", other)
        self.assertFalse(self.partner.with_user(spy).sms_last_text_at)

    def test_many_contacts_take_as_many_queries_as_few(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Contact {n}", "phone": f"+12025551{n:03d}"}
                for n in range(MANY)
            ]
        )
        for partner in partners:
            self.make_conversation(contact_number=partner.phone).send_text("Hello")
        self.assert_last_texts_are_read_at_once(partners)


@tagged("post_install", "-at_install")
class TestTextAnywhere(RecordTextsCase):
    """The phone field's SMS link, and the command palette."""

    def press(self, record, name="phone", user=None):
        starts = self.env["sms.inbox.start"].with_user(user or self.agent)
        return starts.text_field(record._name, record.id, name)

    def look_for(self, typed, user=None):
        conversations = self.env["sms.inbox.conversation"].with_user(user or self.agent)
        return conversations.palette_people(typed)

    def test_the_sms_link_opens_the_conversation(self):
        opened = self.press(self.partner)
        thread = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(
            (thread.contact_number, thread.partner_id), (THEIR_NUMBER, self.partner)
        )

    def test_a_number_without_country_is_read_where_its_record_is(self):
        self.partner.country_id = self.env.ref("base.it")
        self.partner.phone = "340 123 4567"
        opened = self.press(self.partner)
        thread = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(thread.contact_number, "+393401234567")

    def test_who_answers_no_number_texts_as_odoo_does_it(self):
        idle = self.make_user("idle", "group_user", self.company)
        self.assertFalse(self.press(self.partner, user=idle))

    def test_a_landline_is_asked_about_first(self):
        self.partner.phone = LANDLINE
        self.assertEqual(self.press(self.partner)["res_model"], "sms.inbox.start")

    def test_the_link_of_a_record_that_one_may_not_read_opens_nothing(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Other"})
        self.partner.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.press(self.partner)

    def test_the_palette_finds_people_by_name_and_number_and_says_what_is_known(self):
        self.receive("STOP")
        for typed in ("ada", "2025550143", "(202) 555-0143"):
            (found,) = self.look_for(typed)
            self.assertEqual(found["partner_id"], self.partner.id)
            self.assertEqual(found["known"], "Wants no texts")

    def test_the_palette_finds_numbers_of_nobody_that_texted_us(self):
        self.receive("Hello", OTHER_NUMBER)
        (found,) = self.look_for("0199")
        self.assertEqual((found["number"], found["name"]), (OTHER_NUMBER, ""))
        idle = self.make_user("idle", "group_user", self.company)
        self.assertFalse(self.look_for("0199", user=idle))

    def test_the_palette_names_no_contact_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        self.assertFalse(self.look_for("ada"))

    def test_a_whole_number_can_be_texted_though_nobody_has_it(self):
        (found,) = self.look_for(OTHER_NUMBER)
        self.assertFalse(found["partner_id"])
        starts = self.env["sms.inbox.start"].with_user(self.agent)
        opened = starts.text_number(found["number"])
        thread = self.env["sms.inbox.conversation"].browse(opened["res_id"])
        self.assertEqual(thread.contact_number, OTHER_NUMBER)
        self.assertNotEqual(thread.contact_number, OUR_NUMBER)


@tagged("post_install", "-at_install")
class TestRecordScreens(RecordTextsCase, HttpCase):
    """The texts beside a contact, and the command palette, in a real browser."""

    def test_a_contacts_texts_are_read_and_answered_beside_its_chatter(self):
        self.receive("Is it ready?")
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "sms_inbox_texts_beside_a_record",
            login="agent",
        )
        text = self.env["sms.inbox.message"].search(
            [("contact_number", "=", THEIR_NUMBER)], limit=1
        )
        self.assertEqual((text.body, text.author_id), ("Come at 5", self.agent))

    def test_somebody_is_texted_from_the_command_palette(self):
        self.receive("Is it ready?")
        self.start_tour(
            "/odoo/contacts", "sms_inbox_text_from_the_palette", login="agent"
        )
