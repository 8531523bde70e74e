"""Who is told of new texts: on their screens at once, and later by push or e-mail."""

import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .. import short_transaction
from .common import THEIR_NUMBER, SmsInboxCase

CRON = "sms_inbox.ir_cron_tell_unread"
OMAR = "+12025550112"
DOUBTFUL = "not interested"


class TellingCase(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.email = "agent@example.com"
        cls.rows = cls.env["sms.inbox.conversation.user"]

    def told_now(self, receive, kind="new_texts"):
        """{login: ids of the threads} that screens are told of while something runs."""
        self.env.cr.flush()
        last = self.env["bus.bus"]._bus_last_id()
        receive()
        self.env.cr.flush()
        users = self.env["res.users"].search([("share", "=", False)])
        logins = {user.partner_id.id: user.login for user in users}
        told = {}
        for event in self.env["bus.bus"].search([("id", ">", last)]):
            message, channel = json.loads(event.message), json.loads(event.channel)
            if message["type"] == f"sms_inbox.{kind}":
                self.assertEqual(list(message["payload"]), ["ids"])
                ids = message["payload"]["ids"]
                told.setdefault(logins[channel[2]], []).extend(ids)
        return told

    def row(self, user=None, contact_number=THEIR_NUMBER):
        thread = self.make_conversation(contact_number=contact_number)
        user = user or self.agent
        return self.rows.search(
            [("conversation_id", "=", thread.id), ("user_id", "=", user.id)]
        )

    def pass_five_minutes(self):
        """Let the moment come at which is told later."""
        for row in self.rows.search([("tell_at", "!=", False)]):
            row.tell_at -= timedelta(minutes=6)
        self.run_cron(CRON)

    def mails(self, user=None):
        user = user or self.agent
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", user.partner_id.ids)]
        )

    def pushes(self):
        return [json.loads(push.payload) for push in self.env["mail.push"].search([])]


