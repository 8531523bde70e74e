from odoo import fields, models

from .. import carriers


class SmsInboxSetWebhooksRow(models.TransientModel):
    """Where the texts to one of our numbers go at present."""

    _name = "sms.inbox.set.webhooks.row"
    _description = "Where texts to a number go"

    wizard_id = fields.Many2one(
        "sms.inbox.set.webhooks", required=True, ondelete="cascade"
    )
    chosen = fields.Boolean("Change")
    number = fields.Char(required=True, readonly=True)
    carrier_id = fields.Char(readonly=True)
    kind = fields.Char(readonly=True)
    place = fields.Selection(
        [
            ("here", "Here already"),
            ("former", "To a former address of ours"),
            ("nowhere", "Nowhere"),
            ("elsewhere", "To another system, which would get them no more"),
        ],
        string="Its texts go",
        readonly=True,
    )
    present_url = fields.Char("Present address", readonly=True)

    def _owned(self):
        """The number as the carrier knows it."""
        return carriers.OwnedNumber(
            self.number, self.carrier_id or "", "", self.kind or ""
        )
