from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# When a text without a final word is asked about. Where a network reports nothing,
# "sent" is the last word, and asking for ever would bring no other.
ASK_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
NO_LONGER = timedelta(days=3)
MOST_QUESTIONS = 200  # of one account in one run


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAttempt(models.Model):
    """Reports that did not reach us: the carrier is asked for them."""

    _inherit = "sms.inbox.attempt"

    asked = fields.Integer(
        "Times asked", readonly=True, help="How often we asked what became of it."
    )

    # in the order of time as they are: next to nothing to keep
    _create_date_idx = models.Index("USING brin (create_date)")

    @api.model
    def _questions(self, account, span=None):
        """[(attempt, the carrier's id)] to ask the carrier about now, oldest first.

        :param span: (since, until) of hand-overs; else those whose turn it is
        """
        waiting = (
            Domain("account_id", "=", account.id)
            & Domain("state", "in", ("sending", "sent", "unknown"))
            & Domain("carrier_id", "!=", False)
            & (self._handed_over_in(*span) if span else self._have_their_turn())
        )
        attempts = self.search(waiting, order="create_date", limit=MOST_QUESTIONS)
        return [(attempt, attempt.carrier_id) for attempt in attempts]

    @api.model
    def _handed_over_in(self, since, until):
        return Domain("create_date", ">=", since) & Domain("create_date", "<=", until)

    @api.model
    def _have_their_turn(self):
        now = fields.Datetime.now()
        due = Domain.OR(
            [
                Domain("asked", "=", asked) & Domain("create_date", "<=", now - after)
                for asked, after in enumerate(ASK_AFTER)
            ]
        )
        return due & Domain("create_date", ">", now - NO_LONGER)

    def _answered(self, report):
        """Take the carrier's answer as if it had called."""
        self.asked += 1
        if report and report.state not in ("sending", self.state):
            self.env["sms.inbox.webhook.event"]._store(
                self.account_id, report, attempt_uuid=self.uuid
            )
