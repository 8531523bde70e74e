import runpy
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from ..models import sms_inbox_conversation_search
from ..models.sms_inbox_conversation_inbox import COUNTED, VIEWS
from ..models.sms_inbox_conversation_search import MANY as MANY_ENOUGH
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
                # what very many have is found without an index, in one query less
                self.assertLessEqual(self.queries(call), for_few[name])

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

    def test_a_row_has_the_same_marks_as_the_record(self):
        threads = self.converse(6)
        consents = self.env["sms.inbox.consent"]
        other_line = self.make_line(self.account, "+14155550101")
        self.make_number(other_line, self.agent, name="Service")
        of_line = (
            (threads[0], False, "opted_out"),
            (threads[1], self.number.line_id, "opted_out"),
            (threads[2], other_line, "opted_out"),
            (threads[3], False, "review"),
            (threads[4], False, "subscribed"),
        )
        for thread, line, state in of_line:
            consents.create(
                {
                    "company_id": self.company.id,
                    "number": thread.contact_number,
                    "line_id": line and line.id,
                    "state": state,
                }
            )
        threads[5].mark_read()
        rows = {row["id"]: row for row in self.conversations.inbox_page("team")}
        self.env.invalidate_all()
        for name in ("opted_out", "undecided", "textability", "unread"):
            with self.subTest(mark=name):
                marks = [rows[thread.id][name] for thread in threads]
                self.assertEqual(marks, threads.mapped(name))
        self.assertEqual(
            [rows[thread.id]["opted_out"] for thread in threads],
            [True, True, False, False, False, False],
        )

    def test_counts_of_some_views_are_those_of_all(self):
        self.converse(3)[0].user_id = self.agent
        self.env.flush_all()
        counts = self.conversations.inbox_counts()
        some = self.conversations.inbox_counts(["waiting", "mine"])
        self.assertEqual(some, {"waiting": counts["waiting"], "mine": counts["mine"]})

    def test_a_word_or_a_name_of_many_is_found_among_the_newest(self):
        threads = self.converse(MANY_ENOUGH + 5)
        threads.partner_id = self.partner
        self.env.flush_all()
        for words in ("question", "ada"):
            with self.subTest(words=words):
                found = [row["id"] for row in self.conversations.inbox_search(words)]
                self.assertEqual(found, threads.ids[::-1])

    def test_a_word_that_some_have_is_found_among_newer_ones_or_wherever_it_is(self):
        threads = self.converse(8)
        for newer, seen in ((5, 3), (5, 5), (2, 5)):
            bounds = {"NEWEST": 2, "NEWER_TEXTS": newer, "FOUND": seen}
            with (
                self.subTest(**bounds),
                patch.multiple(sms_inbox_conversation_search, **bounds),
            ):
                found = self.conversations.inbox_search("question")
                latest = threads.ids[::-1][:seen]
                self.assertEqual([row["id"] for row in found], latest)

    def test_many_texts_of_one_hide_no_other(self):
        threads = self.converse(2)
        for _text in range(4):
            self.receive("Question", threads[1].contact_number)
        bounds = {"NEWEST": 3, "NEWER_TEXTS": 4, "FOUND": 2, "MANY": 2}
        with patch.multiple(sms_inbox_conversation_search, **bounds):
            found = self.conversations.inbox_search("question")
        self.assertEqual({row["id"] for row in found}, set(threads.ids))

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def assert_unread(self, user, threads):
        """The views show what the counts say."""
        theirs = self.conversations.with_user(user)
        self.env.flush_all()
        for view in ("unread", "heard"):
            rows = theirs.inbox_page(view)
            self.assertEqual({row["id"] for row in rows}, set(threads.ids))
            self.assertEqual(theirs.inbox_counts([view]), {view: len(threads)})

    def test_whoever_loses_a_thread_has_nothing_unread_in_it(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        nothing = self.conversations
        thread, other = self.converse(2)
        thread.sudo().user_id = colleague
        self.receive("And?", thread.contact_number)
        self.assert_unread(colleague, thread)
        self.assert_unread(self.agent, thread + other)
        thread.sudo().user_id = self.agent
        self.assert_unread(colleague, nothing)
        self.number.user_ids -= self.agent
        self.assert_unread(self.agent, thread)
        thread.sudo().user_id = False
        self.assert_unread(self.agent, nothing)
        self.number.user_ids |= self.agent
        self.assert_unread(self.agent, nothing)
        self.receive("Hello?", other.contact_number)
        self.assert_unread(self.agent, other)

    def test_a_text_that_follows_a_loss_at_once_is_unread(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        thread = self.converse(1).sudo()
        thread.user_id = colleague
        self.receive("And?", thread.contact_number)
        self.env.flush_all()
        thread.user_id = False
        thread.user_id = colleague
        again = {
            "number": self.number,
            "contact_number": thread.contact_number,
            "body": "Hello?",
            "date": Datetime.now(),
        }
        self.env["sms.inbox.conversation"]._receive_all([again])
        self.assert_unread(colleague, thread)

    def test_who_has_nothing_unread_any_more_is_found_in_one_statement(self):
        self.converse(MANY)
        # raw SQL: as if the texts had come in another transaction
        self.env.cr.execute("DELETE FROM sms_inbox_number_user_rel")
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.env["sms.inbox.conversation.user"]._gc_unread()
        self.assert_unread(self.agent, self.conversations)

    def test_what_came_while_its_reader_lost_the_thread_is_forgotten(self):
        self.assert_unread(self.agent, self.converse(1))
        # raw SQL: as if the text had come in another transaction
        self.env.cr.execute("DELETE FROM sms_inbox_number_user_rel")
        self.env.invalidate_all()
        unread = self.conversations.inbox_counts(["unread"])
        self.assertEqual(unread, {"unread": 1})
        path = file_path("sms_inbox/migrations/19.0.1.9.0/post-unread.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.8.0")
        self.env.invalidate_all()
        self.assert_unread(self.agent, self.conversations)

    def test_counts_are_of_the_companies_that_are_on(self):
        other = self.env["res.company"].create({"name": "Cakes"})
        self.agent.company_ids |= other
        self.assert_unread(self.agent, self.converse(2))
        elsewhere = self.conversations.with_context(allowed_company_ids=other.ids)
        counts = elsewhere.inbox_counts(["unread", "heard", "waiting"])
        self.assertFalse(any(counts.values()))

    def test_nobody_without_the_role_counts(self):
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.conversations.with_user(clerk).inbox_counts(["unread"])

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
                closed = {
                    "inbox_open": (["body"], 1),
                    "inbox_texts": (["body"],),
                    "inbox_thread": (),
                    "inbox_around": (),
                    "inbox_notes": (),
                    "inbox_templates": (),
                    "inbox_people_to_assign": (),
                    "inbox_presence": ("here",),
                }
                for method, arguments in closed.items():
                    with self.subTest(method=method), self.assertRaises(AccessError):
                        getattr(thread.with_user(stranger), method)(*arguments)

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
