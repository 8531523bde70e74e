import time
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .. import carriers
from ..models.sms_inbox_account_catch_up import MOST
from ..toast import toast

LONGEST = 30.0  # seconds that somebody waits for reports


class SmsInboxFetchMissed(models.TransientModel):
    """Fetch what the carrier has of a time span: texts to us, reports on ours."""

    _name = "sms.inbox.fetch.missed"
    _description = "Fetch what was missed"

    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="cascade"
    )
    since = fields.Datetime(
        "From",
        required=True,
        default=lambda self: fields.Datetime.now() - timedelta(days=1),
    )
    until = fields.Datetime("To", required=True, default=fields.Datetime.now)

    def action_fetch(self):
        """Fetch what is new, and say how many texts that are."""
        self.ensure_one()
        self.account_id.check_access("write")
        self._check_span()
        account, span = self.account_id, (self.since, self.until)
        try:
            new = account._catch_up(*span)
            asked = account._ask_for_reports(time.monotonic() + LONGEST, span)
        except carriers.CarrierError as error:
            raise UserError(account._words_of_failure(error)) from error
        return toast(
            self.env._(
                "Texts that were missed and are here now: %(new)s. Texts of ours that "
                "the carrier was asked about: %(asked)s.",
                new=new,
                asked=asked,
            )
        )

    def _check_span(self):
        if not timedelta() < self.until - self.since <= MOST:
            raise UserError(
                self.env._(
                    "Choose a time span of at most %s days that ends after it begins.",
                    MOST.days,
                )
            )
