"""What two transactions do to each other, with two real cursors."""

import threading
import time
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .. import carriers
from ..carriers.runway import Landed, Runway
from ..models.sms_inbox_dispatcher import Run
from .common import THEIR_NUMBER, report

# In the order in which rows may be deleted. Raw SQL: what was committed must go, also
# rows that nobody may delete otherwise.
TABLES = (
    "sms_inbox_attempt",
    "sms_inbox_consent",
    "sms_inbox_consent_event",
    "sms_inbox_message",
    "sms_inbox_conversation",
    "sms_inbox_number",
    "sms_inbox_line",
    "sms_inbox_limit",
    "sms_inbox_account",
    "sms_inbox_subscriber",
    "sms_inbox_look_up_month",
)


def claim(env):
    """What a dispatcher that begins now claims; its jobs go nowhere."""
    run = Run(env, 0, Runway(10))
    return env["sms.inbox.claim"]._claim(run)[0]


@tagged("post_install", "-at_install")
class TestRaces(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.transaction() as env:
            self.newest = {table: self.last_id(env, table) for table in TABLES}
            account = env["sms.inbox.account"].create({"name": "Races"})
            line = env["sms.inbox.line"].create(
                {"number": "+14155550190", "account_id": account.id}
            )
            line.limit_id.segments_per_second = 1000
            self.number_id = (
                env["sms.inbox.number"].create({"name": "Races", "line_id": line.id}).id
            )
        self.addCleanup(self.delete_what_was_committed)

    @contextmanager
    def transaction(self):
        """A transaction of its own, with a snapshot taken at once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # what should not wait for another transaction fails instead of hanging
            cr.execute("SET LOCAL lock_timeout = '10s'")
            cr.execute("SELECT 1")
            yield env

    @staticmethod
    def last_id(env, table):
        env.cr.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")
        return env.cr.fetchone()[0]

    def delete_what_was_committed(self):
        with self.transaction() as env:
            ledger = "ALTER TABLE sms_inbox_consent_event {} TRIGGER USER"
            env.cr.execute(ledger.format("DISABLE"))
            for table in TABLES:
                env.cr.execute(
                    f"DELETE FROM {table} WHERE id > %s", (self.newest[table],)
                )
            env.cr.execute(ledger.format("ENABLE"))

    def start(self, env):
        return env["sms.inbox.conversation"].start(self.number_id, THEIR_NUMBER)

    def queue(self, body="Hello"):
        with self.transaction() as env:
            conversation = env["sms.inbox.conversation"].browse(self.start(env))
            return conversation.send_text(body)

    def state(self, message_id):
        with self.transaction() as env:
            return env["sms.inbox.message"].browse(message_id).state

    def opt_out(self, env):
        env["sms.inbox.consent"].create({"number": THEIR_NUMBER, "state": "opted_out"})

    @mute_logger("odoo.sql_db")
    def test_two_who_start_the_same_thread_at_once_get_the_same(self):
        with self.transaction() as slow:
            with self.transaction() as quick:
                first = self.start(quick)
            with self.assertRaises(ConcurrencyError):
                self.start(slow)
            slow.cr.rollback()
            self.assertEqual(self.start(slow), first)

    @mute_logger("odoo.sql_db")
    def test_two_texts_at_once_never_get_the_same_turn(self):
        with self.transaction() as later:
            with self.transaction() as first:
                self.next_one(first)
            # so its step begins again, and sees the other's turn
            with self.assertRaises(SerializationFailure):
                self.next_one(later)
            later.cr.rollback()
            self.assertEqual(self.next_one(later), 1)

    def next_one(self, env):
        """Take the next turn; gives how many were taken before."""
        number = env["sms.inbox.number"].browse(self.number_id)
        number._next_ones(env.user, 1)
        return number.assign_turn - 1

    @mute_logger("odoo.sql_db")
    def test_what_one_dispatcher_claims_another_does_not(self):
        self.queue()
        with self.transaction() as two:
            with self.transaction() as one:
                (job,) = self.ours(claim(one))
            with self.assertRaises(SerializationFailure):
                claim(two)
            two.cr.rollback()
            self.assertEqual(self.ours(claim(two)), [])
            two.cr.rollback()
        self.assertTrue(job)

    @staticmethod
    def ours(jobs):
        senders = ("+14155550190", "+14155550191")
        return [job for job in jobs if job.outbound.sender in senders]

    @mute_logger("odoo.sql_db")
    def test_an_opt_out_that_commits_during_a_claim_stops_it(self):
        message_id = self.queue()
        with self.transaction() as dispatcher:
            with self.transaction() as person:
                self.opt_out(person)
            with self.assertRaises(SerializationFailure):
                claim(dispatcher)
            dispatcher.cr.rollback()
            self.assertEqual(self.ours(claim(dispatcher)), [])
            dispatcher.cr.rollback()
        self.assertEqual(self.state(message_id), "canceled")

    def test_a_text_queued_while_they_opt_out_does_not_leave(self):
        with self.transaction() as env:
            self.start(env)
        with self.transaction() as writer:
            conversation = writer["sms.inbox.conversation"].browse(self.start(writer))
            with self.transaction() as person:
                self.opt_out(person)
            message_id = conversation.send_text("Typed before the STOP")
        with self.transaction() as env:
            self.assertEqual(self.ours(claim(env)), [])
        self.assertEqual(self.state(message_id), "canceled")

    def hear(self, env, body="stop texting me"):
        """A text of theirs comes in, and what it says is acted on."""
        number = env["sms.inbox.number"].browse(self.number_id)
        texts = env["sms.inbox.conversation"]._receive_all(
            [{"number": number, "contact_number": THEIR_NUMBER, "body": body}]
        )
        env["sms.inbox.consent"]._hear(texts, {})
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_a_stop_that_comes_in_during_a_claim_stops_it(self):
        message_id = self.queue()
        with self.transaction() as dispatcher:
            with self.transaction() as person:
                self.hear(person)
            with self.assertRaises(SerializationFailure):
                claim(dispatcher)
            dispatcher.cr.rollback()
            self.assertEqual(self.dispatched(dispatcher), [])
            dispatcher.cr.rollback()
        self.assertEqual(self.state(message_id), "canceled")

    @mute_logger("odoo.sql_db")
    def test_a_reply_typed_while_a_stop_comes_in_is_refused(self):
        with self.transaction() as env:
            self.start(env)
        with self.transaction() as writer:
            thread = writer["sms.inbox.conversation"].browse(self.start(writer))
            with self.transaction() as person:
                self.hear(person)
            with self.assertRaises(SerializationFailure):
                thread.send_text("Typed before")
                writer.flush_all()
            writer.cr.rollback()
            # as Odoo does with a request that met another
            with self.assertRaisesRegex(UserError, "wants no texts"):
                thread.send_text("Typed before")
            writer.cr.rollback()

    def test_a_reply_typed_in_another_thread_meanwhile_does_not_leave(self):
        with self.transaction() as env:
            other = self.other_thread(env)
        with self.transaction() as writer:
            thread = writer["sms.inbox.conversation"].browse(other)
            writer.cr.execute("SELECT FROM sms_inbox_consent")  # its snapshot
            with self.transaction() as person:
                self.hear(person)
            message_id = thread.send_text("Typed before the STOP")
        with self.transaction() as env:
            self.assertEqual(self.dispatched(env), [])
        self.assertEqual(self.state(message_id), "canceled")

    def other_thread(self, env):
        """A thread with the same person from another number of ours."""
        first = env["sms.inbox.number"].browse(self.number_id)
        line = env["sms.inbox.line"].create(
            {
                "number": "+14155550191",
                "account_id": first.line_id.account_id.id,
            }
        )
        line.limit_id.segments_per_second = 1000
        number = env["sms.inbox.number"].create({"name": "Two", "line_id": line.id})
        return env["sms.inbox.conversation"].start(number.id, THEIR_NUMBER)

    def test_a_bulk_text_written_while_a_stop_comes_in_does_not_leave(self):
        with self.transaction() as env:
            thread = env["sms.inbox.conversation"].browse(self.other_thread(env))
            number_id = thread.number_id.id
        with self.transaction() as writer:
            with self.transaction() as person:
                self.hear(person)
            text = {
                "number_id": number_id,
                "contact_number": THEIR_NUMBER,
                "partner_id": False,
                "body": "Sale!",
                "segments": 1,
            }
            threads = writer["sms.inbox.conversation"]
            message_id = threads._queue_many([text], priority="bulk").id
        with self.transaction() as env:
            self.assertEqual(self.dispatched(env), [])
        self.assertEqual(self.state(message_id), "canceled")

    @mute_logger("odoo.sql_db")
    def test_doubt_that_comes_in_during_a_claim_holds_it(self):
        message_id = self.queue()
        with self.transaction() as dispatcher:
            with self.transaction() as person:
                self.hear(person, "not interested")
            with self.assertRaises(SerializationFailure):
                claim(dispatcher)
            dispatcher.cr.rollback()
            self.assertEqual(self.dispatched(dispatcher), [])
        self.assertEqual(self.state(message_id), "held")

    def dispatched(self, env):
        """What a claim takes that answers no word; it is theirs alone to leave."""
        return [
            job
            for job in self.ours(claim(env))
            if not env["sms.inbox.message"].browse(job.text_id).answers_word
        ]

    def test_no_transaction_is_open_while_the_carrier_is_called(self):
        self.queue()
        seen, patience = [], time.monotonic() + 30

        with self.registry.cursor() as cr:
            dispatcher = api.Environment(cr, SUPERUSER_ID, {})["sms.inbox.dispatcher"]
            pid = cr._cnx.info.backend_pid

            def send(_carrier, outbound):
                # a bare cursor: Odoo keeps other threads from environments in tests
                with self.registry.cursor() as other:
                    # one that spans the call would not end before it
                    while (state := self.state_of(other, pid)) != "idle":
                        self.assertLess(time.monotonic(), patience)
                    seen.append(state)
                return carriers.Accepted(f"SB{outbound.uuid}")

            with patch.object(carriers.get("sandbox"), "send", send):
                dispatcher._cron_dispatch()
        self.assertEqual(set(seen), {"idle"})

    @staticmethod
    def state_of(cr, pid):
        cr.rollback()  # the view stays the same until the transaction ends
        cr.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", (pid,))
        return cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_an_opt_out_and_a_claim_that_saw_nothing_of_each_other_clash(self):
        with self.transaction() as env:
            self.start(env)
        with self.transaction() as person:
            message_id = self.queue()
            with self.transaction() as dispatcher:
                self.opt_out(person)
                person.cr.commit()
                with self.assertRaises(SerializationFailure):
                    claim(dispatcher)
                dispatcher.cr.rollback()
        with self.transaction() as env:
            self.assertEqual(self.ours(claim(env)), [])
        self.assertEqual(self.state(message_id), "canceled")

    def claimed(self):
        """The attempt of a text that is being handed over."""
        message_id = self.queue()
        with self.transaction() as env:
            (job,) = self.ours(claim(env))
        return message_id, job

    def report(self, attempt_id, state):
        with self.transaction() as env:
            report(env["sms.inbox.attempt"].browse(attempt_id), "SB9", state)

    def test_a_report_that_comes_before_the_answer_is_not_undone_by_it(self):
        for answer in (
            carriers.Accepted("SB9"),
            carriers.OutcomeUnknown("", "The connection broke."),
            carriers.TryLater("20429", "Too many requests."),
            carriers.TextRefused("30007", "Filtered."),
        ):
            message_id, job = self.claimed()
            self.report(job.attempt_id, "delivered")
            with self.transaction() as env:
                attempts = env["sms.inbox.attempt"]
                attempts._write_down([Landed(job, answer)])
                attempts.browse(job.attempt_id).carrier_id = False
            with self.subTest(answer=answer):
                self.assertEqual(self.state(message_id), "delivered")

    def test_a_report_on_a_text_to_be_sent_again_stops_the_second_try(self):
        message_id, job = self.claimed()
        with self.transaction() as env:
            env["sms.inbox.attempt"].browse(job.attempt_id)._lost(
                "The connection broke."
            )
            env["sms.inbox.message"].browse(message_id).action_retry()
        self.report(job.attempt_id, "delivered")
        with self.transaction() as env:
            self.assertEqual(self.ours(claim(env)), [])
        self.assertEqual(self.state(message_id), "delivered")

    def test_one_slow_call_holds_up_no_other_text(self):
        slow, quick = self.queue("slow"), self.queue_to("+12025550191", "quick")
        quick_is_there = threading.Event()
        order = []

        def send(_carrier, outbound):
            if outbound.body == "slow":
                # as long as it takes until the other one has been through
                self.assertTrue(quick_is_there.wait(30))
            order.append(outbound.body)
            if outbound.body == "second":
                quick_is_there.set()
            return carriers.Accepted(f"SB{outbound.uuid}")

        second = self.queue_to("+12025550191", "second")
        with self.registry.cursor() as cr:
            dispatcher = api.Environment(cr, SUPERUSER_ID, {})["sms.inbox.dispatcher"]
            with patch.object(carriers.get("sandbox"), "send", send):
                dispatcher._cron_dispatch()
        self.assertEqual(order, ["quick", "second", "slow"])
        for message_id in (slow, quick, second):
            self.assertEqual(self.state(message_id), "sent")

    def queue_to(self, contact_number, body):
        with self.transaction() as env:
            conversations = env["sms.inbox.conversation"]
            thread_id = conversations.start(self.number_id, contact_number)
            return conversations.browse(thread_id).send_text(body)
