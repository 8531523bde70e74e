"""What staff may say of people's consents, and the ledger that keeps all of it."""

from psycopg2.errors import RaiseException

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import THEIR_NUMBER
from .test_consent_heard import ConsentCase


@tagged("post_install", "-at_install")
class TestStaff(ConsentCase):
    def as_user(self, user):
        return self.env["sms.inbox.consent"].with_user(user)

    def unsubscribe(self, user=None, reason="asked at the counter"):
        consents = self.as_user(user or self.agent)
        return consents._unsubscribe(self.company, [THEIR_NUMBER], reason)

    def resubscribe(self, user=None, reason=""):
        consents = self.as_user(user or self.agent)
        return consents._resubscribe(self.company, [THEIR_NUMBER], reason)

    def test_staff_stop_texts_and_the_reason_is_kept(self):
        text = self.queue()
        self.unsubscribe()
        self.assertEqual(text.state, "canceled")
        self.assertRecordValues(
            self.events(),
            [
                {
                    "state": "opted_out",
                    "said_by": "staff",
                    "actor": self.agent.name,
                    "reason": "asked at the counter",
                }
            ],
        )
        self.assertFalse(self.answers(), "nobody texted, so nothing is confirmed")

    def test_staff_undo_what_one_of_them_said(self):
        self.unsubscribe()
        self.resubscribe()
        self.assertEqual(self.state(), "subscribed")

    def test_staff_do_not_undo_what_the_person_said(self):
        self.receive("stop")
        with self.assertRaisesRegex(UserError, "text START"):
            self.resubscribe(reason="they called")
        with self.assertRaisesRegex(UserError, "Write down why"):
            self.resubscribe(self.manager, "  ")
        self.assertEqual(self.state(), "opted_out")

    def test_an_administrator_does_with_a_reason_that_is_kept(self):
        self.receive("stop")
        self.resubscribe(self.manager, "She signed the form of 3 May")
        self.assertEqual(self.state(), "subscribed")
        self.assertEqual(self.events()[-1].reason, "She signed the form of 3 May")

    def test_a_click_in_the_list_does_not_undo_what_the_person_said(self):
        self.receive("stop")
        with self.assertRaisesRegex(UserError, "Write down why|write down why"):
            self.consents().with_user(self.manager).state = "unknown"

    def test_nobody_makes_their_word_one_of_staff(self):
        self.receive("stop")
        consent = self.consents().with_user(self.manager)
        for values in ({"said_by": "staff"}, {"since": False}, {"words": "yes"}):
            with self.subTest(values), self.assertRaises(AccessError):
                consent.write(values)

    def test_what_the_person_says_after_staff_is_the_persons_word(self):
        self.unsubscribe()
        self.receive("STOP")
        self.assertEqual(self.consents().said_by, "person")
        with self.assertRaises(UserError):
            self.resubscribe(reason="x")
        self.assertEqual(len(self.answers("opt_out")), 1)

    def test_nobody_speaks_for_another_company(self):
        stranger = self.env["res.company"].create({"name": "Boats"})
        consents = self.as_user(self.agent)
        with self.assertRaises(AccessError):
            consents._unsubscribe(stranger, [THEIR_NUMBER])
        with self.assertRaises(AccessError):
            consents._resubscribe(stranger, [THEIR_NUMBER])

    def test_who_want_none_is_asked_with_anybodys_rights(self):
        self.receive("stop")
        numbers = [THEIR_NUMBER, "+12025550144"]
        found = self.as_user(self.agent)._who_want_none(self.company, numbers)
        self.assertEqual(found, {THEIR_NUMBER})


@tagged("post_install", "-at_install")
class TestLedger(ConsentCase):
    @mute_logger("odoo.sql_db")
    def refused(self, statement):
        self.env.flush_all()
        with self.assertRaises(RaiseException), self.env.cr.savepoint():
            # raw SQL: what the ORM does not let anybody try
            self.env.cr.execute(statement)

    def test_the_database_refuses_to_change_it(self):
        self.receive("stop")
        for statement in (
            "UPDATE sms_inbox_consent_event SET state = 'subscribed'",
            "UPDATE sms_inbox_consent_event SET words = 'yes please'",
            "UPDATE sms_inbox_consent_event SET words = NULL",
            "UPDATE sms_inbox_consent_event SET erased_at = now(), number = '+1'",
            "DELETE FROM sms_inbox_consent_event",
            "TRUNCATE sms_inbox_consent_event",
        ):
            with self.subTest(statement):
                self.refused(statement)

    def test_words_are_erased_once_and_the_rest_stays(self):
        self.receive("Stop texting me, says Ada")
        event = self.events()
        event._erase_words()
        self.assertRecordValues(
            event,
            [{"state": "opted_out", "number": THEIR_NUMBER, "words": False}],
        )
        self.assertTrue(event.erased_at)
        self.refused("UPDATE sms_inbox_consent_event SET erased_at = NULL")
        self.refused("UPDATE sms_inbox_consent_event SET erased_at = now()")

    def test_deleting_the_contact_and_the_agent_leaves_it_whole(self):
        self.env["sms.inbox.consent"].with_user(self.agent)._unsubscribe(
            self.company, [THEIR_NUMBER], "asked"
        )
        name = self.agent.name
        self.partner.unlink()
        self.number.user_ids = False
        self.agent.unlink()
        self.assertRecordValues(
            self.events(), [{"actor": name, "number": THEIR_NUMBER}]
        )
        self.assertEqual(self.state(), "opted_out")

    def test_merged_contacts_keep_what_their_number_said(self):
        self.receive("stop")
        twin = self.env["res.partner"].create({"name": "Ada C.", "email": "a@b.c"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner + twin).ids, twin)
        twin.with_user(self.agent).invalidate_recordset()
        self.assertEqual(self.state(), "opted_out")
        agents_twin = twin.with_user(self.agent).with_company(self.company)
        self.assertEqual(agents_twin.phone_sanitized, THEIR_NUMBER)
        self.assertTrue(agents_twin.sms_opt_out)
