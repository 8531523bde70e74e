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
