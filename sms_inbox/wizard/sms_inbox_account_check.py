from odoo import fields, models


class SmsInboxAccountCheck(models.TransientModel):
    """What a test of an account's connection found."""

    _name = "sms.inbox.account.check"
    _description = "Test connection"

    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="cascade"
    )
    findings = fields.Html(readonly=True)
