from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models import sms_inbox_conversation_board as board
from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestBoard(SmsInboxCase):
    """What moves a conversation over the board, and what does not."""

    def setUp(self):
        super().setUp()
        self.conversation = self.receive("Hello").conversation_id.with_user(self.agent)

    def test_only_a_person_closes_and_then_nothing_waits(self):
        self.conversation.action_close()
        self.assertEqual(self.conversation.stage, "closed")
        self.assertFalse(self.conversation.waiting_since)

    def test_opening_a_thread_answers_nothing(self):
        self.conversation.mark_read()
        self.assertEqual(self.conversation.stage, "needs_reply")
        self.assertTrue(self.conversation.waiting_since)

    def test_a_card_dragged_to_needs_reply_waits_from_now_on(self):
        self.conversation.sudo().waiting_since = "2026-01-01 09:00:00"
        self.conversation.send_text("Hi!")
        self.conversation.stage = "closed"
        self.conversation.stage = "needs_reply"
        age = fields.Datetime.now() - self.conversation.waiting_since
        self.assertLess(age, timedelta(minutes=1))

    def test_a_slip_of_the_mouse_changes_no_waiting_time(self):
        since = self.conversation.waiting_since - timedelta(hours=3)
        self.conversation.sudo().waiting_since = since
        self.env.cr.flush()
        for stage in ("closed", "waiting"):
            with self.subTest(stage=stage):
                self.conversation.stage = stage
                self.conversation.stage = "needs_reply"
                self.assertEqual(self.conversation.waiting_since, since)

    def test_a_snoozed_thread_returns_at_its_time_with_its_old_waiting_time(self):
        since = self.conversation.waiting_since
        self.conversation.stage = "snoozed"
        self.assertGreater(self.conversation.snoozed_until, fields.Datetime.now())
        self.run_cron("sms_inbox.ir_cron_wake_snoozed")
        self.assertEqual(self.conversation.stage, "snoozed")
        self.conversation.snoozed_until = fields.Datetime.now()
        self.run_cron("sms_inbox.ir_cron_wake_snoozed")
        self.assertRecordValues(
            self.conversation,
            [{"stage": "needs_reply", "waiting_since": since, "snoozed_until": False}],
        )

    def test_a_snooze_without_an_end_returns_at_once(self):
        self.conversation.stage = "snoozed"
        self.conversation.snoozed_until = False
        self.run_cron("sms_inbox.ir_cron_wake_snoozed")
        self.assertEqual(self.conversation.stage, "needs_reply")

    def test_what_texts_bring_about_nobody_writes_by_hand(self):
        for name, value in (
            ("waiting_since", False),
            ("last_text", "forged"),
            ("last_text_at", "2001-01-01 00:00:00"),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.conversation.write({name: value})

    def test_a_conversation_is_found_by_contact_and_by_number(self):
        for words in ("Ada", "5550143"):
            found = dict(self.conversation.name_search(words))
            self.assertIn(self.conversation.id, found)
        self.assertFalse(self.conversation.name_search("Zed"))

    def test_a_note_reaches_those_alone_who_may_read_the_thread(self):
        leaver = self.make_user("leaver", "group_user", self.company)
        people = leaver | self.supervisor
        self.conversation.message_subscribe((people.partner_id | self.partner).ids)
        note = self.conversation.message_post(
            body="For us", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertEqual(note.notified_partner_ids, self.supervisor.partner_id)

    def test_who_waits_longest_stands_first(self):
        later = self.receive("Me too", "+12025550199").conversation_id
        (self.conversation | later).sudo().write({"stage": "needs_reply"})
        self.conversation.sudo().waiting_since = "2026-01-01 09:00:00"
        later.waiting_since = "2026-01-01 10:00:00"
        answered = self.receive("Hi", "+12025550198").conversation_id
        answered.send_text("Hi!")
        self.assertEqual(
            self.conversation.search([("number_id", "=", self.number.id)]),
            self.conversation | later.with_user(self.agent) | answered,
        )

    def test_every_stage_is_a_column_even_when_it_is_empty(self):
        groups = self.conversation.with_context(
            read_group_expand=True
        ).formatted_read_group(
            [("number_id", "=", self.number.id)], ["stage"], ["__count"]
        )
        self.assertEqual(
            [group["stage"] for group in groups],
            ["needs_reply", "waiting", "snoozed", "closed"],
        )

    def test_a_thread_keeps_its_two_numbers(self):
        with self.assertRaisesRegex(UserError, "keeps its two numbers"):
            self.conversation.sudo().contact_number = "+12025550000"

    def test_a_shared_line_has_no_threads(self):
        shared = self.make_number(
            self.make_line(self.account, "32665", usage="notification")
        )
        with self.assertRaisesRegex(ValidationError, "cannot come back"):
            self.make_conversation(shared)

    def test_screens_of_those_who_may_see_it_are_told_of_a_change(self):
        self.env["bus.bus"].search([]).unlink()
        self.conversation.action_take()
        self.env.cr.precommit.run()
        told = " ".join(self.env["bus.bus"].search([]).mapped("channel"))
        for user in (self.agent, self.supervisor, self.manager):
            self.assertIn(f'"res.partner",{user.partner_id.id}]', told)

    def test_what_is_closed_is_folded_and_no_other_column(self):
        columns = self.columns("stage")
        unfolded = {each["stage"]: "__records" in each for each in columns}
        self.assertEqual(
            unfolded,
            {"needs_reply": True, "waiting": True, "snoozed": True, "closed": False},
        )

    def test_a_column_counts_its_cards_as_far_as_people_read_it(self):
        for end in range(3):
            self.receive("Me too", f"+1202555019{end}")
        closed = self.receive("Bye", "+12025550195").conversation_id
        closed.action_close()
        own = [("number_id", "=", self.number.id), ("closed_at", "=", False)]
        waits = [*own, ("response", "=", "over")]
        mine = self.conversation
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            for most, counted in ((1000, 4), (2, 3)):
                with self.subTest(most=most), patch.object(board, "COUNTED", most):
                    columns = {c["stage"]: c["__count"] for c in self.columns("stage")}
                    self.assertEqual(columns["needs_reply"], counted)
                    self.assertEqual(columns["closed"], 1)
                    bars = {"field": "response", "colors": {"over": "", "soon": ""}}
                    self.assertEqual(
                        mine.read_progress_bar(own, "stage", bars),
                        {"needs_reply": {"over": counted, "soon": 0}},
                    )
            self.assertEqual(mine.search_count(waits), 4)

    def test_a_column_counts_what_the_reader_may_read(self):
        outsider = self.make_user("outsider", "group_user", self.company)
        self.conversation = self.conversation.with_user(outsider)
        self.assertFalse(any(column["__count"] for column in self.columns("stage")))
        bars = {"field": "response", "colors": {"over": "", "within": ""}}
        bars = self.conversation.read_progress_bar([], "stage", bars)
        self.assertFalse(any(bars["needs_reply"].values()))

    def test_a_board_narrowed_to_a_stage_counts_that_alone(self):
        self.receive("Bye", "+12025550195").conversation_id.action_close()
        for stages, expected in (
            (("closed", "waiting"), {"closed": 1}),
            (("needs_reply",), {"needs_reply": 1}),
        ):
            columns = self.columns("stage", ("stage", "in", stages))
            counted = {c["stage"]: c["__count"] for c in columns if c["__count"]}
            self.assertEqual(counted, expected)
        columns = self.columns("stage", ("stage", "not in", ("closed", "waiting")))
        counted = {c["stage"]: c["__count"] for c in columns if c["__count"]}
        self.assertEqual(counted, {"needs_reply": 1})

    def columns(self, group_by, *only):
        return (
            self.conversation.with_context(read_group_expand=True)
            .web_read_group(
                [("number_id", "=", self.number.id), *only],
                [group_by],
                ["__count"],
                auto_unfold=True,
                unfold_read_specification={"display_name": {}},
            )
            .get("groups")
        )

    def test_whoever_answers_is_a_column_and_a_card_dropped_there_is_assigned(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids |= colleague
        people = [
            each["user_id"] and each["user_id"][0] for each in self.columns("user_id")
        ]
        self.assertLessEqual({self.agent.id, colleague.id}, set(people))
        self.conversation.user_id = colleague
        self.assertEqual(self.conversation.sudo().user_id, colleague)

    def test_what_nobody_has_is_unfolded(self):
        columns = self.columns("user_id")
        unfolded = {each["user_id"]: "__records" in each for each in columns}
        self.assertTrue(unfolded[False])

    def test_the_board_shows_what_was_closed_within_seven_days(self):
        on_board = [
            ("id", "=", self.conversation.id),
            "|",
            ("stage", "in", ("needs_reply", "waiting", "snoozed")),
            ("closed_at", ">=", "-7d"),
        ]
        self.assertTrue(self.conversation.search(on_board))
        self.conversation.action_close()
        self.assertTrue(self.conversation.search(on_board))
        week = fields.Datetime.subtract(fields.Datetime.now(), days=7, minutes=1)
        self.conversation.sudo().closed_at = week
        self.assertFalse(self.conversation.search(on_board))

    def test_many_are_closed_reopened_and_taken_at_once(self):
        other = self.receive("Hi", "+12025550198").conversation_id
        both = self.conversation | other.with_user(self.agent)
        for action, field, values in (
            ("action_close", "stage", ["closed", "closed"]),
            ("action_reopen", "stage", ["needs_reply", "needs_reply"]),
            ("action_take", "user_id", self.agent),
        ):
            getattr(both, action)()
            self.assertEqual(both.mapped(field), values)
