"""Who has read a doubtful text may answer and decide, and nobody else."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..consent_source import Source
from .test_consent_heard import DOUBTFUL, ConsentCase


@tagged("post_install", "-at_install")
class TestDoubtSeen(ConsentCase):
    def setUp(self):
        super().setUp()
        self.colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids |= self.colleague

    def reply(self, thread, user):
        """The state of what a user writes in a thread, once it had time to leave."""
        text = self.env["sms.inbox.message"].browse(
            thread.with_user(user).send_text("Buy our bikes!")
        )
        self.dispatch()
        return text.state

    def test_who_is_told_of_nothing_has_not_read_it_for_that(self):
        thread = self.make_conversation()
        thread.user_id = self.agent
        self.receive(DOUBTFUL)
        for user in (self.colleague, self.supervisor):
            with self.subTest(user=user.login):
                self.assertEqual(self.reply(thread, user), "held")

    def test_whoever_has_read_it_may_answer_also_who_is_told_of_nothing(self):
        thread = self.make_conversation()
        thread.user_id = self.agent
        self.receive(DOUBTFUL)
        thread.with_user(self.supervisor).mark_read()
        self.assertNotEqual(self.reply(thread, self.supervisor), "held")

    def test_what_came_in_after_what_is_on_the_screen_is_not_read(self):
        seen = self.receive("Hello")
        self.receive(DOUBTFUL)
        thread = seen.conversation_id.with_user(self.agent)
        thread.mark_read(seen.id)
        self.assertEqual(thread.unread, 2)
        self.assertEqual(self.reply(thread, self.agent), "held")
        thread.mark_read(seen.id + 1000)
        self.assertEqual(thread.unread, 0)

    # ------------------------------------------------------------
    # WHERE THEY WROTE IT
    # ------------------------------------------------------------

    def told(self, thread, user=None):
        """To which number of ours they wrote it, as a thread and its form say."""
        thread = thread.with_user(user or self.agent)
        thread.env.invalidate_all()
        to = thread.inbox_thread()["doubtful_to"]
        self.assertEqual(thread.doubtful_to or "", to)
        return to

    def test_a_thread_with_another_number_says_to_which_one_they_wrote_it(self):
        line = self.make_line(self.account, "+14155550101")
        other = self.make_number(line, self.agent, name="Service")
        elsewhere = self.make_conversation(other)
        here = self.receive(DOUBTFUL).conversation_id
        self.assertEqual(self.told(elsewhere), self.number.display_name)
        self.assertEqual(self.told(here), "")
        # somebody who answers that other number alone is told as well
        reader = self.make_user("reader", "group_user", self.company)
        other.user_ids |= reader
        self.assertEqual(self.told(elsewhere, reader), self.number.display_name)
        here.with_user(self.agent).action_wants_texts()
        self.assertEqual(self.told(elsewhere), "")

    def test_where_it_is_not_known_to_which_number_nothing_is_said(self):
        thread = self.make_conversation()
        source = Source("The recipient", "carrier", "person", words=DOUBTFUL)
        pairs = {(thread.contact_number, self.line.browse()): source}
        self.env["sms.inbox.consent"]._change(self.company, pairs, "review")
        self.assertTrue(thread.undecided)
        self.assertEqual(self.told(thread), "")

    def test_subscribing_again_decides_and_so_takes_the_right_to_decide(self):
        thread = self.receive(DOUBTFUL).conversation_id
        stranger = self.make_user("stranger", "group_user", self.company)
        consents = self.env["sms.inbox.consent"]
        person = [thread.contact_number]
        with self.assertRaisesRegex(AccessError, "Ask a supervisor"):
            consents.with_user(stranger)._resubscribe(self.company, person)
        self.assertEqual(self.state(), "review")
        consents.with_user(self.colleague)._resubscribe(self.company, person)
        self.assertEqual(self.state(), "subscribed")

    def test_an_opt_out_disturbs_nobody_also_where_odoos_list_is_written(self):
        self.company.sms_inbox_write_blacklist = True
        thread = self.receive("STOP").conversation_id
        self.env.cr.precommit.run()
        self.assertTrue(thread.probably_done)
        rows = self.env["sms.inbox.conversation.user"].search(
            [("conversation_id", "=", thread.id)]
        )
        self.assertTrue(rows)
        self.assertFalse(any(rows.mapped("tell_at")))
