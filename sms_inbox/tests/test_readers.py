"""Who learns of a thread: those who can answer in its company, and nobody else."""

from odoo.tests import tagged

from .common import SmsInboxCase
from .test_telling import TellingCase


@tagged("post_install", "-at_install")
class TestTwoCompaniesOn(SmsInboxCase):
    """A user who has two companies on works with colleagues of one of them."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Dental"})
        self.colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids |= self.colleague
        self.supervisor.company_ids |= self.other
        self.mine = (
            self.make_conversation()
            .with_user(self.supervisor)
            .with_context(
                allowed_company_ids=(self.company + self.other).ids,
                tracking_disable=False,
            )
        )

    def told(self, user):
        """How many notes a user was told of."""
        self.env.flush_all()
        return self.env["mail.notification"].search_count(
            [("res_partner_id", "=", user.partner_id.id)]
        )

    def test_they_assign_a_thread(self):
        self.mine.write({"user_id": self.colleague.id})
        self.assertEqual(self.mine.user_id, self.colleague)
        self.assertEqual(self.told(self.colleague), 1)

    def test_they_mention_a_colleague(self):
        self.mine.message_post(
            body="Can you look?",
            message_type="comment",
            partner_ids=self.colleague.partner_id.ids,
        )
        self.assertEqual(self.told(self.colleague), 1)

    def test_they_post_where_a_colleague_follows(self):
        self.mine.message_subscribe(self.colleague.partner_id.ids)
        self.mine.message_post(
            body="Done", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.mine.message_post(
            body="Done", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.told(self.colleague), 1)

    def test_they_plan_something_for_a_colleague(self):
        self.mine.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id
        )
        self.assertEqual(self.mine.activity_ids.user_id, self.colleague)

    def test_who_is_only_in_the_other_company_is_told_nothing(self):
        stranger = self.make_user("stranger", "group_manager", self.other)
        self.mine.message_post(
            body="Can you look?",
            message_type="comment",
            partner_ids=stranger.partner_id.ids,
        )
        self.assertEqual(self.told(stranger), 0)


@tagged("post_install", "-at_install")
class TestWhoseScreensAreTold(TellingCase):
    """Screens are told of what their users may read, and of nothing else."""

    def setUp(self):
        super().setUp()
        line = self.make_line(self.account, "+14155550101")
        self.colleague = self.make_user("colleague", "group_user", self.company)
        self.ours = self.make_conversation()
        self.other = self.make_conversation(self.make_number(line, self.colleague))

    def told_of_both(self):
        both = self.ours + self.other
        told = self.told_now(both._tell_screens, "conversation")
        return {login: sorted(ids) for login, ids in told.items()}

    def test_who_answers_one_number_is_told_of_its_threads_alone(self):
        told = self.told_of_both()
        self.assertEqual(told["agent"], self.ours.ids)
        self.assertEqual(told["colleague"], self.other.ids)

    def test_who_has_a_thread_of_another_number_is_told_of_that_one_too(self):
        self.ours.user_id = self.colleague
        self.assertEqual(self.told_of_both()["colleague"], (self.ours + self.other).ids)

    def test_a_note_in_the_chatter_is_told_to_who_has_its_thread_open(self):
        told = self.told_now(
            lambda: self.ours.message_post(
                body="Ask Tom", message_type="comment", subtype_xmlid="mail.mt_note"
            ),
            "conversation",
        )
        self.assertEqual(list(told["agent"]), self.ours.ids)

    def test_whoever_sees_all_numbers_is_told_in_one_word(self):
        last = self.env["bus.bus"]._bus_last_id()
        self.assertEqual(
            self.told_of_both()["supervisor"], (self.ours + self.other).ids
        )
        channel = ("channel", "like", f'"res.partner",{self.supervisor.partner_id.id}]')
        events = self.env["bus.bus"].search([("id", ">", last), channel])
        self.assertEqual(len(events), 1)


@tagged("post_install", "-at_install")
class TestWhoCannotAnswer(TellingCase):
    """An assignee who cannot answer is as none: the members are told."""

    def setUp(self):
        super().setUp()
        self.bo = self.make_user("bo", "group_user", self.company)
        self.bo.email = "bo@example.com"
        self.number.user_ids |= self.bo
        self.thread = self.make_conversation()

    def take_role(self, user):
        user.group_ids -= self.env.ref("sms_inbox.group_user")

    def test_the_members_are_told_instead_of_an_assignee_without_the_role(self):
        self.thread.user_id = self.bo
        self.take_role(self.bo)
        told = self.told_now(lambda: self.receive("Is my bike ready?"))
        self.assertEqual(told, {"agent": self.thread.ids})
        self.assertEqual(self.row().unread, 1)
        self.assertFalse(self.row(self.bo))
        self.pass_five_minutes()
        self.assertEqual((len(self.mails()), len(self.mails(self.bo))), (1, 0))

    def test_a_member_without_the_role_has_nothing_unread(self):
        self.take_role(self.bo)
        self.receive("Is my bike ready?")
        self.assertEqual((self.row().unread, self.row(self.bo)), (1, self.rows))
