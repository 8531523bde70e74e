from odoo import fields, models


class SmsInboxSnooze(models.TransientModel):
    """Put conversations off until a time of one's choice."""

    _name = "sms.inbox.snooze"
    _description = "Snooze"

    conversation_ids = fields.Many2many(
        "sms.inbox.conversation",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    until = fields.Datetime(
        "Come back on",
        required=True,
        default=lambda self: self.env["sms.inbox.conversation"]._tomorrow_morning(),
    )

    def action_snooze(self):
        """Put them off, and close the window."""
        self.ensure_one()
        self.conversation_ids._snooze_until(self.until)
        return {"type": "ir.actions.act_window_close"}
