"""A Telnyx account: signed calls over HTTP, and a lost text that is repeated."""

import base64
import json
import time
from datetime import timedelta
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odoo import fields
from odoo.tests import HttpCase, tagged

from .. import carriers, short_transaction
from ..models import sms_inbox_attempt_lost
from ..models.sms_inbox_quiet_rule import WEEKDAYS
from .common import OUR_NUMBER, PNG, THEIR_NUMBER, SmsInboxCase

PUBLIC = "https://texts.example.com"
# the key of RFC 8032's kind that is made of the bytes 0 to 31
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="


class TelnyxCase(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number.active = False
        cls.account = cls.make_account(
            cls.company,
            carrier="telnyx",
            auth_token="KEY-of-a-test",
            shared_key=PUBLIC_KEY,
            public_base_url=PUBLIC,
        )
        cls.line.account_id = cls.account
        cls.line._confirm()
        cls.number = cls.make_number(cls.line, cls.agent)

    def send(self, **how):
        text = self.make_conversation().send_text("Ready!", **how)
        return self.env["sms.inbox.message"].browse(text)


@tagged("post_install", "-at_install")
class TestTelnyxWebhooks(TelnyxCase, HttpCase):
    def post(self, path, event, payload, age=0, signature=None):
        body = json.dumps(
            {"data": {"event_type": event, "id": "e1", "payload": payload}}
        ).encode()
        moment = str(int(time.time() - age))
        signed = KEY.sign(moment.encode() + b"|" + body)
        return self.url_open(
            f"/sms_inbox/telnyx/{self.account.webhook_token}/{path}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Telnyx-Timestamp": moment,
                "Telnyx-Signature-Ed25519": signature
                or base64.b64encode(signed).decode(),
            },
        )

    def payload(self, **values):
        return {
            "id": "84cca175-9755-4859-b67f-4730d7f58aa3",
            "from": {"phone_number": THEIR_NUMBER},
            "to": [{"phone_number": OUR_NUMBER, "status": "webhook_delivered"}],
            "text": "Is my bike ready?",
            "media": [],
            "parts": 1,
            "received_at": fields.Datetime.now().isoformat() + "Z",
            **values,
        }

    def report(self, text, status, path=None, **values):
        attempt = text.attempt_ids[:1]
        answer = self.post(
            path or f"status/{attempt.uuid}",
            "message.finalized",
            self.payload(
                id=attempt.carrier_id,
                to=[{"phone_number": THEIR_NUMBER, "status": status}],
                **values,
            ),
        )
        self.assertLess(answer.status_code, 300)
        self.process_events()

    def texts_in(self):
        self.process_events()
        return self.env["sms.inbox.message"].search(
            [("company_id", "=", self.company.id), ("direction", "=", "in")]
        )

    def test_a_signed_text_becomes_a_message_once(self):
        for _repeat in range(3):
            answer = self.post("inbound", "message.received", self.payload())
            self.assertLess(answer.status_code, 300)
            self.assertEqual(answer.text, "")
        self.assertEqual(self.texts_in().body, "Is my bike ready?")

    def test_what_is_forged_or_old_is_refused(self):
        wrong = base64.b64encode(bytes(64)).decode()
        for how in ({"signature": wrong}, {"age": 400}, {"age": -400}):
            answer = self.post("inbound", "message.received", self.payload(), **how)
            self.assertEqual((answer.status_code, answer.text), (403, ""))
        self.assertFalse(self.texts_in())

    def test_other_events_are_thanked_and_forgotten(self):
        answer = self.post("inbound", "10dlc.campaign.update", {"campaignId": "C1"})
        self.assertLess(answer.status_code, 300)
        self.assertFalse(self.texts_in())

    def test_it_sends_and_reports_come_to_the_attempts_own_address(self):
        text = self.send()
        (outbound,) = self.dispatch()
        self.assertEqual(
            outbound.status_url,
            f"{PUBLIC}/sms_inbox/telnyx/{self.account.webhook_token}/status/"
            f"{text.attempt_ids.uuid}",
        )
        self.report(text, "delivered")
        self.assertEqual(text.state, "delivered")

    def test_a_report_says_why_it_did_not_arrive(self):
        text = self.send()
        self.dispatch()
        errors = [{"code": "40001", "title": "Not routable"}]
        self.report(text, "delivery_failed", errors=errors)
        self.assertEqual((text.state, text.error_code), ("undelivered", "40001"))
        self.assertIn("landline", text.error_text)

    def test_a_report_at_the_profiles_address_is_matched_by_its_id(self):
        text = self.send()
        self.dispatch()
        self.report(text, "delivered", path="inbound")
        self.assertEqual(text.state, "delivered")


