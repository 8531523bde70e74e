from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sms_inbox_opt_out_scope = fields.Selection(
        related="company_id.sms_inbox_opt_out_scope", readonly=False, required=True
    )
    sms_inbox_opt_out_confirmation = fields.Text(
        related="company_id.sms_inbox_opt_out_confirmation", readonly=False
    )
    sms_inbox_opt_in_confirmation = fields.Text(
        related="company_id.sms_inbox_opt_in_confirmation", readonly=False
    )
    sms_inbox_help_text = fields.Text(
        related="company_id.sms_inbox_help_text", readonly=False
    )
    sms_inbox_help_contact = fields.Char(
        related="company_id.sms_inbox_help_contact", readonly=False
    )
    sms_inbox_write_blacklist = fields.Boolean(
        related="company_id.sms_inbox_write_blacklist", readonly=False
    )
    # what is answered where nothing is written
    sms_inbox_usual_opt_out = fields.Text(compute="_compute_sms_inbox_usual")
    sms_inbox_usual_opt_in = fields.Text(compute="_compute_sms_inbox_usual")
    sms_inbox_usual_help = fields.Text(compute="_compute_sms_inbox_usual")
    sms_inbox_usual_contact = fields.Char(compute="_compute_sms_inbox_usual")
    sms_inbox_response_minutes = fields.Integer(
        related="company_id.sms_inbox_response_minutes", readonly=False
    )
    sms_inbox_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", readonly=False
    )
    sms_inbox_auto_close_days = fields.Integer(
        related="company_id.sms_inbox_auto_close_days", readonly=False
    )
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

    @api.depends("company_id")
    def _compute_sms_inbox_usual(self):
        for settings in self:
            company = settings.company_id
            settings.sms_inbox_usual_opt_out = company._sms_inbox_usual_answer(
                "opt_out"
            )
            settings.sms_inbox_usual_opt_in = company._sms_inbox_usual_answer("opt_in")
            settings.sms_inbox_usual_help = company._sms_inbox_usual_answer("help")
            settings.sms_inbox_usual_contact = company._sms_inbox_contact()

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
