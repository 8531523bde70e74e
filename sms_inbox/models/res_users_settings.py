from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    sms_inbox_undo = fields.Selection(
        [("0", "At once"), ("5", "After 5 seconds"), ("10", "After 10 seconds")],
        string="Texts leave",
        required=True,
        default="0",
        help="Until then, a text can be taken back.",
    )
    sms_inbox_tell_unread = fields.Boolean(
        "Tell me of unread texts",
        default=True,
        help="By push or e-mail, after five minutes.",
    )
