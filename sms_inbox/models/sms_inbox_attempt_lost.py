import time

from odoo import api, fields, models

from .. import carriers, clock, short_transaction
from ..messaging import quiet_hours
from ..messaging.priority import URGENT
from .sms_inbox_attempt_meaning import MOST_TRIES

MOST_LOOKS = 50  # lost texts looked for in one run
SLICE = 30.0  # seconds of one run
# Where a carrier did not answer at the last look, it is asked again, for a day.
ONCE_MORE = 600  # seconds
NO_LONGER = 86400
# From its hand-over on; a carrier that takes a uuid once remembers it for a day.
REPEATED_FOR = 23 * 3600


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAttempt(models.Model):
    """Lost answers: what became of a text, the carrier's own list tells.

    Nothing is sent a second time before that: either a report comes, or the list shows
    the text, or it proves that the carrier never had it. Where a carrier's list proves
    nothing, a person decides.

    A carrier that takes the same uuid once is handed the very same text again instead,
    as long as it may still leave; its answer is the one that was lost.
    """

    _inherit = "sms.inbox.attempt"

    lost_at = fields.Datetime("Answer lost on", readonly=True)
    look_at = fields.Datetime(
        "Next look at the carrier",
        readonly=True,
        help="When the carrier is asked next whether it has this text.",
    )

    _look_idx = models.Index("(look_at) WHERE look_at IS NOT NULL")

    def _lost(self, why):
        """Nobody knows yet whether the carrier has the text."""
        if self.state != "sending" or not self._ended("unknown", error_text=why):
            return
        self.lost_at = fields.Datetime.now()
        self._look_later()
        if self._settles():
            lost = carriers.Meaning.UNKNOWN_SENT.value
            self.message_id._settle("unknown", error_text=why, error_meaning=lost)

    def _look_later(self):
        """Plan the next look at the carrier's list, if one makes sense."""
        age = (fields.Datetime.now() - self.lost_at).total_seconds()
        looks = carriers.get(self.account_id.carrier).finds_after
        ahead = [seconds for seconds in looks if seconds > age]
        self.look_at = ahead and fields.Datetime.add(self.lost_at, seconds=ahead[0])
        if self.look_at:
            # sudo: ir.cron - whatever lost the answer may have it looked for
            cron_sudo = self.env.ref("sms_inbox.ir_cron_find_lost").sudo()
            cron_sudo._trigger(self.look_at)

    @api.model
    def _cron_find_lost(self):
        """Ask the carriers for the texts whose answers were lost."""
        due = self.search(
            [("look_at", "<=", fields.Datetime.now())],
            order="look_at",
            limit=MOST_LOOKS,
        )
        end = time.monotonic() + SLICE
        for attempt in due:
            if time.monotonic() > end:
                # sudo: ir.cron - the scheduled action that runs goes on where it is
                self.env.ref("sms_inbox.ir_cron_find_lost").sudo()._trigger()
                break
            question = short_transaction.run(self.env, attempt._question)
            if question:
                # no transaction is open while the carrier is asked
                answer = self._ask(*question)
                short_transaction.run(self.env, attempt._told, answer)

    def _question(self):
        """What to ask, as plain values; None when there is nothing to ask (now)."""
        if self.state != "unknown":
            self.look_at = False
            return None
        self._look_later()
        carrier = self.account_id._carrier()
        if carrier.repeats_safely and not self._may_be_repeated():
            return None
        return carrier, self._outbound(), clock.epoch(self.create_date)

    def _outbound(self):
        """The text as it was handed over, at most with less time left."""
        text, account = self.message_id, self.account_id
        status_url = account._webhook_url("status")
        left = text.not_after and text.not_after - fields.Datetime.now()
        return carriers.OutboundText(
            uuid=self.uuid,
            sender=text.number_id.line_id.number,
            recipient=text.contact_number,
            body=text.body or "",
            status_url=f"{status_url}/{self.uuid}" if status_url else "",
            valid_seconds=max(1, int(left.total_seconds())) if left else None,
            media=self._media_urls(),
        )

    def _media_urls(self):
        base = self.account_id._media_url()
        links = self.env["sms.inbox.media"]._links(self.message_id.ids)
        return tuple(f"{base}/{link}" for link in links.get(self.message_id.id, ()))

    @staticmethod
    def _ask(carrier, outbound, since):
        try:
            return carrier.find(outbound, since)
        except carriers.TextRefused as refusal:
            # of a repeat it says that the first one was not taken either
            return refusal if carrier.repeats_safely else None
        except carriers.CarrierError:
            return None  # no answer proves nothing; it is asked again

    def _told(self, found):
        """Settle the text by what the carrier's list has, or by its refusal."""
        if self.state != "unknown":
            return
        if isinstance(found, carriers.TextRefused):
            self.look_at = False
            self._refused(found)
            return
        if found is None:
            self._look_once_more()
            return
        known = self.search(
            [
                ("id", "!=", self.id),
                ("account_id", "=", self.account_id.id),
                ("carrier_id", "in", [answer.carrier_id for answer in found]),
            ]
        ).mapped("carrier_id")
        ours = [answer for answer in found if answer.carrier_id not in known]
        if ours:
            self.look_at = False
            self._accepted(ours[0])
        elif self._is_proven_absent():
            self._never_arrived()

    def _look_once_more(self):
        age = (fields.Datetime.now() - self.lost_at).total_seconds()
        if not self.look_at and age < NO_LONGER:
            self.look_at = fields.Datetime.add(fields.Datetime.now(), seconds=ONCE_MORE)

    def _is_proven_absent(self):
        proven_after = carriers.get(self.account_id.carrier).absence_proven_after
        age = (fields.Datetime.now() - self.lost_at).total_seconds()
        return proven_after is not None and age >= proven_after

    def _never_arrived(self):
        """The carrier proved that it does not have the text: send it now."""
        self.write({"state": "absent", "look_at": False})
        text = self.message_id
        if text.state == "unknown" and text.attempt_ids[:1] == self:
            if text.tries >= MOST_TRIES:
                never = self.env._("It never reached the carrier.")
                text._settle("failed", error_text=never)
                return
            text._requeue()
            if text.priority == "reply":
                text.conversation_id._came_through(text)

    # ------------------------------------------------------------
    # REPEATING
    # ------------------------------------------------------------

    def _may_be_repeated(self):
        """Whether the text may be handed over once more; plans a look if not yet.

        Where it may not any more, a report or a person settles it.
        """
        if not self._is_still_wanted():
            self.look_at = False
            return False
        wait = self._must_wait()
        if wait:
            self.look_at = fields.Datetime.add(fields.Datetime.now(), seconds=wait)
        return not wait

    def _is_still_wanted(self):
        text, now = self.message_id, fields.Datetime.now()
        people = self.env["sms.inbox.subscriber"]
        # as the claim does: an opt-out comes either before this or after
        people._hold(text.company_id.ids, [text.contact_number])
        return (
            (now - self.create_date).total_seconds() < REPEATED_FOR
            and text.state == "unknown"
            and text.attempt_ids[:1] == self
            and not (text.not_after and text.not_after <= now)
            and text.number_id.active
            and text.batch_id.state != "canceled"
            and not self._is_opted_out()
        )

    def _is_opted_out(self):
        text = self.message_id
        return bool(
            self.env["sms.inbox.consent"].search_count(
                [
                    ("company_id", "=", text.company_id.id),
                    ("number", "=", text.contact_number),
                    ("line_id", "in", (False, text.number_id.line_id.id)),
                    ("state", "=", "opted_out"),
                ],
                limit=1,
            )
        )

    def _must_wait(self):
        """Seconds until the text may leave, as any other of its number; or 0."""
        text, now = self.message_id, fields.Datetime.now()
        stops = [text.number_id.line_id, self.account_id]
        if text.batch_id.state == "paused" or any(s.set_aside_at for s in stops):
            return ONCE_MORE
        held = max(clock.epoch(s.held_until) for s in stops) - clock.epoch(now)
        return max(0, held, self._asleep(clock.epoch(now)))

    def _asleep(self, now):
        if self.message_id.priority in URGENT:
            return 0
        rules = self.env["sms.inbox.quiet.rule"]._rules()
        window = quiet_hours.window(self.message_id.contact_number, now, rules)
        return window.opens - now if window else NO_LONGER
