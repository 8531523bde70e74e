from odoo import fields, models


# a subject of its own in a file of its own
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sms_inbox_response_minutes = fields.Integer(
        related="company_id.sms_inbox_response_minutes", readonly=False
    )
    sms_inbox_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", readonly=False
    )
    sms_inbox_auto_close_days = fields.Integer(
        related="company_id.sms_inbox_auto_close_days", readonly=False
    )
