"""New numbers are looked up in the background, for no more than a company agreed to."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .. import carriers
from ..carriers import LineType, Meaning, look_ups
from ..messaging.textability import Piece
from ..models import sms_inbox_look_up_month, sms_inbox_subscriber_queue
from ..models.sms_inbox_look_up_month import SmsInboxLookUpMonth
from .common import THEIR_NUMBER, SmsInboxCase

MOBILE, LANDLINE = "+12025550161", "+12025550110"
FEW, MANY = 2, 30


class LookUpCase(SmsInboxCase):
    """A company that has new numbers looked up; its carrier finds what a test says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["sms.inbox.subscriber"]
        cls.telnyx = cls.make_telnyx(cls.company)
        cls.company.sms_inbox_look_up = True
        # what the setting has in its queue is not a test's
        cls.people.search([]).look_up_at = False

    @classmethod
    def make_telnyx(cls, company, key="KEY-1"):
        return cls.make_account(
            company, carrier="telnyx", auth_token=key, shared_key="x"
        )

    def setUp(self):
        super().setUp()
        patcher = patch.object(sms_inbox_subscriber_queue, "PER_SECOND", 1e6)
        self.startPatcher(patcher)

    def contact(self, phone=MOBILE, **vals):
        partners = self.env["res.partner"].with_company(self.company)
        return partners.create({"name": phone, "phone": phone, **vals})

    def contacts(self, first, many):
        numbers = [f"+1202555{first + n:04}" for n in range(many)]
        for number in numbers:
            self.contact(number)
        self.env.cr.precommit.run()
        return numbers

    def learn(self, source, kind, number, minutes=0):
        at = fields.Datetime.now().timestamp() + 60 * minutes
        self.people._learn(self.company, number, Piece(source, kind, at))
        self.env.cr.precommit.run()

    def row(self, number=MOBILE, company=None):
        return self.people.search(
            [
                ("number", "=", number),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    @contextmanager
    def carrier(self, outcome="mobile"):
        """Telnyx that finds this kind of line, or fails so, or asks what to do."""
        asked, answer = [], outcome

        def lookup(carrier, number):
            asked.append((carrier.credentials.auth_token, number))
            found = answer(number) if callable(answer) else answer
            if isinstance(found, Exception):
                raise found
            return found if isinstance(found, LineType) else LineType(found)

        with patch.object(carriers.Telnyx, "lookup", lookup):
            yield asked

    def run_queue(self, outcome="mobile"):
        """One run of the scheduled action; gives the numbers that were asked about."""
        self.env.cr.precommit.run()
        with self.carrier(outcome) as asked:
            self.run_cron("sms_inbox.ir_cron_look_up")
        return sorted(number for _key, number in asked)

    def used(self, company=None):
        company = company or self.company
        return self.env["sms.inbox.look.up.month"]._used(company)[company]


@tagged("post_install", "-at_install")
class TestLookUpQueue(LookUpCase):
    # ------------------------------------------------------------
    # INTO THE QUEUE
    # ------------------------------------------------------------

    def test_a_new_contacts_number_is_looked_up_and_its_mark_changes(self):
        contact = self.contact(LANDLINE)
        self.assertEqual(contact.sms_textability, "unknown")
        self.assertEqual(self.run_queue("landline"), [LANDLINE])
        self.assertEqual(contact.sms_textability, "unlikely")
        self.assertEqual(
            contact.sms_textability_reason, "Landline, by Telnyx look-up today"
        )
        self.assertEqual(self.run_queue(), [])

    def test_saving_a_contact_waits_for_no_carrier(self):
        with self.carrier(AssertionError("asked while saving")) as asked:
            self.contact()
            self.env.cr.precommit.run()
        self.assertEqual(asked, [])
        self.assertTrue(self.row().look_up_at)

    def test_a_changed_number_is_looked_up_and_another_field_is_not(self):
        self.partner.with_company(self.company).name = "Ada"
        self.assertEqual(self.run_queue(), [])
        self.partner.with_company(self.company).phone = MOBILE
        self.assertEqual(self.run_queue(), [MOBILE])

    def test_an_import_queues_its_numbers_in_one_statement(self):
        def count(first, many):
            lines = [[f"C{n}", f"+1202555{first + n:04}"] for n in range(many)]
            partners = self.env["res.partner"].with_company(self.company)
            self.assertFalse(partners.load(["name", "phone"], lines)["messages"])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            return self.env.cr.sql_log_count - before

        count(0, FEW)  # fills caches
        few = count(100, FEW)
        self.assertEqual(count(200, MANY), few)
        queued = self.people.search_count([("look_up_at", "!=", False)])
        self.assertEqual(queued, FEW + FEW + MANY)

    def test_one_number_of_many_contacts_is_looked_up_once(self):
        for _again in range(3):
            self.contact()
        self.assertEqual(self.run_queue(), [MOBILE])
        self.contact()
        self.assertEqual(self.run_queue(), [])

    def test_what_is_clear_from_the_number_or_a_text_costs_nothing(self):
        for phone in ("+44 7911 123456", "+44 20 7946 0958", "+1 900 555 1234", "12"):
            self.contact(phone)
        self.learn("inbound", "text", THEIR_NUMBER)
        self.contact(THEIR_NUMBER)
        self.assertEqual(self.run_queue(), [])

    def test_a_number_that_is_typed_in_to_be_texted_is_looked_up_too(self):
        self.make_conversation(contact_number=MOBILE)
        self.assertEqual(self.run_queue(), [MOBILE])

    def test_whoever_did_not_ask_for_it_pays_for_nothing(self):
        self.company.sms_inbox_look_up = False
        # somebody else did
        other = self.env["res.company"].create({"name": "Dental"})
        self.make_telnyx(other, "KEY-2")
        other.sms_inbox_look_up = True
        self.contact()
        self.make_conversation(contact_number=LANDLINE)
        self.assertEqual(self.run_queue(), [])
        self.assertFalse(self.row())

    def test_a_company_without_a_number_looks_nothing_up(self):
        self.number.active = False
        self.contact()
        self.assertEqual(self.run_queue(), [])

    def test_switching_it_off_empties_the_queue_and_on_again_fills_nothing(self):
        self.contact()
        self.env.cr.precommit.run()
        self.company.sms_inbox_look_up = False
        self.assertEqual(self.run_queue(), [])
        self.company.sms_inbox_look_up = True
        self.assertEqual(self.run_queue(), [])

    def test_a_contacts_own_company_pays_and_for_shared_ones_the_active(self):
        other = self.env["res.company"].create({"name": "Dental"})
        account = self.make_telnyx(other, "KEY-2")
        line = self.make_line(self.make_account(other), "+14155550179")
        self.make_number(line)
        other.sms_inbox_look_up = True
        self.contact(MOBILE, company_id=other.id)
        self.contact(LANDLINE)
        self.env.cr.precommit.run()
        self.assertFalse(self.row(MOBILE))
        self.assertFalse(self.row(LANDLINE, other))
        with self.carrier() as asked:
            self.run_cron("sms_inbox.ir_cron_look_up")
        self.assertEqual(sorted(asked), [("KEY-1", LANDLINE), ("KEY-2", MOBILE)])
        self.assertEqual((self.used(), self.used(other)), (1, 1))
        self.assertTrue(account.active)

    # ------------------------------------------------------------
    # NO MORE THAN AGREED
    # ------------------------------------------------------------

    def test_a_months_limit_is_kept_and_the_rest_waits_for_the_next(self):
        self.company.sms_inbox_look_up_most = 3
        self.contacts(0, 5)
        self.assertEqual(len(self.run_queue()), 3)
        self.assertEqual(self.run_queue(), [])
        status = self.company.sms_inbox_look_up_status
        self.assertIn("3 of 3", status)
        self.assertIn("2 more wait", status)
        next_month = sms_inbox_look_up_month.following(date.today())
        with patch.object(SmsInboxLookUpMonth, "_now", lambda _self: next_month):
            self.assertEqual(len(self.run_queue()), 2)

    def test_a_limit_of_nothing_asks_nobody(self):
        self.company.sms_inbox_look_up_most = 0
        self.contact()
        self.assertEqual(self.run_queue(), [])

    def test_what_a_carrier_does_not_charge_for_is_not_counted(self):
        self.contacts(0, 2)
        self.run_queue(carriers.TextRefused("60601", "Canadian"))
        self.assertEqual(self.used(), 0)
        self.contacts(10, 2)
        self.run_queue(carriers.AccountUnusable("20003", "Authenticate"))
        self.assertEqual(self.used(), 0)
        self.telnyx._look_ups_go_on()
        # of these nobody knows
        self.run_queue(carriers.OutcomeUnknown("", "Lost."))
        self.assertEqual(self.used(), 2)

    def test_months_follow_each_other_also_at_the_end_of_a_year(self):
        following = sms_inbox_look_up_month.following
        self.assertEqual(following(date(2026, 12, 31)), date(2027, 1, 1))
        self.assertEqual(following(date(2026, 1, 1)), date(2026, 2, 1))

    # ------------------------------------------------------------
    # FAILURES
    # ------------------------------------------------------------

    def test_an_account_that_is_refused_marks_no_number_and_texts_go_on(self):
        numbers = self.contacts(0, 8)
        for error in (
            carriers.AccountUnusable("20003", "Authenticate"),
            carriers.errors.error(Meaning.ACCOUNT_DAY, "60611", "Used up"),
            carriers.errors.error(Meaning.SLOW, "20429", "Too many"),
        ):
            with self.subTest(error.code):
                self.assertTrue(self.run_queue(error))
                self.assertEqual(self.run_queue(), [])
                self.assertTrue(self.telnyx.look_ups_held_reason)
                self.assertFalse(self.telnyx.set_aside_at)
                rows = self.people.search([("number", "in", numbers)])
                self.assertEqual(set(rows.mapped("textability")), {"unknown"})
                self.assertEqual(set(rows.mapped("look_up_tries")), {0})
                self.assertIn("wait until", self.company.sms_inbox_look_up_status)
                self.telnyx._look_ups_go_on()
        self.assertEqual(self.run_queue(), numbers)

    def test_new_credentials_let_look_ups_go_on(self):
        self.contact()
        self.run_queue(carriers.AccountUnusable("20003", "Authenticate"))
        self.telnyx.auth_token = "KEY-of-tomorrow"
        self.assertEqual(self.run_queue(), [MOBILE])

    def test_a_passing_failure_is_tried_again_later_each_time(self):
        self.contact()
        error = carriers.TryLater("60608", "Just now", Meaning.RETRY)
        pauses = []
        for _again in range(3):
            self.assertEqual(self.run_queue(error), [MOBILE])
            self.assertEqual(self.run_queue(error), [])
            pauses.append(self.row().look_up_at - fields.Datetime.now())
            self.row().look_up_at = fields.Datetime.now()
        self.assertLess(pauses[0] * 2, pauses[1])
        self.assertLess(pauses[1] * 2, pauses[2])
        self.assertEqual(self.row().textability, "unknown")

    def test_a_number_is_given_up_after_some_tries(self):
        self.contact()
        error = carriers.TryLater("60608", "Just now", Meaning.RETRY)
        for _again in range(sms_inbox_subscriber_queue.MOST_TRIES):
            self.run_queue(error)
            self.row().look_up_at = fields.Datetime.now()
        self.row().look_up_at = False
        self.run_queue(error)
        row = self.row()
        self.assertTrue(row.looked_up_at)
        self.assertEqual(row.textability, "unknown")

    def test_a_carrier_that_is_down_wears_out_no_number(self):
        self.contacts(0, 30)
        asked = self.run_queue(carriers.OutcomeUnknown("", "Lost."))
        self.assertLess(len(asked), 15)
        self.assertTrue(self.telnyx.look_ups_held_until)
        untouched = self.people.search_count(
            [("look_up_tries", "=", 0), ("look_up_at", "<=", fields.Datetime.now())]
        )
        self.assertEqual(untouched, 30 - len(asked))

    def test_who_dies_while_asking_leaves_the_number_for_later(self):
        self.contact()
        self.env.cr.precommit.run()
        self.people._claim_look_ups()
        self.assertEqual(self.run_queue(), [])
        later = sms_inbox_subscriber_queue.LEASE + 1
        self.row().look_up_at -= timedelta(seconds=later)
        self.assertEqual(self.run_queue(), [MOBILE])

    def test_a_number_that_is_being_asked_about_is_not_asked_about_again(self):
        self.contact()
        self.env.cr.precommit.run()
        self.people._claim_look_ups()
        lease = self.row().look_up_at
        self.contact()
        self.env.cr.precommit.run()
        self.assertEqual(self.row().look_up_at, lease)

    def test_no_transaction_is_open_while_a_carrier_is_asked(self):
        self.contact()
        self.env.cr.precommit.run()
        cr, closed = self.env.cr, []
        execute = cr.execute

        def commit():
            self.env.flush_all()
            closed.append(True)

        def query(*args, **how):
            closed.clear()
            return execute(*args, **how)

        def answer(_number):
            return "mobile" if closed else ValueError("a transaction is open")

        with (
            self.carrier(answer),
            patch.object(cr, "commit", commit),
            patch.object(cr, "execute", query),
        ):
            self.people._cron_look_up()
        self.assertEqual(self.row().textability, "likely")

    def test_answers_take_as_many_queries_for_many_numbers_as_for_few(self):
        def count(first, many):
            self.contacts(first, many)
            asked = self.people._claim_look_ups()
            self.assertEqual(len(asked), many)
            answers = [
                look_ups.Answer(look_up, LineType("landline")) for look_up in asked
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.people._write_down_look_ups(answers)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(0, FEW)  # fills caches
        self.assertEqual(count(100, FEW), count(200, MANY))

    def test_a_deleted_number_is_no_matter(self):
        self.contact()
        self.env.cr.precommit.run()
        asked = self.people._claim_look_ups()
        self.row().unlink()
        answers = [look_ups.Answer(asked[0], LineType("mobile"))]
        self.people._write_down_look_ups(answers)
        self.assertFalse(self.row())

    # ------------------------------------------------------------
    # AGAIN
    # ------------------------------------------------------------

    def test_an_answer_is_believed_for_some_time_only(self):
        self.contact()
        self.run_queue("landline")
        self.assertAlmostEqual(
            self.row().look_up_at,
            fields.Datetime.now() + timedelta(days=120),
            delta=timedelta(minutes=1),
        )
        self.row().look_up_at = fields.Datetime.now()
        self.assertEqual(self.run_queue("mobile"), [MOBILE])
        self.assertEqual(self.row().textability, "likely")

    def test_a_number_that_took_texts_and_fails_now_is_looked_up(self):
        self.learn("inbound", "text", MOBILE, minutes=-1)
        self.assertEqual(self.run_queue(), [])
        self.make_conversation(contact_number=MOBILE).send_text("Hi")

        def refuse(_outbound):
            raise carriers.TextRefused("21614", "No mobile", Meaning.LANDLINE)

        self.dispatch(refuse)
        self.assertEqual(self.row().textability, "unlikely")
        self.assertEqual(self.run_queue("landline"), [MOBILE])

    # ------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------

    def test_the_sandbox_answers_for_no_carrier_that_is_held(self):
        self.contact()
        self.run_queue(carriers.AccountUnusable("20003", "Authenticate"))
        self.run_queue()
        self.telnyx._set_aside("It is broken.")
        self.run_queue()
        self.assertEqual(self.row().textability, "unknown")

    def test_it_can_be_switched_on_only_with_a_carrier_that_looks_up(self):
        other = self.env["res.company"].create({"name": "Dental"})
        with self.assertRaisesRegex(ValidationError, "Dental"):
            other.sms_inbox_look_up = True
        self.make_telnyx(other)
        other.sms_inbox_look_up = True

    def test_an_administrator_switches_it_on_and_says_what_it_may_cost(self):
        self.company.sms_inbox_look_up = False
        settings = self.env["res.config.settings"].with_company(self.company)
        with Form(settings) as form:
            self.assertIn("0 of 1000", form.sms_inbox_look_up_status)
            form.sms_inbox_look_up = True
            form.sms_inbox_look_up_most = 7
            form.sms_inbox_look_up_price = 0.5
        form.record.execute()
        self.assertRecordValues(
            self.company,
            [{"sms_inbox_look_up": True, "sms_inbox_look_up_most": 7}],
        )
        self.contacts(0, 2)
        self.run_queue()
        self.assertIn("2 of 7", self.company.sms_inbox_look_up_status)
        self.assertIn("1.00", self.company.sms_inbox_look_up_status)

    def test_what_was_repaired_is_asked_again_at_once(self):
        self.contact()
        self.run_queue(carriers.AccountUnusable("20003", "Authenticate"))
        settings = self.env["res.config.settings"].with_company(self.company)
        settings.create({}).action_sms_inbox_look_ups_go_on()
        self.assertEqual(self.run_queue(), [MOBILE])

    def test_amounts_that_make_no_sense_are_refused(self):
        for name, value in (
            ("sms_inbox_look_up_most", -1),
            ("sms_inbox_look_up_days", 0),
        ):
            with self.assertRaises(ValidationError):
                self.company[name] = value

    # ------------------------------------------------------------
    # NUMBERS THAT EXIST ALREADY
    # ------------------------------------------------------------

    def existing(self, user=None):
        user = user or self.manager
        return Form(
            self.env["sms.inbox.lookup.existing"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
        )

    def test_existing_numbers_cost_what_is_shown_and_only_once_it_is_accepted(self):
        self.company.sms_inbox_look_up = False
        before = self.existing().save().count
        other = self.env["res.company"].create({"name": "Dental"})
        self.contact(MOBILE)
        self.contact(MOBILE)
        self.contact(LANDLINE, company_id=self.company.id)
        self.contact("+1 202 555 0188", company_id=other.id)
        self.contact("+44 7911 123456")
        self.make_conversation(contact_number="+12025550177")
        self.learn("inbound", "text", "+12025550178")
        form = self.existing()
        form.price = 0.5
        window = form.save()
        self.assertEqual(window.count, before + 3)
        self.assertEqual(window.total, window.count * 0.5)
        self.assertEqual(self.run_queue(), [])
        count = window.count
        window.action_accept()
        asked = self.run_queue()
        self.assertEqual(len(asked), count)
        self.assertLessEqual({MOBILE, LANDLINE, "+12025550177"}, set(asked))
        self.assertEqual(self.company.sms_inbox_look_up_price, 0.5)
        self.assertFalse(self.row().look_up_at)
        self.assertEqual(self.existing().save().count, 0)

    def test_existing_numbers_beyond_the_months_limit_are_told_apart(self):
        self.contacts(0, 4)
        self.people.search([]).look_up_at = False
        self.company.sms_inbox_look_up_most = 3
        window = self.existing().save()
        self.assertEqual(window.this_month, 3)
        self.assertGreater(window.count, 3)

    def test_nobody_accepts_a_cost_that_is_not_shown(self):
        self.contact()
        with self.assertRaisesRegex(UserError, "what your carrier charges"):
            self.existing().save().action_accept()

    def test_only_managers_of_the_company_accept_a_cost(self):
        for user in (self.agent, self.supervisor):
            with self.assertRaises(AccessError):
                self.existing(user).save()
        other = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", other)
        windows = self.env["sms.inbox.lookup.existing"].with_user(spy)
        window = windows.create({"company_id": self.company.id, "price": 1.0})
        for spy_on in (window.action_accept, lambda: window.read(["count"])):
            with self.assertRaises(AccessError):
                spy_on()
