from odoo import fields, models


# a subject of its own in a file of its own
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sms_inbox_look_up = fields.Boolean(
        related="company_id.sms_inbox_look_up", readonly=False
    )
    sms_inbox_look_up_most = fields.Integer(
        related="company_id.sms_inbox_look_up_most", readonly=False
    )
    sms_inbox_look_up_days = fields.Integer(
        related="company_id.sms_inbox_look_up_days", readonly=False
    )
    sms_inbox_look_up_price = fields.Float(
        related="company_id.sms_inbox_look_up_price", readonly=False
    )
    sms_inbox_look_up_currency_id = fields.Many2one(
        related="company_id.sms_inbox_look_up_currency_id", readonly=False
    )
    sms_inbox_look_up_status = fields.Char(
        related="company_id.sms_inbox_look_up_status"
    )

    def action_sms_inbox_look_up_existing(self):
        """Show what it costs to look the present numbers up, before that is done."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sms_inbox.sms_inbox_lookup_existing_action"
        )

    def action_sms_inbox_look_ups_go_on(self):
        """Have carriers asked again now, as what held the look-ups was repaired."""
        people = self.env["sms.inbox.subscriber"]
        people._accounts_that_look_up(self.company_id)._look_ups_go_on()
        people._wake_look_ups()
        return True
