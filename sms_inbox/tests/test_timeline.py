from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common import THEIR_NUMBER, SmsInboxCase
from .test_queries import FEW, MANY

NAMES = ["body", "date", "place", "direction", "state"]

OTHER_PHONE = "+12025550144"


@tagged("post_install", "-at_install")
class TestTimeline(SmsInboxCase):
    """All texts with one person in one view, as far as the user may read them."""

    def setUp(self):
        super().setUp()
        self.began = Datetime.now() - timedelta(days=1)
        self.service = self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )

    def hear(self, body, minute, number=None, contact_number=THEIR_NUMBER):
        """The text that came in at a minute, whenever it is noted down."""
        text = self.env["sms.inbox.conversation"]._receive_all(
            [
                {
                    "number": number or self.number,
                    "contact_number": contact_number,
                    "body": body,
                    "date": self.began + timedelta(minutes=minute),
                }
            ]
        )
        self.env.flush_all()
        return text

    def timeline(self, thread, user=None, before=False, **options):
        thread = thread.with_user(user or self.agent)
        thread.env.invalidate_all()
        return thread.inbox_timeline(NAMES, before, **options)

    def bodies(self, *args, **options):
        page = self.timeline(*args, **options)
        return [text["body"] for text in reversed(page["texts"])]

    # ------------------------------------------------------------
    # WHAT IS IN IT
    # ------------------------------------------------------------

    def test_texts_of_all_threads_come_as_they_came_with_the_thread_of_each(self):
        sales = self.hear("One", 1).conversation_id
        service = self.hear("Two", 2, self.service).conversation_id
        self.hear("Four", 4)
        self.hear("Three, which came late", 3, self.service)
        page = self.timeline(sales)
        self.assertEqual(
            [(text["body"], text["conversation_id"]) for text in page["texts"]],
            [
                ("Three, which came late", service.id),
                ("Four", sales.id),
                ("Two", service.id),
                ("One", sales.id),
            ],
        )
        self.assertTrue(page["complete"])
        numbers = {row["id"]: row["number"]["name"] for row in page["threads"]}
        self.assertEqual(numbers, {sales.id: "Sales", service.id: "Service"})

    def test_the_contacts_other_numbers_are_in_it_and_nobody_elses(self):
        thread = self.hear("Mine", 1).conversation_id
        other = self.hear("From work", 2, None, OTHER_PHONE).conversation_id
        self.hear("Somebody else", 3, None, "+12025550145")
        self.assertEqual(self.bodies(thread), ["Mine"])
        other.partner_id = self.partner
        self.assertEqual(self.bodies(thread), ["Mine", "From work"])

    def test_what_waits_is_on_the_newest_page_however_long_ago_it_was_written(self):
        thread = self.hear("One", 1).conversation_id.with_user(self.agent)
        thread.send_text("Later", not_before=Datetime.now() + timedelta(days=1))
        for minute in (2, 3):
            self.hear("Another", minute, self.service)
        page = self.timeline(thread, limit=2)
        self.assertEqual(page["texts"][-1]["body"], "Later")
        self.assertFalse(page["complete"])
        before = page["texts"][1]["place"]
        self.assertEqual(self.bodies(thread, before=before), ["One"])

    def test_looking_reads_nothing_and_answers_nothing(self):
        thread = self.hear("Hi", 1).conversation_id.with_user(self.agent)
        other = self.hear("Hi", 2, self.service).conversation_id.with_user(self.agent)
        for each in (thread, other):
            self.timeline(each)
        self.assertEqual((thread | other).mapped("unread"), [1, 1])
        self.assertEqual(set((thread | other).mapped("stage")), {"needs_reply"})

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def test_pages_have_each_text_once_also_where_many_are_of_one_moment(self):
        texts = self.env["sms.inbox.message"]
        for n in range(9):
            texts |= self.hear(f"Text {n}", n // 4, [self.number, self.service][n % 2])
        thread = texts[0].conversation_id
        for limit in (1, 2, 4):
            with self.subTest(limit=limit):
                ids, page = [], {"complete": False}
                while not page["complete"] and len(ids) <= len(texts):
                    before = texts.browse(ids[-1:]).place
                    page = self.timeline(thread, before=before, limit=limit)
                    ids += [text["id"] for text in page["texts"]]
                self.assertEqual(ids, texts.ids[::-1])

    def test_a_page_takes_as_many_queries_for_many_texts_as_for_few(self):
        thread = self.make_conversation()

        def fill(first, count):
            for n in range(first, count):
                self.hear(f"Text {n}", n, [self.number, self.service][n % 2])

        fill(0, FEW)
        for_few = self.queries(thread)
        fill(FEW, MANY)
        self.assertEqual(self.queries(thread), for_few)

    def queries(self, thread):
        for _warm_up in range(2):
            self.timeline(thread)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.timeline(thread)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def test_a_user_of_one_number_sees_the_texts_of_that_number_alone(self):
        sales = self.hear("To sales", 1).conversation_id
        service = self.hear("To service", 2, self.service).conversation_id
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids += colleague
        page = self.timeline(sales, colleague)
        self.assertEqual([text["body"] for text in page["texts"]], ["To sales"])
        self.assertEqual([row["id"] for row in page["threads"]], sales.ids)
        with self.assertRaises(AccessError):
            self.timeline(service, colleague)
        service.user_id = colleague
        self.env.flush_all()
        self.assertEqual(self.bodies(sales, colleague), ["To sales", "To service"])

    def test_texts_with_another_company_are_not_in_it_whoever_looks(self):
        thread = self.hear("To us", 1).conversation_id
        other = self.env["res.company"].create({"name": "Cakes"})
        line = self.make_line(self.make_account(other), "+14155550109")
        theirs = self.hear("To Cakes", 2, self.make_number(line)).conversation_id
        # the contact is shared by both
        theirs.partner_id = self.partner
        both = self.make_user("both", "group_supervisor", self.company)
        both.company_ids |= other
        of_both = thread.with_user(both).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        for each, body in (
            (of_both, "To us"),
            (theirs.with_env(of_both.env), "To Cakes"),
        ):
            texts = each.inbox_timeline(NAMES)["texts"]
            self.assertEqual([text["body"] for text in texts], [body])
        stranger = self.make_user("stranger", "group_supervisor", other)
        with self.assertRaises(AccessError):
            self.timeline(thread, stranger)

    def test_how_many_threads_their_phone_shows_is_told_and_nothing_of_them(self):
        sales = self.hear("To sales", 1).conversation_id
        self.hear("To service", 2, self.service)
        self.hear("From work", 3, self.service, OTHER_PHONE)
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids += colleague
        details = sales.with_user(colleague).inbox_details()
        self.assertEqual(details["unseen_threads"], 1)
        self.assertNotIn("To service", str(details))
        self.assertEqual(
            sales.with_user(self.agent).inbox_details()["unseen_threads"], 0
        )
