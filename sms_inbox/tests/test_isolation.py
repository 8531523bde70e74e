"""A user of one company learns nothing of another, model by model."""

from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OUR_NUMBER, PICTURE, THEIR_NUMBER, SmsInboxCase

# models that belong to no company; users may not read them at all
RULES = {"sms.inbox.limit", "sms.inbox.number.type", "sms.inbox.quiet.rule"}
# words of languages: everybody may read them, and nothing of anybody is in them
OF_ALL = {"sms.inbox.phrase"}
OF_NOBODY = RULES | {"sms.inbox.line", "sms.inbox.refusal"}


@tagged("post_install", "-at_install", "sms_inbox_after_update")
class TestIsolation(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Dental"})
        cls.spies = {
            group: cls.make_user(f"spy_{group}", group, cls.other_company)
            for group in ("group_user", "group_supervisor", "group_manager")
        }
        export = cls.env.ref("base.group_allow_export")
        for spy in cls.spies.values():
            spy.group_ids |= export
        cls.env["sms.inbox.consent"].create(
            {"company_id": cls.company.id, "number": THEIR_NUMBER, "state": "unknown"}
        )

    def setUp(self):
        super().setUp()
        self.receive("Something private", pictures=[PICTURE])
        self.make_conversation().send_text("Something private too")
        self.dispatch()
        self.env["sms.inbox.refusal"].create(
            {
                "account_id": self.account.id,
                "reason": "forged",
                "hour": "2026-11-28 10:00:00",
                "count": 1,
            }
        )
        self.env["sms.inbox.look.up.month"]._count({self.company.id: 1})
        self.env["sms.inbox.batch"].create(
            {
                "name": "Something private",
                "company_id": self.company.id,
                "body": "Something private",
            }
        )
        # what is written at a transaction's end, too
        self.env.cr.flush()

    def stored_models(self):
        return [
            self.env[name].with_context(active_test=False)
            for name in self.env.registry
            if name.startswith("sms.inbox.")
            and not self.env[name]._abstract
            and not self.env[name]._transient
            and name not in OF_ALL
        ]

    def test_every_model_has_a_row_to_hide(self):
        for model in self.stored_models():
            self.assertTrue(model.search_count([], limit=1), model._name)

    def test_every_model_of_a_company_says_whose_row_it_is(self):
        for model in self.stored_models():
            if model._name in OF_NOBODY:
                continue
            company = model._fields["company_id"]
            self.assertTrue(company.store and company.required, model._name)
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            self.assertIn("company_ids", "".join(rules.mapped("domain_force")))

    def test_a_user_of_another_company_finds_nothing(self):
        for model in self.stored_models():
            for spy in self.spies.values():
                with self.subTest(model=model._name, user=spy.login):
                    self.assert_finds_nothing(model.with_user(spy))

    def assert_finds_nothing(self, model):
        looks = (
            lambda: model.search([]).ids,
            lambda: model.search_count([]),
            lambda: model.search_read([]),
            lambda: model.name_search(""),
            lambda: model.web_search_read([], {"id": {}})["records"],
            lambda: model.formatted_read_group([], ["id:day"][:0], ["__count"])[0][
                "__count"
            ],
        )
        for look in looks:
            try:
                self.assertFalse(look())
            except AccessError:
                self.assertIn(model._name, self.closed_to(model.env.user))

    def closed_to(self, user):
        """Models that the access rights close to a user altogether."""
        return {
            model._name
            for model in self.stored_models()
            if not model.with_user(user).has_access("read")
        }

    def test_a_user_of_another_company_reads_writes_and_exports_no_row(self):
        for model in self.stored_models():
            row = model.search([], limit=1)
            name = "company_id" if "company_id" in row._fields else "display_name"
            for spy in self.spies.values():
                theirs = row.with_user(spy)
                theirs.invalidate_recordset()
                self.assert_refused(theirs, "read", [name])
                self.assert_refused(theirs, "export_data", [name])
                self.assert_refused(theirs, "write", {})
                self.assert_refused(theirs, "unlink")

    def test_every_window_that_is_filled_in_is_its_users_alone(self):
        for model in self.windows():
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            self.assertEqual(
                rules.mapped("domain_force"),
                ["[('create_uid', '=', user.id)]"],
                model._name,
            )

    def test_nobody_reads_or_writes_a_bulk_text_that_another_is_writing(self):
        bulk = self.env["sms.inbox.bulk"].with_user(self.supervisor)
        window = bulk.create(
            {
                "res_model": "res.partner",
                "res_ids": self.partner.ids,
                "body": "Something private",
            }
        )
        for spy in (*self.spies.values(), self.agent):
            theirs = window.with_user(spy)
            theirs.invalidate_recordset()
            self.assert_refused(theirs, "read", ["body"])
            self.assert_refused(theirs, "write", {"body": "Something else"})
            self.assertFalse(theirs.search([]))

    def windows(self):
        """The models of what people fill in, which Odoo keeps for an hour or two."""
        return [
            self.env[name]
            for name in self.env.registry
            if name.startswith("sms.inbox.") and self.env[name]._transient
        ]

    def test_a_user_of_another_company_can_call_nothing_on_our_rows(self):
        conversation = self.make_conversation()
        text = self.env["sms.inbox.message"].search(
            [("conversation_id", "=", conversation.id)], limit=1
        )
        for spy in self.spies.values():
            thread = conversation.with_user(spy)
            self.assert_refused(thread, "send_text", "Hi")
            self.assert_refused(thread, "mark_read")
            self.assert_refused(thread, "may_subscribe_again")
            self.assert_refused(thread, "action_close")
            self.assert_refused(thread, "write", {"stage": "snoozed"})
            self.assert_refused(thread, "start", self.number.id, THEIR_NUMBER)
            self.assert_refused(thread, "action_wants_no_texts")
            self.assert_refused(thread, "action_wants_texts")
            self.assert_refused(thread, "action_unlink_contact")
            self.assert_refused(text.with_user(spy), "action_cancel")
            self.assert_refused(text.with_user(spy), "action_retry")
            account = self.account.with_user(spy)
            received = (OUR_NUMBER, THEIR_NUMBER, "Hi")
            self.assert_refused(account, "sandbox_receive", *received)
            phone = self.env["sms.inbox.phone"].with_user(spy)
            self.assertEqual(phone.handsets() + phone.lines(), [])
            self.assertEqual(phone.threads(THEIR_NUMBER), [])

    def assert_refused(self, records, method, *args):
        what = {"model": records._name, "user": records.env.user.login, "how": method}
        with self.subTest(**what), self.assertRaises(UserError) as refusal:
            getattr(records, method)(*args)
        self.assertNotIn("Something private", str(refusal.exception))

    def test_an_administrator_of_another_company_finds_only_what_is_of_no_company(self):
        spy = self.spies["group_manager"]
        spy.group_ids |= self.env.ref("base.group_system")
        for model in self.stored_models():
            if model._name not in RULES:
                with self.subTest(model=model._name):
                    self.assert_finds_nothing(model.with_user(spy))

    def test_no_manager_sets_the_response_time_of_another_company(self):
        spy = self.spies["group_manager"]
        rules = self.env["sms.inbox.board.rules"].with_user(spy)
        vals = {"company_id": self.company.id, "sms_inbox_response_minutes": 7}
        self.assert_refused(rules.create(vals), "action_save")
        spies = (spy, self.spies["group_supervisor"], self.spies["group_user"])
        switched_on = {"allowed_company_ids": self.company.ids}
        for windows in (rules.with_user(s).with_context(**switched_on) for s in spies):
            with self.assertRaises(AccessError):
                windows.create(vals).action_save()
        self.assertEqual(self.company.sms_inbox_response_minutes, 60)

    def test_nobody_hands_over_conversations_of_another_company(self):
        threads = self.make_conversation()
        names = (self.number.name, self.company.name)
        for spy in self.spies.values():
            windows = self.env["sms.inbox.assign"].with_user(spy)
            ids = {"conversation_ids": [(6, 0, threads.ids)]}
            with (
                self.subTest(user=spy.login),
                self.assertRaises(AccessError) as refusal,
            ):
                windows.create({**ids, "user_id": spy.id}).action_assign()
            for name in names:
                self.assertNotIn(name, str(refusal.exception))
        self.assertFalse(threads.user_id)

    def test_nobody_is_handed_conversations_of_another_company(self):
        windows = self.env["sms.inbox.assign"].with_user(self.manager)
        ids = {"conversation_ids": [(6, 0, self.make_conversation().ids)]}
        for spy in self.spies.values():
            window = windows.create({**ids, "user_id": spy.id})
            self.assertNotIn(spy, window.answering_ids)
            self.assert_refused(window, "action_assign")

    def test_a_line_that_exists_is_refused_without_naming_whose_it_is(self):
        theirs = self.make_account(self.other_company)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception) as refusal,
            self.env.cr.savepoint(),
        ):
            self.make_line(theirs, OUR_NUMBER)
        words = self.env["sms.inbox.line"]._sql_error_to_message(refusal.exception)
        self.assertIn("is set up already", words)
        self.assertNotIn(self.company.name, words)

    def test_a_consent_names_no_line_of_another_company(self):
        manager = self.spies["group_manager"]
        consents = self.env["sms.inbox.consent"].with_user(manager)
        vals = {"number": THEIR_NUMBER, "line_id": self.line.id}
        with self.assertRaises(AccessError):
            consents.create(vals)
        manager.group_ids |= self.env.ref("base.group_system")
        with self.assertRaisesRegex(ValidationError, "your own numbers"):
            consents.create(vals)

    def test_an_administrator_of_another_company_gets_at_no_line_of_ours(self):
        spy = self.spies["group_manager"]
        spy.group_ids |= self.env.ref("base.group_system")
        numbers = self.env["sms.inbox.number"].with_user(spy)
        vals = {"name": "Spy", "line_id": self.line.id, "active": False}
        with self.assertRaises(ValidationError):
            numbers.create(vals)
        theirs = self.make_line(self.make_account(self.other_company), "+14155550104")
        with self.assertRaises(AccessError):
            theirs.with_user(spy).account_id = self.account
        limits = self.env["sms.inbox.limit"].with_user(spy).search([])
        digits = "".join(c for c in "".join(limits.mapped("name")) if c.isdigit())
        self.assertNotIn(OUR_NUMBER[-4:], digits)

    def test_an_agent_receives_nothing_on_a_number_of_others(self):
        other = self.make_user("other", "group_user", self.company)
        with self.assertRaisesRegex(UserError, "not a number of this sandbox"):
            self.account.with_user(other).sandbox_receive(
                OUR_NUMBER, THEIR_NUMBER, "Hi"
            )

    def test_a_line_in_use_goes_to_no_second_company(self):
        with self.assertRaises(ValidationError):
            self.make_number(self.line, company_id=self.other_company.id)

    def test_a_number_conversation_or_account_stays_with_its_company(self):
        with self.assertRaises(UserError):
            self.number.company_id = self.other_company
        with self.assertRaises(UserError):
            self.make_conversation().company_id = self.other_company
        with self.assertRaises(UserError):
            self.account.company_id = self.other_company

    def test_a_line_moves_by_retiring_one_number_and_beginning_another(self):
        old = self.make_conversation()
        self.number.active = False
        self.line.account_id = self.make_account(self.other_company)
        self.assertFalse(self.line.claimed_at)
        self.line._confirm()
        number = self.make_number(self.line)
        self.assertNotEqual(self.make_conversation(number), old)
        self.assertEqual(old.company_id, self.company)
        with self.assertRaises(ValidationError):
            self.number.active = True

    # ------------------------------------------------------------
    # THE SECOND LOCK
    # ------------------------------------------------------------

    def test_postgresql_itself_refuses_a_row_that_crosses_companies(self):
        for table in (
            "sms_inbox_conversation",
            "sms_inbox_conversation_user",
            "sms_inbox_message",
            "sms_inbox_attempt",
            "sms_inbox_webhook_event",
        ):
            with (
                self.subTest(table=table),
                mute_logger("odoo.sql_db"),
                self.assertRaises(ForeignKeyViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    f"UPDATE {table} SET company_id = %s WHERE company_id = %s",
                    (self.other_company.id, self.company.id),
                )

    def test_the_composite_keys_are_in_the_database(self):
        """Also after an update: this class runs again after ``-u``."""
        self.env.cr.execute(
            """
            SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
              FROM pg_constraint
             WHERE contype = 'f' AND array_length(conkey, 1) = 2
               AND conrelid::regclass::text LIKE 'sms_inbox_%'
            """
        )
        keys = {
            (table, definition.split("(")[1].split(")")[0])
            for table, definition in self.env.cr.fetchall()
        }
        self.assertEqual(
            keys,
            {
                ("sms_inbox_conversation", "number_id, company_id"),
                ("sms_inbox_conversation_user", "conversation_id, company_id"),
                ("sms_inbox_consent", "text_id, company_id"),
                ("sms_inbox_message", "batch_id, company_id"),
                ("sms_inbox_message", "saw_text_id, company_id"),
                ("sms_inbox_message", "conversation_id, company_id"),
                ("sms_inbox_message", "number_id, company_id"),
                ("sms_inbox_attempt", "message_id, company_id"),
                ("sms_inbox_media", "message_id, company_id"),
                ("sms_inbox_wait", "conversation_id, company_id"),
                ("sms_inbox_wait", "number_id, company_id"),
                ("sms_inbox_webhook_event", "account_id, company_id"),
            },
        )

    # ------------------------------------------------------------
    # PEOPLE WHO MOVE
    # ------------------------------------------------------------

    def test_a_contact_that_moves_to_another_company_leaves_our_threads(self):
        conversation = self.make_conversation()
        self.assertEqual(conversation.partner_id, self.partner)
        self.partner.company_id = self.other_company
        self.assertFalse(conversation.partner_id)

    def test_a_contact_merged_into_another_companys_leaves_our_threads(self):
        conversation = self.make_conversation()
        theirs = self.env["res.partner"].create(
            {"name": "Ada", "company_id": self.other_company.id}
        )
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.partner | theirs).ids, theirs
        )
        self.assertFalse(conversation.partner_id)

    def test_a_contact_merged_within_a_company_keeps_its_threads(self):
        conversation = self.make_conversation()
        twin = self.env["res.partner"].create({"name": "Ada"})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.partner | twin).ids, twin
        )
        self.assertEqual(conversation.partner_id, twin)

    def test_a_user_who_leaves_a_company_loses_its_numbers_and_threads(self):
        conversation = self.make_conversation()
        conversation.user_id = self.agent
        conversation.message_subscribe(self.agent.partner_id.ids)
        self.agent.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [(6, 0, self.other_company.ids)],
            }
        )
        self.assertFalse(self.number.user_ids)
        self.assertFalse(conversation.user_id)
        self.assertNotIn(self.agent.partner_id, conversation.message_partner_ids)

    def test_screens_of_another_company_are_told_nothing(self):
        self.number.user_ids |= self.manager
        audience = self.make_conversation()._audience()
        self.assertIn(self.supervisor, audience)
        self.assertFalse(audience & self.env["res.users"].union(*self.spies.values()))

    def test_a_deleted_contact_leaves_the_thread_in_place(self):
        conversation = self.make_conversation()
        self.partner.unlink()
        self.assertTrue(conversation.exists())
        self.assertEqual(conversation.display_name, "+1 202 555 0143")
