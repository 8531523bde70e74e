from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from .. import carriers, clock, words
from ..carriers import Meaning, back_off
from ..consent_source import Source
from ..messaging import health, textability

# A text that is refused for now is tried this often; then a person decides.
MOST_TRIES = 30
FIRST_PAUSE = 2  # seconds between two tries
LONGEST_PAUSE = 300
# Seconds that a refusal holds what it is about, where the carrier names no time.
HOLDS = {
    Meaning.SENDER_SLOW: 60,
    Meaning.QUEUE_FULL: 600,
    Meaning.SENDER_WAIT: 3600,
    Meaning.QUIET_HOURS: 3600,
    Meaning.LOOP: 60,
}
# Not the text's fault: such a refusal does not count as one of its tries.
NOT_COUNTED = (
    Meaning.SLOW,
    Meaning.QUEUE_FULL,
    Meaning.SENDER_WAIT,
    Meaning.DEFER_DAY,
    Meaning.ACCOUNT_DAY,
    Meaning.CONFIG_SENDER,
    Meaning.ACCOUNT,
)
# What a report may say of a text that the carrier took and then dropped by itself:
# definite refusals, so that the text may be sent again.
DROPPED = (
    Meaning.SLOW,
    Meaning.SENDER_SLOW,
    Meaning.QUEUE_FULL,
    Meaning.SENDER_WAIT,
    Meaning.DEFER_DAY,
    Meaning.ACCOUNT_DAY,
    Meaning.QUIET_HOURS,
)
AFTER_MIDNIGHT = timedelta(minutes=5)  # carriers' days do not end to the second
HEALTH_SPAN = timedelta(hours=24)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAttempt(models.Model):
    """What a carrier's refusal brings about: for the text, the number, the account."""

    _inherit = "sms.inbox.attempt"

    def _refused(self, error):
        """The carrier definitely does not have the text."""
        later = isinstance(
            error,
            (
                carriers.TryLater,
                carriers.SenderMisconfigured,
                carriers.AccountUnusable,
            ),
        )
        if not self._ended("refused" if later else "failed", error.code, error.text):
            return
        self.env["sms.inbox.limit"]._uncount(self.message_id)
        if not self._settles():
            pass
        elif later:
            self._try_again(error.meaning, error.code, error.text, error.retry_after)
        else:
            ended = "expired" if error.meaning is Meaning.EXPIRED else "failed"
            self.message_id._settle(ended, error.code, error.text, error.meaning.value)
        self._heed(error.meaning, error.retry_after)

    def _sent_again(self, meaning):
        """Whether a text that the carrier dropped later on is queued once more."""
        if meaning not in DROPPED:
            return False
        self.state = "refused"
        self._try_again(
            meaning, self.error_code, words.delivery_problem(self.env, meaning)
        )
        return True

    def _try_again(self, meaning, code, why, retry_after=None):
        """Queue the text again, for a time that the refusal tells."""
        text = self.message_id
        if meaning in NOT_COUNTED:
            text.tries -= 1
        elif text.tries >= MOST_TRIES:
            text._settle("failed", code, why, meaning.value)
            return
        text.left_at = False
        until = self._until(meaning, retry_after)
        waits_for = "day" if meaning is Meaning.DEFER_DAY else "carrier"
        text._requeue(until, until and waits_for)

    def _until(self, meaning, retry_after):
        """When the text itself may be tried again (naive UTC); False for at once.

        What holds up a whole number or account is noted there, not on each text.
        """
        if meaning is Meaning.DEFER_DAY and self._is_of_today():
            return self._next_day()
        if meaning.scope != "text":
            return False
        seconds = (
            retry_after
            or HOLDS.get(meaning)
            or back_off.pause(self.message_id.tries, FIRST_PAUSE, LONGEST_PAUSE)
        )
        return fields.Datetime.add(fields.Datetime.now(), seconds=seconds)

    def _is_of_today(self):
        """Whether the networks' day still lasts in which the text was handed over.

        A report may come hours later: what it says of yesterday holds up nothing today.
        """
        zone = ZoneInfo(carriers.DAY_ZONE)
        handed_over = self.create_date.replace(tzinfo=timezone.utc).astimezone(zone)
        return handed_over.date() == datetime.now(zone).date()

    @api.model
    def _next_day(self):
        """Shortly after the next midnight where the networks' days end (naive UTC)."""
        zone = ZoneInfo(carriers.DAY_ZONE)
        tomorrow = datetime.now(zone).date() + timedelta(days=1)
        begins = datetime.combine(tomorrow, time(), zone) + AFTER_MIDNIGHT
        return begins.astimezone(timezone.utc).replace(tzinfo=None)

    # ------------------------------------------------------------
    # BEYOND THE TEXT
    # ------------------------------------------------------------

    def _heed(self, meaning, retry_after=None):
        """What an error says of the number, the account, or the recipient."""
        self._learn_of_line(meaning)
        line = self.message_id.number_id.line_id
        why = words.delivery_problem(self.env, meaning)
        match meaning:
            case Meaning.SENDER_SLOW | Meaning.QUEUE_FULL | Meaning.SENDER_WAIT:
                line._hold(retry_after or HOLDS[meaning], why)
            case Meaning.SLOW | Meaning.RETRY if retry_after:
                self.account_id._hold(retry_after, why)
            case Meaning.CONFIG_SENDER:
                line._set_aside(why)
            case Meaning.ACCOUNT:
                self.account_id._set_aside(why)
            case Meaning.ACCOUNT_DAY if self._is_of_today():
                seconds = (self._next_day() - fields.Datetime.now()).total_seconds()
                self.account_id._hold(seconds, why)
            case Meaning.DEFER_DAY if self._is_of_today():
                line.limit_id._day_is_full()
            case Meaning.FILTERED:
                self._heed_filter(line)
            case Meaning.OPT_OUT:
                self._heed_opt_out()

    def _learn_of_line(self, meaning):
        """Note what an error says of the recipient's line, if it says anything."""
        hints = carriers.get(self.account_id.carrier).line_hints
        hint = hints.get(self.error_code or "", "")
        if kind := textability.failure(meaning.value, hint):
            self.message_id._learn("delivery", kind)

    def _heed_filter(self, line):
        """Set a number aside whose texts are taken for spam."""
        since = fields.Datetime.now() - HEALTH_SPAN
        if line.brought_back_at:
            since = max(since, line.brought_back_at)
        domain = [("number_id", "in", line.number_ids.ids), ("left_at", ">=", since)]
        texts = self.env["sms.inbox.message"]
        filtered = texts.search_count(
            domain + [("error_meaning", "=", Meaning.FILTERED.value)]
        )
        if health.looks_filtered(filtered, texts.search_count(domain)):
            line._set_aside(
                self.env._(
                    "Carriers take its texts for spam (%s within a day). Change what "
                    "you write before you use it again.",
                    filtered,
                )
            )

    def _heed_opt_out(self):
        """The carrier blocks texts to somebody who told it to stop."""
        text, carrier = self.message_id, carriers.get(self.account_id.carrier)
        consents = self.env["sms.inbox.consent"]
        pair = text.contact_number, text.number_id.line_id
        # of a text that left before they said START, the report may come after it
        since = {pair: clock.epoch(self.create_date)}
        consents._opt_out(
            text.company_id,
            consents._opt_outs_that_are_news(text.company_id, since),
            Source(carrier.label, "the carrier refused a text", "carrier"),
        )
