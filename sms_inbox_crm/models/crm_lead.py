from odoo import api, fields, models

from odoo.addons.sms_inbox.messaging import textability


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sms.inbox.texted"]

    sms_textability = fields.Selection(
        lambda self: self.env["sms.inbox.subscriber"]._fields["textability"].selection,
        string="Can be texted",
        compute="_compute_sms_textability",
        search="_search_sms_textability",
        groups="sms_inbox.group_user",
    )
    sms_opt_out = fields.Boolean(
        "Wants no texts",
        compute="_compute_sms_textability",
        search="_search_sms_opt_out",
        groups="sms_inbox.group_user",
    )

    @api.depends("phone_sanitized", "sms_shape")
    @api.depends_context("company")
    def _compute_sms_textability(self):
        company = self.env.company.id
        marks = self.env["sms.inbox.subscriber"]._marks_of(
            {(company, number) for number in self._sms_numbers()}
        )
        for lead in self:
            mark = marks.get((company, lead.phone_sanitized), {})
            shape = lead.sms_shape and textability.SHAPES[lead.sms_shape].state
            lead.sms_textability = mark.get("textability") or shape or "unknown"
            lead.sms_opt_out = mark.get("state") == "opted_out"

    @api.model
    def _search_sms_textability(self, operator, value):
        # by number and shape, which leads and contacts keep in fields of the same names
        return self.env["res.partner"]._search_sms_textability(operator, value)

    @api.model
    def _search_sms_opt_out(self, operator, value):
        return self.env["res.partner"]._search_sms_opt_out(operator, value)

    def _sms_contact_ids(self):
        return {lead.id: lead.partner_id.id for lead in self if lead.partner_id}

    @api.depends("partner_id")
    def _compute_sms_threads(self):
        return super()._compute_sms_threads()

    def action_sms_inbox_text(self):
        """Open the thread with this lead's number, or say what stands in the way."""
        self.ensure_one()
        return self.env["sms.inbox.start"]._open_for(self, self.partner_id)
