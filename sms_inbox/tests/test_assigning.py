"""Who gets a conversation that nobody has, by the rule of its number."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common import THEIR_NUMBER, SmsInboxCase

A_TUESDAY_AT_TEN = "2026-11-24 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time(A_TUESDAY_AT_TEN)
class TestAssigning(SmsInboxCase):
    def setUp(self):
        super().setUp()
        self.bo = self.make_user("bo", "group_user", self.company)
        self.cy = self.make_user("cy", "group_user", self.company)
        self.number.user_ids = self.agent | self.bo | self.cy
        self.company.resource_calendar_id.tz = "UTC"

    def text(self, index, body="Hello"):
        """The thread of a person who writes now."""
        self.env["sms.inbox.conversation"]._receive_all(
            [
                {
                    "number": self.number,
                    "contact_number": f"+1202555{index:04d}",
                    "body": body,
                }
            ]
        )
        return self.make_conversation(contact_number=f"+1202555{index:04d}")

    def who_gets(self, count):
        return [self.text(index).user_id.login for index in range(1, count + 1)]

    def be_off(self, user, **vals):
        """Have a user, with working hours of their own, not be there."""
        return self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": self.company.id,
                "tz": "UTC",
                "calendar_id": self.company.resource_calendar_id.id,
                **vals,
            }
        )

    def test_by_hand_nobody_gets_it(self):
        self.assertEqual(self.who_gets(1), [False])

    def test_in_turns_everybody_gets_the_same_number(self):
        self.number.assign_rule = "round_robin"
        self.assertEqual(self.who_gets(6), ["agent", "bo", "cy", "agent", "bo", "cy"])

    def test_many_at_once_are_given_out_in_turns_too(self):
        self.number.assign_rule = "round_robin"
        people = [f"+1202555{index:04d}" for index in range(9)]
        texts = self.env["sms.inbox.conversation"]._receive_all(
            [
                {"number": self.number, "contact_number": person, "body": "Hi"}
                for person in people
            ]
        )
        given = texts.conversation_id.grouped("user_id")
        self.assertEqual({len(some) for some in given.values()}, {3})

    def test_whoever_does_not_work_now_is_passed_over(self):
        self.number.assign_rule = "round_robin"
        night = self.env["resource.calendar"].create(
            {
                "name": "Night",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    (
                        0,
                        0,
                        {
                            "name": "Night",
                            "dayofweek": "1",
                            "hour_from": 20,
                            "hour_to": 23,
                        },
                    ),
                ],
            }
        )
        self.be_off(self.bo, calendar_id=night.id)
        self.assertEqual(self.who_gets(3), ["agent", "cy", "agent"])

    def test_whoever_is_on_leave_is_passed_over(self):
        self.number.assign_rule = "round_robin"
        resource = self.be_off(self.cy)
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": resource.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-11-24 00:00:00",
                "date_to": "2026-11-24 23:00:00",
            }
        )
        self.assertEqual(self.who_gets(3), ["agent", "bo", "agent"])

    def test_at_night_it_is_left_for_the_morning(self):
        self.number.assign_rule = "round_robin"
        with freeze_time("2026-11-24 23:00:00"):
            self.assertEqual(self.who_gets(1), [False])

    def test_who_is_online_comes_first(self):
        self.number.assign_rule = "round_robin"
        self.env["mail.presence"].create({"user_id": self.bo.id, "status": "online"})
        self.assertEqual(self.who_gets(2), ["bo", "bo"])

    def test_the_contacts_salesperson_gets_it_if_they_answer_the_number(self):
        self.number.assign_rule = "salesperson"
        for phone, user in (("+12025550001", self.bo), ("+12025550002", self.manager)):
            self.env["res.partner"].create(
                {"name": phone, "phone": phone, "user_id": user.id}
            )
        self.assertEqual(self.who_gets(3), ["bo", False, False])

    def test_nobody_gets_it_who_may_not_answer_at_all(self):
        partner = self.env["res.partner"].create(
            {"name": "Dee", "phone": "+12025550003", "user_id": self.bo.id}
        )
        thread = self.text(4)
        thread.with_user(self.bo).send_text("Yes?")
        self.bo.group_ids -= self.env.ref("sms_inbox.group_user")
        self.number.assign_rule = "round_robin"
        self.assertEqual(self.who_gets(2), ["agent", "cy"])
        self.number.assign_rule = "salesperson"
        self.assertFalse(self.text(3).user_id)
        self.assertEqual(self.text(3).partner_id, partner)
        self.number.assign_back = True
        self.assertFalse(self.text(4).user_id)

    def test_it_goes_back_to_nobody_for_an_answer_that_was_taken_back(self):
        self.number.assign_back = True
        thread = self.text(1)
        for user in (self.cy, self.bo):
            text_id = thread.with_user(user).send_text("Yes?")
        self.env["sms.inbox.message"].browse(text_id).action_cancel()
        self.assertEqual(self.text(1).user_id, self.cy)

    def test_it_goes_back_to_who_answered_last_if_they_are_there(self):
        self.number.write({"assign_rule": "round_robin", "assign_back": True})
        thread = self.text(1)
        self.assertEqual(thread.user_id, self.agent)
        thread.with_user(self.cy).send_text("Yes?")
        thread.user_id = False
        self.assertEqual(self.text(1).user_id, self.cy)
        thread.user_id = False
        self.number.user_ids -= self.cy
        self.assertEqual(self.text(1).user_id, self.bo)

    def test_going_back_needs_no_other_rule(self):
        thread = self.text(1)
        thread.with_user(self.cy).send_text("Yes?")
        self.number.assign_back = True
        self.assertEqual(self.text(1).user_id, self.cy)

    def test_whoever_has_it_keeps_it(self):
        self.number.assign_rule = "round_robin"
        thread = self.text(1)
        thread.user_id = self.cy
        self.assertEqual(self.text(1, "Hello?").user_id, self.cy)

    def test_thanks_are_given_to_nobody(self):
        thread = self.text(1)
        thread.with_user(self.agent).send_text("It is ready")
        self.number.assign_rule = "round_robin"
        self.assertFalse(self.text(1, "Thanks!").user_id)

    def test_whoever_gets_it_alone_has_something_unread(self):
        self.number.assign_rule = "round_robin"
        thread = self.text(1)
        self.assertEqual(thread.with_user(self.agent).unread, 1)
        self.assertEqual(thread.with_user(self.bo).unread, 0)

    def test_many_are_given_out_with_as_few_queries_as_two(self):
        self.number.write({"assign_rule": "round_robin", "assign_back": True})

        def spent(count):
            threads = self.env["sms.inbox.conversation"]
            for index in range(count):
                threads |= self.text(1000 + index)
            for _warm_up in range(3):
                threads.user_id = False
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                threads._assign_by_rules(threads)
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertEqual(spent(30), spent(3))

    # ------------------------------------------------------------
    # WHAT WE BEGIN
    # ------------------------------------------------------------

    def begin(self, user, contact_number=THEIR_NUMBER, **vals):
        """A thread without texts, in which a user writes the first one."""
        thread = self.make_conversation(contact_number=contact_number)
        thread.write(vals)
        text_id = thread.with_user(user).send_text("Hello")
        return thread, self.env["sms.inbox.message"].browse(text_id)

    def test_who_sends_the_first_text_has_it(self):
        for index, rule in enumerate(("by_hand", "round_robin", "salesperson")):
            self.number.assign_rule = rule
            thread = self.begin(self.bo, f"+1202555000{index}")[0]
            self.assertEqual(thread.user_id, self.bo, rule)

    def test_the_contacts_salesperson_has_it_whoever_begins_it(self):
        self.number.assign_rule = "salesperson"
        self.partner.user_id = self.cy
        self.assertEqual(self.begin(self.bo)[0].user_id, self.cy)

    def test_what_somebody_has_stays_theirs(self):
        self.assertEqual(self.begin(self.bo, user_id=self.cy.id)[0].user_id, self.cy)

    def test_who_does_not_answer_the_number_begins_it_for_nobody(self):
        self.number.user_ids = self.cy
        self.assertFalse(self.begin(self.manager)[0].user_id)

    def test_a_reply_takes_nothing_over(self):
        thread = self.text(1)
        thread.with_user(self.bo).send_text("Hello")
        self.assertFalse(thread.user_id)

    def test_a_closed_one_that_nobody_has_is_begun_anew(self):
        thread = self.text(1)
        thread.stage = "closed"
        thread.with_user(self.bo).send_text("Hello")
        self.assertEqual(thread.user_id, self.bo)

    def test_a_first_text_taken_back_leaves_it_to_nobody(self):
        thread, text = self.begin(self.bo)
        text.with_user(self.bo).action_cancel()
        self.assertFalse(thread.user_id)

    def test_a_first_text_taken_back_takes_it_from_nobody_else(self):
        thread, text = self.begin(self.bo)
        thread.user_id = self.agent
        text.with_user(self.agent).action_cancel()
        self.assertEqual(thread.user_id, self.agent)
