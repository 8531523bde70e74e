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

    def _sms_inbox_is_planned(self, after, until):
        """Whether a start is planned after a moment, and by another one (naive UTC)."""
        self.ensure_one()
        # sudo: ir.cron.trigger - whatever plans a start may see which ones are planned
        triggers_sudo = self.env["ir.cron.trigger"].sudo()
        return bool(
            triggers_sudo.search_count(
                [
                    ("cron_id", "=", self.id),
                    ("call_at", ">", after),
                    ("call_at", "<=", until),
                ],
                limit=1,
            )
        )
