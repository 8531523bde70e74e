from odoo.tests import HttpCase, tagged

from .common import THEIR_NUMBER, SmsInboxCase


class FourTasksCase(SmsInboxCase, HttpCase):
    """From Odoo's home screen, by somebody who has never seen SMS Inbox."""

    def setUp(self):
        super().setUp()
        if "odoobot_state" in self.agent._fields:
            # its greeting would cover all of a phone's screen
            self.agent.odoobot_state = "disabled"

    def do_task(self, name):
        self.start_tour("/odoo", f"sms_inbox_task_{name}", login="agent")
        self.env.invalidate_all()

    def text_from_ada(self):
        """Ada writes, and the agent has her conversation."""
        thread = self.receive("Is my bike ready?").conversation_id
        thread.user_id = self.agent
        return thread

    def check_text_to_ada(self):
        text = self.env["sms.inbox.message"].search(
            [("contact_number", "=", THEIR_NUMBER)], limit=1
        )
        self.assertEqual(
            (text.body, text.direction, text.author_id),
            ("Your bike is ready", "out", self.agent),
        )

    def hand_over(self, task):
        thread = self.text_from_ada()
        ben = self.make_user("ben", "group_user", self.company)
        self.number.user_ids |= ben
        self.do_task(task)
        self.assertEqual(thread.user_id, ben)

    def unsubscribe(self, task):
        thread = self.text_from_ada()
        self.do_task(task)
        self.assertTrue(thread.opted_out)

    def let_two_wait(self):
        """Ada wrote last, and Omar waits longer."""
        self.env["res.partner"].create(
            {"name": "Omar Haddad", "phone": "+1 202 555 0198"}
        )
        omar = self.receive("Do you rent e-bikes?", "+12025550198").conversation_id
        omar.waiting_since = "2026-01-05 14:00:00"
        self.text_from_ada()
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestFourTasks(FourTasksCase):
    """Each takes three clicks at most, which the tours count."""

    def test_a_contact_is_texted(self):
        self.do_task("text_a_contact")
        self.check_text_to_ada()

    def test_who_waits_longest_is_found(self):
        self.let_two_wait()
        self.do_task("find_who_waits_longest")

    def test_a_conversation_is_handed_over(self):
        self.hand_over("hand_over")

    def test_somebody_is_unsubscribed(self):
        self.unsubscribe("unsubscribe")


@tagged("post_install", "-at_install")
class TestFourTasksOnAPhone(FourTasksCase):
    """With a finger, which takes a click or two more."""

    browser_size = "375x667"
    touch_enabled = True

    def test_a_contact_is_texted(self):
        self.do_task("text_a_contact_on_a_phone")
        self.check_text_to_ada()

    def test_who_waits_longest_is_found(self):
        self.let_two_wait()
        self.do_task("find_who_waits_longest_on_a_phone")

    def test_a_conversation_is_handed_over(self):
        self.hand_over("hand_over_on_a_phone")

    def test_somebody_is_unsubscribed(self):
        self.unsubscribe("unsubscribe_on_a_phone")
