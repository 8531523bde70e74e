from odoo import api, fields, models


class SmsInboxRefusal(models.Model):
    """How many calls to our webhooks were refused: by account, reason and hour."""

    _name = "sms.inbox.refusal"
    _description = "Refused calls"
    _rec_name = "reason"
    _order = "hour desc, id desc"
    _log_access = False

    account_id = fields.Many2one(
        "sms.inbox.account", index=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Selection(
        [
            ("unknown_token", "No account has this address"),
            ("forged", "The signature is wrong"),
            ("malformed", "Something is missing in it"),
        ],
        required=True,
        readonly=True,
    )
    hour = fields.Datetime(required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True, aggregator="sum")

    _once_an_hour = models.UniqueIndex("(COALESCE(account_id, 0), reason, hour)")

    @api.model
    def _count(self, account, reason):
        """Count one refused call of this hour."""
        # raw SQL: counting in one statement, so that two calls at once both count
        self.env.cr.execute(
            """
            INSERT INTO sms_inbox_refusal (account_id, reason, hour, count)
                 VALUES (%s, %s, date_trunc('hour', now() AT TIME ZONE 'UTC'), 1)
            ON CONFLICT (COALESCE(account_id, 0), reason, hour)
              DO UPDATE SET count = sms_inbox_refusal.count + 1
            """,
            (account.id or None, reason),
        )
