import time
from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from odoo import api, fields, models

from .. import carriers, clock, short_transaction
from ..carriers import wire
from ..messaging import quiet_hours, rate_limit
from ..messaging.priority import PRIORITIES, URGENT
from .sms_inbox_attempt_meaning import MOST_TRIES

MOST_LOOKS = 50  # lost texts looked for in one run
SLICE = 30.0  # seconds of one run
# Where a carrier did not answer at the last look, it is asked again, for a day.
ONCE_MORE = 600  # seconds
NO_LONGER = 86400
# From its hand-over on; a carrier that takes a uuid once remembers it for a day.
REPEATED_FOR = 23 * 3600
# Seconds before its slot that a repeat takes it, which is sooner than the dispatcher
# does, or a number that is busy with a bulk text would never have one for it.
AHEAD = 1.0
NAP = 10.0  # seconds that a run waits at most until it may take a slot
# Seconds more that a repeat keeps from what is before and after it: the dispatcher
# alone knows when its last text really left, and a call takes a moment to go out.
APART = 0.5
OVERTAKEN = 5  # seconds after which a repeat that let others by is looked at again


class Question(NamedTuple):
    """What to ask a carrier, as plain values."""

    carrier: carriers.Carrier
    outbound: carriers.OutboundText
    since: float  # epoch seconds
    # of a repeat: limit -> seconds that it is taken, from when the repeat goes out
    distances: Mapping = {}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAttempt(models.Model):
    """Lost answers: what became of a text, the carrier's own list tells.

    Nothing is sent a second time before that: either a report comes, or the list shows
    the text, or it proves that the carrier never had it. Where a carrier's list proves
    nothing, a person decides.

    A carrier that takes the same uuid once is handed the very same text again instead,
    as long as it may still leave; its answer is the one that was lost. It may be that
    the carrier never took the first one, so the repeat keeps all limits as any text.
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
            attempt._look_safely()

    def _look_safely(self):
        """Ask about this one; a fault stops it alone, and others are asked about."""
        what = f"Attempt {self.id} was not looked for"
        with short_transaction.safely(self.env, what, self._put_off):
            self._look()

    def _look(self):
        """Ask the carrier while no transaction is open, and write down its answer."""
        for _chance in range(2):
            wait, question = short_transaction.run(self.env, self._question)
            time.sleep(wait)
            if question:
                answer, went_out = self._ask(question)
                distances = question.distances, went_out
                short_transaction.run(self.env, self._keep_distances, *distances)
                short_transaction.run(self.env, self._told, answer)
            if question or not wait:
                return

    def _put_off(self):
        """Its look broke off: have it come back after the others, for a day."""
        now = fields.Datetime.now()
        if not self.exists() or self.look_at and self.look_at > now:
            return
        self.look_at = False
        if self.state == "unknown" and self.lost_at:
            self._look_once_more()

    def _question(self):
        """What to ask, after how many seconds; None when there is nothing to ask.

        Seconds without a question tell when it makes sense to try again at once.
        """
        if self.state != "unknown":
            self.look_at = False
            return 0.0, None
        self._look_later()
        # the last look too is made again, should we die before its answer is noted
        self._look_once_more()
        carrier = self.account_id._carrier()
        wait, distances = 0.0, {}
        if carrier.repeats_safely:
            wait, distances = self._repeats_in()
            if distances is None:
                return wait, None
        since = clock.epoch(self.create_date)
        return wait, Question(carrier, self._outbound(), since, distances)

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
    def _ask(question):
        """The carrier's answer, and when the call went out (``time.monotonic``)."""
        carrier, went_out = question.carrier, []
        try:
            with wire.telling(lambda: went_out.append(time.monotonic())):
                answer = carrier.find(question.outbound, question.since)
        except carriers.TextRefused as refusal:
            # of a repeat it says that the first one was not taken either
            answer = refusal if carrier.repeats_safely else None
        except carriers.CarrierError:
            answer = None  # no answer proves nothing; it is asked again
        # of what went out through a new connection, the answer alone tells
        return answer, (went_out or [time.monotonic()])[-1]

    def _told(self, found):
        """Settle the text by what the carrier's list has, or by its refusal."""
        if self.state != "unknown":
            return
        if isinstance(found, carriers.TextRefused):
            self.look_at = False
            self._refused(found)
            return
        if found is None:
            return
        known = self.search(
            [
                ("id", "!=", self.id),
                ("account_id", "=", self.account_id.id),
                ("carrier_id", "in", [answer.carrier_id for answer in found]),
            ]
        ).mapped("carrier_id")
        ours = [answer for answer in found if answer.carrier_id not in known]
        same = [answer for answer in ours if not answer.other_words]
        if same:
            self.look_at = False
            self._accepted(same[0])
        elif ours:
            # it may be one of these: it is asked again, and else a person decides
            self._look_once_more()
        elif self._is_proven_absent():
            self._never_arrived()
        else:
            self._look_later()

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

    def _repeats_in(self):
        """In how many seconds the text is handed over once more, and its distances.

        None for those when it is not, or not yet: a look is planned, and the seconds
        tell whether to try again at once. Where it may not leave any more, a report or
        a person settles it.
        """
        if not self._is_still_wanted():
            self.look_at = False
            return 0.0, None
        wait, distances = self._must_wait(), None
        nap = 0.0
        if not wait:
            wait, distances = self._take_slot()
            nap = max(0.0, wait - AHEAD) if wait < NAP else 0.0
        if distances is not None:
            return wait, distances
        self.look_at = fields.Datetime.add(fields.Datetime.now(), seconds=ceil(wait))
        return nap, None

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
            and not text.erased_at
            and not self.env["sms.inbox.consent"]._keeps_back(text)
        )

    def _must_wait(self):
        """Seconds until the text may leave, as any other of its number; or 0."""
        text, now = self.message_id, fields.Datetime.now()
        stops = [text.number_id.line_id, self.account_id]
        if text.batch_id.state == "paused" or any(s.set_aside_at for s in stops):
            return ONCE_MORE
        held = max(clock.epoch(s.held_until) for s in stops) - clock.epoch(now)
        asleep = self._asleep(clock.epoch(now))
        return max(0, held, asleep, OVERTAKEN if self._lets_others_by() else 0)

    def _lets_others_by(self):
        """Whether something more urgent waits on the same number: it leaves first."""
        text = self.message_id
        more_urgent = PRIORITIES[: PRIORITIES.index(text.priority)]
        return bool(
            text.search_count(
                [
                    ("number_id", "=", text.number_id.id),
                    ("priority", "in", more_urgent),
                    ("state", "=", "queued"),
                    ("parked_until", "=", False),
                ],
                limit=1,
            )
        )

    def _take_slot(self):
        """Count the repeat on the limits of its number, as soon as they let it leave.

        It was counted when it left first; the same day does not count it twice.

        :return: seconds until its slot, and {limit: seconds that it is taken from then
            on}; None for those, and nothing counted, if the slot is too far ahead
        """
        limits = self.env["sms.inbox.limit"]
        text, now = self.message_id, clock.of_database(self.env)
        limit = text.number_id.line_id.limit_id
        levels = limit._levels(lock=True)[limit.id]
        # over midnight, who was not new may be so now
        left, plain = (
            limits._plain(text, {text: levels}, at)[text] for at in (None, now)
        )
        for level in levels:
            level.mend(now)
            level.uncount(clock.epoch(text.left_at), left)
            _keep_apart(level)
        at = min(rate_limit.opens(levels, now, plain).at, now + NO_LONGER)
        if at > now + AHEAD:
            return at - now, None
        rate_limit.charge(levels, at, plain, now)
        for level in levels:
            _keep_apart(level)
        limits._store(levels)
        return at - now, {lv.key: lv.free_at - at for lv in levels if lv.rate}

    @api.model
    def _keep_distances(self, distances, went_out):
        """Have the next texts keep their distance from when a repeat really left."""
        if not distances:
            return
        left_at = clock.of_database(self.env) - (time.monotonic() - went_out)
        moments = {limit: left_at + seconds for limit, seconds in distances.items()}
        self.env["sms.inbox.limit"].browse(moments)._delay(moments)

    def _asleep(self, now):
        if self.message_id.priority in URGENT:
            return 0
        rules = self.env["sms.inbox.quiet.rule"]._rules()
        window = quiet_hours.window(self.message_id.contact_number, now, rules)
        return window.opens - now if window else NO_LONGER


def _keep_apart(level):
    if level.rate and level.free_at:
        level.delay(level.free_at + APART)
