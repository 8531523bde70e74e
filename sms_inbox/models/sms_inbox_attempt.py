from uuid import uuid4

from odoo import api, fields, models

from .. import carriers, words
from ..messaging import delivery

# A text that is refused for now is tried this often; then a person decides.
MOST_TRIES = 30
# Seconds until the next try: twice as long each time, and at most this long.
LONGEST_PAUSE = 300
ANOTHER_DAY = 3600  # a daily cap: look again every hour
# Seconds after which a text that is still being handed over counts as unknown: more
# than the carrier's longest time-out, so that its own answer always comes first.
LEASE = 120


class SmsInboxAttempt(models.Model):
    """One hand-over of a text to a carrier, and what the carrier said of it."""

    _name = "sms.inbox.attempt"
    _description = "Hand-over to a carrier"
    _rec_name = "uuid"
    _order = "id desc"

    uuid = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: uuid4().hex
    )
    message_id = fields.Many2one(
        "sms.inbox.message",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="restrict"
    )
    carrier_id = fields.Char("Carrier's id", readonly=True)
    state = fields.Selection(
        [
            ("sending", "Under way"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("undelivered", "Not delivered"),
            ("failed", "Failed"),
            ("refused", "Refused for now"),
            ("unknown", "Answer lost"),
        ],
        required=True,
        readonly=True,
        default="sending",
    )
    error_code = fields.Char(readonly=True)
    error_text = fields.Char("What the carrier said", readonly=True)
    lease_until = fields.Datetime(readonly=True)

    _uuid_unique = models.UniqueIndex("(uuid)")
    _carrier_id_unique = models.UniqueIndex(
        "(account_id, carrier_id) WHERE carrier_id IS NOT NULL"
    )
    _lease_idx = models.Index("(lease_until) WHERE state = 'sending'")
    _same_company = models.Constraint(
        "FOREIGN KEY (message_id, company_id) "
        "REFERENCES sms_inbox_message (id, company_id) ON DELETE CASCADE"
    )

    # ------------------------------------------------------------
    # BEGINNING
    # ------------------------------------------------------------

    @api.model
    def _begin(self, texts):
        """One attempt for each of ``texts``, leased: they are being handed over now."""
        for text in texts:
            text.write({"state": "sending", "tries": text.tries + 1})
        lease = fields.Datetime.add(fields.Datetime.now(), seconds=LEASE)
        return self.create(
            [
                {
                    "message_id": text.id,
                    "company_id": text.company_id.id,
                    "account_id": text.number_id.line_id.account_id.id,
                    "lease_until": lease,
                }
                for text in texts
            ]
        )

    # ------------------------------------------------------------
    # ANSWERS OF THE CARRIER
    # ------------------------------------------------------------

    def _accepted(self, answer):
        """The carrier took the text and gave it an id."""
        self.carrier_id = answer.carrier_id
        if answer.segments:
            self.message_id.segments = answer.segments
        self._advance("sent")
        for report in answer.reports:
            self.env["sms.inbox.webhook.event"]._store(
                self.account_id, "status", report, attempt_uuid=self.uuid
            )

    def _refused_for_now(self, error):
        """The carrier does not have the text and may take it later."""
        if not self._ended("refused", error.code, error.text):
            return
        text = self.message_id
        if text.tries >= MOST_TRIES:
            text._settle("failed", error.code, error.text)
            return
        wait = error.retry_after or self._pause(error.meaning, text.tries)
        text._requeue(fields.Datetime.add(fields.Datetime.now(), seconds=wait))

    @staticmethod
    def _pause(meaning, tries):
        if meaning is carriers.Meaning.DEFER_DAY:
            return ANOTHER_DAY
        return min(2**tries, LONGEST_PAUSE)

    def _refused_for_good(self, error):
        """The carrier does not have the text and will not take it."""
        if self._ended("failed", error.code, error.text):
            self.message_id._settle("failed", error.code, error.text)

    def _lost(self, why):
        """Nobody knows whether the carrier has the text: it is not sent again."""
        if self._ended("unknown", error_text=why):
            self.message_id._settle("unknown", error_text=why)

    def _ended(self, state, error_code=False, error_text=False):
        """End what is under way; a report that came first knows better."""
        if self.state != "sending":
            return False
        self.write({"state": state, "error_code": error_code, "error_text": error_text})
        return True

    def _reported(self, report):
        """A carrier's report on this attempt, in whatever order and number."""
        if report.carrier_id and not self.carrier_id:
            self.carrier_id = report.carrier_id
        self._advance(report.state, report.error_code)

    def _advance(self, reported, error_code=False):
        state = delivery.advance(self.state, reported)
        if state == self.state:
            return
        self.write({"state": state, "error_code": error_code})
        text = self.message_id
        if self._counts_for(text, state):
            text._settle(state, error_code, self._in_words(error_code))

    def _counts_for(self, text, state):
        """Whether the text itself comes to ``state`` when this attempt does."""
        if text.state == "queued":
            # it was to be sent once more, and now turns out to have left
            return state in ("sent", "delivered")
        latest = text.attempt_ids[:1] == self
        moves = delivery.advance(text.state, state) == state
        return moves and (latest or state == "delivered")

    def _in_words(self, error_code):
        if not error_code:
            return False
        meaning = carriers.get(self.account_id.carrier).meaning(error_code)
        return words.delivery_problem(self.env, meaning)

    # ------------------------------------------------------------
    # LEASES
    # ------------------------------------------------------------

    @api.model
    def _overdue(self):
        """Attempts whose sender died before it wrote down the answer."""
        return self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        )

    def _lost_with_its_sender(self):
        self._lost(self.env._("The carrier's answer was lost."))
