from odoo import fields, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    sms_inbox_lane = fields.Integer(
        "SMS Inbox lane",
        default=-1,
        help="Which texts this scheduled action sends; -1 for one that sends none.",
    )
