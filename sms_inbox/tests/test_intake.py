"""What is stored of a carrier's call, what wakes the work, and what is refused."""

import threading
from contextlib import ExitStack, contextmanager, suppress

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .. import carriers
from .common import OUR_NUMBER, THEIR_NUMBER
from .test_webhook import AUTH_TOKEN, PUBLIC, WebhookCase

NEW = "https://new.example.com"
CALLS = 30  # refused at once
BEHIND_PROXY = {
    "X-Forwarded-Host": "new.example.com",
    "X-Forwarded-Proto": "https",
}


@tagged("post_install", "-at_install")
class TestWrongSetUp(WebhookCase):
    """One refused call is enough to say what is wrong."""

    def refused(self, status=403, **how):
        params = self.inbound(**how.pop("params", {}))
        answer = self.post("inbound", params, **how)
        self.assertEqual((answer.status_code, answer.text), (status, ""))
        self.account.invalidate_recordset()
        return self.account.webhook_trouble

    def test_nothing_is_wrong_before_anybody_calls(self):
        self.assertEqual(self.account.webhook_trouble, "")
        self.assertFalse(self.account.suggested_base_url)

    def test_a_wrong_public_address_is_named_beside_the_right_one(self):
        trouble = self.refused(base=NEW, **BEHIND_PROXY)
        self.assertIn(f"calls us at {NEW}", trouble)
        self.assertIn(PUBLIC, trouble)
        self.assertEqual(self.account.suggested_base_url, NEW)
        self.assertEqual(self.refusals(), {(self.account, "wrong_address"): 1})

    def test_the_right_address_is_found_whatever_the_proxy_tells(self):
        host = f"http://{self.base_url().partition('//')[2]}"
        for base, headers in (
            (host, {}),
            (host.replace("http:", "https:"), {}),
            (NEW, {"X-Forwarded-Host": "new.example.com"}),
            (f"{NEW}:8443", {**BEHIND_PROXY, "X-Forwarded-Port": "8443"}),
            (f"{NEW}/odoo", {**BEHIND_PROXY, "X-Forwarded-Prefix": "/odoo"}),
        ):
            self.refused(base=base, **headers)
            self.assertEqual(self.account.suggested_base_url, base)

    def test_a_call_signed_with_the_second_token_names_the_address_too(self):
        self.account.auth_token = "67890"
        self.refused(base=NEW, **BEHIND_PROXY)
        self.assertEqual(self.account.suggested_base_url, NEW)

    def test_the_suggested_address_is_taken_with_one_click(self):
        self.refused(base=NEW, **BEHIND_PROXY)
        self.account.action_use_suggested_address()
        self.assertEqual(self.account.public_base_url, NEW)
        self.assertEqual(self.account.webhook_trouble, "")
        answer = self.post("inbound", self.inbound(), base=NEW)
        self.assertEqual(answer.status_code, 200)

    def test_an_agent_may_not_take_it(self):
        self.refused(base=NEW, **BEHIND_PROXY)
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_use_suggested_address()

    def test_a_forged_call_suggests_no_address(self):
        trouble = self.refused(signature="forged", **BEHIND_PROXY)
        self.assertIn("auth token", trouble)
        self.assertFalse(self.account.suggested_base_url)

    def test_an_address_that_ends_differently_is_to_be_copied_again(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        signature = self.sign(f"{PUBLIC}{path}/", self.inbound())
        host = {"Host": PUBLIC.partition("//")[2]}
        trouble = self.refused(signature=signature, **host)
        self.assertIn("Copy the address", trouble)
        self.assertFalse(self.account.suggested_base_url)

    def test_each_reason_is_explained(self):
        other = {"AccountSid": "AC00000000000000000000000000000002"}
        self.assertIn("subaccount", self.refused(signature="x", params=other))
        self.assertIn("signed webhooks", self.refused(signature=""))
        large = {"Body": "x" * 100_000}
        self.assertIn("larger", self.refused(413, params=large))
        self.assertIn("usual format", self.refused(400, params={"From": ""}))
        self.account.write({"carrier": "sandbox", "auth_token": False})
        self.account.flush_recordset()
        # raw SQL: an account that lost its secret, which no form would let happen
        self.env.cr.execute(
            "UPDATE sms_inbox_account SET carrier = 'twilio' WHERE id = %s",
            (self.account.id,),
        )
        self.env.invalidate_all()
        self.assertIn("no secret", self.refused())

    def test_trouble_is_over_with_the_next_good_call(self):
        self.assertTrue(self.refused(signature="forged"))
        self.post("inbound", self.inbound())
        self.account.invalidate_recordset()
        self.assertEqual(self.account.webhook_trouble, "")

    def test_an_old_address_is_not_suggested_again_after_good_calls(self):
        self.refused(base=NEW, **BEHIND_PROXY)
        self.post("inbound", self.inbound())
        trouble = self.refused(signature="forged")
        self.assertIn("auth token", trouble)
        self.assertFalse(self.account.suggested_base_url)

    def test_a_report_does_not_hide_that_texts_are_refused(self):
        self.assertTrue(self.refused(signature="forged"))
        params = {"MessageSid": "SM1", "MessageStatus": "sent"}
        self.assertEqual(self.post("status/x", params).status_code, 204)
        self.account.invalidate_recordset()
        self.assertTrue(self.account.webhook_trouble)

    def test_a_carrier_that_uses_get_is_told_so(self):
        path = f"/sms_inbox/twilio/{self.account.webhook_token}/inbound"
        answer = self.url_open(f"{path}?Body=Hello", method="GET")
        self.assertEqual((answer.status_code, answer.text), (405, ""))
        self.assertEqual(answer.headers["Allow"], "POST")
        self.account.invalidate_recordset()
        self.assertIn("HTTP POST", self.account.webhook_trouble)

    def test_trouble_comes_back_with_the_next_bad_call(self):
        self.post("inbound", self.inbound())
        self.assertTrue(self.refused(signature="forged"))

    def test_what_we_asked_the_carrier_for_is_no_good_call(self):
        self.refused(signature="forged")
        self.env["sms.inbox.webhook.event"]._store_all(
            self.account, [carriers.InboundText("SM9", THEIR_NUMBER, OUR_NUMBER, "Hi")]
        )
        self.account.invalidate_recordset()
        self.assertTrue(self.account.webhook_trouble)

    def test_trouble_is_over_when_what_it_is_about_was_changed(self):
        for change in (
            {"public_base_url": "https://other.example.com"},
            {"auth_token": "another"},
            {"other_auth_token": "yet another"},
        ):
            self.assertTrue(self.refused(signature="forged"))
            self.account.write(change)
            self.assertEqual(self.account.webhook_trouble, "")


@tagged("post_install", "-at_install")
class TestRotation(WebhookCase):
    """Secrets are replaced without losing a call."""

    def answered(self, secret, token=None):
        token = token or self.account.webhook_token
        path = f"/sms_inbox/twilio/{token}/inbound"
        params = self.inbound(MessageSid=f"SM{secret}{token}")
        signature = self.sign(PUBLIC + path, params, secret)
        answer = self.post("inbound", params, signature, token)
        return answer.status_code

    def test_a_replaced_token_is_still_believed(self):
        self.account.auth_token = "new"
        self.assertEqual(self.account.other_auth_token, AUTH_TOKEN)
        self.assertEqual(self.answered("new"), 200)
        self.assertEqual(self.answered(AUTH_TOKEN), 200)
        self.assertEqual(self.answered("a third"), 403)

    def test_the_next_token_may_be_entered_before_it_is_used(self):
        self.account.other_auth_token = "next"
        self.assertEqual(self.answered("next"), 200)
        self.account.auth_token = "next"
        self.assertEqual(self.account.other_auth_token, AUTH_TOKEN)
        self.assertEqual(self.answered("next"), 200)

    def test_the_one_before_the_last_is_no_longer_believed(self):
        self.account.auth_token = "second"
        self.account.auth_token = "third"
        self.assertEqual(self.answered(AUTH_TOKEN), 403)
        self.assertEqual(self.answered("second"), 200)

    def test_saving_the_same_token_again_forgets_nothing(self):
        self.account.other_auth_token = "next"
        self.account.auth_token = AUTH_TOKEN
        self.assertEqual(self.account.other_auth_token, "next")

    def test_a_shared_key_is_replaced_likewise(self):
        self.account.shared_key = "one"
        self.assertFalse(self.account.other_shared_key)
        self.account.shared_key = "two"
        self.assertEqual(self.account.other_shared_key, "one")

    def test_several_accounts_keep_each_its_own(self):
        other = self.make_account(
            self.company, carrier="twilio", account_sid="AC2", auth_token="other's"
        )
        (self.account + other).auth_token = "new"
        self.assertEqual(self.account.other_auth_token, AUTH_TOKEN)
        self.assertEqual(other.other_auth_token, "other's")

    def test_both_addresses_are_answered_until_the_former_is_ended(self):
        former = self.account.webhook_token
        self.account.action_new_webhook_address()
        self.assertNotEqual(self.account.webhook_token, former)
        self.assertIn(self.account.webhook_token, self.account.inbound_url)
        self.assertEqual(self.answered(AUTH_TOKEN), 200)
        self.assertEqual(self.answered(AUTH_TOKEN, former), 200)
        self.account.action_end_former_address()
        self.assertEqual(self.answered(AUTH_TOKEN, former), 404)
        self.assertEqual(self.answered(AUTH_TOKEN), 200)


class _Stop(Exception):
    """Ends a transaction without a commit."""


@tagged("post_install", "-at_install")
class TestIntakeRaces(BaseCase):
    """Calls at the same time as each other and as a run, with real cursors."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.serial = 0
        with self.transaction() as env:
            self.cron_id = env.ref("sms_inbox.ir_cron_process_events").id
            self.account_id = env["sms.inbox.account"].create({"name": "Intake"}).id
            self.forget_triggers(env)
        self.addCleanup(self.delete_what_was_committed)

    @contextmanager
    def transaction(self):
        """A transaction of its own, with a snapshot taken at once."""
        with self.registry.cursor() as cr:
            # what should not wait for another transaction fails instead of hanging
            cr.execute("SET LOCAL lock_timeout = '10s'")
            cr.execute("SELECT 1")
            yield api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def abandoned(self):
        """The same, rolled back in the end."""
        with suppress(_Stop), self.transaction() as env:
            yield env
            raise _Stop

    def forget_triggers(self, env):
        # raw SQL: as a run's beginning deletes them
        env.cr.execute(
            "DELETE FROM ir_cron_trigger WHERE cron_id = %s", (self.cron_id,)
        )

    def delete_what_was_committed(self):
        with self.transaction() as env:
            self.forget_triggers(env)
            # raw SQL: what was committed must go, whoever may delete it
            env.cr.execute(
                "DELETE FROM sms_inbox_account WHERE id = %s", (self.account_id,)
            )
            env.cr.execute("DELETE FROM sms_inbox_refusal WHERE account_id IS NULL")

    def store(self, env, carrier_id=None):
        self.serial += 1
        text = carriers.InboundText(
            carrier_id or f"SM{self.serial}", THEIR_NUMBER, OUR_NUMBER, "Hi"
        )
        account = env["sms.inbox.account"].browse(self.account_id)
        return env["sms.inbox.webhook.event"]._store_all(account, [text])

    def triggers(self):
        with self.transaction() as env:
            env.cr.execute(
                "SELECT count(*) FROM ir_cron_trigger WHERE cron_id = %s",
                (self.cron_id,),
            )
            return env.cr.fetchone()[0]

    def run_begins(self, env):
        env["ir.cron"]._clear_schedule({"id": self.cron_id})

    def test_fifty_calls_wake_once(self):
        for _call in range(50):
            with self.transaction() as env:
                self.store(env)
        self.assertEqual(self.triggers(), 1)

    def test_a_call_during_a_run_leads_to_another_run(self):
        with self.transaction() as env:
            self.store(env)
        with self.transaction() as run:
            self.run_begins(run)
            for _call in range(50):
                with self.transaction() as env:
                    self.store(env)
        self.assertEqual(self.triggers(), 1)

    @mute_logger("odoo.sql_db")
    def test_a_run_begins_after_the_call_that_counts_on_it(self):
        with self.transaction() as env:
            self.store(env)
        with self.transaction() as call:
            self.store(call)
            with self.transaction() as run, self.assertRaises(LockNotAvailable):
                run.cr.execute(
                    "SELECT FROM ir_cron_trigger WHERE cron_id = %s FOR UPDATE NOWAIT",
                    (self.cron_id,),
                )
        self.assertEqual(self.triggers(), 1)

    def test_calls_that_go_on_all_the_time_do_not_keep_a_run_from_beginning(self):
        with self.transaction() as env:
            self.store(env)
        with self.transaction() as one, self.transaction() as two:
            self.store(one)
            self.store(two)  # takes no part in the first one's lock
            one.cr.commit()
            with self.transaction() as run:
                # or this would wait for the second call, and for those after it
                run.cr.execute(
                    "SELECT FROM ir_cron_trigger WHERE cron_id = %s "
                    "ORDER BY id LIMIT 1 FOR UPDATE NOWAIT",
                    (self.cron_id,),
                )
        self.assertLessEqual(self.triggers(), 2)

    def test_an_account_can_be_mended_while_its_calls_are_refused(self):
        with self.transaction() as repair:
            account = repair["sms.inbox.account"].browse(self.account_id)
            with self.transaction() as call:
                refusals = call["sms.inbox.refusal"]
                refusals._count(account.with_env(call), "forged", "inbound")
            account.auth_token = "mended"
            account.flush_recordset()
        with self.transaction() as env:
            account = env["sms.inbox.account"].browse(self.account_id)
            self.assertEqual(account.auth_token, "mended")

    def test_a_call_that_is_undone_wakes_nobody(self):
        with self.abandoned() as env:
            self.store(env)
        self.assertEqual(self.triggers(), 0)

    def test_a_repeat_is_not_new_and_wakes_nobody(self):
        with self.transaction() as env:
            self.assertEqual(self.store(env, "SM0"), 1)
            self.forget_triggers(env)
        with self.transaction() as env:
            self.assertEqual(self.store(env, "SM0"), 0)
        self.assertEqual(self.triggers(), 0)

    def test_what_is_new_among_repeats_is_stored_in_their_order(self):
        texts = [
            carriers.InboundText(name, THEIR_NUMBER, OUR_NUMBER, "Hi", at=1.8e9)
            for name in ("SM1", "SM2", "SM1", "SM3")
        ]
        with self.transaction() as env:
            self.store(env, "SM2")
            account = env["sms.inbox.account"].browse(self.account_id)
            events = env["sms.inbox.webhook.event"]
            self.assertEqual(events._store_all(account, texts), 2)
            stored = events.search([("account_id", "=", account.id)], order="id")
            self.assertEqual(stored.mapped("external_key"), ["SM2", "SM1", "SM3"])
            self.assertEqual(len(set(stored.mapped("thread_key"))), 1)
            self.assertEqual(f"{stored[-1].received_at}", "2027-01-15 08:00:00")

    def test_calls_refused_at_once_are_all_counted_and_none_begins_again(self):
        at_once = threading.Barrier(CALLS)
        clashes = []

        def refuse(account):
            try:
                at_once.wait(30)
                account.env["sms.inbox.refusal"]._count(account, "forged", "inbound")
            except Exception as clash:
                clashes.append(clash)

        with ExitStack() as open_transactions:
            # opened here: Odoo's tests keep other threads from looking for a registry
            envs = [
                open_transactions.enter_context(self.transaction())
                for _call in range(CALLS)
            ]
            threads = [
                threading.Thread(
                    target=refuse,
                    args=[env["sms.inbox.account"].browse(self.account_id)],
                )
                for env in envs
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertFalse(clashes)
        with self.transaction() as env:
            refusals = env["sms.inbox.refusal"].search(
                [("account_id", "=", self.account_id)]
            )
            self.assertEqual(sum(refusals.mapped("count")), CALLS)
