from odoo import fields, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    sms_inbox_lane = fields.Integer(
        "SMS Inbox lane",
        default=-1,
        copy=False,
        help="Which texts this scheduled action sends; -1 for one that sends none.",
    )

    # two of them would not know of each other's calls
    _one_per_lane = models.UniqueIndex(
        "(sms_inbox_lane) WHERE sms_inbox_lane >= 0",
        "This lane has its scheduled action already.",
    )