@tagged("post_install", "-at_install")
class TestToldNow(TellingCase):
    def test_the_members_of_a_number_are_told_of_what_nobody_has(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids |= colleague
        told = self.told_now(lambda: self.receive("Is my bike ready?"))
        thread = self.make_conversation()
        self.assertEqual(told, {"agent": thread.ids, "colleague": thread.ids})

    def test_the_assignee_alone_is_told(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        thread = self.make_conversation()
        thread.user_id = colleague
        told = self.told_now(lambda: self.receive("Is my bike ready?"))
        self.assertEqual(told, {"colleague": thread.ids})

    def test_several_threads_are_told_in_one_word(self):
        def receive():
            for number in (THEIR_NUMBER, OMAR):
                self.account.sandbox_receive(self.line.number, number, "Hello?")
            self.process_events()

        ids = self.told_now(receive)["agent"]
        self.assertEqual(
            set(ids),
            {
                self.make_conversation().id,
                self.make_conversation(contact_number=OMAR).id,
            },
        )

    def test_a_stop_a_help_and_a_mere_thanks_disturb_nobody_and_are_unread(self):
        self.make_conversation().send_text("Your bike is ready")
        for words in ("Thanks!", "HELP", "STOP"):
            with self.subTest(words=words):
                unread = self.row().unread
                self.assertEqual(self.told_now(lambda w=words: self.receive(w)), {})
                self.assertEqual(self.row().unread, unread + 1)
                self.assertFalse(self.row().tell_at)

    def test_a_question_after_thanks_is_told(self):
        self.make_conversation().send_text("Your bike is ready")
        self.receive("Thanks!")
        told = self.told_now(lambda: self.receive("And my helmet?"))
        self.assertEqual(list(told), ["agent"])

    def test_what_may_be_an_opt_out_is_told_as_people_decide(self):
        told = self.told_now(lambda: self.receive("I'll stop by tomorrow"))
        self.assertEqual(list(told), ["agent"])
        told = self.told_now(lambda: self.receive(DOUBTFUL))
        self.assertEqual(list(told), ["agent"])

    def test_who_muted_a_thread_is_not_told_till_they_change_it(self):
        thread = self.make_conversation().with_user(self.agent)
        thread.inbox_mute(True)
        self.assertTrue(thread.inbox_thread()["muted"])
        self.assertEqual(self.told_now(lambda: self.receive("Hello?")), {})
        thread.inbox_mute(False)
        self.assertFalse(thread.inbox_thread()["muted"])
        self.assertEqual(list(self.told_now(lambda: self.receive("Hi?"))), ["agent"])

    def test_nobody_without_access_is_told(self):
        other_company = self.env["res.company"].create({"name": "Dental"})
        stranger = self.make_user("stranger", "group_manager", other_company)
        former = self.make_user("former", "group_user", self.company)
        plain = self.make_user("plain", "group_user", self.company)
        self.number.user_ids |= former | plain
        self.receive("Hello?")
        self.number.user_ids -= former
        plain.group_ids -= self.env.ref("sms_inbox.group_user")
        self.assertFalse(self.row(stranger))
        told = self.told_now(lambda: self.receive("Is anybody there?"))
        self.assertEqual(list(told), ["agent"])

    def test_nobody_mutes_what_they_may_not_read(self):
        other_company = self.env["res.company"].create({"name": "Dental"})
        for name, company in (("spy", other_company), ("other", self.company)):
            user = self.make_user(name, "group_user", company)
            with self.assertRaises(AccessError):
                self.make_conversation().with_user(user).inbox_mute(True)

    def test_a_member_who_left_the_company_is_not_told(self):
        other_company = self.env["res.company"].create({"name": "Dental"})
        colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids |= colleague
        self.receive("Hello?")
        colleague.write(
            {
                "company_ids": [(6, 0, other_company.ids)],
                "company_id": other_company.id,
            }
        )
        told = self.told_now(lambda: self.receive("Is anybody there?"))
        self.assertEqual(list(told), ["agent"])
        self.pass_five_minutes()
        self.assertFalse(self.mails(colleague))


@tagged("post_install", "-at_install")
class TestToldLater(TellingCase):
    def test_an_e_mail_says_who_which_number_since_when_and_where_to_stop(self):
        self.receive("Is <b>my</b> bike ready?")
        self.pass_five_minutes()
        mail = self.mails()
        self.assertEqual(mail.subject, "Unread texts: Ada Chen")
        self.assertEqual(mail.state, "outgoing")
        thread = self.make_conversation()
        for words in (
            "Ada Chen",
            "Sales",
            fields.Datetime.context_timestamp(
                self.agent, thread.waiting_since
            ).strftime("%-M"),
            f"model=sms.inbox.conversation&amp;res_id={thread.id}",
            f"/odoo/my-preferences/{self.agent.id}",
        ):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("bike", mail.body_html)

    def test_an_e_mail_writes_the_time_as_the_users_language_has_it(self):
        self.receive("Hello?")
        thread = self.make_conversation()
        thread.sudo().waiting_since = "2026-03-10 18:29:00"
        self.agent.tz = "UTC"
        lang = self.env["res.lang"]._lang_get("en_US")
        for written, evening in (("%H:%M:%S", "18:29"), ("%I:%M:%S %p", "6:29 PM")):
            lang.time_format = written
            with self.subTest(written):
                (line,) = self.agent._sms_inbox_unread_lines(thread)
                self.assertEqual(line["since"], f"Tue 10 Mar, {evening}")

    def test_a_link_to_a_conversation_opens_the_inbox(self):
        thread = self.make_conversation()
        self.assertEqual(
            thread._get_access_action()["url"], f"/odoo/sms-inbox/{thread.id}"
        )

    def test_it_is_planned_for_a_whole_minute_with_one_trigger(self):
        triggers = self.env["ir.cron.trigger"]
        cron = self.env.ref(CRON)
        self.receive("Hello?")
        at = self.row().tell_at
        self.assertEqual((at.second, at.microsecond), (0, 0))
        for number in (OMAR, "+12025550199"):
            self.receive("Hello?", number)
        planned = triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")
        self.assertIn(at, planned)
        self.assertEqual(len(planned), len(set(planned)))

    def test_several_threads_are_one_e_mail_who_waits_longest_first(self):
        self.receive("Hello?", OMAR)
        self.receive("Is my bike ready?")
        omar = self.make_conversation(contact_number=OMAR)
        omar.sudo().waiting_since -= timedelta(hours=1)
        self.pass_five_minutes()
        self.assertEqual(len(self.mails()), 1)
        self.assertRegex(self.mails().subject, r"^Unread texts: \+1.*, Ada Chen$")

    def test_nothing_is_told_too_early_or_twice_in_a_stretch(self):
        self.receive("Hello?")
        self.run_cron(CRON)
        self.assertFalse(self.mails())
        self.pass_five_minutes()
        self.receive("Is anybody there?")
        self.pass_five_minutes()
        self.assertEqual(len(self.mails()), 1)

    def test_reading_ends_a_stretch(self):
        self.receive("Hello?")
        self.pass_five_minutes()
        self.make_conversation().with_user(self.agent).mark_read()
        self.pass_five_minutes()
        self.assertEqual(len(self.mails()), 1)
        self.receive("One more thing")
        self.pass_five_minutes()
        self.assertEqual(len(self.mails()), 2)

    def test_what_was_read_in_time_is_not_told(self):
        self.receive("Hello?")
        self.make_conversation().with_user(self.agent).mark_read()
        self.pass_five_minutes()
        self.assertFalse(self.mails())

    def test_what_a_colleague_answered_or_took_is_not_told(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        self.receive("Hello?")
        self.receive("Hello?", OMAR)
        self.make_conversation().with_user(self.agent).send_text("Hi")
        self.make_conversation(contact_number=OMAR).user_id = colleague
        self.number.user_ids |= colleague
        self.pass_five_minutes()
        self.assertFalse(self.mails())

    def test_who_switched_it_off_or_muted_it_is_not_told(self):
        agent = self.agent.with_user(self.agent)
        self.assertTrue(agent.sms_inbox_tell_unread)
        agent.sms_inbox_tell_unread = False
        self.receive("Hello?")
        self.pass_five_minutes()
        self.assertFalse(self.mails())
        agent.sms_inbox_tell_unread = True
        self.receive("Hello?", OMAR)
        omar = self.make_conversation(contact_number=OMAR).with_user(self.agent)
        omar.inbox_mute(True)
        self.pass_five_minutes()
        self.assertFalse(self.mails())

    def test_a_device_gets_a_push_instead_of_an_e_mail(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mail.web_push_vapid_private_key", "private")
        parameters.set_param("mail.web_push_vapid_public_key", "public")
        self.env["mail.push.device"].create(
            {
                "endpoint": "https://push.invalid/agent",
                "keys": "{}",
                "partner_id": self.agent.partner_id.id,
            }
        )
        self.receive("Is my bike ready?")
        self.pass_five_minutes()
        (push,) = self.pushes()
        self.assertEqual(push["title"], "Ada Chen (Sales)")
        self.assertEqual(push["options"]["body"], "Is my bike ready?")
        self.assertEqual(
            push["options"]["data"],
            {
                "model": "action-sms_inbox.sms_inbox_inbox_action",
                "res_id": self.make_conversation().id,
            },
        )
        self.assertFalse(self.mails())

    def test_a_user_who_cannot_be_told_keeps_nobody_else_waiting(self):
        colleague = self.make_user("colleague", "group_user", self.company)
        colleague.email = "colleague@example.com"
        self.number.user_ids |= colleague
        self.receive("Hello?")
        template = self.env.ref("sms_inbox.mail_template_unread_texts")
        template.subject = f"{{{{ 1 / (object.id - {colleague.id}) }}}}"
        with self.assertLogs(short_transaction.__name__, "WARNING") as log:
            self.pass_five_minutes()
        self.assertIn(f"User {colleague.id} could not be told", log.output[0])
        self.assertEqual(len(self.mails()), 1)
        self.assertFalse(self.rows.search([("tell_at", "!=", False)]))

    def test_many_threads_are_told_with_as_many_queries_as_few(self):
        conversations = self.env["sms.inbox.conversation"]

        def queries(first, count):
            texts = [
                {
                    "number": self.number,
                    "contact_number": f"+12025552{first + n:03d}",
                    "body": "Hello?",
                }
                for n in range(count)
            ]
            conversations._receive_all(texts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env.cr.flush()
            return self.env.cr.sql_log_count - before

        with freeze_time("2026-11-24 10:00:30"):
            queries(100, 2)
            self.assertEqual(queries(200, 30), queries(300, 2))

    def test_many_unread_texts_are_judged_with_as_many_queries_as_few(self):
        def queries(count):
            rows = self.rows.search([], limit=count)
            self.assertEqual(len(rows), count)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(row._is_still_news() for row in rows))
            return self.env.cr.sql_log_count - before

        for n in range(20):
            name = f"agent {n}"
            self.number.user_ids |= self.make_user(name, "group_user", self.company)
        for number in (THEIR_NUMBER, OMAR):
            self.receive("Hello?", number)
        queries(2)
        self.assertEqual(queries(40), queries(2))


@tagged("post_install", "-at_install")
class TestGlance(TellingCase):
    """What Odoo's systray shows."""

    def setUp(self):
        super().setUp()
        self.threads = self.env["sms.inbox.conversation"].with_user(self.agent)

    def tally(self):
        tally = self.threads.inbox_tally()
        return tally["unread"], tally["waiting"]

    def test_it_counts_what_is_unread_and_who_waits(self):
        self.assertEqual(self.tally(), (0, 0))
        self.receive("Hello?")
        self.receive("Hello?", OMAR)
        self.assertEqual(self.tally(), (2, 2))
        self.make_conversation().with_user(self.agent).mark_read()
        self.assertEqual(self.tally(), (1, 2))
        omar = self.make_conversation(contact_number=OMAR).with_user(self.agent)
        omar.send_text("Hi")
        self.assertEqual(self.tally(), (1, 1))

    def test_a_muted_one_is_not_among_the_unread_ones(self):
        self.receive("Hello?")
        thread = self.make_conversation().with_user(self.agent)
        thread.inbox_mute(True)
        self.assertEqual(self.tally(), (0, 1))
        self.assertEqual(self.threads.inbox_counts(("unread",)), {"unread": 1})
        thread.inbox_mute(False)
        self.assertEqual(self.tally(), (1, 1))

    def test_it_says_which_event_it_takes_into_account(self):
        self.receive("Hello?")
        last = self.env["bus.bus"]._bus_last_id()
        self.assertEqual(self.threads.inbox_tally()["bus_id"], last)

    def test_unread_ones_come_first_then_who_waits_longest(self):
        for number in (OMAR, "+12025550113", "+12025550114"):
            self.receive("Hello?", number)
            self.make_conversation(contact_number=number).with_user(
                self.agent
            ).mark_read()
        self.receive("Is my bike ready?")
        rows = self.threads.inbox_glance()
        self.assertEqual(
            [row["contact_number"] for row in rows],
            [THEIR_NUMBER, OMAR, "+12025550113", "+12025550114"],
        )
        self.assertEqual(rows[0]["preview"], "Is my bike ready?")
        self.assertEqual(rows[0]["number"]["name"], "Sales")

    def test_it_counts_the_users_own_numbers_in_the_active_companies(self):
        other_company = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", other_company)
        stranger = self.make_user("stranger", "group_user", self.company)
        self.receive("Hello?")
        for user in (spy, stranger):
            threads = self.threads.with_user(user)
            self.assertEqual(threads.inbox_tally()["waiting"], 0)
            self.assertEqual(threads.inbox_glance(), [])
        self.agent.company_ids |= other_company
        elsewhere = self.threads.with_context(allowed_company_ids=other_company.ids)
        self.assertEqual(elsewhere.inbox_tally()["unread"], 0)
        self.assertEqual(elsewhere.inbox_glance(), [])
