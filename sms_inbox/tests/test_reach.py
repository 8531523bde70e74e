import runpy

from odoo.tests import tagged
from odoo.tools import file_path

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestReach(SmsInboxCase):
    """Which threads of one's own company one may read."""

    def test_an_agent_sees_own_numbers_and_own_assignments_only(self):
        line = self.make_line(self.account, "+14155550102")
        number = self.make_number(line)
        conversation = self.make_conversation(number)
        mine = conversation.with_user(self.agent)
        self.assertFalse(mine.search([("number_id", "=", number.id)]))
        conversation.user_id = self.agent
        self.assertEqual(mine.search([("number_id", "=", number.id)]), conversation)

    def test_what_one_finds_and_what_one_may_read_follow_at_once(self):
        thread = self.receive("Hello").conversation_id
        other = self.make_user("other", "group_user", self.company)

        def assert_reach(reached):
            theirs = thread.with_user(other)
            found = theirs.search([("id", "=", thread.id)])
            self.assertEqual(bool(found), reached)
            self.assertEqual(theirs.has_access("read"), reached)
            self.assertEqual(theirs.sudo().in_reach, reached)
            outside = theirs.sudo().search([("in_reach", "=", False)])
            self.assertEqual(thread in outside.sudo(), not reached)

        assert_reach(False)
        self.number.user_ids |= other
        assert_reach(True)
        self.number.user_ids -= other
        assert_reach(False)
        thread.user_id = other
        assert_reach(True)
        thread.user_id = False
        assert_reach(False)

    def test_texts_are_found_and_read_where_their_thread_is(self):
        text = self.receive("Hello")
        thread = text.conversation_id
        other = self.make_user("other", "group_user", self.company)
        cakes = self.env["res.company"].create({"name": "Cakes"})
        stranger = self.make_user("stranger", "group_supervisor", cakes)

        def assert_reach(user, reached):
            theirs = text.with_user(user)
            self.assertEqual(bool(theirs.search([("id", "=", text.id)])), reached)
            self.assertEqual(theirs.has_access("read"), reached)

        assert_reach(other, False)
        self.number.user_ids |= other
        assert_reach(other, True)
        self.number.user_ids -= other
        assert_reach(other, False)
        thread.user_id = other
        assert_reach(other, True)
        thread.user_id = False
        assert_reach(other, False)
        assert_reach(self.supervisor, True)
        assert_reach(stranger, False)

    def test_a_filter_for_either_finds_all(self):
        text = self.receive("Hello")
        for record in (text, text.conversation_id):
            either = [("id", "=", record.id), ("in_reach", "in", [True, False])]
            self.assertEqual(record.search(either), record)

    def test_the_rules_of_users_say_the_same_after_an_update(self):
        for xmlid, version in (
            ("ir_rule_conversation_user", "19.0.1.5.0"),
            ("ir_rule_message_user", "19.0.1.9.0"),
        ):
            rule = self.env.ref(f"sms_inbox.{xmlid}")
            path = file_path(f"sms_inbox/migrations/{version}/post-reach.py")
            migration = runpy.run_path(path)
            now = rule.domain_force
            for before, after in ((migration["BEFORE"], now), ("[]", "[]")):
                rule.domain_force = before
                self.env.flush_all()
                migration["migrate"](self.env.cr, "19.0.1.0.0")
                self.env.invalidate_all()
                self.assertEqual(rule.domain_force, after)
