"""The queue at odd times: faults, many at once, clocks apart, bulk in circles."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import carriers, short_transaction
from ..carriers.runway import Job, Landed, Runway
from ..models.sms_inbox_dispatcher import Run
from .common import THEIR_NUMBER, SmsInboxCase, report
from .test_batch import BulkCase
from .test_one_by_one import OneByOneCase
from .test_queue import QueueCase


@tagged("post_install", "-at_install")
class TestLooksOneByOne(QueueCase):
    """One lost text that cannot be looked for keeps no other one unknown."""

    def setUp(self):
        super().setUp()
        self.bad, self.good = (
            self.lose("+12025550151"),
            self.lose("+12025550152"),
        )

    def lose(self, contact_number):
        text = self.send("A secret", contact_number=contact_number)
        self.refuse(carriers.OutcomeUnknown("", "The connection broke."))
        return text

    def look(self):
        """Look for both, the bad one first."""
        attempts = (self.bad + self.good).attempt_ids
        attempts.lost_at = fields.Datetime.now() - timedelta(seconds=60)
        for seconds, text in ((20, self.bad), (10, self.good)):
            earlier = fields.Datetime.now() - timedelta(seconds=seconds)
            text.attempt_ids.look_at = earlier

        def find(_carrier, outbound, _since):
            if outbound.recipient == self.bad.contact_number:
                raise KeyError(outbound.body)
            return [carriers.Accepted("SB1")]

        with patch.object(carriers.get("sandbox"), "find", find):
            with self.assertLogs(short_transaction.__name__, "WARNING") as logged:
                self.run_cron("sms_inbox.ir_cron_find_lost")
        return logged.output

    def test_a_fault_in_looking_for_one_text_leaves_no_other_unknown(self):
        self.look()
        self.assertEqual(self.good.state, "sent")
        self.assertEqual(self.bad.state, "unknown")

    def test_what_could_not_be_looked_for_comes_after_the_others_next_time(self):
        self.look()
        self.assertGreater(self.bad.attempt_ids.look_at, fields.Datetime.now())

    def test_the_log_names_the_kind_of_the_fault_and_not_its_words(self):
        (line,) = self.look()
        self.assertIn("KeyError", line)
        self.assertNotIn("secret", line)

    def test_the_last_look_is_made_again_if_its_answer_is_never_written_down(self):
        attempt = self.bad.attempt_ids
        attempt.lost_at = fields.Datetime.now() - timedelta(hours=1)
        attempt._question()
        self.assertGreater(attempt.look_at, fields.Datetime.now())

    def test_after_a_day_nobody_asks_any_more(self):
        attempt = self.bad.attempt_ids
        attempt.lost_at = fields.Datetime.now() - timedelta(days=2)
        attempt.look_at = fields.Datetime.now()
        attempt._put_off()
        self.assertFalse(attempt.look_at)


@tagged("post_install", "-at_install")
class TestOtherWords(QueueCase):
    """What the carrier has may be the lost text with its words changed."""

    def look(self, *found):
        attempt = self.lost.attempt_ids
        attempt.lost_at = fields.Datetime.now() - timedelta(hours=1)
        attempt.look_at = fields.Datetime.now()
        with patch.object(carriers.get("sandbox"), "find", lambda *_args: list(found)):
            self.run_cron("sms_inbox.ir_cron_find_lost")

    def setUp(self):
        super().setUp()
        self.send("First")
        self.dispatch(lambda _outbound: carriers.Accepted("SM1"))
        self.lost = self.send("Second")
        self.refuse(carriers.OutcomeUnknown("", "The connection broke."))

    def test_one_that_no_text_of_ours_is_proves_nothing_and_a_person_decides(self):
        self.look(carriers.Accepted("SM2", other_words=True))
        self.assertEqual(self.lost.state, "unknown")
        self.assertTrue(self.lost.attempt_ids.look_at, "it may turn out whose it is")
        self.assertEqual(self.dispatch(), [])
        self.lost.with_user(self.agent).action_retry()
        self.assertEqual(len(self.dispatch()), 1)

    def test_those_that_we_know_do_not_keep_it_from_being_sent(self):
        self.look(carriers.Accepted("SM1", other_words=True))
        self.assertEqual(len(self.dispatch()), 1)

    def test_the_very_same_words_go_before_others(self):
        other = carriers.Accepted("SM2", other_words=True)
        self.look(other, carriers.Accepted("SM3"))
        self.assertEqual(self.lost.state, "sent")
        self.assertEqual(self.lost.attempt_ids.carrier_id, "SM3")


@tagged("post_install", "-at_install")
class TestPutBackTogether(QueueCase):
    """What never began is put back, all of it at once."""

    def setUp(self):
        super().setUp()
        brand = self.env["sms.inbox.limit"].create(
            {
                "name": "Brand",
                "level": "brand",
                "segments_per_second": 0,
                "segments_per_day": 500,
                "recipients_per_day": 500,
            }
        )
        self.line.limit_id.parent_id = brand
        self.brand = brand

    def claimed(self, count, area):
        """Texts that are being handed over, counted on their limits."""
        texts = self.env["sms.inbox.message"]
        for n in range(count):
            texts |= self.send(contact_number=f"+1{area}555{1000 + n}", priority="bulk")
        begun = self.env["sms.inbox.attempt"]._begin(
            dict.fromkeys(texts.ids, self.account.id)
        )
        now = fields.Datetime.now().isoformat()
        counted = {"day": now[:10], "used": 300, "recipients": 300}
        (self.brand + self.line.limit_id).write(counted)
        return texts, [begun[text.id][0] for text in texts]

    def called_off(self, attempt_ids):
        return [
            Landed(Job(3, 0.0, attempt_id, self.account.id, None, None), None)
            for attempt_id in attempt_ids
        ]

    def queries(self, count, area):
        texts, attempts = self.claimed(count, area)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["sms.inbox.attempt"]._write_down(self.called_off(attempts))
        self.env.flush_all()
        self.assertEqual(set(texts.mapped("state")), {"queued"})
        return self.env.cr.sql_log_count - before

    def test_putting_many_back_takes_as_many_queries_as_few(self):
        self.queries(2, 206)
        few = self.queries(3, 207)
        self.assertEqual(self.queries(60, 208), few)
        self.assertLess(few, 30)

    def test_where_nothing_is_put_back_nothing_is_asked_of_the_database(self):
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.env["sms.inbox.attempt"]._put_back()

    def test_each_waits_again_and_is_counted_nowhere(self):
        texts, attempts = self.claimed(5, 209)
        self.env["sms.inbox.attempt"]._write_down(self.called_off(attempts))
        self.assertRecordValues(
            texts, [{"state": "queued", "tries": 0, "left_at": False}] * 5
        )
        self.assertFalse(texts.attempt_ids)
        self.brand.invalidate_recordset()
        self.assertEqual((self.brand.used, self.brand.recipients), (295, 295))

    def test_what_a_report_has_settled_meanwhile_is_not_put_back(self):
        texts, attempts = self.claimed(2, 210)
        settled = self.env["sms.inbox.attempt"].browse(attempts[0])
        report(settled, "SB1", "delivered")
        self.env["sms.inbox.attempt"]._write_down(self.called_off(attempts))
        self.assertEqual(texts.mapped("state"), ["delivered", "queued"])
        self.brand.invalidate_recordset()
        self.assertEqual(self.brand.used, 299)


@tagged("post_install", "-at_install")
class TestParkedTogether(QueueCase):
    """Texts whose day is over step aside, all of them at once."""

    def setUp(self):
        super().setUp()
        self.line.limit_id.recipients_per_day = 1
        self.send(contact_number="+12025550161")
        self.dispatch()

    def queries(self, count, area):
        """How many a claim takes that lets nothing leave, of so many new people."""
        texts = self.env["sms.inbox.message"]
        for n in range(count):
            texts |= self.send(contact_number=f"+1{area}555{1000 + n}")
        run = Run(self.env, 0, Runway(10))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        jobs, _next_look = self.env["sms.inbox.claim"]._claim(run)
        self.env.flush_all()
        taken = self.env.cr.sql_log_count - before
        self.assertFalse(jobs)
        self.assertEqual(set(texts.mapped("waits_for")), {"day"})
        return taken

    def test_parking_many_takes_as_many_queries_as_few(self):
        self.queries(2, 206)
        few = self.queries(3, 207)
        self.assertEqual(self.queries(15, 208), few)


@tagged("post_install", "-at_install")
class TestScreensNotTold(OneByOneCase):
    """Whether screens can be told changes nothing of what is sent."""

    def test_a_fault_in_telling_screens_keeps_the_run_from_nothing(self):
        retired = self.make_conversation(
            self.make_number(self.make_line(self.account, "+14155550177"))
        )
        left = retired._queue("Hi", "bulk")
        retired.number_id.active = False
        left.state = "queued"  # as if it was queued just then
        text = self.send(priority="bulk")
        self.env.flush_all()
        self.break_for(text.conversation_id, "_tell_screens")
        self.run_at_fault("ir_cron_dispatch", "Screens were not told")
        self.assertEqual(text.state, "sent")
        self.assertEqual(left.state, "canceled")


@tagged("post_install", "-at_install")
class TestClocksApart(QueueCase):
    """Servers whose clocks differ keep a limit between them."""

    def test_a_server_whose_clock_is_ahead_sends_no_earlier_than_another(self):
        self.line.limit_id.segments_per_second = 0.1
        self.send(contact_number="+12025550161")
        self.send(contact_number="+12025550162")
        self.assertEqual(len(self.dispatch()), 1)
        real = time.time
        with patch.object(time, "time", lambda: real() + 12):
            self.assertEqual(self.dispatch(), [])

    def test_a_server_whose_clock_is_behind_sends_no_later(self):
        real = time.time
        self.send(contact_number="+12025550161")
        with patch.object(time, "time", lambda: real() + 60):
            self.assertEqual(len(self.dispatch()), 1)
        self.assertLess(self.line.limit_id.free_at, real() + 5)


@tagged("post_install", "-at_install")
class TestBulkInCircles(BulkCase):
    """Nobody gets the same bulk text more than twenty times in a day."""

    def texted(self, count, body="Sale!", contact_number=THEIR_NUMBER, **vals):
        thread = self.make_conversation(contact_number=contact_number)
        self.env["sms.inbox.message"].create(
            [
                {
                    "conversation_id": thread.id,
                    "number_id": self.number.id,
                    "company_id": self.company.id,
                    "contact_number": contact_number,
                    "direction": "out",
                    "body": body,
                    "state": "delivered",
                    "priority": "bulk",
                    **vals,
                }
            ]
            * count
        )

    def sent_to(self, partners, body="Sale!"):
        batch = self.make_batch(partners, body)
        self.work()
        return batch, self.texts(batch)

    def test_the_twenty_first_equal_bulk_text_of_a_day_is_held_and_no_other(self):
        partners = self.make_partners(2)
        self.texted(20, contact_number=partners[0].phone_sanitized)
        self.texted(19, contact_number=partners[1].phone_sanitized)
        batch, texts = self.sent_to(partners)
        self.assertEqual(texts.mapped("state"), ["held", "queued"])
        self.assertIn("more than 20 times", texts[0].error_text)
        self.assertEqual(batch.waiting_count, 2)

    def test_other_words_and_other_days_and_other_companies_do_not_count(self):
        earlier = fields.Datetime.now() - timedelta(hours=25)
        self.texted(30, date=earlier)
        self.texted(30, body="Another one")
        _batch, text = self.sent_to(self.partner)
        self.assertEqual(text.state, "queued")

    def test_a_person_lets_a_held_bulk_text_go_and_then_it_leaves(self):
        self.texted(20)
        batch, text = self.sent_to(self.partner)
        self.assertEqual((self.dispatch(), text.state), ([], "held"))
        self.work()
        self.assertEqual(batch.state, "running")
        text.with_user(self.supervisor).action_release()
        self.assertEqual(len(self.dispatch()), 1)

    def test_canceling_takes_back_what_is_held_too(self):
        self.texted(20)
        batch, text = self.sent_to(self.partner)
        batch.action_cancel()
        self.assertEqual(text.state, "canceled")


@tagged("post_install", "-at_install")
class TestBatchDoneOrNot(BulkCase):
    """A batch is done when none of its texts can leave any more."""

    def done(self):
        """A batch all of whose texts have left, and the last of them."""
        batch = self.make_batch(self.make_partners(2))
        self.work()
        self.dispatch()
        self.work()
        self.assertEqual(batch.state, "done")
        return batch, self.texts(batch)[-1]

    def drop(self, text):
        """Have the carrier drop a text that it had taken."""
        code = {"full": carriers.Meaning.QUEUE_FULL}
        with patch.object(carriers.get("sandbox"), "codes", code):
            report(text.attempt_ids[:1], "SB1", "failed", "full")
        self.assertEqual(text.state, "queued")

    def test_a_batch_that_was_done_goes_on_when_the_carrier_drops_a_text(self):
        batch, text = self.done()
        self.drop(text)
        self.work()
        self.assertEqual(batch.state, "running")
        batch.action_pause()
        self.assertEqual((batch.state, text.waits_for), ("paused", "paused"))

    def test_a_text_that_just_came_back_to_a_batch_that_was_done_is_canceled(self):
        batch, text = self.done()
        self.drop(text)
        batch.action_cancel()
        self.assertEqual((batch.state, text.state), ("canceled", "canceled"))

    def test_a_batch_that_is_done_has_no_text_to_pause(self):
        batch, _text = self.done()
        with self.assertRaises(UserError):
            batch.action_pause()

    def test_a_batch_is_not_done_while_nobody_knows_of_a_text(self):
        batch = self.make_batch(self.make_partners(1))
        self.work()

        def lose(_outbound):
            raise carriers.OutcomeUnknown("", "The connection broke.")

        self.dispatch(lose)
        self.work()
        self.assertEqual((batch.state, batch.waiting_count), ("running", 1))
        self.assertEqual((batch.failed_count, batch.progress), (0, 0))
        batch.action_pause()
        text = self.texts(batch)
        text.attempt_ids._never_arrived()
        self.work()
        self.assertEqual((text.state, text.waits_for), ("queued", "paused"))


@tagged("post_install", "-at_install")
class TestDay(SmsInboxCase):
    def test_a_day_that_is_full_is_the_databases_day(self):
        limit = self.line.limit_id
        limit.segments_per_day = 100
        with patch.object(time, "time", lambda: 0.0):
            limit._day_is_full()
        self.assertEqual(limit.day, fields.Datetime.now().isoformat()[:10])
        self.assertEqual(limit.used, 100)
