from odoo import fields, models

from .. import carriers
from ..messaging import delivery

# A report can be quicker than our own note of what the carrier named the text.
LOOK_AGAIN = 3  # seconds
NO_LONGER = 600  # seconds


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxWebhookEvent(models.Model):
    """Reports on our texts: which hand-over each is about, and the highest on each."""

    _inherit = "sms.inbox.webhook.event"

    def _process_reports(self):
        """Move hand-overs on; a report on none waits a while, or is set aside."""
        reports = {
            event: carriers.StatusReport.from_json(event.payload) for event in self
        }
        attempts = self._attempts_of(reports)
        highest = {}
        for event, attempt in attempts.items():
            report = reports[event]
            highest[attempt] = delivery.higher(highest.get(attempt), report)
        self.env["sms.inbox.attempt"]._reported_all(highest)
        matched = self.filtered(lambda event: event in attempts)
        matched._done()
        (self - matched)._have_no_attempt()

    def _attempts_of(self, reports):
        """{event: the hand-over that it reports on}, for those that have one.

        The address that was called names it; where it does not, the carrier's id.
        """
        if not reports:
            return {}
        attempts = self.env["sms.inbox.attempt"].search(
            [
                ("account_id", "in", self.account_id.ids),
                "|",
                ("uuid", "in", list(filter(None, self.mapped("attempt_uuid")))),
                ("carrier_id", "in", [r.carrier_id for r in reports.values()]),
            ]
        )
        by_uuid = {(a.account_id, a.uuid): a for a in attempts}
        by_carrier_id = {(a.account_id, a.carrier_id): a for a in attempts}
        found = {
            event: by_uuid.get((event.account_id, event.attempt_uuid))
            if event.attempt_uuid
            else by_carrier_id.get((event.account_id, report.carrier_id))
            for event, report in reports.items()
        }
        return {event: attempt for event, attempt in found.items() if attempt}

    def _have_no_attempt(self):
        now = fields.Datetime.now()
        young = self.filtered(
            lambda event: (
                not event.attempt_uuid
                and (now - event.received_at).total_seconds() < NO_LONGER
            )
        )
        if young:
            young._wait_until(fields.Datetime.add(now, seconds=LOOK_AGAIN))
        if rest := self - young:
            rest._set_aside(self.env._("There is no text that this reports on."))