@tagged("post_install", "-at_install")
class TestRepeat(TelnyxCase):
    """A carrier that takes a uuid once is handed a lost text again."""

    def setUp(self):
        super().setUp()
        self.taken = {}  # uuid -> the text, as Telnyx has it
        self.moments = []  # at which texts were handed over again

    def lose(self, arrives, **how):
        """Send a text whose answer is lost, whether it arrives or not."""

        def answer(outbound):
            if arrives:
                self.taken[outbound.uuid] = outbound
            raise carriers.OutcomeUnknown("", "The answer was lost.")

        text = self.send(**how)
        (outbound,) = self.dispatch(answer)
        self.assertEqual(text.state, "unknown")
        return text, outbound

    def look(self, refusal=None, after=timedelta(seconds=31)):
        """Let time pass and have lost answers looked for.

        :return: the texts that were handed over again
        """
        attempts = self.env["sms.inbox.attempt"].search([("state", "=", "unknown")])
        attempts.write(
            {
                "lost_at": fields.Datetime.now() - after,
                "look_at": fields.Datetime.now(),
            }
        )
        # raw SQL: the ORM writes no create_date
        self.env.cr.execute(
            "UPDATE sms_inbox_attempt SET create_date = %s WHERE id = ANY(%s)",
            (fields.Datetime.now() - after, attempts.ids),
        )
        attempts.invalidate_recordset()
        handed_over = []

        def find(_carrier, outbound, _since):
            handed_over.append(outbound)
            self.moments.append(time.monotonic())
            if refusal:
                raise refusal
            self.taken.setdefault(outbound.uuid, outbound)
            return [carriers.Accepted(f"id-{outbound.uuid}")]

        with patch.object(carriers.get("telnyx"), "find", find):
            self.run_cron("sms_inbox.ir_cron_find_lost")
        return handed_over

    def test_a_lost_text_is_at_the_carrier_once_whether_it_arrived_or_not(self):
        for arrives in (True, False):
            with self.subTest(arrives=arrives):
                self.taken.clear()
                text, first = self.lose(arrives)
                self.assertEqual(self.look(), [first])
                self.assertEqual(text.state, "sent")
                self.assertEqual(list(self.taken), [first.uuid])
                self.assertEqual(text.attempt_ids.carrier_id, f"id-{first.uuid}")
                self.assertEqual(self.look(), [])
                self.assertEqual(self.dispatch(), [])

    def test_a_picture_is_repeated_under_the_same_address(self):
        picture = self.env["ir.attachment"].create({"name": "bike.png", "raw": PNG})
        text, first = self.lose(True, attachment_ids=picture.ids)
        self.assertIn(f"{PUBLIC}/sms_inbox/media/", first.media[0])
        later = text.left_at + timedelta(hours=1)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertEqual(text.attempt_ids._outbound(), first)
        self.assertEqual(self.look(), [first])

    def test_who_opted_out_meanwhile_gets_no_repeat(self):
        text, _first = self.lose(False)
        self.env["sms.inbox.consent"].create(
            {
                "company_id": self.company.id,
                "number": THEIR_NUMBER,
                "state": "opted_out",
            }
        )
        self.assertEqual(self.look(), [])
        self.assertEqual(text.state, "unknown")
        self.assertFalse(text.attempt_ids.look_at)

    def test_after_23_hours_nothing_is_repeated(self):
        text, first = self.lose(False)
        self.assertEqual(self.look(after=timedelta(hours=23, minutes=1)), [])
        self.assertEqual(text.state, "unknown")
        self.assertFalse(text.attempt_ids.look_at)

    def test_within_23_hours_it_is(self):
        _text, first = self.lose(False)
        self.assertEqual(self.look(after=timedelta(hours=22)), [first])

    def test_a_text_whose_time_is_over_is_not_repeated(self):
        text, _first = self.lose(False)
        text.not_after = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.look(), [])
        self.assertEqual(text.state, "unknown")

    def test_a_number_that_was_given_up_repeats_nothing(self):
        text, _first = self.lose(False)
        self.number.active = False
        self.assertEqual(self.look(), [])

    def test_what_is_held_or_set_aside_waits(self):
        for stop in (self.line, self.account):
            with self.subTest(stop._name):
                text, first = self.lose(False)
                stop._set_aside("It is broken.")
                self.assertEqual(self.look(), [])
                self.assertGreater(text.attempt_ids.look_at, fields.Datetime.now())
                stop.action_bring_back()
                stop._hold(60, "Too fast.")
                self.assertEqual(self.look(), [])
                stop.action_bring_back()
                self.assertEqual(self.look(), [first])

    def test_at_night_nothing_but_replies_is_repeated(self):
        in_three_days = (fields.Datetime.now().weekday() + 3) % 7
        days = {day: n == in_three_days for n, day in enumerate(WEEKDAYS)}
        self.env["sms.inbox.quiet.rule"].create(days)
        reply, first = self.lose(False)
        self.assertEqual(self.look(), [first])
        notice, _first = self.lose(False)
        notice.priority = "notice"
        self.assertEqual(self.look(), [])
        self.assertGreater(notice.attempt_ids.look_at, fields.Datetime.now())

    def lose_many(self, count):
        """Texts to as many people, whose answers were lost and which never arrived."""

        def lost(_outbound):
            raise carriers.OutcomeUnknown("", "The answer was lost.")

        for n in range(count):
            person = self.make_conversation(contact_number=f"+1202555016{n}")
            person.send_text("Ready!")
        self.assertEqual(len(self.dispatch(lost)), count)
        texts = self.env["sms.inbox.message"].search(
            [("state", "=", "unknown"), ("number_id", "=", self.number.id)]
        )
        # long ago: what they took of their limits' seconds is over
        self.line.limit_id.write({"free_at": 0, "last_cost": 0, "recent": False})
        return texts

    def test_repeats_leave_no_faster_than_their_number_may_send(self):
        texts = self.lose_many(6)
        self.line.limit_id.segments_per_second = 0.1
        with patch.object(sms_inbox_attempt_lost, "NAP", 0.0):
            self.assertEqual(len(self.look()), 1)
        waiting = texts.filtered(lambda text: text.state == "unknown")
        self.assertEqual(len(waiting), 5)
        soon = fields.Datetime.now() + timedelta(seconds=8)
        self.assertGreater(min(waiting.attempt_ids.mapped("look_at")), soon)
        # nor does anything else leave too soon after a repeat
        self.make_conversation(contact_number="+12025550170").send_text("Hello")
        self.assertEqual(self.dispatch(), [])

    def test_a_run_waits_until_the_next_repeat_may_leave(self):
        self.lose_many(3)
        self.line.limit_id.segments_per_second = 2.0
        self.assertEqual(len(self.look()), 3)
        gaps = [b - a for a, b in zip(self.moments, self.moments[1:], strict=False)]
        self.assertGreaterEqual(min(gaps), 0.5)

    def test_a_repeat_keeps_the_limits_of_all_levels(self):
        self.lose_many(2)
        brand = {"name": "Brand", "level": "brand", "segments_per_second": 0.1}
        self.line.limit_id.parent_id = self.env["sms.inbox.limit"].create(brand)
        with patch.object(sms_inbox_attempt_lost, "NAP", 0.0):
            self.assertEqual(len(self.look()), 1)

    def test_a_repeat_passes_no_days_cap(self):
        text, _first = self.lose(False)
        today = fields.Datetime.now().date()
        limit = self.line.limit_id
        limit.write({"segments_per_day": 5, "day": str(today), "used": 5})
        text.left_at = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.look(), [])
        self.assertGreater(text.attempt_ids.look_at.date(), today)
        limit.used = 4
        self.assertEqual(len(self.look()), 1)
        limit.invalidate_recordset()
        self.assertEqual(limit.used, 5)

    def test_a_repeat_counts_once_on_the_day_that_counted_it_already(self):
        limit = self.line.limit_id
        limit.segments_per_day = 1
        self.lose(False)
        self.assertEqual(len(self.look()), 1)
        limit.invalidate_recordset()
        self.assertEqual(limit.used, 1)

    def test_what_is_more_urgent_leaves_before_a_repeat(self):
        text, first = self.lose(False)
        text.priority = "bulk"
        self.make_conversation(contact_number="+12025550170").send_text("Hello")
        self.assertEqual(self.look(), [])
        self.assertEqual(len(self.dispatch()), 1)
        self.assertEqual(self.look(), [first])

    def test_no_transaction_is_open_while_a_repeat_waits_and_leaves(self):
        self.lose(False)
        naps, commits, commit = [], [], short_transaction.commit

        def noted(env):
            commits.append(len(naps))
            return commit(env)

        self.line.limit_id.free_at = time.time() + 0.6
        with (
            patch.object(short_transaction, "commit", noted),
            patch.object(sms_inbox_attempt_lost.time, "sleep", naps.append),
        ):
            self.assertEqual(len(self.look()), 1)
        self.assertGreater(naps[0], 0.2)
        self.assertEqual(commits[1], 0)  # the first step's end, before the nap

    def test_a_refusal_of_the_repeat_settles_the_text(self):
        text, _first = self.lose(False)
        refusal = carriers.TextRefused("40300", "STOP", carriers.Meaning.OPT_OUT)
        self.assertEqual(len(self.look(refusal)), 1)
        self.assertEqual((text.state, text.error_code), ("failed", "40300"))
        consent = self.env["sms.inbox.consent"].search(
            [("number", "=", THEIR_NUMBER), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(consent.state, "opted_out")

    def test_a_repeat_that_is_put_off_proves_nothing(self):
        text, first = self.lose(True)
        for error in (
            carriers.TryLater("10011", "Slow down."),
            carriers.AccountUnusable("10009", "Who are you?"),
            carriers.OutcomeUnknown("", "No answer."),
        ):
            self.assertEqual(len(self.look(error)), 1)
            self.assertEqual(text.state, "unknown")
            self.assertEqual(self.dispatch(), [])
        self.assertEqual(self.look(), [first])
        self.assertEqual(text.state, "sent")

    def test_a_report_that_told_the_id_alone_does_not_hide_the_text(self):
        text, first = self.lose(True)
        text.attempt_ids.carrier_id = f"id-{first.uuid}"
        self.look()
        self.assertEqual(text.state, "sent")

    def test_a_report_that_came_meanwhile_is_not_undone(self):
        text, first = self.lose(True)
        attempt = text.attempt_ids
        attempt._advance("delivered")
        self.assertEqual(self.look(), [])
        self.assertEqual(text.state, "delivered")
