"""A person's data goes where the law asks for it; that they opted out stays."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .. import carriers
from .common import OUR_NUMBER, PICTURE, THEIR_NUMBER
from .test_consent_heard import ConsentCase


@tagged("post_install", "-at_install")
class TestErasure(ConsentCase):
    def erase(self, user=None, number=THEIR_NUMBER):
        wizard = self.env["sms.inbox.erasure"].with_user(user or self.manager)
        wizard = wizard.create({"company_id": self.company.id, "number": number})
        return wizard.action_erase()

    def test_words_pictures_and_notes_go(self):
        text = self.receive("I am Ada Chen", pictures=[PICTURE])
        self.run_cron("sms_inbox.ir_cron_fetch_media")
        self.assertTrue(text.media_ids.attachment_id)
        thread = text.conversation_id
        reply = self.queue("Dear Ada Chen")
        note = thread.message_post(body="Ada Chen called")
        files = text.media_ids.attachment_id
        self.erase()
        self.assertFalse(text.body or reply.body or thread.last_text)
        self.assertEqual(reply.state, "canceled")
        self.assertFalse(text.media_ids.exists() or files.exists() or note.exists())
        self.assertFalse(thread.partner_id)
        events = self.env["sms.inbox.webhook.event"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertFalse(any(event.payload for event in events))

    def test_what_they_write_later_is_heeded(self):
        self.queue("Dear Ada Chen")
        self.erase()
        self.receive("Please stop texting me")
        self.assertEqual(self.state(), "opted_out")

    def test_an_erased_text_never_leaves(self):
        lost, failed = self.queue("Dear Ada"), self.queue("Dear Ada Chen")
        lost.state, failed.state = "unknown", "failed"
        self.erase()
        lost._requeue()
        self.assertEqual(lost.state, "canceled")
        with self.assertRaisesRegex(UserError, "cannot be sent again"):
            failed.with_user(self.agent).action_retry()
        self.assertFalse(self.dispatch())

    def test_nothing_of_them_stays_in_the_chatter(self):
        thread = self.receive("Hello").conversation_id.with_context(
            tracking_disable=False
        )
        thread.message_post(body="Ada Chen called", attachments=[("a.txt", b"Ada")])
        activity = thread.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        activity.action_feedback("Ada Chen was told")
        wizard = self.env["sms.inbox.erasure"].with_user(self.manager)
        wizard = wizard.with_context(tracking_disable=False)
        wizard.create(
            {"company_id": self.company.id, "number": THEIR_NUMBER}
        ).action_erase()
        self.env.cr.flush()
        for model, field in (
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("ir.attachment", "res_model"),
        ):
            left = (
                self.env[model]
                .with_context(active_test=False)
                .search([(field, "=", thread._name), ("res_id", "=", thread.id)])
            )
            self.assertFalse(left, model)

    def test_what_was_set_aside_goes_too_but_not_another_companys(self):
        boats = self.env["res.company"].create({"name": "Boats"})
        other = self.make_account(boats)
        for account in (self.account, other):
            self.env["sms.inbox.webhook.event"]._store(
                account,
                carriers.InboundText("SM9", THEIR_NUMBER, "+14155550999", "I am Ada"),
            )
        self.process_events()
        self.erase()
        events = self.env["sms.inbox.webhook.event"].search(
            [("account_id", "in", (self.account + other).ids)]
        )
        by_company = {event.company_id: event.payload for event in events}
        self.assertFalse(by_company[self.company])
        self.assertIn("I am Ada", by_company[boats])

    def test_the_opt_out_stays_in_force_and_proven(self):
        text = self.receive("Stop texting me, says Ada Chen")
        self.erase()
        self.assertEqual(self.state(), "opted_out")
        self.assertRecordValues(
            self.events(),
            [{"state": "opted_out", "words": False, "text_uuid": text.uuid}],
        )

    def test_nobody_else_and_no_other_company_loses_a_word(self):
        other = self.receive("Hello", "+12025550144")
        boats = self.make_account(self.env["res.company"].create({"name": "Boats"}))
        line = self.make_line(boats, "+14155550178")
        theirs = self.make_conversation(self.make_number(line))
        theirs_text = theirs._queue("Ahoy", "reply", self.env.user)
        self.receive("Bye")
        self.erase()
        self.assertEqual((other.body, theirs_text.body), ("Hello", "Ahoy"))

    def test_agents_erase_nothing(self):
        with self.assertRaises(AccessError):
            self.erase(self.agent)


@tagged("post_install", "-at_install")
class TestProof(ConsentCase, HttpCase):
    def proof(self, login):
        self.authenticate(login, login)
        return self.url_open(
            f"/sms_inbox/proof?number=%2B{THEIR_NUMBER[1:]}"
            f"&company_id={self.company.id}"
        )

    def test_it_tells_all_that_was_said_in_order(self):
        self.receive("stop")
        self.receive('=HYPERLINK("http://evil.example")')
        self.receive("START")
        answer = self.proof("manager")
        self.assertEqual(answer.status_code, 200)
        head, *rows = answer.text.strip("\ufeff").splitlines()
        self.assertIn("Their number", head)
        self.assertEqual(len(rows), 2)
        self.assertIn("Wants no texts", rows[0])
        self.assertIn("Agreed", rows[1])
        self.assertIn(
            f"consent-{THEIR_NUMBER[1:]}.csv", answer.headers["Content-Disposition"]
        )

    def test_words_are_no_formula(self):
        self.env["sms.inbox.consent"]._unsubscribe(self.company, [THEIR_NUMBER], "=1+1")
        self.assertIn("'=1+1", self.proof("manager").text)

    def test_other_companies_and_agents_get_none_of_it(self):
        self.receive("stop")
        boats = self.env["res.company"].create({"name": "Boats"})
        new_test_user(
            self.env,
            login="boatsman",
            groups="sms_inbox.group_manager",
            company_id=boats.id,
            company_ids=[(6, 0, boats.ids)],
        )
        self.assertNotIn(OUR_NUMBER, self.proof("boatsman").text)
        self.assertNotIn("Wants no texts", self.proof("boatsman").text)
        self.assertEqual(self.proof("agent").status_code, 404)
