"""Many conversations are handed over at once, to whom may have all of them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SmsInboxCase
from .test_queries import FEW, MANY


@tagged("post_install", "-at_install")
class TestAssignWindow(SmsInboxCase):
    def setUp(self):
        super().setUp()
        self.bo = self.make_user("bo", "group_user", self.company)
        self.service = self.make_number(
            self.make_line(self.account, "+14155550101"), self.agent, name="Service"
        )
        self.number.user_ids |= self.bo
        self.threads = self.make_threads(2)

    def make_threads(self, count, number=None):
        threads = self.env["sms.inbox.conversation"]
        for index in range(count):
            person = f"+1202555{index:04d}"
            threads |= self.make_conversation(number, person)
        return threads

    def window(self, threads=None, user=None):
        """The window over some threads, as the list opens it."""
        windows = self.env["sms.inbox.assign"].with_user(user or self.supervisor)
        ids = (self.threads if threads is None else threads).ids
        return windows.with_context(active_model="x", active_ids=ids)

    def hand_over(self, to, *args):
        form = Form(self.window(*args))
        form.user_id = to
        return form.save().action_assign()

    def answering(self, *args):
        """Who can be chosen, of those in this test."""
        window = self.window(*args).create({})
        return set(window.answering_ids.mapped("login")) & {
            *("agent", "bo", "supervisor", "manager", "stranger", "clerk", "gone"),
        }

    def test_the_list_offers_it_for_what_is_selected(self):
        view = self.env.ref("sms_inbox.sms_inbox_conversation_view_list")
        action = self.env.ref("sms_inbox.sms_inbox_assign_action")
        threads = self.threads.with_user(self.supervisor)
        arch = threads.get_view(view.id, "list")["arch"]
        self.assertIn(f'name="{action.id}"', arch)

    def test_all_that_are_selected_go_to_whom_was_chosen(self):
        self.threads[0].user_id = self.agent
        closing = self.hand_over(self.bo)
        self.assertEqual(self.threads.user_id, self.bo)
        self.assertEqual(closing["type"], "ir.actions.act_window_close")

    def test_many_at_once_are_told_in_one_notification_that_names_them(self):
        threads = self.threads.with_user(self.supervisor)
        threads.with_context(tracking_disable=False).user_id = self.bo
        told = self.notes_for(self.bo)
        self.assertEqual(told.subject, "2 conversations were assigned to you")
        for thread in self.threads:
            self.assertIn(thread.display_name, told.body)
            self.assertIn(f"res_id={thread.id}", told.body)

    def test_one_alone_is_told_as_odoo_tells_it(self):
        thread = self.threads[0].with_user(self.supervisor)
        thread.with_context(tracking_disable=False).user_id = self.bo
        told = self.notes_for(self.bo)
        self.assertEqual((told.model, told.res_id), (thread._name, thread.id))

    def notes_for(self, user):
        notified = self.env["mail.notification"].search(
            [("res_partner_id", "=", user.partner_id.id)]
        )
        return notified.mail_message_id

    def test_the_window_says_how_many_they_are(self):
        self.assertEqual(Form(self.window()).count, 2)

    def test_all_that_are_selected_go_to_nobody(self):
        self.threads.user_id = self.agent
        self.hand_over(self.env["res.users"])
        self.assertFalse(self.threads.user_id)

    def test_an_agent_hands_over_what_they_answer(self):
        self.hand_over(self.bo, self.threads, self.agent)
        self.assertEqual(self.threads.user_id, self.bo)

    # ------------------------------------------------------------
    # WHO CAN BE CHOSEN
    # ------------------------------------------------------------

    def test_members_and_supervisors_can_be_chosen(self):
        clerk = self.make_user("clerk", "group_user", self.company)
        self.assertEqual(
            self.answering(), {"agent", "bo", "supervisor", "manager"}, clerk.login
        )

    def test_of_several_numbers_only_who_answers_all_can_be_chosen(self):
        threads = self.threads | self.make_threads(1, self.service)
        self.assertEqual(self.answering(threads), {"agent", "supervisor", "manager"})

    def test_who_may_not_answer_at_all_cannot_be_chosen(self):
        gone = self.make_user("gone", "group_user", self.company)
        clerk = self.make_user("clerk", "group_user", self.company)
        other = self.env["res.company"].create({"name": "Boats"})
        self.make_user("stranger", "group_supervisor", other)
        self.number.user_ids |= gone | clerk
        gone.active = False
        clerk.group_ids -= self.env.ref("sms_inbox.group_user")
        self.assertEqual(self.answering(), {"agent", "bo", "supervisor", "manager"})

    def test_of_two_companies_only_who_works_in_both_can_be_chosen(self):
        other = self.env["res.company"].create({"name": "Boats"})
        line = self.make_line(self.make_account(other), "+14155550109")
        theirs = self.make_threads(1, self.make_number(line))
        both = self.make_user("both", "group_supervisor", self.company)
        both.company_ids |= other
        on = {"allowed_company_ids": [self.company.id, other.id]}
        window = self.window(self.threads | theirs, both).with_context(**on)
        answering = window.create({}).answering_ids
        self.assertIn(both, answering)
        self.assertFalse(answering & (self.agent | self.supervisor))

    def test_it_is_said_who_does_not_answer_which_number(self):
        threads = self.threads | self.make_threads(1, self.service)
        window = self.window(threads).create({"user_id": self.bo.id})
        with self.assertRaises(UserError) as refusal:
            window.action_assign()
        words = str(refusal.exception)
        self.assertIn(f"{self.bo.name} does not answer Service", words)
        self.assertNotIn("Sales", words)
        self.assertFalse(threads.user_id)

    # ------------------------------------------------------------
    # WHO MAY USE IT
    # ------------------------------------------------------------

    def test_nobody_hands_over_what_they_may_not_see(self):
        hidden = self.make_threads(1, self.service)
        for user in (self.bo, self.make_user("clerk", "group_user", self.company)):
            with self.subTest(user.login), self.assertRaises(AccessError) as refusal:
                self.window(hidden, user).create({"user_id": user.id}).action_assign()
            self.assertNotIn("Service", str(refusal.exception))
        self.assertFalse(hidden.user_id)

    def test_many_take_as_few_queries_as_few(self):
        def spent(threads):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.window(threads).create({"user_id": self.bo.id})._check_may_have()
            return self.env.cr.sql_log_count - before

        threads = self.make_threads(MANY)
        for some in (threads, threads[:FEW]):
            spent(some)
        self.assertEqual(spent(threads), spent(threads[:FEW]))
