from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged

from ..models.sms_inbox_conversation_inbox import COUNTED, VIEWS
from .common import SmsInboxCase
from .test_queries import FEW, MANY


class InboxCase(SmsInboxCase):
    """Some threads of the agent's number, each a minute after the one before."""

    def setUp(self):
        super().setUp()
        self.conversations = self.env["sms.inbox.conversation"].with_user(self.agent)

    def converse(self, count, first=0):
        """Threads whose last text is theirs, the first one's the oldest."""
        began = Datetime.now() - timedelta(days=1)
        texts = [
            {
                "number": self.number,
                "contact_number": f"+12025552{first + n:03d}",
                "body": f"Question {first + n}",
                "date": began + timedelta(minutes=first + n),
            }
            for n in range(count)
        ]
        messages = self.env["sms.inbox.message"]
        for text in texts:
            # one call each, as carriers tell of them
            messages |= self.env["sms.inbox.conversation"]._receive_all([text])
        self.env.flush_all()
        return messages.conversation_id.with_user(self.agent)

    def page(self, view, **options):
        return [row["id"] for row in self.conversations.inbox_page(view, **options)]


@tagged("post_install", "-at_install")
class TestInbox(InboxCase):
    """Views, pages, counts and rows of the agents' inbox."""

    # ------------------------------------------------------------
    # VIEWS
    # ------------------------------------------------------------

    def test_each_view_has_the_conversations_that_its_name_says(self):
        mine, nobodys, snoozed, closed, flagged, answered = self.converse(6)
        mine.user_id = self.agent
        snoozed.stage = "snoozed"
        closed.stage = "closed"
        flagged.write({"flagged": True, "user_id": self.supervisor.id})
        answered.user_id = self.supervisor
        answered.send_text("Yes")
        (mine | snoozed).mark_read()
        self.env.flush_all()
        seen = {view: set(self.page(view)) for view in VIEWS}
        self.assertEqual(seen["mine"], {mine.id})
        self.assertEqual(seen["unassigned"], {nobodys.id})
        self.assertEqual(seen["team"], {mine.id, nobodys.id, flagged.id, answered.id})
        self.assertEqual(
            seen["unread"], {nobodys.id, closed.id, flagged.id, answered.id}
        )
        self.assertEqual(seen["waiting"], {mine.id, nobodys.id, flagged.id})
        self.assertEqual(seen["snoozed"], {snoozed.id})
        self.assertEqual(seen["closed"], {closed.id})
        self.assertEqual(seen["flagged"], {flagged.id})

    def test_who_waits_longest_is_first_and_who_wrote_last_is_first_elsewhere(self):
        threads = self.converse(4)
        self.assertEqual(self.page("waiting"), threads.ids)
        self.assertEqual(self.page("team"), threads.ids[::-1])

    def test_a_conversation_without_a_text_is_in_no_view(self):
        self.make_conversation()
        self.assertFalse(any(self.page(view) for view in VIEWS))

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def read_to_the_end(self, view, limit):
        ids, after = [], None
        while rows := self.conversations.inbox_page(view, after, limit):
            ids += [row["id"] for row in rows]
            after = rows[-1]["key"]
        return ids

    def test_pages_have_each_row_once_also_where_many_are_of_one_moment(self):
        threads = self.converse(9)
        moment = Datetime.now()
        # raw SQL: moments to the microsecond, which the ORM's own values lack
        self.env.cr.execute(
            "UPDATE sms_inbox_conversation SET last_text_at = %s, waiting_since = %s"
            " WHERE id = ANY(%s)",
            (moment, moment, threads.ids[:6]),
        )
        self.env.cr.execute(
            "UPDATE sms_inbox_conversation"
            " SET last_text_at = last_text_at + interval '3 microseconds'"
            " WHERE id = ANY(%s)",
            (threads.ids[2:4],),
        )
        self.env.invalidate_all()
        for view in ("team", "waiting"):
            for limit in (1, 2, 4):
                with self.subTest(view=view, limit=limit):
                    ids = self.read_to_the_end(view, limit)
                    self.assertEqual(len(ids), len(set(ids)))
                    self.assertEqual(set(ids), set(threads.ids))

    def test_a_page_is_not_disturbed_by_texts_that_come_meanwhile(self):
        threads = self.converse(6)
        first = self.conversations.inbox_page("team", limit=3)
        self.converse(2, first=6)
        rest = self.page("team", after=first[-1]["key"], limit=3)
        self.assertEqual([*(row["id"] for row in first), *rest], threads.ids[::-1])

    def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(self):
        calls = {
            "page": lambda: self.conversations.inbox_page("team", limit=80),
            "counts": self.conversations.inbox_counts,
            "search": lambda: self.conversations.inbox_search("question"),
        }
        self.converse(FEW).partner_id = self.partner
        for_few = {name: self.queries(call) for name, call in calls.items()}
        for thread in self.converse(MANY, first=FEW):
            thread.partner_id = self.partner.copy()
        for name, call in calls.items():
            with self.subTest(call=name):
                self.assertEqual(self.queries(call), for_few[name])

    def queries(self, call):
        for _warm_up in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            call()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # COUNTS, ROWS
    # ------------------------------------------------------------

    def test_counts_are_those_of_the_views_and_end_at_a_bound(self):
        mine, *_others = self.converse(3)
        mine.user_id = self.agent
        self.env.flush_all()
        counts = self.conversations.inbox_counts()
        self.assertEqual(
            counts,
            {
                "mine": 1,
                "unassigned": 2,
                "unread": 3,
                "waiting": 3,
                "snoozed": 0,
                "flagged": 0,
            },
        )
        self.converse(COUNTED + 1, first=3)
        self.assertEqual(self.conversations.inbox_counts()["waiting"], COUNTED)

    def test_rows_read_again_are_those_that_are_in_the_view_still(self):
        stays, leaves = self.converse(2)
        leaves.stage = "closed"
        self.env.flush_all()
        ids = [stays.id, leaves.id]
        rows = self.conversations.inbox_rows(ids, "team")
        self.assertEqual([row["id"] for row in rows], [stays.id])
        self.assertEqual(len(self.conversations.inbox_rows(ids)), 2)

    def test_a_row_shows_what_the_list_needs(self):
        (thread,) = self.converse(1)
        thread.write({"partner_id": self.partner.id, "user_id": self.agent.id})
        (row,) = self.conversations.inbox_page("mine")
        self.assertEqual(
            {name: row[name] for name in ("name", "preview", "unread", "stage")},
            {
                "name": "Ada Chen",
                "preview": "Question 0",
                "unread": 1,
                "stage": "needs_reply",
            },
        )
        self.assertEqual(row["number"]["name"], "Sales")
        self.assertEqual(row["user"], {"id": self.agent.id, "name": self.agent.name})

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def test_nobody_reads_of_numbers_and_companies_that_are_not_theirs(self):
        thread = self.converse(1)
        other = self.env["res.company"].create({"name": "Cakes"})
        strangers = (
            self.make_user("colleague", "group_user", self.company),
            self.make_user("stranger", "group_supervisor", other),
        )
        for stranger in strangers:
            theirs = self.conversations.with_user(stranger)
            with self.subTest(stranger=stranger.login):
                for view in VIEWS:
                    self.assertFalse(theirs.inbox_page(view))
                self.assertFalse(theirs.inbox_rows(thread.ids))
                self.assertFalse(theirs.inbox_search("question"))
                self.assertFalse(any(theirs.inbox_counts().values()))
                for method in ("inbox_thread", "inbox_notes", "inbox_templates"):
                    with self.assertRaises(AccessError):
                        getattr(thread.with_user(stranger), method)()
                with self.assertRaises(AccessError):
                    thread.with_user(stranger).inbox_presence("here")

    def test_an_assignee_sees_a_thread_of_a_number_that_is_not_theirs(self):
        thread = self.converse(1)
        colleague = self.make_user("colleague", "group_user", self.company)
        thread.user_id = colleague
        self.env.flush_all()
        theirs = self.conversations.with_user(colleague)
        (row,) = theirs.inbox_page("mine")
        self.assertEqual(row["number"]["name"], "Sales")
        self.assertEqual(
            [row["id"] for row in theirs.inbox_search("question")], thread.ids
        )
        self.assertEqual(
            thread.with_user(colleague).inbox_thread()["our_number"],
            self.number.number,
        )
